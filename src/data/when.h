/* Times of rows: how they are written, and how they go on. Civil time: a day is a day of the wall clock, a month ends on its last
 * day. Knows no tables. There is no database of zones here: an offset is what the text says. */
#ifndef UR_DATA_WHEN_H
#define UR_DATA_WHEN_H
#include "base/base.h"

/* Names of months, as they are written. */
typedef struct ur_month_words {
    uint32_t sets; /* bit k: the k-th set of names has them (months.c); 0: months are numbers */
    char letters;  /* 'a' jan, 'A' JAN, 'C' Jan */
    bool dot;      /* one behind a short name */
} ur_month_words;
/* the month that s begins with, 1 to 12, and *n the bytes of its name; 0: none */
int ur_month_read(const char *s, size_t size, size_t *n, ur_month_words *out);
size_t ur_month_text(const ur_month_words *w, int month, char out[20]);
/* *b too, of the same column */
void ur_month_words_join(ur_month_words *a, const ur_month_words *b);

#define UR_LONG_DASH 'n' /* an en dash */

/* How times are written: of one text, or of a column, all that its texts have (ur_time_form_join). All zero: as short as they can
 * be. */
typedef struct ur_time_form {
    uint8_t parts;         /* 1 year and month (quarter, week), 2 day, 3 hours and minutes, 4 seconds */
    uint8_t digits;        /* of a fraction of a second; of plain numbers, digits after the point */
    char date, gap, point; /* between year and month ('-', '/', '.', ' ', UR_LONG_DASH; 0: 20130131); between day and time ('T', '
                              '); before the fraction */
    char period;           /* 2020Q1, 2020-W05, 2020M01: the letter as it is written; 0: a month's number alone */
    char first;            /* 'd' 31.01.2020, 'm' 01/31/2020 and 01/2020, 'p' Q1 2020; 0: the year comes first */
    char span;             /* a year and the one after: '2' 2012/13, '4' 2012/2013; 0: without */
    bool bare, bare_hour;  /* numbers below 10 have one digit: 1/31/2020; hours too: 1/31/2020 9:00 */
    char word;             /* dates with names of months: 'm' Jan 2020, 'y' 2020-Jan, 'd' 31 Jan 2020, 'u' Jan 31, 2020, 'z'
                              2020-Jan-31; 0: without */
    bool short_year, dot_day; /* Jan-20; 31. Januar 2020 */
    ur_month_words months;
    char part[6]; /* how each of several columns is written, of year, quarter, month, day, hour, minute: '1' 7, '0' 07, '.' 7.0,
                     'q' Q3, 'j' as `months`; 0: there is no such column. All 0: times stand in one column */
    char zone;    /* 0 none; ':' +02:00, '4' +0200, '2' +02; 'Z' */
    char utc;     /* how the offset zero is written, 'Z' or 'z'; 0: as others */
    bool apart;   /* a blank stands before the offset */
    bool cut;     /* of one text: it has digits that t does not keep */
    bool mixed;   /* of a column: its dates have several forms, and are written as 2013-01-31 */
} ur_time_form;

enum {
    UR_DAY_FIRST = 1,
    UR_MONTH_FIRST = 2,
    UR_DAY_OR_MONTH = 4
}; /* what 31/01/2020, 01/31/2020 and 01/02/2020 tell of their column */
enum {
    UR_MONTH = UR_DAY_FIRST,
    UR_YEARS = UR_MONTH_FIRST,
    UR_MONTH_OR_YEARS = UR_DAY_OR_MONTH
}; /* ... and 2013/05, 2012/13 and 2010/11 */
typedef struct ur_stamp {
    double t;
    int16_t away;  /* seconds since 1970 UTC; minutes by which the wall clock is ahead */
    uint8_t order; /* one of the above; where both could be, t has the day first, or is the month. 0: there is no question */
    ur_time_form form;
} ur_stamp;

/* ISO 8601 date, maybe time, maybe zone; without a zone the wall clock counts as UTC. Eight digits are a date. Quarters and
 * months as 2020Q1, 2020-Q1, 2020M01, and weeks as 2020-W05, are their first day; the day may come first, or the month
 * (31.01.2020, 1/31/2020 9:30, 01/2020, Q1 2020); 2012/13 is the year 2012; months may be named (Jan 2020, 31-Jan-2020, January
 * 31, 2020; Jan-20 is of 1969 to 2068) */
bool ur_parse_time(const char *s, size_t n, ur_stamp *out);
/* are dates of a column that has both written in one form, but for their digits, names of months and times of day? */
bool ur_time_form_alike(const ur_time_form *a, const ur_time_form *b);
void ur_time_form_join(ur_time_form *a, const ur_time_form *b);
/* in that form; with all that it lacks, where it would say another time */
void ur_time_text(double t, int away, const ur_time_form *form, char out[48]);

/* ---- times in several columns */
enum { UR_PARTS = 6 };
/* is it the name of a column of years (0), quarters, months, days, hours, minutes? −1: of none */
int ur_part_named(const char *column);
/* *months is of a month's name */
bool ur_parse_part(int part, const char *s, size_t n, int *value, char *style, ur_month_words *months);
/* *value of that part where its style is '1' (then `out` is not to be used), else its text */
bool ur_part_text(double t, int away, const ur_time_form *form, int part, int *value, char out[48]);
/* those of `form`.part, by the month where it has one, else the quarter; NAN: there is no such day */
double ur_time_of_parts(const int value[UR_PARTS], const ur_time_form *form);

/* ---- what a column's cells tell: whether the day or the month comes first, their forms, digits that are lost */
/* dates between points, and between other marks, each have an order of their own; 2010/11 is a month, or two years */
enum { UR_POINTS, UR_SLASHES, UR_SPANS, UR_ORDERS };
typedef struct ur_day_order {
    uint8_t met;
    char like[3][64];
    size_t row[3]; /* the first cell of each kind, for messages */
    uint8_t *open; /* bit k: cell k can be read both ways; the cells from 8 · room on cannot */
    size_t room;
} ur_day_order;
enum { UR_FORMS = 4 };
typedef struct ur_orders {
    ur_day_order of[UR_ORDERS];
    int nform; /* forms met, the first few */
    ur_time_form form[UR_FORMS];
    char form_like[UR_FORMS][64];
    size_t form_row[UR_FORMS];
    size_t ncut, cut_row;
    char cut[64];
    double cut_t; /* cells that have digits which t does not keep; the first of them */
} ur_orders;
/* one more cell: its place among the column's times, and `row` and what it says, for messages */
int ur_orders_note(ur_orders *o, const ur_stamp *s, size_t cell, size_t row, const char *text, size_t n, ur_err *e);
void ur_orders_free(ur_orders *o);

/* ---- how times go on */
typedef enum ur_pace_kind {
    UR_PACE_NONE,
    UR_PACE_NUMBER,
    UR_PACE_SECONDS,
    UR_PACE_DAYS,
    UR_PACE_WEEKDAYS,
    UR_PACE_MONTHS
} ur_pace_kind;
typedef struct ur_pace {
    ur_pace_kind kind;
    double by;      /* so many are one step; below 0: time runs backwards */
    uint8_t on;     /* WEEKDAYS: bit k: weekday k has rows, Monday is 0; MONTHS: those that `day` is moved to, 0: any */
    uint8_t day;    /* MONTHS: the day of the month that is aimed at, 31 the last */
    uint8_t digits; /* NUMBER: digits after the point */
    bool found;     /* it is that of most rows, and nobody said it: examples may have others */
} ur_pace;

typedef struct ur_when { /* the times of the rows of all examples */
    const double *t;     /* NAN: missing */
    const int16_t *away; /* minutes by which wall clocks are ahead of t; NULL: none is */
    size_t n;
    const size_t *start; /* [n + 1] where each example begins */
    bool date;           /* else plain numbers (a year, 1949.25) */
    ur_time_form form;
    const char *name;
    const struct ur_pace *usual; /* the step where nothing speaks against it; NULL: none */
} ur_when;

/* "1month", "15min", "1bday": months, quarters, years, weeks, days, business days, hours, minutes, seconds; "0.25" of plain
 * numbers */
bool ur_pace_parse(const char *text, ur_pace *out);
void ur_pace_text(const ur_pace *p, char out[80]); /* "every month", "every 15 minutes" */
/* The step that most neighbouring rows are apart, over all examples: of months (the same day, nearly, the last, or the
 * first or last business day), days of the wall
 * clock, the weekdays that occur, or seconds; w->usual, where as many are one of it apart. NONE: there is none, or rows are in no
 * order of time. */
int ur_pace_find(ur_pace *out, const ur_when *w, ur_err *e);
ur_pace ur_pace_of(const ur_pace *p, const ur_when *w,
                   size_t example); /* with the day of the month of that example; where `p` was found and is not its step, but it
                                       has one: its own */
double ur_pace_add(const ur_pace *p, double t, int away, double steps);
double ur_pace_between(const ur_pace *p, double t, int away, double later,
                       int later_away); /* steps; whole where `later` is one of them */

typedef struct ur_times {
    double *t;
    int16_t *away;
    size_t *start;
} ur_times; /* away NULL: none */
/* all times, the missing ones as `p` goes, and `add` more after the last of each example; NAN where p is NONE */
int ur_when_fill(ur_times *out, const ur_when *w, const ur_pace *p, size_t add, ur_err *e);
/* the last `add` of the only example, as `later`, which has some of them, says */
int ur_times_later(ur_times *t, const ur_when *later, size_t add, ur_err *e);
void ur_times_free(ur_times *t);

/* what is odd about them: how often, and where first (a row of `t`) */
typedef struct ur_oddity {
    size_t n, first;
} ur_oddity;
typedef struct ur_oddities {
    size_t pairs;                       /* rows with a time, after one in their example */
    ur_oddity missing, back, same, gap; /* rows without a time; before the last time; at, or before, that of the row before; later
                                           than one step. A row without a time has the one that steps from the last lead to */
    ur_oddity odd;                      /* rows that no whole number of steps leads to, by a twentieth of one */
    double skipped;                     /* rows that gaps would hold */
} ur_oddities;
void ur_when_check(ur_oddities *out, const ur_when *w, const ur_pace *p);
#endif
