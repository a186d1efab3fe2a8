/* Times: read, written as they came, and going on as civil time does. What is right is counted by hand on a calendar. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "data/data.h"

static ur_stamp stamp(const char *s)
{
    ur_stamp out;
    if (!ur_parse_time(s, strlen(s), &out))
        fail_msg("%s was not read as a time", s);
    return out;
}

static double at(const char *s) { return stamp(s).t; }

static void times(void **state)
{
    (void)state;
    assert_true(at("1970-01-01") == 0);
    assert_true(at("2013-01-01T06:00:00Z") == 1357020000);
    assert_true(at("2016-07-01 00:00:00") == 1467331200);
    assert_true(at("2012-01-01") == 1325376000);
    assert_true(at("2000-02-29 23:59:59.25") == 951868799.25);
    assert_true(at("1969-12-31T23:00Z") == -3600);
    assert_true(at("2020-01-01T00:00:00+02:00") == at("2019-12-31T22:00:00Z"));
    assert_true(at("2020-01-01T00:00:00-0530") == at("2020-01-01T05:30"));
    assert_true(at("2020/03/04") == at("2020-03-04"));
    assert_true(at("1949-05") == at("1949-05-01"));
    assert_true(at("2011-12-31T24:00:00Z") == at("2012-01-01"));
    assert_true(at("20120131") == at("2012-01-31"));
    assert_true(stamp("2020-01-01T00:00:00-0530").away == -330 && stamp("2020-01-01T00:00Z").away == 0);
    static const char *const bad[] = { "", "2013", "2013-13-01", "2013-02-29", "2013-01-32", "2013-01-01T", "2013-01-01T25:00", "2013-01-01X06:00",
                                       "13-01-01", "2013-1", "2013-01-01 06", "2013-01-01 06:00:00.", "2013-01-01 06:00 PM", "2013-01/01", "noon",
                                       "20130229", "12345678", "201313", "2013013124", "201301312460", "2013-01-01T06:00+1", "2013Q5", "2013Q0", "2013-Q", "2013Q11", "2013W00", "2013-W53",
                                       "2013M13", "2013X1", "1234Q1", "2013.01", "31.02.2013", "13/13/2013", "31.01.13", "31/01-2013", "1/1/2013 9:0", "2013-01-01 9:00",
                                       "13/2013", "1.2013", "00/2013", "1/0013", "Q5 2013", "Q1.2013", "Q12013", "W53-2013", "2012/14", "2012/2014", "2012-1", "2012.13", "2012/13-01", "Q1 2013-01" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ur_stamp v;
        if (ur_parse_time(bad[i], strlen(bad[i]), &v))
            fail_msg("%s was read as a time", bad[i]);
    }
}

static void periods(void **state)
{
    (void)state;
    assert_true(at("2009Q3") == at("2009-07-01") && at("2020-Q1") == at("2020-01-01") && at("1959 Q4") == at("1959-10-01") && at("1959q2") == at("1959-04-01"));
    assert_true(at("Q3 2009") == at("2009Q3") && at("q3/2009") == at("2009Q3") && at("W53-2009") == at("2009-W53") && at("2009/Q3") == at("2009Q3"));
    assert_true(at("01/2020") == at("2020-01") && at("1/2020") == at("2020-01") && at("12-2020") == at("2020-12") && at("01.2020") == at("2020-01"));
    assert_true(at("2012/13") == at("2012-01-01") && at("2012-2013") == at("2012-01-01") && at("1999/00") == at("1999-01-01") && at("2012\xE2\x80\x93" "13") == at("2012-01-01"));
    assert_true(stamp("2012/13").order == UR_YEARS && stamp("2010/11").order == UR_MONTH_OR_YEARS && stamp("2010/12").order == UR_MONTH && at("2010/11") == at("2010-11"));
    assert_true(at("2020M07") == at("2020-07-01") && at("2020-M7") == at("2020-07-01"));
    assert_true(at("2020W05") == at("2020-01-27") && at("2009-W53") == at("2009-12-28") && at("2009-W01") == at("2008-12-29") && at("2010-W01") == at("2010-01-04"));
}

static void day_or_month_first(void **state)
{
    (void)state;
    assert_true(at("31.01.2020") == at("2020-01-31") && at("31/1/2020") == at("2020-01-31") && at("1/31/2020 9:30") == at("2020-01-31 09:30"));
    assert_true(stamp("31.01.2020").order == UR_DAY_FIRST && stamp("1/31/2020").order == UR_MONTH_FIRST);
    assert_true(stamp("01/02/2020").order == UR_DAY_OR_MONTH && at("01/02/2020") == at("2020-02-01") && stamp("2020-01-02").order == 0);
    assert_true(at("2020.01.31") == at("2020-01-31") && at("2020/1/5") == at("2020-01-05"));
}

static void written(const char *time, const char *form, const char *right)
{
    char out[48];
    ur_stamp f = stamp(form);
    ur_time_text(at(time), 0, &f.form, out);
    assert_string_equal(out, right);
}

/* a form that would say another time says all of it */
static void as_finely_as_they_are(void **state)
{
    (void)state;
    written("2020-04-01", "2019Q4", "2020Q2");
    written("2020-05-01", "2019-Q4", "2020-05-01");
    written("2020-05-02", "2020-05", "2020-05-02");
    written("2020-05-02 00:15", "20200501", "202005020015");
    written("2020-05-02 00:15", "2020-05-01", "2020-05-02 00:15");
    written("2020-05-02 00:00:15", "2.5.2020", "2.5.2020 00:00:15");
    written("2020-12-28", "2020-W01", "2020-W53");
    written("2021-01-04", "2020W01", "2021W01");
    written("2018-12-31", "2020W01", "2019W01");
    written("2021-01-05", "2020-W01", "2021-01-05");
    written("2021-03-05 09:05", "1/31/2020 9:30", "3/5/2021 9:05");
    written("2021-03-05", "31/01/2020", "05/03/2021");
}

static void as_short_as_can_be(void **state)
{
    (void)state;
    static const char *const text[] = { "1970-01-01", "2013-01-01 06:00", "1900-03-01 23:59:59", "2400-02-29 00:00:01", "0001-01-01", "1969-12-31 23:30",
                                        "2013-01-01 06:00:00.125" };
    const ur_time_form none = { 0 };
    char out[48];
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        ur_time_text(at(text[i]), 0, &none, out);
        assert_string_equal(out, text[i]);
    }
    for (int day = -800000; day < 800000; day += 377) {
        ur_stamp v;
        ur_time_text(day * 86400.0, 0, &none, out);
        if (out[0] != '-' && strlen(out) == 10) {
            assert_true(ur_parse_time(out, 10, &v));
            assert_true(v.t == day * 86400.0);
        }
    }
    ur_time_text(INFINITY, 0, &none, out);
    ur_time_text(-1e300, 0, &none, out);
}

static void as_they_came(void **state)
{
    (void)state;
    static const char *const text[] = { "2013-01-01", "2013/01/31", "2013-02", "20130228", "2013-01-01 00:00", "2013-01-01T00:00:00", "2013-01-01T00:00:00Z",
                                        "2013-01-01 06:30:00+02:00", "2013-01-01T06:30:00-0930", "2013-01-01T06:30+05", "2013-01-01 06:30:15 +05:45",
                                        "2023-11-14T22:13:20.500", "2023-11-14 22:13:20.123456", "2023-11-14 22:13:20.000000000", "2023-11-14 22:13:20,25z", "2009Q3", "2020-Q1", "1959q2", "1959 Q4", "2020M07", "2020-M7", "2020W05", "2009-W53", "2010-W01", "31.01.2020",
                                        "31/01/2020", "1.2.2020", "12/31/2020", "1/31/2020 9:30", "31.01.2020 09:30:15", "2020/1/5", "2020.01.31", "201302", "201301310615", "20130131061500",
                                        "9999-12-31", "9999-12-31 23:59:59" };
    char out[48];
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        ur_stamp s = stamp(text[i]);
        ur_time_text(s.t, s.away, &s.form, out);
        assert_string_equal(out, text[i]);
    }
}

/* ---- how they go on */
typedef struct column { double t[64]; int16_t away[64]; size_t n, start[9]; ur_when w; } column;

static void add(column *c, const char *s)        /* "": a time that is missing; "|": an example ends */
{
    if (*s == '|') {
        c->start[++c->w.n] = c->n;
        return;
    }
    ur_stamp v = { .t = NAN };
    if (*s)
        v = stamp(s);
    ur_time_form_join(&c->w.form, &v.form);
    c->t[c->n] = v.t;
    c->away[c->n++] = v.away;
}

static void open_column(column *c, const char *const *s)
{
    memset(c, 0, sizeof *c);
    for (; *s; s++)
        add(c, *s);
    add(c, "|");
    c->w.t = c->t;
    c->w.away = c->away;
    c->w.start = c->start;
    c->w.date = true;
}

/* the step, and what follows the last row of the last example */
static void goes_on(const char *const *s, const char *every, const char *const *next)
{
    column c;
    ur_err e = { 0 };
    ur_pace p;
    ur_times all = { 0 };
    char out[80];
    size_t n = 0;
    while (next[n])
        n++;
    open_column(&c, s);
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_pace_text(&p, out);
    assert_string_equal(out, every);
    assert_int_equal(ur_when_fill(&all, &c.w, &p, n, &e), 0);
    for (size_t k = 0; k < n; k++) {
        size_t i = all.start[c.w.n] - n + k;
        char text[48] = "";
        if (!isnan(all.t[i]))
            ur_time_text(all.t[i], all.away[i], &c.w.form, text);
        assert_string_equal(text, next[k]);
    }
    ur_times_free(&all);
}

#define L(...) (const char *const[]){ __VA_ARGS__, NULL }

static void months(void **state)
{
    (void)state;
    goes_on(L("2018-11-01", "2018-12-01", "2019-01-01", "2019-02-01", "2019-03-01"), "every month", L("2019-04-01", "2019-05-01"));
    goes_on(L("2019-12-31", "2020-01-31"), "every month", L("2020-02-29", "2020-03-31", "2020-04-30"));
    goes_on(L("2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30"), "every month", L("2019-05-31", "2019-06-30"));
    goes_on(L("2019-01-30", "2019-02-28", "2019-03-30"), "every month", L("2019-04-30", "2019-05-30"));
    goes_on(L("2019-12-30", "2020-01-30", "2020-02-29"), "every month", L("2020-03-30", "2020-04-30"));
    goes_on(L("2020-03-15", "2020-04-15", "2020-07-15", "2020-08-15"), "every month", L("2020-09-15"));           /* a gap */
    goes_on(L("2018-06-30", "2018-09-30", "2018-12-31", "2019-03-31"), "every quarter", L("2019-06-30", "2019-09-30", "2019-12-31"));
    goes_on(L("2018-07-01", "2018-10-01", "2019-01-01"), "every quarter", L("2019-04-01"));
    goes_on(L("2015-12-31", "2016-12-31"), "every year", L("2017-12-31", "2018-12-31"));
    goes_on(L("2012-02-29", "2016-02-29"), "every 4 years", L("2020-02-29"));
    goes_on(L("2014-02-28", "2015-02-28", "2016-02-29"), "every year", L("2017-02-28", "2018-02-28", "2019-02-28", "2020-02-29"));
    goes_on(L("1960-10", "1960-11"), "every month", L("1960-12", "1961-01"));
    goes_on(L("2019-01-31 23:59:59", "2019-02-28 23:59:59"), "every month", L("2019-03-31 23:59:59"));
    /* the last business day, and the first, of months, quarters and years; rows of days gain no times of day */
    goes_on(L("2020-01-31", "2020-02-28", "2020-03-31", "2020-04-30", "2020-05-29", "2020-06-30", "2020-07-31", "2020-08-31"), "every month",
            L("2020-09-30", "2020-10-30", "2020-11-30", "2020-12-31", "2021-01-29"));
    goes_on(L("2010-03-31", "2010-06-30", "2010-09-30", "2010-12-31", "2011-03-31", "2011-06-30", "2011-09-30", "2011-12-30", "2012-03-30", "2012-06-29"),
            "every quarter", L("2012-09-28", "2012-12-31", "2013-03-29"));
    goes_on(L("2010-01-01", "2010-04-01", "2010-07-01", "2010-10-01", "2011-01-03", "2011-04-01", "2011-07-01", "2011-10-03", "2012-01-02", "2012-04-02"),
            "every quarter", L("2012-07-02", "2012-10-01", "2013-01-01"));
    goes_on(L("2010-12-31", "2011-12-30", "2012-12-31", "2013-12-31", "2014-12-31", "2015-12-31", "2016-12-30"), "every year", L("2017-12-29", "2018-12-31"));
    goes_on(L("2010-01-01", "2011-01-03", "2012-01-02", "2013-01-01", "2014-01-01", "2015-01-01", "2016-01-01", "2017-01-02"), "every year",
            L("2018-01-01", "2019-01-01", "2020-01-01", "2021-01-01", "2022-01-03"));
    /* a weekday near the 15th; near the first, where the last row is of the month before */
    goes_on(L("2010-03-15", "2010-06-15", "2010-09-15", "2010-12-15", "2011-03-15", "2011-06-15", "2011-09-14", "2011-12-15", "2012-03-14", "2012-06-14"),
            "every quarter", L("2012-09-15", "2012-12-15"));
    goes_on(L("2010-01-01", "2010-04-01", "2010-06-30", "2010-10-01", "2010-12-30", "2011-03-31", "2011-07-01", "2011-09-30"), "every quarter",
            L("2012-01-01", "2012-04-01"));
    /* the first to fourth, and the last, of a weekday, over a month that lacks it, with one that a holiday moved */
    goes_on(L("2024-01-19", "2024-02-16", "2024-03-15", "2024-04-19", "2024-05-17"), "every month, on the third Friday",
            L("2024-06-21", "2024-07-19", "2024-08-16"));
    goes_on(L("2024-01-26", "2024-02-23", "2024-03-29", "2024-04-26", "2024-05-31"), "every month, on the last Friday", L("2024-06-28", "2024-07-26"));
    goes_on(L("2024-01-01", "2024-02-05", "2024-03-04", "2024-06-03", "2024-07-01"), "every month, on the first Monday", L("2024-08-05"));
    goes_on(L("2018-11-22", "2019-11-28", "2020-11-26", "2021-11-25", "2022-11-24", "2023-11-23"), "every year, on the fourth Thursday", L("2024-11-28", "2025-11-27"));
    goes_on(L("2018-12-21", "2019-01-18", "2019-02-15", "2019-03-15", "2019-04-18", "2019-05-17", "2019-06-21", "2019-07-19", "2019-08-16", "2019-09-20"),
            "every month, on the third Friday", L("2019-10-18", "2019-11-15"));
    goes_on(L("2024-01-09", "2024-02-13", "2024-03-12", "|", "2024-01-03", "2024-02-07", "2024-03-06", "2024-04-03"), "every month", L("2024-05-01", "2024-06-05"));
    goes_on(L("2022-01-21", "2022-02-18", "2022-03-18"), "every 4 weeks", L("2022-04-15"));
    goes_on(L("2024-01-05", "2024-01-12", "2024-01-19", "2024-01-26"), "every week", L("2024-02-02"));
    /* two series, each with its own day */
    goes_on(L("2019-01-01", "2019-02-01", "2019-03-01", "|", "2019-01-31", "2019-02-28", "2019-03-31"), "every month", L("2019-04-30"));
}

static void days(void **state)
{
    (void)state;
    goes_on(L("2019-02-26", "2019-02-27", "2019-02-28"), "every day", L("2019-03-01"));
    goes_on(L("2020-02-27", "2020-02-28"), "every day", L("2020-02-29", "2020-03-01"));
    goes_on(L("2021-02-22", "2021-03-01", "2021-03-08"), "every week", L("2021-03-15"));
    goes_on(L("2021-01-04", "2021-02-01", "2021-03-01", "2021-03-29"), "every 4 weeks", L("2021-04-26"));
    goes_on(L("2021-04-08", "2021-04-09", "2021-04-12"), "every business day", L("2021-04-13", "2021-04-14", "2021-04-15", "2021-04-16", "2021-04-19"));
    goes_on(L("2021-04-01", "2021-04-06", "2021-04-07", "2021-04-08", "2021-04-09"), "every business day", L("2021-04-12"));       /* Easter */
    goes_on(L("2021-04-05", "2021-04-06", "2021-04-08", "2021-04-09"), "every day", L("2021-04-10"));
    goes_on(L("2021-04-08", "2021-04-09"), "every day", L("2021-04-10"));                                                        /* no weekend was left out */
    goes_on(L("2021-02-01", "2021-02-03", "2021-02-05", "2021-02-08", "2021-02-10", "2021-02-12", "2021-02-15", "2021-02-17", "2021-02-19"),
            "every Monday, Wednesday, Friday", L("2021-02-22", "2021-02-24"));
    goes_on(L("2021-03-01", "2021-03-02", "2021-03-03", "2021-03-03"), "every day", L("2021-03-04"));       /* the last row twice */
    goes_on(L("2021-03-01", "2021-03-02", ""), "every day", L("2021-03-04"));                               /* its time is missing */
    goes_on(L("2021-03-03", "2021-03-02", "2021-03-01"), "every day, backwards", L("2021-02-28"));
    goes_on(L("2021-03-01", "2021-05-05", "2021-02-01", "2021-06-01", "2021-01-01"), "", L(""));            /* in no order */
}

static void hours(void **state)
{
    (void)state;
    goes_on(L("2021-03-05 07:00", "2021-03-05 08:00", "2021-03-05 10:00"), "every hour", L("2021-03-05 11:00"));
    goes_on(L("2021-12-31 23:30:00", "2021-12-31 23:45:00"), "every 15 minutes", L("2022-01-01 00:00:00"));
    goes_on(L("2021-12-31T23:59:59.500Z", "2021-12-31T23:59:59.750Z"), "every 0.25 seconds", L("2022-01-01T00:00:00.000Z"));
    /* the end of summer time in Berlin: an hour is an hour, and the offset that was last goes on */
    goes_on(L("2021-10-31T01:00:00+02:00", "2021-10-31T02:00:00+02:00", "2021-10-31T02:00:00+01:00"), "every hour", L("2021-10-31T03:00:00+01:00"));
    /* ... a day is one of the wall clock, whether it has 25 hours or not */
    goes_on(L("2021-10-30T00:00+02:00", "2021-10-31T00:00+02:00", "2021-11-01T00:00+01:00"), "every day", L("2021-11-02T00:00+01:00"));
    goes_on(L("2021-08-31T00:00+02:00", "2021-09-30T00:00+02:00", "2021-10-31T00:00+02:00", "2021-11-30T00:00+01:00"), "every month", L("2021-12-31T00:00+01:00"));
}

static void numbers(void **state)
{
    (void)state;
    static const struct { double v[6]; uint8_t digits; double next, later; } is[] = {
        { { 1949, 1949.25, 1949.5, 1949.75, 1950, 1950.25 }, 2, 1950.5, 1953 },
        { { 1949.083, 1949.167, 1949.25, 1949.333, 1949.417, 1949.5 }, 3, 1949.583, 1950.417 },
        { { 1700000000123, 1700000060124, 1700000120123, 1700000180123, 1700000240123, 1700000300123 }, 0, 1700000360123, 1700000960123 },
        { { 1700000000003, 1700000059999, 1700000120004, 1700000179998, 1700000240001, 1700000300000 }, 0, 1700000360000, 1700000960000 },      /* a clock that trembles */
        { { 2001, 2002, 2003, 2005, 2006, 2007 }, 0, 2008, 2018 },
    };
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        size_t start[] = { 0, 6 };
        ur_when w = { .t = is[i].v, .n = 1, .start = start, .form = { .digits = is[i].digits } };
        ur_pace p;
        ur_err e = { 0 };
        assert_int_equal(ur_pace_find(&p, &w, &e), 0);
        assert_true(ur_pace_add(&p, is[i].v[5], 0, 1) == is[i].next);
        assert_true(ur_pace_add(&p, is[i].v[5], 0, 11) == is[i].later);
    }
}

static void steps_that_are_said(void **state)
{
    (void)state;
    static const struct { const char *said, *every, *from, *to; } is[] = {
        { "1month", "every month", "2021-01-31", "2021-02-28" }, { "1quarter", "every quarter", "2021-01-31", "2021-04-30" },
        { "year", "every year", "2020-02-29", "2021-02-28" }, { "1bday", "every business day", "2021-04-09", "2021-04-12" },
        { "2weeks", "every 2 weeks", "2021-04-09", "2021-04-23" }, { "15min", "every 15 minutes", "2021-04-09 23:50", "2021-04-10 00:05" },
        { "1hour", "every hour", "2021-04-09 23:50", "2021-04-10 00:50" }, { "90s", "every 90 seconds", "2021-04-09 23:59:00", "2021-04-10 00:00:30" },
        { "5bdays", "every 5 business days", "2021-04-09", "2021-04-16" }, { "-1day", "every day, backwards", "2021-03-01", "2021-02-28" },
    };
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        ur_pace p;
        char out[80];
        ur_stamp s = stamp(is[i].from);
        assert_true(ur_pace_parse(is[i].said, &p));
        ur_pace_text(&p, out);
        assert_string_equal(out, is[i].every);
        ur_time_text(ur_pace_add(&p, s.t, 0, 1), 0, &s.form, out);
        assert_string_equal(out, is[i].to);
        assert_true(ur_pace_between(&p, s.t, 0, at(is[i].to), 0) > 0.9);
    }
    static const char *const bad[] = { "", "fortnight", "1.5month", "0day", "month1", "1 month", "1e400s", "--1day" };
    ur_pace p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ur_pace_parse(bad[i], &p));
}

static void what_is_odd(void **state)
{
    (void)state;
    column c;
    ur_pace p;
    ur_err e = { 0 };
    ur_oddities o;
    open_column(&c, L("2021-03-01", "2021-03-02", "2021-03-05", "2021-03-05", "", "2021-03-07", "2021-03-06", "2021-03-07", "2021-03-08", "2021-03-10"));
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_when_check(&o, &c.w, &p);
    assert_true(o.gap.n == 2 && o.gap.first == 2 && o.skipped == 3);
    assert_true(o.same.n == 1 && o.same.first == 3);
    assert_true(o.missing.n == 1 && o.missing.first == 4);
    assert_true(o.back.n == 1 && o.back.first == 6);
    /* rows without a time hide no gap: beside one, over several, at both ends; a row that comes too soon after them repeats a time */
    open_column(&c, L("2021-03-01", "2021-03-02", "2021-03-03", "", "2021-03-06", "2021-03-07", "", "", "2021-03-10", "2021-03-11", "2021-03-14", "", "2021-03-16", "", "", "2021-03-17", ""));
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_when_check(&o, &c.w, &p);
    assert_true(o.gap.n == 2 && o.gap.first == 4 && o.skipped == 3);
    assert_true(o.same.n == 1 && o.same.first == 15 && o.missing.n == 7 && !o.back.n);
    open_column(&c, L("", "2021-03-05", "2021-03-06", "2021-03-07", "", "2021-03-03", "2021-03-04"));
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_when_check(&o, &c.w, &p);
    assert_true(o.back.n == 1 && o.back.first == 5 && !o.gap.n && !o.same.n);
    /* Good Friday is a gap of business days, the weekend is none */
    open_column(&c, L("2021-03-31", "2021-04-01", "2021-04-05", "2021-04-06", "2021-04-07", "2021-04-08", "2021-04-09", "2021-04-12"));
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_when_check(&o, &c.w, &p);
    assert_true(o.gap.n == 1 && o.gap.first == 2 && o.skipped == 1 && !o.odd.n && !o.back.n);
    open_column(&c, L("2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30", "2019-06-30"));
    assert_int_equal(ur_pace_find(&p, &c.w, &e), 0);
    ur_when_check(&o, &c.w, &p);
    assert_true(o.gap.n == 1 && o.gap.first == 4 && o.skipped == 1 && !o.odd.n);
}

int main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(times), cmocka_unit_test(periods), cmocka_unit_test(day_or_month_first), cmocka_unit_test(as_finely_as_they_are), cmocka_unit_test(as_short_as_can_be), cmocka_unit_test(as_they_came), cmocka_unit_test(months), cmocka_unit_test(days),
        cmocka_unit_test(hours), cmocka_unit_test(numbers), cmocka_unit_test(steps_that_are_said), cmocka_unit_test(what_is_odd),
    };
    return cmocka_run_group_tests(test, NULL, NULL);
}
