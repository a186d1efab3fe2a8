/* Fields of a table, one after the other. */
#ifndef UR_DATA_CSV_H
#define UR_DATA_CSV_H
#include "data/window.h"

typedef struct ur_csv {
    ur_window w;
    char delimiter;
    bool in_row, after_cr;               /* in_row: the row being read has had a field; after_cr: a '\r' was the last byte there was */
} ur_csv;

enum ur_csv_what {
    UR_CSV_END, UR_CSV_FIELD,            /* a field that is not the last of its row */
    UR_CSV_LAST,                         /* the last field of a row */
    UR_CSV_BLANK,                        /* a line without fields */
    UR_CSV_OPEN, UR_CSV_LONG             /* errors: a quote never closed; a field of more than UR_MAX_FIELD bytes */
};
/* opened and filled: c->w shows how the file begins; then whoever reads it sets the delimiter (not a space) */
int  ur_csv_open(ur_csv *c, const char *path, ur_err *e);
void ur_csv_close(ur_csv *c);
/* an ur_csv_what, or a negative error. The field, without quotes and the blanks around it, stands in the window until the next call. */
int  ur_csv_next(ur_csv *c, char **s, size_t *n, ur_err *e);
#endif
