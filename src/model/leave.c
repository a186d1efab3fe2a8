/* leave.c: how much rows of drawn data count (weights), and which count for nothing: because the condition of their ~ line does
 * not hold, nothing draws them, or a number that their distribution reads is missing and nobody draws it. A missing number that
 * the equations read at single positions takes the rows that read it out of the likelihood, and out of what is predicted; one
 * that a recurrence or a sum over positions carries everywhere would take nearly all, and stays what encoding makes of it, which
 * unroll_data_notes says. Must not know plans. Invariant: no row is scored or predicted from a number that is missing and read in
 * the first way. */
#include "model/model.h"
#include <math.h>
#include <string.h>

enum { REACHED = 1, TRACED };

/* what hangs on numbers that are missing: the ~ lines, their weights, the losses that the text adds */
typedef enum topic { LINES, WEIGHTS, GOALS } topic;

typedef struct tracer {
    const ur_graph *g;
    const ur_examples *x;
    ur_id *list;
    int n;                  /* what the distributions' arguments are computed from, themselves included */
    uint8_t *reached, *how; /* [nnode] TRACED: by a number whose rows are left out; how the datum at hand reaches it */
    bool *loop;             /* [nnode] a READ by which a recurrence closes */
    uint8_t *way;           /* [ndata] a ur_way */
    size_t *slot, longest;  /* [nnode] place in list; positions of the longest example */
    uint8_t *flag;          /* [n][longest] what stands there is computed from a number that is missing */
    size_t example;
    topic about;
} tracer;

/* what the rows that may be left out hang on: terms, and of each its ends: a line's arguments and as the last its condition; its
 * weight; the value of a loss. −1: it has none */
static int nterm(const tracer *t) { return t->about == GOALS ? t->g->ngoal : t->g->nlike; }
static int nasked(const tracer *t, int k) { return t->about == LINES ? t->g->like[k].narg + 1 : 1; }
static ur_id asked(const tracer *t, int k, int a)
{
    if (t->about == GOALS) return t->g->goal[k].value;
    if (t->about == WEIGHTS) return t->g->like[k].weight;
    return a < t->g->like[k].narg ? ur_like_reads(&t->g->like[k])[a] : t->g->like[k].when;
}
static ur_series *rows_of(const tracer *t, int k)
{
    return t->about == GOALS ? &t->x->goal[k] : &t->x->series[t->g->like[k].datum];
}

static void tracer_close(tracer *t)
{
    ur_free(t->list);
    ur_free(t->reached);
    ur_free(t->loop);
    ur_free(t->how);
    ur_free(t->way);
    ur_free(t->slot);
    ur_free(t->flag);
}

/* does it carry what it reads to more positions than its own? */
static bool spreads(const tracer *t, ur_id id)
{
    const ur_node *n = &t->g->node[id];
    if (t->loop[id] || n->nidx > 1 || n->op == UR_PLACE || n->red_example) return true;
    if (n->op == UR_GATHER && t->how[n->arg[0]] && !t->g->index[n->i].fixed) return true;
    if (n->nidx && t->g->index[ur_index_resolve(&t->g->schema, n->idx[0])].parent >= 0) return true;
    for (int a = 0; a < n->narg; a++)
        if (n->op != UR_READ && n->arg[a] >= 0 && t->how[n->arg[a]] && t->g->node[n->arg[a]].nidx > n->nidx) return true;
    for (int k = n->narg; k < ur_noperand(t->g, n); k++) {
        ur_id b = ur_operand(n, k);
        if (b >= 0 && t->how[b] && t->g->node[b].nidx) return true;
    }
    return false;
}

static void trace(tracer *t, int datum)
{
    const ur_graph *g = t->g;
    memset(t->how, 0, (size_t)g->nnode);
    for (bool again = true; again;) {
        again = false;
        for (int k = 0; k < t->n; k++) {
            ur_id id = t->list[k];
            const ur_node *n = &g->node[id];
            uint8_t how = n->op == UR_DATA && !ur_is_said(n) && n->i == datum ? UR_WAY_ROWS : UR_WAY_NONE;
            for (int a = 0; a < ur_noperand(g, n); a++)
                if (ur_operand(n, a) >= 0 && t->how[ur_operand(n, a)] > how) how = t->how[ur_operand(n, a)];
            if (how == UR_WAY_ROWS && spreads(t, id)) how = UR_WAY_FAR;
            if (how <= t->how[id]) continue;
            t->how[id] = how;
            again = true;
        }
    }
    t->way[datum] = UR_WAY_NONE;
    for (int l = 0; l < nterm(t); l++)
        for (int a = 0; a < nasked(t, l); a++) {
            ur_id id = asked(t, l, a);
            if (id >= 0 && t->how[id] > t->way[datum]) t->way[datum] = t->how[id];
        }
    for (int l = 0; l < nterm(t); l++)
        if (t->way[datum] && (t->about == GOALS ? g->node[g->goal[l].value].nidx : g->data[g->like[l].datum].nidx) > 1)
            t->way[datum] = UR_WAY_FAR;
}

static int tracer_open(tracer *t, const ur_graph *g, topic about, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    *t = (tracer){ .g = g,
                   .about = about,
                   .list = ur_alloc(n * sizeof *t->list),
                   .reached = ur_zalloc(n),
                   .loop = ur_zalloc(n),
                   .how = ur_zalloc(n),
                   .way = ur_zalloc((size_t)g->ndata + 1),
                   .slot = ur_zalloc(n * sizeof *t->slot) };
    ur_id *stack = ur_alloc(n * sizeof *stack);
    bool *seen = ur_zalloc(n);
    int rc = t->list && t->reached && t->loop && t->how && t->way && t->slot && stack && seen ? 0 : ur_nomem(e);
    for (int l = 0; !rc && l < nterm(t); l++)
        for (int a = 0; a < nasked(t, l); a++) {
            ur_id id = asked(t, l, a);
            if (id >= 0) ur_reach(g, id, seen, stack);
        }
    for (ur_id id = 0; !rc && id < g->nnode; id++) t->reached[id] = seen[id] ? REACHED : 0;
    for (ur_id id = 0; !rc && id < g->nnode; id++)
        if (t->reached[id]) t->list[t->n++] = id;
    if (!rc) rc = ur_recurrences(g, t->loop, e);
    ur_free(stack);
    ur_free(seen);
    return rc;
}

int ur_way_of(const ur_graph *g, int datum, ur_way *out, ur_err *e)
{
    tracer t;
    int rc = tracer_open(&t, g, LINES, e);
    if (!rc) {
        trace(&t, datum);
        *out = (ur_way)t.way[datum];
    }
    tracer_close(&t);
    return rc;
}

/* ---- in an example */
static size_t places(const tracer *t, const ur_node *n)
{
    return n->nidx ? (size_t)ur_length(t->x, ur_index_resolve(&t->g->schema, n->idx[0]), t->example) : 1;
}

static bool flagged(const tracer *t, ur_id id, size_t p)
{
    if (id < 0 || t->reached[id] != TRACED) return false;
    size_t n = places(t, &t->g->node[id]), at = t->g->node[id].nidx ? p : 0;
    return at < n && t->flag[t->slot[id] * t->longest + at];
}

/* is one of the components from `first` on, `count` of them, missing in the row of DATA n at position p, and does that take out
 * what reads it? */
static bool lacks(const tracer *t, const ur_node *n, size_t p, size_t first, size_t count)
{
    const ur_series *s = &t->x->series[n->i];
    if (t->way[n->i] != UR_WAY_ROWS || !s->start || !s->seen || s->start[t->example] + p >= s->start[t->example + 1])
        return false;
    size_t row = s->start[t->example] + p;
    if (s->seen[row] || (t->about == LINES && t->g->data[n->i].drawn && !(s->skip && s->skip[row] == UR_SKIP_GAP))) return false;
    bool whole = true;
    for (size_t c = first; c < first + count; c++) whole = whole && ur_series_has(s, row, c);
    return !whole;
}

/* a READ along one index: at every position that its fixed indices reach from p. count: of data, of so many components from
 * `first` on; 0: of all */
static bool read_flagged(const tracer *t, const ur_node *n, size_t p, size_t first, size_t count)
{
    const ur_graph *g = t->g;
    const ur_node *q = &g->node[n->arg[0]];
    if (!q->nidx) return flagged(t, n->arg[0], 0);
    const ur_sub *u = &n->sub[0];
    int64_t len = (int64_t)places(t, q), at = u->off;
    int own = u->kind == UR_SUB_REL && g->index[u->index].fixed ? g->index[u->index].size : 1, fix[2] = { 1, 1 };
    if (u->kind == UR_SUB_REL && !g->index[u->index].fixed) at += (int64_t)p;
    if (u->kind == UR_SUB_END) at += len - 1;
    for (int f = 0; f < u->nfix; f++) fix[f] = g->index[u->fix[f]].size;
    for (int o = 0; o < own; o++)
        for (int i = 0; i < fix[0]; i++)
            for (int j = 0; j < fix[1]; j++) {
                int64_t r = at + (own > 1 ? ur_sub_mul(u) * (int64_t)(o + 1) - 1 : 0) +
                            (u->nfix > 0 ? u->times[0] * (i + 1) : 0) + (u->nfix > 1 ? u->times[1] * (j + 1) : 0);
                bool part = count && r >= 0 && r < len;
                if (part && lacks(t, q, (size_t)r, first, count)) return true;
                if (!part && (r < 0      ? flagged(t, u->before, p)
                              : r >= len ? flagged(t, u->after, p)
                                         : flagged(t, n->arg[0], (size_t)r)))
                    return true;
            }
    return false;
}

/* of a READ of data at one place of their fixed indices: which components that is; false: of several, or there are none */
static bool one_place(const tracer *t, const ur_node *n, size_t *first, size_t *count)
{
    const ur_node *q = &t->g->node[n->arg[0]];
    size_t tuple = 0;
    if (q->op != UR_DATA || ur_is_said(q) || UR_IS_SYMBOL(t->g->data[q->i].kind) || q->nidx != 1 || !q->nfix) return false;
    for (int k = 0; k < q->nfix; k++) {
        const ur_sub *u = &n->sub[1 + k];
        if (u->kind != UR_SUB_FIRST || u->nfix) return false;
        tuple = tuple * (size_t)t->g->index[q->fix[k]].size + (size_t)u->off;
    }
    *count = (size_t)q->rows;
    *first = tuple * *count;
    return true;
}

/* is it some components of a datum's vector, which may be there where others are missing? */
static bool is_part(const tracer *t, const ur_node *n)
{
    const ur_node *a = n->op == UR_SLICE ? &t->g->node[n->arg[0]] : NULL;
    if (a && a->op == UR_READ) a = &t->g->node[a->arg[0]];
    return a && a->op == UR_DATA && !ur_is_said(a) && !a->nfix && a->nidx <= 1;
}

static bool computed_from_gap(const tracer *t, ur_id id, size_t p)
{
    const ur_node *n = &t->g->node[id];
    size_t first, count;
    if (is_part(t, n)) {
        const ur_node *a = &t->g->node[n->arg[0]];
        if (a->op == UR_READ) return read_flagged(t, a, p, (size_t)n->i, (size_t)n->rows);
        return lacks(t, a, p, (size_t)n->i, (size_t)n->rows);
    }
    if (n->op == UR_READ)
        return one_place(t, n, &first, &count) ? read_flagged(t, n, p, first, count) : read_flagged(t, n, p, 0, 0);
    if (ur_is_said(n)) return false;
    if (n->op == UR_DATA) return lacks(t, n, p, 0, ur_node_width(t->g, n));
    for (int a = 0; a < n->narg; a++)
        if (flagged(t, n->arg[a], p)) return true;
    return false;
}

/* the row of term l at position p is left out: of a ~ line, what is drawn there goes no further either */
static int leave_out(tracer *t, int l, size_t p, ur_err *e)
{
    ur_series *s = rows_of(t, l);
    size_t row = s->start ? s->start[t->example] + p : 0;
    if (!s->start || row >= s->start[t->example + 1] || (s->skip && s->skip[row])) return 0;
    if (t->about == WEIGHTS) {
        if (s->weight) s->weight[row] = NAN;
        return 0;
    }
    if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) return ur_nomem(e);
    s->skip[row] = UR_SKIP_GAP;
    if (t->about == GOALS) return 0;
    int datum = t->g->like[l].datum;
    for (int k = 0; k < t->n; k++) {
        const ur_node *n = &t->g->node[t->list[k]];
        if (n->op == UR_DATA && n->i == datum && computed_from_gap(t, t->list[k], p))
            t->flag[t->slot[t->list[k]] * t->longest + (n->nidx ? p : 0)] = 1;
    }
    for (size_t r = row + 1; t->way[datum] == UR_WAY_FAR && s->seen && !s->seen[row] && r < s->start[t->example + 1]; r++)
        if (!s->seen[r]) s->skip[r] = UR_SKIP_GAP; /* a recurrence reads what the model would draw there */
    return 0;
}

static int one_example(tracer *t, ur_err *e)
{
    size_t most = 1;
    for (int k = 0; k < t->n; k++)
        if (places(t, &t->g->node[t->list[k]]) > most) most = places(t, &t->g->node[t->list[k]]);
    memset(t->flag, 0, (size_t)t->n * t->longest);
    for (bool again = true; again;) {
        again = false;
        for (size_t p = 0; p < most; p++) {
            for (int k = 0; k < t->n; k++) {
                uint8_t *f = &t->flag[t->slot[t->list[k]] * t->longest + p];
                if (p >= places(t, &t->g->node[t->list[k]]) || *f || t->g->node[t->list[k]].nidx > 1 ||
                    !computed_from_gap(t, t->list[k], p))
                    continue;
                *f = 1;
                again = true;
            }
            for (int l = 0; l < nterm(t); l++)
                for (int a = 0; a < nasked(t, l); a++)
                    if (flagged(t, asked(t, l, a), p)) TRY(leave_out(t, l, p, e));
        }
    }
    return 0;
}

static bool has_gap(const tracer *t, int datum)
{
    const ur_series *s = &t->x->series[datum];
    for (size_t r = s->start ? s->start[t->example] : 0; s->start && s->seen && r < s->start[t->example + 1]; r++)
        if (!s->seen[r]) return true;
    return false;
}

static void trace_rows(tracer *t, int datum)
{
    trace(t, datum);
    for (int k = 0; t->way[datum] == UR_WAY_ROWS && k < t->n; k++)
        if (t->how[t->list[k]]) t->reached[t->list[k]] = TRACED;
}

/* of a long series and a large model only what may be flagged has flags */
static void keep_traced(tracer *t)
{
    int n = 0;
    for (int k = 0; k < t->n; k++)
        if (t->reached[t->list[k]] == TRACED) {
            t->slot[t->list[k]] = (size_t)n;
            t->list[n++] = t->list[k];
        }
    t->n = n;
}

/* ---- weights */
static const char *weight_of(const ur_like *l) { return l->weight_text ? l->weight_text : "how many origins a value has"; }

static int note_weights(ur_pass *p, const ur_batch *b, ur_err *e)
{
    const ur_graph *g = p->run->g;
    ur_values v = { 0 };
    int rc = 0;
    for (int l = 0; l < g->nlike; l++) {
        ur_series *s = &p->x->series[g->like[l].datum];
        if (g->like[l].weight < 0 || !s->start) continue;
        for (size_t it = 0; it < b->n && !rc; it++) {
            size_t first, n = ur_item_rows(p->run, p->x, b, it, g->like[l].datum, &first);
            rc = ur_values_get(p->run, g->like[l].weight, it, &v, e);
            for (size_t r = 0; r < n && !rc; r++) s->weight[first + r] = v.npos ? v.v[v.npos == 1 ? 0 : r] : 0;
        }
    }
    ur_free(v.v);
    return rc;
}

int ur_holes_open(ur_examples *y, const unroll_model *m, const ur_examples *x, ur_err *e)
{
    *y = *x;
    if (!(y->series = ur_alloc((size_t)(m->ndata + 1) * sizeof *y->series))) return ur_nomem(e);
    memcpy(y->series, x->series, (size_t)m->ndata * sizeof *y->series);
    for (int d = 0; d < m->ndata; d++) {
        ur_series *s = &y->series[d];
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        if (!s->seen || s->sym) continue;
        s->num = ur_alloc((s->nrow * w + 1) * sizeof *s->num);
        s->part = ur_alloc(s->nrow * w + 1); /* what given and known say */
        s->parts = w;
        s->drawn_too = true;
        s->single = NULL;
        s->seen = NULL;
        if (!s->num || !s->part) return ur_nomem(e);
        for (size_t i = 0; i < s->nrow * w; i++) {
            s->part[i] = ur_series_has(&x->series[d], i / w, i % w);
            s->num[i] = s->part[i] ? ur_series_get(&x->series[d], i) : NAN;
        }
    }
    return 0;
}

void ur_holes_close(ur_examples *y, const unroll_model *m, const ur_examples *x)
{
    for (int d = 0; y->series && d < m->ndata; d++) {
        if (y->series[d].num != x->series[d].num) ur_free(y->series[d].num);
        if (y->series[d].part != x->series[d].part) ur_free(y->series[d].part);
    }
    ur_free(y->series);
}

static int weights(unroll_model *m, ur_examples *x, ur_err *e)
{
    bool any = false;
    ur_run *run = NULL;
    ur_examples y = { 0 };
    ur_run_want w = { .bare = true, .when = true, .window = UR_WINDOW_ROOT, .limits.threads = 1 };
    for (int l = 0; l < m->graph->nlike; l++) {
        ur_series *s = &x->series[m->graph->like[l].datum];
        if (m->graph->like[l].weight < 0 || s->weight) continue;
        if (!(s->weight = ur_zalloc((s->nrow + 1) * sizeof *s->weight))) return ur_nomem(e);
        any = true;
    }
    if (!any) return 0;
    int rc = ur_holes_open(&y, m, x, e);
    if (!rc) rc = ur_run_open(&run, m, &w, e);
    ur_pass p = { .run = run, .x = &y, .after = note_weights, .draw = { .temperature = 1 } };
    if (!rc) rc = ur_pass_all(&p, e);
    ur_run_close(run);
    ur_holes_close(&y, m, x);
    return rc;
}

int ur_weights_check(const unroll_model *m, const ur_examples *x, ur_err *e)
{
    const ur_graph *g = m->graph;
    for (int l = 0; l < g->nlike; l++) {
        const ur_like *k = &g->like[l];
        const ur_series *s = &x->series[k->datum];
        double all = 0;
        size_t scored = 0;
        for (size_t i = 0; s->weight && i < x->n; i++)
            for (size_t r = s->start[i]; r < s->start[i + 1]; r++) {
                if (!ur_series_scored(s, r)) continue;
                if (!(s->weight[r] >= 0) || !isfinite(s->weight[r]))
                    return ur_fail(
                        e, UNROLL_ERROR_DATA,
                        "%s:%d:%d: the weight of %s, %s, is %s at position %zu of example %zu: a weight is a number from 0",
                        k->place.file ? k->place.file : m->name, k->place.line, k->place.col, k->place.name, weight_of(k),
                        isnan(s->weight[r]) ? "missing"
                        : s->weight[r] < 0  ? "negative"
                                            : "infinite",
                        r - s->start[i] + 1, ur_example_number(x, i));
                all += s->weight[r];
                scored++;
            }
        if (s->weight && scored && !(all > 0))
            return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d:%d: every weight of %s, %s, is 0: nothing counts",
                           k->place.file ? k->place.file : m->name, k->place.line, k->place.col, k->place.name, weight_of(k));
    }
    return 0;
}

/* ---- conditions */
static int mark(ur_pass *p, const ur_batch *b, ur_err *e)
{
    const ur_graph *g = p->run->g;
    ur_values v = { 0 };
    int rc = 0;
    for (int l = 0; l < g->nlike; l++) {
        ur_series *s = &p->x->series[g->like[l].datum];
        if (g->like[l].when < 0 || !s->start) continue;
        if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) rc = ur_nomem(e);
        for (size_t it = 0; it < b->n && !rc; it++) {
            size_t first, n = ur_item_rows(p->run, p->x, b, it, g->like[l].datum, &first);
            rc = ur_values_get(p->run, g->like[l].when, it, &v, e);
            for (size_t r = 0; r < n && !rc && v.npos > 0; r++)
                if (v.v[v.npos == 1 ? 0 : r] == 0) s->skip[first + r] = UR_SKIP_UNASKED;
        }
    }
    ur_free(v.v);
    return rc;
}

static int conditions(unroll_model *m, const ur_examples *x, ur_err *e)
{
    bool any = false;
    ur_run *run = NULL;
    ur_run_want w = { .bare = true, .when = true, .of = x, .window = UR_WINDOW_ROOT, .limits.threads = 1 };
    for (int l = 0; l < m->graph->nlike; l++) any = any || m->graph->like[l].when >= 0;
    if (!any) return 0;
    int rc = ur_run_open(&run, m, &w, e);
    ur_pass p = { .run = run, .x = x, .after = mark, .draw = { .temperature = 1 } };
    if (!rc) rc = ur_pass_all(&p, e);
    ur_run_close(run);
    return rc;
}

/* the first value of what is drawn ahead has no origin: nothing says how it is distributed */
static int without_origin(const ur_graph *g, const ur_examples *x, ur_err *e)
{
    for (int l = 0; l < g->nlike; l++) {
        ur_series *s = &x->series[g->like[l].datum];
        if (!g->like[l].ahead || !s->start) continue;
        if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) return ur_nomem(e);
        for (size_t i = 0; i < x->n; i++)
            if (s->start[i] < s->start[i + 1]) s->skip[s->start[i]] = UR_SKIP_UNASKED;
    }
    return 0;
}

/* symbols that cannot come: −log p is infinite for any weights */
static int never_met(const unroll_model *m, const ur_examples *x, ur_err *e)
{
    for (int d = 0; d < m->ndata; d++) {
        ur_series *s = &x->series[d];
        unsigned never = ur_symbols_never(m, d);
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        for (size_t i = 0; never && s->start && i < s->nrow * w; i++) {
            if ((s->seen && !s->seen[i / w]) || s->sym[i] < 0 || s->sym[i] >= UR_SYM_FIRST || !(never >> s->sym[i] & 1)) continue;
            if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) return ur_nomem(e);
            s->skip[i / w] = s->skip[i / w] ? s->skip[i / w] : UR_SKIP_NEVER;
        }
    }
    return 0;
}

/* may a missing value of the datum take rows out? A symbol that is missing is one of its own, unknown */
static bool takes_out(const tracer *t, int d)
{
    const ur_datum *u = &t->g->data[d];
    return t->x->series[d].seen && (u->drawn ? t->about != LINES : !UR_IS_SYMBOL(u->kind));
}

static int leave_terms(const ur_graph *g, const ur_examples *x, topic about, ur_err *e)
{
    bool any = false;
    tracer t = { .g = g, .x = x, .about = about };
    for (int d = 0; d < g->ndata; d++) any = any || takes_out(&t, d);
    if (!any || !nterm(&t)) return 0;
    int rc = tracer_open(&t, g, about, e);
    t.x = x;
    t.longest = 1;
    for (int d = 0; !rc && d < g->ndata; d++)
        if (g->data[d].drawn || !UR_IS_SYMBOL(g->data[d].kind)) trace_rows(&t, d);
    if (!rc) keep_traced(&t);
    for (t.example = 0; !rc && t.example < x->n; t.example++)
        for (int k = 0; k < t.n; k++)
            if (places(&t, &g->node[t.list[k]]) > t.longest) t.longest = places(&t, &g->node[t.list[k]]);
    if (!rc && !(t.flag = ur_alloc((size_t)t.n * t.longest + 1))) rc = ur_nomem(e);
    for (t.example = 0; !rc && t.example < x->n; t.example++) {
        bool gap = false;
        for (int d = 0; d < g->ndata && !gap; d++) gap = takes_out(&t, d) && t.way[d] == UR_WAY_ROWS && has_gap(&t, d);
        if (gap) rc = one_example(&t, e);
    }
    tracer_close(&t);
    return rc;
}

/* the rows of the losses that the text adds: those of an index, or one of each example */
static int rows_of_goals(const ur_graph *g, ur_examples *x, ur_err *e)
{
    if (x->goal || !g->ngoal) return 0;
    if (!(x->goal = ur_zalloc((size_t)g->ngoal * sizeof *x->goal))) return ur_nomem(e);
    x->ngoal = g->ngoal;
    for (int k = 0; k < g->ngoal; k++) {
        const ur_node *n = &g->node[g->goal[k].value];
        ur_series *s = &x->goal[k];
        if (n->nidx > 1) continue; /* what is missing there is carried to many */
        if (!(s->start = ur_alloc((x->n + 1) * sizeof *s->start))) return ur_nomem(e);
        s->start[0] = 0;
        for (size_t i = 0; i < x->n; i++)
            s->start[i + 1] = s->start[i] + (n->nidx ? ur_length(x, ur_index_resolve(&g->schema, n->idx[0]), i) : 1);
        s->nrow = s->start[x->n];
    }
    return 0;
}

double ur_goal_count(const ur_examples *x, int k, size_t before)
{
    const ur_series *s = &x->goal[k];
    double n = 0;
    for (size_t i = 0; s->start && i < x->n; i++)
        for (size_t r = s->start[i] + before; r < s->start[i + 1]; r++) n += !s->skip || !s->skip[r];
    return n;
}

/* what is drawn all together is missing where one component is */
static void whole_rows(const ur_graph *g, ur_examples *x)
{
    for (int d = 0; d < g->ndata; d++) {
        ur_series *s = &x->series[d];
        if (!s->part || !ur_drawn_whole(g, d)) continue;
        ur_free(s->part);
        s->part = NULL;
    }
}

int ur_leave_out(unroll_model *m, ur_examples *x, ur_err *e)
{
    whole_rows(m->graph, x);
    TRY(conditions(m, x, e));
    TRY(without_origin(m->graph, x, e));
    TRY(never_met(m, x, e));
    TRY(weights(m, x, e));
    TRY(leave_terms(m->graph, x, WEIGHTS, e));
    TRY(leave_terms(m->graph, x, LINES, e));
    TRY(rows_of_goals(m->graph, x, e));
    return leave_terms(m->graph, x, GOALS, e);
}

/* ---- windows in which drawn values are hidden */
int ur_hidden_reach(const ur_graph *g, const ur_examples *x, int index, int32_t *out, ur_err *e)
{
    bool any = false;
    ur_spans_work w = { 0 };
    ur_spans s = { 0 };
    *out = INT32_MAX;
    for (int d = 0; d < g->ndata; d++) any = any || x->series[d].skip;
    int rc = any ? ur_spans_open(&w, g, e) : 0;
    for (int l = 0; any && !rc && l < g->nlike; l++) {
        rc = ur_spans_of(&w, g->like[l].arg, g->like[l].narg, index, &s, e);
        if (!rc && ur_min_lag(g, &s, -1) < *out) *out = ur_min_lag(g, &s, -1);
    }
    ur_free(s.span);
    ur_spans_close(&w);
    return rc;
}

int32_t ur_window_end(const ur_graph *g, const ur_examples *x, size_t example, int32_t hide, int32_t to, int32_t reach)
{
    for (int d = 0; d < g->ndata; d++) {
        const ur_series *s = &x->series[d];
        if (!s->skip || !s->start) continue;
        for (int32_t r = hide; r < to && reach < to - r; r++)
            if (s->skip[s->start[example] + (size_t)r] == UR_SKIP_GAP) to = r + reach;
    }
    return to;
}
