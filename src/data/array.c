/* Array files: IDX (MNIST's) and NumPy's NPY, told by their first bytes; values go from the window straight to their places, so
 * that memory is for the result alone.
 * Knows no models beyond the schema. Invariant: element number i of the file, counted with the last axis fastest, is element i of
 * [examples, the datum's indices as written, its fixed indices as written, its components]: axes may be cut or joined in another
 * way as long as the components are whole; a first axis is missing where there is one example. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "data/parts.h"
#include "math/math.h"

enum { AXES = 32, HEADER = 1 << 20, SMALL = 256, MISSING = -1, EMPTY = 1 << 20, VIEW = 2 + UR_MAX_RAGGED + UR_MAX_FIXED };

typedef struct array {
    ur_ingest *in;
    const char *path;
    ur_err *e;
    ur_window *w;
    const ur_datum *d;
    char type;
    size_t size;
    bool big;           /* elements: 'b'ool, 'u'nsigned, 'i'nteger, 'f'loat; bytes; the most significant first */
    bool first_fastest; /* Fortran's order */
    int ndim;
    size_t dim[AXES], count;      /* the file's axes; elements */
    size_t n, len[UR_MAX_RAGGED]; /* examples; positions along each index, as written */
    size_t rows, width;           /* positions of an example; values of a position */
    int nview;
    size_t view[VIEW],
        step[VIEW]; /* the axes of the invariant, how far apart neighbours on them lie in the series; nview 0: as they stand */
    ur_series s;
    ur_vocab *vocab;
    size_t room;          /* elements of s.num or s.sym */
    bool missing;         /* some are */
    int32_t small[SMALL]; /* ids of the first whole numbers; 0: not met */
} array;

/* ---- headers */

static int cut_short(const array *a) { return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: the array's header is cut short", a->path); }

/* n bytes of a header */
static int need(array *a, size_t n)
{
    int rc = 0;
    while (!rc && (size_t)(a->w->end - a->w->p) < n && !a->w->eof) rc = ur_window_more(a->w, a->e);
    return rc ? rc : (size_t)(a->w->end - a->w->p) < n ? cut_short(a) : 0;
}

static uint64_t number(const char *s, size_t n, bool big)
{
    const unsigned char *p = (const unsigned char *)s;
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v << 8 | p[big ? i : n - 1 - i];
    return v;
}

static int add_axis(array *a, uint64_t n)
{
    if (a->ndim == AXES) return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: an array of more than %d axes", a->path, AXES);
    if (n > PTRDIFF_MAX / sizeof(double))
        return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: the array's header is damaged: an axis of %llu", a->path,
                       (unsigned long long)n);
    a->dim[a->ndim++] = (size_t)n;
    return 0;
}

/* two zero bytes, the type of the elements, the number of axes, their lengths in 32 bits */
static int idx_header(array *a)
{
    static const struct {
        unsigned char code;
        char type;
        size_t size;
    } known[] = {
        { 0x08, 'u', 1 }, { 0x09, 'i', 1 }, { 0x0B, 'i', 2 }, { 0x0C, 'i', 4 }, { 0x0D, 'f', 4 }, { 0x0E, 'f', 8 },
    };
    int rc = need(a, 4);
    if (rc) return rc;
    unsigned char code = (unsigned char)a->w->p[2], naxis = (unsigned char)a->w->p[3];
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].code == code) a->type = known[k].type, a->size = known[k].size;
    if (!a->type)
        return ur_fail(
            a->e, UNROLL_ERROR_DATA,
            "%s: begins as an IDX file, with elements of type 0x%02X, which is none (08, 09, 0B, 0C, 0D, 0E are); it is damaged or of another kind",
            a->path, code);
    a->big = true;
    if ((rc = need(a, 4 + 4 * (size_t)naxis)) != 0) return rc;
    for (size_t k = 0; k < naxis && !rc; k++) rc = add_axis(a, number(a->w->p + 4 + 4 * k, 4, true));
    a->w->p += 4 + 4 * (size_t)naxis;
    return rc;
}

/* The header of an NPY file is a Python dictionary: 'descr', 'fortran_order', 'shape', in any order. */
typedef struct scan {
    const char *p, *end;
} scan;

static void blanks(scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t')) s->p++;
}

static bool next_is(scan *s, const char *what)
{
    size_t n = strlen(what);
    blanks(s);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, what, n) != 0) return false;
    s->p += n;
    return true;
}

static bool quoted(scan *s, ur_slice *out)
{
    blanks(s);
    if (s->p == s->end || (*s->p != '\'' && *s->p != '"')) return false;
    const char *from = s->p + 1, *to = memchr(from, *s->p, (size_t)(s->end - from));
    if (!to) return false;
    *out = (ur_slice){ from, (size_t)(to - from) };
    s->p = to + 1;
    return true;
}

static bool is(ur_slice x, const char *what) { return x.n == strlen(what) && memcmp(x.s, what, x.n) == 0; }

static int garbled(const array *a)
{
    return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: the header of the NPY file is damaged", a->path);
}

static int npy_type(array *a, scan *s)
{
    ur_slice x;
    blanks(s);
    if (s->p < s->end && *s->p == '[')
        return ur_fail(a->e, UNROLL_ERROR_DATA,
                       "%s: its elements are records of several fields; save each field as an array of its own", a->path);
    if (!quoted(s, &x) || x.n < 2) return garbled(a);
    a->big = x.s[0] == '>';
    a->size = 0;
    size_t at = strchr("<>=|", x.s[0]) != NULL;
    a->type = x.s[at];
    for (size_t i = at + 1; i < x.n && x.s[i] >= '0' && x.s[i] <= '9' && a->size < 1000; i++)
        a->size = a->size * 10 + (size_t)(x.s[i] - '0');
    size_t z = a->size;
    bool whole = z == 1 || z == 2 || z == 4 || z == 8;
    if ((a->type == 'b' && z == 1) || (a->type == 'f' && whole && z > 1) || ((a->type == 'i' || a->type == 'u') && whole))
        return 0;
    const char *what = a->type == 'O'                     ? "Python objects"
                       : a->type == 'U' || a->type == 'S' ? "texts"
                       : a->type == 'c'                   ? "complex numbers"
                       : a->type == 'M' || a->type == 'm' ? "times"
                       : a->type == 'V'                   ? "records"
                       : a->type == 'f'                   ? "floats of another size"
                                                          : "of a kind";
    return ur_fail(
        a->e, UNROLL_ERROR_DATA,
        "%s: its elements are %s ('%.*s') that cannot be read; save bool, int8 to int64, uint8 to uint64 or float16 to float64",
        a->path, what, x.n > 20 ? 20 : (int)x.n, x.s);
}

static int npy_shape(array *a, scan *s)
{
    int rc = 0;
    if (!next_is(s, "(")) return garbled(a);
    while (!rc && !next_is(s, ")")) {
        uint64_t n = 0;
        const char *from = s->p;
        for (; s->p < s->end && *s->p >= '0' && *s->p <= '9' && n < PTRDIFF_MAX / 16; s->p++)
            n = n * 10 + (uint64_t)(*s->p - '0');
        if (s->p == from) return garbled(a);
        rc = add_axis(a, n);
        (void)next_is(s, "L"); /* Python 2's long numbers */
        if (!rc && !next_is(s, ",") && (blanks(s), s->p == s->end || *s->p != ')')) return garbled(a);
    }
    return rc;
}

static int npy_entries(array *a, scan *s)
{
    bool order = false, shape = false;
    int rc = next_is(s, "{") ? 0 : garbled(a);
    while (!rc && !next_is(s, "}")) {
        ur_slice key;
        if (!quoted(s, &key) || !next_is(s, ":")) return garbled(a);
        if (is(key, "descr")) {
            rc = npy_type(a, s);
        } else if (is(key, "fortran_order")) {
            a->first_fastest = next_is(s, "True");
            order = a->first_fastest || next_is(s, "False");
        } else if (is(key, "shape") && !shape) {
            rc = npy_shape(a, s);
            shape = true;
        } else {
            return garbled(a);
        }
        (void)next_is(s, ",");
    }
    return rc ? rc : !a->type || !order || !shape ? garbled(a) : 0;
}

/* "\x93NUMPY", version, length of the dictionary in 16 bits (version 1) or 32 */
static int npy_header(array *a)
{
    int rc = need(a, 10);
    if (rc) return rc;
    int version = (unsigned char)a->w->p[6];
    if (memcmp(a->w->p, "\x93NUMPY", 6) != 0) return garbled(a);
    if (version < 1 || version > 3)
        return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: an NPY file of version %d; 1 to 3 can be read", a->path, version);
    size_t wide = version == 1 ? 2 : 4, from = 8 + wide;
    if ((rc = need(a, from)) != 0) return rc;
    size_t n = (size_t)number(a->w->p + 8, wide, false);
    if (n > HEADER) return garbled(a);
    if ((rc = need(a, from + n)) != 0) return rc;
    scan s = { a->w->p + from, a->w->p + from + n };
    rc = npy_entries(a, &s);
    a->w->p += from + n;
    return rc;
}

bool ur_array_begins(const ur_window *w, ur_data_kind kind)
{
    size_t n = (size_t)(w->end - w->p);
    if (kind == UR_BYTES) /* may begin with anything: whole magics only */
        return (n >= 6 && memcmp(w->p, "\x93NUMPY", 6) == 0) ||
               (n >= 4 && !w->p[0] && !w->p[1] && w->p[2] >= 8 && w->p[2] <= 14 && w->p[3] > 0);
    bool zeros = n >= 2 && memcmp(w->p, "\0\0", 2) == 0;
    bool other = n >= 3 && (!w->p[2] || (unsigned char)w->p[2] == 0xFE); /* a table of SAS, UTF-32 */
    return (n >= 2 && memcmp(w->p, "\x93N", 2) == 0) || (zeros && !other);
}

/* ---- shapes */

static void print_shape(const array *a, ur_buf *b)
{
    ur_buf_printf(b, "[");
    for (int k = 0; k < a->ndim; k++) ur_buf_printf(b, "%s%zu", k ? ", " : "", a->dim[k]);
    ur_buf_printf(b, "]");
}

/* what an array for the datum looks like, from its indices on */
static void print_wanted(const array *a, const char *first, ur_buf *b)
{
    const ur_schema *g = a->in->g;
    const char *comma = *first ? ", " : "";
    ur_buf_printf(b, "[%s", first);
    for (int k = 0; k < a->d->nidx; k++, comma = ", ") ur_buf_printf(b, "%s%s", comma, g->index[a->d->idx[k]].name);
    for (int k = 0; k < a->d->nfix; k++, comma = ", ") ur_buf_printf(b, "%s%d", comma, g->index[a->d->fix[k]].size);
    if (!UR_IS_SYMBOL(a->d->kind) && a->d->size > 1) ur_buf_printf(b, "%s%d", comma, a->d->size);
    ur_buf_printf(b, "]");
}

static int misfit(const array *a)
{
    ur_buf b = { 0 };
    ur_buf_printf(&b, "%s: the array's shape is ", a->path);
    print_shape(a, &b);
    ur_buf_printf(&b, "; %s needs ", a->d->name);
    print_wanted(a, "examples", &b);
    ur_buf_printf(&b, ", or for one example ");
    print_wanted(a, "", &b);
    int rc = b.bad ? ur_nomem(a->e) : ur_fail(a->e, UNROLL_ERROR_DATA, "%s", b.s);
    ur_buf_free(&b);
    return rc;
}

/* Which axes are what: the last ones whose product is the width are the components; of those before, as many as the datum has
 * indices (or one more, the examples) are kept apart; with one index or none, all after the first are joined. */
static int fit(array *a)
{
    const ur_datum *d = a->d;
    size_t tail = 1, middle = 1;
    int r = a->ndim, n = d->nidx;
    while (r > 0 && tail < a->width) tail *= a->dim[--r];
    if (tail != a->width || r < n || (n > 1 && r > n + 1)) return misfit(a);
    bool one = r == n || (n == 1 && a->in->o->stream);
    for (int k = !one; k < r; k++) middle *= a->dim[k];
    if (n == 0 && middle != 1) return misfit(a);
    a->n = one ? 1 : a->dim[0];
    a->rows = middle;
    for (int k = 0; k < n; k++) {
        a->len[k] = n == 1 ? middle : a->dim[k + !one];
        if (a->len[k] > INT32_MAX)
            return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: a sequence of more than %d positions", a->path, INT32_MAX);
    }
    if (!a->n) return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: the array has no examples: its first axis is 0", a->path);
    if (!a->count && a->n > EMPTY)
        return ur_fail(a->e, UNROLL_ERROR_DATA, "%s: the array promises %zu empty examples", a->path, a->n);
    return 0;
}

/* The rows of a series run along indices in the order of their ids, not as they were written: steps where the two differ. */
static void order(array *a)
{
    const ur_datum *d = a->d;
    const ur_schema *g = a->in->g;
    int key[VIEW], by[VIEW]; /* by: the axes of the view, sorted by key */
    size_t step = 1;
    bool moved = false;
    a->view[0] = a->n;
    key[0] = -1;
    a->nview = 1;
    for (int k = 0; k < d->nidx; k++, a->nview++) {
        a->view[a->nview] = a->len[k];
        key[a->nview] = d->idx[k];
    }
    for (int k = 0; k < d->nfix; k++, a->nview++) {
        a->view[a->nview] = (size_t)g->index[d->fix[k]].size;
        key[a->nview] = g->nindex + d->fix[k];
    }
    a->view[a->nview] = UR_IS_SYMBOL(d->kind) || d->size < 1 ? 1 : (size_t)d->size;
    key[a->nview++] = INT_MAX;
    for (int k = 0; k < a->nview; k++) {
        int j = k;
        for (; j > 0 && key[by[j - 1]] > key[k]; j--) by[j] = by[j - 1];
        moved = moved || j != k;
        by[j] = k;
    }
    for (int k = a->nview - 1; k >= 0; k--) {
        a->step[by[k]] = step;
        step *= a->view[by[k]];
    }
    if (!moved) a->nview = 0;
}

/* where element i, the last axis fastest, lies in the series */
static size_t place(const array *a, size_t i)
{
    size_t to = 0;
    if (!a->nview) return i;
    for (int k = a->nview - 1; k >= 0; k--) {
        to += i % a->view[k] * a->step[k];
        i /= a->view[k];
    }
    return to;
}

/* The elements as the file has them: at: their place with the last axis fastest. */
typedef struct walk {
    size_t at, pos[AXES], step[AXES];
} walk;

static void walk_begin(const array *a, walk *w)
{
    *w = (walk){ 0 };
    size_t step = 1;
    for (int k = a->ndim - 1; k >= 0; k--) {
        w->step[k] = step;
        step *= a->dim[k];
    }
}

static void walk_on(const array *a, walk *w)
{
    if (!a->first_fastest) {
        w->at++;
        return;
    }
    for (int k = 0; k < a->ndim; k++) {
        w->at += w->step[k];
        if (++w->pos[k] < a->dim[k]) return;
        w->at -= w->pos[k] * w->step[k];
        w->pos[k] = 0;
    }
}

/* ---- values */

static double element(const array *a, const char *p)
{
    uint64_t u = number(p, a->size, a->big);
    if (a->type == 'b') return u != 0;
    if (a->type == 'u') return (double)u;
    if (a->type == 'i') {
        uint64_t sign = (uint64_t)1 << (8 * a->size - 1);
        return (double)(int64_t)((u ^ sign) - sign);
    }
    if (a->size == 2) return ur_half((uint16_t)u);
    if (a->size == 4) {
        uint32_t bits = (uint32_t)u;
        float f;
        memcpy(&f, &bits, sizeof f);
        return (double)f;
    }
    double f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static int bad_value(const array *a, size_t to, double v, const char *why)
{
    size_t row = to / a->width;
    ur_buf b = { 0 };
    ur_buf_printf(&b, "%s: %s: example %zu", a->path, a->d->name, row / a->rows + 1);
    if (a->d->nidx) ur_buf_printf(&b, ", position %zu", row % a->rows + 1);
    if (a->width > 1) ur_buf_printf(&b, ", component %zu", to % a->width + 1);
    int rc = b.bad ? ur_nomem(a->e) : ur_fail(a->e, UNROLL_ERROR_DATA, "%s: %g %s", b.s, v, why);
    ur_buf_free(&b);
    return rc;
}

/* element i as it stands in the file; to: its place in the series */
static int put_symbol(array *a, size_t i, size_t to, double v)
{
    char text[32];
    size_t n = 1;
    bool bytes = a->d->kind == UR_BYTES, small = v >= 0 && v < SMALL && v == floor(v);
    if (isnan(v)) {
        a->s.sym[i] = MISSING;
        a->missing = true;
        return 0;
    }
    if (v != floor(v) || isinf(v) || fabs(v) > 0x1p53 || (bytes && !small))
        return bad_value(a, to, v,
                         bytes                          ? "is not a byte: 0 to 255"
                         : isinf(v) || fabs(v) > 0x1p53 ? "is too large for a symbol"
                                                        : "is not a whole number, and symbols are made of these");
    if (small && a->small[(int)v]) {
        a->s.sym[i] = a->small[(int)v];
        return 0;
    }
    if (bytes) text[0] = (char)(unsigned char)v;
    else n = (size_t)snprintf(text, sizeof text, "%.0f", v + 0.0); /* + 0: no "-0" */
    int id = ur_vocab_add(a->vocab, text, n, a->e);
    if (id < 0) return id;
    if (small) a->small[(int)v] = id;
    a->s.sym[i] = id;
    return 0;
}

static int put_number(array *a, size_t i, size_t to, double v)
{
    a->s.num[i] = v;
    a->missing = a->missing || isnan(v);
    if (isnan(v)) return 0;
    if (isinf(v)) return bad_value(a, to, v, "is not finite");
    if (a->d->kind == UR_COUNT && (v < 0 || v != floor(v)))
        return bad_value(a, to, v, "is not a count: counts are whole numbers from 0");
    return 0;
}

static int wrong_size(const array *a, size_t got, bool more)
{
    ur_buf b = { 0 };
    print_shape(a, &b);
    const char *shape = b.bad ? "" : b.s;
    int rc = more ? ur_fail(a->e, UNROLL_ERROR_DATA, "%s: goes on after the %zu elements of its shape %s; a file holds one array",
                            a->path, a->count, shape)
                  : ur_fail(a->e, UNROLL_ERROR_DATA,
                            "%s: is cut short: its shape %s has %zu elements of %zu byte%s, and %zu are there", a->path, shape,
                            a->count, a->size, a->size == 1 ? "" : "s", got);
    ur_buf_free(&b);
    return rc;
}

/* Room for n elements. It grows with what is read, so that a header that promises too much costs nothing. */
static int reserve(array *a, size_t n)
{
    size_t elem = a->vocab ? sizeof(int32_t) : sizeof(double), want = a->room > a->count / 2 ? a->count : 2 * a->room;
    void *p = a->vocab ? (void *)a->s.sym : (void *)a->s.num;
    if (n <= a->room && p) return 0;
    if (want < n) want = n;
    if (!(p = ur_realloc(p, want * elem)))
        return ur_fail(a->e, UNROLL_ERROR_MEMORY, "%s: its %zu elements need %zu bytes, more memory than there is", a->path,
                       a->count, a->count * elem);
    if (a->vocab) a->s.sym = p;
    else a->s.num = p;
    a->room = want;
    return 0;
}

/* the elements, which stand as in the file, to their places in the series */
static int arrange(array *a)
{
    size_t elem = a->vocab ? sizeof(int32_t) : sizeof(double);
    char *from = a->vocab ? (void *)a->s.sym : (void *)a->s.num, *to = ur_alloc(a->count * elem);
    walk at;
    if (!to) return ur_nomem(a->e);
    walk_begin(a, &at);
    for (size_t i = 0; i < a->count; i++) {
        memcpy(to + place(a, at.at) * elem, from + i * elem, elem);
        walk_on(a, &at);
    }
    ur_free(from);
    if (a->vocab) a->s.sym = (void *)to;
    else a->s.num = (void *)to;
    return 0;
}

static int mark_missing(array *a)
{
    if (!(a->s.seen = ur_alloc(a->s.nrow))) return ur_nomem(a->e);
    memset(a->s.seen, 1, a->s.nrow);
    for (size_t i = 0; i < a->count; i++) {
        if (a->vocab ? a->s.sym[i] != MISSING : !isnan(a->s.num[i])) continue;
        a->s.seen[i / a->width] = 0;
        if (a->vocab) a->s.sym[i] = UR_SYM_UNKNOWN;
    }
    return 0;
}

static int read_values(array *a)
{
    ur_window *w = a->w;
    walk at;
    size_t i = 0;
    bool symbols = a->vocab != NULL;
    int rc = 0;
    walk_begin(a, &at);
    while (!rc) {
        size_t there = i + (size_t)(w->end - w->p) / a->size;
        rc = reserve(a, there < a->count ? there : a->count);
        for (; !rc && i < a->count && (size_t)(w->end - w->p) >= a->size; i++, w->p += a->size) {
            double v = element(a, w->p);
            size_t to = place(a, at.at);
            rc = symbols ? put_symbol(a, i, to, v) : put_number(a, i, to, v);
            walk_on(a, &at);
        }
        if (rc || w->eof || (i == a->count && w->p < w->end)) break;
        rc = ur_window_more(w, a->e);
    }
    if (!rc && (i < a->count || w->p < w->end)) rc = wrong_size(a, i, i == a->count);
    if (!rc && (a->first_fastest || a->nview)) rc = arrange(a);
    return rc || !a->missing ? rc : mark_missing(a);
}

/* ---- hand on */

/* the lengths of every axis, in canonical order: an index nested in another has one for each position of that */
static int lengths(const array *a, ur_delivery *d)
{
    const ur_schema *g = a->in->g;
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, a->d, axis);
    size_t count[UR_MAX_RAGGED], len[UR_MAX_RAGGED];
    for (int k = 0; k < n; k++) {
        int up = ur_index_parent(g, axis[k]);
        for (int j = 0; j < n; j++)
            if (ur_index_resolve(g, a->d->idx[j]) == axis[k]) len[k] = a->len[j];
        count[k] = a->n;
        for (int j = 0; up >= 0 && j < k; j++)
            if (axis[j] == up) count[k] = count[j] * len[j];
        if (count[k] > PTRDIFF_MAX / sizeof(int32_t) || !(d->len[k] = ur_alloc(sizeof(int32_t) * count[k])))
            return ur_nomem(a->e);
        for (size_t i = 0; i < count[k]; i++) d->len[k][i] = (int32_t)len[k];
    }
    return 0;
}

static int deliver(array *a, int datum)
{
    ur_delivery d = { .datum = datum, .s = a->s, .local = a->vocab };
    a->s = (ur_series){ 0 };
    a->vocab = NULL;
    int rc = (d.from = ur_strdup(a->path)) && (d.s.start = ur_alloc(sizeof(size_t) * (a->n + 1))) ? 0 : ur_nomem(a->e);
    for (size_t x = 0; x <= a->n && !rc; x++) d.s.start[x] = x * a->rows;
    if (!rc) rc = lengths(a, &d);
    if (!rc) rc = ur_raw_install(a->in->r, a->in->g, &d, a->e);
    ur_delivery_free(&d);
    return rc;
}

static int check_kind(const array *a)
{
    if (a->d->kind == UR_CHARS)
        return ur_fail(a->e, UNROLL_ERROR_UNSUPPORTED,
                       "%s: an array of numbers cannot give the characters of %s; declare it as symbol, words or bytes", a->path,
                       a->d->name);
    if (a->in->o->stream && !a->d->nidx)
        return ur_fail(a->e, UNROLL_ERROR_USAGE, "%s: --stream reads one long sequence, and %s has no index to run along",
                       a->path, a->d->name);
    return 0;
}

int ur_array_read(ur_ingest *in, int datum, const char *path, ur_window *w, ur_err *e)
{
    array a = { .in = in, .path = path, .e = e, .w = w, .d = &in->g->data[datum], .count = 1 };
    int rc = check_kind(&a);
    a.width = ur_datum_width(in->g, a.d);
    if (!rc) rc = *w->p ? npy_header(&a) : idx_header(&a);
    for (int k = 0; k < a.ndim && !rc; k++) {
        if (a.dim[k] && a.count > PTRDIFF_MAX / sizeof(double) / a.dim[k])
            rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: the array's header is damaged: more elements than any memory holds", path);
        a.count *= a.dim[k];
    }
    if (!rc) rc = fit(&a);
    if (!rc) rc = ur_ingest_size(in, a.n, path, e);
    if (!rc && UR_IS_SYMBOL(a.d->kind)) rc = ur_vocab_new(&a.vocab, e);
    if (!rc) {
        order(&a);
        a.s.nrow = a.n * a.rows;
        rc = read_values(&a);
    }
    if (!rc) rc = deliver(&a, datum);
    ur_series_free(&a.s);
    ur_vocab_free(a.vocab);
    return rc;
}
