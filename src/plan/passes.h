/* What the passes share: units (a node, a scan over units, or nodes that no index orders), the edges between nodes, and each
 * pass's entry. */
#ifndef UR_PASSES_H
#define UR_PASSES_H
#include "plan/schedule.h"

/* what the passes tell one another while they make a schedule; [nnode] unless said */
typedef struct passes {
    jmp_buf trap;
    ur_err err;
    const ur_graph *source;
    int set_cap, dom_cap, map_cap, buf_cap, fused_cap;
    int map_at_cap, *map_at; /* hashed: 1 + a map, 0: free */
    ur_id *out;
    int nout;        /* outputs */
    int *uses;       /* how often each node is read */
    bool *slow;      /* the oracle runs it */
    bool *weights;   /* made of parameters and constants alone */
    bool *view;      /* a READ or SLICE that its readers look through */
    int *node_chain; /* of the scans that make it, −1: none */
    int nchains, chain_cap;
    struct chain_rec {
        int n, idx[UR_MAX_RAGGED];
    } * chains;
    ur_id *joined;
    int *joined_at; /* the CONCAT whose rows hold this node's, and from which number on */
    ur_id *beside;  /* the node placed before this one in the same buffer, or −1 */
    ur_id **over;   /* what a node lies over (then −1), or NULL */
    struct reuse *reuse;
    struct unit **unit;
    int nunit; /* what runs, arguments first, until instructions are made of it */
} passes;

typedef struct unit {
    ur_id v; /* ≥ 0: a node */
    int index, dir, nbody;
    struct unit **body; /* else a scan over an index, +1 forward */
    ur_id *slow;
    int nslow; /* else nodes that no index orders */
} unit;

/* the e-th node that n waits for within the scans of chain: −1: none (carried from an earlier step), −2: no more */
int ur_sched_edge(const ur_schedule *p, const ur_node *n, int e, int nchain, const int *chain);
/* sched.c: units of all live nodes, arguments first; chains of scans are noted in chains and node_chain */
void ur_sched_units(ur_schedule *p);
/* sink.c: component-wise units that one scan alone reads go into it where that saves memory */
void ur_sched_sink(ur_schedule *p);
/* ready.c: units that wait for nothing, by number. Component-wise ones have a class (0 … nclass − 1), the others −1 */
typedef struct ready ready;
ready *ur_ready_new(ur_schedule *p, int n, const int *class, int nclass);
void ur_ready_add(ready *r, int k);
int ur_ready_next(
    ready *r); /* one without a class, which is thereby taken; else one that begins a program. There has to be one */
void ur_ready_open(
    ready *r, int class); /* a program of this class: what it takes next, −1: there is no more; what it does not want after all */
int ur_ready_take(ready *r);
void ur_ready_put_aside(ready *r, int k);
void ur_ready_close(ready *r);
/* emit.c: units made into instructions: p->once, p->ins, p->load */
void ur_plan_emit(ur_schedule *p);
/* passes.c, domains.c */
void ur_plan_domains(ur_schedule *p); /* a domain for every live node */
int ur_plan_dom(ur_schedule *p, const ur_node *n, int nchain, const int *chain);
int ur_plan_map(ur_schedule *p, int to, int from, ur_id read, const int *tuple);
void ur_plan_live(ur_schedule *p);             /* marks what the outputs need */
void ur_plan_resolve(ur_schedule *p);          /* arguments that are aliases become what they stand for */
void ur_plan_cycles(ur_schedule *p, int *cyc); /* numbers the components that have cycles; 0 elsewhere */
/* rewrite.c */
void ur_plan_rewrite(ur_schedule *p);
/* fuse.c */
void ur_plan_fuse(ur_schedule *p);
/* layout.c */
void ur_plan_layout(ur_schedule *p);
void ur_plan_place(ur_schedule *p, ur_id v, int b, int col);
/* reuse.c */
void ur_reuse_begin(ur_schedule *p);
bool ur_reuse_place(ur_schedule *p, ins *i, int top, bool scan, ur_id v);
void ur_reuse_passed(ur_schedule *p, const ins *i);

/* recompute.c */
void ur_plan_recompute(ur_schedule *p);
#endif
