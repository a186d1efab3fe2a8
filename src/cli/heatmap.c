/* A map of attention weights as a picture, by gnuplot: sources to the right, targets downwards, a square for each weight; or,
 * where the sources are columns of an image, the image once for each target, tinted by its weights. Everything is laid out here
 * in pixels, so that symbols stay readable from 2 to 100 of them. Knows no models. Invariant: texts go through gnuplot_string and
 * are drawn as they are. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- colours: straight lines between nine that stand evenly apart in CIE L*, from L* = 100 to 14 (map) and 62 (tint: ink stays
 * readable) */
static const unsigned map_ramp[] = { 0xffffff, 0xc2e5fb, 0x8dc9f2, 0x5face3, 0x3a8fcd, 0x2472af, 0x20558c, 0x1f3b64, 0x1a233c };
static const unsigned tint_ramp[] = { 0xffffff, 0xffefda, 0xfedfb9, 0xfbcf9d, 0xf8be83, 0xf5ad6b, 0xf19b55, 0xed8940, 0xe9762d };
enum { RAMP = 9 };

static unsigned ramp(const unsigned *c, double v)
{
    double at = isfinite(v) ? fmin(fmax(v, 0), 1) * (RAMP - 1) : 0, share;
    int i = at >= RAMP - 1 ? RAMP - 2 : (int)at;
    unsigned out = 0;
    share = at - i;
    for (int k = 16; k >= 0; k -= 8)
        out |= (unsigned)lround((c[i] >> k & 255) * (1 - share) + (c[i + 1] >> k & 255) * share) << k;
    return out;
}

unsigned map_colour(double v) { return ramp(map_ramp, v); }

/* ---- layout, in pixels */
enum { GAP = 8, TITLE = 34, NAME = 22, BAR = 14 };

/* about how wide a text is in a sans-serif font, in units of the font's size */
static double extent(const char *text)
{
    double wide = 0;
    for (const char *p = text; *p; p++) {
        if ((*p & 0xc0) == 0x80) continue;
        wide += (*p & 0x80)                        ? 0.64
                : strchr("mwMW@%", *p)             ? 0.95
                : *p >= 'A' && *p <= 'Z'           ? 0.73
                : strchr("fijlrtI.,:;'|!()[]", *p) ? 0.38
                                                   : 0.63;
    }
    double double_width = (double)text_width(text); /* characters of two columns are as wide as high */
    return fmax(wide, 0.5 * double_width);
}

static double longest(char *const *text, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, extent(text[i]));
    return most;
}

typedef struct grid {
    double cell, font, left, top, right, bottom, width, height;
    int turn;
} grid;

static grid lay_out(const map *m)
{
    size_t n = m->nx > m->ny ? m->nx : m->ny;
    grid g = { .cell = n <= 12 ? 34 : n <= 25 ? 26 : n <= 50 ? 20 : n <= 100 ? 14 : 1400.0 / (double)n };
    g.font = fmin(13, fmax(2, 0.62 * g.cell));
    double wide = longest(m->x, m->nx), over = 0;
    g.turn = wide * g.font <= g.cell - 2 ? 0 : g.cell >= 20 ? 45 : 90;
    double lean = cos(g.turn * M_PI / 180), rise = sin(g.turn * M_PI / 180), body = g.cell * (double)m->nx;
    for (size_t i = 0; i < m->nx && g.turn; i++) /* what a slanted text stands over on the right */
        over = fmax(over, ((double)i + 0.5) * g.cell + lean * g.font * extent(m->x[i]) - body);
    g.left = NAME + longest(m->y, m->ny) * g.font + 2 * GAP;
    g.top = TITLE + NAME + (g.turn ? rise * wide * g.font : 0) + g.font + GAP;
    g.right = fmax(over + GAP, 2 * GAP + BAR + 44);
    g.bottom = fmax(2 * GAP, (12 * extent(m->yname) - g.cell * (double)m->ny) / 2 + GAP); /* a long name beside few rows */
    double least = fmax(220, 14 * extent(m->title));
    if (g.left + body + g.right < least) g.right = least - g.left - body;
    g.width = ceil(g.left + body + g.right);
    g.height = ceil(g.top + fmax(g.cell * (double)m->ny, 60) + g.bottom);
    return g;
}

typedef struct strips {
    double dot, wide, high, line, left, top, step_x, step_y, width, height;
    size_t across, down;
} strips;

/* as many images side by side as fit into 900 pixels, the first one plain */
static strips lay_out_strips(const map *m)
{
    strips s = { .line = 24, .left = 2 * GAP, .top = TITLE + GAP };
    s.dot = fmin(fmax(floor(640.0 / (double)m->columns), 1), fmax(floor(110.0 / (double)m->pixels), 1));
    s.wide = s.dot * (double)m->columns;
    s.high = s.dot * (double)m->pixels;
    s.step_x = fmax(s.wide, 12 * fmin(longest(m->y, m->ny), 16)) + 2 * GAP;
    s.step_y = s.high + s.line + GAP;
    s.across = (size_t)fmax(1, floor(900 / s.step_x));
    if (s.across > m->ny + 1) s.across = m->ny + 1;
    s.down = (m->ny + s.across) / s.across;
    s.width = ceil(fmax(s.left + s.step_x * (double)s.across + BAR + 64, 14 * extent(m->title) + 2 * GAP));
    s.height = ceil(s.top + s.step_y * (double)s.down + GAP);
    return s;
}

void heatmap_size(const map *m, double *width, double *height)
{
    if (m->columns) {
        strips s = lay_out_strips(m);
        *width = s.width;
        *height = s.height;
    } else {
        grid g = lay_out(m);
        *width = g.width;
        *height = g.height;
    }
}

/* ---- pieces */
typedef struct page {
    double width, height;
} page; /* gnuplot's screen goes from 0 to 1, upwards */

static void text_at(FILE *f, page p, const char *text, double x, double y, const char *how, double font)
{
    fputs("set label ", f);
    gnuplot_string(f, text, false);
    fprintf(f, " at screen %.6f, screen %.6f %s font ',%.1f'\n", x / p.width, 1 - y / p.height, how, font);
}

static void begin_page(FILE *f) { fputs("reset\nset termoption noenhanced\nunset key\nunset colorbox\n", f); }

static void box(FILE *f, page p, double left, double top, double right, double bottom)
{
    fprintf(f, "set lmargin at screen %.6f\nset rmargin at screen %.6f\nset tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            left / p.width, right / p.width, 1 - top / p.height, 1 - bottom / p.height);
}

static void tics(FILE *f, const char *axis, char *const *text, size_t n, const char *how, double font)
{
    fprintf(f, "set %s scale 0 %s font ',%.1f' tc rgb 'black' (", axis, how, font);
    for (size_t i = 0; i < n; i++) {
        if (i) fputs(", ", f);
        gnuplot_string(f, text[i], true);
        fprintf(f, " %zu", i + 1);
    }
    fputs(")\n", f);
}

/* ---- squares */
static void grid_script(FILE *f, const map *m, page p)
{
    grid g = lay_out(m);
    double dx = floor((p.width - g.width) / 2), left = g.left + dx, body = g.cell * (double)m->nx, tall = g.cell * (double)m->ny,
           right = left + body, bottom = g.top + tall;
    char how[80];
    begin_page(f);
    box(f, p, left, g.top, right, bottom);
    text_at(f, p, m->title, left + body / 2, TITLE / 2.0, "center", 14);
    text_at(f, p, m->xname, left + body / 2, TITLE + NAME / 2.0 - 2, "center tc rgb '#555555'", 12);
    if (*m->yname) text_at(f, p, m->yname, dx + NAME / 2.0 + 4, g.top + tall / 2, "center rotate by 90 tc rgb '#555555'", 12);
    fprintf(f, "set palette defined (");
    for (int k = 0; k < RAMP; k++) fprintf(f, "%s%d '#%06x'", k ? ", " : "", k, map_ramp[k]);
    fputs(")\nset cbrange [0:1]\n", f);
    double high = fmax(tall, 60) < 340 ? fmax(tall, 60) : 340, from = right + 2 * GAP;
    fprintf(f, "set colorbox user origin screen %.6f, screen %.6f size screen %.6f, screen %.6f noborder\n", from / p.width,
            1 - (g.top + high) / p.height, BAR / p.width, high / p.height);
    fprintf(f, "set cbtics scale 0 offset -0.6,0 font ',11' tc rgb 'black' %s\n", high < 120 ? "0, 0.5, 1" : "0, 0.2, 1");
    fprintf(
        f,
        "set xrange [0.5:%zu.5]\nset x2range [0.5:%zu.5]\nset yrange [%zu.5:0.5]\nunset xtics\nset border 15 lw 0.7 lc rgb '#999999'\n",
        m->nx, m->nx, m->ny);
    if (g.turn) snprintf(how, sizeof how, "rotate by %d left", g.turn);
    else snprintf(how, sizeof how, "norotate");
    tics(f, "x2tics", m->x, m->nx, how, g.font);
    tics(f, "ytics", m->y, m->ny, "nomirror", g.font);
    for (size_t i = 1; i < m->nx && m->nx <= 100; i++)
        fprintf(f, "set arrow from %zu.5, 0.5 to %zu.5, %zu.5 nohead front lw 0.5 lc rgb '#e6e6e6'\n", i, i, m->ny);
    for (size_t j = 1; j < m->ny && m->ny <= 100; j++)
        fprintf(f, "set arrow from 0.5, %zu.5 to %zu.5, %zu.5 nohead front lw 0.5 lc rgb '#e6e6e6'\n", j, m->nx, j);
    fputs("$weights << END\n", f);
    for (size_t j = 0; j < m->ny; j++)
        for (size_t i = 0; i < m->nx; i++) {
            fprintf(f, "%zu %zu", i + 1, j + 1);
            gnuplot_number(f, m->w[j * m->nx + i]);
            fputc('\n', f);
        }
    fputs("END\nplot $weights using 1:2:(0.5):(0.5):3 with boxxyerror fillstyle solid 1 noborder lc palette\n", f);
}

/* ---- strips */
static void pixel(FILE *f, double x, double y, unsigned c)
{
    fprintf(f, "%g %g %u %u %u\n", x, y, c >> 16 & 255, c >> 8 & 255, c & 255);
}

static unsigned darkened(unsigned c, double ink)
{
    unsigned out = 0;
    for (int k = 16; k >= 0; k -= 8) out |= (unsigned)lround((c >> k & 255) * (1 - ink)) << k;
    return out;
}

static void strips_script(FILE *f, const map *m, page p)
{
    strips s = lay_out_strips(m);
    double most = 0, dx = floor((p.width - s.width) / 2);
    char number[32];
    for (size_t i = 0; i < m->nx * m->ny; i++) most = fmax(most, m->w[i]);
    begin_page(f);
    box(f, p, 0, 0, p.width, p.height);
    fprintf(f, "unset border\nunset xtics\nunset ytics\nset xrange [0:%.0f]\nset yrange [%.0f:0]\n", p.width, p.height);
    text_at(f, p, m->title, p.width / 2, TITLE / 2.0, "center", 14);
    for (size_t k = 0; k <= m->ny; k++) {
        double left = dx + s.left + s.step_x * (double)(k % s.across), top = s.top + s.step_y * (double)(k / s.across);
        text_at(f, p, k ? m->y[k - 1] : m->image_name, left, top + s.line / 2, k ? "left" : "left tc rgb '#777777'", 12);
        top += s.line;
        fprintf(f, "set object rectangle from %g,%g to %g,%g front fillstyle empty border lc rgb '#bbbbbb' lw 0.5\n", left, top,
                left + s.wide, top + s.high);
        fprintf(f, "$strip%zu << END\n", k);
        for (size_t c = 0; c < m->columns; c++) {
            double w = k && most > 0 ? m->w[(k - 1) * m->nx + c * m->nx / m->columns] / most : 0;
            for (size_t r = 0; r < m->pixels; r++)
                pixel(f, left + ((double)c + 0.5) * s.dot, top + ((double)r + 0.5) * s.dot,
                      darkened(ramp(tint_ramp, w), m->ink[c * m->pixels + r]));
        }
        fputs("END\n", f);
    }
    double bar_left = dx + s.left + s.step_x * (double)s.across, bar_top = s.top + s.line,
           high = fmin(fmax(s.high, 60), p.height - bar_top - GAP);
    fputs("$bar << END\n", f);
    for (int k = 0; k < 64; k++)
        for (int i = 0; i < 2; i++)
            pixel(f, bar_left + (i + 0.5) * BAR / 2, bar_top + (k + 0.5) * high / 64, ramp(tint_ramp, 1 - k / 63.0));
    fputs("END\n", f);
    snprintf(number, sizeof number, "%.2g", most);
    text_at(f, p, number, bar_left + BAR + 5, bar_top + 6, "left", 11);
    text_at(f, p, "0", bar_left + BAR + 5, bar_top + high - 6, "left", 11);
    for (size_t k = 0; k <= m->ny; k++) fprintf(f, "%s$strip%zu with rgbimage", k ? ", " : "plot ", k);
    fputs(", $bar with rgbimage\n", f);
}

void heatmap_script(FILE *f, const map *m, double width, double height)
{
    page p = { width, height };
    if (m->columns) strips_script(f, m, p);
    else grid_script(f, m, p);
}
