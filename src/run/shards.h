/* A batch cut into shards of a few sequences of like length. The cut follows from the batch and the options alone, never from the
 * number of threads or machines: so what each shard comes to has the same bits on any of them. */
#ifndef UR_SHARDS_H
#define UR_SHARDS_H
#include "run/run.h"

typedef struct ur_shards {
    int n;
    int *cut;
    size_t cut_cap;  /* [n + 1] shard k holds items cut[k] … cut[k + 1] − 1 of `item` */
    uint32_t *order; /* place in the batch of each item, longest first */
    ur_item *item;
    long *length; /* by place in the batch: positions along the longest of its indices */
    uint32_t *merge;
    size_t cap;
} ur_shards;

int ur_shards_cut(ur_shards *h, const ur_graph *g, const ur_plan_options *o, const ur_step *s, ur_err *e);
int ur_shards_find(const ur_shards *h, size_t item,
                   int *within); /* the shard that holds an item of the batch, −1; *within: its place there */
void ur_shards_free(ur_shards *h);
bool ur_grow(void *p, size_t *cap, size_t n, size_t esize); /* room for n things of esize bytes at *p; what was there stays */
#endif
