/* Component-wise programs made into functions (math/fused.cc), where this processor has them and all of a program's operations are among those
 * that it can make. Knows no memory but whether a result lies over an argument. */
#include "plan/fast.h"

static void fuse(plan *p, ins *i)
{
    for (int k = 0; k < i->nbody; k++) fuse(p, i->body[k]);
    if (i->kind != INS_EW) return;
    ur_input *input = UR_NEW(&p->arena, ur_input, i->narg + 1);
    double *number = UR_NEW(&p->arena, double, i->narg + 1);
    struct ur_out *out = UR_NEW(&p->arena, struct ur_out, i->nout + 1);
    for (int k = 0; k < i->narg; k++) {
        const operand *o = &i->arg[k];
        input[k] = o->kind == OP_IMM ? UR_INPUT_NUMBER : ins_one(i, k) ? UR_INPUT_ONE : UR_INPUT_EACH;
        number[k] = o->imm;
    }
    for (int k = 0; k < i->nout; k++) out[k] = (struct ur_out){ i->out[k].reg, i->out[k].late && !i->out[k].apart };
    UR_GROW(&p->arena, p->fused, p->nfused, p->fused_cap);
    i->fused = ur_fuse(&(ur_ew_program){ i->nop, i->op, i->nreg, i->narg, input, number, i->nout, out });
    if (i->fused) p->fused[p->nfused++] = i->fused;
}

void plan_fuse(plan *p)
{
    if (!p->o.single) return;
    for (int k = 0; k < p->nins; k++) fuse(p, p->ins[k]);
    for (int k = 0; k < p->nstill; k++) fuse(p, p->still[k]);
    for (int k = 0; k < p->nonce; k++) fuse(p, p->once[k]);
}

void plan_unfuse(plan *p) { while (p->nfused) ur_fused_free(p->fused[--p->nfused]); }
