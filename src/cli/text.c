/* Symbols as they are shown in pictures: what has no shape of its own gets one, and how many columns a text takes.
 * Knows no terminals. Invariant: what comes out is UTF-8 without control characters, whatever bytes go in. */
#include "cli/plot.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* the character at s; *n bytes of it. −1: not UTF-8, one byte */
static utf8proc_int32_t character(const char *s, size_t *n)
{
    utf8proc_int32_t c = -1;
    utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strnlen(s, 4), &c);
    *n = k > 0 ? (size_t)k : 1;
    return k > 0 ? c : -1;
}

/* a terminal obeys controls (C0, C1), and marks of direction make a text look other than it is */
static bool obeyed(utf8proc_int32_t c)
{
    return c < 32 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

size_t shown_character(const char *text, char out[8])
{
    size_t n;
    utf8proc_int32_t c = character(text, &n);
    if (c == '\n' || c == '\t' || c == '\r') sprintf(out, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
    else if (n == 1 && obeyed(c)) sprintf(out, "\\x%02X", (unsigned)(unsigned char)*text);
    else if (obeyed(c)) sprintf(out, "\\u%04X", (unsigned)c & 0xFFFF);
    else {
        memcpy(out, text, n);
        out[n] = 0;
    }
    return n;
}

char *shown_text(const char *text)
{
    char *out = malloc(4 * strlen(text) + 8), *to = out;
    if (!out) return NULL;
    if (!strcmp(text, " ")) return strcpy(out, "\xE2\x90\xA3"); /* ␣ */
    *to = 0;
    for (; *text; to += strlen(to)) text += shown_character(text, to);
    return out;
}

void print_shown(FILE *f, const char *text, bool lines)
{
    char one[8];
    while (*text) {
        bool plain = lines && (*text == '\n' || *text == '\t');
        if (plain) fputc(*text++, f);
        else {
            text += shown_character(text, one);
            fputs(one, f);
        }
    }
}

size_t shown_width(const char *text)
{
    char one[8];
    size_t width = 0;
    while (*text) {
        text += shown_character(text, one);
        width += text_width(one);
    }
    return width;
}

size_t text_width(const char *text)
{
    size_t width = 0, n;
    for (; *text; text += n) {
        utf8proc_int32_t c = character(text, &n);
        int w = c < 0 ? 1 : utf8proc_charwidth(c);
        width += w > 0 ? (size_t)w : 0;
    }
    return width;
}

size_t text_fit(const char *text, size_t width, char *out, size_t cap)
{
    size_t taken = 0, n, all = text_width(text);
    for (; *text; text += n) {
        utf8proc_int32_t c = character(text, &n);
        size_t w = c < 0 ? 1 : (size_t)(utf8proc_charwidth(c) > 0 ? utf8proc_charwidth(c) : 0);
        if (cap < n + 4 || taken + w + (all > width) > width) break;
        memcpy(out, text, n);
        out += n;
        cap -= n;
        taken += w;
    }
    if (*text && width) {
        memcpy(out, "\xE2\x80\xA6", 3); /* … */
        out += 3;
        taken++;
    }
    *out = 0;
    return taken;
}
