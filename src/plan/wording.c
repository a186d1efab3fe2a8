/* The plan in words: what is mapped, scanned, hoisted, stacked, fused and drained, with the operations and bytes of one position.
 * Reads a schedule, runs nothing. The wording is pinned by tests. */
#include "plan/passes.h"
#include <stdio.h>
#include <string.h>

typedef struct teller {
    const ur_schedule *p;
    ur_buf *out;
    bool *back;
    bool *scanned;
    bool *feeds;
} teller;

static void index_names(const teller *t, const ins *i, char *to, size_t n)
{
    const dom *d = &t->p->dom[i->dom];
    size_t at = 0;
    to[0] = 0;
    for (int k = 0; k < d->nidx && at < n; k++)
        at += (size_t)snprintf(to + at, n - at, "%s%s", k ? "," : "", t->p->g.index[d->idx[k]].name);
    if (!d->nidx) snprintf(to, n, "%s", d->example ? "each" : "once");
}

static const char *name_of(const teller *t, ur_id v)
{
    const ur_node *n = &t->p->g.node[v];
    if (n->op == UR_PARAM) return t->p->g.param[n->i].name;
    if (n->op == UR_DATA) return t->p->g.data[n->i].name;
    return n->place.name ? n->place.name : ur_ops[n->op].name;
}

/* h[t-1], W[3] */
static void read_name(const teller *t, const ur_node *r, char *to, size_t n)
{
    const ur_graph *g = &t->p->g;
    const ur_node *q = &g->node[r->arg[0]];
    size_t at = (size_t)snprintf(to, n, "%s[", name_of(t, r->arg[0]));
    int shown = q->nidx ? q->nidx : q->nfix;
    for (int k = 0; k < shown && at < n; k++) {
        const ur_sub *s = &r->sub[k];
        const char *base = s->kind == UR_SUB_END ? "end" : s->kind == UR_SUB_FIRST ? "" : g->index[s->index].name;
        int off = s->off + (s->kind == UR_SUB_FIRST);
        at += (size_t)snprintf(to + at, n - at, !*base ? "%s%s%d" : off ? "%s%s%+d" : "%s%s", k ? "," : "", base, off);
    }
    if (at < n) snprintf(to + at, n - at, "]");
}

/* W, or W[3] of W[k] */
static void weights_name(const teller *t, ur_id m, char *to, size_t n)
{
    const ur_graph *g = &t->p->g;
    if (g->node[m].op == UR_JOIN) m = g->node[m].arg[0];
    if (g->node[m].op == UR_READ) read_name(t, &g->node[m], to, n);
    else snprintf(to, n, "%s", name_of(t, m));
}

/* [Wi;Wf;…], W, W' */
static void matrix_name(const teller *t, ur_id m, bool trans, char *to, size_t n)
{
    const ur_node *x = &t->p->g.node[m];
    size_t at = 0;
    if (x->op == UR_PACK) {
        trans = !x->trans;
        m = x->arg[0];
        x = &t->p->g.node[m];
    }
    if (x->op != UR_CONCAT) {
        weights_name(t, m, to, n);
        if (trans) snprintf(to + strlen(to), n - strlen(to), "'");
        return;
    }
    for (int k = 0; k < x->narg && at < n; k++) {
        char one[100];
        weights_name(t, x->arg[k], one, sizeof one);
        at += (size_t)snprintf(to + at, n - at, "%s%s", k ? ";" : "[", one);
    }
    if (at < n) snprintf(to + at, n - at, "]%s", trans ? "'" : "");
}

static void operand_name(const teller *t, const operand *o, char *to, size_t n)
{
    if (o->read < 0) snprintf(to, n, "%s", name_of(t, o->node));
    else read_name(t, &t->p->g.node[o->read], to, n);
}

static void line(const teller *t, const char *kind, const char *what, const char *how, const char *tags)
{
    ur_buf_printf(t->out, "  %-9s %-44.200s %-50s %s", kind, what, how, tags);
    while (t->out->n && t->out->s[t->out->n - 1] == ' ') t->out->s[--t->out->n] = 0;
    ur_buf_printf(t->out, "\n");
}

static void tell(const teller *t, const ins *i, bool inside, const char *kind)
{
    const ur_graph *g = &t->p->g;
    char what[640] = "", how[200] = "", tags[120] = "", a[200], b[200];
    const char *where = inside ? "each step" : "over all positions";
    const ur_node *n = i->node >= 0 ? &g->node[i->node] : NULL;
    if (!inside && i->dom >= 0 && !t->p->dom[i->dom].nidx) where = t->p->dom[i->dom].example ? "once an example" : "once";
    if (!inside && t->feeds[i->node]) strcat(tags, "hoisted ");
    if (!inside && t->scanned[i->node]) strcat(tags, "drained ");
    if (i->kind == INS_PROD) {
        const ur_node *M = &g->node[n->arg[0]], *stack = M->op == UR_PACK ? &g->node[M->arg[0]] : M;
        matrix_name(t, n->arg[0], n->trans, a, sizeof a);
        operand_name(t, &i->arg[1], b, sizeof b);
        snprintf(what, sizeof what, "%s%s %s", i->narg > 2 ? "+ " : "", a, b);
        snprintf(how, sizeof how, "product %d × %d %s%s", n->trans ? M->cols : M->rows, n->trans ? M->rows : M->cols, where,
                 i->add ? ", in place" : "");
        if (i->narg > 3) snprintf(how + strlen(how), sizeof how - strlen(how), ", from %d side by side", i->narg - 2);
        if (stack->op == UR_CONCAT) snprintf(tags + strlen(tags), sizeof tags - strlen(tags), "stacked %d", stack->narg);
    } else if (i->kind == INS_CONTRACT) {
        operand_name(t, &i->arg[0], a, sizeof a);
        operand_name(t, &i->arg[1], b, sizeof b);
        const ur_node *x = &g->node[n->arg[0]];
        snprintf(what, sizeof what, "sum of %s %s'", a, b);
        snprintf(how, sizeof how, "product %d × %d %s", n->rows, n->cols, where);
        if (x->op == UR_CONCAT) snprintf(tags + strlen(tags), sizeof tags - strlen(tags), "stacked %d", x->narg);
    } else if (i->kind == INS_EW) {
        size_t at = 0;
        const char *last = "";
        for (int k = 0; k < i->nout && at < sizeof what - 60; k++) {
            const char *nm = name_of(t, i->out[k].node);
            if (strcmp(nm, last)) at += (size_t)snprintf(what + at, sizeof what - at, "%s%s", at ? " " : "", nm);
            last = nm;
        }
        snprintf(how, sizeof how, "one pass, %d operation%s on %d", i->nop, i->nop > 1 ? "s" : "", i->width);
        if (i->nop > 1) strcat(tags, "fused");
    } else {
        snprintf(what, sizeof what, "%s", name_of(t, i->node));
        const char *op = ur_ops[n->op].told ? ur_ops[n->op].told : ur_ops[n->op].name;
        if (n->op == UR_CONCAT && !g->node[n->arg[0]].example && ur_param_of(g, n->arg[0]) >= 0) {
            matrix_name(t, i->node, false, what, sizeof what);
            op = "packed once";
            where = "";
        }
        if (n->op == UR_SLICE) return;
        if (n->op == UR_CONCAT) {
            bool made = true;
            for (int k = 0; k < n->narg; k++) made &= t->p->pass->joined[n->arg[k]] == i->node;
            if (made) return; /* its parts lie in place: nothing runs */
        }
        snprintf(how, sizeof how, "%s%s%s %s", n->op == UR_DRAW ? ur_dist_name((ur_dist)n->j) : "", n->op == UR_DRAW ? ", " : "",
                 op, where);
    }
    line(t, kind, what, how, tags);
}

static bool is_back(const teller *t, const ins *i) { return i->kind == INS_SCAN ? is_back(t, i->body[0]) : t->back[i->node]; }

static void tell_list(const teller *t, ins *const *list, int n, bool inside, bool back)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        char kind[64], idx[48];
        if (!inside && is_back(t, i) != back) continue;
        if (i->kind == INS_SLOW) {
            char how[160];
            snprintf(how, sizeof how, "%d operations, position after position: no single index orders this cycle", i->nmember);
            line(t, "naive", i->why, how, "");
            continue;
        }
        if (i->kind == INS_SCAN) {
            snprintf(kind, sizeof kind, "scan %s%s", t->p->g.index[i->index].name, i->dir > 0 ? "→" : "←");
            line(t, kind, "", "", "");
            tell_list(t, i->body, i->nbody, true, back);
            continue;
        }
        index_names(t, i, idx, sizeof idx);
        snprintf(kind, sizeof kind, "map %s", idx);
        tell(t, i, inside, inside ? "" : kind);
    }
}

static void mark_scanned(teller *t, ins *const *list, int n, bool inside, bool *in)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) mark_scanned(t, i->body, i->nbody, true, in);
        else if (inside) {
            if (i->node >= 0) in[i->node] = true;
            for (int m = 0; m < i->nmember; m++) in[i->member[m]] = true;
        }
    }
}

/* reads (feeds) what the recurrence makes (needs): by arguments, to a fixpoint */
static void mark_relations(teller *t, const bool *in)
{
    const ur_graph *g = &t->p->g;
    for (bool more = true; more;) {
        more = false;
        for (ur_id v = 0; v < g->nnode; v++) {
            if (!t->p->live[v]) continue;
            const ur_node *n = &g->node[v];
            for (int k = 0; k < n->narg; k++) {
                ur_id a = n->arg[k];
                if (t->back[v] != t->back[a]) continue; /* each half by itself */
                if (!t->scanned[v] && (in[a] || t->scanned[a])) t->scanned[v] = more = true;
                if (!t->feeds[a] && (in[v] || t->feeds[v]) && !in[a]) t->feeds[a] = more = true;
            }
        }
    }
}

/* multiplications and additions of one position, each counted */
static double operations(const ur_schedule *p, ins *const *list, int n)
{
    double f = 0;
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) {
            f += operations(p, i->body, i->nbody);
            continue;
        }
        const ur_node *v = &p->g.node[i->node];
        if (!p->dom[i->dom].nidx) continue;
        if (i->kind == INS_PROD) f += 2.0 * v->rows * (v->trans ? p->g.node[v->arg[0]].rows : p->g.node[v->arg[0]].cols);
        else if (i->kind == INS_CONTRACT) f += 2.0 * v->rows * v->cols;
        else if (i->kind == INS_EW) f += (double)i->nop * i->width;
        else f += (double)ur_node_width(&p->g, v);
    }
    return f;
}

/* what of a position is kept when parts of a sequence are computed twice */
static void tell_recompute(const teller *t)
{
    const ur_schedule *p = t->p;
    const struct recompute *r = p->re;
    size_t whole = 0, start = 0;
    if (!r) {
        ur_buf_printf(t->out, "recomputing saves nothing: %s\n", p->re_why);
        return;
    }
    for (int b = 0; b < p->nbuf; b++)
        if (p->dom[p->buf[b].dom].nidx && !r->part[b]) whole += (size_t)p->buf[b].ld * p->buf[b].esize;
    for (int h = 0; h < r->nhalo; h++) start += (size_t)r->halo[h].before * r->halo[h].width;
    ur_buf_printf(t->out, "recomputing along %s: at most %zu bytes of a position kept, %zu at the start of each part\n",
                  p->g.index[r->index].name, whole, start);
}

void ur_plan_explain(const ur_graph *g, bool grad, ur_buf *out, ur_err *e)
{
    ur_schedule *p;
    ur_plan_options o = { .limits.single = true, .window_index = -1 };
    if (ur_schedule_make(&p, g, &o, e)) return;
    size_t n = (size_t)p->g.nnode + 1;
    teller t = { p, out, ur_zalloc(n), ur_zalloc(n), ur_zalloc(n) };
    bool *in = ur_zalloc(n);
    if (!t.back || !t.scanned || !t.feeds || !in) ur_nomem(e);
    else {
        for (bool more = true; more;) {
            more = false;
            for (ur_id v = 0; v < p->g.nnode; v++) {
                bool b = t.back[v] || (v >= p->nforward && v < g->nnode);
                for (int k = 0; !b && v >= g->nnode && k < p->g.node[v].narg; k++) b = t.back[p->g.node[v].arg[k]];
                if (b && !t.back[v]) t.back[v] = more = true;
            }
        }
        mark_scanned(&t, p->ins, p->nins, false, in);
        mark_relations(&t, in);
        ur_buf_printf(out, "forward\n");
        tell_list(&t, p->ins, p->nins, false, false);
        if (grad) {
            ur_buf_printf(out, "backward\n");
            tell_list(&t, p->ins, p->nins, false, true);
        }
        double bytes = 0;
        for (int b = 0; b < p->nbuf; b++)
            if (p->dom[p->buf[b].dom].nidx) bytes += (double)p->buf[b].ld * (double)p->buf[b].esize;
        ur_buf_printf(out, "one position: %.0f operations, at most %.0f bytes kept\n", operations(p, p->ins, p->nins), bytes);
        if (grad) tell_recompute(&t);
    }
    ur_free(t.back);
    ur_free(t.scanned);
    ur_free(t.feeds);
    ur_free(in);
    ur_schedule_free(p);
}
