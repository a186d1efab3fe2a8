/* write.c: the room base's way of making files, for programs: what they print into files is as safe as a model is. Knows nothing
 * of what is written. */
#include "model/model.h"

int unroll_write_file(const char *path, const void *bytes, size_t n)
{
    ur_err *e = ur_model_error();
    if (!path || (!bytes && n)) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_write_file: no path, or no bytes");
    return ur_file_write_all(path, bytes ? bytes : "", n, e);
}
