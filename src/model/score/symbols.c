/* symbols.c: scores of guessed symbols beyond one at a time: whole sequences that are right, spans, and which symbol is taken for
 * which. Must not know how a guess came to be. Invariant: a baseline is scored on the same rows. */
#include "model/score/score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int ur_labels_sequences(ur_sheet *s, const ur_examples *x, const ur_label *l, size_t n, ur_err *e)
{
    double all = 0, right = 0, base = 0;
    for (size_t k = 0; k < x->n; k++) {
        bool some = false, model = true, most = true;
        for (size_t i = 0; i < n; i++) {
            const ur_series *q = &x->series[l[i].datum];
            for (size_t r = q->start[k]; r < q->start[k + 1]; r++) {
                if (l[i].guess[r] < 0) continue;
                some = true;
                model = model && l[i].guess[r] == q->sym[r];
                most = most && l[i].base[r] == q->sym[r];
            }
        }
        all += some;
        right += some && model;
        base += some && most;
    }
    return all > 0 ? ur_sheet_put(s, "sequence accuracy %", all, 100 * right / all, 100 * base / all, l[0].base_name, e) : 0;
}

/* ---- spans */
/* the tag that each entry of a vocabulary is; what is none is outside of all spans */
static int tags_of(const ur_vocab *v, ur_vocab *types, ur_tag **out, ur_err *e)
{
    int n = ur_vocab_size(v), rc = 0;
    if (!(*out = ur_alloc((size_t)(n + 1) * sizeof **out))) return ur_nomem(e);
    for (int id = 0; id < n && !rc; id++) {
        size_t len;
        const char *s = ur_vocab_entry(v, id, &len);
        if (id < UR_SYM_FIRST || !ur_tag_read(&(*out)[id], s, len, types, &rc, e)) (*out)[id] = (ur_tag){ .part = 'O' };
    }
    return rc;
}

typedef struct three {
    ur_tag *guess, *want, *most;
} three;

static int count_spans(const ur_raw *raw, const ur_examples *x, size_t before, const ur_label *l, const ur_answers *a,
                       const ur_tag *model, const ur_tag *data, ur_span_count out[2], ur_err *e)
{
    const ur_series *q = &x->series[l->datum], *s = &raw->col[l->datum].raw;
    size_t longest = 0;
    const ur_tag none = { .part = 'O' };
    for (size_t k = 0; k < x->n; k++)
        if (s->start[k + 1] - s->start[k] > longest) longest = s->start[k + 1] - s->start[k];
    three t = { ur_alloc((longest + 1) * sizeof(ur_tag)), ur_alloc((longest + 1) * sizeof(ur_tag)),
                ur_alloc((longest + 1) * sizeof(ur_tag)) };
    int rc = t.guess && t.want && t.most ? 0 : ur_nomem(e);
    for (size_t k = 0; k < x->n && !rc; k++) {
        size_t n = 0, from = s->start[k], said = a ? a->said[l->datum].start[a->of[k]] : 0;
        for (size_t r = before; r < s->start[k + 1] - from; r++) {
            bool seen = !s->seen || s->seen[from + r]; /* a gap ends spans */
            int32_t id = a ? a->said[l->datum].id[said + r] : l->guess[q->start[k] + r];
            t.want[n] = seen ? data[s->sym[from + r]] : none;
            t.guess[n] = seen && id >= 0 ? model[id] : none;
            int32_t usual = l->base[q->start[k] + r];
            t.most[n++] = seen && usual >= 0 ? model[usual] : none;
        }
        ur_span_add(&out[0], t.guess, t.want, n);
        ur_span_add(&out[1], t.most, t.want, n);
    }
    ur_free(t.guess);
    ur_free(t.want);
    ur_free(t.most);
    return rc;
}

int ur_labels_spans(ur_sheet *s, const unroll_model *m, const ur_examples *x, const ur_raw *raw, size_t before, const ur_label *l,
                    const ur_answers *a, ur_err *e)
{
    ur_vocab *types = NULL;
    ur_tag *model = NULL, *data = NULL;
    ur_span_count c[2] = { { 0 } };
    int rc = ur_vocab_new(&types, e);
    if (!rc) rc = tags_of(m->code[l->datum].vocab, types, &model, e);
    if (!rc) rc = tags_of(raw->col[l->datum].local, types, &data, e);
    if (!rc) rc = count_spans(raw, x, before, l, a, model, data, c, e);
    const char *base = l->base_name;
    if (!rc)
        rc = ur_sheet_put(s, "span precision %", c[0].guessed, 100 * ur_span_precision(&c[0]), 100 * ur_span_precision(&c[1]),
                          base, e);
    if (!rc)
        rc = ur_sheet_put(s, "span recall %", c[0].wanted, 100 * ur_span_recall(&c[0]), 100 * ur_span_recall(&c[1]), base, e);
    if (!rc) rc = ur_sheet_put(s, "span F1 %", c[0].wanted, 100 * ur_span_f1(&c[0]), 100 * ur_span_f1(&c[1]), base, e);
    ur_free(model);
    ur_free(data);
    ur_vocab_free(types);
    return rc;
}

/* ---- each symbol against all others */
typedef struct tally {
    double right, guessed, wanted;
} tally;

static double precision_of(const tally *t) { return t->guessed > 0 ? t->right / t->guessed : 0; }
static double recall_of(const tally *t) { return t->wanted > 0 ? t->right / t->wanted : 0; }
static double f1_of(const tally *t) { return t->guessed + t->wanted > 0 ? 2 * t->right / (t->guessed + t->wanted) : 0; }
static bool met(const tally *t) { return t->guessed > 0 || t->wanted > 0; }

/* What stands at row r of a label's data, among [vocabulary, then the data's own symbols]: what the fit never saw is one of the
 * latter */
static size_t wanted_at(const unroll_model *m, const ur_series *q, const ur_raw *raw, int d, size_t r)
{
    const ur_column *c = &raw->col[d];
    bool never = q->sym[r] < UR_SYM_FIRST && q->nrow == c->raw.nrow;
    return never ? (size_t)ur_vocab_size(m->code[d].vocab) + (size_t)c->raw.sym[r] : (size_t)q->sym[r];
}

static const char *wanted_name(const unroll_model *m, const ur_raw *raw, int d, size_t want, size_t *len)
{
    size_t known = (size_t)ur_vocab_size(m->code[d].vocab);
    if (want < known) return ur_vocab_entry(m->code[d].vocab, (int)want, len);
    return ur_vocab_entry(raw->col[d].local, (int)(want - known), len);
}

static int tally_of(const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l, const int32_t *guess,
                    tally **out, size_t *size, ur_err *e)
{
    const ur_series *q = &x->series[l->datum];
    *size = (size_t)ur_vocab_size(m->code[l->datum].vocab) + (size_t)ur_vocab_size(raw->col[l->datum].local);
    tally *t = ur_zalloc(*size * sizeof *t);
    if (!t) return ur_nomem(e);
    for (size_t r = 0; r < q->nrow; r++) {
        if (l->guess[r] < 0) continue;
        size_t want = wanted_at(m, q, raw, l->datum, r);
        t[want].wanted++;
        if (guess[r] < 0) continue;
        t[guess[r]].guessed++;
        t[want].right += (size_t)guess[r] == want;
    }
    *out = t;
    return 0;
}

static double macro_f1(const tally *t, size_t size)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < size; i++)
        if (met(&t[i])) sum += f1_of(&t[i]), n++;
    return sum / n;
}

int ur_labels_macro(ur_sheet *s, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l, ur_err *e)
{
    tally *t = NULL, *b = NULL;
    size_t size;
    int rc = tally_of(m, x, raw, l, l->guess, &t, &size, e);
    if (!rc) rc = tally_of(m, x, raw, l, l->base, &b, &size, e);
    bool based = false;
    double n = 0;
    for (size_t r = 0; !rc && r < x->series[l->datum].nrow; r++) based = based || l->base[r] >= 0, n += l->guess[r] >= 0;
    if (!rc)
        rc = ur_sheet_put(s, "macro F1 %", n, 100 * macro_f1(t, size), based ? 100 * macro_f1(b, size) : NAN, l->base_name, e);
    ur_free(t);
    ur_free(b);
    return rc;
}

int ur_labels_classes(unroll_table *t, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l,
                      size_t n, ur_err *e)
{
    static const char *const names[] = { "data", "symbol", "count", "precision_%", "recall_%", "F1_%" };
    int rc = 0;
    for (int i = 0; i < 6; i++)
        if ((rc = ur_table_column(t, names[i], i < 2, e)) < 0) return rc;
    rc = 0;
    for (size_t i = 0; i < n && !rc; i++) {
        tally *c = NULL;
        size_t size = 0, len;
        const char *name = m->graph->data[l[i].datum].name;
        rc = tally_of(m, x, raw, &l[i], l[i].guess, &c, &size, e);
        for (size_t k = 0; k < size && !rc; k++) {
            if (!met(&c[k])) continue;
            const char *s = wanted_name(m, raw, l[i].datum, k, &len);
            size_t row = unroll_table_rows(t);
            if ((rc = ur_table_row(t, e))) break;
            rc = ur_table_puts(t, row, 0, name, strlen(name), e);
            if (!rc) rc = ur_table_puts(t, row, 1, s, len, e);
            ur_table_put(t, row, 2, c[k].wanted);
            ur_table_put(t, row, 3, 100 * precision_of(&c[k]));
            ur_table_put(t, row, 4, 100 * recall_of(&c[k]));
            ur_table_put(t, row, 5, 100 * f1_of(&c[k]));
        }
        ur_free(c);
    }
    return rc;
}

/* ---- confusion */
typedef struct cell {
    int32_t want, guess;
    size_t n;
} cell;

static int by_count(const void *a, const void *b)
{
    const cell *x = a, *y = b;
    if (x->want != y->want) return x->want < y->want ? -1 : 1;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return (x->guess > y->guess) - (x->guess < y->guess);
}

static int put_cell(unroll_table *t, const unroll_model *m, const ur_raw *raw, int d, const cell *c, double of, ur_err *e)
{
    size_t row = unroll_table_rows(t), n;
    const char *name = m->graph->data[d].name;
    TRY(ur_table_row(t, e));
    TRY(ur_table_puts(t, row, 0, name, strlen(name), e));
    for (int i = 0; i < 2; i++) {
        const char *s = wanted_name(m, raw, d, (size_t)(i ? c->guess : c->want), &n);
        TRY(ur_table_puts(t, row, (size_t)i + 1, s, n, e));
    }
    ur_table_put(t, row, 3, (double)c->n);
    return ur_table_put(t, row, 4, 100 * (double)c->n / of);
}

/* pairs that occur, found by their number in a vocabulary of pairs */
static int count_pairs(const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l, cell **out, size_t *n,
                       ur_err *e)
{
    const ur_series *q = &x->series[l->datum];
    ur_vocab *pairs = NULL;
    cell *c = NULL;
    size_t cap = 0;
    int rc = ur_vocab_new(&pairs, e);
    for (size_t r = 0; r < q->nrow && !rc; r++) {
        if (l->guess[r] < 0) continue;
        int32_t key[2] = { (int32_t)wanted_at(m, q, raw, l->datum, r), l->guess[r] };
        int id = ur_vocab_add(pairs, (const char *)key, sizeof key, e);
        size_t at = (size_t)id - UR_SYM_FIRST;
        if (id >= 0 && at == *n) {
            cell *more = *n < cap ? c : ur_realloc(c, (cap = 2 * cap + 64) * sizeof *c);
            if (!more) rc = ur_nomem(e);
            else (c = more)[(*n)++] = (cell){ key[0], key[1], 0 };
        }
        if (id < 0) rc = id;
        else if (!rc) c[at].n++;
    }
    ur_vocab_free(pairs);
    if (rc) ur_free(c);
    else *out = c;
    return rc;
}

int ur_labels_confusion(unroll_table *t, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l,
                        size_t n, ur_err *e)
{
    static const char *const names[] = { "data", "symbol", "taken_for", "count", "share_%" };
    int rc = 0;
    for (int i = 0; i < 5; i++)
        if ((rc = ur_table_column(t, names[i], i < 3, e)) < 0) return rc;
    rc = 0;
    for (size_t i = 0; i < n && !rc; i++) {
        cell *c = NULL;
        size_t cells = 0, of = 0;
        rc = count_pairs(m, x, raw, &l[i], &c, &cells, e);
        if (!rc && cells) qsort(c, cells, sizeof *c, by_count);
        for (size_t k = 0, end = 0; k < cells && !rc; k++) {
            if (k == end)
                for (of = 0; end < cells && c[end].want == c[k].want; end++) of += c[end].n;
            rc = put_cell(t, m, raw, l[i].datum, &c[k], (double)of, e);
        }
        ur_free(c);
    }
    return rc;
}
