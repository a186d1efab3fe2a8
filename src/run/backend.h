/* What runs a graph: a table of functions. engine.c knows backends by it alone; a device is one more table and a folder beside
 * cpu/ and naive/. A backend plans for itself (most through plan/schedule.h) and answers in the model's terms: nodes, items of
 * the batch, bytes of state. */
#ifndef UR_BACKEND_H
#define UR_BACKEND_H
#include "run/run.h"

typedef struct ur_backend {
    const char *name;
    /* Plans g and makes what runs it. 0; UR_NOT_MINE: not this graph, the next backend may; else an error. */
    int (*new)(void **self, const ur_graph *g, const ur_plan_options *o, ur_err *e);
    void (*free)(void *self); /* self: may be NULL */
    /* The step's weights are others than the last step's: copies them, packs them. NULL: `step` reads them where they lie. */
    int (*upload)(void *self, const ur_step *s, ur_err *e);
    int (*step)(void *self, ur_step *s, ur_err *e);                       /* as ur_engine_step */
    int (*bytes)(void *self, const ur_step *s, size_t *bytes, ur_err *e); /* NULL: not known beforehand */
    size_t (*value)(void *self, ur_id id, size_t item, double *out, size_t cap);
    const void *(*row)(void *self, ur_id id, size_t item); /* NULL: no row lies where the host can read it */
    size_t (*state_size)(const void *self, size_t items);
    void (*state_get)(const void *self, size_t items, void *out);
    int (*state_set)(void *self, size_t items, const void *in, ur_err *e);
    int (*state_move)(void *self, size_t items, const uint32_t *from, ur_err *e); /* NULL: by get and set */
    double (*state_apart)(const void *self, const void *a, const void *b);
    ur_pool *(*pool)(void *self);          /* NULL: none to lend */
    bool (*recomputes)(const void *self);  /* NULL: never */
    double (*flops)(const void *self);     /* NULL: not counted */
    const char *(*slow)(const void *self); /* NULL: as ur_engine_slow */
} ur_backend;
enum { UR_NOT_MINE = 1 };

extern const ur_backend ur_backend_cpu, ur_backend_naive;

/* engine.c: the largest difference of n numbers of precision k, as a share of the largest of them; NAN: one is not
 * finite */
double ur_numbers_apart(const ur_kernels *k, size_t n, const char *a, const char *b);
size_t ur_run_limit(size_t memory); /* a budget in bytes; without one all memory that this machine has */
#endif
