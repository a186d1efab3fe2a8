/* cli: what the program's files share. The program is a thin user of unroll.h and includes nothing else of the project.
 * Invariants: results go to standard output, everything said about them to standard error; every failure has one of the
 * five exit codes; files are made by the library (unroll_write_file) alone. */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include <stdbool.h>
#include <stdio.h>
#include "unroll.h"

enum { DONE = 0, FAILED = 1, USAGE = 2, BAD_MODEL = 3, BAD_DATA = 4 }; /* exit codes */
enum {
    VERB_FIT = 1,
    VERB_PREDICT = 2,
    VERB_SAMPLE = 4,
    VERB_SCORE = 8,
    VERB_EXPLAIN = 16,
    VERB_PLOT = 32,
    VERB_CELLS = 64,
    VERB_BENCH = 128,
    VERB_IMPORT = 256,
    VERB_EXPORT = 512,
    VERB_SHOW = 1024,
    VERB_VALUES = 2048
};

/* what options are for: facts of a run, as bits */
enum {
    OF_TABLES = 1,
    OF_TEXTS = 2,
    OF_MODELS = 4,
    OF_SYMBOLS = 8,
    OF_GRADIENTS = 16,
    OF_VALIDATION = 32,
    OF_FORECASTS = 64,
    OF_HORIZONS = 128,
    OF_SEQUENCES = 256,
    OF_LABELS = 512,
    OF_SEASONS = 1024,
    OF_PARTS = 2048,
    OF_DATA = 4096,
    OF_WEIGHTS = 8192,
    OF_PATHS = 16384,
    OF_CELLS = 32768,
    OF_CHANCE = 65536,
    OF_CHUNKS = 131072
};
enum { MOST_OPTIONS = 128 };

typedef struct list {
    const char **item;
    size_t n;
} list;

typedef struct settings { /* everything the options say; fields keep their zero where an option is not given */
    const char *verb;
    int bit;
    list args;  /* what is not an option */
    list names; /* values: quantities */
    const char *out;
    bool quiet, help;
    int format; /* 0 for eyes, 1 csv, 2 json, 3 tsv */
    list set, valid, test;
    const char *shuffle; /* a seed */
    const char *rows, *group, *missing, *delimiter, *step;
    int decimal, dates, skip; /* 0: not said; decimal: 1 point, 2 comma; dates: 1 day first, 2 month; skip: lines, -1 none */
    bool regular;
    bool stream, no_history;
    int columns;            /* UNROLL_COLUMNS_… of files whose names do not tell; -1: with a header; 0: not said */
    int threads, precision; /* precision −1: not given */
    size_t memory;
    int samples, horizon, context, what, plan, method;
    uint64_t seed;
    const char *data_name, *checkpoint;
    unroll_fit_options fit;
    unroll_use_options use;
    unroll_bench_options bench;
    int measure; /* bench --only */
    bool quick;
    const char *quantity, *x, *y, *label; /* plot */
    const char *map;                      /* import, export */
    list vocabulary, scale;
    bool partial;
    const char *hypothesis;
    list reference;          /* score of texts */
    int given[MOST_OPTIONS]; /* by the place of an option in its table: the how manieth on the command line it is; 0: not there */
} settings;

/* ---- options.c */
int parse_arguments(settings *s, int argc, char **argv); /* an exit code; complains itself */
void free_arguments(settings *s);
void print_options(FILE *f, int verb_bit);
/* a note for each option given in whose place another holds, unless --quiet */
void say_overruled(const settings *s);
/* a note for each option given that is for none of these facts, unless --quiet */
void say_needless(const settings *s, unsigned facts);
size_t edit_distance(const char *a, const char *b);
void list_add(list *l, const char *item);

/* ---- text.c: names and symbols as they are shown, without what a terminal would obey: "\n", "\x1B", "\u202E" */
size_t shown_character(const char *text, char out[8]);   /* the first of a text that has one; returns the bytes taken */
char *shown_text(const char *text);                      /* a new string; "␣" for a lone space */
void print_shown(FILE *f, const char *text, bool lines); /* lines: their ends and tabs stay */
size_t shown_width(const char *text);                    /* columns that takes in a terminal */
size_t text_width(const char *text);                     /* columns of a text as it is */
size_t text_fit(const char *text, size_t width, char *out,
                size_t cap); /* cut to `width` columns with …; returns the columns taken */

/* ---- say.c: complaints, notes, what was read */
int complain(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* "unroll: …" on standard error; returns code */
int library_failed(int code);              /* says unroll_error() and turns a library's code into an exit code */
void note(const settings *s, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* a line, said once, unless --quiet */
void say_prompt_notes(const settings *s, unroll_model *m, const unroll_data *d);          /* of --prompt */
void say_model_notes(const settings *s, const unroll_model *m);                           /* what is odd about its text */
int say_read(const unroll_data *d); /* what the data hold, in a line; an exit code */
void say_part_notes(const settings *s, const unroll_data *part, const unroll_data *train,
                    const char *name); /* part may be NULL */
/* notes of a run, kept until its line of progress is gone: keep_note as the `note` of options, with a held_notes (zeroed) */
typedef struct held_notes {
    char **line;
    size_t n;
    bool lost;
} held_notes; /* lost: there was no memory for some */
int keep_note(const char *text, void *held);
void free_kept_notes(held_notes *held);
void say_kept_notes(const settings *s, held_notes *held); /* unless --quiet; frees them */
void say_notes(const settings *s, const unroll_data *d);  /* what is odd about them, unless --quiet; d may be NULL */

/* ---- load.c: models, data and the parts they are cut into */
int read_settings(const settings *s, unroll_setting **out); /* --set, s->set.n of them */
void free_settings(const settings *s, unroll_setting *set);
int open_model(const settings *s, unroll_model **out); /* s->args.item[0], with --set */
int open_fitted(const settings *s, unroll_model **out);
/* the data of args after the first, cut by --rows; of one sequence *history is what came before the cut and *future the first
 * `ahead` rows of what came after it, else NULL */
int load_data(const settings *s, unroll_model *m, unroll_data **out, unroll_data **history, unroll_data **future, size_t ahead);
int load_whole(const settings *s, unroll_model *m, unroll_data **out); /* all of them, whatever --rows says */
/* the part of them that --rows says, likewise; *history and *future are NULL before */
int cut_rows(const settings *s, const unroll_model *m, const unroll_data *all, unroll_data **out, unroll_data **history,
             unroll_data **future, size_t ahead);
int load_example(const settings *s, const unroll_model *m, const unroll_data *all, size_t example,
                 unroll_data **out); /* of several, one */
/* those units as data of their own, at most the first `most` examples where --rows says nothing; *first (or NULL): the number of
 * the first example */
int rows_drawn(const settings *s, const unroll_data *d, int most, const char *what, unroll_data **out, size_t *first);
int rows_range(const settings *s, const unroll_data *d, size_t *from,
               size_t *to); /* the units that --rows says; all, where it is not given */
int load_parts(const settings *s, unroll_model *m, unroll_data **train, unroll_data **valid, unroll_data **test,
               unroll_data **before_test);
/* OF_… of a model and its data; d may be NULL */
unsigned data_facts(const settings *s, const unroll_model *m, const unroll_data *d);
int check_output(const char *path); /* can a file be written there? Said before the work, not after it */
bool is_device(const char *path);   /* there, and neither a file nor a directory: a pipe, a terminal, /dev/null; or /dev/stdout */
int check_not_read(const settings *s, const char *path); /* refuses to write over what is read: data, a model's text */

/* ---- show.c: tables */
int show_table(const settings *s, const unroll_table *t);    /* to standard output or -o, as --csv, --json or for eyes */
int write_table(FILE *f, const unroll_table *t, int format); /* an exit code */
typedef struct output {
    FILE *f;
    const char *path;
    char *bytes;
    size_t n, cap;
} output;                                      /* a file being made, in memory */
int begin_output(output *o, const char *path); /* then print into o->f; an exit code */
int finish_output(output *o, int code);        /* where the code so far is DONE writes it, whole or not at all; an exit code */
int write_file(const char *path, const void *bytes, size_t n); /* by the library; an exit code */
void write_json_text(FILE *f, const char *text);               /* in quotes */
bool ends_with(const char *s, const char *end);                /* upper and lower case are one */

/* ---- labels.c: labels along given words, other than as a table */
enum { LABELS_NONE, LABELS_LINES, LABELS_COLUMNS, LABELS_CONLLU };
int label_form(const char *path);                /* what the name of a file asks for */
const char *labels_along(const unroll_model *m); /* all that the model draws are labels along this one index; NULL: not so */
int labels_left_out(const unroll_model *m, const unroll_data *d,
                    bool *out); /* an exit code; *out: some label is to be completed */
/* `done`: the data with what they left out; `read`: as they were read */
int write_labels(FILE *f, const unroll_model *m, const unroll_data *read, const unroll_data *done, int form);

/* ---- progress.c */
void catch_interrupt(void); /* first Ctrl-C asks to stop, the second kills */
bool interrupted(void);
int show_progress(const unroll_progress *p, void *arg); /* arg: progress_line */
int show_share(double done, void *arg);
typedef struct progress_line {
    bool quiet, terminal;
    int shown;
    double last, begun, told;
} progress_line; /* told: when the last line was */
void progress_begin(progress_line *l, bool quiet);
void progress_end(progress_line *l); /* removes the rewriting line */
void format_seconds(char *out, size_t n, double seconds);

/* ---- fit.c */
void say_saved(const char *path);

/* ---- explain.c */
int unknown_cell(const char *name); /* says that the library has none of that name */

/* ---- verbs */
int verb_fit(settings *s);
int verb_predict(settings *s);
int verb_sample(settings *s);
int verb_values(settings *s);
int verb_score(settings *s);
int verb_explain(settings *s);
int verb_cells(settings *s);
int verb_plot(settings *s);
int verb_bench(settings *s);
int verb_import(settings *s);
int verb_export(settings *s);
int verb_show(settings *s);
static inline bool is_symbol(const unroll_datum *d)
{
    return (d->kind >= UNROLL_SYMBOL && d->kind <= UNROLL_BYTES) || d->kind == UNROLL_PIECES;
}
#endif
