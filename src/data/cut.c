/* Text to symbols: characters, words, bytes; words that are to be cut into pieces once these are learned; and symbols to text.
 * Knows no files. Invariant: what is cut, but for bytes, is valid UTF-8. */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include "data/parts.h"

static inline bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static int room(ur_cutter *c, size_t n, ur_err *e)
{
    return c->sym.n + n <= c->sym.cap ? 0 : ur_vec_reserve((void **)&c->sym.v, &c->sym.cap, c->sym.n + n, sizeof *c->sym.v, e);
}

static size_t char_length(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

static int units(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    int rc = room(c, n + 1, e);
    if (!rc && !c->small && !(c->small = ur_zalloc(sizeof *c->small * 0x800))) rc = ur_nomem(e);
    if (rc) return rc;
    int32_t *to = c->sym.v + c->sym.n;
    for (size_t i = 0; i < n;) {
        unsigned char lead = (unsigned char)s[i];
        if (lead == '\r' && c->stream && c->kind == UR_CHARS && i + 1 < n &&
            s[i + 1] == '\n') { /* a line ends with "\r\n" as it does with "\n" */
            i++;
            continue;
        }
        size_t len = c->kind == UR_BYTES ? 1 : char_length(lead),
               code = len == 2 ? (size_t)(lead & 0x1F) << 6 | (s[i + 1] & 0x3F) : lead;
        int id = len > 2 ? 0 : c->small[code];
        if (!id && (id = ur_vocab_add(c->vocab, s + i, len, e)) < 0) return id;
        if (len <= 2) c->small[code] = id;
        *to++ = id;
        i += len;
    }
    *count = (int32_t)(to - c->sym.v - (ptrdiff_t)c->sym.n);
    c->sym.n += (size_t)*count;
    return 0;
}

/* A word ends where a blank or the text does. */
static inline size_t word_end(const char *s, size_t i, size_t n, bool padded)
{
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t'), four = _mm_set1_epi8('\r' - '\t'),
                  zero = _mm_setzero_si128();
    for (; i < n && (padded || n - i >= 16); i += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(s + i));
        int m = _mm_movemask_epi8(
            _mm_or_si128(_mm_cmpeq_epi8(x, space), _mm_cmpeq_epi8(_mm_subs_epu8(_mm_sub_epi8(x, tab), four), zero)));
        if (m) {
            i += (size_t)__builtin_ctz((unsigned)m);
            return i < n ? i : n;
        }
    }
#else
    (void)padded;
#endif
    while (i < n && !blank(s[i])) i++;
    return i < n ? i : n;
}

/* words, and in a stream the ends of lines: each a symbol. What is cut into pieces keeps its lines in any text: its end of a line
 * is a "\n" */
static int words(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    ur_slice w[64];
    size_t k = 0, before = c->sym.n;
    int rc = 0;
    for (size_t i = 0; i < n && !rc;) {
        size_t from = i;
        if (!blank(s[i])) {
            i = word_end(s, i, n, c->padded);
            w[k++] = (ur_slice){ s + from, i - from };
        } else if (s[i++] == '\n' && (c->stream || c->kind == UR_PIECES)) {
            w[k++] = c->kind == UR_PIECES ? (ur_slice){ "\n", 1 } : (ur_slice){ "<eos>", 5 };
        }
        if (k == sizeof w / sizeof *w || (i >= n && k)) {
            rc = room(c, k, e);
            if (!rc) rc = ur_vocab_add_many(c->vocab, w, k, c->sym.v + c->sym.n, e);
            c->sym.n += rc ? 0 : k;
            k = 0;
        }
    }
    *count = (int32_t)(c->sym.n - before);
    return rc;
}

/* a word as one symbol, until its pieces are known */
static int one(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    int id = ur_vocab_add(c->vocab, s, n, e);
    *count = 1;
    return id < 0 ? id : UR_PUSH(c->sym, id, e);
}

/* Words cut further into characters (or pieces, later); in a stream the end of a line is a word of its own. */
static int nested_words(ur_cutter *c, const char *s, size_t n, int32_t *count, ur_err *e)
{
    int rc = 0;
    int32_t k = 0;
    *count = 0;
    for (size_t i = 0; i < n && !rc;) {
        size_t from = i, end = blank(s[i]) ? i + 1 : word_end(s, i, n, c->padded);
        i = end;
        if (blank(s[from]) && !(s[from] == '\n' && c->stream)) continue;
        rc = c->kind == UR_PIECES ? one(c, s + from, end - from, &k, e) : units(c, s + from, end - from, &k, e);
        if (!rc) rc = UR_PUSH(c->inner, k, e);
        ++*count;
    }
    return rc;
}

int ur_cut(ur_cutter *c, const char *s, size_t n, int32_t *count, size_t *bad, ur_err *e)
{
    if (n > INT32_MAX) return ur_fail(e, UNROLL_ERROR_DATA, "a sequence of more than %d symbols", INT32_MAX);
    if (c->kind != UR_BYTES && !ur_utf8_valid(s, n, bad)) return UNROLL_ERROR_DATA;
    if (c->nested) return nested_words(c, s, n, count, e);
    if (c->kind == UR_WORDS || c->kind == UR_SYMBOL || c->kind == UR_PIECES) return words(c, s, n, count, e);
    return units(c, s, n, count, e);
}

/* ---- and back */

bool ur_begins_word(const ur_vocab *v, int id)
{
    size_t n;
    const char *s = ur_vocab_entry(v, id, &n);
    return id >= UR_SYM_FIRST && ((n >= 3 && memcmp(s, UR_WORD_MARK, 3) == 0) || (n == 1 && *s == '\n'));
}

/* blanks for the marks of words, but none where a line begins */
static void add_piece(ur_buf *out, size_t from, const char *s, size_t n)
{
    for (size_t i = 0, end; i < n; i = end) {
        const char *mark = memmem(s + i, n - i, UR_WORD_MARK, 3);
        end = mark ? (size_t)(mark - s) : n;
        ur_buf_add(out, s + i, end - i);
        if (!mark) break;
        if (out->n > from && out->s[out->n - 1] != '\n') ur_buf_add(out, " ", 1);
        end += 3;
    }
}

void ur_symbols_text(ur_buf *out, ur_data_kind kind, const ur_vocab *v, const int32_t *id, size_t n, bool on)
{
    bool spaced = kind == UR_WORDS || kind == UR_SYMBOL;
    size_t from = out->n;
    for (size_t i = 0; i < n && (on || id[i] != UR_SYM_END); i++) {
        size_t len = 3;
        const char *s = "\xEF\xBF\xBD";
        if (id[i] == UR_SYM_START) continue;
        if (spaced && out->n > from) ur_buf_add(out, " ", 1);
        if (spaced || id[i] != UR_SYM_UNKNOWN) s = ur_vocab_entry(v, id[i], &len);
        if (id[i] == UR_SYM_END) { /* as the end of a line is read in a stream */
            s = spaced ? "<eos>" : "\n";
            len = strlen(s);
        }
        if (kind == UR_PIECES) add_piece(out, from, s, len);
        else ur_buf_add(out, s, len);
    }
}
