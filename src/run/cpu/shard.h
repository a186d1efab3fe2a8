/* One shard on one thread: the domains and maps of a program for the lengths of its sequences, its memory, and what it came to.
 * Private to the CPU's backend. */
#ifndef UR_SHARD_H
#define UR_SHARD_H
#include "plan/schedule.h"
#include "run/run.h"

/* the rows of a domain, for the lengths of one shard */
typedef struct rows {
    int n;
    int nstep[UR_MAX_RAGGED]; /* longest length along each chain index */
    int *off;                 /* [Π nstep + 1] first row of each step (steps in lexicographic order) */
    int *perm;                /* canonical row → row; NULL: the identity */
    int *canon;               /* row → canonical row; NULL: the identity */
} rows;

/* an index set's rows in canonical order */
typedef struct canon {
    int nidx, idx[UR_MAX_RAGGED];
    int n, cap;
    int *item, *pos[UR_MAX_RAGGED]; /* [n]; positions from 1 */
    int *first;                     /* [rows of the set without its last index + 1] */
    int up;                         /* as in the program */
    bool lead;
} canon;

enum { FROM_NODE, FROM_ZERO, FROM_START, FROM_END, FROM_AUX, FROM_BOUND }; /* FROM_BOUND + 2·sub + (0 before, 1 after) */
typedef struct run {
    int row, n, src;
    int16_t from;
    int16_t step;
} run; /* rows row…row+n−1 read src, src+step, … */

/* a map's rows: runs that together are the rows of its `to` */
typedef struct runs {
    run *run;
    int nrun, cap, at; /* at: the run looked at last */
    int naux;          /* rows of `aux` used: what reads before the window's start give */
    int *aux_item,
        (*aux_pos)[UR_MAX_RAGGED]; /* [naux] which item and positions in its window (from 1; before its start: 0 and less) */
    int aux_cap;
} runs;

typedef struct shard {
    const ur_schedule *p;
    const ur_step *s;
    int nitem;
    const ur_item *item;
    const uint32_t *rank; /* rank[k]: place of item k in the batch */
    int nlead, lead_cap, *lead,
        *group; /* stepwise: items that stand for those that share their data; which of these item k belongs to; else NULL */
    uint64_t whose;
    bool kept;    /* stepwise: whose data the still instructions' results are of; they are there */
    canon *canon; /* [nset] */
    rows *rows;   /* [ndom] */
    runs *runs;   /* [nmap] */
    char *slab;
    size_t slab_cap;
    size_t *count;
    int over;    /* [ndom] rows, before they are made; a domain that has too many, or −1 (size.c) */
    size_t need; /* bytes of all that is made for this step */
    _Atomic size_t *held;
    size_t own;  /* bytes that the shards of this engine hold at once, and this one of them; NULL: it is alone */
    char **bufp; /* [nbuf] */
    char **aux;  /* [nmap] */
    char *auxmem;
    size_t aux_cap;
    int *pos; /* [nindex] position of each scanned index */
    const char *weight;
    char *shared;
    char *grad;
    const char *state;
    char *state_out;
    /* with recomputation (segment.c) */
    const struct recompute *re;    /* NULL: everything is stored */
    int from, to, nseg, seg_steps; /* steps from + 1 … to are being run; to 0: no segment */
    bool adding;                   /* sums go on from the segments before */
    size_t *buf_at, *check_at;
    char *check;
    size_t check_cap;
    char *scratch;
    size_t scratch_cap, scratch_half;
    char *zero, *start, *end;
    ur_pool *team;             /* threads that wait for parts of its products; NULL: none */
    int depth;                 /* scans being run, one within the other */
    bool opens[UR_MAX_RAGGED]; /* by depth: it is the first step */
    struct ur_naive *naive;
    ur_err err; /* for pieces that the oracle runs */
    uint64_t signature;
    bool ready;
    size_t *estart; /* first position of each example for nested indices */
    double flops;
    double loss;
    double *like_sum, *like_count;
    ur_id bad_node;
    int bad_item, bad_pos;
} shard;
int ur_shard_prepare(shard *s, bool measure, ur_err *e); /* domains and maps for the items' lengths; buffers */
void ur_shard_run(shard *s);
void ur_shard_run_once(shard *s); /* the instructions on the weights alone */
void ur_shard_free(shard *s);
const char *ur_shard_row(const shard *s, ur_id id, int item); /* where a node's first row for an item lies, or NULL */
size_t ur_shard_value(const shard *s, ur_id id, int item, double *out, size_t cap);
/* domain.c */
bool ur_domain_starts(shard *s);
int ur_domain_build(shard *s, ur_err *e);
int ur_domain_len(const shard *s, int index, int item, const canon *c, int row);
int ur_domain_len_among(const shard *s, int index, int item, int nidx, const int *idx,
                        const int *pos); /* the same, where idx stands at pos */
int ur_domain_len_at(const shard *s, int item, const int *idx, int k, const int *pos);
const canon *ur_canon_of(const shard *s, int d); /* of domain d; NULL: it has one row */
bool ur_canon_lookup(const shard *s, int c, int item, const int *pos, int *row);
/* given.c: row of datum q's series at positions `pos` (from 1, in the item's window, or before it); −1: the example has none
 * there */
ptrdiff_t ur_shard_data_row(const shard *s, const ur_node *q, int item, const int *pos);
/* how many positions after the item's window the example's data may be read: in a chunk of it, until it ends */
int ur_shard_ahead(const shard *s, int index, int item);
/* what the chunk before left of node v, `back` positions before the window's first less one; NULL: nothing is carried that far */
const carried *ur_shard_carried(const shard *s, ur_id v, int back);
/* segment.c */
bool ur_segment_holds(const shard *s, ur_id v); /* v has only the rows of the segment being run */
void ur_segment_rows(const shard *s, int d, int from, int to, int *r0, int *r1); /* rows of steps from + 1 … to */
size_t ur_segment_buf_rows(const shard *s, int b);
bool ur_segment_prepare(shard *s, size_t *bytes); /* cuts the index; *bytes: what is kept between segments */
bool ur_segment_room(shard *s, size_t bytes);
void ur_segment_run(shard *s);
#endif
