/* Decimal marks and thousands marks of a column (marks.c), for the readers of tables. */
#ifndef UR_DATA_MARKS_H
#define UR_DATA_MARKS_H
#include "data/parts.h"

enum { UR_MARKED = 64 }; /* bytes of a number with marks */

/* What cells of a column were met. Only the first two tell which mark is the decimal one. */
enum {
    UR_MET_POINT = 1,
    UR_MET_COMMA = 2, /* 1.5, 1,234.5, 1,234,567: the point is decimal; 1,5, 1.234,5, 1.234.567: the comma is */
    UR_MET_POINT_3 = 4,
    UR_MET_COMMA_3 = 8, /* 1.234: either; 1,234: either */
    UR_MET_SHORT = 16,
    UR_MET_LONG = 32, /* 987; 1234 or 1234.5, a mark between thousands that is not there */
    UR_MET_GROUPS = 64,
    UR_MET_ZERO = 128, /* 1 234.5; 0 */
    UR_MET_KINDS = 8
};
/* a number with whatever marks: what it is (0: none), *v with the only mark of 1.234 or 1,234 taken as the decimal one */
unsigned ur_marked_number(const char *s, size_t n, double *v);

typedef struct ur_marks {
    unsigned met;
    ur_zvec at[2]; /* where 1.234 and 1,234 lie among the column's values */
    char like[UR_MET_KINDS][64];
    size_t row[UR_MET_KINDS]; /* the first of each kind, for messages */
} ur_marks;
void ur_marks_free(ur_marks *m);
int ur_marks_note(ur_marks *m, unsigned met, size_t at, size_t row, const char *s, size_t n, ur_err *e);

typedef struct ur_marks_rule {
    const char *path, *column;
    unsigned table;                 /* what was met anywhere in the table */
    char decimal, usual, delimiter; /* asked for, or 0; of the data the model was fitted on, or 0; what splits the fields */
} ur_marks_rule;
/* which mark is the decimal one; *decimal 0: none was met. Doubts are remarks, contradictions are errors. */
int ur_marks_settle(const ur_marks *m, const ur_marks_rule *r, ur_raw *raw, char *decimal, ur_err *e);
void ur_marks_apply(const ur_marks *m, char decimal, double *num);
/* why a text that is no number is none, and what to do; NULL: nothing is known of it */
const char *ur_no_number(const char *s, size_t n);
#endif
