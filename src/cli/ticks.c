/* Ticks of an axis whose positions have names: which of them are named, so that as many as there is room for stand at round
 * times or numbers. Knows no canvas. Invariant: a name is that of the position itself; it loses at most a time of day that is
 * midnight at all ticks. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- what is round */
enum { SECOND = 1, MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 7 * DAY };
typedef struct rule {
    bool months;
    double every;
} rule; /* seconds of the wall clock, or months */
/* clang-format off */
static const rule rules[] = {
    { false, SECOND }, { false, 5 * SECOND }, { false, 15 * SECOND }, { false, 30 * SECOND },
    { false, MINUTE }, { false, 5 * MINUTE }, { false, 15 * MINUTE }, { false, 30 * MINUTE },
    { false, HOUR }, { false, 3 * HOUR }, { false, 6 * HOUR }, { false, 12 * HOUR },
    { false, DAY }, { false, 2 * DAY }, { false, WEEK }, { false, 2 * WEEK },
    { true, 1 }, { true, 3 }, { true, 6 }, { true, 12 }, { true, 24 }, { true, 60 },
    { true, 120 }, { true, 240 }, { true, 600 }, { true, 1200 }, { true, 6000 }, { true, 12000 } };
/* clang-format on */
enum { RULES = sizeof rules / sizeof *rules, NUMBERS = 3 * 10, APART = 2 };

/* the stretch of time that v lies in */
static double stretch_of_time(const rule *r, double v)
{
    const double monday = 4 * DAY; /* 1970-01-05 */
    time_t t = (time_t)floor(v);
    struct tm w;
    if (!r->months) return floor((v - monday) / r->every);
    if (!(fabs(v) < 1e15) || !gmtime_r(&t, &w)) return NAN;
    return floor((12.0 * (w.tm_year + 1900.0) + w.tm_mon) / r->every);
}

/* 1, 2, 5, 10, 20, … times a power of ten that is small beside the numbers' range */
static double nice_number(double range, int k)
{
    static const double nice[] = { 1, 2, 5 };
    return nice[k % 3] * pow(10, floor(log10(range)) - 9 + k / 3);
}

typedef struct axis {
    const axis_name *name;
    size_t n;
    bool dates;
    const rule *rule; /* of dates */
    double step;      /* of numbers; below 0 where they fall */
} axis;

static void choose_rule(axis *a, int k, double range)
{
    if (a->dates) a->rule = &rules[k];
    else a->step = copysign(nice_number(range > 0 ? range : 1, k), a->name[a->n - 1].value < a->name[0].value ? -1 : 1);
}

static double stretch(const axis *a, double v) { return a->dates ? stretch_of_time(a->rule, v) : floor(v / a->step + 1e-9); }

/* is v the first moment of its stretch? */
static bool begins(const axis *a, double v)
{
    return a->dates ? stretch(a, v - 1) < stretch(a, v) : fabs(v / a->step - stretch(a, v)) < 1e-6;
}

/* ---- choosing */
/* Those at which another stretch begins than that of the one before; how many, or more than `most` */
static size_t mark(const axis *a, size_t most, bool *tick)
{
    size_t count = 0;
    double before = NAN;
    for (size_t i = 0; i < a->n && count <= most; i++) {
        double here = stretch(a, a->name[i].value);
        tick[i] = false;
        if (isnan(here)) continue;
        tick[i] = isnan(before) ? begins(a, a->name[i].value) : here != before;
        before = here;
        count += tick[i];
    }
    return count;
}

/* bytes at the end of a text that say midnight: " 00:00:00", "T00:00Z" */
static size_t midnight(const char *text)
{
    const char *gap = strpbrk(text, " T");
    if (!gap || !strchr(gap, ':') || gap[1 + strspn(gap + 1, "0:.Z")]) return 0;
    return strlen(gap);
}

static size_t common_end(const axis *a, const bool *tick)
{
    size_t end = SIZE_MAX;
    for (size_t i = 0; i < a->n; i++)
        if (tick[i] && midnight(a->name[i].text) < end) end = midnight(a->name[i].text);
    return end == SIZE_MAX ? 0 : end;
}

static size_t widest(const axis *a, const bool *tick, size_t without)
{
    size_t most = 0;
    for (size_t i = 0; i < a->n; i++) {
        size_t n = tick[i] ? text_width(a->name[i].text) - without : 0;
        if (n > most) most = n;
    }
    return most;
}

/* takes away those whose names reach further to the left than the numbers of the other axis do; how many stay */
static size_t with_room(const axis *a, size_t end, double columns, bool *tick)
{
    enum { BESIDE = 7 };
    size_t count = 0;
    for (size_t i = 0; i < a->n; i++) {
        double wide = tick[i] ? (double)(text_width(a->name[i].text) - end) : 0;
        tick[i] = tick[i] && wide / 2 <= BESIDE + columns * (double)i / (double)a->n;
        count += tick[i];
    }
    return count;
}

/* Takes away those whose names touch the one before; how many. Where days off are left out, ticks stand nearer here than there.
 */
static size_t drop_near(const axis *a, size_t end, double columns, bool *tick)
{
    const double margins = 1.04; /* of the axis beyond its positions, as the plot has them */
    double each = columns / margins / (double)a->n, last = -INFINITY;
    size_t dropped = 0;
    for (size_t i = 0; i < a->n; i++) {
        if (!tick[i]) continue;
        double half = (double)(text_width(a->name[i].text) - end) / 2, at = (double)i * each;
        tick[i] = at - half >= last + APART;
        dropped += !tick[i];
        last = tick[i] ? at + half : last;
    }
    return dropped;
}

/* every so manieth of `count` that are marked */
static void thin(const axis *a, size_t end, double columns, size_t count, bool *tick)
{
    size_t seen = 0, fit = columns > 0 ? (size_t)columns / (widest(a, tick, end) + APART) : 0;
    size_t every = fit ? (count + fit - 1) / fit : count;
    for (size_t i = 0; i < a->n; i++)
        if (tick[i]) tick[i] = seen++ % every == (fit > 1 ? 0 : every / 2);
    drop_near(a, end, columns, tick);
}

size_t choose_ticks(const axis_name *name, size_t n, bool dates, double columns, bool *tick)
{
    axis a = { .name = name, .n = n, .dates = dates };
    double low = INFINITY, high = -INFINITY;
    int best = -1;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, name[i].value);
        high = fmax(high, name[i].value);
    }
    size_t most = columns > 0 ? (size_t)columns / (APART + 1) : 0, count, end;
    for (int k = 0; low <= high && k < (dates ? RULES : NUMBERS); k++) {
        choose_rule(&a, k, high - low);
        count = mark(&a, most, tick);
        if (count < 2) break;
        best = k;
        if (count > most) continue;
        end = common_end(&a, tick);
        count = with_room(&a, end, columns, tick);
        if ((double)(count * (widest(&a, tick, end) + APART)) <= columns && !drop_near(&a, end, columns, tick)) return end;
    }
    for (size_t i = 0; i < n; i++) tick[i] = *name[i].text;
    if (best >= 0) {
        choose_rule(&a, best, high - low);
        mark(&a, n, tick);
    }
    end = common_end(&a, tick);
    thin(&a, end, columns, with_room(&a, end, columns, tick), tick);
    return end;
}
