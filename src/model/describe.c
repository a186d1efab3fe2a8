/* describe.c: what data hold, in one line: files, examples, rows, columns, missing values, times.
 * Must not know how data were read. Invariant: a count is of what the model will see. */
#include "data/parts.h"
#include "model/times.h"
#include <string.h>

static void grouped(ur_buf *b, size_t v) /* 250000: 250,000 */
{
    if (v < 1000) {
        ur_buf_printf(b, "%zu", v);
        return;
    }
    grouped(b, v / 1000);
    ur_buf_printf(b, ",%03zu", v % 1000);
}

/* "250 rows", "1 row" */
static void counted(ur_buf *b, size_t n, const char *what)
{
    grouped(b, n);
    ur_buf_printf(b, " %s%s", what, n == 1 ? "" : "s");
}

/* the files, but for bindings of columns */
static void files(const unroll_data *d, ur_buf *b)
{
    bool any = false;
    for (int i = 0; i < d->nspec; i++) {
        const char *spec = d->spec[i], *eq = strchr(spec, '=');
        bool binding = eq && !eq[1];
        for (int k = 0; eq && k < d->m->ndata && !binding; k++) {
            const char *name = d->m->graph->data[k].name;
            binding = strlen(name) == (size_t)(eq - spec) && !memcmp(name, spec, strlen(name)) && d->raw->bound[k];
        }
        if (binding) continue;
        ur_buf_printf(b, "%s%s", any ? ", " : "", strcmp(spec, "-") ? spec : "standard input");
        any = true;
    }
    if (any) ur_buf_printf(b, ": ");
}

static const char *unit_of(const unroll_data *d, int datum)
{
    ur_data_kind kind = d->m->graph->data[datum].kind;
    bool table = d->raw->ncolumns > 0;
    if (kind == UR_CHARS) return "character";
    if (kind == UR_BYTES) return "byte";
    if (kind == UR_WORDS || (kind == UR_PIECES && !d->raw->col[datum].cut)) return "word";
    return kind == UR_PIECES ? "piece" : table ? "row" : "position";
}

/* positions along each index that has no parent, in words of the first datum along it */
static void lengths(const unroll_data *d, ur_buf *b)
{
    const ur_schema *g = &d->m->graph->schema;
    int axis[UR_MAX_RAGGED], several = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < g->nindex; i++) {
            int first = -1;
            size_t n = 0;
            for (int k = 0; k < d->m->ndata && first < 0; k++)
                if (d->raw->col[k].present && ur_datum_axes(g, &g->data[k], axis) > 0 && axis[0] == i) first = k;
            if (first < 0 || g->index[i].parent >= 0 || !d->raw->extent[i].len) continue;
            several += !pass;
            if (!pass) continue;
            for (size_t x = 0; x < d->raw->n; x++) n += (size_t)d->raw->extent[i].len[x];
            ur_buf_printf(b, ", ");
            counted(b, n,
                    ur_datum_axes(g, &g->data[first], axis) > 1 && g->data[first].kind == UR_CHARS ? "word" : unit_of(d, first));
            if (several > 1) ur_buf_printf(b, " of %s", g->data[first].name);
        }
}

static void columns(const unroll_data *d, ur_buf *b)
{
    const ur_schema *g = &d->m->graph->schema;
    for (int k = 0; k < d->m->ndata; k++) {
        const ur_column *c = &d->raw->col[k];
        const char *at = c->present && c->from ? strstr(c->from, ", column ") : NULL;
        size_t w = ur_datum_width(g, &g->data[k]);
        if (!at) continue;
        ur_buf_printf(b, ", %s", g->data[k].name);
        if (d->raw->bound[k]) ur_buf_printf(b, "=\"%s\"", d->raw->bound[k]);
        else if (w > 1) ur_buf_printf(b, " (%zu columns from %s)", w, at + strlen(", column "));
    }
}

static void missing(const unroll_data *d, ur_buf *b)
{
    for (int k = 0; k < d->m->ndata; k++) {
        const ur_series *s = &d->raw->col[k].raw;
        size_t n = 0, rows = 0, w = ur_datum_width(&d->m->graph->schema, &d->m->graph->data[k]);
        if (UR_IS_SYMBOL(d->m->graph->data[k].kind)) w = 1;
        for (size_t i = 0; d->raw->col[k].present && s->seen && i < s->nrow; i++) {
            rows += !s->seen[i];
            for (size_t c = 0; c < w && !s->seen[i]; c++) n += !ur_raw_has(s, i, w, c);
        }
        if (!n) continue;
        ur_buf_printf(b, ", ");
        counted(b, n, "missing value");
        ur_buf_printf(b, " of %s", d->m->graph->data[k].name);
        if (w > 1) ur_buf_printf(b, " in ");
        if (w > 1) counted(b, rows, "row");
    }
}

int unroll_data_describe(const unroll_data *d, int (*line)(const char *text, void *arg), void *arg)
{
    ur_err *e = ur_model_error();
    if (!d || !line) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_describe: no data, or nobody to tell");
    const ur_schema *g = &d->m->graph->schema;
    ur_buf b = { 0 };
    files(d, &b);
    counted(&b, d->raw->n, "example");
    if (d->raw->label) ur_buf_printf(&b, " (by %s)", d->raw->label_name);
    lengths(d, &b);
    columns(d, &b);
    missing(d, &b);
    int root = ur_raw_root(g, d->raw), rc = ur_times_span(g, d->raw, root, &b, e);
    if (!rc && b.bad) rc = ur_nomem(e);
    if (!rc) line(b.s, arg);
    ur_buf_free(&b);
    return rc;
}
