/* Softmax is no operator: it is exp(x − log Σ exp(x)), over components or along indices, under a condition or none. Here it is
 * found again, by its form and never by a name. */
#include "graph/graph.h"

ur_id ur_same_value(const ur_graph *g, ur_id v)
{
    while (v >= 0 && ur_op_is(g->node[v].op, UR_SAME) && g->node[v].arg[0] != v) v = g->node[v].arg[0];
    return v;
}

bool ur_log_softmax(const ur_graph *g, ur_id v, ur_softmax *out)
{
    v = ur_same_value(g, v);
    *out = (ur_softmax){ .logits = -1, .condition = -1, .along = -1 };
    if (v >= 0 && g->node[v].op == UR_WHERE &&
        g->node[g->node[v].arg[2]].op == UR_CONST) { /* what the condition leaves out is masked before exp */
        out->condition = g->node[v].arg[0];
        v = ur_same_value(g, g->node[v].arg[1]);
    }
    if (v < 0 || g->node[v].op != UR_SUB) return false;
    ur_id x = ur_same_value(g, g->node[v].arg[0]), l = ur_same_value(g, g->node[v].arg[1]), inner = -1;
    if (l < 0 || (g->node[l].op != UR_RLSE && g->node[l].op != UR_CLSE)) return false;
    if (g->node[l].op == UR_RLSE && g->node[l].nred == 1) out->along = g->node[l].red[0];
    while (g->node[l].op == UR_RLSE && (inner = ur_same_value(g, g->node[l].arg[0])) >= 0 &&
           g->node[inner].op == UR_RLSE) { /* over several indices, one by one */
        out->along = -1;
        l = inner;
    }
    out->logits = g->node[v].arg[0];
    return ur_same_value(g, g->node[l].arg[0]) == x;
}
