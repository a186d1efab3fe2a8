/* A fuzz target without libFuzzer: the files that are named, one after the other. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        uint8_t *p = malloc(1 << 20);
        if (!f || !p) {
            fprintf(stderr, "%s cannot be read\n", argv[i]);
            return 1;
        }
        size_t n = fread(p, 1, 1 << 20, f);
        fclose(f);
        LLVMFuzzerTestOneInput(p, n);
        free(p);
    }
    printf("%d inputs\n", argc - 1);
    return argc < 2;
}
