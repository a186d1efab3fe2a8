/* Vocabularies: byte strings to ids and back.
 * Knows nothing of how text is cut. Invariants: ids 0, 1, 2 are unknown, start and end and are never found by their text;
 * further ids are given in the order of adding.
 * Most of the time of looking words up is waiting for memory: a vocabulary of 200,000 lies outside the near caches. So a slot
 * holds a short string itself, a longer one is one more step away, and of many the memory is asked for before the first is
 * compared: bench/reading.c's stream of words is read at 216 MB/s, and was at 112 with slots that led to entries that led to
 * texts, byte-wise hashes and one word at a time. */
#include <string.h>
#include "data/parts.h"

enum { SHORT = 7, MANY = 64 };

typedef struct entry {
    size_t at, n;
} entry;
/* key: up to 7 bytes and, above them, their number; longer: where the text begins, and above it the length (255: at least that)
 */
typedef struct slot {
    uint64_t key;
    uint32_t hash;
    int32_t id;
} slot; /* id 0: empty */

struct ur_vocab {
    entry *entry;
    size_t n, cap;
    char *text;
    size_t used, room;
    slot *slot;
    size_t nslot; /* a power of two. Linear probing, at most half full */
};

static inline uint64_t eight(const char *s)
{
    uint64_t x;
    memcpy(&x, s, 8);
    return x;
}
static inline uint64_t four(const char *s)
{
    uint32_t x;
    memcpy(&x, s, 4);
    return x;
}
static inline uint64_t byte(const char *s, size_t i) { return (uint64_t)(unsigned char)s[i] << 8 * i; }

static inline uint64_t short_key(const char *s, size_t n)
{
    uint64_t k = (uint64_t)n << 56;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (n >= 4) return k | four(s) | four(s + n - 4) << 8 * (n - 4);
    return n ? k | byte(s, 0) | byte(s, n >> 1) | byte(s, n - 1) : k;
#else
    for (size_t i = 0; i < n; i++) k |= byte(s, i);
    return k;
#endif
}

static inline uint64_t long_key(size_t at, size_t n) { return (uint64_t)(n < 255 ? n : 255) << 56 | at; }

/* Numbers of eight bytes (the last two may overlap), each added and multiplied by an odd constant, the upper half folded into the
 * lower. */
static inline uint32_t hash(const char *s, size_t n, uint64_t short_one)
{
    const uint64_t k = 0x9E3779B97F4A7C15u, l = 0xD6E8FEB86659FD93u;
    uint64_t h = n <= SHORT ? short_one * k : n * k;
    for (size_t i = 0; n > SHORT; i += 8) {
        if (i + 8 >= n) {
            h = (h ^ eight(s + n - 8)) * k;
            break;
        }
        h = (h ^ eight(s + i)) * k;
        h ^= h >> 32;
    }
    h = (h ^ h >> 32) * l;
    return (uint32_t)(h ^ h >> 32);
}

/* n ≥ 8 */
static inline bool equal(const char *a, const char *b, size_t n)
{
    if (n > 16) return memcmp(a, b, n) == 0;
    return eight(a) == eight(b) && eight(a + n - 8) == eight(b + n - 8);
}

typedef struct wanted {
    const char *s;
    size_t n;
    uint64_t key;
    uint32_t hash;
} wanted;

static inline wanted want(const char *s, size_t n)
{
    wanted w = { s, n, n <= SHORT ? short_key(s, n) : long_key(0, n), 0 };
    w.hash = hash(s, n, w.key);
    return w;
}

static int append(ur_vocab *v, const char *s, size_t n, ur_err *e)
{
    int rc = 0;
    if (v->n >= v->cap) rc = ur_vec_reserve((void **)&v->entry, &v->cap, v->n + 1, sizeof *v->entry, e);
    if (!rc && v->used + n + 1 > v->room) rc = ur_vec_reserve((void **)&v->text, &v->room, v->used + n + 1, 1, e);
    if (rc) return rc;
    v->entry[v->n] = (entry){ v->used, n };
    if (n) memcpy(v->text + v->used, s, n);
    v->text[v->used + n] = 0;
    v->used += n + 1;
    v->n++;
    return 0;
}

int ur_vocab_new(ur_vocab **out, ur_err *e)
{
    static const char *const special[] = { "<unknown>", "<start>", "<end>" };
    ur_vocab *v = ur_zalloc(sizeof *v);
    if (!v) return ur_nomem(e);
    int rc = 0;
    for (int i = 0; i < UR_SYM_FIRST && !rc; i++) rc = append(v, special[i], strlen(special[i]), e);
    v->nslot = 64;
    v->slot = ur_zalloc(v->nslot * sizeof *v->slot);
    if (!rc && !v->slot) rc = ur_nomem(e);
    if (rc) {
        ur_vocab_free(v);
        return rc;
    }
    *out = v;
    return 0;
}

void ur_vocab_free(ur_vocab *v)
{
    if (!v) return;
    ur_free(v->entry);
    ur_free(v->text);
    ur_free(v->slot);
    ur_free(v);
}

static inline bool is(const ur_vocab *v, const slot *x, const wanted *w)
{
    if (x->hash != w->hash || (w->n <= SHORT ? x->key != w->key : x->key >> 56 != w->key >> 56)) return false;
    return w->n <= SHORT ||
           ((w->n < 255 || v->entry[x->id].n == w->n) && equal(v->text + (x->key & UINT64_MAX >> 8), w->s, w->n));
}

/* where the string stands, or would */
static inline slot *place(const ur_vocab *v, const wanted *w)
{
    for (size_t i = w->hash & (v->nslot - 1);; i = (i + 1) & (v->nslot - 1))
        if (!v->slot[i].id || is(v, &v->slot[i], w)) return &v->slot[i];
}

static int widen(ur_vocab *v, ur_err *e)
{
    size_t nslot = v->nslot * 2;
    slot *to = ur_zalloc(nslot * sizeof *to);
    if (!to) return ur_nomem(e);
    for (size_t k = 0; k < v->nslot; k++) {
        size_t i = v->slot[k].hash & (nslot - 1);
        if (!v->slot[k].id) continue;
        while (to[i].id) i = (i + 1) & (nslot - 1);
        to[i] = v->slot[k];
    }
    ur_free(v->slot);
    v->slot = to;
    v->nslot = nslot;
    return 0;
}

static int add_new(ur_vocab *v, const wanted *w, ur_err *e)
{
    int rc = 0;
    if (v->n >= UR_MAX_SIZE) return ur_fail(e, UNROLL_ERROR_DATA, "more than %d different symbols", UR_MAX_SIZE);
    if (v->n * 2 >= v->nslot) rc = widen(v, e);
    if (!rc) rc = append(v, w->s, w->n, e);
    if (rc) return rc;
    int32_t id = (int32_t)(v->n - 1);
    *place(v, w) = (slot){ w->n <= SHORT ? w->key : long_key(v->entry[id].at, w->n), w->hash, id };
    return id;
}

int ur_vocab_add(ur_vocab *v, const char *s, size_t n, ur_err *e)
{
    wanted w = want(s, n);
    int32_t id = place(v, &w)->id;
    return id ? id : add_new(v, &w, e);
}

int ur_vocab_add_many(ur_vocab *v, const ur_slice *s, size_t n, int32_t *id, ur_err *e)
{
    wanted w[MANY];
    for (size_t from = 0; from < n; from += MANY) {
        size_t k = n - from < MANY ? n - from : MANY;
        for (size_t i = 0; i < k; i++) {
            w[i] = want(s[from + i].s, s[from + i].n);
            __builtin_prefetch(&v->slot[w[i].hash & (v->nslot - 1)]);
        }
        for (size_t i = 0; i < k; i++) {
            const slot *x = &v->slot[w[i].hash & (v->nslot - 1)];
            if (w[i].n > SHORT && x->hash == w[i].hash) __builtin_prefetch(v->text + (x->key & UINT64_MAX >> 8));
        }
        for (size_t i = 0; i < k; i++) {
            int32_t found = place(v, &w[i])->id;
            if (!found && (found = add_new(v, &w[i], e)) < 0) return found;
            id[from + i] = found;
        }
    }
    return 0;
}

int32_t ur_vocab_find(const ur_vocab *v, const char *s, size_t n)
{
    wanted w = want(s, n);
    return place(v, &w)->id;
}

enum { ZEROS = 6 }; /* that are looked for behind a point */

/* the part of a plain decimal number that its value needs: "2" of "2.00", "1.5" of "1.50"; 0: it is none, or a code such as 007
 */
static size_t needed(const char *s, size_t n)
{
    size_t sign = n && (*s == '-' || *s == '+'), whole = sign;
    while (whole < n && s[whole] >= '0' && s[whole] <= '9') whole++;
    if (whole == sign || (whole > sign + 1 && s[sign] == '0')) return 0;
    for (size_t i = whole + 1; i < n; i++)
        if (s[i] < '0' || s[i] > '9') return 0;
    if (whole < n && s[whole] != '.') return 0;
    while (n > whole && (s[n - 1] == '0' || n - 1 == whole)) n--;
    return n;
}

int32_t ur_vocab_find_equal(const ur_vocab *v, const char *s, size_t n)
{
    char text[64];
    size_t k = n < sizeof text - ZEROS - 1 ? needed(s, n) : 0;
    int32_t found = UR_SYM_UNKNOWN;
    if (!k) return found;
    memcpy(text, s, k);
    bool point = memchr(text, '.', k);
    for (size_t zeros = 0; zeros <= ZEROS; zeros++) {
        int32_t id = ur_vocab_find(v, text, k);
        if (id != UR_SYM_UNKNOWN && found != UR_SYM_UNKNOWN) return UR_SYM_UNKNOWN;
        found = id != UR_SYM_UNKNOWN ? id : found;
        if (!point) text[k++] = '.';
        point = true;
        text[k++] = '0';
    }
    return found;
}

int ur_vocab_size(const ur_vocab *v) { return (int)v->n; }

const char *ur_vocab_entry(const ur_vocab *v, int id, size_t *n)
{
    if (id < 0 || (size_t)id >= v->n) id = UR_SYM_UNKNOWN;
    if (n) *n = v->entry[id].n;
    return v->text + v->entry[id].at;
}

static void *copied(const void *p, size_t n, ur_err *e)
{
    void *q = ur_alloc(n);
    if (!q) ur_nomem(e);
    else memcpy(q, p, n);
    return q;
}

int ur_vocab_copy(ur_vocab **out, const ur_vocab *v, ur_err *e)
{
    ur_vocab *c = ur_zalloc(sizeof *c);
    if (!c) return ur_nomem(e);
    c->n = c->cap = v->n;
    c->used = c->room = v->used;
    c->nslot = v->nslot;
    if (!(c->entry = copied(v->entry, v->n * sizeof *v->entry, e)) || !(c->text = copied(v->text, v->used, e)) ||
        !(c->slot = copied(v->slot, v->nslot * sizeof *v->slot, e))) {
        ur_vocab_free(c);
        return UNROLL_ERROR_MEMORY;
    }
    *out = c;
    return 0;
}
