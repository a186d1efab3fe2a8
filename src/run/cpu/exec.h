/* What the files of the executor share. */
#ifndef UR_EXEC_H
#define UR_EXEC_H
#include "run/cpu/shard.h"

enum { EXEC_BLOCK = 256, EXEC_BYTES = 1 << 18 }; /* rows gathered at a time for a product, and about how many bytes */
static inline int exec_block(size_t row_bytes)
{
    size_t n = EXEC_BYTES / (row_bytes + 1);
    return n < 16 ? 16 : n > EXEC_BLOCK ? EXEC_BLOCK : (int)n;
}
typedef struct acc {
    char *p;
    size_t st;
    bool zero;
    ur_id bound;
} acc; /* zero: known to be; bound: the boundary node it lies in, or −1 */
double exec_get(const shard *s, const char *p);
void exec_put(const shard *s, char *p, double v);
char *exec_row(const shard *s, ur_id v, int row);
size_t exec_stride(const shard *s, ur_id v);
const run *exec_run(const runs *m, int row);
int exec_locate(const shard *s, const operand *o, int row, int end, acc *a);
void exec_rows_now(const shard *s, int d, int *r0, int *r1);
size_t exec_ew_scratch(const ur_schedule *p, const ins *i);
void exec_node(shard *s, const ins *i, int r0, int r1); /* rowops.c */
void exec_slow(shard *s, const ins *i);                 /* slow.c */
void exec_load(shard *s, ur_id v);                      /* given.c */
int exec_window_from(const shard *s, int index, int item);
void exec_aux(shard *s);
void exec_save_state(shard *s);
void exec_list(shard *s, ins *const *list, int n);
void exec_results(shard *s);             /* likelihoods and carried state of the rows that are there now */
bool exec_adds(const shard *s, ur_id v); /* v goes on from what the segments before gave */
uint32_t exec_row_in_item(const shard *s, int d, int row, int *item);
void exec_gather(shard *s, const operand *o, int d, int r0, int r1, char *to, size_t stride, const ur_node *sum);
size_t exec_node_scratch(const shard *s, const ins *i);
/* size.c */
enum { SIZE_ROWS = INT32_MAX - 8 };  /* rows, and steps of scans, that a shard numbers */
size_t size_add(size_t a, size_t b); /* at most SIZE_MAX */
size_t size_mul(size_t a, size_t b);
size_t size_count(shard *s);
int size_refuse(const shard *s, size_t bytes, ur_err *e);
#endif
