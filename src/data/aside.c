/* Columns that no data are bound to: which of them tells the times of rows, and words among their numbers and times.
 * Knows no models. Invariant: a cell of the column of times that is neither empty nor a time is never passed over: it is refused,
 * or the column is no column of times, and either names the cell. */
#include <stdio.h>
#include <string.h>
#include "data/table.h"

enum { ASKED = 100, LOOK = 500 }; /* rows in which times are looked for: the first ones may have none; in which numbers are */

static void meet(ur_met *m, const ur_tabular *t, const char *s, size_t n)
{
    if (!m->n++) {
        m->row = t->row;
        ur_quote(m->like, s, n);
    }
    m->last = t->row;
}

static bool is_missing(const ur_tabular *t, const char *s, size_t n)
{
    return ur_missing(s, n) || (t->in->nsentinel && ur_is_sentinel(t->in, -1, s, n));
}

static bool says_index(const char *name)
{
    static const char *const word[] = { "index", "id", "ds", "t", "" };
    bool named = false;
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) named = named || strcasecmp(name, word[i]) == 0;
    return named;
}

/* a date, whatever its column is called? 20200131 may be a number, and so may 01.2020 and an index 202001 */
static bool is_date(const ur_stamp *d, const char *name, bool named)
{
    const ur_time_form *f = &d->form;
    bool number = !f->date || (f->date == '.' && f->parts == 1);
    return !number || f->period || ur_says_date(name) || (named && !f->date && f->parts > 1);
}

/* The first unbound column that holds dates, else the first that holds numbers under a name that says time or an index, tells
 * when the rows were. */
static int find_when(ur_tabular *t, size_t col, const char *s, size_t n)
{
    ur_source *src = t->src;
    ur_aside *a = &t->aside[col];
    ur_stamp stamp;
    double v;
    bool time = ur_says_time(ur_column_name(t, col)), named = time || says_index(ur_column_name(t, col));
    bool date = ur_parse_time(s, n, &stamp) && is_date(&stamp, ur_column_name(t, col), named);
    if (date && !stamp.form.date && !stamp.form.period && t->when == (int)col && !src->when_date)
        date = false; /* after numbers */
    bool number = !date && named && ur_parse_number(s, n, &v);
    a->dates += date;
    if (!date && !number && !is_missing(t, s, n)) meet(&a->no_date, t, s, n);
    if (a->no_date.n || (!date && (!number || t->when >= 0))) return 0;
    ur_free(src->when_name);
    t->when = (int)col;
    t->when_known = date;
    src->when_date = date;
    src->when.n = src->away.n = 0;
    src->form = (ur_time_form){ 0 };
    ur_orders_free(&src->orders);
    for (size_t i = 0; i < src->nrow; i++)
        if (UR_PUSH(src->when, __builtin_nan(""), t->e) || UR_PUSH(src->away, 0, t->e)) return UNROLL_ERROR_MEMORY;
    return (src->when_name = ur_strdup(ur_column_name(t, col))) ? 0 : ur_nomem(t->e);
}

/* a whole number of so many digits that the double nearest to it is another */
static bool is_cut(const char *s, size_t n, double v)
{
    char exact[32];
    if (__builtin_fabs(v) < 0x1p53 || !(__builtin_fabs(v) < 1e20)) return false;
    int k = snprintf(exact, sizeof exact, "%.0f", v);
    return strspn(s, "-0123456789") >= n && (n != (size_t)k || memcmp(s, exact, n) != 0);
}

/* digits after the point, of a plain number */
static ur_time_form decimals(const char *s, size_t n, double v)
{
    const char *point = memchr(s, '.', n), *p = point ? point + 1 : s;
    while (point && p < s + n && *p >= '0' && *p <= '9') p++;
    size_t k = point ? (size_t)(p - point - 1) : 0;
    return (ur_time_form){ .parts = 1, .digits = (uint8_t)(k < 15 ? k : 15), .cut = is_cut(s, n, v) };
}

static int when_cell(ur_tabular *t, const char *s, size_t n)
{
    ur_aside *a = &t->aside[t->when];
    ur_stamp stamp = { .t = __builtin_nan("") };
    double v;
    bool date = t->src->when_date, none = is_missing(t, s, n),
         good = !none && (date ? ur_parse_time(s, n, &stamp) : ur_parse_number(s, n, &v));
    if (!good) stamp = (ur_stamp){ .t = __builtin_nan("") };
    else if (!date) stamp = (ur_stamp){ .t = v, .form = decimals(s, n, v) };
    a->times += good;
    if (!good && !none) meet(&a->no_time, t, s, n);
    ur_time_form_join(&t->src->form, &stamp.form);
    if (ur_orders_note(&t->src->orders, &stamp, t->src->when.n, t->row, s, n, t->e)) return UNROLL_ERROR_MEMORY;
    return UR_PUSH(t->src->when, stamp.t, t->e) || UR_PUSH(t->src->away, stamp.away, t->e) ? UNROLL_ERROR_MEMORY : 0;
}

/* a year, a quarter, a month, … of a time that stands in several columns */
static int part_cell(ur_tabular *t, size_t col, const char *s, size_t n)
{
    ur_source *src = t->src;
    ur_aside *a = &t->aside[col];
    int part = t->part[col], value = -1;
    char style = 0;
    ur_month_words months = { 0 };
    bool none = is_missing(t, s, n), good = !none && ur_parse_part(part, s, n, &value, &style, &months);
    if (!src->part_name[part]) return 0;
    if ((int)col != t->when) {
        a->times += good;
        if (!good && !none) meet(&a->no_time, t, s, n);
    }
    if (good && (!src->parts.part[part] || style == '0' || style == '.')) src->parts.part[part] = style;
    ur_month_words_join(&src->parts.months, &months);
    return UR_PUSH(src->part[part], (int16_t)(good ? value : -1), t->e);
}

static bool is_letter(char c) { return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)c >= 0x80; }

/* Columns that nobody reads say how the table writes its numbers; quoted cells with commas between commas may be lists. A word
 * among numbers may be that of a sum. */
static void look_aside(ur_tabular *t, size_t col, const char *s, size_t n)
{
    ur_aside *a = &t->aside[col];
    double v;
    unsigned met = 0;
    if (t->src->nrow - t->before < LOOK) {
        met = n && n < UR_MARKED ? ur_marked_number(s, n, &v) : 0;
        t->met |= met & (t->csv.delimiter == ',' ? UR_MET_POINT : UR_MET_POINT | UR_MET_COMMA);
        a->numbers += met != 0;
    }
    if (!met && n && is_letter(*s) && (a->numbers || t->src->nrow == t->before) && !is_missing(t, s, n)) meet(&a->word, t, s, n);
}

int ur_aside_cell(ur_tabular *t, size_t col, const char *s, size_t n)
{
    if (t->form == UR_FORM_HEADER) look_aside(t, col, s, n);
    int rc = t->when_known ? 0 : find_when(t, col, s, n);
    if (!rc && (int)col == t->when) rc = when_cell(t, s, n);
    return !rc && t->part[col] >= 0 ? part_cell(t, col, s, n) : rc;
}

static void forget_when(ur_tabular *t)
{
    ur_free(t->src->when_name);
    t->src->when_name = NULL;
    t->when = -1;
}

void ur_aside_row(ur_tabular *t)
{
    t->when_known = t->when_known || t->src->nrow >= ASKED;
    if (t->src->when_name && t->src->when.n != t->src->nrow) forget_when(t); /* a later file without that column */
}

/* ---- the whole file */

/* so many others stand beside so many that are right: does that column hold the others by mistake? */
static bool by_mistake(size_t right, size_t others) { return others && right >= 2 * others; }

static int refuse(const ur_tabular *t, size_t col, const ur_met *m, size_t right, const char *what)
{
    char more[80] = "";
    if (m->n > 1) snprintf(more, sizeof more, " (%zu such cells, the last in line %zu)", m->n, m->last);
    return ur_fail(
        t->e, UNROLL_ERROR_DATA,
        "%s:%zu: column %s: '%s' is not %s, as %zu other cell%s %s%s: correct it; a row of a sum, or a remark, has to go out of the table; where the time of a row is missing: --missing '%s'",
        t->path, m->row, ur_column_name(t, col), m->like, what, right, right == 1 ? "" : "s", right == 1 ? "is" : "are", more,
        m->like);
}

/* times of a column that is bound to data go before all others */
static bool time_is_bound(const ur_source *s)
{
    for (int i = 0; i < s->nbound; i++)
        if (s->bound[i].kind == UR_TIME && s->bound[i].by_row) return true;
    return false;
}

/* the column that tells the times */
static int settle_when(ur_tabular *t)
{
    ur_aside *a = &t->aside[t->when];
    size_t col = (size_t)t->when;
    bool date = t->src->when_date;
    if (!a->no_time.n || (!date && !ur_says_time(ur_column_name(t, col)))) return 0;
    if (by_mistake(a->times, a->no_time.n)) return refuse(t, col, &a->no_time, a->times, date ? "a date or a time" : "a number");
    forget_when(t);
    return ur_raw_remark(t->in->r, t->e, "%s:%zu: column %s is not read as times: '%s' is none, and so are %zu of its %zu cells",
                         t->path, a->no_time.row, ur_column_name(t, col), a->no_time.like, a->no_time.n, a->no_time.n + a->times);
}

/* a column that would tell the times, but for a cell before its first date */
static int settle_late(const ur_tabular *t)
{
    for (size_t c = 0; c < t->name.n; c++)
        if (t->aside[c].dates > 1 && by_mistake(t->aside[c].dates, t->aside[c].no_date.n))
            return refuse(t, c, &t->aside[c].no_date, t->aside[c].dates, "a date or a time");
    return 0;
}

/* has a text the four digits of a year, and more than them? */
static bool has_year(const char *s)
{
    size_t k = strcspn(s, "0123456789"), n = strspn(s + k, "0123456789");
    for (; n && n != 4; n = strspn(s + k, "0123456789")) {
        k += n;
        k += strcspn(s + k, "0123456789");
    }
    return n && (k || s[k + n]) && (s[k] == '1' || s[k] == '2');
}

/* a column whose name says time, or a date beside cells with a year in them, and whose cells tell none: forecasts have no dates
 * then */
static int settle_unread(ur_tabular *t)
{
    for (size_t c = 0; c < t->name.n; c++) {
        const ur_met *m = &t->aside[c].no_date;
        const char *name = ur_column_name(t, c);
        if (!m->n || !(ur_says_time(name) || (ur_says_date(name) && has_year(m->like)))) continue;
        return ur_raw_remark(
            t->in->r, t->e,
            "%s:%zu: column %s: '%s' is not read as a time, and no other column tells one; dates are written as 2013-01-31 (or 31.01.2013, 1/31/2013), "
            "maybe with 06:00:00 after them, 2013-01, 01/2013, 2013Q1 or 2013-W05",
            t->path, m->row, name, m->like);
    }
    return 0;
}

/* times in several columns: one of them may be of something else, as hours that count to 24 */
static int settle_parts(ur_tabular *t)
{
    int rc = 0;
    for (size_t c = 0; c < t->name.n && !rc; c++) {
        const ur_aside *a = &t->aside[c];
        if (t->part[c] < 0 || !a->no_time.n) continue;
        if (by_mistake(a->times, a->no_time.n) && is_letter(*a->no_time.like))
            return refuse(t, c, &a->no_time, a->times, "a part of a date");
        char **name = &t->src->part_name[t->part[c]];
        if (*name && a->times)
            rc = ur_raw_remark(t->in->r, t->e, "%s:%zu: column %s is not read as a part of times: '%s' is none", t->path,
                               a->no_time.row, ur_column_name(t, c), a->no_time.like);
        ur_free(*name);
        *name = NULL;
    }
    return rc;
}

/* a word in a column of numbers: all else in its row may be a sum too */
static int settle_words(ur_tabular *t)
{
    for (size_t c = 0; c < t->name.n; c++) {
        const ur_aside *a = &t->aside[c];
        if (!a->word.n || a->numbers < 3 * a->word.n) continue;
        char more[80] = "";
        if (a->word.n > 1)
            snprintf(more, sizeof more, " and %zu more in it, to line %zu, are no numbers", a->word.n - 1, a->word.last);
        else snprintf(more, sizeof more, " is no number");
        if (ur_raw_remark(
                t->in->r, t->e,
                "%s:%zu: column %s: '%s'%s, as the others are: such a row is read as data like any other; where it is a sum or a remark, it has to go out of the table",
                t->path, a->word.row, ur_column_name(t, c), a->word.like, more))
            return UNROLL_ERROR_MEMORY;
    }
    return 0;
}

int ur_aside_settle(ur_tabular *t)
{
    int rc = 0;
    if (!time_is_bound(t->src)) {
        if (t->when >= 0) rc = settle_when(t);
        if (!rc && !(t->when >= 0 && t->src->when_date)) rc = settle_late(t);
        if (!rc && !(t->when >= 0 && t->src->when_date)) rc = settle_parts(t);
        if (!rc && t->when < 0) rc = settle_unread(t);
    }
    return rc ? rc : settle_words(t);
}
