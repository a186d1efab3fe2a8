/* probe.c: single numbers out of a model: its loss on data, the gradient, the value of a named quantity.
 * Must not know tables. Invariant: a model and its data are unchanged by being looked at. */
#include "model/model.h"
#include <string.h>

typedef struct probe {
    ur_complete c;
    ur_run *run;
    unroll_use_options o;
} probe;

static int open_probe(probe *p, unroll_model *m, const unroll_data *d, const unroll_use_options *o, ur_run_want *w, bool absent,
                      const char *call, ur_err *e)
{
    if (!m || !d) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: no model or no data", call);
    p->o = ur_use_options(o);
    p->o.horizon = 0;
    TRY(ur_use_check(m, d, e));
    TRY(ur_use_ranges(&p->o, e));
    if (!absent) TRY(ur_data_present(m, d, true, e));
    TRY(ur_complete_open(&p->c, m, d, &p->o, true, e));
    if (absent) TRY(ur_complete_gaps(&p->c, m, d, &p->o, e));
    else TRY(ur_rows_left(m, p->c.x, p->c.before, e));
    return ur_use_run(&p->run, m, p->c.x, &p->o, false, w, e);
}

static void close_probe(probe *p)
{
    ur_run_close(p->run);
    ur_complete_close(&p->c);
}

/* one execution; grad, loss: what it gives. doing: for the message where a number is not finite */
static int one_step(probe *p, const ur_batch *b, void *grad, double *loss, const char *doing, ur_err *e)
{
    ur_step s = { .x = p->c.x,
                  .batch = b,
                  .weight = p->run->weight,
                  .grad = grad,
                  .seed = p->o.seed,
                  .draw = { .temperature = 1 },
                  .like_sum = p->run->like_sum,
                  .like_count = p->run->like_count,
                  .bad_node = -1 };
    ur_err mine = { 0 };
    int rc = ur_engine_step(p->run->en, &s, &mine);
    if (rc == UNROLL_ERROR_NUMERIC) return ur_bad_number(p->run, p->c.x, &s, doing, e);
    if (rc) return ur_fail(e, rc, "%s", mine.text);
    if (loss) *loss = s.loss + ur_scales(p->run, &s);
    return 0;
}

int unroll_loss(unroll_model *m, const unroll_data *d, const unroll_use_options *o, double *sum, double *count)
{
    ur_err *e = ur_model_error();
    probe p = { 0 };
    ur_run_want w = { 0 };
    int rc = open_probe(&p, m, d, o, &w, false, "unroll_loss", e);
    if (!rc) {
        ur_pass s = { .run = p.run,
                      .x = p.c.x,
                      .score_from = (uint32_t)p.c.before,
                      .wanted = (int32_t)p.c.before,
                      .draw = { .temperature = 1 },
                      .progress = p.o.progress,
                      .progress_arg = p.o.arg };
        rc = ur_pass_all(&s, e);
        if (!rc && sum) *sum = s.loss;
        if (!rc && count) *count = s.count;
    }
    close_probe(&p);
    return rc;
}

int unroll_gradient(unroll_model *m, const unroll_data *d, const unroll_use_options *o, double *loss, double *grad, size_t n)
{
    ur_err *e = ur_model_error();
    probe p = { 0 };
    ur_run_want w = { .grad = true };
    int rc = open_probe(&p, m, d, o, &w, false, "unroll_gradient", e);
    if (!rc && n && !grad) rc = ur_fail(e, UNROLL_ERROR_USAGE, "unroll_gradient: no place for the gradient");
    if (!rc && n != p.run->g->nweight)
        rc = ur_fail(e, UNROLL_ERROR_USAGE, "unroll_gradient: the model has %zu parameters, room for %zu was given",
                     p.run->g->nweight, n);
    void *raw = NULL;
    ur_item *item = NULL;
    if (!rc) {
        raw = ur_alloc_aligned((n + 16) * sizeof(double));
        item = ur_zalloc((p.c.x->n + 1) * sizeof *item);
        if (!raw || !item) rc = ur_nomem(e);
    }
    if (!rc) {
        for (size_t i = 0; i < p.c.x->n; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
        ur_batch b = { .n = p.c.x->n, .item = item, .window_index = -1, .fresh = true };
        rc = one_step(&p, &b, raw, loss, "taking the gradient", e);
        for (size_t i = 0; !rc && i < n; i++) grad[i] = p.run->single ? (double)((float *)raw)[i] : ((double *)raw)[i];
    }
    ur_free_aligned(raw);
    ur_free(item);
    close_probe(&p);
    return rc;
}

int unroll_quantity(unroll_model *m, const unroll_data *d, const char *name, size_t example, const unroll_use_options *o,
                    double *values, size_t cap, size_t *count, int *width)
{
    ur_err *e = ur_model_error();
    if (!name) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_quantity: no name");
    probe p = { 0 };
    int number = -1;
    ur_run_want w = { .quantity = &number, .nquantity = 1 };
    int rc = m ? ur_quantity_named(m, name, &number, e) : 0;
    if (!rc) rc = open_probe(&p, m, d, o, &w, true, "unroll_quantity", e);
    if (!rc && example >= p.c.x->n)
        rc = ur_fail(e, UNROLL_ERROR_USAGE, "unroll_quantity: there are %zu examples, not %zu", p.c.x->n, example + 1);
    if (!rc) rc = ur_run_example(p.run, p.c.x, example, p.o.seed, e);
    ur_values v = { 0 };
    if (!rc) rc = ur_values_get(p.run, p.run->g->quant[number].node, 0, &v, e);
    if (!rc) {
        size_t n = v.npos * v.width;
        if (count) *count = n;
        if (width) *width = (int)v.width;
        if (values) memcpy(values, v.v, (n < cap ? n : cap) * sizeof *values);
    }
    ur_free(v.v);
    close_probe(&p);
    return rc;
}
