/* The table of operators against what operators do. For each of them a node is made from its row of math/ops.def and run by the oracle at random
 * values: which rows and numbers of its arguments it reads, in which of them it is linear, its slopes, its sign, where it is not finite, what it makes
 * of parts; and a graph is refused where shapes, symbols or numbers of arguments are other than the table says. An operator that is added is tested
 * by its row. */
#include "sample.h"
#include <float.h>

enum { DRAWS = 8 };
static int bad;
#define WRONG(op, ...) do { print_error("%s: ", ur_ops[op].id); print_error(__VA_ARGS__); print_error("\n"); bad++; } while (0)

static void settle(void)
{
    int n = bad;
    bad = 0;
    assert_int_equal(n, 0);
}

static bool inner(ur_op op) { return !ur_op_is(op, UR_LEAF | UR_PLANNED); }      /* computed of other nodes, by the oracle too */
static bool drawn(ur_op op) { return inner(op) && ur_op_is(op, UR_OF_DATUM); }

/* calls f for each variant of each operator */
static void each(void (*f)(sample *s, ur_op op, const variant *v, void *), ur_op op, void *to)
{
    static sample s;
    for (int d = 0; d < UR_NDIST; d++)
        for (int k = 0; k < 8; k++) {
            variant v = { .most = k & 1, .other = k & 2, .symbols = k & 4, .dist = d };
            if (!sample_open(&s, op, &v)) continue;
            f(&s, op, &v, to);
            sample_close(&s);
        }
}

/* ---- values of operands */
static double draw(sample *s, ur_op op, int k, bool whole)
{
    double most = ur_ops[op].cls == UR_CLS_UNARY ? ur_ops[op].hi : 3;
    if (s->b.g.node[s->operand[k]].sym) return rnd_int(&s->b, 0, SYMBOLS - 1);
    if (drawn(op) && s->place[k] == 1) return rnd_int(&s->b, 0, 1);
    if (draws(op) || ur_ops[op].cls == UR_CLS_TERNARY) return rnd(&s->b, 0.1, 0.9);   /* of distributions */
    return whole ? rnd_int(&s->b, -2, 2) : rnd(&s->b, -most, most);
}

static bool names_position(ur_op op, int k) { return k == 1 && (op == UR_GATHER || op == UR_STREW); }

static void draw_all(sample *s, ur_op op, int k, bool whole)
{
    if (names_position(op, k)) { /* the same at every draw: the rows that a row reads follow from it. Symbols have no NaN */
        for (int e = 0; e < EXAMPLES; e++)
            for (int i = 0; i < ROWS * WIDE; i++) s->in[k].v[e][i] = s->b.g.node[s->v].sym ? 1 : (i + 2) % 5 + 2 * (e == 4);
        return;
    }
    for (int e = 0; e < EXAMPLES; e++)
        for (int i = 0; i < ROWS * WIDE; i++) s->in[k].v[e][i] = draw(s, op, k, whole);
}

static void draw_operands(sample *s, ur_op op, bool whole) { for (int k = 0; k < s->noperand; k++) draw_all(s, op, k, whole); }

static size_t numbers(const sample *s, int e) { return s->rows[e] * width_of(s, s->v); }

static const values *run_sample(sample *s, ur_op op)
{
    const values *y = sample_run(s);
    if (s->rc) fail_msg("%s: the oracle does not run it", ur_ops[op].id);
    return y;
}

static bool differ(double a, double b) { return isfinite(a) && isfinite(b) && fabs(a - b) > 1e-7 * fmax(1, fmax(fabs(a), fabs(b))); }

/* ---- traits that others imply, or rule out */
static void test_table(void **state)
{
    static const struct { unsigned trait, of; } implied[] = {
        { UR_KEEPS, UR_REDUCES }, { UR_IN_PARTS, UR_ACROSS }, { UR_FROM_0, UR_STEEP }, { UR_STEADY, UR_LEAF }, { UR_BY_LENGTH, UR_OF_INDEX } };
    const unsigned arguments = UR_LINEAR | UR_PASSES | UR_BY_VALUE | UR_STEEP | UR_LOW | UR_MOVES | UR_ACROSS | UR_SAME | UR_BY_COMPONENT | UR_SYMBOL_0 | UR_SYMBOL_1 |
                               UR_SYMBOLS | UR_PLANNED | UR_VIEW | UR_DIRECT | UR_ONE_ROW_0;
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        for (size_t k = 0; k < sizeof implied / sizeof *implied; k++)
            if (ur_op_is(op, implied[k].trait) && !ur_op_is(op, implied[k].of)) WRONG(op, "a trait without what it is of: %zu", k);
        if (ur_op_is(op, UR_LEAF) && ur_op_is(op, arguments)) WRONG(op, "it has no arguments, and a trait that speaks of them");
        if (ur_op_is(op, UR_LEAF) == (ur_ops[op].most > 0)) WRONG(op, "made of nothing and of arguments, or neither");
        if (ur_op_is(op, UR_BY_COMPONENT) != (ur_ops[op].shape == UR_SHAPE_WIDEST)) WRONG(op, "component by component, and of another shape");
        if (ur_op_is(op, UR_BY_VALUE) && ur_ops[op].cls != UR_CLS_UNARY) WRONG(op, "which value?");
    }
    settle();
}

/* ---- rows */
typedef struct reads { bool other, many, examples, components; } reads;

static void note_reads(sample *s, ur_op op, const variant *v, void *to)
{
    reads *r = to;
    static values base;
    static bool met[MOST][EXAMPLES][ROWS][EXAMPLES][ROWS];
    size_t w = width_of(s, s->v);
    (void)v;
    memset(met, 0, sizeof met);
    for (int draws = 0; draws < DRAWS; draws++) {
        draw_operands(s, op, draws % 2);
        base = *run_sample(s, op);
        for (int k = 0; k < s->noperand; k++)
            for (int e = 0; e < EXAMPLES && s->b.g.node[s->operand[k]].example; e++)
                for (size_t row = 0; row < rows_of(s, s->operand[k], (size_t)e); row++) {
                    size_t wide = width_of(s, s->operand[k]), c = (size_t)rnd_int(&s->b, 0, (int)wide - 1);
                    double *x = &s->in[k].v[e][row * wide + c], keep = *x;
                    *x = draw(s, op, k, draws % 2);
                    const values *y = run_sample(s, op);
                    *x = keep;
                    for (int f = 0; f < EXAMPLES; f++)
                        for (size_t i = 0; i < numbers(s, f); i++)
                            if (y->v[f][i] != base.v[f][i] && !(isnan(y->v[f][i]) && isnan(base.v[f][i]))) {
                                met[k][f][i / w][e][row] = true;
                                r->examples |= f != e && s->b.g.node[s->v].example;
                                r->components |= wide == w && i % w != c;
                            }
                }
    }
    for (int k = 0; k < s->noperand; k++)
        for (int f = 0; f < EXAMPLES; f++)
            for (int row = 0; row < ROWS; row++) {
                int all = 0;
                for (int e = 0; e < EXAMPLES; e++)
                    for (int q = 0; q < ROWS; q++) {
                        all += met[k][f][row][e][q];
                        r->other |= met[k][f][row][e][q] && (q != row || e != f);
                    }
                r->many |= all > 1;
            }
}

static void test_rows(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        reads r = { 0 };
        if (!inner(op)) continue;
        each(note_reads, op, &r);
        if (r.many != ur_op_is(op, UR_ACROSS)) WRONG(op, "a row is%s made of many", r.many ? "" : " never");
        if ((r.other && !r.many) != ur_op_is(op, UR_MOVES)) WRONG(op, "%s another row than its own", r.other ? "reads" : "never reads");
        if (r.examples) WRONG(op, "an example reads another");
        if (ur_op_is(op, UR_BY_COMPONENT | UR_SAME) && r.components) WRONG(op, "a number reads another");
    }
    settle();
}

/* ---- linear in which arguments */
typedef struct bends { bool at[MOST], reads[MOST], together; int met; } bends;

/* is f((a + b) / 2) = (f(a) + f(b)) / 2, a and b differing in the operands that `which` has? Anything else than yes is noted */
static void note_bend(sample *s, ur_op op, unsigned which, bool *bent, bool *read)
{
    static values a[MOST], fa, fb;
    for (int draws = 0; draws < DRAWS; draws++) {
        draw_operands(s, op, draws % 2);
        for (int k = 0; k < s->noperand; k++) a[k] = s->in[k];
        fa = *run_sample(s, op);
        for (int k = 0; k < s->noperand; k++) if (which >> k & 1) draw_all(s, op, k, draws % 2);
        fb = *run_sample(s, op);
        for (int k = 0; k < s->noperand; k++)
            for (int e = 0; e < EXAMPLES; e++)
                for (int i = 0; i < ROWS * WIDE && (which >> k & 1); i++) s->in[k].v[e][i] = (a[k].v[e][i] + s->in[k].v[e][i]) / 2;
        const values *y = run_sample(s, op);
        for (int e = 0; e < EXAMPLES; e++)
            for (size_t i = 0; i < numbers(s, e); i++) {
                *bent |= differ(y->v[e][i], (fa.v[e][i] + fb.v[e][i]) / 2);
                *read |= differ(fa.v[e][i], fb.v[e][i]);
            }
    }
}

static void note_bends(sample *s, ur_op op, const variant *v, void *to)
{
    bends *b = to;
    unsigned linear = 0;
    int n = 0;
    if (v->symbols) return;
    for (int k = 0; k < s->noperand; k++) {
        if (s->b.g.node[s->operand[k]].sym) continue;
        note_bend(s, op, 1u << k, &b->at[s->place[k]], &b->reads[s->place[k]]);
        if (!ur_op_linear_in(op, s->place[k])) continue;
        linear |= 1u << k;
        n++;
    }
    bool read = false;
    if (n > 1) note_bend(s, op, linear, &b->together, &read);
    if (n > b->met) b->met = n;
}

static void test_linear(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        bends b = { 0 };
        if (!inner(op)) continue;
        each(note_bends, op, &b);
        for (int k = 0; k < MOST; k++) {
            bool linear = b.reads[k] && !b.at[k];
            if (b.reads[k] && linear != ur_op_linear_in(op, k)) WRONG(op, "linear in argument %d: %s", k, linear ? "yes" : "no");
        }
        if (b.met > 1 && b.together == ur_op_is(op, UR_TOGETHER)) WRONG(op, "linear in several together: %s", b.together ? "no" : "yes");
        if (!b.met && ur_op_is(op, UR_LINEAR)) WRONG(op, "linear in arguments that it does not have");
    }
    settle();
}

/* ---- slopes of −1, 0 or 1 */
static void note_slopes(sample *s, ur_op op, const variant *v, void *to)
{
    static values low;
    const double h = 1e-5;
    if (v->symbols || (drawn(op) && !ur_dist_is_location((ur_dist)v->dist))) return;
    s->step.draw.mode = 0;
    for (int draws = 0; draws < 2; draws++) {
        draw_operands(s, op, false);
        for (int k = 0; k < s->noperand; k++) {
            size_t n = rows_of(s, s->operand[k], 3) * width_of(s, s->operand[k]), e3 = s->b.g.node[s->operand[k]].example ? 3 : 0;
            for (size_t c = 0; c < n && !s->b.g.node[s->operand[k]].sym && !(drawn(op) && s->place[k] == 1); c++) {   /* of an example of 6 positions */
                double *x = &s->in[k].v[e3][c], keep = *x;
                *x = keep - h;
                low = *run_sample(s, op);
                *x = keep + h;
                const values *y = run_sample(s, op);
                *x = keep;
                for (int e = 0; e < EXAMPLES; e++)
                    for (size_t i = 0; i < numbers(s, e); i++) {
                        double slope = fabs(y->v[e][i] - low.v[e][i]) / (2 * h);
                        if (isfinite(slope) && slope > 1e-6 && fabs(slope - 1) > 1e-6) *(bool *)to = true;
                    }
            }
        }
    }
}

static void test_passes(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        bool other = false;
        if (!inner(op)) continue;
        each(note_slopes, op, &other);
        if (other == ur_op_is(op, UR_PASSES)) WRONG(op, "%s", other ? "it has other slopes than -1, 0 and 1" : "all slopes are -1, 0 or 1");
    }
    settle();
}

/* ---- what values there are */
typedef struct range { bool negative, infinite, low, computed, changed, symbols; } range;

static void note_values(sample *s, ur_op op, const variant *v, void *to)
{
    range *r = to;
    for (int draws = 0; draws < 4 * DRAWS; draws++) {
        draw_operands(s, op, draws % 2);
        const values *y = run_sample(s, op);
        const ur_node *n = &s->b.g.node[s->v], *x = &s->b.g.node[s->operand[0]];
        bool alike = n->nidx == x->nidx && n->example == x->example;
        size_t w = width_of(s, s->v), wx = width_of(s, s->operand[0]);
        for (int e = 0; e < EXAMPLES; e++)
            for (size_t i = 0; i < numbers(s, e); i++) {
                double z = y->v[e][i];
                bool found = false;
                for (int k = 0; k < s->noperand && !found; k++)
                    for (int f = 0; f < EXAMPLES && !found; f++)
                        for (size_t q = 0; q < rows_of(s, s->operand[k], (size_t)f) * width_of(s, s->operand[k]) && !found; q++) found = s->in[k].v[f][q] == z;
                r->negative |= !v->symbols && z < -1e-12;
                r->infinite |= !isfinite(z);
                r->low |= z == -INFINITY;
                r->symbols |= v->symbols && !(z >= 0 && z < SYMBOLS && z == floor(z));
                r->computed |= !found && z != 0 && !v->symbols;
                r->changed |= !alike || z != s->in[0].v[e][wx == w ? i : i / w];
            }
    }
}

static void test_values(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        range r = { 0 };
        if (!inner(op)) continue;
        each(note_values, op, &r);
        if (r.negative == ur_op_is(op, UR_NOT_NEGATIVE)) WRONG(op, "a value is%s below 0", r.negative ? "" : " never");
        if (r.changed == ur_op_is(op, UR_SAME)) WRONG(op, "its values are%s those of its argument", r.changed ? " not" : "");
        if (r.computed && ur_op_is(op, UR_VIEW | UR_SAME)) WRONG(op, "a number that is none of its arguments'");
        if (r.symbols) WRONG(op, "what it makes of symbols is none");
        if (ur_ops[op].cls == UR_CLS_STRUCT && r.infinite != ur_op_is(op, UR_STEEP)) WRONG(op, "a value is%s not finite", r.infinite ? "" : " never");
        if ((r.low && ur_op_is(op, UR_REDUCES)) != ur_op_is(op, UR_LOW)) WRONG(op, "-inf over nothing: %s", r.low ? "yes" : "no");
    }
    settle();
}

/* ---- where component-wise operators are not finite */
static void test_steep(void **state)
{
    (void)state;
    static const double at[] = { -1e4, -30.5, -2, -1, -0.5, 0, 1e-3, 0.5, 1, 2, 30.5, 1e4 };
    enum { N = sizeof at / sizeof *at };
    for (ur_op op = 0; op < UR_NOP; op++) {
        int narg = ur_ops[op].least;
        bool steep = false, above = false;
        if (ur_ops[op].cls < UR_CLS_UNARY) continue;
        for (int i = 0; i < (narg == 1 ? N : narg == 2 ? N * N : N * N * N); i++) {
            double a = at[i % N], b = at[i / N % N], c = at[i / N / N];
            double y = narg == 1 ? ur_op_eval1(op, a) : narg == 2 ? ur_op_eval2(op, a, b) : ur_op_eval3(op, a, b, c);
            steep |= !isfinite(y);
            above |= !isfinite(y) && a > 0;
        }
        if (steep != ur_op_is(op, UR_STEEP)) WRONG(op, "it is%s finite everywhere", steep ? " not" : "");
        if (narg == 1 && steep && above == ur_op_is(op, UR_FROM_0)) WRONG(op, "it is%s finite above 0", above ? " not" : "");
    }
    settle();
}

/* ---- sums and largest values in parts */
/* Of all rows of an example: the 3 of example 0 are made those of examples 2 and 4. Of all rows of a batch: examples 0, 3 and 4 against 0, and 3 and 4 */
static void note_parts(sample *s, ur_op op, const variant *v, void *to)
{
    static const int part[3][3] = { { 0, 3, 4 }, { 0 }, { 3, 4 } };
    static const size_t size[3] = { 3, 1, 2 };
    bool *whole = to;
    (void)v;
    for (int draws = 0; draws < DRAWS; draws++) {
        double all[WIDE], a[WIDE], b[WIDE];
        size_t w = width_of(s, s->v);
        draw_operands(s, op, false);
        for (int k = 0; k < s->noperand && ur_op_is(op, UR_REDUCES); k++) {
            size_t n = width_of(s, s->operand[k]);
            memcpy(s->in[k].v[0], s->in[k].v[2], n * sizeof(double));
            memcpy(s->in[k].v[0] + n, s->in[k].v[4], 2 * n * sizeof(double));
        }
        for (int p = 0; p < 3; p++) {
            double *y = p == 0 ? all : p == 1 ? a : b;
            if (ur_op_is(op, UR_CONTRACTS)) {
                for (size_t k = 0; k < size[p]; k++) s->b.item[k].example = (uint32_t)part[p][k];
                s->b.batch.n = size[p];
            }
            memcpy(y, run_sample(s, op)->v[ur_op_is(op, UR_CONTRACTS) ? part[p][0] : 2 * p], w * sizeof *y);
        }
        for (size_t i = 0; i < w; i++) *whole |= differ(all[i], a[i] + b[i]) && all[i] != fmax(a[i], b[i]);
    }
}

static void test_parts(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        bool whole = false;
        if (!inner(op) || !ur_op_is(op, UR_ACROSS) || ur_op_is(op, UR_KEEPS)) continue;
        each(note_parts, op, &whole);
        if (whole == ur_op_is(op, UR_IN_PARTS)) WRONG(op, "it is%s made of what it makes of parts", whole ? " not" : "");
    }
    settle();
}

/* ---- leaves */
static void check_leaf(ur_op op)
{
    static sample s;
    ur_err e = { 0 };
    ur_buf why = { 0 };
    memset(&s, 0, sizeof s);
    bench *b = &s.b;
    bench_open(b, 3);
    if (setjmp(b->trap)) fail_msg("%s", b->err.text);
    ur_node n = { .op = op, .example = !ur_op_is(op, UR_STEADY), .rows = ur_ops[op].shape == UR_SHAPE_ANY ? WIDE : 1, .cols = 1, .num = op == UR_CONST ? -1 : 0.4, .i = ur_op_is(op, UR_OF_DATUM) ? Y : 0 };
    if (op == UR_COUNTS) { /* it counts for a loss of the text */
        static ur_goal goal;
        goal = (ur_goal){ .name = "a loss", .value = ur_num(&b->g, 0), .counts = ur_num(&b->g, 1) };
        b->g.goal = &goal;
        b->g.ngoal = 1;
        b->item[0].score_from = 1;
    }
    if (n.example && op != UR_LEN && op != UR_FRESH) put_index(&n, T);
    s.v = ur_op_is(op, UR_OF_PARAM) ? mat(b, 2, 1) : ur_node_add(&b->g, &n);
    if (!ur_graph_check(&b->g, &why)) fail_msg("%s", why.s);
    assert_int_equal(ur_naive_new(&s.naive, &b->g, &(ur_plan_options){ .limits.naive = true, .window_index = -1 }, &e), 0);
    s.step = (ur_step){ .x = &b->x, .batch = &b->batch, .weight = b->weight, .seed = 7, .step = 3 };
    values first = *run_sample(&s, op);
    s.step.step++;
    s.step.training = true;
    b->batch.fresh = false;
    const values *y = run_sample(&s, op);
    range r = { 0 };
    for (int k = 0; k < EXAMPLES; k++)
        for (size_t i = 0; i < numbers(&s, k); i++) {
            r.negative |= y->v[k][i] < 0;
            r.changed |= y->v[k][i] != first.v[k][i] || y->v[k][i] != y->v[0][i % width_of(&s, s.v)];
        }
    bool longer = y->v[0][0] != y->v[3][0];                      /* 3 and 6 positions: at the first */
    if (r.negative == ur_op_is(op, UR_NOT_NEGATIVE)) WRONG(op, "a value is%s below 0", r.negative ? "" : " never");
    if (r.changed == ur_op_is(op, UR_STEADY)) WRONG(op, "it is%s the same everywhere", r.changed ? " not" : "");
    if (ur_op_is(op, UR_OF_INDEX) && longer != ur_op_is(op, UR_BY_LENGTH)) WRONG(op, "its value%s on the length", longer ? " depends" : " does not depend");
    sample_close(&s);
}

static void test_leaves(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++)
        if (ur_op_is(op, UR_LEAF)) check_leaf(op);
    settle();
}

/* ---- what a length changes: examples 0 and 3 have 3 and 6 positions; the values at the first 3 are equal */
static void note_length(sample *s, ur_op op, const variant *v, void *to)
{
    (void)v;
    for (int draws = 0; draws < DRAWS; draws++) {
        draw_operands(s, op, false);
        for (int k = 0; k < s->noperand; k++) memcpy(s->in[k].v[3], s->in[k].v[0], sizeof s->in[k].v[0]);
        const values *y = run_sample(s, op);
        for (size_t i = 0; i < numbers(s, 0); i++) *(bool *)to |= y->v[0][i] != y->v[3][i];
    }
}

static void test_length(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) {
        bool changes = false;
        if (!inner(op) || !ur_op_is(op, UR_OF_INDEX)) continue;
        each(note_length, op, &changes);
        if (changes != ur_op_is(op, UR_BY_LENGTH)) WRONG(op, "its value%s on the length", changes ? " depends" : " does not depend");
    }
    settle();
}

/* ---- graphs that are none are refused */
static bool right(const ur_graph *g)
{
    ur_buf why = { 0 };
    bool ok = ur_graph_check(g, &why);
    ur_buf_free(&why);
    return ok;
}

static void refuse(sample *s, ur_op op, const variant *v, void *to)
{
    ur_graph *g = &s->b.g;
    ur_node *n = &g->node[s->v];
    ur_buf why = { 0 };
    (void)to, (void)v;
    if (!ur_graph_check(g, &why)) WRONG(op, "refused: %s", why.s);
    ur_buf_free(&why);
    ur_node keep = *n;
    if (!(ur_ops[op].shape == UR_SHAPE_SPREAD && v->other)) {
        n->rows++;
        if (right(g)) WRONG(op, "a row too many is not seen");
        *n = keep;
        n->cols++;
        if (right(g)) WRONG(op, "a column too many is not seen");
        *n = keep;
    }
    n->sym = !n->sym;
    if (right(g)) WRONG(op, "symbols for numbers are not seen");
    *n = keep;
    n->narg = ur_ops[op].least - 1;
    if (right(g)) WRONG(op, "an argument too few is not seen");
    *n = keep;
    for (int k = 0; k < s->noperand; k++) {
        ur_node *a = &g->node[s->operand[k]];
        a->sym = !a->sym;
        if (right(g)) WRONG(op, "argument %d of the other kind is not seen", s->place[k]);
        a->sym = !a->sym;
    }
}

static void test_refused(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++) each(refuse, op, NULL);
    settle();
}

/* ---- adjoints */
/* the slope of a UNARY follows from its value, or from its argument */
static void check_by_value(ur_op op)
{
    static bench b;
    ur_err e = { 0 };
    bench_open(&b, 5);
    if (setjmp(b.trap)) fail_msg("%s", b.err.text);
    ur_id p = mat(&b, 2, 1), c = par(&b, 2, 1, -1, -1, false), v = ur_unary(&b.g, op, p);
    b.g.loss = node(&b, UR_CSUM, 1, 1, ur_binary(&b.g, UR_MUL, v, c), -1, -1, 0);
    bool there = !ur_grad(&b.g, &e) && b.g.dparam[0] >= 0;
    bool *value = ur_zalloc((size_t)b.g.nnode + 1), *argument = ur_zalloc((size_t)b.g.nnode + 1);
    ur_id *stack = ur_alloc(sizeof *stack * ((size_t)b.g.nnode + 1));
    if (there) ur_reach(&b.g, b.g.dparam[0], value, stack);
    argument[v] = true;                                          /* not by way of the value */
    if (there) ur_reach(&b.g, b.g.dparam[0], argument, stack);
    if (value[v] != ur_op_is(op, UR_BY_VALUE) || (value[v] && argument[p])) WRONG(op, "its slope follows from its %s", value[v] ? "value" : "argument");
    ur_free(value);
    ur_free(argument);
    ur_free(stack);
    bench_close(&b);
}

static void test_by_value(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++)
        if (ur_ops[op].cls == UR_CLS_UNARY) check_by_value(op);
    settle();
}

/* what operand `which` gets, where the table says what, is the derivative */
static void check_adjoint(ur_op op, const variant *v, int which)
{
    static sample s;
    ur_err e = { 0 };
    if (!sample_open(&s, op, v)) return;
    bench *b = &s.b;
    if (setjmp(b->trap)) fail_msg("%s: %s", ur_ops[op].id, b->err.text);
    b->lo = ur_ops[op].cls == UR_CLS_UNARY ? ur_ops[op].lo : 0.3;
    b->hi = ur_ops[op].cls == UR_CLS_UNARY ? ur_ops[op].hi : 0.9;
    for (int k = 0; k < s.noperand; k++) {                       /* leaves become parameters that differ by position, a little */
        ur_node leaf = b->g.node[s.operand[k]];
        if (leaf.sym) {
            ur_id w = dat(b, W);
            b->g.node[s.operand[k]] = b->g.node[w];
            continue;
        }
        if (names_position(op, k)) {
            b->g.node[s.operand[k]] = b->g.node[ur_binary(&b->g, UR_MIN2, pos(b, T), ur_num(&b->g, 2))];
            continue;
        }
        if (ur_ops[op].cls == UR_CLS_BINARY) {                   /* apart: a comparison has no slope where they meet */
            b->lo = k ? 0.3 : 0.65;
            b->hi = b->lo + 0.25;
        }
        ur_id p = par(b, leaf.rows, leaf.cols, -1, -1, k == which);
        if (ur_ops[op].shape == UR_SHAPE_SQUARE) {               /* positive */
            ur_id three = ur_num(&b->g, 3);
            ur_node each = { .op = UR_BCAST, .rows = leaf.rows, .cols = 1, .narg = 1, .arg = &three };
            p = ur_binary(&b->g, UR_ADD, p, ur_diagonal(&b->g, ur_node_add(&b->g, &each), true));
        }
        if (!leaf.example) {
            b->g.node[s.operand[k]] = b->g.node[p];
            continue;
        }
        ur_id x = leaf.nidx ? ur_binary(&b->g, UR_MUL, ur_num(&b->g, 0.01), ur_unary(&b->g, UR_COS, ur_binary(&b->g, UR_MUL, ur_num(&b->g, k + 1), pos(b, T)))) : dat(b, Q);
        if (!leaf.nidx) x = ur_binary(&b->g, UR_MUL, ur_num(&b->g, 0.01), node(b, UR_CSUM, 1, 1, x, -1, -1, 0));
        ur_id arg[2] = { p, x };
        ur_node sum = { .op = UR_ADD, .example = true, .rows = leaf.rows, .cols = leaf.cols, .nidx = leaf.nidx, .narg = 2, .arg = arg };
        memcpy(sum.idx, leaf.idx, sizeof sum.idx);
        ur_id made = ur_node_new(&b->g, &sum);
        b->g.node[s.operand[k]] = b->g.node[made];
    }
    if (ur_op_is(op, UR_LOW) && !b->g.node[s.v].red_example) b->item[1] = b->item[0];      /* the largest over nothing is −inf */
    finish(b, s.v);
    int nnode = b->g.nnode;
    bool there = !ur_grad(&b->g, &e);
    b->g.nnode = nnode;
    b->g.hash = NULL;
    b->g.hash_cap = 0;
    if (!there && e.code != UNROLL_ERROR_UNSUPPORTED) WRONG(op, "its adjoint: %s", e.text);
    double worst = there && !(op == UR_STOP || op == UR_DRAW) ? worst_gradient(b) : 0;
    if (!(worst <= 1e-6)) WRONG(op, "what operand %d gets is not the derivative: %g", which, worst);
    sample_close(&s);
}

static void test_adjoints(void **state)
{
    (void)state;
    for (ur_op op = 0; op < UR_NOP; op++)
        for (int k = 0; inner(op) && !drawn(op) && k < 4 * MOST; k++) check_adjoint(op, &(variant){ .most = k & 1, .other = k & 2 }, k / 4);
    settle();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_rows), cmocka_unit_test(test_linear), cmocka_unit_test(test_passes), cmocka_unit_test(test_values), cmocka_unit_test(test_steep),
        cmocka_unit_test(test_parts), cmocka_unit_test(test_leaves), cmocka_unit_test(test_length), cmocka_unit_test(test_refused), cmocka_unit_test(test_by_value),
        cmocka_unit_test(test_adjoints) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
