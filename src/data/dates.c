/* Dates of a whole column: whether 01/02/2020 has the day or the month first; times that stand in several columns, as year and
 * quarter. Knows no files. Invariant: a column has one order, which is that of the cells that can be read in one way only; what
 * stays open is never settled in silence. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "data/civil.h"
#include "data/parts.h"

enum { DAY = 86400 };

/* ---- day or month first */

static bool is_open(const ur_day_order *o, size_t cell) { return cell / 8 < o->room && (o->open[cell / 8] >> cell % 8 & 1); }

static int open_cell(ur_day_order *o, size_t cell, ur_err *e)
{
    if (cell / 8 >= o->room) {
        size_t room = cell / 4 + 64;
        uint8_t *more = ur_realloc(o->open, room);
        if (!more) return ur_nomem(e);
        memset(more + o->room, 0, room - o->room);
        o->open = more;
        o->room = room;
    }
    o->open[cell / 8] |= (uint8_t)(1 << cell % 8);
    return 0;
}

static void note_form(ur_orders *o, const ur_time_form *f, size_t row, const char *text, size_t n)
{
    for (int k = 0; k < o->nform; k++)
        if (ur_time_form_alike(&o->form[k], f)) return;
    if (o->nform == UR_FORMS || !f->parts) return;
    o->form[o->nform] = *f;
    o->form_row[o->nform] = row;
    ur_quote(o->form_like[o->nform++], text, n);
}

int ur_orders_note(ur_orders *o, const ur_stamp *s, size_t cell, size_t row, const char *text, size_t n, ur_err *e)
{
    ur_day_order *of = &o->of[!s->form.first ? UR_SPANS : s->form.date == '.' ? UR_POINTS : UR_SLASHES];
    if (s->form.cut && !o->ncut++) {
        ur_quote(o->cut, text, n);
        o->cut_row = row;
        o->cut_t = s->t;
    }
    note_form(o, &s->form, row, text, n);
    if (s->order & ~of->met) {
        ur_quote(of->like[__builtin_ctz(s->order)], text, n);
        of->row[__builtin_ctz(s->order)] = row;
    }
    of->met |= s->order;
    return s->order == UR_DAY_OR_MONTH ? open_cell(of, cell, e) : 0;
}

void ur_orders_free(ur_orders *o)
{
    for (int k = 0; k < UR_ORDERS; k++) ur_free(o->of[k].open);
    *o = (ur_orders){ 0 };
}

typedef struct wall {
    int64_t day;
    double rest;
    int y, m, d;
} wall;

static wall wall_of(double t, int away)
{
    double clock = t + away * 60.0, day = floor(clock / DAY);
    wall w = { .day = (int64_t)day, .rest = clock - day * DAY };
    ur_civil(w.day, &w.y, &w.m, &w.d);
    return w;
}

/* The number that is the same in all dates that can be read both ways, over several years, is the day: months are told by their
 * first day, say. 0: neither is, or both. */
static char constant(const ur_day_order *o, const double *t, const int16_t *away, size_t n)
{
    wall first = { 0 };
    bool any = false, years = false, days = true, months = true;
    for (size_t i = 0; i < n; i++) {
        if (!is_open(o, i)) continue;
        wall w = wall_of(t[i], away ? away[i] : 0);
        first = any ? first : w;
        any = true;
        years = years || w.y != first.y;
        days = days && w.d == first.d;
        months = months && w.m == first.m;
    }
    return !years || days == months ? 0 : days ? 'd' : 'm';
}

static void month_first(const ur_day_order *o, double *t, const int16_t *away, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_open(o, i)) continue;
        int ahead = away ? away[i] : 0;
        wall w = wall_of(t[i], ahead);
        t[i] = (double)ur_days_from(w.y, w.d, w.m) * DAY + w.rest - ahead * 60.0;
    }
}

int ur_orders_cut(const ur_orders *o, const char *from, bool date, ur_raw *raw, ur_err *e)
{
    if (!o->ncut) return 0;
    if (date)
        return ur_raw_remark(raw, e, "%s: digits beyond the microsecond are not kept: %zu time%s, first '%s' (line %zu)", from,
                             o->ncut, o->ncut == 1 ? " has them" : "s have them", o->cut, o->cut_row);
    return ur_raw_remark(
        raw, e,
        "%s: whole numbers above 9007199254740992 lose their last digits: %zu do%s, first '%s' (line %zu), which is kept, and written again, as %.0f; as dates, or in "
        "microseconds, they keep them",
        from, o->ncut, o->ncut == 1 ? "es" : "", o->cut, o->cut_row, o->cut_t);
}

/* dates between the same kind of marks; *kept: the order that is held for them, and will be */
static int settle_order(const ur_day_order *o, const char *from, char asked, char usual, char *kept, double *t,
                        const int16_t *away, size_t n, ur_time_form *form, ur_raw *raw, ur_err *e)
{
    bool day = o->met & UR_DAY_FIRST, month = o->met & UR_MONTH_FIRST;
    if (!o->met) return 0;
    if (day && month)
        return ur_fail(
            e, UNROLL_ERROR_DATA,
            "%s: '%s' (line %zu) has the day first, and '%s' (line %zu) the month; a column of dates needs one order: rewrite the rows of one of them, or all dates as 2020-01-31",
            from, o->like[0], o->row[0], o->like[1], o->row[1]);
    if (asked == 'd' ? month : asked == 'm' ? day : false)
        return ur_fail(e, UNROLL_ERROR_DATA, "%s: '%s' (line %zu) has the %s first, and --dates asks for the %s", from,
                       o->like[month], o->row[month], month ? "month" : "day", month ? "day" : "month");
    char told = asked ? asked : day ? 'd' : month ? 'm' : *kept ? *kept : usual;
    char order = told ? told : constant(o, t, away, n);
    order = order ? order : 'd';
    if (order == 'm') month_first(o, t, away, n);
    if (form->first) form->first = order;
    if (told) {
        *kept = told;
        return 0;
    }
    return ur_raw_remark(
        raw, e,
        "%s: whether '%s' (line %zu) has the day or the month first is not clear: the %s is read as %s; --dates %s reads it otherwise",
        from, o->like[2], o->row[2], order == 'd' ? "first number" : "second number", "the day", order == 'd' ? "month" : "day");
}

/* 2010/11 beside 2011/12, or 2012/13: seasons and fiscal years, each at its first year's begin; months of one year after another
 * are no rows. *kept as above */
static int settle_spans(const ur_day_order *o, const char *from, char *kept, double *t, size_t n, ur_time_form *form, ur_err *e)
{
    bool month = o->met & UR_MONTH, years = o->met & UR_YEARS, several = false;
    size_t first = n;
    if (!o->met) return 0;
    if (month && years)
        return ur_fail(e, UNROLL_ERROR_DATA,
                       "%s: '%s' (line %zu) is a month, and '%s' (line %zu) two years; a column of dates needs one of them: "
                       "correct the rows of the other",
                       from, o->like[0], o->row[0], o->like[1], o->row[1]);
    for (size_t i = 0; i < n; i++) {
        if (!is_open(o, i)) continue;
        first = first < n ? first : i;
        several = several || t[i] != t[first];
    }
    char told = years ? 'y' : month ? 'm' : several ? 'y' : *kept;
    *kept = told;
    if (told != 'y') {
        form->span = 0;
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (is_open(o, i)) t[i] = (double)ur_days_from(wall_of(t[i], 0).y, 1, 1) * DAY;
    return 0;
}

static int remark_forms(const ur_orders *o, const char *from, ur_raw *raw, ur_err *e)
{
    ur_buf b = { 0 };
    for (int k = 0; k < o->nform; k++)
        ur_buf_printf(&b, "%s'%s' (line %zu)", !k ? "" : k + 1 < o->nform ? ", " : " and ", o->form_like[k], o->form_row[k]);
    int rc = b.bad
                 ? ur_nomem(e)
                 : ur_raw_remark(raw, e, "%s: dates have several forms, as %s; they are written again as 2013-01-31", from, b.s);
    ur_buf_free(&b);
    return rc;
}

int ur_orders_settle(const ur_orders *o, const char *from, const ur_read_options *how, double *t, const int16_t *away, size_t n,
                     ur_time_form *form, ur_raw *raw, ur_err *e)
{
    static const char usual[UR_SPANS] = { [UR_POINTS] = 'd' };
    char *const kept[UR_SPANS] = { [UR_POINTS] = &raw->manner.points, [UR_SLASHES] = &raw->manner.dates };
    int rc = ur_orders_cut(o, from, true, raw, e);
    if (!rc) rc = settle_spans(&o->of[UR_SPANS], from, &raw->manner.spans, t, n, form, e);
    for (int k = 0; k < UR_SPANS && !rc; k++)
        rc = settle_order(&o->of[k], from, how->dates, usual[k], kept[k], t, away, n, form, raw, e);
    return rc || o->nform < 2 ? rc : remark_forms(o, from, raw, e);
}

/* ---- times in several columns */

int ur_part_named(const char *column)
{
    static const char *const word[][UR_PARTS] = {
        { "year", "quarter", "month", "day", "hour", "minute" },     { "yr", "qtr", "mon", "mday", "hr", "min" },
        { "jahr", "quartal", "monat", "tag", "stunde", "minute" },   { "année", "trimestre", "mois", "jour", "heure", "minute" },
        { "annee", "trimestre", "mois", "jour", "heure", "minute" }, { "año", "trimestre", "mes", "día", "hora", "minuto" },
        { "ano", "trimestre", "mes", "dia", "hora", "minuto" },      { "anno", "trimestre", "mese", "giorno", "ora", "minuto" },
        { "ano", "trimestre", "mês", "dia", "hora", "minuto" },      { "jaar", "kwartaal", "maand", "dag", "uur", "minuut" },
    };
    for (size_t k = 0; k < sizeof word / sizeof *word; k++)
        for (int i = 0; i < UR_PARTS; i++)
            if (strcasecmp(word[k][i], column) == 0) return i;
    return -1;
}

bool ur_parse_part(int part, const char *s, size_t n, int *value, char *style, ur_month_words *months)
{
    static const int low[UR_PARTS] = { 1, 1, 1, 1, 0, 0 }, high[UR_PARTS] = { 9999, 4, 12, 31, 23, 59 };
    size_t whole;
    *months = (ur_month_words){ 0 };
    *style = 'j';
    if (part == 2 && (*value = ur_month_read(s, n, &whole, months)) != 0) {
        months->dot = whole + 1 == n && s[whole] == '.';
        return whole + months->dot == n;
    }
    *style = n == 2 && *s == '0' ? '0' : '1';
    if (part == 1 && n == 2 && (*s | 0x20) == 'q') {
        *style = *s++;
        n--;
    }
    if (n > 2 && s[n - 1] == '0' && s[n - 2] == '.') { /* a whole number, as tables of floating point numbers have it */
        *style = '.';
        n -= 2;
    }
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || i > 3) return false;
        *value = *value * 10 + (s[i] - '0');
    }
    return n && *value >= low[part] && *value <= high[part];
}

bool ur_part_text(double t, int away, const ur_time_form *form, int part, int *value, char out[48])
{
    wall w = wall_of(t, away);
    const int of[UR_PARTS] = { w.y, (w.m + 2) / 3, w.m, w.d, (int)w.rest / 3600, (int)w.rest / 60 % 60 };
    char style = form->part[part];
    *value = of[part];
    switch (style) {
    case 'j': ur_month_text(&form->months, w.m, out); break;
    case '.': snprintf(out, 48, "%d.0", *value); break;
    case '0': snprintf(out, 48, "%02d", *value); break;
    default: snprintf(out, 48, "%c%d", style, *value);
    }
    return style != '1';
}

double ur_time_of_parts(const int value[UR_PARTS], const ur_time_form *form)
{
    int m = form->part[2] ? value[2] : 3 * value[1] - 2, d = form->part[3] ? value[3] : 1;
    if (d > ur_month_days(value[0], m)) return NAN;
    return (double)ur_days_from(value[0], m, d) * DAY + (form->part[4] ? value[4] : 0) * 3600.0 +
           (form->part[5] ? value[5] : 0) * 60.0;
}
