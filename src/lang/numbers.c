/* numbers.c: numbers that a text fixes before anything runs, as nodes have them: of numbers, hypers, positions along one fixed
 * index and parameters that are not trained. Must not know data. Invariant: what it gives is what a run would compute. */
#include "lang/comp.h"

static bool parameter(const ur_graph *g, const ur_node *n, int index, int at, int row, double *out)
{
    const ur_param *p = &g->param[n->i];
    if (p->trained || p->init != UR_INIT_CONST || n->nfix > 1 || (n->nfix && n->fix[0] != index)) return false;
    *out = p->start ? p->start[(n->nfix ? at * n->rows : 0) + (n->rows > 1 ? row : 0)] : p->arg[0];
    return true;
}

static bool part(const ur_graph *g, const ur_node *n, int index, int at, int row, double *out)
{
    for (int k = 0; k < n->narg; k++) {
        int rows = g->node[n->arg[k]].rows;
        if (row < rows) return ur_known_number(g, n->arg[k], index, at, row, out);
        row -= rows;
    }
    return false;
}

bool ur_known_number(const ur_graph *g, ur_id v, int index, int at, int row, double *out)
{
    const ur_node *n = &g->node[v];
    double x[3] = { 0 }, sum = 0;
    if (n->nidx || n->example || n->cols > 1 || n->narg > 3) return n->op == UR_CONCAT && part(g, n, index, at, row, out);
    switch (n->op) {
    case UR_CONST: *out = n->num; return true;
    case UR_POS: *out = at + 1; return n->i == index;
    case UR_PARAM: return parameter(g, n, index, at, row, out);
    case UR_CONCAT: return part(g, n, index, at, row, out);
    case UR_CSUM:
        for (int k = 0; k < g->node[n->arg[0]].rows; k++, sum += x[0])
            if (!ur_known_number(g, n->arg[0], index, at, k, &x[0])) return false;
        *out = sum;
        return true;
    case UR_READ:
        if (g->node[n->arg[0]].nidx || g->node[n->arg[0]].nfix != 1 || !ur_sub_still(&n->sub[0], index)) return false;
        return ur_known_number(g, n->arg[0], index, at, row, out);
    default: break;
    }
    if (!ur_op_is(n->op, UR_BY_COMPONENT | UR_SAME)) return false;
    for (int k = 0; k < n->narg; k++)
        if (!ur_known_number(g, n->arg[k], index, at, row, &x[k])) return false;
    if (ur_op_is(n->op, UR_SAME)) *out = x[0];
    else if (n->op == UR_WHERE) *out = x[0] != 0 ? x[1] : x[2];
    else
        *out = n->narg == 1   ? ur_op_eval1(n->op, x[0])
               : n->narg == 2 ? ur_op_eval2(n->op, x[0], x[1])
                              : ur_op_eval3(n->op, x[0], x[1], x[2]);
    return true;
}
