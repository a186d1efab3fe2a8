/* Decimal marks and thousands marks. "1.234" is a little more than one, or twelve hundred and thirty-four: no cell tells, its
 * column does, and where that does not either, the table, or whoever reads it. Knows no tables. Invariant: every value of a
 * column is read by the same marks; what stays open is never guessed in silence. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "data/marks.h"

/* bytes of a blank or an apostrophe between digits; 0: none. NBSP, the thin spaces of French and of ISO 31-0, the Swiss
 * apostrophes */
static size_t spacing(const char *s, size_t n)
{
    static const char *const wide[] = { " ", "'", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x99" };
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (n >= strlen(wide[i]) && memcmp(s, wide[i], strlen(wide[i])) == 0) return strlen(wide[i]);
    return 0;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* [-] digits with marks and an exponent, as plain bytes: blanks between digits are gone (*spaced), a minus is a '-'. 0: no
 * number. */
static size_t plain(const char *s, size_t n, char out[UR_MARKED], bool *spaced)
{
    size_t k = 0, run = 0, i = 0;
    *spaced = false;
    if (n >= 3 && memcmp(s, "\xE2\x88\x92", 3) == 0) {
        out[k++] = '-';
        i = 3;
    }
    for (size_t skip; i < n && s[i] && k + 1 < UR_MARKED; i += skip) {
        skip = 1;
        size_t gap = run ? spacing(s + i, n - i) : 0;
        if (gap) { /* between a head of one to three digits and groups of three */
            if (i + gap + 3 > n || !digit(s[i + gap]) || !digit(s[i + gap + 1]) || !digit(s[i + gap + 2]) ||
                (i + gap + 3 < n && digit(s[i + gap + 3])) || run > 3 || (*spaced && run != 3))
                return 0;
            *spaced = true;
            run = 0;
            skip = gap;
            continue;
        }
        run = digit(s[i]) ? run + 1 : 0;
        out[k++] = s[i];
    }
    out[k] = 0;
    return i < n ? 0 : k;
}

/* digits in groups: a head of 1 to 3 that is not 0, then threes, `mark` between */
static bool grouped(const char *s, size_t n, char mark)
{
    size_t run = 0, groups = 0;
    if (n && *s == '0') return false;
    for (size_t i = 0; i < n; i++) {
        if (digit(s[i])) {
            run++;
        } else if (s[i] != mark || !run || run > 3 || (groups && run != 3)) {
            return false;
        } else {
            groups++;
            run = 0;
        }
    }
    return groups && run == 3;
}

static void without(char *s, char mark)
{
    char *to = s;
    for (; *s; s++)
        if (*s != mark) *to++ = *s;
    *to = 0;
}

unsigned ur_marked_number(const char *s, size_t n, double *v)
{
    char text[UR_MARKED];
    bool spaced;
    size_t k = plain(s, n, text, &spaced), point = 0, comma = 0;
    for (size_t i = 0; i < k; i++) {
        point += text[i] == '.';
        comma += text[i] == ',';
    }
    if (!k) return 0;
    char *from = text + (*text == '-' || *text == '+'),
         last = comma && (!point || strrchr(text, ',') > strrchr(text, '.')) ? ',' : '.';
    size_t whole = strspn(from, "0123456789.,");
    unsigned met = spaced ? UR_MET_GROUPS : 0;
    if (point && comma) { /* the last is the decimal mark, the other stands between groups */
        char *mark = strrchr(text, last);
        if ((last == ',' ? comma : point) != 1 || !grouped(from, (size_t)(mark - from), last == ',' ? '.' : ',') || spaced)
            return 0;
        met |= UR_MET_GROUPS | (last == ',' ? UR_MET_COMMA : UR_MET_POINT);
        without(text, last == ',' ? '.' : ',');
    } else if (point + comma > 1) {
        if (!grouped(from, whole, last) || whole != strlen(from) || spaced) return 0;
        met |= UR_MET_GROUPS | (last == ',' ? UR_MET_POINT : UR_MET_COMMA);
        without(text, last);
    } else if (point + comma == 1) {
        bool open = !spaced && whole == strlen(from) && grouped(from, whole, last);
        met |= last == ',' ? (open ? UR_MET_COMMA_3 : UR_MET_COMMA) : open ? UR_MET_POINT_3 : UR_MET_POINT;
        if (!spaced && (size_t)(strchr(from, last) - from) > 3) met |= UR_MET_LONG;
    } else if (!spaced) {
        met |= whole > 3 ? UR_MET_LONG : *from != '0' ? UR_MET_SHORT : UR_MET_ZERO;
    }
    char *mark = strchr(text, ',');
    if (mark) *mark = '.';
    return ur_parse_number(text, strlen(text), v) ? met : 0;
}

/* ---- a column */

void ur_marks_free(ur_marks *m)
{
    for (int i = 0; i < 2; i++) ur_free(m->at[i].v);
    *m = (ur_marks){ 0 };
}

int ur_marks_note(ur_marks *m, unsigned met, size_t at, size_t row, const char *s, size_t n, ur_err *e)
{
    for (int i = 0; i < UR_MET_KINDS; i++)
        if ((met & ~m->met) & 1u << i) {
            ur_quote(m->like[i], s, n);
            m->row[i] = row;
        }
    m->met |= met;
    if (met & UR_MET_POINT_3 && !(m->met & UR_MET_POINT)) return UR_PUSH(m->at[0], at, e);
    return met & UR_MET_COMMA_3 ? UR_PUSH(m->at[1], at, e) : 0;
}

static const char *like(const ur_marks *m, unsigned kind) { return m->like[__builtin_ctz(kind)]; }

static size_t row(const ur_marks *m, unsigned kind) { return m->row[__builtin_ctz(kind)]; }

/* one of the kinds that was met */
static unsigned one_of(const ur_marks *m, unsigned kinds)
{
    unsigned met = m->met & kinds;
    return met & -met;
}

static char told(unsigned met)
{
    bool point = met & UR_MET_POINT, comma = met & UR_MET_COMMA;
    return point && !comma ? '.' : comma && !point ? ',' : 0;
}

/* both could be: what the rest of the table says, then what is usual where fields are split so, and whether to say so. 0: nothing
 * is */
static char usual(const ur_marks *m, const ur_marks_rule *r, bool *doubt)
{
    bool point = m->met & UR_MET_POINT_3, small = m->met & UR_MET_SHORT;
    if (told(r->table)) return told(r->table);
    if (m->met & UR_MET_LONG) /* numbers above 999 have no mark between thousands: this is none */
        return point ? '.' : ',';
    if (r->usual) return r->usual;
    if (small && (r->delimiter == ';' || !point)) return 0;
    *doubt = small || r->delimiter == ';';
    return point ? '.' : r->delimiter == ';' ? ',' : 0;
}

int ur_marks_settle(const ur_marks *m, const ur_marks_rule *r, ur_raw *raw, char *decimal, ur_err *e)
{
    unsigned point = one_of(m, UR_MET_POINT), comma = one_of(m, UR_MET_COMMA), open = m->met & (UR_MET_POINT_3 | UR_MET_COMMA_3);
    bool doubt = false;
    char d = r->decimal ? r->decimal : told(m->met);
    *decimal = d;
    if (r->decimal == '.' ? comma : r->decimal == ',' ? point : 0)
        return ur_fail(
            e, UNROLL_ERROR_DATA, "%s:%zu: column %s: '%s' is not a number with a decimal %s, which --decimal asks for", r->path,
            row(m, point | comma), r->column, like(m, r->decimal == '.' ? comma : point), r->decimal == '.' ? "point" : "comma");
    if (point && comma && !r->decimal)
        return ur_fail(
            e, UNROLL_ERROR_DATA,
            "%s:%zu: column %s: '%s' has a decimal point, and '%s' in line %zu a decimal comma; a column needs one mark", r->path,
            row(m, point), r->column, like(m, point), like(m, comma), row(m, comma));
    if (!open) return 0;
    if (!d && open != (UR_MET_POINT_3 | UR_MET_COMMA_3)) d = usual(m, r, &doubt);
    unsigned kind = one_of(m, open), other = m->met & UR_MET_SHORT ? UR_MET_SHORT : open & (open - 1) ? open & (open - 1) : 0;
    if (!d)
        return ur_fail(
            e, UNROLL_ERROR_DATA,
            "%s:%zu: column %s: whether '%s' has a decimal %s or a mark between thousands is not clear%s%s%s; --decimal point or --decimal comma says it",
            r->path, row(m, kind), r->column, like(m, kind), kind == UR_MET_POINT_3 ? "point" : "comma",
            other ? ", beside '" : "", other ? like(m, other) : "", other ? "'" : "");
    unsigned thousands = open & (d == '.' ? UR_MET_COMMA_3 : UR_MET_POINT_3);
    if (thousands && m->met & UR_MET_LONG && !r->decimal)
        return ur_fail(
            e, UNROLL_ERROR_DATA,
            "%s:%zu: column %s: '%s' has a mark between thousands, it seems, and '%s' in line %zu has none; --decimal point or --decimal comma says which mark is which",
            r->path, row(m, thousands), r->column, like(m, thousands), like(m, UR_MET_LONG), row(m, UR_MET_LONG));
    *decimal = d;
    doubt = doubt || (thousands && !r->decimal && !told(m->met) && !r->usual);
    return doubt
               ? ur_raw_remark(raw, e, "%s, column %s: the %s in '%s' (line %zu) is read as %s; --decimal %s reads it otherwise",
                               r->path, r->column, kind == UR_MET_POINT_3 ? "point" : "comma", like(m, kind), row(m, kind),
                               thousands ? "a mark between thousands, as other columns show" : "the decimal mark",
                               d == '.' ? "comma" : "point")
               : 0;
}

void ur_marks_apply(const ur_marks *m, char decimal, double *num)
{
    const ur_zvec *at = &m->at[decimal == ',' ? 0 : 1];
    for (size_t i = 0; decimal && i < at->n; i++) num[at->v[i]] = nearbyint(num[at->v[i]] * 1000);
}

/* ---- what is no number */

static bool ends_with(const char *s, size_t n, const char *end)
{
    return n >= strlen(end) && memcmp(s + n - strlen(end), end, strlen(end)) == 0;
}

static bool all_of(const char *s, size_t n, const char *set)
{
    for (size_t i = 0; i < n; i++)
        if (!s[i] || !strchr(set, s[i])) return false;
    return n > 0;
}

/* another kind of number, or too large a one */
static const char *no_decimal(const char *s, size_t n, size_t lead)
{
    ur_stamp stamp;
    if (ur_parse_time(s, n, &stamp)) return "it is a date, which data declared as time hold";
    if (n > lead + 2 && s[lead] == '0' && (s[lead + 1] | 0x20) == 'x') return "numbers are written in decimal";
    if (all_of(s, n, "0123456789+-.eE") && (memchr(s, 'e', n) || memchr(s, 'E', n)) && digit(s[n - 1]))
        return "it is beyond the largest number there is, 1.8e308; --missing leaves it out";
    return NULL;
}

const char *ur_no_number(const char *s, size_t n)
{
    static const char *const money[] = { "$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5", "EUR", "USD", "GBP", "CHF" };
    static const char *const infinite[] = { "inf", "Inf", "INF", "infinity", "Infinity" };
    double v;
    size_t lead = n && (*s == '-' || *s == '+');
    if (memchr(s, 0, n)) return "it has a zero byte: the file may be UTF-16, or damaged";
    for (size_t i = 0; i < sizeof infinite / sizeof *infinite; i++)
        if (n - lead == strlen(infinite[i]) && memcmp(s + lead, infinite[i], n - lead) == 0)
            return "it is not finite; --missing leaves it out";
    const char *why = n > 1 ? no_decimal(s, n, lead) : NULL;
    if (why) return why;
    if (ends_with(s, n, "%")) return "take the percent sign out of the column";
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        if (n > strlen(money[i]) && memmem(s, n, money[i], strlen(money[i]))) return "take the currency out of the column";
    if (n > 1 && (*s == '<' || *s == '>')) return "it is a bound, not a value; --missing leaves it out";
    if (n > 2 && *s == '(' && s[n - 1] == ')') return "a number below zero needs a minus before it";
    if (n > 1 && s[n - 1] == '-' && ur_marked_number(s, n - 1, &v)) return "a number below zero needs a minus before it";
    if (n > 3 && memcmp(s, "\xE2\x80\x93", 3) == 0 && ur_marked_number(s + 3, n - 3, &v))
        return "it begins with a dash; a minus is written '-'";
    if (n > 1 && all_of(s, n, "0123456789.,/:-")) return "it is not one decimal number; --missing leaves it out";
    for (size_t k = n; k > 1 && n - k < 6; k--)
        if (ur_marked_number(s, k - 1, &v) && s[k - 1] != '.' && s[k - 1] != ',')
            return "take the unit out of the column, and write numbers out";
    return NULL;
}
