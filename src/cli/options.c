/* Options: one table says what each is called, what it takes, which verbs know it and where its value goes; parsing, checking,
 * help and "did you mean" all read that table. Knows nothing of models. Invariant: a value outside its range never leaves here.
 */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, COUNT, BIG, NUMBER, TEXT, CHOICE, CHOICE_TEXT, SIZE, LIST };
typedef struct option {
    const char *name, *takes;
    enum kind kind;
    size_t at; /* offset in settings */
    int verbs;
    double low, high;    /* bounds, both allowed; FLAG: low is the value stored */
    const char *choices; /* words separated by spaces */
    const char *help;
    unsigned needs; /* one of these facts, else it has no effect; 0: it always has */
} option;

#define AT(field) offsetof(settings, field)
#define READS     (VERB_FIT | VERB_PREDICT | VERB_SAMPLE | VERB_SCORE | VERB_EXPLAIN | VERB_PLOT | VERB_VALUES)
#define USES      (VERB_PREDICT | VERB_SAMPLE | VERB_SCORE | VERB_PLOT)
#define TABLES    (VERB_PREDICT | VERB_SAMPLE | VERB_SCORE)
#define RUNS      (VERB_FIT | USES)
#define CARRIES   (VERB_IMPORT | VERB_EXPORT)
#define ANY       1e300

/* clang-format off */
static const option table[] = {
    { "out", "FILE", TEXT, AT(out), VERB_FIT | TABLES | VERB_PLOT | VERB_SHOW | VERB_VALUES | CARRIES, 0, 0, 0, "where the result goes (-o FILE)", 0 },
    { "set", "NAME=VALUE", LIST, AT(set), VERB_FIT | VERB_EXPLAIN | VERB_BENCH | VERB_IMPORT, 0, 0, 0, "the value of a hyper", 0 },

    { "group", "COLUMN", TEXT, AT(group), READS, 0, 0, 0, "one example for each value of this column", OF_TABLES },
    { "missing", "A,B", TEXT, AT(missing), READS, 0, 0, 0, "what else says that a value is missing: -999,? of numbers and times, tag=- of the data called tag", OF_TABLES },
    { "decimal", "NAME", CHOICE, AT(decimal), READS, 0, 0, "auto point comma", "the decimal mark; the other mark stands between thousands:", OF_TABLES },
    { "dates", "NAME", CHOICE, AT(dates), READS, 0, 0, "auto day month", "what comes first in dates such as 01/02/2020:", OF_TABLES },
    { "delimiter", "C", TEXT, AT(delimiter), READS, 0, 0, 0, "what splits the fields of a table: a character, or tab, blank", OF_TABLES },
    { "skip", "N", COUNT, AT(skip), READS, 0, 1e9, 0, "lines before the header that are no part of the table", OF_TABLES },
    { "columns", "NAME", CHOICE, AT(columns), READS, 0, 0, "header numbers conllu", "of a file whose name does not say it:", OF_TABLES },
    { "step", "STEP", TEXT, AT(step), READS & ~VERB_EXPLAIN, 0, 0, 0, "how times go on: 1month, 1quarter, 1year, 1week, 1day, 1bday, 1hour, 15min, ... (default: found)", OF_MODELS },
    { "regular", 0, FLAG, AT(regular), READS & ~VERB_EXPLAIN, 1, 0, 0, "fill gaps in time with missing rows", OF_MODELS },
    { "stream", 0, FLAG, AT(stream), READS, 1, 0, 0, "each file is one long sequence; sample, predict: what is generated goes on past end symbols", OF_TEXTS },
    { "rows", "FROM:TO", TEXT, AT(rows), RUNS | VERB_VALUES, 0, 0, 0, "use only these rows or examples, from 0, TO not included; 20%, -48 (from the end) and open ends are fine", OF_DATA },
    { "valid", "SHARE|FILE", LIST, AT(valid), VERB_FIT, 0, 0, 0, "validate on the last share (or rows) before the test part, or on a file", 0 },
    { "test", "SHARE|FILE", LIST, AT(test), VERB_FIT, 0, 0, 0, "score on the last share (or rows), or on a file, after the fit", 0 },
    { "shuffle", "SEED", TEXT, AT(shuffle), VERB_FIT, 0, 0, 0, "draw the examples of --valid and --test at random; the same seed draws the same", 0 },
    { "min-count", "N", COUNT, AT(fit.min_count), VERB_FIT, 0, 1e9, 0, "symbols seen less often become unknown", OF_SYMBOLS },
    { "max-vocabulary", "N", COUNT, AT(fit.max_vocabulary), VERB_FIT, 1, 1e9, 0, "keep the N most frequent symbols; others become unknown", OF_SYMBOLS },

    { "epochs", "N", COUNT, AT(fit.epochs), VERB_FIT, 1, 1e9, 0, "passes over the training part", OF_GRADIENTS },
    { "batch", "N", COUNT, AT(fit.batch), VERB_FIT | VERB_BENCH, 1, 1e7, 0, "examples in a step; with --stream, lanes read in parallel", OF_GRADIENTS | OF_CELLS },
    { "chunk", "N", COUNT, AT(fit.chunk), VERB_FIT, -1, 1e9, 0, "positions in a step of a long sequence (-1: all)", OF_CHUNKS },
    { "horizon", "N", COUNT, AT(horizon), RUNS | VERB_VALUES, 1, 1e7, 0, "positions to forecast after the end (fit: to learn to forecast)", OF_FORECASTS | OF_GRADIENTS },
    { "context", "N", COUNT, AT(context), RUNS, 1, 1e9, 0, "positions of history that build up the state of a forecast", OF_HORIZONS },
    { "optimiser", "NAME", CHOICE_TEXT, AT(fit.optimiser), VERB_FIT, 0, 0, "sgd momentum adam adamw rmsprop", 0, OF_GRADIENTS },
    { "rate", "X", NUMBER, AT(fit.rate), VERB_FIT, 1e-12, 1e3, 0, "learning rate", OF_GRADIENTS },
    { "schedule", "NAME", CHOICE_TEXT, AT(fit.schedule), VERB_FIT, 0, 0, "constant cosine linear step plateau", "how the rate falls:", OF_GRADIENTS },
    { "warm-up", "SHARE", NUMBER, AT(fit.warmup), VERB_FIT, 0, 1, 0, "share of the steps over which the rate rises", OF_GRADIENTS },
    { "clip", "X", NUMBER, AT(fit.clip), VERB_FIT, -1, ANY, 0, "bound on the gradient's norm (-1: none)", OF_GRADIENTS },
    { "decay", "X", NUMBER, AT(fit.decay), VERB_FIT, 0, 1e3, 0, "weight decay", OF_GRADIENTS },
    { "average", "N", COUNT, AT(fit.average), VERB_FIT, 1, 1e9, 0, "keep the running mean of the weights over about N epochs", OF_GRADIENTS },
    { "label-smoothing", "SHARE", NUMBER, AT(fit.label_smoothing), VERB_FIT, 0, 0.999, 0, "share of a symbol's probability spread over all, in training", 0 },
    { "patience", "N", COUNT, AT(fit.patience), VERB_FIT, 1, 1e9, 0, "stop after N epochs without a better validation loss", OF_VALIDATION },
    { "restarts", "N", COUNT, AT(fit.restarts), VERB_FIT, 1, 1e4, 0, "starts, the best is gone on with (default: 10 of latent symbols, else 1)", OF_GRADIENTS },
    { "method", "NAME", CHOICE, AT(method), VERB_FIT, 0, 0, "auto gradients", "how to fit:", 0 },
    { "resume", 0, FLAG, AT(fit.resume), VERB_FIT, 1, 0, 0, "go on from the checkpoint of a fit that was cut off", OF_GRADIENTS },
    { "checkpoint", "FILE", TEXT, AT(checkpoint), VERB_FIT, 0, 0, 0, "where checkpoints go (default: FILE.checkpoint beside -o)", OF_GRADIENTS },
    { "checkpoint-every", "SECONDS", NUMBER, AT(fit.checkpoint_seconds), VERB_FIT, 0, 1e9, 0, "time between checkpoints (default 30; 0: each epoch)", OF_GRADIENTS },
    { "log", "FILE.jsonl", TEXT, AT(fit.log), VERB_FIT, 0, 0, 0, "one line of JSON for each epoch", 0 },

    { "samples", "N", COUNT, AT(samples), USES, 1, 1e7, 0, "random completions, of which predict gives quantiles; draws of a score", OF_FORECASTS },
    { "temperature", "X", NUMBER, AT(use.temperature), VERB_SAMPLE | VERB_PREDICT, 0, 1e6, 0, "below 1 cautious, above 1 bold; 0: always the likeliest symbol", 0 },
    { "top-k", "N", COUNT, AT(use.top_k), VERB_SAMPLE | VERB_PREDICT, 1, 1e9, 0, "draw from the N likeliest symbols", 0 },
    { "top-p", "P", NUMBER, AT(use.top_p), VERB_SAMPLE | VERB_PREDICT, 1e-9, 1, 0, "draw from the likeliest symbols that make up P", 0 },
    { "prompt", "TEXT", TEXT, AT(use.prompt), VERB_SAMPLE | VERB_PREDICT, 0, 0, 0, "symbols to begin with", 0 },
    { "continue", 0, FLAG, AT(use.go_on), VERB_SAMPLE | VERB_PREDICT, 1, 0, 0, "a sequence of symbols that is given is the beginning of what is generated", 0 },
    { "max-length", "N", COUNT, AT(use.max_length), TABLES | VERB_PLOT, 1, 1e9, 0, "bound on what is generated", OF_SEQUENCES },
    { "min-length", "N", COUNT, AT(use.min_length), TABLES | VERB_PLOT, 1, 1e9, 0, "symbols generated before the end symbol may come", OF_SEQUENCES },
    { "beam", "K", COUNT, AT(use.beam), VERB_PREDICT | VERB_SCORE | VERB_PLOT, 1, 100000, 0, "search for the likeliest sequence of symbols with K hypotheses", OF_MODELS },
    { "length-penalty", "A", NUMBER, AT(use.length_penalty), VERB_PREDICT | VERB_SCORE | VERB_PLOT, -100, 100, 0, "with --beam: compare by log p / length^A (0: by log p)", OF_MODELS },
    { "n-best", "N", COUNT, AT(use.n_best), VERB_PREDICT, 1, 100000, 0, "with --beam: the N best, with their scores", 0 },
    { "probabilities", 0, FLAG, AT(use.probabilities), VERB_PREDICT, 1, 0, 0, "of labels, positions, and of symbols in rows, the probability of every one", OF_LABELS },
    { "complete", 0, FLAG, AT(use.complete), VERB_SCORE, 1, 0, 0, "also complete the symbols that the model draws, as predict does, and compare with the data", 0 },
    { "any-reference", 0, FLAG, AT(use.any_reference), VERB_SCORE, 1, 0, 0, "with --complete: examples equal in all that is given are one with several references", 0 },
    { "tokenize", "NAME", CHOICE_TEXT, AT(use.tokenize), VERB_SCORE, 0, 0, "13a none char", "how BLEU cuts texts:", 0 },
    { "hypothesis", "FILE", TEXT, AT(hypothesis), VERB_SCORE, 0, 0, 0, "without a model: compare the lines of this file", 0 },
    { "reference", "FILE", LIST, AT(reference), VERB_SCORE, 0, 0, 0, "with the lines of this one; several are several references", 0 },
    { "confusion", 0, FLAG, AT(use.confusion), VERB_SCORE, 1, 0, 0, "in place of scores, how often each symbol was taken for which", 0 },
    { "classes", 0, FLAG, AT(use.classes), VERB_SCORE, 1, 0, 0, "in place of scores, precision, recall and F1 of each symbol", 0 },
    { "stride", "N", COUNT, AT(use.stride), VERB_SCORE, 1, 1e9, 0, "with --horizon: distance between forecast origins", 0 },
    { "season", "N", COUNT, AT(use.season), USES & ~VERB_SAMPLE, 1, 1e9, 0, "period of the seasonal baseline, in positions", OF_SEASONS },
    { "no-history", 0, FLAG, AT(no_history), USES | VERB_VALUES, 1, 0, 0, "with --rows: do not read what came before them", OF_PARTS },

    { "what", "NAME", CHOICE, AT(what), VERB_PLOT, 0, 0, "forecast loss attention paths", "what to draw:", 0 },
    { "data", "NAME", TEXT, AT(data_name), VERB_PLOT, 0, 0, 0, "which of the model's data to draw", OF_FORECASTS | OF_WEIGHTS },
    { "quantity", "NAME", TEXT, AT(quantity), VERB_PLOT, 0, 0, 0, "attention: which of the model's weights to draw", OF_WEIGHTS },
    { "x", "COLUMN", TEXT, AT(x), VERB_PLOT, 0, 0, 0, "paths: the column that goes to the right", OF_PATHS },
    { "y", "COLUMN", TEXT, AT(y), VERB_PLOT, 0, 0, 0, "paths: the column that goes up", OF_PATHS },
    { "label", "COLUMN", TEXT, AT(label), VERB_PLOT, 0, 0, 0, "paths: what stands above each path (default: its group)", OF_PATHS },

    { "map", "FILE|auto", TEXT, AT(map), VERB_IMPORT, 0, 0, 0, "lines NAME = TENSOR; auto takes those that are proposed", 0 },
    { "map", "FILE", TEXT, AT(map), VERB_EXPORT, 0, 0, 0, "lines NAME = TENSOR, as import reads or proposes them", 0 },
    { "vocabulary", "DATA=FILE", LIST, AT(vocabulary), VERB_IMPORT, 0, 0, 0, "one symbol a line, in the order of PyTorch's ids", 0 },
    { "scale", "DATA=MEAN,SD", LIST, AT(scale), VERB_IMPORT, 0, 0, 0, "how numbers were standardised for PyTorch (default: 0,1)", 0 },
    { "partial", 0, FLAG, AT(partial), VERB_IMPORT, 1, 0, 0, "parameters that no line fills keep their start; tensors may be left over", 0 },

    { "cell", "NAME|FILE.unr", TEXT, AT(bench.cell), VERB_BENCH, 0, 0, 0, "measure this cell of the library, the first cell in a file, or a whole model", 0 },
    { "steps", "N", COUNT, AT(bench.steps), VERB_BENCH, 1, 1e7, 0, "positions of each example", OF_CELLS },
    { "inputs", "N", COUNT, AT(bench.inputs), VERB_BENCH, 1, 1e6, 0, "numbers at each position that a cell reads", OF_CELLS },
    { "hidden", "N", COUNT, AT(bench.hidden), VERB_BENCH, 1, 1e6, 0, "size of a cell", OF_CELLS },
    { "vocabulary", "N", COUNT, AT(bench.vocabulary), VERB_BENCH, 1, 1e7, 0, "symbols of a model's data", OF_CELLS },
    { "lengths", "NAME", CHOICE, AT(bench.ragged), VERB_BENCH, 0, 0, "equal uniform", "of the examples: all --steps, or uniform in 1 to --steps;", OF_CELLS },
    { "only", "NAME", CHOICE, AT(measure), VERB_BENCH, 0, 0, "all ceiling fit infer stream", "measure just this:", 0 },
    { "seconds", "X", NUMBER, AT(bench.seconds), VERB_BENCH, 1e-3, 3600, 0, "how long each measurement is repeated, about (default 1)", 0 },
    { "quick", 0, FLAG, AT(quick), VERB_BENCH, 1, 0, 0, "fewer repetitions (0.1 seconds)", 0 },

    { "seed", "N", BIG, AT(seed), RUNS | VERB_BENCH, 0, 9007199254740992.0, 0, "of everything random", OF_CHANCE },
    { "threads", "N", COUNT, AT(threads), RUNS | VERB_VALUES | VERB_BENCH, 1, 4096, 0, "default: all cores; the result does not depend on it", OF_MODELS },
    { "precision", "NAME", CHOICE, AT(precision), RUNS | VERB_VALUES | VERB_BENCH, 0, 0, "single double", 0, OF_MODELS },
    { "memory", "SIZE", SIZE, AT(memory), RUNS | VERB_VALUES, 0, 0, 0, "refuse to run in more than this: 500M, 2G, KiB, MiB, GiB of 1024, kB, MB, GB of 1000", OF_MODELS },
    { "recompute", 0, FLAG, AT(fit.recompute), VERB_FIT | VERB_BENCH, 1, 0, 0, "compute parts of a sequence twice instead of storing them (without: where --memory asks for it)", OF_GRADIENTS | OF_CELLS },
    { "plan", "NAME", CHOICE, AT(plan), USES | VERB_VALUES, 0, 0, "fast naive", "naive: the slow oracle,", OF_MODELS },

    { "csv", 0, FLAG, AT(format), TABLES | VERB_SHOW | VERB_VALUES, 1, 0, 0, "print CSV", 0 },
    { "json", 0, FLAG, AT(format), TABLES | VERB_SHOW | VERB_VALUES | VERB_BENCH, 2, 0, 0, "print JSON", 0 },
    { "quiet", 0, FLAG, AT(quiet), READS | VERB_SHOW | VERB_BENCH | CARRIES, 1, 0, 0, "no progress (-q)", 0 },
    { "help", 0, FLAG, AT(help), READS | VERB_SHOW | VERB_CELLS | VERB_BENCH | CARRIES, 1, 0, 0, "this text (-h)", 0 },
};
/* clang-format on */
enum { OPTIONS = sizeof table / sizeof table[0] };
_Static_assert((int)OPTIONS <= (int)MOST_OPTIONS, "more options than settings has room for");
static const struct {
    const char *name, *means;
} synonyms[] = { { "optimizer", "optimiser" },
                 { "warmup", "warm-up" },
                 { "output", "out" },
                 { "length", "max-length" },
                 { "tokenise", "tokenize" } };

static bool is_bool(const option *o)
{
    return o->at != AT(format) && o->at != AT(fit.resume) && o->at != AT(fit.recompute) && o->at != AT(use.go_on) &&
           o->at != AT(use.complete) && o->at != AT(use.any_reference) && o->at != AT(use.confusion) &&
           o->at != AT(use.probabilities) && o->at != AT(use.classes);
}

/* a letter of a, small or capital, in b */
static bool shares(const char *a, const char *b)
{
    for (; *a; a++)
        for (const char *c = b; *c; c++)
            if ((*a | 32) == (*c | 32)) return true;
    return false;
}

/* letters put in, taken out, changed, or swapped with their neighbour (Damerau 1964); SIZE_MAX: they share none */
size_t edit_distance(const char *a, const char *b)
{
    enum { MOST = 64 };
    size_t n = strnlen(a, MOST), m = strnlen(b, MOST), d[MOST + 1][MOST + 1];
    if (*a && *b && !shares(a, b)) return SIZE_MAX;
    for (size_t j = 0; j <= m; j++) d[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        d[i][0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

void list_add(list *l, const char *item)
{
    const char **grown = realloc(l->item, (l->n + 1) * sizeof *grown);
    if (!grown) exit(complain(FAILED, "out of memory"));
    l->item = grown;
    l->item[l->n++] = item;
}

/* the option of this name that the verb knows, else one of another verb */
static const option *find(const char *name, size_t n, int verb_bit)
{
    const option *other = NULL;
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
        if (strlen(synonyms[i].name) == n && !memcmp(synonyms[i].name, name, n)) name = synonyms[i].means, n = strlen(name);
    for (size_t i = 0; i < OPTIONS; i++)
        if (strlen(table[i].name) == n && !memcmp(table[i].name, name, n)) {
            if (table[i].verbs & verb_bit) return &table[i];
            other = &table[i];
        }
    return other;
}

static int unknown_option(const settings *s, const char *name)
{
    size_t best = 6, n = strlen(name);
    const option *near = NULL;
    for (size_t i = 0; i < OPTIONS; i++) {
        if (!(table[i].verbs & s->bit)) continue;
        size_t d = n >= 3 && !strncmp(table[i].name, name, n) ? 1 : edit_distance(table[i].name, name);
        d = 2 * d + (strlen(table[i].name) != n); /* --tset: as far from test as from set, but no letter is too many */
        if (d < best) best = d, near = &table[i];
    }
    if (near) return complain(USAGE, "%s has no option --%s; did you mean --%s?", s->verb, name, near->name);
    return complain(USAGE, "%s has no option --%s; `unroll %s --help` lists those there are", s->verb, name, s->verb);
}

/* one that no double holds is the nearest that there is: infinity, which every bound refuses, or as good as 0 */
static bool read_number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && !isnan(*out);
}

/* 51200, 50k, 50KiB: thousands of 1024 bytes; 50kB: of 1000, as messages count */
static bool read_size(const char *text, size_t *out)
{
    static const char letters[] = "kmg";
    char *end;
    double v = strtod(text, &end);
    if (end == text) return false;
    const char *unit = *end ? strchr(letters, *end | 0x20) : NULL;
    end += unit != NULL;
    bool whole = !strcasecmp(end, "B"), binary = !*end || !strcasecmp(end, "iB");
    if (!(whole || binary) || (!unit && !strcasecmp(end, "iB"))) return false;
    for (int k = 0; unit && k <= unit - letters; k++) v *= binary ? 1024 : 1000;
    if (!(v >= 1) || v > 1e18) return false;
    *out = (size_t)v;
    return true;
}

/* the place of `word` among words separated by spaces, or −1; *at is where it stands */
static int choice(const char *words, const char *word, const char **at)
{
    size_t n = strlen(word);
    for (int k = 0; *words; k++) {
        size_t len = strcspn(words, " ");
        if (len == n && !memcmp(words, word, n)) {
            *at = words;
            return k;
        }
        words += len + (words[len] == ' ');
    }
    return -1;
}

static int store(settings *s, const option *o, const char *value)
{
    char *at = (char *)s + o->at;
    const char *word = "";
    double v = 0;
    switch (o->kind) {
    case FLAG:
        if (is_bool(o)) *(bool *)at = true;
        else *(int *)at = (int)o->low;
        return DONE;
    case TEXT: *(const char **)at = value; return DONE;
    case LIST: list_add((list *)at, value); return DONE;
    case SIZE:
        if (read_size(value, (size_t *)at)) return DONE;
        return complain(USAGE, "--%s takes a size such as 500M or 2G, not \"%s\"", o->name, value);
    case CHOICE:
    case CHOICE_TEXT: {
        int k = choice(o->choices, value, &word);
        if (k < 0) return complain(USAGE, "--%s takes one of: %s; not \"%s\"", o->name, o->choices, value);
        if (o->at == AT(columns) && k == 0) k = -1; /* said, which 0 is not */
        if (o->kind == CHOICE) *(int *)at = k;
        else *(const char **)at = value;
        return DONE;
    }
    case COUNT:
    case BIG:
    case NUMBER:
        if (!read_number(value, &v)) return complain(USAGE, "--%s takes a number, not \"%s\"", o->name, value);
        if (o->kind != NUMBER && isfinite(v) && v != floor(v))
            return complain(USAGE, "--%s takes a whole number, not %s", o->name, value);
        if (v < o->low) return complain(USAGE, "--%s must be at least %g, not %s", o->name, o->low, value);
        if (v > o->high) return complain(USAGE, "--%s must be at most %g, not %s", o->name, o->high, value);
        if (o->at == AT(skip) && v == 0) v = -1; /* said, which 0 is not */
        if (o->kind == COUNT) *(int *)at = (int)v;
        else if (o->kind == BIG) *(uint64_t *)at = (uint64_t)v;
        else *(double *)at = v;
    }
    return DONE;
}

int parse_arguments(settings *s, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        const char *a = argv[i];
        if (!strcmp(a, "--")) {
            while (++i < argc) list_add(&s->args, argv[i]);
            break;
        }
        if (a[0] != '-' || !a[1]) {
            list_add(&s->args, a);
            continue;
        }
        if (!strcmp(a, "-o")) a = "--out";
        else if (!strcmp(a, "-q")) a = "--quiet";
        else if (!strcmp(a, "-h")) a = "--help";
        if (a[1] != '-')
            return complain(USAGE, "%s has no option %s; `unroll %s --help` lists those there are", s->verb, a, s->verb);
        const char *name = a + 2, *value = strchr(name, '=');
        const option *o = find(name, value ? (size_t)(value - name) : strlen(name), s->bit);
        if (!o) {
            char plain[64];
            snprintf(plain, sizeof plain, "%.*s", value ? (int)(value - name) : 63, name);
            return unknown_option(s, plain);
        }
        if (!(o->verbs & s->bit)) {
            if (o->verbs == VERB_FIT) return complain(USAGE, "--%s is an option of fit, not of %s", o->name, s->verb);
            return unknown_option(s, o->name);
        }
        if (o->kind == FLAG && value) return complain(USAGE, "--%s takes no value", o->name);
        if (o->kind != FLAG && !value) {
            if (i + 1 == argc) return complain(USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->takes);
            value = argv[++i];
        } else if (value) value++;
        int code = store(s, o, value);
        if (code) return code;
        s->given[o - table] = i + 1;
    }
    return DONE;
}

/* "a horizon, or a fit by gradients" */
static void facts_text(unsigned facts, char *out, size_t n)
{
    static const char *const name[] = {
        "tables",
        "texts and sequences of symbols",
        "data and models",
        "symbols other than labels",
        "a fit by gradients",
        "a validation part, in a fit by gradients",
        "forecasts",
        "a horizon",
        "sequences of symbols that are generated",
        "labels",
        "numbers, with a horizon or in scores",
        "a part of one sequence (--rows), which has a history",
        "data",
        "--what attention",
        "--what paths",
        "--cell",
        "what is drawn at random",
        "data along an index, in a fit by gradients",
    };
    size_t k = 0;
    *out = 0;
    for (size_t i = 0; i < sizeof name / sizeof *name && k < n; i++)
        if (facts >> i & 1) k += (size_t)snprintf(out + k, n - k, "%s%s", k ? ", or " : "", name[i]);
}

/* of two options that say the same thing otherwise the later one holds */
void say_overruled(const settings *s)
{
    for (size_t i = 0; i < OPTIONS && !s->quiet; i++)
        for (size_t k = 0; k < OPTIONS; k++)
            if (table[k].at == table[i].at && s->given[i] && s->given[k] > s->given[i])
                fprintf(stderr, "note: --%s has no effect here: --%s, which comes after it, holds\n", table[i].name,
                        table[k].name);
}

void say_needless(const settings *s, unsigned facts)
{
    char text[400];
    unsigned of_verb = s->bit == VERB_FIT ? ~OF_CELLS : s->bit == VERB_BENCH ? OF_CELLS : ~(OF_GRADIENTS | OF_CELLS);
    for (size_t i = 0; i < OPTIONS && !s->quiet; i++) {
        if (!s->given[i] || !table[i].needs || table[i].needs & facts) continue;
        facts_text(table[i].needs & of_verb, text, sizeof text);
        fprintf(stderr, "note: --%s has no effect here: it is for %s\n", table[i].name, text);
    }
}

void free_arguments(settings *s)
{
    free(s->args.item);
    free(s->set.item);
    free(s->valid.item);
    free(s->test.item);
    free(s->vocabulary.item);
    free(s->scale.item);
    free(s->reference.item);
}

void print_options(FILE *f, int verb_bit)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        const option *o = &table[i];
        if (!(o->verbs & verb_bit)) continue;
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->takes ? " " : "", o->takes ? o->takes : "");
        fprintf(f, "  %-26s %s%s", left, o->help ? o->help : "", o->help && o->choices ? " " : "");
        for (const char *c = o->choices; c && *c; c++) {
            if (*c == ' ') fputs(", ", f);
            else fputc(*c, f);
        }
        fputc('\n', f);
    }
}
