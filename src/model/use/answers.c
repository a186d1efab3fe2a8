/* answers.c: symbols that a model draws, left out and completed from all else that the data give, against what the data say.
 * Must not know how completions are found. Invariant: examples that ask the same are asked once. */
#include "model/score/score.h"
#include <math.h>
#include <string.h>

bool ur_answerable(const ur_graph *g, int datum, bool *label)
{
    const ur_datum *u = &g->data[datum];
    bool given = false;
    *label = ur_is_label(&g->schema, datum);
    if (!UR_IS_SYMBOL(u->kind) || !u->drawn) return false;
    for (int k = 0; k < g->ndata && !given; k++) given = !g->data[k].drawn;
    return given && (*label || ur_index_ends(&g->schema, u->idx[u->nidx - 1]));
}

static int question(ur_answers *a, unroll_model *m, const ur_raw *raw, size_t before, const unroll_use_options *o, ur_raw **out,
                    ur_err *e)
{
    const ur_schema *g = &m->graph->schema;
    ur_raw *all = NULL;
    int rc = ur_raw_slice(&all, g, raw, 0, ur_raw_units(g, raw), e);
    for (int d = 0; d < m->ndata && !rc; d++) {
        bool label;
        if (!a->asked[d]) continue;
        ur_answerable(m->graph, d, &label);
        if (label) rc = ur_raw_hide(all, g, d, before, e);
        else ur_raw_drop(all, g, d);
    }
    if (!rc && o->any_reference) rc = ur_raw_alike(g, all, a->asked, a->of, a->lead, &a->n, e);
    for (size_t x = 0; x < raw->n && !o->any_reference; x++) a->of[x] = a->lead[x] = x;
    if (!o->any_reference) a->n = raw->n;
    if (!rc && a->n < raw->n) {
        rc = ur_raw_pick(out, g, all, a->lead, a->n, e);
        ur_raw_free(all);
    } else if (rc) {
        ur_raw_free(all);
    } else {
        *out = all;
    }
    return rc;
}

int ur_answers_get(ur_answers *a, unroll_model *m, const ur_raw *raw, size_t before, const unroll_use_options *o, bool labels,
                   ur_err *e)
{
    ur_raw *ask = NULL;
    bool any = false;
    *a = (ur_answers){ .ndata = m->ndata };
    a->asked = ur_zalloc((size_t)m->ndata + 1);
    a->said = ur_zalloc((size_t)(m->ndata + 1) * sizeof *a->said);
    a->of = ur_zalloc((raw->n + 1) * sizeof *a->of);
    a->lead = ur_zalloc((raw->n + 1) * sizeof *a->lead);
    if (!a->asked || !a->said || !a->of || !a->lead) return ur_nomem(e);
    for (int d = 0; d < m->ndata; d++) {
        bool label;
        a->asked[d] = ur_answerable(m->graph, d, &label) && raw->col[d].present && (label || !labels);
        any = any || a->asked[d];
    }
    if (!any) return 0;
    int rc = question(a, m, raw, before, o, &ask, e);
    if (!rc) rc = ur_generate(m, ask, o, a->asked, a->said, e);
    ur_raw_free(ask);
    return rc;
}

void ur_answers_free(ur_answers *a)
{
    for (int d = 0; a->said && d < a->ndata; d++) {
        ur_free(a->said[d].id);
        ur_free(a->said[d].start);
    }
    ur_free(a->said);
    ur_free(a->asked);
    ur_free(a->of);
    ur_free(a->lead);
    memset(a, 0, sizeof *a);
}

/* ---- against the data */
typedef struct marking { /* one datum's answers and references, symbols numbered as the data's own, which know those that the fit
                            never saw */
    const ur_datum *u;
    const ur_column *col;
    size_t before;
    int32_t *to;             /* of the model's numbers; what the data never say: below 0 */
    size_t *first, *example; /* references of question q: example[first[q] … first[q + 1]) */
    int32_t *sym;
    size_t cap;    /* a question's answer and references */
    ur_said *said; /* [most references + 1] */
    ur_buf text;
} marking;

static int open_marking(marking *b, const ur_answers *a, const ur_vocab *v, size_t n, ur_err *e)
{
    int size = ur_vocab_size(v);
    size_t most = 0;
    b->to = ur_alloc((size_t)size * sizeof *b->to);
    b->first = ur_zalloc((a->n + 2) * sizeof *b->first);
    b->example = ur_alloc((n + 1) * sizeof *b->example);
    if (!b->to || !b->first || !b->example) return ur_nomem(e);
    for (int id = 0; id < size; id++) {
        size_t len;
        const char *s = ur_vocab_entry(v, id, &len);
        int32_t found = id < UR_SYM_FIRST ? 0 : ur_vocab_find(b->col->local, s, len);
        b->to[id] = found >= UR_SYM_FIRST ? found : -1 - id;
    }
    for (size_t x = 0; x < n; x++) b->first[a->of[x] + 2]++;
    for (size_t q = 0; q < a->n; q++) {
        if (b->first[q + 2] > most) most = b->first[q + 2];
        b->first[q + 2] += b->first[q + 1];
    }
    for (size_t x = 0; x < n; x++) b->example[b->first[a->of[x] + 1]++] = x;
    b->said = ur_alloc((most + 1) * sizeof *b->said);
    return b->said ? 0 : ur_nomem(e);
}

static void close_marking(marking *b)
{
    ur_free(b->to);
    ur_free(b->first);
    ur_free(b->example);
    ur_free(b->sym);
    ur_free(b->said);
    ur_buf_free(&b->text);
}

/* the words of a text, numbered as the data's own; a word that they never say: below 0 */
static size_t words_of(const ur_vocab *local, const char *s, size_t n, int32_t *out)
{
    size_t count = 0;
    for (size_t i = 0, len; i < n; i += len + 1) {
        for (len = 0; i + len < n && s[i + len] != ' ' && s[i + len] != '\n';) len++;
        int32_t id = len ? ur_vocab_find(local, s + i, len) : 0;
        if (len) out[count++] = id >= UR_SYM_FIRST ? id : -1;
    }
    return count;
}

/* The k-th sequence of a question: n symbols of `from`, those that are not missing; its text lies in b->text until all are there.
 * An answer is in the model's symbols, references are in the data's own, which for pieces are words: then the answer is compared
 * by words too. */
static void take(marking *b, size_t k, size_t *used, const ur_vocab *v, const int32_t *from, const uint8_t *seen, size_t n,
                 bool answer)
{
    size_t at = *used, began = b->text.n, count = 0;
    int32_t *sym = b->sym + at;
    bool pieces = b->u->kind == UR_PIECES && !b->col->cut;
    for (size_t i = 0; i < n; i++)
        if (!seen || seen[i]) sym[count++] = from[i];
    ur_symbols_text(&b->text, pieces && !answer ? UR_WORDS : b->u->kind, v, sym, count, false);
    if (answer && pieces) count = b->text.bad ? 0 : words_of(b->col->local, b->text.s + began, b->text.n - began, sym);
    else if (answer)
        for (size_t i = 0; i < count; i++) sym[i] = b->to[sym[i]];
    *used += count;
    b->said[k] = (ur_said){ sym, count, { NULL, b->text.n - began } };
}

static int one_question(marking *b, const ur_answers *a, const ur_vocab *v, int d, size_t q, ur_pairs *p, ur_err *e)
{
    const ur_symbols *said = &a->said[d];
    const ur_series *s = &b->col->raw;
    size_t nref = b->first[q + 1] - b->first[q], from = said->start[q], n = said->start[q + 1] - from, need = n, used = 0;
    size_t skip = p->aligned && b->before < n ? b->before : 0, lead = s->start[a->lead[q]];
    bool any = !p->aligned; /* rows that are all missing say nothing of a sequence */
    for (size_t k = b->first[q]; k < b->first[q + 1]; k++) {
        size_t at = s->start[b->example[k]] + skip, end = s->start[b->example[k] + 1];
        for (size_t r = at; r < end && !any; r++) any = !s->seen || s->seen[r];
        need += end - s->start[b->example[k]];
    }
    if (!any) return 0;
    if (need > b->cap) {
        int32_t *more = ur_realloc(b->sym, 2 * need * sizeof *more);
        if (!more) return ur_nomem(e);
        b->sym = more;
        b->cap = 2 * need;
    }
    b->text.n = 0;
    ur_buf_add(&b->text, "", 0);
    take(b, 0, &used, v, said->id + from + skip, p->aligned && s->seen ? s->seen + lead + skip : NULL, n - skip, true);
    for (size_t k = 0; k < nref; k++) {
        size_t x = b->example[b->first[q] + k], at = s->start[x] + skip;
        take(b, k + 1, &used, b->col->local, s->sym + at, s->seen ? s->seen + at : NULL, s->start[x + 1] - at, false);
    }
    if (b->text.bad) return ur_nomem(e);
    const char *text = b->text.s;
    for (size_t k = 0; k <= nref; k++) {
        b->said[k].text.s = text;
        text += b->said[k].text.n;
    }
    return ur_pairs_add(p, &b->said[0], b->said + 1, nref, e);
}

int ur_answers_put(const ur_answers *a, const unroll_model *m, const ur_raw *raw, size_t before, const char *tokenize, int datum,
                   ur_sheet *s, ur_err *e)
{
    bool label;
    marking b = { .u = &m->graph->data[datum], .col = &raw->col[datum], .before = before };
    const ur_vocab *v = m->code[datum].vocab;
    ur_pairs p;
    ur_verdict out[4];
    ur_answerable(m->graph, datum, &label);
    int rc = ur_pairs_open(&p, label, tokenize, e);
    if (!rc) rc = open_marking(&b, a, v, raw->n, e);
    for (size_t q = 0; q < a->n && !rc; q++) rc = one_question(&b, a, v, datum, q, &p, e);
    int n = rc ? 0 : ur_pairs_verdicts(&p, out);
    s->data = b.u->name;
    for (int i = 0; i < n && !rc; i++) {
        if (i == 1 && b.u->nidx == 0) continue; /* one symbol is its sequence */
        rc = ur_sheet_put(s, out[i].name, i ? p.n : p.symbols, out[i].value, NAN, "", e);
        if (!rc) rc = ur_sheet_sign(s, out[i].signature, e);
    }
    close_marking(&b);
    ur_pairs_close(&p);
    return rc;
}
