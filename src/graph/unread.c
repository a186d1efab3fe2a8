/* The adjoint of a READ: what it gives back to the positions that it read, and to the boundaries beyond the ends; sums of
 * adjoints that arrive at single places. Must not know which nodes matter or how the others' adjoints are found. Invariant: what
 * is given back to a quantity has its index set. */
#include "graph/unread.h"
#include "graph/makers.h"
#include <string.h>

static ur_id zeros_like(ur_graph *g, ur_id x)
{
    ur_id zero = Num(0);
    ur_node z = { .op = UR_BCAST, .rows = g->node[x].rows, .cols = g->node[x].cols, .narg = 1, .arg = &zero };
    return z.rows == 1 && z.cols == 1 ? zero : ur_node_add(g, &z);
}

/* the sum of n ≥ 1 parts. Those placed at most of an index's positions are put side by side: added, each would be as wide as all
 */
ur_id ur_sum_adjoints(ur_graph *g, int n, ur_id *c)
{
    ur_id sum = -1;
    int left = 0;
    for (int k = 0; k < n; k++) {
        if (ur_is_placed(g, c[k])) c[left++] = c[k];
        else sum = ur_plus_adjoint(g, sum, c[k]);
    }
    while (left) {
        int index = g->node[c[0]].i, size = g->index[index].size, here = 0, others = 0;
        ur_id *mine = UR_NEW(g->arena, ur_id, left), *at = UR_NEW(g->arena, ur_id, size), *one = UR_NEW(g->arena, ur_id, left);
        for (int k = 0; k < left; k++) {
            if (g->node[c[k]].i == index) mine[here++] = c[k];
            else c[others++] = c[k];
        }
        left = others;
        if (4 * here < size || here < 2) {
            for (int k = 0; k < here; k++) sum = ur_plus_adjoint(g, sum, mine[k]);
            continue;
        }
        ur_id none = zeros_like(g, mine[0]);
        for (int p = 0; p < size; p++) {
            int m = 0;
            for (int k = 0; k < here; k++) {
                const ur_node *x = &g->node[mine[k]];
                if (x->j + (x->place_kind == UR_SUB_END ? size - 1 : 0) == p) one[m++] = x->arg[0];
            }
            at[p] = m ? ur_sum_adjoints(g, m, one) : none;
        }
        sum = ur_plus_adjoint(g, sum, ur_stacked(g, index, at));
    }
    return sum;
}

static ur_id index_leaf(ur_graph *g, ur_op op, int index)
{
    ur_node n = { .op = op, .rows = 1, .cols = 1, .i = index, .j = !g->index[index].fixed }; /* within the window */
    if (g->index[index].fixed) {
        n.nfix = 1;
        n.fix[0] = (int16_t)index;
    } else {
        n.example = true;
        if (op == UR_POS) {
            n.nidx = 1;
            n.idx[0] = (int16_t)index;
        }
        for (int p = g->index[index].parent; p >= 0; p = g->index[p].parent) { /* parents have smaller ids: they come first */
            memmove(n.idx + 1, n.idx, sizeof *n.idx * (size_t)n.nidx++);
            n.idx[0] = (int16_t)p;
        }
    }
    return ur_node_add(g, &n);
}

ur_id ur_one_position(ur_graph *g, ur_id d, int index, int kind, int off)
{
    ur_node dn = g->node[d];
    ur_sub s[UR_MAX_RAGGED + UR_MAX_FIXED];
    for (int k = 0; k < dn.nidx + dn.nfix; k++) {
        int own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
        s[k] = (ur_sub){
            .kind = own == index ? kind : UR_SUB_REL, .index = own, .off = own == index ? off : 0, .before = -1, .after = -1
        };
    }
    return ur_read(g, d, s);
}

/* d, the adjoint of a READ of q, summed back onto the index set of `to`; subs[k] addresses to's k-th index (ragged, then fixed).
 * A subscript that follows a reader's index is a READ of d the other way; a fixed position places d there. */
static ur_id unread_still(ur_graph *g, ur_id d, int nidx, const int16_t *idx, int nfix, const int16_t *fix,
                          const ur_sub *const *subs)
{
    ur_node dn = g->node[d];
    ur_sub inv[UR_MAX_RAGGED + UR_MAX_FIXED];
    int nd = dn.nidx + dn.nfix, contract[2 * UR_MAX_RAGGED], nc = 0;
    int first[UR_MAX_RAGGED + UR_MAX_FIXED];
    memset(inv, 0, sizeof inv);
    for (int k = 0; k < nd; k++) {
        int own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
        first[k] = -1;
        inv[k] = (ur_sub){ .kind = UR_SUB_REL, .index = own, .before = -1, .after = -1 };
        for (int q = 0; q < nidx + nfix; q++) {
            const ur_sub *s = subs[q];
            if (s->kind != UR_SUB_REL || s->index != own || first[k] >= 0) continue;
            first[k] = q;
            inv[k].index = q < nidx ? idx[q] : fix[q - nidx];
            int mul = ur_sub_mul(s), turn = mul < 0 ? 1 : -1;
            inv[k].mul = mul < 0 ? -1 : 0;
            inv[k].div = mul * -turn > 1 ? mul * -turn : 0;
            inv[k].off = turn * s->off;
            inv[k].nfix = s->nfix;
            for (int f = 0; f < s->nfix; f++) {
                inv[k].fix[f] = s->fix[f];
                inv[k].times[f] = turn * s->times[f];
            }
        }
    }
    ur_id r = ur_read(g, d, inv);
    for (int q = 0; q < nidx + nfix; q++) /* the fixed indices that shifted: every one of them read */
        for (int f = 0; f < subs[q]->nfix; f++) {
            bool own = false;
            for (int k = 0; k < nfix; k++) own |= fix[k] == subs[q]->fix[f];
            if (!own && ur_has_index(&g->node[r], subs[q]->fix[f])) contract[nc++] = subs[q]->fix[f];
        }
    if (nc) r = ur_reduce(g, UR_RSUM, r, -1, nc, contract, false);
    for (int k = 0; k < nd; k++) /* q[t,t]: only where the two positions agree */
        for (int q = 0; q < nidx + nfix; q++) {
            int f = first[k], own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
            if (f < 0 || q == f || subs[q]->kind != UR_SUB_REL || subs[q]->index != own) continue;
            ur_id p1 = index_leaf(g, UR_POS, f < nidx ? idx[f] : fix[f - nidx]),
                  p2 = index_leaf(g, UR_POS, q < nidx ? idx[q] : fix[q - nidx]);
            r = ur_where(g, ur_binary(g, UR_EQ, Sub(p2, p1), Num(subs[q]->off - subs[f]->off)), r, Num(0));
        }
    for (int q = 0; q < nidx + nfix; q++) {
        if (subs[q]->kind == UR_SUB_REL) continue;
        int index = q < nidx ? idx[q] : fix[q - nidx];
        ur_node p = { .op = UR_PLACE,
                      .rows = g->node[r].rows,
                      .cols = g->node[r].cols,
                      .narg = 1,
                      .arg = &r,
                      .i = index,
                      .j = subs[q]->off,
                      .place_kind = subs[q]->kind,
                      .place = g->node[r].place };
        ur_union(g, &p, r);
        ur_node pos = { .op = UR_POS, .rows = 1, .cols = 1, .i = index };
        if (g->index[index].fixed) {
            pos.nfix = 1;
            pos.fix[0] = (int16_t)index;
        } else {
            pos.nidx = 1;
            pos.idx[0] = (int16_t)index;
            pos.example = true;
        }
        ur_union(g, &p, ur_node_add(g, &pos));
        r = ur_node_add(g, &p);
    }
    return r;
}

/* a subscript where fixed index f stands at v */
static ur_sub fixed_at(ur_sub s, int f, int v)
{
    int n = 0;
    for (int k = 0; k < s.nfix; k++) {
        if (s.fix[k] == f) s.off += s.times[k] * v;
        else {
            s.fix[n] = s.fix[k];
            s.times[n++] = s.times[k];
        }
    }
    s.nfix = n;
    if (s.kind == UR_SUB_REL && s.index == f) {
        s.kind = UR_SUB_FIRST;
        s.off += ur_sub_mul(&s) * v - 1;
        s.mul = 0;
    }
    return s;
}

/* likewise. What stands at an end and a fixed index from it (h[end-j]) is placed one by one */
ur_id ur_unread(ur_graph *g, ur_id d, int nidx, const int16_t *idx, int nfix, const int16_t *fix, const ur_sub *const *subs)
{
    int f = -1, n = nidx + nfix;
    for (int q = 0; q < n; q++)
        if (subs[q]->kind != UR_SUB_REL && subs[q]->nfix) f = subs[q]->fix[0];
    if (f < 0) return unread_still(g, d, nidx, idx, nfix, fix, subs);
    int size = g->index[f].size;
    ur_id *part = UR_NEW(g->arena, ur_id, size);
    for (int v = 1; v <= size; v++) {
        ur_sub at[UR_MAX_RAGGED + UR_MAX_FIXED];
        const ur_sub *to[UR_MAX_RAGGED + UR_MAX_FIXED];
        for (int q = 0; q < n; q++) {
            at[q] = fixed_at(*subs[q], f, v);
            to[q] = &at[q];
        }
        part[v - 1] = ur_unread(g, ur_one_position(g, d, f, UR_SUB_FIRST, v - 1), nidx, idx, nfix, fix, to);
    }
    return ur_sum_adjoints(g, size, part);
}

/* the part of d where subscript k of the READ fell off the quantity's start (or end) */
static ur_id fell_off(ur_graph *g, ur_id d, const ur_sub *s, int qindex, bool start)
{
    ur_id pos = s->kind == UR_SUB_REL     ? Mul(Num(ur_sub_mul(s)), index_leaf(g, UR_POS, s->index))
                : s->kind == UR_SUB_FIRST ? Num(1)
                                          : index_leaf(g, UR_LEN, qindex);
    pos = Add(pos, Num(s->off));
    for (int f = 0; f < s->nfix; f++) {
        pos = Add(pos, Mul(Num(s->times[f]), index_leaf(g, UR_POS, s->fix[f])));
    }
    ur_id off = start ? Lt(pos, Num(1))
                      : Gt(pos, g->index[qindex].fixed ? Num(g->index[qindex].size) : index_leaf(g, UR_LEN, qindex));
    return ur_where(g, off, d, Num(0));
}

/* what a boundary gets: Σ of d over the reader's positions that fell off. One or two known positions are read directly. */
ur_id ur_unread_edge(ur_graph *g, ur_id d, const ur_sub *s, int qindex, bool start)
{
    int c = start ? -s->off : s->off;
    if (s->kind == UR_SUB_REL && !s->nfix && c > 0 && c <= 4 && !g->index[s->index].fixed) {
        ur_id sum = -1;
        for (int k = 0; k < c; k++) {
            ur_id one = ur_one_position(g, d, s->index, start ? UR_SUB_FIRST : UR_SUB_END, start ? k : -k);
            sum = sum < 0 ? one : Add(sum, one);
        }
        return sum;
    }
    if (s->kind == UR_SUB_REL && !s->nfix && c <= 0) return -1;
    d = fell_off(g, d, s, qindex, start);
    int red[3], nred = 0;
    if (s->kind == UR_SUB_REL && ur_has_index(&g->node[d], s->index)) red[nred++] = s->index;
    for (int f = 0; f < s->nfix; f++) red[nred++] = s->fix[f];
    return nred ? ur_reduce(g, UR_RSUM, d, -1, nred, red, false) : d;
}
