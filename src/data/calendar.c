/* How times go on: the step of a column, found over all of it, and what lies some steps away.
 * Knows no tables. Invariants: days and months are those of the wall clock, hours and less of the instants; what is found does
 * not depend on a single row, so that a last row out of step, a gap or a holiday does not move a forecast. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "data/civil.h"
#include "data/data.h"
#include "math/math.h"

enum { DAY = 86400, WEEK = 7, LAST = 31, WORKDAYS = 0x1f, NEAR = 3 };

typedef struct moment {
    int64_t day;
    double rest;
    int y, m, d;
} moment; /* a wall clock: days since 1970, seconds in the day */

static moment wall(double t, int away)
{
    double w = t + away * 60.0, day = floor(w / DAY);
    moment k = { .day = (int64_t)day, .rest = w - day * DAY };
    ur_civil(k.day, &k.y, &k.m, &k.d);
    return k;
}

/* beyond it days are no whole numbers that can be reckoned with */
static bool reckonable(double t) { return fabs(t) < UR_FAR; }

static int days_in(uint8_t on)
{
    int n = 0;
    for (int k = 0; k < WEEK; k++) n += on >> k & 1;
    return n;
}

/* days that are on in (from, to], below 0 where to < from */
static int64_t weekdays_between(uint8_t on, int64_t from, int64_t to)
{
    int64_t lo = from < to ? from : to, n = (from < to ? to - from : from - to), count = n / WEEK * days_in(on);
    for (int64_t k = 0; k < n % WEEK; k++) count += on >> ur_weekday(lo + n - k + (from < to ? 0 : -1)) & 1;
    return from < to ? count : -count;
}

/* the day of that month; of the weekdays `on` (0: all) the first from it on, or, in a month's second half, the last up to it */
static int aimed(int day, uint8_t on, int y, int m)
{
    int most = ur_month_days(y, m), d = day < most ? day : most, to = day <= LAST / 2 ? 1 : -1;
    while (on && !(on >> ur_weekday(ur_days_from(y, m, d)) & 1)) d += to;
    return d;
}

/* The first to fourth, and the last, of a weekday in a month, as `aimed` finds them: the third is the first one from the 15th on,
 * the fourth the last one up to the 28th */
enum { NTHS = 5 };
static const struct {
    uint8_t day;
    const char *name;
} nth[NTHS] = { { 1, "first" }, { 8, "second" }, { 15, "third" }, { 28, "fourth" }, { LAST, "last" } };

/* the month, counted from year 0, whose aimed day is at most `near` days from k; NAN: none is */
static double month_near(const moment *k, int day, uint8_t on, int near)
{
    for (int off = -(near > 0); off <= (near > 0); off++) {
        int month = k->y * 12 + k->m - 1 + off, m = (month % 12 + 12) % 12, y = (month - m) / 12;
        if (llabs(k->day - ur_days_from(y, m + 1, aimed(day, on, y, m + 1))) <= near) return month;
    }
    return NAN;
}

/* ---- a step from a text */

/* clang-format off */
static const struct { const char *name; ur_pace_kind kind; double by; } known[] = {
    { "s", UR_PACE_SECONDS, 1 }, { "sec", UR_PACE_SECONDS, 1 }, { "second", UR_PACE_SECONDS, 1 },
    { "min", UR_PACE_SECONDS, 60 }, { "minute", UR_PACE_SECONDS, 60 }, { "h", UR_PACE_SECONDS, 3600 }, { "hour", UR_PACE_SECONDS, 3600 },
    { "d", UR_PACE_DAYS, 1 }, { "day", UR_PACE_DAYS, 1 }, { "w", UR_PACE_DAYS, WEEK }, { "week", UR_PACE_DAYS, WEEK },
    { "bday", UR_PACE_WEEKDAYS, 1 }, { "month", UR_PACE_MONTHS, 1 }, { "quarter", UR_PACE_MONTHS, 3 }, { "year", UR_PACE_MONTHS, 12 },
};
/* clang-format on */

bool ur_pace_parse(const char *text, ur_pace *out)
{
    size_t n = strspn(text, "0123456789.-"), len = strlen(text + n);
    double by = 1;
    const char *name = text + n;
    if (n && (!ur_parse_number(text, n, &by) || by == 0)) return false;
    if (!len) {
        const char *point = memchr(text, '.', n);
        *out = (ur_pace){ .kind = UR_PACE_NUMBER, .by = by, .digits = (uint8_t)(point ? n - (size_t)(point + 1 - text) : 0) };
        return n > 0 && out->digits < 16;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t k = strlen(known[i].name);
        bool plural = len == k + 1 && (name[k] == 's' || name[k] == 'S') && k > 1;
        if ((len != k && !plural) || strncasecmp(name, known[i].name, k) != 0) continue;
        if (!(fabs(by) <= 1e6) || (known[i].kind != UR_PACE_SECONDS && by != floor(by))) return false;
        *out = (ur_pace){ .kind = known[i].kind, .by = by * known[i].by, .on = known[i].kind == UR_PACE_WEEKDAYS ? WORKDAYS : 0 };
        return true;
    }
    return false;
}

static void counted(char *out, size_t n, double by, const char *what)
{
    if (by == 1) snprintf(out, n, "every %s", what);
    else snprintf(out, n, "every %.15g %ss", by, what);
}

/* in the largest unit of its kind of which it is a whole number */
static void in_units(char *out, ur_pace_kind kind, double by)
{
    double most = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) { /* whole names come last */
        if (known[i].kind != kind || fmod(by, known[i].by) != 0 || known[i].by < most) continue;
        most = known[i].by;
        counted(out, 80, by / most, known[i].name);
    }
    if (!most) counted(out, 80, by, "second");
}

void ur_pace_text(const ur_pace *p, char out[80])
{
    static const char *const name[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
    double by = fabs(p->by);
    size_t n = 0;
    *out = 0;
    switch (p->kind) {
    case UR_PACE_NONE: break;
    case UR_PACE_NUMBER:
        snprintf(out, 80, p->by == floor(p->by) && by < 1e19 ? "in steps of %.0f" : "in steps of %.10g", p->by);
        return;
    case UR_PACE_SECONDS:
    case UR_PACE_DAYS: in_units(out, p->kind, by); break;
    case UR_PACE_MONTHS:
        in_units(out, p->kind, by);
        n = strlen(out);
        for (int k = 0; k < NTHS && days_in(p->on) == 1; k++)
            if (p->day == nth[k].day) snprintf(out + n, 80 - n, ", on the %s %s", nth[k].name, name[__builtin_ctz(p->on)]);
        break;
    case UR_PACE_WEEKDAYS:
        if (p->on == WORKDAYS) {
            counted(out, 80, by, "business day");
            break;
        }
        for (int k = 0; k < WEEK && n < 80; k++)
            if (p->on >> k & 1) n += (size_t)snprintf(out + n, 80 - n, "%s%s", n ? ", " : "every ", name[k]);
        break;
    }
    n = strlen(out);
    if (p->by < 0 && n) snprintf(out + n, 80 - n, ", backwards");
}

/* ---- going on */

/* A time of rounded fractions, as 1960.916667 is 11 twelfths, or, in the middle of a month, 23 of 24: the fraction itself, so
 * that what follows is rounded once */
static double exact(const ur_pace *p, double t)
{
    double parts = nearbyint(1 / fabs(p->by)), half = 0.5001 * pow(10, -p->digits);
    if (!(parts > 1 && parts < 1e6) || fabs(fabs(p->by) * parts - 1) > 1e-9) return t;
    for (int k = 1; k <= 2; k++) {
        double whole = nearbyint(t * parts * k) / (parts * k);
        if (fabs(whole - t) <= half) return whole;
    }
    return t;
}

double ur_pace_add(const ur_pace *p, double t, int away, double steps)
{
    if (isnan(t) || (p->kind > UR_PACE_SECONDS && !(reckonable(t) && fabs(p->by * steps) < 1e8))) return NAN;
    double k = p->by * steps, ten = pow(10, p->digits);
    moment w;
    int64_t day;
    switch (p->kind) {
    case UR_PACE_NONE: return NAN;
    case UR_PACE_NUMBER: return fabs(t + k) * ten < 4e15 ? nearbyint((exact(p, t) + k) * ten) / ten : t + k;
    case UR_PACE_SECONDS: return t + k;
    case UR_PACE_DAYS: return t + k * DAY;
    case UR_PACE_MONTHS: {
        w = wall(t, away);
        double from = p->day ? month_near(&w, p->day, p->on, NEAR) : NAN;
        double month = (isnan(from) ? w.y * 12.0 + (w.m - 1) : from) + k, y = floor(month / 12);
        if (fabs(y) > 1e5) return NAN;
        int m = (int)(month - y * 12) + 1, d = aimed(p->day ? p->day : w.d, p->day ? p->on : 0, (int)y, m);
        return (double)ur_days_from((int)y, m, d) * DAY + w.rest - away * 60.0;
    }
    case UR_PACE_WEEKDAYS: {
        int64_t left = (int64_t)k, sign = left < 0 ? -1 : 1;
        int each = days_in(p->on);
        w = wall(t, away);
        if (!each) return NAN;
        day = w.day + left / each * WEEK;
        for (left = left % each * sign; left > 0; left -= p->on >> ur_weekday(day) & 1) day += sign;
        return t + (double)(day - w.day) * DAY;
    }
    }
    return NAN;
}

double ur_pace_between(const ur_pace *p, double t, int away, double later, int later_away)
{
    double apart = later - t;
    moment a = { 0 }, b = { 0 };
    if (p->kind > UR_PACE_SECONDS) {
        if (!reckonable(t) || !reckonable(later)) return NAN;
        a = wall(t, away);
        b = wall(later, later_away);
    }
    switch (p->kind) {
    case UR_PACE_NONE: return NAN;
    case UR_PACE_NUMBER: {
        double k = apart / p->by, unit = 1.01 * pow(10, -p->digits) / fabs(p->by);
        return p->digits && fabs(k - nearbyint(k)) <= unit ? nearbyint(k) : k;
    }
    case UR_PACE_SECONDS: {
        double k = apart / p->by;
        return fabs(k - nearbyint(k)) * fabs(p->by) < 1e-5 ? nearbyint(k) : k;
    }
    case UR_PACE_DAYS: return ((double)(b.day - a.day) + (b.rest - a.rest) / DAY) / p->by;
    case UR_PACE_WEEKDAYS: {
        bool on = p->on >> ur_weekday(b.day) & 1;
        return ((double)weekdays_between(p->on, a.day, b.day) + (on ? (b.rest - a.rest) / DAY : 0.5)) / p->by;
    }
    case UR_PACE_MONTHS: {
        int day = p->day ? p->day : a.d > b.d ? a.d : b.d;
        uint8_t on = p->day ? p->on : 0;
        double month = (b.y - a.y) * 12.0 + b.m - a.m,
               off = (double)(b.d - aimed(day, on, b.y, b.m)) - (double)(a.d - aimed(day, on, a.y, a.m));
        return (month + off / LAST + (b.rest - a.rest) / DAY / LAST) / p->by;
    }
    }
    return NAN;
}

/* ---- finding */

/* The day of the month that an example keeps to: the last, where nine of ten rows have it, else the most frequent; but the first
 * business day, or the last, where nine of ten rows have that, and more than have any of these; but a weekday's first, say, where
 * nine of ten have that, and more. Of few rows the usual one, where all have it */
static void keep_day(ur_pace *out, const ur_when *w, size_t x)
{
    const ur_pace *usual = w->usual && w->usual->kind == UR_PACE_MONTHS && w->usual->day ? w->usual : NULL;
    size_t met[LAST + 1] = { 0 }, of_weekday[NTHS][WEEK] = { { 0 } };
    size_t from = w->start[x], rows = w->start[x + 1] - from, last = 0, n = 0, best = 0, first_on = 0, last_on = 0, as_usual = 0;
    bool often = rows > 2 && fabs(w->t[from + rows - 1] - w->t[from]) < 20.0 * DAY * (double)(rows - 1); /* than once a month */
    for (size_t i = w->start[x]; i < w->start[x + 1]; i++) {
        if (isnan(w->t[i]) || !reckonable(w->t[i])) continue;
        moment k = wall(w->t[i], w->away ? w->away[i] : 0);
        met[k.d]++;
        last += k.d == ur_month_days(k.y, k.m);
        first_on += k.d == aimed(1, WORKDAYS, k.y, k.m);
        last_on += k.d == aimed(LAST, WORKDAYS, k.y, k.m);
        as_usual += usual && k.d == aimed(usual->day, usual->on, k.y, k.m);
        if (!often && k.d <= 4 * WEEK) of_weekday[(k.d - 1) / WEEK][ur_weekday(k.day)]++;
        if (!often && k.d + WEEK > ur_month_days(k.y, k.m)) of_weekday[NTHS - 1][ur_weekday(k.day)]++;
        n++;
    }
    for (size_t d = 1; d <= LAST; d++)
        if (met[d] >= met[best]) best = d;
    if (n && n < 3 && as_usual == n) {
        out->day = usual->day;
        out->on = usual->on;
        return;
    }
    size_t on = first_on > last_on ? first_on : last_on;
    out->on = n > 2 && on * 10 >= n * 9 && on > last && on > met[best] ? WORKDAYS : 0;
    if (out->on) out->day = first_on > last_on ? 1 : LAST;
    else out->day = last * 10 >= n * 9 ? LAST : (uint8_t)best;
    size_t most = out->on ? on : last > met[best] ? last : met[best];
    for (int q = 0; q < NTHS && n > 2; q++)
        for (int day = 0; day < WEEK; day++) {
            if (of_weekday[q][day] * 10 < n * 9 || of_weekday[q][day] < most + (days_in(out->on) != 1)) continue;
            most = of_weekday[q][day];
            out->day = nth[q].day;
            out->on = (uint8_t)(1 << day);
        }
}

/* do all examples keep to a weekday of the month? */
static bool by_weekday(const ur_when *w)
{
    bool all = true;
    for (size_t x = 0; x < w->n && all; x++) {
        ur_pace p = { .kind = UR_PACE_MONTHS };
        keep_day(&p, w, x);
        all = days_in(p.on) == 1;
    }
    return all;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* the value that most of v are, within `tol`; of equally frequent ones the smallest. *count of them, *mean of them */
static double most_frequent(double *v, size_t n, double tol, size_t *count, double *mean)
{
    double best = NAN, sum = 0;
    size_t lo = 0;
    *count = 0;
    qsort(v, n, sizeof *v, by_value);
    for (size_t hi = 0; hi < n; hi++) {
        sum += v[hi];
        while (v[hi] - v[lo] > tol) sum -= v[lo++];
        if (hi - lo + 1 > *count) {
            *count = hi - lo + 1;
            *mean = sum / (double)*count;
            best = v[lo];
        }
    }
    return best;
}

/* Clocks that tremble: most differences are nearly the same. Their mean, as round as its own error allows */
static double cadence(const double *v, size_t n, size_t *count)
{
    double middle = v[n / 2], sum = 0, square = 0;
    size_t near = 0;
    for (size_t i = 0; i < n; i++) {
        double off = v[i] - middle;
        if (!(fabs(off) <= 0.02 * middle)) continue;
        near++;
        sum += off;
        square += off * off;
    }
    double mean = sum / (double)near, spread = sqrt(fmax(0, square / (double)near - mean * mean) / (double)near);
    *count = near;
    return ur_shortest(middle + mean, 2 * spread);
}

/* What each pair of neighbouring rows says, by one kind of step: of months, where both are `near` days from p's; 0 or NAN:
 * nothing */
static double says(const ur_pace *p, const ur_when *w, size_t i, int near)
{
    ur_pace_kind kind = p->kind;
    double t = w->t[i - 1], u = w->t[i];
    if (kind == UR_PACE_NUMBER) return u - t;
    if (kind == UR_PACE_SECONDS) return nearbyint((u - t) * 1e6) / 1e6;
    moment a = wall(t, w->away ? w->away[i - 1] : 0), b = wall(u, w->away ? w->away[i] : 0);
    if (fabs(a.rest - b.rest) > 1e-3) return NAN;
    if (kind == UR_PACE_DAYS) return (double)(b.day - a.day);
    if (kind == UR_PACE_WEEKDAYS) return (double)weekdays_between(p->on, a.day, b.day);
    return month_near(&b, p->day, p->on, near) - month_near(&a, p->day, p->on, near);
}

static bool usable(const ur_when *w, size_t i) { return isfinite(w->t[i]) && (!w->date || reckonable(w->t[i])); }

static bool pair(const ur_when *w, size_t x, size_t i) { return i > w->start[x] && usable(w, i) && usable(w, i - 1); }

/* do all neighbouring rows have the same time of day? */
static bool of_days(const ur_when *w)
{
    for (size_t x = 0; x < w->n; x++)
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++)
            if (pair(w, x, i) && isnan(says(&(ur_pace){ .kind = UR_PACE_DAYS }, w, i, 0))) return false;
    return true;
}

/* the step of one kind that most pairs make, in the direction of time; of months, on days that tremble by `near` */
static double vote(ur_pace_kind kind, const ur_when *w, uint8_t on, int near_day, int sign, double *v, size_t *count,
                   double *mean)
{
    size_t n = 0;
    double tol = 0, unit = pow(10, -w->form.digits);
    for (size_t x = 0; x < w->n; x++) {
        ur_pace p = { .kind = kind, .on = on };
        if (kind == UR_PACE_MONTHS) keep_day(&p, w, x);
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++) {
            double k = pair(w, x, i) ? says(&p, w, i, near_day) * sign : 0;
            if (k > 0) v[n++] = k;
            if (kind == UR_PACE_NUMBER && w->form.digits) tol = fmax(tol, 1.01 * unit + 4 * DBL_EPSILON * fabs(w->t[i]));
        }
    }
    double by = most_frequent(v, n, tol, count, mean);
    size_t near = 0;
    if (*count == n || kind > UR_PACE_SECONDS || (w->date && of_days(w))) return by;
    double beat = cadence(v, n, &near);
    if (near * 2 < n || near == *count) return by;
    *count = near;
    return *mean = beat;
}

/* Rounded fractions, as the months of a year in 1949.083, 1949.167, 1949.25, are those of the one that is a whole fraction */
static double unrounded(double step, double mean, int digits)
{
    double parts = nearbyint(1 / mean);
    bool rounded = fabs(mean - step) > 1e-3 * pow(10, -digits);
    return rounded && parts > 1 && fabs(1 / mean - parts) < 0.02 ? 1 / parts : rounded ? mean : step;
}

/* The weekdays that rows from `from` to `to` have, where each of seven does not. One that has less than a quarter of the most
 * frequent one's rows, as Saturdays that were worked, is none of them. Fewer than Monday to Friday, and others, are a pattern
 * where it has been there three times. */
static uint8_t weekdays_of(const ur_when *w, size_t from, size_t to)
{
    uint8_t on = 0;
    size_t n = 0, rows[WEEK] = { 0 }, most = 0;
    for (size_t i = from; i < to; i++) {
        if (isnan(w->t[i]) || !reckonable(w->t[i])) continue;
        rows[ur_weekday(wall(w->t[i], w->away ? w->away[i] : 0).day)]++;
        n++;
    }
    for (int k = 0; k < WEEK; k++) most = rows[k] > most ? rows[k] : most;
    for (int k = 0; k < WEEK; k++)
        if (rows[k] && rows[k] * 4 >= most) on |= (uint8_t)(1 << k);
    if (days_in(on) == WEEK || n < 2) return 0;
    return n >= 3 * (size_t)days_in(on) && days_in(on) > 1 ? on : on & ~WORKDAYS ? 0 : WORKDAYS;
}

/* ... that all rows have, or else, of the patterns that examples have, the one of most rows: others may be of months */
static uint8_t weekdays_kept(const ur_when *w)
{
    size_t rows[1 << WEEK] = { 0 };
    uint8_t on = weekdays_of(w, 0, w->start[w->n]);
    for (size_t x = 0; x < w->n && !on && w->n > 1; x++)
        rows[weekdays_of(w, w->start[x], w->start[x + 1])] += w->start[x + 1] - w->start[x];
    rows[0] = 0;
    for (int k = 1; k < 1 << WEEK; k++)
        if (rows[k] > rows[on]) on = (uint8_t)k;
    return on;
}

/* does any pair leave days out that are off? */
static bool leaves_out(const ur_when *w, uint8_t on)
{
    ur_pace day = { .kind = UR_PACE_DAYS }, weekday = { .kind = UR_PACE_WEEKDAYS, .on = on };
    for (size_t x = 0; x < w->n; x++)
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++)
            if (pair(w, x, i) && fabs(says(&day, w, i, 0) - says(&weekday, w, i, 0)) > 0) return true;
    return false;
}

/* rows with a time, after one in their example */
static size_t pairs(const ur_when *w)
{
    size_t n = 0;
    for (size_t x = 0; x < w->n; x++)
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++) n += pair(w, x, i);
    return n;
}

static void elect(ur_pace *out, const ur_when *w, int sign, double *v)
{
    static const ur_pace_kind kind[] = { UR_PACE_MONTHS, UR_PACE_DAYS, UR_PACE_WEEKDAYS, UR_PACE_SECONDS };
    size_t most = 0, count;
    double mean = 0;
    if (!w->date) {
        double by = vote(UR_PACE_NUMBER, w, 0, 0, sign, v, &count, &mean);
        if (count)
            *out = (ur_pace){ .kind = UR_PACE_NUMBER,
                              .by = sign * unrounded(by, mean, w->form.digits),
                              .digits = w->form.digits };
        return;
    }
    uint8_t on = weekdays_kept(w);
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
        if (kind[k] == UR_PACE_WEEKDAYS && !on) continue;
        double by = vote(kind[k], w, on, 0, sign, v, &count, &mean);
        bool sooner = kind[k] == UR_PACE_WEEKDAYS && count == most && out->kind == UR_PACE_DAYS && fabs(out->by) == 1 &&
                      leaves_out(w, on);                                                         /* holidays beside weekends */
        sooner = sooner || (kind[k] == UR_PACE_DAYS && count && count == most && by_weekday(w)); /* 4 weeks, in February */
        if (count <= most && !sooner) continue;
        most = count;
        *out = (ur_pace){ .kind = kind[k], .by = sign * by, .on = kind[k] == UR_PACE_WEEKDAYS ? on : 0 };
    }
    if (most == pairs(w)) return;
    double by = vote(UR_PACE_MONTHS, w, 0, NEAR, sign, v, &count, &mean); /* the weekday next to the 15th */
    if (count > most && count > 2 && count * 2 > pairs(w)) *out = (ur_pace){ .kind = UR_PACE_MONTHS, .by = sign * by };
}

/* neighbouring rows that are one step apart */
static size_t singles(const ur_pace *p, const ur_when *w)
{
    size_t n = 0;
    for (size_t x = 0; x < w->n; x++) {
        ur_pace mine = *p;
        if (p->kind == UR_PACE_MONTHS) keep_day(&mine, w, x);
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++) {
            if (!pair(w, x, i)) continue;
            double steps = ur_pace_between(&mine, w->t[i - 1], w->away ? w->away[i - 1] : 0, w->t[i], w->away ? w->away[i] : 0);
            n += fabs(steps - 1) < 0.05;
        }
    }
    return n;
}

/* does the usual step hold as well as the one that was found? Five days in a row may be all days, or business days */
static bool usual_holds(const ur_pace *found, const ur_when *w)
{
    const ur_pace *p = w->usual;
    if (!p || !p->kind || w->date == (p->kind == UR_PACE_NUMBER)) return false;
    return !found->kind || singles(p, w) >= singles(found, w);
}

int ur_pace_find(ur_pace *out, const ur_when *w, ur_err *e)
{
    size_t up = 0, down = 0, same = 0, rows = w->start[w->n];
    *out = (ur_pace){ 0 };
    for (size_t x = 0; x < w->n; x++)
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++) {
            if (!pair(w, x, i)) continue;
            up += w->t[i] > w->t[i - 1];
            down += w->t[i] < w->t[i - 1];
            same += w->t[i] == w->t[i - 1];
        }
    size_t moved = up + down, less = up < down ? up : down;
    if (same > moved || less * 4 > moved) return 0;
    if (moved) {
        double *v = ur_alloc((rows + 1) * sizeof *v);
        if (!v) return ur_nomem(e);
        elect(out, w, up < down ? -1 : 1, v);
        ur_free(v);
    }
    if (usual_holds(out, w)) {
        *out = *w->usual;
        out->digits = w->form.digits > out->digits ? w->form.digits : out->digits;
    }
    out->found = out->kind != UR_PACE_NONE;
    if (out->kind == UR_PACE_MONTHS && w->n == 1) keep_day(out, w, 0);
    return 0;
}

/* ---- one example's */
/* of its neighbouring rows, the share that are one step apart; NAN: there is but one such pair, or of two just one is */
static double single_steps(const ur_pace *p, const ur_when *w)
{
    size_t n = pairs(w), single = singles(p, w);
    return n < 2 || (n == 2 && single == 1) ? NAN : (double)single / (double)n;
}

/* the days of an example, or the weekdays that it has: four of five business days are a day apart, too */
static ur_pace all_or_some_days(const ur_pace *p, const ur_when *one)
{
    uint8_t on = weekdays_of(one, 0, one->start[1]);
    return (ur_pace){ .kind = on ? UR_PACE_WEEKDAYS : UR_PACE_DAYS, .by = p->by < 0 ? -1 : 1, .on = on };
}

ur_pace ur_pace_of(const ur_pace *p, const ur_when *w, size_t example)
{
    enum { LATEST = 257 }; /* rows that are looked at */
    size_t rows = w->start[example + 1] - w->start[example], last = rows < LATEST ? rows : LATEST, start[2] = { 0, last };
    bool days = (p->kind == UR_PACE_DAYS || p->kind == UR_PACE_WEEKDAYS) && fabs(p->by) == 1;
    ur_pace mine = *p;
    if (p->kind == UR_PACE_MONTHS) keep_day(&mine, w, example);
    if (!p->found || w->n < 2) return mine;
    ur_when one = *w;
    one.t += w->start[example + 1] - last;
    one.away += w->away ? w->start[example + 1] - last : 0;
    one.n = 1;
    one.start = start;
    double share = single_steps(&mine, &one);
    ur_pace own = { 0 };
    if (share >= 0.5) {
        own = all_or_some_days(p, &one);
        bool other = days && share < 0.9 && (own.kind != mine.kind || own.on != mine.on);
        return other && single_steps(&own, &one) > share ? own : mine;
    }
    if (isnan(share)) return mine;
    double v[LATEST];
    elect(&own, &one, p->by < 0 ? -1 : 1, v);
    if (own.kind == UR_PACE_MONTHS) keep_day(&own, w, example);
    return own.kind && single_steps(&own, &one) >= 0.5 ? own : mine;
}

/* ---- rows without a time, and rows to come */

void ur_times_free(ur_times *t)
{
    ur_free(t->t);
    ur_free(t->away);
    ur_free(t->start);
    *t = (ur_times){ 0 };
}

int ur_when_fill(ur_times *out, const ur_when *w, const ur_pace *p, size_t add, ur_err *e)
{
    size_t rows = w->start[w->n] + w->n * add;
    *out = (ur_times){ ur_alloc((rows + 1) * sizeof(double)), w->away ? ur_alloc((rows + 1) * sizeof(int16_t)) : NULL,
                       ur_alloc((w->n + 1) * sizeof(size_t)) };
    if (!out->t || (w->away && !out->away) || !out->start) {
        ur_times_free(out);
        return ur_nomem(e);
    }
    for (size_t x = 0; x < w->n; x++) {
        size_t from = w->start[x], len = w->start[x + 1] - from, to = from + x * add, first = 0;
        ur_pace mine = ur_pace_of(p, w, x);
        out->start[x] = to;
        while (first < len && isnan(w->t[from + first])) first++;
        for (size_t i = 0, last = first; i < len + add;
             i++) { /* last: the row that has the time from which this one is reckoned */
            bool has = i < len && !isnan(w->t[from + i]);
            last = has ? i : last;
            int away = w->away && last < len ? w->away[from + last] : 0;
            out->t[to + i] = has          ? w->t[from + i]
                             : last < len ? ur_pace_add(&mine, w->t[from + last], away, (double)i - (double)last)
                                          : NAN;
            if (out->away) out->away[to + i] = (int16_t)away;
        }
    }
    out->start[w->n] = rows;
    return 0;
}

int ur_times_later(ur_times *t, const ur_when *later, size_t add, ur_err *e)
{
    size_t rows = t->start[1], have = later->start[1] < add ? later->start[1] : add;
    if (later->away && !t->away && !(t->away = ur_zalloc((rows + 1) * sizeof *t->away))) return ur_nomem(e);
    for (size_t i = 0; i < have; i++) {
        size_t at = rows - add + i;
        if (isnan(later->t[i])) continue;
        t->t[at] = later->t[i];
        if (t->away) t->away[at] = later->away ? later->away[i] : 0;
    }
    return 0;
}

/* ---- what is odd */

static void met(ur_oddity *o, size_t row) { o->first = o->n++ ? o->first : row; }

/* Row i beside the row before it, or, where that has no time, beside the one that the last row with a time (`last`) leads to. */
static void check_pair(ur_oddities *out, const ur_when *w, const ur_pace *p, size_t last, size_t i)
{
    int away = w->away ? w->away[last] : 0, sign = p->by < 0 ? -1 : 1;
    double before = w->t[last];
    if (i - last > 1 && p->kind) before = ur_pace_add(p, before, away, (double)(i - last - 1));
    double apart = (w->t[i] - before) * sign, steps = ur_pace_between(p, before, away, w->t[i], w->away ? w->away[i] : 0);
    out->pairs++;
    if ((w->t[i] - w->t[last]) * sign < 0) {
        met(&out->back, i);
    } else if (apart <= 0) {
        met(&out->same, i);
    } else if (steps > 1.5) {
        met(&out->gap, i);
        out->skipped += nearbyint(steps) - 1;
    }
    if (apart > 0 && fabs(steps - nearbyint(steps)) > 0.05) met(&out->odd, i);
}

void ur_when_check(ur_oddities *out, const ur_when *w, const ur_pace *p)
{
    *out = (ur_oddities){ 0 };
    for (size_t x = 0; x < w->n; x++) {
        ur_pace mine = ur_pace_of(p, w, x);
        size_t none = w->start[x + 1], last = none;
        for (size_t i = w->start[x]; i < none; i++) {
            if (isnan(w->t[i])) met(&out->missing, i);
            if (!usable(w, i)) continue;
            if (last < none) check_pair(out, w, &mine, last, i);
            last = i;
        }
    }
}
