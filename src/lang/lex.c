/* From bytes to tokens, one at a time, and errors with their line and caret. A statement ends with its line unless a bracket is
 * open or the line ends in an operator: the lexer decides that, so it hands out T_LINE only where a statement may end.
 * Must not know statements or names' meanings. Invariant: every byte read lies inside the source. */
#include "lang/ast.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names to anything: open addressing, grown at half full */

static size_t hash(const char *s)
{
    uint64_t h = 1469598103934665603ull;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211ull;
    return (size_t)(h ^ h >> 29);
}

static ur_slot *probe(ur_slot *slot, size_t cap, const char *key)
{
    size_t k = hash(key) & (cap - 1);
    while (slot[k].key && strcmp(slot[k].key, key)) k = (k + 1) & (cap - 1);
    return &slot[k];
}

void *ur_map_get(const ur_map *m, const char *key) { return m->cap ? probe(m->slot, m->cap, key)->val : NULL; }

void ur_map_put(ur_arena *a, ur_map *m, const char *key, void *val)
{
    if (2 * m->n >= m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 16;
        ur_slot *slot = UR_NEW(a, ur_slot, cap);
        for (size_t k = 0; k < m->cap; k++)
            if (m->slot[k].key) *probe(slot, cap, m->slot[k].key) = m->slot[k];
        m->slot = slot;
        m->cap = cap;
    }
    ur_slot *s = probe(m->slot, m->cap, key);
    if (!s->key) m->n++;
    s->key = key;
    s->val = val;
}

/* ---- errors */

enum { SHOWN = 100, BEFORE = 60 }; /* characters of a line that are shown, and how many of them before the caret */

static bool continues(unsigned char c) { return (c & 0xC0) == 0x80; }

/* The line around `at`, at most SHOWN characters, control characters as blanks and broken bytes as '?'; then the caret. */
static void show(ur_buf *out, const ur_at *at, const char *note)
{
    const char *t = at->src->text;
    size_t start = at->off, end = at->off, n = at->src->n;
    int back = 0, ahead = 0;
    while (start > 0 && t[start - 1] != '\n' && back < BEFORE) {
        start--;
        if (!continues((unsigned char)t[start])) back++;
    }
    while (end < n && t[end] != '\n' && ahead < SHOWN - BEFORE) {
        if (!continues((unsigned char)t[end])) ahead++;
        end++;
    }
    while (end < n && continues((unsigned char)t[end])) end++;
    bool cut = start > 0 && t[start - 1] != '\n', more = end < n && t[end] != '\n';
    if (!cut)
        while (start < at->off && (t[start] == ' ' || t[start] == '\t')) start++;
    ur_buf_printf(out, "\n    %s", cut ? "…" : "");
    int column = cut, caret = cut;
    size_t bad, here = start, good = end - start;
    while (here < end) {
        good = end - here;
        if (!ur_utf8_valid(t + here, end - here, &bad)) good = bad;
        for (size_t k = here; k < here + good; k++) {
            if (k == at->off) caret = column;
            if ((unsigned char)t[k] < 32 || t[k] == 127) ur_buf_add(out, " ", 1);
            else ur_buf_add(out, t + k, 1);
            if (!continues((unsigned char)t[k])) column++;
        }
        here += good;
        if (here < end) {
            if (here == at->off) caret = column;
            ur_buf_add(out, "?", 1);
            column++;
            here++;
        }
    }
    if (at->off >= end) caret = column;
    ur_buf_printf(out, "%s\n    %*s^%s%s", more ? "…" : "", caret, "", note ? " " : "", note ? note : "");
}

/* column in characters, as an editor counts */
static int characters(const ur_at *at)
{
    int c = 1;
    for (size_t k = at->off - (size_t)(at->col - 1); k < at->off; k++)
        if (!continues((unsigned char)at->src->text[k])) c++;
    return c;
}

void ur_complain(ur_arena *a, const ur_at *at, const char *note, const char *fmt, ...)
{
    ur_buf b = { 0 };
    char message[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    ur_buf_printf(&b, "%.512s:%d:%d: %s", at->src->file, at->line, characters(at), message);
    show(&b, at, note);
    if (b.bad) ur_nomem(a->err);
    else ur_fail(a->err, UNROLL_ERROR_MODEL, "%s", b.s);
    ur_buf_free(&b);
    longjmp(*a->trap, 1);
}

const char *ur_expr_text(ur_arena *a, const ur_expr *e)
{
    char s[64];
    size_t n = 0;
    for (size_t k = e->from; k < e->to && n < 44; k++) {
        char c = e->at.src->text[k];
        if (c == '#')
            while (k + 1 < e->to && e->at.src->text[k + 1] != '\n') k++;
        if (c == '#' || c == '\n' || c == '\t' || c == '\r') c = ' ';
        if (c == ' ' && n && s[n - 1] == ' ') continue;
        s[n++] = c;
    }
    bool cut = n == 44;
    if (cut)
        while (n > 38 || (n && continues((unsigned char)s[n]))) n--;
    while (n && s[n - 1] == ' ') n--;
    return ur_arena_printf(a, "%.*s%s", (int)n, s, cut ? "…" : "");
}

/* ---- what a source may hold */

void ur_source_check(ur_arena *a, const ur_source *s)
{
    ur_at at = { s, 0, 1, 1 };
    if (s->n > UR_MAX_TEXT) {
        ur_fail(a->err, UNROLL_ERROR_MODEL, "%.512s: the text has %zu bytes; a model has at most %u", s->file, s->n, UR_MAX_TEXT);
        longjmp(*a->trap, 1);
    }
    size_t bad = s->n, start = 0;
    bool valid = ur_utf8_valid(s->text, s->n, &bad);
    if (valid) bad = s->n;
    for (size_t k = 0; k <= s->n; k++) {
        bool zero = k < s->n && !s->text[k];
        at.off = k;
        at.col = (int)(k - start + 1);
        if (k == bad && k < s->n) ur_complain(a, &at, NULL, "this byte (0x%02X) is not UTF-8 text", (unsigned char)s->text[k]);
        if (zero) ur_complain(a, &at, NULL, "a zero byte in the text");
        if (k - start > UR_MAX_LINE) {
            at.off = start;
            at.col = 1;
            ur_complain(a, &at, NULL, "this line has more than %u bytes", UR_MAX_LINE);
        }
        if (k < s->n && s->text[k] == '\n') {
            at.line++;
            start = k + 1;
        }
    }
}

/* ---- tokens */

static bool letter(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80; }
static bool digit(unsigned char c) { return c >= '0' && c <= '9'; }
static int peek(const ur_lexer *l, size_t k) { return l->pos + k < l->src->n ? (unsigned char)l->src->text[l->pos + k] : 0; }

/* does a line that ends in this token go on? */
static bool leads_on(int kind)
{
    return kind == T_LE || kind == T_GE || kind == T_EQ || kind == T_NE || kind == T_RANGE ||
           (kind < 128 && kind > 0 && strchr("+-*/^=~,:<>", kind));
}

static ur_token token(ur_lexer *l, int kind, size_t len, bool glued)
{
    ur_token t = { .kind = kind, .at = { l->src, l->pos, l->line, (int)(l->pos - l->start + 1) }, .len = len, .glued = glued };
    l->pos += len;
    l->last = kind;
    return t;
}

static const char *intern(ur_lexer *l, const char *s, size_t n)
{
    char key[UR_MAX_NAME + 1];
    memcpy(key, s, n);
    key[n] = 0;
    char *old = ur_map_get(l->names, key);
    if (!old) {
        old = ur_arena_strndup(l->a, s, n);
        ur_map_put(l->a, l->names, old, old);
    }
    return old;
}

/* Signs that look like the language's but are not: minus, times, quotes, blanks of other widths. Everything else above ASCII
 * may stand in a name. */
static void refuse_sign(ur_lexer *l, size_t at)
{
    static const struct {
        const char *sign, *mend;
    } odd[] = { { "\xE2\x88\x92", "write - for minus" },
                { "\xE2\x80\x93", "write - for minus" },
                { "\xE2\x80\x94", "write - for minus" },
                { "\xC3\x97", "write *" },
                { "\xC2\xB7", "write *" },
                { "\xE2\x8B\x85", "write *" },
                { "\xC3\xB7", "write /" },
                { "\xE2\x80\x99", "write ' for the transpose" },
                { "\xE2\x80\x98", "write ' for the transpose" },
                { "\xE2\x80\x9C", "write \"" },
                { "\xE2\x80\x9D", "write \"" },
                { "\xC2\xA0", "a blank of another kind; write a plain one" },
                { "\xE2\x80\xA6", "write .." },
                { "\xE2\x89\xA4", "write <=" },
                { "\xE2\x89\xA5", "write >=" },
                { "\xE2\x89\xA0", "write !=" },
                { "\xEF\xBB\xBF", "a byte-order mark" },
                { "\xE2\x80\x8B", "an invisible blank; delete it" },
                { "\xE2\x8A\xA4", "write ' for the transpose" },
                { "\xE2\x88\xBC", "write ~" } };
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
        size_t n = strlen(odd[k].sign);
        if (at + n > l->src->n || memcmp(l->src->text + at, odd[k].sign, n)) continue;
        ur_at where = { l->src, at, l->line, (int)(at - l->start + 1) };
        ur_complain(l->a, &where, odd[k].mend, "this sign is not part of the language");
    }
    if (continues((unsigned char)l->src->text[at])) return;
    char shown[16];
    size_t n = 1;
    while (at + n < l->src->n && continues((unsigned char)l->src->text[at + n])) n++;
    if (ur_shown(shown, sizeof shown, l->src->text + at, n, false) == n && shown[0] != '\\') return;
    ur_at where = { l->src, at, l->line, (int)(at - l->start + 1) };
    ur_complain(l->a, &where, ur_arena_printf(l->a, "%s: an invisible sign; delete it", shown),
                "this sign is not part of the language");
}

/* name := letter (letter | digit)* ("." name)*      "d.c" is one name: the inner quantity c of d */
static ur_token name(ur_lexer *l, bool glued)
{
    size_t n = 0;
    for (;;) {
        while (letter((unsigned char)peek(l, n)) || digit((unsigned char)peek(l, n))) {
            if (peek(l, n) >= 0x80) refuse_sign(l, l->pos + n);
            n++;
        }
        if (peek(l, n) != '.' || !letter((unsigned char)peek(l, n + 1))) break;
        n++;
    }
    if (n > UR_MAX_NAME) {
        ur_token t = token(l, T_NAME, n, glued);
        ur_complain(l->a, &t.at, NULL, "this name has more than %d bytes", UR_MAX_NAME);
    }
    const char *s = intern(l, l->src->text + l->pos, n);
    ur_token t = token(l, T_NAME, n, glued);
    t.name = s;
    if (!strcmp(s, "and") || !strcmp(s, "or") || !strcmp(s, "not")) l->last = '+'; /* words that lead on to the next line */
    return t;
}

/* number := digits ["." digits] ["e" ["+"|"-"] digits]; the dots of 1..d are not its own */
static ur_token number(ur_lexer *l, bool glued)
{
    size_t n = 0;
    while (digit((unsigned char)peek(l, n))) n++;
    if (peek(l, n) == '.' && peek(l, n + 1) != '.') {
        n++;
        while (digit((unsigned char)peek(l, n))) n++;
    }
    if (peek(l, n) == 'e' || peek(l, n) == 'E') {
        size_t e = n + 1;
        if (peek(l, e) == '+' || peek(l, e) == '-') e++;
        if (digit((unsigned char)peek(l, e))) {
            while (digit((unsigned char)peek(l, e))) e++;
            n = e;
        }
    }
    char s[64];
    ur_token t = token(l, T_NUM, n, glued);
    if (n >= sizeof s) ur_complain(l->a, &t.at, NULL, "this number has more than 63 characters");
    memcpy(s, l->src->text + t.at.off, n);
    s[n] = 0;
    t.num = strtod(s, NULL);
    if (!isfinite(t.num)) ur_complain(l->a, &t.at, NULL, "this number is too large");
    if (t.num < DBL_MIN && strcspn(s, "123456789") < strcspn(s, "eE"))
        ur_complain(l->a, &t.at, "below 2.2e-308 numbers count as 0", "this number is too small");
    return t;
}

static ur_token text(ur_lexer *l)
{
    size_t n = 1;
    while (peek(l, n) && peek(l, n) != '"' && peek(l, n) != '\n') n++;
    ur_token t = token(l, T_TEXT, n + 1, false);
    if (t.at.off + n >= l->src->n || l->src->text[t.at.off + n] != '"')
        ur_complain(l->a, &t.at, NULL, "this text has no closing \"");
    t.name = ur_arena_strndup(l->a, l->src->text + t.at.off + 1, n - 1);
    return t;
}

/* blanks, comments and line ends that do not end a statement; true when a statement ends here */
static bool blanks(ur_lexer *l)
{
    for (;;) {
        int c = peek(l, 0);
        if (l->pos >= l->src->n) return false;
        if (c == ' ' || c == '\t' || c == '\r') l->pos++;
        else if (c == '#')
            while (l->pos < l->src->n && peek(l, 0) != '\n') l->pos++;
        else if (c == '\n') {
            if (!l->depth && !leads_on(l->last) && l->last != T_LINE) return true;
            l->pos++;
            l->line++;
            l->start = l->pos;
        } else return false;
    }
}

ur_token ur_lex(ur_lexer *l)
{
    if (l->pos == 0 && l->src->n >= 3 && !memcmp(l->src->text, "\xEF\xBB\xBF", 3)) l->pos = 3;
    size_t before = l->pos;
    if (blanks(l)) {
        ur_token t = token(l, T_LINE, 1, false);
        l->line++;
        l->start = l->pos;
        return t;
    }
    bool glued = l->pos == before;
    if (l->pos >= l->src->n) return token(l, T_END, 0, false);
    int c = peek(l, 0), d = peek(l, 1);
    if (letter((unsigned char)c)) return name(l, glued);
    if (digit((unsigned char)c) || (c == '.' && digit((unsigned char)d))) return number(l, glued);
    if (c == '"') return text(l);
    if (c == '.' && d == '.') return token(l, T_RANGE, 2, glued);
    if (d == '=' && strchr("<>=!", c)) return token(l, c == '<' ? T_LE : c == '>' ? T_GE : c == '=' ? T_EQ : T_NE, 2, glued);
    if (c > 127 || !strchr("+-*/^=~,:;<>()[]{}'", c)) {
        ur_token t = token(l, c, 1, glued);
        ur_complain(l->a, &t.at, NULL, "this sign is not part of the language");
    }
    if (c == '(' || c == '[') {
        if (++l->depth > UR_MAX_DEPTH) {
            ur_token t = token(l, c, 1, glued);
            ur_complain(l->a, &t.at, "define a part of this expression under a name of its own",
                        "brackets are nested more than %d deep", UR_MAX_DEPTH);
        }
    } else if ((c == ')' || c == ']') && l->depth) l->depth--;
    ur_token t = token(l, c, 1, glued);
    if (c == '{') l->last = T_LINE; /* a line end after { means nothing */
    return t;
}
