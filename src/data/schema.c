/* What follows from what a model declares of its data: indices behind aliases, axes and widths of data, where sequences end.
 * Knows no data. */
#include "data/parts.h"

int ur_index_resolve(const ur_schema *g, int i)
{
    for (int hops = 0; g->index[i].alias >= 0 && hops < g->nindex; hops++) i = g->index[i].alias;
    return i;
}

int ur_index_parent(const ur_schema *g, int i) { return g->index[i].parent < 0 ? -1 : ur_index_resolve(g, g->index[i].parent); }

int ur_root_index(const ur_schema *g)
{
    int root = -1;
    for (int d = 0; d < g->ndata; d++)
        for (int k = 0; k < g->data[d].nidx; k++) {
            int i = ur_index_resolve(g, g->data[d].idx[k]);
            if (g->index[i].parent >= 0 || i == root) continue;
            if (root >= 0) return -1;
            root = i;
        }
    return root;
}

size_t ur_datum_width(const ur_schema *g, const ur_datum *d)
{
    size_t w = UR_IS_SYMBOL(d->kind) || d->size < 1 ? 1 : (size_t)d->size;
    for (int i = 0; i < d->nfix; i++) w *= (size_t)(g->index[d->fix[i]].size > 0 ? g->index[d->fix[i]].size : 1);
    return w;
}

int ur_datum_axes(const ur_schema *g, const ur_datum *d, int axis[UR_MAX_RAGGED])
{
    for (int i = 0; i < d->nidx; i++) {
        int j = i;
        for (; j > 0 && axis[j - 1] > d->idx[i]; j--) axis[j] = axis[j - 1];
        axis[j] = d->idx[i];
    }
    for (int i = 0; i < d->nidx; i++) axis[i] = ur_index_resolve(g, axis[i]);
    return d->nidx;
}

bool ur_datum_carries(const ur_schema *g, const ur_datum *d, int index)
{
    index = ur_index_resolve(g, index);
    for (int i = 0; i < d->nidx; i++)
        if (ur_index_resolve(g, d->idx[i]) == index) return true;
    return false;
}

bool ur_index_ends(const ur_schema *g, int index)
{
    int axis[UR_MAX_RAGGED], carried = 0;
    index = ur_index_resolve(g, index);
    for (int d = 0; d < g->ndata; d++) {
        if (!ur_datum_carries(g, &g->data[d], index)) continue;
        int n = ur_datum_axes(g, &g->data[d], axis);
        if (!UR_IS_SYMBOL(g->data[d].kind) || g->data[d].closed || !g->data[d].drawn || axis[n - 1] != index ||
            (n > 1 && axis[n - 2] == index))
            return false;
        carried++;
    }
    return carried > 0;
}

bool ur_is_label(const ur_schema *g, int datum)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    bool label = n == 0;
    for (int d = 0; d < g->ndata && !label; d++) label = !g->data[d].drawn && ur_datum_carries(g, &g->data[d], axis[n - 1]);
    return label && g->data[datum].drawn && UR_IS_SYMBOL(g->data[datum].kind);
}

int32_t ur_symbol_first(const ur_schema *g, int datum)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    bool ends = n && ur_index_ends(g, axis[n - 1]) && !g->data[datum].endless && !(g->data[datum].never >> UR_SYM_END & 1);
    return ends ? UR_SYM_END : UR_SYM_FIRST;
}

bool ur_shares(const ur_schema *g, int datum, int other)
{
    int a = g->data[datum].shares, b = g->data[other].shares;
    return UR_IS_SYMBOL(g->data[datum].kind) && UR_IS_SYMBOL(g->data[other].kind) && (a ? a : datum + 1) == (b ? b : other + 1);
}

bool ur_is_shared(const ur_schema *g, int datum)
{
    bool shared = false;
    for (int d = 0; d < g->ndata; d++) shared = shared || (d != datum && ur_shares(g, datum, d));
    return shared;
}

bool ur_axes_chain(const ur_schema *g, const int *axis, int n)
{
    for (int k = 1; k < n; k++)
        if (ur_index_parent(g, axis[k]) != axis[k - 1]) return false;
    return true;
}
