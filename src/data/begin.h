/* How a table begins (begin.c): for its reader. */
#ifndef UR_DATA_BEGIN_H
#define UR_DATA_BEGIN_H
#include "base/limits.h"
#include "data/parts.h"

/* passes over so many lines; *skipped how many there were. UNROLL_ERROR_DATA without a text: a line is too long */
int ur_skip_lines(ur_window *w, size_t lines, size_t *skipped, ur_err *e);
/* passes over "sep=;", and says which delimiter it names */
bool ur_sep_line(ur_window *w, char *delimiter);
/* of ; tab | and , the one by which most lines have as many fields as the header; `usual` where the header has it; ' ' where
 * blanks of any number do, and nothing else splits the header */
char ur_find_delimiter(const ur_window *w, char usual);
#endif
