/* nodes.c: the nodes that every equation is made of: a node along a set of indices, a value spread over more of them, data,
 * lengths, positions. Must not know expressions. */
#include "lang/comp.h"

ur_node ur_proto(ur_comp *c, ur_op op, ur_set set, int rows, int cols)
{
    ur_node n = { .op = op, .rows = rows, .cols = cols };
    for (int k = 0; k < c->g->nindex; k++) {
        if (!(set & UR_BIT(k))) continue;
        if (c->g->index[k].fixed) n.fix[n.nfix++] = (int16_t)k;
        else {
            n.idx[n.nidx++] = (int16_t)k;
            n.example = true;
        }
    }
    return n;
}

ur_set ur_index_set(const ur_entity *e)
{
    ur_set set = 0;
    for (int k = 0; k < e->nidx; k++) set |= UR_BIT(e->idx[k]);
    return set;
}

ur_set ur_node_set(const ur_node *n)
{
    ur_set set = 0;
    for (int k = 0; k < n->nidx; k++) set |= UR_BIT(n->idx[k]);
    for (int k = 0; k < n->nfix; k++) set |= UR_BIT(n->fix[k]);
    return set;
}

ur_set ur_parents(const ur_comp *c, int index)
{
    ur_set set = 0;
    for (; index >= 0; index = c->g->index[index].parent) set |= UR_BIT(index);
    return set;
}

ur_id ur_spread(ur_comp *c, ur_id x, ur_set set, int rows, int cols)
{
    const ur_node *m = &c->g->node[x];
    bool grow = m->rows == 1 && m->cols == 1 && (rows > 1 || cols > 1) && !m->sym;
    if (!(set & ~ur_node_set(m)) && !grow) return x;
    if (m->sym) return x;
    ur_node n = ur_proto(c, UR_BCAST, set | ur_node_set(m), grow ? rows : m->rows, grow ? cols : m->cols);
    n.example |= m->example;
    n.narg = 1;
    n.arg = &x;
    return ur_node_add(c->g, &n);
}

/* an operator of x alone, along the indices of x */
static ur_id alone(ur_comp *c, ur_op op, ur_id x, int i, int rows, int cols)
{
    ur_node n = ur_proto(c, op, ur_node_set(&c->g->node[x]), rows, cols);
    n.example |= c->g->node[x].example;
    n.i = i;
    n.narg = 1;
    n.arg = &x;
    return ur_node_add(c->g, &n);
}

ur_id ur_plain(ur_comp *c, ur_id x)
{
    const ur_node *m = &c->g->node[x];
    return m->sym ? alone(c, UR_ONEHOT, x, 0, m->rows, 1) : x;
}

ur_id ur_rows_of(ur_comp *c, ur_id x, int from, int rows)
{
    const ur_node *m = &c->g->node[x];
    return rows == m->rows ? x : alone(c, UR_SLICE, x, from, rows, m->cols);
}

ur_id ur_symbol_number(ur_comp *c, ur_id x)
{
    if (c->g->node[x].sym != UR_SYM_CLOSED) return x;
    ur_id arg[2] = { ur_transpose(c, ur_numbers(c, 1, c->g->node[x].rows)), x };
    const ur_node *m = &c->g->node[x];
    ur_node n = ur_proto(c, UR_LOOKUP, ur_node_set(m), 1, 1);
    n.example = m->example;
    n.narg = 2;
    n.arg = arg;
    return ur_node_add(c->g, &n);
}

ur_id ur_vector_op(ur_comp *c, ur_op op, ur_id x)
{
    const ur_node *m = &c->g->node[x];
    return m->rows == 1 && m->cols == 1 ? x : alone(c, op, x, 0, 1, 1);
}

ur_id ur_transpose(ur_comp *c, ur_id x)
{
    const ur_node *m = &c->g->node[x];
    return m->rows == 1 && m->cols == 1 ? x : alone(c, UR_TRANS, x, 0, m->cols, m->rows);
}

static ur_set datum_set(const ur_datum *d)
{
    ur_set set = 0;
    for (int k = 0; k < d->nidx; k++) set |= UR_BIT(d->idx[k]);
    for (int k = 0; k < d->nfix; k++) set |= UR_BIT(d->fix[k]);
    return set;
}

ur_id ur_data_node(ur_comp *c, int datum, int part)
{
    const ur_datum *d = &c->g->data[datum];
    ur_node n = ur_proto(c, UR_DATA, datum_set(d), d->size, 1);
    n.i = datum;
    n.j = part;
    n.sym = !UR_IS_SYMBOL(d->kind) || part == UR_DATA_KNOWN ? 0 : d->closed ? UR_SYM_CLOSED : UR_SYM_OPEN;
    if (UR_IS_SYMBOL(d->kind) && part == UR_DATA_KNOWN) n.rows = 1;
    n.example = true;
    return ur_node_add(c->g, &n);
}

ur_id ur_seen_node(ur_comp *c, ur_op op, int datum)
{
    const ur_datum *d = &c->g->data[datum];
    ur_set set = 0;
    for (int k = 0; k < d->nidx; k++) set |= UR_BIT(d->idx[k]);
    ur_node n = ur_proto(c, op, set, 1, 1);
    n.i = datum;
    n.example = true;
    return ur_node_add(c->g, &n);
}

bool ur_by_component(const ur_comp *c, int datum)
{
    return c->o->given && c->o->given[datum] == UR_GIVEN_PARTS && !UR_IS_SYMBOL(c->g->data[datum].kind);
}

ur_id ur_known_node(ur_comp *c, int datum)
{
    const ur_datum *d = &c->g->data[datum];
    if (!ur_by_component(c, datum)) return ur_seen_node(c, UR_GIVEN, datum);
    ur_id some = ur_vector_op(c, UR_CMAX, ur_data_node(c, datum, UR_DATA_KNOWN));
    return d->nfix ? ur_reduce(c->g, UR_RMAX, some, -1, d->nfix, d->fix, false) : some;
}

ur_id ur_length_node(ur_comp *c, int index, bool here)
{
    const ur_index *x = &c->g->index[index];
    if (x->fixed) return ur_num(c->g, x->size);
    ur_node n = ur_proto(c, UR_LEN, x->parent < 0 ? 0 : ur_parents(c, x->parent), 1, 1);
    n.i = c->root[index];
    n.j = here;
    n.example = true;
    return ur_node_add(c->g, &n);
}

ur_id ur_place_node(ur_comp *c, const ur_scope *s, int index)
{
    if (index < 0) return ur_num(c->g, 1);
    if (c->pin[index])
        return ur_num(c->g, s->reversed & UR_BIT(index) ? c->g->index[index].size + 1 - c->pin[index] : c->pin[index]);
    ur_node n = ur_proto(c, UR_POS, ur_parents(c, index), 1, 1);
    n.i = index;
    ur_id p = ur_node_add(c->g, &n);
    if (!(s->reversed & UR_BIT(index))) return p;
    return ur_binary(c->g, UR_SUB, ur_binary(c->g, UR_ADD, ur_length_node(c, index, false), ur_num(c->g, 1)), p);
}
