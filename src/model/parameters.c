/* parameters.c: the numbers of a model as a table: its parameters, what ~ lines make of them, and how data are scaled. Must not
 * know fits. Invariant: a value is the number of the weight vector; what is made of it has a column of its own. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FEW = 12 }; /* numbers of a parameter that are shown one by one where all are asked for */

typedef struct use { /* the argument of a ~ line that a parameter is */
    int like, arg;   /* like: −1: none, or several */
    ur_dist dist;    /* whose argument it is */
    bool soft;       /* through softplus */
} use;

typedef struct names { /* the symbols from `first` on, n of them; of NULL: none */
    const ur_vocab *of;
    int first, n;
} names;

typedef struct teller {
    unsigned *never; /* [nparam] of a parameter whose rows make logits: those of symbols that can never come */
    unroll_model *m;
    use *use;         /* [nparam] */
    names *row, *col; /* [nparam] what its rows and columns are for */
    unroll_table *t;
    int name, shape, value, mean, sd, min, max, used, as; /* columns; those that are not there −1 */
} teller;

/* ---- what a ~ line makes of a parameter */
static int same(const ur_graph *g, int id)
{
    while (ur_op_is(g->node[id].op, UR_SAME)) id = g->node[id].arg[0];
    return id;
}

/* a table of scales, one for each symbol or state; of others themselves */
static int scales_of(const ur_graph *g, int id)
{
    int param = ur_param_of(g, id);
    return param >= 0 && g->param[param].scale && g->param[param].rows == 1 ? same(g, id) : id;
}

static void find_use(teller *t, int like, int id, ur_dist dist, int arg)
{
    const ur_graph *g = t->m->graph;
    id = same(g, id);
    bool soft = g->node[id].op == UR_SOFTPLUS;
    if (soft) id = same(g, g->node[id].arg[0]);
    if (soft && (g->node[id].op == UR_LOOKUP || g->node[id].op == UR_PROD)) id = scales_of(g, g->node[id].arg[0]);
    if (g->node[id].op != UR_PARAM) return;
    use *u = &t->use[g->node[id].i];
    *u = (use){ u->like < 0 && u->like != -2 ? like : -2, arg, dist, soft };
}

static void find_uses(teller *t)
{
    const ur_graph *g = t->m->graph;
    for (int i = 0; i < g->nparam; i++) t->use[i].like = -1;
    for (int l = 0; l < g->nlike; l++) {
        const ur_like *k = &g->like[l];
        for (int n = 0; n < k->npart; n++) find_use(t, l, k->part[n].id, k->part[n].dist, k->part[n].arg);
        for (int n = 0; n < k->narg && !k->law; n++) find_use(t, l, k->arg[n], k->dist, n);
    }
    for (int i = 0; i < g->nparam; i++)
        if (t->use[i].like < 0 || UR_IS_SYMBOL(g->data[g->like[t->use[i].like].datum].kind)) t->use[i].like = -1;
}

/* have all components of a datum the same units? */
static bool alike(const ur_code *c)
{
    bool same = true;
    for (int k = 1; k < c->width; k++) same = same && c->mean[k] == c->mean[0] && c->scale[k] == c->scale[0];
    return same;
}

/* in own units; where components have different ones, and it is that of all, *scaled: in the model's */
static double used(const teller *t, int param, size_t comp, double v, bool *scaled)
{
    const ur_graph *g = t->m->graph;
    const use *u = &t->use[param];
    const ur_like *l = &g->like[u->like];
    const ur_code *c = t->m->code ? &t->m->code[l->datum] : NULL;
    if (u->soft) v = ur_op_eval1(UR_SOFTPLUS, v);
    if (!c || !c->mean || !ur_dist_is_location(u->dist) || u->arg > 1) return v;
    const ur_param *p = &g->param[param];
    size_t width = (size_t)c->width;
    bool each = p->count == width || (l->law && (size_t)p->rows * (size_t)p->cols == width); /* of a mixture over an index */
    *scaled = !each && !alike(c);
    if (*scaled) return v;
    comp = each ? comp % width : 0;
    return u->arg == 0 ? ur_own(t->m, l->datum, comp, v) : v * c->scale[comp];
}

/* ---- names of numbers */
static names names_of(const teller *t, int datum)
{
    const ur_vocab *v = t->m->code[datum].vocab;
    int first = t->m->graph->data[datum].closed ? UR_SYM_FIRST : 0;
    return (names){ v, first, v ? ur_vocab_size(v) - first : -1 };
}

/* the columns of look-up tables */
static void name_columns(teller *t)
{
    const ur_graph *g = t->m->graph;
    for (ur_id k = 0; k < g->nnode; k++) {
        const ur_node *n = &g->node[k];
        int param = n->op == UR_LOOKUP ? ur_param_of(g, n->arg[0]) : -1;
        if (param < 0) continue;
        ur_id x = n->arg[1];
        while (g->node[x].op != UR_DATA && g->node[x].narg) x = g->node[x].arg[0];
        if (g->node[x].op != UR_DATA) continue;
        names v = names_of(t, g->node[x].i);
        if (!t->col[param].of && v.n == g->param[param].cols) t->col[param] = v;
    }
}

/* node k has a row for each of v: what is it made of, by sums and products alone, row by row? */
static void name_rows(teller *t, ur_id k, names v, unsigned never, bool *been)
{
    const ur_graph *g = t->m->graph;
    const ur_node *n = &g->node[k];
    if (been[k] || n->rows != v.n) return;
    been[k] = true;
    switch (n->op) {
    case UR_PARAM:
        t->row[n->i] = v;
        t->never[n->i] = never;
        return;
    case UR_CONCAT:
        for (int q = 0, at = v.first; q < n->narg; q++) {
            int rows = g->node[n->arg[q]].rows;
            name_rows(t, n->arg[q], (names){ v.of, at, rows }, never, been);
            at += rows;
        }
        return;
    case UR_ADD:
    case UR_SUB:
    case UR_MUL:
    case UR_DIV:
        name_rows(t, n->arg[0], v, never, been);
        name_rows(t, n->arg[1], v, never, been);
        return;
    case UR_PROD:
        if (!n->trans) name_rows(t, n->arg[0], v, never, been);
        else if (ur_param_of(g, n->arg[0]) >= 0) t->col[ur_param_of(g, n->arg[0])] = v;
        return;
    case UR_LOOKUP:
    case UR_NEG:
    case UR_READ:
    case UR_RSUM: name_rows(t, n->arg[0], v, never, been); return;
    default:
        if (ur_op_is(n->op, UR_SAME)) name_rows(t, n->arg[0], v, never, been);
    }
}

/* 0, or out of memory */
static int name_symbols(teller *t, ur_err *e)
{
    const ur_graph *g = t->m->graph;
    if (!t->m->code) return 0;
    bool *been = ur_alloc((size_t)g->nnode + 1);
    if (!been) return ur_nomem(e);
    name_columns(t);
    for (int l = 0; l < g->nlike; l++) {
        names v = { t->m->code[g->like[l].datum].vocab, 0, 0 };
        if (g->like[l].dist != UR_CATEGORICAL || !v.of) continue;
        v.n = ur_vocab_size(v.of);
        memset(been, 0, (size_t)g->nnode);
        name_rows(t, g->like[l].arg[0], v, ur_symbols_never(t->m, g->like[l].datum), been);
    }
    ur_free(been);
    return 0;
}

static void place_name(ur_buf *b, const char *mark, const names *symbols, size_t at)
{
    size_t n;
    const char *s = symbols->of ? ur_vocab_entry(symbols->of, symbols->first + (int)at, &n) : NULL;
    if (s) ur_buf_printf(b, "%s%.*s", mark, (int)n, s);
    else ur_buf_printf(b, "%s%zu", mark, at + 1);
}

/* "A[2,dog]" */
static void number_name(const teller *t, int param, size_t at, ur_buf *b)
{
    const ur_graph *g = t->m->graph;
    const ur_param *p = &g->param[param];
    size_t cols = (size_t)p->cols, rows = (size_t)p->rows, row = at / cols % rows, col = at % cols, outer = at / (cols * rows);
    size_t each = p->count / (rows * cols);
    const char *mark = "[";
    ur_buf_printf(b, "%s", p->name);
    for (int k = 0; k < p->nfix; k++) {
        each /= (size_t)g->index[p->fix[k]].size;
        ur_buf_printf(b, "%s%zu", mark, outer / each + 1);
        outer %= each;
        mark = ",";
    }
    if (rows > 1) {
        place_name(b, mark, &t->row[param], row);
        mark = ",";
    }
    if (cols > 1) place_name(b, mark, &t->col[param], col);
    if (p->nfix || rows > 1 || cols > 1) ur_buf_printf(b, "]");
}

static void shape_text(const ur_graph *g, const ur_param *p, ur_buf *b)
{
    int n = 0, dim[UR_MAX_FIXED + 2];
    for (int k = 0; k < p->nfix; k++) dim[n++] = g->index[p->fix[k]].size;
    if (p->rows > 1 || p->cols > 1) dim[n++] = p->rows;
    if (p->cols > 1) dim[n++] = p->cols;
    for (int k = 0; k < n; k++) ur_buf_printf(b, "%s%d", k ? " × " : "", dim[k]);
    ur_buf_printf(b, "%s%s", n ? "" : "scalar", p->trained ? "" : ", fixed");
}

/* ---- rows */
/* the number of a new row, or an error */
static int begin_row(teller *t, const ur_buf *name, const ur_buf *shape, ur_err *e)
{
    if (name->bad || shape->bad) return ur_nomem(e);
    TRY(ur_table_row(t->t, e));
    int row = (int)unroll_table_rows(t->t) - 1;
    TRY(ur_table_puts(t->t, (size_t)row, (size_t)t->name, name->s, name->n, e));
    TRY(ur_table_puts(t->t, (size_t)row, (size_t)t->shape, shape->s ? shape->s : "", shape->n, e));
    return row;
}

static int show_use(teller *t, int i, size_t row, size_t comp, double v, ur_err *e)
{
    const ur_graph *g = t->m->graph;
    char as[200];
    if (t->used < 0 || t->use[i].like < 0) return 0;
    const ur_like *l = &g->like[t->use[i].like];
    bool scaled = false;
    double value = used(t, i, comp, v, &scaled);
    int n = snprintf(as, sizeof as, "%s of %.100s%s", ur_dist_arg_name(t->use[i].dist, t->use[i].arg), g->data[l->datum].name,
                     scaled ? ", scaled" : "");
    ur_table_put(t->t, row, (size_t)t->used, value);
    return ur_table_puts(t->t, row, (size_t)t->as, as, (size_t)n, e);
}

static int show_each(teller *t, int i, ur_err *e)
{
    const ur_graph *g = t->m->graph;
    const ur_param *p = &g->param[i];
    int rc = 0;
    for (size_t k = 0; k < p->count && rc >= 0; k++) {
        ur_buf name = { 0 }, shape = { 0 };
        number_name(t, i, k, &name);
        shape_text(g, p, &shape);
        int row = rc = begin_row(t, &name, &shape, e);
        double v = t->m->weight[p->offset + k];
        if (rc >= 0) ur_table_put(t->t, (size_t)row, (size_t)t->value, v);
        if (rc >= 0) rc = show_use(t, i, (size_t)row, k / (size_t)p->cols, v, e);
        ur_buf_free(&name);
        ur_buf_free(&shape);
    }
    return rc < 0 ? rc : 0;
}

static int show_summary(teller *t, int i, ur_err *e)
{
    const ur_param *p = &t->m->graph->param[i];
    const double *w = t->m->weight + p->offset;
    double mean = 0, sq = 0, min = INFINITY, max = -INFINITY, n = 0;
    ur_buf name = { 0 }, shape = { 0 };
    for (size_t k = 0; k < p->count; k++) {
        size_t row = k / (size_t)p->cols % (size_t)p->rows + (size_t)t->row[i].first;
        if (row < UR_SYM_FIRST && t->never[i] >> row & 1) continue;
        double off = w[k] - mean;
        mean += off / ++n;
        sq += off * (w[k] - mean);
        min = fmin(min, w[k]);
        max = fmax(max, w[k]);
    }
    ur_buf_printf(&name, "%s", p->name);
    shape_text(t->m->graph, p, &shape);
    int row = begin_row(t, &name, &shape, e);
    if (row >= 0) {
        ur_table_put(t->t, (size_t)row, (size_t)t->mean, mean);
        ur_table_put(t->t, (size_t)row, (size_t)t->sd, sqrt(sq / n));
        ur_table_put(t->t, (size_t)row, (size_t)t->min, min);
        ur_table_put(t->t, (size_t)row, (size_t)t->max, max);
    }
    ur_buf_free(&name);
    ur_buf_free(&shape);
    return row < 0 ? row : 0;
}

/* how a `real` is scaled */
static int show_scale(teller *t, int d, ur_err *e)
{
    static const char *const what[] = { "shift", "scale" };
    const ur_code *c = t->m->code ? &t->m->code[d] : NULL;
    int rc = 0;
    if (!c || !c->mean || t->m->graph->data[d].kind != UR_REAL) return 0;
    for (int k = 0; k < c->width && rc >= 0; k++)
        for (int j = 0; j < 2 && rc >= 0; j++) {
            ur_buf name = { 0 }, shape = { 0 };
            ur_buf_printf(&name, "%s of %s", what[j], t->m->graph->data[d].name);
            if (c->width > 1) ur_buf_printf(&name, "[%d]", k + 1);
            rc = begin_row(t, &name, &shape, e);
            if (rc >= 0) ur_table_put(t->t, (size_t)rc, (size_t)t->value, j ? c->scale[k] : c->mean[k]);
            ur_buf_free(&name);
        }
    return rc < 0 ? rc : 0;
}

static int column(teller *t, bool wanted, const char *name, bool text, int *out, ur_err *e)
{
    *out = -1;
    if (!wanted) return 0;
    int k = ur_table_column(t->t, name, text, e);
    if (k < 0) return k;
    *out = k;
    return 0;
}

static int columns(teller *t, bool large, bool uses, ur_err *e)
{
    TRY(column(t, true, "parameter", true, &t->name, e));
    TRY(column(t, true, "shape", true, &t->shape, e));
    TRY(column(t, true, "value", false, &t->value, e));
    TRY(column(t, large, "mean", false, &t->mean, e));
    TRY(column(t, large, "sd", false, &t->sd, e));
    TRY(column(t, large, "min", false, &t->min, e));
    TRY(column(t, large, "max", false, &t->max, e));
    TRY(column(t, uses, "used", false, &t->used, e));
    return column(t, uses, "as", true, &t->as, e);
}

static int show(teller *t, int only, ur_err *e)
{
    const ur_graph *g = t->m->graph;
    bool large = false, uses = false;
    for (int i = only < 0 ? 0 : only; i < (only < 0 ? g->nparam : only + 1); i++) {
        bool each = only >= 0 || g->param[i].count <= FEW;
        large |= !each;
        uses |= each && t->use[i].like >= 0;
    }
    TRY(columns(t, large, uses, e));
    if (only >= 0) return show_each(t, only, e);
    for (int i = 0; i < g->nparam; i++) TRY(g->param[i].count <= FEW ? show_each(t, i, e) : show_summary(t, i, e));
    for (int d = 0; d < g->ndata; d++) TRY(show_scale(t, d, e));
    return 0;
}

int unroll_param_table(unroll_model *m, const char *name, unroll_table **out)
{
    ur_err *e = ur_model_error();
    int only = -1;
    if (!m || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_param_table: no model, or no place for the table");
    *out = NULL;
    if (!m->sized) return ur_fail(e, UNROLL_ERROR_USAGE, "the shapes are not known before the vocabularies are learned by a fit");
    if (name) TRY(ur_param_find(m, name, &only, e));
    TRY(ur_model_weights(m, e));
    size_t n = (size_t)m->graph->nparam + 1;
    teller t = { .m = m, .t = ur_table_new(), .use = ur_alloc(n * sizeof *t.use) };
    t.row = ur_zalloc(n * sizeof *t.row);
    t.col = ur_zalloc(n * sizeof *t.col);
    t.never = ur_zalloc(n * sizeof *t.never);
    int rc = t.t && t.use && t.row && t.col && t.never ? 0 : ur_nomem(e);
    if (!rc) find_uses(&t);
    if (!rc) rc = name_symbols(&t, e);
    if (!rc) rc = show(&t, only, e);
    ur_free(t.use);
    ur_free(t.row);
    ur_free(t.col);
    ur_free(t.never);
    if (rc) unroll_table_free(t.t);
    else *out = t.t;
    return rc;
}
