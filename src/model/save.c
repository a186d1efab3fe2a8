/* save.c: a model as a safetensors file and back: text, hypers, vocabularies, scales, precision and the record of the fit.
 * Must not know how files lie on disk (tensors.c does). Invariant: a model that is read back has the same text, shapes and, in
 * the precision it was fitted in, the same weights; a file that does not fit its own text is refused. */
#include "model/json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *hypers_json(ur_json *j, const unroll_model *m)
{
    json_t *h = json_object();
    for (int i = 0; i < m->nset; i++) ur_json_put(j, h, m->set[i].name, ur_json_number(m->set[i].value));
    return h;
}

/* an entry that is no UTF-8, or has a zero byte, is kept as {"hex": …} */
static json_t *entry_json(const char *s, size_t n)
{
    size_t bad;
    if (ur_utf8_valid(s, n, &bad) && !memchr(s, 0, n)) return json_stringn(s, n);
    ur_buf b = { 0 };
    for (size_t i = 0; i < n; i++) ur_buf_printf(&b, "%02x", (unsigned)(uint8_t)s[i]);
    json_t *v = b.bad || !b.s ? NULL : json_pack("{s:s}", "hex", b.s);
    ur_buf_free(&b);
    return v;
}

static json_t *numbers_json(ur_json *j, const double *v, int n)
{
    json_t *all = json_array();
    for (int i = 0; i < n; i++) ur_json_add(j, all, ur_json_number(v[i]));
    return all;
}

static json_t *code_json(ur_json *j, const unroll_model *m, int d)
{
    const ur_datum *u = &m->graph->data[d];
    const ur_code *c = &m->code[d];
    json_t *o = json_object();
    ur_json_put(j, o, "name", json_string(u->name));
    ur_json_put(j, o, "kind", json_integer((json_int_t)u->kind));
    if (c->vocab) {
        json_t *v = json_array();
        for (int i = UR_SYM_FIRST; i < ur_vocab_size(c->vocab); i++) {
            size_t n;
            const char *s = ur_vocab_entry(c->vocab, i, &n);
            ur_json_add(j, v, entry_json(s, n));
        }
        ur_json_put(j, o, "vocabulary", v);
    } else {
        ur_json_put(j, o, "mean", numbers_json(j, c->mean, c->width));
        ur_json_put(j, o, "scale", numbers_json(j, c->scale, c->width));
    }
    const ur_record *r = &m->rec;
    if (r->freq[d]) ur_json_put(j, o, "frequency", numbers_json(j, r->freq[d], r->nfreq[d]));
    if (r->order[d]) {
        json_t *ids = json_array();
        for (int i = 0; i < r->norder[d]; i++) ur_json_add(j, ids, json_integer(r->order[d][i]));
        ur_json_put(j, o, "order", ids);
    }
    if (r->usual[d]) {
        json_t *ids = json_array();
        for (int i = 0; i < r->nusual[d]; i++) ur_json_add(j, ids, json_integer(r->usual[d][i]));
        ur_json_put(j, o, "usual", ids);
        ur_json_put(j, o, "usual_of", json_integer(r->usual_of[d]));
    }
    ur_json_put(j, o, "naive", ur_json_number(r->naive[d]));
    ur_json_put(j, o, "longest", json_integer(r->longest[d]));
    if (r->bound[d]) ur_json_put(j, o, "column", json_string(r->bound[d]));
    return o;
}

static json_t *codes_json(ur_json *j, const unroll_model *m)
{
    json_t *all = json_array();
    for (int d = 0; d < m->ndata; d++) ur_json_add(j, all, code_json(j, m, d));
    return all;
}

static json_t *pace_json(ur_json *j, const ur_pace *p)
{
    json_t *o = json_object();
    ur_json_put(j, o, "kind", json_integer(p->kind));
    ur_json_put(j, o, "by", ur_json_number(p->by));
    ur_json_put(j, o, "weekdays", json_integer(p->on));
    if (p->day) ur_json_put(j, o, "day", json_integer(p->day));
    ur_json_put(j, o, "digits", json_integer(p->digits));
    return o;
}

/* how tables are read */
static json_t *manner_json(ur_json *j, const ur_manner *m)
{
    char one[] = { m->delimiter, 0 }, mark[] = { m->decimal, 0 }, first[] = { m->dates, 0 }, points[] = { m->points, 0 },
         spans[] = { m->spans, 0 };
    json_t *o = json_object();
    if (m->group) ur_json_put(j, o, "group", json_string(m->group));
    if (m->missing) ur_json_put(j, o, "missing", json_string(m->missing));
    ur_json_put(j, o, "skip", json_integer((json_int_t)m->skip));
    ur_json_put(j, o, "delimiter", json_string(one));
    ur_json_put(j, o, "decimal", json_string(mark));
    ur_json_put(j, o, "dates", json_string(first));
    if (m->points) ur_json_put(j, o, "dates between points", json_string(points));
    if (m->spans) ur_json_put(j, o, "two years", json_string(spans));
    if (m->pace.kind) ur_json_put(j, o, "step", pace_json(j, &m->pace));
    return o;
}

static json_t *record_json(ur_json *j, const ur_record *r)
{
    json_t *o = json_object();
    ur_json_put(j, o, "method", json_string(r->method));
    ur_json_put(j, o, "train_loss", ur_json_number(r->train_loss));
    ur_json_put(j, o, "valid_loss", ur_json_number(r->valid_loss));
    ur_json_put(j, o, "seconds", ur_json_number(r->seconds));
    const struct {
        const char *key;
        json_int_t v;
    } whole[] = { { "best_epoch", r->best_epoch },   { "epochs", r->epochs },         { "seed", (json_int_t)r->seed },
                  { "units", (json_int_t)r->units }, { "context", r->context },       { "horizon", r->horizon },
                  { "season", r->season },           { "form", (json_int_t)r->form }, { "polish", r->polish } };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) ur_json_put(j, o, whole[i].key, json_integer(whole[i].v));
    ur_json_put(j, o, "stream", json_boolean(r->stream));
    ur_json_put(j, o, "one", json_boolean(r->one));
    ur_json_put(j, o, "table", manner_json(j, &r->manner));
    return o;
}

static int add(ur_meta *meta, int *n, const char *key, const char *value, ur_err *e)
{
    ur_meta *m = &meta[*n];
    m->key = ur_strdup(key);
    m->value = value ? ur_strdup(value) : NULL;
    ++*n;
    if (!m->key || !m->value) return ur_nomem(e);
    m->n = strlen(value);
    return 0;
}

/* A model is called as its file, whose name may have bytes that are not UTF-8: they become question marks in the file. */
static int add_name(ur_meta *meta, int *n, const char *name, ur_err *e)
{
    size_t bad;
    TRY(add(meta, n, "name", name, e));
    ur_meta *m = &meta[*n - 1];
    while (!ur_utf8_valid(m->value, m->n, &bad)) m->value[bad] = '?';
    return 0;
}

static int add_json(ur_meta *meta, int *n, const char *key, const ur_json *j, json_t *v, ur_err *e)
{
    char *s = ur_json_text(j, v);
    if (!s) return ur_nomem(e);
    int rc = add(meta, n, key, s, e);
    ur_free(s);
    return rc;
}

enum { NMETA = 8 };

int ur_model_meta(const unroll_model *m, ur_meta **out, int *nout, ur_err *e)
{
    int n = 0;
    ur_json j = { 0 };
    ur_meta *meta = ur_zalloc(NMETA * sizeof *meta);
    if (!meta) return ur_nomem(e);
    int rc = add(meta, &n, "unroll", "1", e);
    if (!rc) rc = add(meta, &n, "text", ur_program_text(m->prog), e);
    if (!rc) rc = add_name(meta, &n, m->name, e);
    if (!rc) rc = add(meta, &n, "precision", m->single ? "single" : "double", e);
    if (!rc) rc = add_json(meta, &n, "hypers", &j, hypers_json(&j, m), e);
    if (!rc) rc = add_json(meta, &n, "fit", &j, record_json(&j, &m->rec), e);
    if (!rc && m->coded) rc = add_json(meta, &n, "data", &j, codes_json(&j, m), e);
    if (rc) {
        ur_meta_free(meta, n);
        return rc;
    }
    *out = meta;
    *nout = n;
    return 0;
}

/* Pieces are kept as SentencePiece writes them, under the name of their datum: no parameter is called so, for a datum has no
 * inner quantities. */
static char *pieces_name(const char *datum)
{
    ur_buf b = { 0 };
    ur_buf_printf(&b, "%s.pieces", datum);
    if (b.bad) ur_buf_free(&b);
    return b.s;
}

static int pieces_tensors(const unroll_model *m, ur_tensor *t, char **names, int *nt, ur_err *e)
{
    for (int d = 0; m->code && d < m->ndata; d++) {
        if (!m->code[d].pieces) continue;
        if (!(names[d] = pieces_name(m->graph->data[d].name))) return ur_nomem(e);
        ur_tensor *x = &t[(*nt)++];
        *x = (ur_tensor){ .name = names[d], .dtype = "U8", .nshape = 1 };
        x->data = ur_pieces_bytes(m->code[d].pieces, &x->bytes);
        x->shape[0] = x->bytes;
    }
    return 0;
}

static int shape_of(const ur_graph *g, const ur_param *p, size_t *shape)
{
    int n = 0;
    for (int k = 0; k < p->nfix; k++) shape[n++] = (size_t)g->index[p->fix[k]].size;
    shape[n++] = (size_t)p->rows;
    if (p->cols != 1) shape[n++] = (size_t)p->cols;
    return n;
}

/* ---- a file is opened again before it takes the place of an older one: what it says is what the model is */
static bool same_meta(const ur_meta *a, int na, const ur_meta *b, int nb)
{
    bool same = na == nb;
    for (int i = 0; same && i < na; i++)
        same = !strcmp(a[i].key, b[i].key) && (!strcmp(a[i].key, "fit") || !strcmp(a[i].value, b[i].value));
    return same;
}

static bool same_weights(const unroll_model *a, const unroll_model *b)
{
    const ur_graph *g = a->graph, *h = b->graph;
    bool same = g->nparam == h->nparam && g->nweight == h->nweight;
    for (int i = 0; same && i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        const double *x = a->weight + p->offset, *y = b->weight + h->param[i].offset;
        same = h->param[i].count == p->count;
        for (size_t k = 0; same && k < p->count; k++) {
            float f = (float)x[k];
            double v = a->single ? (double)f : x[k];
            same = !memcmp(&v, &y[k], sizeof v) || (isnan(v) && isnan(y[k]));
        }
    }
    return same;
}

static int opens_again(const unroll_model *m, ur_buf *bytes, const ur_meta *meta, int nmeta, const char *path, ur_err *e)
{
    ur_file f = { .raw = *bytes };
    ur_err why = { 0 };
    ur_meta *again = NULL;
    unroll_model *b = NULL;
    int nagain = 0, rc = ur_file_parse(&f, path, &why);
    if (!rc) rc = ur_model_from_file(&b, &f, path, NULL, 0, &why);
    if (!rc) rc = ur_model_meta(b, &again, &nagain, &why);
    if (!rc && !(same_meta(meta, nmeta, again, nagain) && same_weights(m, b)))
        rc = ur_fail(&why, UNROLL_ERROR_FORMAT, "another model comes back");
    if (again) ur_meta_free(again, nagain);
    unroll_close(b);
    *bytes = f.raw;
    f.raw = (ur_buf){ 0 };
    ur_file_free(&f);
    if (rc == UNROLL_ERROR_MEMORY) return ur_nomem(e);
    return rc ? ur_fail(e, rc, "%s: is not written, for it could not be used: %s", path, why.text) : 0;
}

/* the tensors of a model; f (single precision) and names[ndata] are room for what they point at */
static int tensors(const unroll_model *m, ur_tensor *t, float *f, char **names, int *nt, ur_err *e)
{
    const ur_graph *g = m->graph;
    for (size_t i = 0; f && i < g->nweight; i++) f[i] = (float)m->weight[i];
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        t[i].name = p->name;
        t[i].dtype = f ? "F32" : "F64";
        t[i].nshape = shape_of(g, p, t[i].shape);
        t[i].data = f ? (const void *)(f + p->offset) : (const void *)(m->weight + p->offset);
        t[i].bytes = p->count * (f ? sizeof(float) : sizeof(double));
    }
    *nt = g->nparam;
    return pieces_tensors(m, t, names, nt, e);
}

int unroll_save(unroll_model *m, const char *path)
{
    ur_err *e = ur_model_error();
    if (!m || !path) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_save: no model or no path");
    if (!m->sized || !m->weight) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_save: the model has no shapes yet; fit it first");
    TRY(ur_model_weights(m, e));
    ur_meta *meta = NULL;
    ur_buf bytes = { 0 };
    int nmeta = 0, nt = 0, rc = 0;
    ur_tensor *t = ur_zalloc((size_t)(m->graph->nparam + m->ndata + 1) * sizeof *t);
    char **names = ur_zalloc((size_t)(m->ndata + 1) * sizeof *names);
    float *f = m->single ? ur_alloc((m->graph->nweight + 1) * sizeof *f) : NULL;
    if (!t || !names || (m->single && !f)) rc = ur_nomem(e);
    if (!rc) rc = ur_model_meta(m, &meta, &nmeta, e);
    if (!rc) rc = tensors(m, t, f, names, &nt, e);
    if (!rc) rc = ur_file_make(&bytes, path, t, nt, meta, nmeta, e);
    if (!rc) rc = opens_again(m, &bytes, meta, nmeta, path, e);
    if (!rc) rc = ur_file_write_all(path, bytes.s, bytes.n, e);
    ur_buf_free(&bytes);
    if (meta) ur_meta_free(meta, nmeta);
    for (int d = 0; names && d < m->ndata; d++) ur_free(names[d]);
    ur_free(names);
    ur_free(f);
    ur_free(t);
    return rc;
}

/* ---- and back */
static int damaged(ur_err *e, const char *path, const char *what)
{
    return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: %s", path, what);
}

static int entry_add(ur_vocab *v, const json_t *x, const char *path, ur_err *e)
{
    const char *hex = json_string_value(json_object_get(x, "hex"));
    int before = ur_vocab_size(v), id;
    if (json_is_string(x)) {
        id = ur_vocab_add(v, json_string_value(x), json_string_length(x), e);
    } else if (hex && strlen(hex) % 2 == 0 && strlen(hex) <= 2 * UR_MAX_NAME && strspn(hex, "0123456789abcdef") == strlen(hex)) {
        char s[UR_MAX_NAME + 1];
        size_t n = strlen(hex) / 2;
        for (size_t i = 0; i < n; i++) {
            char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };
            s[i] = (char)strtol(two, NULL, 16);
        }
        id = ur_vocab_add(v, s, n, e);
    } else {
        return damaged(e, path, "an entry of a vocabulary is no text");
    }
    if (id < 0) return id;
    return id == before ? 0 : damaged(e, path, "a vocabulary has the same entry twice");
}

/* A file's number where an int is needed: what lies outside is as if it were not there. */
static int whole(const json_t *o, const char *key, int most)
{
    json_int_t v = json_integer_value(json_object_get(o, key));
    return v < 0 || v > most ? 0 : (int)v;
}

enum { MOST_POSITIONS = 1000000000, MOST_HORIZON = 10000000 }; /* as ur_use_ranges */

/* ids of the vocabulary, each at most once */
static int read_order(unroll_model *m, int d, const json_t *ids, const char *path, ur_err *e)
{
    if (!json_is_array(ids)) return 0;
    size_t n = json_array_size(ids), size = m->code[d].vocab ? (size_t)ur_vocab_size(m->code[d].vocab) : 0;
    bool *met = ur_zalloc(size + 1);
    int32_t *order = ur_alloc((n + 1) * sizeof *order);
    int rc = met && order ? 0 : ur_nomem(e);
    for (size_t i = 0; !rc && i < n; i++) {
        json_int_t id = json_integer_value(json_array_get(ids, i));
        if (!json_is_integer(json_array_get(ids, i)) || id < 0 || (size_t)id >= size || met[id])
            rc = damaged(e, path, "the order of a vocabulary is none");
        else met[order[i] = (int32_t)id] = true;
    }
    ur_free(met);
    if (rc) {
        ur_free(order);
        return rc;
    }
    m->rec.order[d] = order;
    m->rec.norder[d] = (int)n;
    return 0;
}

/* labels of words: their numbers, in the order of a vocabulary that may be read later */
static int read_usual(unroll_model *m, int d, const json_t *o, const char *path, ur_err *e)
{
    const json_t *ids = json_object_get(o, "usual");
    ur_record *r = &m->rec;
    if (!json_is_array(ids) || !json_array_size(ids)) return 0;
    if (json_array_size(ids) > UR_MAX_SIZE) return damaged(e, path, "the usual labels are too many");
    r->nusual[d] = (int)json_array_size(ids);
    r->usual_of[d] = whole(o, "usual_of", UR_MAX_SIZE);
    if (!(r->usual[d] = ur_zalloc((size_t)r->nusual[d] * sizeof **r->usual))) return ur_nomem(e);
    for (int i = 0; i < r->nusual[d]; i++) {
        json_int_t id = json_integer_value(json_array_get(ids, (size_t)i));
        r->usual[d][i] = id >= 0 && id < UR_MAX_SIZE ? (int32_t)id : -1;
    }
    return 0;
}

static int check_usual(const unroll_model *m, int d, const char *path, ur_err *e)
{
    const ur_record *r = &m->rec;
    int w = r->usual_of[d];
    if (!r->usual[d]) return 0;
    bool good = m->code[d].vocab && w < m->ndata && m->code[w].vocab && r->nusual[d] == ur_vocab_size(m->code[w].vocab);
    for (int i = 0; good && i < r->nusual[d]; i++) good = r->usual[d][i] >= 0 && r->usual[d][i] < ur_vocab_size(m->code[d].vocab);
    return good ? 0 : damaged(e, path, "the usual labels of words are not those of its vocabularies");
}

static int read_code(unroll_model *m, int d, const json_t *o, const char *path, ur_err *e)
{
    const ur_datum *u = ur_program_datum(m->prog, d);
    ur_code *c = &m->code[d];
    const char *name = json_string_value(json_object_get(o, "name"));
    if (!name || strcmp(name, u->name) || json_integer_value(json_object_get(o, "kind")) != (json_int_t)u->kind)
        return damaged(e, path, "its data are not those of its text");
    const json_t *v = json_object_get(o, "vocabulary"), *mean = json_object_get(o, "mean"), *scale = json_object_get(o, "scale");
    if (UR_IS_SYMBOL(u->kind)) {
        if (!json_is_array(v)) return damaged(e, path, "a vocabulary is missing");
        TRY(ur_vocab_new(&c->vocab, e));
        for (size_t i = 0; i < json_array_size(v); i++) TRY(entry_add(c->vocab, json_array_get(v, i), path, e));
        if (m->graph->data[d].closed && ur_vocab_size(c->vocab) != m->graph->data[d].size + UR_SYM_FIRST)
            return damaged(e, path, "a vocabulary has another number of symbols than its text says");
    } else {
        size_t n = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        if (json_array_size(mean) != n || json_array_size(scale) != n)
            return damaged(e, path, "the scales of a datum are missing");
        c->mean = ur_zalloc((n + 1) * sizeof *c->mean);
        c->scale = ur_zalloc((n + 1) * sizeof *c->scale);
        if (!c->mean || !c->scale) return ur_nomem(e);
        c->width = (int)n;
        for (size_t i = 0; i < n; i++) {
            c->mean[i] = ur_json_double(json_array_get(mean, i));
            c->scale[i] = ur_json_double(json_array_get(scale, i));
            if (!isfinite(c->mean[i]) || !(c->scale[i] > 0)) return damaged(e, path, "a scale is not a positive number");
        }
    }
    const json_t *f = json_object_get(o, "frequency");
    if (json_is_array(f) && json_array_size(f) == (c->vocab ? (size_t)ur_vocab_size(c->vocab) : 2)) {
        m->rec.nfreq[d] = (int)json_array_size(f);
        m->rec.freq[d] = ur_zalloc(json_array_size(f) * sizeof(double));
        if (!m->rec.freq[d]) return ur_nomem(e);
        for (int i = 0; i < m->rec.nfreq[d]; i++) m->rec.freq[d][i] = ur_json_double(json_array_get(f, (size_t)i));
    }
    TRY(read_order(m, d, json_object_get(o, "order"), path, e));
    TRY(read_usual(m, d, o, path, e));
    m->rec.naive[d] = ur_json_double(json_object_get(o, "naive"));
    m->rec.longest[d] = whole(o, "longest", MOST_POSITIONS);
    const char *column = json_string_value(json_object_get(o, "column"));
    if (column && !(m->rec.bound[d] = ur_strdup(column))) return ur_nomem(e);
    return 0;
}

static int read_codes(unroll_model *m, const char *text, const char *path, ur_err *e)
{
    json_t *all;
    int rc = ur_json_read(&all, text, strlen(text), path, e);
    if (!rc && (!json_is_array(all) || json_array_size(all) != (size_t)m->ndata))
        rc = damaged(e, path, "its data are not those of its text");
    if (!rc && !(m->code = ur_zalloc((size_t)(m->ndata + 1) * sizeof *m->code))) rc = ur_nomem(e);
    for (int d = 0; !rc && d < m->ndata; d++) rc = read_code(m, d, json_array_get(all, (size_t)d), path, e);
    for (int d = 0; !rc && d < m->ndata; d++) rc = check_usual(m, d, path, e);
    json_decref(all);
    m->coded = !rc;
    return rc;
}

/* the pieces must be those of the vocabulary, which may have the end of a line after them */
static int read_pieces(unroll_model *m, const ur_file *f, const char *path, ur_err *e)
{
    for (int d = 0; m->code && d < m->ndata; d++) {
        const ur_datum *u = &m->graph->data[d];
        ur_code *c = &m->code[d];
        if (u->kind != UR_PIECES) continue;
        char *name = pieces_name(u->name);
        const ur_tensor *t = name ? ur_file_tensor(f, name) : NULL;
        if (!name) return ur_nomem(e);
        ur_free(name);
        if (!t || strcmp(t->dtype, "U8")) return damaged(e, path, "the pieces of a text are missing");
        ur_err why = { 0 };
        int rc = ur_pieces_read(&c->pieces, t->data, t->bytes, u->name, &why);
        if (rc) return rc == UNROLL_ERROR_FORMAT ? damaged(e, path, why.text) : ur_fail(e, rc, "%s: %s", path, why.text);
        int n = ur_pieces_size(c->pieces), all = ur_vocab_size(c->vocab);
        bool same = all == n || (all == n + 1 && !strcmp(ur_vocab_entry(c->vocab, n, NULL), "\n"));
        for (int id = UR_SYM_FIRST; same && id < n; id++) {
            size_t na, nb;
            const char *a = ur_vocab_entry(c->vocab, id, &na), *b = ur_pieces_entry(c->pieces, id, &nb);
            same = na == nb && !memcmp(a, b, na);
        }
        if (!same) return damaged(e, path, "the pieces of a text are not those of its vocabulary");
    }
    return 0;
}

/* NONE where it makes no sense */
static ur_pace read_pace(const json_t *o)
{
    enum { ALL = 0x7f, LAST = 31, MOST_DIGITS = 15 };
    ur_pace p = { .kind = (ur_pace_kind)whole(o, "kind", UR_PACE_MONTHS),
                  .by = ur_json_double(json_object_get(o, "by")),
                  .on = (uint8_t)whole(o, "weekdays", ALL),
                  .day = (uint8_t)whole(o, "day", LAST),
                  .digits = (uint8_t)whole(o, "digits", MOST_DIGITS) };
    bool good = p.kind > UR_PACE_NONE && p.kind <= UR_PACE_MONTHS && isfinite(p.by) && p.by != 0 &&
                (p.kind <= UR_PACE_SECONDS || (p.by == floor(p.by) && fabs(p.by) <= 1e6)) && (p.kind != UR_PACE_WEEKDAYS || p.on);
    return good ? p : (ur_pace){ 0 };
}

static char order_of_dates(const json_t *o)
{
    const char *s = json_string_value(o);
    return s && *s && strchr("dmy", *s) ? *s : 0;
}

static int read_manner(ur_manner *m, const json_t *o, ur_err *e)
{
    const char *delimiter = json_string_value(json_object_get(o, "delimiter")),
               *decimal = json_string_value(json_object_get(o, "decimal"));
    json_int_t skip = json_integer_value(json_object_get(o, "skip"));
    ur_manner has = { .skip = skip > 0 && skip < INT32_MAX ? (size_t)skip : 0,
                      .decimal = decimal && (*decimal == '.' || *decimal == ',') ? *decimal : 0 };
    has.dates = order_of_dates(json_object_get(o, "dates"));
    has.points = order_of_dates(json_object_get(o, "dates between points"));
    has.spans = order_of_dates(json_object_get(o, "two years"));
    has.group = (char *)json_string_value(json_object_get(o, "group"));
    has.missing = (char *)json_string_value(json_object_get(o, "missing"));
    has.pace = read_pace(json_object_get(o, "step"));
    if (delimiter && *delimiter && strchr(",;|\t :/", *delimiter)) has.delimiter = *delimiter;
    return ur_manner_copy(m, &has, e);
}

static int read_record(ur_record *r, const char *text, const char *path, ur_err *e)
{
    json_t *o = NULL;
    int rc = 0;
    if (text) TRY(ur_json_read(&o, text, strlen(text), path, e));
    if (json_is_object(o)) {
        const char *s = json_string_value(json_object_get(o, "method"));
        strncpy(r->method, s ? s : "", sizeof r->method - 1);
        r->train_loss = ur_json_double(json_object_get(o, "train_loss"));
        r->valid_loss = ur_json_double(json_object_get(o, "valid_loss"));
        r->seconds = ur_json_double(json_object_get(o, "seconds"));
        r->best_epoch = whole(o, "best_epoch", INT32_MAX);
        r->epochs = whole(o, "epochs", INT32_MAX);
        r->polish = whole(o, "polish", INT32_MAX);
        r->seed = (uint64_t)json_integer_value(json_object_get(o, "seed"));
        r->units = (size_t)json_integer_value(json_object_get(o, "units"));
        r->stream = json_is_true(json_object_get(o, "stream"));
        r->one = json_is_true(json_object_get(o, "one"));
        r->context = whole(o, "context", MOST_POSITIONS);
        r->horizon = whole(o, "horizon", MOST_HORIZON);
        r->season = whole(o, "season", MOST_POSITIONS);
        int form = whole(o, "form", UR_FORM_CONLLU);
        r->form = form > UR_FORM_HEADER && form <= UR_FORM_CONLLU ? (ur_form)form : UR_FORM_HEADER;
        rc = read_manner(&r->manner, json_object_get(o, "table"), e);
    }
    json_decref(o);
    return rc;
}

/* changed: a hyper that has another value than in the file, or NULL */
static int read_weights(unroll_model *m, const ur_file *f, const char *path, const char *changed, ur_err *e)
{
    const ur_graph *g = m->graph;
    int pieces = 0;
    for (int d = 0; d < m->ndata; d++) pieces += m->code && m->code[d].pieces;
    if (f->ntensor != g->nparam + pieces)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: it has %d tensors, its text has %d parameters", path,
                       f->ntensor - pieces, g->nparam);
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        const ur_tensor *t = ur_file_tensor(f, p->name);
        size_t esize = t && !strcmp(t->dtype, "F32") ? 4 : 8, shape[UR_MAX_FIXED + 2];
        int ndim = shape_of(g, p, shape);
        if (t && changed && (t->nshape != ndim || memcmp(t->shape, shape, (size_t)ndim * sizeof *shape)))
            return ur_fail(
                e, UNROLL_ERROR_USAGE,
                "%s is fitted: its hyper %s cannot be changed any more, for parameter %s has another shape then; set it when fitting the text",
                path, changed, p->name);
        if (!t || !strcmp(t->dtype, "U8") || t->bytes != p->count * esize)
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: parameter %s should have %zu numbers%s", path,
                           p->name, p->count, t ? "" : " and is not there");
        for (size_t k = 0; k < p->count; k++) {
            double v;
            if (esize == 4) {
                float s;
                memcpy(&s, (const char *)t->data + k * 4, 4);
                v = s;
            } else {
                memcpy(&v, (const char *)t->data + k * 8, 8);
            }
            m->weight[p->offset + k] = v;
        }
        m->was_set[i] = true;
    }
    return 0;
}

/* the stored hypers, and what the caller sets instead (changed: one of these): possible where no shape depends on it, as on a
 * dropout's share */
static int read_hypers(const char *text, const unroll_setting *set, size_t nset, unroll_setting **out, size_t *n, json_t **keep,
                       const char **changed, const char *path, ur_err *e)
{
    json_t *o = NULL;
    if (text) TRY(ur_json_read(&o, text, strlen(text), path, e));
    *keep = o;
    if (!json_is_object(o)) return damaged(e, path, "its hypers are missing");
    if (!(*out = ur_zalloc((json_object_size(o) + nset + 1) * sizeof **out))) return ur_nomem(e);
    const char *key;
    json_t *v;
    json_object_foreach(o, key, v)(*out)[(*n)++] = (unroll_setting){ key, ur_json_double(v) };
    for (size_t i = 0; i < nset; i++) {
        size_t k = 0;
        while (k < *n && strcmp((*out)[k].name, set[i].name)) k++;
        if (k < *n && (*out)[k].value == set[i].value) continue;
        *changed = set[i].name;
        (*out)[k] = set[i];
        if (k == *n) ++*n; /* until now it had the value that the text gives it */
    }
    return 0;
}

/* Its text, shaped by its vocabularies. A hyper that the caller changed may ask for more weights than there are. */
static int read_shaped(unroll_model **out, ur_file *f, const char *path, const unroll_setting *set, size_t nset,
                       const char *changed, ur_err *e)
{
    const char *text = ur_file_meta(f, "text"), *data = ur_file_meta(f, "data");
    ur_err why = { 0 };
    int rc = ur_model_read(out, text, strlen(text), ur_file_meta(f, "name"), set, nset, true, f, &why);
    if (!rc && data) rc = read_codes(*out, data, path, &why);
    if (!rc) rc = read_pieces(*out, f, path, &why);
    if (!rc) rc = ur_model_shape(*out, &why);
    if (rc == UNROLL_ERROR_FORMAT && changed)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "%s is fitted: its hyper %s cannot be changed any more, for parameters have other shapes then; set it when fitting the text",
            path, changed);
    return rc ? ur_fail(e, rc, "%s", why.text) : 0;
}

int ur_model_from_file(unroll_model **out, ur_file *f, const char *path, const unroll_setting *set, size_t nset, ur_err *e)
{
    const char *precision = ur_file_meta(f, "precision");
    if (ur_file_meta(f, "checkpoint"))
        return ur_fail(e, UNROLL_ERROR_FORMAT,
                       "%s: is the checkpoint of a fit and no model; the fit goes on from it where it is resumed", path);
    if (!ur_file_meta(f, "text") || !ur_file_meta(f, "name") || !precision)
        return damaged(e, path, "its metadata have no text, name or precision");
    unroll_setting *all = NULL;
    size_t n = 0;
    json_t *keep = NULL;
    unroll_model *m = NULL;
    const char *changed = NULL;
    int rc = read_hypers(ur_file_meta(f, "hypers"), set, nset, &all, &n, &keep, &changed, path, e);
    if (!rc) rc = read_shaped(&m, f, path, all, n, changed, e);
    if (!rc && !m->sized) rc = damaged(e, path, "a vocabulary is missing");
    if (!rc) rc = read_weights(m, f, path, changed, e);
    if (!rc) rc = read_record(&m->rec, ur_file_meta(f, "fit"), path, e);
    if (!rc) {
        if (m->code) ur_model_endless(m, m->rec.stream);
        m->single = !strcmp(precision, "single");
        m->fitted = m->coded;
        m->filed = false;
        m->room = SIZE_MAX;
        *out = m;
    } else {
        unroll_close(m);
    }
    json_decref(keep);
    ur_free(all);
    return rc;
}
