/* Text to symbols: characters, words, bytes.
 * Knows no files. Invariant: what is cut as chars or words is valid UTF-8. */
#include <string.h>
#include "data/parts.h"

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int add(ur_cutter *c, const char *s, size_t n, ur_err *e)
{
    int id = ur_vocab_add(c->vocab, s, n, e);
    if (id < 0)
        return id;
    return UR_PUSH(c->sym, id, e);
}

static size_t char_length(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static int units(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    int rc = 0;
    int32_t k = 0;
    for (size_t i = 0; i < n && !rc; k++) {
        unsigned char lead = (unsigned char)s[i];
        size_t len = c->kind == UR_BYTES ? 1 : char_length(lead);
        if (len == 1 && c->single[lead]) {
            rc = UR_PUSH(c->sym, c->single[lead], e);
        } else {
            rc = add(c, s + i, len, e);
            if (len == 1 && !rc)
                c->single[lead] = c->sym.v[c->sym.n - 1];
        }
        i += len;
    }
    *count = k;
    return rc;
}

/* One word: itself, or its characters when cut further. */
static int word(ur_cutter *c, const char *s, size_t n, ur_err *e)
{
    int32_t k;
    if (!c->nested)
        return add(c, s, n, e);
    int rc = units(c, s, n, &k, e);
    return rc ? rc : UR_PUSH(c->inner, k, e);
}

static int words(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    int rc = 0;
    int32_t k = 0;
    for (size_t i = 0; i < n && !rc;) {
        if (blank(s[i])) {
            if (s[i] == '\n' && c->stream)
                rc = c->nested ? word(c, "\n", 1, e) : add(c, "<eos>", 5, e), k++;
            i++;
            continue;
        }
        size_t from = i;
        while (i < n && !blank(s[i]))
            i++;
        rc = word(c, s + from, i - from, e);
        k++;
    }
    *count = k;
    return rc;
}

int ur_cut(ur_cutter *c, const char *s, size_t n, int32_t *count, size_t *bad, ur_err *e)
{
    if (n > INT32_MAX)
        return ur_fail(e, UNROLL_ERROR_DATA, "a sequence of more than %d symbols", INT32_MAX);
    if (c->kind != UR_BYTES && !ur_utf8_valid(s, n, bad))
        return UNROLL_ERROR_DATA;
    if (c->nested || c->kind == UR_WORDS || c->kind == UR_SYMBOL)
        return words(c, s, n, count, e);
    return units(c, s, n, count, e);
}
