/* plan: from a graph to a schedule (schedule.h): maps, scans, hoisting, stacking, draining, fusing, memory. It runs nothing. */
#ifndef UR_PLAN_H
#define UR_PLAN_H
#include "data/data.h"
#include "graph/graph.h"
#include "math/math.h"

/* how a run may go, whatever is run: what users say by options */
typedef struct ur_run_limits {
    bool naive;    /* by the oracle */
    bool single;   /* precision of weights, gradients and everything computed */
    int threads;   /* workers; results do not depend on it */
    size_t memory; /* bytes it may use; 0: no bound */
    int recompute; /* parts of a sequence computed twice instead of stored: 1 always, 0 where storing them exceeds `memory`, −1
                      never */
} ur_run_limits;

enum {
    UR_WINDOW_NONE = -1,
    UR_WINDOW_ROOT = -2
}; /* for an index that chunks run along: none; the one that data are carried along (ur_run_want) */

typedef struct ur_plan_options {
    ur_run_limits limits;
    const ur_id *keep;
    int nkeep;        /* nodes whose values ur_engine_value will be asked for */
    int window_index; /* the index that chunks run along when state is carried, or UR_WINDOW_NONE */
    int segment;      /* positions in such a part; 0: chosen */
    bool loops;       /* component-wise programs as loops even where the processor has functions for them: the same bits */
    int shard;        /* sequences a shard holds at most; 0: chosen by the plan */
    bool stepwise; /* batches go on position by position along window_index: what is not carried along it is computed when a batch
                      is fresh (or has other items) and kept, once for items with one lead. No adjoints, no ~ lines */
} ur_plan_options;

extern bool ur_plan_checked; /* every schedule is looked at after every pass (verify.c): for tests */

/* the plan in words (unroll explain). Lengths unknown: bytes and operations per position. */
void ur_plan_explain(const ur_graph *g, bool grad, ur_buf *out, ur_err *e);
#endif
