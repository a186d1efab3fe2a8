/* The oracle: runs any graph (adjoints included) by its definition, in double: each node at each position of each example, on
 * demand, each computed once. Shares nothing with the fast plan but the functions of one number in math. Slow, and made to be
 * obviously right.
 *
 * An item of the batch is one "example" of the run; sums over examples are sums over items.
 * Positions of an item are 1 … length; along the window index, position p of the item is position from + p of the example
 * (aliases of the window index share the window). A READ that leaves [1, length]:
 *   - before a window's start, of a datum (DATA, MASK, GIVEN; FILL where the datum is given): the datum itself where the example
 * has it;
 *   - after a window's end, of a datum (DATA): the datum itself where the example has it and it is not hidden (hide_from);
 *   - before a window's start, of another node, batch.fresh false: what the earlier windows computed there (the last K positions,
 * K being how far the graph's READs look back; nodes carried along the window index alone);
 *   - else sub.before or sub.after at the remaining subscripts, or zero (symbols: start, end) where there is none. With several
 * subscripts out of range the first decides. Where a remaining subscript is out of range for the boundary: zero. FIRST and END
 * mean the window's first and last position. POS and LEN count from where the data begin, of which the example may be a part
 * (ur_extent.before): LEN is the position of the window's end. With node.j set, which adjoints use, they count within the window.
 *
 * Random numbers. row: the row of the position in the node's canonical order within the item (its window); width: numbers at one
 * position; c: the component ([fix…][rows][cols]). RAND: u = ur_uniforms(seed, step, example, UR_SITE_DROPOUT + site, row·width +
 * c); kept, as 1/(1−p), where u ≥ p. (not by example: example 0) FILL: ur_dist_draw / ur_symbol_draw_at(…, draw, step, example,
 * UR_SITE_DRAWN + datum, row·width + c), row being counted from the example's first position where FILL has one index, which may
 * be the window's: chunks of a sequence draw different numbers. DRAW: ur_dist_draw / ur_symbol_draw_at(…, ur_turn_of(item),
 * UR_SITE_DRAW + site, c) with mode 1 and the step's seed, gone through ur_random_at for each ragged index by the position that
 * POS has there */
#ifndef UR_NAIVE_H
#define UR_NAIVE_H
#include "run/run.h"

typedef struct ur_naive ur_naive;
int ur_naive_new(ur_naive **out, const ur_graph *g, const ur_plan_options *o, ur_err *e);
/* as ur_engine_step. weight and grad are float when options.single is set; all is computed in double. */
int ur_naive_step(ur_naive *v, ur_step *s, ur_err *e);
/* as ur_engine_value: nodes of options.keep */
size_t ur_naive_value(ur_naive *v, ur_id id, size_t item, double *out, size_t cap);
/* carried state: as ur_engine_state_…; 0 bytes when options.window_index is −1 */
size_t ur_naive_state_size(const ur_naive *v, size_t items);
void ur_naive_state_get(const ur_naive *v, size_t items, void *out);
int ur_naive_state_set(ur_naive *v, size_t items, const void *in, ur_err *e);
/* a part of a graph: begin, give the values of what it reads (all rows of a node for an item, canonical order; the values of
 * nodes that do not differ by item as item 0), then compute nodes; ur_naive_value reads them. Used for pieces that the fast plan
 * cannot order. */
int ur_naive_begin(ur_naive *v, ur_step *s, ur_err *e);
int ur_naive_give(ur_naive *v, ur_id id, size_t item, const double *values);
int ur_naive_compute(ur_naive *v, ur_id id);
/* bytes of values that the last step held */
size_t ur_naive_bytes(const ur_naive *v);
void ur_naive_free(ur_naive *v);
#endif
