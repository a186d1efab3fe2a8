/* Runs a plan segment by segment. A buffer that holds one segment keeps the row numbers of the whole: its address is moved, so
 * that maps, reads and random numbers are those of the plain plan. Rows beside a segment that it reads are kept: of the forward
 * half at the start of every segment, of what comes down from the later segment only at its end. Knows no operators. */
#include "run/cpu/exec.h"
#include <math.h>
#include <string.h>

bool ur_segment_holds(const shard *s, ur_id v) { return s->re && s->p->store[v].buf >= 0 && s->re->part[s->p->store[v].buf]; }

void ur_segment_rows(const shard *s, int d, int from, int to, int *r0, int *r1)
{
    const rows *r = &s->rows[d];
    int span = 1, n = r->nstep[0];
    for (int k = 1; k < s->p->dom[d].nchain; k++) span *= r->nstep[k];
    from = from < 0 ? 0 : from > n ? n : from;
    to = to < 0 ? 0 : to > n ? n : to;
    *r0 = n ? r->off[from * span] : 0;
    *r1 = n ? r->off[to * span] : 0;
}

static int count_rows(const shard *s, int d, int from, int to)
{
    int r0, r1;
    ur_segment_rows(s, d, from, to, &r0, &r1);
    return r1 - r0;
}

static int steps_of(const shard *s)
{
    int n = 0;
    for (int d = 0; d < s->p->ndom; d++)
        if (s->p->dom[d].nchain && s->p->dom[d].chain[0] == s->re->index && s->rows[d].nstep[0] > n) n = s->rows[d].nstep[0];
    return n;
}

size_t ur_segment_buf_rows(const shard *s, int b)
{
    const struct recompute *r = s->re;
    int most = 0;
    for (int k = 0; k < s->nseg; k++) {
        int n = count_rows(s, s->p->buf[b].dom, k * s->seg_steps - r->early[b], (k + 1) * s->seg_steps + r->late[b]);
        if (n > most) most = n;
    }
    return (size_t)most;
}

/* places of what is kept at the start of each segment (check[k · nhalo + h]) and of what comes down (at the end) */
bool ur_segment_prepare(shard *s, size_t *bytes)
{
    const struct recompute *r = s->re;
    int n = steps_of(s), want = s->p->o.segment;
    if (want <= 0)
        want = (int)ceil(n > 1024 ? n / 32.0
                                  : sqrt(n)); /* the last one is computed once: longer ones save time, shorter ones memory */
    if (want > n) want = n;
    s->seg_steps = want < r->reach ? r->reach : want < 1 ? 1 : want;
    s->nseg = n ? (n + s->seg_steps - 1) / s->seg_steps : 1;
    size_t *at = ur_realloc(s->check_at, sizeof *at * ((size_t)(s->nseg + 1) * (size_t)r->nhalo + 1)), total = 0;
    if (!at) return false;
    s->check_at = at;
    for (int k = 0; k <= s->nseg; k++)
        for (int h = 0; h < r->nhalo; h++) {
            int d = s->p->node_dom[r->halo[h].node], from = k * s->seg_steps, most = 0;
            at[(size_t)k * (size_t)r->nhalo + (size_t)h] = total;
            if (k < s->nseg) most = count_rows(s, d, from - r->halo[h].before, from);
            else
                for (int q = 0; q < s->nseg; q++) {
                    int m = count_rows(s, d, q * s->seg_steps, q * s->seg_steps + r->halo[h].after);
                    if (m > most) most = m;
                }
            total += (size_t)most * r->halo[h].width;
        }
    *bytes = total;
    return true;
}

bool ur_segment_room(shard *s, size_t bytes)
{
    if (bytes <= s->check_cap && s->check) return true;
    ur_free_aligned(s->check);
    s->check = ur_alloc_aligned(bytes + 64);
    s->check_cap = s->check ? bytes : 0;
    return s->check != NULL;
}

/* rows of steps from + 1 … to of halo h to (save) or from what is kept as number k */
static void carry(shard *s, int h, int k, int from, int to, bool save)
{
    const halo *q = &s->re->halo[h];
    int r0, r1;
    ur_segment_rows(s, s->p->node_dom[q->node], from, to, &r0, &r1);
    char *kept = s->check + s->check_at[(size_t)k * (size_t)s->re->nhalo + (size_t)h];
    for (int r = r0; r < r1; r++, kept += q->width) {
        char *row = ur_exec_row(s, q->node, r);
        memcpy(save ? kept : row, save ? row : kept, q->width);
    }
}

static void move_buffers(shard *s)
{
    const ur_schedule *p = s->p;
    for (int b = 0; b < p->nbuf; b++) {
        int r0, r1;
        if (!s->re->part[b]) continue;
        ur_segment_rows(s, p->buf[b].dom, s->from - s->re->early[b], s->to + s->re->late[b], &r0, &r1);
        s->bufp[b] = (char *)((uintptr_t)s->slab + s->buf_at[b] - (uintptr_t)r0 * (uintptr_t)p->buf[b].ld * p->buf[b].esize);
    }
}

static void begin(shard *s, int k, bool down)
{
    const struct recompute *r = s->re;
    s->from = k * s->seg_steps;
    s->to = s->from + s->seg_steps;
    move_buffers(s);
    for (int h = 0; h < r->nhalo; h++) {
        carry(s, h, k, s->from - r->halo[h].before, s->from, false);
        if (down && k + 1 < s->nseg) carry(s, h, s->nseg, s->to, s->to + r->halo[h].after, false);
    }
}

static void end(shard *s, int k, bool down)
{
    const struct recompute *r = s->re;
    for (int h = 0; h < r->nhalo; h++) {
        if (down) carry(s, h, s->nseg, s->from, s->from + r->halo[h].after, true);
        else if (k + 1 < s->nseg) carry(s, h, k + 1, s->to - r->halo[h].before, s->to, true);
    }
}

static void run_part(shard *s, const part_list *l)
{
    for (int k = 0; k < l->nload; k++) ur_exec_load(s, l->load[k]);
    ur_exec_list(s, l->ins, l->n);
}

void ur_segment_run(shard *s)
{
    const struct recompute *r = s->re;
    run_part(s, &r->before);
    for (int k = 0; k < s->nseg - !r->all_first; k++) {
        begin(s, k, false);
        s->adding = k > 0;
        run_part(s, &r->first);
        end(s, k, false);
    }
    s->to = 0;
    s->adding = false;
    run_part(s, &r->middle);
    for (int k = s->nseg - 1; k >= 0; k--) {
        begin(s, k, true);
        s->adding = k < s->nseg - 1;
        run_part(s, &r->again);
        ur_exec_results(s);
        end(s, k, true);
    }
    s->to = 0;
    s->adding = false;
    run_part(s, &r->after);
}
