/* unroll bench: how near this machine's limits cells run. Knows nothing of how they run: the library measures. Invariant: limits
 * and cells are measured in one process, one after the other, so that a machine that is busy or throttled is so for both. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct report {
    const settings *s;
    unroll_bench_limits limits[2];
    int nlimits;
    int objects;
} report; /* limits: of one thread, of all */

static const int grid[][4] = { { 1, 100, 64, 64 },   { 1, 100, 128, 256 },  { 1, 1000, 256, 1024 },
                               { 8, 100, 128, 128 }, { 32, 100, 128, 128 }, { 32, 100, 256, 512 },
                               { 64, 35, 650, 650 }, { 128, 50, 64, 64 },   { 256, 200, 128, 256 } };
static const int streams[] = { 64, 128, 256, 512, 1024 };
static const char *const cells[] = { "rnn", "lstm", "gru" };
enum { GRID = sizeof grid / sizeof *grid, STREAMS = sizeof streams / sizeof *streams, CELLS = sizeof cells / sizeof *cells };

/* one line that rewrites itself on a terminal */
static void say(const settings *s, const char *what)
{
    if (s->quiet) return;
    if (isatty(2)) fprintf(stderr, "\r\033[Kmeasuring %s", what);
    else fprintf(stderr, "measuring %s\n", what);
}

static void say_no_more(const settings *s)
{
    if (!s->quiet && isatty(2)) fputs("\r\033[K", stderr);
}

/* ---- limits */
static int measure_limits(report *r, int threads, unroll_bench_limits *out)
{
    unroll_bench_options o = r->s->bench;
    o.threads = threads;
    say(r->s, threads == 1 ? "the machine, one thread" : "the machine, all threads");
    int rc = unroll_bench_ceiling(&o, out);
    say_no_more(r->s);
    return rc ? library_failed(rc) : DONE;
}

/* the level that holds the weights, and what reading them from there reaches */
static const char *level_of(const unroll_bench_limits *l, size_t bytes, double *bandwidth)
{
    *bandwidth = bytes <= l->l2_bytes ? l->l2 : bytes <= l->l3_bytes ? l->l3 : l->memory;
    return bytes <= l->l2_bytes ? "L2" : bytes <= l->l3_bytes ? "L3" : "memory";
}

/* ---- JSON: every number by the name it has in unroll.h */
static void field(const char *name, double v, bool whole)
{
    if (!isfinite(v)) printf(", \"%s\": null", name);
    else printf(whole ? ", \"%s\": %.0f" : ", \"%s\": %.9g", name, v);
}

static void print_limits(const unroll_bench_limits *l)
{
    field("ceiling_flops_per_second", l ? l->flops : NAN, false);
    field("l2_bytes", l ? (double)l->l2_bytes : NAN, true);
    field("l3_bytes", l ? (double)l->l3_bytes : NAN, true);
    field("l2_bytes_per_second", l ? l->l2 : NAN, false);
    field("l3_bytes_per_second", l ? l->l3 : NAN, false);
    field("memory_bytes_per_second", l ? l->memory : NAN, false);
}

static void begin_object(report *r, const char *first, const char *text)
{
    printf("%s{\"%s\": ", r->objects++ ? ",\n " : "", first);
    write_json_text(stdout, text);
}

static void print_object(report *r, const unroll_bench_options *o, const unroll_bench_result *x, const unroll_bench_limits *l)
{
    begin_object(r, "cell", o->cell);
    field("batch", x->batch, true);
    field("steps", x->steps, true);
    field("inputs", x->inputs, true);
    field("hidden", x->hidden, true);
    field("threads", x->threads, true);
    printf(", \"precision\": \"%s\", \"lengths\": \"%s\"", o->precision ? "double" : "single", o->ragged ? "uniform" : "equal");
    field("parameters", (double)x->parameters, true);
    field("weight_bytes", (double)x->weight_bytes, true);
    field("positions", x->positions > 0 ? x->positions : NAN, true);
    field("fit_seconds", x->fit_seconds, false);
    field("infer_seconds", x->infer_seconds, false);
    field("stream_seconds_per_step", x->stream_seconds_per_step, false);
    field("fit_seconds_per_position", x->fit_seconds / x->positions, false);
    field("infer_seconds_per_position", x->infer_seconds / x->positions, false);
    field("flops", isfinite(x->fit_seconds) ? x->fit_flops : isfinite(x->infer_seconds) ? x->infer_flops : x->stream_flops, true);
    field("fit_flops", x->fit_flops > 0 ? x->fit_flops : NAN, true);
    field("infer_flops", x->infer_flops > 0 ? x->infer_flops : NAN, true);
    field("stream_flops", x->stream_flops > 0 ? x->stream_flops : NAN, true);
    field("peak_bytes", x->peak_bytes ? (double)x->peak_bytes : NAN, true);
    field("fit_runs", x->fit_runs, true);
    field("infer_runs", x->infer_runs, true);
    print_limits(l);
    printf("}");
}

/* ---- for eyes */
static void show_limits(const unroll_bench_limits *l)
{
    printf(
        "%d thread%s: product of 1024 x 1024 %.1f GFLOP/s; reading from L2 (%zu KiB each) %.1f GB/s, L3 (%zu KiB) %.1f GB/s, memory %.1f GB/s\n",
        l->threads, l->threads > 1 ? "s" : "", l->flops * 1e-9, l->l2_bytes >> 10, l->l2 * 1e-9, l->l3_bytes >> 10, l->l3 * 1e-9,
        l->memory * 1e-9);
}

static void show_heading(void)
{
    printf("\n%-16s %4s %5s %5s %5s %7s %10s %8s %5s %10s %8s %5s %9s\n", "cell", "B", "T", "I", "H", "threads", "fit ms",
           "GFLOP/s", "of it", "infer ms", "GFLOP/s", "of it", "peak MB");
}

static void show_rate(double seconds, double flops, double limit)
{
    if (!isfinite(seconds)) printf(" %10s %8s %5s", "-", "-", "-");
    else printf(" %10.3f %8.1f", seconds * 1e3, flops / seconds * 1e-9);
    if (isfinite(seconds) && isfinite(limit)) printf(" %3.0f %%", 100 * flops / seconds / limit);
    else if (isfinite(seconds)) printf(" %5s", "-");
}

/* of megabytes: a small cell takes some hundred bytes */
static int decimals(size_t bytes) { return bytes < 1000000 ? 6 : 2; }

static void show_row(const unroll_bench_options *o, const unroll_bench_result *x, const unroll_bench_limits *l)
{
    printf("%-16s %4d %5d %5d %5d %7d", o->cell, x->batch, x->steps, x->inputs, x->hidden, x->threads);
    show_rate(x->fit_seconds, x->fit_flops, l->flops);
    show_rate(x->infer_seconds, x->infer_flops, l->flops);
    if (x->peak_bytes) printf(" %9.*f\n", decimals(x->peak_bytes), (double)x->peak_bytes * 1e-6);
    else printf(" %9s\n", "-");
    fflush(stdout);
}

static void show_stream_heading(void)
{
    printf("\n%-16s %5s %10s %10s %8s %8s %6s\n", "stream", "H", "weights MB", "us a step", "GB/s", "from", "of it");
}

static void show_stream(const unroll_bench_options *o, const unroll_bench_result *x, const unroll_bench_limits *l)
{
    double bandwidth, t = x->stream_seconds_per_step, rate = (double)x->weight_bytes / t;
    const char *level = level_of(l, x->weight_bytes, &bandwidth);
    if (!isfinite(t)) printf("%-16s %5d cannot run one position at a time\n", o->cell, x->hidden);
    else if (isnan(bandwidth))
        printf("%-16s %5d %10.*f %10.2f %8.1f %8s %6s\n", o->cell, x->hidden, decimals(x->weight_bytes),
               (double)x->weight_bytes * 1e-6, t * 1e6, rate * 1e-9, "-", "-");
    else
        printf("%-16s %5d %10.*f %10.2f %8.1f %8s %4.0f %%\n", o->cell, x->hidden, decimals(x->weight_bytes),
               (double)x->weight_bytes * 1e-6, t * 1e6, rate * 1e-9, level, 100 * rate / bandwidth);
    fflush(stdout);
}

/* ---- one cell, or the table */
static int measure(report *r, const unroll_bench_options *o, unroll_bench_result *x)
{
    char what[400];
    snprintf(what, sizeof what, "%.200s, batch %d, %d steps, %d inputs, %d hidden", o->cell, o->batch, o->steps, o->inputs,
             o->hidden);
    say(r->s, what);
    int rc = unroll_bench_cell(o, x);
    say_no_more(r->s);
    return rc ? library_failed(rc) : DONE;
}

static int one_cell(report *r)
{
    const settings *s = r->s;
    unroll_bench_options o = s->bench;
    unroll_bench_result x;
    if (!o.batch) o.batch = 32;
    if (!o.steps) o.steps = 100;
    if (!o.inputs) o.inputs = 128;
    if (!o.hidden) o.hidden = 128;
    o.what = UNROLL_BENCH_CHECK;
    int rc = unroll_bench_cell(&o, &x), code = rc ? library_failed(rc) : DONE;
    o.what = s->bench.what;
    if (!code && s->measure == 0) code = measure_limits(r, o.threads, &r->limits[0]);
    const unroll_bench_limits none = { .flops = NAN, .l2 = NAN, .l3 = NAN, .memory = NAN },
                              *l = s->measure == 0 ? &r->limits[0] : NULL;
    if (!code) code = measure(r, &o, &x);
    if (code) return code;
    if (s->format) {
        print_object(r, &o, &x, l);
        putchar('\n');
        return DONE;
    }
    if (l) show_limits(l);
    if (o.what != UNROLL_BENCH_STREAM) show_heading(), show_row(&o, &x, l ? l : &none);
    if (!o.what || o.what == UNROLL_BENCH_STREAM) show_stream_heading(), show_stream(&o, &x, l ? l : &none);
    return DONE;
}

static int table_rows(report *r, unroll_bench_options o)
{
    int code = DONE;
    o.what &= ~UNROLL_BENCH_STREAM;
    if (!r->s->format) show_heading();
    for (int c = 0; c < CELLS; c++)
        for (int g = 0; g < GRID; g++)
            for (int t = 0; t < r->nlimits && !code; t++) {
                unroll_bench_result x;
                o.cell = cells[c];
                o.batch = grid[g][0];
                o.steps = grid[g][1];
                o.inputs = grid[g][2];
                o.hidden = grid[g][3];
                o.threads = r->limits[t].threads;
                code = measure(r, &o, &x);
                if (code) break;
                if (r->s->format) print_object(r, &o, &x, &r->limits[t]);
                else show_row(&o, &x, &r->limits[t]);
            }
    return code;
}

static int table_streams(report *r, unroll_bench_options o)
{
    int code = DONE;
    o.what = UNROLL_BENCH_STREAM;
    o.batch = o.steps = o.threads = 1;
    if (!r->s->format) show_stream_heading();
    for (int c = 0; c < CELLS; c++)
        for (int h = 0; h < STREAMS && !code; h++) {
            unroll_bench_result x;
            o.cell = cells[c];
            o.inputs = o.hidden = streams[h];
            code = measure(r, &o, &x);
            if (code) break;
            if (r->s->format) print_object(r, &o, &x, &r->limits[0]);
            else show_stream(&o, &x, &r->limits[0]);
        }
    return code;
}

static int limits_object(report *r, const unroll_bench_limits *l)
{
    begin_object(r, "machine", "limits");
    field("threads", l->threads, true);
    print_limits(l);
    putchar('}');
    return DONE;
}

static int whole_table(report *r)
{
    unroll_bench_options o = r->s->bench;
    int what = o.what ? o.what : UNROLL_BENCH_FIT | UNROLL_BENCH_INFER | UNROLL_BENCH_STREAM,
        code = measure_limits(r, 1, &r->limits[0]);
    if (!code) code = measure_limits(r, o.threads, &r->limits[1]);
    r->nlimits = r->limits[1].threads > 1 ? 2 : 1;
    if (r->s->format && !code) printf("[");
    for (int k = 0; k < r->nlimits && !code; k++) {
        if (!r->s->format) show_limits(&r->limits[k]);
        else limits_object(r, &r->limits[k]);
    }
    o.what = what;
    if (!code && r->s->measure != 1 && (what & ~UNROLL_BENCH_STREAM)) code = table_rows(r, o);
    if (!code && r->s->measure != 1 && (what & UNROLL_BENCH_STREAM)) code = table_streams(r, o);
    if (r->s->format) printf("]\n");
    return code;
}

static bool in_library(const char *name)
{
    size_t n = strlen(name);
    for (const char *at = unroll_cells(); (at = strstr(at, "cell ")); at++)
        if (!strncmp(at + 5, name, n) && at[5 + n] == '(') return true;
    return false;
}

static int check(const settings *s)
{
    const unroll_bench_options *o = &s->bench;
    if (s->args.n)
        return complain(USAGE, "bench takes no data and no file but --cell's: what is \"%s\"? Did you mean --cell %s?",
                        s->args.item[0], s->args.item[0]);
    if (o->cell && !*o->cell) return complain(USAGE, "--cell needs the name of a cell or of a .unr file");
    if (o->cell && !strpbrk(o->cell, "./") && !in_library(o->cell)) return unknown_cell(o->cell);
    if (o->cell && s->measure == 1) return complain(USAGE, "--only ceiling measures the machine alone, without --cell");
    if (!o->cell && (o->batch || o->steps || o->inputs || o->hidden || o->vocabulary || o->ragged || s->set.n))
        return complain(
            USAGE,
            "sizes are those of one cell: which? --cell lstm, for example; without --cell a table of many sizes is measured");
    return DONE;
}

int verb_bench(settings *s)
{
    static const int what[] = { 0, 0, UNROLL_BENCH_FIT, UNROLL_BENCH_INFER, UNROLL_BENCH_STREAM };
    report r = { .s = s };
    unroll_setting *set = NULL;
    int code = check(s);
    if (!code) code = read_settings(s, &set);
    if (code) return code;
    s->bench.what = what[s->measure];
    if (!(s->bench.seconds > 0)) s->bench.seconds = s->quick ? 0.1 : 1;
    s->bench.set = set;
    s->bench.nset = s->set.n;
    code = s->bench.cell ? one_cell(&r) : whole_table(&r);
    if (!code) say_needless(s, OF_MODELS | OF_CHANCE | (s->bench.cell ? OF_CELLS : 0));
    free_settings(s, set);
    return code;
}
