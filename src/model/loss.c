/* loss.c: losses that are told, by one rule: the mean of −log p, in own units, over the drawn values that are there. Where a
 * value reads one that is missing, the model's own draw stands for that; how many such there are is counted, and what the others
 * add: of a sum of 1e37 no difference would tell. Must not know tables. Invariant: a fit's losses and a score's are the same on
 * the same rows. */
#include "model/model.h"
#include <string.h>

bool ur_fitted_exactly(const unroll_model *m) { return m->fitted && !strcmp(m->rec.method, UR_BY_SQUARES); }

int ur_losses_open(ur_losses *l, unroll_model *m, const ur_examples *x, size_t before, bool exact, ur_err *e)
{
    const ur_graph *g = m->graph;
    *l = (ur_losses){ .ndata = g->ndata };
    if (!(l->line = ur_zalloc((size_t)(g->nlike + 1) * sizeof *l->line))) return ur_nomem(e);
    TRY(ur_reads_of(m, x, exact, false, &l->reads, e));
    if (exact) TRY(ur_leave_first(g, x, before, l->reads, &l->left, e));
    for (int k = 0; k < g->nlike; k++) {
        const ur_series *s = &x->series[g->like[k].datum];
        const uint8_t *reads = l->reads[g->like[k].datum];
        size_t w = ur_datum_width(&g->schema, &g->data[g->like[k].datum]);
        for (size_t i = 0; s->start && i < x->n; i++)
            for (size_t r = s->start[i] + ur_rows_before(g, g->like[k].datum, before); r < s->start[i + 1]; r++) {
                bool counts = ur_series_scored(s, r);
                l->line[k].rows += counts;
                l->line[k].count += counts ? ur_series_weight(s, r) : 0;
                l->line[k].gaps += counts && ur_reads_any(s, reads, w, r, UR_READS_MISSING);
            }
        l->gaps = l->gaps || l->line[k].gaps > 0;
    }
    return 0;
}

int ur_rows_left(unroll_model *m, ur_examples *x, size_t before, ur_err *e)
{
    ur_losses l = { 0 };
    int rc = ur_leave_out(m, x, e);
    if (!rc) rc = ur_losses_open(&l, m, x, before, ur_fitted_exactly(m), e);
    ur_losses_close(&l);
    return rc;
}

int ur_losses_mark(ur_losses *l, ur_pass *p, const ur_batch *b, ur_err *e)
{
    const ur_graph *g = p->run->g;
    for (int k = 0; k < g->nlike; k++) {
        int d = g->like[k].datum;
        const ur_series *s = &p->x->series[d];
        size_t w = ur_datum_width(&g->schema, &g->data[d]);
        for (size_t it = 0; it < b->n && l->line[k].gaps > 0; it++) {
            size_t first, n = ur_item_rows(p->run, p->x, b, it, d, &first), from = s->start[b->item[it].example];
            bool got = false;
            for (size_t r = first; r < first + n; r++) {
                if (!ur_series_scored(s, r) || ur_reads_any(s, l->reads[d], w, r, UR_READS_MISSING) ||
                    (int64_t)(r - from) < b->item[it].score_from)
                    continue;
                if (!got) TRY(ur_values_get(p->run, g->like[k].nll, it, &l->nll, e));
                got = true;
                l->line[k].rest_sum += ur_row_in_own(p->run->m, &g->like[k], s, r, l->nll.v[l->nll.npos == 1 ? 0 : r - first]);
                l->line[k].rest_count += ur_series_weight(s, r);
            }
        }
    }
    return 0;
}

void ur_losses_end(ur_losses *l, const ur_run *r)
{
    for (int k = 0; k < r->g->nlike; k++) {
        l->line[k].sum = r->like_sum[k];
        l->line[k].count = r->like_count[k];
    }
}

static int after(ur_pass *p, const ur_batch *b, ur_err *e) { return ur_losses_mark(p->arg, p, b, e); }

int ur_losses_of(ur_losses *l, unroll_model *m, const ur_examples *x, size_t before, ur_run_want *w, ur_err *e)
{
    ur_run *run = NULL;
    w->of = x;
    w->window = UR_WINDOW_ROOT;
    w->rows = l->gaps;
    int rc = ur_run_open(&run, m, w, e);
    ur_pass p = { .run = run,
                  .x = x,
                  .after = l->gaps ? after : NULL,
                  .arg = l,
                  .score_from = (uint32_t)before,
                  .wanted = (int32_t)before,
                  .draw = { .temperature = 1 } };
    if (!rc) rc = ur_pass_all(&p, e);
    if (!rc) ur_losses_end(l, run);
    ur_run_close(run);
    return rc;
}

ur_loss ur_losses_sum(const ur_losses *l, int nlike)
{
    ur_loss all = { 0 };
    for (int k = 0; k < nlike; k++) {
        all.sum += l->line[k].sum;
        all.count += l->line[k].count;
        all.rest_sum += l->line[k].gaps > 0 ? l->line[k].rest_sum : l->line[k].sum;
        all.rest_count += l->line[k].gaps > 0 ? l->line[k].rest_count : l->line[k].count;
        all.rows += l->line[k].rows;
        all.gaps += l->line[k].gaps;
    }
    return all;
}

void ur_losses_close(ur_losses *l)
{
    ur_reads_free(l->reads, l->ndata);
    ur_free(l->line);
    ur_free(l->nll.v);
    *l = (ur_losses){ 0 };
}
