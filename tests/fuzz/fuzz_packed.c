/* gzip and xz: read to the end in steps of odd sizes. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    ur_reader *r = NULL;
    ur_err e = { 0 };
    char block[1021];
    size_t got = 1, all = 0;
    int rc = ur_reader_open(&r, fuzz_file(0, ".gz", p, n), &e);
    while (!rc && got && all < 8 << 20) {
        rc = ur_reader_read(r, block, 1 + all % sizeof block, &got, &e);
        all += got;
    }
    ur_reader_close(r);
    if (rc && !e.text[0]) abort();
    return 0;
}
