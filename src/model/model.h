/* model: fitting, completing, scoring, streaming and keeping models: what unroll.h promises, on top of lang, data and plan.
 * This header is for the files of the room alone. Invariants: a public function clears this thread's error first and leaves the
 * model as it was when it fails; weights are kept in double, whatever precision a plan runs in. */
#ifndef UR_MODEL_H
#define UR_MODEL_H
#include "data/data.h"
#include "lang/lang.h"
#include "math/math.h"
#include "run/run.h"

/* ---- what a fit leaves behind besides the weights */
#define UR_BY_SQUARES "exact least squares"
typedef struct ur_record {
    char method[64]; /* how its weights were found: UR_BY_SQUARES, or another's name */
    double train_loss, valid_loss, seconds;
    int best_epoch, epochs, polish; /* polish: steps of L-BFGS from best_epoch on */
    uint64_t seed;
    size_t units;     /* examples, or positions of one long sequence, it was fitted on */
    bool stream, one; /* --stream; one long example */
    int context, horizon, season;
    double **freq;
    int *nfreq; /* [ndata] how often each symbol was seen; of what bernoulli draws, 0 and 1; NULL for other numbers */
    int32_t **usual;
    int *usual_of,
        *nusual;   /* [ndata] labels along words: the most frequent one of each word, 0: none; the datum of the words; how many */
    double *naive; /* [ndata] mean |y[t] − y[t−1]| in own units: the scale of MASE; NAN: unknown */
    int *longest;  /* [ndata] longest sequence seen */
    int32_t **order;
    int *norder; /* [ndata] the symbols' ids in the order of the file that the weights came from, without those it lacks; NULL: as
                    they are */
    char **bound;
    ur_form form;     /* [ndata] the columns that bindings gave, NULL: none; what the tables were */
    ur_manner manner; /* how they were read */
} ur_record;

struct unroll_model {
    ur_program *prog;
    char *name; /* file name for messages */
    int nset;
    ur_setting *set;
    int ndata;
    ur_graph *graph; /* all data given, no adjoints: shapes and parameters */
    bool sized;      /* the vocabularies are known, so the shapes are final */
    ur_code *code;
    bool coded;
    double *weight; /* [graph->nweight] once sized */
    bool started;   /* weight holds what a fit starts from, or has left: see ur_model_weights */
    bool *was_set;  /* [nparam] set by hand before a fit: kept as the start */
    bool fitted, single;
    bool filed;  /* its weights come from elsewhere: they are not started */
    size_t room; /* weights that there are in the file being read; no file: any number */
    ur_record rec;
};

ur_err *ur_model_error(void); /* this thread's, cleared */
struct ur_file;
int ur_model_read(unroll_model **out, const char *text, size_t n, const char *name, const unroll_setting *set, size_t nset,
                  bool filed, const struct ur_file *f, ur_err *e); /* f: the file the text is from, or NULL */
int ur_model_shape(unroll_model *m, ur_err *e);                    /* (re)builds `graph` with the vocabularies that are known */
int ur_model_data(const unroll_model *m, const char *name);        /* −1: none */
int ur_model_param(const unroll_model *m, const char *name);
int ur_param_find(const unroll_model *m, const char *name, int *which,
                  ur_err *e); /* ... or an error that says which may be meant */
void ur_record_free(ur_record *r, int ndata);
int ur_record_new(ur_record *r, int ndata, ur_err *e);
bool ur_model_sized(const unroll_model *m); /* no vocabulary is still to be learned */

/* ---- data as the user holds them */
typedef struct ur_holding {
    ur_raw *raw;
    int refs;
} ur_holding; /* shared by an object and its slices */
struct unroll_data {
    unroll_model *m;
    ur_raw *raw;
    ur_holding *src; /* who owns raw */
    ur_holding *whole;
    size_t from; /* a slice by time: what it was cut from, and where */
    char **spec;
    int nspec; /* the files it came from, for messages */
};
int ur_data_wrap(unroll_data **out, unroll_model *m, ur_raw *raw, ur_err *e); /* takes raw, also on failure */
/* the rows of `a`, then those of `b`; both one example. *na: rows from a */
int ur_history_join(ur_raw **out, const ur_schema *g, const ur_raw *a, const ur_raw *b, size_t *na, ur_err *e);
int ur_absent_error(const unroll_model *m, const unroll_data *d, int datum, ur_err *e);
/* the datum that a prompt begins: the one sequence of symbols that the model draws and that raw has not; without raw the first
 * that it draws. Or an error */
int ur_prompt_datum(const unroll_model *m, const ur_raw *raw, ur_err *e);
int ur_data_present(const unroll_model *m, const unroll_data *d, bool drawn_too, ur_err *e);

/* ---- notes: what is odd and no error, to whoever asked for them (notes.c) */
typedef struct ur_notes {
    int (*line)(const char *text, void *arg);
    void *arg;
} ur_notes;
void ur_note(const ur_notes *n, const char *format, ...) __attribute__((format(printf, 2, 3))); /* n, n->line may be NULL */

/* ---- examples: asking and changing */
bool ur_drawn_whole(const ur_graph *g, int datum); /* are its components drawn together, so that each is missing where one is? */
int ur_examples_add(ur_examples *x, const ur_graph *g, int datum, const bool *known, int max_length,
                    ur_err *e); /* rows for an absent datum, none seen */

/* ---- running */
typedef struct ur_run_want {
    ur_run_limits limits;
    bool grad, training;
    double label_smoothing; /* as ur_build_options.label_smoothing */
    const ur_examples *of;
    bool hide;           /* what is drawn may be missing where these data lack some (NULL: none does), or all of it with `hide` */
    bool args;           /* keep what the ~ lines' distributions are given, and what is drawn */
    bool rows;           /* keep −log p of each row of the ~ lines */
    bool when;           /* keep their conditions and weights */
    const int *quantity; /* [nquantity] keep these quantities, by number (ur_quantity_named) */
    int nquantity;
    bool scales; /* keep the scales of states (ur_graph.scale) */
    const ur_id *keep;
    int nkeep;
    int window; /* UR_WINDOW_ROOT, or as ur_plan_options.window_index */
    bool bare;  /* without what the ~ lines add up: for values alone */
    /* adds nodes to the graph before anything is planned, and may say more to keep; or NULL */
    int (*grow)(struct ur_graph *g, void *arg, ur_err *e);
    void *arg;
    int step; /* datum + 1: runs position by position along its index, for its logits alone; 0: not so */
} ur_run_want;
int ur_quantity_named(const unroll_model *m, const char *name, int *number, ur_err *e); /* quantity.c */
typedef struct ur_run {
    unroll_model *m;
    ur_graph *g;
    ur_engine *en;
    void *weight;
    bool single;
    ur_graph *bare;   /* `step`, `bare`: g without its ~ lines, which is what the engine runs */
    uint64_t version; /* of the weights: grows when ur_run_weights sets them */
    int root;
    bool cut; /* root index, and whether it may be cut in chunks along it */
    int lag;
    ur_memory_kind memory;         /* along it: how far back data are read outside a recurrence; what is carried */
    ur_id *fill;                   /* [ndata] the FILL node, −1: not read by any equation */
    int *like;                     /* [ndata] its ~ line, −1 */
    double *like_sum, *like_count; /* [ur_naddend(g)]: the ~ lines, then the losses of the text */
} ur_run;
int ur_run_open(ur_run **out, unroll_model *m, const ur_run_want *w, ur_err *e);
void ur_run_close(ur_run *r);
void ur_run_weights(ur_run *r, const double *w);
double ur_scales(const ur_run *r, const ur_step *s); /* what a step's like_sum has more in own units, over all lines */
/* that a number is not finite, at a place of the text and a position (from 1) of an example; UNROLL_ERROR_DATA where the example
 * is empty along an index */
int ur_not_finite(const ur_run *r, const ur_examples *x, const ur_place *at, const char *what, const char *doing, int pos,
                  size_t example, ur_err *e);
int ur_bad_number(const ur_run *r, const ur_examples *x, const ur_step *s, const char *doing, ur_err *e);
/* where a completion of an example reads at a number that leads nowhere; 0: nothing of it does */
int ur_bad_subscript(const ur_run *r, const ur_examples *x, size_t example, ur_err *e);
/* the same for a gradient where the loss is finite: the equation in which it arose, if that is found in a second */
int ur_bad_gradient(const ur_run *r, const ur_step *s, const char *doing, ur_err *e);
/* runs one example, whole, for the values of its nodes; numbers that are not finite are no error: to look at them is what it is
 * for */
int ur_run_example(ur_run *r, const ur_examples *x, size_t example, uint64_t seed, ur_err *e);
int ur_values_get(ur_run *r, ur_id id, size_t item, ur_values *v, ur_err *e);

/* a pass over examples in order, chunk by chunk where they are long; `after` sees every batch */
typedef struct ur_pass {
    ur_run *run;
    const ur_examples *x;
    int batch, chunk;    /* 0: chosen */
    int32_t given;       /* > 0: nothing is drawn before this position of the only example: passes after the first start there */
    void *state;         /* the carried state there, by the first pass; freed by the owner of the pass */
    uint32_t score_from; /* positions before are history, not scored */
    int32_t from;        /* where the run of the only example begins, where the caller knows */
    int32_t wanted;      /* else: positions before it are run only as far as the others need them (runup.c) */
    ur_run *fore; /* ur_pass_items: windows go on from the state that all before them gives, which this run builds up; NULL: they
                     begin anew */
    const ur_notes *notes;
    uint64_t seed;
    uint32_t step, turn; /* as ur_step's */
    ur_draw_options draw;
    int (*after)(struct ur_pass *p, const ur_batch *b, ur_err *e);
    void *arg;
    int (*progress)(double done, void *arg);
    void *progress_arg;
    double loss, count; /* answers: Σ −log p in own units, rows scored; by line in run->like_sum, like_count */
} ur_pass;
int ur_pass_all(ur_pass *p, ur_err *e);
int ur_pass_items(ur_pass *p, const ur_item *item, size_t n,
                  ur_err *e); /* windows, in the order of their examples and starts, p->batch at a time */
/* the position at which a run has to begin for `pos` to be as it would be from the first: 0 but where values at lags are all that
 * is read back */
int32_t ur_run_up(const ur_run *r, const ur_examples *x, size_t example, int32_t pos);
/* ... by trial, where all would take long and a state fades: half as many positions end in the same state; said in a note */
int ur_run_up_measured(ur_pass *p, size_t example, int32_t pos, int32_t *start, ur_err *e);
/* is a state that fades still felt after `up` positions? *felt: by which share of the state as many more change it, in the
 * longest example, 0: a twentieth at most; *enough: after how many it is no more, 0: not after half of that example */
int ur_run_up_felt(ur_run *r, const ur_examples *x, int32_t up, int32_t *enough, double *felt, ur_err *e);
/* what a forecast is made from: values at lags; a state built up from `context` positions before it; the state that all before it
 * give, carried along or, where sequences cannot be cut, by running them from their start. predict and score ask here */
typedef struct ur_origin {
    enum { UR_FROM_LAGS, UR_FROM_CONTEXT, UR_FROM_STATE, UR_FROM_START } kind;
    int context;
} ur_origin;
ur_origin ur_run_origin(const ur_run *r, const unroll_use_options *o);

/* ---- lanes: sequences of one symbol datum side by side, one position a step, their states carried and reordered (lanes.c) */
typedef struct ur_lanes {
    ur_run *run;
    const ur_examples *src;
    int datum, index;
    ur_id logits;
    size_t vocab;
    bool again;        /* an equation reads the symbol of its own position: once it is chosen, the step is taken anew */
    int32_t back;      /* symbols are read so far back */
    size_t n, cap;     /* lanes */
    ur_examples x;     /* an example for each lane; rows of the datum: `rows` each */
    int32_t rows, pos; /* pos: the position of the last step */
    ur_item *item;
    uint32_t *lead;
    uint64_t seed;
    bool apart; /* lanes of one example have draws of their own, from `turn` on; else all have those of `turn` */
    uint32_t turn;
    ur_turn *own; /* [n] */
    void *state;
    size_t nstate;
    int32_t *kept;
    double *logit; /* [n × back]; [vocab] */
} ur_lanes;
/* 0, or UNROLL_ERROR_UNSUPPORTED with the reason: cannot run position by position along the index of the datum */
int ur_lanes_fit(const unroll_model *m, int datum, ur_err *e);
int ur_lanes_open(ur_lanes **out, unroll_model *m, const ur_examples *src, int datum, const unroll_use_options *o, ur_err *e);
void ur_lanes_close(ur_lanes *l);
/* lane k begins source example example[k]; those of one example stand side by side */
int ur_lanes_load(ur_lanes *l, size_t n, const uint32_t *example, ur_err *e);
int ur_lanes_step(ur_lanes *l, ur_err *e); /* the logits of position `pos` of every lane */
const double *ur_lanes_logits(ur_lanes *l, size_t lane,
                              double *lse); /* until the next call; lse: log of the sum of their exponentials */
/* lane k goes on as what was lane from[k] (NULL: itself), with symbol[k] at `pos`; the next position then */
int ur_lanes_next(ur_lanes *l, const uint32_t *from, const int32_t *symbol, ur_err *e);

/* ---- generating symbols by lanes: beam search, the likeliest symbol, random draws (beam.c) */
typedef struct ur_search {
    unroll_model *m;
    const ur_examples *x;
    int datum;
    const unroll_use_options *o;
    bool ends, runs_on; /* sequences end at their end symbol; they have it as the end of a line, and go on. Neither: it is never
                           generated */
    const ur_draw_options *draw; /* NULL: beam search */
    size_t width;                /* beam, or draws for each example */
    uint32_t step;               /* of the first draw */
    /* a completion of an example: symbols of all its rows, n of them; rank: by falling score, or the draw */
    int (*take)(void *arg, size_t example, size_t rank, const int32_t *row, size_t n, double score, ur_err *e);
    void *arg;
} ur_search;
int ur_search_run(ur_search *s, ur_err *e);

/* ---- batches of an epoch */
typedef struct ur_course {
    int window;       /* for ur_batch; −1 whole examples */
    int batch, chunk; /* chunk 0: a track at once */
    int context, horizon;
    const ur_graph *g;
    int32_t reach; /* with a horizon: ur_hidden_reach */
    int score_from;
    bool keeps; /* positions before are history; windows begin at the start of their example, for their state keeps what it has */
    int lead;   /* validation by lanes whose state fades: chunks that are run before each lane to build it up; 0: it is exact */
    size_t ntrack;
    ur_item *track; /* `from` may lie before the start by less than a lane's run-up */
    size_t nstep;
    struct ur_course_step {
        uint32_t first, n, k;
    } * step; /* of the epoch at hand: tracks order[first…], chunk k */
    uint32_t *order;
    ur_item *item; /* [batch] of the step at hand */
    size_t total;  /* positions of all tracks */
} ur_course;
typedef struct ur_course_want {
    int batch, chunk, context, horizon;
    bool valid;
    int lead;
    uint32_t score_from;
    size_t parameters;
} ur_course_want;
enum {
    UR_COURSE_LEAD = 256
}; /* positions before a lane at first; more where the state that it begins with is then not that at the end of the lane before */
int ur_course_new(ur_course *c, const ur_run *r, const ur_examples *x, const ur_course_want *w, ur_err *e);
int ur_course_epoch(ur_course *c, const ur_examples *x, uint64_t seed, int epoch, bool shuffle, ur_err *e);
void ur_course_batch(ur_course *c, size_t step, ur_batch *b);
void ur_course_free(ur_course *c);

/* ---- starting values, optimisers */
/* where a fit with this seed starts: what was set by hand, else what the text says. w may be m->weight */
int ur_model_start(const unroll_model *m, uint64_t seed, double *w, ur_err *e);
/* sees to it that m->weight is there to be read: starts are made when first asked for, since large orthogonal ones take seconds
 */
int ur_model_weights(unroll_model *m, ur_err *e);
int ur_param_start(const ur_param *p, int which, uint64_t seed, double *w, ur_err *e);
typedef enum ur_optim_kind { UR_SGD, UR_MOMENTUM, UR_ADAM, UR_ADAMW, UR_RMSPROP } ur_optim_kind;
typedef struct ur_optim {
    ur_optim_kind kind;
    size_t n, nparts;
    struct ur_optim_part *part;
    double *m, *v, *sum;
    uint64_t t;
    double decay;
} ur_optim;
typedef struct ur_optim_grad {
    const void *grad;
    bool single;
    double scale, clip;
} ur_optim_grad; /* scale: factor of the gradient; clip: bound on its norm then, 0: none */
int ur_optim_find(const char *name, ur_optim_kind *out, ur_err *e);
int ur_optim_new(ur_optim *o, ur_optim_kind kind, const ur_graph *g, double decay, ur_err *e);
void ur_optim_free(ur_optim *o);
/* one step by the threads of pool (or NULL); returns the gradient's norm before clipping. Where that is not finite, nothing has
 * changed. */
double ur_optim_step(ur_optim *o, const ur_graph *g, ur_pool *pool, double *w, const ur_optim_grad *grad, double rate);
/* The mean of the weights so far goes a 1/min(horizon, 1 + steps/10) of the way to w: a running mean over `horizon` steps which
 * forgets the first ones sooner (Polyak & Juditsky 1992, with the weights of Kingma & Ba 2015, section 7.2). */
void ur_optim_mean(const ur_optim *o, ur_pool *pool, const double *w, double *mean, double horizon);
typedef enum ur_rate_schedule {
    UR_RATE_CONSTANT,
    UR_RATE_COSINE,
    UR_RATE_LINEAR,
    UR_RATE_STEP,
    UR_RATE_PLATEAU
} ur_rate_schedule;
int ur_rate_find(const char *name, ur_rate_schedule *out, ur_err *e);
double ur_rate_at(ur_rate_schedule s, double rate, double warmup, double done, double plateau);

/* ---- files */
typedef struct ur_tensor {
    const char *name;
    const char *dtype;
    int nshape;
    size_t shape[UR_MAX_FIXED + 2];
    const void *data;
    size_t bytes;
} ur_tensor;
typedef struct ur_meta {
    char *key, *value;
    size_t n;
} ur_meta;
typedef struct ur_file {
    ur_buf raw;
    int ntensor;
    ur_tensor *tensor, **named /* by name */;
    int nmeta;
    ur_meta *meta;
} ur_file;
/* the bytes of a file, parsed again and compared; path: for messages */
int ur_file_make(ur_buf *out, const char *path, const ur_tensor *t, int nt, const ur_meta *meta, int nmeta, ur_err *e);
int ur_file_write(const char *path, const ur_tensor *t, int nt, const ur_meta *meta, int nmeta, ur_err *e);
int ur_file_parse(ur_file *f, const char *path, ur_err *e);     /* f->raw holds the bytes of a file that Unroll wrote */
int ur_file_parse_any(ur_file *f, const char *path, ur_err *e); /* ... that anybody wrote: no checksum, further dtypes */
void ur_file_free(ur_file *f);
const char *ur_file_meta(const ur_file *f, const char *key);
const ur_tensor *ur_file_tensor(const ur_file *f, const char *name);
bool ur_file_sniff(const char *s, size_t n);
int ur_model_meta(const unroll_model *m, ur_meta **out, int *n, ur_err *e);
void ur_meta_free(ur_meta *meta, int n);
int ur_model_from_file(unroll_model **out, ur_file *f, const char *path, const unroll_setting *set, size_t nset, ur_err *e);
int ur_special_symbol(const char *s);                /* UR_SYM_UNKNOWN for "<unk>" and the like, …; −1: an ordinary one */
void ur_model_endless(unroll_model *m, bool stream); /* which texts have no end symbol: code.endless. stream: what the fit read */
int ur_codes_from_text(unroll_model *m, const char *text, const char *path, ur_err *e);

/* hands a line to the user's function, as it may be shown. 1: no more is wanted; UNROLL_ERROR_MEMORY */
int ur_say(const char *text, int (*line)(const char *text, void *arg), void *arg);

/* a caller's options, of which it knows the first `size` bytes (0: all `n`), into `to`, which has its INIT. A size within a
 * pointer ends before it */
void ur_options_read(void *to, const void *from, size_t n);
int ur_settings_check(const unroll_setting *set, size_t nset, const char *call, ur_err *e); /* pointers and names are there */

/* ---- tables of results */
unroll_table *ur_table_new(void);
int ur_table_column(unroll_table *t, const char *name, bool text, ur_err *e); /* its number, or negative */
int ur_table_row(unroll_table *t, ur_err *e);                                 /* one more row, empty */
int ur_table_put(unroll_table *t, size_t row, size_t col, double v);
void ur_table_round(unroll_table *t, int digits); /* numbers that sums over many values gave, whose last digits say nothing */
int ur_table_puts(unroll_table *t, size_t row, size_t col, const char *s, size_t n, ur_err *e);

/* ---- shared by predict, sample and score */
typedef struct ur_complete { /* examples with room for what is to be completed */
    ur_examples *x;
    ur_raw *raw;         /* raw: what x was encoded from, when it is not the user's (history joined, nothing given) */
    size_t before;       /* rows of history in front */
    const ur_raw *after; /* what comes after the data, the user's; NULL: nobody knows */
    int index, add;      /* horizon: index, how many positions at its end are forecast */
    bool *gap;           /* [ndata] has something to complete */
    bool *open;          /* [ndata] its length is the model's to choose: ends at the end symbol */
    bool *known;         /* [nindex] given data say how long */
    int begun;           /* datum whose given symbols are the beginning of what is to be generated; −1 */
    int longest;         /* room for what is generated */
} ur_complete;
ur_run_limits ur_use_limits(const unroll_model *m, int precision, int naive, int threads,
                            size_t memory);                 /* as in the options of a use */
int ur_use_lengths(const unroll_use_options *o, ur_err *e); /* beam, n-best, shortest and longest: do they go together? */
/* options that are numbers, and between which ones they lie */
typedef struct ur_range {
    const char *name;
    double v, lo, hi;
} ur_range;
int ur_in_ranges(const ur_range *r, size_t n, ur_err *e);  /* of the first that does not, an error that says so */
int ur_use_ranges(const unroll_use_options *o, ur_err *e); /* every number of them is one */
unroll_use_options ur_use_options(const unroll_use_options *o);
int ur_use_codes(unroll_model *m, ur_err *e); /* before a fit: numbers as they are */
int ur_use_check(unroll_model *m, const unroll_data *d, ur_err *e);
double ur_own(const unroll_model *m, int datum, size_t comp, double v); /* a scaled number in own units */
double ur_symbols_possible(const unroll_model *m, int d, const double *count,
                           size_t n);                    /* how many symbols can occur; count: [n] how often each did */
unsigned ur_symbols_never(const unroll_model *m, int d); /* ur_datum.never */
/* in own units: a line's −log p, or pinball loss, of a row of its datum, where that of the scaled row, times its weight, is nll;
 * the sum that a step has found */
double ur_row_in_own(const unroll_model *m, const ur_like *l, const ur_series *s, size_t row, double nll);
double ur_in_own(const ur_run *r, const ur_step *s, int line);
int ur_complete_open(ur_complete *c, unroll_model *m, const unroll_data *d, const unroll_use_options *o, bool ends, ur_err *e);
/* rows of drawn data at which the condition of their ~ line does not hold, or that are computed from given numbers that are
 * missing: series[].skip (leave.c) */
int ur_leave_out(unroll_model *m, ur_examples *x, ur_err *e);
/* of a row of w numbers those at which out is not 0 are left out, for a gap: skip where all are */
int ur_leave_parts(ur_series *s, size_t w, size_t row, const uint8_t *out, ur_err *e);
/* What ~ lines, weights or losses read that is missing (marked.c). out: zeros, [nlike] of [nrow][numbers of a row] of lines, of
 * [nrow] of weights; [ngoal] of [nrow] of losses: `sign` is added where something marked is read; NULL stays where nothing is
 */
int ur_marked(unroll_model *m, const ur_examples *x, const ur_mark_rule *rule, ur_marks_what what, uint8_t sign, uint8_t **out,
              ur_err *e);
/* y: the examples x (zeroed before; to be closed in any case), in which a number that is missing is NAN: what is made of it shows
 */
int ur_holes_open(ur_examples *y, const unroll_model *m, const ur_examples *x, ur_err *e);
void ur_holes_close(ur_examples *y, const unroll_model *m, const ur_examples *x);
int ur_weights_check(const unroll_model *m, const ur_examples *x,
                     ur_err *e); /* after it: a scored row whose weight is none is an error that names it */
double ur_goal_count(const ur_examples *x, int k, size_t before); /* positions of loss k that count, not of a history in front */
/* What numbers of drawn data read that is not there (reads.c): a drawn value that is missing; with `ends`, positions beyond the
 * ends of their example; a missing value that itself stands where such are read. reads[datum]: [nrow][numbers of a row] of these,
 * of drawn data; else NULL. origins: of a line that draws ahead, a row has what the origin there reads, not what its value does
 * from all of its origins */
enum { UR_READS_MISSING = 1, UR_READS_BEYOND = 2, UR_READS_THROUGH = 4, UR_READS_NOTHING = UR_READS_BEYOND | UR_READS_THROUGH };
int ur_reads_of(unroll_model *m, const ur_examples *x, bool ends, bool origins, uint8_t ***reads /* ur_reads_free */, ur_err *e);
/* does a number of the row that is scored read such? reads: of its datum, or NULL */
bool ur_reads_any(const ur_series *s, const uint8_t *reads, size_t w, size_t row, uint8_t what);
size_t ur_rows_before(const ur_graph *g, int datum, size_t before); /* how many rows of a datum are in so long a history */
void ur_reads_free(uint8_t **reads, int ndata);
/* What forecasts read before they begin: is a drawn value among it that is missing, and so the model's own draw? at: the first
 * position of a forecast of rows [at, to). What a recurrence carries is not told, as above */
typedef struct ur_pasts {
    const ur_graph *g;
    ur_spans *of; /* [nlike] */
} ur_pasts;
int ur_pasts_open(ur_pasts *p /* zeroed */, const ur_graph *g, ur_err *e); /* close in any case */
void ur_pasts_close(ur_pasts *p);
bool ur_pasts_missing(const ur_pasts *p, const ur_examples *x, size_t example, int64_t at, int64_t to);
/* An exact fit leaves out what reads nothing; of what is scored, ur_leave_first does (series[].skip). before: positions of
 * history, which are not counted */
typedef struct ur_left {
    size_t direct, through, parts, without, first, last;
} ur_left; /* rows that read beyond the ends; values that read a missing one there; values that read beyond the ends apart from
              the rows at either end; examples that have no other rows; how many at either end */
int ur_leave_first(const ur_graph *g, const ur_examples *x, size_t before, uint8_t *const *reads, ur_left *out, ur_err *e);
/* ---- losses that are told (loss.c): of exact fits, of validation parts and of scores, by one rule */
typedef struct ur_loss {
    double sum, count, rest_sum, rest_count, rows, gaps;
} ur_loss; /* Σ −log p in own units; values, times their weights; of a line with gaps, the same of the values that read no missing
              one; how many values and gaps there are */
typedef struct ur_losses {
    uint8_t **reads;
    ur_loss *line;
    ur_left left;
    bool gaps;
    int ndata;
    ur_values nll;
} ur_losses; /* line: [nlike]; gaps: some value reads a missing one */
/* which rows count: with given numbers that are missing ur_leave_out has been; `exact`: as an exact fit leaves rows out. values
 * and gaps are counted */
int ur_losses_open(ur_losses *l, unroll_model *m, const ur_examples *x, size_t before, bool exact, ur_err *e);
int ur_losses_mark(ur_losses *l, ur_pass *p, const ur_batch *b,
                   ur_err *e);                     /* for `after` of a pass over a run with `rows`: adds to rest_sum */
void ur_losses_end(ur_losses *l, const ur_run *r); /* the pass is done: sum and count */
int ur_losses_of(ur_losses *l, unroll_model *m, const ur_examples *x, size_t before, ur_run_want *w,
                 ur_err *e); /* such a pass; w: limits */
bool ur_fitted_exactly(const unroll_model *m);
int ur_rows_left(unroll_model *m, ur_examples *x, size_t before,
                 ur_err *e); /* series[].skip, as the losses of a fitted model have it */
ur_loss ur_losses_sum(const ur_losses *l, int nlike);
void ur_losses_close(ur_losses *l);
/* Where drawn values are hidden, rows that follow one that is left out are computed from what stands for it: how many positions
 * after it the first lies, INT32_MAX: none; and, of a window that hides them from `hide` on, where it ends before such rows (at
 * most `to`) */
int ur_hidden_reach(const ur_graph *g, const ur_examples *x, int index, int32_t *out, ur_err *e);
int32_t ur_window_end(const ur_graph *g, const ur_examples *x, size_t example, int32_t hide, int32_t to, int32_t reach);
/* how a datum reaches the ~ lines: not at all, at single rows, or everywhere, by a recurrence or a sum over positions */
typedef enum ur_way { UR_WAY_NONE, UR_WAY_ROWS, UR_WAY_FAR } ur_way;
int ur_way_of(const ur_graph *g, int datum, ur_way *out, ur_err *e);
/* the latest offset at which the distributions read each datum along an index, INT32_MIN: they do not; hi: [ndata]. A model that
 * reads all but its own past 24 hours back needs none of them for a forecast of 24 hours */
int ur_latest_reads(const ur_graph *g, int index, int *hi, ur_err *e);
int ur_complete_gaps(ur_complete *c, unroll_model *m, const unroll_data *d, const unroll_use_options *o, ur_err *e);
void ur_complete_close(ur_complete *c);
int ur_use_run(ur_run **out, unroll_model *m, const ur_examples *x, const unroll_use_options *o, bool hide, ur_run_want *w,
               ur_err *e);
/* what distribution arguments say at row r of an item: args[k] for component c; false: they do not lie along the datum's
 * positions */
typedef struct ur_args {
    int n;
    ur_values v[4];
} ur_args;
int ur_args_get(ur_run *r, int like, size_t item, ur_args *a, ur_err *e);
void ur_args_free(ur_args *a);
/* what a column of component `comp` (from 0) of a datum is called; room: for the name and digits */
const char *ur_component_name(const unroll_model *m, int datum, size_t comp, char *room, size_t n);
double ur_arg(const ur_args *a, int k, size_t row, size_t comp);
/* what ~ line `like` says of component comp of a row: its mean, as the data are scaled */
double ur_args_mean(const ur_like *like, const ur_args *a, size_t row, size_t comp);
const double *ur_args_law(const ur_args *a, size_t row); /* the arguments of a ur_law; NULL: it has no such row */
bool ur_like_whole(const ur_like *like);                 /* draws whole numbers alone */
bool ur_like_pointer(const ur_like *like);               /* it draws one of the positions of an index */
bool ur_like_pinball(const ur_like *like);               /* it is of quantiles: what is minimised is no −log p */
const char *ur_like_name(const ur_like *like);           /* of its distribution */
/* the most likely symbols where raw leaves them out, as predict finds them: of the data wanted [ndata] all rows, or those before
 * the end symbol */
typedef struct ur_symbols {
    int32_t *id;
    size_t *start;
} ur_symbols; /* of example x: id[start[x] … start[x + 1]) */
int ur_generate(unroll_model *m, ur_raw *raw, const unroll_use_options *o, const bool *want, ur_symbols *out /* [ndata] */,
                ur_err *e);
/* what stands for the hidden or missing rows of a datum in one item of a pass, in own units: what equations read there, where
 * they do, else what its distribution gives. Begins as zeros; ur_drawn_get may be called again */
typedef struct ur_drawn {
    ur_run *run;
    int datum;
    size_t item;
    ur_values fill;
    ur_args args;
    double *scratch;
} ur_drawn;
int ur_drawn_get(ur_drawn *w, ur_run *r, int datum, size_t item, ur_err *e);
double ur_drawn_value(ur_drawn *w, const ur_pass *p, const ur_batch *b, size_t row, size_t comp);
void ur_drawn_free(ur_drawn *w);
size_t ur_item_rows(const ur_run *r, const ur_examples *x, const ur_batch *b, size_t item, int datum, size_t *first);
/* What is expected where a distribution hangs on random quantities, or on symbols or whole numbers that the model draws itself
 * (outlook.c). Passes of
 * random draws add what each says of a value, in the order in which they come to it; the pass after them asks in that order */
enum { UR_OUTLOOK_DRAWS = 1000 }; /* where nobody says how many */
typedef struct ur_outlook {
    int nline, draws;
    bool any, looking; /* looking: the pass at hand adds */
    struct ur_outlook_line {
        bool hangs, random; /* random: on random quantities */
        double *sum;
        size_t at, cap;
    } * line; /* [nlike] */
} ur_outlook;
int ur_outlook_open(ur_outlook *o, const ur_run *r, ur_err *e); /* which lines hang */
void ur_outlook_close(ur_outlook *o);
void ur_outlook_pass(ur_outlook *o, bool draws); /* the next pass begins: one of random draws, or the one that asks */
int ur_outlook_add(ur_outlook *o, int line, const double *v, size_t n, ur_err *e);
void ur_outlook_next(ur_outlook *o, int line, double *v, size_t n); /* means over the passes */

/* ---- measuring */
int ur_processors(void);
#endif
