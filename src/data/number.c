/* Numbers and missing cells, from text.
 * Knows no tables. Invariant: the locale has no say: the decimal point is a point. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/parts.h"

static bool hard(const char *s, size_t n, double *out)
{
    char copy[800], *end;
    if (n >= sizeof copy) return false;
    memcpy(copy, s, n);
    copy[n] = 0;
    double v = strtod(copy, &end);
    if (end != copy + n || !isfinite(v)) return false;
    size_t digits = strcspn(copy, "eE");
    bool none = strcspn(copy, "123456789") >= digits;
    *out = v != 0 || none ? v
           : *copy == '-' ? -DBL_TRUE_MIN
                          : DBL_TRUE_MIN; /* what is not 0 is not read as 0: a note can tell it */
    return true;
}

static double power_of_two(int e) /* −1022 ≤ e ≤ 1023 */
{
    uint64_t bits = (uint64_t)(e + 1023) << 52;
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

enum { MOST_FIVES = 27 }; /* 5^27 < 2^63 */

/* m · 10^e to the nearest double for m > 0, |e| ≤ 27. m · 5^e is a product or a quotient of integers that 128 bits hold exactly,
 * but for the rest of the division. Its first 64 bits are kept, the last of them set where anything but zero follows: this rounds
 * as all of it would. */
static bool scaled(uint64_t m, int e, double *out)
{
#ifdef __SIZEOF_INT128__
    typedef unsigned __int128 wide;
    static const uint64_t five[MOST_FIVES + 1] = { 1,
                                                   5,
                                                   25,
                                                   125,
                                                   625,
                                                   3125,
                                                   15625,
                                                   78125,
                                                   390625,
                                                   1953125,
                                                   9765625,
                                                   48828125,
                                                   244140625,
                                                   1220703125,
                                                   6103515625,
                                                   30517578125,
                                                   152587890625,
                                                   762939453125,
                                                   3814697265625,
                                                   19073486328125,
                                                   95367431640625,
                                                   476837158203125,
                                                   2384185791015625,
                                                   11920928955078125,
                                                   59604644775390625,
                                                   298023223876953125,
                                                   1490116119384765625,
                                                   7450580596923828125 };
    if (e < -MOST_FIVES || e > MOST_FIVES) return false;
    if (e >= 0) {
        wide p = (wide)m * five[e];
        int shift = p >> 64 ? 64 - __builtin_clzll((uint64_t)(p >> 64)) : 0;
        uint64_t q = (uint64_t)(p >> shift);
        q |= (wide)q << shift != p;
        *out = (double)q * power_of_two(e + shift);
        return true;
    }
    int up = __builtin_clzll(m), over = __builtin_clzll(five[-e]);
    uint64_t d = five[-e] << over, q;
    wide n = (wide)(m << up) << 63; /* n / d < 2^64: both first bits are set, and n has been shifted by one less */
    q = (uint64_t)(n / d);
    q |= (wide)q * d != n;
    *out = (double)q * power_of_two(over - up - 63 + e);
    return true;
#else
    (void)m, (void)e, (void)out;
    return false;
#endif
}

typedef struct decimal {
    uint64_t m;
    ptrdiff_t kept;
    int exp10;
    bool neg;
} decimal; /* m · 10^exp10; kept: digits of m, > 19: it has overflown */

/* [+-] digits [. digits] [e [+-] digits] */
static bool read_decimal(const char *p, const char *end, decimal *d)
{
    if (p < end && (*p == '-' || *p == '+')) d->neg = *p++ == '-';
    const char *from = p;
    uint64_t m = 0;
    for (; p < end && (unsigned char)(*p - '0') < 10; p++) m = m * 10 + (uint64_t)(*p - '0');
    ptrdiff_t digits = p - from, fraction = 0;
    const char *first = from;
    if (p < end && *p == '.') {
        const char *point = p++;
        for (; p < end && (unsigned char)(*p - '0') < 10; p++) m = m * 10 + (uint64_t)(*p - '0');
        fraction = p - point - 1;
        digits += fraction;
    }
    if (!digits) return false;
    for (d->kept = digits; digits > 19 && d->kept && (*first == '0' || *first == '.'); first++)
        d->kept -= *first == '0'; /* zeros before the first digit do not count */
    d->m = m;
    d->exp10 = fraction > 99999 ? -99999 : -(int)fraction;
    if (p < end && (*p == 'e' || *p == 'E')) {
        bool eneg = false;
        int ex = 0;
        if (++p < end && (*p == '-' || *p == '+')) eneg = *p++ == '-';
        if (p == end) return false;
        for (; p < end && (unsigned char)(*p - '0') < 10; p++) ex = ex < 100000 ? ex * 10 + (*p - '0') : ex;
        d->exp10 += eneg ? -ex : ex;
    }
    return p == end;
}

/* Up to 2^53 · 10^±22 one multiplication or division is exact to the last bit (Clinger, 1990), up to 19 digits and 10^±27
 * integers are. */
static inline bool nearest(uint64_t m, int exp10, double *v)
{
    static const double ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    if (m <= (uint64_t)1 << 53 && exp10 >= -22 && exp10 <= 22) {
        *v = exp10 < 0 ? (double)(int64_t)m / ten[-exp10] : (double)(int64_t)m * ten[exp10];
        return true;
    }
    return m && scaled(m, exp10, v);
}

/* What none of this reaches goes to strtod. */
bool ur_parse_number(const char *s, size_t n, double *out)
{
    decimal d = { 0 };
    double v;
    if (!read_decimal(s, s + n, &d)) return false;
    if (d.kept > 19 || !nearest(d.m, d.exp10, &v)) return hard(s, n, out);
    *out = d.neg ? -v : v;
    return true;
}

bool ur_missing(const char *s, size_t n)
{
    static const char *const word[] = { "NA", "NaN", "nan", "NAN", "N/A", "n/a", "null", "NULL", "Null" };
    if (n == 0) return true;
    if (n < 2 || n > 4 || (*s != 'N' && *s != 'n')) return false;
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (strlen(word[i]) == n && memcmp(word[i], s, n) == 0) return true;
    return false;
}

enum { LISTED = 24, NEAREST = 6 }; /* columns that a message lists all; of more, how many */

void ur_column_list(ur_buf *b, const ur_raw *r, const char *name)
{
    int n = 0, nearest[NEAREST + 1], met = 0;
    size_t far[NEAREST + 1];
    for (int i = 0; i < r->ncolumns; i++) {
        bool again = false; /* several tables may have the same columns */
        for (int k = 0; k < i && !again; k++) again = strcmp(r->columns[k], r->columns[i]) == 0;
        if (again) continue;
        if (n++ < LISTED) ur_buf_printf(b, "%s%s", i ? ", " : "", r->columns[i]);
        size_t d = ur_edit_distance(name, r->columns[i]);
        int at = met;
        for (; at && far[at - 1] > d; at--) far[at] = far[at - 1], nearest[at] = nearest[at - 1];
        far[at] = d;
        nearest[at] = i;
        met += met < NEAREST;
    }
    if (n <= LISTED) return;
    b->n = 0;
    for (int k = 0; k < NEAREST; k++) ur_buf_printf(b, "%s%s", k ? ", " : "", r->columns[nearest[k]]);
    ur_buf_printf(b, " and %d more", n - NEAREST);
}

const char *ur_closest(const char *name, char *const *list, int n)
{
    size_t best = strlen(name) / 2 + 1;
    const char *found = NULL;
    if (best > 4) best = 4;
    for (int i = 0; i < n; i++) {
        size_t d = ur_edit_distance(name, list[i]);
        if (strcasecmp(name, list[i]) == 0) d = 0;
        if (d < best) {
            best = d;
            found = list[i];
        }
    }
    return found;
}

void ur_quote(char out[64], const char *s, size_t n)
{
    size_t k = n < 40 ? n : 40;
    while (k < n && k && ((unsigned char)s[k] & 0xC0) == 0x80) k--;
    size_t to = ur_shown(out, 60, s, k, false);
    strcpy(out + to, k < n ? "…" : "");
}

int ur_vec_reserve(void **v, size_t *cap, size_t need, size_t elem, ur_err *e)
{
    size_t want = *cap * 2 < need ? need : *cap * 2;
    if (want < 64) want = 64;
    void *p = want > PTRDIFF_MAX / elem ? NULL : ur_realloc(*v, want * elem);
    if (!p) return ur_nomem(e);
    *v = p;
    *cap = want;
    return 0;
}
