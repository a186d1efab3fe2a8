/* odd.c: what is odd about completions: numbers that are not finite, or far beyond all that is given, symbols of which none is
 * likeliest, values whose equations read from before the data begin, or ask what the data say of what is generated, in one note
 * each; a number in brackets that leads nowhere is an error. Must not know tables. Invariant: says nothing of what is not
 * predicted. */
#include "model/use/use.h"
#include <math.h>
#include <stdio.h>

/* far beyond all that was given: no one meant that as a forecast */
static const double FAR = 1e4;

typedef struct oddity {
    size_t bad, far, first_bad, first_far, n;
    double most;
} oddity;

static void look_at(oddity *o, double v, double bound, size_t row)
{
    o->n++;
    if (!isfinite(v)) {
        if (!o->bad++) o->first_bad = row;
    } else if (fabs(v) > bound) {
        if (!o->far++) o->first_far = row;
        if (fabs(v) > o->most) o->most = fabs(v);
    }
}

static int tell_oddity(const ur_job *j, const ur_notes *notes, int d, const oddity *o, const char *what, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    const char *name = j->m->graph->data[d].name;
    size_t row = o->bad ? o->first_bad : o->first_far, x = 0;
    char where[80];
    while (x + 1 < j->c.x->n && s->start[x + 1] <= row) x++;
    int rc = o->bad ? ur_bad_subscript(j->run, j->c.x, x, e) : 0;
    if (rc) return rc;
    double at = (double)(row - s->start[x]) + 1 + (j->run->root >= 0 ? (double)j->c.x->extent[j->run->root].before : 0);
    if (j->c.x->n + j->c.x->before > 1 || j->c.x->place)
        snprintf(where, sizeof where, "position %.0f of example %zu", at, ur_example_number(j->c.x, x));
    else snprintf(where, sizeof where, "position %.0f", at);
    if (o->bad)
        ur_note(notes,
                "%s: %zu of %zu %s are infinite or no number, first at %s: what the model reads of its own grows without bound",
                name, o->bad, o->n, what, where);
    else
        ur_note(
            notes,
            "%s: %zu of %zu %s are more than %.0f times as large as all that is given (up to %.3g), first at %s: what the model reads of its own grows",
            name, o->far, o->n, what, FAR, o->most, where);
    return 0;
}

/* symbols of which none is likeliest: their logits are not finite, as those of a largest value over no words */
static int tell_unknown(const ur_job *j, const ur_notes *notes, int d, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t n = 0, bad = 0, first = 0;
    for (size_t x = 0; x < j->c.x->n; x++)
        for (size_t r = s->start[x] + j->c.before; r < s->start[x + 1]; r++) {
            if (!ur_missing(s, r) || (s->skip && s->skip[r])) continue;
            n++;
            if (j->a[d].v[r] == UR_SYM_UNKNOWN && !bad++) first = x;
        }
    int rc = bad ? ur_bad_subscript(j->run, j->c.x, first, e) : 0;
    if (bad && !rc)
        ur_note(
            notes,
            "%s: of %zu of %zu no symbol is the likeliest, first in example %zu, for their logits are not finite: they are <unknown>",
            j->m->graph->data[d].name, bad, n, ur_example_number(j->c.x, first));
    return rc;
}

/* completions whose equations read data from before the first position: what stands there is no datum */
static void tell_early(const ur_job *j, const ur_notes *notes, int d)
{
    const ur_series *s = &j->c.x->series[d];
    const ur_datum *u = &j->m->graph->data[d];
    int64_t before = j->run->root >= 0 ? j->c.x->extent[j->run->root].before : 0;
    size_t early = 0;
    if (j->run->root < 0 || u->nidx != 1 || u->idx[0] != j->run->root) return;
    for (size_t x = 0; x < j->c.x->n; x++) {
        bool begun = false; /* a series of which nothing is given is made of nothing, and meant to be */
        for (size_t r = s->start[x]; r < s->start[x + 1] && !begun; r++) begun = !ur_missing(s, r);
        for (size_t r = s->start[x] + j->c.before; r < s->start[x + 1] && begun; r++)
            early += ur_missing(s, r) && !(s->skip && s->skip[r]) && (int64_t)(r - s->start[x]) + before < j->run->lag;
    }
    if (early)
        ur_note(
            notes,
            "%s: %zu of the values filled in %s among the first %d position%s, where equations read from before the data begin (there stands 0, or what the text says)",
            u->name, early, early == 1 ? "is" : "are", j->run->lag, j->run->lag == 1 ? "" : "s");
}

static int tell_numbers(const ur_job *j, const ur_notes *notes, int d, ur_err *e)
{
    int rc = 0;
    const ur_series *s = &j->c.x->series[d];
    size_t w = j->a[d].w;
    double largest = 0;
    oddity one = { 0 }, drawn = { 0 };
    for (size_t i = 0; i < s->nrow * w; i++)
        if (ur_series_has(s, i / w, i % w)) largest = fmax(largest, fabs(ur_own(j->m, d, i % w, s->num[i])));
    double bound = largest > 0 ? FAR * largest : INFINITY;
    for (size_t x = 0; x < j->c.x->n; x++)
        for (size_t i = (s->start[x] + j->c.before) * w; i < s->start[x + 1] * w; i++) {
            size_t row = i / w;
            if (!ur_missing(s, row) || ur_series_left(s, row, i % w)) continue;
            double v = j->a[d].v[i];
            if (j->a[d].mean && fabs(v) <= bound) v = j->a[d].mean[i];  /* either of them */
            if (!j->nsample || !isnan(v)) look_at(&one, v, bound, row); /* sample finds no likeliest one */
            for (size_t k = 0; j->a[d].sample && k < j->nsample; k++)
                look_at(&drawn, j->a[d].sample[i * j->nsample + k], bound, row);
        }
    if (one.bad || one.far) rc = tell_oddity(j, notes, d, &one, j->c.add > 0 ? "forecasts" : "completions", e);
    if (!rc && (drawn.bad || drawn.far)) rc = tell_oddity(j, notes, d, &drawn, "random values", e);
    return rc;
}

/* ---- given(y[t-1]), known(y[t-1]) of what is generated: nobody says it */
typedef struct unsaid {
    const ur_node *node, *by; /* what is asked of the data; the READ that asks it of another position, or NULL */
    int off;
    bool one; /* position: `off` from its own */
} unsaid;

/* how many positions, at least, node n looks back to a datum that it asks of the data by argument a; INT32_MIN: it asks none */
static int asks(const ur_graph *g, const ur_node *n, int a, unsaid *u)
{
    const ur_node *q = n->arg[a] < 0 ? NULL : &g->node[n->arg[a]];
    int lo = 0, hi = 0;
    if (!q || !ur_is_said(q) || q->j == UR_DATA_THERE) return INT32_MIN;
    bool moves = n->op == UR_READ && q->nidx == 1 && n->sub[0].kind == UR_SUB_REL;
    if (moves) ur_offsets(g, &n->sub[0], &lo, &hi);
    *u = (unsaid){ q, n->op == UR_READ ? n : NULL, lo, lo == hi && (moves || n->op != UR_READ) };
    return hi;
}

/* what asks it of datum d, within `rows` positions that are generated one after the other; given goes before known */
static int find_unsaid(const ur_graph *g, int d, int64_t rows, unsaid *out, ur_err *e)
{
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    ur_order_work w = { 0 };
    int rc = met ? ur_order_work_new(&w, g, e) : ur_nomem(e);
    for (int l = 0; l < g->nlike && !rc; l++)
        for (int k = 0; k < g->like[l].narg; k++) {
            int n = ur_postorder(g, g->like[l].arg[k], met, &w);
            for (int i = 0; i < n; i++) {
                const ur_node *node = &g->node[w.out[i]];
                for (int a = 0; a < node->narg; a++) {
                    unsaid u;
                    int hi = asks(g, node, a, &u);
                    if (hi > -rows && hi != INT32_MIN && u.node->i == d && (!out->node || u.node->j > out->node->j)) *out = u;
                }
            }
        }
    ur_order_work_free(&w);
    ur_free(met);
    return rc;
}

int ur_job_unsaid(const ur_job *j, ur_err *e)
{
    const ur_graph *g = j->m->graph;
    ur_notes notes = { j->o.note, j->o.note_arg };
    for (int d = 0; d < j->m->ndata; d++) {
        bool all = j->lanes == d || !j->raw->col[d].present;
        unsaid u = { 0 };
        char at[UR_MAX_NAME + 48], mend[UR_MAX_NAME + 96] = "";
        const char *name = g->data[d].name;
        if (!j->c.gap[d] || !g->data[d].nidx || !(all || j->c.add > 0)) continue;
        TRY(find_unsaid(g, d, all ? INT32_MAX : j->c.add, &u, e));
        if (!u.node) continue;
        bool given = u.node->j == UR_DATA_SAID;
        const char *index = g->index[g->data[d].idx[0]].name;
        if (!u.one) snprintf(at, sizeof at, "%s", name);
        else if (!u.off) snprintf(at, sizeof at, "%s[%s]", name, index);
        else snprintf(at, sizeof at, "%s[%s%+d]", name, index, u.off);
        if (given && u.by) snprintf(mend, sizeof mend, "; what the model draws is read as %s", at);
        ur_note(&notes, "%s(%s) is %s where %s is %s, for nobody says it there%s%s", given ? "given" : "known", at,
                given && u.node->sym ? "<unknown>" : "0", name, all ? "generated" : "forecast", mend,
                j->o.beam ? "; the column score is log p without it, and not what unroll score says of the same text" : "");
    }
    return 0;
}

int ur_job_odd(const ur_job *j, ur_err *e)
{
    ur_notes notes = { j->o.note, j->o.note_arg };
    int rc = 0;
    for (int d = 0; !rc && j->lanes < 0 && d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        tell_early(j, &notes, d);
        if (UR_IS_SYMBOL(j->m->graph->data[d].kind)) rc = tell_unknown(j, &notes, d, e);
        else rc = tell_numbers(j, &notes, d, e);
    }
    return rc;
}
