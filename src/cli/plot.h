/* plot: what the files of `unroll plot` share: the canvas that pictures are drawn on, the maps of attention weights, and the
 * columns of characters that a text takes. */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H
#include <sys/types.h>
#include "cli/cli.h"

/* ---- canvas.c: gnuplot, through a pipe, or the script it would read */
typedef struct canvas {
    FILE *f;
    const char *path;
    bool script;
    output o;
    pid_t gnuplot;
    int picture, said; /* files in memory: what gnuplot draws, and says */
} canvas;
int canvas_check(const char *path);      /* does the name end in a format there is? NULL: the terminal */
bool canvas_has_pages(const char *path); /* several pictures go into one file */
int canvas_begin(canvas *c, const char *path, double width, double height); /* in pixels of an .svg; path NULL: the terminal */
int canvas_end(canvas *c);
void gnuplot_string(
    FILE *f, const char *text,
    bool tic); /* quoted and as it is shown, safe whatever is in it; tic: where gnuplot looks for a number's format */
void gnuplot_number(FILE *f, double v); /* after a space, so that it reads back equal; NaN where it is not finite */
bool stands_alone(const double *y, size_t n, size_t i); /* y[i] has no number on either side: no line shows it */
/* of numbers between low and high, with some room; numbers beside the axis have as many digits as tell them apart */
void gnuplot_yrange(FILE *f, double low, double high);
void terminal_size(int *columns, int *rows);
int terminal_colours(void); /* bits of a colour: 0, 8 or 24 */

#define END_TEXT "\xE2\x8F\x8E" /* ⏎, the end symbol */

/* ---- attention.c makes them, heatmap.c and shades.c draw them */
typedef struct map { /* weights of one example (of one head, …) */
    char *title;
    char *xname, *yname; /* what the axes are */
    size_t nx, ny;
    char **x, **y; /* the symbols; [nx], [ny] */
    double *w;     /* [ny][nx] */
    const char *image_name;
    size_t columns, pixels; /* an image behind x: how wide, how high; 0: none */
    double *ink;            /* [columns][pixels]: 0 paper, 1 ink */
} map;
void heatmap_size(const map *m, double *width, double *height);
void heatmap_script(FILE *f, const map *m, double width, double height); /* on a page of that size */
void heatmap_terminal(FILE *f, const map *m, int columns, int colours);
int plot_attention(const settings *s);

/* colour of a share 0…1: from white to dark blue, its lightness falling evenly */
unsigned map_colour(double v);

/* ---- paths.c */
int plot_paths(const settings *s);

/* ---- forecast.c */
int plot_forecast(const settings *s);

/* ---- ticks.c */
/* of a position; value: of a time its seconds since 1970, or a number; NAN: it has none */
typedef struct axis_name {
    char *text;
    double value;
} axis_name;
/* Which of n positions are named beside an axis of so many columns of text: tick[n]. Returns how many bytes their names lose
 * at the end, a midnight common to all */
size_t choose_ticks(const axis_name *name, size_t n, bool dates, double columns, bool *tick);
#endif
