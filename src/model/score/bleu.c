/* bleu.c: BLEU (Papineni et al. 2002) and chrF2 (Popović 2015) of a corpus, with the choices of sacreBLEU (Post 2018) where the
 * papers leave some: the length of the closest reference, the shorter of two; smoothing "exp" of n-grams without a match (Chen &
 * Cherry 2014, method 3); tokenisation of mteval-v13a; chrF of the reference that gives the segment most, over the orders that
 * both have, without blanks. Must not know models. Invariant: counts are sums over segments, scores are made of counts alone. */
#include "model/score/score.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { WORDS = 4, CHARS = 6 };

/* ---- n-grams: the places of a sequence sorted by what begins there, so that equal n-grams lie side by side for every n */
static int reserve(void **p, size_t *cap, size_t need, size_t elem, ur_err *e)
{
    if (need <= *cap) return 0;
    size_t n = need + need / 2 + 64;
    void *more = ur_realloc(*p, n * elem);
    if (!more) return ur_nomem(e);
    *p = more;
    *cap = n;
    return 0;
}

/* the first `most` symbols of a against those of b; what ends is before what goes on */
static int order(const int32_t *a, size_t na, const int32_t *b, size_t nb, size_t most)
{
    for (size_t i = 0; i < most; i++) {
        if (i == na || i == nb) return (i == nb) - (i == na);
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

static int by_gram(const void *p, const void *q, void *arg)
{
    const ur_grams *g = arg;
    uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
    return order(g->sym + a, g->n - a, g->sym + b, g->n - b, CHARS);
}

static int sort_grams(ur_grams *g, ur_err *e)
{
    TRY(reserve((void **)&g->at, &g->at_cap, g->n + 1, sizeof *g->at, e));
    for (size_t i = 0; i < g->n; i++) g->at[i] = (uint32_t)i;
    qsort_r(g->at, g->n, sizeof *g->at, by_gram, g);
    return 0;
}

/* how many places come before the n-gram, or also begin with it */
static size_t below(const ur_grams *g, const int32_t *gram, size_t n, bool with)
{
    size_t lo = 0, hi = g->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = order(g->sym + g->at[mid], g->n - g->at[mid], gram, n, n);
        if (c < 0 || (with && c == 0)) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/* Σ over n-grams of min(times in g, most times in any of ref) */
static double in_both(const ur_grams *g, const ur_grams *ref, size_t nref, size_t n)
{
    double sum = 0;
    for (size_t i = 0, next; i < g->n; i = next) {
        const int32_t *gram = g->sym + g->at[i];
        size_t most = 0, times;
        next = i + 1;
        if (g->n - g->at[i] < n) continue;
        while (next < g->n && !order(g->sym + g->at[next], g->n - g->at[next], gram, n, n)) next++;
        for (size_t k = 0; k < nref; k++)
            if ((times = below(&ref[k], gram, n, true) - below(&ref[k], gram, n, false)) > most) most = times;
        sum += (double)(next - i < most ? next - i : most);
    }
    return sum;
}

static double grams(size_t length, size_t n) { return length >= n ? (double)(length - n + 1) : 0; }

/* ---- characters */
/* what str.split() of Python takes for blank */
static bool blank(int32_t c)
{
    return (c >= 9 && c <= 13) || (c >= 28 && c <= 32) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* a text as code points; bytes that are none stand for themselves, outside of Unicode */
static int points(ur_bleu *b, ur_text t, ur_err *e)
{
    size_t need = 3 * (t.n + 2) + 16; /* each symbol may get a blank before and after it */
    if (need > b->cap) {
        size_t cap = b->cap;
        TRY(reserve((void **)&b->other, &cap, need, sizeof *b->other, e));
        TRY(reserve((void **)&b->point, &b->cap, need, sizeof *b->point, e));
    }
    b->npoint = 0;
    for (size_t i = 0; i < t.n;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)t.s + i, (utf8proc_ssize_t)(t.n - i), &c);
        if (k <= 0) c = 0x110000 + (unsigned char)t.s[i], k = 1;
        b->point[b->npoint++] = c;
        i += (size_t)k;
    }
    while (b->npoint && blank(b->point[b->npoint - 1])) b->npoint--;
    return 0;
}

/* ---- tokens */
static void replace(ur_bleu *b, const char *what, const char *by) /* by is no longer than what */
{
    size_t n = strlen(what), to = 0;
    for (size_t i = 0; i < b->npoint;) {
        size_t k = 0;
        while (k < n && i + k < b->npoint && b->point[i + k] == what[k]) k++;
        if (k < n) b->point[to++] = b->point[i++];
        else {
            for (const char *p = by; *p; p++) b->point[to++] = *p;
            i += n;
        }
    }
    b->npoint = to;
}

static bool digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool stop(int32_t c) { return c == '.' || c == ','; }
static bool mark(int32_t c) /* ASCII's punctuation but ' , - . */
{
    return (c >= '!' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/* the rules of mteval-v13a, each over the whole text: marks stand alone; a stop after no digit, a stop before no digit, a dash
 * after a digit */
static void rule(ur_bleu *b, int which)
{
    const int32_t *p = b->point;
    int32_t *out = b->other;
    size_t n = b->npoint, to = 0;
    for (size_t i = 0; i < n; i++) {
        bool pair = i + 1 < n && (which == 1   ? !digit(p[i]) && stop(p[i + 1])
                                  : which == 2 ? stop(p[i]) && !digit(p[i + 1])
                                               : which == 3 && digit(p[i]) && p[i + 1] == '-');
        bool alone = which == 0 && mark(p[i]);
        if (alone || (pair && which == 2)) out[to++] = ' ';
        out[to++] = p[i];
        if (alone || pair) out[to++] = ' ';
        if (!pair) continue;
        out[to++] = p[++i];
        if (which != 2) out[to++] = ' ';
    }
    b->other = b->point;
    b->point = out;
    b->npoint = to;
}

static int room_for_rules(ur_bleu *b, ur_err *e) /* a rule makes at most three of one */
{
    size_t cap = b->cap;
    if (3 * b->npoint + 8 <= b->cap) return 0;
    TRY(reserve((void **)&b->other, &cap, 3 * b->npoint + 8, sizeof *b->other, e));
    return reserve((void **)&b->point, &b->cap, 3 * b->npoint + 8, sizeof *b->point, e);
}

static int cut_13a(ur_bleu *b, ur_err *e)
{
    static const char *const entity[][2] = { { "<skipped>", "" }, { "-\n", "" },   { "\n", " " },  { "&quot;", "\"" },
                                             { "&amp;", "&" },    { "&lt;", "<" }, { "&gt;", ">" } };
    for (size_t i = 0; i < sizeof entity / sizeof entity[0]; i++) replace(b, entity[i][0], entity[i][1]);
    memmove(b->point + 1, b->point, b->npoint * sizeof *b->point);
    b->point[0] = ' ';
    b->point[b->npoint + 1] = ' ';
    b->npoint += 2;
    for (int which = 0; which < 4; which++) {
        TRY(room_for_rules(b, e));
        rule(b, which);
    }
    return 0;
}

static int tokens(ur_bleu *b, ur_text t, ur_grams *g, ur_err *e)
{
    bool each = !strcmp(b->tokenize, "char");
    TRY(points(b, t, e));
    if (!strcmp(b->tokenize, "13a")) TRY(cut_13a(b, e));
    TRY(reserve((void **)&g->sym, &g->cap, b->npoint + 1, sizeof *g->sym, e));
    g->n = 0;
    for (size_t i = 0, to; i < b->npoint; i = to) {
        to = i + 1;
        if (blank(b->point[i])) continue;
        while (!each && to < b->npoint && !blank(b->point[to])) to++;
        int id = ur_vocab_add(b->token, (const char *)(b->point + i), (to - i) * sizeof *b->point, e);
        if (id < 0) return id;
        g->sym[g->n++] = id;
    }
    return sort_grams(g, e);
}

static int letters(ur_bleu *b, ur_text t, ur_grams *g, ur_err *e)
{
    TRY(points(b, t, e));
    TRY(reserve((void **)&g->sym, &g->cap, b->npoint + 1, sizeof *g->sym, e));
    g->n = 0;
    for (size_t i = 0; i < b->npoint; i++)
        if (!blank(b->point[i])) g->sym[g->n++] = b->point[i];
    return sort_grams(g, e);
}

/* ---- segments */
int ur_bleu_open(ur_bleu *b, const char *tokenize, ur_err *e)
{
    *b = (ur_bleu){ .tokenize = tokenize ? tokenize : "13a" };
    if (strcmp(b->tokenize, "13a") && strcmp(b->tokenize, "none") && strcmp(b->tokenize, "char"))
        return ur_fail(e, UNROLL_ERROR_USAGE, "texts are cut into tokens by 13a, none or char, not by %s", b->tokenize);
    return ur_vocab_new(&b->token, e);
}

void ur_bleu_close(ur_bleu *b)
{
    for (size_t k = 0; k < b->nb; k++) {
        ur_free(b->b[k].sym);
        ur_free(b->b[k].at);
    }
    ur_free(b->b);
    ur_free(b->a.sym);
    ur_free(b->a.at);
    ur_free(b->point);
    ur_free(b->other);
    ur_vocab_free(b->token);
    memset(b, 0, sizeof *b);
}

static void add_words(ur_bleu *b, size_t nref)
{
    size_t closest = b->b[0].n;
    for (size_t k = 1; k < nref; k++) {
        size_t n = b->b[k].n, off = n > b->a.n ? n - b->a.n : b->a.n - n,
               best = closest > b->a.n ? closest - b->a.n : b->a.n - closest;
        if (off < best || (off == best && n < closest)) closest = n;
    }
    b->length += (double)b->a.n;
    b->ref_length += (double)closest;
    for (size_t n = 1; n <= WORDS; n++) {
        b->hyp[n - 1] += grams(b->a.n, n);
        b->both[n - 1] += in_both(&b->a, b->b, nref, n);
    }
}

/* F_β with β = 2 of precision and recall, each the mean over the orders that both sides have */
static double f_score(const double *both, const double *hyp, const double *ref)
{
    double precision = 0, recall = 0, orders = 0, factor = 4;
    for (size_t i = 0; i < CHARS; i++) {
        if (!(hyp[i] > 0) || !(ref[i] > 0)) continue;
        precision += both[i] / hyp[i];
        recall += both[i] / ref[i];
        orders++;
    }
    if (!(orders > 0) || !(precision + recall > 0)) return 0;
    precision /= orders;
    recall /= orders;
    return 100 * ((1 + factor) * precision * recall / (factor * precision + recall));
}

static void add_chars(ur_bleu *b, size_t nref)
{
    double best = -1, both[CHARS], hyp[CHARS], ref[CHARS], take[3][CHARS] = { { 0 } };
    for (size_t k = 0; k < nref; k++) {
        for (size_t n = 1; n <= CHARS; n++) {
            ref[n - 1] = grams(b->b[k].n, n);
            hyp[n - 1] = ref[n - 1] > 0 ? grams(b->a.n, n) : 0; /* of an order that the reference lacks nothing counts */
            both[n - 1] = in_both(&b->a, &b->b[k], 1, n);
        }
        double f = f_score(both, hyp, ref);
        if (!(f > best)) continue;
        best = f;
        memcpy(take[0], both, sizeof both);
        memcpy(take[1], hyp, sizeof hyp);
        memcpy(take[2], ref, sizeof ref);
    }
    for (size_t n = 0; n < CHARS; n++) {
        b->chr_both[n] += take[0][n];
        b->chr_hyp[n] += take[1][n];
        b->chr_ref[n] += take[2][n];
    }
}

int ur_bleu_add(ur_bleu *b, ur_text hyp, const ur_text *ref, size_t nref, ur_err *e)
{
    if (nref > b->nb) {
        ur_grams *more = ur_realloc(b->b, nref * sizeof *more);
        if (!more) return ur_nomem(e);
        memset(more + b->nb, 0, (nref - b->nb) * sizeof *more);
        b->b = more;
        b->nb = nref;
    }
    TRY(tokens(b, hyp, &b->a, e));
    for (size_t k = 0; k < nref; k++) TRY(tokens(b, ref[k], &b->b[k], e));
    add_words(b, nref);
    TRY(letters(b, hyp, &b->a, e));
    for (size_t k = 0; k < nref; k++) TRY(letters(b, ref[k], &b->b[k], e));
    add_chars(b, nref);
    return 0;
}

/* ---- of all segments */
/* BP · exp(Σ log p_n / 4): 0 without any match, or where no segment has four tokens */
double ur_bleu_score(const ur_bleu *b)
{
    double brevity = b->length < b->ref_length ? (b->length > 0 ? exp(1 - b->ref_length / b->length) : 0) : 1, smooth = 1,
           sum = 0;
    if (!(b->both[0] > 0)) return 0;
    for (size_t n = 0; n < WORDS; n++) {
        if (!(b->hyp[n] > 0)) return 0;
        if (!(b->both[n] > 0)) smooth *= 2;
        sum += log(b->both[n] > 0 ? 100 * b->both[n] / b->hyp[n] : 100 / (smooth * b->hyp[n]));
    }
    return fmin(brevity * exp(sum / WORDS), 100); /* the logarithms of a perfect score come to a digit more */
}

double ur_chrf_score(const ur_bleu *b) { return f_score(b->chr_both, b->chr_hyp, b->chr_ref); }
