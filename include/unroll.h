/* unroll.h: the public interface of Unroll: recurrent models written as equations, fitted and run.
 *
 * Functions that can fail return 0 or a negative UNROLL_ERROR_ code; the text of the last error of a thread is unroll_error().
 * The library never prints, exits or aborts. Objects may be used from one thread at a time; different objects from different
 * threads. Pointers handed out belong to the object they came from. Structs of options start with their size, set by the
 * UNROLL_…_INIT macros, so that they can grow. MIT licence. */
#ifndef UNROLL_H
#define UNROLL_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#define UNROLL_API __attribute__((visibility("default")))
#else
#define UNROLL_API
#endif
#define UNROLL_VERSION "0.1.0"

enum {
    UNROLL_OK = 0,
    UNROLL_ERROR_MEMORY = -1,        /* out of memory, or a plan over the memory budget */
    UNROLL_ERROR_MODEL = -2,         /* the model text is wrong */
    UNROLL_ERROR_DATA = -3,          /* the data are wrong */
    UNROLL_ERROR_FILE = -4,          /* a file cannot be read or written */
    UNROLL_ERROR_FORMAT = -5,        /* a model file is damaged or of another kind */
    UNROLL_ERROR_USAGE = -6,         /* a call or an option makes no sense */
    UNROLL_ERROR_NUMERIC = -7,       /* a number became infinite or NaN */
    UNROLL_ERROR_INTERRUPTED = -8,   /* a progress callback asked to stop */
    UNROLL_ERROR_UNSUPPORTED = -9    /* well-formed, not possible yet */
};

typedef struct unroll_model unroll_model;      /* a model text with, once fitted, its parameters, scales and vocabularies */
typedef struct unroll_data unroll_data;        /* examples for the data of one model */
typedef struct unroll_table unroll_table;      /* results: named columns of numbers or texts */
typedef struct unroll_stream unroll_stream;    /* a fitted model that takes one position at a time */

UNROLL_API const char *unroll_version(void);
UNROLL_API const char *unroll_error(void);     /* text of this thread's last error, "" if none */
/* Before anything else; NULLs give back malloc's. `realloc` gets NULL for new blocks. */
UNROLL_API void unroll_set_allocator(void *(*re)(void *p, size_t n), void (*fr)(void *p));

/* A bound on the bytes that the library holds at once, for all models, data, results and runs of this process, checked before any are taken; a call that
 * would pass it ends with UNROLL_ERROR_MEMORY. 0: none. What SentencePiece and jansson take while they learn or read is not counted. */
UNROLL_API void   unroll_set_memory(size_t bytes);
UNROLL_API size_t unroll_memory(void);         /* bytes held now */

/* ---- models */
typedef struct unroll_setting { const char *name; double value; } unroll_setting;   /* a hyper's value */
UNROLL_API int  unroll_open(unroll_model **out, const char *path, const unroll_setting *set, size_t nset);   /* a .unr text or a model file, of which no hyper can be set that shapes depend on */
UNROLL_API int  unroll_open_text(unroll_model **out, const char *text, size_t n, const char *name, const unroll_setting *set, size_t nset);
UNROLL_API int  unroll_save(unroll_model *m, const char *path);    /* safetensors; written beside and renamed */
UNROLL_API void unroll_close(unroll_model *m);
UNROLL_API int  unroll_is_fitted(const unroll_model *m);
UNROLL_API const char *unroll_model_text(const unroll_model *m);
/* what makes results hang on the seed where no random completions are asked for: draws of the text; equations that read symbols, or whole numbers, which
 * the model draws itself: where these are not given, as over a horizon, what is expected is a mean over random completions */
enum { UNROLL_CHANCE_DRAWS = 1, UNROLL_CHANCE_SYMBOLS = 2, UNROLL_CHANCE_WHOLE = 4 };
UNROLL_API int  unroll_model_chance(const unroll_model *m);
/* what is odd about the text, and no error: sizes that no equation gives and that may be meant otherwise. Lines of text with their place, handed to
 * `line` one by one; what it returns other than 0 stops them. */
UNROLL_API int  unroll_model_notes(const unroll_model *m, int (*line)(const char *text, void *arg), void *arg);
UNROLL_API const char *unroll_cells(void);     /* the standard library, as text */

typedef enum { UNROLL_REAL, UNROLL_SYMBOL, UNROLL_CHARS, UNROLL_WORDS, UNROLL_BYTES, UNROLL_COUNT, UNROLL_RAW, UNROLL_TIME, UNROLL_PIECES } unroll_kind;
typedef struct unroll_datum {
    const char *name; unroll_kind kind;
    int size;                        /* numbers at one position of all its indices; symbols: vocabulary size, 0 while unknown */
    int nindex; const char *index[8];/* the indices it is carried along, those of a fixed length last */
    int drawn;                       /* has a ~ line: can be left out and completed */
    int width;                       /* numbers (symbols: texts) in a row, as the functions below take and give them: at all positions of its indices of a
                                        fixed length, the last of these running fastest, `size` numbers each */
    const char *position_of;         /* the index of which a ~ line draws it a position, as categorical[s] does; NULL: of none */
} unroll_datum;
UNROLL_API size_t unroll_data_count(const unroll_model *m);
UNROLL_API int    unroll_data_info(const unroll_model *m, size_t i, unroll_datum *out);

typedef struct unroll_param { const char *name; int nfixed, fixed[4], rows, cols; int trained; size_t count; } unroll_param;
UNROLL_API size_t unroll_param_count(unroll_model *m);             /* 0 while shapes are unknown (vocabularies not yet learned) */
UNROLL_API int    unroll_param_info(unroll_model *m, size_t i, unroll_param *out);
UNROLL_API int    unroll_param_get(unroll_model *m, const char *name, double *values, size_t n);   /* [fixed…][rows][cols] */
UNROLL_API int    unroll_param_set(unroll_model *m, const char *name, const double *values, size_t n);
/* The parameters as a table to look at: those of up to 12 numbers number by number ("W[2,1]": row 2, column 1, after the fixed indices; of a look-up
 * table its symbols), larger ones by their mean, deviation and bounds; of one `name` all numbers. Columns "parameter", "shape", "value", where there are
 * larger ones "mean", "sd", "min", "max", and where a parameter stands alone in a ~ line "used", "as": the number that the distribution has of it, in
 * the datum's own units ("standard deviation of y"). Without a name also "shift of y" and "scale of y" of each `real`: what the equations read is
 * (y − shift) / scale. The table is the caller's */
UNROLL_API int    unroll_param_table(unroll_model *m, const char *name /* or NULL: all */, unroll_table **out);
/* symbols: id ≥ 3 of a text, 0 when unknown; 1 and 2 are the start and the end */
UNROLL_API int    unroll_symbol_id(const unroll_model *m, const char *data, const char *text);
UNROLL_API const char *unroll_symbol_text(const unroll_model *m, const char *data, int id);

/* ---- data */
UNROLL_API int  unroll_data_new(unroll_data **out, unroll_model *m, size_t examples);
/* numbers for `name`: rows of all examples one after the other; lengths[example] rows each (NULL: data without an index, one row each);
 * values[row][width], NAN: missing. Copied. */
UNROLL_API int  unroll_data_set_numbers(unroll_data *d, const char *name, const size_t *lengths, const double *values);
/* symbols: texts[row][width] (symbol), or one text per example to be cut (chars, words, bytes, pieces; lengths NULL) */
UNROLL_API int  unroll_data_set_texts(unroll_data *d, const char *name, const size_t *lengths, const char *const *texts);
/* the numbers of one example back, in own units, [rows][width], NAN: missing. *count numbers there are; at most cap are written (values NULL: none) */
UNROLL_API int  unroll_data_get_numbers(const unroll_data *d, const char *name, size_t example, double *values, size_t cap, size_t *count);
/* the symbols of one example back, as texts that belong to d; NULL: missing. The end symbol is none of them; pieces: see
 * unroll_data_complete. *count as above */
UNROLL_API int  unroll_data_get_texts(const unroll_data *d, const char *name, size_t example, const char **texts, size_t cap, size_t *count);
/* positions along an index in one example, as the model runs over it: with the end symbol where sequences end with one. 0: no data tell; or
 * negative: there is no such index or example, or it is nested in another and its length changes from position to position */
UNROLL_API long unroll_data_length(const unroll_data *d, const char *index, size_t example);
enum { UNROLL_COLUMNS_HEADER, UNROLL_COLUMNS_NUMBERED, UNROLL_COLUMNS_CONLLU };   /* tables with a header; column files, columns called 1, 2, …; CoNLL-U */
typedef struct unroll_read_options {
    size_t size; const char *group; int stream;
    int columns;                     /* UNROLL_COLUMNS_…, of files whose names do not tell; -1: with a header; 0: as in `like`, or what the model was fitted on */
    const unroll_data *like;         /* bindings of columns, and what follows, hold here too where nothing is given; NULL: those of the data the model was fitted on */
    const char *step;                /* how times go on after the last row: 1month 1quarter 1year 1week 1day 1bday 1hour 15min 30s, of plain numbers 0.25; NULL: found from all rows */
    int regular;                     /* gaps in time are filled with missing rows */
    /* How tables are read. Where nothing is said, as `like` or the fit did; so is `group`, where the table has that column. "": none */
    const char *missing;             /* what else says that a value is missing: "-999,?" of numbers and times, "tag=-" of the data called tag */
    int delimiter;                   /* what splits the fields, as a character; ' ': blanks of any number; 0: found from the file's first lines */
    int decimal;                     /* '.' or ',', the decimal mark (the other, blanks and apostrophes then stand between thousands); 0: found for each column */
    int skip;                        /* lines before the header that are no part of the table; -1: none */
    int dates;                       /* 'd' or 'm': 01/02/2020 has the day, the month first; 0: found for each column */
} unroll_read_options;
#define UNROLL_READ_INIT { .size = sizeof(unroll_read_options) }
/* files, as on the command line: "table.csv", "words.conllu", "words.conll", "name=text.txt", "name=array.npy", "name=\"Column name\"", "-"; gz and xz */
UNROLL_API int  unroll_data_read(unroll_data **out, unroll_model *m, const char *const *spec, size_t nspec, const unroll_read_options *o);
/* what the tables that the data were read from are, UNROLL_COLUMNS_…; −1: there are none, as of texts and arrays. The column that a binding gave `name`; NULL: none */
UNROLL_API int  unroll_data_columns(const unroll_data *d);
UNROLL_API const char *unroll_data_column(const unroll_data *d, const char *name);
UNROLL_API size_t unroll_data_examples(const unroll_data *d);
UNROLL_API size_t unroll_data_units(const unroll_data *d);         /* examples; positions when there is one example */
/* units [from, to) as a new object: by example, or by time when there is one */
UNROLL_API int  unroll_data_slice(unroll_data **out, const unroll_data *d, size_t from, size_t to);
/* d leaves the values of that datum out, to be completed; what it was cut from keeps them. Where rows are positions of one example they stay, without values;
 * else the datum is absent, as if it had never been given. UNROLL_ERROR_USAGE where d is what other data were cut from by time */
UNROLL_API int  unroll_data_leave_out(unroll_data *d, const char *name);
/* examples which[0], which[1], … as a new object */
UNROLL_API int  unroll_data_pick(unroll_data **out, const unroll_data *d, const size_t *which, size_t n);
/* what is odd about the data, and no error: symbols that the fit has not met, missing values, empty sequences, a single symbol, times
 * that are missing, repeated, in no order, leave gaps, or have more digits than are kept; how files were read where they leave a doubt. Lines of text, handed to `line`
 * one by one; what it returns other than 0 stops them. */
UNROLL_API int  unroll_data_notes(const unroll_data *d, int (*line)(const char *text, void *arg), void *arg);
typedef struct unroll_fit_options unroll_fit_options;
/* likewise of a part of the data (`name` it: "validation") beside the part that a fit learns from: symbols that this has not, or, by the fit's
 * options (NULL: none), too seldom; a single one where it has several */
UNROLL_API int  unroll_part_notes(const unroll_data *part, const unroll_data *train, const char *name, const unroll_fit_options *o, int (*line)(const char *text, void *arg), void *arg);
/* likewise of a prompt (unroll_use_options) with these data (NULL: none): symbols that the fit has not met. Errors: UNROLL_ERROR_USAGE where it cannot be one */
UNROLL_API int  unroll_prompt_notes(unroll_model *m, const unroll_data *d, const char *prompt, int (*line)(const char *text, void *arg), void *arg);
/* what the data hold, in one line: files, examples, rows, columns, missing values, times: "table.csv: 1 example, 8,760 rows, y=\"OT\", 2016-07-01 00:00 to
 * 2017-06-30 23:00 every hour" */
UNROLL_API int  unroll_data_describe(const unroll_data *d, int (*line)(const char *text, void *arg), void *arg);
/* the group that an example is, as the column that tells groups apart has it, and that column's name (may be NULL); NULL: there
 * are no groups */
UNROLL_API const char *unroll_data_group(const unroll_data *d, size_t example, const char **column);
UNROLL_API void unroll_data_free(unroll_data *d);

/* ---- fitting */
typedef struct unroll_progress {
    int epoch, epochs; double done;                  /* done: share of the whole fit */
    double train_loss, valid_loss;                   /* mean −log p of a position of a ~ line, all components together, in own units; NAN: not yet. Training: while
                                                        the weights move, with dropout, of smoothed targets */
    double best_loss; int best_epoch;
    double units_per_second, seconds, seconds_left;
    double rate;                                     /* learning rate now */
    int epoch_ended;                                 /* 1: called at the end of an epoch; 0: in between */
    const char *method;                              /* "gradients through time", "exact least squares", … */
    const char *unit;                                /* what units_per_second counts: "examples", or of windows "rows" or "symbols" */
    int polish;                                      /* > 0: the epochs are done, and so many steps of L-BFGS; epoch_ended: these are done too */
    int start, starts;                               /* > 0: before the epochs, the start under way of so many */
    const char *note;                                /* a line to be shown, once (a checkpoint that cannot be written, …); what is returned then stops nothing. NULL, mostly */
} unroll_progress;
struct unroll_fit_options {
    size_t size;
    const unroll_data *valid;        /* or NULL */
    int epochs;                      /* 0: chosen; small models that are left to their defaults then go on to their optimum by L-BFGS */
    int batch;                       /* examples a step; streams: parallel lanes. 0: chosen */
    int chunk;                       /* positions a step of a long sequence (truncated backpropagation, state carried). 0: chosen; −1: whole */
    int context, horizon;            /* horizon > 0: train on windows of context + horizon positions whose last `horizon` values are hidden and forecast */
    const char *optimiser;           /* sgd momentum adam adamw rmsprop; NULL: adam */
    double rate;                     /* 0: chosen */
    const char *schedule;            /* constant cosine linear step plateau; NULL: cosine */
    double warmup;                   /* share of the steps over which the rate rises */
    double clip;                     /* bound on the gradient's norm; < 0: none; 0: chosen (1) */
    double decay;                    /* weight decay */
    int patience;                    /* epochs without a better validation loss before stopping; 0: none */
    uint64_t seed;
    int threads;                     /* 0: all cores */
    int precision;                   /* 1 double, 2 single; 0: as a fitted model has it, else single */
    size_t memory;                   /* budget in bytes of what this fit takes for its steps; 0: none. All together: unroll_set_memory */
    const char *checkpoint;          /* file for checkpoints, or NULL */
    double checkpoint_seconds;       /* between checkpoints; 0: at the end of each epoch */
    int resume;                      /* go on from `checkpoint` where it exists */
    int min_count;                   /* symbols seen less often become unknown */
    const char *log;                 /* a line of JSON for each epoch, or NULL */
    int method;                      /* 0: chosen from the equations; 1: gradients */
    int (*progress)(const unroll_progress *p, void *arg);   /* not 0: stop and keep the best so far */
    void *arg;
    int average;                     /* N > 0: validate and keep the running mean of the weights over about the last N epochs, not the last weights; 0: none */
    int recompute;                   /* long sequences: parts of a step computed twice instead of stored, in a fraction of the memory (Chen et al. 2016). 1: always;
                                        0: where storing all would exceed `memory`; −1: never */
    int max_vocabulary;              /* the N most frequent symbols of each datum are kept, others become unknown; 0: all */
    double label_smoothing;          /* ε in [0, 1): the training loss of a drawn symbol is that of a target with 1 − ε on the symbol and ε spread evenly
                                        over all (Szegedy et al. 2016); validation and scores are of the symbols as they are */
    int (*note)(const char *text, void *arg); void *note_arg;      /* is told what is odd about the fit and no error, line by line; or NULL */
    int restarts;                    /* starts, of which the best is gone on with, of small models; 0: 10 of a model with latent symbols, else 1 */
};
#define UNROLL_FIT_INIT { .size = sizeof(unroll_fit_options) }
/* Values that are scored, and how many of them read a missing value, in whose place the model's own draw stands. loss: without these; NAN where there are none or no others,
 * and of the training part by gradients, whose loss is of weights that moved */
typedef struct unroll_gaps { size_t values, gaps; double loss; } unroll_gaps;
typedef struct unroll_fit_result {
    double train_loss, valid_loss;   /* as in unroll_progress, both of the epoch `best_epoch`, which is the one that is kept, or of the
                                        steps of L-BFGS that went on from it: `polish` */
    int best_epoch, epochs; double seconds; const char *method; size_t parameters; int interrupted;
    char why[512];                   /* why this method */
    char unit[128];                  /* of losses: "nats a position, in own units" */
    char steps[160], optimiser[192]; /* what was chosen or asked for, by gradients: epochs, steps, batches and chunks; optimiser, rate, schedule, precision */
    char training[128];              /* what the training loss has besides: "with dropout"; or "" */
    int checkpoints;                 /* written by this fit, or read */
    unroll_gaps train_gaps, valid_gaps;          /* of either part; by a fit over a horizon, which hides values anyway, zeros */
    int polish;                      /* steps of L-BFGS that led from the weights of best_epoch to those that are kept, best_epoch 0: from the
                                        start, as the first epoch had an infinite number; 0: none */
} unroll_fit_result;
/* Where a fit fails on its way (a number became infinite, memory ran out, the log could not be written to its end) after an epoch whose weights were the
 * best, the model has these, and best_epoch in *out is above 0: what there is can be used and saved. */
UNROLL_API int unroll_fit(unroll_model *m, const unroll_data *train, const unroll_fit_options *o, unroll_fit_result *out);

/* ---- using */
typedef struct unroll_use_options {
    size_t size;
    int horizon;                     /* positions to add after the end */
    int samples;                     /* > 0: that many random completions, quantiles of numbers; unroll_score: draws of random quantities */
    double temperature;              /* of symbols; 0: 1; below 0: always the likeliest, as at a temperature of 0 */
    int top_k; double top_p; uint64_t seed;
    int max_length;                  /* bound on generated sequences; 0: chosen */
    const char *prompt;              /* symbols to begin with */
    int context;                     /* positions from which a forecast's state is built up; 0: all, or as the model was fitted with a horizon */
    int stride;                      /* score with a horizon: distance between forecast origins; 0: 1 */
    int threads;
    int precision;                   /* 1 double, 2 single; 0: as the model was fitted */
    size_t memory;
    int naive;                       /* run the oracle plan */
    int season;                      /* period of the seasonal baseline in positions; 0: found from the data */
    int (*progress)(double done, void *arg); void *arg;
    const unroll_data *history;      /* what came before the data (a table's earlier part), or NULL. All of it is read: positions count from its first */
    int beam;                        /* predict: beam search of this width for the one sequence of symbols that is left out; 0: the likeliest symbol at each position */
    double length_penalty;           /* beam: hypotheses are compared by Σ log p / (symbols generated, the end symbol too)^length_penalty; 0: by Σ log p */
    int n_best;                      /* beam: that many completions of each example, with their scores; 0: the best */
    int min_length;                  /* no end symbol before so many generated symbols */
    int go_on;                       /* a sequence of symbols that is given is the beginning of what is to be generated */
    int complete;                    /* score: also what predict makes of the symbols that the model draws, from all else that is given, against what the data say */
    int any_reference;               /* complete: examples that are equal in all that is given are one with several references */
    const char *tokenize;            /* complete: how BLEU cuts texts: 13a none char; NULL: 13a */
    int confusion;                   /* score: in place of scores, how often each symbol was taken for which */
    int probabilities;               /* predict: of each label, beside NAME_p, the probability of the one predicted, NAME_p_SYMBOL for each there is; of a
                                      * position drawn by categorical[s], NAME_p_1, … */
    int classes;                     /* score: in place of scores, precision, recall and F1 of each symbol */
    int rows;                        /* predict: rows of what is given too, the history's first, and after the times columns "row",
                                        which row of the data each is, from 1 (the history ends at 0, the horizon goes on after
                                        the last), and "seconds", of a date the wall clock's since 1970 */
    int (*note)(const char *text, void *arg); void *note_arg;      /* is told what is odd about the results and no error, line by line; or NULL */
    int stream;                      /* what is generated is one long text, as of a model fitted on one: it goes on past end symbols, which end lines of it */
    const unroll_data *future;       /* what comes after the data, or NULL: of one sequence, after which it goes on (several: UNROLL_ERROR_UNSUPPORTED).
                                        Over a horizon the data that the model does not draw are read from it, and the times; nothing else is */
} unroll_use_options;
#define UNROLL_USE_INIT { .size = sizeof(unroll_use_options) }
/* complete what the data leave out: the most likely (samples 0) or random completions. Without data: the likeliest example */
UNROLL_API int unroll_predict(unroll_model *m, const unroll_data *d /* or NULL */, const unroll_use_options *o, unroll_table **out);
UNROLL_API int unroll_sample(unroll_model *m, const unroll_data *d /* or NULL */, const unroll_use_options *o, unroll_table **out);
/* data with what they leave out filled in as unroll_predict does it, to look at (o->horizon 0). Data that leave nothing out: a copy. Texts declared as
 * pieces are words as long as they are read or set; here they are pieces, at the positions that unroll_quantity counts */
UNROLL_API int unroll_data_complete(unroll_data **out, unroll_model *m, const unroll_data *d, const unroll_use_options *o);
/* how well the model explains data: columns "data", "score", "model", "baseline", "baseline_name", "n" (values, symbols or sequences that a score is
 * over), with a horizon "origins" (how many forecasts); with `complete` also "signature": how BLEU, chrF
 * and error rates were counted. With `confusion`: "data", "symbol", "taken_for", "count", "share_%"; with `classes`: "data", "symbol", "count",
 * "precision_%", "recall_%", "F1_%" */
UNROLL_API int unroll_score(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out);
/* texts against references, without a model: files of as many lines each; a line of the hypothesis is compared with that line of every
 * reference. Columns "score", "value", "signature"; rows "word error rate %", "sequence error rate %", "BLEU", "chrF2", digit by digit those of sacreBLEU */
typedef struct unroll_compare_options {
    size_t size;
    const char *tokenize;            /* 13a none char; NULL: 13a */
    int (*progress)(double done, void *arg); void *arg;
} unroll_compare_options;
#define UNROLL_COMPARE_INIT { .size = sizeof(unroll_compare_options) }
UNROLL_API int unroll_compare(const char *hypothesis, const char *const *reference, size_t n, const unroll_compare_options *o, unroll_table **out);
/* −log p of every scored value summed, in own units, as score has it; values counted in *count */
UNROLL_API int unroll_loss(unroll_model *m, const unroll_data *d, const unroll_use_options *o, double *sum, double *count);
/* value of a named quantity ("h", "d.c") or parameter-free node for one example: [positions][width]; two-call idiom: values NULL gives the count */
UNROLL_API int unroll_quantity(unroll_model *m, const unroll_data *d, const char *name, size_t example, const unroll_use_options *o, double *values, size_t cap, size_t *count, int *width);
/* the same of n quantities along one index, as a table: a row for each position of each example (with its number or name and its time, or "position"), a column for each
 * quantity, NAME_1, NAME_2, … of one that is a vector. n 0: all that have values along one index. Of latent symbols the likeliest path, NAME, and the chance of each
 * state given all data, NAME.smoothed, those up to the position, .filtered, and those before it, .predicted. A horizon adds positions after the end */
UNROLL_API int unroll_values(unroll_model *m, const unroll_data *d, const char *const *name, size_t n, const unroll_use_options *o, unroll_table **out);
/* what the text names by an equation, in the order of the text; those inside cells too */
typedef struct unroll_named {
    const char *name;                /* as unroll_quantity takes it: "h", "d.c" */
    int size;                        /* numbers at a position of all these indices; 0: a symbol */
    int nindex; const char *index[8];/* in the order in which unroll_quantity writes values, the outermost first; the last `nfixed` have a fixed length */
    const char *of[8];               /* whose positions each index counts: itself, or t where the text says `index s = t` */
    int nfixed, fixed[8];            /* those lengths */
    const char *weighs;              /* attention weights, softmax[s](…): the index s along which they sum to 1; NULL: it is no softmax over one index */
} unroll_named;
UNROLL_API size_t unroll_quantity_count(const unroll_model *m);
UNROLL_API int    unroll_quantity_info(const unroll_model *m, size_t i, unroll_named *out);
/* loss and its gradient for every parameter, also for a fixed one, [all parameters in order]: of ~ lines and losses, without priors */
UNROLL_API int unroll_gradient(unroll_model *m, const unroll_data *d, const unroll_use_options *o, double *loss, double *grad, size_t n);

UNROLL_API size_t unroll_table_rows(const unroll_table *t);
UNROLL_API size_t unroll_table_columns(const unroll_table *t);
UNROLL_API const char *unroll_table_name(const unroll_table *t, size_t column);
UNROLL_API int    unroll_table_is_text(const unroll_table *t, size_t column);
UNROLL_API double unroll_table_number(const unroll_table *t, size_t row, size_t column);        /* NAN: empty */
UNROLL_API const char *unroll_table_text(const unroll_table *t, size_t row, size_t column);
UNROLL_API void   unroll_table_free(unroll_table *t);
/* A file whole or not at all, as models are saved: written beside its place, synced, read back and renamed, so that the old file stands until then and
 * whoever reads meanwhile finds the one or the other. Through a symbolic link what it names is replaced; permissions are kept. Devices and pipes are
 * written as they are */
UNROLL_API int    unroll_write_file(const char *path, const void *bytes, size_t n);

/* what the model is and how it would run: shapes, parameters, plan. Lines of text, handed to `line` one by one. */
UNROLL_API int unroll_explain(unroll_model *m, const unroll_data *d /* or NULL */, int (*line)(const char *text, void *arg), void *arg);

/* ---- one position at a time: allocates nothing per step. For models whose recurrences run forward along one index. */
UNROLL_API int  unroll_stream_open(unroll_stream **out, unroll_model *m, int precision, uint64_t seed);
/* what is known at this position; then step. What is not set is drawn by the model (deterministically unless `sample`). */
UNROLL_API int  unroll_stream_set_number(unroll_stream *s, size_t datum, const double *values);  /* [width], own units; NULL: missing, or those that are NAN. Then the model draws them, or,
                                        where it draws no such datum and an equation reads it by more than given() and known(), the step is UNROLL_ERROR_DATA, and goes on once a number is set. UNROLL_ERROR_DATA: one is infinite, or no count
                                        where the datum is one; what was set before holds */
UNROLL_API int  unroll_stream_set_symbol(unroll_stream *s, size_t datum, int id);
UNROLL_API int  unroll_stream_step(unroll_stream *s);
/* after a step: what the model drew or was given, [width], in own units (symbols: the id), and the distribution's first argument (mean; logits;
 * of a mixture and all that is made of other distributions its mean; NAN of the first value of what is drawn ahead, which has no origin) */
UNROLL_API int  unroll_stream_value(const unroll_stream *s, size_t datum, double *values);
UNROLL_API int  unroll_stream_prediction(const unroll_stream *s, size_t datum, double *values, size_t cap);
/* temperature, top_k, top_p as in unroll_use_options */
UNROLL_API int  unroll_stream_sampling(unroll_stream *s, int sample, double temperature, int top_k, double top_p);
UNROLL_API size_t unroll_stream_state_size(const unroll_stream *s);
UNROLL_API int  unroll_stream_save(const unroll_stream *s, void *state, size_t n);
UNROLL_API int  unroll_stream_restore(unroll_stream *s, const void *state, size_t n);
UNROLL_API int  unroll_stream_reset(unroll_stream *s);
UNROLL_API void unroll_stream_close(unroll_stream *s);

/* ---- measuring: one cell, or a whole model, on data made up for it, and what the machine could do at most */
enum { UNROLL_BENCH_FIT = 1, UNROLL_BENCH_INFER = 2, UNROLL_BENCH_STREAM = 4, UNROLL_BENCH_CHECK = 8 };   /* CHECK: only whether it can be measured */
typedef struct unroll_bench_options {
    size_t size;
    const char *cell;                /* a cell of the library that takes a size and an input; or a .unr file: the first such cell in it, or,
                                        where it declares data, the model as it is, whose sizes are its own */
    int batch, steps;                /* examples; positions of each. 0: 32, 100 */
    int inputs, hidden;              /* of a cell: numbers per position, its size. 0: 128 */
    int vocabulary;                  /* of a model: symbols of its data. 0: 1000 */
    int ragged;                      /* lengths uniform in 1…steps in place of all `steps` */
    const unroll_setting *set; size_t nset;          /* hypers of a model */
    int threads;                     /* 0: all cores */
    int precision;                   /* 0 single, 1 double */
    int what;                        /* UNROLL_BENCH_…, or-ed; 0: all */
    double seconds;                  /* about as long as one measurement is repeated; 0: 1 */
    uint64_t seed;                   /* of lengths and symbols */
    int recompute;                   /* as unroll_fit_options.recompute */
} unroll_bench_options;
#define UNROLL_BENCH_INIT { .size = sizeof(unroll_bench_options) }
typedef struct unroll_bench_result { /* seconds are medians of repeated runs; NAN: not asked for, or not possible */
    int batch, steps, inputs, hidden, threads;       /* as measured; inputs and hidden 0 for a whole model */
    double positions;                /* of all examples together */
    size_t parameters, weight_bytes;
    double fit_seconds;              /* one pass forward and backward over the batch, with the gradients of all parameters; no optimiser */
    double infer_seconds;            /* one pass forward: h at every position (a model: what its ~ lines are given) */
    double stream_seconds_per_step;  /* one position of one sequence by unroll_stream_step, on one thread */
    double fit_flops, infer_flops, stream_flops;     /* multiplications and additions of the products that the equations ask for, whatever the plan does */
    size_t peak_bytes;               /* what the plan of fit_seconds asks for (as a budget counts it), weights and gradients included, the data not */
    int fit_runs, infer_runs;        /* repetitions */
} unroll_bench_result;
typedef struct unroll_bench_limits { /* of `threads` threads together */
    int threads;
    double flops;                    /* multiplications and additions a second: a large matrix product on each thread, at once */
    size_t l2_bytes, l3_bytes;       /* of one core; shared by all */
    double l2, l3, memory;           /* bytes a second, read in order from blocks that lie there, every thread its own */
} unroll_bench_limits;
UNROLL_API int unroll_bench_ceiling(const unroll_bench_options *o, unroll_bench_limits *out);   /* threads, precision and seconds are read */
UNROLL_API int unroll_bench_cell(const unroll_bench_options *o, unroll_bench_result *out);

/* ---- weights from PyTorch and back: a state_dict as safetensors. A map, a text file, says which tensor is which parameter (doc/CLI.md) */
typedef struct unroll_vocabulary { const char *data, *path; } unroll_vocabulary;   /* a file with one symbol a line, in the order of PyTorch's ids */
typedef struct unroll_scale { const char *data; const double *mean, *sd; size_t n; } unroll_scale;   /* of a `real`: n 1, or one for each component */
typedef struct unroll_import_options {
    size_t size;
    const char *map;                 /* path; NULL: found by names and shapes, an error where these leave a doubt */
    const unroll_vocabulary *vocabulary; size_t nvocabulary;       /* every symbol needs one, unless the model is fitted */
    const unroll_scale *scale; size_t nscale;                      /* without: 0 and 1, numbers as they are */
    int partial;                     /* parameters that no line fills keep what they have; tensors may be left over */
} unroll_import_options;
#define UNROLL_IMPORT_INIT { .size = sizeof(unroll_import_options) }
/* Afterwards the model is fitted. F64 tensors make it a model in double precision; F32, F16, BF16 in single. Where a cell has one bias and PyTorch two,
 * it gets their sum. Rows for unknown, start and end symbols that the vocabulary lacks: 0, in an output's bias −10000. Errors: UNROLL_ERROR_FORMAT for a
 * damaged file, UNROLL_ERROR_DATA for a map or tensors that do not fit (all that does not, a line each); the model is then as it was */
UNROLL_API int unroll_import(unroll_model *m, const char *path, const unroll_import_options *o);
/* a map by names and shapes, handed over line by line (not 0: no more); *doubts, which may be NULL: lines that have to be looked at. o->map is not read */
UNROLL_API int unroll_import_map(unroll_model *m, const char *path, const unroll_import_options *o, int (*line)(const char *text, void *arg), void *arg, size_t *doubts);
/* the parameters as the tensors of the map, F32 or F64 by the model's precision; a sum of biases as bias_ih, bias_hh zeros; symbols in the order of their import */
UNROLL_API int unroll_export(unroll_model *m, const char *path, const char *map);

#ifdef __cplusplus
}
#endif
#endif
