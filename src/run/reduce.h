/* The ordered sum over shards: a fixed tree, whose left subtree has the greatest power of two of shards below their number. Which
 * thread comes when changes no bit; nor do machines that each have whole subtrees. Numbers of one shard are a leaf. */
#ifndef UR_REDUCE_H
#define UR_REDUCE_H
#include "math/math.h"

typedef struct ur_tree ur_tree;
/* for sums of n numbers of precision k by so many threads */
int ur_tree_new(ur_tree **out, size_t n, const ur_kernels *k, int threads, ur_err *e);
void ur_tree_free(ur_tree *r);
/* before a sum over `leaves` shards into `sum`: makes all memory that it takes */
int ur_tree_begin(ur_tree *r, int leaves, void *sum, ur_err *e);
/* Memory of n numbers for the leaf's own. Waits where too many are under way: leaves get theirs in rising order, so whoever takes
 * one must have seen that the one before is being taken. */
void *ur_tree_take(ur_tree *r, int leaf);
/* The leaf's numbers are there: they are added to their neighbours', as far up the tree as all below is done. After the last one
 * the sum is there. */
void ur_tree_give(ur_tree *r, int leaf);
/* bytes that a sum over so many leaves takes, `sum` aside */
size_t ur_tree_bytes(size_t n, size_t esize, int threads, int leaves);

/* x[leaves][width]: sums by the same tree into x[0]; x is overwritten */
void ur_tree_doubles(int leaves, size_t width, double *x);
#endif
