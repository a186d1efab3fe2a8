/* The fast plan's own structures: domains (which rows a node has and in what order), maps (how one domain's rows read another's),
 * instructions, and the schedule tree. Private to the plan room. */
#ifndef UR_FAST_H
#define UR_FAST_H
#include "plan/plan.h"

/* A domain: the rows of all nodes with the same index set, laid out for the same scans. One row holds a node's numbers at one position of
 * one example. Rows are sorted by position along the scanned indices (outermost first), then by falling length, so that what
 * one step of a scan touches is one contiguous range, live sequences first. */
typedef struct dom {
    int nidx, idx[UR_MAX_RAGGED];
    bool example;
    int nchain, chain[UR_MAX_RAGGED];        /* indices scanned over, outermost first */
} dom;

/* the same, for the lengths of one shard */
typedef struct rows {
    int n;
    int nstep[UR_MAX_RAGGED];                /* longest length along each chain index */
    int *off;                                /* [Π nstep + 1] first row of each step (steps in lexicographic order) */
    int *perm;                               /* canonical row → row; NULL: the identity */
    int *canon;                              /* row → canonical row; NULL: the identity */
} rows;

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
/* plan.c */
int  plan_make(plan **out, const ur_graph *g, const ur_plan_options *o, ur_err *e);
void plan_free(plan *p);
ur_id plan_alias(const ur_graph *g, ur_id v);
int  plan_dom(plan *p, const ur_node *n, int nchain, const int *chain);
int  plan_map(plan *p, int to, int from, ur_id read, const int *tuple);
int  plan_index_root(const ur_graph *g, int index);          /* an alias's target */
void plan_live(plan *p);                                     /* marks what the outputs need */
void plan_resolve(plan *p);                                  /* arguments that are aliases become what they stand for */
void plan_cycles(plan *p, int *cyc);                         /* numbers the components that have cycles; 0 elsewhere */
/* rewrite.c */
void plan_rewrite(plan *p);
/* fuse.c */
void plan_fuse(plan *p);
void plan_unfuse(plan *p);
/* layout.c */
void plan_layout(plan *p);
void plan_place(plan *p, ur_id v, int b, int col);
/* reuse.c */
void reuse_begin(plan *p);
bool reuse_place(plan *p, ins *i, int top, bool scan, ur_id v);
void reuse_passed(plan *p, const ins *i);

/* exec.c: one shard on one thread */
typedef struct shard {
    const plan *p;
    const ur_step *s;
    int nitem; const ur_item *item; const uint32_t *rank;    /* rank[k]: place of item k in the batch */
    int nlead, lead_cap, *lead, *group;      /* stepwise: items that stand for those that share their data; which of these item k belongs to; else NULL */
    uint64_t whose; bool kept;               /* stepwise: whose data the still instructions' results are of; they are there */
    canon *canon; rows *rows; map *map;
    char *slab; size_t slab_cap;
    size_t *count; int over;                 /* [ndom] rows, before they are made; a domain that has too many, or −1 (size.c) */
    size_t need;                             /* bytes of all that is made for this step */
    _Atomic size_t *held; size_t own;        /* bytes that the shards of this engine hold at once, and this one of them; NULL: it is alone */
    char **bufp;                             /* [nbuf] */
    char **aux;                              /* [nmap] */
    char *auxmem; size_t aux_cap;
    int *pos;                                /* [nindex] position of each scanned index */
    const char *weight; char *shared;
    char *grad;
    const char *state; char *state_out;
    /* with recomputation (segment.c) */
    const struct recompute *re;              /* NULL: everything is stored */
    int from, to, nseg, seg_steps;           /* steps from + 1 … to are being run; to 0: no segment */
    bool adding;                             /* sums go on from the segments before */
    size_t *buf_at, *check_at; char *check; size_t check_cap;
    char *scratch; size_t scratch_cap, scratch_half;
    char *zero, *start, *end;
    ur_pool *team;                           /* threads that wait for parts of its products; NULL: none */
    int depth;                               /* scans being run, one within the other */
    struct ur_naive *naive; ur_err err;      /* for pieces that the oracle runs */
    uint64_t signature; bool ready;
    size_t *estart;                          /* first position of each example for nested indices */
    double flops;
    double loss; double *like_sum, *like_count;
    ur_id bad_node; int bad_item, bad_pos;
} shard;
int  shard_prepare(shard *s, bool measure, ur_err *e);      /* domains and maps for the items' lengths; buffers */
void shard_run(shard *s);
void shard_run_once(shard *s);                /* the instructions on the weights alone */
void shard_free(shard *s);
const char *shard_row(const shard *s, ur_id id, int item);  /* where a node's first row for an item lies, or NULL */
size_t shard_value(const shard *s, ur_id id, int item, double *out, size_t cap);
/* domain.c */
bool domain_starts(shard *s);
int  domain_build(shard *s, ur_err *e);
int  domain_len(const shard *s, int index, int item, const canon *c, int row);
int  domain_len_among(const shard *s, int index, int item, int nidx, const int *idx, const int *pos);   /* the same, where idx stands at pos */
int  domain_len_at(const shard *s, int item, const int *idx, int k, const int *pos);
int  canon_find(const plan *p, int nidx, const int *idx);
bool canon_lookup(const shard *s, int c, int item, const int *pos, int *row);
bool plan_leads(const plan *p, int nidx, const int *idx);    /* domains of this index set hold one row for all items with one lead */
/* load.c: row of datum q's series at positions `pos` (from 1, in the item's window, or before it); −1: the example has none there */
ptrdiff_t shard_data_row(const shard *s, const ur_node *q, int item, const int *pos);
/* what the chunk before left of node v, `back` positions before the window's first less one; NULL: nothing is carried that far */
const struct carried *shard_carried(const shard *s, ur_id v, int back);
#endif
