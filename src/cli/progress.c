/* What is said while a fit runs: one line that rewrites itself on a terminal; elsewhere one plain line for each epoch and each
 * half minute; and Ctrl-C. Knows the numbers it is handed and nothing else. Invariant: nothing here goes to standard output. */
#include "cli/cli.h"
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t asked_to_stop;

static void on_interrupt(int sig)
{
    (void)sig;
    asked_to_stop = 1;
}

void catch_interrupt(void)
{
    struct sigaction a = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND | SA_RESTART };
    sigaction(SIGINT, &a, NULL);
}

bool interrupted(void) { return asked_to_stop; }

void format_seconds(char *out, size_t n, double seconds)
{
    if (!(seconds >= 0) || seconds > 1e8) snprintf(out, n, "-");
    else if (seconds < 9.95) snprintf(out, n, "%.1f s", seconds);
    else if (seconds < 59.5) snprintf(out, n, "%.0f s", seconds);
    else if (seconds < 3600) snprintf(out, n, "%d:%02d", (int)(seconds + 0.5) / 60, (int)(seconds + 0.5) % 60);
    else snprintf(out, n, "%d:%02d:%02d", (int)seconds / 3600, (int)seconds / 60 % 60, (int)seconds % 60);
}

static void format_rate(char *out, size_t n, double per_second)
{
    if (!(per_second >= 0)) snprintf(out, n, "-");
    else if (per_second >= 1e6) snprintf(out, n, "%.2fM", per_second / 1e6);
    else if (per_second >= 1e4) snprintf(out, n, "%.0fk", per_second / 1e3);
    else snprintf(out, n, "%.4g", per_second);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_begin(progress_line *l, bool quiet)
{
    *l = (progress_line){ .quiet = quiet, .terminal = isatty(2), .begun = now(), .told = now() };
}

/* Into a file a line is said at least so often, that nobody takes what runs for what hangs. */
static bool silent_for_long(progress_line *l)
{
    enum { LONG = 30 };
    if (now() - l->told < LONG) return false;
    l->told = now();
    return true;
}

void progress_end(progress_line *l)
{
    if (l->shown && l->terminal) fputs("\r\033[K", stderr);
    l->shown = 0;
}

static void bar(char *out, int wide, double done)
{
    int full = (int)(done * wide + 1e-9);
    for (int i = 0; i < wide; i++) out[i] = i < full ? '#' : '.';
    out[wide] = 0;
}

static int terminal_columns(void)
{
    struct winsize w;
    return ioctl(2, TIOCGWINSZ, &w) || !w.ws_col ? 80 : w.ws_col;
}

/* A line that were longer than the terminal could not be written over. */
static void rewrite(const char *line, int room)
{
    char shown[400];
    text_fit(line, room > 0 ? (size_t)room : 0, shown, sizeof shown);
    fprintf(stderr, "\r\033[K%s", shown);
}

/* steps of L-BFGS, a line of what is kept at their end */
static void show_polish(const unroll_progress *p, progress_line *l)
{
    char took[32], valid[32] = "", line[160];
    l->last = p->seconds;
    l->told = now();
    format_seconds(took, sizeof took, p->seconds);
    if (isfinite(p->valid_loss)) snprintf(valid, sizeof valid, "  valid %.4f", p->valid_loss);
    snprintf(line, sizeof line, "L-BFGS %d step%s  %s  train %.4f%s", p->polish, p->polish == 1 ? "" : "s", took, p->train_loss,
             valid);
    if (l->terminal) rewrite(line, terminal_columns() - 1);
    else fprintf(stderr, "%s\n", line);
    fflush(stderr);
    l->shown = l->terminal;
}

static void show_start(const unroll_progress *p, progress_line *l)
{
    char took[32], line[256];
    format_seconds(took, sizeof took, p->seconds);
    snprintf(line, sizeof line, "start %d/%d  %s  train %.4f", p->start, p->starts, took, p->train_loss);
    l->last = p->seconds;
    l->told = now();
    if (l->terminal) rewrite(line, terminal_columns() - 1);
    else fprintf(stderr, "%s\n", line);
    fflush(stderr);
    l->shown = l->terminal;
}

int show_progress(const unroll_progress *p, void *arg)
{
    progress_line *l = arg;
    char left[32], rate[32], valid[48] = "", line[256], bars[41];
    if (p->note && !l->quiet) {
        progress_end(l);
        fprintf(stderr, "note: %s\n", p->note);
    }
    if (l->quiet || p->note) return interrupted();
    if (!l->terminal && !p->epoch_ended && !silent_for_long(l)) return interrupted();
    if (!l->terminal && p->epoch_ended && !p->polish && p->epoch < p->epochs && p->epoch > 1 && p->seconds - l->last < 1)
        return interrupted();                                                /* a line a second is enough for a log */
    if (!p->epoch_ended && p->seconds - l->last < 0.1) return interrupted(); /* ten times a second is enough for eyes */
    if (p->polish) {
        show_polish(p, l);
        return interrupted();
    }
    if (p->start) {
        show_start(p, l);
        return interrupted();
    }
    l->last = p->seconds;
    format_seconds(left, sizeof left, p->seconds_left);
    format_rate(rate, sizeof rate, p->units_per_second);
    if (isfinite(p->valid_loss))
        snprintf(valid, sizeof valid, "  valid %.4f%s", p->valid_loss, p->epoch_ended && p->best_epoch == p->epoch ? " *" : "");
    char train[32] = "";
    if (isfinite(p->train_loss)) snprintf(train, sizeof train, "  train %.4f", p->train_loss);
    if (!l->terminal) {
        char took[32];
        char share[32] = "";
        if (!p->epoch_ended)
            snprintf(share, sizeof share, ", %.0f %%", 100 * fmin(fmax(p->done * p->epochs - (p->epoch - 1), 0), 1));
        l->told = now();
        format_seconds(took, sizeof took, p->seconds);
        fprintf(stderr, "epoch %d/%d%s  %s  %s %s/s%s%s\n", p->epoch, p->epochs, share, took, rate, p->unit, train, valid);
        return interrupted();
    }
    int room = terminal_columns() - 1, n = snprintf(line, sizeof line, "epoch %d/%d [] %s left  %s %s/s%s%s", p->epoch, p->epochs,
                                                    left, rate, p->unit, train, valid);
    int wide = room - n < 4 ? 4 : room - n > 40 ? 40 : room - n;
    bar(bars, wide, fmin(fmax(p->done, 0), 1));
    snprintf(line, sizeof line, "epoch %d/%d [%s] %s left  %s %s/s%s%s", p->epoch, p->epochs, bars, left, rate, p->unit, train,
             valid);
    rewrite(line, room);
    fflush(stderr);
    l->shown = 1;
    return interrupted();
}

/* predicting and scoring: a bar where there is a terminal; into a file a line now and then */
int show_share(double done, void *arg)
{
    progress_line *l = arg;
    char bars[41], line[64];
    int room = terminal_columns() - 1;
    if (!l->quiet && !l->terminal && silent_for_long(l)) {
        char took[32];
        format_seconds(took, sizeof took, now() - l->begun);
        fprintf(stderr, "%.0f %%  %s\n", 100 * done, took);
    }
    if (l->quiet || !l->terminal) return interrupted();
    bar(bars, room < 20 ? 8 : room < 48 ? room - 8 : 40, fmin(fmax(done, 0), 1));
    snprintf(line, sizeof line, "[%s] %3.0f %%", bars, 100 * done);
    rewrite(line, room);
    fflush(stderr);
    l->shown = 1;
    return interrupted();
}
