/* exact.h: what linear.c finds on a graph and exact.c fits by. Not for other files. */
#ifndef UR_EXACT_H
#define UR_EXACT_H
#include "model/model.h"

typedef struct ur_span { int lo, hi; } ur_span;                     /* offsets at which a datum is read; lo > hi: not at all */
int  ur_degrees(const ur_graph *g, uint8_t *deg);                   /* [nnode] 0 free of trained parameters, 1 linear, 2 more */
void ur_reach(const ur_graph *g, ur_id id, uint8_t *seen, ur_id *stack);
typedef struct ur_order_work { ur_id *path, *out; int *next; } ur_order_work;        /* [nnode] each */
int  ur_order_work_new(ur_order_work *w, const ur_graph *g, ur_err *e);
void ur_order_work_free(ur_order_work *w);
int  ur_postorder(const ur_graph *g, ur_id id, uint8_t *met, ur_order_work *w);     /* how many there are in w->out */
int  ur_spans(const ur_graph *g, ur_id id, int index, ur_span *out /* [ndata] */, ur_err *e);
#endif
