/* outline.c: a model in words: its data, quantities with index sets and shapes, parameters with counts, how it would be fitted
 * and why, and the plan. Must not run anything. Invariant: the words depend on the model and the vocabularies alone. */
#include "model/fit/fit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct teller {
    int (*line)(const char *, void *);
    void *arg;
    ur_buf b;
    int stop;
} teller;

static void say(teller *t)
{
    int rc = t->stop || t->b.bad ? t->stop : ur_say(t->b.s ? t->b.s : "", t->line, t->arg);
    t->b.bad = t->b.bad || rc < 0;
    t->stop = rc > 0;
    t->b.n = 0;
    if (t->b.s) t->b.s[0] = 0;
}

static void head(teller *t, const char *text)
{
    say(t);
    ur_buf_printf(&t->b, "%s", text);
    say(t);
}

static const char *kind_name(ur_data_kind k)
{
    static const char *const names[] = { "real", "symbol", "chars", "words", "bytes", "count", "raw", "time", "pieces" };
    return names[k];
}

static void size_text(char *out, size_t n, int rows, int cols)
{
    if (rows == 1 && cols == 1) snprintf(out, n, "scalar");
    else if (cols == 1) snprintf(out, n, "%d", rows);
    else snprintf(out, n, "%d × %d", rows, cols);
}

static void index_list(teller *t, const ur_graph *g, int n, const int *idx, int nf, const int *fix, int width)
{
    char s[160] = "";
    if (n + nf) {
        snprintf(s, sizeof s, "[");
        for (int i = 0; i < n + nf; i++)
            snprintf(s + strlen(s), sizeof s - strlen(s), "%s%.30s", i ? "," : "", g->index[i < n ? idx[i] : fix[i - n]].name);
        snprintf(s + strlen(s), sizeof s - strlen(s), "]");
    }
    ur_buf_printf(&t->b, "%-*s", width, s);
}

static void pad_name(teller *t, const char *name) { ur_buf_printf(&t->b, "  %-18s ", name); }

static void tell_data(teller *t, const unroll_model *m)
{
    const ur_graph *g = m->graph;
    ur_buf_printf(&t->b, "data");
    say(t);
    for (int d = 0; d < g->ndata; d++) {
        const ur_datum *u = &g->data[d];
        pad_name(t, u->name);
        index_list(t, g, u->nidx, u->idx, u->nfix, u->fix, 10);
        ur_buf_printf(&t->b, "%-8s", kind_name(u->kind));
        if (UR_IS_SYMBOL(u->kind)) {
            if (u->closed) ur_buf_printf(&t->b, " %d symbols, closed", u->size);
            else if (m->code && m->code[d].vocab) ur_buf_printf(&t->b, " %d symbols", ur_vocab_size(m->code[d].vocab));
            else ur_buf_printf(&t->b, " vocabulary not known yet (%d symbols assumed)", u->size);
            if (u->shares) ur_buf_printf(&t->b, ", those of %s", g->data[u->shares - 1].name);
        } else if (u->size > 1) {
            ur_buf_printf(&t->b, " %d", u->size);
        }
        ur_buf_printf(&t->b, "%s", u->drawn ? ", drawn" : ", given");
        for (int l = 0; l < g->nlike; l++)
            if (g->like[l].datum == d) {
                if (g->like[l].when_text) ur_buf_printf(&t->b, " if %s", g->like[l].when_text);
                if (g->like[l].ahead) ur_buf_printf(&t->b, " up to %d ahead", g->like[l].ahead);
                else if (g->like[l].weight >= 0) ur_buf_printf(&t->b, ", weight %s", g->like[l].weight_text);
            }
        say(t);
    }
    bool any = false;
    for (int i = 0; i < g->nindex; i++) any = any || g->index[i].fixed || g->index[i].parent >= 0 || g->index[i].alias >= 0;
    if (!any) return;
    head(t, "indices");
    for (int i = 0; i < g->nindex; i++) {
        const ur_index *x = &g->index[i];
        pad_name(t, x->name);
        if (x->fixed) ur_buf_printf(&t->b, "1..%d", x->size);
        else if (x->alias >= 0) ur_buf_printf(&t->b, "the positions of %s", g->index[x->alias].name);
        else if (x->parent >= 0) ur_buf_printf(&t->b, "length from the data, at each %s", g->index[x->parent].name);
        else ur_buf_printf(&t->b, "length from the data");
        say(t);
    }
}

static void tell_quantities(teller *t, const ur_graph *g)
{
    if (!g->nquant) return;
    head(t, "quantities");
    for (int q = 0; q < g->nquant; q++) {
        const ur_node *n = &g->node[g->quant[q].node];
        int idx[UR_MAX_RAGGED], fix[UR_MAX_FIXED];
        char size[64];
        for (int i = 0; i < n->nidx; i++) idx[i] = n->idx[i];
        for (int i = 0; i < n->nfix; i++) fix[i] = n->fix[i];
        size_text(size, sizeof size, n->rows, n->cols);
        pad_name(t, g->quant[q].name);
        index_list(t, g, n->nidx, idx, n->nfix, fix, 10);
        if (g->quant[q].guess) ur_buf_printf(&t->b, "%-16s %s", size, g->quant[q].guess);
        else ur_buf_printf(&t->b, "%s", size);
        say(t);
    }
}

/* the losses that the text adds, and what each alone moves */
static void tell_goals(teller *t, const ur_graph *g)
{
    if (!g->ngoal) return;
    head(t, "losses");
    for (int k = 0; k < g->ngoal; k++) {
        const ur_node *n = &g->node[g->goal[k].value];
        int idx[UR_MAX_RAGGED], moved = 0;
        for (int i = 0; i < n->nidx; i++) idx[i] = n->idx[i];
        pad_name(t, g->goal[k].name);
        index_list(t, g, n->nidx, idx, 0, NULL, 10);
        for (int p = 0; g->goal[k].moves && p < g->nparam; p++)
            if (g->goal[k].moves[p]) ur_buf_printf(&t->b, "%s%s", moved++ ? ", " : "moves ", g->param[p].name);
        if (!g->goal[k].moves) ur_buf_printf(&t->b, "%s", g->nlike ? "beside the ~ lines" : "moves all");
        say(t);
    }
}

/* the networks of the text: their parameters are below */
static void tell_networks(teller *t, const ur_graph *g)
{
    if (!g->nnetwork) return;
    head(t, "networks");
    for (int k = 0; k < g->nnetwork; k++) {
        pad_name(t, g->network[k].name);
        ur_buf_printf(&t->b, "%s, %d use%s", g->network[k].text, g->network[k].nuse, g->network[k].nuse == 1 ? "" : "s");
        say(t);
    }
}

static void tell_priors(teller *t, const ur_graph *g)
{
    if (!g->nprior) return;
    head(t, "priors");
    for (int k = 0; k < g->nprior; k++) {
        const ur_param *p = &g->param[g->prior[k].param];
        pad_name(t, p->name);
        index_list(t, g, 0, NULL, p->nfix, p->fix, 10);
        ur_buf_printf(&t->b, "%s%s", g->prior[k].text, p->scale ? " of what it is as a scale" : "");
        say(t);
    }
}

static void tell_parameters(teller *t, const ur_graph *g)
{
    size_t trained = 0, fixed = 0;
    head(t, "parameters");
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        char size[64];
        size_text(size, sizeof size, p->rows, p->cols);
        pad_name(t, p->name);
        index_list(t, g, 0, NULL, p->nfix, p->fix, 10);
        ur_buf_printf(&t->b, "%-16s %10zu%s%s%s", size, p->count, p->trained ? "" : "  fixed", p->guess ? "  " : "",
                      p->guess ? p->guess : "");
        say(t);
        *(p->trained ? &trained : &fixed) += p->count;
    }
    ur_buf_printf(&t->b, "  %-18s %-26s %10zu", "trained", "", trained);
    say(t);
    if (fixed) {
        ur_buf_printf(&t->b, "  %-18s %-26s %10zu", "fixed", "", fixed);
        say(t);
    }
}

/* what a fit notes of the text */
static void tell_notes(teller *t, const ur_graph *g)
{
    if (!g->nnote) return;
    head(t, "notes");
    for (int k = 0; k < g->nnote; k++) {
        ur_buf_printf(&t->b, "  %s", g->note[k]);
        say(t);
    }
}

static int tell_fit(teller *t, unroll_model *m, ur_err *e)
{
    const ur_fit_method *const *by = ur_fit_methods;
    char why[640] = "";
    head(t, "fit");
    if (m->graph->nlatent) {
        ur_buf_printf(&t->b, "  not possible yet: the model has latent quantities");
        say(t);
        return 0;
    }
    TRY(ur_fit_choose(&by, m, NULL, why, sizeof why, e));
    ur_buf_printf(&t->b, "  %s: %s", (*by)->name, why[0] ? why : "the model has no ~ line and no loss");
    say(t);
    if (m->fitted && m->rec.method[0] && !m->rec.units) {
        ur_buf_printf(&t->b, "  has its weights by %s", m->rec.method);
        say(t);
    } else if (m->fitted && m->rec.method[0]) {
        ur_buf_printf(&t->b, "  was fitted by %s on %zu %s: loss %.6g", m->rec.method, m->rec.units,
                      m->rec.one ? "positions" : "examples", m->rec.train_loss);
        if (isfinite(m->rec.valid_loss)) ur_buf_printf(&t->b, ", %.6g on the validation part", m->rec.valid_loss);
        if (m->rec.polish && !m->rec.best_epoch)
            ur_buf_printf(&t->b, " (L-BFGS from the start, %d step%s)", m->rec.polish, m->rec.polish == 1 ? "" : "s");
        else if (m->rec.polish)
            ur_buf_printf(&t->b, " (L-BFGS from epoch %d of %d, %d step%s)", m->rec.best_epoch, m->rec.epochs, m->rec.polish,
                          m->rec.polish == 1 ? "" : "s");
        else if (m->rec.epochs > 1) ur_buf_printf(&t->b, " (epoch %d of %d)", m->rec.best_epoch, m->rec.epochs);
        say(t);
    }
    return 0;
}

static void tell_lines(teller *t, const char *s)
{
    while (s && *s) {
        size_t n = strcspn(s, "\n");
        ur_buf_add(&t->b, s, n);
        say(t);
        s += n + (s[n] == '\n');
    }
}

static int tell_plan(teller *t, unroll_model *m, ur_err *e)
{
    int *size = ur_zalloc((size_t)(m->ndata + 1) * sizeof *size);
    if (!size) return ur_nomem(e);
    for (int d = 0; d < m->ndata; d++) size[d] = m->code && m->code[d].vocab ? ur_vocab_size(m->code[d].vocab) : 0;
    ur_build_options o = { .size = size, .training = true, .grad = true };
    ur_graph *g = NULL;
    int rc = ur_program_build(m->prog, &o, &g, e);
    ur_free(size);
    if (rc) return rc;
    ur_buf b = { 0 };
    say(t);
    ur_plan_explain(g, true, &b, e);
    rc = e->code ? e->code : b.bad ? ur_nomem(e) : 0;
    if (!rc) tell_lines(t, b.s);
    ur_buf_free(&b);
    ur_graph_free(g);
    return rc;
}

/* bytes of a fit's first step, stored (k = 0) and recomputed (1) */
static int step_bytes(unroll_model *m, const ur_examples *x, ur_course *c, size_t bytes[2], ur_err *e)
{
    int rc = 0;
    for (int k = 0; k < 2 && !rc; k++) {
        ur_run *r = NULL;
        ur_run_want w = { .grad = true,
                          .training = true,
                          .limits = { .single = true, .threads = 1, .recompute = k ? 1 : -1 },
                          .window = UR_WINDOW_ROOT };
        ur_course_want cw = { 0 };
        ur_batch b;
        if ((rc = ur_run_open(&r, m, &w, e))) break;
        if (!k) rc = ur_course_new(c, r, x, &cw, e);
        if (!k && !rc) rc = ur_course_epoch(c, x, 0, 0, true, e);
        if (!rc && c->nstep) {
            ur_course_batch(c, 0, &b);
            rc = ur_engine_bytes(r->en, x, &b, &bytes[k], e);
        }
        ur_run_close(r);
    }
    return rc;
}

static int tell_memory(teller *t, unroll_model *m, const unroll_data *d, ur_err *e)
{
    ur_examples *x = NULL;
    size_t unknown = 0, bytes[2] = { 0 };
    ur_course c = { 0 };
    TRY(ur_data_present(m, d, true, e));
    if (!m->code) return 0;
    TRY(ur_encode(&x, &m->graph->schema, d->raw, m->code, true, false, false, &unknown, e));
    int rc = step_bytes(m, x, &c, bytes, e);
    if (!rc && c.nstep) {
        head(t, "on these data");
        ur_buf_printf(&t->b, "  %zu steps an epoch, %d %s at once%s, %s a step", c.nstep, c.batch, c.chunk ? "lanes" : "examples",
                      c.chunk ? ", in chunks" : "", ur_size_text((char[24]){ 0 }, (double)bytes[0]));
        if (bytes[1] < bytes[0]) ur_buf_printf(&t->b, ", %s with --recompute", ur_size_text((char[24]){ 0 }, (double)bytes[1]));
        say(t);
    }
    ur_course_free(&c);
    ur_examples_free(x);
    return rc;
}

int unroll_explain(unroll_model *m, const unroll_data *d, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!m || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_explain: no model, or nobody to tell");
    if (d && d->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "the data were read for another model");
    teller t = { .line = line, .arg = arg };
    tell_data(&t, m);
    tell_quantities(&t, m->graph);
    tell_networks(&t, m->graph);
    tell_goals(&t, m->graph);
    tell_priors(&t, m->graph);
    tell_parameters(&t, m->graph);
    tell_notes(&t, m->graph);
    int rc = tell_fit(&t, m, e);
    if (!rc && !m->graph->nlatent && ur_naddend(m->graph)) rc = tell_plan(&t, m, e);
    if (!rc && d && !m->graph->nlatent && ur_naddend(m->graph)) rc = tell_memory(&t, m, d, e);
    if (!rc && t.b.bad) rc = ur_nomem(e);
    ur_buf_free(&t.b);
    return rc;
}
