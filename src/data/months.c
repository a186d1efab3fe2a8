/* Names of months, in the languages in which tables have them most.
 * Knows no dates. Invariant: no name says one month in one set and another in another. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "data/when.h"

/* clang-format off */
static const char *const names[][12] = { /* before others where both could be; short ones follow their language's long ones */
    { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" },
    { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
    { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec" },
    { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" },
    { "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez" },
    { "Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sept", "Okt", "Nov", "Dez" },
    { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre" },
    { "janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc" },
    { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre" },
    { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic" },
    { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre" },
    { "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic" },
    { "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro" },
    { "jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez" },
    { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december" },
    { "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec" },
};
/* clang-format on */
enum { SETS = sizeof names / sizeof *names };

static bool upper(char c) { return c >= 'A' && c <= 'Z'; }

static bool letter(char c) { return upper((char)(c & ~0x20)) || (unsigned char)c >= 0x80; }

int ur_month_read(const char *s, size_t size, size_t *n, ur_month_words *out)
{
    size_t k = 0;
    int month = 0;
    while (k < size && letter(s[k])) k++;
    *out = (ur_month_words){ 0 };
    for (int i = 0; i < SETS && k > 2; i++)
        for (int m = 0; m < 12; m++) {
            if (strlen(names[i][m]) != k || strncasecmp(names[i][m], s, k) != 0) continue;
            month = m + 1;
            out->sets |= 1u << i;
        }
    if (!month) return 0;
    out->letters = !upper(*s) ? 'a' : upper(s[1]) ? 'A' : 'C';
    out->dot = k < size && s[k] == '.' && k + 1 < size && s[k + 1] == ' ';
    *n = k + out->dot;
    return month;
}

void ur_month_words_join(ur_month_words *a, const ur_month_words *b)
{
    if (!b->sets) return;
    if (!a->sets) *a = *b;
    a->sets = a->sets & b->sets ? a->sets & b->sets : a->sets;
    a->dot = a->dot || b->dot;
}

/* no dot behind a name that is not cut: mai, May */
static bool is_whole(const char *name, int m)
{
    static const int whole[] = { 0, 3, 6, 8, 10, 12, 14 };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcasecmp(names[whole[i]][m], name) == 0) return true;
    return false;
}

size_t ur_month_text(const ur_month_words *w, int month, char out[20])
{
    const char *name = names[w->sets ? __builtin_ctz(w->sets) : 0][month - 1];
    size_t n = strlen(name);
    bool dot = w->dot && !is_whole(name, month - 1);
    snprintf(out, 20, "%s%s", name, dot ? "." : "");
    for (size_t i = 0; i < n; i++) {
        bool ascii = (unsigned char)out[i] < 0x80;
        if (ascii && (w->letters == 'A' || (w->letters == 'C' && i == 0))) out[i] = (char)(out[i] & ~0x20);
        else if (ascii) out[i] |= 0x20;
    }
    return n + dot;
}
