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
double ur_exec_get(const shard *s, const char *p);
void ur_exec_put(const shard *s, char *p, double v);
char *ur_exec_row(const shard *s, ur_id v, int row);
size_t ur_exec_stride(const shard *s, ur_id v);
const run *ur_exec_run(const runs *m, int row);
int ur_exec_locate(const shard *s, const operand *o, int row, int end, acc *a);
void ur_exec_rows_now(const shard *s, int d, int *r0, int *r1);
/* programs.c, products.c: instructions over rows r0 … r1 − 1 */
void ur_exec_ew(shard *s, const ins *i, int r0, int r1);
void ur_exec_group(shard *s, const row_group *g, int r0, int r1);
void ur_exec_product(shard *s, const ins *i, int r0, int r1);
void ur_exec_contract(shard *s, const ins *i, int r0, int r1);
size_t ur_exec_ew_scratch(const ur_schedule *p, const ins *i);
void ur_exec_node(shard *s, const ins *i, int r0, int r1);        /* rowops.c */
void ur_exec_gather_rows(shard *s, const ins *i, int r0, int r1); /* gathers.c */
void ur_exec_strew_rows(shard *s, const ins *i, int r0, int r1);
void ur_exec_fill(shard *s, const ins *i, int r0, int r1); /* draws.c */
void ur_exec_draw(shard *s, const ins *i, int r0, int r1);
void ur_exec_slow(shard *s, const ins *i); /* slow.c */
void ur_exec_load(shard *s, ur_id v);      /* given.c */
int ur_exec_window_from(const shard *s, int index, int item);
int64_t ur_exec_before(const shard *s, int index, int item);
void ur_exec_aux(shard *s);
void ur_exec_save_state(shard *s);
void ur_exec_list(shard *s, ins *const *list, int n);
void ur_exec_results(shard *s);             /* likelihoods and carried state of the rows that are there now */
bool ur_exec_adds(const shard *s, ur_id v); /* v goes on from what the segments before gave */
uint32_t ur_exec_row_in_item(const shard *s, int d, int row, int *item);
void ur_exec_gather(shard *s, const operand *o, int d, int r0, int r1, char *to, size_t stride, const ur_node *sum);
size_t ur_exec_node_scratch(const shard *s, const ins *i);
/* size.c */
enum { SIZE_ROWS = INT32_MAX - 8 };     /* rows, and steps of scans, that a shard numbers */
size_t ur_size_add(size_t a, size_t b); /* at most SIZE_MAX */
size_t ur_size_mul(size_t a, size_t b);
size_t ur_size_count(shard *s);
int ur_size_refuse(const shard *s, size_t bytes, ur_err *e);
#endif
