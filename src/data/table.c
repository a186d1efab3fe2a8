/* Tables (CSV, TSV) and column files (CoNLL) into sources (source.h). csv.c and columns.c split the fields; here cells become
 * values. Knows no models beyond the schema. Invariants: every error names file and row (lines of column files; a header is row
 * 1, blank lines count); memory is for bound columns only; a file is read once, in blocks. */
#include <stdio.h>
#include <string.h>
#include "data/begin.h"
#include "data/table.h"

/* ---- cells */

/* An empty cell. "_" says in CoNLL-U that there is nothing, except where it is the word itself. Every other text is one: NA is
 * Namibia. */
static bool missing(const ur_tabular *t, const ur_bound *b, size_t col, const char *s, size_t n)
{
    return n == 0 || (t->form == UR_FORM_CONLLU && n == 1 && *s == '_' && col != UR_CONLLU_FORM) ||
           (t->in->nsentinel && ur_is_sentinel(t->in, b->datum, s, n));
}

static int bad_cell(ur_tabular *t, size_t col, const char *s, size_t n, const char *is_not, const char *mend)
{
    char q[64];
    ur_quote(q, s, n);
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: column %s: '%s' is not %s%s", t->path, t->row, ur_column_name(t, col), q,
                   is_not, mend);
}

static int not_utf8(ur_tabular *t, size_t col, size_t bad)
{
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: column %s: byte %zu of the cell is not UTF-8; save the table as UTF-8",
                   t->path, t->row, ur_column_name(t, col), bad + 1);
}

/* TRUE is 1, FALSE 0 */
static bool truth(ur_target *g, const char *s, size_t n, double *v)
{
    static const char *const yes[] = { "TRUE", "true", "True" }, *const no[] = { "FALSE", "false", "False" };
    for (int i = 0; i < 3; i++) {
        if (n == 4 && memcmp(s, yes[i], 4) == 0) *v = 1;
        else if (n == 5 && memcmp(s, no[i], 5) == 0) *v = 0;
        else continue;
        g->truths++;
        return true;
    }
    return false;
}

/* the row being read has no value for b */
static int is_missing(ur_tabular *t, ur_bound *b)
{
    if (!b->seen) {
        if (!(b->seen = ur_alloc(t->src->room))) return ur_nomem(t->e);
        memset(b->seen, 1, t->src->room);
    }
    b->seen[t->src->nrow] = 0;
    return 0;
}

/* a wall clock that is ahead or behind */
static int is_away(ur_tabular *t, ur_bound *b, size_t at, int16_t away)
{
    if (!away && !b->away) return 0;
    if (!b->away && !(b->away = ur_zalloc(t->src->room * b->width * sizeof *b->away))) return ur_nomem(t->e);
    b->away[at] = away;
    return 0;
}

static int no_number(ur_tabular *t, size_t col, const char *s, size_t n)
{
    char q[64], mend[320];
    const char *why = ur_no_number(s, n);
    ur_quote(q, s, n);
    if (why) snprintf(mend, sizeof mend, ": %s", why);
    else
        snprintf(mend, sizeof mend,
                 "; where it says that a value is missing: --missing '%s'; text needs data declared as symbol%s", q,
                 t->src->nrow == t->before && t->form == UR_FORM_HEADER ? "; a line of units below the header has to go" : "");
    return bad_cell(t, col, s, n, "a number", mend);
}

/* Does a number tell something of the marks of its column that no cell before it did? Most columns have soon told all. */
static inline bool tells(const ur_marks *m, const char *s, size_t n)
{
    if (m->met & UR_MET_POINT) return false;
    return memchr(s, '.', n) || !(m->met & (n > 3 ? UR_MET_LONG : UR_MET_SHORT));
}

/* a number that is no count may be one in thousands: that is known once the column is */
static int marked_cell(ur_tabular *t, const ur_target *g, size_t col, const char *s, size_t n, double *v)
{
    ur_bound *b = &t->src->bound[g->bound];
    unsigned met = ur_marked_number(s, n, v);
    if (!met) return no_number(t, col, s, n);
    if (b->kind == UR_COUNT && !(met & (UR_MET_POINT_3 | UR_MET_COMMA_3)) && (*v < 0 || *v != __builtin_floor(*v)))
        return bad_cell(t, col, s, n, "a count", ": counts are whole numbers from 0");
    t->met |= met;
    return ur_marks_note(&t->marks[g - t->target], met, t->src->nrow * b->width + g->comp, t->row, s, n, t->e);
}

/* the same with hyphens between its words, where that is a date: "Jan-24" of "Jan 24". It is not one as it stands, since a day of
 * January would be written so too */
static bool hyphened(char out[64], const char *s, size_t n)
{
    ur_stamp stamp;
    size_t k = 0;
    for (size_t i = 0; i < n && k < 63; i++) {
        bool between = strchr(" ,./'", s[i]) != NULL;
        if (!between) out[k++] = s[i];
        else if (k && out[k - 1] != '-') out[k++] = '-';
    }
    out[k] = 0;
    return k > 0 && n < 63 && memchr(out, '-', k) && ur_parse_time(out, k, &stamp);
}

static int no_time(ur_tabular *t, size_t col, const char *s, size_t n)
{
    char q[64], as[64], mend[400];
    bool first = t->src->nrow == t->before && t->form == UR_FORM_HEADER;
    ur_quote(q, s, n);
    bool near = hyphened(as, s, n);
    snprintf(
        mend, sizeof mend,
        "; write it as %s%s2013-01-31 or 2013-01-31T06:00:00Z; %s has to go out of the table; where the time of a row is missing: "
        "--missing '%s'",
        near ? as : "", near ? " where that is meant, or as " : "",
        first ? "a line of units below the header" : "a row of a sum, or a remark,", q);
    return bad_cell(t, col, s, n, "a date or a time", mend);
}

static int time_cell(ur_tabular *t, const ur_target *g, size_t col, const char *s, size_t n)
{
    ur_bound *b = &t->src->bound[g->bound];
    ur_stamp stamp = { .t = __builtin_nan("") };
    size_t at = t->src->nrow * b->width + g->comp;
    bool none = missing(t, b, col, s, n) || ur_missing(s, n);
    if (!none && !ur_parse_time(s, n, &stamp)) return no_time(t, col, s, n);
    ur_time_form_join(&b->form, &stamp.form);
    b->num[at] = stamp.t;
    int rc = ur_orders_note(&b->orders, &stamp, at, t->row, s, n, t->e);
    if (!rc) rc = is_away(t, b, at, stamp.away);
    return rc || !none ? rc : is_missing(t, b);
}

static int number_cell(ur_tabular *t, ur_target *g, size_t col, const char *s, size_t n)
{
    ur_bound *b = &t->src->bound[g->bound];
    double v = __builtin_nan("");
    bool good = n && ur_parse_number(s, n, &v);
    int rc = 0;
    if (missing(t, b, col, s, n) || (!good && ur_missing(s, n))) {
        v = __builtin_nan("");
        rc = is_missing(t, b);
    } else if (good ? tells(&t->marks[g - t->target], s, n) : !truth(g, s, n, &v)) {
        rc = marked_cell(t, g, col, s, n, &v);
    } else if (b->kind == UR_COUNT && (v < 0 || v != __builtin_floor(v))) {
        rc = bad_cell(t, col, s, n, "a count", ": counts are whole numbers from 0");
    }
    b->num[t->src->nrow * b->width + g->comp] = v;
    return rc;
}

static int text_cell(ur_tabular *t, ur_bound *b, size_t comp, size_t col, const char *s, size_t n)
{
    size_t bad = 0;
    int32_t count;
    if (b->cell == UR_CELL_TEXT) {
        int rc = ur_cut(&b->cut, s, n, &count, &bad, t->e);
        if (rc == UNROLL_ERROR_DATA && !t->e->code) return not_utf8(t, col, bad);
        return rc ? rc : UR_PUSH(b->count, count, t->e);
    }
    int id = UR_SYM_UNKNOWN;
    if (missing(t, b, col, s, n)) {
        int rc = is_missing(t, b);
        if (rc) return rc;
    } else if (b->cut.kind != UR_BYTES && !ur_utf8_valid(s, n, &bad)) {
        return not_utf8(t, col, bad);
    } else if ((id = ur_vocab_add(b->cut.vocab, s, n, t->e)) < 0) {
        return id;
    }
    b->sym[t->src->nrow * b->width + comp] = id;
    return 0;
}

static void *wider(void *p, size_t room, size_t elem, size_t width, ur_err *e)
{
    p = room > PTRDIFF_MAX / elem / width ? NULL : ur_realloc(p, room * elem * width);
    if (!p) ur_nomem(e);
    return p;
}

/* Room for more rows of every bound datum, so that the cells of a row can come in any order. */
static int more_room(ur_tabular *t)
{
    ur_source *s = t->src;
    size_t room = s->room ? s->room * 2 : 64;
    for (int i = 0; i < s->nbound; i++) {
        ur_bound *b = &s->bound[i];
        void *p = NULL;
        if (b->cell == UR_CELL_NUMBER) {
            if (!(p = wider(b->num, room, sizeof *b->num, b->width, t->e))) return UNROLL_ERROR_MEMORY;
            b->num = p;
            if (b->away) {
                if (!(p = wider(b->away, room, sizeof *b->away, b->width, t->e))) return UNROLL_ERROR_MEMORY;
                b->away = p;
                memset(b->away + s->room * b->width, 0, (room - s->room) * b->width * sizeof *b->away);
            }
        } else if (b->cell == UR_CELL_SYMBOL) {
            if (!(p = wider(b->sym, room, sizeof *b->sym, b->width, t->e))) return UNROLL_ERROR_MEMORY;
            b->sym = p;
        }
        if (b->seen) {
            if (!(p = wider(b->seen, room, 1, 1, t->e))) return UNROLL_ERROR_MEMORY;
            b->seen = p;
            memset(b->seen + s->room, 1, room - s->room);
        }
    }
    s->room = room;
    return 0;
}

static int cell(ur_tabular *t, size_t col, const char *s, size_t n)
{
    int rc = 0;
    for (int k = t->first[col]; k >= 0 && !rc; k = t->target[k].next) {
        ur_bound *b = &t->src->bound[t->target[k].bound];
        rc = b->kind == UR_TIME          ? time_cell(t, &t->target[k], col, s, n)
             : b->cell == UR_CELL_NUMBER ? number_cell(t, &t->target[k], col, s, n)
                                         : text_cell(t, b, t->target[k].comp, col, s, n);
    }
    if (!rc && (int)col == t->group) {
        if (!n)
            return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: column %s: the group is empty", t->path, t->row,
                           ur_column_name(t, col));
        if (!ur_utf8_valid(s, n, NULL)) return bad_cell(t, col, s, n, "UTF-8", "; save the table as UTF-8");
        int id = ur_vocab_add(t->src->groups, s, n, t->e);
        rc = id < 0 ? id : UR_PUSH(t->src->group, id, t->e);
    } else if (!rc && t->first[col] < 0) {
        rc = ur_aside_cell(t, col, s, n);
    }
    return rc;
}

/* ---- rows */

static int begin_row(ur_tabular *t)
{
    ur_source *s = t->src;
    int rc = 0;
    if (t->any_break && t->group < 0) {
        rc = UR_PUSH(s->brk, s->nrow, t->e);
        t->any_break = false;
    }
    return rc || s->nrow < s->room ? rc : more_room(t);
}

static int name_field(ur_tabular *t, const char *s, size_t n)
{
    int rc = UR_PUSH(t->name, t->names.n, t->e);
    ur_buf_add(&t->names, s, strnlen(s, n));
    ur_buf_add(&t->names, "", 1);
    t->field++;
    return rc;
}

/* What stands in place of the header of a column file. */
static int name_columns(ur_tabular *t)
{
    int rc = 0;
    for (size_t c = 0; c < t->csv.width && !rc; c++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", c + 1);
        const char *name = t->form == UR_FORM_CONLLU ? ur_conllu_column[c] : number;
        rc = name_field(t, name, strlen(name));
    }
    t->header_done = true;
    t->when_known = true; /* words are no dates */
    t->field = 0;
    return rc ? rc : ur_table_header(t);
}

static int field(ur_tabular *t, const char *s, size_t n)
{
    int rc = 0;
    t->empty = n == 0;
    if (!t->header_done && t->form == UR_FORM_HEADER) return name_field(t, s, n);
    if (!t->header_done && (rc = name_columns(t)) != 0) return rc;
    if (t->field == 0) rc = begin_row(t);
    if (!rc && t->field < t->name.n) rc = cell(t, t->field, s, n);
    t->field++;
    return rc;
}

/* has the file nothing but blanks after the row just read? */
static bool is_last(const ur_tabular *t)
{
    const char *p = t->csv.w.p;
    while (p < t->csv.w.end && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) p++;
    return t->csv.w.eof && p == t->csv.w.end;
}

static const char *width_mend(const ur_tabular *t, bool more, bool last)
{
    if (t->form == UR_FORM_CONLLU) return ": ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC";
    if (t->form != UR_FORM_HEADER || (!more && last)) return "";
    if (!more)
        return "; every row needs all its fields, the empty ones too; a line that is no row, such as a title or a remark, has to be deleted";
    if (t->name.n == 1 && t->csv.delimiter == ',') return "; where the comma is the decimal mark: --delimiter ';'";
    return t->row == t->header_row + 1 ? "; where all rows have as many, the first line lacks names: add them"
                                       : "; a value that holds the delimiter needs quotes around it";
}

static int wrong_width(ur_tabular *t)
{
    static const char *const of[] = { "the header has", "the first row has", "CoNLL-U has" };
    static const char *const between[] = { "", ", between blanks", "" };
    bool header = t->form == UR_FORM_HEADER, more = header && t->field > t->name.n, first = t->src->nrow - t->before < 3,
         tabs = !header && t->csv.delimiter == '\t';
    bool last = header && is_last(t);
    char q[64], title[200] = "";
    ur_quote(q, ur_column_name(t, 0), strlen(ur_column_name(t, 0)));
    if (more && (first || t->name.n == 1))
        snprintf(title, sizeof title, "; where line %zu ('%s%s') is a title and line %zu the header: --skip %zu", t->header_row,
                 q, t->name.n > 1 ? ", …" : "", t->row, t->row - 1);
    return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: %zu %s%s, %s %zu%s%s%s%s", t->path, t->row, t->field,
                   header ? "field" : "column", t->field == 1 ? "" : "s", of[t->form], t->name.n,
                   tabs ? ", between tabs" : between[t->form], width_mend(t, more, last), title,
                   last ? "; it is the last line: where it is a remark or a sum and no row, delete it" : "");
}

/* A row as wide as the header. Rows may all end with a delimiter, blanks may follow a row, and what has no name need not be
 * there. */
static bool right_width(ur_tabular *t)
{
    bool header = t->form == UR_FORM_HEADER, first = t->src->nrow == t->before;
    if (header && t->empty && t->field == t->name.n + 1 && (first || t->trailing || t->csv.delimiter == ' '))
        return t->trailing = true;
    if (header && t->field + 1 == t->name.n && !*ur_column_name(t, t->name.n - 1)) return true;
    return t->field == t->name.n;
}

static int end_row(ur_tabular *t)
{
    if (!t->header_done) {
        t->header_done = true;
        t->header_row = t->row;
        t->field = 0;
        if (t->csv.delimiter == ' ' && t->name.n > 1 && !*ur_column_name(t, t->name.n - 1)) t->name.n--;
        return ur_table_header(t);
    }
    if (!right_width(t)) return wrong_width(t);
    t->src->nrow++;
    ur_aside_row(t);
    t->field = 0;
    return 0;
}

/* ---- the file */

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);
    for (int i = 0; i < 2; i++) {
        static const char *const pack[] = { ".gz", ".xz" };
        if (n > 3 && strcasecmp(path + n - 3, pack[i]) == 0) n -= 3;
    }
    return n >= k && strncasecmp(path + n - k, ending, k) == 0;
}

/* What the name of a file says that it is; where it says nothing, what the options say. */
static int find_form(ur_tabular *t, const char *path)
{
    static const struct {
        const char *ending;
        ur_form form;
    } known[] = {
        { ".csv", UR_FORM_HEADER },    { ".tsv", UR_FORM_HEADER },    { ".tab", UR_FORM_HEADER },
        { ".conllu", UR_FORM_CONLLU }, { ".conll", UR_FORM_COLUMNS }, { ".iob", UR_FORM_COLUMNS },
        { ".iob2", UR_FORM_COLUMNS },  { ".bio", UR_FORM_COLUMNS },   { ".bioes", UR_FORM_COLUMNS },
    };
    const ur_read_options *o = t->in->o;
    t->form = o->form;
    for (size_t i = sizeof known / sizeof *known; i-- > 0;)
        if (ends_with(path, known[i].ending)) t->form = known[i].form;
    t->in->r->form = t->form;
    if (!o->form_said || t->form == o->form) return 0;
    return ur_raw_remark(t->in->r, t->e, "%s: is read as its name says, %s; --columns is for files whose names say nothing", path,
                         t->form == UR_FORM_HEADER   ? "a table with a header"
                         : t->form == UR_FORM_CONLLU ? "CoNLL-U"
                                                     : "a column file");
}

/* what splits the fields: what was asked for, what the file says of itself, what its first lines show */
static void find_delimiter(ur_tabular *t)
{
    const ur_read_options *o = t->in->o;
    char said = 0;
    if (ur_sep_line(&t->csv.w, &said)) t->row++;
    t->csv.delimiter = o->delimiter ? o->delimiter
                       : said       ? said
                       : ends_with(t->path, ".tsv") || ends_with(t->path, ".tab")
                           ? '\t'
                           : ur_find_delimiter(&t->csv.w, t->in->r->manner.delimiter);
}

/* How the file begins: a mark, what is no table, lines before the header, the delimiter. */
static int beginning(ur_tabular *t)
{
    ur_window *w = &t->csv.w;
    size_t skipped;
    ur_kind kind;
    if (ur_file_kind(&kind, w->p, (size_t)(w->end - w->p), t->form == UR_FORM_HEADER ? UR_FOR_TABLE : UR_FOR_SYMBOLS))
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s: %s; %s", t->path, kind.is, kind.mend);
    if (w->end - w->p >= 3 && memcmp(w->p, "\xEF\xBB\xBF", 3) == 0) w->p += 3;
    if (w->end - w->p >= 4 && memcmp(w->p, "\"\xEF\xBB\xBF", 4) == 0) { /* within the quotes of the first field */
        w->p += 3;
        *w->p = '"';
    }
    int rc = ur_skip_lines(w, t->in->r->manner.skip, &skipped, t->e);
    if (rc == UNROLL_ERROR_DATA)
        return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: a line of more than %u bytes", t->path, skipped + 1, UR_MAX_FIELD);
    t->row += skipped;
    if (t->form != UR_FORM_HEADER) ur_window_lines(w);
    if (t->form == UR_FORM_HEADER) {
        find_delimiter(t);
    } else if (t->form == UR_FORM_CONLLU) {
        t->csv.delimiter = '\t';
        t->csv.width = UR_CONLLU_COLUMNS;
    }
    return rc;
}

static int parse(ur_tabular *t)
{
    static int (*const next[])(ur_csv *, char **, size_t *, ur_err *) = { ur_csv_next, ur_columns_next, ur_conllu_next };
    char *s;
    size_t n;
    int rc = beginning(t), what;
    while (!rc && (what = next[t->form](&t->csv, &s, &n, t->e)) != UR_CSV_END) {
        if (what < 0) return what;
        if (what == UR_CSV_OPEN)
            return ur_fail(t->e, UNROLL_ERROR_DATA, "%s:%zu: a quote is opened here and never closed", t->path, t->row);
        if (what == UR_CSV_LONG)
            return ur_fail(t->e, UNROLL_ERROR_DATA,
                           t->form == UR_FORM_HEADER ? "%s:%zu: a field of more than %u bytes; a quote may be open"
                                                     : "%s:%zu: a line of more than %u bytes",
                           t->path, t->row, UR_MAX_FIELD);
        if (t->csv.torn)
            return ur_fail(t->e, UNROLL_ERROR_DATA,
                           "%s:%zu: a quote within a quoted field, and then a line end: is the field closed where it should be? "
                           "a quote inside one is written twice",
                           t->path, t->row);
        if (what == UR_CSV_BLANK) t->any_break = t->any_break || t->header_done;
        else if (what != UR_CSV_SKIP) rc = field(t, s, n);
        if (!rc && what == UR_CSV_LAST) rc = end_row(t);
        t->row += what != UR_CSV_FIELD;
    }
    if (!rc && !t->header_done && t->form == UR_FORM_HEADER)
        rc = ur_fail(t->e, UNROLL_ERROR_DATA, "%s: is empty; a table needs a header row and rows", t->path);
    if (!rc && !t->header_done)
        rc = ur_fail(t->e, UNROLL_ERROR_DATA, "%s: %s; a column file needs a row for each word", t->path,
                     t->row == 1                 ? "is empty"
                     : t->form == UR_FORM_CONLLU ? "has blank lines and comments alone"
                                                 : "has blank lines alone");
    return rc;
}

/* ---- what the whole file tells */

/* A blank line after every row is how the file was written, and no example. In a table of one column of numbers others may be
 * cells that are missing. */
static int settle_breaks(ur_tabular *t)
{
    ur_source *s = t->src;
    size_t rows = s->nrow - t->before, parts = s->brk.n - t->breaks;
    if (t->form != UR_FORM_HEADER || t->group >= 0 || !s->rows_are_positions || rows < 2 || parts < 2) return 0;
    if (parts < rows) {
        bool perhaps_missing = t->name.n == 1 && s->bound[0].cell == UR_CELL_NUMBER;
        return ur_raw_remark(t->in->r, t->e, "%s: blank lines cut the table into %zu examples%s", t->path, parts,
                             perhaps_missing ? "; where they are values that are missing, write NA in them" : "");
    }
    s->brk.n = t->breaks + 1;
    return ur_raw_remark(t->in->r, t->e,
                         "%s: a blank line follows every row; they count for nothing, and all rows are one example", t->path);
}

static int settle_column(ur_tabular *t, size_t col, const ur_target *g, char *found)
{
    ur_bound *b = &t->src->bound[g->bound];
    ur_marks *m = &t->marks[g - t->target];
    ur_marks_rule rule = { .path = t->path,
                           .column = ur_column_name(t, col),
                           .table = t->met,
                           .decimal = t->in->o->decimal,
                           .usual = t->in->r->manner.decimal,
                           .delimiter = t->csv.delimiter };
    char decimal = 0;
    int rc = ur_marks_settle(m, &rule, t->in->r, &decimal, t->e);
    if (rc) return rc;
    ur_marks_apply(m, decimal, b->num);
    if (g->truths &&
        ur_raw_remark(t->in->r, t->e, "%s, column %s: TRUE and FALSE are read as the numbers 1 and 0: %zu of %zu cells", t->path,
                      rule.column, g->truths, t->src->nrow - t->before))
        return UNROLL_ERROR_MEMORY;
    if (decimal) *found = *found && *found != decimal ? '?' : decimal;
    for (int i = 0; i < 2 && b->kind == UR_COUNT; i++)
        for (size_t k = 0; k < m->at[i].n; k++)
            if (b->num[m->at[i].v[k]] < 0 || b->num[m->at[i].v[k]] != __builtin_floor(b->num[m->at[i].v[k]]))
                return ur_fail(
                    t->e, UNROLL_ERROR_DATA,
                    "%s:%zu: column %s: '%s' is not a count: counts are whole numbers from 0; where it has a mark between thousands: --decimal %s",
                    t->path, m->row[i + 2], rule.column, m->like[i + 2], i ? "point" : "comma");
    return 0;
}

static int settle(ur_tabular *t)
{
    char found = 0;
    int rc = settle_breaks(t);
    if (!rc) rc = ur_aside_settle(t);
    for (size_t c = 0; c < t->name.n && !rc; c++)
        for (int k = t->first[c]; k >= 0 && !rc; k = t->target[k].next) {
            const ur_bound *b = &t->src->bound[t->target[k].bound];
            if (b->cell == UR_CELL_NUMBER && b->kind != UR_TIME) rc = settle_column(t, c, &t->target[k], &found);
        }
    if (found && found != '?' && !t->in->r->manner.decimal) t->in->r->manner.decimal = found;
    return rc;
}

static void free_table(ur_tabular *t)
{
    ur_csv_close(&t->csv);
    ur_buf_free(&t->names);
    ur_free(t->name.v);
    ur_vocab_free(t->lookup);
    ur_free(t->twice.v);
    ur_free(t->aside);
    ur_free(t->part);
    ur_free(t->column.v);
    ur_free(t->first);
    for (size_t k = 0; t->marks && k < t->ntarget; k++) ur_marks_free(&t->marks[k]);
    ur_free(t->marks);
    ur_free(t->target);
}

int ur_table_read(ur_ingest *in, const char *path, ur_err *e)
{
    ur_tabular t = { .in = in,
                     .path = strcmp(path, "-") == 0 ? "standard input" : path,
                     .e = e,
                     .row = 1,
                     .group = -1,
                     .when = -1,
                     .any_break = true };
    int rc = ur_csv_open(&t.csv, path, e);
    if (!rc && ur_array_begins(&t.csv.w, UR_REAL))
        rc = ur_fail(e, UNROLL_ERROR_USAGE, "%s: is an array, not a table; say which of the model's data it is: NAME=%s", t.path,
                     path);
    if (!rc) rc = find_form(&t, path);
    if (!rc) rc = parse(&t);
    if (!rc) rc = settle(&t);
    if (!rc && t.src->nrow == t.before) rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: has a header and no rows", t.path);
    free_table(&t);
    return rc;
}

int ur_tables_finish(ur_ingest *in, ur_err *e)
{
    int rc = 0;
    for (ur_source *s = in->source; s && !rc; s = s->next) rc = ur_source_finish(in, s, e);
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
