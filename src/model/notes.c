/* notes.c: what is odd about data or a text and no error, as lines of text for whoever reads them: symbols that the fit has not met, empty sequences,
 * vocabularies in which there is nothing to choose.
 * Must not know how data were read. Invariant: says nothing where there is nothing odd. */
#include "model/score.h"
#include "model/times.h"
#include <string.h>

typedef struct notes { const unroll_data *d; int (*line)(const char *, void *); void *arg; } notes;

/* 0, UNROLL_ERROR_MEMORY, or 1: no more is wanted; as all that follow */
static int say(const notes *n, const ur_buf *b)
{
    return b->bad ? UNROLL_ERROR_MEMORY : ur_say(b->s, n->line, n->arg);
}

/* "name (file)" */
static void named(const notes *n, int datum, ur_buf *b)
{
    const char *from = n->d->raw->col[datum].from;
    ur_buf_printf(b, "%s", n->d->m->graph->data[datum].name);
    if (from && *from) ur_buf_printf(b, " (%s)", from);
}

static void quoted(ur_buf *b, const ur_vocab *v, int id)
{
    size_t len;
    const char *s = ur_vocab_entry(v, id, &len);
    char q[64];
    ur_quote(q, s, len);
    ur_buf_printf(b, "'%s'", q);
}

/* symbols of a fitted model's data that its vocabulary has not */
static int unknown(const notes *n, int datum)
{
    const unroll_model *m = n->d->m;
    const ur_column *c = &n->d->raw->col[datum];
    size_t all = 0, never = 0, w = ur_datum_width(&m->graph->schema, &m->graph->data[datum]), size = (size_t)ur_vocab_size(c->local);
    int32_t first = -1;
    bool *known = ur_zalloc(size), has = m->rec.order[datum] == NULL;
    if (!known) return UNROLL_ERROR_MEMORY;
    for (int i = 0; !has && i < m->rec.norder[datum]; i++) has = m->rec.order[datum][i] == UR_SYM_UNKNOWN;
    for (size_t id = UR_SYM_FIRST; id < size; id++) {
        size_t len;
        const char *s = ur_vocab_entry(c->local, (int)id, &len);
        known[id] = ur_code_symbol(&m->code[datum], m->graph->data[datum].kind, n->d->raw->stream, s, len) != UR_SYM_UNKNOWN ||
                    (has && m->rec.order[datum] && ur_special_symbol(s) == UR_SYM_UNKNOWN);      /* "<unk>", as the file of the weights writes it too */
    }
    for (size_t i = 0; i < c->raw.nrow * w; i++) {
        if (c->raw.seen && !c->raw.seen[i / w]) continue;
        all++;
        if (known[c->raw.sym[i]]) continue;
        never++;
        if (first < 0) first = c->raw.sym[i];
    }
    ur_free(known);
    if (!never) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu symbols are not in the model's vocabulary, such as ", never, all);
    quoted(&b, c->local, first);
    ur_buf_printf(&b, ": they count as unknown");
    if (!has) ur_buf_printf(&b, m->graph->data[datum].drawn ? ", which the model's vocabulary lacks: each is as good as impossible" : ", which the model's vocabulary lacks: it reads nothing there");
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* a text that is to be cut into pieces and has the sign that marks where a word begins in them */
static int marks(const notes *n, int datum)
{
    const ur_column *c = &n->d->raw->col[datum];
    size_t count = 0;
    int32_t first = -1;
    if (c->cut) return 0;
    for (size_t i = 0; i < c->raw.nrow; i++) {
        size_t len;
        if (c->raw.seen && !c->raw.seen[i]) continue;
        const char *s = ur_vocab_entry(c->local, c->raw.sym[i], &len);
        if (c->raw.sym[i] < UR_SYM_FIRST || !memmem(s, len, UR_WORD_MARK, strlen(UR_WORD_MARK))) continue;
        if (first < 0) first = c->raw.sym[i];
        count++;
    }
    if (!count) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu words hold %s, the mark of pieces, such as ", count, c->raw.nrow, UR_WORD_MARK);
    quoted(&b, c->local, first);
    ur_buf_printf(&b, ": it counts as unknown; a text that is cut already should be put together before");
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* several sequences for a model that was fitted on one long one: it knows no ends, and begins anew at each */
static int lines(const notes *n, int datum)
{
    const unroll_model *m = n->d->m;
    const ur_raw *r = n->d->raw;
    const ur_datum *u = &m->graph->data[datum];
    if (!m->fitted || !m->code[datum].endless || r->stream || r->n < 2 || !UR_IS_TEXT(u->kind)) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": %zu lines are %zu sequences without an end symbol, each read from the beginning, for the model knows no end of a text; as one long sequence "
                      "(a stream) they are read as they stand", r->n, r->n);
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* examples in which a sequence is empty and another is not: what was aligned may have slipped */
static int empty(const notes *n, int datum)
{
    const unroll_model *m = n->d->m;
    const ur_raw *r = n->d->raw;
    size_t count = 0, first = 0;
    int other = -1;
    const size_t *mine = r->col[datum].raw.start;
    for (size_t x = 0; x < r->n; x++) {
        bool odd = false;
        for (int k = 0; mine[x] == mine[x + 1] && !odd && k < m->ndata; k++) {
            const size_t *theirs = r->col[k].raw.start;
            odd = r->col[k].present && theirs[x] < theirs[x + 1] && m->graph->data[k].nidx;
            if (odd && !count) other = k;
        }
        if (odd && !count) first = x;
        count += odd;
    }
    if (!count) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": empty in %zu of %zu examples where %s is not, first in example %zu", count, r->n, m->graph->data[other].name, first + 1);
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* B_PER, PER-B, B.PER, …: as spans are marked elsewhere */
static bool looks_like_span(const char *s, size_t n)
{
    static const char parts[] = "BIESLUM";
    bool front = n > 2 && strchr(parts, s[0]) && strchr("_-.:/|", s[1]), behind = n > 2 && strchr(parts, s[n - 1]) && strchr("_-.:/|", s[n - 2]);
    return front || behind;
}

/* labels along words that look like marks of spans, and are not all read as such */
static int spans(const notes *n, int datum)
{
    const ur_vocab *v = n->d->raw->col[datum].local;
    int outside = 0, like = 0, other = 0, first = -1;
    if (!ur_is_label(&n->d->m->graph->schema, datum) || !n->d->m->graph->data[datum].nidx || ur_tags_all(v)) return 0;
    for (int id = UR_SYM_FIRST; id < ur_vocab_size(v); id++) {
        size_t len;
        int rc;
        ur_tag t;
        const char *s = ur_vocab_entry(v, id, &len);
        bool tag = ur_tag_read(&t, s, len, NULL, &rc, NULL);
        outside += len == 1 && *s == 'O';
        like += len > 1 && looks_like_span(s, len);
        other += !tag && !looks_like_span(s, len);
        if (!tag && first < 0) first = id;
    }
    if (first < 0 || like < 2 || !outside || other > 1) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": ");
    quoted(&b, v, first);
    ur_buf_printf(&b, " is no mark of a span as B-PER I-PER O are, and so no label is read as one: score says nothing of spans");
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* symbols that are all the same */
static int single(const notes *n, int datum)
{
    const ur_column *c = &n->d->raw->col[datum];
    int32_t only = -1;
    size_t w = ur_datum_width(&n->d->m->graph->schema, &n->d->m->graph->data[datum]);
    for (size_t i = 0; i < c->raw.nrow * w; i++) {
        if (c->raw.seen && !c->raw.seen[i / w]) continue;
        if (only >= 0 && c->raw.sym[i] != only) return 0;
        only = c->raw.sym[i];
    }
    if (only < UR_SYM_FIRST) return 0;
    ur_buf b = { 0 };
    named(n, datum, &b);
    ur_buf_printf(&b, ": every symbol is ");
    quoted(&b, c->local, only);
    ur_buf_printf(&b, n->d->m->graph->data[datum].drawn ? ", so there is nothing to choose" : n->d->m->graph->data[datum].nidx ? ", so only how many there are tells anything" : ", so it tells nothing");
    int rc = say(n, &b);
    ur_buf_free(&b);
    return rc;
}

int unroll_data_notes(const unroll_data *d, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!d || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_notes: no data, or nobody to tell");
    notes n = { d, line, arg };
    int rc = 0;
    for (int i = 0; i < d->m->ndata && !rc; i++) {
        const ur_datum *u = &d->m->graph->data[i];
        if (!d->raw->col[i].present) continue;
        if (u->nidx) rc = empty(&n, i);
        if (!rc && UR_IS_SYMBOL(u->kind)) rc = lines(&n, i);
        if (!rc && UR_IS_SYMBOL(u->kind)) rc = spans(&n, i);
        if (!rc && u->kind == UR_PIECES) rc = marks(&n, i);
        if (!rc && UR_IS_SYMBOL(u->kind) && u->kind != UR_PIECES) rc = d->m->fitted ? unknown(&n, i) : single(&n, i);     /* raw pieces are words */
    }
    const ur_schema *g = &d->m->graph->schema;
    if (!rc) rc = ur_times_notes(g, d->raw, ur_raw_root(g, d->raw), line, arg, e);
    return rc == UNROLL_ERROR_MEMORY ? ur_nomem(e) : 0;
}

int unroll_model_notes(const unroll_model *m, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!m || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_model_notes: no model, or nobody to tell");
    for (int k = 0; k < m->graph->nnote; k++)
        if (line(m->graph->note[k], arg)) break;
    return 0;
}

int unroll_prompt_notes(unroll_model *m, const unroll_data *d, const char *prompt, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!m || !prompt || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_prompt_notes: no model, no prompt, or nobody to tell");
    unroll_data mine = { .m = m };
    int k = ur_prompt_datum(m, d ? d->raw : NULL, e), rc = k < 0 ? k : ur_raw_new(&mine.raw, &m->graph->schema, 1, e);
    if (!rc) rc = ur_raw_set_texts(mine.raw, &m->graph->schema, k, NULL, &prompt, e);
    if (!rc) {
        ur_free((char *)mine.raw->col[k].from);
        if (!(mine.raw->col[k].from = ur_strdup("the prompt"))) rc = ur_nomem(e);
    }
    notes n = { &mine, line, arg };
    if (!rc && m->graph->data[k].kind != UR_PIECES && m->fitted && unknown(&n, k) == UNROLL_ERROR_MEMORY) rc = ur_nomem(e);
    ur_raw_free(mine.raw);
    return rc;
}
