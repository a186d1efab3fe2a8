/* Text files: each line an example, or the whole file one (--stream). Read in parts, so that memory is for what is cut from it
 * alone. Knows no models beyond the schema. Invariants: parts end where lines do (or symbols, where a line is too long for a
 * part); a line ends with "\n" or "\r\n", or all with "\r" alone; the last need not; an empty line is an empty example; errors
 * name the file and the line. */
#include <string.h>
#include "data/parts.h"
#include "data/marks.h"
#include "data/window.h"

typedef struct text {
    ur_ingest *in;
    const char *path;
    ur_err *e;
    const ur_datum *d;
    int naxis;
    size_t width;
    size_t line, column; /* of what is being cut: from 1; bytes before it in its line */
    size_t examples;
    ur_cutter cut;
    ur_ivec count; /* pieces of each example */
    ur_dvec num;
    ur_bvec seen;
    bool missing;
    ur_hvec away;
    ur_time_form form;
    ur_orders orders;
    bool ahead;          /* times: any wall clock is ahead or behind */
    size_t ncr, cr_line; /* CRs that end no line; the line of the first */
    bool listed;
    char pair[64];
    size_t pair_line; /* numbers: some stand in lists as 1,2,3; the first that may be one number with a decimal comma, or two */
} text;

static bool between(char c) { return c == ' ' || c == ',' || c == ';' || (c >= '\t' && c <= '\r'); }

static bool split(char c) { return between(c) && c != ','; }

static int bad_number(text *t, const char *s, size_t n)
{
    char q[64];
    ur_quote(q, s, n);
    bool time = t->d->kind == UR_TIME, letter = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: '%s' is not a %s, which %s needs%s", t->path, t->line, q,
                   time ? "date or a time" : "number", t->d->name,
                   t->line == 1 && letter && !time ? "; a table is given without NAME= before it" : "");
}

static int bad_count(text *t, const char *s, size_t n)
{
    char q[64];
    ur_quote(q, s, n);
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: '%s' is not a count: counts are whole numbers from 0", t->path, t->line, q);
}

static int add_number(text *t, const char *s, size_t n)
{
    double v = __builtin_nan("");
    bool time = t->d->kind == UR_TIME, comma = t->in->r->manner.decimal == ',',
         none = (t->in->nsentinel && ur_is_sentinel(t->in, (int)(t->d - t->in->g->data), s, n)) || ur_missing(s, n);
    ur_stamp stamp = { .t = v };
    if (!none && !(time ? ur_parse_time(s, n, &stamp)
                        : ur_parse_number(s, n, &v) || (comma && ur_marked_number(s, n, &v) & (UR_MET_COMMA | UR_MET_COMMA_3))))
        return bad_number(t, s, n);
    if (time) {
        v = stamp.t;
        ur_time_form_join(&t->form, &stamp.form);
        if (ur_orders_note(&t->orders, &stamp, t->num.n, t->line, s, n, t->e)) return UNROLL_ERROR_MEMORY;
        t->ahead = t->ahead || stamp.away;
        if (UR_PUSH(t->away, stamp.away, t->e)) return UNROLL_ERROR_MEMORY;
    }
    if (t->d->kind == UR_COUNT && (v < 0 || v != __builtin_floor(v)) && v == v) return bad_count(t, s, n);
    return UR_PUSH(t->num, v, t->e);
}

/* "1,5" between blanks: where nothing in the file is a longer list, it may be one number with a decimal comma */
static void look_at(text *t, const char *s, size_t n)
{
    const char *comma = memchr(s, ',', n);
    double v;
    while (n && s[n - 1] == ',') n--;
    if (!comma || (size_t)(comma - s) >= n) return;
    bool more = memchr(comma + 1, ',', n - (size_t)(comma + 1 - s)) != NULL;
    t->listed = t->listed || more;
    if (!more && !t->pair_line && ur_marked_number(s, n, &v) & (UR_MET_COMMA | UR_MET_COMMA_3)) {
        ur_quote(t->pair, s, n);
        t->pair_line = t->line;
    }
}

/* Numbers stand between blanks or commas; where the comma is the decimal mark, between blanks. */
static int numbers(text *t, const char *s, size_t n)
{
    bool comma = t->in->r->manner.decimal == ',' && t->d->kind != UR_TIME;
    int rc = 0;
    for (size_t i = 0; i < n && !rc;) {
        if (split(s[i])) {
            t->line += s[i++] == '\n';
            continue;
        }
        size_t end = i;
        while (end < n && !split(s[end])) end++;
        if (t->in->r->manner.decimal != '.') look_at(t, s + i, end - i);
        while (i < end && !rc) {
            size_t from = i;
            while (i < end && (comma || s[i] != ',')) i++;
            if (i > from) rc = add_number(t, s + from, i - from);
            i += i < end;
        }
    }
    return rc;
}

static int unclear(text *t)
{
    if (!t->pair_line || t->listed || t->in->r->manner.decimal || t->width == 2) return 0;
    return ur_fail(
        t->e, UNROLL_ERROR_DATA,
        "%s:%zu: whether '%s' is one number with a decimal comma or two numbers is not clear; --decimal comma or --decimal point says it",
        t->path, t->pair_line, t->pair);
}

/* `width` numbers are one position: those of an example, from `before` on. */
static int positions(text *t, size_t before)
{
    size_t got = t->num.n - before;
    int rc = 0;
    if (t->naxis == 0 && got == 0)
        for (size_t k = 0; k < t->width && !rc; k++, got++)
            rc = UR_PUSH(t->num, __builtin_nan(""), t->e) || UR_PUSH(t->away, 0, t->e) ? UNROLL_ERROR_MEMORY : 0;
    if (!rc && (got % t->width || (t->naxis == 0 && got != t->width)))
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: %zu numbers; %s has %zu for each position", t->path, t->line, got,
                       t->d->name, t->width);
    for (size_t i = 0; i < got / t->width && !rc; i++) {
        uint8_t seen = 1;
        for (size_t k = 0; k < t->width; k++)
            seen = t->num.v[before + i * t->width + k] == t->num.v[before + i * t->width + k] ? seen : 0;
        t->missing = t->missing || !seen;
        rc = UR_PUSH(t->seen, seen, t->e);
    }
    return rc ? rc : UR_PUSH(t->count, (int32_t)(got / t->width), t->e);
}

static int not_utf8(text *t, const char *s, size_t bad)
{
    size_t column = t->column;
    for (size_t i = 0; i < bad; i++) {
        column++;
        if (s[i] == '\n') t->line++, column = 0;
    }
    return ur_fail(t->e, UNROLL_ERROR_DATA,
                   "%s:%zu: byte %zu of the line is not UTF-8; save the text as UTF-8, or declare %s as bytes", t->path, t->line,
                   column + 1, t->d->name);
}

static bool blank(char c) { return between(c) && c != ',' && c != ';'; }

/* a symbol without an index: the whole line, without the blanks around it */
static int one_symbol(text *t, const char *s, size_t n)
{
    size_t bad = 0;
    int id = UR_SYM_UNKNOWN;
    while (n && blank(s[n - 1])) n--;
    for (; n && blank(*s); n--) s++;
    if (t->d->kind != UR_BYTES && !ur_utf8_valid(s, n, &bad)) return not_utf8(t, s, bad);
    t->missing = t->missing || !n;
    int rc = UR_PUSH(t->seen, n > 0, t->e);
    if (!rc && n && (id = ur_vocab_add(t->cut.vocab, s, n, t->e)) < 0) return id;
    return rc ? rc : UR_PUSH(t->cut.sym, id, t->e);
}

static int symbols(text *t, const char *s, size_t n, int32_t *count)
{
    size_t bad = 0;
    int rc = ur_cut(&t->cut, s, n, count, &bad, t->e);
    return rc == UNROLL_ERROR_DATA && !t->e->code ? not_utf8(t, s, bad) : rc;
}

static int example(text *t, const char *s, size_t n)
{
    int32_t count = 0;
    size_t before = t->num.n;
    if (t->naxis == 0 && UR_IS_SYMBOL(t->d->kind)) return one_symbol(t, s, n);
    int rc = UR_IS_SYMBOL(t->d->kind) ? symbols(t, s, n, &count) : numbers(t, s, n);
    if (rc) return rc;
    return UR_IS_SYMBOL(t->d->kind) ? UR_PUSH(t->count, count, t->e) : positions(t, before);
}

/* CRs within a text whose lines end in LF. line: of s */
static void look_for_cr(text *t, const char *s, size_t n, size_t line)
{
    const char *from = s;
    for (const char *p = s; (p = memchr(p, '\r', (size_t)(s + n - p))) != NULL; p++) {
        if (p + 1 == s + n || p[1] == '\n' || p[1] == '\r') continue;
        for (; !t->ncr && (from = memchr(from, '\n', (size_t)(p - from))) != NULL; from++) line++;
        from = from ? from : p;
        t->cr_line = t->ncr++ ? t->cr_line : line;
    }
}

static int remark_cr(text *t)
{
    bool whole = UR_IS_SYMBOL(t->d->kind) && !t->naxis,
         one = !t->cut.nested && (t->d->kind == UR_CHARS || t->d->kind == UR_BYTES);
    if (!t->ncr) return 0;
    return ur_raw_remark(t->in->r, t->e,
                         "%s: %zu carriage return%s within lines that end in a line feed, first in line %zu: %s is read as %s",
                         t->path, t->ncr, t->ncr == 1 ? "" : "s", t->cr_line, t->ncr == 1 ? "it" : "each",
                         whole ? "a part of it"
                         : one ? "a symbol"
                               : "a blank");
}

static int lines(text *t, const char *s, size_t n)
{
    int rc = 0;
    for (size_t i = 0; i < n && !rc;) {
        const char *end = memchr(s + i, '\n', n - i);
        size_t len = end ? (size_t)(end - (s + i)) : n - i, cut = len;
        while (cut && s[i + cut - 1] == '\r') cut--;
        t->line = ++t->examples;
        look_for_cr(t, s + i, cut, t->line);
        rc = example(t, s + i, cut);
        i += len + 1;
    }
    return rc;
}

/* a part of the one example */
static int streamed(text *t, const char *s, size_t n)
{
    int32_t count = 0;
    const char *last = memrchr(s, '\n', n);
    if (!UR_IS_SYMBOL(t->d->kind)) return numbers(t, s, n);
    if (t->d->kind != UR_BYTES) look_for_cr(t, s, n, t->line);
    int rc = symbols(t, s, n, &count);
    if (rc) return rc;
    if (count > INT32_MAX - t->count.v[0])
        return ur_fail(t->e, UNROLL_ERROR_DATA, "a sequence of more than %d symbols", INT32_MAX);
    t->count.v[0] += count;
    for (const char *p = s; last && p <= last; t->line++) p = (const char *)memchr(p, '\n', (size_t)(last + 1 - p)) + 1;
    t->column = last ? (size_t)(s + n - last - 1) : t->column + n;
    return 0;
}

/* How much of the n bytes, after which more will come, can be cut by itself: whole lines, or in a line without end whole symbols.
 * 0: none. */
static size_t whole(const text *t, const char *s, size_t n)
{
    const char *last = memrchr(s, '\n', n);
    bool by_bytes = t->d->kind == UR_BYTES && !t->cut.nested;
    if (last || !t->in->o->stream) return last ? (size_t)(last + 1 - s) : 0;
    bool open = !by_bytes && n && s[n - 1] == '\r'; /* of a line's end, which may go on or be it */
    n -= open;
    if (by_bytes || (t->d->kind == UR_CHARS && !t->cut.nested)) {
        for (size_t k = 1; !by_bytes && k <= 3 && k < n; k++)
            if (((unsigned char)s[n - k] & 0xC0) == 0xC0) return n - k; /* a character that may be unfinished */
        return n;
    }
    while (n && !blank(s[n - 1])) /* words may hold , and ; */
        n--;
    return n;
}

static int parts(text *t, ur_window *w)
{
    int rc = 0;
    ur_kind kind;
    if (w->p == w->end) return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: is empty", t->path);
    if (t->d->kind != UR_BYTES &&
        ur_file_kind(&kind, w->p, (size_t)(w->end - w->p), UR_IS_SYMBOL(t->d->kind) ? UR_FOR_SYMBOLS : UR_FOR_TABLE))
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: %s; %s", t->path, kind.is, kind.mend);
    if ((t->d->kind != UR_BYTES || !t->in->o->stream) && w->end - w->p >= 3 && memcmp(w->p, "\xEF\xBB\xBF", 3) == 0) w->p += 3;
    if (t->d->kind != UR_BYTES || !t->in->o->stream) ur_window_lines(w);
    if (t->in->o->stream && UR_IS_SYMBOL(t->d->kind)) rc = UR_PUSH(t->count, 0, t->e);
    while (!rc) {
        size_t n = w->eof ? (size_t)(w->end - w->p) : whole(t, w->p, (size_t)(w->end - w->p));
        rc = t->in->o->stream ? streamed(t, w->p, n) : lines(t, w->p, n);
        w->p += n;
        if (rc || w->eof) break;
        rc = ur_window_more(w, t->e);
    }
    if (!rc) rc = unclear(t);
    if (!rc) rc = remark_cr(t);
    if (!rc && t->d->kind == UR_TIME)
        rc = ur_orders_settle(&t->orders, t->path, t->in->o, t->num.v, t->away.v, t->num.n, &t->form, t->in->r, t->e);
    if (!rc && t->in->o->stream) {
        t->examples = 1;
        rc = UR_IS_SYMBOL(t->d->kind) ? 0 : positions(t, 0);
    }
    return rc;
}

static int check_kind(const ur_ingest *in, const ur_datum *d, int naxis, const char *path, ur_err *e)
{
    if (naxis > 2 || (naxis == 2 && !UR_CUTS_WORDS(d->kind)))
        return ur_fail(
            e, UNROLL_ERROR_UNSUPPORTED,
            "%s: a text cannot be cut into %s along %d indices; only chars and pieces can, into words and what they are made of",
            path, d->name, naxis);
    if (UR_IS_SYMBOL(d->kind) && d->nfix)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: %s has fixed indices; a text cannot give it, a table can", path,
                       d->name);
    if (in->o->stream && !naxis)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: --stream reads one long sequence, and %s has no index to run along", path,
                       d->name);
    return 0;
}

/* what was cut, as a delivery */
static int deliver(text *t, int datum, size_t n)
{
    ur_delivery d = { .datum = datum, .local = t->cut.vocab };
    int rc = 0;
    t->cut.vocab = NULL;
    if (!(d.from = ur_strdup(t->path)) || !(d.s.start = ur_alloc(sizeof(size_t) * (n + 1)))) rc = ur_nomem(t->e);
    size_t inner = 0, row = 0;
    for (size_t x = 0; x < n && !rc; x++) {
        d.s.start[x] = row;
        if (!t->naxis) row++;
        else if (!t->cut.nested) row += (size_t)t->count.v[x];
        for (int32_t w = 0; t->cut.nested && w < t->count.v[x]; w++) row += (size_t)t->cut.inner.v[inner++];
    }
    if (!rc) {
        d.s.start[n] = d.s.nrow = row;
        if (UR_IS_SYMBOL(t->d->kind)) {
            d.s.sym = t->cut.sym.v ? t->cut.sym.v : ur_alloc(1);
            t->cut.sym.v = NULL;
        } else {
            d.s.num = t->num.v ? t->num.v : ur_alloc(1);
            t->num.v = NULL;
            d.form = t->form;
            if (t->ahead) {
                d.s.away = t->away.v;
                t->away.v = NULL;
            }
        }
        if (t->missing) {
            d.s.seen = t->seen.v;
            t->seen.v = NULL;
        }
        if (t->naxis) {
            d.len[0] = t->count.v ? t->count.v : ur_alloc(1);
            t->count.v = NULL;
        }
        if (t->cut.nested) {
            d.len[1] = t->cut.inner.v ? t->cut.inner.v : ur_alloc(1);
            t->cut.inner.v = NULL;
        }
        if (!(d.s.sym || d.s.num) || (t->naxis && !d.len[0]) || (t->cut.nested && !d.len[1])) rc = ur_nomem(t->e);
    }
    if (!rc) rc = ur_raw_install(t->in->r, t->in->g, &d, t->e);
    ur_delivery_free(&d);
    return rc;
}

static int read_text(ur_ingest *in, int datum, const char *path, ur_window *w, ur_err *e)
{
    const ur_datum *d = &in->g->data[datum];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(in->g, d, axis);
    text t = { .in = in, .path = path, .e = e, .d = d, .naxis = naxis, .line = 1 };
    t.width = ur_datum_width(in->g, d);
    t.cut.kind = d->kind;
    t.cut.nested = naxis == 2;
    t.cut.stream = in->o->stream;
    t.cut.padded = true; /* it stands in a window */
    int rc = check_kind(in, d, naxis, t.path, e);
    if (!rc && UR_IS_SYMBOL(d->kind)) rc = ur_vocab_new(&t.cut.vocab, e);
    if (!rc) rc = parts(&t, w);
    if (!rc) rc = ur_ingest_size(in, t.examples, t.path, e);
    if (!rc) rc = deliver(&t, datum, t.examples);
    ur_vocab_free(t.cut.vocab);
    ur_free(t.cut.sym.v);
    ur_free(t.cut.inner.v);
    ur_free(t.cut.small);
    ur_free(t.count.v);
    ur_free(t.num.v);
    ur_free(t.away.v);
    ur_orders_free(&t.orders);
    ur_free(t.seen.v);
    return rc;
}

int ur_text_read(ur_ingest *in, int datum, const char *path, ur_err *e)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    ur_window w;
    int rc = ur_window_open(&w, path, e);
    if (rc) return rc;
    rc = ur_array_begins(&w, in->g->data[datum].kind) ? ur_array_read(in, datum, name, &w, e) : read_text(in, datum, name, &w, e);
    ur_window_close(&w);
    return rc;
}
