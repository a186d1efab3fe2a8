/* The passes that make a schedule of a graph, one after the other. A pass knows what those before it left in the schedule and in
 * `passes`; where a check is set, the schedule is looked at after each of them (verify.c). */
#include "plan/passes.h"
#include <string.h>

static void copy_graph(ur_schedule *p)
{
    const ur_graph *g = p->pass->source;
    p->g = *g;
    p->g.arena = &p->arena;
    p->g.hash = NULL;
    p->g.hash_cap = 0;
    p->g.node = UR_NEW(&p->arena, ur_node, g->nnode + 64);
    p->g.node_cap = g->nnode + 64;
    memcpy(p->g.node, g->node, sizeof *g->node * (size_t)g->nnode);
    p->nforward = g->nforward ? g->nforward : g->nnode;
    p->live = UR_NEW(&p->arena, bool, g->nnode + 1);
    ur_plan_resolve(p);
}

void ur_plan_resolve(ur_schedule *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        ur_node *n = &g->node[v];
        if (!n->narg) continue;
        ur_id *a = UR_NEW(&p->arena, ur_id, n->narg);
        for (int k = 0; k < n->narg; k++) a[k] = ur_aliased(g, n->arg[k]);
        if (n->op == UR_READ) {
            int ns = ur_nsub(g, n);
            ur_sub *s = UR_NEW(&p->arena, ur_sub, ns + 1);
            memcpy(s, n->sub, sizeof *s * (size_t)ns);
            for (int k = 0; k < ns; k++) {
                s[k].before = ur_aliased(g, s[k].before);
                s[k].after = ur_aliased(g, s[k].after);
            }
            n->sub = s;
        }
        n->arg = a;
    }
}

static void add_output(ur_schedule *p, ur_id v) { p->pass->out[p->pass->nout++] = ur_aliased(&p->g, v); }

static void find_outputs(ur_schedule *p)
{
    const ur_graph *g = &p->g;
    p->pass->out = UR_NEW(&p->arena, ur_id, 2 + g->nparam + 2 * ur_naddend(g) + p->o.nkeep);
    add_output(p, g->loss);
    for (int k = 0; k < ur_naddend(g); k++) {
        add_output(p, ur_addend_of(g, k).value);
        add_output(p, ur_addend_of(g, k).counts);
    }
    for (int k = 0; g->dparam && k < g->nparam; k++)
        if (g->dparam[k] >= 0) add_output(p, g->dparam[k]);
    for (int k = 0; k < p->o.nkeep; k++) add_output(p, p->o.keep[k]);
    ur_plan_live(p);
}

void ur_plan_live(ur_schedule *p)
{
    memset(p->live, 0, sizeof *p->live * (size_t)p->g.nnode);
    ur_id *stack = UR_NEW(&p->arena, ur_id, p->g.nnode + 1), *out = p->pass->out;
    for (int k = 0; k < p->pass->nout; k++) {
        out[k] = ur_aliased(&p->g, out[k]);
        ur_reach(&p->g, out[k], p->live, stack);
    }
}

/* a gradient that is rows of a stack is read from there: it needs no copy */
static bool of_stack(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[v];
    if (n->op != UR_SLICE || n->trans || n->nfix || n->example || n->nidx) return false;
    return !ur_op_is(g->node[n->arg[0]].op, UR_STEADY);
}

static void read_stacks(ur_schedule *p)
{
    ur_id *out = p->pass->out;
    for (int k = 0; k < p->pass->nout - p->o.nkeep; k++) {
        if (!of_stack(&p->g, out[k])) continue;
        out[k] = p->g.node[out[k]].arg[0];
        p->pass->uses[out[k]] += 2;
    }
    ur_plan_live(p);
}

/* the graph stays as it is from here on: room for what is known of each node */
static void make_room(ur_schedule *p)
{
    size_t n = (size_t)p->g.nnode + 1;
    p->pass->view = UR_NEW(&p->arena, bool, n);
    p->pass->node_chain = UR_NEW(&p->arena, int, n);
    p->pass->slow = UR_NEW(&p->arena, bool, n);
    p->node_dom = UR_NEW(&p->arena, int, n);
    p->store = UR_NEW(&p->arena, store, n);
    p->load = UR_NEW(&p->arena, ur_id, n);
    for (size_t k = 0; k < n; k++) {
        p->pass->node_chain[k] = -1;
        p->store[k].buf = NOWHERE;
    }
    for (int k = 0; k < p->pass->nout; k++) p->store[p->pass->out[k]].buf = AN_OUTPUT;
}

/* numbers of the text lie in memory, too: alone, or as rows of what they stand before or after */
static void place_constants(ur_schedule *p)
{
    ur_graph *g = &p->g;
    size_t *width = UR_NEW(&p->arena, size_t, g->nnode + 1);
    p->constant = UR_NEW(&p->arena, char *, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        for (int e = n->narg; e < ur_noperand(g, n); e++) {
            ur_id b = ur_operand(n, e);
            size_t w = ur_node_width(g, n), from = ur_node_width(g, &g->node[n->arg[0]]);
            if (b >= 0 && (w > from ? w : from) > width[b]) width[b] = w > from ? w : from;
        }
    }
    for (ur_id v = 0; v < g->nnode; v++) {
        if (g->node[v].op != UR_CONST) continue;
        size_t w = width[v] ? width[v] : 1;
        p->constant[v] = UR_NEW(&p->arena, char, w * p->k->esize);
        p->k->fill(w, g->node[v].num, p->constant[v]);
    }
}

enum { GRAPH = UR_HOLDS_GRAPH, ROWS = GRAPH | UR_HOLDS_ROWS, ORDER = ROWS | UR_HOLDS_ORDER, MEMORY = ORDER | UR_HOLDS_MEMORY };

/* clang-format off */
static const struct { const char *name; void (*run)(ur_schedule *); unsigned holds; } passes_in_order[] = {
    { "copy the graph",                                             copy_graph,      GRAPH },
    { "what is asked for, and so what is needed",                   find_outputs,    GRAPH },
    { "rewrite it: split, regroup, stack, join, pack",              ur_plan_rewrite,    GRAPH },
    { "gradients stay in their stacks",                             read_stacks,     GRAPH },
    { "room for what is known of each node",                        make_room,       GRAPH },
    { "scans and maps: what waits for what",                        ur_sched_units,     GRAPH },
    { "what one scan alone reads goes into it",                     ur_sched_sink,      GRAPH },
    { "which rows each node has",                                   ur_plan_domains,    ROWS },
    { "instructions: views, programs, what the weights alone make", ur_plan_emit,       ORDER },
    { "where each node lies",                                       ur_plan_layout,     MEMORY },
    { "what can be computed twice instead of stored",               ur_plan_recompute,  MEMORY },
    { "numbers of the text",                                        place_constants, MEMORY },
    { "functions of this processor",                                ur_plan_fuse,       MEMORY },
};
/* clang-format on */

static void check(ur_schedule *p, size_t pass)
{
    ur_buf out = { 0 };
    bool good = ur_schedule_check(p, passes_in_order[pass].holds, &out);
    if (!good)
        ur_fail(&p->pass->err, UNROLL_ERROR_UNSUPPORTED, "the plan is wrong after \"%s\": %.1500s", passes_in_order[pass].name,
                out.s ? out.s : "");
    ur_buf_free(&out);
    if (!good) longjmp(p->pass->trap, 1);
}

int ur_schedule_make(ur_schedule **out, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    ur_schedule *p = ur_zalloc(sizeof *p);
    if (!p || !(p->pass = ur_zalloc(sizeof *p->pass))) {
        ur_free(p);
        return ur_nomem(e);
    }
    p->pass->source = g;
    p->o = *o;
    p->k = ur_kernels_for(o->limits.single);
    p->arena.trap = &p->pass->trap;
    p->arena.err = &p->pass->err;
    if (!setjmp(p->pass->trap)) {
        for (size_t k = 0; k < sizeof passes_in_order / sizeof *passes_in_order; k++) {
            passes_in_order[k].run(p);
            if (ur_plan_checked) check(p, k);
        }
        *out = p;
        return 0;
    }
    int rc = ur_fail(e, p->pass->err.code, "%s", p->pass->err.text);
    ur_schedule_free(p);
    return rc;
}

void ur_schedule_free(ur_schedule *p)
{
    if (!p) return;
    while (p->nfused) ur_fused_free(p->fused[--p->nfused]);
    ur_arena_free(&p->arena);
    ur_free(p->pass);
    ur_free(p);
}
