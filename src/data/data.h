/* data: from tables and texts to examples of numbers and symbol ids. Two stages: a `ur_table set` (raw: what the files say) and
 * `ur_examples` (encoded: scaled numbers, vocabulary ids), which is what plans run on. Knows no models beyond ur_schema. */
#ifndef UR_DATA_H
#define UR_DATA_H
#include "data/pieces.h"
#include "data/when.h"

/* ---- encoded */
typedef struct ur_series { /* one datum over all examples */
    size_t nrow;           /* rows: positions of all its ragged indices, canonical order, example after example */
    size_t *start;         /* [n + 1] first row of each example; NULL: the datum is absent (left out) */
    double *num;    /* [nrow][width], scaled; time: seconds since 1970 UTC; NULL for symbols, and where `single` is there */
    int16_t *away;  /* [nrow][width] of times: minutes by which the wall clock is ahead of num; NULL: none is */
    float *single;  /* the same in single precision, in place of num; or NULL */
    bool lent;      /* num and away belong to another series, which outlives this one */
    int32_t *sym;   /* [nrow]; a symbol datum with fixed indices: [nrow][width] */
    uint8_t *seen;  /* [nrow] 0: missing; NULL: nothing is missing */
    uint8_t *part;  /* [nrow][parts] of rows with seen 0: which components are there all the same; NULL: none of any is */
    size_t parts;   /* numbers of a row, where part or out is there */
    bool drawn_too; /* of streams: rows with seen 1 are given or were drawn, and part, of every row, has what was given */
    uint8_t *skip;  /* [nrow] not 0: neither scored nor predicted, see UR_SKIP_…; NULL: all are */
    uint8_t *out;   /* [nrow][parts] not 0: of a row that is not skipped this component is, for a gap; NULL: none is */
    double *weight; /* [nrow] how often a row counts that is scored; NULL: once */
} ur_series;
void ur_series_free(ur_series *s); /* its arrays by ur_free; then it is empty */
/* room for n numbers of datum d. single: in single precision, except times (it would round them to minutes). false: no memory */
bool ur_series_room(ur_series *s, const ur_datum *d, size_t n, bool single);
/* why a row is left out: what it is computed from is missing; the condition of its ~ line does not hold; it has a symbol that the
 * fit never met, and so cannot come */
enum { UR_SKIP_GAP = 1, UR_SKIP_UNASKED, UR_SKIP_NEVER };
/* is component c of a row there? */
static inline bool ur_series_has(const ur_series *s, size_t row, size_t c)
{
    return !s->seen || s->seen[row] || (s->part && s->part[row * s->parts + c]);
}
/* ... and does it say what was given? */
static inline bool ur_series_said(const ur_series *s, size_t row, size_t c)
{
    return s->drawn_too ? s->part[row * s->parts + c] : ur_series_has(s, row, c);
}
/* is any component of a row there? */
static inline bool ur_series_some(const ur_series *s, size_t row)
{
    bool some = !s->seen || s->seen[row];
    for (size_t c = 0; s->part && !some && c < s->parts; c++) some = s->part[row * s->parts + c];
    return some;
}
/* is component c of a row, or the row, left out of what is scored and predicted? */
static inline bool ur_series_left(const ur_series *s, size_t row, size_t c)
{
    return (s->skip && s->skip[row]) || (s->out && s->out[row * s->parts + c]);
}
/* ... any of it, for it is computed from a number that is missing? */
static inline bool ur_series_gap(const ur_series *s, size_t row)
{
    bool gap = s->skip && s->skip[row] == UR_SKIP_GAP;
    for (size_t c = 0; s->out && !gap && c < s->parts; c++) gap = s->out[row * s->parts + c];
    return gap;
}
/* is component c of a row that is scored there, and scored? */
static inline bool ur_series_counts(const ur_series *s, size_t row, size_t c)
{
    return ur_series_has(s, row, c) && !(s->out && s->out[row * s->parts + c]);
}
static inline bool ur_series_scored(const ur_series *s, size_t row)
{
    bool some = !s->out && ur_series_some(s, row);
    for (size_t c = 0; s->out && !some && c < s->parts; c++) some = ur_series_counts(s, row, c);
    return some && (!s->skip || !s->skip[row]);
}
static inline double ur_series_weight(const ur_series *s, size_t row) { return s->weight ? s->weight[row] : 1; }
static inline double ur_series_get(const ur_series *s, size_t i) { return s->single ? (double)s->single[i] : s->num[i]; }
/* seconds of the wall clock */
static inline double ur_series_wall(const ur_series *s, size_t i) { return s->num[i] + (s->away ? s->away[i] * 60.0 : 0); }
static inline void ur_series_put(ur_series *s, size_t i, double v)
{
    if (s->single) s->single[i] = (float)v;
    else s->num[i] = v;
}

typedef struct ur_extent { /* the lengths of one ragged index */
    int32_t *len;   /* no parent: one per example; nested: one per position of the parent (canonical order, all examples) */
    size_t *first;  /* nested: [number of parent positions + 1] prefix sums of len; else NULL */
    int64_t before; /* no parent: positions that came before the first one here (a part cut from a longer sequence): equations
                       that read a position or a length count from there */
} ur_extent;

typedef struct ur_examples { /* canonical order of a datum's rows: example, then its indices in id order (parents first) */
    size_t n, before; /* before: examples that came before the first one here (a part cut from more), for whoever counts them */
    size_t *place;    /* [n] or NULL: as ur_raw has it */
    int ndata;
    ur_series *series; /* [ndata] */
    ur_pace pace;      /* how times go on, where it was said; NONE: it is found */
    int ngoal;
    ur_series *goal; /* [ngoal] which positions of the losses of the text are left out: no values; NULL: none is */
    int nindex;
    ur_extent *extent; /* [nindex of the graph]; fixed indices and aliases unused (an alias has its target's lengths) */
} ur_examples;
void ur_examples_free(ur_examples *x);                             /* all arrays by ur_free */
size_t ur_length(const ur_examples *x, int index, size_t example); /* positions of an index without a parent */
size_t ur_nested_length(const ur_examples *x, int parent, int index,
                        size_t example); /* of an index nested in another, over all of the other's */

/* What one step runs: some examples, or windows of them along one ragged index without a parent. */
typedef struct ur_item {
    uint32_t example;
    int32_t from, to;   /* positions from … to−1 (0-based) of the window index; from 0, to −1: the whole example */
    int32_t hide_from;  /* positions ≥ hide_from (0-based in the example) of drawn data are hidden from the equations: GIVEN 0;
                           INT32_MAX: none */
    int32_t score_from; /* positions < score_from are not scored: MASK 0 */
} ur_item;
typedef struct ur_batch {
    size_t n;
    const ur_item *item;
    int window_index; /* the index windows run along; −1: whole examples */
    bool fresh;       /* false: item k goes on where item k of the batch before stopped: recurrent state is carried */
} ur_batch;

/* what share of an example's positions an item scores: 1 of a whole one */
double ur_item_share(const ur_schema *g, const ur_examples *x, const ur_batch *b, const ur_item *it);

/* ---- vocabularies */
typedef struct ur_vocab
    ur_vocab; /* ids 0 unknown, 1 start, 2 end, then the symbols, by falling count then by bytes (chars and bytes: by bytes) */
int ur_vocab_new(ur_vocab **out, ur_err *e);
void ur_vocab_free(ur_vocab *v);
int ur_vocab_copy(ur_vocab **out, const ur_vocab *v, ur_err *e);
int ur_vocab_add(ur_vocab *v, const char *s, size_t n, ur_err *e); /* id ≥ 0 or negative error; adds when new */
int32_t ur_vocab_find(const ur_vocab *v, const char *s, size_t n); /* id, UR_SYM_UNKNOWN when never seen */
/* the one that is the same number with other zeros behind its point, "2" where s is "2.0"; UR_SYM_UNKNOWN: there is none, or
 * several */
int32_t ur_vocab_find_equal(const ur_vocab *v, const char *s, size_t n);
int ur_vocab_size(const ur_vocab *v);                             /* including the three */
const char *ur_vocab_entry(const ur_vocab *v, int id, size_t *n); /* bytes, NUL-terminated */

/* symbols as one text, added to *out, start symbols left out: up to the end symbol, or where the text goes `on`, with it as the
 * end of a line, which is "<eos>" among words; words with blanks between, pieces put together again. What is unknown is
 * "<unknown>" among words, else U+FFFD. When memory runs out, out->bad says so. */
void ur_symbols_text(ur_buf *out, ur_data_kind kind, const ur_vocab *v, const int32_t *id, size_t n, bool on);
bool ur_begins_word(const ur_vocab *v, int id); /* of pieces: does a word begin here? The end of a line is one */

/* ---- raw */
typedef enum ur_form {                  /* of a table */
                       UR_FORM_HEADER,  /* CSV, TSV: the first row names the columns */
                       UR_FORM_COLUMNS, /* a row for each word, blank lines between sentences; the columns are called 1, 2, … */
                       UR_FORM_CONLLU   /* the same with the ten columns of CoNLL-U */
} ur_form;
typedef struct ur_manner { /* how tables are read, where their form alone does not say it */
    char *group,
        *missing; /* the column that names examples; what else says that a value is missing, as "-999,?,tag=-". NULL: none */
    size_t skip;  /* lines before the header */
    char delimiter, decimal; /* 0: found from each file */
    char dates, points;      /* 'd', 'm': 01/02/2020, and 01.02.2020, has the day, the month first; 0: found from each column */
    char spans;              /* 'y', 'm': 2010/11 is two years, a month; 0: found from each column */
    ur_pace pace;            /* how times went on in the fit: holds where a file goes on so as well; NONE: none did */
} ur_manner;
void ur_manner_free(ur_manner *m);
int ur_manner_copy(ur_manner *to, const ur_manner *from, ur_err *e);

/* Of a row that is missing in part, the numbers that are missing are NAN; one without a NAN is missing altogether. */
bool ur_raw_in_part(const ur_series *s, size_t row, size_t width);
bool ur_raw_has(const ur_series *s, size_t row, size_t width, size_t c); /* is component c of a row there? */

typedef struct ur_column { /* what the files say for one datum */
    ur_series raw;         /* num unscaled; sym: ids into `local` */
    ur_vocab *local;       /* symbols: every symbol met, by order of meeting */
    bool present;
    bool cut;          /* UR_PIECES: the rows are pieces already; else words, which ur_encode cuts */
    ur_time_form form; /* of times: how they are written */
    const char *from;  /* "file, column" for messages */
} ur_column;
typedef struct ur_raw {
    size_t n, before; /* as ur_examples has them */
    size_t *place;    /* [n] where examples stood, from 0, in what they were picked from; NULL: at `before` and after it */
    int ndata;
    ur_column *col;
    int nindex;
    ur_extent *extent;         /* len NULL: no present datum is carried on it (encoded: all lengths 0) */
    char **label, *label_name; /* [n] or NULL: the group of each example; the column that says it */
    double *when;
    char *when_name;    /* kept for output: the table's first time-like column not bound, else NULL. NAN: not readable */
    int16_t *when_away; /* as ur_series.away */
    size_t nwhen;       /* entries of `when`: rows of the table in the order of the examples */
    bool when_date;     /* true: seconds since 1970 UTC; false: plain numbers (a year, 1949.25) */
    ur_time_form when_form;
    ur_pace pace;   /* how times go on, where it was said; NONE: it is found */
    int when_index; /* the root index whose positions `when` tells; −1: one for each example */
    char **columns;
    int ncolumns;        /* every column name of the tables read, for "did you mean" */
    char **bound;        /* [ndata] the column, or "a,b,c", that a binding gave a datum; NULL: none */
    ur_form form;        /* of the tables read */
    ur_manner manner;    /* what was asked for, or held; decimal and dates also where they were found */
    bool stream;         /* the examples are one long sequence each (--stream), no end symbol */
    size_t filled, gaps; /* rows that ur_raw_regular has put in, and into how many gaps */
    char **remark;
    int nremark; /* what is odd about how the files were read, and no error: lines of text */
} ur_raw;
void ur_raw_free(ur_raw *r);
int ur_raw_remark(ur_raw *r, ur_err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))); /* one more; the same twice is one */

typedef struct ur_read_options {
    bool stream;
    ur_form form;                   /* of tables whose names do not tell */
    bool form_said;                 /* it was asked for: a name that tells another is noted */
    const char *group, *missing;    /* as ur_manner; NULL: as `kept` has it; "": none */
    char delimiter, decimal, dates; /* 0: as `kept` has it, where the file can be read so, else found */
    long skip;                      /* 0: as `kept` has it; −1: none */
    const ur_manner *kept;          /* NULL: nothing */
    char *const *bound; /* as ur_raw.bound: holds where no spec says otherwise and the table has that column. NULL: none */
} ur_read_options;
/* spec[i]: "file.csv", "file.conllu", "file.conll", "name=file.txt", "name=\"Column name\"" (binds a column of the tables),
 * "name=" (leaves it out), "-". Data of the model that no file gives are absent. A table binds columns to data by name; `real(k)`
 * named x takes columns x1…xk (or x_1…x_k, x.1…x.k) when there is no column x. Errors: UNROLL_ERROR_DATA naming file, row
 * (1-based, header is row 1) and column. */
int ur_raw_read(ur_raw **out, const ur_schema *g, const char *const *spec, int nspec, const ur_read_options *o, ur_err *e);
/* cut by examples (several) or by time along the root index (one): rows/examples [a, b) */
int ur_raw_slice(ur_raw **out, const ur_schema *g, const ur_raw *r, size_t a, size_t b, ur_err *e);
size_t ur_raw_units(const ur_schema *g,
                    const ur_raw *r); /* how many units a slice counts: examples, or positions when there is one example */

/* ---- the same from arrays. ur_raw_new gives n examples with all data absent; what is set is copied, and setting again replaces.
 * Errors: UNROLL_ERROR_DATA when lengths disagree on an index (both data and the example are named), UNROLL_ERROR_USAGE for a
 * call that makes no sense. A failed call leaves r as it was. */
int ur_raw_new(ur_raw **out, const ur_schema *g, size_t nexamples, ur_err *e);
const char *ur_raw_refuses(const ur_datum *what, double v); /* why a datum cannot be this number; NULL: it can */
/* rows of all examples one after the other, values[row][width], NAN: missing. lengths: positions of each example (data without an
 * index: NULL, one row each); an index nested in another: for each position of the parent, which other data must have brought
 * before. NULL where other data have already brought all lengths. */
int ur_raw_set_numbers(ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, const double *values, ur_err *e);
/* symbol (or chars, words, bytes with lengths given): one text for each row, NULL: missing. chars, words, bytes with lengths
 * NULL: one text for each example, to be cut. */
int ur_raw_set_texts(ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, const char *const *texts, ur_err *e);
/* leaves a datum out again, and with it the lengths that only it told (extent.len NULL) */
void ur_raw_drop(ur_raw *r, const ur_schema *g, int datum);
/* leaves out the rows of a datum from position `from` of each example on; its lengths stay */
int ur_raw_hide(ur_raw *r, const ur_schema *g, int datum, size_t from, ur_err *e);
/* b after a along the root index (both one example), or b's examples after a's (several). Data absent in one are absent in the
 * result. */
int ur_raw_join(ur_raw **out, const ur_schema *g, const ur_raw *a, const ur_raw *b, ur_err *e);
/* gaps in the times along the root index, filled with missing rows: r as it was read, changed in place (of no use after an error)
 */
int ur_raw_regular(ur_raw *r, const ur_schema *g, ur_err *e);
/* examples which[0], which[1], … of r */
int ur_raw_pick(ur_raw **out, const ur_schema *g, const ur_raw *r, const size_t *which, size_t n, ur_err *e);
/* groups of examples that say the same of all data but those to ignore [ndata]: of[example] its group, lead[group] the first
 * example of it
 * ([r->n] each), groups by their first examples */
int ur_raw_alike(const ur_schema *g, const ur_raw *r, const bool *ignore, size_t *of, size_t *lead, size_t *ngroup, ur_err *e);

/* ---- times */
/* The times of the rows along the root index (index −1: one for each example): the datum of type time that is carried along it,
 * else the column that is kept for output. out->t NULL: there are none. *own: to be freed, also after an error */
int ur_raw_when(ur_when *out, const ur_schema *g, const ur_raw *r, int index, size_t **own, ur_err *e);

bool ur_says_time(const char *name); /* is it the name of a column of times, be they plain numbers? */
bool ur_says_date(const char *name); /* or of dates, as of months: then 202001 is one */

/* the number of an example, from 1, in what it was cut or picked from */
static inline size_t ur_raw_number(const ur_raw *r, size_t example)
{
    return (r->place ? r->place[example] : r->before + example) + 1;
}
static inline size_t ur_example_number(const ur_examples *x, size_t example)
{
    return (x->place ? x->place[example] : x->before + example) + 1;
}

/* where a row stands for whoever looks at what it was cut from: "row 103", "row 3 of B", "row 3 of example 341". row: of all
 * examples, which begin at start; index: what they are rows of, −1: one for each example */
void ur_raw_place(ur_buf *b, const ur_raw *r, int index, const size_t *start, size_t row);
/* the same of a datum's rows */
void ur_datum_place(ur_buf *b, const ur_schema *g, const ur_raw *r, int datum, size_t row);

/* ---- what a schema says (schema.c) */
int ur_index_resolve(const ur_schema *g, int index); /* the index whose positions it shares: itself, or an alias's target */
int ur_index_parent(const ur_schema *g, int index);  /* what it is nested in, resolved; −1: a root */
int ur_root_index(
    const ur_schema *g); /* the one ragged index without a parent that data are carried along; −1: none or several */
size_t ur_datum_width(const ur_schema *g, const ur_datum *d); /* numbers (symbols: ids) at one position */
/* the datum's ragged indices in canonical order, aliases resolved; returns how many */
int ur_datum_axes(const ur_schema *g, const ur_datum *d, int axis[UR_MAX_RAGGED]);
bool ur_datum_carries(const ur_schema *g, const ur_datum *d, int index);
/* true where sequences on this index end with the end symbol: all data carried on it are drawn symbols, innermost on it */
bool ur_index_ends(const ur_schema *g, int index);
/* a drawn symbol of a place that other data give: one for an example, or for each position along what is given. It is chosen, not
 * generated */
bool ur_is_label(const ur_schema *g, int datum);
bool ur_shares(const ur_schema *g, int datum, int other); /* have both one vocabulary? */
bool ur_is_shared(const ur_schema *g, int datum);         /* has any other datum its vocabulary? */
/* the first symbol that can be drawn or guessed for a datum: the end symbol where its sequence ends by one, else what follows.
 * What a fit found never to come (never, endless) only the graph of a run knows */
int32_t ur_symbol_first(const ur_schema *g, int datum);

/* ---- small helpers */
/* the root index that slices by time run along: the first that present data carry; −1: none */
int ur_raw_root(const ur_schema *g, const ur_raw *r);
bool ur_parse_number(const char *s, size_t n,
                     double *out); /* decimal, any locale; what is not 0 is not read as 0. false: not a finite number */
void ur_quote(char out[64], const char *s, size_t n); /* a text from the data for a message: short, printable */
/* "a, b, c": the columns of the tables read; of many those most like `name`, and how many more there are */
void ur_column_list(ur_buf *b, const ur_raw *r, const char *name);
/* where value is a list or range of columns ("a,b..d"), some of which none of the tables has: "there is no column b". Returns the
 * column that may be meant, or NULL */
const char *ur_column_lacks(ur_buf *b, const ur_raw *r, const char *value);
const char *ur_closest(const char *name, char *const *list, int n); /* the entry most like name, NULL: none is near */

/* ---- scales and vocabularies, learned from the training part, applied to anything */
typedef struct ur_code {  /* for one datum */
    double *mean, *scale; /* [width] real: mean and standard deviation (1 where all values are equal); others: 0 and 1 */
    int width;
    ur_vocab *vocab; /* symbols */
    ur_pieces
        *pieces;  /* UR_PIECES: how words are cut; the vocabulary is theirs, and the end of a line where texts have several */
    bool endless; /* symbols: no end symbol is known, as after a fit on one long sequence: sequences get none */
} ur_code;
/* symbols met less than min_count times, and all but the `most` most frequent (0: all are kept), are unknown; labels are kept
 * whole */
int ur_code_learn(ur_code *c /* [ndata], zeroed */, const ur_schema *g, const ur_raw *r, int min_count, int most, ur_err *e);
void ur_code_free(ur_code *c, int ndata);
/* sequences on this index end with the end symbol in these data: they are no one long sequence, and the symbol is known */
bool ur_raw_ends(const ur_schema *g, const ur_raw *r, const ur_code *c, int index);
/* the number of a symbol of the data, UR_SYM_UNKNOWN when it was never seen. In one long sequence the end of a line is the end
 * symbol, where it has no other. Of `symbol` data one that is the same number counts where it is the only one */
int32_t ur_code_symbol(const ur_code *c, ur_data_kind kind, bool stream, const char *s, size_t n);
/* The examples may read numbers where they lie in r, which is to outlive them.
 * end_symbol: sequences whose index carries only drawn symbols get one more position, the end symbol (ur_raw_ends).
 * strict: a symbol never seen in fitting is UNROLL_ERROR_DATA with its place; else it becomes unknown, counted in *unknown.
 * single: numbers are for plans in single precision, and held so where ur_series_room can; what is lent stays as it is. */
int ur_encode(ur_examples **out, const ur_schema *g, const ur_raw *r, const ur_code *c, bool end_symbol, bool strict, bool single,
              size_t *unknown, ur_err *e);
/* Where texts are cut into pieces, raw has words (and the ends of lines): the pieces are known once they are learned, so
 * ur_encode cuts, and examples are longer than raw says. How many positions the first `units` units (as ur_raw_units counts) of
 * the one example are: */
int ur_encoded_units(const ur_schema *g, const ur_raw *r, const ur_code *c, size_t units, size_t *out, ur_err *e);
/* cuts the texts in r itself, which no slice or fit may have seen: its units are then the positions that models run over */
int ur_raw_cut(ur_raw *r, const ur_schema *g, const ur_code *c, ur_err *e);
#endif
