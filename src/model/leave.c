/* leave.c: how much rows of drawn data count (weights), and which count for nothing: because the condition of their ~ line does
 * not hold, nothing draws them, or a number that their distribution reads is missing and nobody draws it. A missing number that
 * the equations read at single positions takes the rows that read it out of the likelihood, and out of what is predicted; one
 * that a recurrence or a sum over positions carries everywhere would take nearly all, and stays what encoding makes of it, which
 * unroll_data_notes says. Must not know plans. Invariant: no row is scored or predicted from a number that is missing and read in
 * the first way. */
#include "model/model.h"
#include <math.h>
#include <string.h>

/* how data that are missing reach terms: ~ lines, their weights, the losses that the text adds */
typedef struct tracer {
    const ur_graph *g;
    ur_marks_what about;
    ur_id *list;
    int n;        /* what the terms are computed from, themselves included */
    uint8_t *how; /* [nnode] a ur_way: that of the datum at hand */
    bool *loop;   /* [nnode] a READ by which a recurrence closes */
} tracer;

/* a term's ends: a line's arguments and as the last its condition; its weight; the value of a loss. −1: it has none */
static int nterm(const ur_graph *g, ur_marks_what about) { return about == UR_MARKS_LOSSES ? g->ngoal : g->nlike; }
static int nasked(const tracer *t, int k) { return t->about == UR_MARKS_LINES ? t->g->like[k].narg + 1 : 1; }
static ur_id asked(const tracer *t, int k, int a)
{
    if (t->about == UR_MARKS_LOSSES) return t->g->goal[k].value;
    if (t->about == UR_MARKS_WEIGHTS) return t->g->like[k].weight;
    return a < t->g->like[k].narg ? ur_like_reads(&t->g->like[k])[a] : t->g->like[k].when;
}

static void tracer_close(tracer *t)
{
    ur_free(t->list);
    ur_free(t->loop);
    ur_free(t->how);
}

/* does it carry what it reads to more positions than its own? */
static bool spreads(const tracer *t, ur_id id)
{
    const ur_node *n = &t->g->node[id];
    if (t->loop[id] || n->op == UR_PLACE || n->red_example) return true;
    if (n->op == UR_GATHER && t->how[n->arg[0]] && !t->g->index[n->i].fixed) return true;
    for (int k = 0; k < n->nred; k++)
        if (!t->g->index[n->red[k]].fixed) return true;
    return false;
}

static ur_way trace(tracer *t, int datum)
{
    const ur_graph *g = t->g;
    uint8_t most = UR_WAY_NONE;
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
    for (int l = 0; l < nterm(g, t->about); l++)
        for (int a = 0; a < nasked(t, l); a++) {
            ur_id id = asked(t, l, a);
            if (id >= 0 && t->how[id] > most) most = t->how[id];
        }
    return (ur_way)most;
}

static int tracer_open(tracer *t, const ur_graph *g, ur_marks_what about, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    *t = (tracer){ .g = g, .about = about, .list = ur_alloc(n * sizeof *t->list), .loop = ur_zalloc(n), .how = ur_zalloc(n) };
    ur_id *stack = ur_alloc(n * sizeof *stack);
    bool *seen = ur_zalloc(n);
    int rc = t->list && t->loop && t->how && stack && seen ? 0 : ur_nomem(e);
    for (int l = 0; !rc && l < nterm(g, about); l++)
        for (int a = 0; a < nasked(t, l); a++) {
            ur_id id = asked(t, l, a);
            if (id >= 0) ur_reach(g, id, seen, stack);
        }
    for (ur_id id = 0; !rc && id < g->nnode; id++)
        if (seen[id]) t->list[t->n++] = id;
    if (!rc) rc = ur_recurrences(g, t->loop, e);
    ur_free(stack);
    ur_free(seen);
    return rc;
}

int ur_way_of(const ur_graph *g, int datum, ur_way *out, ur_err *e)
{
    tracer t;
    int rc = tracer_open(&t, g, UR_MARKS_LINES, e);
    if (!rc) *out = trace(&t, datum);
    tracer_close(&t);
    return rc;
}

/* ---- what is left out */
static int leave_row(ur_series *s, size_t row, ur_err *e)
{
    if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) return ur_nomem(e);
    if (!s->skip[row]) s->skip[row] = UR_SKIP_GAP;
    return 0;
}

int ur_leave_parts(ur_series *s, size_t w, size_t row, const uint8_t *out, ur_err *e)
{
    size_t left = 0;
    for (size_t c = 0; c < w; c++) left += out[c] != 0;
    if (!left || (s->skip && s->skip[row])) return 0;
    if (left == w) return leave_row(s, row, e);
    if (!s->out && !(s->out = ur_zalloc(s->nrow * w + 1))) return ur_nomem(e);
    s->parts = w;
    for (size_t c = 0; c < w; c++) s->out[row * w + c] |= out[c] != 0;
    return 0;
}

/* rows of a ~ line. What a recurrence reads of those that the model would draw, all that follows reads */
static int leave_rows(const ur_graph *g, const ur_examples *x, int datum, ur_way way, const uint8_t *marked, ur_err *e)
{
    ur_series *s = &x->series[datum];
    size_t w = ur_datum_width(&g->schema, &g->data[datum]);
    bool whole = ur_drawn_whole(g, datum) || UR_IS_SYMBOL(g->data[datum].kind);
    uint8_t *row = ur_alloc(w + 1);
    int rc = row ? 0 : ur_nomem(e);
    for (size_t i = 0; i < x->n; i++) {
        bool far = false;
        for (size_t r = s->start[i]; !rc && r < s->start[i + 1]; r++) {
            bool any = false, seen = !s->seen || s->seen[r];
            for (size_t c = 0; c < w; c++) any = any || marked[r * w + c];
            if (far && !seen) rc = leave_row(s, r, e);
            if (!any) continue;
            if (whole) memset(row, 1, w);
            else memcpy(row, marked + r * w, w);
            if (!rc) rc = ur_leave_parts(s, w, r, row, e);
            far = far || (way == UR_WAY_FAR && !seen);
        }
    }
    ur_free(row);
    return rc;
}

/* may a missing value of the datum take rows out? A symbol that is missing is one of its own, unknown */
static bool takes_out(const ur_graph *g, const ur_examples *x, ur_marks_what about, int d)
{
    const ur_datum *u = &g->data[d];
    const ur_series *s = &x->series[d];
    bool gap = false;
    for (size_t r = 0; s->start && s->seen && r < s->nrow && !gap; r++) gap = !s->seen[r];
    return gap && (u->drawn ? about != UR_MARKS_LINES : !UR_IS_SYMBOL(u->kind));
}

/* which data reach the terms and how; what of them is marked. false: nothing is */
static bool ways_of(tracer *t, const ur_examples *x, ur_way *way, bool *missing, bool *drawn)
{
    const ur_graph *g = t->g;
    bool any = false;
    for (int d = 0; d < g->ndata; d++) {
        way[d] = trace(t, d);
        missing[d] = way[d] == UR_WAY_ROWS && takes_out(g, x, t->about, d);
        drawn[d] = way[d] == UR_WAY_ROWS && t->about == UR_MARKS_LINES && g->data[d].drawn && x->series[d].seen;
        any = any || missing[d];
    }
    return any;
}

static int leave_marked(const ur_graph *g, const ur_examples *x, ur_marks_what about, const ur_way *way, uint8_t *const *out,
                        ur_err *e)
{
    for (int k = 0; k < nterm(g, about); k++) {
        ur_series *s = about == UR_MARKS_LOSSES ? &x->goal[k] : &x->series[g->like[k].datum];
        if (!out[k]) continue;
        if (about == UR_MARKS_LINES) TRY(leave_rows(g, x, g->like[k].datum, way[g->like[k].datum], out[k], e));
        for (size_t r = 0; about != UR_MARKS_LINES && r < s->nrow; r++) {
            if (!out[k][r]) continue;
            if (about == UR_MARKS_LOSSES) TRY(leave_row(s, r, e));
            else if (s->weight && !(s->skip && s->skip[r])) s->weight[r] = NAN;
        }
    }
    return 0;
}

static int leave_terms(unroll_model *m, const ur_examples *x, ur_marks_what about, ur_err *e)
{
    const ur_graph *g = m->graph;
    bool any = false;
    for (int d = 0; d < g->ndata; d++) any = any || takes_out(g, x, about, d);
    if (!any || !nterm(g, about)) return 0;
    size_t nd = (size_t)g->ndata + 1, nt = (size_t)nterm(g, about) + 1;
    tracer t;
    int rc = tracer_open(&t, g, about, e);
    ur_way *way = ur_zalloc(nd * sizeof *way);
    bool *missing = ur_zalloc(nd), *drawn = ur_zalloc(nd);
    uint8_t **out = ur_zalloc(nt * sizeof *out);
    if (!way || !missing || !drawn || !out) rc = ur_nomem(e);
    ur_mark_rule rule = { .missing = missing, .drawn = about == UR_MARKS_LINES ? drawn : NULL };
    if (!rc && ways_of(&t, x, way, missing, drawn)) {
        rc = ur_marked(m, x, &rule, about, 1, out, e);
        if (!rc) rc = leave_marked(g, x, about, way, out, e);
    }
    for (size_t k = 0; out && k < nt; k++) ur_free(out[k]);
    ur_free(out);
    ur_free(way);
    ur_free(missing);
    ur_free(drawn);
    tracer_close(&t);
    return rc;
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
    TRY(leave_terms(m, x, UR_MARKS_WEIGHTS, e));
    TRY(leave_terms(m, x, UR_MARKS_LINES, e));
    TRY(rows_of_goals(m->graph, x, e));
    return leave_terms(m, x, UR_MARKS_LOSSES, e);
}

/* ---- windows in which drawn values are hidden */
int ur_hidden_reach(const ur_graph *g, const ur_examples *x, int index, int32_t *out, ur_err *e)
{
    bool any = false;
    ur_spans_work w = { 0 };
    ur_spans s = { 0 };
    *out = INT32_MAX;
    for (int d = 0; d < g->ndata; d++) any = any || x->series[d].skip || x->series[d].out;
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
        if ((!s->skip && !s->out) || !s->start) continue;
        for (int32_t r = hide; r < to && reach < to - r; r++)
            if (ur_series_gap(s, s->start[example] + (size_t)r)) to = r + reach;
    }
    return to;
}
