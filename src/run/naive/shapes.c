/* shapes.c: the positions of index sets in an item, numbered, and memory for all that the oracle holds, which has a limit.
 * Must not know nodes. Invariant: rows are in canonical order, the first index outermost. */
#include "run/naive/inside.h"
#include <string.h>

int ur_naive_no_memory(ur_naive *v) { return v->rc ? v->rc : (v->rc = ur_nomem(v->err)); }

void *ur_naive_take(ur_naive *v, size_t n, size_t size)
{
    bool fits = !size || n <= SIZE_MAX / 2 / size;
    size_t bytes = fits ? n * size : SIZE_MAX / 2;
    void *p = fits && v->bytes <= v->limit && bytes <= v->limit - v->bytes ? ur_zalloc(bytes + 1) : NULL;
    if (p) v->bytes += bytes;
    else if (!v->rc)
        v->rc = ur_fail(
            v->err, UNROLL_ERROR_MEMORY,
            "out of memory: this step needs more than %s position by position (--plan naive, or a cycle that no index orders); shorter or fewer sequences at a time need less (chunk, context, batch)",
            ur_size_text((char[24]){ 0 }, (double)v->bytes + (double)bytes));
    return p;
}

int ur_naive_set_of(ur_naive *v, int n, const int16_t *idx)
{
    for (int k = 0; k < v->nset; k++)
        if (v->sets[k].n == n && !memcmp(v->sets[k].idx, idx, sizeof *idx * (size_t)n)) return k;
    if (v->nset == v->set_cap) {
        int cap = v->set_cap * 2 + 16;
        void *p = ur_realloc(v->sets, sizeof *v->sets * (size_t)cap);
        if (!p) {
            ur_naive_no_memory(v);
            return 0;
        }
        v->sets = p;
        v->set_cap = cap;
    }
    v->sets[v->nset].n = n;
    memcpy(v->sets[v->nset].idx, idx, sizeof *idx * (size_t)n);
    return v->nset++;
}

int ur_naive_window_from(const ur_naive *v, size_t item, int index)
{
    return v->wroot >= 0 && v->root[index] == v->wroot ? v->s->batch->item[item].from : 0;
}

int64_t ur_naive_before(const ur_naive *v, size_t item, int index)
{
    if (v->g->index[index].fixed) return 0;
    return ur_naive_window_from(v, item, index) + v->s->x->extent[v->root[index]].before;
}

static int level_of(const ur_naive *v, int n, const int16_t *idx, int root)
{
    for (int k = 0; k < n; k++)
        if (v->root[idx[k]] == root) return k;
    return -1;
}

/* number of the current position of `index` among all its positions of all examples; its parents are among idx */
static size_t absolute(ur_naive *v, size_t item, int index, int n, const int16_t *idx, bool whole)
{
    int r = v->root[index], parent = v->g->index[r].parent;
    const ur_examples *x = v->s->x;
    size_t p = (size_t)(v->at[index] - 1);
    if (parent < 0)
        return v->base[r][v->s->batch->item[item].example] + p + (whole ? 0 : (size_t)ur_naive_window_from(v, item, index));
    return x->extent[r].first[absolute(v, item, idx[level_of(v, n, idx, v->root[parent])], n, idx, whole)] + p;
}

/* length of `index` in an item, at the current positions of idx (which hold its parents) */
static int32_t length(ur_naive *v, size_t item, int index, int n, const int16_t *idx, bool whole)
{
    int r = v->root[index], parent = v->g->index[r].parent;
    const ur_item *it = &v->s->batch->item[item];
    const ur_extent *x = &v->s->x->extent[r];
    if (parent < 0) {
        int32_t len = x->len ? x->len[it->example] : 0;
        if (whole || v->wroot != r) return len;
        if (it->to >= 0 && it->to < len) len = it->to;
        return len > it->from ? len - it->from : 0;
    }
    int l = level_of(v, n, idx, v->root[parent]);
    if (l < 0) {
        if (!v->rc)
            v->rc = ur_fail(v->err, UNROLL_ERROR_UNSUPPORTED, "%s is nested in %s, but a quantity is carried along %s without %s",
                            v->g->index[r].name, v->g->index[parent].name, v->g->index[r].name, v->g->index[parent].name);
        return 0;
    }
    return x->len ? x->len[absolute(v, item, idx[l], n, idx, whole)] : 0;
}

int32_t ur_naive_index_len(ur_naive *v, size_t item, int index, int n, const int16_t *idx)
{
    return length(v, item, index, n, idx, false);
}

static size_t prefix(const shape *s, int level, const int32_t *at)
{
    size_t r = 0;
    for (int k = 0; k < level; k++)
        r = (s->level[k].first ? s->level[k].first[r] : r * (size_t)s->level[k].len) + (size_t)(at[s->idx[k]] - 1);
    return r;
}

int32_t ur_naive_level_len(const shape *s, int level, const int32_t *at)
{
    if (!s->level[level].first) return s->level[level].len;
    size_t r = prefix(s, level, at);
    return (int32_t)(s->level[level].first[r + 1] - s->level[level].first[r]);
}

bool ur_naive_row(const shape *s, const int32_t *at, size_t *row)
{
    for (int k = 0; k < s->n; k++) {
        int32_t p = at[s->idx[k]];
        if (p < 1 || p > ur_naive_level_len(s, k, at)) return false;
    }
    *row = prefix(s, s->n, at);
    return true;
}

/* the positions of a row of the first `levels` levels, into at */
void ur_naive_positions(const shape *s, int levels, size_t row, int32_t *at)
{
    for (int k = levels - 1; k >= 0; k--) {
        const size_t *first = s->level[k].first;
        if (!first) {
            size_t len = (size_t)s->level[k].len;
            at[s->idx[k]] = (int32_t)(row % len) + 1;
            row /= len;
            continue;
        }
        size_t above = 1; /* rows of the levels above: the last entry of first */
        for (int q = 0; q < k; q++) above = s->level[q].first ? s->level[q].first[above] : above * (size_t)s->level[q].len;
        size_t lo = 0, hi = above; /* first[lo] ≤ row < first[hi] */
        while (hi - lo > 1) {
            size_t mid = lo + (hi - lo) / 2;
            if (first[mid] <= row) lo = mid;
            else hi = mid;
        }
        while (first[lo + 1] <= row) lo++;
        at[s->idx[k]] = (int32_t)(row - first[lo]) + 1;
        row = lo;
    }
}

void ur_naive_shape_free(shape *s)
{
    for (int k = 0; s && k < s->n; k++) ur_free(s->level[k].first);
    ur_free(s);
}

static bool add_level(ur_naive *v, shape *s, int k, size_t item, bool whole)
{
    int index = s->idx[k];
    if (v->g->index[v->root[index]].parent < 0) {
        s->level[k].len = length(v, item, index, k, s->idx, whole);
        if (!__builtin_mul_overflow(s->rows, (size_t)s->level[k].len, &s->rows)) return true;
        ur_naive_no_memory(v);
        return false;
    }
    size_t *first = s->level[k].first = ur_naive_take(v, s->rows + 1, sizeof *first);
    if (!first) return false;
    for (size_t r = 0; r < s->rows; r++) {
        ur_naive_positions(s, k, r, v->at);
        first[r + 1] = first[r] + (size_t)length(v, item, index, k, s->idx, whole);
    }
    s->rows = first[s->rows];
    return v->rc == 0;
}

const shape *ur_naive_shape(ur_naive *v, int set, size_t item, bool whole)
{
    shape **slot = &v->shapes[((size_t)set * v->items + item) * 2 + whole];
    if (*slot) return *slot;
    shape *s = ur_zalloc(sizeof *s);
    int32_t *keep = ur_alloc(sizeof *keep * (size_t)(v->g->nindex + 1));
    if (!s || !keep) {
        ur_free(s);
        ur_free(keep);
        ur_naive_no_memory(v);
        return NULL;
    }
    memcpy(keep, v->at, sizeof *keep * (size_t)v->g->nindex); /* the caller's positions stay */
    s->rows = 1;
    s->n = v->sets[set].n;
    memcpy(s->idx, v->sets[set].idx, sizeof s->idx);
    bool ok = true;
    for (int k = 0; k < s->n && ok; k++) ok = add_level(v, s, k, item, whole);
    memcpy(v->at, keep, sizeof *keep * (size_t)v->g->nindex);
    ur_free(keep);
    if (!ok || v->rc) {
        ur_naive_shape_free(s);
        return NULL;
    }
    return *slot = s;
}
