/* What the files of the data room share: growing arrays, the cutting of text, sources on their way into a ur_raw.
 * Not for other rooms. */
#ifndef UR_DATA_PARTS_H
#define UR_DATA_PARTS_H
#include "data/data.h"
#include "data/window.h"

typedef struct ur_dvec {
    double *v;
    size_t n, cap;
} ur_dvec;
typedef struct ur_ivec {
    int32_t *v;
    size_t n, cap;
} ur_ivec;
typedef struct ur_bvec {
    uint8_t *v;
    size_t n, cap;
} ur_bvec;
typedef struct ur_hvec {
    int16_t *v;
    size_t n, cap;
} ur_hvec;
typedef struct ur_zvec {
    size_t *v;
    size_t n, cap;
} ur_zvec;
/* room for `need` elements; *v as a pointer to any of the above's v */
int ur_vec_reserve(void **v, size_t *cap, size_t need, size_t elem, ur_err *e);
#define UR_PUSH(vec, x, e)                                                                                                       \
    ((vec).n < (vec).cap || !ur_vec_reserve((void **)&(vec).v, &(vec).cap, (vec).n + 1, sizeof *(vec).v, (e))                    \
         ? ((vec).v[(vec).n++] = (x), 0)                                                                                         \
         : UNROLL_ERROR_MEMORY)

typedef struct ur_slice {
    const char *s;
    size_t n;
} ur_slice;
/* ur_vocab_add for each of n, id[i] that of s[i]; faster than one by one */
int ur_vocab_add_many(ur_vocab *v, const ur_slice *s, size_t n, int32_t *id, ur_err *e);

/* cutting: text to symbol ids. `inner`: lengths of the parts when words are cut further into characters. */
typedef struct ur_cutter {
    ur_data_kind kind;
    bool nested, stream;
    ur_vocab *vocab;
    ur_ivec sym, inner;
    bool padded;    /* at least 16 bytes can be read after every text */
    int32_t *small; /* [0x800] ids of bytes, or of characters of one or two bytes, met so far; 0: none. Made by ur_cut, freed by
                       its caller */
} ur_cutter;
/* *count: words when nested, else symbols. Not UTF-8: UNROLL_ERROR_DATA without a text, *bad the byte. */
int ur_cut(ur_cutter *c, const char *s, size_t n, int32_t *count, size_t *bad, ur_err *e);

/* What one datum brings to a ur_raw. Owned by whoever holds it until installed. len[k]: lengths of its k-th axis. */
typedef struct ur_delivery {
    int datum;
    ur_series s;
    ur_vocab *local;
    int32_t *len[UR_MAX_RAGGED];
    ur_time_form form;
    char *from;
} ur_delivery;
void ur_delivery_free(ur_delivery *d);
/* checks the lengths against what is there and moves *d into r; on an error *d is left as it was */
int ur_raw_install(ur_raw *r, const ur_schema *g, ur_delivery *d, ur_err *e);
size_t ur_axis_count(const ur_schema *g, const ur_raw *r, int axis); /* entries of extent[axis].len */
bool ur_axes_chain(const ur_schema *g, const int *axis,
                   int n); /* each nested in the one before: rows lie as the last axis' positions */
int ur_raw_copy_names(const ur_raw *r, ur_raw *out,
                      ur_err *e); /* what says how the files were read: columns, bindings, remarks */
int ur_make_first(const int32_t *len, size_t n, size_t **out, ur_err *e); /* prefix sums, [n + 1] */
int ur_places_copy(size_t **out, const size_t *place, size_t n, ur_err *e);
int32_t *ur_lengths_copy(const int32_t *len, size_t n, ur_err *e);

/* pieces (subword.c): learned from a column of words; the columns of words cut: *out is r, or a copy of its outside that shares
 * all else, made with ur_subword_cut and freed by ur_subword_free */
int ur_subword_learn(ur_code *c, const ur_datum *d, const ur_column *col, size_t nexample, int min_count, ur_err *e);
int ur_subword_cut(const ur_raw **out, const ur_schema *g, const ur_raw *r, const ur_code *c, ur_err *e);
void ur_subword_free(const ur_raw *cut, const ur_schema *g, const ur_raw *r);

/* ---- reading */
typedef struct ur_binding {
    int datum;
    char *value;
    bool quoted, used;
} ur_binding; /* name=value */
/* a text that says that a value is missing: of one datum, or (−1) of all that are numbers or times. As a number too, where it is
 * one */
typedef struct ur_sentinel {
    int datum;
    const char *s;
    size_t n;
    bool number, met; /* met: a cell says it */
    double v;
} ur_sentinel;
typedef struct ur_ingest {
    const ur_schema *g;
    const ur_read_options *o;
    size_t nsentinel;
    ur_sentinel *sentinel;      /* of r->manner.missing */
    bool group_kept, skip_kept; /* r->manner.group, .skip: nobody asked for it now */
    ur_raw *r;
    bool sized; /* sized: r->n is known, from `sized_by` */
    char *sized_by;
    int nbinding;
    ur_binding *binding;
    struct ur_source *source; /* tables, first first */
} ur_ingest;
/* how the files are read, by in->o: into in->r->manner, and what else says that a value is missing. in->g, o and r are set */
int ur_ingest_begin(ur_ingest *in, ur_err *e);
int ur_ingest_unmet(const ur_ingest *in, ur_err *e); /* a remark for each of those, asked for now, that no cell says */
void ur_ingest_end(ur_ingest *in);
int ur_table_read(ur_ingest *in, const char *path, ur_err *e); /* into sources */
int ur_tables_finish(ur_ingest *in, ur_err *e);                /* sources into in->r */
void ur_tables_free(ur_ingest *in);
int ur_text_read(ur_ingest *in, int datum, const char *path, ur_err *e); /* a text, or an array by its first bytes */
bool ur_array_begins(const ur_window *w, ur_data_kind kind); /* does this begin as an IDX or NPY file, whole or damaged? */
int ur_array_read(ur_ingest *in, int datum, const char *path, ur_window *w, ur_err *e);
/* n examples come from `from`; all sources must agree */
int ur_ingest_size(ur_ingest *in, size_t n, const char *from, ur_err *e);
/* a remark where cells of a column have digits that are lost; date: else plain numbers */
int ur_orders_cut(const ur_orders *o, const char *from, bool date, ur_raw *raw, ur_err *e);
/* times of a column, `from` for messages, as its order is told by its cells, asked for, or held: t and form are changed where the
 * month comes first. Doubts are remarks, contradictions errors */
int ur_orders_settle(const ur_orders *o, const char *from, const ur_read_options *how, double *t, const int16_t *away, size_t n,
                     ur_time_form *form, ur_raw *raw, ur_err *e);
bool ur_missing(const char *s, size_t n);
/* datum −1: of a column that no data are bound to */
bool ur_is_sentinel(const ur_ingest *in, int datum, const char *s, size_t n);
#endif
