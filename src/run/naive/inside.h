/* Inside the oracle: what shapes.c (positions, memory), naive.c (the order of work), eval.c and sums.c (the value of a node)
 * share. */
#ifndef UR_NAIVE_INSIDE_H
#define UR_NAIVE_INSIDE_H
#include "run/naive/naive.h"

enum { LEVELS = 2 * UR_MAX_RAGGED };

/* the positions of an index set in one item, numbered in canonical order: lexicographic, the first index outermost */
typedef struct shape {
    int n;
    int16_t idx[LEVELS];
    size_t rows;
    struct {
        int32_t len;
        size_t *first;
    } level[LEVELS]; /* first: for each position of the levels above, its first row; NULL: len everywhere */
} shape;

enum { TODO, OPEN, DONE }; /* OPEN: waits for what it reads */
typedef struct memo {
    double *v;
    uint8_t *state;
    size_t rows;
} memo; /* of one node for one item */
typedef struct task {
    ur_id id;
    uint32_t item;
    size_t row;
} task;
typedef struct past {
    ur_id id;
    int reach;
    size_t width, at;
} past; /* a node read before a window's start; at: where in an item's state */

struct ur_naive {
    const ur_graph *g;
    bool single, stepwise;
    int window;      /* root of options.window_index, −1 */
    int *root;       /* [nindex] the index itself or what it is an alias of */
    bool *by_item;   /* [nnode] one value for each item (else one for all) */
    bool *forward;   /* [nnode] not an adjoint */
    int *set, *wide; /* [nnode] index set: own; with all that is reduced or read (reductions) */
    int nset, set_cap;
    struct {
        int n;
        int16_t idx[LEVELS];
    } * sets;
    size_t *width; /* [nnode] */
    ur_id *keep;
    int nkeep;
    past *past;
    int npast;
    size_t state_width; /* numbers of carried state for an item */
    double *state;
    size_t state_items;
    /* one step */
    ur_step *s;
    size_t items;
    int wroot;      /* window index of this batch, −1 */
    size_t **base;  /* [nindex] first position of each example, for roots that something is nested in */
    shape **shapes; /* [nset][items][2]: of the window, of the whole example */
    memo **memos;   /* [nnode][items or 1] */
    double *weight;
    task *stack;
    size_t top, stack_cap;
    int32_t *at;         /* [nindex] current positions, ragged and fixed */
    size_t bytes, limit; /* held, and at most */
    ur_err *err;
    int rc;
};

/* shapes.c */
int ur_naive_no_memory(ur_naive *v);                     /* v->rc, which is an error now */
void *ur_naive_take(ur_naive *v, size_t n, size_t size); /* zeros; NULL: beyond the limit, v->rc says so */
void ur_naive_shape_free(shape *s);
void ur_naive_positions(const shape *s, int levels, size_t row, int32_t *at); /* of a row of the first `levels` levels, into at */
const shape *ur_naive_shape(ur_naive *v, int set, size_t item, bool whole);
int32_t ur_naive_level_len(const shape *s, int level, const int32_t *at);
bool ur_naive_row(const shape *s, const int32_t *at, size_t *row); /* false: out of range */
int32_t ur_naive_index_len(ur_naive *v, size_t item, int index, int n, const int16_t *idx);
int ur_naive_set_of(ur_naive *v, int n, const int16_t *idx);
int ur_naive_window_from(const ur_naive *v, size_t item, int index);
int64_t ur_naive_before(const ur_naive *v, size_t item,
                        int index); /* positions before the item's first, of all that the example was cut from */
/* naive.c */
/* the value of node `id` at the positions `at`; NULL: not there yet (it has been asked for) or an error */
const double *ur_naive_need(ur_naive *v, ur_id id, size_t item);
memo *ur_naive_memo(ur_naive *v, ur_id id, size_t item);
const double *ur_naive_past(const ur_naive *v, ur_id id, size_t item, int32_t position);
/* eval.c: true: out is written; false: some of what it reads was asked for, or an error */
bool ur_naive_eval(ur_naive *v, ur_id id, size_t item, size_t row, double *out);
/* the number of the symbol whose one-hot vector begins with a 1 */
static inline int ur_naive_first(const ur_node *x) { return x->sym == UR_SYM_CLOSED ? UR_SYM_FIRST : 0; }
static inline size_t ur_naive_cell(const ur_node *n) { return n->sym ? 1 : (size_t)n->rows * (size_t)n->cols; }

/* ---- one value under way: what eval.c, matrices.c and sums.c share */
typedef struct ev {
    ur_naive *v;
    const ur_graph *g;
    const ur_node *n;
    ur_id id;
    size_t item, row;
    double *out;
    bool missing;
} ev;

/* ---- fixed indices: loops over their tuples move v->at */
typedef struct tuple {
    int n;
    int16_t f[4 * UR_MAX_FIXED];
} tuple;
static inline void add_fix(tuple *t, int n, const int16_t *f)
{
    for (int k = 0; k < n; k++) {
        bool have = false;
        for (int q = 0; q < t->n; q++) have |= t->f[q] == f[k];
        if (!have && t->n < 4 * UR_MAX_FIXED) t->f[t->n++] = f[k];
    }
}

static inline tuple fix_of(const ur_node *n)
{
    tuple t = { 0 };
    add_fix(&t, n->nfix, n->fix);
    return t;
}

static inline void first_tuple(ur_naive *v, const tuple *t)
{
    for (int k = 0; k < t->n; k++) v->at[t->f[k]] = 1;
}

static inline bool next_tuple(ur_naive *v, const tuple *t)
{
    for (int k = t->n - 1; k >= 0; k--) {
        if (v->at[t->f[k]]++ < v->g->index[t->f[k]].size) return true;
        v->at[t->f[k]] = 1;
    }
    return false;
}

#define EACH_TUPLE(v, t) for (bool more_ = (first_tuple(v, t), true); more_; more_ = next_tuple(v, t))

/* where the block of the current fixed positions begins in a value of node n */
static inline size_t block(const ur_naive *v, const ur_node *n)
{
    size_t b = 0;
    for (int k = 0; k < n->nfix; k++) b = b * (size_t)v->g->index[n->fix[k]].size + (size_t)(v->at[n->fix[k]] - 1);
    return b * ur_naive_cell(n);
}

static inline const double *need(ev *e, int k)
{
    const double *x = ur_naive_need(e->v, e->n->arg[k], e->item);
    if (!x) e->missing = true;
    return x;
}

static inline const ur_node *arg(const ev *e, int k) { return &e->g->node[e->n->arg[k]]; }

static inline double component(const double *x, const ur_node *n, size_t c) { return x[ur_naive_cell(n) == 1 ? 0 : c]; }

/* where subscript `at` of a GATHER or STREW leads to, from 1, along its index at the current positions of q, which has it, and of
 * what gathers; toward: GATHER's j; *len: how long that is */
static inline int gathered(ev *e, const ur_node *q, double at, int toward, int *len)
{
    int i = e->n->i;
    *len = e->g->index[i].fixed ? e->g->index[i].size : ur_naive_index_len(e->v, e->item, i, q->nidx, q->idx);
    return ur_gathered(at, ur_naive_before(e->v, e->item, i), *len, e->v->at[i], toward);
}

static inline bool finished(const ev *e) { return !e->missing && !e->v->rc; }

/* matrices.c */
bool ur_naive_prod(ev *e);
bool ur_naive_solve(ev *e);
bool ur_naive_cholesky(ev *e);
bool ur_naive_triangle(ev *e);
/* sums.c */
bool ur_naive_reduce(ev *e);
bool ur_naive_argmax(ev *e);
bool ur_naive_contract(ev *e);
bool ur_naive_strew(ev *e);
#endif
