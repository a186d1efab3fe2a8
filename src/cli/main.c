/* The program `unroll`: finds the verb, reads its options, runs it. Knows no model. Invariant: what main returns is one of the
 * exit codes 0 done, 1 failed, 2 usage, 3 the model text is wrong, 4 the data are wrong. */
#include "cli/cli.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct verb {
    const char *name;
    int bit;
    int (*run)(settings *);
    const char *takes, *says, *example;
    size_t least, most; /* how many arguments that are not options */
} verb;

/* clang-format off */
static const verb verbs[] = {
    { "fit", VERB_FIT, verb_fit, "MODEL.unr DATA... -o FILE", "fit a model to data and write one model file",
      "unroll fit models/weather.unr weather.csv.gz --valid 0.2 -o weather.model", 2, 1000 },
    { "predict", VERB_PREDICT, verb_predict, "FILE [DATA...]", "the most likely completion of what the data leave out",
      "unroll predict weather.model weather.csv.gz --horizon 24 --samples 200", 1, 1000 },
    { "sample", VERB_SAMPLE, verb_sample, "FILE [DATA...]", "random completions",
      "unroll sample char.model --prompt \"ROMEO:\" --max-length 400 --temperature 0.8", 1, 1000 },
    { "score", VERB_SCORE, verb_score, "FILE DATA...", "how well the model explains data it has not seen, next to a naive baseline",
      "unroll score weather.model weather.csv.gz --rows 80%: --horizon 24", 2, 1000 },
    { "values", VERB_VALUES, verb_values, "FILE DATA... [NAME...]", "quantities of the text at every position: states, and what is known of latent symbols",
      "unroll values hmm.model counts.csv z z.smoothed", 2, 1000 },
    { "explain", VERB_EXPLAIN, verb_explain, "MODEL.unr|FILE [DATA...]", "shapes, parameters and the plan",
      "unroll explain models/char.unr", 1, 1000 },
    { "show", VERB_SHOW, verb_show, "FILE [NAME]", "the parameters: small ones number by number, large ones in short; of NAME all numbers",
      "unroll show weather.model", 1, 2 },
    { "plot", VERB_PLOT, verb_plot, "FILE DATA... --what forecast|attention | LOG.jsonl... --what loss | TABLE --what paths", "a picture in the terminal, or with -o as .svg, .png, .pdf",
      "unroll plot weather.model weather.csv.gz --horizon 48 -o forecast.svg", 1, 1000 },
    { "cells", VERB_CELLS, verb_cells, "[NAME...]", "the standard library, as the equations it is", "unroll cells lstm gru", 0, 1000 },
    { "import", VERB_IMPORT, verb_import, "MODEL.unr WEIGHTS -o FILE", "weights of PyTorch's modules become a model file; without --map, a map of them",
      "unroll import char.unr char.safetensors --map char.map --vocabulary text=vocab.txt -o char.model", 1, 2 },
    { "export", VERB_EXPORT, verb_export, "FILE -o WEIGHTS", "a model's weights as PyTorch's modules have them",
      "unroll export char.model --map char.map -o char.safetensors", 1, 1 },
    { "bench", VERB_BENCH, verb_bench, "[--cell NAME|FILE.unr]", "how near this machine's limits cells run",
      "unroll bench --cell lstm --batch 32 --steps 100 --inputs 256 --hidden 512 --json", 0, 0 },
};
/* clang-format on */
enum { VERBS = sizeof verbs / sizeof verbs[0] };

static void print_help(FILE *f)
{
    fputs("unroll: recurrent models written as equations, fitted and run\n\n", f);
    for (size_t i = 0; i < VERBS; i++)
        fprintf(f, "    unroll %-8s %-26s %s\n", verbs[i].name,
                verbs[i].bit == VERB_PLOT ? "FILE DATA... --what ..." : verbs[i].takes, verbs[i].says);
    fputs(
        "\nDATA is table.csv, table.tsv, name=text.txt (each line one example; --stream: one long sequence), or - ;\n"
        "gzip and xz files are read as they are. name=\"Column\" binds a column of another name.\n"
        "`unroll VERB --help` tells more. Exit codes: 0 done, 1 failed, 2 usage, 3 the model text is wrong, 4 the data are wrong.\n",
        f);
}

static void print_verb_help(const verb *v)
{
    printf("unroll %s %s\n    %s\n", v->name, v->takes, v->says);
    printf("\nExample:\n    %s\n\nOptions:\n", v->example);
    print_options(stdout, v->bit);
}

static const verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (!strcmp(verbs[i].name, name)) return &verbs[i];
    return NULL;
}

static int unknown_verb(const char *name)
{
    size_t best = 3;
    const verb *near = NULL;
    for (size_t i = 0; i < VERBS; i++) {
        size_t d = edit_distance(verbs[i].name, name);
        if (d < best) best = d, near = &verbs[i];
    }
    if (near) return complain(USAGE, "there is no verb \"%s\"; did you mean %s?", name, near->name);
    return complain(USAGE, "there is no verb \"%s\"; `unroll --help` lists those there are", name);
}

static int run(const verb *v, int argc, char **argv)
{
    settings s = { .verb = v->name, .bit = v->bit, .fit = UNROLL_FIT_INIT, .use = UNROLL_USE_INIT, .bench = UNROLL_BENCH_INIT };
    s.fit.checkpoint_seconds = 30;
    s.use.temperature = 1;
    s.precision = -1;
    int code = parse_arguments(&s, argc, argv);
    if (!code && s.help) print_verb_help(v);
    else if (!code) {
        s.fit.threads = s.use.threads = s.threads;
        s.fit.precision = s.use.precision = s.precision < 0 ? 0 : s.precision ? 1 : 2;
        s.fit.memory = s.use.memory = s.memory;
        unroll_set_memory(s.memory);
        s.fit.seed = s.use.seed = s.seed;
        s.fit.context = s.use.context = s.context;
        s.fit.horizon = s.use.horizon = s.horizon;
        s.use.samples = s.samples;
        if (s.use.temperature == 0) s.use.temperature = -1; /* 0 says "not given" to the library */
        s.bench.threads = s.threads;
        s.bench.precision = s.precision > 0;
        s.bench.seed = s.seed;
        s.bench.batch = s.fit.batch;
        s.bench.recompute = s.fit.recompute;
        s.use.naive = s.plan;
        s.fit.method = s.method;
        if (s.args.n < v->least && !s.hypothesis && !s.reference.n)
            code = complain(USAGE, "%s needs %s: unroll %s %s", v->name, s.args.n ? "data" : "a file", v->name, v->takes);
        else {
            say_overruled(&s);
            code = v->run(&s);
        }
    }
    free_arguments(&s);
    return code;
}

/* A standard stream that is closed leaves its number to the next file opened, which would then be printed into. A folder can be
 * neither read nor written, nor opened for it by the name of /dev/stdout: that is still an error. */
static void hold_standard_streams(void)
{
    int fd;
    do fd = open("/", O_RDONLY | O_DIRECTORY);
    while (fd >= 0 && fd <= 2);
    if (fd > 2) close(fd);
}

/* OpenBLAS has a thread from the moment it is loaded and waits for it at exit: for ever, where a small `ulimit -v` lets it get no
 * memory. All that the program writes is written by now. */
static int leave(int code)
{
#ifndef UR_CHECKED /* the leak checker looks at exit */
    fflush(stderr);
    _exit(code);
#endif
    return code;
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    signal(SIGXFSZ, SIG_IGN); /* a file that grows beyond `ulimit -f` is an error like a full disk */
    if (argc < 2) {
        print_help(stderr);
        return USAGE;
    }
    const char *first = argv[1];
    const verb *v;
    int code = DONE;
    if (!strcmp(first, "--version")) printf("unroll %s\n", unroll_version());
    else if (!strcmp(first, "--help") || !strcmp(first, "-h") || (!strcmp(first, "help") && argc == 2)) print_help(stdout);
    else if (!strcmp(first, "help")) {
        if ((v = find_verb(argv[2]))) print_verb_help(v);
        else code = unknown_verb(argv[2]);
    } else if (!(v = find_verb(first))) {
        code = unknown_verb(first);
    } else {
        code = run(v, argc - 2, argv + 2);
    }
    if ((fflush(stdout) || ferror(stdout)) && !code) code = complain(FAILED, "the output could not be written");
    return leave(code);
}
