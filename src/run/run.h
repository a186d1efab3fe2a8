/* run: executes what is planned. Two backends for every graph: `naive` (every node, position after position, example after
 * example, in double: the oracle) and `cpu` (a schedule, in shards on threads). Both answer through the same functions. */
#ifndef UR_RUN_H
#define UR_RUN_H
#include "plan/plan.h"

typedef struct ur_engine ur_engine; /* a plan, its workers and their memory */
int ur_engine_new(ur_engine **out, const ur_graph *g, const ur_plan_options *o, ur_err *e);
void ur_engine_free(ur_engine *en);
ur_pool *ur_engine_pool(ur_engine *en); /* its threads, to lend while no step runs; NULL: there is one */

/* whose draws (DRAW) an item has: of which example, and which: of step n of a fit (from 1), of sample n (from 1); 0: those by
 * which validation and whoever asks once are served */
typedef struct ur_turn {
    uint32_t example, turn;
} ur_turn;

typedef struct ur_step { /* one execution */
    const ur_examples *x;
    const ur_batch *batch;
    const void *weight; /* [g->nweight] in the plan's precision */
    void *grad;         /* [g->nweight] overwritten, or NULL (graph without adjoints) */
    uint64_t version;   /* what is made of the weights alone is made anew when this differs from the last step's; 0: always */
    uint64_t seed;
    uint32_t step;        /* for dropout and what stands for values that are not given */
    uint32_t turn;        /* as ur_turn.turn, of each item with its own example */
    const ur_turn *own;   /* [items] where that is not so, or NULL */
    bool training;        /* a step of a fit */
    double left;          /* ... and the share of that fit that is still to be done; else 0 */
    const uint32_t *lead; /* [items] stepwise: items with equal numbers have the same data on all indices but the window's, and
                             stand side by side; or NULL */
    ur_draw_options draw;
    double per_epoch; /* 1 / what an epoch of the fit scores, for priors; 0: no step of a fit */
    /* answers */
    double loss;                   /* Σ −log p, and the losses of the text */
    double *like_sum, *like_count; /* [ur_naddend(g)], or NULL */
    /* a number that is not finite: which ~ line or node, which position, example of the batch */
    ur_id bad_node;
    int bad_item;
    int bad_pos;
    double bad_at; /* bad_node a GATHER, found by the oracle: the subscript, and the smallest and the largest that there may be */
    int64_t bad_first, bad_last;
} ur_step;
static inline ur_turn ur_turn_of(const ur_step *s, size_t item)
{
    return s->own ? s->own[item] : (ur_turn){ s->batch->item[item].example, s->turn };
}
static inline double ur_run_says(const ur_step *s, int what)
{
    return what == UR_RUN_TRAINING   ? s->training
           : what == UR_RUN_PROGRESS ? 1 - s->left
           : what == UR_RUN_SAMPLES  ? s->draw.mode != 0
                                     : s->per_epoch;
}
/* Returns 0; UNROLL_ERROR_NUMERIC when the loss is not finite (bad_* say where it arose first); UNROLL_ERROR_MEMORY with the size
 * when the plan for this batch is over the budget. */
int ur_engine_step(ur_engine *en, ur_step *s, ur_err *e);

/* After a step: the value of node `id` (one of keep) for item k of the batch, in canonical order of its positions:
 * [positions][width] as double (symbols as whole numbers). Returns the number of positions written, at most cap numbers; out
 * NULL: only counts. */
size_t ur_engine_value(ur_engine *en, ur_id id, size_t item, double *out, size_t cap);

/* The first row of node `id` (one of keep) for item k, in the plan's precision, where it lies; NULL: use ur_engine_value. */
const void *ur_engine_row(ur_engine *en, ur_id id, size_t item);

/* carried state (recurrent quantities, drawn data) as bytes: to save, restore, reorder a stream */
size_t ur_engine_state_size(const ur_engine *en, size_t items);
void ur_engine_state_get(const ur_engine *en, size_t items, void *out);
int ur_engine_state_set(ur_engine *en, size_t items, const void *in, ur_err *e);
/* how far apart the states a and b of one item are: the largest difference within a quantity, as a share of its largest number;
 * other symbols: 1; NAN: a number of them is not finite */
double ur_engine_state_apart(const ur_engine *en, const void *a, const void *b);
/* item k goes on from the state of item from[k] */
int ur_engine_state_move(ur_engine *en, size_t items, const uint32_t *from, ur_err *e);
/* peak bytes for a batch like this one, without running it */
int ur_engine_bytes(ur_engine *en, const ur_examples *x, const ur_batch *b, size_t *bytes, ur_err *e);
bool ur_engine_recomputes(const ur_engine *en); /* did the last step compute parts twice instead of storing them? */
/* operations (multiply and add count two) of the last step */
double ur_engine_flops(const ur_engine *en);
const char *ur_engine_slow(const ur_engine *en); /* the first quantity that is computed value by value, since no index orders what
                                                    it reads of itself; NULL: there is none */
#endif
