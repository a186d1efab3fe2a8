/* rows.c: which values take part in exact least squares: those that are there and have all that their means read. Conditional
 * least squares, as R's ar.ols. Must not know equations. */
#include "model/fit/exact.h"
#include <stdio.h>

bool ur_exact_ahead(const work *k, const line *l) { return k->m->graph->like[l->like].ahead > 0; }

/* a value that is drawn ahead weighs as many times as it has origins: once from each */
double ur_exact_weight(const work *k, const line *l, size_t r)
{
    return ur_exact_ahead(k, l) ? 1 : ur_series_weight(&k->x->series[l->datum], r);
}

/* has component c of row r, at position `at` of its example, all that it reads? Of a line that draws ahead the first components
 * are from the origin before the row, the next ones from the origin before that */
static bool is_whole(const work *k, const line *l, size_t r, size_t at, size_t c)
{
    const ur_series *s = &k->x->series[l->datum];
    const uint8_t *reads = k->reads[l->datum];
    size_t back = ur_exact_ahead(k, l) ? c / l->each + 1 : 0;
    if (!ur_series_scored(s, r) || !ur_series_counts(s, r, c % l->each) || at < back) return false;
    if (at < ur_rows_before(k->m->graph, l->datum, k->before)) return false;
    return !(reads && reads[(r - back) * l->each + c % l->each]) && ur_exact_weight(k, l, r) > 0;
}

/* do some numbers of a row read what others do not? */
static bool differ(const work *k, const line *l)
{
    const uint8_t *reads = k->reads[l->datum];
    bool any = false;
    for (size_t i = 0; reads && i < l->nrow * l->each && !any; i++) any = reads[i] != reads[i / l->each * l->each];
    return any;
}

int ur_exact_rows(work *k, line *l, ur_err *e)
{
    const ur_series *s = &k->x->series[l->datum];
    l->ok = ur_zalloc(l->nrow + 1);
    l->counted = ur_zalloc((l->w + 1) * sizeof *l->counted);
    bool parts = ur_exact_ahead(k, l) || s->part || s->out || differ(k, l);
    if (parts) l->pair = ur_zalloc(l->nrow * l->w + 1);
    if (!l->ok || !l->counted || (parts && !l->pair)) return ur_nomem(e);
    for (size_t x = 0; x < k->x->n; x++)
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            for (size_t c = 0; c < l->w; c++) {
                bool in = is_whole(k, l, r, r - s->start[x], c);
                if (l->pair) l->pair[r * l->w + c] = in;
                l->ok[r] |= in;
                l->values += in;
                l->counted[c] += in ? ur_exact_weight(k, l, r) : 0;
                bool mine = r - s->start[x] >= ur_rows_before(k->m->graph, l->datum, k->before);
                l->most += mine && (!ur_exact_ahead(k, l) || r - s->start[x] > c / l->each);
            }
            l->used += l->ok[r];
        }
    return 0;
}

/* the first drawn datum with missing values among n nodes; -1: none */
static int with_holes(const work *k, const ur_id *list, int n)
{
    for (int i = 0; i < n; i++) {
        const ur_node *v = &k->m->graph->node[list[i]];
        const ur_series *s = v->op == UR_DATA && !ur_is_said(v) && k->m->graph->data[v->i].drawn ? &k->x->series[v->i] : NULL;
        for (size_t r = 0; s && s->seen && r < s->nrow; r++)
            if (!s->seen[r]) return v->i;
    }
    return -1;
}

int ur_exact_by_number(const work *k, const line *l, int *datum, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    size_t room = (size_t)g->nnode + 1;
    bool *seen = ur_zalloc(room), *below = ur_zalloc(room);
    ur_id *list = ur_alloc(room * sizeof *list), *under = ur_alloc(room * sizeof *under);
    int rc = seen && below && list && under ? 0 : ur_nomem(e);
    int n = rc ? 0 : ur_reach(g, ur_like_reads(&g->like[l->like])[0], seen, list);
    *datum = -1;
    for (int i = 0; i < n && *datum < 0; i++) {
        const ur_node *v = &g->node[list[i]];
        if (v->op == UR_GATHER && !g->index[v->i].fixed) *datum = with_holes(k, under, ur_reach(g, v->arg[0], below, under));
    }
    ur_free(seen);
    ur_free(below);
    ur_free(list);
    ur_free(under);
    return rc;
}

bool ur_exact_takes(const line *l, size_t r, size_t c) { return l->ok[r] && (!l->pair || l->pair[r * l->w + c]); }

/* every component has a value to be fitted to */
int ur_exact_values(const work *k, const line *l, ur_err *e)
{
    const char *name = k->m->graph->data[l->datum].name;
    char part[UR_MAX_NAME + 24];
    for (size_t c = 0; c < l->w; c++) {
        if (l->counted[c] > 0) continue;
        if (!l->used)
            return ur_fail(
                e, UNROLL_ERROR_DATA,
                "no value of %s has all that its mean reads: the data are shorter than the lags, or too many values are missing",
                name);
        if (ur_exact_ahead(k, l))
            return ur_fail(
                e, UNROLL_ERROR_DATA,
                "no value of %s, %zu after its origin, has all that its mean reads: the data are shorter than that and the "
                "lags, or too many values are missing",
                ur_component_name(k->m, l->datum, c % l->each, part, sizeof part), c / l->each + 1);
        return ur_fail(e, UNROLL_ERROR_DATA, "no value of %s has all that its mean reads: too many values are missing",
                       ur_component_name(k->m, l->datum, c % l->each, part, sizeof part));
    }
    return 0;
}

void ur_exact_left_out(const ur_graph *g, bool parts, size_t rows, size_t left_out, char *note, size_t nnote)
{
    bool asked = false, weighted = false, ahead = false;
    for (int l = 0; l < g->nlike; l++) {
        asked = asked || g->like[l].when >= 0;
        weighted = weighted || (g->like[l].weight >= 0 && !g->like[l].ahead);
        ahead = ahead || g->like[l].ahead;
    }
    snprintf(note, nnote, "; %zu %s used, %zu left out (missing, %sbefore the first lag%s%s)", rows,
             ahead                   ? "values from their origins"
             : parts || g->nlike > 1 ? "values"
                                     : "rows",
             left_out, asked || weighted ? "" : "or ",
             !asked     ? ""
             : weighted ? ", where the line does not hold"
                        : ", or where the line does not hold",
             weighted ? ", or of weight 0" : "");
}
