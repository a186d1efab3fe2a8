/* marked.c: what ~ lines, their weights and losses read that is missing, by component of their rows: the nodes that marks.c adds,
 * run over examples. One answer for data that are given and that are drawn, along any indices. Must not know what is done about
 * it. Invariant: what is found hangs on no weight. */
#include "model/model.h"
#include <string.h>

typedef struct marker {
    unroll_model *m;
    const ur_mark_rule *rule;
    ur_marks_what what;
    uint8_t sign, **out;
    ur_id *mark, *keep;
    ur_run_want want;
} marker;

static int grow(ur_graph *g, void *arg, ur_err *e)
{
    marker *t = arg;
    TRY(ur_marks_of(g, t->rule, t->what, t->mark, e));
    for (int k = 0; k < (t->what == UR_MARKS_LOSSES ? g->ngoal : g->nlike); k++)
        if (t->mark[k] >= 0) t->keep[t->want.nkeep++] = t->mark[k];
    return 0;
}

/* rows of a loss of the text in an item */
static size_t rows_of_goal(const ur_batch *b, size_t it, const ur_series *s, size_t *first)
{
    const ur_item *item = &b->item[it];
    size_t n = s->start[item->example + 1] - s->start[item->example];
    bool cut = b->window_index >= 0 && item->to >= 0 && n > 1;
    *first = s->start[item->example] + (cut ? (size_t)item->from : 0);
    return cut ? (size_t)(item->to - item->from) : n;
}

static int take(ur_pass *p, const ur_batch *b, ur_err *e)
{
    const marker *t = p->arg;
    const ur_graph *g = p->run->g;
    ur_values v = { 0 };
    int rc = 0;
    for (int k = 0; k < (t->what == UR_MARKS_LOSSES ? g->ngoal : g->nlike); k++) {
        bool goal = t->what == UR_MARKS_LOSSES;
        const ur_series *s = goal ? &p->x->goal[k] : &p->x->series[g->like[k].datum];
        size_t w = goal || t->what == UR_MARKS_WEIGHTS ? 1 : ur_datum_width(&g->schema, &g->data[g->like[k].datum]);
        if (t->mark[k] < 0 || !s->start) continue;
        if (!t->out[k] && !(t->out[k] = ur_zalloc(s->nrow * w + 1))) rc = ur_nomem(e);
        for (size_t it = 0; it < b->n && !rc; it++) {
            size_t first, n = goal ? rows_of_goal(b, it, s, &first) : ur_item_rows(p->run, p->x, b, it, g->like[k].datum, &first);
            rc = ur_values_get(p->run, t->mark[k], it, &v, e);
            for (size_t r = 0; r < n * w && !rc && v.npos; r++)
                if (v.v[(v.npos == 1 ? 0 : r / w * v.width) + (v.width == 1 ? 0 : r % w)] != 0)
                    t->out[k][first * w + r] |= t->sign;
        }
    }
    ur_free(v.v);
    return rc;
}

int ur_marked(unroll_model *m, const ur_examples *x, const ur_mark_rule *rule, ur_marks_what what, uint8_t sign, uint8_t **out,
              ur_err *e)
{
    size_t n = (size_t)(m->graph->nlike + m->graph->ngoal) + 1;
    marker t = { .m = m, .rule = rule, .what = what, .sign = sign, .out = out };
    t.mark = ur_alloc(n * sizeof *t.mark);
    t.keep = ur_alloc(n * sizeof *t.keep);
    t.want = (ur_run_want){
        .bare = true, .window = UR_WINDOW_ROOT, .limits.threads = 1, .grow = grow, .arg = &t, .keep = t.keep
    };
    ur_run *run = NULL;
    int rc = t.mark && t.keep ? ur_run_open(&run, m, &t.want, e) : ur_nomem(e);
    ur_pass p = { .run = run, .x = x, .after = take, .arg = &t, .draw = { .temperature = 1 } };
    if (!rc && t.want.nkeep) rc = ur_pass_all(&p, e);
    ur_run_close(run);
    ur_free(t.mark);
    ur_free(t.keep);
    return rc;
}
