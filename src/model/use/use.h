/* use.h: a completion under way: what predict, sample and the completion of data share. Not for other files. */
#ifndef UR_USE_H
#define UR_USE_H
#include "model/model.h"

/* what a pass left for one datum: [nrow][w]; symbols as whole numbers */
typedef struct ur_answer {
    double *v;
    size_t w;
    double *sample; /* [nrow × w][samples], NAN where nothing is missing */
    double *mean;   /* of what draws whole numbers or hangs on such; NULL: of other things */
    double *p, *each;
    size_t nclass; /* symbols, positions: the probability of v [nrow × w], of each one [nrow × w][nclass]; NULL: not asked for */
    bool outlook;  /* mean and probabilities are expectations over random completions */
} ur_answer;
typedef struct ur_job {
    unroll_model *m;
    ur_complete c;
    unroll_use_options o;
    ur_run *run;
    ur_answer *a; /* [ndata] */
    ur_outlook look;
    double *share; /* scratch: a probability for each of nshare symbols */
    size_t nshare;
    size_t nsample, now; /* now: the sample of the pass under way, SIZE_MAX: the most likely */
    size_t draws;        /* random passes, samples or others */
    const ur_raw *raw;
    int window_context;
    int origin_of;
    size_t origin_row, origin; /* naive_at's last: datum, row, the first missing row of its run */
    bool placed;
    int32_t from; /* where the run of the only example begins */
    int32_t given;
    void *state;  /* its samples all start where its gaps do, in this state */
    int lanes;    /* the datum that lanes generate, −1: a pass over everything does */
    bool runs_on; /* it is one long text, in which the end symbol ends a line */
    double *score;
    size_t *found; /* beam: [examples][n best, or 1]; [examples] completions there are */
} ur_job;

static inline bool ur_missing(const ur_series *s, size_t r) { return s->seen && !s->seen[r]; }

/* ---- job.c: opening and running; a job that is zero may be closed */
int ur_job_start(ur_job *j, unroll_model *m, const unroll_data *d, const unroll_use_options *o, bool ends, ur_err *e);
int ur_job_answers(ur_job *j, bool samples,
                   ur_err *e);            /* room for what is completed; samples: for o.samples of each number too */
int ur_job_chances(ur_job *j, ur_err *e); /* ... for means of whole numbers, and the probabilities of symbols in rows */
int ur_job_outlook(ur_job *j, ur_err *e); /* random completions, where these are expectations over such */
/* one text or label for each example, rather than one row for each position */
bool ur_job_by_example(const ur_job *j, int d);
int ur_job_complete(ur_job *j, ur_err *e); /* the most likely completion */
/* draws: mode and temperature as ur_draw_options; sample SIZE_MAX: into v, else into sample */
int ur_job_pass(ur_job *j, int mode, size_t sample, ur_err *e);
/* `draws` for each example: random ones, or of one the likeliest; with a beam its hypotheses */
int ur_job_lanes(ur_job *j, int mode, size_t draws, uint32_t step, ur_err *e);
void ur_job_finish(ur_job *j);

/* ---- positions.c: of a datum whose ~ line draws a position of an index, how likely each is at component comp of a row of an
 * item, by the scores that its run left. Their number, at most cap; 0: they are not known */
size_t ur_positions_shares(const ur_job *j, const ur_batch *b, size_t item, int d, const ur_values *score, size_t row,
                           size_t comp, double *out, size_t cap);
size_t ur_positions_most(const ur_job *j, const ur_like *l); /* the most positions that a row chooses from */

/* ---- clock.c */
/* the times of all rows, those to come too; t NULL: there are none, or nothing says how they go on */
typedef struct ur_clock {
    ur_times all;
    bool date;
    ur_time_form form;
    const char *name;
    size_t *own;
} ur_clock;
int ur_clock_open(ur_clock *k, const ur_job *j, int index, ur_err *e); /* index −1: a time for each example */
void ur_clock_close(ur_clock *k);
double ur_clock_wall(const ur_clock *k, size_t example, size_t pos); /* the wall clock's seconds since 1970 */
/* a column of times, or those of its parts: of years, months, … under the names that the blanks in k->name split. The first of
 * them, or an error */
int ur_clock_column(const ur_clock *k, unroll_table *t, ur_err *e);
int ur_clock_put(const ur_clock *k, unroll_table *t, size_t row, size_t col, size_t example, size_t pos, ur_err *e);

/* ---- cells.c: completions as a table. samples: each completion in rows of its own; else one table of predictions, with
 * quantiles */
int ur_job_table(ur_job *j, bool samples, unroll_table *t, ur_err *e);

int ur_put_example(const ur_job *j, unroll_table *t, size_t row, int col, size_t example, ur_err *e); /* col −1: none */

/* ---- odd.c: what is odd about completions, as notes */
int ur_job_odd(const ur_job *j, ur_err *e);
int ur_job_unsaid(const ur_job *j, ur_err *e); /* before anything is computed: what is asked of the data, and is generated */
#endif
