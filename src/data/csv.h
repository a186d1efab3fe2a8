/* Fields of a table or of a column file, one after the other. */
#ifndef UR_DATA_CSV_H
#define UR_DATA_CSV_H
#include "data/window.h"

typedef struct ur_csv {
    ur_window w;
    char delimiter; /* column files: ' ' stands for blanks of any number */
    char *line;     /* column files: where the row being read ends */
    size_t width;   /* column files: columns of every row; 0: the first row will tell, and the delimiter too */
    bool in_row;    /* the row being read has had a field */
    bool torn; /* the field just read goes over a line end after a quote inside it that is not doubled: perhaps rows swallowed */
} ur_csv;

enum ur_csv_what {
    UR_CSV_END,
    UR_CSV_FIELD, /* a field that is not the last of its row */
    UR_CSV_LAST,  /* the last field of a row */
    UR_CSV_BLANK, /* a line without fields */
    UR_CSV_SKIP,  /* column files: a line that is no row: a comment, a range of words, an empty node */
    UR_CSV_OPEN,
    UR_CSV_LONG /* errors: a quote never closed; a field of more than UR_MAX_FIELD bytes */
};
/* opened and filled: c->w shows how the file begins; then whoever reads it sets the delimiter (a space: blanks of any number) */
int ur_csv_open(ur_csv *c, const char *path, ur_err *e);
void ur_csv_close(ur_csv *c);
/* an ur_csv_what, or a negative error. The field, without quotes and the blanks around it, stands in the window until the next
 * call. */
int ur_csv_next(ur_csv *c, char **s, size_t *n, ur_err *e);
/* the same for column files, plain and CoNLL-U (columns.c), which have neither quotes nor a header */
int ur_columns_next(ur_csv *c, char **s, size_t *n, ur_err *e);
int ur_conllu_next(ur_csv *c, char **s, size_t *n, ur_err *e);
/* columns of CoNLL-U */
enum { UR_CONLLU_COLUMNS = 10, UR_CONLLU_FORM = 1 };
extern const char *const ur_conllu_column[UR_CONLLU_COLUMNS];
#endif
