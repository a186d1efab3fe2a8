/* positions.c: of what draws a position of an index, categorical[s](score), how likely each position is: by its scores.
 * Must not know tables. Invariant: shares are among all positions that a row chooses from, and add up to 1. */
#include "model/use/use.h"
#include <math.h>

/* where the scores of one row stand among a node's values: count of them, the first at `at`, the others `step` apart */
typedef struct choice {
    size_t at, step, count;
} choice;

static bool is_over(const ur_graph *g, int index, int over) { return ur_index_resolve(&g->schema, index) == over; }

/* of index i in an item: its first position, and how many */
static size_t window(const ur_job *j, const ur_batch *b, const ur_item *it, int i, size_t *first)
{
    size_t all = j->run->g->index[i].fixed ? (size_t)j->run->g->index[i].size : ur_length(j->c.x, i, it->example);
    bool cut = b->window_index >= 0 && ur_index_resolve(&j->run->g->schema, b->window_index) == i;
    *first = cut ? (size_t)it->from : 0;
    return cut ? (it->to < 0 ? all : (size_t)it->to) - *first : all;
}

/* where row `row` of a datum stands along each of its indices, the last of which runs fastest */
static void place_of(const ur_job *j, const ur_batch *b, const ur_item *it, const int *axis, int n, size_t row, size_t *at)
{
    size_t first;
    for (int k = n - 1; k >= 0; k--) {
        size_t len = window(j, b, it, axis[k], &first);
        at[k] = k && len ? row % len : row;
        row = k && len ? row / len : 0;
    }
}

/* scores that lie within each position of another index: s of a[t,s] with s within t */
static choice nested(const ur_job *j, const ur_batch *b, const ur_item *it, int over, int up, size_t at)
{
    const ur_extent *x = &j->c.x->extent[over];
    size_t from = 0, before;
    window(j, b, it, up, &before);
    for (size_t e = 0; e < it->example; e++) from += ur_length(j->c.x, up, e);
    from += before;
    return (choice){ x->first[from + at] - x->first[from], 1, x->first[from + at + 1] - x->first[from + at] };
}

/* of fixed indices: where those of a node that a datum has too stand at its component; the one over which is chosen is at 0 */
static size_t tuple_of(const ur_graph *g, const ur_node *n, const ur_datum *u, int over, size_t comp, choice *c)
{
    size_t tuple = 0, stride = 1;
    for (int k = n->nfix - 1; k >= 0; k--) {
        size_t left = comp;
        if (n->fix[k] == over) c->step = stride;
        for (int i = u->nfix - 1; i >= 0; i--) {
            if (u->fix[i] == n->fix[k]) tuple += left % (size_t)g->index[u->fix[i]].size * stride;
            left /= (size_t)g->index[u->fix[i]].size;
        }
        stride *= (size_t)g->index[n->fix[k]].size;
    }
    return tuple;
}

static choice choice_of(const ur_job *j, const ur_batch *b, size_t item, const ur_like *l, size_t row, size_t comp)
{
    const ur_graph *g = j->run->g;
    const ur_node *n = &g->node[l->score];
    const ur_item *it = &b->item[item];
    int over = ur_index_resolve(&g->schema, l->law->along), axis[UR_MAX_RAGGED],
        naxis = ur_datum_axes(&g->schema, &g->data[l->datum], axis), up = ur_index_parent(&g->schema, over);
    size_t at[UR_MAX_RAGGED] = { 0 }, stride = 1, first, width = ur_node_width(g, n);
    choice c = { 0, width, g->index[over].fixed ? (size_t)g->index[over].size : 0 };
    place_of(j, b, it, axis, naxis, row, at);
    if (up >= 0) {
        bool plain = naxis == 1 && axis[0] == up;
        c = plain ? nested(j, b, it, over, up, at[0]) : (choice){ 0 };
        c.at *= width;
        c.step = width;
        c.at += tuple_of(g, n, &g->data[l->datum], over, comp, &c);
        return c;
    }
    for (int k = n->nidx - 1; k >= 0; k--) {
        int i = ur_index_resolve(&g->schema, n->idx[k]);
        size_t len = window(j, b, it, i, &first);
        if (is_over(g, i, over)) {
            c.step = stride * width;
            c.count = len;
        }
        for (int a = 0; a < naxis; a++)
            if (axis[a] == i) c.at += at[a] * stride * width;
        stride *= len;
    }
    c.at += tuple_of(g, n, &g->data[l->datum], over, comp, &c);
    return c;
}

size_t ur_positions_most(const ur_job *j, const ur_like *l)
{
    int over = ur_index_resolve(&j->run->g->schema, l->law->along);
    const ur_extent *x = &j->c.x->extent[over];
    size_t most = 0, rows = j->c.x->n;
    if (j->run->g->index[over].fixed) return (size_t)j->run->g->index[over].size;
    int up = ur_index_parent(&j->run->g->schema, over);
    for (size_t e = 0, all = rows; up >= 0 && e < all; e++) rows += ur_length(j->c.x, up, e) - 1;
    for (size_t k = 0; x->len && k < rows; k++) most = (size_t)x->len[k] > most ? (size_t)x->len[k] : most;
    return most;
}

size_t ur_positions_shares(const ur_job *j, const ur_batch *b, size_t item, int d, const ur_values *score, size_t row,
                           size_t comp, double *out, size_t cap)
{
    const ur_like *l = &j->run->g->like[j->run->like[d]];
    choice c = choice_of(j, b, item, l, row, comp);
    double most = -INFINITY, sum = 0;
    if (!c.count || c.count > cap || c.at + (c.count - 1) * c.step >= score->npos * score->width) return 0;
    for (size_t s = 0; s < c.count; s++) most = fmax(most, score->v[c.at + s * c.step]);
    for (size_t s = 0; s < c.count; s++) sum += out[s] = exp(score->v[c.at + s * c.step] - most);
    for (size_t s = 0; s < c.count; s++) out[s] /= sum;
    return c.count;
}
