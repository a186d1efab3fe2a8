/* From what the user names (tables, texts, arrays, bindings) to raw examples.
 * Knows no formats: table.c, text.c and array.c do. Invariant: a binding is of a datum, and a datum has one. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "data/marks.h"

static bool name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && ((c >= '0' && c <= '9') || c == '.')) ||
           (unsigned char)c >= 0x80;
}

/* Length of NAME in NAME=…, 0 when the spec is a path. A path that exists and holds a '=' is a path. */
static size_t bound_name(const char *spec)
{
    size_t n = 0;
    while (name_char(spec[n], n == 0)) n++;
    return n && spec[n] == '=' && access(spec, F_OK) != 0 ? n : 0;
}

static int unknown_datum(const ur_schema *g, const char *spec, size_t n, ur_err *e)
{
    char name[UR_MAX_NAME + 1];
    const char *near = NULL;
    size_t best = 4;
    if (n > UR_MAX_NAME) n = UR_MAX_NAME;
    memcpy(name, spec, n);
    name[n] = 0;
    for (int d = 0; d < g->ndata; d++) {
        size_t k = ur_edit_distance(name, g->data[d].name);
        if (k < best) {
            best = k;
            near = g->data[d].name;
        }
    }
    return ur_fail(e, UNROLL_ERROR_USAGE, "%s: the model has no data called %s%s%s%s", spec, name, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static int add_binding(ur_ingest *in, const char *spec, size_t n, ur_err *e)
{
    ur_binding *b = &in->binding[in->nbinding];
    const char *value = spec + n + 1;
    size_t len = strlen(value);
    b->datum = -1;
    for (int d = 0; d < in->g->ndata; d++)
        if (strlen(in->g->data[d].name) == n && memcmp(in->g->data[d].name, spec, n) == 0) b->datum = d;
    if (b->datum < 0) return unknown_datum(in->g, spec, n, e);
    for (int i = 0; i < in->nbinding; i++)
        if (in->binding[i].datum == b->datum)
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %s is given twice", spec, in->g->data[b->datum].name);
    b->quoted = len >= 2 && (value[0] == '"' || value[0] == '\'') && value[len - 1] == value[0];
    if (!(b->value = ur_strdup(b->quoted ? value + 1 : value))) return ur_nomem(e);
    if (b->quoted) b->value[len - 2] = 0;
    in->nbinding++;
    return 0;
}

/* The binding names a column that no table has, or, without quotes, neither that nor a file: says which columns there are. */
static int no_such_column(const ur_ingest *in, const ur_binding *b, ur_err *e)
{
    const char *name = in->g->data[b->datum].name, *near = ur_closest(b->value, in->r->columns, in->r->ncolumns);
    if (!in->r->ncolumns)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s=\"%s\" names a column, but no table is given", name, b->value);
    ur_buf list = { 0 }, lacks = { 0 };
    ur_column_list(&list, in->r, b->value);
    const char *meant = ur_column_lacks(&lacks, in->r, b->value);
    near = lacks.n ? meant : near;
    int rc = list.bad || lacks.bad ? ur_nomem(e)
             : lacks.n             ? ur_fail(e, UNROLL_ERROR_DATA, "%s=%s: %s (columns: %s)", name, b->value, lacks.s, list.s)
             : b->quoted ? ur_fail(e, UNROLL_ERROR_DATA, "%s=\"%s\": no table has a column of this name (columns: %s)", name,
                                   b->value, list.s)
                         : ur_fail(e, UNROLL_ERROR_DATA, "%s=%s: there is neither a column nor a file of this name (columns: %s)",
                                   name, b->value, list.s);
    bool digits = b->value[strspn(b->value, "0123456789")] == 0, number = digits && in->r->form == UR_FORM_HEADER;
    near = digits && !number ? NULL : near; /* column 1 for 17 is no mend */
    if ((near || number) && !list.bad) {
        size_t n = strlen(e->text);
        snprintf(e->text + n, sizeof e->text - n,
                 number ? "; a file without a header is read with --columns numbers" : "; did you mean the column %s?", near);
    }
    ur_buf_free(&list);
    ur_buf_free(&lacks);
    return rc;
}

/* name=value that no table took: a text or array file. */
static int read_text(ur_ingest *in, ur_binding *b, ur_err *e)
{
    if (b->used || !*b->value) /* name=: left out */
        return 0;
    if (b->quoted) return no_such_column(in, b, e);
    if (strcmp(b->value, "-") != 0 && access(b->value, F_OK) != 0 && in->r->ncolumns) return no_such_column(in, b, e);
    b->used = true;
    return ur_text_read(in, b->datum, b->value, e);
}

static int read_all(ur_ingest *in, const char *const *spec, int nspec, ur_err *e)
{
    int rc = 0, ntable = 0;
    for (int i = 0; i < nspec && !rc; i++) {
        size_t n = bound_name(spec[i]);
        if (n) rc = add_binding(in, spec[i], n, e);
    }
    for (int i = 0; i < nspec && !rc; i++) {
        if (bound_name(spec[i])) continue;
        rc = ur_table_read(in, spec[i], e);
        ntable++;
    }
    if (!rc && in->r->manner.group && !in->group_kept && !ntable)
        return ur_fail(e, UNROLL_ERROR_USAGE, "--group %s needs a table", in->r->manner.group);
    if (!rc) rc = ur_tables_finish(in, e);
    for (int i = 0; i < in->nbinding && !rc; i++) rc = read_text(in, &in->binding[i], e);
    return rc;
}

/* ---- all of it */

/* Symbols in the rows of one table are one long sequence: the table ends where it does, its last row need not end anything.
 * Groups of rows, sentences and texts are sequences that end. */
static bool one_series(const ur_ingest *in)
{
    bool rows = false;
    for (int d = 0; d < in->g->ndata; d++) {
        const ur_datum *u = &in->g->data[d];
        bool ends = u->nidx && UR_IS_SYMBOL(u->kind) && ur_index_ends(in->g, u->idx[u->nidx - 1]);
        if (ends && (u->kind != UR_SYMBOL || u->nidx != 1)) return false;
        rows = rows || (ends && in->r->col[d].present);
    }
    return rows && in->r->n == 1 && !in->r->label;
}

int ur_raw_read(ur_raw **out, const ur_schema *g, const char *const *spec, int nspec, const ur_read_options *o, ur_err *e)
{
    static const ur_read_options none;
    ur_err own = { 0 };
    ur_ingest in = { .g = g, .o = o ? o : &none };
    if (!e) e = &own;
    int rc = ur_raw_new(&in.r, g, 0, e);
    if (!rc && !(in.binding = ur_zalloc(sizeof *in.binding * (size_t)(nspec + 1)))) rc = ur_nomem(e);
    if (!rc) rc = ur_ingest_begin(&in, e);
    if (!rc) rc = read_all(&in, spec, nspec, e);
    if (!rc) rc = ur_ingest_unmet(&in, e);
    ur_tables_free(&in);
    for (int i = 0; i < in.nbinding; i++) ur_free(in.binding[i].value);
    ur_free(in.binding);
    ur_ingest_end(&in);
    if (rc) {
        ur_raw_free(in.r);
        return rc;
    }
    in.r->stream = in.o->stream || one_series(&in);
    *out = in.r;
    return 0;
}
