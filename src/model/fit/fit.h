/* fit.h: what the files of the folder share: a fit under way, and the ways to fit. Not for other files.
 * Invariant: everything that decides the next step's bits is in here and in a checkpoint; time is in neither decision. */
#ifndef UR_FIT_H
#define UR_FIT_H
#include "model/model.h"

typedef struct ur_fit {
    unroll_model *m;
    unroll_fit_options o;
    ur_examples *x, *vx;
    size_t before, tbefore; /* positions of history in front: of the validation part, and of the training part */
    ur_raw *vraw, *raw_x;   /* what vx and x were made of where that is longer than the data given; or NULL */
    ur_run *run, *vrun;
    double per_epoch; /* 1 / what an epoch scores, for priors */
    ur_course course, vcourse;
    ur_course_want vwant;
    size_t n;
    double *w, *best;
    void *raw; /* raw: the gradient in the engine's precision */
    double *lowest, lowest_loss;
    int lowest_epoch; /* without a validation part: after the epoch of the least training loss */
    double *mean;     /* running mean of w, which is validated and kept in its place; NULL: not asked for */
    ur_optim opt;
    ur_rate_schedule schedule;
    /* where it is */
    int epoch;
    size_t step;                                                   /* the next step to do */
    double sum, count;                                             /* of the epoch so far */
    double best_loss, best_train, train_loss, valid_loss, plateau; /* best_train: training loss of the epoch with the best loss */
    int best_epoch, bad;                                           /* bad: epochs since the best */
    bool have_best, finished, interrupted, state_due;
    bool blind;           /* the validation part has nothing to choose by, and is left aside */
    bool left_alone;      /* no option says how its steps are to be */
    int polish;           /* steps of L-BFGS after the epochs; 0: none, or none was better */
    int polish_kept;      /* those of them that led from best_epoch to what is kept */
    bool polish_left;     /* these ended before the loss did */
    bool polish_stuck;    /* they ended where none led down, and the loss is not flat there */
    size_t late, clipped; /* steps of the last tenth of the epochs, and those of them that were clipped */
    unroll_gaps train_gaps, valid_gaps;
    double started, earlier, told, saved, units; /* seconds; positions done since started */
    void *state;
    size_t nstate; /* carried state read from a checkpoint, due at the next step */
    int log;
    ur_err log_error;     /* log: its descriptor, −1: none (any more) */
    int checkpoints;      /* written, or read */
    bool checkpoint_lost; /* said that one could not be written */
    char lossy[96];       /* why in double precision, or "" */
    char print[1024];     /* what a checkpoint must agree with: name=value; … */
} ur_fit;
int ur_fit_learn(unroll_model *m, const unroll_data *train, const unroll_fit_options *o,
                 ur_err *e);                                                    /* scales, vocabularies, the record */
int ur_fit_encode(ur_fit *f, const unroll_data *train, bool single, ur_err *e); /* single: for steps in single precision */
void ur_fit_print(ur_fit *f);                                                   /* fills `print` */
void ur_fit_note(ur_fit *f, const char *fmt, ...) UR_PRINTF(2, 3);              /* told to whoever watches the fit */
/* the epochs are done, `step` of L-BFGS too, with these losses; the best so far was `best` steps after best_epoch. Not 0: stop */
typedef struct ur_polished {
    int step, best;
    double train, valid, best_loss;
    bool ended;
} ur_polished;
int ur_fit_tell(ur_fit *f, const ur_polished *p);
int ur_fit_validate(ur_fit *f, const double *w, double *loss, ur_err *e); /* mean −log p of the validation part; w: [n] */
/* exact.c: by least squares. before: positions of history; note: "" where nothing is odd about the fit */
int ur_exact_fit(unroll_model *m, const ur_examples *x, size_t before, const unroll_fit_options *o, char *note, size_t nnote,
                 char *odd, size_t nodd, ur_err *e);
bool ur_descends(const ur_fit *f);       /* may its loss be brought down on all of the training part at once? */
bool ur_polish_applies(const ur_fit *f); /* ... and is the fit left to itself? */
/* the loss of all of the training part as a function of the weights; closed in any case. run: at most so many steps of L-BFGS
 * down from w, and the loss there; INFINITY: it has none */
typedef struct ur_descent ur_descent;
int ur_descent_open(ur_descent **out, ur_fit *f, ur_err *e);
int ur_descent_at(ur_descent *p, const double *w, double *loss, double *g, ur_err *e);
int ur_descent_run(ur_descent *p, double *w, int most, int start, int starts, double *loss, ur_err *e);
#define UR_SPURIOUS 1e-3 /* the scale of a state that has hardly more than one value */
int ur_descent_scale(ur_descent *p, const double *w, double *least,
                     ur_err *e); /* of a state, as a share of the datum's; at most 1 */
void ur_descent_close(ur_descent *p);
int ur_fit_tell_start(ur_fit *f, int start, int starts, double loss); /* not 0: stop */
int ur_fit_starts(ur_fit *f, ur_err *e); /* starts.c: into f->w the best of several starts, where there are several */
int ur_polish(ur_fit *f, ur_err *e);     /* the epochs are done: from the best to the optimum beside it, where it is better */
void ur_checkpoint_write(ur_fit *f);     /* one that cannot be written is noted: the fit goes on */
int ur_checkpoint_read(ur_fit *f, ur_err *e);  /* to resume; where there is none, that is noted */
int ur_checkpoint_look(ur_fit *f, ur_err *e);  /* not to resume: what will be written over? */
int ur_checkpoint_best(ur_fit *f, ur_err *e);  /* is the best loss read that of the best weights read? */
int ur_checkpoint_state(ur_fit *f, ur_err *e); /* the epoch is laid out: is the state read the one of its step? */
int ur_log_open(ur_fit *f, ur_err *e);         /* where the fit stands is known */
/* The loss on x of the model that says the same at every row, learned from the rows of train; NAN: there is none to compare with.
 * hint: is set where the size of raw numbers tells why a fit failed */
int ur_constant_loss(const unroll_model *m, const ur_examples *train, size_t before, const ur_examples *x, size_t xbefore,
                     double *loss, char *hint, size_t nhint, ur_err *e);
/* hint: names the raw column that is farthest from size 1, and the mend, where there is one that `real` may scale; else as it was
 */
void ur_far_from_1(const unroll_model *m, const ur_examples *x, char *hint, size_t n);
void ur_loss_unit(const ur_graph *g, char *out, size_t n); /* "nats a symbol" */
void ur_log_epoch(ur_fit *f, double rate);
void ur_log_polish(ur_fit *f, const ur_polished *p); /* steps go on where the epochs ended */
int ur_log_close(ur_fit *f, ur_err *e);              /* an error where a line was lost */
bool ur_fit_drops(const ur_graph *g);                /* does it draw dropout masks? */
int ur_look_at_ends(ur_fit *f, ur_err *e);           /* notes of lines that read 0 beyond the ends, where no value is near it */
int ur_fit_losses(ur_fit *f, const ur_examples *x, size_t before, bool exact, double *loss, unroll_gaps *gaps, ur_err *e);

/* ---- ways to fit (methods.c) */
typedef struct ur_fit_method {
    const char *name; /* as people are told: "gradients through time" */
    /* *fits: it can fit this model as the options ask (NULL: as it likes). why: the reason, or the reason against it */
    int (*applies)(unroll_model *m, const unroll_fit_options *o, bool *fits, char *why, size_t n, ur_err *e);
    bool precise; /* in double precision whatever was asked for */
    int (*fit)(ur_fit *f, char *why, size_t n,
               ur_err *e); /* 0; UR_FIT_NOT_HERE: it cannot after all, `why` says so; else an error */
} ur_fit_method;
enum { UR_FIT_NOT_HERE = 1 };
extern const ur_fit_method ur_by_squares, ur_by_gradients; /* squares.c, gradients.c */
extern const ur_fit_method *const ur_fit_methods[];        /* in the order they are asked; NULL at the end */
/* the first of *at that applies; *at: where it is */
int ur_fit_choose(const ur_fit_method *const **at, unroll_model *m, const unroll_fit_options *o, char *why, size_t n, ur_err *e);
#endif
