/* tensors.c: safetensors files, written and read with suspicion: 8 bytes of header length, a JSON header, the tensors' bytes.
 * Knows nothing of models. Invariants: a file that parses has tensors that lie one after the other within it and, where Unroll
 * wrote it, a checksum (CRC-32 over tensors, their descriptions and the metadata) that agrees. The header is padded to whole 256
 * bytes, so the first byte of every model file is zero, which no text begins with. */
#include "model/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PAD = 256, NEST = 8 };

static uint32_t crc_text(uint32_t c, const char *s) { return (uint32_t)crc32(c, (const Bytef *)s, (uInt)strlen(s) + 1); }

static uint32_t crc_bytes(uint32_t c, const void *p, size_t n)
{
    const Bytef *b = p;
    while (n) {
        uInt k = n > (1u << 30) ? 1u << 30 : (uInt)n;
        c = (uint32_t)crc32(c, b, k);
        b += k;
        n -= k;
    }
    return c;
}

static uint32_t crc_tensor(uint32_t c, const ur_tensor *t)
{
    c = crc_text(crc_text(c, t->name), t->dtype);
    for (int k = 0; k < t->nshape; k++) {
        char s[32];
        snprintf(s, sizeof s, "%zu", t->shape[k]);
        c = crc_text(c, s);
    }
    return crc_bytes(c, t->data, t->bytes);
}

/* independent of the order of keys: a sum of CRCs of each item */
static uint32_t checksum(const ur_tensor *t, int nt, const ur_meta *meta, int nmeta)
{
    uint32_t sum = 0;
    for (int i = 0; i < nt; i++) sum += crc_tensor(1, &t[i]) * (2u * (uint32_t)i + 1u);
    for (int i = 0; i < nmeta; i++)
        if (strcmp(meta[i].key, "checksum")) sum += crc_bytes(crc_text(2, meta[i].key), meta[i].value, meta[i].n);
    return sum;
}

/* ---- writing */
static char *header_text(const ur_tensor *t, int nt, const ur_meta *meta, int nmeta)
{
    ur_json j = { 0 };
    json_t *top = json_object(), *md = json_object();
    for (int i = 0; i < nmeta; i++) ur_json_put(&j, md, meta[i].key, json_stringn(meta[i].value, meta[i].n));
    char sum[32];
    snprintf(sum, sizeof sum, "crc32:%08x", (unsigned)checksum(t, nt, meta, nmeta));
    ur_json_put(&j, md, "checksum", json_string(sum));
    ur_json_put(&j, top, "__metadata__", md);
    size_t at = 0;
    for (int i = 0; i < nt; i++) {
        json_t *shape = json_array(), *one = json_object(), *offsets = json_array();
        for (int k = 0; k < t[i].nshape; k++) ur_json_add(&j, shape, json_integer((json_int_t)t[i].shape[k]));
        ur_json_add(&j, offsets, json_integer((json_int_t)at));
        ur_json_add(&j, offsets, json_integer((json_int_t)(at + t[i].bytes)));
        ur_json_put(&j, one, "dtype", json_string(t[i].dtype));
        ur_json_put(&j, one, "shape", shape);
        ur_json_put(&j, one, "data_offsets", offsets);
        ur_json_put(&j, top, t[i].name, one);
        at += t[i].bytes;
    }
    return ur_json_text(&j, top);
}

static bool same_tensor(const ur_tensor *a, const ur_tensor *b)
{
    return b && !strcmp(a->dtype, b->dtype) && a->nshape == b->nshape && a->bytes == b->bytes &&
           !memcmp(a->shape, b->shape, (size_t)a->nshape * sizeof *a->shape) &&
           (!a->bytes || !memcmp(a->data, b->data, a->bytes));
}

/* do the bytes say what they were made of? */
static int reads_as(ur_buf *bytes, const char *path, const ur_tensor *t, int nt, const ur_meta *meta, int nmeta, ur_err *e)
{
    ur_file f = { .raw = *bytes };
    ur_err why = { 0 };
    int rc = ur_file_parse_any(&f, path, &why);
    bool same = !rc && f.ntensor == nt;
    for (int i = 0; same && i < nt; i++) same = same_tensor(&t[i], ur_file_tensor(&f, t[i].name));
    for (int i = 0; same && i < nmeta; i++) {
        const char *v = ur_file_meta(&f, meta[i].key);
        same = v && (!strcmp(v, meta[i].value) || !strcmp(meta[i].key, "checksum"));
    }
    if (!rc && !same) rc = ur_fail(&why, UNROLL_ERROR_FORMAT, "something else comes back");
    *bytes = f.raw;
    f.raw = (ur_buf){ 0 };
    ur_file_free(&f);
    if (rc == UNROLL_ERROR_MEMORY) return ur_nomem(e);
    return rc ? ur_fail(e, rc, "%s: is not written, for it could not be read: %s", path, why.text) : 0;
}

int ur_file_make(ur_buf *out, const char *path, const ur_tensor *t, int nt, const ur_meta *meta, int nmeta, ur_err *e)
{
    size_t bad;
    for (int i = 0; i < nmeta; i++)
        if (!ur_utf8_valid(meta[i].value, meta[i].n, &bad))
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: cannot be written: the model's %s is not UTF-8", path, meta[i].key);
    for (int i = 0; i < nt; i++)
        if (!ur_utf8_valid(t[i].name, strlen(t[i].name), &bad))
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: cannot be written: the name of a tensor is not UTF-8", path);
    char *text = header_text(t, nt, meta, nmeta);
    if (!text) return ur_nomem(e);
    size_t n = strlen(text), padded = (n + PAD - 1) / PAD * PAD;
    ur_buf b = { 0 };
    uint8_t len[8];
    for (int i = 0; i < 8; i++) len[i] = (uint8_t)((uint64_t)padded >> (8 * i));
    ur_buf_add(&b, len, 8);
    ur_buf_add(&b, text, n);
    for (size_t i = n; i < padded; i++) ur_buf_add(&b, " ", 1);
    ur_free(text);
    for (int i = 0; i < nt; i++) ur_buf_add(&b, t[i].data, t[i].bytes);
    int rc = b.bad ? ur_nomem(e) : reads_as(&b, path, t, nt, meta, nmeta, e);
    if (rc) {
        ur_buf_free(&b);
        return rc;
    }
    *out = b;
    return 0;
}

int ur_file_write(const char *path, const ur_tensor *t, int nt, const ur_meta *meta, int nmeta, ur_err *e)
{
    ur_buf b = { 0 };
    int rc = ur_file_make(&b, path, t, nt, meta, nmeta, e);
    if (!rc) rc = ur_file_write_all(path, b.s, b.n, e);
    ur_buf_free(&b);
    return rc;
}

/* ---- reading */
bool ur_file_sniff(const char *s, size_t n) { return n > 0 && s[0] == 0; }

static uint64_t header_length(const char *s)
{
    uint64_t n = 0;
    for (int i = 7; i >= 0; i--) n = n << 8 | (uint8_t)s[i];
    return n;
}

static int read_meta(ur_file *f, json_t *md, const char *path, ur_err *e)
{
    const char *key;
    json_t *v;
    size_t n = json_object_size(md);
    f->meta = ur_zalloc((n + 1) * sizeof *f->meta);
    if (!f->meta) return ur_nomem(e);
    json_object_foreach(md, key, v)
    {
        if (!json_is_string(v))
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: metadata field %.60s is not a text", path, key);
        ur_meta *m = &f->meta[f->nmeta];
        m->n = json_string_length(v);
        m->key = ur_strdup(key);
        m->value = ur_alloc(m->n + 1);
        f->nmeta++;
        if (!m->key || !m->value) return ur_nomem(e);
        memcpy(m->value, json_string_value(v), m->n);
        m->value[m->n] = 0;
    }
    return 0;
}

typedef struct kind {
    const char *name;
    size_t bytes;
} kind;
static const kind *kind_named(const char *name)
{
    static const kind kinds[] = { { "F64", 8 }, { "F32", 4 },  { "F16", 2 },     { "BF16", 2 },    { "U8", 1 },
                                  { "I8", 1 },  { "BOOL", 1 }, { "F8_E4M3", 1 }, { "F8_E5M2", 1 }, { "I16", 2 },
                                  { "U16", 2 }, { "I32", 4 },  { "U32", 4 },     { "I64", 8 },     { "U64", 8 } };
    for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].name, name)) return &kinds[i];
    return NULL;
}

static int read_tensor(ur_tensor *t, const char *name, json_t *v, size_t data, size_t size, const char *base, size_t *end,
                       const char *path, ur_err *e)
{
    json_t *dt = json_object_get(v, "dtype"), *sh = json_object_get(v, "shape"), *off = json_object_get(v, "data_offsets");
    const kind *type = kind_named(json_string_value(dt));
    if (!type || !json_is_array(sh) || json_array_size(sh) > UR_MAX_FIXED + 2 || json_array_size(off) != 2)
        return ur_fail(e, UNROLL_ERROR_FORMAT,
                       "%s: the file is damaged: tensor %.60s has no known dtype, no shape of at most %d sizes or no offsets",
                       path, name, UR_MAX_FIXED + 2);
    json_int_t a = json_integer_value(json_array_get(off, 0)), b = json_integer_value(json_array_get(off, 1));
    if (!json_is_integer(json_array_get(off, 0)) || !json_is_integer(json_array_get(off, 1)) || a < 0 || b < a ||
        (uint64_t)b > size)
        return ur_fail(e, UNROLL_ERROR_FORMAT,
                       "%s: tensor %.60s lies outside the file: it ends at byte %lld of %zu; the file is cut short or damaged",
                       path, name, (long long)b, size);
    size_t count = type->bytes;
    t->nshape = (int)json_array_size(sh);
    for (int k = 0; k < t->nshape; k++) {
        json_int_t s = json_integer_value(json_array_get(sh, (size_t)k));
        if (!json_is_integer(json_array_get(sh, (size_t)k)) || s < 0 || (s > 0 && count > ((size_t)1 << 50) / (size_t)s))
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: the shape of tensor %.60s is impossible", path,
                           name);
        t->shape[k] = (size_t)s;
        count *= (size_t)s;
    }
    if (count != (size_t)(b - a))
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: tensor %.60s needs %zu bytes and has %lld", path, name,
                       count, (long long)(b - a));
    t->dtype = type->name;
    t->data = base + data + (size_t)a;
    t->bytes = count;
    if ((size_t)b > *end) *end = (size_t)b;
    return (t->name = ur_strdup(name)) ? 0 : ur_nomem(e);
}

static int by_place(const void *a, const void *b)
{
    const ur_tensor *x = a, *y = b;
    if (x->data != y->data) return (const char *)x->data < (const char *)y->data ? -1 : 1;
    return x->bytes < y->bytes ? -1 : x->bytes > y->bytes ? 1 : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(ur_tensor *const *)a)->name, (*(ur_tensor *const *)b)->name);
}

static int read_header(ur_file *f, json_t *top, size_t data, const char *path, ur_err *e)
{
    const char *key;
    json_t *v;
    size_t size = f->raw.n - data, end = 0;
    f->tensor = ur_zalloc((json_object_size(top) + 1) * sizeof *f->tensor);
    f->named = ur_alloc((json_object_size(top) + 1) * sizeof *f->named);
    if (!f->tensor || !f->named) return ur_nomem(e);
    json_object_foreach(top, key, v)
    {
        if (!strcmp(key, "__metadata__")) {
            TRY(read_meta(f, v, path, e));
            continue;
        }
        TRY(read_tensor(&f->tensor[f->ntensor], key, v, data, size, f->raw.s, &end, path, e));
        f->ntensor++;
    }
    qsort(f->tensor, (size_t)f->ntensor, sizeof *f->tensor, by_place);
    for (int i = 0; i < f->ntensor; i++) f->named[i] = &f->tensor[i];
    qsort(f->named, (size_t)f->ntensor, sizeof *f->named, by_name);
    const char *at = f->raw.s + data;
    for (int i = 0; i < f->ntensor; i++) {
        if (f->tensor[i].data != at)
            return ur_fail(e, UNROLL_ERROR_FORMAT,
                           "%s: the file is damaged: tensor %.60s does not begin where the one before it ends", path,
                           f->tensor[i].name);
        at += f->tensor[i].bytes;
    }
    if (end != size)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: %zu bytes of tensors are described, %zu are there", path,
                       end, size);
    return 0;
}

int ur_file_parse_any(ur_file *f, const char *path, ur_err *e)
{
    ur_kind other;
    if (ur_file_kind(&other, f->raw.s, f->raw.n, UR_FOR_WEIGHTS))
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: %s; %s", path, other.is, other.mend);
    if (f->raw.n < 8)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is cut short: %zu bytes, not even its header's length", path,
                       f->raw.n);
    uint64_t n = header_length(f->raw.s);
    if (n > UR_MAX_HEADER)
        return ur_fail(e, UNROLL_ERROR_FORMAT,
                       "%s: no safetensors file (as model files are), or damaged: its header claims %llu bytes", path,
                       (unsigned long long)n);
    if (n > f->raw.n - 8)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is cut short: its header claims %llu bytes, %zu are there", path,
                       (unsigned long long)n, f->raw.n - 8);
    size_t depth = 0, most = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) { /* jansson recurses; a header has no reason to nest deeply */
        char c = f->raw.s[8 + i];
        if (quoted) {
            if (c == '\\') i++;
            else if (c == '"') quoted = false;
        } else if (c == '"') quoted = true;
        else if (c == '{' || c == '[') most = ++depth > most ? depth : most;
        else if ((c == '}' || c == ']') && depth) depth--;
    }
    json_t *top = NULL;
    if (most > NEST) return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: its header is not JSON", path);
    TRY(ur_json_read(&top, f->raw.s + 8, (size_t)n, path, e));
    int rc = json_is_object(top) ? read_header(f, top, 8 + (size_t)n, path, e)
                                 : ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: its header is not JSON", path);
    json_decref(top);
    return rc;
}

int ur_file_parse(ur_file *f, const char *path, ur_err *e)
{
    TRY(ur_file_parse_any(f, path, e));
    const char *want = ur_file_meta(f, "checksum");
    char sum[32];
    snprintf(sum, sizeof sum, "crc32:%08x", (unsigned)checksum(f->tensor, f->ntensor, f->meta, f->nmeta));
    if (!want || !ur_file_meta(f, "unroll"))
        return ur_fail(
            e, UNROLL_ERROR_FORMAT,
            "%s: a safetensors file, but not one that Unroll wrote (its metadata has no \"unroll\" or no \"checksum\")", path);
    if (strcmp(want, sum))
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: its checksum is %s and should be %.20s", path, sum,
                       want);
    return 0;
}

void ur_file_free(ur_file *f)
{
    for (int i = 0; i < f->ntensor; i++) ur_free((void *)(uintptr_t)f->tensor[i].name);
    ur_free(f->tensor);
    ur_free(f->named);
    ur_meta_free(f->meta, f->nmeta);
    ur_buf_free(&f->raw);
    memset(f, 0, sizeof *f);
}

void ur_meta_free(ur_meta *meta, int n)
{
    for (int i = 0; i < n; i++) {
        ur_free(meta[i].key);
        ur_free(meta[i].value);
    }
    ur_free(meta);
}

const char *ur_file_meta(const ur_file *f, const char *key)
{
    for (int i = 0; i < f->nmeta; i++)
        if (!strcmp(f->meta[i].key, key)) return f->meta[i].value;
    return NULL;
}

const ur_tensor *ur_file_tensor(const ur_file *f, const char *name)
{
    const ur_tensor key = { .name = name }, *want = &key;
    ur_tensor **at = f->ntensor ? bsearch(&want, f->named, (size_t)f->ntensor, sizeof *f->named, by_name) : NULL;
    return at ? *at : NULL;
}
