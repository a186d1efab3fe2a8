/* compare.c: sequences against references: error rates, BLEU, chrF; and the same of text files, without a model.
 * Must not know how a sequence came to be. Invariant: with several references the one with the fewest edits counts, of equal ones
 * the first. */
#include "model/score/score.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

int ur_pairs_open(ur_pairs *p, bool aligned, const char *tokenize, ur_err *e)
{
    *p = (ur_pairs){ .aligned = aligned, .least = SIZE_MAX };
    return ur_bleu_open(&p->bleu, tokenize, e);
}

void ur_pairs_close(ur_pairs *p)
{
    ur_bleu_close(&p->bleu);
    ur_free(p->row);
    p->row = NULL;
}

/* labels of the same places */
static size_t differences(const ur_said *a, const ur_said *b)
{
    size_t off = a->n > b->n ? a->n - b->n : b->n - a->n;
    for (size_t i = 0; i < a->n && i < b->n; i++) off += a->sym[i] != b->sym[i];
    return off;
}

int ur_pairs_add(ur_pairs *p, const ur_said *hyp, const ur_said *ref, size_t nref, ur_err *e)
{
    size_t best = SIZE_MAX, chosen = 0;
    for (size_t k = 0; k < nref; k++) {
        if (ref[k].n + 1 > p->cap) {
            size_t *more = ur_realloc(p->row, (2 * ref[k].n + 64) * sizeof *more);
            if (!more) return ur_nomem(e);
            p->row = more;
            p->cap = 2 * ref[k].n + 64;
        }
        size_t off = p->aligned ? differences(hyp, &ref[k]) : ur_edits(hyp->sym, hyp->n, ref[k].sym, ref[k].n, p->row);
        if (off < best) best = off, chosen = k;
    }
    p->n++;
    p->edits += (double)best;
    p->symbols += (double)ref[chosen].n;
    p->wrong += best > 0;
    if (nref < p->least) p->least = nref;
    if (nref > p->most) p->most = nref;
    if (p->aligned) return 0;
    ur_text *text = ur_alloc(nref * sizeof *text);
    if (!text) return ur_nomem(e);
    for (size_t k = 0; k < nref; k++) text[k] = ref[k].text;
    int rc = ur_bleu_add(&p->bleu, hyp->text, text, nref, e);
    ur_free(text);
    return rc;
}

int ur_pairs_verdicts(const ur_pairs *p, ur_verdict out[4])
{
    char refs[32] = "nrefs:var";
    if (p->least == p->most) snprintf(refs, sizeof refs, "nrefs:%zu", p->most);
    out[0] = (ur_verdict){ .name = "symbol error rate %", .value = p->symbols > 0 ? 100 * p->edits / p->symbols : NAN };
    out[1] = (ur_verdict){ .name = "sequence error rate %", .value = p->n > 0 ? 100 * p->wrong / p->n : NAN };
    snprintf(out[0].signature, sizeof out[0].signature, "%s", refs);
    snprintf(out[1].signature, sizeof out[1].signature, "%s", refs);
    if (p->aligned) return 2;
    out[2] = (ur_verdict){ .name = "BLEU", .value = ur_bleu_score(&p->bleu) };
    out[3] = (ur_verdict){ .name = "chrF2", .value = ur_chrf_score(&p->bleu) };
    snprintf(out[2].signature, sizeof out[2].signature, "%s|case:mixed|eff:no|tok:%s|smooth:exp", refs, p->bleu.tokenize);
    snprintf(out[3].signature, sizeof out[3].signature, "%s|case:mixed|eff:yes|nc:6|nw:0|space:no", refs);
    return 4;
}

/* ---- files of texts, line by line */
typedef struct lines {
    const char *path;
    ur_buf buf;
    ur_text *line;
    size_t n;
    int32_t *sym;
    size_t *start;
} lines;

static void free_lines(lines *l)
{
    ur_buf_free(&l->buf);
    ur_free(l->line);
    ur_free(l->sym);
    ur_free(l->start);
}

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* words by number */
static int cut(lines *l, ur_vocab *words, ur_err *e)
{
    size_t n = 0;
    l->sym = ur_alloc((l->buf.n / 2 + l->n + 1) * sizeof *l->sym);
    l->start = ur_zalloc((l->n + 1) * sizeof *l->start);
    if (!l->sym || !l->start) return ur_nomem(e);
    for (size_t k = 0; k < l->n; k++) {
        ur_text t = l->line[k];
        for (size_t i = 0, to; i < t.n; i = to) {
            to = i + 1;
            if (blank(t.s[i])) continue;
            while (to < t.n && !blank(t.s[to])) to++;
            if ((l->sym[n++] = ur_vocab_add(words, t.s + i, to - i, e)) < 0) return l->sym[n - 1];
        }
        l->start[k + 1] = n;
    }
    return 0;
}

static int read_lines(lines *l, const char *path, ur_vocab *words, ur_err *e)
{
    l->path = path;
    TRY(ur_file_read_text(path, SIZE_MAX / 4, &l->buf, e));
    for (size_t i = 0; i < l->buf.n; i++) l->n += l->buf.s[i] == '\n' || i + 1 == l->buf.n;
    if (!(l->line = ur_alloc((l->n + 1) * sizeof *l->line))) return ur_nomem(e);
    for (size_t i = 0, k = 0; k < l->n; k++) {
        size_t from = i, bad;
        while (i < l->buf.n && l->buf.s[i] != '\n') i++;
        size_t n = i - from;
        if (n && l->buf.s[i - 1] == '\r') n--;
        l->line[k] = (ur_text){ l->buf.s + from, n };
        if (!ur_utf8_valid(l->buf.s + from, n, &bad))
            return ur_fail(e, UNROLL_ERROR_DATA, "%s, line %zu, byte %zu: not UTF-8", path, k + 1, bad + 1);
        i++;
    }
    return cut(l, words, e);
}

static ur_said said(const lines *l, size_t k)
{
    return (ur_said){ l->sym + l->start[k], l->start[k + 1] - l->start[k], l->line[k] };
}

static int compare(lines *l, size_t n, const unroll_compare_options *o, ur_pairs *p, ur_err *e)
{
    ur_said *ref = ur_alloc((n + 1) * sizeof *ref);
    int rc = ref ? 0 : ur_nomem(e);
    for (size_t k = 0; k < l[0].n && !rc; k++) {
        ur_said hyp = said(&l[0], k);
        for (size_t i = 0; i < n; i++) ref[i] = said(&l[i + 1], k);
        rc = ur_pairs_add(p, &hyp, ref, n, e);
        if (!rc && o->progress && k % 64 == 0 && o->progress((double)k / (double)l[0].n, o->arg))
            rc = ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    }
    ur_free(ref);
    return rc;
}

static int put_verdicts(const ur_pairs *p, unroll_table *t, ur_err *e)
{
    static const char *const names[] = { "score", "value", "signature" };
    ur_verdict v[4];
    for (int i = 0; i < 3; i++) {
        int rc = ur_table_column(t, names[i], i != 1, e);
        if (rc < 0) return rc;
    }
    int n = ur_pairs_verdicts(p, v);
    v[0].name = "word error rate %";
    for (int i = 0; i < n; i++) {
        TRY(ur_table_row(t, e));
        TRY(ur_table_puts(t, (size_t)i, 0, v[i].name, strlen(v[i].name), e));
        ur_table_put(t, (size_t)i, 1, v[i].value);
        TRY(ur_table_puts(t, (size_t)i, 2, v[i].signature, strlen(v[i].signature), e));
    }
    return 0;
}

int unroll_compare(const char *hypothesis, const char *const *reference, size_t n, const unroll_compare_options *opt,
                   unroll_table **out)
{
    ur_err *e = ur_model_error();
    unroll_compare_options o = UNROLL_COMPARE_INIT;
    ur_options_read(&o, opt, sizeof o);
    if (!hypothesis || !reference || !n || !out)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_compare: no hypothesis, no reference, or no place for the table");
    if (n > INT32_MAX) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_compare: %zu references are too many", n);
    for (size_t i = 0; i < n; i++)
        if (!reference[i]) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_compare: reference number %zu has no name", i + 1);
    lines *l = ur_zalloc((n + 1) * sizeof *l);
    ur_vocab *words = NULL;
    ur_pairs p = { 0 };
    unroll_table *t = NULL;
    int rc = l ? ur_vocab_new(&words, e) : ur_nomem(e);
    if (!rc) rc = ur_pairs_open(&p, false, o.tokenize, e);
    for (size_t i = 0; i <= n && !rc; i++) rc = read_lines(&l[i], i ? reference[i - 1] : hypothesis, words, e);
    for (size_t i = 1; i <= n && !rc; i++)
        if (l[i].n != l[0].n)
            rc = ur_fail(e, UNROLL_ERROR_DATA, "%s has %zu lines, %s has %zu: line k of a reference says what line k should be",
                         hypothesis, l[0].n, l[i].path, l[i].n);
    if (!rc && !l[0].n) rc = ur_fail(e, UNROLL_ERROR_DATA, "%s is empty: there is nothing to compare", hypothesis);
    if (!rc) rc = compare(l, n, &o, &p, e);
    if (!rc && !(t = ur_table_new())) rc = ur_nomem(e);
    if (!rc) rc = put_verdicts(&p, t, e);
    if (rc) unroll_table_free(t);
    else *out = t;
    for (size_t i = 0; l && i <= n; i++) free_lines(&l[i]);
    ur_free(l);
    ur_vocab_free(words);
    ur_pairs_close(&p);
    return rc;
}
