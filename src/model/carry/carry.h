/* carry.h: what the files that carry weights between a model and PyTorch's state_dicts share. A carry is one such transport: the
 * map as lists of tensors and of the parts of them that parameters are. All it allocates but `file` and `said` lies in its arena.
 */
#ifndef UR_CARRY_H
#define UR_CARRY_H
#include "model/model.h"

#define UR_MAX_DIMS (UR_MAX_FIXED + 2)

/* A recurrent layer as PyTorch stacks it: gates one under the other, in this order. W, U, b, c and a gate's letter name the
 * parameters of a cell */
typedef struct ur_layer {
    const char *name, *cell;
    int ngate;
    const char *gate[4];
} ur_layer;
enum { UR_LAYERS = 3 };
extern const ur_layer ur_layers[UR_LAYERS];

typedef struct ur_named {     /* a tensor of the map */
    const char *name, *whose; /* whose: the left side of its line */
    int line, gates;          /* gates: parameters stacked in it */
    bool turn, bias;          /* turn: it is the transpose; bias: of a recurrent layer */
    int nshape;
    size_t shape[UR_MAX_DIMS]; /* as the map says; nshape −1: as the parameter has it */
} ur_named;
typedef struct ur_part {
    int param, tensor, gate;
    bool add;
} ur_part; /* add: a second bias, added to the first; written as zeros */
enum { UR_UNFILLED, UR_FILLED, UR_KEPT, UR_ZERO };

typedef struct ur_carry {
    unroll_model *m;
    const char *path, *map; /* of the tensors, of the map */
    bool partial;
    ur_arena arena;
    jmp_buf trap;
    ur_err *e;
    ur_file file;           /* import: what is read */
    int *rows_of, *cols_of; /* [nparam] the datum whose symbols rows (columns) are; −1: none; −2: symbols and more */
    int *how, *line;        /* [nparam] UR_FILLED …; by which line of the map */
    int ntensor, tensor_cap;
    ur_named *tensor;
    int npart, part_cap;
    ur_part *part;
    int nskip, skip_cap;
    const char **skip; /* names after `-`; one may end in * */
    ur_buf said;
    int nsaid, said_line; /* what does not fit, a line each, and at most one for a line of the map */
} ur_carry;

/* carry.c */
size_t ur_carry_symbols(const ur_carry *c, int datum); /* rows that the file has for them; 0: not known */
/* map.c */
int ur_carry_map(ur_carry *c, const char *text); /* reads the map */
int ur_carry_check(ur_carry *c);                 /* ... and whether it and the file fit the model */
void ur_carry_shape(const ur_carry *c, const ur_part *p, int *n, size_t shape[UR_MAX_DIMS]); /* what a part's tensor should be */
void ur_say_shape(ur_buf *b, int n, const size_t *shape);                                    /* "128 × 64" */
/* the module and the ending of a layer's tensors: "encoder.l0_reverse" gives "encoder." and "_l0_reverse"; "cell" gives "cell."
 * and "" */
void ur_layer_names(ur_carry *c, const char *name, const char **module, const char **ending);
int ur_carry_param(const ur_carry *c, const char *use, const char *letter, const char *gate); /* "use.letter+gate"; −1: none */
const ur_layer *ur_carry_layer(const ur_carry *c, const char *use); /* what a use of a cell is, by its parameters; NULL */
/* propose.c: a map by shapes and names; *doubts: lines of it that are guesses or gaps */
int ur_carry_propose(ur_carry *c, ur_buf *out, int *doubts);
#endif
