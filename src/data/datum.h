/* What a model declares of its data: indices, kinds, sizes. All that the data room knows of a model. */
#ifndef UR_DATUM_H
#define UR_DATUM_H
#include "base/base.h"
#include "base/limits.h"

typedef struct ur_place {
    int line, col;
    const char *file;
    const char *name;
} ur_place; /* 1-based; name: the quantity being defined */

typedef struct ur_index {
    const char *name;
    bool fixed;
    int size;   /* fixed: 1..size */
    int parent; /* ragged: the index it is nested in (its length differs by the parent's position), or -1 */
    int alias;  /* ragged: `index s = t`: the index whose positions it shares, or -1 */
} ur_index;

typedef enum ur_data_kind { UR_REAL, UR_SYMBOL, UR_CHARS, UR_WORDS, UR_BYTES, UR_COUNT, UR_RAW, UR_TIME, UR_PIECES } ur_data_kind;
#define UR_IS_SYMBOL(k) (((k) >= UR_SYMBOL && (k) <= UR_BYTES) || (k) == UR_PIECES)
#define UR_IS_TEXT(k)   (UR_IS_SYMBOL(k) && (k) != UR_SYMBOL) /* a text is cut into its symbols */
#define UR_CUTS_WORDS(k)                                                                                                         \
    ((k) == UR_CHARS || (k) == UR_PIECES) /* along two indices: the words of a text, and what they are made of */

/* Vocabularies begin with these; the seen symbols follow. */
enum { UR_SYM_UNKNOWN = 0, UR_SYM_START = 1, UR_SYM_END = 2, UR_SYM_FIRST = 3 };
enum { UR_SYM_SPECIAL = (1 << UR_SYM_FIRST) - 1 }; /* a bit for each of these */

enum { UR_PIECES_STANDARD = 8000 }; /* pieces, where the text of the model does not say how many */

typedef struct ur_datum {
    const char *name;
    ur_data_kind kind;
    int size;                     /* components (real(k)); vocabulary size, 0 while unknown, for symbols */
    int nidx, idx[UR_MAX_RAGGED]; /* ragged indices in the order written: data word[t,k] */
    int nfix, fix[UR_MAX_FIXED];  /* fixed indices (data x[t,j]: size values for each j) */
    bool drawn;                   /* has a ~ line */
    ur_place place;
    int pieces;     /* UR_PIECES: how many the text asks for, 0 where it does not say */
    unsigned never; /* symbols: which of unknown, start and end its ~ line never meets, bit k for id k: they take no share */
    bool closed;    /* symbol(k): `size` symbols, from the text; unknown, start and end have no component */
    int shares;     /* symbols: it has the vocabulary of another datum: its number, counted from 1; 0: its own */
    bool endless;   /* symbols: no end symbol is known, so none is drawn or guessed; in a text's softmax it has a share */
} ur_datum;

typedef struct ur_schema {
    int nindex;
    ur_index *index;
    int ndata;
    ur_datum *data;
} ur_schema;
#endif
