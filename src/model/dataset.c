/* dataset.c: data as users hold them: from files, from arrays, slices of either, and what joins a history to what follows it.
 * Must not know plans. Invariant: a ur_raw is never changed once a slice or a fit has seen it; slices by time remember the
 * whole they were cut from (counted references), so that a validation part can read the rows before it. */
#include "model/model.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

static void source_drop(ur_holding *s)
{
    if (s && __atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL) == 0) {
        ur_raw_free(s->raw);
        ur_free(s);
    }
}

int ur_data_wrap(unroll_data **out, unroll_model *m, ur_raw *raw, ur_err *e)
{
    unroll_data *d = ur_zalloc(sizeof *d);
    ur_holding *s = ur_zalloc(sizeof *s);
    if (!d || !s) {
        ur_free(d);
        ur_free(s);
        ur_raw_free(raw);
        return ur_nomem(e);
    }
    *s = (ur_holding){ raw, 1 };
    *d = (unroll_data){ .m = m, .raw = raw, .src = s };
    *out = d;
    return 0;
}

void unroll_data_free(unroll_data *d)
{
    if (!d) return;
    source_drop(d->src);
    source_drop(d->whole);
    for (int i = 0; i < d->nspec; i++) ur_free(d->spec[i]);
    ur_free(d->spec);
    ur_free(d);
}

int unroll_data_new(unroll_data **out, unroll_model *m, size_t examples)
{
    ur_err *e = ur_model_error();
    if (!out || !m) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_new: no model, or no place for the data");
    if (examples > INT32_MAX) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_new: %zu examples are too many", examples);
    ur_raw *r = NULL;
    TRY(ur_raw_new(&r, &m->graph->schema, examples, e));
    return ur_data_wrap(out, m, r, e);
}

/* ---- arrays */
/* the number of the datum that a call sets; or a negative error */
static int target(unroll_data *d, const char *name, bool numbers, const char *call, ur_err *e)
{
    if (!d || !name) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: no data or no name", call);
    if (d->src->refs > 1 || d->whole)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: the data have been sliced already; set them before", call);
    int i = ur_model_data(d->m, name);
    if (i < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: the model has no data %s", call, name);
    if (numbers == UR_IS_SYMBOL(d->m->graph->data[i].kind))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %s is %s", call, name,
                       numbers ? "a symbol: use unroll_data_set_texts" : "a number: use unroll_data_set_numbers");
    return i;
}

int unroll_data_set_numbers(unroll_data *d, const char *name, const size_t *lengths, const double *values)
{
    ur_err *e = ur_model_error();
    int i = target(d, name, true, "unroll_data_set_numbers", e);
    if (i >= 0 && !values) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_set_numbers: no numbers for %s", name);
    return i < 0 ? i : ur_raw_set_numbers(d->raw, &d->m->graph->schema, i, lengths, values, e);
}

int unroll_data_set_texts(unroll_data *d, const char *name, const size_t *lengths, const char *const *texts)
{
    ur_err *e = ur_model_error();
    int i = target(d, name, false, "unroll_data_set_texts", e);
    if (i >= 0 && !texts) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_set_texts: no texts for %s", name);
    return i < 0 ? i : ur_raw_set_texts(d->raw, &d->m->graph->schema, i, lengths, texts, e);
}

/* ---- files and slices */
/* a step that the caller says, for times that are there and of its kind */
static int pace_said(const unroll_model *m, ur_raw *raw, const char *step, ur_err *e)
{
    ur_when w;
    size_t *own = NULL;
    if (!ur_pace_parse(step, &raw->pace))
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "there is no step \"%s\": it is a number of months, quarters, years, weeks, days, bdays (business days), hours, min or s, such as 1month or 15min",
            step);
    int rc = ur_raw_when(&w, &m->graph->schema, raw, ur_raw_root(&m->graph->schema, raw), &own, e);
    ur_free(own);
    if (rc) return rc;
    if (!w.t) return ur_fail(e, UNROLL_ERROR_USAGE, "a step says how times go on, and the data have no column of times");
    if (w.date == (raw->pace.kind == UR_PACE_NUMBER))
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       w.date ? "%s holds dates: a step of %s needs a unit, such as 1month or 15min"
                              : "%s holds plain numbers: a step of them is a number, not %s",
                       w.name, step);
    if (w.form.digits > raw->pace.digits) raw->pace.digits = w.form.digits;
    return 0;
}

/* the files that data came from, or those that they are a part of */
static int note_files(unroll_data *d, const char *const *spec, size_t nspec, ur_err *e)
{
    if (!(d->spec = ur_zalloc((nspec + 1) * sizeof *d->spec))) return ur_nomem(e);
    for (size_t i = 0; i < nspec; i++, d->nspec++)
        if (!(d->spec[i] = ur_strdup(spec[i]))) return ur_nomem(e);
    return 0;
}

/* raw, which is a part of d: owned by the result, and freed where there is none */
static int wrap_part(unroll_data **out, const unroll_data *d, ur_raw *raw, ur_err *e)
{
    unroll_data *part = NULL;
    TRY(ur_data_wrap(&part, d->m, raw, e));
    int rc = note_files(part, (const char *const *)d->spec, (size_t)d->nspec, e);
    if (rc) unroll_data_free(part);
    else *out = part;
    return rc;
}

int unroll_data_read(unroll_data **out, unroll_model *m, const char *const *spec, size_t nspec, const unroll_read_options *o)
{
    ur_err *e = ur_model_error();
    if (!out || !m || (nspec && !spec))
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: no model, no files, or no place for the data");
    if (nspec > INT32_MAX) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: %zu files are too many", nspec);
    for (size_t i = 0; i < nspec; i++)
        if (!spec[i]) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: file number %zu has no name", i + 1);
    unroll_read_options opt = UNROLL_READ_INIT;
    ur_options_read(&opt, o, sizeof opt);
    if (opt.columns < -1 || opt.columns > UNROLL_COLUMNS_CONLLU)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: there are no columns of kind %d", opt.columns);
    if (opt.like && opt.like->m != m)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: the data to read like were read for another model");
    const ur_raw *like = opt.like ? opt.like->raw : NULL;
    if (opt.delimiter &&
        (opt.delimiter < 0 || opt.delimiter > 126 || strchr("\"\r\n.+-", opt.delimiter) || isalnum(opt.delimiter)))
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "unroll_data_read: fields cannot be split by character %d; a comma, a semicolon, a tab, '|' or ' ' can do it",
            opt.delimiter);
    if (opt.decimal && opt.decimal != '.' && opt.decimal != ',')
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: the decimal mark is '.' or ','");
    if (opt.dates && opt.dates != 'd' && opt.dates != 'm')
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: dates have the day ('d') or the month ('m') first");
    if (opt.skip < -1)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_read: %d lines to be left out: there is no such number", opt.skip);
    ur_read_options ro = { .group = opt.group,
                           .stream = opt.stream != 0,
                           .bound = like ? like->bound : m->rec.bound,
                           .missing = opt.missing,
                           .delimiter = (char)opt.delimiter,
                           .decimal = (char)opt.decimal,
                           .dates = (char)opt.dates,
                           .skip = opt.skip,
                           .kept = like ? &like->manner : &m->rec.manner };
    ro.form_said = opt.columns != 0;
    ro.form = ro.form_said ? (ur_form)(opt.columns > 0 ? opt.columns : UNROLL_COLUMNS_HEADER) : like ? like->form : m->rec.form;
    ur_raw *raw = NULL;
    TRY(ur_raw_read(&raw, &m->graph->schema, spec, (int)nspec, &ro, e));
    unroll_data *d = NULL;
    int said = opt.step ? pace_said(m, raw, opt.step, e) : 0;
    if (!said && opt.regular) said = ur_raw_regular(raw, &m->graph->schema, e);
    if (said) {
        ur_raw_free(raw);
        return said;
    }
    TRY(ur_data_wrap(&d, m, raw, e));
    int rc = note_files(d, spec, nspec, e), present = 0;
    for (int i = 0; i < m->ndata; i++) present += raw->col[i].present;
    if (!rc && nspec && m->ndata && !present) rc = ur_absent_error(m, d, 0, e);
    if (rc) {
        unroll_data_free(d);
        return rc;
    }
    *out = d;
    return 0;
}

size_t unroll_data_units(const unroll_data *d) { return d ? ur_raw_units(&d->m->graph->schema, d->raw) : 0; }

int unroll_data_slice(unroll_data **out, const unroll_data *d, size_t from, size_t to)
{
    ur_err *e = ur_model_error();
    if (!out || !d) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_slice: no data, or no place for the slice");
    size_t n = unroll_data_units(d);
    if (from > to || to > n)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_slice: [%zu, %zu) does not lie in [0, %zu)", from, to, n);
    ur_raw *raw = NULL;
    TRY(ur_raw_slice(&raw, &d->m->graph->schema, d->raw, from, to, e));
    unroll_data *s = NULL;
    TRY(wrap_part(&s, d, raw, e));
    if (d->raw->n == 1 && ur_root_index(&d->m->graph->schema) >= 0) {
        s->whole = d->whole ? d->whole : d->src; /* of a slice's slice too, all that came before */
        s->from = d->from + from;
        __atomic_add_fetch(&s->whole->refs, 1, __ATOMIC_ACQ_REL);
    }
    *out = s;
    return 0;
}

int unroll_data_leave_out(unroll_data *d, const char *name)
{
    ur_err *e = ur_model_error();
    if (!d || !name) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_leave_out: no data or no name");
    if (d->src->refs > 1)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "unroll_data_leave_out: parts have been cut from the data already; leave it out of the parts");
    const ur_schema *g = &d->m->graph->schema;
    int k = ur_model_data(d->m, name), root = ur_raw_root(g, d->raw);
    if (k < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_leave_out: the model has no data %s", name);
    if (d->raw->col[k].present && d->raw->n == 1 && root >= 0 && ur_datum_carries(g, &g->data[k], root))
        return ur_raw_hide(d->raw, g, k, 0, e);
    ur_raw_drop(d->raw, g, k);
    return 0;
}

int unroll_data_pick(unroll_data **out, const unroll_data *d, const size_t *which, size_t n)
{
    ur_err *e = ur_model_error();
    if (!out || !d || (n && !which))
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_pick: no data, no examples, or no place for them");
    for (size_t i = 0; i < n; i++)
        if (which[i] >= d->raw->n)
            return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_pick: there is no example %zu, the data have %zu", which[i],
                           d->raw->n);
    ur_raw *raw = NULL;
    TRY(ur_raw_pick(&raw, &d->m->graph->schema, d->raw, which, n, e));
    return wrap_part(out, d, raw, e);
}

/* ---- joining */
int ur_history_join(ur_raw **out, const ur_schema *g, const ur_raw *a, const ur_raw *b, size_t *na, ur_err *e)
{
    if (a->n != 1 || b->n != 1 || ur_raw_root(g, b) < 0)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                       "a history is possible where the data and their history are one sequence each");
    *na = ur_raw_units(g, a);
    return ur_raw_join(out, g, a, b, e);
}

/* ---- what is not there */
int ur_absent_error(const unroll_model *m, const unroll_data *d, int datum, ur_err *e)
{
    const char *name = m->graph->data[datum].name, *bound = m->rec.bound[datum];
    const ur_raw *r = d->raw;
    if (!r->ncolumns)
        return ur_fail(e, UNROLL_ERROR_DATA,
                       d->nspec ? "the model's data \"%s\" is in none of the files; give it by %s=FILE"
                                : "the model's data \"%s\" is not set",
                       name, name);
    for (int i = 0; i < r->ncolumns; i++)
        if (!strcmp(r->columns[i], bound ? bound : name))
            return m->ndata == 1
                       ? ur_fail(
                             e, UNROLL_ERROR_DATA,
                             "%s= leaves out all that the model knows, so nothing says how much to predict: without %s=, cells that are empty "
                             "are filled in, and a horizon comes after the last row",
                             name, name)
                       : ur_fail(e, UNROLL_ERROR_DATA,
                                 "the model's data \"%s\" is left out by %s=, and what is asked for needs it: take %s= away",
                                 name, name, name);
    ur_buf b = { 0 }, lacks = { 0 };
    ur_column_list(&b, r, bound ? bound : name);
    const char *meant = bound ? ur_column_lacks(&lacks, r, bound) : NULL;
    if (bound && !lacks.n) meant = ur_closest(bound, r->columns, r->ncolumns);
    if (r->manner.skip)
        ur_buf_printf(&b, ", after the %zu lines that --skip leaves out; --skip 0 leaves out none", r->manner.skip);
    const char *near = ur_closest(name, r->columns, r->ncolumns), *list = b.n && !b.bad ? b.s : "";
    bool text = UR_IS_SYMBOL(m->graph->data[datum].kind) && m->graph->data[datum].kind != UR_SYMBOL;
    size_t width = ur_datum_width(&m->graph->schema, &m->graph->data[datum]);
    int rc =
        width > 1 && !bound && !near
            ? ur_fail(
                  e, UNROLL_ERROR_DATA,
                  "the model's data \"%s\" is in none of the files (columns: %s); it has %zu components: bind them by %s=A,B,C or %s=A..C",
                  name, list, width, name, name)
        : bound
            ? ur_fail(
                  e, UNROLL_ERROR_DATA,
                  "the model's data \"%s\" was bound to column %s when it was fitted, which none of the files has (columns: %s)%s%s%s%s%s; bind another by %s=\"Column name\"",
                  name, bound, list, lacks.n ? ": " : "", lacks.n && !lacks.bad ? lacks.s : "", meant ? "; did you mean " : "",
                  meant ? meant : "", meant ? "?" : "", name)
        : near
            ? ur_fail(e, UNROLL_ERROR_DATA,
                      "the model's data \"%s\" is in none of the files (columns: %s); did you mean %s? bind it by %s=\"%s\"",
                      name, list, near, name, near)
            : ur_fail(e, UNROLL_ERROR_DATA,
                      "the model's data \"%s\" is in none of the files (columns: %s); bind a column by %s=\"Column name\"%s%s%s",
                      name, list, name, text ? ", or give a text by " : "", text ? name : "", text ? "=FILE" : "");
    ur_buf_free(&b);
    ur_buf_free(&lacks);
    return rc;
}

static int check_support(const unroll_model *m, const unroll_data *d, const ur_like *l, ur_err *e)
{
    const ur_series *s = &d->raw->col[l->datum].raw;
    ur_support support = l->law ? ur_law_support(l->law) : ur_dist_support(l->dist);
    size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[l->datum]);
    if (support == UR_SUPPORT_WHOLE) /* densities go on between whole numbers; of a count none is there */
        return 0;
    for (size_t i = 0; s->num && i < s->nrow; i++) {
        for (size_t k = 0; k < w; k++) {
            double v = s->num[i * w + k];
            if (!ur_raw_has(s, i, w, k)) continue;
            if (l->law ? ur_law_supports(l->law, v) : ur_supports(support, v)) continue;
            ur_buf where = { 0 };
            ur_datum_place(&where, &m->graph->schema, d->raw, l->datum, i);
            int rc = where.bad ? ur_nomem(e)
                               : ur_fail(e, UNROLL_ERROR_DATA,
                                         "%s is %g at %s, and %s draws %s; choose another distribution, or leave the value empty",
                                         m->graph->data[l->datum].name, s->num[i * w + k], where.s, ur_like_name(l),
                                         ur_support_words(support));
            ur_buf_free(&where);
            return rc;
        }
    }
    return 0;
}

int ur_data_present(const unroll_model *m, const unroll_data *d, bool drawn_too, ur_err *e)
{
    for (int i = 0; i < m->ndata; i++)
        if (!d->raw->col[i].present && (drawn_too || !m->graph->data[i].drawn)) return ur_absent_error(m, d, i, e);
    for (int l = 0; drawn_too && l < m->graph->nlike; l++)
        if (!UR_IS_SYMBOL(m->graph->data[m->graph->like[l].datum].kind)) TRY(check_support(m, d, &m->graph->like[l], e));
    return 0;
}
