/* notes.h: what notes.c and beside.c share: lines of text about odd data, and to whom they go. Not for other files. */
#ifndef UR_MODEL_NOTES_H
#define UR_MODEL_NOTES_H
#include "model/model.h"

typedef struct ur_telling {
    const unroll_data *d;
    int (*line)(const char *, void *);
    void *arg;
} ur_telling;

/* 0, UNROLL_ERROR_MEMORY, or 1: no more is wanted; as all that follow */
int ur_tell(const ur_telling *n, const ur_buf *b);
void ur_tell_name(const ur_telling *n, int datum, ur_buf *b); /* "name (file)" */
void ur_tell_symbol(ur_buf *b, const ur_vocab *v, int id);    /* in quotes */
int ur_tell_equal(const ur_telling *n, int datum, const ur_vocab *v);
bool ur_is_bit(const ur_graph *g, int datum);
bool ur_count_bits(const ur_column *c, size_t w, size_t *count);
extern const char ur_unmet_symbols[];
#endif
