/* chains.h: what chains.c and states.c share: latent symbols along an index, and the lines that read them. */
#ifndef UR_CHAINS_H
#define UR_CHAINS_H
#include "lang/comp.h"

typedef struct forward {
    ur_comp *c;
    ur_lift l;
    int n;
    struct {
        ur_drawn *line;
        ur_spec *spec; /* along states; NULL: it draws symbols */
        ur_id logits;  /* ... by these, log p of each */
        ur_set states; /* that it reads */
    } * read;
    int scale_cap;
    ur_id *move, *start;       /* by chain: log p of its state, from those before; of the first one, −1: uniform */
    ur_set carried;            /* indices of the states that the next position reads */
    ur_id first;               /* log p of the first states; −1: they are as all others */
    ur_id predicted, filtered; /* log p, of the latter not normalised, of all states that are read or carried */
    ur_id said;                /* −log p of all data of a position, of each state; −1: nothing reads one */
} forward;

/* chains.c: x without these states, by RLSE, RMAX or RSUM over them */
ur_id ur_sum_states(ur_graph *g, ur_op op, ur_id x, ur_set gone);
ur_set ur_latest(const ur_lift *l); /* the indices of the states of the position itself */
ur_id ur_carried(const forward *f,
                 ur_set states); /* a number for each of these states at each position, whose value comes later */
/* q at the position `by` further on, whose states `by` positions before are those of now */
ur_id ur_shifted(const forward *f, ur_id q, int by);
/* states.c: what is known of each latent symbol, as quantities of the graph */
void ur_state_quantities(forward *f);
#endif
