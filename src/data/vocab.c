/* Vocabularies: byte strings to ids and back.
 * Knows nothing of how text is cut. Invariants: ids 0, 1, 2 are unknown, start and end and are never found by their text;
 * further ids are given in the order of adding. */
#include <string.h>
#include "data/parts.h"

typedef struct entry { size_t at; size_t n; uint64_t hash; } entry;

struct ur_vocab {
    entry *entry; size_t n, cap;
    char *text; size_t used, room;
    int32_t *slot; size_t nslot;         /* a power of two; −1: empty. Linear probing, at most half full */
};

/* FNV-1a, with a last mix so that the low bits depend on all */
static uint64_t hash(const char *s, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
    return h ^ h >> 32;
}

static int append(ur_vocab *v, const char *s, size_t n, uint64_t h, ur_err *e)
{
    int rc = 0;
    if (v->n >= v->cap)
        rc = ur_vec_reserve((void **)&v->entry, &v->cap, v->n + 1, sizeof *v->entry, e);
    if (!rc && v->used + n + 1 > v->room)
        rc = ur_vec_reserve((void **)&v->text, &v->room, v->used + n + 1, 1, e);
    if (rc)
        return rc;
    v->entry[v->n] = (entry){ v->used, n, h };
    if (n)
        memcpy(v->text + v->used, s, n);
    v->text[v->used + n] = 0;
    v->used += n + 1;
    v->n++;
    return 0;
}

int ur_vocab_new(ur_vocab **out, ur_err *e)
{
    static const char *const special[] = { "<unknown>", "<start>", "<end>" };
    ur_vocab *v = ur_zalloc(sizeof *v);
    if (!v)
        return ur_nomem(e);
    int rc = 0;
    for (int i = 0; i < UR_SYM_FIRST && !rc; i++)
        rc = append(v, special[i], strlen(special[i]), 0, e);
    v->nslot = 64;
    v->slot = ur_alloc(v->nslot * sizeof *v->slot);
    if (!rc && !v->slot)
        rc = ur_nomem(e);
    if (rc) {
        ur_vocab_free(v);
        return rc;
    }
    memset(v->slot, 0xFF, v->nslot * sizeof *v->slot);
    *out = v;
    return 0;
}

void ur_vocab_free(ur_vocab *v)
{
    if (!v)
        return;
    ur_free(v->entry);
    ur_free(v->text);
    ur_free(v->slot);
    ur_free(v);
}

static size_t place(const ur_vocab *v, const char *s, size_t n, uint64_t h)
{
    size_t i = h & (v->nslot - 1);
    for (; v->slot[i] >= 0; i = (i + 1) & (v->nslot - 1)) {
        const entry *x = &v->entry[v->slot[i]];
        if (x->hash == h && x->n == n && memcmp(v->text + x->at, s, n) == 0)
            break;
    }
    return i;
}

static int widen(ur_vocab *v, ur_err *e)
{
    size_t nslot = v->nslot * 2;
    int32_t *slot = ur_alloc(nslot * sizeof *slot);
    if (!slot)
        return ur_nomem(e);
    memset(slot, 0xFF, nslot * sizeof *slot);
    for (size_t k = UR_SYM_FIRST; k < v->n; k++) {
        size_t i = v->entry[k].hash & (nslot - 1);
        while (slot[i] >= 0)
            i = (i + 1) & (nslot - 1);
        slot[i] = (int32_t)k;
    }
    ur_free(v->slot);
    v->slot = slot;
    v->nslot = nslot;
    return 0;
}

int ur_vocab_add(ur_vocab *v, const char *s, size_t n, ur_err *e)
{
    uint64_t h = hash(s, n);
    size_t i = place(v, s, n, h);
    if (v->slot[i] >= 0)
        return v->slot[i];
    if (v->n >= UR_MAX_SIZE)
        return ur_fail(e, UNROLL_ERROR_DATA, "more than %d different symbols", UR_MAX_SIZE);
    if (v->n * 2 >= v->nslot) {
        int rc = widen(v, e);
        if (rc)
            return rc;
        i = place(v, s, n, h);
    }
    int rc = append(v, s, n, h, e);
    if (rc)
        return rc;
    return v->slot[i] = (int32_t)(v->n - 1);
}

int32_t ur_vocab_find(const ur_vocab *v, const char *s, size_t n)
{
    int32_t id = v->slot[place(v, s, n, hash(s, n))];
    return id < 0 ? UR_SYM_UNKNOWN : id;
}

int ur_vocab_size(const ur_vocab *v)
{
    return (int)v->n;
}

const char *ur_vocab_entry(const ur_vocab *v, int id, size_t *n)
{
    if (id < 0 || (size_t)id >= v->n)
        id = UR_SYM_UNKNOWN;
    if (n)
        *n = v->entry[id].n;
    return v->text + v->entry[id].at;
}

int ur_vocab_copy(ur_vocab **out, const ur_vocab *v, ur_err *e)
{
    ur_vocab *c = NULL;
    int rc = ur_vocab_new(&c, e);
    for (size_t i = UR_SYM_FIRST; i < v->n && !rc; i++) {
        int id = ur_vocab_add(c, v->text + v->entry[i].at, v->entry[i].n, e);
        rc = id < 0 ? id : 0;
    }
    if (rc) {
        ur_vocab_free(c);
        return rc;
    }
    *out = c;
    return 0;
}
