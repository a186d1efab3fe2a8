/* ends.c: rows that read numbers before the first row, or after the last, where 0 stands for what is not there. Exact least
 * squares leave them out; every other fit learns from them, which is said where 0 is far from all that is read there elsewhere.
 * Must not know methods. Invariant: nothing is said of states that begin at 0 (what a recurrence carries, what parameters make of
 * data), of boundaries that the text has, nor of what the text asks for at some positions alone. */
#include "model/fit/fit.h"
#include <math.h>
#include <string.h>

enum { OF_DATA = 1, OF_OTHERS = 2 };

typedef struct level { /* a quantity that is made of data alone, and read beyond the ends */
    ur_id of;
    size_t width;
    struct level_part {
        double n, mean, sq, low, high; /* sq: sum of squares from the mean */
    } * part;
    bool far; /* of 0 */
} level;

typedef struct look {
    const ur_graph *g;
    ur_fit *f;
    ur_spans_work spans;
    uint8_t *made; /* [nnode] of data, of what is no number of the data */
    bool *ends;    /* [nnode] READs of what is far from 0 */
    bool *met;
    ur_id *stack;
    level *level;
    int nlevel;
    ur_values v;
} look;

/* ---- which READs */
static void find_made(look *k)
{
    const ur_graph *g = k->g;
    for (bool again = true; again;) {
        again = false;
        for (ur_id v = 0; v < g->nnode; v++) {
            const ur_node *n = &g->node[v];
            bool others = (n->op == UR_PARAM && g->param[n->i].trained) || n->op == UR_DRAW || n->op == UR_RAND ||
                          n->op == UR_RUN || n->sym || k->spans.closes[v];
            uint8_t now = (uint8_t)((n->op == UR_DATA && !ur_is_said(n) ? OF_DATA : 0) | (others ? OF_OTHERS : 0));
            for (int a = 0; a < ur_noperand(g, n); a++)
                if (ur_operand(n, a) >= 0) now |= k->made[ur_operand(n, a)];
            again = again || now != k->made[v];
            k->made[v] = now;
        }
    }
}

/* is v 0 at some positions, whatever the data are? */
static bool switches(const look *k, ur_id v)
{
    const ur_node *n = &k->g->node[ur_same_value(k->g, v)];
    switch (n->op) {
    case UR_LT:
    case UR_LE:
    case UR_GT:
    case UR_GE:
    case UR_EQ:
    case UR_NE:
    case UR_AND:
    case UR_OR: return !(k->made[v] & OF_DATA);
    case UR_MUL: return switches(k, n->arg[0]) || switches(k, n->arg[1]);
    default: return false;
    }
}

/* is it chosen by what is known of positions? */
static bool chosen(const look *k, const ur_node *n)
{
    ur_id by = n->op == UR_WHERE ? n->arg[0] : ur_op_is(n->op, UR_REDUCES) && n->narg > 1 ? n->arg[1] : -1;
    if (n->op == UR_MUL) return switches(k, n->arg[0]) || switches(k, n->arg[1]);
    return by >= 0 && k->g->node[ur_same_value(k->g, by)].op != UR_COUNTS && !(k->made[by] & OF_DATA);
}

static bool beyond(const ur_graph *g, const ur_node *n)
{
    const ur_node *q = n->op == UR_READ ? &g->node[n->arg[0]] : NULL;
    int lo, hi;
    if (!q || q->nidx != 1 || n->sub[0].kind != UR_SUB_REL || n->sub[0].index != q->idx[0]) return false;
    ur_offsets(g, &n->sub[0], &lo, &hi);
    return (lo < 0 && n->sub[0].before < 0) || (hi > 0 && n->sub[0].after < 0);
}

static int add_level(look *k, ur_id of, ur_err *e)
{
    level *l = &k->level[k->nlevel];
    for (int i = 0; i < k->nlevel; i++)
        if (k->level[i].of == of) return 0;
    *l = (level){ .of = of, .width = ur_node_width(k->g, &k->g->node[of]) };
    k->nlevel++;
    return (l->part = ur_zalloc((l->width + 1) * sizeof *l->part)) ? 0 : ur_nomem(e);
}

/* what term v reads of data beyond the ends, and nothing chooses */
static int find_reads(look *k, ur_id v, ur_err *e)
{
    int n = 0;
    if (v >= 0 && !k->met[v]) k->stack[n++] = v;
    if (v >= 0) k->met[v] = true;
    while (n) {
        v = k->stack[--n];
        const ur_node *at = &k->g->node[v];
        if (k->spans.closes[v] || chosen(k, at)) continue;
        if (beyond(k->g, at) && k->made[at->arg[0]] == OF_DATA) {
            k->ends[v] = true;
            TRY(add_level(k, at->arg[0], e));
        }
        for (int a = 0; a < at->narg; a++) {
            if (at->arg[a] < 0 || k->met[at->arg[a]]) continue;
            k->met[at->arg[a]] = true;
            k->stack[n++] = at->arg[a];
        }
    }
    return 0;
}

/* ---- what they read */
static void add(struct level_part *p, double v)
{
    double off = v - p->mean;
    if (isnan(v)) return;
    p->low = p->n > 0 ? fmin(p->low, v) : v;
    p->high = p->n > 0 ? fmax(p->high, v) : v;
    p->n++;
    p->mean += off / p->n;
    p->sq += off * (v - p->mean);
}

static int look_at(ur_pass *p, const ur_batch *b, ur_err *e)
{
    look *k = p->arg;
    for (int i = 0; i < k->nlevel; i++)
        for (size_t it = 0; it < b->n; it++) {
            TRY(ur_values_get(p->run, k->level[i].of, it, &k->v, e));
            for (size_t j = 0; j < k->v.npos * k->v.width; j++) add(&k->level[i].part[j % k->v.width], k->v.v[j]);
        }
    return 0;
}

/* 0 is beyond all values, and more than two deviations from their mean */
static bool is_far(const level *l)
{
    for (size_t c = 0; c < l->width; c++) {
        const struct level_part *p = &l->part[c];
        if (p->n > 0 && (p->low > 0 || p->high < 0) && p->mean * p->mean * p->n > 4 * p->sq) return true;
    }
    return false;
}

static int measure(look *k, ur_err *e)
{
    ur_run *run = NULL;
    ur_examples y = { 0 };
    ur_id *keep = ur_alloc((size_t)k->nlevel * sizeof *keep);
    double *w = ur_zalloc((k->g->nweight + 1) * sizeof *w); /* none of them counts */
    ur_run_want want = { .keep = keep, .bare = true, .window = UR_WINDOW_ROOT, .limits.threads = 1 };
    for (int i = 0; keep && i < k->nlevel; i++) keep[want.nkeep++] = k->level[i].of;
    int rc = keep && w ? ur_holes_open(&y, k->f->m, k->f->x, e) : ur_nomem(e);
    if (!rc) rc = ur_run_open(&run, k->f->m, &want, e);
    if (!rc) ur_run_weights(run, w);
    ur_pass p = { .run = run, .x = &y, .after = look_at, .arg = k, .draw = { .temperature = 1 } };
    if (!rc) rc = ur_pass_all(&p, e);
    ur_run_close(run);
    ur_holes_close(&y, k->f->m, k->f->x);
    ur_free(keep);
    ur_free(w);
    for (int i = 0; i < k->nlevel; i++) k->level[i].far = is_far(&k->level[i]);
    for (ur_id v = 0; v < k->g->nnode; v++)
        for (int i = 0; i < k->nlevel && k->ends[v]; i++)
            if (k->level[i].of == k->g->node[v].arg[0]) k->ends[v] = k->level[i].far;
    return rc;
}

/* ---- what is said */
static const char *name_of(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[ur_aliased(g, v)];
    if (n->op == UR_DATA) return g->data[n->i].name;
    for (int q = 0; q < g->nquant; q++)
        if (g->quant[q].node == v || ur_aliased(g, g->quant[q].node) == ur_aliased(g, v)) return g->quant[q].name;
    return g->node[v].place.name ? g->node[v].place.name : "a quantity";
}

typedef struct term { /* a ~ line, or a loss of the text */
    const ur_id *reads;
    int nread, index, ahead;
    const ur_series *rows;
    const char *name;
    const ur_place *place;
    bool line;
} term;

static term term_of(const look *k, int i)
{
    const ur_graph *g = k->g;
    if (i < g->nlike) {
        const ur_like *l = &g->like[i];
        const ur_datum *u = &g->data[l->datum];
        int index = u->nidx == 1 ? ur_index_resolve(&g->schema, u->idx[0]) : -1;
        return (term){ ur_like_reads(l), l->narg, index, l->ahead, &k->f->x->series[l->datum], u->name, &l->place, true };
    }
    const ur_goal *o = &g->goal[i - g->nlike];
    const ur_node *n = &g->node[o->value];
    return (term){
        &o->value, 1,    n->nidx == 1 ? ur_index_resolve(&g->schema, n->idx[0]) : -1, 0, &k->f->x->goal[i - g->nlike], o->name,
        &o->place, false
    };
}

/* "y, x": of which a term reads such; *some: the first */
static void names(look *k, const term *t, ur_buf *b, const char **some)
{
    const ur_graph *g = k->g;
    int n = 0;
    for (int a = 0; a < t->nread; a++) n += ur_reach(g, t->reads[a], k->met, k->stack + n);
    for (int i = 0; i < n; i++) k->met[k->stack[i]] = false;
    for (int l = 0; l < k->nlevel; l++) {
        bool here = false;
        for (int i = 0; i < n && !here; i++) here = k->ends[k->stack[i]] && g->node[k->stack[i]].arg[0] == k->level[l].of;
        if (here) ur_buf_printf(b, "%s%s", *some ? ", " : "", name_of(g, k->level[l].of));
        if (here && !*some) *some = name_of(g, k->level[l].of);
    }
}

static int say(look *k, const term *t, const ur_spans *s, ur_err *e)
{
    size_t first = (size_t)s->first, last = (size_t)s->last, lag = (size_t)(s->first - t->ahead), early = 0, late = 0, all = 0;
    bool counts = false; /* of a line that draws ahead: one whose origins all do so */
    for (size_t x = 0; t->rows->start && x < k->f->x->n; x++)
        for (size_t i = t->rows->start[x] + k->f->tbefore, end = t->rows->start[x + 1]; i < end; i++) {
            if (!ur_series_scored(t->rows, i) || !(ur_series_weight(t->rows, i) > 0)) continue;
            bool before = i < t->rows->start[x] + first;
            all++;
            early += before;
            counts = counts || !t->ahead || i <= t->rows->start[x] + lag;
            late += i + last >= end && !before;
        }
    if (!counts) early = 0;
    if (!(early + late)) return 0;
    const char *index = k->g->index[t->index].name, *some = NULL;
    ur_buf b = { 0 };
    ur_buf_printf(&b, "%s:%d:%d: %zu of the %zu %s of %s %s ", t->place->file ? t->place->file : k->f->m->name, t->place->line,
                  t->place->col, early + late, all, t->line ? "values" : "positions", t->name,
                  early + late == 1 ? "reads" : "read");
    names(k, t, &b, &some);
    ur_buf_printf(&b, " %s%s%s, where 0 stands, far from all that is there: ", early ? "before the first row" : "",
                  early && late ? " and " : "", late ? "after the last row" : "");
    if (t->line) ur_buf_printf(&b, "`%s", t->ahead ? "weight = " : "if ");
    if (t->line && early) ur_buf_printf(&b, "%s > %zu", index, lag);
    if (t->line && late) ur_buf_printf(&b, "%s%s <= length(%s) - %zu", early ? " and " : "", index, index, last);
    if (t->line) ur_buf_printf(&b, "` leaves %s out of the fit, ", early + late == 1 ? "it" : "them");
    ur_buf_printf(&b, "`%s[%s] = …` says what is read", some ? some : t->name, early ? "0" : "end+1");
    int rc = b.bad ? ur_nomem(e) : 0;
    if (!rc) ur_fit_note(k->f, "%s", b.s);
    ur_buf_free(&b);
    return rc;
}

static int look_for(look *k, ur_err *e)
{
    ur_spans s = { 0 };
    int rc = 0, n = k->g->nlike + k->f->x->ngoal;
    find_made(k);
    for (int i = 0; i < n && !rc; i++) {
        term t = term_of(k, i);
        for (int a = 0; a < t.nread && t.index >= 0 && !rc; a++) rc = find_reads(k, t.reads[a], e);
    }
    memset(k->met, 0, (size_t)k->g->nnode);
    if (!rc && k->nlevel) rc = measure(k, e);
    k->spans.ends = k->ends;
    for (int i = 0; i < n && k->nlevel && !rc; i++) {
        term t = term_of(k, i);
        if (t.index < 0) continue;
        rc = ur_spans_of(&k->spans, t.reads, t.nread, t.index, &s, e);
        if (!rc && (s.first > t.ahead || s.last)) rc = say(k, &t, &s, e);
    }
    ur_free(s.span);
    return rc;
}

int ur_look_at_ends(ur_fit *f, ur_err *e)
{
    const ur_graph *g = f->m->graph;
    size_t n = (size_t)g->nnode + 1;
    look k = { .g = g,
               .f = f,
               .made = ur_zalloc(n),
               .ends = ur_zalloc(n),
               .met = ur_zalloc(n),
               .stack = ur_alloc(n * sizeof *k.stack),
               .level = ur_zalloc(n * sizeof *k.level) };
    int rc = k.made && k.ends && k.met && k.stack && k.level ? ur_spans_open(&k.spans, g, e) : ur_nomem(e);
    if (!rc) rc = look_for(&k, e);
    if (k.spans.g) ur_spans_close(&k.spans);
    for (int i = 0; i < k.nlevel; i++) ur_free(k.level[i].part);
    void *own[] = { k.made, k.ends, k.met, k.stack, k.level, k.v.v };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) ur_free(own[i]);
    return rc;
}
