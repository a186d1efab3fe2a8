/* pieces: subword vocabularies, learned and applied by the SentencePiece library (Kudo & Richardson 2018; unigram model: Kudo
 * 2018), behind C. Knows no schema. Invariants: nothing is thrown, printed or written; equal texts give equal pieces to the bit,
 * whatever the machine; ids are those of ur_vocab: 0 unknown, 1 start, 2 end, then the pieces, of which those that begin a word
 * begin with UR_WORD_MARK. */
#ifndef UR_DATA_PIECES_H
#define UR_DATA_PIECES_H
#include "data/datum.h"

#define UR_WORD_MARK "\xE2\x96\x81" /* U+2581 */

typedef struct ur_pieces ur_pieces;
typedef struct ur_pieces_want {
    const char *name; /* whose pieces, for messages */
    int n;            /* so many; 0: UR_PIECES_STANDARD, or fewer where the text gives fewer */
    double coverage;  /* share of the characters that stay known, the rare ones unknown; 1: all */
    size_t bytes;     /* of all texts together, or more */
    bool (*next)(void *arg, const char **s,
                 size_t *n); /* the next text (valid UTF-8, words between single blanks); false: there is none */
    void *arg;
} ur_pieces_want;
/* errors: UNROLL_ERROR_DATA where the texts give fewer pieces than asked for, or have more characters than pieces, or hold
 * nothing */
int ur_pieces_learn(ur_pieces **out, const ur_pieces_want *w, ur_err *e);
/* a SentencePiece model as its library writes it; `name` as above. Damaged, or not of the kind that is learned here:
 * UNROLL_ERROR_FORMAT */
int ur_pieces_read(ur_pieces **out, const void *bytes, size_t n, const char *name, ur_err *e);
const void *ur_pieces_bytes(const ur_pieces *p, size_t *n);
void ur_pieces_free(ur_pieces *p);
int ur_pieces_size(const ur_pieces *p); /* including the three */
const char *ur_pieces_entry(const ur_pieces *p, int id, size_t *n);
/* ids of the pieces of one or several words, at most `cap` ≥ n + 1 of them. */
int ur_pieces_of(const ur_pieces *p, const char *s, size_t n, int32_t *id, size_t cap, size_t *count, ur_err *e);
#endif
