/* The program's options, a line for each word. */
#include "fuzz.h"
#undef snprintf
#undef fprintf
#undef strtod
#include "cli/options.c"
#include <stdarg.h>

int complain(int code, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    if (vsnprintf(text, sizeof text, fmt, ap) <= 0) abort();
    va_end(ap);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const int bits[] = { VERB_FIT, VERB_PREDICT, VERB_SAMPLE, VERB_SCORE, VERB_EXPLAIN, VERB_PLOT, VERB_BENCH, VERB_IMPORT };
    if (n < 1 || n > 4000) return 0;
    char *text = strndup((const char *)p + 1, n - 1), *words[100], *at = text, *word;
    int count = 0;
    while (count < 100 && (word = strsep(&at, "\n"))) words[count++] = word;
    settings s = { .verb = "verb", .bit = bits[p[0] % 8], .fit = UNROLL_FIT_INIT, .use = UNROLL_USE_INIT, .bench = UNROLL_BENCH_INIT };
    parse_arguments(&s, count, words);
    free_arguments(&s);
    free(text);
    return 0;
}
