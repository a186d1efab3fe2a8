/* score.h: what the files of scoring share. Not for other files. */
#ifndef UR_SCORE_H
#define UR_SCORE_H
#include "model/model.h"

/* ---- the table */
typedef struct ur_sheet {
    unroll_table *t;
    size_t row;
    const char *data;
    int signature, n, origin;
    size_t origins;
} ur_sheet; /* signature, n, origin: columns, −1: none; origins: of forecasts */
int ur_sheet_open(ur_sheet *s, unroll_table *t, bool signatures, size_t origins, ur_err *e);
/* n: how many values (symbols, sequences, …) it is over */
int ur_sheet_put(ur_sheet *s, const char *score, double n, double model, double base, const char *base_name, ur_err *e);
int ur_sheet_sign(ur_sheet *s, const char *signature, ur_err *e); /* of the row put last */

/* a part of the progress that the caller sees: ur_part_told is a progress callback with a ur_part as its argument */
typedef struct ur_part {
    const unroll_use_options *o;
    double from, to;
} ur_part;
int ur_part_told(double done, void *part);

/* ---- edit.c: edit distance, symbols by number. row: room for nb + 1 */
size_t ur_edits(const int32_t *a, size_t na, const int32_t *b, size_t nb, size_t *row);

/* ---- bleu.c: BLEU and chrF of a corpus */
typedef struct ur_text {
    const char *s;
    size_t n;
} ur_text;
typedef struct ur_grams {
    int32_t *sym;
    size_t n, cap;
    uint32_t *at;
    size_t at_cap;
} ur_grams;
typedef struct ur_bleu {
    const char *tokenize;                       /* 13a none char */
    double both[4], hyp[4], length, ref_length; /* n-grams in both, in the hypotheses; tokens */
    double chr_both[6], chr_hyp[6], chr_ref[6];
    ur_vocab *token;
    ur_grams a, *b;
    size_t nb; /* scratch: the hypothesis, its references */
    int32_t *point, *other;
    size_t npoint, cap;
} ur_bleu;
int ur_bleu_open(ur_bleu *b, const char *tokenize /* NULL: 13a */, ur_err *e);
void ur_bleu_close(ur_bleu *b);
int ur_bleu_add(ur_bleu *b, ur_text hyp, const ur_text *ref, size_t nref, ur_err *e);
double ur_bleu_score(const ur_bleu *b);
double ur_chrf_score(const ur_bleu *b);

/* ---- compare.c: sequences against one or several references each */
typedef struct ur_said {
    const int32_t *sym;
    size_t n;
    ur_text text;
} ur_said;
typedef struct ur_pairs {
    bool aligned; /* labels of known places: differences are counted where they are, there is no text */
    double edits, symbols, wrong, n;
    size_t least, most; /* references */
    ur_bleu bleu;
    size_t *row, cap;
} ur_pairs;
typedef struct ur_verdict {
    const char *name;
    double value;
    char signature[96];
} ur_verdict;
int ur_pairs_open(ur_pairs *p, bool aligned, const char *tokenize, ur_err *e);
void ur_pairs_close(ur_pairs *p);
int ur_pairs_add(ur_pairs *p, const ur_said *hyp, const ur_said *ref, size_t nref, ur_err *e);
int ur_pairs_verdicts(const ur_pairs *p, ur_verdict out[4]); /* how many */

/* ---- spans.c: spans of labels as B-LOC I-LOC O */
typedef struct ur_tag {
    char part;
    int32_t type;
} ur_tag; /* B I E S, O: none */
typedef struct ur_span_count {
    double right, guessed, wanted;
} ur_span_count;
bool ur_tag_read(ur_tag *t, const char *s, size_t n, ur_vocab *types, int *rc, ur_err *e); /* false: not a tag, or *rc */
bool ur_tags_all(const ur_vocab *v); /* every symbol is a tag, and some begins a span */
void ur_span_add(ur_span_count *s, const ur_tag *guess, const ur_tag *want, size_t n);
double ur_span_precision(const ur_span_count *s); /* shares; 0 where there are none, as conlleval has it */
double ur_span_recall(const ur_span_count *s);
double ur_span_f1(const ur_span_count *s);

/* ---- answers.c: what predict makes of the symbols that a model draws, from all that the data give besides */
typedef struct ur_answers {
    int ndata;
    bool *asked;       /* [ndata] */
    size_t n;          /* questions: examples, or with any_reference those that differ in what is given */
    size_t *of, *lead; /* [examples] the question of each; [n] its first example */
    ur_symbols *said;  /* [ndata] by question */
} ur_answers;
/* something is given from which it follows, and how long it is too, or it ends by itself; `label`: its places are given */
bool ur_answerable(const ur_graph *g, int datum, bool *label);
/* labels: nothing but what has given places. n 0 afterwards: there is nothing to ask */
int ur_answers_get(ur_answers *a, unroll_model *m, const ur_raw *raw, size_t before, const unroll_use_options *o, bool labels,
                   ur_err *e);
int ur_answers_put(const ur_answers *a, const unroll_model *m, const ur_raw *raw, size_t before, const char *tokenize, int datum,
                   ur_sheet *s, ur_err *e);
void ur_answers_free(ur_answers *a);

/* ---- symbols.c: whole sequences right, spans, which symbol is taken for which */
typedef struct ur_label {
    int datum;
    const int32_t *guess, *base;
    const char *base_name;
} ur_label; /* by row: what the model guesses, −1: not scored; what its baseline does, −1: none */
int ur_labels_sequences(ur_sheet *s, const ur_examples *x, const ur_label *l, size_t n, ur_err *e); /* all of these lines right */
/* from the rows' guesses, or from answers */
int ur_labels_spans(ur_sheet *s, const unroll_model *m, const ur_examples *x, const ur_raw *raw, size_t before, const ur_label *l,
                    const ur_answers *a, ur_err *e);
/* precision, recall and F1 of each symbol, that it is the one: their mean over those that occur or are guessed; as a table.
 * Truths that the fit never saw are symbols too */
int ur_labels_macro(ur_sheet *s, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l, ur_err *e);
int ur_labels_classes(unroll_table *t, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l,
                      size_t n, ur_err *e);
int ur_labels_confusion(unroll_table *t, const unroll_model *m, const ur_examples *x, const ur_raw *raw, const ur_label *l,
                        size_t n, ur_err *e);

/* ---- outcomes.c: probabilities of 1 against what came, 0 or 1 */
typedef struct ur_outcomes {
    double *p;
    size_t n, cap;
} ur_outcomes; /* p: of 1; what came is its sign, − for 0 */
int ur_outcome_add(ur_outcomes *o, double p, bool came, ur_err *e);
double ur_outcome_loss(const ur_outcomes *o, double p); /* mean −log of the probability of what came, were it p for 1 each time */
double ur_outcomes_loss(const ur_outcomes *o);          /* ... by the probabilities */
int ur_outcomes_put(ur_outcomes *o, double p, const char *base, ur_sheet *s, ur_err *e); /* the baseline says p each time */

/* ---- track.c: forecasts of points in two or three dimensions */
typedef struct ur_track { /* one ~ line, summed over forecasts */
    double n, ade, fde, nfinal, still_ade, still_fde, best_ade, best_fde;
    double *least; /* [forecasts][2] of the samples so far, NAN: does not count; NULL: there will be no samples */
} ur_track;
typedef struct ur_tracks {
    unroll_model *m;
    ur_run *run;
    const ur_examples *x;
    ur_track *t;  /* [nlike] */
    size_t ahead; /* positions of a forecast */
    size_t item;  /* forecasts marked in this pass */
    double *point;
    size_t npoint; /* scratch */
} ur_tracks;
bool ur_track_fits(const ur_graph *g, int datum);
int ur_tracks_open(ur_tracks *k, unroll_model *m, ur_run *run, const ur_examples *x, ur_err *e);
void ur_tracks_close(ur_tracks *k);
int ur_tracks_expect(ur_tracks *k, size_t n, ur_err *e); /* samples of n forecasts are to follow */
int ur_tracks_mark(ur_tracks *k, ur_pass *p, const ur_batch *b,
                   ur_err *e); /* forecasts of a batch, each an item with its hide_from */
int ur_tracks_best(ur_tracks *k, const unroll_use_options *o, const ur_pass *like, const ur_item *item, size_t n,
                   ur_err *e); /* of o->samples random ones the nearest */
int ur_tracks_put(const ur_tracks *k, int line, int samples, ur_sheet *s, ur_err *e);
/* ---- what a score is made of: marked over the batches of a pass (mark.c), of all rows or of forecasts (rolling.c), and put in
 * rows (rows.c). A ur_marks may be zero */
typedef struct ur_errors {
    long double sq; /* squares of 1e-200 and 1e200 too */
    double n, abs, ape, napes, crps, ncrps, abs_std, sq_std;
} ur_errors;
typedef struct ur_versus { /* on the values for which the baseline says something */
    ur_errors model, base;
} ur_versus;
typedef struct ur_tally {        /* one ~ line */
    ur_errors model;             /* on all values */
    ur_errors whole;             /* on those whose forecast reads no missing value before it begins */
    double whole_n, whole_wrong; /* symbols: the same */
    ur_versus last, season;
    ur_versus *each; /* by component, where there are some; base: the last value */
    size_t width;
    double wrong_model, wrong_base, wrong_most,
        n;                     /* symbols; wrong_most: of the most frequent of all, beside that of each word */
    double scored, nll_base;   /* scored: those of n that have a likelihood */
    double right;              /* values that are just what was forecast */
    double words;              /* pieces: words (and ends) that they are of */
    int most;                  /* the most frequent symbol of training */
    double freq_sum, possible; /* possible: how many symbols can occur */
    int lag;   /* the youngest value of its own that the line reads, positions back: what a naive forecast may read */
    bool zero; /* some value is 0: no percentages */
    int32_t *guess,
        *base; /* symbols without a horizon: the likeliest at each row, −1: not scored; what the baseline says, −1: nothing */
    char base_name[UR_MAX_NAME + 40];
    ur_outcomes out; /* what bernoulli draws */
    double look_nll; /* symbols: Σ −log of the probability that the outlook gives what came */
} ur_tally;
typedef struct ur_marks {
    unroll_model *m;
    ur_run *run;
    const ur_examples *x;
    ur_tally *t;
    int season;
    size_t before;
    ur_run *fore;
    size_t origins;  /* with a horizon: builds up the state before each origin; how many there are */
    uint8_t *origin; /* [rows] of those that begin there: UR_ORIGIN_…; NULL: no horizon */
    ur_tracks tracks;
    ur_losses losses;
    ur_outlook look;
    int draws;    /* 0: no line hangs on random quantities; else the draws of these over which likelihoods are means */
    ur_args args; /* of the batch at hand: room for large vocabularies is not asked for again each time */
} ur_marks;
enum { UR_ORIGIN_MISSING = 1, UR_ORIGIN_VALUES = 2 }; /* it reads a missing value before it; some value is scored */
enum { UR_MOST_COMPONENTS = 16 };                     /* with errors of their own: a few quantities, not an image */
#define UR_MOST_FREQUENT "most frequent symbol"
int ur_marks_batch(ur_pass *p, const ur_batch *b, ur_err *e); /* for `after` of a pass whose arg is a ur_marks */
int ur_marks_rolling(ur_marks *k, const unroll_use_options *o, ur_pass *p, ur_err *e); /* forecasts from every origin */
int ur_marks_line(ur_marks *k, const unroll_use_options *o, ur_sheet *s, int line, ur_err *e);
#endif
