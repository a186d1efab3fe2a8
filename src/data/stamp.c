/* Times as text: ISO 8601 dates, times of day and offsets, read and written again as they came.
 * Knows no columns. Invariant: what is read and written in the form it was read in is the text it was (but for the unit of a
 * fraction, 1 µs). */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "data/civil.h"

typedef struct scan {
    const char *p, *end;
} scan;

/* `least` to `most` digits */
static bool digits(scan *s, int least, int most, int lo, int hi, int *out)
{
    int v = 0, k = 0;
    for (; k < most && s->p + k < s->end && s->p[k] >= '0' && s->p[k] <= '9'; k++) v = v * 10 + (s->p[k] - '0');
    if (k < least) return false;
    s->p += k;
    *out = v;
    return v >= lo && v <= hi;
}

static bool number(scan *s, int n, int lo, int hi, int *out) { return digits(s, n, n, lo, hi, out); }

/* one or two digits; *bare: it is one */
static bool short_number(scan *s, int lo, int hi, int *out, bool *bare)
{
    const char *from = s->p;
    bool good = digits(s, 1, 2, lo, hi, out);
    *bare = *bare || s->p - from == 1;
    return good;
}

static bool mark(scan *s, char c)
{
    if (s->p < s->end && *s->p == c) return s->p++, true;
    return false;
}

static char peek(const scan *s) { return s->p < s->end ? *s->p : 0; }

#define DASH "\xE2\x80\x93"

enum { FINEST = 6 }; /* at the size of today's times a double knows microseconds */

/* HH:MM[:SS[.fraction]] */
static bool clock_time(scan *s, double *seconds, ur_time_form *f)
{
    int h, m, sec = 0;
    double fraction = 0, unit = 1;
    bool loose = f->first || f->bare; /* as spreadsheets write it */
    if (!(loose ? short_number(s, 0, 24, &h, &f->bare_hour) : number(s, 2, 0, 24, &h)) || !mark(s, ':') ||
        !number(s, 2, 0, 59, &m))
        return false;
    f->parts = 3;
    if (mark(s, ':')) {
        if (!number(s, 2, 0, 60, &sec)) return false;
        f->parts = 4;
        if (peek(s) == '.' || peek(s) == ',') {
            f->point = *s->p++;
            for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
                unit /= 10;
                fraction += unit * (*s->p - '0');
                f->cut = f->cut || (f->digits >= FINEST && *s->p != '0');
                f->digits = (uint8_t)(f->digits < 9 ? f->digits + 1 : 9);
            }
            if (unit == 1) return false;
        }
    }
    if (h == 24 && (m || sec || fraction > 0)) return false;
    *seconds = h * 3600.0 + m * 60 + sec + fraction;
    return true;
}

/* Z or ±HH[[:]MM]: minutes by which the wall clock is ahead */
static bool zone(scan *s, int *away, ur_time_form *f)
{
    int h, m = 0, sign;
    *away = 0;
    bool apart = mark(s, ' ');
    if (s->p == s->end) return true;
    f->apart = apart;
    if (*s->p == 'Z' || *s->p == 'z') {
        f->zone = 'Z';
        f->utc = *s->p++;
        return true;
    }
    if (mark(s, '+')) sign = 1;
    else if (mark(s, '-')) sign = -1;
    else return false;
    if (!number(s, 2, 0, 23, &h)) return false;
    f->zone = mark(s, ':') ? ':' : s->p < s->end ? '4' : '2';
    if (f->zone != '2' && !number(s, 2, 0, 59, &m)) return false;
    *away = sign * (h * 60 + m);
    return true;
}

typedef struct date {
    int y, m, d;
} date;

/* Monday of week 1, which has the year's 4th of January */
static int64_t first_week(int y)
{
    int64_t fourth = ur_days_from(y, 1, 4);
    return fourth - ur_weekday(fourth);
}

/* 20130131, 201301, 20130131 with 0600 or 060000 after it */
static bool packed(scan s, date *a, ur_time_form *f, double *in_day)
{
    ptrdiff_t n = s.end - s.p;
    int h = 0, min = 0, sec = 0;
    f->parts = n == 6 ? 1 : n == 8 ? 2 : n == 12 ? 3 : n == 14 ? 4 : 0;
    a->d = 1;
    if (!f->parts || !number(&s, 4, 1800, 2200, &a->y) || !number(&s, 2, 1, 12, &a->m) ||
        (n > 6 && !number(&s, 2, 1, ur_month_days(a->y, a->m), &a->d)) ||
        (n > 8 && !(number(&s, 2, 0, 23, &h) && number(&s, 2, 0, 59, &min))) || (n > 12 && !number(&s, 2, 0, 60, &sec)))
        return false;
    *in_day = h * 3600.0 + min * 60 + sec;
    return true;
}

/* the number after a period's letter: of a quarter, a month, a week */
static bool period_number(scan *s, ur_time_form *f, int *k)
{
    f->period = peek(s);
    f->parts = 1;
    switch (f->period | 0x20) {
    case 'q': s->p++; return number(s, 1, 1, 4, k);
    case 'm': s->p++; return short_number(s, 1, 12, k, &f->bare);
    case 'w': s->p++; return short_number(s, 1, 53, k, &f->bare);
    default: return false;
    }
}

/* the first day of a year's k-th quarter, month or week */
static bool period_begins(char letter, int year, int k, date *a)
{
    int kind = letter | 0x20;
    *a = (date){ year, kind == 'q' ? 3 * k - 2 : k, 1 };
    if (kind != 'w') return true;
    int64_t monday = first_week(year) + (k - 1) * 7;
    ur_civil(monday, &a->y, &a->m, &a->d);
    return monday < first_week(year + 1);
}

/* 2020Q1, 2020-W05, 2020 M1 */
static bool of_period(scan *s, date *a, ur_time_form *f)
{
    int k, year;
    if (!number(s, 4, 1800, 2200, &year)) return false;
    if (peek(s) == '-' || peek(s) == ' ' || peek(s) == '/') f->date = *s->p++;
    return period_number(s, f, &k) && period_begins(f->period, year, k, a);
}

/* Q1 2020, Q1/2020, W05-2020 */
static bool period_first(scan *s, date *a, ur_time_form *f)
{
    int k, year;
    f->first = 'p';
    if (!period_number(s, f, &k)) return false;
    f->date = peek(s);
    return (f->date == '-' || f->date == ' ' || f->date == '/') && mark(s, f->date) && number(s, 4, 1800, 2200, &year) &&
           period_begins(f->period, year, k, a);
}

/* 01/2020, 1/2020, 01-2020, 01.2020 */
static bool month_and_year(scan *s, date *a, ur_time_form *f)
{
    f->first = 'm';
    f->parts = 1;
    a->d = 1;
    if (!short_number(s, 1, 12, &a->m, &f->bare)) return false;
    f->date = peek(s);
    bool point = f->date == '.'; /* 1.2015 is a number of something else */
    return ((point && !f->bare) || f->date == '/' || f->date == '-') && mark(s, f->date) && number(s, 4, 1800, 2200, &a->y) &&
           s->p == s->end;
}

/* a dash that is longer than a hyphen, as print has it between years */
static bool long_dash(scan *s)
{
    if (s->end - s->p < 3 || memcmp(s->p, DASH, 3) != 0) return false;
    s->p += 3;
    return true;
}

/* 2012/13, 2012-13, 2012/2013: a year and the one after, as seasons and fiscal years are called. 2010/11 may be a month too */
static bool two_years(scan *s, date *a, ur_time_form *f, uint8_t *order)
{
    int after, month;
    *a = (date){ .m = 1, .d = 1 };
    if (!number(s, 4, 1800, 2200, &a->y)) return false;
    f->date = peek(s);
    f->parts = 1;
    f->span = s->end - s->p > 4 ? '4' : '2';
    if (long_dash(s)) f->date = UR_LONG_DASH, f->span = s->end - s->p > 2 ? '4' : '2';
    else if ((f->date != '-' && f->date != '/') || !mark(s, f->date)) return false;
    scan second = *s;
    if (f->span == '4' ? !number(s, 4, a->y + 1, a->y + 1, &after) : !number(s, 2, (a->y + 1) % 100, (a->y + 1) % 100, &after))
        return false;
    bool open = f->span == '2' && f->date != UR_LONG_DASH && number(&second, 2, 1, 12, &month);
    *order = open ? UR_MONTH_OR_YEARS : UR_YEARS;
    a->m = open ? month : 1;
    return s->p == s->end;
}

/* 2013-01, 2013-01-31, 2013/1/31, 2013.01.31 */
static bool year_first(scan *s, date *a, ur_time_form *f, uint8_t *order)
{
    if (!number(s, 4, 0, 9999, &a->y)) return false;
    f->date = peek(s);
    if ((f->date != '-' && f->date != '/' && f->date != '.') || !mark(s, f->date) || !short_number(s, 1, 12, &a->m, &f->bare))
        return false;
    f->parts = 1;
    a->d = 1;
    *order = UR_MONTH;
    if (!mark(s, f->date)) return !f->bare && f->date != '.'; /* 2020-1 and 2020.01 are numbers of something else */
    f->parts = 2;
    *order = 0;
    return short_number(s, 1, ur_month_days(a->y, a->m), &a->d, &f->bare);
}

/* 31.01.2020, 1/31/2020 */
static bool year_last(scan *s, date *a, ur_time_form *f, uint8_t *order)
{
    int one, two;
    if (!short_number(s, 1, 31, &one, &f->bare)) return false;
    f->date = peek(s);
    if ((f->date != '.' && f->date != '/' && f->date != '-') || !mark(s, f->date) || !short_number(s, 1, 31, &two, &f->bare) ||
        !mark(s, f->date) || !number(s, 4, 0, 9999, &a->y))
        return false;
    *order = one > 12 ? UR_DAY_FIRST : two > 12 ? UR_MONTH_FIRST : UR_DAY_OR_MONTH;
    f->first = *order == UR_MONTH_FIRST ? 'm' : 'd';
    f->parts = 2;
    a->m = f->first == 'm' ? one : two;
    a->d = f->first == 'm' ? two : one;
    return a->m <= 12 && a->d <= ur_month_days(a->y, a->m);
}

/* the mark between the parts of a date with a name in it */
static bool between(scan *s, ur_time_form *f)
{
    char c = peek(s);
    if (c != '-' && c != '/' && c != '.' && c != ' ') return false;
    if (f->date && f->date != c) return false;
    f->date = c;
    s->p++;
    return true;
}

static bool month_named(scan *s, date *a, ur_time_form *f)
{
    size_t n;
    a->m = ur_month_read(s->p, (size_t)(s->end - s->p), &n, &f->months);
    if (a->m) s->p += n;
    return a->m > 0;
}

/* 2020, or 20 of 1969 to 2068 */
static bool named_year(scan *s, date *a, ur_time_form *f)
{
    ptrdiff_t left = s->end - s->p;
    bool four = left >= 4 && s->p[2] >= '0' && s->p[2] <= '9';
    if (four) return number(s, 4, 0, 9999, &a->y);
    f->short_year = true;
    if (f->date == ' ' || !number(s, 2, 0, 99, &a->y)) return false; /* Jan 20 may be a day */
    a->y += a->y < 69 ? 2000 : 1900;
    return true;
}

/* Jan 2020, Jan-20, January 31, 2020 */
static bool name_first(scan *s, date *a, ur_time_form *f)
{
    bool bare = false;
    f->word = 'm';
    f->parts = 1;
    a->d = 1;
    if (!month_named(s, a, f) || !between(s, f)) return false;
    scan day = *s;
    if (f->date == ' ' && short_number(&day, 1, 31, &a->d, &bare) && mark(&day, ',') && mark(&day, ' ')) {
        f->word = 'u';
        f->parts = 2;
        f->bare = bare;
        *s = day;
    } else {
        a->d = 1;
    }
    return named_year(s, a, f) && a->d <= ur_month_days(a->y, a->m);
}

/* 2020-Jan, 2020-Jan-31 */
static bool name_second(scan *s, date *a, ur_time_form *f)
{
    f->word = 'y';
    f->parts = 1;
    a->d = 1;
    if (!number(s, 4, 0, 9999, &a->y) || !between(s, f) || !month_named(s, a, f)) return false;
    if (s->p == s->end || *s->p != f->date) return true;
    s->p++;
    f->word = 'z';
    f->parts = 2;
    return short_number(s, 1, ur_month_days(a->y, a->m), &a->d, &f->bare);
}

/* 31-Jan-2020, 31-Jan-20, 31. Januar 2020 */
static bool day_and_name(scan *s, date *a, ur_time_form *f)
{
    f->word = 'd';
    f->parts = 2;
    if (!short_number(s, 1, 31, &a->d, &f->bare)) return false;
    f->dot_day = s->end - s->p > 1 && s->p[0] == '.' && s->p[1] == ' ' && mark(s, '.');
    return between(s, f) && month_named(s, a, f) && between(s, f) && named_year(s, a, f) && a->d <= ur_month_days(a->y, a->m);
}

bool ur_parse_time(const char *text, size_t n, ur_stamp *out)
{
    const scan from = { text, text + n };
    scan s = from;
    ur_time_form f = { 0 };
    date a = { 0 };
    uint8_t order = 0;
    int away = 0;
    double in_day = 0;
    bool whole = packed(from, &a, &f, &in_day);
    if (whole) s.p = s.end;
    else in_day = 0;
    static bool (*const others[])(scan *, date *, ur_time_form *) = { of_period,  period_first, month_and_year,
                                                                      name_first, name_second,  day_and_name };
    static bool (*const ordered[])(scan *, date *, ur_time_form *, uint8_t *) = { two_years, year_first, year_last };
    for (size_t i = 0; i < sizeof others / sizeof *others && !whole; i++) {
        s = from;
        f = (ur_time_form){ 0 };
        whole = others[i](&s, &a, &f);
    }
    for (size_t i = 0; i < sizeof ordered / sizeof *ordered && !whole; i++) {
        s = from;
        f = (ur_time_form){ 0 };
        order = 0;
        whole = ordered[i](&s, &a, &f, &order);
    }
    if (!whole) return false;
    char gap = peek(&s);
    if (f.parts == 2 && f.date && (gap == 'T' || gap == 't' || gap == ' ')) {
        f.gap = gap;
        s.p++;
        if (!clock_time(&s, &in_day, &f) || !zone(&s, &away, &f)) return false;
    }
    if (s.p != s.end) return false;
    *out = (ur_stamp){ (double)ur_days_from(a.y, a.m, a.d) * 86400 + in_day - away * 60.0, (int16_t)away, order, f };
    return true;
}

/* the form of whole days that dates with names of months have */
static char whole_word(const ur_time_form *f) { return f->word == 'm' ? 'd' : f->word == 'y' ? 'z' : f->word; }

bool ur_time_form_alike(const ur_time_form *a, const ur_time_form *b)
{
    return !a->mixed && !b->mixed && a->date == b->date && (a->period | 0x20) == (b->period | 0x20) && !a->first == !b->first &&
           whole_word(a) == whole_word(b);
}

void ur_time_form_join(ur_time_form *a, const ur_time_form *b)
{
    if (!b->parts) return;
    if (!a->parts) {
        *a = *b;
        return;
    }
    bool alike = ur_time_form_alike(a, b);
    a->word = b->parts > a->parts && a->word ? b->word : a->word;
    a->dot_day = a->dot_day || b->dot_day;
    a->short_year = a->short_year && b->short_year;
    ur_month_words_join(&a->months, &b->months);
    a->parts = a->parts > b->parts ? a->parts : b->parts;
    a->digits = a->digits > b->digits ? a->digits : b->digits;
    a->gap = a->gap ? a->gap : b->gap;
    a->point = a->point ? a->point : b->point;
    a->zone = a->zone && (a->zone != 'Z' || !b->zone) ? a->zone : b->zone;
    a->utc = a->utc ? a->utc : b->utc;
    a->apart = a->apart || b->apart;
    a->span = a->span ? a->span : b->span;
    a->bare = a->bare || b->bare;
    a->bare_hour = a->bare_hour || b->bare_hour;
    for (int i = 0; i < UR_PARTS; i++) a->part[i] = b->part[i] == '0' || b->part[i] == '.' ? b->part[i] : a->part[i];
    if (alike) return;
    a->mixed = true;
    a->date = '-';
    a->period = a->first = a->word = a->span = 0;
    a->bare = a->bare_hour = false;
}

static size_t zone_text(int away, const ur_time_form *f, char *out, size_t n)
{
    int minutes = away < 0 ? -away : away;
    const char *gap = f->apart ? " " : "", *sign = away < 0 ? "-" : "+";
    if (!away && f->utc) return (size_t)snprintf(out, n, "%s%c", gap, f->utc);
    if (f->zone == '2' && minutes % 60 == 0) return (size_t)snprintf(out, n, "%s%s%02d", gap, sign, minutes / 60);
    return (size_t)snprintf(out, n, "%s%s%02d%s%02d", gap, sign, minutes / 60, f->zone == '4' ? "" : ":", minutes % 60);
}

/* what a form has to say so that it says this time */
static uint8_t parts_needed(const ur_time_form *f, int64_t day, int rest, int m, int d)
{
    int kind = f->period | 0x20;
    bool begins = kind == 'w' ? ur_weekday(day) == 0 : d == 1 && (kind != 'q' || m % 3 == 1) && (!f->span || m == 1);
    uint8_t least = rest % 60 ? 4 : rest ? 3 : begins ? 1 : 2;
    return f->parts > least ? f->parts : least;
}

/* a date in which the month has its name */
static size_t named_text(const ur_time_form *f, int parts, int y, int m, int d, char *out, size_t n)
{
    const char *two = f->bare ? "%d" : "%02d";
    char day[16], month[20], year[16];
    snprintf(day, sizeof day, two, d);
    ur_month_text(&f->months, m, month);
    snprintf(year, sizeof year, f->short_year ? "%02d" : "%04d", f->short_year ? (y % 100 + 100) % 100 : y);
    char word = parts == 1 ? f->word : f->word == 'm' ? 'd' : f->word == 'y' ? 'z' : f->word;
    switch (word) {
    case 'm': return (size_t)snprintf(out, n, "%s%c%s", month, f->date, year);
    case 'y': return (size_t)snprintf(out, n, "%s%c%s", year, f->date, month);
    case 'z': return (size_t)snprintf(out, n, "%s%c%s%c%s", year, f->date, month, f->date, day);
    case 'u': return (size_t)snprintf(out, n, "%s %s, %s", month, day, year);
    default: return (size_t)snprintf(out, n, "%s%s%c%s%c%s", day, f->dot_day ? "." : "", f->date, month, f->date, year);
    }
}

/* the date, by as many parts as there are */
static size_t date_text(const ur_time_form *f, int parts, int64_t day, int y, int m, int d, char *out, size_t n)
{
    const char *two = f->bare ? "%d" : "%02d";
    char sep[2] = { f->date, 0 }, month[16], of_month[16];
    if (f->word) return named_text(f, parts, y, m, d, out, n);
    if (f->span && parts == 1)
        return (size_t)snprintf(out, n, f->span == '2' ? "%04d%s%02d" : "%04d%s%04d", y, f->date == UR_LONG_DASH ? DASH : sep,
                                f->span == '2' ? (y + 1) % 100 : y + 1);
    if (f->period && parts == 1) {
        int kind = f->period | 0x20, year = y, k = kind == 'q' ? (m + 2) / 3 : m;
        if (kind == 'w') { /* the year that has its Thursday */
            ur_civil(day + 3, &year, &m, &d);
            k = (int)((day - first_week(year)) / 7) + 1;
        }
        snprintf(month, sizeof month, kind == 'q' ? "%d" : two, k);
        if (f->first) return (size_t)snprintf(out, n, "%c%s%s%04d", f->period, month, sep, year);
        return (size_t)snprintf(out, n, "%04d%s%c%s", year, sep, f->period, month);
    }
    if (f->period || f->date == UR_LONG_DASH) sep[0] = '-';
    snprintf(month, sizeof month, two, m);
    snprintf(of_month, sizeof of_month, two, d);
    if (f->first && parts == 1) return (size_t)snprintf(out, n, "%s%s%04d", month, sep, y);
    if (f->first && !f->period)
        return (size_t)snprintf(out, n, "%s%s%s%s%04d", f->first == 'm' ? month : of_month, sep,
                                f->first == 'm' ? of_month : month, sep, y);
    return (size_t)snprintf(out, n, parts > 1 ? "%04d%s%s%s%s" : "%04d%s%s", y, sep, month, sep, of_month);
}

void ur_time_text(double t, int away, const ur_time_form *form, char out[48])
{
    enum { ROOM = 48 };
    static const double tens[FINEST + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
    static const ur_time_form plain = { .date = '-' };
    if (!(fabs(t) < UR_FAR)) {
        snprintf(out, ROOM, t == floor(t) && fabs(t) < 1e19 ? "%.0f" : "%.17g", t);
        return;
    }
    int digits = !form->parts ? 3 : form->digits < FINEST ? form->digits : FINEST;
    double wall = t + away * 60.0, whole = floor(wall), fine = floor((wall - whole) * tens[digits] + 0.5);
    if (fine >= tens[digits]) {
        whole++;
        fine = 0;
    }
    double day = floor(whole / 86400);
    int rest = (int)(whole - day * 86400), parts, y, m, d;
    ur_civil((int64_t)day, &y, &m, &d);
    if (form->parts) {
        parts = parts_needed(form, (int64_t)day, rest, m, d);
    } else {
        parts = fine > 0 || rest % 60 ? 4 : rest ? 3 : 2;
        digits = fine > 0 ? digits : 0;
    }
    size_t k = date_text(form->parts ? form : &plain, parts, (int64_t)day, y, m, d, out, ROOM);
    bool close = form->parts && !form->date && !form->period;
    int hour = rest / 3600, minute = rest / 60 % 60;
    if (parts > 2 && close) k += (size_t)snprintf(out + k, ROOM - k, "%02d%02d", hour, minute);
    else if (parts > 2)
        k += (size_t)snprintf(out + k, ROOM - k, form->bare_hour ? "%c%d:%02d" : "%c%02d:%02d", form->gap ? form->gap : ' ', hour,
                              minute);
    if (parts > 3) k += (size_t)snprintf(out + k, ROOM - k, close ? "%02d" : ":%02d", rest % 60);
    if (parts > 3 && digits)
        k += (size_t)snprintf(out + k, ROOM - k, "%c%0*d", form->point ? form->point : '.', digits, (int)fine);
    for (int i = FINEST; parts > 3 && i < form->digits && k + 1 < ROOM; i++) {
        out[k++] = '0';
        out[k] = 0;
    }
    if (parts > 2 && form->zone) zone_text(away, form, out + k, ROOM - k);
}
