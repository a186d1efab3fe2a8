/* lang: from the text of a model to a graph. Parse once, build a graph for every use (a fit, a completion, …). */
#ifndef UR_LANG_H
#define UR_LANG_H
#include "graph/graph.h"

typedef struct ur_program ur_program; /* a parsed text: statements, declarations; owns its memory */
typedef struct ur_setting {
    const char *name;
    double value;
} ur_setting; /* --set NAME=VALUE for a hyper */

/* Reads `text` (n bytes, any bytes), follows `use "file"` relative to `file`'s folder, checks what can be checked without data.
 * Errors: UNROLL_ERROR_MODEL with "FILE:LINE:COL: message", the line, a caret line. */
int ur_program_parse(ur_program **out, const char *text, size_t n, const char *file, const ur_setting *set, int nset, ur_err *e);
/* the same of a text out of a model file: a file is data and opens no other, so `use` is refused */
int ur_program_parse_filed(ur_program **out, const char *text, size_t n, const char *file, const ur_setting *set, int nset,
                           ur_err *e);
void ur_program_free(ur_program *p);
/* the declared data (idx fields refer to indices of a graph built from it; size 0 for symbols) */
int ur_program_ndata(const ur_program *p);
const ur_datum *ur_program_datum(const ur_program *p, int i);
/* the text with every `use` file put in its place: what a model file stores */
const char *ur_program_text(const ur_program *p);
/* the i-th hyper of the text itself; NULL: there are no more */
const char *ur_program_hyper(const ur_program *p, int i);

/* a cell that takes a size and one input along an index, as lstm(n, x[t]) (further arguments have standard values): the one
 * called `name`, or, name NULL, the first that the text itself defines. NULL: there is none. *known: a cell of that name exists,
 * whatever it takes */
const char *ur_program_cell(const ur_program *p, const char *name, bool *known);

typedef enum ur_given { UR_GIVEN_ALL, UR_GIVEN_SOME, UR_GIVEN_PARTS, UR_GIVEN_NONE } ur_given_mode;
typedef struct ur_build_options {
    const int *size;            /* [ndata] vocabulary sizes of symbol data (0: unknown, 100 is assumed); NULL: all unknown */
    const unsigned *never;      /* [ndata] ur_datum.never; NULL: every symbol may come */
    const bool *endless;        /* [ndata] ur_datum.endless; NULL: none is */
    const ur_given_mode *given; /* [ndata] ALL: a leaf wherever it is read; else reads of a drawn datum go through FILL: SOME, of
                                   whole rows, PARTS, by component, NONE; NULL: all ALL */
    bool training;              /* dropout acts */
    double label_smoothing;     /* ε: what a ~ line of symbols adds to the loss is of the target (1 − ε) onehot + ε / n */
    bool states;                /* what is known of latent symbols is made; else its quantities are 0 */
    bool grad;                  /* ur_grad is run */
} ur_build_options;
/* *out lives in its own arena, freed by ur_graph_free; the program must outlive it. Parameters come out in the same order
 * with the same names whatever the options. */
int ur_program_build(ur_program *p, const ur_build_options *o, ur_graph **out, ur_err *e);
void ur_graph_free(ur_graph *g);

extern const char ur_cells_text[]; /* the standard library (src/lang/cells.unr), as text */
#endif
