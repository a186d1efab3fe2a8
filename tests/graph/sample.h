/* A node of any operator, made from its row of math/ops.def alone: as many arguments as the table says, of the shapes that its rule of shapes takes,
 * symbols where it takes symbols. The arguments are leaves whose values a test gives; the oracle computes the node. */
#ifndef SAMPLE_H
#define SAMPLE_H
#include "lang/graph_bench.h"

/* what there may be several of: the largest number of arguments; transposed, another subscript, a matrix, a number; symbols; a distribution */
typedef struct variant { bool most, other, symbols; int dist; } variant;
enum { MOST = 6, ROWS = 6, WIDE = 32 };  /* operands; positions of an example; numbers at one of them */

typedef struct values { double v[EXAMPLES][ROWS * WIDE]; } values;
typedef struct sample {
    bench b;
    ur_id v, operand[MOST];              /* operands in the order of ur_operand, without those that there are not */
    int place[MOST], noperand;           /* which operand of the node it is */
    ur_naive *naive;
    ur_step step;
    values in[MOST], out;
    size_t rows[EXAMPLES];               /* of out */
    int rc;                              /* of the last run */
} sample;

static inline bool takes(ur_op op, int k, const variant *v)
{
    return (k < 2 && ur_op_is(op, (unsigned)UR_SYMBOL_0 << k)) || (k == 0 && v->symbols);
}

/* rows and columns of operand k */
static inline void operand_shape(ur_op op, int k, const variant *v, int *rows, int *cols)
{
    bool vocabulary = ur_op_is(op, UR_SYMBOL_0 | UR_SYMBOL_1) || v->symbols;
    *rows = *cols = 1;
    if (takes(op, k, v)) {
        *rows = SYMBOLS;
        return;
    }
    switch (ur_ops[op].shape) {
    case UR_SHAPE_AS_0: case UR_SHAPE_SCALAR:            /* those after the first are numbers; of a draw from symbols, logits */
        if (k == 0 || op == UR_STACK || (v->symbols && k > 1)) *rows = vocabulary ? SYMBOLS : 3;
        if ((k == 0 || op == UR_STACK) && !vocabulary && v->other) *cols = 2;
        return;
    case UR_SHAPE_WIDEST: *rows = v->other && k ? 1 : 3; return;
    case UR_SHAPE_SPREAD: *rows = v->other ? 1 : 3; return;
    case UR_SHAPE_STACKED: *rows = k + 1; return;
    case UR_SHAPE_PART: case UR_SHAPE_TURNED: case UR_SHAPE_PACKED: case UR_SHAPE_JOINED: *rows = 3; *cols = 2; return;
    case UR_SHAPE_PRODUCT:                               /* 4 × 3 times 3 × 2 */
        *rows = k == 1 || (k == 0 && v->other) ? 3 : 4;
        *cols = k ? 2 : v->other ? 4 : 3;
        return;
    case UR_SHAPE_SOLVED: *rows = 3; *cols = k ? 2 : 3; return;
    case UR_SHAPE_SQUARE: *rows = *cols = 3; return;
    case UR_SHAPE_DIAGONAL: *rows = 3; *cols = v->other ? 1 : 3; return;
    case UR_SHAPE_OUTER: *rows = 3 + k; *cols = 2; return;
    case UR_SHAPE_COLUMN: *rows = 3; *cols = SYMBOLS; return;
    case UR_SHAPE_TABLE: *rows = 3; return;
    case UR_SHAPE_ANY: case UR_SHAPE_OF_PARAM: case UR_SHAPE_OF_DATUM: return;
    }
    fail_msg("%s: a rule of shapes that this test does not know", ur_ops[op].id);
}

static inline void result_shape(ur_op op, const variant *v, int *rows, int *cols)
{
    int r, c;
    operand_shape(op, 0, v, rows, cols);
    operand_shape(op, 1, v, &r, &c);
    switch (ur_ops[op].shape) {
    case UR_SHAPE_SCALAR: *rows = *cols = 1; return;
    case UR_SHAPE_SPREAD: *rows = v->symbols ? SYMBOLS : 3; return;
    case UR_SHAPE_STACKED: *rows = v->most ? 6 : 3; return;
    case UR_SHAPE_PART: *rows = 2; return;
    case UR_SHAPE_TURNED: *rows = 2; *cols = 3; return;
    case UR_SHAPE_PRODUCT: *rows = 4; *cols = 2; return;
    case UR_SHAPE_SOLVED: *cols = 2; return;
    case UR_SHAPE_SQUARE: *cols = 3; return;
    case UR_SHAPE_DIAGONAL: *cols = v->other ? 3 : 1; return;
    case UR_SHAPE_OUTER: *cols = 4; return;
    case UR_SHAPE_COLUMN: *cols = 1; return;
    case UR_SHAPE_TABLE: *cols = SYMBOLS; return;
    default: return;
    }
}

/* an operand: a leaf along t (but where the operator adds t), whose numbers the test gives */
static inline ur_id sample_leaf(sample *s, ur_op op, int k, const variant *v)
{
    ur_node n = { .op = UR_RAND, .example = k || !ur_op_is(op, UR_ONE_ROW_0), .sym = takes(op, k, v), .i = k + 1 };
    operand_shape(op, k, v, &n.rows, &n.cols);
    if (n.example && op != UR_PLACE) put_index(&n, T);
    return ur_node_add(&s->b.g, &n);
}

/* does it draw, by distribution j? FILL and DRAW, whose arguments are the distribution's, after the first two or alone */
static inline bool draws(ur_op op) { return op == UR_DRAW || (ur_op_is(op, UR_OF_DATUM) && !ur_op_is(op, UR_LEAF)); }

static inline int narg_of(ur_op op, const variant *v)
{
    const ur_op_info *o = &ur_ops[op];
    if (op == UR_DRAW) return ur_dist_nargs((ur_dist)v->dist);
    if (op == UR_STACK) return 2; /* positions of M */
    if (ur_op_is(op, UR_OF_DATUM)) return v->symbols ? 3 : 2 + ur_dist_nargs((ur_dist)v->dist);
    return v->most ? o->least + 1 : o->least;
}

/* is there such a variant? */
static inline bool has_variant(ur_op op, const variant *v)
{
    const ur_op_info *o = &ur_ops[op];
    bool drawn = draws(op);
    if (v->most && (o->most == o->least || drawn || op == UR_STACK)) return false;
    if (v->symbols && !ur_op_is(op, UR_SYMBOLS)) return false;
    if (v->symbols && (v->other || v->dist)) return false;
    return drawn ? !v->other && (v->symbols || v->dist != UR_CATEGORICAL) : !v->dist;
}

static inline void add_operand(sample *s, ur_id v, int place)
{
    s->place[s->noperand] = place;
    s->operand[s->noperand++] = v;
}

/* the node; which indices it is carried along follows from its traits */
static inline ur_id sample_node(sample *s, ur_op op, const variant *v)
{
    bench *b = &s->b;
    ur_id arg[MOST];
    ur_node n = { .op = op, .narg = narg_of(op, v), .arg = arg, .trans = v->other && (ur_ops[op].shape == UR_SHAPE_PRODUCT || ur_ops[op].shape == UR_SHAPE_SOLVED || ur_ops[op].shape == UR_SHAPE_DIAGONAL), .j = v->dist };
    for (int k = 0; k < n.narg; k++) {
        arg[k] = sample_leaf(s, op, k, v);
        add_operand(s, arg[k], k);
    }
    result_shape(op, v, &n.rows, &n.cols);
    n.sym = v->symbols;
    if (ur_op_is(op, UR_REDUCES)) return ur_reduce(&b->g, op, arg[0], n.narg > 1 ? arg[1] : -1, 1, (int[]){ T }, false);
    if (op == UR_READ) {
        ur_sub sub = REL(T, v->other ? 2 : -1);
        if (v->symbols) sub = (ur_sub)END(0);
        else {
            ur_id edge = sample_leaf(s, op, 1, v);
            b->g.node[edge].nidx = 0;
            result_shape(op, v, &b->g.node[edge].rows, &b->g.node[edge].cols);
            if (v->other) sub.after = edge;
            else sub.before = edge;
            add_operand(s, edge, 1 + v->other);
        }
        return ur_read(&b->g, arg[0], &sub);
    }
    if (ur_ops[op].shape == UR_SHAPE_PART) n.i = 1;
    if (ur_op_is(op, UR_OF_DATUM)) n.i = v->symbols ? W : Y;
    if (ur_op_is(op, UR_OF_INDEX)) n.i = op == UR_STACK || op == UR_STREW ? M : T;
    if (!ur_op_is(op, UR_CONTRACTS))
        for (int k = 0; k < n.narg; k++) ur_union(&b->g, &n, arg[k]);
    if (op == UR_STACK || op == UR_STREW) put_index(&n, M);
    if (op == UR_PLACE) {
        put_index(&n, T);
        n.place_kind = v->other ? UR_SUB_FIRST : UR_SUB_END;
    }
    return ur_node_add(&b->g, &n);
}

static inline bool sample_open(sample *s, ur_op op, const variant *v)
{
    ur_err e = { 0 };
    memset(s, 0, sizeof *s);
    if (ur_op_is(op, UR_LEAF) || !has_variant(op, v)) return false;
    bench_open(&s->b, 17 + (uint64_t)op);
    if (setjmp(s->b.trap)) fail_msg("%s: %s", ur_ops[op].id, s->b.err.text);
    s->v = sample_node(s, op, v);
    if (ur_naive_new(&s->naive, &s->b.g, &(ur_plan_options){ .limits.naive = true, .window_index = -1 }, &e)) fail_msg("%s: %s", ur_ops[op].id, e.text);
    s->step = (ur_step){ .x = &s->b.x, .batch = &s->b.batch, .weight = s->b.weight, .seed = 7, .step = 3, .turn = 3, .draw = { .mode = 1, .seed = 5 } };
    return true;
}

static inline void sample_close(sample *s)
{
    ur_naive_free(s->naive);
    bench_close(&s->b);
}

static inline size_t rows_of(const sample *s, ur_id v, size_t item)
{
    return s->b.g.node[v].nidx ? (size_t)s->b.extent[T].len[s->b.item[item].example] : 1;
}
static inline size_t width_of(const sample *s, ur_id v) { return ur_node_width(&s->b.g, &s->b.g.node[v]); }

/* what the operator makes of s->in; numbers of item k lie at [example of item k] */
static inline const values *sample_run(sample *s)
{
    ur_err e = { 0 };
    s->step.bad_node = -1;
    s->rc = ur_naive_begin(s->naive, &s->step, &e);
    for (size_t k = 0; k < s->b.batch.n && !s->rc; k++)
        for (int a = 0; a < s->noperand && !s->rc; a++)
            if (!k || s->b.g.node[s->operand[a]].example) s->rc = ur_naive_give(s->naive, s->operand[a], k, s->in[a].v[s->b.item[k].example]);
    if (!s->rc) s->rc = ur_naive_compute(s->naive, s->v);
    for (size_t k = 0; k < s->b.batch.n && !s->rc; k++)
        s->rows[s->b.item[k].example] = ur_naive_value(s->naive, s->v, k, s->out.v[s->b.item[k].example], ROWS * WIDE);
    return &s->out;
}
#endif
