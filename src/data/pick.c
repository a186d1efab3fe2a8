/* Choosing raw examples by number, and telling which of them say the same.
 * Knows no files. Invariant: a chosen example is the one it was, whatever stands beside it. */
#include <string.h>
#include "data/parts.h"

/* Of one index: where the lengths (entry) and positions (pos) of every example begin, [n + 1] each. NULL: not known. */
typedef struct reach {
    size_t *entry, *pos;
} reach;

static void free_reach(reach *x, int n)
{
    for (int i = 0; x && i < n; i++) {
        ur_free(x[i].entry);
        ur_free(x[i].pos);
    }
    ur_free(x);
}

/* an index before what is nested in it: parents have smaller numbers */
static int reaches(reach **out, const ur_schema *g, const ur_raw *r, ur_err *e)
{
    reach *x = ur_zalloc(sizeof *x * (size_t)(g->nindex + 1));
    int rc = x ? 0 : ur_nomem(e);
    for (int i = 0; i < g->nindex && !rc; i++) {
        int up = ur_index_parent(g, i);
        const ur_extent *t = &r->extent[i];
        if (g->index[i].fixed || g->index[i].alias >= 0 || !t->len || (up >= 0 && !x[up].pos)) continue;
        x[i].entry = ur_zalloc(sizeof(size_t) * (r->n + 1));
        x[i].pos = ur_zalloc(sizeof(size_t) * (r->n + 1));
        if (!x[i].entry || !x[i].pos) {
            rc = ur_nomem(e);
            break;
        }
        for (size_t k = 0; k < r->n; k++) {
            x[i].entry[k + 1] = up >= 0 ? x[up].pos[k + 1] : k + 1;
            x[i].pos[k + 1] = up >= 0 ? t->first[x[up].pos[k + 1]] : x[i].pos[k] + (size_t)t->len[k];
        }
    }
    if (rc) free_reach(x, g->nindex);
    else *out = x;
    return rc;
}

/* the pieces [from[which[k]], from[which[k] + 1]) one after the other */
static void *gather(const void *p, size_t elem, const size_t *from, const size_t *which, size_t n, ur_err *e)
{
    size_t total = 0;
    for (size_t k = 0; k < n; k++) total += from[which[k] + 1] - from[which[k]];
    char *out = ur_alloc(total * elem + 1), *to = out;
    if (!out) {
        ur_nomem(e);
        return NULL;
    }
    for (size_t k = 0; k < n; k++) {
        size_t bytes = (from[which[k] + 1] - from[which[k]]) * elem;
        if (bytes) memcpy(to, (const char *)p + from[which[k]] * elem, bytes);
        to += bytes;
    }
    return out;
}

static int pick_column(const ur_schema *g, const ur_column *c, int datum, const size_t *which, size_t n, ur_column *o, ur_err *e)
{
    size_t w = ur_datum_width(g, &g->data[datum]);
    const ur_series *s = &c->raw;
    if (!(o->raw.start = ur_zalloc(sizeof(size_t) * (n + 1))) || !(o->from = ur_strdup(c->from ? c->from : "")))
        return ur_nomem(e);
    for (size_t k = 0; k < n; k++) o->raw.start[k + 1] = o->raw.start[k] + s->start[which[k] + 1] - s->start[which[k]];
    o->raw.nrow = o->raw.start[n];
    if ((s->num && !(o->raw.num = gather(s->num, sizeof(double) * w, s->start, which, n, e))) ||
        (s->sym && !(o->raw.sym = gather(s->sym, sizeof(int32_t) * w, s->start, which, n, e))) ||
        (s->away && !(o->raw.away = gather(s->away, sizeof(int16_t) * w, s->start, which, n, e))) ||
        (s->seen && !(o->raw.seen = gather(s->seen, 1, s->start, which, n, e))))
        return UNROLL_ERROR_MEMORY;
    int rc = c->local ? ur_vocab_copy(&o->local, c->local, e) : 0;
    o->cut = c->cut;
    o->form = c->form;
    o->present = !rc;
    return rc;
}

/* the times that are kept for output: of examples, or of their positions */
static int pick_when(const ur_raw *r, const size_t *which, size_t n, ur_raw *p, ur_err *e)
{
    const int32_t *len = r->when_index < 0 ? NULL : r->extent[r->when_index].len;
    size_t *start = r->when ? ur_alloc((r->n + 1) * sizeof *start) : NULL;
    int rc = 0;
    if (!r->when) return 0;
    if (!start) return ur_nomem(e);
    start[0] = 0;
    for (size_t k = 0; k < r->n; k++) start[k + 1] = start[k] + (len ? (size_t)len[k] : 1);
    if (start[r->n] == r->nwhen) {
        if (!(p->when = gather(r->when, sizeof(double), start, which, n, e)) || !(p->when_name = ur_strdup(r->when_name)) ||
            (r->when_away && !(p->when_away = gather(r->when_away, sizeof(int16_t), start, which, n, e))))
            rc = ur_nomem(e);
        for (size_t k = 0; k < n; k++) p->nwhen += start[which[k] + 1] - start[which[k]];
        p->when_date = r->when_date;
        p->when_form = r->when_form;
        p->when_index = r->when_index;
    }
    ur_free(start);
    return rc;
}

int ur_raw_pick(ur_raw **out, const ur_schema *g, const ur_raw *r, const size_t *which, size_t n, ur_err *e)
{
    ur_raw *p = NULL;
    reach *x = NULL;
    int rc = ur_raw_new(&p, g, n, e);
    if (!rc) rc = reaches(&x, g, r, e);
    for (int i = 0; i < g->nindex && !rc; i++) {
        if (!x[i].entry) continue;
        size_t entries = 0;
        for (size_t k = 0; k < n; k++) entries += x[i].entry[which[k] + 1] - x[i].entry[which[k]];
        if (!(p->extent[i].len = gather(r->extent[i].len, sizeof(int32_t), x[i].entry, which, n, e))) rc = UNROLL_ERROR_MEMORY;
        else if (ur_index_parent(g, i) >= 0) rc = ur_make_first(p->extent[i].len, entries, &p->extent[i].first, e);
    }
    for (int d = 0; d < g->ndata && !rc; d++)
        if (r->col[d].present) rc = pick_column(g, &r->col[d], d, which, n, &p->col[d], e);
    if (!rc && r->label && (!(p->label = ur_zalloc(sizeof(char *) * (n + 1))) || !(p->label_name = ur_strdup(r->label_name))))
        rc = ur_nomem(e);
    for (size_t k = 0; k < n && !rc && r->label; k++)
        if (!(p->label[k] = ur_strdup(r->label[which[k]]))) rc = ur_nomem(e);
    if (!rc) rc = pick_when(r, which, n, p, e);
    if (!rc && !(p->place = ur_alloc((n + 1) * sizeof *p->place))) rc = ur_nomem(e);
    for (size_t k = 0; k < n && !rc; k++) p->place[k] = ur_raw_number(r, which[k]) - 1;
    if (!rc) rc = ur_raw_copy_names(r, p, e);
    free_reach(x, g->nindex);
    if (rc) {
        ur_raw_free(p);
        return rc;
    }
    p->stream = r->stream;
    p->pace = r->pace;
    *out = p;
    return 0;
}

/* everything that an example says of the data that count, as bytes */
static void key_of(const ur_schema *g, const ur_raw *r, const reach *x, const bool *ignore, size_t k, ur_buf *out)
{
    out->n = 0;
    ur_buf_add(out, "", 0);
    for (int d = 0; d < g->ndata; d++) {
        const ur_series *s = &r->col[d].raw;
        int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[d], axis);
        size_t w = ur_datum_width(g, &g->data[d]);
        if (ignore[d] || !r->col[d].present) continue;
        for (int a = 0; a < n; a++) {
            const reach *y = &x[axis[a]];
            ur_buf_add(out, r->extent[axis[a]].len + y->entry[k], (y->entry[k + 1] - y->entry[k]) * sizeof(int32_t));
        }
        for (size_t row = s->start[k]; row < s->start[k + 1]; row++) {
            bool seen = !s->seen || s->seen[row];
            ur_buf_add(out, seen ? "1" : "0", 1);
            if (seen && s->num) ur_buf_add(out, s->num + row * w, w * sizeof *s->num);
            if (seen && s->sym) ur_buf_add(out, s->sym + row * w, w * sizeof *s->sym);
        }
    }
}

int ur_raw_alike(const ur_schema *g, const ur_raw *r, const bool *ignore, size_t *of, size_t *lead, size_t *ngroup, ur_err *e)
{
    reach *x = NULL;
    ur_vocab *keys = NULL;
    ur_buf key = { 0 };
    int rc = reaches(&x, g, r, e);
    if (!rc) rc = ur_vocab_new(&keys, e);
    *ngroup = 0;
    for (size_t k = 0; k < r->n && !rc; k++) {
        key_of(g, r, x, ignore, k, &key);
        int id = key.bad ? ur_nomem(e) : ur_vocab_add(keys, key.s, key.n, e);
        if (id < 0) {
            rc = id;
            break;
        }
        of[k] = (size_t)id - UR_SYM_FIRST;
        if (of[k] == *ngroup) lead[(*ngroup)++] = k;
    }
    ur_buf_free(&key);
    ur_vocab_free(keys);
    if (x) free_reach(x, g->nindex);
    return rc;
}
