/* json.c: JSON read and written where memory may run out at any call: what could not be made is said, never left out.
 * Must not know what the texts mean. Invariant: an object whose `bad` is clear holds all that was put into it. */
#include "model/json.h"
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory while jansson reads. Its reader goes on after an allocation that failed in its buffers, with a text that lacks
 * characters, and asserts that it does not. So nothing fails there: the call that finds no memory jumps out of the reader, and
 * all that was allocated since is freed. Blocks are those of whoever set jansson's functions before (malloc), with nothing added,
 * so objects made elsewhere mix with these. A block that the reader frees is kept until it has ended: which ones live shows then,
 * without a search. */
typedef struct blocks {
    void **at;
    size_t n, cap;
} blocks;
typedef struct reading {
    jmp_buf out;
    blocks made, done;
} reading;

static _Thread_local reading *now; /* of this thread; NULL: it reads no JSON */
static json_malloc_t take;
static json_free_t give;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool note_block(blocks *b, void *p)
{
    if (b->n == b->cap) {
        void **more = ur_realloc(b->at, (2 * b->cap + 64) * sizeof *more);
        if (!more) return false;
        b->at = more;
        b->cap = 2 * b->cap + 64;
    }
    b->at[b->n++] = p;
    return true;
}

static void *json_take(size_t n)
{
    void *p = take(n);
    if (!now || (p && note_block(&now->made, p))) return p;
    if (p) give(p);
    longjmp(now->out, 1);
}

static void json_give(void *p)
{
    if (!now || !p) give(p);
    else if (!note_block(&now->done, p)) longjmp(now->out, 1);
}

static void put_between(void)
{
    json_get_alloc_funcs(&take, &give);
    json_set_alloc_funcs(json_take, json_give);
}

static void give_all(const blocks *b)
{
    for (size_t i = 0; i < b->n; i++) give(b->at[i]);
}

/* false: out of memory */
static bool read_guarded(reading *r, json_t **out, const char *text, size_t n, json_error_t *why)
{
    if (setjmp(r->out)) return false;
    now = r;
    *out = json_loadb(text, n, JSON_REJECT_DUPLICATES, why);
    return true;
}

int ur_json_read(json_t **out, const char *text, size_t n, const char *path, ur_err *e)
{
    reading r = { .made = { 0 } };
    json_error_t why;
    *out = NULL;
    pthread_once(&once, put_between);
    locale_t before = uselocale(ur_locale_c());
    bool whole = read_guarded(&r, out, text, n, &why);
    now = NULL;
    uselocale(before);
    give_all(whole ? &r.done : &r.made);
    ur_free(r.made.at);
    ur_free(r.done.at);
    if (!whole) return ur_nomem(e);
    if (*out) return 0;
    return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: its header is not JSON: %s", path, why.text);
}

void ur_json_put(ur_json *j, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value)) j->bad = true; /* also where one of them is NULL: memory ran out before */
}

void ur_json_add(ur_json *j, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value)) j->bad = true;
}

json_t *ur_json_number(double v) { return isfinite(v) ? json_real(v) : json_null(); }

double ur_json_double(const json_t *v) { return json_is_number(v) ? json_number_value(v) : NAN; }

char *ur_json_text(const ur_json *j, json_t *top)
{
    locale_t before = uselocale(ur_locale_c()); /* jansson mends a decimal comma, but only one of one byte */
    char *s = j->bad || !top ? NULL : json_dumps(top, JSON_COMPACT | JSON_REAL_PRECISION(17)), *own = s ? ur_strdup(s) : NULL;
    uselocale(before);
    free(s);
    json_decref(top);
    return own;
}
