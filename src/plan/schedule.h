/* A schedule: what the passes make of a graph (passes.c), and all that a backend reads. Nothing in it changes once it is made;
 * nothing in it knows how long a sequence is, which weights there are, or how many threads run it. ur_schedule_check says whether
 * it is one.
 *
 * Three questions, three kinds of answers:
 *   which rows are there    index sets, domains, and maps from one domain's rows to another's
 *   what is computed        instructions: `once` for each version of the weights, `still` for each change of what does not move
 *                           along the window, `load` and then `ins` for each step of a fit or a forecast
 *   where does it lie       buffers, and for each node its buffer and place (`store`) */
#ifndef UR_SCHEDULE_H
#define UR_SCHEDULE_H
#include "plan/plan.h"

/* ---- rows */
/* An index set: its rows are numbered by item of the batch, then by position along its indices, the last one fastest ("canonical
 * order"). */
typedef struct index_set {
    int nidx, idx[UR_MAX_RAGGED];
    int up;    /* the set without its last index; −1: one row per item */
    bool lead; /* a stepwise plan's set without the window index: rows of the first of the items that share their data */
} index_set;

/* A domain: the rows of all nodes with the same index set, laid out for the same scans. One row holds a node's numbers at one
 * position of one example. Rows are sorted by position along the scanned indices (outermost first), then by falling length, so
 * that what one step of a scan touches is one contiguous range, live sequences first. */
typedef struct dom {
    int nidx, idx[UR_MAX_RAGGED];
    bool example;                     /* false: one row for the whole batch */
    int set;                          /* its index set; −1: one row for the whole batch */
    int nchain, chain[UR_MAX_RAGGED]; /* indices scanned over, outermost first */
} dom;

/* how the rows of `to` read the rows of `from` */
typedef struct map {
    int to, from;                 /* domains */
    ur_id read;                   /* the READ node, or −1: a plain broadcast */
    int tuple[UR_MAX_FIXED];      /* READ: this map is for these positions of the READ's fixed indices */
    int bound[2 * UR_MAX_RAGGED]; /* domains of the boundary nodes: 2·subscript + (0 before, 1 after) */
} map;

/* ---- instructions */
/* Where an instruction finds an argument.
 *   OP_IMM     a number of the text, in `imm` and as rows of it in schedule.constant
 *   OP_PARAM   a parameter, among the weights
 *   OP_BUF     rows of a node, in its buffer; `map` says which row each row of the instruction reads */
enum { OP_IMM, OP_PARAM, OP_BUF };
enum {
    SAME_ROW = -1,
    ONE_ROW = -2,
    OTHER_ROWS = -3
}; /* for a map: the instruction's own rows; the one row there is; any (GATHER; reuse.c) */
typedef struct operand {
    int kind;
    ur_id node; /* the node whose numbers these are (a READ's source for a READ that is a view) */
    ur_id read; /* the READ that is a view, or −1 */
    int map;
    int *maps; /* a READ with fixed indices: a map for each of their tuples; its rows are gathered */
    int col;   /* first number within a row (slices) */
    int width; /* numbers of a row */
    double imm;
} operand;

/* The instruction set. An instruction runs over rows of its domain: all of them outside scans, the step's within one.
 *
 *   kind          arguments                                   writes, for each row
 *   INS_EW        inputs of a component-wise program          its outputs `out`, by the operations `op` over registers
 *   INS_PROD      matrix, vectors, addends side by side       (addends +) matrix · vectors, for each tuple of fixed indices
 *   INS_CONTRACT  two operands                                one result for all rows: Σ over rows of arg 0 · arg 1'
 *   INS_NODE      the node's own                              the node, by its operator's own rule (math/ops.def)
 *   INS_SCAN      none                                        runs `body` at each position along `index`, upwards or downwards
 *   INS_SLOW      none; reads the nodes `input`               the nodes `member`, a cycle that no index orders: the oracle runs
 * it
 *
 * A program of EW has registers 0 … nreg − 1 and inputs nreg … nreg + narg − 1. */
typedef enum ins_kind { INS_EW, INS_PROD, INS_CONTRACT, INS_NODE, INS_SCAN, INS_SLOW } ins_kind;

/* late: lies over an input that is still read: written when all is computed. apart: over an input's other columns: so in all of a
 * row */
typedef struct ew_out {
    int reg;
    ur_id node;
    bool late, apart;
} ew_out;

typedef struct ins {
    ins_kind kind;
    int seq;    /* place in the order of running */
    int dom;    /* rows it runs over */
    ur_id node; /* NODE, PROD, CONTRACT: the node; EW: the first */
    int nmember;
    ur_id *member; /* EW, SLOW: all nodes computed */
    int narg;
    operand *arg;
    /* NODE that reduces */
    int out_map; /* rows of the argument → rows of the result; SAME_ROW, ONE_ROW */
    int ntuple, *at_arg, *at_cond,
        *at_out; /* for each tuple of the fixed indices of argument and condition: which tuple of the argument, of
                    the condition, of the result (RARGMAX: of the result less its index) it is */
    /* PROD, CONTRACT */
    bool add;       /* PROD: the output already holds the addend */
    int rows, deep; /* PROD: of the matrix as it is used */
    int each;       /* how many vectors lie side by side in a row; 0: several matrices, or columns */
    /* EW */
    int nop;
    ur_ew_op *op;
    int nreg;
    int nout;
    ew_out *out;
    int width;               /* numbers of a row */
    int **expand;            /* [narg] index map for operands that lack fixed indices, or NULL */
    ur_fused *fused;         /* the program as one function; NULL: an operation after the other */
    struct row_group *group; /* in a scan: it and those after it as one function; NULL: by itself */
    /* SLOW */
    int ninput;
    ur_id *input;
    const char *why;
    /* SCAN */
    int index, dir, depth; /* dir: +1 upwards, −1 downwards; depth: scans around it */
    int nbody;
    struct ins **body;
} ins;

/* `n` instructions of a step, each of whose rows looks at no other row that the step makes: one function takes rows through all
 * of them */
typedef struct row_group {
    int n;
    ur_fused *fused;
    int nstrip;
    operand *strip;
    double flops;
} row_group;

static inline bool ins_one(const ins *i, int k)
{
    return i->arg[k].width == 1 && i->width > 1;
} /* EW: argument k is one number a row */

/* ---- memory */
/* Rows of one domain. What lives at the same time, from instruction `first` to `last` of the outermost list (−1: from the start),
 * does not overlap. */
typedef struct buf {
    int dom;
    int ld;
    size_t esize; /* numbers of a row; bytes of one */
    int first, last;
    bool pinned; /* lives from start to end */
    bool shared;
    size_t offset; /* made of the weights alone: at `offset` of what all shards share */
    ur_id node;
    int nnode; /* the last node placed in it, of so many */
} buf;

enum { NOWHERE = -1, AN_OUTPUT = -2 }; /* for a buffer: none; none yet, but it needs one (while the schedule is made) */
typedef struct store {
    int buf, col;
} store;

/* a node read before the window's start: its last `depth` positions are carried from window to window, at `offset` of an item's
 * state */
typedef struct carried {
    ur_id node, before;
    int depth;
    size_t width, offset;
} carried; /* before: its boundary, −1: none; width: bytes of a position */

/* A schedule that recomputes instead of storing (√T checkpoints: Chen et al. 2016, Gruslys et al. 2016), as recompute.c finds it
 * and run/cpu/segment.c runs it. The index that the longest scans run along is cut into segments: before what needs no segment
 *     first, for each segment upwards    only what later segments and the middle need; rows beside a segment's start are kept
 *     middle                             what needs all of the first pass
 *     again, for each segment downwards  the forward half again and the backward half, from what was kept
 *     after                              what needs all of that */
typedef struct halo {
    ur_id node;
    int before, after;
    size_t width;
} halo; /* steps needed beside a segment; bytes of a row */
typedef struct part_list {
    int n;
    ins **ins;
    int nload;
    ur_id *load;
} part_list;

typedef struct recompute {
    int index;
    part_list before, first, middle, again, after;
    int nhalo;
    halo *halo;
    bool all_first;    /* the first pass runs the last segment too: the middle needs it */
    int reach;         /* steps that a segment has at least */
    buf *buf;          /* the schedule's, living at other times */
    bool *part;        /* [nbuf] holds the rows of one segment and those beside it */
    int *early, *late; /* [nbuf] steps held beside it */
    size_t saved;      /* bytes of a position in such buffers */
} recompute;

/* ---- the whole */
typedef struct ur_schedule {
    ur_arena arena; /* all of it lies here */
    ur_plan_options o;
    const ur_kernels *k; /* of its precision */
    ur_graph g;          /* the graph as the passes have rewritten it; `nforward` nodes, then adjoints, then what passes added */
    int nforward;
    bool *live; /* [nnode] something needs it */
    /* rows */
    int nset;
    index_set *set;
    int ndom;
    dom *dom;
    int nmap;
    map *map;
    int *node_dom; /* [nnode] */
    /* instructions */
    int nonce;
    ins **once; /* on the weights alone: once for each version of them */
    int nstill;
    ins **still;
    bool *stays; /* stepwise: on what is not carried along the window index; [nnode] nodes so made */
    int nload;
    ur_id *load; /* nodes that come from outside */
    int nins;
    ins **ins;
    int nslow; /* pieces that the oracle runs */
    struct recompute *re;
    const char *re_why; /* how it recomputes instead of storing; NULL: it does not, and why */
    int nfused;
    ur_fused **fused; /* functions of this processor, to be given back */
    /* memory */
    int nbuf;
    buf *buf;
    store *store;    /* [nnode] */
    char **constant; /* [nnode] of a CONST: rows of its number, as wide as what it stands before or after */
    size_t shared;   /* bytes of what is made of the weights alone */
    int back, ahead; /* how far back a READ reaches along the window index, and how far ahead one of data */
    int nstate;
    carried *state;
    size_t state_item;   /* bytes of an item's state */
    struct passes *pass; /* what the passes told one another: no backend reads it */
} ur_schedule;

static inline size_t ur_plan_esize(const ur_schedule *p, const ur_node *n)
{
    return n->sym ? sizeof(int32_t) : p->k->esize;
} /* bytes of a number of n, or of a symbol */
int ur_schedule_make(ur_schedule **out, const ur_graph *g, const ur_plan_options *o, ur_err *e);
void ur_schedule_free(ur_schedule *p);
int ur_plan_set(const ur_schedule *p, int nidx, const int *idx); /* the index set, −1: there is none */
bool ur_plan_leads(const ur_schedule *p, int nidx,
                   const int *idx); /* domains of this index set hold one row for all items with one lead */

/* verify.c: what is so after a pass, and after all those behind it */
enum { UR_HOLDS_GRAPH = 1, UR_HOLDS_ROWS = 2, UR_HOLDS_ORDER = 4, UR_HOLDS_MEMORY = 8 };
bool ur_schedule_check(const ur_schedule *p, unsigned holds, ur_buf *out); /* false: `out` says what is wrong */
#endif
