/* A piece of a plan that no scan can order (a cycle through a condition: causal attention over what is being drawn) is run by the
 * oracle: it gets what the piece reads and hands back what others read of it. Slow, and allocates as it goes; everything else of
 * the plan stays fast. */
#include "run/cpu/exec.h"
#include "run/naive/naive.h"

static int failed(shard *s)
{
    if (!s->err.code) ur_nomem(&s->err);
    return s->err.code;
}

/* values of node v for an item, in canonical order, into its rows */
static void put(shard *s, ur_id v, int item, const double *x, size_t n)
{
    const ur_schedule *p = s->p;
    const ur_node *node = &p->g.node[v];
    int d = p->node_dom[v];
    size_t w = ur_node_width(&p->g, node), at = 0;
    const canon *c = ur_canon_of(s, d);
    for (int k = 0; k < (c ? c->n : 1) && at + w <= n; k++) {
        if (c && c->item[k] != item) continue;
        char *out = ur_exec_row(s, v, s->rows[d].perm ? s->rows[d].perm[k] : k);
        for (size_t e = 0; e < w; e++, at++) {
            if (node->sym) *(int32_t *)out = (int32_t)x[at];
            else ur_exec_put(s, out + e * p->k->esize, x[at]);
        }
    }
}

void ur_exec_slow(shard *s, const ins *i)
{
    const ur_schedule *p = s->p;
    ur_batch batch = {
        .n = (size_t)s->nitem, .item = s->item, .window_index = s->s->batch->window_index, .fresh = s->s->batch->fresh
    };
    ur_step step = *s->s;
    ur_plan_options o = {
        .limits.naive = true, .limits.single = p->o.limits.single, .limits.memory = p->o.limits.memory, .window_index = -1
    };
    double *x = NULL;
    step.batch = &batch;
    step.grad = NULL;
    step.like_sum = step.like_count = NULL;
    if (s->err.code) return;
    if (!s->naive && ur_naive_new(&s->naive, &p->g, &o, &s->err)) return;
    if (ur_naive_begin(s->naive, &step, &s->err)) return;
    size_t cap = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < (pass ? i->nmember : i->ninput); k++) {
            ur_id v = pass ? i->member[k] : i->input[k];
            if (pass && ur_naive_compute(s->naive, v)) {
                failed(s);
                break;
            }
            bool one = !p->dom[p->node_dom[v]].example;
            for (int item = 0; item < (one ? 1 : s->nitem); item++) {
                size_t n = ur_node_width(&p->g, &p->g.node[v]) *
                           (pass ? ur_naive_value(s->naive, v, (size_t)item, NULL, 0) : ur_shard_value(s, v, item, NULL, 0));
                if (n > cap) {
                    double *q = ur_realloc(x, sizeof *q * (cap = 2 * n));
                    if (!q) {
                        ur_free(x);
                        failed(s);
                        return;
                    }
                    x = q;
                }
                if (!n) continue;
                if (pass) {
                    ur_naive_value(s->naive, v, (size_t)item, x, n);
                    put(s, v, item, x, n);
                } else {
                    ur_shard_value(s, v, item, x, n);
                    if (ur_naive_give(s->naive, v, (size_t)item, x)) {
                        failed(s);
                        ur_free(x);
                        return;
                    }
                }
            }
        }
    ur_free(x);
}
