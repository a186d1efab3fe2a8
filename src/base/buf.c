/* A growing byte buffer, and strings: edit distance, UTF-8.
 * Knows nothing of their meaning. Invariant: a buffer's bytes are followed by a NUL; once `bad`, it stays as it was. */
#include <stdio.h>
#include <string.h>
#include "base/base.h"

static bool reserve(ur_buf *b, size_t n)
{
    if (b->bad) return false;
    if (b->s && b->cap - b->n > n) return true;
    if (n > PTRDIFF_MAX / 4 || b->n > PTRDIFF_MAX / 4) {
        b->bad = true;
        return false;
    }
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->n <= n) cap *= 2;
    char *s = ur_realloc(b->s, cap);
    if (!s) {
        b->bad = true;
        return false;
    }
    b->s = s;
    b->cap = cap;
    return true;
}

void ur_buf_add(ur_buf *b, const void *p, size_t n)
{
    if (!reserve(b, n)) return;
    if (n) memcpy(b->s + b->n, p, n);
    b->n += n;
    b->s[b->n] = 0;
}

void ur_buf_printf(ur_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || !reserve(b, (size_t)n)) return;
    va_start(ap, fmt);
    vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void ur_buf_free(ur_buf *b)
{
    ur_free(b->s);
    *b = (ur_buf){ 0 };
}

/* a letter of a, small or capital, in b */
static bool shares(const char *a, const char *b)
{
    for (; *a; a++)
        for (const char *c = b; *c; c++)
            if ((*a | 32) == (*c | 32)) return true;
    return false;
}

/* d[i][j] = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a[i] ≠ b[j])), and d[i-2][j-2] + 1 where two neighbours are swapped
 * (Damerau 1964, no letter touched twice) */
size_t ur_edit_distance(const char *a, const char *b)
{
    enum { MOST = 64 };
    size_t na = strnlen(a, MOST), nb = strnlen(b, MOST), d[MOST + 1][MOST + 1];
    if (*a && *b && !shares(a, b)) return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++) d[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        d[i][0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[na][nb];
}

/* Bytes of the UTF-8 character at s (n > 0 bytes left), 0 when it is none: shortest forms only, no surrogates, to U+10FFFF. */
static size_t sequence(const unsigned char *s, size_t n)
{
    unsigned c = s[0], low = 0x80, high = 0xBF;
    size_t len;
    if (c < 0x80) return 1;
    if (c >= 0xC2 && c <= 0xDF) len = 2;
    else if (c >= 0xE0 && c <= 0xEF) len = 3;
    else if (c >= 0xF0 && c <= 0xF4) len = 4;
    else return 0;
    if (c == 0xE0) low = 0xA0;
    if (c == 0xED) high = 0x9F;
    if (c == 0xF0) low = 0x90;
    if (c == 0xF4) high = 0x8F;
    if (n < len || s[1] < low || s[1] > high) return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    return len;
}

/* What a terminal obeys, or what makes a text look other than it is: C0 and C1 controls, line and paragraph separators, marks of
 * direction. */
static bool is_control(uint32_t c)
{
    return c < 32 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static uint32_t code_point(const unsigned char *s, size_t len)
{
    uint32_t c = len == 1 ? s[0] : s[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) c = c << 6 | (s[i] & 0x3Fu);
    return c;
}

size_t ur_shown(char *out, size_t cap, const char *s, size_t n, bool lines)
{
    static const char digit[] = "0123456789ABCDEF";
    size_t to = 0, len;
    for (size_t i = 0; i < n; i += len) {
        char one[8];
        const unsigned char *p = (const unsigned char *)s + i;
        size_t k = 0;
        len = sequence(p, n - i);
        uint32_t c = len ? code_point(p, len) : p[0];
        if (len && (!is_control(c) || (lines && (c == '\n' || c == '\t')))) {
            memcpy(one, p, len);
            k = len;
        } else {
            bool wide = len > 1;
            one[k++] = '\\';
            one[k++] = wide ? 'u' : 'x';
            for (int shift = wide ? 12 : 4; shift >= 0; shift -= 4) one[k++] = digit[c >> shift & 15];
        }
        if (!len) len = 1;
        if (to + k >= cap) break;
        memcpy(out + to, one, k);
        to += k;
    }
    if (cap) out[to] = 0;
    return to;
}

bool ur_utf8_valid(const char *s, size_t n, size_t *bad_at)
{
    size_t i = 0;
    while (i < n) {
        uint64_t eight;
        if (n - i >= 8 && (memcpy(&eight, s + i, 8), (eight & 0x8080808080808080u) == 0)) {
            i += 8;
            continue;
        }
        size_t len = sequence((const unsigned char *)s + i, n - i);
        if (!len) {
            if (bad_at) *bad_at = i;
            return false;
        }
        i += len;
    }
    return true;
}
