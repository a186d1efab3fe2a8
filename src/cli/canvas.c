/* The canvas of `unroll plot`: gnuplot through a pipe, drawing in the terminal or a .svg, .png or .pdf, or the gnuplot script
 * itself (.gp), data included, to be kept and changed. Knows nothing of what is drawn. Invariant: a picture appears whole or not
 * at all. */
#include "cli/plot.h"
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
    return complain(FAILED,
                    "plots are drawn by gnuplot, and it is not here: apt install gnuplot-nox (or write the script: -o FILE.gp)");
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

/* In double quotes gnuplot reads the quote, the backslash and, as a shell's command, the backquote: these as octal numbers, with
 * what controls. (Single quotes do not do: in gnuplot 5.4 a string that begins with one is empty.) */
void gnuplot_string(FILE *f, const char *text, bool tic)
{
    char one[8];
    fputc('"', f);
    while (*text) {
        text += shown_character(text, one);
        for (const char *c = one; *c; c++) {
            if (strchr("\"\\`", *c) || (unsigned char)*c < 32 || *c == 127) fprintf(f, "\\%03o", (unsigned)*c);
            else fputs(tic && *c == '%' ? "%%" : (char[]){ *c, 0 }, f);
        }
    }
    fputc('"', f);
}

void gnuplot_number(FILE *f, double v)
{
    static const int digits[] = { 10, 15, 16, 17 };
    char text[40] = "NaN";
    for (int k = 0; isfinite(v) && k < 4; k++) {
        snprintf(text, sizeof text, "%.*g", digits[k], v);
        if (strtod(text, NULL) == v) break;
    }
    fprintf(f, " %s", text);
}

bool stands_alone(const double *y, size_t n, size_t i)
{
    return isfinite(y[i]) && !(i && isfinite(y[i - 1])) && !(i + 1 < n && isfinite(y[i + 1]));
}

void gnuplot_yrange(FILE *f, double low, double high)
{
    double most = fmax(fabs(low), fabs(high)), range = high / 2 - low / 2;
    double pad = range > 0 ? range / 10 : most > 0 ? most / 20 : 1;
    low = fmax(low - pad, -DBL_MAX);
    high = fmin(high + pad, DBL_MAX);
    fprintf(f, "set yrange [%.17g:%.17g]\n", low, high);
    int digits = (int)ceil(log10(most / (high / 20 - low / 20)));
    if (digits > 5) fprintf(f, "set format y '%%.%dg'\n", digits > 14 ? 15 : digits + 1);
}

/* COLUMNS, where it is set, says more than a terminal; below LEAST nothing can be drawn, whatever they say */
void terminal_size(int *columns, int *rows)
{
    enum { LEAST = 20, MOST = 160 };
    struct winsize w = { 0 };
    const char *set = getenv("COLUMNS");
    long wide = set ? strtol(set, NULL, 10) : 0;
    bool terminal = !ioctl(1, TIOCGWINSZ, &w) && w.ws_col;
    if (wide <= 0) wide = terminal ? w.ws_col : 100;
    *columns = wide < LEAST ? LEAST : wide > MOST ? MOST : (int)wide;
    *rows = !terminal ? 28 : w.ws_row > 40 ? 32 : w.ws_row > 14 ? w.ws_row - 4 : 12;
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
    else if (format == PNG)
        fprintf(f, "set terminal pngcairo size %.0f,%.0f font 'sans,12' fontscale 1.5 linewidth 2 pointscale 2\n", 2 * width,
                2 * height);
    else
        fprintf(f, "set terminal pdfcairo size %.3fcm,%.3fcm font 'sans,12' fontscale 0.45 linewidth 0.55 pointscale 0.55\n",
                width / 50, height / 50);
}

/* gnuplot, reading from c->f. What it draws goes into memory that has no name: so whether all of it could be written is known,
 * and no name of a file is handed to gnuplot, which runs what begins with a bar. What it says, where it fails, is ours to say. */
static int start(canvas *c)
{
    int ends[2];
    posix_spawn_file_actions_t then;
    char *const words[] = { "gnuplot", "-d", NULL };
    if ((c->picture = memfd_create("picture", MFD_CLOEXEC)) < 0) return errno;
    if ((c->said = memfd_create("said", MFD_CLOEXEC)) < 0) return errno;
    if (pipe2(ends, O_CLOEXEC)) return errno;
    int why = posix_spawn_file_actions_init(&then);
    if (!why) {
        why = posix_spawn_file_actions_adddup2(&then, ends[0], 0);
        if (!why) why = posix_spawn_file_actions_adddup2(&then, c->picture, 1);
        if (!why) why = posix_spawn_file_actions_adddup2(&then, c->said, 2);
        if (!why) why = posix_spawnp(&c->gnuplot, "gnuplot", &then, NULL, words, environ);
        posix_spawn_file_actions_destroy(&then);
    }
    close(ends[0]);
    if (!why && (c->f = fdopen(ends[1], "w"))) return 0;
    if (!why) why = errno;
    close(ends[1]);
    if (c->gnuplot) waitpid(c->gnuplot, NULL, 0);
    return why;
}

int canvas_begin(canvas *c, const char *path, double width, double height)
{
    *c = (canvas){ .path = path, .picture = -1, .said = -1 };
    int code = canvas_check(path), format = path ? format_of(path) : ENDINGS;
    if (code) return code;
    if (format == SCRIPT) {
        c->script = true;
        code = begin_output(&c->o, path);
        c->f = c->o.f;
        return code;
    }
    if (!path && (code = need_gnuplot())) return code;
    signal(SIGPIPE, SIG_IGN);
    fflush(stdout);
    int why = start(c);
    if (why) {
        if (c->picture >= 0) close(c->picture);
        if (c->said >= 0) close(c->said);
        return complain(FAILED, "gnuplot does not start: %s", strerror(why));
    }
    fputs("set encoding utf8\n", c->f);
    if (path) {
        set_terminal(c->f, format, width, height);
    } else {
        int columns, rows;
        terminal_size(&columns, &rows);
        fprintf(c->f, "set terminal dumb size %d,%d%s\n", columns, rows, terminal_colours() ? " ansi" : "");
    }
    return DONE;
}

/* the last line of what gnuplot said, which names what is wrong */
static int gnuplot_failed(const canvas *c)
{
    char text[2000];
    ssize_t n = pread(c->said, text, sizeof text - 1, 0);
    char *line = text;
    text[n > 0 ? n : 0] = 0;
    for (char *p = strtok(text, "\n"); p; p = strtok(NULL, "\n")) line = p;
    line += strspn(line, " ");
    return complain(FAILED, "gnuplot failed%s%s", *line ? ": " : "", line);
}

static int write_picture(const canvas *c)
{
    struct stat st;
    if (fstat(c->picture, &st) || st.st_size <= 0) return complain(FAILED, "gnuplot drew nothing");
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, c->picture, 0);
    if (p == MAP_FAILED) return complain(FAILED, "the picture is lost: %s", strerror(errno));
    int code = DONE;
    size_t feed = *(const char *)p == '\f', n = (size_t)st.st_size; /* with which gnuplot begins what it draws in the terminal */
    if (c->path) code = write_file(c->path, p, n);
    else fwrite((const char *)p + feed, 1, n - feed, stdout); /* main looks whether it could be written */
    munmap(p, (size_t)st.st_size);
    return code;
}

int canvas_end(canvas *c)
{
    if (c->script) return finish_output(&c->o, DONE);
    int status = 0;
    bool bad = ferror(c->f) != 0;
    bad = fclose(c->f) || bad;
    pid_t ended;
    do ended = waitpid(c->gnuplot, &status, 0);
    while (ended < 0 && errno == EINTR);
    bad = ended < 0 || status || bad;
    int code = bad ? gnuplot_failed(c) : write_picture(c);
    close(c->picture);
    close(c->said);
    return code;
}
