/* run.c: a graph with its engine and weights, and passes over examples: whole, in chunks with the state carried, or by windows.
 * Must not know optimisers or tables. Invariant: what a pass computes does not depend on threads. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- opening */
bool ur_drawn_whole(const ur_graph *g, int datum)
{
    bool whole = false;
    for (int l = 0; l < g->nlike; l++)
        whole = whole || (g->like[l].datum == datum && g->like[l].law && ur_law_undivided(g->like[l].law));
    return whole;
}

/* [ndata] SOME where a drawn datum has gaps or is hidden, PARTS where rows of it are given in part, or may be, as nobody knows
 * them yet; NULL: there is no memory */
static ur_given_mode *given_modes(const ur_graph *g, const ur_examples *x, bool hide)
{
    ur_given_mode *out = ur_alloc((size_t)(g->ndata + 1) * sizeof *out);
    for (int d = 0; out && d < g->ndata; d++) {
        out[d] = UR_GIVEN_ALL;
        if (!g->data[d].drawn) continue;
        const ur_series *s = x ? &x->series[d] : NULL;
        if (hide || (s && !s->start)) out[d] = UR_GIVEN_SOME;
        for (size_t r = 0; s && s->seen && r < s->nrow && out[d] == UR_GIVEN_ALL; r++)
            if (!s->seen[r]) out[d] = UR_GIVEN_SOME;
        bool several = !UR_IS_SYMBOL(g->data[d].kind) && ur_datum_width(&g->schema, &g->data[d]) > 1;
        if (several && !ur_drawn_whole(g, d) && (x ? s->part != NULL || s->out != NULL : hide)) out[d] = UR_GIVEN_PARTS;
    }
    return out;
}

static int build(ur_run *r, const ur_run_want *w, ur_err *e)
{
    unroll_model *m = r->m;
    int *size = ur_zalloc((size_t)(m->ndata + 1) * sizeof *size);
    ur_given_mode *given = given_modes(m->graph, w->of, w->hide);
    unsigned *never = ur_zalloc((size_t)(m->ndata + 1) * sizeof *never);
    bool *endless = ur_zalloc((size_t)(m->ndata + 1) * sizeof *endless);
    int rc = size && given && never && endless ? 0 : ur_nomem(e);
    for (int d = 0; !rc && d < m->ndata; d++) {
        size[d] = m->code && m->code[d].vocab ? ur_vocab_size(m->code[d].vocab) : 0;
        never[d] = ur_symbols_never(m, d);
        endless[d] = m->code && m->code[d].endless;
    }
    ur_build_options o = { .size = size,
                           .never = never,
                           .endless = endless,
                           .given = given,
                           .training = w->training,
                           .label_smoothing = w->label_smoothing,
                           .states = w->nquantity > 0,
                           .grad = w->grad };
    if (!rc) rc = ur_program_build(m->prog, &o, &r->g, e);
    ur_free(size);
    ur_free(never);
    ur_free(endless);
    ur_free(given);
    return rc;
}

static int keeping(ur_run *r, const ur_run_want *w, ur_id **keep, int *nkeep, ur_err *e)
{
    const ur_graph *g = r->g;
    ur_id *k = ur_alloc((size_t)(g->nlike * 8 + g->ndata + w->nkeep + w->nquantity + g->nscale + 2) * sizeof *k);
    if (!k) return ur_nomem(e);
    int n = 0;
    for (int i = 0; i < w->nkeep; i++) k[n++] = w->keep[i];
    if (w->step) k[n++] = g->like[r->like[w->step - 1]].arg[0];
    if (w->args) {
        for (int l = 0; l < g->nlike; l++)
            for (int a = 0; a < g->like[l].narg; a++) k[n++] = g->like[l].arg[a];
        for (int l = 0; l < g->nlike; l++)
            if (g->like[l].score >= 0) k[n++] = g->like[l].score;
        for (int d = 0; d < g->ndata; d++)
            if (r->fill[d] >= 0) k[n++] = r->fill[d];
    }
    for (int l = 0; w->rows && l < g->nlike; l++) k[n++] = g->like[l].nll;
    for (int l = 0; w->when && l < g->nlike; l++) {
        if (g->like[l].when >= 0) k[n++] = g->like[l].when;
        if (g->like[l].weight >= 0) k[n++] = g->like[l].weight;
    }
    for (int i = 0; w->scales && i < g->nscale; i++) k[n++] = g->scale[i];
    for (int q = 0; q < w->nquantity; q++) k[n++] = g->quant[w->quantity[q]].node;
    *keep = k;
    *nkeep = n;
    return 0;
}

static int latent(const unroll_model *m, const ur_graph *g, ur_err *e)
{
    if (!g->nlatent) return 0;
    return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                   "%s: the model has %d latent quantit%s: latent models are read and checked, but cannot be fitted or run yet",
                   m->name, g->nlatent, g->nlatent > 1 ? "ies" : "y");
}

int ur_processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 256 ? 256 : (int)n;
}

/* the graph without its ~ lines: nothing is computed for their sake */
static int bare(ur_run *r, ur_err *e)
{
    if (!(r->bare = ur_alloc(sizeof *r->bare))) return ur_nomem(e);
    ur_id zero = ur_num(r->g, 0);
    *r->bare = *r->g;
    r->bare->bare = true;
    r->bare->nlike = 0;
    r->bare->loss = zero;
    return 0;
}

int ur_run_open(ur_run **out, unroll_model *m, const ur_run_want *w, ur_err *e)
{
    TRY(latent(m, m->graph, e));
    ur_run *r = ur_zalloc(sizeof *r);
    if (!r) return ur_nomem(e);
    r->m = m;
    r->single = w->limits.single;
    ur_id *keep = NULL;
    int nkeep = 0, rc = build(r, w, e);
    if (!rc && w->grow) rc = w->grow(r->g, w->arg, e);
    if (!rc) {
        const ur_graph *g = r->g;
        r->fill = ur_alloc((size_t)(g->ndata + 1) * sizeof *r->fill);
        r->like = ur_alloc((size_t)(g->ndata + 1) * sizeof *r->like);
        r->like_sum = ur_zalloc((size_t)(ur_naddend(g) + 1) * sizeof(double));
        r->like_count = ur_zalloc((size_t)(ur_naddend(g) + 1) * sizeof(double));
        r->weight = ur_alloc_aligned((g->nweight + 16) * sizeof(double));
        if (r->weight) memset(r->weight, 0, (g->nweight + 16) * sizeof(double));
        if (!r->fill || !r->like || !r->like_sum || !r->like_count || !r->weight) rc = ur_nomem(e);
        for (int d = 0; !rc && d < g->ndata; d++) r->fill[d] = r->like[d] = -1;
        for (int l = 0; !rc && l < g->nlike; l++) r->like[g->like[l].datum] = l;
        for (ur_id k = 0; !rc && k < g->nnode; k++)
            if (g->node[k].op == UR_FILL && r->fill[g->node[k].i] < 0) r->fill[g->node[k].i] = k;
        r->root = ur_root_index(&g->schema);
        r->cut = ur_can_cut(w->grow ? r->g : m->graph, r->root) && !ur_draws_ahead(r->g, r->root);
        if (!rc && r->root >= 0) rc = ur_memory(m->graph, r->root, &r->memory, e);
        if (!rc && r->root >= 0) r->lag = ur_max_lag(m->graph, r->root);
    }
    if (!rc) rc = keeping(r, w, &keep, &nkeep, e);
    if (!rc && (w->step || w->bare)) rc = bare(r, e);
    if (!rc) {
        ur_plan_options po = { .limits = w->limits,
                               .keep = keep,
                               .nkeep = nkeep,
                               .window_index = w->window == UR_WINDOW_ROOT ? r->root : w->window,
                               .stepwise = w->step > 0 };
        po.limits.single &= !po.limits.naive;
        if (po.limits.threads < 1) po.limits.threads = ur_processors();
        r->single = po.limits.single;
        rc = ur_engine_new(&r->en, r->bare ? r->bare : r->g, &po, e);
    }
    ur_free(keep);
    if (rc) {
        ur_run_close(r);
        return rc;
    }
    if (m->weight && m->started) ur_run_weights(r, m->weight); /* else whoever opens it sets them */
    *out = r;
    return 0;
}

void ur_run_close(ur_run *r)
{
    if (!r) return;
    if (r->en) ur_engine_free(r->en);
    ur_free(r->bare);
    if (r->g) ur_graph_free(r->g);
    ur_free(r->fill);
    ur_free(r->like);
    ur_free(r->like_sum);
    ur_free(r->like_count);
    ur_free_aligned(r->weight);
    ur_free(r);
}

void ur_run_weights(ur_run *r, const double *w)
{
    size_t n = r->g->nweight;
    r->version++;
    if (r->single) {
        float *f = r->weight;
        for (size_t i = 0; i < n; i++) f[i] = (float)w[i];
    } else if (n) {
        memcpy(r->weight, w, n * sizeof *w);
    }
}

double ur_scales(const ur_run *r, const ur_step *s)
{
    double sum = 0;
    for (int l = 0; l < r->g->nlike; l++) sum += ur_in_own(r, s, l) - s->like_sum[l];
    return sum;
}

/* ---- messages */
/* a step s again, of one of its items: with the same draws, and what the fit says */
static ur_step once_more(const ur_step *s, const ur_batch *b, const ur_turn *who, const double *weight)
{
    ur_step one = *s;
    one.batch = b;
    one.weight = weight;
    one.own = who;
    one.grad = NULL;
    one.lead = NULL;
    one.version = 0;
    one.like_sum = one.like_count = NULL;
    one.bad_node = -1;
    return one;
}

/* A fast plan sees that a ~ line is not finite, not where that began. The oracle runs the example once more and tells. Not where
 * that would take more than seconds, and in vain where only single precision overflows. arguments: those of all ~ lines
 * are looked at where nothing is scored, too */
static void trace(const ur_run *r, const ur_step *s, const ur_item *it, bool arguments, ur_step *found)
{
    size_t n = r->g->nweight, last = it->to < 0 ? ur_length(s->x, r->root < 0 ? 0 : r->root, it->example) : (size_t)it->to;
    double *w = ur_alloc((n + 1) * sizeof *w);
    if (!w || (double)last * (double)(n + (size_t)r->g->nnode) > 5e7) {
        ur_free(w);
        return;
    }
    for (size_t i = 0; i < n; i++) w[i] = r->single ? (double)((const float *)r->weight)[i] : ((const double *)r->weight)[i];
    ur_plan_options po = { .limits.naive = true, .limits.threads = 1, .window_index = s->batch->window_index };
    ur_id keep[64];
    for (int l = 0; arguments && l < r->g->nlike; l++)
        for (int k = 0; k < r->g->like[l].narg && po.nkeep < 64; k++) keep[po.nkeep++] = r->g->like[l].arg[k];
    po.keep = keep;
    ur_item item = *it;
    ur_turn who = ur_turn_of(s, (size_t)(it - s->batch->item));
    ur_batch b = { .n = 1, .item = &item, .window_index = s->batch->window_index, .fresh = true };
    ur_engine *en = NULL;
    ur_err mine = { 0 };
    item.from = 0;
    *found = once_more(s, &b, &who, w);
    if (!ur_engine_new(&en, r->g, &po, &mine)) ur_engine_step(en, found, &mine);
    if (en) ur_engine_free(en);
    ur_free(w);
}

/* an index along which an example has no position (a largest value over none is -infinity), or NULL */
static const char *empty_index(const ur_graph *g, const ur_examples *x, size_t example)
{
    for (int i = 0; i < g->nindex; i++)
        if (!g->index[i].fixed && g->index[i].alias < 0 && g->index[i].parent < 0 && x->extent[i].len && example < x->n &&
            !x->extent[i].len[example])
            return g->index[i].name;
    return NULL;
}

int ur_not_finite(const ur_run *r, const ur_examples *x, const ur_place *at, const char *what, const char *doing, int pos,
                  size_t example, ur_err *e)
{
    const char *none = empty_index(r->g, x, example);
    return ur_fail(
        e, none ? UNROLL_ERROR_DATA : UNROLL_ERROR_NUMERIC,
        "%s:%d:%d: a number became infinite or NaN while %s: in the equation of %s, at position %lld of example %zu%s%s",
        at->file ? at->file : r->m->name, at->line, at->col, doing, what,
        (long long)pos + (r->root >= 0 && x->extent ? x->extent[r->root].before : 0), x->before + example + 1,
        none ? ", which is empty: there is nothing along " : "", none ? none : "");
}

/* the given value, not above 0, by which an argument of the ~ line is none that its distribution can have; "" */
static void tell_given(const ur_graph *g, const ur_like *l, const ur_examples *x, size_t example, char *out, size_t n)
{
    for (int k = 0; k < l->narg; k++) {
        int d = l->given[k];
        const ur_series *s = d < 0 || !x || example >= x->n ? NULL : &x->series[d];
        size_t w = s ? ur_datum_width(&g->schema, &g->data[d]) : 0;
        for (size_t i = w ? s->start[example] * w : 0; w && i < s->start[example + 1] * w; i++) {
            if (ur_series_get(s, i) > 0) continue;
            snprintf(out, n, "; %.60s is %.6g there, and the %s of %.60s, which is above 0, is made of it", g->data[d].name,
                     ur_series_get(s, i), ur_dist_arg_name(l->dist, k), g->data[l->datum].name);
            return;
        }
    }
}

/* the value that is no position of the index of which the ~ line draws one; "" */
static void tell_position(const ur_graph *g, const ur_like *l, const ur_examples *x, size_t example, char *out, size_t n)
{
    const ur_series *s = x && example < x->n ? &x->series[l->datum] : NULL;
    const ur_index *i = ur_like_pointer(l) ? &g->index[l->law->along] : NULL;
    if (!s || !i || i->parent >= 0) return;
    double len = i->fixed ? i->size : (double)ur_length(x, l->law->along, example);
    for (size_t k = s->start[example]; k < s->start[example + 1]; k++) {
        double v = s->num[k];
        if (!ur_series_scored(s, k) || (v >= 1 && v <= len)) continue;
        snprintf(out, n, "; %.60s is %g there, and %.60s has positions 1 to %g", g->data[l->datum].name, v, i->name, len);
        return;
    }
}

/* is `name` that of a quantity, or of its nodes at one position of a fixed index, "h[k=3]"? */
static bool is_of(const char *quantity, const char *name)
{
    size_t n = strlen(quantity);
    return !strncmp(quantity, name, n) && (!name[n] || name[n] == '[');
}

/* what the oracle found: a number in brackets that leads nowhere */
static int bad_subscript(const ur_run *r, const ur_examples *x, const ur_step *s, const ur_step *found, ur_err *e)
{
    const ur_node *n = &r->g->node[found->bad_node];
    const ur_place *at = &n->place;
    size_t example = x->before + s->batch->item[s->bad_item].example + 1;
    char where[64] = "";
    if (n->nidx)
        snprintf(where, sizeof where, "at position %lld of ",
                 (long long)found->bad_pos + x->extent[ur_index_resolve(&r->g->schema, n->idx[0])].before);
    return ur_fail(e, UNROLL_ERROR_DATA,
                   "%s:%d:%d: a subscript is %.10g %sexample %zu: %swhole numbers from %lld to %lld lead %s",
                   at->file ? at->file : r->m->name, at->line, at->col, found->bad_at, n->nidx ? where : "in ", example,
                   n->j ? "a recurrence reads itself there, and " : "", (long long)found->bad_first, (long long)found->bad_last,
                   n->j < 0 ? "back"
                   : n->j   ? "ahead"
                            : "somewhere");
}

int ur_bad_subscript(const ur_run *r, const ur_examples *x, size_t example, ur_err *e)
{
    ur_item item = { (uint32_t)example, 0, -1, INT32_MAX, INT32_MAX };
    ur_batch b = { .n = 1, .item = &item, .window_index = -1, .fresh = true };
    ur_step s = { .x = x, .batch = &b, .weight = r->weight, .draw = { .temperature = 1 } }, found = { .bad_node = -1 };
    trace(r, &s, &item, true, &found);
    if (found.bad_node < 0 || r->g->node[found.bad_node].op != UR_GATHER) return 0;
    return bad_subscript(r, x, &s, &found, e);
}

int ur_bad_number(const ur_run *r, const ur_examples *x, const ur_step *s, const char *doing, ur_err *e)
{
    const ur_graph *g = r->g;
    ur_place at = { 0 };
    const char *what = "the loss";
    ur_id bad = s->bad_node;
    ur_step found = { .bad_node = -1 };
    if (bad >= 0 && s->x && s->batch && s->bad_item >= 0 && (size_t)s->bad_item < s->batch->n)
        trace(r, s, &s->batch->item[s->bad_item], false, &found);
    if (found.bad_node >= 0 && g->node[found.bad_node].op == UR_GATHER) return bad_subscript(r, x, s, &found, e);
    bool known = false; /* a place that is an equation's, not a parameter's or a datum's */
    for (int q = 0; found.bad_node >= 0 && q < g->nquant; q++)
        known = known || (g->node[found.bad_node].place.name && is_of(g->quant[q].name, g->node[found.bad_node].place.name));
    if (known) bad = found.bad_node;
    if (bad >= 0 && bad < g->nnode) at = g->node[bad].place;
    for (int l = 0; l < ur_naddend(g); l++) {
        ur_addend one = ur_addend_of(g, l);
        if (one.value == bad || (at.line == 0 && l == 0)) at = *one.place, what = one.place->name;
    }
    if (bad >= 0 && at.name) what = at.name;
    size_t example = 0;
    int pos = s->bad_pos > 0 ? s->bad_pos : 1;
    if (s->batch && s->bad_item >= 0 && (size_t)s->bad_item < s->batch->n) {
        const ur_item *it = &s->batch->item[s->bad_item];
        example = it->example;
        if (s->batch->window_index >= 0) pos += it->from;
        if (known && found.bad_pos > 0) pos = found.bad_pos;
    }
    ur_err mine = { 0 };
    char given[256] = "";
    int rc = ur_not_finite(r, x, &at, what, doing, pos, example, &mine);
    for (int l = 0; l < g->nlike; l++)
        if (!strcmp(what, g->data[g->like[l].datum].name)) {
            tell_given(g, &g->like[l], x, example, given, sizeof given);
            tell_position(g, &g->like[l], x, example, given, sizeof given);
        }
    return ur_fail(e, rc, "%s%s", mine.text, given);
}

/* is node `a` (kept by en, which ran one item) finite? Else *row tells the first row that is not */
static bool finite_value(ur_engine *en, const ur_graph *g, ur_id a, size_t *row)
{
    size_t width = ur_node_width(g, &g->node[a]), n = ur_engine_value(en, a, 0, NULL, 0) * width;
    double *x = ur_alloc((n + 1) * sizeof *x);
    if (!x) return true;
    ur_engine_value(en, a, 0, x, n);
    bool fine = true;
    for (size_t k = 0; fine && k < n; k++) {
        fine = isfinite(x[k]);
        *row = k / width;
    }
    ur_free(x);
    return fine;
}

/* the first node, from the loss on, whose adjoint is not finite, and the equation that hands it on; −1: none was found */
static ur_id bad_adjoint(ur_engine *en, const ur_graph *g, size_t *row)
{
    for (int k = g->nadjoint - 1; k >= 0; k--) {
        ur_id v = g->order[k];
        size_t other;
        if (g->adjoint[v] < 0 || finite_value(en, g, g->adjoint[v], row)) continue;
        for (ur_id u = 0; u < g->nforward; u++)
            for (int a = 0; a < g->node[u].narg; a++)
                if (g->node[u].arg[a] == v && g->node[u].place.name && g->adjoint[u] >= 0 &&
                    finite_value(en, g, g->adjoint[u], &other))
                    return u;
        return v;
    }
    return -1;
}

int ur_bad_gradient(const ur_run *r, const ur_step *s, const char *doing, ur_err *e)
{
    enum { MOST = 50000000 }; /* numbers, about, that are looked at: a second */
    const ur_graph *g = r->g;
    const char *name = r->m->name, *what = "the gradient became infinite or NaN while";
    size_t n = g->nweight;
    double *w = ur_alloc((n + 1) * sizeof *w), work = 0;
    ur_id *keep = ur_alloc(((size_t)g->nadjoint + 1) * sizeof *keep), bad = -1;
    ur_engine *en = NULL;
    ur_err mine = { 0 };
    int nkeep = 0;
    for (int k = 0; keep && k < g->nadjoint; k++)
        if (g->adjoint[g->order[k]] >= 0) keep[nkeep++] = g->adjoint[g->order[k]];
    for (size_t i = 0; w && i < n; i++) w[i] = r->single ? (double)((const float *)r->weight)[i] : ((const double *)r->weight)[i];
    ur_plan_options po = {
        .limits.threads = 1, .limits.recompute = -1, .window_index = s->batch->window_index, .keep = keep, .nkeep = nkeep
    };
    if (w && keep && !ur_engine_new(&en, g, &po, &mine))
        for (size_t k = 0; bad < 0 && k < s->batch->n; k++) {
            ur_item item = s->batch->item[k];
            size_t last = item.to < 0 ? ur_length(s->x, r->root < 0 ? 0 : r->root, item.example) : (size_t)item.to, row = 0;
            work += (double)(last + 1) * (double)(n + (size_t)g->nnode);
            if (work > MOST) break;
            ur_batch b = { .n = 1, .item = &item, .window_index = s->batch->window_index, .fresh = true };
            ur_turn who = ur_turn_of(s, k);
            ur_step one = once_more(s, &b, &who, w);
            if (ur_engine_step(en, &one, &mine)) break;
            bad = bad_adjoint(en, g, &row);
            if (bad < 0 || !g->node[bad].place.name) continue;
            const ur_place *at = &g->node[bad].place;
            char where[64] = "";
            if (g->node[bad].nidx == 1)
                snprintf(where, sizeof where, " position %zu of",
                         row + 1 + (s->batch->window_index >= 0 ? (size_t)item.from : 0) +
                             (r->root >= 0 ? (size_t)s->x->extent[r->root].before : 0));
            ur_fail(
                e, UNROLL_ERROR_NUMERIC,
                "%s:%d:%d: %s %s, though the loss is finite: in the equation of %s, at%s example %zu: the slope there is not finite; where(…) can keep away from it",
                at->file ? at->file : name, at->line, at->col, what, doing, at->name, where,
                ur_example_number(s->x, item.example));
        }
    if (en) ur_engine_free(en);
    ur_free(w);
    ur_free(keep);
    return ur_fail(e, UNROLL_ERROR_NUMERIC, "%s: %s %s, though the loss is finite; %sa smaller rate or --clip may mend it", name,
                   what, doing, r->single ? "--precision double, " : "");
}

/* ---- values */
int ur_run_example(ur_run *r, const ur_examples *x, size_t example, uint64_t seed, ur_err *e)
{
    ur_item item = { (uint32_t)example, 0, -1, INT32_MAX, 0 };
    ur_batch b = { .n = 1, .item = &item, .window_index = -1, .fresh = true };
    ur_step s = { .x = x,
                  .batch = &b,
                  .weight = r->weight,
                  .seed = seed,
                  .draw = { .temperature = 1 },
                  .like_sum = r->like_sum,
                  .like_count = r->like_count,
                  .bad_node = -1 };
    ur_err mine = { 0 };
    int rc = ur_engine_step(r->en, &s, &mine);
    return rc && rc != UNROLL_ERROR_NUMERIC ? ur_fail(e, rc, "%s", mine.text) : 0;
}

int ur_values_get(ur_run *r, ur_id id, size_t item, ur_values *v, ur_err *e)
{
    size_t width = ur_node_width(r->g, &r->g->node[id]);
    size_t n = ur_engine_value(r->en, id, item, NULL, 0);
    double *p = ur_realloc(v->v, (n * width + 1) * sizeof *p);
    if (!p) return ur_nomem(e);
    v->v = p;
    v->npos = ur_engine_value(r->en, id, item, p, n * width);
    v->width = width;
    v->id = id;
    return 0;
}

/* ---- passes */
static int one_step(ur_pass *p, const ur_batch *b, ur_err *e)
{
    ur_run *r = p->run;
    double sum[64], count[64], *ls = sum, *lc = count;
    int nl = ur_naddend(r->g);
    if (nl > 64 && !(ls = ur_zalloc((size_t)nl * 2 * sizeof *ls))) return ur_nomem(e);
    if (nl > 64) lc = ls + nl;
    ur_step s = { .x = p->x,
                  .batch = b,
                  .weight = r->weight,
                  .version = r->version,
                  .seed = p->seed,
                  .step = p->step,
                  .turn = p->turn,
                  .draw = p->draw,
                  .like_sum = ls,
                  .like_count = lc,
                  .bad_node = -1 };
    ur_err mine = { 0 };
    int rc = ur_engine_step(r->en, &s, &mine);
    if (rc == UNROLL_ERROR_NUMERIC) rc = ur_bad_number(r, p->x, &s, "evaluating the model", e);
    else if (rc) ur_fail(e, rc, "%s", mine.text);
    for (int l = 0; !rc && l < nl; l++) {
        bool line = l < r->g->nlike;
        double own = line ? ur_in_own(r, &s, l) : ls[l];
        r->like_sum[l] += own;
        r->like_count[l] += lc[l];
        if (ur_is_judged(r->g, l)) p->loss += own;
        if (line) p->count += lc[l];
    }
    if (!r->g->nlike) p->count = ur_units(r->g, r->like_count);
    if (ls != sum) ur_free(ls);
    if (!rc && p->after) rc = p->after(p, b, e);
    return rc;
}

static void clear(ur_pass *p)
{
    p->loss = p->count = 0;
    for (int l = 0; l < ur_naddend(p->run->g); l++) p->run->like_sum[l] = p->run->like_count[l] = 0;
}

static int told(ur_pass *p, double done, ur_err *e)
{
    if (p->progress && p->progress(done, p->progress_arg)) return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    return 0;
}

enum { LONG = 2048, CHUNK = 512 };

/* how far the run that goes before the windows has come */
typedef struct front {
    uint32_t example;
    int32_t at;
    bool begun;
} front;

/* the state before position `to` of an example, which that run goes on to */
static int state_before(ur_pass *p, front *f, uint32_t example, int32_t to, void *state, ur_err *e)
{
    ur_pass fore = { .run = p->fore, .x = p->x, .seed = p->seed, .turn = p->turn, .draw = { .temperature = 1 } };
    if (!f->begun || f->example != example || f->at > to) *f = (front){ .example = example };
    if (!f->begun)
        TRY(ur_run_up_measured(
            &(ur_pass){ .run = p->fore, .x = p->x, .seed = p->seed, .turn = p->turn, .draw = fore.draw, .notes = p->notes },
            example, to, &f->at, e));
    while (f->at < to) {
        ur_item it = { example, f->at, f->at + CHUNK < to ? f->at + CHUNK : to, INT32_MAX, INT32_MAX };
        ur_batch b = { .n = 1, .item = &it, .window_index = fore.run->root, .fresh = !f->begun };
        TRY(one_step(&fore, &b, e));
        f->begun = true;
        f->at = it.to;
    }
    ur_engine_state_get(p->fore->en, 1, state);
    return 0;
}

int ur_pass_items(ur_pass *p, const ur_item *item, size_t n, ur_err *e)
{
    size_t batch = p->batch > 0 ? (size_t)p->batch : 64, width = p->fore ? ur_engine_state_size(p->run->en, 1) : 0;
    front f = { 0 };
    char *state = ur_alloc(batch * width + 1);
    int rc = state ? 0 : ur_nomem(e);
    clear(p);
    for (size_t k = 0, m; !rc && k < n; k += m) {
        bool fresh = !p->fore || !item[k].from;
        for (m = 0; m < batch && k + m < n && fresh == (!p->fore || !item[k + m].from); m++)
            if (!fresh && !rc) rc = state_before(p, &f, item[k + m].example, item[k + m].from, state + m * width, e);
        if (!rc && !fresh) rc = ur_engine_state_set(p->run->en, m, state, e);
        ur_batch b = { .n = m, .item = item + k, .window_index = p->run->root, .fresh = fresh };
        if (!rc) rc = one_step(p, &b, e);
        if (!rc) rc = told(p, (double)(k + m) / (double)n, e);
    }
    ur_free(state);
    return rc;
}

/* long sequences, one after the other, in chunks */
static int in_chunks(ur_pass *p, size_t example, ur_err *e)
{
    int len = (int)ur_length(p->x, p->run->root, example), chunk = p->chunk > 0 ? p->chunk : CHUNK, first = p->from;
    size_t n = ur_engine_state_size(p->run->en, 1);
    if (p->given && p->state) {
        TRY(ur_engine_state_set(p->run->en, 1, p->state, e));
        first = -1;
    } else if (p->wanted > 0) {
        first = ur_run_up(p->run, p->x, example, p->wanted);
        if (!first) TRY(ur_run_up_measured(p, example, p->wanted, &first, e));
    }
    for (int at = first < 0 ? p->given : first, to; at < len || at == first; at = to) {
        to = at + chunk < len ? at + chunk : len;
        if (at < p->given && to > p->given) to = p->given;
        if (p->given && at == p->given && !p->state) {
            if (!(p->state = ur_zalloc(n + 1))) return ur_nomem(e);
            ur_engine_state_get(p->run->en, 1, p->state);
        }
        ur_item it = { (uint32_t)example, at, to, INT32_MAX, (int32_t)p->score_from };
        ur_batch b = { .n = 1, .item = &it, .window_index = p->run->root, .fresh = at == first };
        TRY(one_step(p, &b, e));
        TRY(told(p, ((double)example + (len ? (double)it.to / len : 1)) / (double)p->x->n, e));
    }
    return 0;
}

int ur_pass_all(ur_pass *p, ur_err *e)
{
    size_t batch = p->batch > 0 ? (size_t)p->batch : 64, n = p->x->n;
    clear(p);
    ur_item *item = ur_zalloc((batch + 1) * sizeof *item);
    if (!item) return ur_nomem(e);
    int rc = 0;
    for (size_t k = 0; !rc && k < n;) {
        if (p->run->cut && (p->given || ur_length(p->x, p->run->root, k) > LONG)) {
            rc = in_chunks(p, k++, e);
            continue;
        }
        size_t b = 0;
        bool history = p->score_from > 0 && p->run->root >= 0;
        while (b < batch && k + b < n && !(p->run->cut && ur_length(p->x, p->run->root, k + b) > LONG)) {
            int32_t to = history ? (int32_t)ur_length(p->x, p->run->root, k + b) : -1;
            item[b] = (ur_item){ (uint32_t)(k + b), 0, to, INT32_MAX, (int32_t)p->score_from };
            b++;
        }
        ur_batch bt = { .n = b, .item = item, .window_index = history ? p->run->root : -1, .fresh = true };
        rc = one_step(p, &bt, e);
        k += b;
        if (!rc) rc = told(p, (double)k / (double)n, e);
    }
    ur_free(item);
    return rc;
}
