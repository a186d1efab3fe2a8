/* The header of a table: columns meet the data of the model.
 * Knows no cells. Invariants: a bound name stands once in the header; data that no column gives are absent, not an error;
 * tables that bind the same data fill one source, tables that share none fill several. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/table.h"

const char *ur_column_name(const ur_tabular *t, size_t c) { return t->names.s + t->name.v[c]; }

static int column_of(const ur_tabular *t, const char *name, size_t n)
{
    int id = ur_vocab_find(t->lookup, name, n);
    return id < UR_SYM_FIRST ? -1 : t->column.v[id - UR_SYM_FIRST];
}

static int once(ur_tabular *t, int c)
{
    if (c >= 0 && t->twice.v[c])
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: two columns are called %s; rename one", t->path, t->row,
                       ur_column_name(t, (size_t)c));
    return 0;
}

/* Columns as they are met: those beyond `width` count, and are not kept. */
typedef struct columns {
    int (*of)(const void *where, const char *name, size_t n); /* the column of that name, −1: none */
    const void *where;
    int *col;
    size_t width, n;
    ur_buf lack;
    bool inner; /* the first name that is no column; between those of a range */
    const char *first;
    size_t nfirst, nlast; /* a range whose last column, at first + nfirst + 2, stands before its first; NULL: none */
} columns;

static int find(columns *f, const char *name, size_t n)
{
    int c = f->of(f->where, name, n);
    if (c < 0 && !f->lack.n) ur_buf_add(&f->lack, name, n);
    return c;
}

static bool take(columns *f, int c)
{
    if (c >= 0 && f->n < f->width) f->col[f->n] = c;
    f->n += c >= 0;
    return c >= 0;
}

/* where the digits at the end of a name begin */
static size_t stem(const char *s, size_t n)
{
    while (n && s[n - 1] >= '0' && s[n - 1] <= '9') n--;
    return n;
}

/* are all numbers from a to b names of columns? Those of sensors, or of years, leave some out */
static bool all_there(const columns *f, const char *a, size_t na, const char *b, size_t nb)
{
    int low = 0, high = 0, width = *a == '0' ? (int)na : 1;
    for (size_t k = 0; k < na; k++) low = low * 10 + (a[k] - '0');
    for (size_t k = 0; k < nb; k++) high = high * 10 + (b[k] - '0');
    for (int k = low; k <= high; k++) {
        char name[16];
        int n = snprintf(name, sizeof name, "%0*d", width, k);
        if (f->of(f->where, name, (size_t)n) < 0) return false;
    }
    return low <= high;
}

/* x1..x7: where names differ in the number at their end, those between them, wherever they stand; else all columns from one to
 * the other */
static bool between(columns *f, const char *a, size_t na, const char *b, size_t nb)
{
    enum { DIGITS = 6 };
    size_t sa = stem(a, na), sb = stem(b, nb);
    int from = find(f, a, na), to = find(f, b, nb);
    if (from < 0 || to < 0) return false;
    bool numbers = sa < na && sb < nb && sa == sb && memcmp(a, b, sa) == 0 && na - sa <= DIGITS && nb - sb <= DIGITS, good = true;
    if (numbers && !sa) numbers = all_there(f, a, na, b, nb);
    int width = a[sa] == '0' ? (int)(na - sa) : 1, low = numbers ? atoi(a + sa) : from, high = numbers ? atoi(b + sb) : to;
    if (low > high) {
        f->first = a;
        f->nfirst = na;
        f->nlast = nb;
    }
    for (int k = low; k <= high && good; k++) {
        ur_buf name = { 0 };
        if (numbers) ur_buf_printf(&name, "%.*s%0*d", (int)sa, a, width, k);
        good = !name.bad && take(f, numbers ? find(f, name.s, name.n) : k);
        ur_buf_free(&name);
    }
    f->inner = !good;
    return good && low <= high;
}

/* name=a,b..d,e: a column for each of `width` components. The number found, or −1 when some part is no column. */
static int listed(columns *f, const char *value)
{
    for (const char *p = value;; p++) {
        const char *end = strchr(p, ',');
        size_t n = end ? (size_t)(end - p) : strlen(p);
        while (n && *p == ' ') p++, n--;
        while (n && p[n - 1] == ' ') n--;
        const char *dots = memmem(p, n, "..", 2);
        size_t first = dots ? (size_t)(dots - p) : 0;
        bool range = dots && f->of(f->where, p, n) < 0;
        if (!(range ? between(f, p, first, dots + 2, n - first - 2) : take(f, find(f, p, n)))) return -1;
        if (!end) return f->n < INT32_MAX ? (int)f->n : -1;
        p = end;
    }
}

static int in_header(const void *t, const char *name, size_t n) { return column_of(t, name, n); }

static int in_any(const void *raw, const char *name, size_t n)
{
    const ur_raw *r = raw;
    for (int c = 0; c < r->ncolumns; c++)
        if (strlen(r->columns[c]) == n && memcmp(r->columns[c], name, n) == 0) return c;
    return -1;
}

const char *ur_column_lacks(ur_buf *b, const ur_raw *r, const char *value)
{
    columns f = { .of = in_any, .where = r };
    bool several = (strchr(value, ',') || strstr(value, "..")) && !strchr(value, '/'); /* else a path */
    if (several && listed(&f, value) < 0 && f.first)
        ur_buf_printf(b, "%.*s stands after %.*s", (int)f.nfirst, f.first, (int)f.nlast, f.first + f.nfirst + 2);
    const char *near = NULL;
    if (!f.first && f.lack.n && !f.lack.bad) {
        size_t k = stem(f.lack.s, f.lack.n);
        near = f.inner ? NULL : ur_closest(f.lack.s, r->columns, r->ncolumns);
        if (near && stem(near, strlen(near)) == k && memcmp(near, f.lack.s, k) == 0) near = NULL; /* x4 for x5 is no mend */
        ur_buf_printf(b, "there is no column %s", f.lack.s);
    }
    ur_buf_free(&f.lack);
    return near;
}

/* x1…xk, x_1…x_k, x.1…x.k */
static int numbered(ur_tabular *t, const char *name, size_t width, int *col)
{
    static const char *const sep[] = { "", "_", "." };
    for (int s = 0; s < 3; s++) {
        size_t found = 0, absent = 0;
        for (size_t k = 0; k < width; k++) {
            char full[UR_MAX_NAME + 32];
            int n = snprintf(full, sizeof full, "%.*s%s%zu", UR_MAX_NAME, name, sep[s], k + 1);
            col[k] = column_of(t, full, (size_t)n);
            if (col[k] >= 0) found++;
            else if (!absent) absent = k + 1;
            if (k == 64 && !found) /* a vector of thousands is not looked for three times */
                break;
        }
        if (found == width) return (int)width;
        if (found)
            return ur_fail(t->e, UNROLL_ERROR_DATA,
                           "%s:%zu: column %s%s%zu is missing; %s has %zu components and %zu of their columns are there", t->path,
                           t->row, name, sep[s], absent, name, width, found);
    }
    return 0;
}

/* The columns that a binding names: their number, 0 when they are not in this table, or an error. Noted, to hold for what is read
 * later. */
static int named(ur_tabular *t, int datum, const char *value, size_t width, int *col)
{
    columns f = { .of = in_header, .where = t, .col = col, .width = width };
    int c = column_of(t, value, strlen(value)), n = c >= 0 && width == 1 ? 1 : listed(&f, value);
    ur_buf_free(&f.lack);
    if (c >= 0 && width == 1) {
        col[0] = c;
    } else if (n > 0 && (size_t)n != width) {
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s has %zu component%s, \"%s\" names %d column%s", t->in->g->data[datum].name,
                       width, width == 1 ? "" : "s", value, n, n == 1 ? "" : "s");
    }
    char **note = &t->in->r->bound[datum];
    if (n > 0 && !*note && !(*note = ur_strdup(value))) return ur_nomem(t->e);
    return n < 0 ? 0 : n;
}

/* the fit read another column, which is not here */
static int note_other(ur_tabular *t, int datum, const char *kept, int col)
{
    const char *name = t->in->g->data[datum].name;
    return ur_raw_remark(
        t->in->r, t->e,
        "%s: has no column %s, from which the fit read %s: column %s is read in its place; %s=\"Column name\" names another",
        t->path, kept, name, ur_column_name(t, (size_t)col), name);
}

/* The columns of a datum: their number, 0 when it is not in this table, or an error. */
static int columns_for(ur_tabular *t, int datum, size_t width, int *col)
{
    const ur_datum *d = &t->in->g->data[datum];
    const char *kept = NULL;
    for (int i = 0; i < t->in->nbinding; i++) {
        ur_binding *b = &t->in->binding[i];
        if (b->datum != datum) continue;
        int n = *b->value ? named(t, datum, b->value, width, col) : 0; /* name=: left out */
        b->used = b->used || n > 0;
        return n;
    }
    if (t->in->o->bound && t->in->o->bound[datum]) {
        int n = named(t, datum, t->in->o->bound[datum], width, col);
        if (n) return n;
        kept = t->in->o->bound[datum];
    }
    int c = column_of(t, d->name, strlen(d->name));
    if (width > 1) {
        int n = numbered(t, d->name, width, col);
        if (n > 0 && kept && note_other(t, datum, kept, col[0])) return UNROLL_ERROR_MEMORY;
        if (n == 0 && c >= 0)
            return ur_fail(
                t->e, UNROLL_ERROR_DATA,
                "%s:%zu: %s has %zu components, so it needs columns %s1 to %s%zu, or their names as %s=A,B,C or %s=A..C", t->path,
                t->row, d->name, width, d->name, d->name, width, d->name, d->name);
        return n;
    }
    col[0] = c;
    if (c >= 0 && kept && note_other(t, datum, kept, c)) return UNROLL_ERROR_MEMORY;
    return c >= 0;
}

/* The row axes: what data with one cell for each position are carried along; then how each bound datum takes its cells. */
static bool is_row_axis(const ur_source *s, int axis)
{
    for (int i = 0; i < s->nrow_axis; i++)
        if (s->row_axis[i] == axis) return true;
    return false;
}

static void add_row_axis(ur_source *s, int axis)
{
    if (!is_row_axis(s, axis) && s->nrow_axis < (int)(sizeof s->row_axis / sizeof *s->row_axis))
        s->row_axis[s->nrow_axis++] = axis;
    s->rows_are_positions = true;
}

static bool is_text(const ur_datum *d) { return UR_IS_TEXT(d->kind); }

static int find_row_axes(ur_tabular *t, ur_source *s)
{
    const ur_schema *g = t->in->g;
    int axis[UR_MAX_RAGGED];
    bool words = t->form != UR_FORM_HEADER; /* a row is a word, whatever is bound */
    s->rows_are_positions = words;
    for (int i = 0; i < s->nbound; i++) {
        const ur_datum *d = &g->data[s->bound[i].datum];
        int n = ur_datum_axes(g, d, axis);
        if (is_text(d) || n == 0) continue;
        if (n > 1)
            return ur_fail(
                t->e, UNROLL_ERROR_UNSUPPORTED,
                "%s: %s is carried along %d indices; a table can give data with one (declare further ones as fixed: index j = 1..k)",
                t->path, d->name, n);
        add_row_axis(s, axis[0]);
    }
    words = words || (t->group >= 0 && !s->rows_are_positions); /* groups of nothing but texts: a cell is a symbol */
    for (int i = 0; i < s->nbound; i++) {
        const ur_datum *d = &g->data[s->bound[i].datum];
        int n = ur_datum_axes(g, d, axis);
        if (is_text(d) && n && (words || (n > 1 && d->kind != UR_CHARS && !UR_CUTS_WORDS(d->kind)))) add_row_axis(s, axis[0]);
    }
    return 0;
}

static int choose_cells(ur_tabular *t, ur_source *s)
{
    const ur_schema *g = t->in->g;
    int axis[UR_MAX_RAGGED], rc = find_row_axes(t, s);
    for (int i = 0; i < s->nbound && !rc; i++) {
        ur_bound *b = &s->bound[i];
        const ur_datum *d = &g->data[b->datum];
        int n = ur_datum_axes(g, d, axis);
        b->by_row = n && is_row_axis(s, axis[0]);
        int own = n - b->by_row; /* indices that the cell itself is cut along */
        b->cell = !UR_IS_SYMBOL(d->kind) ? UR_CELL_NUMBER : is_text(d) && own ? UR_CELL_TEXT : UR_CELL_SYMBOL;
        if (own > 2 || (own == 2 && !UR_CUTS_WORDS(d->kind)) || (own && d->nfix))
            rc = ur_fail(t->e, UNROLL_ERROR_UNSUPPORTED, "%s: a cell cannot be cut into %s along %d indices", t->path, d->name,
                         own);
        b->cut.kind = b->kind = d->kind;
        b->cut.nested = own == 2;
        b->cut.padded = true; /* it stands in a window */
        if (!rc && UR_IS_SYMBOL(d->kind)) rc = ur_vocab_new(&b->cut.vocab, t->e);
    }
    return rc;
}

static int add_target(ur_tabular *t, int bound, size_t comp, int col)
{
    if (t->ntarget >= t->target_cap &&
        ur_vec_reserve((void **)&t->target, &t->target_cap, t->ntarget + 1, sizeof *t->target, t->e))
        return UNROLL_ERROR_MEMORY;
    t->target[t->ntarget] = (ur_target){ bound, comp, t->first[col], 0 };
    t->first[col] = (int)t->ntarget++;
    return once(t, col);
}

static int bind_all(ur_tabular *t, ur_source *s)
{
    const ur_schema *g = t->in->g;
    int rc = 0;
    if (!(s->bound = ur_zalloc(sizeof *s->bound * (size_t)(g->ndata + 1)))) return ur_nomem(t->e);
    for (int d = 0; d < g->ndata && !rc; d++) {
        size_t width = ur_datum_width(g, &g->data[d]);
        if (width > UR_MAX_SIZE) continue;
        int *col = ur_alloc(sizeof *col * width);
        int n = col ? columns_for(t, d, width, col) : ur_nomem(t->e);
        if (n < 0) rc = n;
        if (n > 0) {
            ur_bound *b = &s->bound[s->nbound];
            b->datum = d;
            b->width = width;
            ur_buf from = { 0 };
            ur_buf_printf(&from, "%s, column %s", t->path, ur_column_name(t, (size_t)col[0]));
            b->from = from.s;
            if (from.bad) rc = ur_nomem(t->e);
            for (size_t k = 0; k < width && !rc; k++) rc = add_target(t, s->nbound, k, col[k]);
            s->nbound++;
        }
        ur_free(col);
    }
    return rc;
}

/* Tables with the same data are one table; tables that share none stand side by side. */
static int join_source(ur_tabular *t, ur_source *s, ur_source **taken)
{
    const ur_schema *g = t->in->g;
    *taken = NULL;
    for (ur_source *o = t->in->source; o; o = o->next) {
        int shared = 0, mine = -1;
        for (int i = 0; i < s->nbound; i++) {
            bool both = false;
            for (int k = 0; k < o->nbound; k++) both = both || o->bound[k].datum == s->bound[i].datum;
            shared += both;
            if (!both) mine = s->bound[i].datum;
        }
        if (!shared) continue;
        if (shared != s->nbound || shared != o->nbound) {
            for (int k = 0; k < o->nbound && mine < 0; k++) {
                mine = o->bound[k].datum;
                for (int i = 0; i < s->nbound; i++)
                    if (s->bound[i].datum == mine) mine = -1, i = s->nbound;
            }
            return ur_fail(
                t->e, UNROLL_ERROR_DATA,
                "%s and %s share some data but only one of them has %s; tables need the same columns, or none in common", o->path,
                t->path, mine >= 0 ? g->data[mine].name : "others");
        }
        *taken = o;
    }
    return 0;
}

static int missing_group(ur_tabular *t)
{
    const char *near = NULL;
    size_t best = 4;
    for (size_t c = 0; c < t->name.n; c++) {
        size_t d = ur_edit_distance(ur_column_name(t, c), t->in->r->manner.group);
        if (d < best) {
            best = d;
            near = ur_column_name(t, c);
        }
    }
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: there is no column %s to group by%s%s%s", t->path, t->in->r->manner.group,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* the fit read groups by a column that is not here: all rows are one series, which is right of one group's rows alone */
static int note_group(ur_tabular *t)
{
    return ur_raw_remark(
        t->in->r, t->e,
        "%s: there is no column %s, by which the fit told its groups apart: the rows are read as one series; --group NAME names another column",
        t->path, t->in->r->manner.group);
}

static int note_columns(ur_tabular *t)
{
    ur_raw *r = t->in->r;
    size_t n = (size_t)r->ncolumns + t->name.n;
    char **more = ur_realloc(r->columns, sizeof *more * (n + 1));
    if (!more) return ur_nomem(t->e);
    r->columns = more;
    for (size_t c = 0; c < t->name.n; c++) {
        if (!(more[r->ncolumns] = ur_strdup(ur_column_name(t, c)))) return ur_nomem(t->e);
        r->ncolumns++;
    }
    return 0;
}

/* is it a name of the model's data, or of a column that is bound to them? */
static bool is_wanted(const ur_tabular *t, const char *s, size_t n)
{
    const ur_ingest *in = t->in;
    for (int d = 0; d < in->g->ndata; d++) {
        const char *const name[] = { in->g->data[d].name, in->o->bound ? in->o->bound[d] : NULL };
        for (int k = 0; k < 2; k++)
            if (name[k] && strlen(name[k]) == n && memcmp(name[k], s, n) == 0) return true;
    }
    for (int i = 0; i < in->nbinding; i++)
        if (strlen(in->binding[i].value) == n && memcmp(in->binding[i].value, s, n) == 0) return true;
    return false;
}

/* could this line be a header? It has a name that is wanted, or several, no number among them, where the first line has one alone
 */
static bool is_header(const ur_tabular *t, const char *s, const char *end, bool lone)
{
    size_t fields = 0, numbers = 0;
    double v;
    for (const char *next; s < end; s = next) {
        size_t n = 0;
        while (s + n < end && !strchr(";,\t|", s[n])) n++;
        next = s + n + 1;
        for (; n && strchr(" \"\r", *s); n--) s++;
        while (n && strchr(" \"\r", s[n - 1])) n--;
        if (n && is_wanted(t, s, n)) return true;
        fields += n > 0;
        numbers += n && ur_parse_number(s, n, &v);
    }
    return lone && fields > 1 && !numbers;
}

/* In a table that gives nothing: a line below the first, 1 the next, that is the header where the first is a title; 0: there is
 * none. */
static size_t header_below(const ur_tabular *t)
{
    enum { LINES = 20 };
    size_t names = 0, line = 0;
    for (size_t c = 0; c < t->name.n; c++) {
        const char *name = ur_column_name(t, c);
        if (is_wanted(t, name, strlen(name))) return 0; /* it is left out */
        names += *name != 0;
    }
    for (const char *p = t->csv.w.p, *end = t->csv.w.end; p < end && line < LINES;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        line++;
        if (is_header(t, p, stop, names == 1)) return line;
        p = stop + 1;
    }
    return 0;
}

/* In a table that gives nothing: a header of numbers only is no header; plain column files have none, so a binding has to say
 * which column is what. */
static int check_header(const ur_tabular *t)
{
    double v;
    size_t numbers = 0;
    if (t->form == UR_FORM_COLUMNS && t->in->nbinding) /* it is found out later what they mean */
        return 0;
    if (t->form == UR_FORM_COLUMNS && t->in->g->ndata)
        return ur_fail(t->e, UNROLL_ERROR_DATA,
                       "%s: its columns are called 1 to %zu, and none is bound to data of the model; say which is which, as %s=1",
                       t->path, t->name.n, t->in->g->data[0].name);
    const char *first = ur_column_name(t, 0);
    bool names = first[strspn(first, "0123456789")] == 0;
    for (size_t c = 0; c < t->name.n; c++) numbers += ur_parse_number(ur_column_name(t, c), strlen(ur_column_name(t, c)), &v);
    if (numbers == t->name.n && !(t->form == UR_FORM_HEADER && t->in->o->form_said))
        return ur_fail(
            t->e, UNROLL_ERROR_DATA,
            "%s:%zu: the first row holds only numbers; a table needs a header row with the names of its columns%s%s%s%s%s",
            t->path, t->row, t->in->r->manner.skip ? "; --skip 0 leaves no lines out before it" : "",
            names ? "; where they are names, bind them: " : "", names && t->in->g->ndata ? t->in->g->data[0].name : "",
            names ? "=" : "", names ? first : "");
    size_t below = t->form == UR_FORM_HEADER ? header_below(t) : 0;
    char q[64];
    if (!below) return 0;
    ur_quote(q, ur_column_name(t, 0), strlen(ur_column_name(t, 0)));
    return ur_fail(
        t->e, UNROLL_ERROR_DATA,
        "%s:%zu: the model reads none of these columns; where line %zu ('%s%s') is a title and line %zu the header: --skip %zu",
        t->path, t->row, t->row, q, t->name.n > 1 ? ", …" : "", t->row + below, t->row + below - 1);
}

static int index_header(ur_tabular *t)
{
    int rc = ur_vocab_new(&t->lookup, t->e);
    for (size_t c = 0; c < t->name.n && !rc; c++) {
        int before = ur_vocab_size(t->lookup),
            id = ur_vocab_add(t->lookup, ur_column_name(t, c), strlen(ur_column_name(t, c)), t->e);
        if (id < 0) return id;
        if (id < before) t->twice.v[t->column.v[id - UR_SYM_FIRST]] = 1;
        else rc = UR_PUSH(t->column, (int32_t)c, t->e);
        if (!rc) rc = UR_PUSH(t->twice, 0, t->e);
    }
    t->first = ur_alloc(sizeof *t->first * (t->name.n + 1));
    t->aside = ur_zalloc((t->name.n + 1) * sizeof *t->aside);
    t->part = ur_alloc(t->name.n + 1);
    if (!rc && (!t->first || !t->aside || !t->part)) rc = ur_nomem(t->e);
    for (size_t c = 0; c < t->name.n && !rc; c++) {
        t->first[c] = -1;
        t->part[c] = -1;
    }
    return rc;
}

/* The columns of years, quarters, months, …, where there are enough for a time. */
static int find_parts(ur_tabular *t, ur_source *s)
{
    int at[UR_PARTS] = { -1, -1, -1, -1, -1, -1 };
    for (size_t c = 0; c < t->name.n; c++) {
        int part = t->form == UR_FORM_HEADER && (int)c != t->group ? ur_part_named(ur_column_name(t, c)) : -1;
        if (part >= 0 && at[part] < 0) at[part] = (int)c;
    }
    if (at[0] < 0 || (at[1] < 0 && at[2] < 0)) return 0;
    for (int k = 0; k < UR_PARTS; k++) {
        if (at[k] < 0) continue;
        t->part[at[k]] = (int8_t)k;
        if (s && !(s->part_name[k] = ur_strdup(ur_column_name(t, (size_t)at[k])))) return ur_nomem(t->e);
    }
    return 0;
}

int ur_table_header(ur_tabular *t)
{
    ur_source *taken = NULL, **last = &t->in->source;
    int rc = t->names.bad ? ur_nomem(t->e) : 0;
    if (!rc && !ur_utf8_valid(t->names.s, t->names.n, NULL))
        rc = ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: the header is not UTF-8; save the table as UTF-8", t->path, t->row);
    if (!rc) rc = index_header(t);
    if (!rc) rc = note_columns(t);
    ur_source *s = rc ? NULL : ur_zalloc(sizeof *s);
    if (!rc && (!s || !(s->path = ur_strdup(t->path)))) rc = ur_nomem(t->e);
    if (!rc) rc = bind_all(t, s);
    if (!rc && !s->nbound) rc = check_header(t);
    if (!rc && t->in->r->manner.group) {
        t->group = column_of(t, t->in->r->manner.group, strlen(t->in->r->manner.group));
        rc = t->group >= 0 ? once(t, t->group) : t->in->group_kept ? note_group(t) : missing_group(t);
    }
    if (!rc) rc = choose_cells(t, s);
    if (!rc && t->group >= 0 && !s->rows_are_positions)
        rc = ur_raw_remark(
            t->in->r, t->e,
            "%s: each row is an example of its own, as no data of the model has an index: groups by %s change nothing", t->path,
            t->in->r->manner.group);
    if (!rc && !(t->marks = ur_zalloc(sizeof *t->marks * (t->ntarget + 1)))) rc = ur_nomem(t->e);
    if (!rc) rc = join_source(t, s, &taken);
    if (!rc && !taken && t->group >= 0) rc = ur_vocab_new(&s->groups, t->e);
    if (!rc) rc = find_parts(t, taken ? NULL : s);
    if (rc || taken) {
        ur_source_free(s);
        t->src = taken;
        if (taken) {
            t->before = taken->nrow;
            t->breaks = taken->brk.n;
            t->when_known = true;
            t->when = taken->when_name ? column_of(t, taken->when_name, strlen(taken->when_name)) : -1;
        }
        return rc;
    }
    while (*last) last = &(*last)->next;
    *last = t->src = s;
    return 0;
}
