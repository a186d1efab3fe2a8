/* Times as text: ISO 8601 dates, times of day and offsets, read and written again as they came.
 * Knows no columns. Invariant: what is read and written in the form it was read in is the text it was (but for the unit of a fraction, 1 µs). */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "data/civil.h"

typedef struct scan { const char *p, *end; } scan;

static bool number(scan *s, int digits, int lo, int hi, int *out)
{
    int v = 0;
    if (s->end - s->p < digits)
        return false;
    for (int i = 0; i < digits; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        v = v * 10 + (s->p[i] - '0');
    }
    s->p += digits;
    *out = v;
    return v >= lo && v <= hi;
}

static bool mark(scan *s, char c)
{
    if (s->p < s->end && *s->p == c)
        return s->p++, true;
    return false;
}

/* HH:MM[:SS[.fraction]] */
static bool clock_time(scan *s, double *seconds, ur_time_form *f)
{
    int h, m, sec = 0;
    double fraction = 0, unit = 1;
    if (!number(s, 2, 0, 24, &h) || !mark(s, ':') || !number(s, 2, 0, 59, &m))
        return false;
    f->parts = 3;
    if (mark(s, ':')) {
        if (!number(s, 2, 0, 60, &sec))
            return false;
        f->parts = 4;
        if (s->p < s->end && (*s->p == '.' || *s->p == ',')) {
            f->point = *s->p++;
            for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
                unit /= 10;
                fraction += unit * (*s->p - '0');
                f->digits = (uint8_t)(f->digits < 9 ? f->digits + 1 : 9);
            }
            if (unit == 1)
                return false;
        }
    }
    if (h == 24 && (m || sec || fraction > 0))
        return false;
    *seconds = h * 3600.0 + m * 60 + sec + fraction;
    return true;
}

/* Z or ±HH[[:]MM]: minutes by which the wall clock is ahead */
static bool zone(scan *s, int *away, ur_time_form *f)
{
    int h, m = 0, sign;
    *away = 0;
    bool apart = mark(s, ' ');
    if (s->p == s->end)
        return true;
    f->apart = apart;
    if (*s->p == 'Z' || *s->p == 'z') {
        f->zone = 'Z';
        f->utc = *s->p++;
        return true;
    }
    if (mark(s, '+'))
        sign = 1;
    else if (mark(s, '-'))
        sign = -1;
    else
        return false;
    if (!number(s, 2, 0, 23, &h))
        return false;
    f->zone = mark(s, ':') ? ':' : s->p < s->end ? '4' : '2';
    if (f->zone != '2' && !number(s, 2, 0, 59, &m))
        return false;
    *away = sign * (h * 60 + m);
    return true;
}

bool ur_parse_time(const char *text, size_t n, ur_stamp *out)
{
    scan s = { text, text + n };
    ur_time_form f = { 0 };
    int y, m, d = 1, away = 0;
    double in_day = 0;
    if (n == 8 && number(&s, 4, 1800, 2200, &y) && number(&s, 2, 1, 12, &m) && number(&s, 2, 1, ur_month_days(y, m), &d)) {
        f.parts = 2;
    } else {
        s.p = text;
        if (!number(&s, 4, 0, 9999, &y))
            return false;
        f.date = s.p < s.end ? *s.p : 0;
        if ((f.date != '-' && f.date != '/') || !mark(&s, f.date) || !number(&s, 2, 1, 12, &m))
            return false;
        f.parts = 1;
        if (mark(&s, f.date)) {
            if (!number(&s, 2, 1, ur_month_days(y, m), &d))
                return false;
            f.parts = 2;
            char gap = s.p < s.end ? *s.p : 0;
            if (gap == 'T' || gap == 't' || gap == ' ') {
                f.gap = gap;
                s.p++;
                if (!clock_time(&s, &in_day, &f) || !zone(&s, &away, &f))
                    return false;
            }
        }
    }
    if (s.p != s.end)
        return false;
    *out = (ur_stamp){ (double)ur_days_from(y, m, d) * 86400 + in_day - away * 60.0, (int16_t)away, f };
    return true;
}

void ur_time_form_join(ur_time_form *a, const ur_time_form *b)
{
    if (!b->parts)
        return;
    if (!a->parts) {
        *a = *b;
        return;
    }
    a->parts = a->parts > b->parts ? a->parts : b->parts;
    a->digits = a->digits > b->digits ? a->digits : b->digits;
    a->gap = a->gap ? a->gap : b->gap;
    a->point = a->point ? a->point : b->point;
    a->zone = a->zone && (a->zone != 'Z' || !b->zone) ? a->zone : b->zone;
    a->utc = a->utc ? a->utc : b->utc;
    a->apart = a->apart || b->apart;
}

static size_t zone_text(int away, const ur_time_form *f, char *out, size_t n)
{
    int minutes = away < 0 ? -away : away;
    const char *gap = f->apart ? " " : "", *sign = away < 0 ? "-" : "+";
    if (!away && f->utc)
        return (size_t)snprintf(out, n, "%s%c", gap, f->utc);
    if (f->zone == '2' && minutes % 60 == 0)
        return (size_t)snprintf(out, n, "%s%s%02d", gap, sign, minutes / 60);
    return (size_t)snprintf(out, n, "%s%s%02d%s%02d", gap, sign, minutes / 60, f->zone == '4' ? "" : ":", minutes % 60);
}

void ur_time_text(double t, int away, const ur_time_form *form, char out[48])
{
    enum { FINEST = 6, ROOM = 48 };      /* at the size of today's times a double knows microseconds */
    static const double tens[FINEST + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
    if (!(fabs(t) < 2.5e11)) {
        snprintf(out, ROOM, "%.17g", t);
        return;
    }
    int digits = !form->parts ? 3 : form->digits < FINEST ? form->digits : FINEST;
    double wall = t + away * 60.0, whole = floor(wall), fine = floor((wall - whole) * tens[digits] + 0.5);
    if (fine >= tens[digits]) {
        whole++;
        fine = 0;
    }
    double day = floor(whole / 86400);
    int rest = (int)(whole - day * 86400), parts = form->parts, y, m, d;
    if (!parts) {
        parts = fine > 0 || rest % 60 ? 4 : rest ? 3 : 2;
        digits = fine > 0 ? digits : 0;
    }
    ur_civil((int64_t)day, &y, &m, &d);
    char date = form->parts ? form->date : '-', sep[2] = { date, 0 };
    size_t k = (size_t)snprintf(out, ROOM, "%04d%s%02d", y, sep, m);
    if (parts > 1)
        k += (size_t)snprintf(out + k, ROOM - k, "%s%02d", sep, d);
    if (parts > 2)
        k += (size_t)snprintf(out + k, ROOM - k, "%c%02d:%02d", form->gap ? form->gap : ' ', rest / 3600, rest / 60 % 60);
    if (parts > 3)
        k += (size_t)snprintf(out + k, ROOM - k, ":%02d", rest % 60);
    if (parts > 3 && digits)
        k += (size_t)snprintf(out + k, ROOM - k, "%c%0*d", form->point ? form->point : '.', digits, (int)fine);
    for (int i = FINEST; parts > 3 && i < form->digits && k + 1 < ROOM; i++) {
        out[k++] = '0';
        out[k] = 0;
    }
    if (parts > 2 && form->zone)
        zone_text(away, form, out + k, ROOM - k);
}
