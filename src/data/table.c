/* Tables: CSV and TSV files into sources (source.h). libcsv splits the fields; here cells become values.
 * Knows no models beyond the schema. Invariants: every error names file and row (the header is row 1, blank lines count);
 * memory is for bound columns only; a file is read once, in blocks. */
#include <stdio.h>
#include <string.h>
#include "data/table.h"

enum { BLOCK = 64 * 1024, FIELD_STEP = 64 * 1024 };

static void stop(ur_tabular *t, int rc)
{
    if (!t->rc)
        t->rc = rc;
}

/* ---- cells */

static int bad_cell(ur_tabular *t, size_t col, const char *s, size_t n, const char *is_not, const char *mend)
{
    char q[64];
    ur_quote(q, s, n);
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: column %s: '%s' is not %s%s", t->path, t->row, ur_column_name(t, col), q, is_not, mend);
}

static bool truth(const char *s, size_t n, double *v)
{
    static const char *const yes[] = { "TRUE", "true", "True" }, *const no[] = { "FALSE", "false", "False" };
    for (int i = 0; i < 3; i++) {
        if (n == 4 && memcmp(s, yes[i], 4) == 0)
            return *v = 1, true;
        if (n == 5 && memcmp(s, no[i], 5) == 0)
            return *v = 0, true;
    }
    return false;
}

/* 3,14 where fields are split by semicolons */
static bool comma_number(const char *s, size_t n, double *v)
{
    char copy[64];
    const char *c = memchr(s, ',', n);
    if (!c || n >= sizeof copy || memchr(c + 1, ',', n - (size_t)(c + 1 - s)) || memchr(s, '.', n))
        return false;
    memcpy(copy, s, n);
    copy[c - s] = '.';
    return ur_parse_number(copy, n, v);
}

static int number_cell(ur_tabular *t, ur_bound *b, size_t comp, size_t col, const char *s, size_t n)
{
    ur_data_kind kind = t->in->g->data[b->datum].kind;
    double v = __builtin_nan("");
    if (ur_missing(s, n)) {
        b->seen.v[b->seen.n - 1] = 0;
        b->missing = true;
    } else if (kind == UR_TIME) {
        if (!ur_parse_time(s, n, &v))
            return bad_cell(t, col, s, n, "a date or a time", "; write it as 2013-01-31 or 2013-01-31T06:00:00Z");
    } else if (!ur_parse_number(s, n, &v) && !truth(s, n, &v) && !(t->comma && comma_number(s, n, &v))) {
        return bad_cell(t, col, s, n, "a number", "; leave a missing value empty, or write NA; text needs data declared as symbol");
    } else if (kind == UR_COUNT && (v < 0 || v != __builtin_floor(v))) {
        return bad_cell(t, col, s, n, "a count", ": counts are whole numbers from 0");
    }
    b->num.v[b->num.n - b->width + comp] = v;
    return 0;
}

static int text_cell(ur_tabular *t, ur_bound *b, size_t comp, size_t col, const char *s, size_t n)
{
    size_t bad = 0;
    int32_t count;
    if (b->cell == UR_CELL_TEXT) {
        int rc = ur_cut(&b->cut, s, n, &count, &bad, t->e);
        if (rc == UNROLL_ERROR_DATA && !t->e->code)
            return bad_cell(t, col, s, n, "UTF-8", "; save the table as UTF-8");
        return rc ? rc : UR_PUSH(b->count, count, t->e);
    }
    int id = UR_SYM_UNKNOWN;
    if (ur_missing(s, n)) {
        b->seen.v[b->seen.n - 1] = 0;
        b->missing = true;
    } else if (b->cut.kind != UR_BYTES && !ur_utf8_valid(s, n, &bad)) {
        return bad_cell(t, col, s, n, "UTF-8", "; save the table as UTF-8");
    } else if ((id = ur_vocab_add(b->cut.vocab, s, n, t->e)) < 0) {
        return id;
    }
    b->sym.v[b->sym.n - b->width + comp] = id;
    return 0;
}

/* Room for one more row of every bound datum, so that its cells can come in any order. */
static int open_row(ur_tabular *t)
{
    ur_source *s = t->src;
    int rc = 0;
    for (int i = 0; i < s->nbound && !rc; i++) {
        ur_bound *b = &s->bound[i];
        if (b->cell == UR_CELL_TEXT)
            continue;
        rc = UR_PUSH(b->seen, 1, t->e);
        if (b->cell == UR_CELL_NUMBER && b->num.n + b->width > b->num.cap && !rc)
            rc = ur_vec_reserve((void **)&b->num.v, &b->num.cap, b->num.n + b->width, sizeof(double), t->e);
        if (b->cell == UR_CELL_SYMBOL && b->sym.n + b->width > b->sym.cap && !rc)
            rc = ur_vec_reserve((void **)&b->sym.v, &b->sym.cap, b->sym.n + b->width, sizeof(int32_t), t->e);
        if (b->cell == UR_CELL_NUMBER)
            b->num.n += rc ? 0 : b->width;
        else
            b->sym.n += rc ? 0 : b->width;
    }
    return rc;
}

/* The first unbound column that holds dates, or numbers under a name that says time, tells when the rows were. */
static int find_when(ur_tabular *t, size_t col, const char *s, size_t n)
{
    static const char *const word[] = { "time", "date", "year", "datetime", "timestamp" };
    ur_source *src = t->src;
    double v;
    bool date = ur_parse_time(s, n, &v), named = false;
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        named = named || strcasecmp(ur_column_name(t, col), word[i]) == 0;
    if (!date && !(named && ur_parse_number(s, n, &v)))
        return 0;
    t->when = (int)col;
    t->when_known = true;
    src->when_date = date;
    return (src->when_name = ur_strdup(ur_column_name(t, col))) ? 0 : ur_nomem(t->e);
}

static int when_cell(ur_tabular *t, const char *s, size_t n)
{
    double v;
    if (!(t->src->when_date ? ur_parse_time(s, n, &v) : ur_parse_number(s, n, &v)))
        v = __builtin_nan("");
    return UR_PUSH(t->src->when, v, t->e);
}

static int cell(ur_tabular *t, size_t col, const char *s, size_t n)
{
    int rc = 0;
    for (int k = t->first[col]; k >= 0 && !rc; k = t->target[k].next) {
        ur_bound *b = &t->src->bound[t->target[k].bound];
        rc = b->cell == UR_CELL_NUMBER ? number_cell(t, b, t->target[k].comp, col, s, n) : text_cell(t, b, t->target[k].comp, col, s, n);
    }
    if (!rc && (int)col == t->group) {
        if (!n)
            return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: column %s: the group is empty", t->path, t->row, ur_column_name(t, col));
        if (!ur_utf8_valid(s, n, NULL))
            return bad_cell(t, col, s, n, "UTF-8", "; save the table as UTF-8");
        int id = ur_vocab_add(t->src->groups, s, n, t->e);
        rc = id < 0 ? id : UR_PUSH(t->src->group, id, t->e);
    } else if (!rc && !t->when_known && t->first[col] < 0) {
        rc = find_when(t, col, s, n);
    }
    if (!rc && (int)col == t->when)
        rc = when_cell(t, s, n);
    return rc;
}

static int begin_row(ur_tabular *t)
{
    ur_source *s = t->src;
    int rc = 0;
    if (t->any_break && !t->in->o->group) {
        rc = UR_PUSH(s->brk, s->nrow, t->e);
        t->any_break = false;
    }
    return rc ? rc : open_row(t);
}

/* ---- what libcsv calls */

static void on_field(void *p, size_t n, void *arg)
{
    ur_tabular *t = arg;
    if (t->rc)
        return;
    if (!t->header_done) {
        stop(t, UR_PUSH(t->name, t->names.n, t->e));
        if (n && memchr(p, 0, n))
            n = strlen(p);
        ur_buf_add(&t->names, p, n);
        ur_buf_add(&t->names, "", 1);
        t->field++;
        return;
    }
    if (t->field == 0)
        stop(t, begin_row(t));
    if (!t->rc && t->field < t->name.n)
        stop(t, cell(t, t->field, p ? p : "", n));
    t->field++;
}

static void end_row(ur_tabular *t)
{
    if (!t->header_done) {
        stop(t, ur_table_header(t));
        t->header_done = true;
    } else if (t->field != t->name.n) {
        stop(t, ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: %zu field%s, the header has %zu", t->path, t->row, t->field, t->field == 1 ? "" : "s", t->name.n));
    } else {
        t->src->nrow++;
        t->when_known = true;            /* only the first row of a table is asked */
        if (t->src->when_name && t->src->when.n != t->src->nrow) {   /* a later file without that column */
            ur_free(t->src->when_name);
            t->src->when_name = NULL;
            t->when = -1;
        }
    }
    t->field = 0;
}

/* With CSV_REPALL_NL every line end is told: "\r\n" twice, a blank line without fields before it. */
static void on_row(int c, void *arg)
{
    ur_tabular *t = arg;
    if (t->rc)
        return;
    if (c == '\n' && t->crlf) {
        t->crlf = false;
        return;
    }
    t->crlf = c == '\r';
    if (t->field)
        end_row(t);
    else if (t->header_done)
        t->any_break = true;
    if (!t->rc)
        t->row++;
}

/* ---- the file */

static void *field_realloc(void *p, size_t n)
{
    return n > UR_MAX_FIELD ? NULL : ur_realloc(p, n);
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);
    for (int i = 0; i < 2; i++) {
        static const char *const pack[] = { ".gz", ".xz" };
        if (n > 3 && strcasecmp(path + n - 3, pack[i]) == 0)
            n -= 3;
    }
    return n >= k && strncasecmp(path + n - k, ending, k) == 0;
}

/* The header tells: whichever of , ; and tab stands most often outside quotes. */
static unsigned char delimiter(const char *path, const unsigned char *s, size_t n)
{
    size_t comma = 0, semi = 0, tab = 0;
    bool quoted = false;
    if (ends_with(path, ".tsv") || ends_with(path, ".tab"))
        return '\t';
    for (size_t i = 0; i < n && (quoted || (s[i] != '\n' && s[i] != '\r')); i++) {
        quoted ^= s[i] == '"';
        comma += !quoted && s[i] == ',';
        semi += !quoted && s[i] == ';';
        tab += !quoted && s[i] == '\t';
    }
    return semi > comma && semi >= tab ? ';' : tab > comma ? '\t' : ',';
}

static int first_block(ur_tabular *t, unsigned char *block, size_t *n, size_t *skip)
{
    *skip = *n >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (*n >= 2 && ((block[0] == 0xFF && block[1] == 0xFE) || (block[0] == 0xFE && block[1] == 0xFF)))
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: is UTF-16; save it as UTF-8", t->path);
    if (*n >= 4 && memcmp(block, "\x89HDF", 4) == 0)
        return ur_fail(t->e, UNROLL_ERROR_UNSUPPORTED, "%s: NetCDF files cannot be read yet; write the table as CSV", t->path);
    if (*n >= 3 && memcmp(block, "CDF", 3) == 0 && *n > 3 && block[3] < 8)
        return ur_fail(t->e, UNROLL_ERROR_UNSUPPORTED, "%s: NetCDF files cannot be read yet; write the table as CSV", t->path);
    if (*n >= 4 && memcmp(block, "PK\3\4", 4) == 0)
        return ur_fail(t->e, UNROLL_ERROR_UNSUPPORTED, "%s: is a zip archive or a spreadsheet; save the table as CSV", t->path);
    unsigned char d = delimiter(t->path, block + *skip, *n - *skip);
    csv_set_delim(&t->csv, d);
    t->comma = d == ';';
    return 0;
}

static int csv_failed(ur_tabular *t)
{
    int why = csv_error(&t->csv);
    if (why == CSV_EPARSE)
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: a quote is opened here and never closed", t->path, t->row);
    if (csv_get_buffer_size(&t->csv) + FIELD_STEP >= UR_MAX_FIELD)
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: a field of more than %u bytes; a quote may be open", t->path, t->row, UR_MAX_FIELD);
    return ur_nomem(t->e);
}

static int parse(ur_tabular *t, ur_reader *r)
{
    unsigned char block[BLOCK];
    size_t got, skip = 0;
    bool begun = false;
    for (;;) {
        size_t have = 0;
        int rc = 0;
        do {                             /* blocks are filled, so that the header and a mark at its front come whole */
            rc = ur_reader_read(r, block + have, BLOCK - have, &got, t->e);
            have += got;
        } while (!rc && got && have < BLOCK);
        if (rc)
            return rc;
        if (!have)
            break;
        if (!begun && (rc = first_block(t, block, &have, &skip)) != 0)
            return rc;
        if (csv_parse(&t->csv, block + skip, have - skip, on_field, on_row, t) != have - skip && !t->rc)
            return csv_failed(t);
        if (t->rc)
            return t->rc;
        begun = true;
        skip = 0;
    }
    csv_set_opts(&t->csv, CSV_APPEND_NULL | CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI);   /* from here on only: an open quote at the end is an error */
    if (csv_fini(&t->csv, on_field, on_row, t) != 0 && !t->rc)
        return csv_failed(t);
    if (t->rc)
        return t->rc;
    if (!t->header_done)
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: is empty; a table needs a header row and rows", t->path);
    return 0;
}

static void free_table(ur_tabular *t)
{
    csv_free(&t->csv);
    ur_buf_free(&t->names);
    ur_free(t->name.v);
    ur_vocab_free(t->lookup);
    ur_free(t->twice.v);
    ur_free(t->column.v);
    ur_free(t->first);
    ur_free(t->target);
}

int ur_table_read(ur_ingest *in, const char *path, ur_err *e)
{
    ur_tabular t = { .in = in, .path = strcmp(path, "-") == 0 ? "standard input" : path, .e = e, .row = 1, .group = -1, .when = -1, .any_break = true };
    ur_reader *r;
    csv_init(&t.csv, CSV_APPEND_NULL | CSV_REPALL_NL);
    csv_set_realloc_func(&t.csv, field_realloc);
    csv_set_free_func(&t.csv, ur_free);
    csv_set_blk_size(&t.csv, FIELD_STEP);
    int rc = ur_reader_open(&r, path, e);
    if (!rc) {
        rc = parse(&t, r);
        ur_reader_close(r);
    }
    if (!rc && t.src->nrow == t.before)
        rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: has a header and no rows", t.path);
    free_table(&t);
    return rc;
}

int ur_tables_finish(ur_ingest *in, ur_err *e)
{
    int rc = 0;
    for (ur_source *s = in->source; s && !rc; s = s->next)
        rc = ur_source_finish(in, s, e);
    return rc;
}

void ur_tables_free(ur_ingest *in)
{
    while (in->source) {
        ur_source *next = in->source->next;
        ur_source_free(in->source);
        in->source = next;
    }
}
