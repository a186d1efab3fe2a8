/* The degree of every node in the trained parameters, recurrences by fixpoint. Must not run anything. Invariant: what is called
 * linear is linear for all data; some that is may be missed. */
#include "graph/graph.h"
#include <string.h>

static int most(int a, int b) { return a > b ? a : b; }

/* of a sum of products: linear in some arguments by themselves (their degrees add up) or together, in others not */
static int degree_of(const ur_graph *g, const ur_node *n, const uint8_t *deg)
{
    int sum = 0;
    if (n->op == UR_PARAM) return g->param[n->i].trained ? 1 : 0;
    for (int k = 0; k < ur_noperand(g, n); k++) {
        int a = ur_operand(n, k), d = a >= 0 ? deg[a] : 0;
        if (d && !ur_op_linear_in(n->op, k)) return 2;
        sum = ur_op_is(n->op, UR_TOGETHER) ? most(sum, d) : sum + d;
    }
    return sum > 2 ? 2 : sum;
}

int ur_degrees(const ur_graph *g, uint8_t *deg)
{
    memset(deg, 0, (size_t)g->nnode);
    for (bool again = true; again;) {
        again = false;
        for (ur_id k = 0; k < g->nnode; k++) {
            int d = degree_of(g, &g->node[k], deg);
            if (d > deg[k]) deg[k] = (uint8_t)d, again = true;
        }
    }
    return 0;
}
