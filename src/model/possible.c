/* possible.c: which of the symbols that stand for no text can come where a ~ line draws symbols. Must not know plans.
 * The start never comes, the end where sequences have one, the unknown where training met it. What can never come takes no share:
 * a classifier of K labels has a softmax of K. A text's symbols are open, and weights of other programs have a softmax over all
 * that their file has: both keep the whole. Of symbol(k) there are the k alone. */
#include "model/model.h"

static bool can(const unroll_model *m, int d, int id, bool open)
{
    if (m->graph->data[d].closed) return false;
    if (id == UR_SYM_UNKNOWN) return open;
    return id == UR_SYM_END && ur_symbol_first(&m->graph->schema, d) == UR_SYM_END && !m->code[d].endless;
}

static bool is_text(const unroll_model *m, int d)
{
    return UR_IS_TEXT(m->graph->data[d].kind) && !ur_is_label(&m->graph->schema, d);
}

double ur_symbols_possible(const unroll_model *m, int d, const double *count, size_t n)
{
    double possible = 0;
    for (size_t i = 0; i < n; i++) possible += i >= UR_SYM_FIRST || count[i] > 0 || can(m, d, (int)i, is_text(m, d));
    return possible;
}

unsigned ur_symbols_never(const unroll_model *m, int d)
{
    const ur_datum *u = &m->graph->data[d];
    const double *count = m->rec.freq[d];
    bool open = !count && !ur_is_label(&m->graph->schema, d); /* before a fit that may leave out rare ones */
    unsigned never = 0;
    if (u->closed) return UR_SYM_SPECIAL;
    if (!u->drawn || !UR_IS_SYMBOL(u->kind) || !m->code || !m->code[d].vocab || is_text(m, d) || m->rec.order[d]) return 0;
    for (int id = 0; id < UR_SYM_FIRST; id++)
        if (!can(m, d, id, open) && !(count && id < m->rec.nfreq[d] && count[id] > 0)) never |= 1u << id;
    return never;
}
