/* A graph as text, a line for each node: for tests and for whoever looks for what the language or a pass made of a model. Changes
 * nothing. */
#include "graph/graph.h"

static void print_set(const ur_graph *g, const ur_node *n, ur_buf *out)
{
    ur_buf_printf(out, "[");
    for (int k = 0; k < n->nidx; k++) ur_buf_printf(out, "%s%s", k ? "," : "", g->index[n->idx[k]].name);
    for (int k = 0; k < n->nfix; k++) ur_buf_printf(out, "%s%s", k ? "," : ";", g->index[n->fix[k]].name);
    ur_buf_printf(out, "]%s %dx%d%s", n->example ? "" : " const", n->rows, n->cols, n->sym ? " symbol" : "");
}

static void print_sub(const ur_graph *g, const ur_sub *s, ur_buf *out)
{
    if (s->kind == UR_SUB_FIRST) ur_buf_printf(out, "%d", 1 + s->off);
    else {
        ur_buf_printf(out, "%s", s->kind == UR_SUB_END ? "end" : g->index[s->index].name);
        if (s->mul) ur_buf_printf(out, "*%d", s->mul);
        if (s->off) ur_buf_printf(out, "%+d", s->off);
    }
    for (int k = 0; k < s->nfix; k++) ur_buf_printf(out, "%+d%s", s->times[k], g->index[s->fix[k]].name);
    if (s->div) ur_buf_printf(out, "/%d", s->div);
    if (s->before >= 0) ur_buf_printf(out, "|before %%%d", s->before);
    if (s->after >= 0) ur_buf_printf(out, "|after %%%d", s->after);
}

void ur_graph_print(const ur_graph *g, ur_buf *out)
{
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        ur_buf_printf(out, "%%%d ", v);
        print_set(g, n, out);
        ur_buf_printf(out, " %s", ur_ops[n->op].id);
        if (n->op == UR_CONST || n->op == UR_RAND) ur_buf_printf(out, " %g", n->num);
        if (ur_op_is(n->op, UR_OF_PARAM)) ur_buf_printf(out, " %s", g->param[n->i].name);
        if (ur_op_is(n->op, UR_OF_DATUM)) ur_buf_printf(out, " %s", g->data[n->i].name);
        if (n->op == UR_COUNTS) ur_buf_printf(out, " %s", g->goal[n->i].name);
        if (ur_op_is(n->op, UR_OF_INDEX)) ur_buf_printf(out, " %s", g->index[n->i].name);
        for (int k = 0; k < n->narg; k++) ur_buf_printf(out, " %%%d", n->arg[k]);
        if (n->trans) ur_buf_printf(out, " transposed");
        for (int k = 0; k < n->nred; k++) ur_buf_printf(out, "%s%s", k ? "," : " over ", g->index[n->red[k]].name);
        if (n->red_example) ur_buf_printf(out, " and examples");
        for (int k = 0; k < ur_nsub(g, n); k++) {
            ur_buf_printf(out, k ? ", " : " @");
            print_sub(g, &n->sub[k], out);
        }
        ur_buf_printf(out, "\n");
    }
}
