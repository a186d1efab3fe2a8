/* The canvas of `unroll plot`: gnuplot through a pipe, drawing in the terminal or a .svg, .png or .pdf, or the gnuplot script itself (.gp), data
 * included, to be kept and changed. Knows nothing of what is drawn. Invariant: a picture appears whole or not at all. */
#include "cli/plot.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const endings[] = { ".svg", ".png", ".pdf", ".gp" };
enum { SVG, PNG, PDF, SCRIPT, ENDINGS };

static int format_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    int k = 0;
    while (k < ENDINGS && strcmp(dot ? dot : "", endings[k])) k++;
    return k;
}

static int need_gnuplot(void)
{
    if (!system("command -v gnuplot > /dev/null 2>&1")) return DONE;
    return complain(FAILED, "plots are drawn by gnuplot, and it is not here: apt install gnuplot-nox (or write the script: -o FILE.gp)");
}

int canvas_check(const char *path)
{
    int format = path ? format_of(path) : ENDINGS;
    if (!path) return DONE;
    if (format == ENDINGS) return complain(USAGE, "plot writes .svg, .png, .pdf or .gp, and %s is none of them", path);
    int code = check_output(path);
    return code || format == SCRIPT ? code : need_gnuplot();
}

bool canvas_has_pages(const char *path)
{
    int k = path ? format_of(path) : SCRIPT;
    return k == PDF || k == SCRIPT;
}

/* In double quotes gnuplot reads the quote, the backslash and, as a shell's command, the backquote: these as octal numbers, with what
 * controls. (Single quotes do not do: in gnuplot 5.4 a string that begins with one is empty.) */
void gnuplot_string(FILE *f, const char *text)
{
    fputc('"', f);
    for (; *text; text++) {
        if (strchr("\"\\`", *text) || (unsigned char)*text < 32 || *text == 127) fprintf(f, "\\%03o", (unsigned)*text);
        else fputc(*text, f);
    }
    fputc('"', f);
}

void gnuplot_number(FILE *f, double v)
{
    if (isfinite(v)) fprintf(f, " %.10g", v);
    else fputs(" NaN", f);
}

void terminal_size(int *columns, int *rows)
{
    struct winsize w;
    *columns = 100;
    *rows = 28;
    if (!ioctl(1, TIOCGWINSZ, &w) && w.ws_col > 20) {
        *columns = w.ws_col > 160 ? 160 : w.ws_col;
        *rows = w.ws_row > 40 ? 32 : w.ws_row > 14 ? w.ws_row - 4 : 12;
    }
}

int terminal_colours(void)
{
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR"), *more = getenv("COLORTERM");
    if (!isatty(1) || !term || !strcmp(term, "dumb") || (no && *no)) return 0;
    return more && (strstr(more, "truecolor") || strstr(more, "24bit")) ? 24 : 8;
}

/* a picture is `width` pixels wide as .svg, twice that as .png, and as .pdf 18 cm for 900 */
static void set_terminal(FILE *f, int format, double width, double height)
{
    if (format == SVG) fprintf(f, "set terminal svg size %.0f,%.0f font 'sans,12' background 'white'\n", width, height);
    else if (format == PNG) fprintf(f, "set terminal pngcairo size %.0f,%.0f font 'sans,12' fontscale 1.5 linewidth 2 pointscale 2\n", 2 * width, 2 * height);
    else fprintf(f, "set terminal pdfcairo size %.3fcm,%.3fcm font 'sans,12' fontscale 0.45 linewidth 0.55 pointscale 0.55\n", width / 50, height / 50);
}

int canvas_begin(canvas *c, const char *path, double width, double height)
{
    *c = (canvas){ .path = path };
    int code = canvas_check(path), format = path ? format_of(path) : ENDINGS;
    if (code) return code;
    if (format == SCRIPT) {
        c->script = true;
        c->f = begin_output(path, &c->temporary);
        return c->f ? DONE : FAILED;
    }
    if (!path && (code = need_gnuplot())) return code;
    if (path && asprintf(&c->temporary, "%s.tmp-%ld", path, (long)getpid()) < 0) return complain(FAILED, "out of memory");
    signal(SIGPIPE, SIG_IGN);
    fflush(stdout);
    c->f = popen("gnuplot", "w");
    if (!c->f) {
        free(c->temporary);
        return complain(FAILED, "gnuplot does not start: %s", strerror(errno));
    }
    if (path) {
        set_terminal(c->f, format, width, height);
        fputs("set output ", c->f);
        gnuplot_string(c->f, c->temporary);
        fputc('\n', c->f);
    } else {
        int columns, rows;
        terminal_size(&columns, &rows);
        fprintf(c->f, "set terminal dumb size %d,%d%s\n", columns, rows, isatty(1) ? " ansi" : "");
    }
    return DONE;
}

int canvas_end(canvas *c)
{
    int code = DONE;
    if (c->script) code = finish_output(c->f, c->path, c->temporary);
    else if (pclose(c->f)) code = complain(FAILED, "gnuplot failed");
    else if (c->temporary && rename(c->temporary, c->path)) code = complain(FAILED, "%s could not be written: %s", c->path, strerror(errno));
    if (code && c->temporary) remove(c->temporary);
    free(c->temporary);
    return code;
}
