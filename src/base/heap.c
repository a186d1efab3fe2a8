/* A heap of whole numbers, the smallest at its top (Williams 1964), in an arena. */
#include "base/base.h"

void ur_heap_push(ur_arena *a, ur_heap *h, int k)
{
    UR_GROW(a, h->at, h->n, h->cap);
    int i = h->n++;
    for (; i && h->at[(i - 1) / 2] > k; i = (i - 1) / 2) h->at[i] = h->at[(i - 1) / 2];
    h->at[i] = k;
}

int ur_heap_pop(ur_heap *h)
{
    int top = h->at[0], k = h->at[--h->n], i = 0;
    for (int down = 1; down < h->n; i = down, down = 2 * i + 1) {
        down += down + 1 < h->n && h->at[down + 1] < h->at[down];
        if (h->at[down] >= k) break;
        h->at[i] = h->at[down];
    }
    h->at[i] = k;
    return top;
}

void ur_rounds_add(ur_arena *a, ur_rounds *r, int k) { ur_heap_push(a, k > r->last ? &r->now : &r->later, k); }

void ur_rounds_begin(ur_arena *a, ur_rounds *r)
{
    r->last = -1;
    while (r->later.n) ur_heap_push(a, &r->now, ur_heap_pop(&r->later));
}

bool ur_rounds_turn(ur_rounds *r)
{
    ur_heap empty = r->now;
    if (r->now.n) return true;
    r->now = r->later;
    r->later = empty;
    r->last = -1;
    return r->now.n > 0;
}

int ur_rounds_take(ur_rounds *r) { return r->last = ur_heap_pop(&r->now); }
