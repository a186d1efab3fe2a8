/* beside.c: what is odd about a part of the data beside the one that is learned from: symbols that only one of them has, classes
 * that are missing. Must not know how parts were cut. Invariant: says nothing where there is nothing odd. */
#include "model/notes.h"
#include "model/model.h"

/* how often each symbol of `local` occurs in c */
static int count_symbols(const ur_column *c, ur_data_kind kind, size_t w, const ur_vocab *local, size_t **out)
{
    size_t *count = ur_zalloc((size_t)ur_vocab_size(local) * sizeof *count);
    int32_t *to = ur_alloc((size_t)ur_vocab_size(c->local) * sizeof *to);
    for (int id = 0; count && to && id < ur_vocab_size(c->local); id++) {
        size_t n;
        const char *s = ur_vocab_entry(c->local, id, &n);
        to[id] = id < UR_SYM_FIRST ? UR_SYM_UNKNOWN : ur_vocab_find(local, s, n);
        if (kind == UR_SYMBOL && id >= UR_SYM_FIRST && to[id] == UR_SYM_UNKNOWN) to[id] = ur_vocab_find_equal(local, s, n);
    }
    for (size_t i = 0; count && to && i < c->raw.nrow * w; i++)
        if (!c->raw.seen || c->raw.seen[i / w]) count[to[c->raw.sym[i]]]++;
    ur_free(to);
    if (!to) {
        ur_free(count);
        return UNROLL_ERROR_MEMORY;
    }
    *out = count;
    return count ? 0 : UNROLL_ERROR_MEMORY;
}

enum { EXPECTED = 10 }; /* a symbol that should occur so often by its share is hardly absent by chance */

/* what there is to choose between, and how often each occurs in a part and in the training part */
typedef struct classes {
    size_t *here, *there;
    bool *cut;            /* those that the fit leaves out of its vocabulary, though the training part has them; NULL: none */
    int n, first;         /* those before `first` are no symbols of the data */
    const ur_vocab *name; /* NULL: the numbers from 0 on */
    const char *what;     /* "symbol" */
} classes;

static void class_name(ur_buf *b, const classes *c, int id)
{
    if (c->name) ur_tell_symbol(b, c->name, id);
    else ur_buf_printf(b, "%d", id);
}

/* does a part have all of what the model is to choose between? */
static int compare(const ur_telling *n, const unroll_data *train, int datum, const char *part, const classes *c)
{
    size_t all = 0, of = 0, kinds = 0, met = 0, never = 0, seldom = 0;
    int only = -1, absent = -1, unmet = -1;
    for (int id = 0; id < c->n; id++) all += c->here[id], of += c->there[id];
    for (int id = 0; id < c->n; id++) {
        kinds += c->there[id] > 0;
        met += c->here[id] > 0;
        if (c->here[id]) only = id;
        if (!c->there[id] && c->here[id]) never += c->here[id], unmet = id;
        if (c->there[id] && c->cut && c->cut[id]) seldom += c->here[id];
        if (!c->here[id] && (double)c->there[id] * (double)all >= EXPECTED * (double)of &&
            (absent < 0 || c->there[id] > c->there[absent]))
            absent = id;
    }
    ur_buf b = { 0 };
    int rc = 0;
    ur_tell_name(n, datum, &b);
    if (never || seldom) {
        ur_buf_printf(&b, ": %zu of the %zu %ss of the %s part never occur in the training part", never, all, c->what, part);
        if (seldom) ur_buf_printf(&b, ", and %zu more too seldom there to be kept", seldom);
        if (!seldom && unmet >= c->first) ur_buf_printf(&b, ", such as ");
        if (!seldom && unmet >= c->first) class_name(&b, c, unmet);
        const ur_schema *g = &n->d->m->graph->schema;
        if (c->name && !g->data[datum].closed && !ur_is_shared(g, datum)) /* 7 of symbol(10) has its place all the same */
            ur_buf_printf(&b, "%s", ur_is_label(&n->d->m->graph->schema, datum) ? ur_unmet_symbols : ": they count as unknown");
        rc = ur_tell(n, &b);
    } else if (n->d->m->graph->data[datum].drawn && all > 1 && kinds > 1 && (met == 1 || absent >= 0) && only >= c->first) {
        if (met == 1) ur_buf_printf(&b, ": every %s of the %s part is ", c->what, part);
        else ur_buf_printf(&b, ": the %s part has none of the training part's %zu ", part, c->there[absent]);
        class_name(&b, c, met == 1 ? only : absent);
        if (met == 1) ur_buf_printf(&b, ", of %zu that the training part has", kinds);
        if (n->d->raw->n > 1 && train->raw->n > 1)
            ur_buf_printf(&b, "; where examples are sorted by it, parts of them drawn at random (--shuffle) say more");
        rc = ur_tell(n, &b);
    }
    ur_buf_free(&b);
    return rc;
}

/* which symbols of the training part a fit with these options leaves out of its vocabulary */
static int cut_symbols(const unroll_data *train, int datum, const unroll_fit_options *o, bool **out, ur_err *e)
{
    const ur_graph *g = train->m->graph;
    const ur_vocab *local = train->raw->col[datum].local;
    if (!o || (o->min_count < 2 && o->max_vocabulary < 1)) return 0;
    ur_code *code = ur_zalloc(sizeof *code * (size_t)(g->ndata + 1));
    bool *cut = ur_zalloc((size_t)ur_vocab_size(local) + 1);
    int rc = code && cut ? ur_code_learn(code, &g->schema, train->raw, o->min_count, o->max_vocabulary, e) : ur_nomem(e);
    for (int id = UR_SYM_FIRST; id < ur_vocab_size(local) && !rc; id++) {
        size_t len;
        const char *s = ur_vocab_entry(local, id, &len);
        cut[id] = ur_code_symbol(&code[datum], g->data[datum].kind, train->raw->stream, s, len) == UR_SYM_UNKNOWN;
    }
    ur_code_free(code, g->ndata);
    ur_free(code);
    if (rc) ur_free(cut);
    else *out = cut;
    return rc == UNROLL_ERROR_MEMORY ? rc : 0; /* what the fit refuses, it says itself */
}

static int symbols_beside(const ur_telling *n, const unroll_data *train, int datum, const char *part, const unroll_fit_options *o,
                          ur_err *e)
{
    const ur_graph *g = train->m->graph;
    const ur_column *mine = &n->d->raw->col[datum], *theirs = &train->raw->col[datum];
    size_t w = ur_datum_width(&g->schema, &g->data[datum]);
    classes c = { .n = ur_vocab_size(theirs->local), .first = UR_SYM_FIRST, .name = theirs->local, .what = "symbol" };
    int rc = count_symbols(mine, g->data[datum].kind, w, theirs->local, &c.here);
    if (!rc) rc = count_symbols(theirs, g->data[datum].kind, w, theirs->local, &c.there);
    if (!rc) rc = cut_symbols(train, datum, o, &c.cut, e);
    if (!rc) rc = compare(n, train, datum, part, &c);
    ur_free(c.cut);
    ur_free(c.here);
    ur_free(c.there);
    return rc;
}

static int bits_beside(const ur_telling *n, const unroll_data *train, int datum, const char *part)
{
    const ur_graph *g = train->m->graph;
    size_t here[2] = { 0 }, there[2] = { 0 }, w = ur_datum_width(&g->schema, &g->data[datum]);
    bool bits = ur_count_bits(&n->d->raw->col[datum], w, here) && ur_count_bits(&train->raw->col[datum], w, there);
    return !bits ? 0 : compare(n, train, datum, part, &(classes){ here, there, NULL, 2, 0, NULL, "value" });
}

int unroll_part_notes(const unroll_data *part, const unroll_data *train, const char *name, const unroll_fit_options *o,
                      int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!part || !train || !name || !line)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_part_notes: no part, no name for it, nothing beside it, or nobody to tell");
    if (part->m != train->m) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_part_notes: the parts were read for different models");
    ur_telling n = { part, line, arg };
    int rc = 0;
    for (int i = 0; i < part->m->ndata && !rc; i++) {
        const ur_datum *u = &part->m->graph->data[i];
        if (u->kind == UR_PIECES || !part->raw->col[i].present || !train->raw->col[i].present) continue;
        if (UR_IS_SYMBOL(u->kind)) rc = symbols_beside(&n, train, i, name, o, e);
        else if (ur_is_bit(part->m->graph, i)) rc = bits_beside(&n, train, i, name);
        if (!rc && u->kind == UR_SYMBOL) rc = ur_tell_equal(&n, i, train->raw->col[i].local);
    }
    return rc == UNROLL_ERROR_MEMORY ? ur_nomem(e) : 0;
}
