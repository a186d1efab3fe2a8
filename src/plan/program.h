/* The fast plan's own structures: domains (which rows a node has and in what order), maps (how one domain's rows read another's),
 * instructions, and the schedule tree. Private to the plan room. */
#ifndef UR_PROGRAM_H
#define UR_PROGRAM_H
#include "plan/plan.h"

/* A domain: the rows of all nodes with the same index set, laid out for the same scans. One row holds a node's numbers at one position of
 * one example. Rows are sorted by position along the scanned indices (outermost first), then by falling length, so that what
 * one step of a scan touches is one contiguous range, live sequences first. */
typedef struct dom {
    int nidx, idx[UR_MAX_RAGGED];
    bool example;
    int nchain, chain[UR_MAX_RAGGED];        /* indices scanned over, outermost first */
} dom;

/* canonical enumeration of an index set: item, then positions in index order */
typedef struct canon {
    int nidx, idx[UR_MAX_RAGGED];
    int n, cap;
    int *item, *pos[UR_MAX_RAGGED];          /* [n]; positions from 1 */
    int *first;                              /* [rows of the set without its last index + 1] */
    int up;                                  /* canon of the set without its last index; −1: one row per item */
    bool lead;                               /* a stepwise plan's set without the window index: rows of the first of the items that share their data */
} canon;

enum { FROM_NODE, FROM_ZERO, FROM_START, FROM_END, FROM_AUX, FROM_BOUND };   /* FROM_BOUND + 2·sub + (0 before, 1 after) */
typedef struct run { int row, n, src; int16_t from; int16_t step; } run;     /* rows row…row+n−1 read src, src+step, … */

/* how the rows of `to` read the rows of `from` */
typedef struct map {
    int to, from;                            /* domains */
    ur_id read;                              /* the READ node, or −1: a plain broadcast */
    int tuple[UR_MAX_FIXED];                 /* READ: this map is for these positions of the READ's fixed indices */
    run *run; int nrun, cap, at;             /* at: the run looked at last */
    int naux;                                /* rows of `aux` used: what reads before the window's start give */
    int *aux_item, (*aux_pos)[UR_MAX_RAGGED]; /* [naux] which item and positions in its window (from 1; before its start: 0 and less) */
    int aux_cap;
    int bound[2 * UR_MAX_RAGGED];            /* domains of the boundary nodes */
} map;

enum { OP_IMM, OP_PARAM, OP_BUF };
/* where an instruction finds an argument */
typedef struct operand {
    int kind;
    ur_id node;                              /* the node whose numbers these are (a READ's source for a READ that is a view) */
    ur_id read;                              /* the READ that is a view, or −1 */
    int map;                                 /* −1: same rows as the instruction */
    int *maps;                               /* a READ with fixed indices: a map for each of their tuples; its rows are gathered */
    int col;                                 /* first number within a row (slices) */
    int width;
    double imm;
} operand;

typedef enum ins_kind { INS_EW, INS_PROD, INS_CONTRACT, INS_NODE, INS_SCAN, INS_SLOW } ins_kind;

/* late: lies over an input that is still read: written when all is computed. apart: over an input's other columns: so in all of a row */
typedef struct ew_out { int reg; ur_id node; bool late, apart; } ew_out;

typedef struct ins {
    ins_kind kind;
    int seq;                                 /* place in the order of running */
    int dom;                                 /* rows it runs over */
    ur_id node;                              /* NODE, PROD, CONTRACT: the node; EW: the first */
    int nmember; ur_id *member;              /* EW: all nodes computed */
    int narg; operand *arg;                  /* by instruction kind; PROD: matrix, vectors, what it starts from (several: side by side) */
    int out_map;                             /* reductions: rows of the argument → rows of the result */
    int ntuple, *at_arg, *at_cond, *at_out;  /* reductions, for each tuple of the fixed indices of argument and condition: which tuple of the argument, of
                                                the condition, of the result (RARGMAX: of the result less its index) it is */
    bool add;                                /* PROD: the output already holds the addend */
    int rows, deep, each;                    /* PROD: of the matrix as it is used. PROD, CONTRACT: how many vectors lie side by side in a row, 0: several matrices, or columns */
    /* EW */
    int nop; ur_ew_op *op; int nreg; int nout; ew_out *out; int width;
    int **expand;                            /* [narg] index map for operands that lack fixed indices, or NULL */
    ur_fused *fused;                         /* the program as one function; NULL: an operation after the other */
    struct row_group *group;                 /* in a scan: it and those after it as one function; NULL: by itself */
    /* SLOW: a cycle that no index orders, run by the oracle: its nodes are `member`, what it reads `input` */
    int ninput; ur_id *input; const char *why;
    /* SCAN */
    int index, dir, depth; int nbody; struct ins **body;
} ins;

/* `n` instructions of a step, each of whose rows looks at no other row that the step makes: one function takes rows through all of them */
typedef struct row_group { int n; ur_fused *fused; int nstrip; operand *strip; double flops; } row_group;

static inline bool ins_one(const ins *i, int k) { return i->arg[k].width == 1 && i->width > 1; }   /* EW: argument k is one number a row */

typedef struct buf { int dom; int ld; size_t esize; int first, last; size_t offset; bool pinned; bool shared; ur_id node; int nnode; } buf;   /* shared: of the weights alone, at `offset` of what all shards share; node: the last one placed in it, of nnode */
typedef struct store { int buf, col; } store;     /* buf −1: not materialised */

/* A plan that recomputes instead of storing (√T checkpoints: Chen et al. 2016, Gruslys et al. 2016), as recompute.c finds it and
 * run/cpu/segment.c runs it. The index that the longest scans run along is cut into segments:
 *     before                             what needs no segment
 *     first, for each segment upwards    only what later segments and the middle need; rows beside a segment's start are kept
 *     middle                             what needs all of the first pass
 *     again, for each segment downwards  the forward half again and the backward half, from what was kept
 *     after                              what needs all of that */
typedef struct halo { ur_id node; int before, after; size_t width; } halo;   /* steps needed beside a segment; bytes of a row */
typedef struct part_list { int n; ins **ins; int nload; ur_id *load; } part_list;

struct recompute {
    int index;
    part_list before, first, middle, again, after;
    int nhalo; halo *halo;
    bool all_first;                          /* the first pass runs the last segment too: the middle needs it */
    int reach;                               /* steps that a segment has at least */
    buf *buf;                                /* the plan's, living at other times */
    bool *part;                              /* [nbuf] holds the rows of one segment and those beside it */
    int *early, *late;                       /* [nbuf] steps held beside it */
    size_t saved;                            /* bytes of a position in such buffers */
};


typedef struct plan {
    ur_arena arena; jmp_buf trap; ur_err err;
    const ur_graph *source;
    ur_graph g;                              /* a copy that the passes may extend */
    ur_plan_options o;
    const ur_kernels *k;
    int ndom, dom_cap; dom *dom;
    int ncanon, canon_cap; canon *canon_proto;
    int nmap, map_cap; map *map;
    int map_at_cap, *map_at;                 /* hashed: 1 + a map, 0: free */
    int nbuf, buf_cap; buf *buf;
    int *uses;                               /* how often each node is read */
    int *node_dom; store *store; int *node_chain; bool *live; bool *view;
    int nchains, chain_cap; struct chain_rec { int n, idx[UR_MAX_RAGGED]; } *chains;
    ur_id *beside;                           /* the node placed before this one in the same buffer, or −1 */
    ur_id **over;                            /* what a node lies over (then −1), or NULL */
    struct reuse *reuse;
    ur_id *joined; int *joined_at;           /* the CONCAT whose rows hold this node's, and from which number on */
    int nload; ur_id *load;
    int nins; ins **ins;
    int nfused, fused_cap; ur_fused **fused;
    int nstill; ins **still; bool *stays;    /* stepwise: instructions on what is not carried along the window index; nodes so made */
    int back;                                /* how far back a READ reaches along the window index */
    int nonce; ins **once; size_t shared;    /* instructions on the weights alone, run once for all shards; bytes of their results */
    char **constant;                         /* [nnode] of a CONST: rows of its number, as wide as what it stands before or after */
    bool *weights;                           /* nodes made of parameters and constants alone */
    ur_id *out; int nout;
    int nforward;                            /* nodes before the adjoints */
    /* carried state: nodes read before the window's start */
    int nstate; struct carried { ur_id node, before; int depth; size_t width, offset; } *state; size_t state_item;   /* width: bytes of a position */
    struct recompute *re; const char *re_why;   /* how it recomputes instead of storing; NULL: it does not, and why */
    bool *slow; int nslow;                   /* nodes that the oracle runs; how many pieces */
} plan;

static inline size_t plan_esize(const plan *p, const ur_node *n) { return n->sym ? sizeof(int32_t) : p->k->esize; }   /* bytes of a number of n, or of a symbol */
int  plan_make(plan **out, const ur_graph *g, const ur_plan_options *o, ur_err *e);
void plan_free(plan *p);
ur_id plan_alias(const ur_graph *g, ur_id v);                /* an alias's target */
int  plan_index_root(const ur_graph *g, int index);
int  canon_find(const plan *p, int nidx, const int *idx);
bool plan_leads(const plan *p, int nidx, const int *idx);    /* domains of this index set hold one row for all items with one lead */
#endif
