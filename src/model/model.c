/* model.c: models as users hold them: opening, asking, parameters, symbols, and this thread's error.
 * Must not know how models are fitted or run. Invariant: `graph` always matches the vocabularies that are known. */
#include "model/model.h"
#include <math.h>
#include <string.h>

static _Thread_local ur_err last;

ur_err *ur_model_error(void)
{
    last.code = 0;
    last.text[0] = 0;
    return &last;
}
const char *unroll_error(void) { return last.code ? last.text : ""; }
const char *unroll_version(void) { return UNROLL_VERSION; }
const char *unroll_cells(void) { return ur_cells_text; }

int ur_say(const char *text, int (*line)(const char *text, void *arg), void *arg)
{
    size_t n = strlen(text), cap = 4 * n + 8; /* a byte may become \x1B */
    char *shown = ur_alloc(cap);
    if (!shown) return UNROLL_ERROR_MEMORY;
    ur_shown(shown, cap, text, n, false);
    int stop = line(shown, arg) != 0;
    ur_free(shown);
    return stop;
}

void ur_record_free(ur_record *r, int ndata)
{
    for (int d = 0; d < ndata; d++) {
        if (r->freq) ur_free(r->freq[d]);
        if (r->order) ur_free(r->order[d]);
        if (r->usual) ur_free(r->usual[d]);
    }
    ur_free(r->freq);
    ur_free(r->nfreq);
    ur_free(r->naive);
    ur_free(r->longest);
    ur_free(r->order);
    ur_free(r->norder);
    ur_free(r->usual);
    ur_free(r->usual_of);
    ur_free(r->nusual);
    for (int d = 0; r->bound && d < ndata; d++) ur_free(r->bound[d]);
    ur_free(r->bound);
    ur_manner_free(&r->manner);
    memset(r, 0, sizeof *r);
}

int ur_record_new(ur_record *r, int ndata, ur_err *e)
{
    size_t n = ndata > 0 ? (size_t)ndata : 1;
    memset(r, 0, sizeof *r);
    r->freq = ur_zalloc(n * sizeof *r->freq);
    r->nfreq = ur_zalloc(n * sizeof *r->nfreq);
    r->naive = ur_zalloc(n * sizeof *r->naive);
    r->longest = ur_zalloc(n * sizeof *r->longest);
    r->order = ur_zalloc(n * sizeof *r->order);
    r->norder = ur_zalloc(n * sizeof *r->norder);
    r->usual = ur_zalloc(n * sizeof *r->usual);
    r->usual_of = ur_zalloc(n * sizeof *r->usual_of);
    r->nusual = ur_zalloc(n * sizeof *r->nusual);
    r->bound = ur_zalloc(n * sizeof *r->bound);
    if (!r->freq || !r->nfreq || !r->naive || !r->longest || !r->order || !r->norder || !r->usual || !r->usual_of || !r->nusual ||
        !r->bound) {
        ur_record_free(r, 0);
        return ur_nomem(e);
    }
    for (size_t d = 0; d < n; d++) r->naive[d] = NAN;
    r->train_loss = r->valid_loss = NAN;
    return 0;
}

bool ur_model_sized(const unroll_model *m)
{
    for (int d = 0; d < m->ndata; d++)
        if (UR_IS_SYMBOL(ur_program_datum(m->prog, d)->kind) && !(m->code && m->code[d].vocab)) return false;
    return true;
}

int ur_model_shape(unroll_model *m, ur_err *e)
{
    int *size = ur_zalloc((size_t)(m->ndata + 1) * sizeof *size);
    if (!size) return ur_nomem(e);
    for (int d = 0; d < m->ndata; d++) size[d] = m->code && m->code[d].vocab ? ur_vocab_size(m->code[d].vocab) : 0;
    ur_build_options o = { .size = size };
    ur_graph *g = NULL;
    int rc = ur_program_build(m->prog, &o, &g, e);
    ur_free(size);
    if (rc) return rc;
    bool sized = ur_model_sized(m), same = m->graph && m->graph->nweight == g->nweight && m->weight;
    double *w = NULL;
    if (sized && g->nweight > m->room) { /* before any memory is taken for them */
        rc = ur_fail(e, UNROLL_ERROR_FORMAT,
                     "%s: the file is damaged: its text has parameters of %zu numbers, its tensors at most %zu", m->name,
                     g->nweight, m->room);
        ur_graph_free(g);
        return rc;
    }
    if (sized && !same) {
        w = ur_zalloc((g->nweight + 1) * sizeof *w);
        if (!m->was_set) m->was_set = ur_zalloc((size_t)(g->nparam + 1));
        if (!w || !m->was_set) {
            ur_free(w);
            ur_graph_free(g);
            return ur_nomem(e);
        }
        ur_free(m->weight);
        m->weight = w;
        m->started = m->filed;
    }
    if (m->graph) ur_graph_free(m->graph);
    m->graph = g;
    m->sized = sized;
    return 0;
}

void ur_options_read(void *to, const void *from, size_t n)
{
    size_t size;
    if (!from) return;
    memcpy(&size, from, sizeof size);
    if (!size || size > n) size = n;
    memcpy(to, from, size - size % sizeof(void *));
}

int ur_settings_check(const unroll_setting *set, size_t nset, const char *call, ur_err *e)
{
    if (nset && !set) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %zu settings, and none is there", call, nset);
    if (nset > INT32_MAX) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %zu settings are too many", call, nset);
    for (size_t i = 0; i < nset; i++)
        if (!set[i].name) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: setting number %zu has no name", call, i + 1);
    return 0;
}

static int copy_settings(unroll_model *m, const unroll_setting *set, size_t nset, ur_err *e)
{
    if (!nset) return 0;
    m->set = ur_zalloc(nset * sizeof *m->set);
    if (!m->set) return ur_nomem(e);
    for (size_t i = 0; i < nset; i++) {
        char *name = ur_strdup(set[i].name);
        if (!name) return ur_nomem(e);
        m->set[m->nset++] = (ur_setting){ name, set[i].value };
    }
    return 0;
}

int ur_model_read(unroll_model **out, const char *text, size_t n, const char *name, const unroll_setting *set, size_t nset,
                  bool filed, const ur_file *f, ur_err *e)
{
    unroll_model *m = ur_zalloc(sizeof *m);
    if (!m) return ur_nomem(e);
    m->filed = filed;
    m->room = SIZE_MAX;
    if (f) m->room = 0;
    for (int i = 0; f && i < f->ntensor; i++) m->room += f->tensor[i].bytes / sizeof(float);
    int rc = 0;
    if (!(m->name = ur_strdup(name))) rc = ur_nomem(e);
    if (!rc) rc = copy_settings(m, set, nset, e);
    if (!rc) rc = (f ? ur_program_parse_filed : ur_program_parse)(&m->prog, text, n, m->name, m->set, m->nset, e);
    if (!rc) {
        m->ndata = ur_program_ndata(m->prog);
        rc = ur_record_new(&m->rec, m->ndata, e);
    }
    if (!rc) rc = ur_model_shape(m, e);
    if (rc) {
        unroll_close(m);
        return rc;
    }
    *out = m;
    return 0;
}

void unroll_close(unroll_model *m)
{
    if (!m) return;
    if (m->graph) ur_graph_free(m->graph);
    if (m->code) {
        ur_code_free(m->code, m->ndata);
        ur_free(m->code);
    }
    ur_record_free(&m->rec, m->ndata);
    if (m->prog) ur_program_free(m->prog);
    for (int i = 0; i < m->nset; i++) ur_free((void *)(uintptr_t)m->set[i].name);
    ur_free(m->set);
    ur_free(m->weight);
    ur_free(m->was_set);
    ur_free(m->name);
    ur_free(m);
}

int unroll_open_text(unroll_model **out, const char *text, size_t n, const char *name, const unroll_setting *set, size_t nset)
{
    ur_err *e = ur_model_error();
    if (!out || (!text && n)) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_open_text: no place for the model, or no text");
    TRY(ur_settings_check(set, nset, "unroll_open_text", e));
    return ur_model_read(out, text ? text : "", n, name ? name : "model", set, nset, false, NULL, e);
}

int unroll_open(unroll_model **out, const char *path, const unroll_setting *set, size_t nset)
{
    ur_err *e = ur_model_error();
    if (!out || !path) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_open: no place for the model, or no path");
    TRY(ur_settings_check(set, nset, "unroll_open", e));
    ur_file f = { 0 };
    int rc = ur_file_read_all(path, SIZE_MAX / 4, &f.raw, e);
    if (!rc && f.raw.n == 0)
        rc = ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is empty; expected a model text or a model file", path);
    ur_kind kind;
    if (!rc && ur_file_kind(&kind, f.raw.s, f.raw.n, UR_FOR_MODEL))
        rc = ur_fail(e, UNROLL_ERROR_FORMAT, "%s: %s; %s", path, kind.is, kind.mend);
    if (!rc && ur_file_sniff(f.raw.s, f.raw.n)) {
        rc = ur_file_parse(&f, path, e);
        if (!rc) rc = ur_model_from_file(out, &f, path, set, nset, e);
    } else if (!rc) {
        rc = ur_model_read(out, f.raw.s, f.raw.n, path, set, nset, false, NULL, e);
    }
    ur_file_free(&f);
    return rc;
}

int unroll_is_fitted(const unroll_model *m) { return m && m->fitted; }
const char *unroll_model_text(const unroll_model *m) { return m ? ur_program_text(m->prog) : ""; }

/* ---- data and parameters */
int ur_model_data(const unroll_model *m, const char *name)
{
    for (int d = 0; d < m->ndata; d++)
        if (!strcmp(ur_program_datum(m->prog, d)->name, name)) return d;
    return -1;
}

int ur_model_param(const unroll_model *m, const char *name)
{
    for (int i = 0; i < m->graph->nparam; i++)
        if (!strcmp(m->graph->param[i].name, name)) return i;
    return -1;
}

size_t unroll_data_count(const unroll_model *m) { return m ? (size_t)m->ndata : 0; }

int unroll_data_info(const unroll_model *m, size_t i, unroll_datum *out)
{
    ur_err *e = ur_model_error();
    if (!m || !out || i >= (size_t)m->ndata)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_info: there is no data number %zu", i);
    const ur_graph *g = m->graph;
    const ur_datum *d = &g->data[i];
    memset(out, 0, sizeof *out);
    out->name = d->name;
    out->kind = (unroll_kind)d->kind;
    out->size = d->size;
    if (UR_IS_SYMBOL(d->kind)) out->size = m->code && m->code[i].vocab ? ur_vocab_size(m->code[i].vocab) : 0;
    for (int k = 0; k < d->nidx; k++) out->index[out->nindex++] = g->index[d->idx[k]].name;
    for (int k = 0; k < d->nfix; k++) out->index[out->nindex++] = g->index[d->fix[k]].name;
    out->drawn = d->drawn;
    out->width = (int)ur_datum_width(&g->schema, d);
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].datum == (int)i && ur_like_pointer(&g->like[l])) out->position_of = g->index[g->like[l].law->along].name;
    return 0;
}

size_t unroll_param_count(unroll_model *m) { return m && m->sized ? (size_t)m->graph->nparam : 0; }

int unroll_param_info(unroll_model *m, size_t i, unroll_param *out)
{
    ur_err *e = ur_model_error();
    if (!m || !out || i >= (size_t)m->graph->nparam)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_param_info: there is no parameter number %zu", i);
    const ur_param *p = &m->graph->param[i];
    memset(out, 0, sizeof *out);
    out->name = p->name;
    out->nfixed = p->nfix;
    for (int k = 0; k < p->nfix && k < 4; k++) out->fixed[k] = m->graph->index[p->fix[k]].size;
    out->rows = p->rows;
    out->cols = p->cols;
    out->trained = p->trained;
    out->count = p->count;
    return 0;
}

int ur_param_find(const unroll_model *m, const char *name, int *which, ur_err *e)
{
    const char *near = NULL;
    size_t best = 4;
    if ((*which = ur_model_param(m, name)) >= 0) return 0;
    for (int k = 0; k < m->graph->nparam; k++) {
        size_t d = ur_edit_distance(name, m->graph->param[k].name);
        if (d < best) best = d, near = m->graph->param[k].name;
    }
    return near ? ur_fail(e, UNROLL_ERROR_USAGE, "the model has no parameter %s; did you mean %s?", name, near)
                : ur_fail(e, UNROLL_ERROR_USAGE, "the model has no parameter %s", name);
}

static int find_param(unroll_model *m, const char *name, const double *values, size_t n, const char *call, int *which, ur_err *e)
{
    int i;
    if (!m || !name || !values) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: no model, no name or no numbers", call);
    if (!m->sized)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: the shapes are not known before the vocabularies are learned by a fit", call);
    TRY(ur_param_find(m, name, &i, e));
    if (n != m->graph->param[i].count)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: parameter %s has %zu numbers, room for %zu was given", call, name,
                       m->graph->param[i].count, n);
    *which = i;
    return 0;
}

int unroll_param_get(unroll_model *m, const char *name, double *values, size_t n)
{
    int i;
    ur_err *e = ur_model_error();
    TRY(find_param(m, name, values, n, "unroll_param_get", &i, e));
    TRY(ur_model_weights(m, e));
    memcpy(values, m->weight + m->graph->param[i].offset, n * sizeof *values);
    return 0;
}

int unroll_param_set(unroll_model *m, const char *name, const double *values, size_t n)
{
    int i;
    TRY(find_param(m, name, values, n, "unroll_param_set", &i, ur_model_error()));
    memcpy(m->weight + m->graph->param[i].offset, values, n * sizeof *values);
    m->was_set[i] = true;
    return 0;
}

/* ---- symbols */
int unroll_symbol_id(const unroll_model *m, const char *data, const char *text)
{
    ur_err *e = ur_model_error();
    if (!m || !data || !text) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_symbol_id: no model, name or text");
    int d = ur_model_data(m, data);
    if (d < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "the model has no data %s", data);
    if (!m->code || !m->code[d].vocab)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s has no vocabulary%s", data,
                       UR_IS_SYMBOL(m->graph->data[d].kind) ? " yet: it is learned by a fit" : ": it is not a symbol");
    return ur_vocab_find(m->code[d].vocab, text, strlen(text));
}

const char *unroll_symbol_text(const unroll_model *m, const char *data, int id)
{
    ur_err *e = ur_model_error();
    int d = m && data ? ur_model_data(m, data) : -1;
    if (d < 0 || !m->code || !m->code[d].vocab || id < 0 || id >= ur_vocab_size(m->code[d].vocab)) {
        ur_fail(e, UNROLL_ERROR_USAGE, "there is no symbol %d of %s", id, data ? data : "(none)");
        return NULL;
    }
    size_t n;
    return ur_vocab_entry(m->code[d].vocab, id, &n);
}
