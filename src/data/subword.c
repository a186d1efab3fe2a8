/* Texts that are cut into pieces: learning the pieces from raw words, and cutting the words of any raw examples by them.
 * Knows no files, and SentencePiece by pieces.h alone. Invariants: no piece reaches over a blank, so each different word is cut
 * once; a word is at least one piece; the end of a line ("\n") is an entry of the vocabulary by itself, after the pieces, where
 * the training part has one. */
#include <string.h>
#include "data/parts.h"

static bool is_line_end(const char *s, size_t n) { return n == 1 && *s == '\n'; }

/* ---- learning */

typedef struct lines { /* a column's words as texts: examples, and the lines in them */
    const ur_column *c;
    size_t nexample, example, row;
    ur_buf text;
} lines;

static bool next_line(void *arg, const char **s, size_t *n)
{
    lines *l = arg;
    const ur_series *r = &l->c->raw;
    if (l->text.bad || l->example >= l->nexample) return false;
    l->text.n = 0;
    for (; l->row < r->start[l->example + 1]; l->row++) {
        size_t len;
        const char *w = ur_vocab_entry(l->c->local, r->sym[l->row], &len);
        if (r->seen && !r->seen[l->row]) continue;
        if (is_line_end(w, len)) {
            l->row++;
            break;
        }
        if (l->text.n) ur_buf_add(&l->text, " ", 1);
        ur_buf_add(&l->text, w, len);
    }
    while (l->example < l->nexample && l->row >= r->start[l->example + 1]) l->example++;
    *s = l->text.n ? l->text.s : "";
    *n = l->text.n;
    return !l->text.bad;
}

/* [size of local] how often each word stands in the column; *bytes: of all, with a blank each */
static int count_words(const ur_column *c, size_t **out, size_t *bytes, ur_err *e)
{
    size_t *count = ur_zalloc(sizeof *count * (size_t)ur_vocab_size(c->local)), len;
    if (!count) return ur_nomem(e);
    *bytes = 0;
    for (size_t i = 0; i < c->raw.nrow; i++) {
        if (c->raw.seen && !c->raw.seen[i]) continue;
        count[c->raw.sym[i]]++;
        ur_vocab_entry(c->local, c->raw.sym[i], &len);
        *bytes += len + 1;
    }
    *out = count;
    return 0;
}

/* The share of all characters (marks of words among them) that belongs to characters seen at least min_count times. */
static int coverage(const ur_column *c, const size_t *count, int min_count, double *out, ur_err *e)
{
    ur_vocab *chars = NULL;
    ur_zvec seen = { 0 };
    size_t all = 0, kept = 0, words = 0;
    int rc = ur_vocab_new(&chars, e);
    for (int w = UR_SYM_FIRST; w < ur_vocab_size(c->local) && !rc; w++) {
        size_t n;
        const char *s = ur_vocab_entry(c->local, w, &n);
        if (is_line_end(s, n)) continue;
        words += count[w];
        for (size_t i = 0, len; i < n && !rc; i += len) {
            for (len = 1; i + len < n && ((unsigned char)s[i + len] & 0xC0) == 0x80;) len++;
            int id = ur_vocab_add(chars, s + i, len, e);
            rc = id < 0 ? id : 0;
            if (!rc && (size_t)(id - UR_SYM_FIRST) >= seen.n) rc = UR_PUSH(seen, 0, e);
            if (!rc) seen.v[id - UR_SYM_FIRST] += count[w];
        }
    }
    for (size_t k = 0; k < seen.n; k++) {
        all += seen.v[k];
        kept += seen.v[k] >= (size_t)min_count ? seen.v[k] : 0;
    }
    *out = all ? (double)(kept + words) / (double)(all + words) : 1;
    ur_free(seen.v);
    ur_vocab_free(chars);
    return rc;
}

static int vocabulary(ur_code *c, bool line_end, ur_err *e)
{
    int rc = ur_vocab_new(&c->vocab, e), size = ur_pieces_size(c->pieces);
    for (int id = UR_SYM_FIRST; id < size + line_end && !rc; id++) {
        size_t n = 1;
        const char *s = id < size ? ur_pieces_entry(c->pieces, id, &n) : "\n";
        int got = ur_vocab_add(c->vocab, s, n, e);
        if (got != id) rc = got < 0 ? got : ur_fail(e, UNROLL_ERROR_FORMAT, "two pieces are the same");
    }
    return rc;
}

int ur_subword_learn(ur_code *code, const ur_datum *d, const ur_column *c, size_t nexample, int min_count, ur_err *e)
{
    lines l = { .c = c, .nexample = c->present ? nexample : 0 };
    ur_pieces_want w = { .name = d->name, .n = d->pieces, .coverage = 1, .next = next_line, .arg = &l };
    size_t *count = NULL;
    int line_end = 0, rc = c->present ? count_words(c, &count, &w.bytes, e) : 0;
    if (!rc && c->present) {
        line_end = ur_vocab_find(c->local, "\n", 1);
        line_end = line_end != UR_SYM_UNKNOWN && count[line_end] > 0;
        if (min_count > 1) rc = coverage(c, count, min_count, &w.coverage, e);
        if (!rc && w.coverage < 0.98)
            rc = ur_fail(
                e, UNROLL_ERROR_DATA,
                "%s: characters seen less than %d times are %.0f %% of its text, and pieces can leave 2 %% of it unknown; ask for a smaller --min-count",
                d->name, min_count, 100 * (1 - w.coverage));
    }
    ur_free(count);
    ur_err why = { 0 };
    if (!rc && (rc = ur_pieces_learn(&code->pieces, &w, &why)) != 0 && !l.text.bad) ur_fail(e, rc, "%s", why.text);
    if (l.text.bad) rc = ur_nomem(e);
    ur_buf_free(&l.text);
    return rc ? rc : vocabulary(code, line_end, e);
}

/* ---- cutting */

typedef struct cuts {
    size_t *first;
    ur_ivec id;
} cuts; /* pieces of word w of `local`: id[first[w]…first[w + 1]) */

/* The pieces of a word. A mark of a word's beginning that stands in the text itself would come back as a blank: it is a character
 * that is not known. */
static int pieces_of_word(const ur_code *code, const char *s, size_t n, int32_t *to, size_t *got, ur_err *e)
{
    if (!memmem(s, n, UR_WORD_MARK, 3)) return ur_pieces_of(code->pieces, s, n, to, n + 1, got, e);
    char *copy = ur_alloc(n);
    if (!copy) return ur_nomem(e);
    memcpy(copy, s, n);
    for (char *p = copy; (p = memmem(p, n - (size_t)(p - copy), UR_WORD_MARK, 3)) != NULL;) memcpy(p, "\xEF\xBF\xBD", 3);
    int rc = ur_pieces_of(code->pieces, copy, n, to, n + 1, got, e);
    ur_free(copy);
    return rc;
}

static int cut_words(const ur_column *c, const ur_code *code, bool stream, cuts *k, ur_err *e)
{
    int n = ur_vocab_size(c->local), rc = 0, line_end = ur_code_symbol(code, UR_PIECES, stream, "\n", 1);
    if (!code->pieces) return ur_fail(e, UNROLL_ERROR_USAGE, "the pieces of a text are not known");
    if (!(k->first = ur_alloc(sizeof *k->first * ((size_t)n + 1)))) return ur_nomem(e);
    for (int w = 0; w < n && !rc; w++) {
        size_t len, got = 0;
        const char *s = ur_vocab_entry(c->local, w, &len);
        k->first[w] = k->id.n;
        if (k->id.cap - k->id.n < len + 2)
            rc = ur_vec_reserve((void **)&k->id.v, &k->id.cap, k->id.n + len + 2, sizeof *k->id.v, e);
        int32_t *to = rc ? NULL : k->id.v + k->id.n;
        if (!rc && w < UR_SYM_FIRST) to[got++] = w;
        else if (!rc && is_line_end(s, len)) to[got++] = line_end;
        else if (!rc) rc = pieces_of_word(code, s, len, to, &got, e);
        if (!rc && !got) to[got++] = UR_SYM_UNKNOWN;
        k->id.n += got;
    }
    k->first[n] = k->id.n;
    return rc;
}

static void cuts_free(cuts *k)
{
    ur_free(k->first);
    ur_free(k->id.v);
}

static size_t pieces_in(const cuts *k, const ur_column *c, size_t row)
{
    int32_t w = c->raw.sym[row];
    return k->first[w + 1] - k->first[w];
}

/* the column in pieces, and the lengths along its last index */
static int cut_column(const ur_column *c, const cuts *k, size_t nexample, const int32_t *len, size_t nlen, ur_column *o,
                      int32_t **olen, ur_err *e)
{
    size_t rows = 0, row = 0, out = 0, x = 0;
    for (size_t i = 0; i < c->raw.nrow; i++) rows += pieces_in(k, c, i);
    if (!(o->raw.sym = ur_alloc(sizeof(int32_t) * rows)) || (c->raw.seen && !(o->raw.seen = ur_alloc(rows))) ||
        !(o->raw.start = ur_alloc(sizeof(size_t) * (nexample + 1))) || !(*olen = ur_alloc(sizeof(int32_t) * nlen)))
        return ur_nomem(e);
    for (size_t q = 0; q < nlen; q++) {
        size_t before = out;
        for (int32_t i = 0; i < len[q]; i++, row++) {
            size_t n = pieces_in(k, c, row);
            while (x <= nexample && c->raw.start[x] <= row) o->raw.start[x++] = out;
            memcpy(o->raw.sym + out, k->id.v + k->first[c->raw.sym[row]], n * sizeof(int32_t));
            if (c->raw.seen) memset(o->raw.seen + out, c->raw.seen[row], n);
            out += n;
        }
        if (out - before > INT32_MAX) return ur_fail(e, UNROLL_ERROR_DATA, "a sequence of more than %d pieces", INT32_MAX);
        (*olen)[q] = (int32_t)(out - before);
    }
    while (x <= nexample) o->raw.start[x++] = out;
    o->raw.nrow = rows;
    return 0;
}

static int cut_datum(ur_raw *v, const ur_schema *g, const ur_raw *r, int d, const ur_code *code, ur_err *e)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[d], axis), last = axis[n - 1];
    ur_column *o = &v->col[d];
    ur_extent *x = &v->extent[last];
    size_t nlen = ur_axis_count(g, r, last);
    cuts k = { 0 };
    int32_t *len = NULL;
    o->raw = (ur_series){ 0 }; /* what r holds is not to be freed with v */
    o->local = NULL;
    *x = (ur_extent){ 0 };
    if (!ur_axes_chain(g, axis, n))
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: texts along these indices cannot be cut into pieces", g->data[d].name);
    int rc = cut_words(&r->col[d], code, r->stream, &k, e);
    if (!rc) rc = ur_vocab_copy(&o->local, code->vocab, e);
    if (!rc) rc = cut_column(&r->col[d], &k, r->n, r->extent[last].len, nlen, o, &len, e);
    x->len = len;
    if (!rc && r->extent[last].first) rc = ur_make_first(len, nlen, &x->first, e);
    cuts_free(&k);
    return rc;
}

static bool is_cut(const ur_schema *g, const ur_raw *r, int d)
{
    return g->data[d].kind == UR_PIECES && r->col[d].present && !r->col[d].cut;
}

int ur_subword_cut(const ur_raw **out, const ur_schema *g, const ur_raw *r, const ur_code *code, ur_err *e)
{
    int rc = 0, n = 0;
    *out = r;
    for (int d = 0; d < g->ndata; d++) n += is_cut(g, r, d);
    if (!n) return 0;
    ur_raw *v = ur_alloc(sizeof *v);
    if (!v) return ur_nomem(e);
    *v = *r;
    v->col = ur_alloc(sizeof *v->col * (size_t)g->ndata);
    v->extent = ur_alloc(sizeof *v->extent * (size_t)(g->nindex + 1));
    if (!v->col || !v->extent) {
        ur_free(v->col);
        ur_free(v->extent);
        ur_free(v);
        return ur_nomem(e);
    }
    memcpy(v->col, r->col, sizeof *v->col * (size_t)g->ndata);
    memcpy(v->extent, r->extent, sizeof *v->extent * (size_t)g->nindex);
    for (int d = 0; d < g->ndata && !rc; d++)
        if (is_cut(g, r, d)) rc = cut_datum(v, g, r, d, &code[d], e);
    *out = v;
    return rc;
}

void ur_subword_free(const ur_raw *cut, const ur_schema *g, const ur_raw *r)
{
    if (cut == r) return;
    for (int d = 0; d < g->ndata; d++) {
        int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[d], axis);
        if (!is_cut(g, r, d) || cut->col[d].raw.sym == r->col[d].raw.sym) /* not reached */
            continue;
        ur_series_free(&cut->col[d].raw);
        ur_vocab_free(cut->col[d].local);
        ur_free(cut->extent[axis[n - 1]].len);
        ur_free(cut->extent[axis[n - 1]].first);
    }
    ur_free(cut->col);
    ur_free(cut->extent);
    ur_free((void *)(uintptr_t)cut);
}

int ur_raw_cut(ur_raw *r, const ur_schema *g, const ur_code *code, ur_err *e)
{
    const ur_raw *v;
    int rc = ur_subword_cut(&v, g, r, code, e);
    bool *now = rc ? NULL : ur_zalloc((size_t)g->ndata + 1);
    if (!rc && !now) rc = ur_nomem(e);
    for (int d = 0; d < g->ndata && !rc; d++) {
        int axis[UR_MAX_RAGGED], last = ur_datum_axes(g, &g->data[d], axis) - 1;
        if (!(now[d] = is_cut(g, r, d))) continue;
        ur_column old = r->col[d]; /* v gets what r had, and is freed with it */
        ur_extent was = r->extent[axis[last]];
        r->col[d].raw = v->col[d].raw;
        r->col[d].local = v->col[d].local;
        r->extent[axis[last]] = v->extent[axis[last]];
        v->col[d] = old;
        v->extent[axis[last]] = was;
    }
    ur_subword_free(v, g, r);
    for (int d = 0; d < g->ndata && now; d++) r->col[d].cut = r->col[d].cut || now[d];
    ur_free(now);
    return rc;
}

int ur_encoded_units(const ur_schema *g, const ur_raw *r, const ur_code *code, size_t units, size_t *out, ur_err *e)
{
    int root = ur_raw_root(g, r), axis[UR_MAX_RAGGED], rc = 0;
    *out = units;
    for (int d = 0; d < g->ndata && r->n == 1 && !rc; d++) {
        cuts k = { 0 };
        if (!is_cut(g, r, d) || ur_datum_axes(g, &g->data[d], axis) != 1 || axis[0] != root) continue;
        rc = cut_words(&r->col[d], &code[d], r->stream, &k, e);
        *out = 0;
        for (size_t row = 0; !rc && row < units; row++) *out += pieces_in(&k, &r->col[d], row);
        cuts_free(&k);
    }
    return rc;
}
