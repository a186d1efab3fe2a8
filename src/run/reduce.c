/* Sums along a fixed tree. At level l, block b is the sum of the leaves b·2^l … (b + 1)·2^l − 1 that there are; a block whose
 * right neighbour would begin past the last leaf goes up as it is. The thread that finishes the second of two neighbours adds
 * them, left + right, and goes on upwards; the one that finishes the first leaves its memory there.
 *
 * Memory: log2(leaves) + threads blocks are enough for a thread never to wait for ever, for leaves get theirs in rising order:
 * when all threads wait in `take`, the leaves before the first one that waits are done, none after it is, and these have come
 * down to at most log2(leaves) blocks. */
#include "run/reduce.h"
#include <pthread.h>
#include <string.h>

struct ur_tree {
    size_t n;
    const ur_kernels *k;
    int threads;
    int leaves;
    char *sum; /* leaf 0 is made here, and is the left of all sums it is in */
    char **block;
    int cap;    /* [cap] by leaf: a block that begins there, done or being made */
    int *level; /* [cap] by leaf: of a block that waits for its neighbour; −1: none does */
    char **spare;
    int nspare, made;
    int next; /* the leaf that gets memory next */
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static int blocks(int leaves, int threads)
{
    int n = threads;
    for (int k = 1; k < leaves; k *= 2) n++;
    return (n < leaves ? n : leaves) - 1;
}

size_t ur_tree_bytes(size_t n, size_t esize, int threads, int leaves)
{
    size_t bytes;
    if (leaves < 2) return 0;
    if (__builtin_mul_overflow(n, esize, &bytes) || __builtin_add_overflow(bytes, (size_t)64, &bytes)) return SIZE_MAX;
    return __builtin_mul_overflow(bytes, (size_t)blocks(leaves, threads), &bytes) ? SIZE_MAX : bytes;
}

int ur_tree_new(ur_tree **out, size_t n, const ur_kernels *k, int threads, ur_err *e)
{
    ur_tree *r = ur_zalloc(sizeof *r);
    if (!r) return ur_nomem(e);
    r->n = n;
    r->k = k;
    r->threads = threads;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    *out = r;
    return 0;
}

void ur_tree_free(ur_tree *r)
{
    if (!r) return;
    while (r->nspare) ur_free_aligned(r->spare[--r->nspare]);
    ur_free(r->spare);
    ur_free(r->block);
    ur_free(r->level);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
    ur_free(r);
}

static bool room(ur_tree *r, int leaves)
{
    if (leaves <= r->cap) return true;
    char **block = ur_realloc(r->block, sizeof *block * (size_t)leaves);
    if (block) r->block = block;
    int *level = ur_realloc(r->level, sizeof *level * (size_t)leaves);
    if (level) r->level = level;
    char **spare = ur_realloc(r->spare, sizeof *spare * (size_t)leaves);
    if (spare) r->spare = spare;
    if (!block || !level || !spare) return false;
    r->cap = leaves;
    return true;
}

int ur_tree_begin(ur_tree *r, int leaves, void *sum, ur_err *e)
{
    if (!room(r, leaves)) return ur_nomem(e);
    r->leaves = leaves;
    r->next = 0;
    r->sum = sum;
    while (r->made < blocks(leaves, r->threads)) {
        char *q = ur_alloc_aligned(r->n * r->k->esize + 64);
        if (!q) return ur_nomem(e);
        r->spare[r->nspare++] = q;
        r->made++;
    }
    for (int k = 0; k < leaves; k++) r->level[k] = -1;
    return 0;
}

void *ur_tree_take(ur_tree *r, int leaf)
{
    pthread_mutex_lock(&r->lock);
    while (r->next != leaf || (leaf && !r->nspare)) pthread_cond_wait(&r->changed, &r->lock);
    r->block[leaf] = leaf ? r->spare[--r->nspare] : r->sum;
    r->next++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    return r->block[leaf];
}

void ur_tree_give(ur_tree *r, int leaf)
{
    pthread_mutex_lock(&r->lock);
    for (int level = 0, b = leaf; (size_t)1 << level < (size_t)r->leaves; level++, b /= 2) {
        size_t beside = (size_t)(b ^ 1) << level;
        if (beside >= (size_t)r->leaves) continue;
        if (r->level[beside] != level) { /* it is not done: who finishes it goes on */
            r->level[(size_t)b << level] = level;
            break;
        }
        size_t left = (size_t)(b & ~1) << level, right = (size_t)(b | 1) << level;
        r->level[beside] = -1;
        pthread_mutex_unlock(&r->lock);
        r->k->axpy(r->n, 1, r->block[right], r->block[left]);
        pthread_mutex_lock(&r->lock);
        r->spare[r->nspare++] = r->block[right];
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
}

void ur_tree_doubles(int leaves, size_t width, double *x)
{
    for (size_t apart = 1; apart < (size_t)leaves; apart *= 2)
        for (size_t left = 0; left + apart < (size_t)leaves; left += 2 * apart)
            for (size_t k = 0; k < width; k++) x[left * width + k] += x[(left + apart) * width + k];
}
