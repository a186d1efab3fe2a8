/* Errors: one code and one text, set once where the fault is found.
 * Knows nothing of what failed. Invariant: the first error set in a ur_err is the one that stays. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/base.h"

/* Bytes of a text, without a last UTF-8 character that was cut off by the end of its buffer. */
static size_t whole(const char *s)
{
    size_t n = strlen(s), back = 0;
    while (back < 3 && back < n && ((unsigned char)s[n - 1 - back] & 0xC0) == 0x80) back++;
    if (back >= n) return n;
    unsigned char lead = (unsigned char)s[n - 1 - back];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    return lead >= 0xC0 && back < want ? n - 1 - back : n;
}

/* What goes into a message comes from files and names that others made: it is shown, never sent on as it is. */
int ur_vfail(ur_err *e, int code, const char *fmt, va_list ap)
{
    char text[sizeof e->text];
    if (!e || e->code) return code;
    e->code = code;
    if (vsnprintf(text, sizeof text, fmt, ap) < 0) text[0] = 0;
    ur_shown(e->text, sizeof e->text, text, whole(text), true);
    return code;
}

int ur_fail(ur_err *e, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    ur_vfail(e, code, fmt, ap);
    va_end(ap);
    return code;
}

const char *ur_size_text(char out[24], double bytes)
{
    static const struct {
        double below, unit;
        const char *name;
    } units[] = { { 1e3, 1, "bytes" }, { 1e6, 1e3, "KB" }, { 1e11, 1e6, "MB" }, { INFINITY, 1e9, "GB" } };
    int k = 0;
    while (bytes >= units[k].below) k++;
    snprintf(out, 24, "%.*f %s", k > 0, bytes / units[k].unit, units[k].name);
    return out;
}

int ur_nomem(ur_err *e)
{
    size_t most, n = ur_memory_refused(&most);
    if (!n) return ur_fail(e, UNROLL_ERROR_MEMORY, "out of memory");
    return ur_fail(
        e, UNROLL_ERROR_MEMORY,
        "%s more are asked for, of %s that may be held in all, data and model too (--memory): fewer rows, or fewer or shorter "
        "sequences at a time (batch, chunk, context), need less",
        ur_size_text((char[24]){ 0 }, (double)n), ur_size_text((char[24]){ 0 }, (double)most));
}
