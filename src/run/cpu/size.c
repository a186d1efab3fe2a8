/* How large a step is, before anything of it is made: rows of every domain and the bytes they take, counted in 64 bits from the
 * lengths alone. Rows are numbered in 32 bits, so a step that has more is refused here, and so is one that needs more memory than
 * there is, by name and number. Invariant: ur_domain_build allocates nothing that was not counted. */
#include "run/backend.h"
#include "run/cpu/exec.h"
#include <limits.h>

size_t ur_size_add(size_t a, size_t b)
{
    size_t r;
    return __builtin_add_overflow(a, b, &r) ? SIZE_MAX : r;
}
size_t ur_size_mul(size_t a, size_t b)
{
    size_t r;
    return __builtin_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

static bool is_parent(const ur_graph *g, int nidx, const int *idx, int k)
{
    for (int q = k + 1; q < nidx; q++) {
        int parent = g->index[ur_index_resolve(&g->schema, idx[q])].parent;
        if (parent >= 0 && ur_index_resolve(&g->schema, parent) == ur_index_resolve(&g->schema, idx[k])) return true;
    }
    return false;
}

/* positions of idx[k…] where those before stand at pos. An index that nothing is nested in multiplies, others are walked. */
static size_t count_from(const shard *s, int item, int nidx, const int *idx, int k, int *pos)
{
    if (k == nidx) return 1;
    size_t len = (size_t)ur_domain_len_among(s, idx[k], item, k, idx, pos), sum = 0;
    if (!is_parent(&s->p->g, nidx, idx, k)) {
        pos[k] = 1;
        return len ? ur_size_mul(len, count_from(s, item, nidx, idx, k + 1, pos)) : 0;
    }
    for (pos[k] = 1; (size_t)pos[k] <= len; pos[k]++) sum = ur_size_add(sum, count_from(s, item, nidx, idx, k + 1, pos));
    return sum;
}

static size_t count_rows(const shard *s, int nidx, const int *idx, bool lead)
{
    size_t sum = 0;
    int pos[UR_MAX_RAGGED];
    for (int k = 0; k < (lead ? s->nlead : s->nitem); k++)
        sum = ur_size_add(sum, count_from(s, lead ? s->lead[k] : k, nidx, idx, 0, pos));
    return sum;
}

/* longest of the index idx[at] in this shard, at whatever position of its parents */
static size_t longest(const shard *s, int item, int nidx, const int *idx, int at, int k, int *pos)
{
    size_t len = (size_t)ur_domain_len_among(s, idx[k], item, k, idx, pos), most = 0;
    if (k == at) return len;
    bool walk = is_parent(&s->p->g, at + 1, idx, k);
    for (pos[k] = 1; (size_t)pos[k] <= (walk ? len : len ? 1 : 0); pos[k]++) {
        size_t n = longest(s, item, nidx, idx, at, k + 1, pos);
        if (n > most) most = n;
    }
    return most;
}

/* steps of the scans that a domain is laid out for: the product of the longest lengths */
static size_t count_steps(const shard *s, const dom *d)
{
    size_t steps = 1;
    int pos[UR_MAX_RAGGED];
    for (int q = 0; q < d->nchain; q++) {
        size_t most = 1;
        int at = 0;
        while (d->idx[at] != d->chain[q]) at++;
        for (int k = 0; k < s->nitem; k++) {
            size_t n = longest(s, k, d->nidx, d->idx, at, 0, pos);
            if (n > most) most = n;
        }
        steps = ur_size_mul(steps, most);
    }
    return steps;
}

/* a quantity with these rows, as its text names it: "a[t,s]" */
static void name_of(const shard *s, int d, ur_buf *out)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    ur_id best = -1;
    for (ur_id v = 0; v < g->nnode && best < 0; v++)
        if (p->live[v] && p->node_dom[v] == d && g->node[v].place.name) best = v;
    ur_buf_printf(out, "%s", best >= 0 ? g->node[best].place.name : "a quantity");
    for (int k = 0; k < p->dom[d].nidx; k++)
        ur_buf_printf(out, "%s%s", k ? "," : best >= 0 ? "[" : " along [", g->index[p->dom[d].idx[k]].name);
    if (p->dom[d].nidx) ur_buf_printf(out, "]");
}

/* why a step is not run: it counts too far, or needs `bytes` of memory */
int ur_size_refuse(const shard *s, size_t bytes, ur_err *e)
{
    e->code = 0; /* "out of memory" without a number */
    static const char mend[] = "shorter or fewer sequences at a time need less (chunk, context, batch)";
    size_t limit = ur_run_limit(s->p->o.limits.memory);
    int most = s->over >= 0 ? s->over : 0;
    for (int d = 1; s->over < 0 && d < s->p->ndom; d++)
        if (s->count[d] > s->count[most]) most = d;
    char needs[24];
    ur_size_text(needs, (double)bytes);
    ur_buf name = { 0 };
    name_of(s, most, &name);
    const char *what = name.s && !name.bad ? name.s : "a quantity";
    if (s->over >= 0)
        ur_fail(e, UNROLL_ERROR_MEMORY, "%s has %.0f positions in a step of %d example%s: a step counts to %d; %s", what,
                (double)s->count[most], s->nitem, s->nitem == 1 ? "" : "s", SIZE_ROWS, mend);
    else if (bytes > limit)
        ur_fail(e, UNROLL_ERROR_MEMORY, "this step needs %s, %s %s: %s has %.0f positions in it; %s", needs,
                s->p->o.limits.memory ? "the budget (--memory) is" : "this machine has",
                ur_size_text((char[24]){ 0 }, (double)limit), what, (double)s->count[most], mend);
    else if (ur_memory_refused(&limit))
        ur_fail(
            e, UNROLL_ERROR_MEMORY,
            "this step needs %s, of %s that may be held in all, data and model too (--memory): %s has %.0f positions in it; %s",
            needs, ur_size_text((char[24]){ 0 }, (double)limit), what, (double)s->count[most], mend);
    else
        ur_fail(e, UNROLL_ERROR_MEMORY, "out of memory: this step needs %s: %s has %.0f positions in it; %s", needs, what,
                (double)s->count[most], mend);
    ur_buf_free(&name);
    return e->code;
}

/* Rows of every domain into s->count, and which has more than can be numbered into s->over. Returns the bytes that
 * ur_domain_build will take, less the maps: how many runs they have shows when they are made. */
size_t ur_size_count(shard *s)
{
    const ur_schedule *p = s->p;
    size_t bytes = 0;
    s->over = -1;
    for (int k = 0; k < p->nset; k++) {
        const index_set *c = &p->set[k];
        bytes = ur_size_add(bytes, ur_size_mul(count_rows(s, c->nidx, c->idx, c->lead), sizeof(int) * (size_t)(2 + c->nidx)));
    }
    for (int k = 0; k < p->ndom; k++) {
        const dom *d = &p->dom[k];
        size_t steps = 0;
        s->count[k] = !d->example && !d->nidx ? 1 : count_rows(s, d->nidx, d->idx, ur_plan_leads(p, d->nidx, d->idx));
        if (d->nchain) {
            steps = count_steps(s, d);
            bytes = ur_size_add(bytes, ur_size_add(ur_size_mul(s->count[k], 4 * sizeof(int)), ur_size_mul(steps, sizeof(int))));
        }
        if ((s->count[k] > SIZE_ROWS || steps > SIZE_ROWS) && s->over < 0) s->over = k;
    }
    return bytes;
}
