/* Which instructions of a plan can run segment by segment along one index, in which pass, and what must be kept between segments.
 * Decided by what each instruction reads: the forward half reads the same or earlier positions and goes upwards, the backward
 * half the same or later ones and goes downwards; whatever does neither stays whole, with all that it reads. Knows no operator
 * but sums over all positions, and no cell. Invariant: any graph gets a valid order; at worst nothing is saved. */
#include "plan/passes.h"
#include <string.h>

enum { BEFORE, FORWARD, MIDDLE, BACKWARD, AFTER };
typedef struct access {
    ur_id node;
    int lo, hi;
    bool bounded;
    int first;
} access; /* positions from the reader's own; first ≥ 0: position 1 + first alone */
typedef struct maker {
    ur_schedule *p;
    struct recompute *r;
    int t;
    int *by; /* [nnode] the instruction that makes a node; −1: none, or loaded */
    char *phase;
    bool *fold;                  /* [nins]; fold: one row from the rows of all segments */
    int *reader;                 /* [nnode] the latest phase that reads it */
    bool *back, *ahead;          /* [nnode] read at earlier, at later positions than the reader's */
    bool *whole, *held, *loaded; /* [nnode] has all rows; pinned within a segment; comes from outside */
    bool *tail;                  /* [nnode] its first positions are read after the last segment run */
    int *before, *after;         /* [nnode] */
    bool *first, *again, *load_first, *load_again;
    int now, nloop;
    bool fwd, bwd;
    int least;              /* of the instruction being placed; its number in the order of running */
    bool *want, *want_load; /* of the pass whose needs are being found */
} maker;
typedef void visit(maker *m, int k, access a);

static bool segmented(const maker *m, ur_id v)
{
    const dom *d = &m->p->dom[m->p->node_dom[v]];
    return d->nchain && d->chain[0] == m->t;
}

/* ---- what an instruction reads and makes */
/* how READ n of q addresses index t */
static access through(const maker *m, ur_id node, const ur_node *n, const ur_node *q)
{
    access a = { node, 0, 0, false, -1 };
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        if (q->idx[k] != m->t) continue;
        if (s->kind == UR_SUB_FIRST && !s->nfix && s->off >= 0) a.first = s->off;
        if (s->kind != UR_SUB_REL || s->index != m->t) return a;
        ur_offsets(&m->p->g, s, &a.lo, &a.hi);
        a.bounded = true;
    }
    return a;
}

static void each_operand(maker *m, int k, const operand *o, visit *f)
{
    const ur_graph *g = &m->p->g;
    if (o->read < 0) {
        if (o->kind == OP_BUF) f(m, k, (access){ o->node, 0, 0, true, -1 });
        return;
    }
    const ur_node *n = &g->node[o->read], *q = &g->node[n->arg[0]];
    if (o->kind == OP_BUF) f(m, k, through(m, o->node, n, q));
    for (int e = n->narg; e < ur_noperand(g, n); e++)
        if (ur_operand(n, e) >= 0) f(m, k, through(m, ur_operand(n, e), n, q));
}

/* does it gather, or strew, along index t: any of its positions? */
static bool anywhere(const maker *m, const ins *i)
{
    const ur_node *n = i->kind == INS_NODE ? &m->p->g.node[i->node] : NULL;
    return n && (n->op == UR_GATHER || n->op == UR_STREW) && n->i == m->t;
}

static void each_read(maker *m, int k, const ins *i, visit *f)
{
    for (int b = 0; b < i->nbody; b++) each_read(m, k, i->body[b], f);
    for (int a = 0; a < i->narg; a++) {
        if (!a && anywhere(m, i)) f(m, k, (access){ i->arg[a].node, 0, 0, false, -1 });
        else each_operand(m, k, &i->arg[a], f);
    }
    for (int a = 0; a < i->ninput; a++) f(m, k, (access){ i->input[a], 0, 0, false, -1 });
}

static void each_made(maker *m, int k, const ins *i, visit *f)
{
    if (i->kind == INS_SCAN) {
        for (int b = 0; b < i->nbody; b++) each_made(m, k, i->body[b], f);
        return;
    }
    int n = i->kind == INS_SLOW ? i->nmember : i->kind == INS_EW ? i->nout : 1;
    for (int e = 0; e < n; e++) {
        ur_id v = i->kind == INS_SLOW ? i->member[e] : i->kind == INS_EW ? i->out[e].node : i->node;
        f(m, k, (access){ v, 0, 0, true, -1 });
    }
}

static void note_maker(maker *m, int k, access a) { m->by[a.node] = k; }

/* ---- phases */
static bool is_fold(const maker *m, const ins *i)
{
    return i->kind != INS_SCAN && i->kind != INS_SLOW && i->kind != INS_EW && !segmented(m, i->node);
}

/* may it run over the rows of one segment at a time? Sums and largest values over all positions go on from segment to segment. */
static bool can_segment(const maker *m, const ins *i)
{
    const dom *d = i->dom >= 0 ? &m->p->dom[i->dom] : NULL;
    if (i->kind == INS_SCAN) return i->index == m->t;
    if (i->kind == INS_SLOW || !d->nchain || d->chain[0] != m->t) return false;
    const ur_node *n = &m->p->g.node[i->node];
    if (n->op == UR_STREW && anywhere(m, i)) return false;
    if (ur_op_is(n->op, UR_KEEPS))
        for (int k = 0; k < n->nred; k++)
            if (n->red[k] == m->t) return false;
    return !is_fold(m, i) || ur_op_is(n->op, UR_IN_PARTS);
}

/* the phase after which all of v is there; FORWARD and BACKWARD: segment by segment */
static int phase_of(const maker *m, ur_id v)
{
    int k = m->by[v];
    if (k < 0) return m->loaded[v] && segmented(m, v) ? FORWARD : BEFORE;
    if (!m->fold[k]) return m->phase[k];
    return m->phase[k] == FORWARD ? MIDDLE : m->phase[k] == BACKWARD ? AFTER : m->phase[k];
}

static int whole_after(int phase) { return phase == FORWARD ? MIDDLE : phase == BACKWARD ? AFTER : phase; }

static void place_read(maker *m, int k, access a)
{
    if (m->by[a.node] == k) { /* within the scan */
        m->fwd &= a.bounded && a.hi <= 0;
        m->bwd &= a.bounded && a.lo >= 0;
        return;
    }
    int v = phase_of(m, a.node);
    if (v == FORWARD) m->fwd &= a.bounded && a.hi <= 0;
    else if (v > FORWARD) m->fwd = false;
    if (v == BACKWARD) m->bwd &= a.bounded && a.lo >= 0;
    else if (v == AFTER) m->bwd = false;
    if (whole_after(v) > m->least) m->least = whole_after(v);
}

/* v lies over u. Where v is made segment by segment, u must be made anew with it, and nobody may want u of another segment
 * afterwards: the forward half what was before (it is kept when a segment of the first pass is over), the backward half what
 * comes later. The forward half runs twice: what it reads has to last until the second time. */
static void place_over(maker *m, ur_id u)
{
    int v = phase_of(m, u), r = m->reader[u] > v ? m->reader[u] : v;
    if (v == BEFORE || r > FORWARD || m->back[u] || m->ahead[u]) m->fwd = false;
    if (r == AFTER || m->ahead[u]) m->bwd = false;
    if (r >= FORWARD) m->least = AFTER;
}

static void place_over_all(maker *m, int k, access a)
{
    for (const ur_id *u = m->p->pass->over[a.node]; u && *u >= 0; u++)
        if (m->by[*u] != k) place_over(m, *u);
}

static void place_added(maker *m, const ins *i)
{
    for (int b = 0; b < i->nbody; b++) place_added(m, i->body[b]);
    if (i->kind == INS_PROD && i->add) place_over(m, i->arg[2].node);
}

static void note_reader(maker *m, int k, access a)
{
    m->back[a.node] |= a.lo < 0;
    m->ahead[a.node] |= !a.bounded || a.hi > 0;
    if (m->by[a.node] != k && m->phase[k] > m->reader[a.node]) m->reader[a.node] = m->phase[k];
}

static void place_all(maker *m)
{
    ur_schedule *p = m->p;
    for (int k = 0; k < p->nins; k++) each_made(m, k, p->ins[k], note_maker);
    for (int k = 0; k < p->nins; k++) {
        const ins *i = p->ins[k];
        m->fwd = m->bwd = can_segment(m, i);
        m->least = BEFORE;
        each_read(m, k, i, place_read);
        place_added(m, i);
        each_made(m, k, i, place_over_all);
        m->phase[k] = (char)(m->fwd ? FORWARD : m->bwd ? BACKWARD : m->least);
        m->fold[k] = (m->fwd || m->bwd) && is_fold(m, i);
        each_read(m, k, i, note_reader);
    }
}

/* ---- what is kept */
static bool by_segments(const maker *m, ur_id v)
{
    int k = phase_of(m, v);
    return (k == FORWARD || k == BACKWARD) && segmented(m, v);
}

static void keep_read(maker *m, int k, access a)
{
    int c = m->phase[k], v = phase_of(m, a.node), *before = &m->before[a.node], *after = &m->after[a.node];
    if (!by_segments(m, a.node)) return;
    if (c == MIDDLE || c == AFTER) {
        if (c == AFTER && v == BACKWARD && a.first >= 0) { /* still there: the first segment is the last to run */
            m->tail[a.node] = true;
            if (a.first + 1 > m->r->reach) m->r->reach = a.first + 1;
        } else m->whole[a.node] = true;
    } else if (!a.bounded) m->whole[a.node] = true;
    else {
        if (-a.lo > *before) *before = -a.lo;
        if (a.hi > *after) *after = a.hi;
    }
}

static void keep_outputs(maker *m)
{
    ur_schedule *p = m->p;
    const ur_graph *g = p->pass->source;
    for (int k = 0; k < p->o.nkeep; k++) m->whole[ur_aliased(&p->g, p->o.keep[k])] = true;
    for (int k = 0; k < ur_naddend(g); k++)
        m->held[ur_aliased(&p->g, ur_addend_of(g, k).value)] = m->held[ur_aliased(&p->g, ur_addend_of(g, k).counts)] = true;
    for (int k = 0; k < p->nstate; k++) m->held[p->state[k].node] = true;
}

/* ---- what each pass runs */
static void want(maker *m, int k, access a)
{
    int by = m->by[a.node];
    (void)k;
    if (by >= 0) m->want[by] |= m->phase[by] == FORWARD;
    else if (phase_of(m, a.node) == FORWARD) m->want_load[a.node] = true;
}

static void want_node(maker *m, ur_id v) { want(m, -1, (access){ v, 0, 0, true, -1 }); }

/* what the backward half reads of other segments: sums over all positions, positions that no bound is known for */
static void want_elsewhere(maker *m, int k, access a)
{
    int v = phase_of(m, a.node);
    if (v == MIDDLE || (v == FORWARD && !a.bounded)) want(m, k, a);
}

static void want_arguments(maker *m) /* they come before their users */
{
    for (int k = m->p->nins - 1; k >= 0; k--) {
        if (m->want == m->again && m->fold[k] && m->first[k]) m->want[k] = false; /* summed once */
        if (m->want[k]) each_read(m, k, m->p->ins[k], want);
    }
}

static void find_first(maker *m)
{
    ur_schedule *p = m->p;
    m->want = m->first;
    m->want_load = m->load_first;
    for (int k = 0; k < p->nins; k++)
        if (m->phase[k] == MIDDLE || m->phase[k] == BACKWARD)
            each_read(m, k, p->ins[k], m->phase[k] == MIDDLE ? want : want_elsewhere);
    for (int k = 0; k < p->nins; k++) m->r->all_first |= m->first[k];
    for (ur_id v = 0; v < p->g.nnode; v++) {
        m->r->all_first |= m->load_first[v];
        if (m->before[v]) want_node(m, v);
    }
    want_arguments(m);
}

static void find_again(maker *m)
{
    ur_schedule *p = m->p;
    m->want = m->again;
    m->want_load = m->load_again;
    for (int k = 0; k < p->nins; k++)
        if (m->phase[k] >= BACKWARD) each_read(m, k, p->ins[k], want);
    for (int k = 0; k < p->pass->nout; k++) want_node(m, p->pass->out[k]);
    for (int k = 0; k < p->nstate; k++) want_node(m, p->state[k].node);
    want_arguments(m);
}

static part_list list_of(maker *m, int phase, const bool *in, const bool *load)
{
    ur_schedule *p = m->p;
    part_list l = { .ins = UR_NEW(&p->arena, ins *, p->nins + 1), .load = UR_NEW(&p->arena, ur_id, p->nload + 1) };
    for (int k = 0; k < p->nins; k++)
        if (m->phase[k] == phase && (!in || in[k])) l.ins[l.n++] = p->ins[k];
    for (int k = 0; k < p->nload && load; k++)
        if (phase_of(m, p->load[k]) == phase && (phase != FORWARD || load[p->load[k]])) l.load[l.nload++] = p->load[k];
    return l;
}

static void join_lists(maker *m, part_list *a, part_list b)
{
    ins **l = UR_NEW(&m->p->arena, ins *, a->n + b.n + 1);
    memcpy(l, a->ins, sizeof *l * (size_t)a->n);
    memcpy(l + a->n, b.ins, sizeof *l * (size_t)b.n);
    a->ins = l;
    a->n += b.n;
}

/* ---- memory */
static void find_parts(maker *m)
{
    ur_schedule *p = m->p;
    struct recompute *r = m->r;
    for (int b = 0; b < p->nbuf; b++) r->part[b] = !p->buf[b].shared;
    for (ur_id v = 0; v < p->g.nnode; v++) {
        int b = p->store[v].buf;
        if (!p->live[v] || b < 0) continue;
        r->part[b] &= by_segments(m, v) && !m->whole[v];
        if (m->before[v] > r->early[b]) r->early[b] = m->before[v];
        if (m->after[v] > r->late[b]) r->late[b] = m->after[v];
    }
    r->halo = UR_NEW(&p->arena, halo, p->g.nnode + 1);
    for (ur_id v = 0; v < p->g.nnode; v++) {
        const ur_node *n = &p->g.node[v];
        int b = p->store[v].buf, far = m->before[v] > m->after[v] ? m->before[v] : m->after[v];
        if (!p->live[v] || b < 0 || !r->part[b] || !far) continue;
        if (far > r->reach) r->reach = far;
        r->halo[r->nhalo++] = (halo){ v, m->before[v], m->after[v], ur_node_width(&p->g, n) * ur_plan_esize(p, n) };
    }
    for (int b = 0; b < p->nbuf; b++)
        if (r->part[b]) r->saved += (size_t)p->buf[b].ld * p->buf[b].esize;
}

static void extend(buf *b, int from, int to)
{
    if (from < b->first) b->first = from;
    if (to > b->last) b->last = to;
}

/* the order of running, numbered: before, one segment, middle, after. What is whole and is there while segments run lives through
 * all of them; so does what the middle makes or reads, as segments run before it and after it. */
static void touch(maker *m, int k, access a)
{
    struct recompute *r = m->r;
    int b = m->p->store[a.node].buf, end = m->now;
    if (b < 0) return;
    bool loop = m->phase[k] == FORWARD || m->phase[k] == BACKWARD || m->phase[k] == MIDDLE;
    int begin = r->before.n, last = r->before.n + m->nloop - 1;
    if (loop && !r->part[b]) {
        extend(&r->buf[b], begin, end > last ? end : last);
        return;
    }
    extend(&r->buf[b], end, end);
}

static void find_lives(maker *m)
{
    ur_schedule *p = m->p;
    struct recompute *r = m->r;
    int begin = r->before.n, at = 0, never = p->nins + 1;
    for (int k = 0; k < p->nins; k++) m->nloop += m->phase[k] == FORWARD || m->phase[k] == BACKWARD;
    for (int b = 0; b < p->nbuf; b++) {
        r->buf[b] = p->buf[b];
        r->buf[b].first = never;
        r->buf[b].last = -1;
        r->buf[b].pinned = p->buf[b].pinned && !r->part[b];
    }
    static const char order[] = { BEFORE, FORWARD, BACKWARD, MIDDLE, AFTER };
    for (size_t o = 0; o < sizeof order; o++)
        for (int k = 0; k < p->nins; k++) {
            if (m->phase[k] != order[o]) continue;
            m->now = at++;
            each_made(m, k, p->ins[k], touch);
            each_read(m, k, p->ins[k], touch);
        }
    for (int k = 0; k < p->nload; k++) { /* loaded before all of it, or first in a segment */
        int b = p->store[p->load[k]].buf;
        if (r->part[b]) extend(&r->buf[b], begin, begin);
        else if (by_segments(m, p->load[k])) extend(&r->buf[b], begin, begin + m->nloop - 1);
        else extend(&r->buf[b], -1, -1);
    }
    for (ur_id v = 0; v < p->g.nnode; v++) {
        int b = p->store[v].buf;
        if (!p->live[v] || b < 0 || !r->part[b]) continue;
        if (m->held[v] || m->before[v] || m->after[v] || m->tail[v])
            extend(&r->buf[b], begin, m->tail[v] ? never : begin + m->nloop - 1);
    }
}

/* ---- the whole */
static struct recompute *along(ur_schedule *p, int t)
{
    size_t n = (size_t)p->g.nnode + 1, ni = (size_t)p->nins + 1;
    struct recompute *r = UR_NEW(&p->arena, struct recompute, 1);
    maker m = { .p = p,
                .r = r,
                .t = t,
                .by = UR_NEW(&p->arena, int, n),
                .phase = UR_NEW(&p->arena, char, ni),
                .fold = UR_NEW(&p->arena, bool, ni),
                .reader = UR_NEW(&p->arena, int, n),
                .back = UR_NEW(&p->arena, bool, n),
                .ahead = UR_NEW(&p->arena, bool, n),
                .whole = UR_NEW(&p->arena, bool, n),
                .held = UR_NEW(&p->arena, bool, n),
                .loaded = UR_NEW(&p->arena, bool, n),
                .tail = UR_NEW(&p->arena, bool, n),
                .before = UR_NEW(&p->arena, int, n),
                .after = UR_NEW(&p->arena, int, n),
                .first = UR_NEW(&p->arena, bool, ni),
                .again = UR_NEW(&p->arena, bool, ni),
                .load_first = UR_NEW(&p->arena, bool, n),
                .load_again = UR_NEW(&p->arena, bool, n) };
    r->index = t;
    r->buf = UR_NEW(&p->arena, buf, p->nbuf + 1);
    r->part = UR_NEW(&p->arena, bool, p->nbuf + 1);
    r->early = UR_NEW(&p->arena, int, p->nbuf + 1);
    r->late = UR_NEW(&p->arena, int, p->nbuf + 1);
    memset(m.by, 0xff, sizeof *m.by * n);
    for (int k = 0; k < p->nload; k++) m.loaded[p->load[k]] = true;
    place_all(&m);
    for (int k = 0; k < p->nins; k++) each_read(&m, k, p->ins[k], keep_read);
    keep_outputs(&m);
    find_first(&m);
    find_again(&m);
    r->before = list_of(&m, BEFORE, NULL, m.loaded);
    r->first = list_of(&m, FORWARD, m.first, m.load_first);
    r->middle = list_of(&m, MIDDLE, NULL, NULL);
    r->again = list_of(&m, FORWARD, m.again, m.load_again);
    join_lists(&m, &r->again, list_of(&m, BACKWARD, NULL, NULL));
    r->after = list_of(&m, AFTER, NULL, NULL);
    find_parts(&m);
    find_lives(&m);
    return r;
}

void ur_plan_recompute(ur_schedule *p)
{
    struct recompute *best = NULL;
    if (p->o.limits.recompute < 0) return;
    p->re_why = "it has no recurrence";
    if (!p->pass->source->dparam) {
        p->re_why = "it has no gradients";
        return;
    }
    for (int k = 0; k < p->nins; k++) {
        bool again = p->ins[k]->kind != INS_SCAN;
        for (int q = 0; q < k && !again; q++) again = p->ins[q]->kind == INS_SCAN && p->ins[q]->index == p->ins[k]->index;
        if (again) continue;
        struct recompute *r = along(p, p->ins[k]->index);
        if (r->saved && (!best || r->saved > best->saved)) best = r;
        else if (!best) p->re_why = "its recurrences need later and earlier positions at once";
    }
    p->re = best;
}
