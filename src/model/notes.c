/* notes.c: what is odd about data or a text and no error, as lines of text for whoever reads them: symbols that the fit has not
 * met, empty sequences, vocabularies in which there is nothing to choose. Must not know how data were read. Invariant: says
 * nothing where there is nothing odd. */
#include "model/notes.h"
#include "model/score/score.h"
#include "model/times.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void ur_note(const ur_notes *n, const char *format, ...)
{
    char text[1024];
    va_list va;
    if (!n || !n->line) return;
    va_start(va, format);
    vsnprintf(text, sizeof text, format, va);
    va_end(va);
    n->line(text, n->arg);
}

/* 0, UNROLL_ERROR_MEMORY, or 1: no more is wanted; as all that follow */
int ur_tell(const ur_telling *n, const ur_buf *b) { return b->bad ? UNROLL_ERROR_MEMORY : ur_say(b->s, n->line, n->arg); }

/* "name (file)" */
void ur_tell_name(const ur_telling *n, int datum, ur_buf *b)
{
    const char *from = n->d->raw->col[datum].from;
    ur_buf_printf(b, "%s", n->d->m->graph->data[datum].name);
    if (from && *from) ur_buf_printf(b, " (%s)", from);
}

void ur_tell_symbol(ur_buf *b, const ur_vocab *v, int id)
{
    size_t len;
    const char *s = ur_vocab_entry(v, id, &len);
    char q[64];
    ur_quote(q, s, len);
    ur_buf_printf(b, "'%s'", q);
}

static const char *are(size_t n) { return n == 1 ? "is" : "are"; }

const char ur_unmet_symbols[] = ": they have no probability, are never right, and no part of the likelihood";

/* symbols of a fitted model's data that its vocabulary has not */
static int unknown(const ur_telling *n, int datum)
{
    const unroll_model *m = n->d->m;
    const ur_column *c = &n->d->raw->col[datum];
    size_t all = 0, never = 0, w = ur_datum_width(&m->graph->schema, &m->graph->data[datum]),
           size = (size_t)ur_vocab_size(c->local);
    int32_t first = -1;
    bool *known = ur_zalloc(size), has = m->rec.order[datum] == NULL;
    if (!known) return UNROLL_ERROR_MEMORY;
    for (int i = 0; !has && i < m->rec.norder[datum]; i++) has = m->rec.order[datum][i] == UR_SYM_UNKNOWN;
    for (size_t id = UR_SYM_FIRST; id < size; id++) {
        size_t len;
        const char *s = ur_vocab_entry(c->local, (int)id, &len);
        known[id] = ur_code_symbol(&m->code[datum], m->graph->data[datum].kind, n->d->raw->stream, s, len) != UR_SYM_UNKNOWN ||
                    (has && m->rec.order[datum] &&
                     ur_special_symbol(s) == UR_SYM_UNKNOWN); /* "<unk>", as the file of the weights writes it too */
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
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu symbols %s not in the model's vocabulary, such as ", never, all, are(never));
    ur_tell_symbol(&b, c->local, first);
    const ur_datum *u = &m->graph->data[datum];
    bool out = ur_symbols_never(m, datum) >> UR_SYM_UNKNOWN & 1;
    const char *closed = ": they are none of its symbols, and read as zero";
    ur_buf_printf(&b, "%s", u->closed && !u->drawn ? closed : out ? ur_unmet_symbols : ": they count as unknown");
    if (!has)
        ur_buf_printf(&b, u->drawn ? ", which the model's vocabulary lacks: each is as good as impossible"
                                   : ", which the model's vocabulary lacks: it reads nothing there");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* symbols that a vocabulary has as the same number, written otherwise */
int ur_tell_equal(const ur_telling *n, int datum, const ur_vocab *v)
{
    const ur_column *c = &n->d->raw->col[datum];
    size_t all = c->raw.nrow * ur_datum_width(&n->d->m->graph->schema, &n->d->m->graph->data[datum]), count = 0, len;
    int32_t first = -1, *to = ur_zalloc((size_t)ur_vocab_size(c->local) * sizeof *to);
    if (!to) return UNROLL_ERROR_MEMORY;
    for (int id = UR_SYM_FIRST; id < ur_vocab_size(c->local); id++) {
        const char *s = ur_vocab_entry(c->local, id, &len);
        if (ur_vocab_find(v, s, len) == UR_SYM_UNKNOWN) to[id] = ur_vocab_find_equal(v, s, len);
    }
    for (size_t i = 0; i < all; i++) {
        if (to[c->raw.sym[i]] == UR_SYM_UNKNOWN) continue;
        if (!count++) first = c->raw.sym[i];
    }
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu symbols %s written otherwise than where the model learned them, such as ", count, all,
                  are(count));
    if (count) ur_tell_symbol(&b, c->local, first);
    ur_buf_printf(&b, " for ");
    if (count) ur_tell_symbol(&b, v, to[first]);
    ur_buf_printf(&b, ": they count as the ones that are the same number");
    int rc = count ? ur_tell(n, &b) : 0;
    ur_buf_free(&b);
    ur_free(to);
    return rc;
}

/* a text that is to be cut into pieces and has the sign that marks where a word begins in them */
static int marks(const ur_telling *n, int datum)
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
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu words hold %s, the mark of pieces, such as ", count, c->raw.nrow, UR_WORD_MARK);
    ur_tell_symbol(&b, c->local, first);
    ur_buf_printf(&b, ": it counts as unknown; a text that is cut already should be put together before");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* several sequences for a model that was fitted on one long one: it knows no ends, and begins anew at each */
static int lines(const ur_telling *n, int datum)
{
    const unroll_model *m = n->d->m;
    const ur_raw *r = n->d->raw;
    const ur_datum *u = &m->graph->data[datum];
    if (!m->fitted || !m->code[datum].endless || r->stream || r->n < 2 || !UR_IS_TEXT(u->kind)) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(
        &b,
        ": %zu lines are %zu sequences without an end symbol, each read from the beginning, for the model knows no end of a text; as one long sequence "
        "(a stream) they are read as they stand",
        r->n, r->n);
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* examples in which a sequence is empty and another is not: what was aligned may have slipped */
static int empty(const ur_telling *n, int datum)
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
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": empty in %zu of %zu examples where %s is not, first in example %zu", count, r->n,
                  m->graph->data[other].name, ur_raw_number(r, first));
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* B_PER, PER-B, b-per, W-PER, …: as spans are marked elsewhere, by one letter. *begins: it is B or I, that all such marks have */
static bool looks_like_span(const char *s, size_t n, bool *begins)
{
    bool front = n > 2 && is_letter(s[0]) && strchr("_-.:/|", s[1]),
         behind = n > 2 && is_letter(s[n - 1]) && strchr("_-.:/|", s[n - 2]);
    char letter = (char)((front ? s[0] : n ? s[n - 1] : 0) | 0x20);
    *begins = (front || behind) && (letter == 'b' || letter == 'i');
    return front || behind;
}

/* labels along words that look like marks of spans, and are not all read as such */
static int spans(const ur_telling *n, int datum)
{
    const ur_vocab *v = n->d->raw->col[datum].local;
    int outside = 0, like = 0, other = 0, first = -1;
    bool some = false;
    if (!ur_is_label(&n->d->m->graph->schema, datum) || !n->d->m->graph->data[datum].nidx || ur_tags_all(v)) return 0;
    for (int id = UR_SYM_FIRST; id < ur_vocab_size(v); id++) {
        size_t len;
        int rc;
        ur_tag t;
        const char *s = ur_vocab_entry(v, id, &len);
        bool tag = ur_tag_read(&t, s, len, NULL, &rc, NULL);
        bool begins, looks = looks_like_span(s, len, &begins);
        outside += len == 1 && (*s | 0x20) == 'o';
        like += looks;
        some = some || begins;
        other += !tag && !looks && !(len == 1 && *s == 'o');
        if (!tag && first < 0) first = id;
    }
    if (first < 0 || like < 2 || !some || !outside || other > 1) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": ");
    ur_tell_symbol(&b, v, first);
    ur_buf_printf(&b, " is no mark of a span as B-PER I-PER O are, and so no label is read as one: score says nothing of spans");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* symbols that are all the same */
static int single(const ur_telling *n, int datum)
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
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": every symbol is ");
    ur_tell_symbol(&b, c->local, only);
    ur_buf_printf(&b, n->d->m->graph->data[datum].drawn  ? ", so there is nothing to choose"
                      : n->d->m->graph->data[datum].nidx ? ", so only how many there are tells anything"
                                                         : ", so it tells nothing");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* is it drawn by a line of 0 or 1? */
bool ur_is_bit(const ur_graph *g, int datum)
{
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].datum == datum && ur_dist_support(g->like[l].dist) == UR_SUPPORT_BIT) return true;
    return false;
}

/* false: there are other numbers too, which the fit refuses */
bool ur_count_bits(const ur_column *c, size_t w, size_t *count)
{
    bool bits = true;
    for (size_t i = 0; i < c->raw.nrow * w; i++) {
        if (!ur_raw_has(&c->raw, i / w, w, i % w)) continue;
        count[c->raw.num[i] > 0]++;
        bits = bits && ur_supports(UR_SUPPORT_BIT, c->raw.num[i]);
    }
    return bits;
}

/* bits that are all the same */
static int single_bit(const ur_telling *n, int datum)
{
    const ur_graph *g = n->d->m->graph;
    size_t count[2] = { 0 };
    bool bits = ur_count_bits(&n->d->raw->col[datum], ur_datum_width(&g->schema, &g->data[datum]), count);
    if (!bits || (count[0] > 0) == (count[1] > 0)) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": every value is %d, so there is nothing to choose", count[1] > 0);
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* rows that are not seen; *first the first of them */
static size_t unseen(const ur_series *s, size_t *first)
{
    size_t n = 0;
    for (size_t i = 0; s->seen && i < s->nrow; i++)
        if (!s->seen[i] && !n++) *first = i;
    return n;
}

/* symbols that are missing: none is learned from them, or something else stands for them. Where a fitted model draws them they
 * are what is asked for */
static int missing(const ur_telling *n, int datum)
{
    const ur_datum *u = &n->d->m->graph->data[datum];
    const ur_series *s = &n->d->raw->col[datum].raw;
    size_t first = 0, count = unseen(s, &first);
    if (!count || count == s->nrow || (u->drawn && n->d->m->fitted)) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu %s missing, first at ", count, s->nrow, are(count));
    ur_datum_place(&b, &n->d->m->graph->schema, n->d->raw, datum, first);
    ur_buf_printf(&b, "%s",
                  u->drawn    ? "; they count for nothing"
                  : u->closed ? "; they are read as zero"
                              : "; they count as unknown");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* numbers and times that are given to a model, not drawn by it, and missing: something else is read there. Times that a step
 * leads to are no matter */
static int missing_given(const ur_telling *n, int datum)
{
    const ur_raw *r = n->d->raw;
    const ur_datum *u = &n->d->m->graph->data[datum];
    const ur_column *c = &r->col[datum];
    size_t first = 0, count = u->drawn ? 0 : unseen(&c->raw, &first);
    ur_err e = { 0 };
    if (count && u->kind == UR_TIME && u->nidx == 1 && !u->nfix) {
        ur_pace pace = r->pace;
        ur_when w = { c->raw.num, c->raw.away, r->n, c->raw.start, true, c->form, NULL, &r->manner.pace };
        if (!pace.kind && ur_pace_find(&pace, &w, &e)) return UNROLL_ERROR_MEMORY;
        if (pace.kind) return 0;
    }
    ur_way way = UR_WAY_NONE;
    if (count && ur_way_of(n->d->m->graph, datum, &way, &e)) return UNROLL_ERROR_MEMORY;
    if (way == UR_WAY_NONE) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    size_t w = ur_datum_width(&n->d->m->graph->schema, u), numbers = 0;
    for (size_t i = 0; w > 1 && i < c->raw.nrow * w; i++) numbers += !ur_raw_has(&c->raw, i / w, w, i % w);
    if (numbers && numbers < count * w)
        ur_buf_printf(&b, ": in %zu of %zu rows %zu number%s missing, first at ", count, c->raw.nrow, numbers,
                      numbers > 1 ? "s are" : " is");
    else ur_buf_printf(&b, ": %zu of %zu %s missing, first at ", count, c->raw.nrow, are(count));
    ur_datum_place(&b, &n->d->m->graph->schema, r, datum, first);
    if (way == UR_WAY_ROWS)
        ur_buf_printf(
            &b,
            ": values that read one are not scored, and none is predicted there; to have them too, fill them in, or give %s a ~ line, so that the model completes it",
            u->name);
    else
        ur_buf_printf(
            &b,
            "; each is read as %s, for leaving out all that it reaches would leave too little: leave such rows out, fill them in, or give %s a ~ line, so that the model completes it",
            u->kind == UR_TIME   ? "1970-01-01"
            : u->kind == UR_REAL ? "the mean of the training part"
                                 : "0",
            u->name);
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* rows of what is drawn all together that have some of their numbers */
static int in_part(const ur_telling *n, int datum)
{
    const ur_graph *g = n->d->m->graph;
    const ur_series *s = &n->d->raw->col[datum].raw;
    size_t w = ur_datum_width(&g->schema, &g->data[datum]), count = 0, first = 0;
    for (size_t r = 0; ur_drawn_whole(g, datum) && r < s->nrow; r++)
        if (ur_raw_in_part(s, r, w) && !count++) first = r;
    if (!count) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu rows %s some numbers and %s others, first at ", count, s->nrow, count > 1 ? "have" : "has",
                  count > 1 ? "lack" : "lacks");
    ur_datum_place(&b, &g->schema, n->d->raw, datum, first);
    ur_buf_printf(&b, "; as its components are drawn together, such a row is neither fitted nor scored, and equations and "
                      "forecasts read the model's own numbers in place of all of it");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* numbers so near to 0 that no processor reckons with all their digits, and fast ones take them as 0 */
static int tiny(const ur_telling *n, int datum)
{
    const ur_series *s = &n->d->raw->col[datum].raw;
    size_t w = ur_datum_width(&n->d->m->graph->schema, &n->d->m->graph->data[datum]), count = 0, first = 0;
    for (size_t i = 0; s->num && i < s->nrow * w; i++)
        if (fpclassify(s->num[i]) == FP_SUBNORMAL && !count++) first = i / w;
    if (!count) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    ur_buf_printf(&b, ": %zu of %zu values %s nearer to 0 than 2.2e-308, first at ", count, s->nrow * w, are(count));
    ur_datum_place(&b, &n->d->m->graph->schema, n->d->raw, datum, first);
    ur_buf_printf(&b, ": they count as 0");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* -99, 999, 99.99, …: nines alone, as tables have them where there is no value */
static bool nines(double v)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%.10g", fabs(v));
    size_t whole = strspn(text, "9"), digits = (size_t)n - (text[whole] == '.');
    return whole > 1 && strspn(text, "9.") == (size_t)n && digits >= (v < 0 ? 2 : 3);
}

/* what formats and instruments write where they have nothing: nines, the least of 16 bits, 1e20 and 9.96921e36 (NetCDF) */
static bool filler(double v) { return nines(v) || v == -32768 || fabs(v) >= 1e19; }

/* One end of a component's values: is it apart from the others (but for the same above or below 0)? A hundred and
 * more below 0 it is where no other is below (a number that is no filler three times at least, as -200); else the gap is ten
 * times the range of the others, or, where it comes again, as large. */
static int apart(const ur_telling *n, int datum, size_t k, double end)
{
    const ur_series *s = &n->d->raw->col[datum].raw;
    const ur_datum *u = &n->d->m->graph->data[datum];
    size_t w = ur_datum_width(&n->d->m->graph->schema, u), count = 0, others = 0, first = 0;
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < s->nrow; i++) {
        double v = s->num[i * w + k];
        if (v == end && !count++) first = i;
        if (isnan(v) || fabs(v) == fabs(end)) continue;
        others++;
        least = fmin(v, least);
        most = fmax(v, most);
    }
    double gap = end < 0 ? least - end : end - most;
    bool below = end < -100 && least >= 0;
    if (!filler(end) && !(below && count > 2 && end == floor(end))) return 0;
    if (others < 3 || !(below || gap >= (count > 1 ? 1 : 10) * (most - least))) return 0;
    ur_buf b = { 0 };
    ur_tell_name(n, datum, &b);
    if (w > 1) ur_buf_printf(&b, ", %s%zu", u->name, k + 1);
    ur_buf_printf(&b, ": %zu value%s %.10g, where others are %.6g to %.6g, first at ", count, count == 1 ? " is" : "s are", end,
                  least, most);
    ur_datum_place(&b, &n->d->m->graph->schema, n->d->raw, datum, first);
    ur_buf_printf(&b, ": it is read as a number; where it says that a value is missing: --missing %.10g", end);
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

/* numbers of a table that look as if they stood for none */
static int marked_missing(const ur_telling *n, int datum)
{
    const ur_series *s = &n->d->raw->col[datum].raw;
    size_t w = ur_datum_width(&n->d->m->graph->schema, &n->d->m->graph->data[datum]);
    int rc = 0;
    for (size_t k = 0; s->num && k < w && !rc; k++) {
        double least = INFINITY, most = -INFINITY;
        for (size_t i = 0; i < s->nrow; i++) {
            double v = s->num[i * w + k];
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        if (least < most && (filler(least) || least < -100)) rc = apart(n, datum, k, least);
        if (!rc && least < most && filler(most)) rc = apart(n, datum, k, most);
    }
    return rc;
}

/* symbols of a table or a column file that say in others that nothing is there */
static int like_missing(const ur_telling *n, int datum)
{
    static const char *const word[] = { "_", "NA", "NaN", "nan", "NULL", "null", "N/A", "None" };
    bool table = n->d->raw->form == UR_FORM_HEADER;
    const ur_column *c = &n->d->raw->col[datum];
    size_t w = ur_datum_width(&n->d->m->graph->schema, &n->d->m->graph->data[datum]), all = c->raw.nrow * w;
    int rc = 0;
    for (size_t k = table; k < (table ? sizeof word / sizeof *word : 1) && !rc; k++) {
        int32_t id = ur_vocab_find(c->local, word[k], strlen(word[k]));
        size_t count = 0;
        for (size_t i = 0; id != UR_SYM_UNKNOWN && i < all; i++) count += c->raw.sym[i] == id;
        if (!count) continue;
        ur_buf b = { 0 };
        ur_tell_name(n, datum, &b);
        ur_buf_printf(
            &b, ": %zu of %zu symbols %s '%s', a symbol like any other; where it says that nothing is there: --missing %s=%s",
            count, all, are(count), word[k], n->d->m->graph->data[datum].name, word[k]);
        rc = ur_tell(n, &b);
        ur_buf_free(&b);
    }
    return rc;
}

/* groups, or sentences, of one row each */
static int lone_rows(const ur_telling *n)
{
    const ur_raw *r = n->d->raw;
    int root = ur_raw_root(&n->d->m->graph->schema, r);
    if (r->n < 2 || root < 0 || (!r->label && r->form == UR_FORM_HEADER)) return 0;
    for (size_t x = 0; x < r->n; x++)
        if (r->extent[root].len[x] != 1) return 0;
    ur_buf b = { 0 };
    ur_buf_printf(&b, "every row is an example of its own: %s",
                  r->label ? "the group has another value in each" : "a blank line follows each");
    int rc = ur_tell(n, &b);
    ur_buf_free(&b);
    return rc;
}

int unroll_data_notes(const unroll_data *d, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!d || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_notes: no data, or nobody to tell");
    ur_telling n = { d, line, arg };
    int rc = 0;
    for (int i = 0; i < d->raw->nremark && !rc; i++) rc = line(d->raw->remark[i], arg) != 0;
    if (!rc) rc = lone_rows(&n);
    for (int i = 0; i < d->m->ndata && !rc; i++) {
        const ur_datum *u = &d->m->graph->data[i];
        if (!d->raw->col[i].present) continue;
        if (u->nidx) rc = empty(&n, i);
        if (!rc && UR_IS_SYMBOL(u->kind)) rc = lines(&n, i);
        if (!rc && UR_IS_SYMBOL(u->kind)) rc = spans(&n, i);
        if (!rc && u->kind == UR_PIECES) rc = marks(&n, i);
        if (!rc) rc = UR_IS_SYMBOL(u->kind) ? missing(&n, i) : missing_given(&n, i);
        if (!rc && !UR_IS_SYMBOL(u->kind)) rc = tiny(&n, i);
        if (!rc && !UR_IS_SYMBOL(u->kind)) rc = in_part(&n, i);
        if (!rc && !d->m->fitted && ur_is_bit(d->m->graph, i)) rc = single_bit(&n, i);
        if (!rc && !UR_IS_SYMBOL(u->kind) && u->kind != UR_TIME && d->raw->ncolumns) rc = marked_missing(&n, i);
        if (!rc && u->kind == UR_SYMBOL && !d->m->fitted && d->raw->ncolumns && d->raw->form != UR_FORM_CONLLU)
            rc = like_missing(&n, i);
        if (!rc && u->kind == UR_SYMBOL && d->m->fitted) rc = ur_tell_equal(&n, i, d->m->code[i].vocab);
        if (!rc && UR_IS_SYMBOL(u->kind) && u->kind != UR_PIECES)
            rc = d->m->fitted ? unknown(&n, i) : single(&n, i); /* raw pieces are words */
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

int unroll_prompt_notes(unroll_model *m, const unroll_data *d, const char *prompt, int (*line)(const char *text, void *arg),
                        void *arg)
{
    ur_err *e = ur_model_error();
    if (!m || !prompt || !line)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_prompt_notes: no model, no prompt, or nobody to tell");
    unroll_data mine = { .m = m };
    int k = ur_prompt_datum(m, d ? d->raw : NULL, e), rc = k < 0 ? k : ur_raw_new(&mine.raw, &m->graph->schema, 1, e);
    if (!rc) rc = ur_raw_set_texts(mine.raw, &m->graph->schema, k, NULL, &prompt, e);
    if (!rc) {
        ur_free((char *)mine.raw->col[k].from);
        if (!(mine.raw->col[k].from = ur_strdup("the prompt"))) rc = ur_nomem(e);
    }
    ur_telling n = { &mine, line, arg };
    if (!rc && m->graph->data[k].kind != UR_PIECES && m->fitted && unknown(&n, k) == UNROLL_ERROR_MEMORY) rc = ur_nomem(e);
    ur_raw_free(mine.raw);
    return rc;
}
