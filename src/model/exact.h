/* exact.h: what linear.c finds on a graph and exact.c fits by. Not for other files. */
#ifndef UR_EXACT_H
#define UR_EXACT_H
#include "model/model.h"

typedef struct ur_span { int lo, hi; } ur_span;                     /* offsets at which a datum is read; lo > hi: not at all */
int  ur_degrees(const ur_graph *g, uint8_t *deg);                   /* [nnode] 0 free of trained parameters, 1 linear, 2 more */
void ur_reach(const ur_graph *g, ur_id id, uint8_t *seen, ur_id *stack);
int  ur_spans(const ur_graph *g, ur_id id, int index, ur_span *out /* [ndata] */, ur_err *e);
#endif
