/* Component-wise programs made into functions (math/fused.cc), where this processor has them and all of a program's operations
 * are among those that it can make; and in a scan's step those that follow each other, with the sums of vectors between them, as
 * one function that takes each row through all of them. Knows no memory but whether a result lies over an argument. */
#include "plan/passes.h"
#include <string.h>

static ur_ew_program program_of(ur_schedule *p, const ins *i)
{
    ur_input *input = UR_NEW(&p->arena, ur_input, i->narg + 1);
    double *number = UR_NEW(&p->arena, double, i->narg + 1);
    struct ur_out *out = UR_NEW(&p->arena, struct ur_out, i->nout + 1);
    for (int k = 0; k < i->narg; k++) {
        const operand *o = &i->arg[k];
        input[k] = o->kind == OP_IMM ? UR_INPUT_NUMBER : ins_one(i, k) ? UR_INPUT_ONE : UR_INPUT_EACH;
        number[k] = o->imm;
    }
    for (int k = 0; k < i->nout; k++) out[k] = (struct ur_out){ i->out[k].reg, i->out[k].late && !i->out[k].apart };
    return (ur_ew_program){ i->nop, i->op, i->nreg, i->narg, input, number, i->nout, out };
}

static ur_fused *keep(ur_schedule *p,
                      ur_fused *f) /* there is room for it: what has no owner is lost where the arena has no memory */
{
    if (f) p->fused[p->nfused++] = f;
    return f;
}

/* ---- groups */
static bool is_sum(const ur_schedule *p, const ins *i)
{
    const ur_node *n = i->kind == INS_NODE ? &p->g.node[i->node] : NULL;
    return n && n->op == UR_CSUM && !n->nfix && !p->g.node[n->arg[0]].nfix;
}

/* does o look at no row of domain d that this step makes, be it as a boundary? What lies over such rows has their domain
 * (reuse.c), and another step's are others: so it is where the READ is at another position along the very index of the scan */
static bool of_another_step(const ur_schedule *p, const ins *scan, int d, const operand *o)
{
    const ur_node *n = o->read >= 0 ? &p->g.node[o->read] : NULL, *q = n ? &p->g.node[n->arg[0]] : NULL;
    for (int e = n ? n->narg : 0; n && e < ur_noperand(&p->g, n); e++)
        if (ur_operand(n, e) >= 0 && p->node_dom[ur_operand(n, e)] == d) return false;
    if (o->kind != OP_BUF || p->node_dom[o->node] != d) return true;
    for (int k = 0; q && k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        if (q->idx[k] == scan->index && s->index == scan->index && s->kind == UR_SUB_REL && s->off && !s->nfix) return true;
    }
    return false;
}

static bool by_rows(const ur_schedule *p, const ins *scan, const ins *i)
{
    bool yes = is_sum(p, i) ? i->arg[0].kind != OP_IMM : i->kind == INS_EW && i->fused;
    for (int k = 0; k < i->narg && yes; k++) {
        const operand *o = &i->arg[k];
        yes = !o->maps && !(i->kind == INS_EW && i->expand[k] && !ins_one(i, k)) &&
              (o->map == SAME_ROW || of_another_step(p, scan, i->dom, o));
    }
    for (int k = 0; k < i->nout && yes; k++) yes = !i->out[k].apart;
    return yes;
}

static int strip_of(ur_schedule *p, row_group *g, int *cap, const operand *o)
{
    for (int k = 0; k < g->nstrip; k++) {
        const operand *q = &g->strip[k];
        if (q->kind == o->kind && q->node == o->node && q->read == o->read && q->map == o->map && q->col == o->col) return k;
    }
    UR_GROW(&p->arena, g->strip, g->nstrip, *cap);
    g->strip[g->nstrip] = *o;
    return g->nstrip++;
}

static void group(ur_schedule *p, ins *const *list, int n)
{
    row_group *g = UR_NEW(&p->arena, row_group, 1);
    ur_row_part *part = UR_NEW(&p->arena, ur_row_part, n);
    int cap = 0;
    g->n = n;
    for (int k = 0; k < n; k++) {
        ins *i = list[k];
        bool sum = is_sum(p, i);
        int nout = sum ? 1 : i->nout, *strip = UR_NEW(&p->arena, int, i->narg + nout + 1);
        for (int a = 0; a < i->narg; a++)
            if (i->arg[a].kind != OP_IMM) strip[a] = strip_of(p, g, &cap, &i->arg[a]);
        for (int o = 0; o < nout; o++)
            strip[i->narg + o] = strip_of(
                p, g, &cap, &(operand){ .kind = OP_BUF, .node = sum ? i->node : i->out[o].node, .read = -1, .map = SAME_ROW });
        part[k] = (ur_row_part){ .n = (size_t)(sum ? i->arg[0].width : i->width), .strip = strip };
        g->flops += (double)part[k].n * (sum ? 1 : i->nop);
        if (sum) continue;
        ur_ew_program *e = UR_NEW(&p->arena, ur_ew_program, 1);
        *e = program_of(p, i);
        part[k].program = e;
    }
    UR_GROW(&p->arena, p->fused, p->nfused, p->pass->fused_cap);
    g->fused = keep(p, ur_fuse_rows(n, part, g->nstrip));
    if (g->fused) list[0]->group = g;
}

static void groups(ur_schedule *p, const ins *scan)
{
    for (int k = 0, n; k < scan->nbody; k += n ? n : 1) {
        bool sums = false;
        for (n = 0; k + n < scan->nbody; n++) {
            const ins *i = scan->body[k + n];
            if (i->dom != scan->body[k]->dom || !by_rows(p, scan, i)) break;
            sums |= is_sum(p, i);
        }
        if (sums && n > 1) group(p, scan->body + k, n);
    }
}

static void fuse(ur_schedule *p, ins *i)
{
    for (int k = 0; k < i->nbody; k++) fuse(p, i->body[k]);
    if (i->kind == INS_SCAN) groups(p, i);
    if (i->kind != INS_EW) return;
    ur_ew_program e = program_of(p, i);
    UR_GROW(&p->arena, p->fused, p->nfused, p->pass->fused_cap);
    i->fused = keep(p, ur_fuse(&e));
}

void ur_plan_fuse(ur_schedule *p)
{
    if (!p->o.limits.single || p->o.loops) return;
    for (int k = 0; k < p->nins; k++) fuse(p, p->ins[k]);
    for (int k = 0; k < p->nstill; k++) fuse(p, p->still[k]);
    for (int k = 0; k < p->nonce; k++) fuse(p, p->once[k]);
}
