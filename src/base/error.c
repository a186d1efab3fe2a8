/* Errors: one code and one text, set once where the fault is found.
 * Knows nothing of what failed. Invariant: the first error set in a ur_err is the one that stays. */
#include <stdio.h>
#include <string.h>
#include "base/base.h"

/* A text cut at the end of its buffer must not end inside a UTF-8 character. */
static void trim_partial(char *s)
{
    size_t n = strlen(s), back = 0;
    while (back < 3 && back < n && ((unsigned char)s[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back >= n)
        return;
    unsigned char lead = (unsigned char)s[n - 1 - back];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (lead >= 0xC0 && back < want)
        s[n - 1 - back] = 0;
}

int ur_vfail(ur_err *e, int code, const char *fmt, va_list ap)
{
    if (!e || e->code)
        return code;
    e->code = code;
    int n = vsnprintf(e->text, sizeof e->text, fmt, ap);
    if (n < 0)
        e->text[0] = 0;
    else if ((size_t)n >= sizeof e->text)
        trim_partial(e->text);
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

int ur_nomem(ur_err *e)
{
    return ur_fail(e, UNROLL_ERROR_MEMORY, "out of memory");
}
