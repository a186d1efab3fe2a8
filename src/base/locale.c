/* Numbers in texts: written and read as the C locale has them. A host program may have called setlocale, and then printf and
 * strtod have a decimal comma: 0.75 would be read as 0. base.h puts these functions in the place of C's for the whole library.
 * Invariant: the thread's locale is as it was when a function returns. */
#include "base/base.h"
#include <pthread.h>
#undef snprintf
#undef fprintf
#undef vsnprintf
#undef strtod
#undef strcasecmp
#undef strncasecmp

static locale_t plain;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void make_locale(void)
{
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
} /* glibc's "C" is static: nothing is allocated, nothing to free */

locale_t ur_locale_c(void)
{
    pthread_once(&once, make_locale);
    return plain ? plain : LC_GLOBAL_LOCALE;
}

int ur_vsnprintf(char *s, size_t n, const char *fmt, va_list ap)
{
    locale_t before = uselocale(ur_locale_c());
    int written = vsnprintf(s, n, fmt, ap);
    uselocale(before);
    return written;
}

int ur_snprintf(char *s, size_t n, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int written = ur_vsnprintf(s, n, fmt, ap);
    va_end(ap);
    return written;
}

int ur_fprintf(FILE *f, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    locale_t before = uselocale(ur_locale_c());
    int written = vfprintf(f, fmt, ap);
    uselocale(before);
    va_end(ap);
    return written;
}

double ur_strtod(const char *s, char **end) { return strtod_l(s, end, ur_locale_c()); }
int ur_strcasecmp(const char *a, const char *b) { return strcasecmp_l(a, b, ur_locale_c()); }
int ur_strncasecmp(const char *a, const char *b, size_t n) { return strncasecmp_l(a, b, n, ur_locale_c()); }
