/* The cut of a batch into shards. Must not know threads. Invariant: the order is stable, so equal lengths keep the batch's order.
 */
#include "run/shards.h"
#include "plan/schedule.h"
#include <string.h>

bool ur_grow(void *p, size_t *cap, size_t n, size_t esize)
{
    void **a = p;
    if (n <= *cap && *a) return true;
    void *q = ur_realloc(*a, (n + 8) * esize);
    if (!q) return false;
    *a = q;
    *cap = n + 8;
    return true;
}

static bool room(ur_shards *h, size_t n)
{
    if (n <= h->cap && h->order) return true;
    ur_free(h->order);
    ur_free(h->merge);
    ur_free(h->item);
    ur_free(h->length);
    h->order = ur_alloc(sizeof *h->order * (n + 8));
    h->merge = ur_alloc(sizeof *h->merge * (n + 8));
    h->item = ur_alloc(sizeof *h->item * (n + 8));
    h->length = ur_alloc(sizeof *h->length * (n + 8));
    h->cap = h->order && h->merge && h->item && h->length ? n + 8 : 0;
    return h->cap > 0;
}

/* positions of an item along the longest of its indices */
static long item_length(const ur_graph *g, const ur_step *s, const ur_item *it)
{
    long n = 0;
    int w = s->batch->window_index;
    for (int k = 0; k < g->nindex; k++) {
        const ur_index *x = &g->index[k];
        if (x->fixed || x->alias >= 0 || x->parent >= 0 || !s->x->extent[k].len) continue;
        long len = it->to >= 0 && w >= 0 && ur_index_resolve(&g->schema, w) == k ? it->to - it->from
                                                                                 : s->x->extent[k].len[it->example];
        if (len > n) n = len;
    }
    return n;
}

/* longest first, equal ones in the order given: a merge sort */
static void sort_by_length(ur_shards *h, size_t n)
{
    const long *len = h->length;
    uint32_t *order = h->order, *tmp = h->merge;
    for (size_t w = 1; w < n; w *= 2) {
        for (size_t a = 0; a < n; a += 2 * w) {
            size_t m = a + w < n ? a + w : n, z = a + 2 * w < n ? a + 2 * w : n, i = a, j = m, q = a;
            while (i < m || j < z) tmp[q++] = j >= z || (i < m && len[order[i]] >= len[order[j]]) ? order[i++] : order[j++];
        }
        memcpy(order, tmp, sizeof *tmp * n);
    }
}

/* 8 sequences keep what a step makes in the cache, and LIBXSMM has its full speed from 4 rows on; where each step is a run of its
 * own, all weights are read in it, so threads had better share them than the rows. With many weights fewer, larger shards: each
 * has a gradient to add. */
static size_t how_many(const ur_graph *g, const ur_plan_options *o, size_t n)
{
    enum { MANY = 1 << 20 };
    size_t size = o->shard > 0 ? (size_t)o->shard : o->stepwise ? 32 : g->nweight > MANY ? 16 : 8;
    size_t m = n <= size ? 1 : (n + size - 1) / size;
    return n > 1 && m == 1 && n >= 8 && o->shard <= 0 && !o->stepwise ? 2 : m;
}

int ur_shards_cut(ur_shards *h, const ur_graph *g, const ur_plan_options *o, const ur_step *s, ur_err *e)
{
    size_t n = s->batch->n, m = how_many(g, o, n);
    if (!room(h, n) || !ur_grow(&h->cut, &h->cut_cap, m + 1, sizeof *h->cut)) return ur_nomem(e);
    for (size_t k = 0; k < n; k++) {
        h->length[k] = item_length(g, s, &s->batch->item[k]);
        h->order[k] = (uint32_t)k;
    }
    sort_by_length(h, n);
    for (size_t k = 0; k < n; k++) h->item[k] = s->batch->item[h->order[k]];
    for (size_t k = 0; k <= m; k++) h->cut[k] = (int)(n * k / m);
    h->n = (int)m;
    return 0;
}

int ur_shards_find(const ur_shards *h, size_t item, int *within)
{
    for (int k = 0; k < h->n; k++)
        for (int q = h->cut[k]; q < h->cut[k + 1]; q++)
            if (h->order[q] == item) {
                *within = q - h->cut[k];
                return k;
            }
    return -1;
}

void ur_shards_free(ur_shards *h)
{
    ur_free(h->order);
    ur_free(h->merge);
    ur_free(h->item);
    ur_free(h->length);
    ur_free(h->cut);
}
