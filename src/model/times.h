/* Times of data, told to people. For the files of the room that do so. */
#ifndef UR_MODEL_TIMES_H
#define UR_MODEL_TIMES_H
#include "model/model.h"

/* what is odd about times along an index (−1: one for each example); 0, an error, or 1: `line` wants no more */
int ur_times_notes(const ur_schema *g, const ur_raw *r, int index, int (*line)(const char *text, void *arg), void *arg,
                   ur_err *e);
/* ", 2013-01-01 to 2013-12-31 every day"; nothing where there are no times */
int ur_times_span(const ur_schema *g, const ur_raw *r, int index, ur_buf *out, ur_err *e);
#endif
