/* A map of attention weights in the terminal: a block for each weight, in colours or in shades; an image upright, with a line of
 * weights for each target beneath it, column under column. What does not fit beside each other stands below each other. Knows no
 * models. Invariant: no line is wider than the terminal. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 24, TALLEST = 16, HIGHEST_IMAGE = 32 };

typedef struct screen {
    FILE *f;
    int colours;
} screen;

static void blocks(screen s, double v, size_t n)
{
    static const char *const shade[] = { " ", "\xE2\x96\x91", "\xE2\x96\x92", "\xE2\x96\x93", "\xE2\x96\x88" };
    double share = isfinite(v) ? fmin(fmax(v, 0), 1) : 0;
    unsigned c = map_colour(share), red = c >> 16 & 255, green = c >> 8 & 255, blue = c & 255;
    if (s.colours == 24) fprintf(s.f, "\033[48;2;%u;%u;%um", red, green, blue);
    else if (s.colours)
        fprintf(s.f, "\033[48;5;%um",
                16 + 36 * ((red + 25) / 51) + 6 * ((green + 25) / 51) + (blue + 25) / 51); /* the cube of 6 × 6 × 6 */
    for (size_t i = 0; i < n; i++) fputs(s.colours ? " " : shade[(int)(share * 4 + 0.5)], s.f);
    if (s.colours) fputs("\033[0m", s.f);
}

static void fitted(screen s, const char *text, size_t width, bool right)
{
    char out[4 * LONGEST + 8];
    size_t taken = text_fit(text, width, out, sizeof out);
    fprintf(s.f, "%*s%s%*s", right ? (int)(width - taken) : 0, "", out, right ? 0 : (int)(width - taken), "");
}

static size_t longest(char *const *text, size_t n, size_t bound)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++) most = text_width(text[i]) > most ? text_width(text[i]) : most;
    return most < bound ? most : bound;
}

/* The text's character in line `at` of `lines`, the last one lowest. */
static void upright(screen s, const char *text, size_t lines, size_t at, size_t width)
{
    size_t n = 0, skip, len;
    for (const char *p = text; *p; p++) n += (*p & 0xc0) != 0x80;
    skip = lines - (n < lines ? n : lines);
    if (at < skip) {
        fprintf(s.f, "%*s", (int)width, "");
        return;
    }
    for (at -= skip; at && *text; at--) do
            text++;
        while ((*text & 0xc0) == 0x80);
    for (len = 1; (text[len] & 0xc0) == 0x80;) len++;
    char one[8] = "";
    memcpy(one, text, len < 7 ? len : 7);
    fitted(s, one, width, false);
}

/* columns from … to of the map; width 0: each as wide as its text, which stands above it, lying; else that wide, the texts
 * standing */
static void panel(screen s, const map *m, size_t from, size_t to, size_t margin, size_t width)
{
    size_t lines = width ? longest(m->x + from, to - from, TALLEST) : 1;
    for (size_t l = 0; l < lines; l++) {
        fprintf(s.f, "%*s", (int)margin + 1, "");
        for (size_t i = from; i < to; i++) {
            if (width) upright(s, m->x[i], lines, l, width);
            else fitted(s, m->x[i], text_width(m->x[i]), false), fputs(i + 1 < to ? " " : "", s.f);
        }
        fputc('\n', s.f);
    }
    for (size_t j = 0; j < m->ny; j++) {
        fitted(s, m->y[j], margin, true);
        fputc(' ', s.f);
        for (size_t i = from; i < to; i++) {
            blocks(s, m->w[j * m->nx + i], width ? width : text_width(m->x[i]));
            if (!width && i + 1 < to) fputc(' ', s.f);
        }
        fputc('\n', s.f);
    }
}

/* columns that the names of the targets take: a third of a narrow terminal at most */
static size_t margin_of(const map *m, size_t columns)
{
    return longest(m->y, m->ny, columns / 3 < LONGEST ? columns / 3 : LONGEST);
}

static void squares(screen s, const map *m, size_t columns)
{
    size_t margin = margin_of(m, columns), room = columns - margin - 1, lying = m->nx - 1;
    for (size_t i = 0; i < m->nx; i++) lying += text_width(m->x[i]) > LONGEST ? room : text_width(m->x[i]);
    if (lying <= room) {
        panel(s, m, 0, m->nx, margin, 0);
        return;
    }
    size_t width = 3 * m->nx <= room ? 3 : 2;
    for (size_t from = 0, to; from < m->nx; from = to) {
        to = from + room / width < m->nx ? from + room / width : m->nx;
        if (from) fputc('\n', s.f);
        panel(s, m, from, to, margin, width);
    }
}

/* mean of the ink in columns a … b and pixels c … d */
static double mean_ink(const map *m, size_t a, size_t b, size_t c, size_t d)
{
    double sum = 0;
    for (size_t i = a; i < b; i++)
        for (size_t r = c; r < d; r++) sum += m->ink[i * m->pixels + r];
    return b > a && d > c ? sum / (double)((b - a) * (d - c)) : 0;
}

static size_t part(size_t k, size_t of, size_t n) { return k * n / of; } /* where part k of n begins */

/* a character is about twice as high as wide: a column of pixels takes two characters, or two pixels one */
static void strips(screen s, const map *m, size_t columns)
{
    size_t margin = margin_of(m, columns), room = columns - margin - 1,
           wide = 2 * m->columns <= room ? 2 * m->columns
                  : m->columns < room    ? m->columns
                                         : room;
    size_t high = (size_t)lround((double)m->pixels * (double)wide / (double)m->columns / 2);
    double most = 0;
    for (size_t i = 0; i < m->nx * m->ny; i++) most = fmax(most, m->w[i]);
    if (high > m->pixels) high = m->pixels;
    high = high < 1 ? 1 : high > HIGHEST_IMAGE ? HIGHEST_IMAGE : high;
    for (size_t r = 0; r < high; r++) {
        fprintf(s.f, "%*s", (int)margin + 1, "");
        for (size_t k = 0; k < wide; k++) {
            size_t a = part(k, wide, m->columns), b = part(k + 1, wide, m->columns);
            blocks(s, mean_ink(m, a, b > a ? b : a + 1, part(r, high, m->pixels), part(r + 1, high, m->pixels)), 1);
        }
        fputc('\n', s.f);
    }
    for (size_t j = 0; j < m->ny; j++) {
        fitted(s, m->y[j], margin, true);
        fputc(' ', s.f);
        for (size_t k = 0; k < wide; k++) {
            size_t column = part(k, wide, m->columns);
            blocks(s, most > 0 ? m->w[j * m->nx + column * m->nx / m->columns] / most : 0, 1);
        }
        fputc('\n', s.f);
    }
    fprintf(s.f, "0 ");
    for (int k = 0; k <= 4; k++) blocks(s, k / 4.0, 2);
    fprintf(s.f, " %.2g\n", most);
}

void heatmap_terminal(FILE *f, const map *m, int columns, int colours)
{
    screen s = { f, colours };
    char title[700], fits[700];
    snprintf(title, sizeof title, "%s: %s%s%s", m->title, m->xname, *m->yname ? " \xE2\x86\x92 " : "", m->yname);
    text_fit(title, (size_t)columns, fits, sizeof fits);
    fprintf(f, "%s\n", fits);
    if (m->columns) {
        strips(s, m, (size_t)columns);
        return;
    }
    squares(s, m, (size_t)columns);
    fputs("0 ", f);
    for (int k = 0; k <= 4; k++) blocks(s, k / 4.0, 2);
    fputs(" 1\n", f);
}
