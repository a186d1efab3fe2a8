/* The degree of every node in the trained parameters, recurrences by fixpoint. Must not run anything. Invariant: what is called linear is linear for
 * all data; some that is may be missed. */
#include "graph/graph.h"
#include <string.h>

static int most(int a, int b) { return a > b ? a : b; }

static int degree_of(const ur_graph *g, const ur_node *n, const uint8_t *deg)
{
    int d[3] = { 0, 0, 0 }, all = 0;
    for (int a = 0; a < n->narg; a++) {
        int k = n->arg[a] >= 0 ? deg[n->arg[a]] : 0;
        if (a < 3) d[a] = k;
        all = most(all, k);
    }
    switch (n->op) {
    case UR_PARAM: return g->param[n->i].trained ? 1 : 0;
    case UR_ALIAS: case UR_PLACE: case UR_CONCAT: case UR_SLICE: case UR_BCAST: case UR_TRANS: case UR_CSUM: case UR_NEG: case UR_ADD: case UR_SUB: case UR_STOP:
        return all;
    case UR_READ:
        for (int k = n->narg; k < ur_noperand(g, n); k++)
            if (ur_operand(n, k) >= 0)
                all = most(all, deg[ur_operand(n, k)]);
        return all;
    case UR_PROD: case UR_MUL: case UR_CONTRACT: return d[0] + d[1] > 2 ? 2 : d[0] + d[1];
    case UR_DIV: return d[1] ? 2 : d[0];
    case UR_LOOKUP: return d[1] ? 2 : d[0];
    case UR_RSUM: return d[1] ? 2 : d[0];
    case UR_WHERE: return d[0] ? 2 : most(d[1], d[2]);
    default: return all ? 2 : 0;
    }
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
