/* What grad.c asks of the adjoints of READs. Must not be seen outside this room. */
#ifndef UR_UNREAD_H
#define UR_UNREAD_H
#include "graph/makers.h"

static inline ur_id ur_plus_adjoint(ur_graph *g, ur_id sum, ur_id c) { return sum < 0 ? c : Add(sum, c); }
/* a PLACE along a fixed index */
static inline bool ur_is_placed(const ur_graph *g, ur_id c) { return g->node[c].op == UR_PLACE && g->index[g->node[c].i].fixed; }
ur_id ur_sum_adjoints(ur_graph *g, int n, ur_id *c); /* those that lie at single places of a fixed index side by side */
/* d at one position of an index: the kind of a subscript, and its offset */
ur_id ur_one_position(ur_graph *g, ur_id d, int index, int kind, int off);
/* d, the adjoint of a READ, summed back onto the index set of what it read: subs[k] addresses its k-th index (ragged, then fixed)
 */
ur_id ur_unread(ur_graph *g, ur_id d, int nidx, const int16_t *idx, int nfix, const int16_t *fix, const ur_sub *const *subs);
/* what a boundary gets: Σ of d over the reader's positions that fell off at the start, or end; −1: nothing does */
ur_id ur_unread_edge(ur_graph *g, ur_id d, const ur_sub *s, int qindex, bool start);
#endif
