/* carry.c: weights of PyTorch's modules, as safetensors, into a model and back. Entry points; vocabularies in the order of
 * PyTorch's ids; numbers moved. What goes where is map.c's. Invariant: an import that fails leaves the model as it was; what is
 * exported and imported again is the same to the bit, in the precision of the file, but for two biases that a cell has as their
 * sum. */
#include "model/carry/carry.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEVER -10000.0 /* the logit of a symbol that the file does not have: e^x is 0 in double, x finite in half precision */

/* ---- vocabularies: a symbol a line */
int ur_special_symbol(const char *s)
{
    static const char *const names[3][5] = { { "<unk>", "<unknown>", "[UNK]", "<UNK>" },
                                             { "<s>", "<bos>", "<sos>", "<start>", "[BOS]" },
                                             { "</s>", "<eos>", "<end>", "[EOS]" } };
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 5 && names[i][k]; k++)
            if (!strcmp(names[i][k], s)) return i;
    return -1;
}

/* of characters and bytes, which may be ends of lines: \n \t \r \\ and \x0a; shortens s */
static size_t unescape(char *s)
{
    size_t n = 0;
    for (const char *p = s; *p; p++) {
        static const char from[] = "ntr\\", to[] = "\n\t\r\\";
        const char *k = *p == '\\' && p[1] ? strchr(from, p[1]) : NULL;
        char hex[3] = { 0 }, *end = hex;
        if (*p == '\\' && p[1] == 'x' && p[2] && p[3]) memcpy(hex, p + 2, 2);
        long byte = *hex ? strtol(hex, &end, 16) : 0;
        if (k) s[n++] = to[k - from], p++;
        else if (*hex && end == hex + 2) s[n++] = (char)byte, p += 3;
        else s[n++] = *p;
    }
    s[n] = 0;
    return n;
}

static const char *special(int id) { return id == UR_SYM_UNKNOWN ? "unknown" : id == UR_SYM_START ? "start" : "end"; }

static int read_line(unroll_model *m, int d, char *s, const char *path, int line, ur_err *e)
{
    ur_record *r = &m->rec;
    ur_data_kind kind = ur_program_datum(m->prog, d)->kind;
    size_t n = strlen(s), bad;
    if (n && s[n - 1] == '\r') s[--n] = 0;
    int id = ur_special_symbol(s);
    if (!n)
        return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d: the line is empty; it should have one symbol%s", path, line,
                       kind == UR_CHARS || kind == UR_BYTES ? " (the end of a line is written \\n)" : "");
    if (id < 0 && (kind == UR_CHARS || kind == UR_BYTES)) n = unescape(s);
    if (kind != UR_BYTES && !ur_utf8_valid(s, n, &bad))
        return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d: the symbol is not UTF-8", path, line);
    if (id < 0) {
        int before = ur_vocab_size(m->code[d].vocab);
        if ((id = ur_vocab_add(m->code[d].vocab, s, n, e)) < 0) return id;
        if (id < before)
            return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d: the symbol %.60s stands in an earlier line too", path, line, s);
    } else {
        if (m->graph->data[d].closed)
            return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d: %s is symbol(%d), which has no %s symbol", path, line,
                           m->graph->data[d].name, m->graph->data[d].size, special(id));
        for (int i = 0; i < r->norder[d]; i++)
            if (r->order[d][i] == id)
                return ur_fail(e, UNROLL_ERROR_DATA, "%s:%d: line %d has the %s symbol too", path, line, i + 1, special(id));
    }
    r->order[d][r->norder[d]++] = id;
    return 0;
}

static int read_vocabulary(unroll_model *m, int d, const char *path, ur_err *e)
{
    ur_buf b = { 0 };
    int rc = ur_file_read_text(path, UR_MAX_TEXT, &b, e);
    if (!rc && !b.n) rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: the vocabulary is empty; it should have one symbol a line", path);
    if (!rc && memchr(b.s, 0, b.n)) rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: no text: a vocabulary has one symbol a line", path);
    if (!rc) rc = ur_vocab_new(&m->code[d].vocab, e);
    size_t lines = 1;
    for (size_t i = 0; !rc && i < b.n; i++) lines += b.s[i] == '\n';
    if (!rc && !(m->rec.order[d] = ur_alloc(lines * sizeof **m->rec.order))) rc = ur_nomem(e);
    char *s = b.s;
    for (int line = 1; !rc && s && *s; line++) {
        char *end = strchr(s, '\n');
        if (end) *end = 0;
        rc = read_line(m, d, s, path, line, e);
        s = end ? end + 1 : NULL;
    }
    ur_buf_free(&b);
    const ur_datum *u = &m->graph->data[d];
    if (!rc && u->closed && ur_vocab_size(m->code[d].vocab) != u->size + UR_SYM_FIRST)
        return ur_fail(e, UNROLL_ERROR_DATA, "%s: the vocabulary has %d symbols, and %s is symbol(%d)", path,
                       ur_vocab_size(m->code[d].vocab) - UR_SYM_FIRST, u->name, u->size);
    return rc;
}

/* weights that come from a file know an end symbol where its vocabulary does; others where they were fitted on several sequences
 */
void ur_model_endless(unroll_model *m, bool stream)
{
    for (int d = 0; d < m->ndata; d++) {
        const ur_datum *u = &m->graph->data[d];
        bool endless = u->drawn && UR_IS_SYMBOL(u->kind) && u->nidx && ur_index_ends(&m->graph->schema, u->idx[u->nidx - 1]);
        const int32_t *order = m->rec.order[d];
        for (int i = 0; endless && order && i < m->rec.norder[d]; i++) endless = order[i] != UR_SYM_END;
        m->code[d].endless = endless && (order || stream);
    }
}

/* ---- scales */
static int read_scale(unroll_model *m, int d, const unroll_scale *s, ur_err *e)
{
    const ur_datum *u = &m->graph->data[d];
    ur_code *c = &m->code[d];
    if (u->kind != UR_REAL)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s has no scale: only data of the type real are shifted and scaled", u->name);
    if (!s->mean || !s->sd || (s->n != 1 && s->n != (size_t)c->width))
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "%s has %d numbers at a position: its scale is one mean and deviation, or %d of them, not %zu", u->name,
                       c->width, c->width, s->n);
    for (int k = 0; k < c->width; k++) {
        c->mean[k] = s->mean[s->n == 1 ? 0 : k];
        c->scale[k] = s->sd[s->n == 1 ? 0 : k];
        if (!isfinite(c->mean[k]) || !isfinite(c->scale[k]) || !(c->scale[k] > 0))
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s: a scale is a mean and a positive standard deviation, not %g and %g",
                           u->name, c->mean[k], c->scale[k]);
    }
    return 0;
}

static int named(const unroll_model *m, const char *name, const char *what, ur_err *e)
{
    int d = name ? ur_model_data(m, name) : -1;
    char **list = d < 0 && name ? ur_zalloc((size_t)(m->ndata + 1) * sizeof *list) : NULL;
    if (d >= 0) return d;
    for (int i = 0; list && i < m->ndata; i++) list[i] = (char *)(uintptr_t)ur_program_datum(m->prog, i)->name;
    const char *near = list ? ur_closest(name, list, m->ndata) : NULL;
    ur_fail(e, UNROLL_ERROR_USAGE, "--%s: the model has no data %s%s%s%s", what, name ? name : "(none)",
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    ur_free(list);
    return -1;
}

/* one file for all data that have one vocabulary */
static int share_vocabularies(unroll_model *m, ur_err *e)
{
    for (int d = 0; d < m->ndata; d++)
        for (int of = 0; of < m->ndata && UR_IS_SYMBOL(m->graph->data[d].kind) && !m->code[d].vocab; of++) {
            if (!m->code[of].vocab || !ur_shares(&m->graph->schema, d, of)) continue;
            TRY(ur_vocab_copy(&m->code[d].vocab, m->code[of].vocab, e));
            size_t n = sizeof **m->rec.order * (size_t)m->rec.norder[of];
            if (!(m->rec.order[d] = ur_alloc(n + 1))) return ur_nomem(e);
            memcpy(m->rec.order[d], m->rec.order[of], n);
            m->rec.norder[d] = m->rec.norder[of];
        }
    return 0;
}

static int new_codes(unroll_model *m, const unroll_import_options *o, bool all, ur_err *e)
{
    if (!(m->code = ur_zalloc((size_t)(m->ndata + 1) * sizeof *m->code))) return ur_nomem(e);
    for (int d = 0; d < m->ndata; d++) {
        ur_code *c = &m->code[d];
        c->width = (int)ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        if (UR_IS_SYMBOL(m->graph->data[d].kind)) continue;
        c->mean = ur_zalloc(((size_t)c->width + 1) * sizeof *c->mean);
        c->scale = ur_zalloc(((size_t)c->width + 1) * sizeof *c->scale);
        if (!c->mean || !c->scale) return ur_nomem(e);
        for (int k = 0; k < c->width; k++) c->scale[k] = 1;
    }
    for (size_t i = 0; i < o->nvocabulary; i++) {
        int d = named(m, o->vocabulary[i].data, "vocabulary", e);
        if (d < 0) return UNROLL_ERROR_USAGE;
        if (!UR_IS_SYMBOL(m->graph->data[d].kind))
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s has no vocabulary: it is no symbol", o->vocabulary[i].data);
        if (m->code[d].vocab) return ur_fail(e, UNROLL_ERROR_USAGE, "%s is given two vocabularies", o->vocabulary[i].data);
        if (!o->vocabulary[i].path) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: no file of its vocabulary", o->vocabulary[i].data);
        TRY(read_vocabulary(m, d, o->vocabulary[i].path, e));
    }
    for (size_t i = 0; i < o->nscale; i++) {
        int d = named(m, o->scale[i].data, "scale", e);
        if (d < 0) return UNROLL_ERROR_USAGE;
        TRY(read_scale(m, d, &o->scale[i], e));
    }
    TRY(share_vocabularies(m, e));
    for (int d = 0; all && d < m->ndata; d++)
        if (UR_IS_SYMBOL(m->graph->data[d].kind) && !m->code[d].vocab)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "%s needs its vocabulary, one symbol a line in the order of PyTorch's ids: --vocabulary %s=FILE",
                           m->graph->data[d].name, m->graph->data[d].name);
    return 0;
}

size_t ur_carry_symbols(const ur_carry *c, int datum)
{
    const unroll_model *m = c->m;
    if (m->rec.order[datum]) return (size_t)m->rec.norder[datum];
    return m->code && m->code[datum].vocab ? (size_t)ur_vocab_size(m->code[datum].vocab) : 0;
}

/* ---- whose symbols rows and columns are: those that grow when a vocabulary does */
static int grown(const unroll_model *m, int d, bool alike, ur_graph **out, ur_err *e)
{
    const ur_graph *g = m->graph;
    int *size = ur_zalloc((size_t)(m->ndata + 1) * sizeof *size);
    if (!size) return ur_nomem(e);
    for (int i = 0; i < m->ndata; i++) {
        int n = m->code && m->code[i].vocab ? ur_vocab_size(m->code[i].vocab) : 0;
        size[i] = n || !UR_IS_SYMBOL(g->data[i].kind) ? n : 100;
    }
    int was = size[d];
    for (int i = 0; i < m->ndata; i++)
        if (i == d || (alike && UR_IS_SYMBOL(g->data[i].kind) && size[i] == was)) size[i]++;
    ur_build_options o = { .size = size };
    int rc = ur_program_build(m->prog, &o, out, e);
    ur_free(size);
    return rc;
}

static int find_symbols(ur_carry *c)
{
    const unroll_model *m = c->m;
    const ur_graph *g = m->graph;
    c->rows_of = UR_NEW(&c->arena, int, g->nparam + 1);
    c->cols_of = UR_NEW(&c->arena, int, g->nparam + 1);
    for (int i = 0; i < g->nparam; i++) c->rows_of[i] = c->cols_of[i] = -1;
    for (int d = 0; d < m->ndata; d++) {
        if (!UR_IS_SYMBOL(g->data[d].kind)) continue;
        ur_graph *w = NULL;
        ur_err e = { 0 };
        if (grown(m, d, false, &w, &e)) TRY(grown(m, d, true, &w, c->e)); /* a matrix that two vocabularies share */
        int size = g->data[d].size ? g->data[d].size : 100;
        for (int i = 0; i < g->nparam; i++) {
            const ur_param *p = &g->param[i], *q = &w->param[i];
            if (q->rows != p->rows) c->rows_of[i] = p->rows == size ? d : m->rec.order[d] ? -2 : c->rows_of[i];
            if (q->cols != p->cols) c->cols_of[i] = p->cols == size ? d : m->rec.order[d] ? -2 : c->cols_of[i];
        }
        ur_graph_free(w);
    }
    return 0;
}

/* ---- numbers */
static double brain(uint16_t h) /* bfloat16: the upper half of a single */
{
    uint32_t u = (uint32_t)h << 16;
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static double number(const ur_tensor *t, size_t i)
{
    const char *p = t->data;
    double v;
    float f;
    uint16_t h;
    if (!strcmp(t->dtype, "F64")) return memcpy(&v, p + 8 * i, 8), v;
    if (!strcmp(t->dtype, "F32")) return memcpy(&f, p + 4 * i, 4), f;
    memcpy(&h, p + 2 * i, 2);
    return t->dtype[0] == 'B' ? brain(h) : ur_half(h);
}

/* a part, element by element: where each lies in the weights and in its tensor */
typedef struct walk {
    size_t count, rows, cols, r0, nr;
    const int32_t *row, *col;
    const ur_param *p;
    bool turn;
} walk;
typedef struct lie {
    size_t weight, tensor;
} lie;

static walk walk_of(const ur_carry *c, const ur_part *part)
{
    const ur_named *t = &c->tensor[part->tensor];
    const ur_param *p = &c->m->graph->param[part->param];
    int r = c->rows_of[part->param], k = c->cols_of[part->param];
    size_t one = (size_t)p->rows * (size_t)p->cols;
    walk w = { .p = p, .turn = t->turn, .rows = (size_t)p->rows, .cols = (size_t)p->cols };
    if (r >= 0) w.rows = ur_carry_symbols(c, r), w.row = c->m->rec.order[r];
    if (k >= 0) w.cols = ur_carry_symbols(c, k), w.col = c->m->rec.order[k];
    w.count = one ? p->count / one * w.rows * w.cols : 0;
    w.r0 = (size_t)part->gate * w.rows;
    w.nr = (size_t)t->gates * w.rows;
    return w;
}

static lie at(const walk *w, size_t k)
{
    size_t c = k % w->cols, r = k / w->cols % w->rows, tuple = k / w->cols / w->rows;
    size_t row = w->row ? (size_t)w->row[r] : r, col = w->col ? (size_t)w->col[c] : c;
    lie l = { w->p->offset + (tuple * (size_t)w->p->rows + row) * (size_t)w->p->cols + col,
              w->turn ? (tuple * w->cols + c) * w->rows + r : (tuple * w->nr + w->r0 + r) * w->cols + c };
    return l;
}

/* where the file has no number: 0, and for what looks like an output's bias a logit that no symbol is drawn with */
static void fill(const ur_carry *c, int param, double *weight)
{
    const ur_param *p = &c->m->graph->param[param];
    double v = c->rows_of[param] >= 0 && p->cols == 1 && !p->lookup ? NEVER : 0;
    for (size_t i = 0; i < p->count; i++) weight[p->offset + i] = v;
}

static int move_in(ur_carry *c)
{
    unroll_model *m = c->m;
    m->single = true;
    for (int i = 0; i < m->graph->nparam; i++) {
        if (c->how[i] == UR_FILLED) fill(c, i, m->weight);
        if (c->how[i] == UR_ZERO) memset(m->weight + m->graph->param[i].offset, 0, m->graph->param[i].count * sizeof *m->weight);
        if (c->how[i] == UR_FILLED || c->how[i] == UR_ZERO) m->was_set[i] = true;
    }
    for (int i = 0; i < c->npart; i++) {
        const ur_tensor *t = ur_file_tensor(&c->file, c->tensor[c->part[i].tensor].name);
        walk w = walk_of(c, &c->part[i]);
        if (!strcmp(t->dtype, "F64")) m->single = false;
        for (size_t k = 0; k < w.count; k++) {
            lie l = at(&w, k);
            double v = number(t, l.tensor);
            if (!isfinite(v))
                return ur_fail(c->e, UNROLL_ERROR_DATA, "%s: the tensor %.80s has a number that is not finite", c->path, t->name);
            m->weight[l.weight] = c->part[i].add ? m->weight[l.weight] + v : v;
        }
    }
    return 0;
}

static int move_out(ur_carry *c, ur_tensor *out)
{
    const unroll_model *m = c->m;
    size_t size = m->single ? sizeof(float) : sizeof(double);
    for (int i = 0; i < c->npart; i++) {
        const ur_part *part = &c->part[i];
        const ur_named *t = &c->tensor[part->tensor];
        walk w = walk_of(c, part);
        ur_tensor *o = &out[part->tensor];
        if (!o->data) {
            o->name = t->name;
            o->dtype = m->single ? "F32" : "F64";
            ur_carry_shape(c, part, &o->nshape, o->shape);
            if (t->nshape >= 0) memcpy(o->shape, t->shape, sizeof o->shape), o->nshape = t->nshape;
            o->bytes = w.count * (size_t)t->gates * size;
            o->data = UR_NEW(&c->arena, char, o->bytes + 1);
        }
        char *to = (char *)(uintptr_t)o->data;
        for (size_t k = 0; !part->add && k < w.count; k++) {
            lie l = at(&w, k);
            float f = (float)m->weight[l.weight];
            if (m->single) memcpy(to + l.tensor * size, &f, size);
            else memcpy(to + l.tensor * size, &m->weight[l.weight], size);
        }
    }
    return 0;
}

/* ---- transports */
static int read_map(ur_carry *c, const char *map, ur_buf *text)
{
    int doubts = 0;
    if (map) {
        TRY(ur_file_read_text(map, UR_MAX_TEXT, text, c->e));
        if (text->n && memchr(text->s, 0, text->n))
            return ur_fail(c->e, UNROLL_ERROR_DATA, "%s: no text: a map has lines NAME = TENSOR", map);
    } else {
        TRY(ur_carry_propose(c, text, &doubts));
        if (doubts)
            return ur_fail(
                c->e, UNROLL_ERROR_DATA,
                "%s: names and shapes leave %d lines of the map in doubt; without --map it is printed, to be mended and given",
                c->path, doubts);
    }
    return ur_carry_map(c, text->n ? text->s : "");
}

static int begin(ur_carry *c)
{
    int n = c->m->graph->nparam + 1;
    c->how = UR_NEW(&c->arena, int, n);
    c->line = UR_NEW(&c->arena, int, n);
    return find_symbols(c);
}

/* runs fn with a trap for the arena; what it allocated there is gone afterwards */
typedef struct job {
    ur_carry c;
    ur_buf map;
    const char *map_path;
    int (*line)(const char *, void *);
    void *arg;
    size_t doubts;
} job;
static int trapped(job *j, int (*fn)(job *))
{
    ur_carry *c = &j->c;
    c->arena.trap = &c->trap;
    c->arena.err = c->e;
    int rc;
    if (setjmp(c->trap)) rc = c->e->code;
    else rc = fn(j);
    ur_file_free(&c->file);
    ur_buf_free(&c->said);
    ur_buf_free(&j->map);
    ur_arena_free(&c->arena);
    return rc;
}

static int read_tensors(ur_carry *c)
{
    TRY(ur_file_read_all(c->path, SIZE_MAX / 4, &c->file.raw, c->e));
    return ur_file_parse_any(&c->file, c->path, c->e);
}

static int do_import(job *j)
{
    ur_carry *c = &j->c;
    c->map = j->map_path ? j->map_path : "the map";
    TRY(read_tensors(c));
    TRY(begin(c));
    TRY(read_map(c, j->map_path, &j->map));
    TRY(ur_carry_check(c));
    return move_in(c);
}

static int do_propose(job *j)
{
    int doubts = 0;
    TRY(read_tensors(&j->c));
    TRY(begin(&j->c));
    TRY(ur_carry_propose(&j->c, &j->map, &doubts));
    j->doubts = (size_t)doubts;
    for (char *s = j->map.s; s && *s;) {
        char *end = strchr(s, '\n');
        if (end) *end = 0;
        if (j->line(s, j->arg)) break;
        s = end ? end + 1 : NULL;
    }
    return 0;
}

static int do_export(job *j)
{
    ur_carry *c = &j->c;
    unroll_model *m = c->m;
    c->map = j->map_path;
    TRY(begin(c));
    TRY(read_map(c, j->map_path, &j->map));
    TRY(ur_carry_check(c));
    for (int i = 0; i < m->graph->nparam; i++)
        for (size_t k = 0; c->how[i] == UR_ZERO && k < m->graph->param[i].count; k++)
            if (m->weight[m->graph->param[i].offset + k] != 0)
                return ur_fail(c->e, UNROLL_ERROR_DATA, "%s:%d: %s is not zero, and the layer is said to have no bias", c->map,
                               c->line[i], m->graph->param[i].name);
    ur_tensor *out = UR_NEW(&c->arena, ur_tensor, c->ntensor + 1);
    TRY(move_out(c, out));
    ur_meta meta = { .key = "format", .value = "pt", .n = 2 };
    return ur_file_write(c->path, out, c->ntensor, &meta, 1, c->e);
}

/* ---- the interface */
/* a model beside m, with its text; codes, graph and weights of its own, or, where m has them, m's codes */
static int beside(unroll_model *n, const unroll_model *m, const unroll_import_options *o, bool all, ur_err *e)
{
    *n = *m;
    n->graph = NULL;
    n->weight = NULL;
    n->was_set = NULL;
    n->filed = false;
    if (m->coded && (o->nvocabulary || o->nscale))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is fitted: its vocabularies and scales are known", m->name);
    if (!m->coded) {
        n->code = NULL;
        memset(&n->rec, 0, sizeof n->rec);
        TRY(ur_record_new(&n->rec, n->ndata, e));
        n->graph = m->graph;
        int rc = new_codes(n, o, all, e);
        n->graph = NULL;
        if (rc) return rc;
    }
    TRY(ur_model_shape(n, e));
    if (m->weight && n->weight && m->graph->nweight == n->graph->nweight) {
        memcpy(n->weight, m->weight, n->graph->nweight * sizeof *n->weight);
        n->started = m->started;
        memcpy(n->was_set, m->was_set, (size_t)n->graph->nparam * sizeof *n->was_set);
    }
    return 0;
}

/* frees what is n's (or, n having taken its place, m's) alone */
static void let_go(unroll_model *n, bool codes)
{
    ur_graph_free(n->graph);
    ur_free(n->weight);
    ur_free(n->was_set);
    if (!codes) return;
    if (n->code) ur_code_free(n->code, n->ndata);
    ur_free(n->code);
    ur_record_free(&n->rec, n->ndata);
}

static int options_of(unroll_import_options *r, const unroll_import_options *o, ur_err *e)
{
    *r = (unroll_import_options)UNROLL_IMPORT_INIT;
    ur_options_read(r, o, sizeof *r);
    if ((r->nvocabulary && !r->vocabulary) || (r->nscale && !r->scale))
        return ur_fail(e, UNROLL_ERROR_USAGE, "vocabularies or scales are counted that are not there");
    for (size_t i = 0; i < r->nvocabulary; i++)
        if (!r->vocabulary[i].data || !r->vocabulary[i].path)
            return ur_fail(e, UNROLL_ERROR_USAGE, "vocabulary number %zu has no name of a datum or no path", i + 1);
    for (size_t i = 0; i < r->nscale; i++)
        if (!r->scale[i].data) return ur_fail(e, UNROLL_ERROR_USAGE, "scale number %zu has no name of a datum", i + 1);
    return 0;
}

int unroll_import(unroll_model *m, const char *path, const unroll_import_options *o)
{
    ur_err *e = ur_model_error();
    if (!m || !path) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_import: no model or no path");
    unroll_import_options op;
    TRY(options_of(&op, o, e));
    unroll_model n;
    bool codes = !m->coded;
    int rc = beside(&n, m, &op, true, e);
    job j = { .c = { .m = &n, .path = path, .partial = op.partial, .e = e }, .map_path = op.map };
    if (!rc) rc = trapped(&j, do_import);
    if (rc) {
        let_go(&n, codes);
        return rc;
    }
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    char shown[52];
    ur_shown(shown, sizeof shown, base, strlen(base), false); /* UTF-8, whole characters: it is stored */
    snprintf(n.rec.method, sizeof n.rec.method, "import of %s", shown);
    n.rec.units = 0;
    if (codes) ur_model_endless(&n, false);
    for (int d = 0; codes && d < n.ndata; d++) n.rec.stream = n.rec.stream || n.code[d].endless;
    n.fitted = n.coded = true;
    let_go(m, codes);
    *m = n;
    return 0;
}

int unroll_import_map(unroll_model *m, const char *path, const unroll_import_options *o, int (*line)(const char *text, void *arg),
                      void *arg, size_t *doubts)
{
    ur_err *e = ur_model_error();
    if (!m || !path || !line)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_import_map: no model, no path or no function for the lines");
    unroll_import_options op;
    TRY(options_of(&op, o, e));
    unroll_model n;
    int rc = beside(&n, m, &op, false, e);
    job j = { .c = { .m = &n, .path = path, .map = "the map", .e = e }, .line = line, .arg = arg };
    if (!rc) rc = trapped(&j, do_propose);
    let_go(&n, !m->coded);
    if (!rc && doubts) *doubts = j.doubts;
    return rc;
}

int unroll_export(unroll_model *m, const char *path, const char *map)
{
    ur_err *e = ur_model_error();
    if (!m || !path || !map) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_export: no model, no path or no map");
    if (!m->sized || !m->weight)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_export: the model has no shapes yet; fit it first");
    TRY(ur_model_weights(m, e));
    job j = { .c = { .m = m, .path = path, .e = e }, .map_path = map };
    return trapped(&j, do_export);
}
