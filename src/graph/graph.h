/* The graph: one node per operation, with its index set and shape. Made by lang (graph build) from a model text,
 * extended by grad with the adjoints, executed by plan (naive or fast). Immutable afterwards.
 *
 * What a node is: at every position of its ragged indices (and, when `example` is set, of every example) it has a
 * value: a tensor [fix0][fix1]…[rows][cols] of numbers, row-major, fixed indices outermost in the order of `fix`.
 * A vector has cols 1. Symbol-valued nodes (`sym`) have one 32-bit id in place of a number; rows is then how many
 * components its one-hot vector has: the size of the vocabulary, of a closed one without unknown, start and end. Positions are
 * counted from 1 as in the language.
 *
 * Index sets are sorted by index id; a parent has a smaller id than what is nested in it. An argument whose index set
 * is a subset of its user's is broadcast; any other read goes through a READ node.
 *
 * Arguments need not have smaller ids than their users (a recurrence closes a cycle through READ). Every cycle passes
 * through a READ with an offset on a ragged index, or through a GATHER (its adjoint: a STREW) that looks one way along one. */
#ifndef UR_GRAPH_H
#define UR_GRAPH_H
#include "data/data.h"
#include "math/ops.h"

typedef int32_t ur_id; /* a node, -1: none */

typedef enum ur_init {
    UR_INIT_DEFAULT,
    UR_INIT_ZEROS,
    UR_INIT_ONES,
    UR_INIT_NORMAL,
    UR_INIT_UNIFORM,
    UR_INIT_SPREAD,
    UR_INIT_ORTHOGONAL,
    UR_INIT_IDENTITY,
    UR_INIT_RESERVOIR,
    UR_INIT_CONST
} ur_init;

typedef struct ur_param {
    const char *name;            /* "W", or "h.Wi" for the parameter Wi of the cell whose result is h */
    int nfix, fix[UR_MAX_FIXED]; /* one matrix for each tuple of these */
    int rows, cols;              /* a vector has cols 1 */
    ur_init init;
    double arg[2]; /* normal: mean, sd; uniform: low, high; reservoir: spectral radius, share of entries that are there; const:
                      value. default: matrices uniform(±1/sqrt(cols)), orthogonal where the operand is the recurrence itself,
                      vectors zeros, scales (sd arguments) ones, look-up tables normal(0, 1) */
    double *start; /* const: [count], where it is not one number; NULL */
    bool trained;
    bool lookup, tied, recurrent,
        scale,            /* how it is used: chooses the default start. tied: looked up, and a product's matrix too */
        by_state, moves;  /* ... its columns are those of the states of a latent symbol; of what the next state is drawn by */
    size_t offset, count; /* where its elements lie in the flat parameter vector: [fix…][rows][cols] */
    const char *guess;    /* its shape follows from no equation: in words, how it was settled; NULL: it does */
    ur_place place;
} ur_param;

/* ur_node.sym. Of a closed vocabulary, of symbol(k), unknown, start and end have no component */
enum { UR_SYM_OPEN = 1, UR_SYM_CLOSED = 2 };
enum { UR_NOWHERE = -2 }; /* in place of a symbol's number: read at no position there is */

/* How one index of a quantity is addressed by a READ. */
enum { UR_SUB_REL, UR_SUB_FIRST, UR_SUB_END };
typedef struct ur_sub {
    int kind;     /* REL: position of `index` + off + Σ times·fixed index; FIRST: 1 + off + Σ; END: length + off + Σ */
    int index;    /* REL: the index (of the reader) it follows; ragged or fixed */
    int mul, div; /* REL: `index` counts mul times (0: once), and all is divided by div (0: it is not), where that leaves no rest;
                     where it does, nothing is there. Of subscripts that follow fixed indices, or are followed by one */
    int off;
    int nfix, fix[2];
    int times[2];        /* how often fixed indices are added */
    ur_id before, after; /* what a position < 1, or > length, gives; -1: zero (symbols: start, end symbol).
                            Carried along the quantity's other indices (addressed by the same subscripts). */
} ur_sub;

typedef struct ur_node {
    ur_op op;
    bool example; /* differs by example */
    int8_t sym;   /* symbol ids: UR_SYM_OPEN, UR_SYM_CLOSED; 0: numbers */
    bool trans;   /* PROD: the matrix is used transposed */
    int8_t nidx, nfix;
    int16_t idx[UR_MAX_RAGGED], fix[UR_MAX_FIXED];
    int rows, cols;
    int narg;
    ur_id *arg;
    double num; /* CONST: value; DRAW: 0 or UR_DRAW_OF_LINE; RAND: probability of being dropped */
    int i, j;   /* DATA, MASK: datum (j: which part of a time); PARAM: parameter; POS, LEN: index; SLICE: first component;
                   FILL: datum, distribution (UR_NDIST: law[datum]); DRAW: site, distribution; RAND: site; RUN: UR_RUN_…;
                   STACK: fixed index; GATHER, STREW: index, and j: where arg 0 is read along it, -1 only at earlier positions than
                   its own, 1 only at later, 0 anywhere; JOIN: under each other, not side by side; XENT, XENTG: symbols left out
                   of the   logits, see ur_symbol_class; RSUM RMAX RLSE RARGMAX: see nred; PLACE: index, off */
    int nred;
    int16_t red[UR_MAX_RAGGED + UR_MAX_FIXED];
    bool red_example; /* reductions: indices reduced, and whether over examples too */
    ur_sub *sub;    /* READ: one for each of the quantity's indices: first its ragged ones (in idx order), then its fixed ones */
    int place_kind; /* PLACE: UR_SUB_FIRST or UR_SUB_END */
    ur_place place;
} ur_node;

/* the numbers that a symbol of node n may have are below this */
static inline int ur_symbol_count(const ur_node *n) { return n->rows + (n->sym == UR_SYM_CLOSED ? UR_SYM_FIRST : 0); }

/* which of the n components of its one-hot vector is 1 for symbol id of a node whose sym this is: of an open vocabulary any id
 * that is none is unknown; of a closed one unknown, start and end have none, -1. UR_NOWHERE stays */
static inline int ur_symbol_component(int sym, int id, int n)
{
    if (id == UR_NOWHERE) return id;
    int at = sym == UR_SYM_CLOSED ? id - UR_SYM_FIRST : id, none = sym == UR_SYM_CLOSED ? -1 : UR_SYM_UNKNOWN;
    return at >= 0 && at < n ? at : none;
}

/* where the logit of symbol id stands among those of the symbols that can come; −1: it cannot. never: as ur_datum.never */
static inline int ur_symbol_class(unsigned never, int id)
{
    int out = 0;
    if (id >= 0 && id < UR_SYM_FIRST && never >> id & 1) return -1;
    for (int k = 0; k < UR_SYM_FIRST && k < id; k++) out += never >> k & 1;
    return id - out;
}

/* DATA: j, besides parts of times: what the data say, 0 where they do not or it is hidden, by component; 1 where they do; 1 where
 * they do, hidden or not. Nothing is ever drawn in its place */
enum { UR_DATA_SAID = -1, UR_DATA_KNOWN = -2, UR_DATA_THERE = -3 };
enum { UR_DRAW_OF_LINE = 1 }; /* DRAW: num, where only what a ~ line draws hangs on it, not what the line says */
static inline bool ur_looks_one_way(const ur_node *n) { return (n->op == UR_GATHER || n->op == UR_STREW) && n->j; }
static inline bool ur_is_chance(const ur_node *n) { return n->op == UR_DRAW && n->num != UR_DRAW_OF_LINE; }
enum { UR_RUN_TRAINING, UR_RUN_PROGRESS, UR_RUN_PER_EPOCH, UR_RUN_SAMPLES }; /* RUN: i; SAMPLES: 1 where FILL draws */

typedef struct ur_like { /* one ~ line */
    int datum;
    ur_dist dist;             /* UR_NDIST: it is made of others */
    const struct ur_law *law; /* ... then how, by the vector of its arguments, which is arg[0]; else NULL */
    int narg;
    ur_id arg[4]; /* distribution's arguments, as the ~ line's own positions see them, sd already made positive */
    ur_id mean;   /* of one made of others that draws no whole numbers, its mean; −1 */
    ur_id score;  /* of one that draws a position of an index, their scores along it; −1 */
    int npart;
    struct ur_like_part { /* of one that is made of others: the arguments of all that it is made of */
        ur_id id;
        ur_dist dist;
        int arg;
    } * part;
    ur_id nll;    /* −log p at each position: 0 where not observed; carried along the datum's indices */
    ur_id seen;   /* 1 where scored, or the weight; else 0 */
    ur_id when;   /* not 0 where the line holds, carried along the datum's indices; made of positions and given data. -1: it does
                     everywhere */
    ur_id weight; /* how often a position counts, carried along the datum's indices; made of positions and data. -1: once */
    bool latent;  /* it reads the state of a latent symbol, and so is a mixture over these */
    const char *when_text;   /* the condition as it is written */
    const char *weight_text; /* ... and the weight; NULL: the text has none */
    int ahead; /* y[t+k] ~ D: how many origins a value has, 0: it has none but its own position. arg is what it is drawn
                  from; it is scored from all */
    ur_id origin[4], each[4]; /* then the arguments, along k: as origins have them, as the values that are scored see them */
    int given[4];             /* of an argument that has to be positive and is so where given data are: one of these; else -1 */
    ur_place place;
} ur_like;

/* the arguments that its likelihood reads, at the datum's positions */
static inline const ur_id *ur_like_reads(const ur_like *l) { return l->ahead ? l->each : l->arg; }

typedef struct ur_goal { /* loss NAME = …, a term of the objective besides the ~ lines */
    const char *name;
    ur_id value;  /* nats at each position of the left side; 0 where they do not count */
    ur_id counts; /* 1 where they do; without an index: the share of the example that is looked at */
    bool *moves;  /* [nparam] the parameters that it alone moves; NULL: it moves those that no loss names */
    ur_place place;
} ur_goal;

typedef struct ur_prior { /* the ~ line of a parameter */
    int param;
    ur_dist dist;
    int narg;
    ur_id arg[4]; /* of the parameter's shape */
    bool some;    /* a condition says which of its elements have one */
    ur_id value;  /* of an example: its share of -log p in an epoch of a fit; 0 elsewhere */
    ur_id counts; /* 0: it is no value that is scored */
    const char *text;
    ur_place place;
} ur_prior;

typedef struct ur_network {  /* parameters that several uses of a cell have together */
    const char *name, *text; /* "f", "mlp(8)" */
    int nuse;
} ur_network;

typedef struct ur_quantity {
    const char *name;
    ur_id node;
    ur_place place;
    const char *guess;
    bool hidden;
} ur_quantity; /* what the text names, in order of definition; guess: as a parameter's; hidden: it reads a latent symbol's state
                */

typedef struct ur_graph {
    ur_arena *arena;
    union {
        ur_schema schema; /* what the data room needs to know */
        struct {
            int nindex;
            ur_index *index;
            int ndata;
            ur_datum *data;
        };
    };
    int nparam;
    ur_param *param;
    size_t nweight; /* elements of all parameters */
    int nnode, node_cap;
    ur_node *node;
    int nlike;
    ur_like *like;
    const struct ur_law **law; /* [ndata] of those that are drawn from what is made of others; else NULL */
    int ngoal;
    ur_goal *goal;
    bool bare; /* what it sums is not asked for: it has no addends */
    int nprior;
    ur_prior *prior;
    int nnetwork;
    ur_network *network;
    int nquant;
    ur_quantity *quant;
    int nnote;
    const char **note; /* what is odd about the text, and no error: a line each, with its place */
    int nlatent;       /* latent quantities: such a graph cannot be run yet */
    int nchain;        /* latent symbols that are integrated out */
    int nscale;        /* scales of what is drawn that differ by their states and by nothing else */
    ur_id *scale;
    int ndropout; /* uses of dropout in the text, built in or not */
    int nforward; /* nodes before grad appended the adjoints; 0: it has not run */
    ur_id loss;   /* Σ over all ~ lines and losses, positions, examples (no index, not by example) */
    ur_id *hash;
    int hash_cap; /* hash-consing table (graph.c) */
    ur_id *adjoint;
    int nadjoint;
    ur_id *order;  /* by grad: of each forward node, -1: none; those that have one, arguments before users */
    ur_id *dparam; /* by grad: adjoint of each parameter, -1: none; NULL before */
} ur_graph;

static inline bool ur_is_said(const ur_node *n) { return n->op == UR_DATA && n->j < 0; }

/* what the loss is summed from: the ~ lines, the losses that the text adds, the priors, whose counts are 0 */
typedef struct ur_addend {
    ur_id value, counts; /* nats, and what they are the nats of, at each position */
    const ur_place *place;
} ur_addend;
int ur_naddend(const ur_graph *g);
ur_addend ur_addend_of(const ur_graph *g, int k);
/* what a mean loss is by, of sums over its terms: what the ~ lines score; where there is none, the positions of the loss that has
 * most */
double ur_units(const ur_graph *g, const double *count /* [naddend] */);
bool ur_gives_itself(const ur_graph *g,
                     int line);         /* does a ~ line's distribution read given(…) of its own target, at its own place? */
int ur_goal_of_rows(const ur_graph *g); /* a loss of one index, else of none: its positions are rows; −1: all have more */
/* of sums over terms, those that a model is judged by: not what is for some parameters alone, unless there is nothing else */
double ur_judged(const ur_graph *g, const double *sum /* [naddend] */);
bool ur_is_judged(const ur_graph *g, int term);

/* numbers at one position: Π fixed sizes × rows × cols (1 for symbols) */
int ur_node_tuples(const ur_graph *g, const ur_node *n); /* how many tuples of fixed indices */
int ur_tuple_within(const ur_graph *g, int e, int nu, const int16_t *u, int nf,
                    const int16_t *f); /* of the fixed indices f where u, which holds them, stands at tuple e */
size_t ur_node_width(const ur_graph *g, const ur_node *n);

/* ---- making nodes (graph.c). Equal nodes are made once (hash-consing), constants fold, x+0, x·1 vanish. They check nothing that
 * a user can get wrong: lang has done so. Index sets and shapes of the result are found from the arguments. */
ur_id ur_num(ur_graph *g, double v);
ur_id ur_unary(ur_graph *g, ur_op op, ur_id x);
ur_id ur_binary(ur_graph *g, ur_op op, ur_id x,
                ur_id y); /* component by component; a 1×1 operand with anything; missing fixed indices broadcast */
ur_id ur_ternary(ur_graph *g, ur_op op, ur_id x, ur_id y, ur_id z); /* likewise */
ur_id ur_where(ur_graph *g, ur_id c, ur_id x, ur_id y);
ur_id ur_prod(ur_graph *g, ur_id m, bool trans, ur_id x, int ncontract, const int *contract_fixed);
ur_id ur_matmul(ur_graph *g, ur_id a, bool trans, ur_id b); /* at each position its own product */
ur_id ur_solve(ur_graph *g, ur_id l, bool trans, ur_id b);  /* at each position its own L⁻¹ b, or L'⁻¹ b, of a lower L */
ur_id ur_lower(ur_graph *g, ur_id m);                       /* what is at and below the diagonal */
ur_id ur_cholesky(ur_graph *g, ur_id m);                    /* at each position the lower L of L L' = m */
ur_id ur_diagonal(ur_graph *g, ur_id m, bool trans); /* of a square matrix; trans: the square matrix with a vector for it */
ur_id ur_reduce(ur_graph *g, ur_op op, ur_id x, ur_id cond, int nred, const int *red, bool examples);
ur_id ur_read(ur_graph *g, ur_id q, const ur_sub *sub);
/* q, which is carried along the index, at position `at` of it. toward: as GATHER's j */
ur_id ur_gather(ur_graph *g, ur_id q, ur_id at, int index, int toward);
ur_id ur_bcast(ur_graph *g, ur_id x, ur_id like); /* x repeated to the index set and shape of `like` */
ur_id ur_concat(ur_graph *g, int n, const ur_id *x);
ur_id ur_stacked(ur_graph *g, int index, const ur_id *x); /* x[k] is what stands at position k + 1 of a fixed index, which none of
                                                           them is carried along; all of one shape */
ur_id ur_node_add(ur_graph *g, const ur_node *proto);     /* a node with its index set and shape filled in by the caller; args and
                                                             subs are copied; equal nodes are made once */
void ur_union(ur_graph *g, ur_node *n, ur_id x);          /* adds x's ragged and fixed indices and `example` to n's */
bool ur_has_index(const ur_node *n, int index);           /* ragged or fixed */
ur_id ur_node_new(ur_graph *g, const ur_node *proto); /* never shared: for forward declaration of a quantity (UR_ALIAS with narg
                                                         1, arg[0] = -1), whose arg[0] is patched later */

/* ---- what a node reads (edges.c): its arguments, and for a READ what stands before and after the range of each of its
 * subscripts */
int ur_nsub(const ur_graph *g, const ur_node *n);     /* subscripts; 0 of what is no READ */
int ur_noperand(const ur_graph *g, const ur_node *n); /* operands: arguments and boundaries */
ur_id ur_operand(const ur_node *n, int k);            /* the k-th of them; -1: none (of boundaries) */
ur_id ur_aliased(const ur_graph *g, ur_id v);         /* what an ALIAS stands for in the end; of others themselves */
int ur_param_of(const ur_graph *g, ur_id v); /* the parameter that v is, whole or at places of its fixed indices; -1: none */
bool ur_has_boundary(const ur_graph *g, const ur_node *n);
/* who reads a node: to[first[v]] … to[first[v + 1] - 1] read v, each as often as it does */
typedef struct ur_users {
    int *first;
    ur_id *to;
} ur_users;
ur_users ur_users_of(const ur_graph *g, ur_arena *a, int n,
                     const bool *live); /* among nodes 0 … n - 1 that are live; NULL: all are */
/* values of a node in one item of a run: at each of its positions (1: it has no index) all its components */
typedef struct ur_values {
    double *v; /* [npos][width] */
    size_t npos, width;
    ur_id id;
} ur_values;

/* marks `from` and all that it is computed from, not marked before, and lists them. Returns how many. `list` has room for every
 * node */
int ur_reach(const ur_graph *g, ur_id from, bool *seen, ur_id *list);

/* is v computed from a node of this operator? true too where there is no memory to find out */
bool ur_hangs_on(const ur_graph *g, ur_id v, ur_op op);

/* what v is computed from that is not met yet, every node after its arguments, but for arguments that are under way when it is
 * looked at: there a recurrence closes. The last is v itself. Returns how many there are in w->out */
typedef struct ur_order_work {
    ur_id *path, *out;
    int *next;
    const bool *leaf;
} ur_order_work; /* [nnode] each; leaf: which is not gone beyond, but for the numbers of a GATHER; or NULL */
int ur_order_work_new(ur_order_work *w, const ur_graph *g, ur_err *e);
void ur_order_work_free(ur_order_work *w);
int ur_postorder(const ur_graph *g, ur_id v, uint8_t *met, ur_order_work *w);

/* ---- degrees (affine.c) */
int ur_degrees(const ur_graph *g, uint8_t *degree); /* [nnode] 0 free of trained parameters, 1 linear in them, 2 more */

/* ---- where subscripts lead (offsets.c) */
static inline int ur_sub_mul(const ur_sub *s) { return s->mul ? s->mul : 1; }
static inline bool ur_sub_still(const ur_sub *s, int index) /* does it name the same position of the reader's `index`? */
{
    return s->kind == UR_SUB_REL && s->index == index && !s->off && !s->nfix && !s->mul && !s->div;
}
int ur_sub_divided(const ur_sub *s, int at); /* 0: nothing is there */
/* of READ n its k-th, from 1, maybe beyond the ends. pos: the reader's position along the index that it follows, where that is
 * ragged; tuple: n's fixed indices; len: the length of what it reads along, where it counts from the end */
int ur_subscript_at(const ur_graph *g, const ur_node *n, int k, int pos, const int *tuple, int len);
/* where the subscript `at` of a GATHER leads to, from 1: 0 and length + 1 are beyond the ends. `before`: positions that come
 * before the first one there is; own, toward: its own position along the index, and its j. UR_NOWHERE: it is no whole number from
 * 0 to the length + 1, or not on that side */
int ur_gathered(double at, int64_t before, int length, int own, int toward);
void ur_offsets(const ur_graph *g, const ur_sub *s, int *lo,
                int *hi); /* of a REL: between which offsets from the reader's position, fixed indices counted in */
/* How nodes read data along an index: from row t, rows t + lo … t + hi of a datum. far: through single places, or what has no
 * such position, as sums over all. first, last: how many rows at the ends of an example read beyond it, where no boundary
 * equation stands. A recurrence is not gone round */
typedef struct ur_span {
    int datum, lo, hi;
    bool far;
} ur_span;
typedef struct ur_spans {
    int n, cap;
    ur_span *span /* by ur_free */;
    int first, last;
} ur_spans;
typedef struct ur_spans_work {
    const ur_graph *g;
    ur_spans *at;
    ur_id *order;
    bool *closes;
    const bool *ends; /* READs that count for first and last; NULL: all do */
    uint8_t *met;
    ur_order_work o;
} ur_spans_work; /* [nnode] each */
int ur_spans_open(ur_spans_work *w, const ur_graph *g, ur_err *e);
void ur_spans_close(ur_spans_work *w);
int ur_spans_of(ur_spans_work *w, const ur_id *v, int nv, int index, ur_spans *out /* zeros, or of a call before */, ur_err *e);
/* how far back, by spans, the youngest value of a datum (drawn: of all that are drawn, −1) is read: 0 where it may be at the same
 * position; INT32_MAX: none is read */
int ur_min_lag(const ur_graph *g, const ur_spans *s, int datum);
int ur_max_lag(const ur_graph *g, int index); /* how far back a datum is read outside a recurrence */
/* what keeps the graph from being computed position by position along an index, in words; NULL: nothing. Data may be read ahead,
 * but `drawn` (-1: all may; UR_ANY_DATUM: none) */
enum { UR_ANY_DATUM = -2 };
const char *ur_looks_beyond(const ur_graph *g, int index, int drawn);
/* In chunks along `index`, with the state carried, the same numbers come out when nothing looks ahead of its position (but at
 * data), nothing looks at the ends, and nothing is summed along the index but the loss, and what priors have of it. */
bool ur_can_cut(const ur_graph *g, int index);
bool ur_draws_ahead(const ur_graph *g, int index); /* is read ahead what stands for missing values? It is in the next chunk */

/* ---- marks (marks.c): nodes that say, by component, whether something hangs on values that are missing */
typedef struct ur_mark_rule {
    const bool *missing; /* [ndata] of these data each value that is missing is marked */
    const bool *drawn;   /* [ndata] of these each whose place is taken by a draw from what is marked */
    bool beyond;         /* what is read beyond the ends, where no boundary equation stands and data lie, is marked */
    bool near;           /* single places, as the first, are not read */
} ur_mark_rule;
/* what: the distributions of the ~ lines, as what is drawn has them, or as what is scored has them, with the condition; their
 * weights; the losses of the text */
typedef enum ur_marks_what { UR_MARKS_DRAWN, UR_MARKS_LINES, UR_MARKS_WEIGHTS, UR_MARKS_LOSSES } ur_marks_what;
/* out: [nlike] or [ngoal] -1: nothing is marked there. Of lines it is carried as their data are, else one number at a position.
 * Added to a graph of which all drawn data are taken as given. Conditions of `where` are followed but where they hang on weights
 * or chance, or, with `drawn`, on drawn data */
int ur_marks_of(ur_graph *g, const ur_mark_rule *rule, ur_marks_what what, ur_id *out, ur_err *e);

/* ---- what is carried (lags.c) */
/* what equations know at a position of those before it: values at fixed lags; a state that may fade; one that keeps what was
 * added to it */
typedef enum ur_memory_kind { UR_MEMORY_LAGS, UR_MEMORY_FADES, UR_MEMORY_KEEPS } ur_memory_kind;
int ur_memory(const ur_graph *g, int index, ur_memory_kind *out, ur_err *e);
int ur_recurrences(const ur_graph *g, bool *closes /* [nnode] */,
                   ur_err *e); /* READs of other positions by which a recurrence closes */

/* ---- forms found again */
ur_id ur_same_value(const ur_graph *g, ur_id v); /* behind aliases and broadcasts (softmax.c) */
typedef struct ur_softmax {
    ur_id logits;    /* x of exp(x − log Σ exp(x)) */
    ur_id condition; /* which positions take part; -1: all */
    int along;       /* the one index along which the shares add up to 1; -1: over components, or over several indices */
} ur_softmax;
bool ur_log_softmax(const ur_graph *g, ur_id v, ur_softmax *out); /* is v the logarithm of a softmax? (softmax.c) */

/* ---- work (work.c): multiplications and additions of the products that nodes `want` ask for over all examples: what the
 * equations say, not what a plan does */
double ur_work(const ur_graph *g, const ur_examples *x, const ur_id *want, int nwant, ur_err *e);

/* ---- grad (grad.c): appends adjoints of the loss for every trained parameter and sets g->dparam. */
int ur_grad(ur_graph *g, ur_err *e);
/* risk.c */
bool ur_steep(const ur_graph *g, ur_id v); /* has v a derivative, or a value, that is not finite at some finite arguments? */
bool *ur_risks(ur_graph *g, int n,
               const ur_users *u); /* which of n nodes may be infinite or NaN where nothing that is chosen reads them */

/* is all true that is said of a graph here? If not, what is wrong is added to *out, a line for each (check.c); for tests */
bool ur_graph_check(const ur_graph *g, ur_buf *out);
void ur_graph_print(const ur_graph *g, ur_buf *out); /* for tests and debugging: one line per node */
#endif
