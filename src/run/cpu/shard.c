/* A shard's memory: sizes follow from its lengths, buffers that live at different times share the slab, and all of it is there
 * before anything runs. Must not know operators. */
#include "run/backend.h"
#include "run/cpu/exec.h"
#include "run/naive/naive.h"
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdull;
}

/* the lengths of nested index i at all positions of its parent */
static uint64_t mix_nested(const shard *s, uint64_t h, int i, size_t example)
{
    const ur_graph *g = &s->p->g;
    const ur_extent *x = s->s->x->extent;
    int parent = ur_index_resolve(&g->schema, g->index[i].parent), root = parent;
    bool deep = g->index[parent].parent >= 0;
    if (deep) root = ur_index_resolve(&g->schema, g->index[parent].parent);
    size_t a = s->estart[example * (size_t)g->nindex + (size_t)root], b = a + (size_t)(x[root].len ? x[root].len[example] : 0);
    if (deep) {
        a = x[parent].first[a];
        b = x[parent].first[b];
    }
    for (size_t r = a; r < b; r++) h = mix(h, (uint64_t)x[i].len[r]);
    return h;
}

static bool has_nested(const ur_graph *g)
{
    for (int k = 0; k < g->nindex; k++)
        if (!g->index[k].fixed && g->index[k].parent >= 0) return true;
    return false;
}

/* equal signatures: equal lengths, so the same domains and maps */
static uint64_t signature(const shard *s)
{
    const ur_graph *g = &s->p->g;
    const ur_batch *b = s->s->batch;
    int most = has_nested(g) ? INT_MAX : s->p->back + 1; /* no read tells more from more; the lengths of nested indices do */
    uint64_t h = mix((uint64_t)s->nitem, (uint64_t)((s->re != NULL) + 2 * (b->fresh + 2 * (b->window_index + 1))));
    for (int k = 0; k < s->nitem; k++) {
        const ur_item *it = &s->item[k];
        h = mix(h, (uint64_t)(it->to - it->from));
        h = mix(h, (uint64_t)(it->from < most ? it->from : most)); /* how far a read may go back */
        int ahead = b->window_index < 0 ? 0 : ur_shard_ahead(s, b->window_index, k);
        h = mix(h, (uint64_t)(ahead < s->p->ahead ? ahead : s->p->ahead)); /* and how far ahead, among the data */
        if (s->group) h = mix(h, (uint64_t)s->group[k]);
        h = mix(h, (uint64_t)(it->to < 0));
        for (int i = 0; i < g->nindex; i++) {
            const ur_extent *x = &s->s->x->extent[i];
            if (g->index[i].fixed || g->index[i].alias >= 0 || !x->len) continue;
            if (g->index[i].parent >= 0) h = mix_nested(s, h, i, it->example);
            else h = mix(h, (uint64_t)x->len[it->example]);
        }
    }
    for (int d = 0; d < g->ndata; d++) h = mix(h, s->s->x->series[d].start != NULL);
    return h;
}

/* items that share their data stand side by side: which begin anew */
static bool find_leads(shard *s)
{
    const uint32_t *lead = s->s->lead;
    s->nlead = 0;
    if (!s->nitem) return true;
    if (s->nitem > s->lead_cap) {
        int *q = ur_realloc(s->lead, sizeof *q * 2 * (size_t)(s->nitem + 8));
        if (!q) return false;
        s->lead = q;
        s->lead_cap = s->nitem + 8;
    }
    s->group = s->lead + s->lead_cap;
    for (int k = 0; k < s->nitem; k++) {
        if (!k || !lead || lead[s->rank[k]] != lead[s->rank[k - 1]]) s->lead[s->nlead++] = k;
        s->group[k] = s->nlead - 1;
    }
    return true;
}

/* whose data, along all indices but the window's, and which weights: what the still instructions' results follow from */
static uint64_t whose(const shard *s)
{
    uint64_t h = mix((uint64_t)s->nlead, s->s->version);
    h = mix(h, s->s->seed);
    for (int k = 0; k < s->nlead; k++) {
        ur_turn who = ur_turn_of(s->s, (size_t)s->rank[s->lead[k]]);
        h = mix(mix(mix(h, s->item[s->lead[k]].example), who.example), who.turn);
    }
    return h ? h : 1;
}

static size_t round64(size_t n) { return (n + 63) & ~(size_t)63; }

static size_t buf_size(const shard *s, int b)
{
    const buf *q = &s->p->buf[b];
    if (q->shared) return 0;
    size_t n = ur_size_mul(s->re && s->re->part[b] ? ur_segment_buf_rows(s, b) : s->count[q->dom], (size_t)q->ld * q->esize);
    return n > SIZE_MAX / 4 ? SIZE_MAX / 4 : round64(n + 64);
}

/* What is free below `total`, by rising offset */
typedef struct gaps {
    size_t *at, *size, n, total;
} gaps;

static void take_out(gaps *g, size_t k)
{
    memmove(g->at + k, g->at + k + 1, (g->n - k - 1) * sizeof *g->at);
    memmove(g->size + k, g->size + k + 1, (g->n - k - 1) * sizeof *g->size);
    g->n--;
}

/* the lowest place for n bytes; above all others where those are too many to look through */
static size_t place(gaps *g, size_t n)
{
    enum { MOST = 4096 };
    size_t at = g->total;
    for (size_t k = 0; k < g->n && k < MOST; k++) {
        bool top = g->at[k] + g->size[k] == g->total;
        if (g->size[k] < n && !top) continue;
        at = g->at[k];
        g->at[k] += n;
        g->size[k] -= g->size[k] < n ? g->size[k] : n;
        if (!g->size[k]) take_out(g, k);
        break;
    }
    if (ur_size_add(at, n) > g->total) g->total = ur_size_add(at, n);
    return at;
}

static void give_back(gaps *g, size_t at, size_t n)
{
    size_t lo = 0, hi = g->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (g->at[mid] < at) lo = mid + 1;
        else hi = mid;
    }
    bool below = lo > 0 && g->at[lo - 1] + g->size[lo - 1] == at, above = lo < g->n && at + n == g->at[lo];
    if (below) {
        g->size[lo - 1] += n + (above ? g->size[lo] : 0);
        if (above) take_out(g, lo);
    } else if (above) {
        g->at[lo] = at;
        g->size[lo] += n;
    } else {
        memmove(g->at + lo + 1, g->at + lo, (g->n - lo) * sizeof *g->at);
        memmove(g->size + lo + 1, g->size + lo, (g->n - lo) * sizeof *g->size);
        g->at[lo] = at;
        g->size[lo] = n;
        g->n++;
    }
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* first fit, in the order in which they begin to live: where nothing lies that lives with it. offset: [nbuf]; *total: what all
 * take */
static bool assign(const shard *s, size_t *offset, size_t *total)
{
    const ur_schedule *p = s->p;
    const buf *all = s->re ? s->re->buf : p->buf;
    size_t n = (size_t)p->nbuf, ended = 0;
    uint64_t *begin = ur_alloc(2 * (n + 1) * sizeof *begin), *end = begin + n + 1; /* who begins when, and who ends */
    size_t *free_ = ur_alloc(2 * (n + 1) * sizeof *free_);
    gaps g = { .at = free_, .size = free_ + n + 1 };
    if (!begin || !free_) {
        ur_free(begin);
        ur_free(free_);
        return false;
    }
    for (size_t b = 0; b < n; b++) {
        begin[b] = (uint64_t)((int64_t)all[b].first + 1) << 32 | b;
        end[b] = (uint64_t)((all[b].last < all[b].first || all[b].pinned ? INT32_MAX : (int64_t)all[b].last) + 1) << 32 | b;
    }
    qsort(begin, n, sizeof *begin, by_number);
    qsort(end, n, sizeof *end, by_number);
    for (size_t k = 0; k < n; k++) {
        size_t b = (uint32_t)begin[k], bytes = buf_size(s, (int)b);
        for (; end[ended] >> 32 < begin[k] >> 32; ended++)
            if (buf_size(s, (int)(uint32_t)end[ended]))
                give_back(&g, offset[(uint32_t)end[ended]], buf_size(s, (int)(uint32_t)end[ended]));
        bool idle = all[b].last < all[b].first && !all[b].pinned; /* nothing is ever there */
        offset[b] = !bytes || idle ? 0 : all[b].pinned ? g.total : place(&g, bytes);
        if (ur_size_add(offset[b], bytes) > g.total) g.total = ur_size_add(offset[b], bytes);
    }
    *total = g.total;
    ur_free(begin);
    ur_free(free_);
    return true;
}

static size_t scratch_of(const shard *s, ins *const *list, int n)
{
    size_t most = 0;
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        size_t need = 0;
        if (i->kind == INS_SCAN) need = scratch_of(s, i->body, i->nbody);
        else if (i->kind == INS_EW) need = ur_exec_ew_scratch(s->p, i);
        else if (i->kind == INS_NODE) need = ur_exec_node_scratch(s, i);
        else
            for (int a = i->kind == INS_PROD; a < (i->kind == INS_PROD ? 2 : i->narg);
                 a++) { /* what is gathered: not a product's matrix, nor its addend */
                const operand *o = &i->arg[a];
                if (o->kind == OP_BUF && o->map == SAME_ROW && !o->maps) continue; /* read where it lies */
                size_t row = (size_t)o->width * s->p->k->esize,
                       w = round64(row * (size_t)(o->maps ? exec_block(row) : EXEC_BLOCK));
                if (2 * w > need) need = 2 * w;
            }
        size_t strips = i->group ? (size_t)i->group->nstrip * sizeof(ur_strip) : 0;
        if (strips > need) need = strips;
        if (need > most) most = need;
    }
    return most;
}

static bool grow(char **p, size_t *cap, size_t n)
{
    if (n <= *cap) return true;
    ur_free_aligned(*p);
    *p = ur_alloc_aligned(n);
    *cap = *p ? n : 0;
    return *p != NULL;
}

static bool first_time(shard *s)
{
    const ur_schedule *p = s->p;
    s->canon = ur_zalloc(sizeof *s->canon * (size_t)(p->nset + 1));
    s->rows = ur_zalloc(sizeof *s->rows * (size_t)(p->ndom + 1));
    s->runs = ur_zalloc(sizeof *s->runs * (size_t)(p->nmap + 1));
    s->bufp = ur_zalloc(sizeof *s->bufp * (size_t)(p->nbuf + 1));
    s->buf_at = ur_zalloc(sizeof *s->buf_at * (size_t)(p->nbuf + 1));
    s->aux = ur_zalloc(sizeof *s->aux * (size_t)(p->nmap + 1));
    s->pos = ur_zalloc(sizeof *s->pos * (size_t)(p->g.nindex + 1));
    s->count = ur_zalloc(sizeof *s->count * (size_t)(p->ndom + 1));
    size_t widest = 8; /* of rows that may lie outside, and so be zero: not of matrices */
    for (ur_id v = 0; v < p->g.nnode; v++) {
        const ur_node *n = &p->g.node[v], *q = n->op == UR_READ ? &p->g.node[n->arg[0]] : n;
        if (!p->live[v] || !(n->nidx || n->example || n->op == UR_READ)) continue;
        if (ur_node_width(&p->g, n) > widest) widest = ur_node_width(&p->g, n);
        if (ur_node_width(&p->g, q) > widest) widest = ur_node_width(&p->g, q);
    }
    widest = round64(widest * 8);
    s->zero = ur_alloc_aligned(3 * widest);
    if (!s->canon || !s->rows || !s->runs || !s->bufp || !s->buf_at || !s->aux || !s->pos || !s->count || !s->zero) return false;
    memset(s->zero, 0, widest);
    s->start = s->zero + widest;
    s->end = s->start + widest;
    for (size_t e = 0; e < widest / sizeof(int32_t); e++) {
        ((int32_t *)s->start)[e] = UR_SYM_START;
        ((int32_t *)s->end)[e] = UR_SYM_END;
    }
    return true;
}

/* bytes of the maps as they are made */
static size_t map_bytes(const shard *s)
{
    size_t n = 0;
    for (int m = 0; m < s->p->nmap; m++)
        n += (size_t)s->runs[m].cap * sizeof(run) + (size_t)s->runs[m].aux_cap * (sizeof(int) + sizeof *s->runs[m].aux_pos);
    return n;
}

/* is there room for `need` beside what other shards hold? Then this one holds it. */
static bool takes(shard *s, size_t need)
{
    if (need > ur_run_limit(s->p->o.limits.memory)) return false;
    if (!s->held) return true;
    if (need > s->own &&
        ur_size_add(atomic_fetch_add(s->held, need - s->own), need - s->own) > ur_run_limit(s->p->o.limits.memory)) {
        atomic_fetch_sub(s->held, need - s->own);
        return false;
    }
    if (need > s->own) s->own = need;
    return true;
}

/* with `measure`, only finds how much memory it takes (need) */
int ur_shard_prepare(shard *s, bool measure, ur_err *e)
{
    const ur_schedule *p = s->p;
    if ((has_nested(&p->g) && !ur_domain_starts(s)) || (!s->canon && !first_time(s))) return ur_nomem(e);
    if (p->o.stepwise && !find_leads(s)) return ur_nomem(e);
    uint64_t sig = signature(s), was = s->whose;
    if (p->o.stepwise) s->whose = whose(s);
    if (s->whose != was || s->s->batch->fresh || !s->s->version) s->kept = false;
    if (s->ready && sig == s->signature) return 0;
    s->ready = false;
    size_t *offset = ur_alloc(sizeof *offset * (size_t)(p->nbuf + 1)), domains = ur_size_count(s), kept = 0, slab = 0, aux = 0;
    if (!offset || (!s->re && !assign(s, offset, &slab))) {
        ur_free(offset);
        return ur_nomem(e);
    }
    s->need = ur_size_add(domains, slab);
    if (s->over >= 0 || !takes(s, s->need)) { /* before anything is made */
        ur_free(offset);
        return measure ? 0 : ur_size_refuse(s, s->need, e);
    }
    if (ur_domain_build(s, e) || (s->re && !ur_segment_prepare(s, &kept))) {
        ur_free(offset);
        return ur_size_refuse(s, s->need, e);
    }
    if (s->re && !assign(s, offset, &slab)) {
        ur_free(offset);
        return ur_nomem(e);
    }
    size_t scratch = scratch_of(s, p->ins, p->nins), once = scratch_of(s, p->once, p->nonce),
           still = scratch_of(s, p->still, p->nstill);
    if (still > scratch) scratch = still;
    scratch = (scratch > once ? scratch : once) + 256;
    for (int m = 0; m < p->nmap; m++)
        if (s->runs[m].naux)
            aux += round64((size_t)s->runs[m].naux * ur_node_width(&p->g, &p->g.node[p->g.node[p->map[m].read].arg[0]]) * 8);
    s->need = ur_size_add(ur_size_add(ur_size_add(slab, aux), ur_size_add(scratch, kept)), ur_size_add(domains, map_bytes(s)));
    if (measure) {
        ur_free(offset);
        return 0;
    }
    if (!takes(s, s->need) || !grow(&s->slab, &s->slab_cap, ur_size_add(slab, 64)) || !grow(&s->auxmem, &s->aux_cap, aux + 64) ||
        !grow(&s->scratch, &s->scratch_cap, scratch) || (s->re && !ur_segment_room(s, kept))) {
        ur_free(offset);
        return ur_size_refuse(s, s->need, e);
    }
    s->scratch_half = (scratch / 2) & ~(size_t)63;
    for (int b = 0; b < p->nbuf; b++) {
        s->buf_at[b] = offset[b];
        char *at = p->buf[b].shared ? s->shared + p->buf[b].offset : s->slab + offset[b];
        if (at != s->bufp[b]) s->kept = false;
        s->bufp[b] = at;
    }
    ur_free(offset);
    aux = 0;
    for (int m = 0; m < p->nmap; m++) {
        s->aux[m] = s->auxmem + aux;
        if (s->runs[m].naux)
            aux += round64((size_t)s->runs[m].naux * ur_node_width(&p->g, &p->g.node[p->g.node[p->map[m].read].arg[0]]) * 8);
    }
    s->signature = sig;
    s->ready = true;
    return 0;
}

void ur_shard_free(shard *s)
{
    const ur_schedule *p = s->p; /* NULL: it was made and never had work */
    for (int k = 0; s->canon && k < p->nset; k++) {
        ur_free(s->canon[k].item);
        ur_free(s->canon[k].first);
        for (int q = 0; q < UR_MAX_RAGGED; q++) ur_free(s->canon[k].pos[q]);
    }
    for (int k = 0; s->rows && k < p->ndom; k++) {
        ur_free(s->rows[k].off);
        ur_free(s->rows[k].perm);
        ur_free(s->rows[k].canon);
    }
    for (int k = 0; s->runs && k < p->nmap; k++) {
        ur_free(s->runs[k].run);
        ur_free(s->runs[k].aux_item);
        ur_free(s->runs[k].aux_pos);
    }
    ur_free(s->canon);
    ur_free(s->rows);
    ur_free(s->runs);
    ur_free(s->bufp);
    ur_free(s->aux);
    ur_free(s->pos);
    ur_free(s->estart);
    ur_free(s->count);
    ur_free(s->buf_at);
    ur_free(s->check_at);
    ur_free_aligned(s->check);
    ur_free_aligned(s->zero);
    ur_free_aligned(s->slab);
    ur_free_aligned(s->auxmem);
    ur_free_aligned(s->scratch);
    ur_naive_free(s->naive);
    ur_free(s->like_sum);
    ur_free(s->lead);
    memset(s, 0, sizeof *s);
}

const char *ur_shard_row(const shard *s, ur_id id, int item)
{
    const ur_schedule *p = s->p;
    ur_id v = ur_aliased(&p->g, id);
    if (p->store[v].buf < 0) return NULL;
    int d = p->node_dom[v], k = 0;
    if (!p->dom[d].example) return ur_exec_row(s, v, 0);
    if (!ur_canon_lookup(s, p->dom[d].set, item, (int[]){ 1, 1, 1, 1 }, &k)) return NULL;
    return ur_exec_row(s, v, s->rows[d].perm ? s->rows[d].perm[k] : k);
}

size_t ur_shard_value(const shard *s, ur_id id, int item, double *out, size_t cap)
{
    const ur_schedule *p = s->p;
    ur_id v = ur_aliased(&p->g, id);
    const ur_node *n = &p->g.node[v];
    size_t w = ur_node_width(&p->g, n);
    if (ur_op_is(n->op, UR_STEADY)) {
        for (size_t e = 0; out && e < w && e < cap; e++)
            out[e] = n->op == UR_CONST ? n->num : ur_exec_get(s, s->weight + (p->g.param[n->i].offset + e) * p->k->esize);
        return 1;
    }
    if (p->store[v].buf < 0) return 0;
    int d = p->node_dom[v];
    const canon *c = ur_canon_of(s, d);
    size_t count = 0;
    if (c && c->lead) item = s->lead[s->group[item]];
    for (int k = 0; k < (c ? c->n : 1); k++) {
        if (c && c->item[k] != item) continue;
        const char *x = ur_exec_row(s, v, s->rows[d].perm ? s->rows[d].perm[k] : k);
        if (out && count * w < cap) {
            size_t room = cap - count * w < w ? cap - count * w : w;
            if (n->sym)
                for (size_t e = 0; e < room; e++) out[count * w + e] = ((const int32_t *)x)[e];
            else p->k->to_double(room, x, out + count * w);
        }
        count++;
    }
    return count;
}
