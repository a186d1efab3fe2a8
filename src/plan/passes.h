/* What the planner's files share: units (a node, a scan over units, or nodes that no index orders) and the edges between nodes. */
#ifndef UR_PASSES_H
#define UR_PASSES_H
#include "plan/program.h"

typedef struct unit {
    ur_id v;                                 /* ≥ 0: a node */
    int index, dir, nbody; struct unit **body;   /* else a scan over an index, +1 forward */
    ur_id *slow; int nslow;                  /* else nodes that no index orders */
} unit;

/* the e-th node that n waits for within the scans of chain: −1: none (carried from an earlier step), −2: no more */
int sched_edge(const plan *p, const ur_node *n, int e, int nchain, const int *chain);
/* smallest and largest offset of a subscript */
/* sched.c: units of all live nodes, arguments first; chains of scans are noted in p->chains and p->node_chain */
void sched_units(plan *p, unit ***out, int *nout);
/* sink.c: component-wise units that one scan alone reads go into it where that saves memory */
void sched_sink(plan *p, unit **units, int *n);
/* ready.c: units that wait for nothing, by number. Component-wise ones have a class (0 … nclass − 1), the others −1 */
typedef struct ready ready;
ready *ready_new(plan *p, int n, const int *class, int nclass);
void ready_add(ready *r, int k);
int  ready_next(ready *r);                   /* one without a class, which is thereby taken; else one that begins a program. There has to be one */
void ready_open(ready *r, int class);        /* a program of this class: what it takes next, −1: there is no more; what it does not want after all */
int  ready_take(ready *r);
void ready_put_aside(ready *r, int k);
void ready_close(ready *r);
/* emit.c: units made into instructions: p->once, p->ins, p->load */
void emit_all(plan *p, unit **u, int n);
/* plan.c */
int  plan_dom(plan *p, const ur_node *n, int nchain, const int *chain);
int  plan_map(plan *p, int to, int from, ur_id read, const int *tuple);
void plan_live(plan *p);                                     /* marks what the outputs need */
void plan_resolve(plan *p);                                  /* arguments that are aliases become what they stand for */
void plan_cycles(plan *p, int *cyc);                         /* numbers the components that have cycles; 0 elsewhere */
/* rewrite.c */
void plan_rewrite(plan *p);
/* fuse.c */
void plan_fuse(plan *p);
void plan_unfuse(plan *p);
/* layout.c */
void plan_layout(plan *p);
void plan_place(plan *p, ur_id v, int b, int col);
/* reuse.c */
void reuse_begin(plan *p);
bool reuse_place(plan *p, ins *i, int top, bool scan, ur_id v);
void reuse_passed(plan *p, const ins *i);

/* recompute.c: NULL: there is nothing to recompute, *why says so */
struct recompute *recompute_make(plan *p, const char **why);
#endif
