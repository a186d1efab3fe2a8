/* Which units of a body may come next, smallest number first. Knows numbers and classes, no nodes. A program is opened for one
 * class and takes its units in rounds. */
#include "plan/passes.h"

struct ready {
    ur_schedule *p;
    const int *class; /* by unit */
    bool *taken;
    ur_heap alone, any; /* units without a class; all others, with some that were taken meanwhile */
    ur_rounds *of;      /* by class */
    ur_heap aside;      /* for another program than the open one */
    int open;           /* the class of the open program */
};

ready *ur_ready_new(ur_schedule *p, int n, const int *class, int nclass)
{
    ready *r = UR_NEW(&p->arena, ready, 1);
    *r = (ready){
        .p = p, .class = class, .taken = UR_NEW(&p->arena, bool, n + 1), .of = UR_NEW(&p->arena, ur_rounds, nclass + 1)
    };
    for (int k = 0; k < nclass; k++) ur_rounds_begin(&p->arena, &r->of[k]);
    return r;
}

void ur_ready_add(ready *r, int k)
{
    int c = r->class[k];
    ur_heap_push(&r->p->arena, c < 0 ? &r->alone : &r->any, k);
    if (c >= 0) ur_rounds_add(&r->p->arena, &r->of[c], k);
}

int ur_ready_next(ready *r)
{
    if (r->alone.n) return ur_heap_pop(&r->alone);
    while (r->taken[r->any.at[0]]) ur_heap_pop(&r->any);
    return r->any.at[0];
}

void ur_ready_open(ready *r, int class) { r->open = class; }

int ur_ready_take(ready *r)
{
    ur_rounds *of = &r->of[r->open];
    if (!ur_rounds_turn(of)) return -1;
    int k = ur_rounds_take(of);
    r->taken[k] = true;
    return k;
}

void ur_ready_put_aside(ready *r, int k)
{
    r->taken[k] = false;
    ur_heap_push(&r->p->arena, &r->aside, k);
}

void ur_ready_close(ready *r)
{
    ur_rounds *of = &r->of[r->open];
    ur_rounds_begin(&r->p->arena, of);
    while (r->aside.n) ur_rounds_add(&r->p->arena, of, ur_heap_pop(&r->aside));
}
