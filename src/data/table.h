/* A table, or a column file, being read: shared by table.c (fields to values) and bind.c (columns to data). */
#ifndef UR_DATA_TABLE_H
#define UR_DATA_TABLE_H
#include "data/csv.h"
#include "data/marks.h"
#include "data/source.h"

typedef struct ur_target {
    int bound;
    size_t comp;
    int next;      /* target of the same column, -1: none */
    size_t truths; /* cells that say TRUE or FALSE */
} ur_target;

typedef struct ur_met {  /* cells that are not what the others of their column are */
    size_t n, row, last; /* how many; lines of the first and the last */
    char like[64];       /* the first */
} ur_met;
typedef struct ur_aside {         /* a column that no data are bound to, as far as it was looked at */
    size_t dates, numbers, times; /* cells; times: what the column that tells them has */
    ur_met no_date, word, no_time;
} ur_aside;

typedef struct ur_tabular {
    ur_ingest *in;
    const char *path;
    ur_form form;
    ur_csv csv;
    ur_source *src;
    ur_err *e;
    bool header_done, trailing; /* trailing: the first row ends with a delimiter, so all do */
    size_t row, field;          /* row being read, from 1; fields met in it */
    size_t header_row;
    bool empty;            /* empty: the field met last */
    size_t before, breaks; /* rows that earlier files brought to the same source; where examples begin in them */
    ur_buf names;
    ur_zvec name; /* header: column names, NUL-terminated, and where each begins */
    ur_vocab *lookup;
    ur_ivec twice;  /* name → first column of that name; whether it stands twice */
    ur_ivec column; /* number of the column each lookup entry stands for */
    int *first;     /* [columns] first target of a column, -1: none */
    ur_target *target;
    size_t ntarget, target_cap;
    ur_marks *marks;
    unsigned met;               /* [ntarget] of numbers; anywhere in the table */
    int group, when;            /* columns, -1: none */
    int8_t *part;               /* [columns] of a time in several columns: which it is; -1: none */
    ur_aside *aside;            /* [columns] */
    bool when_known, any_break; /* when_known: no row is asked any more; any_break: the next row begins an example */
} ur_tabular;

const char *ur_column_name(const ur_tabular *t, size_t c);
/* ---- columns that no data are bound to (aside.c) */
int ur_aside_cell(ur_tabular *t, size_t col, const char *s, size_t n);
void ur_aside_row(ur_tabular *t); /* a row has been read */
/* the file has been read: what its columns tell of times, and words where numbers or times are */
int ur_aside_settle(ur_tabular *t);
/* the header has been read: binds its columns and finds or makes the source they fill */
int ur_table_header(ur_tabular *t);
#endif
