/* What the passes from tree to graph share: scopes, entities, sizes. One ur_comp lives for one build, in the graph's arena.
 * Order of passes: declare and instantiate (expand.c), which reads what and in which order (order.c), sizes (shape.c), nodes
 * (nodes.c, build.c, tilde.c). Must not be seen outside this room. */
#ifndef UR_COMP_H
#define UR_COMP_H
#include "lang/ast.h"
#include "math/math.h"

#define UR_MAX_SUB    (UR_MAX_RAGGED + UR_MAX_FIXED)
#define UR_MAX_INDEX  64     /* index sets are bits of one word */
#define UR_MAX_ENTITY 400000 /* quantities, parameters and arguments after expansion of cells */
typedef uint64_t ur_set;
#define UR_BIT(i) ((ur_set)1 << (i))

typedef struct ur_entity ur_entity;
typedef struct ur_scope ur_scope;
typedef struct ur_net ur_net;

/* B_RUN: what a run says, which of it is in `index`; B_CELL: a network */
typedef enum ur_bkind { B_CONST, B_INDEX, B_ENTITY, B_RUN, B_CELL } ur_bkind;
typedef struct ur_bind {
    ur_bkind kind;
    double num;
    int state;
    const ur_stmt *lazy; /* B_CONST, B_CELL: state 0 to be made from lazy, 1 being made, 2 made */
    ur_net *net;
    const ur_formal *formal; /* B_CELL: the argument that it is, or NULL */
    int index;               /* B_INDEX; -1: an index of a cell that was given nothing to run along */
    ur_entity *ent;
    int nslot, slot[UR_MAX_SUB]; /* B_ENTITY: the k-th subscript addresses ent->idx[slot[k]] (-1: nothing) */
    ur_at at;
} ur_bind;

struct ur_scope {
    ur_scope *user;              /* where the cell is used; NULL: the text itself */
    const char *prefix;          /* "h." */
    const char *params;          /* ... of its parameters: the same, but in a network the network's */
    ur_net *net;                 /* whose parameters it reads; NULL: its own */
    ur_map *counts;              /* uses of each cell in each equation, within the text or within the use of a network */
    int nown, own[UR_MAX_FIXED]; /* its parameters have their own for each position of these */
    const ur_cell *cell;
    const ur_expr *use; /* ... and by which expression of the user */
    ur_map names;       /* to ur_bind */
    ur_map uses;        /* cells used, by expression (key: its address in print), to ur_scope */
    ur_set reversed;    /* indices that run the other way */
    ur_set outer;       /* indices of the use that the cell does not name */
    int outer_list[UR_MAX_SUB], nouter;
    int depth;
};

typedef struct ur_indices {
    int n, at[UR_MAX_INDEX];
} ur_indices;
typedef struct ur_argument {
    const ur_expr *value; /* NULL: not given; or `net` is */
    ur_scope *scope;
    ur_net *net;
    bool number;
    double num;
    ur_indices list; /* along which it is carried */
} ur_argument;
struct ur_net {
    const char *name, *prefix; /* "f"; of its parameters: "f." */
    ur_at at;
    const ur_cell *cell;
    ur_argument *arg; /* [cell->nformal] what is given beforehand */
    int nown, own[UR_MAX_FIXED];
    ur_map *shared; /* its parameters by full name, to ur_entity */
    ur_net *base;   /* the network that this one gives more arguments, or NULL */
    bool reverse;
    int nuse;
    const ur_expr *made; /* what it is made of */
};                       /* a cell and some of its arguments; all uses have the same parameters */

typedef enum ur_nkind { N_DATA, N_LATENT, N_PARAM, N_QUANTITY, N_ARGUMENT, N_BOUNDARY, N_DRAW, N_PRIOR } ur_nkind;
/* how an edge reads along an index: same position, a step back or ahead, anywhere, around, some or all earlier, later; where a
 * number says that each position has of its own */
enum { C_ZERO, C_BACK, C_AHEAD, C_ANY, C_BOTH, C_PAST, C_FUTURE, C_NAMED };
/* a quantity as nodes: `full` at every position of its indices; `lean` without those it does not need; alias: what stands for it
 * where it is read before it is made. −1: none */
typedef struct ur_made {
    ur_id lean, full, alias;
} ur_made;
typedef struct ur_edge {
    ur_entity *to;
    const ur_expr *at;
    int8_t how[UR_MAX_SUB], toward[UR_MAX_SUB];
    bool gone, aside, turned;
} ur_edge; /* how, toward: by to->idx; toward: C_NAMED has to lead back (-1), or ahead (1), since a recurrence closes by it;
              turned: its text runs backwards; aside: the reader is not drawn from it */

struct ur_entity {
    ur_nkind kind;
    int id;
    const char *name;
    ur_at at;
    int nidx, idx[UR_MAX_SUB];                         /* in the order written */
    const ur_expr *rhs, *holds, *weight;               /* holds, weight: the condition and the weight of a ~ line, or NULL */
    ur_scope *scope;                                   /* its definition and where that is read */
    const ur_stmt *stmt, *goal;                        /* goal: the statement by which it is a term of the objective, or NULL */
    ur_scope *home;                                    /* its declaration (size, start) and where that is read */
    bool direct;                                       /* rhs is a use of a cell whose result takes this entity's place */
    ur_entity *before[UR_MAX_SUB], *after[UR_MAX_SUB]; /* boundaries, by idx */
    int datum, param;
    ur_entity *of;    /* N_DRAW, N_PRIOR: what is drawn; N_BOUNDARY: whose boundary */
    ur_entity *next;  /* N_DRAW: the line that is asked where this one does not hold; NULL: none */
    bool later;       /* ... and it is such a line */
    bool begins;      /* N_DRAW: the line of a latent quantity's first position */
    ur_entity *first; /* N_LATENT: that line; NULL: it has none */
    bool stationary;  /* ... or the first is as all others are */
    bool known_by;    /* ... quantities say what is known of it */
    bool hidden;      /* N_QUANTITY: it reads a latent symbol */
    bool used;        /* read by something */
    int nedge, edge_cap;
    ur_edge *edge;
    int component; /* of the graph of reads; > 0: a recurrence */
    /* shape.c */
    int8_t sym;                /* as ur_node.sym */
    bool num, var, mat, known; /* mat: a matrix at every position */
    int r, c;                  /* known: both sizes are */
    int guess;
    const ur_expr *guess_at; /* the rule (1 to 7) that settled its size, 0: the equations did; and what it was about */
    /* build.c */
    ur_made all;
    int nloop, loop[UR_MAX_FIXED]; /* fixed indices along which it recurs, outermost first: its nodes are made for one position of
                                      them after the other */
    ur_made *piece;                /* … for each tuple of these; NULL: none is made or read yet */
    /* order.c */
    int region, low, when, at_edge;
    bool on_stack;
};

typedef struct ur_dim {
    int up, value;
    const ur_expr *why, *guess; /* the first equation that said something of it; what a rule for open sizes settled it by */
    bool named, open;           /* of a quantity; of a parameter */
    const char *shared;         /* the parameter's name, where all uses of a network have it */
    int was, step;              /* the class it was the root of went into that of `was`, in this step */
    int first, last, nwatch;    /* of a root: who is to hear of its class: 1 + the first watch, the last watch, how many */
} ur_dim;
typedef enum ur_ckind { K_ELEMENT, K_STACK, K_INNER } ur_ckind;
typedef struct ur_constraint { /* K_ELEMENT: r = a op b with 1 fitting anything; K_STACK: r = Σ part;
                                  K_INNER: r, the rows of a matrix product, is a, those of what is multiplied, where nothing else
                                  says it */
    ur_ckind kind;
    bool sum, scalar, done;
    int waits;
    int r, a, b; /* sum: of + or -, or an argument; scalar: one of a, b has size 1; waits: in which rounds (bits) */
    int npart, *part;
    const ur_expr *at, *ea, *eb;
    const ur_entity *ent;
} ur_constraint;

/* a step of the order: an entity; or the start of a loop over a fixed index, ahead or backwards, whose body the next n steps are
 */
typedef struct ur_leg {
    ur_entity *ent;
    int index, dir, n;
} ur_leg;

typedef struct ur_spec ur_spec;
typedef struct ur_comp {
    ur_program *p;
    const ur_build_options *o;
    ur_graph *g;
    ur_arena *a;
    ur_scope top;
    int nent, ent_cap;
    ur_entity **ent;
    int norder, order_cap;
    ur_leg *order; /* every entity after what it reads at the same position */
    ur_map dotted; /* inner quantities by full name, to ur_entity */
    ur_map noted;  /* notes by their text; what a rule settled, by its address in print */
    int nnet, net_cap;
    ur_net **net; /* those that statements name */
    int index_cap, param_cap, like_cap, prior_cap, note_cap, quant_cap;
    int *root; /* by index: the index whose positions it has (itself unless an alias) */
    int ndim, dim_cap;
    ur_dim *dim;
    int one;
    int ncon, con_cap;
    ur_constraint *con;
    ur_rounds round[8]; /* constraints to be looked at: by stages 0, 2, 3, 4, 5 of the rules, and, [7], by propagation */
    int nwatch, watch_cap;
    struct ur_watch {
        int who, next;
    } * watch; /* who: a constraint, or ~ an entity; next: 1 + another, 0: none */
    int ntold, told_cap;
    ur_entity **told; /* entities that heard of a size of theirs */
    int step, number; /* how many rules were applied; entities before this are no numbers (stage 6) */
    int ntcol, tcol_cap;
    int *tcol; /* columns of parameters used transposed */
    int nover, over_cap;
    struct ur_over_dim {
        int r;
        const ur_expr *at;
    } * over;   /* functions over components in the text itself */
    int *vocab; /* by datum: dimension of its vocabulary */
    int nsite, ndraw, component, clock;
    ur_id *age;            /* by datum: of one that is drawn ahead, how far from its origin; -1 */
    ur_id *fill;           /* by datum: what stands for it where it is not all given, -1 */
    int pin[UR_MAX_INDEX]; /* by index: the position that nodes are made for, 0: all */
    const char *making;    /* what nodes are made of: "h", "h[k=3]" */
    int ndrawer, drawer_cap;
    struct ur_drawer {
        ur_id arguments;
        const ur_spec *spec;
    } * drawer; /* ~ lines that draw by nodes of their own; the vector of their arguments */
    int ncarried, carried_cap;
    ur_id *carried; /* what it reads of itself at other positions of a pinned index */
} ur_comp;

/* expand.c */
void ur_declare(ur_comp *c);
ur_entity *ur_new_entity(ur_comp *c, ur_nkind kind, const char *name, const ur_at *at);
ur_bind *ur_bind_name(ur_comp *c, ur_scope *s, const char *name, ur_bkind kind, const ur_at *at);
int ur_add_index(ur_comp *c, const char *name, const ur_at *at);
int ur_entity_position(const ur_entity *e, int index);
void ur_entity_index(ur_comp *c, ur_entity *e, int index, const ur_at *at);
void ur_declare_hypers(ur_comp *c, ur_scope *s, const ur_block *b);
void ur_declare_fixed(ur_comp *c, ur_scope *s, const ur_block *b);
void ur_declare_aliases(ur_comp *c, ur_scope *s, const ur_block *b);
void ur_declare_block(ur_comp *c, ur_scope *s, const ur_block *b, const char *result, ur_entity *takes);
/* is h a boundary, as h[0] or h[end+1]? slot: of which of its indices; after: at the end */
bool ur_is_boundary(ur_comp *c, ur_scope *s, const ur_expr *h, int *slot, int *after);
/* lines.c */
void ur_declare_draws(ur_comp *c, const ur_block *b);
ur_entity *ur_new_line(ur_comp *c, ur_nkind kind, const ur_stmt *st, ur_entity *of); /* of a datum, a parameter, … */
/* nets.c: networks, and which argument is which */
typedef struct ur_callee {
    const ur_cell *cell;     /* NULL: there is none of that name */
    ur_net *net;             /* NULL: the cell itself */
    const ur_formal *formal; /* an argument of the cell that calls it, or NULL */
} ur_callee;
ur_callee ur_called(ur_comp *c, ur_scope *s, const char *name);
void ur_match(ur_comp *c, ur_scope *s, const ur_expr *e, ur_callee to, bool all, ur_argument *arg);
void ur_declare_nets(ur_comp *c, ur_scope *s, const ur_block *b);
ur_net *ur_net_given(ur_comp *c, ur_scope *in, const ur_formal *f, const ur_argument *a, ur_entity *owner);
void ur_check_nets(ur_comp *c);                                       /* made, and used, once all uses are known */
const char *ur_numbered(ur_comp *c, ur_map *counts, const char *key); /* the next name of a use, key1., key2., … */
const char *ur_net_inside(ur_comp *c, ur_scope *s, const ur_expr *e,
                          const ur_entity *owner); /* names of parameters, in a network */
/* the fixed indices in the brackets of e, added to those of *n */
void ur_own_indices(ur_comp *c, ur_scope *s, const ur_expr *e, int *n, int *own);
/* uses.c: the uses of cells in an expression; every use of a cell in the entities from `from` on, those that come with it too */
void ur_uses(ur_comp *c, ur_scope *s, const ur_expr *e, ur_entity *owner);
void ur_expand_uses(ur_comp *c, int from);
/* scope.c */
ur_bind *ur_lookup(ur_comp *c, ur_scope *s, const char *name);
ur_scope *ur_use(ur_scope *s, const ur_expr *e); /* the cell's scope for a use in scope s, NULL if it is no cell */
double ur_fold(ur_comp *c, ur_scope *s, const ur_expr *e, const char *what); /* a number known beforehand, or an error */
bool ur_folds(ur_comp *c, ur_scope *s, const ur_expr *e, double *out);
int ur_fold_size(ur_comp *c, ur_scope *s, const ur_expr *e, const char *what);
void ur_undefined(ur_comp *c, ur_scope *s, const ur_at *at, const char *name) __attribute__((noreturn));
const char *ur_index_list(ur_comp *c, const ur_entity *e); /* "[t,k]" or "" */
/* the indices that name[over](…) reduces */
ur_set ur_reduced(ur_comp *c, ur_scope *s, const ur_expr *e);
bool ur_is_condition(ur_comp *c, ur_scope *s, const ur_expr *over);

/* One subscript in terms of what it follows. */
enum { UR_SUB_GATHER = UR_SUB_END + 1 }; /* kind of a ur_sub here: where a number says, whatever it is made of */
typedef struct ur_affine {
    bool end;
    int nterm, index[3], times[3];
    long off;
    bool ok;
    bool nothing;
} ur_affine;
bool ur_times_along(ur_comp *c, ur_scope *s, const ur_expr *e,
                    int q); /* does e, a subscript along q, follow an index of the data several times? */
ur_affine ur_affine_of(ur_comp *c, ur_scope *s, const ur_expr *e);
/* all subscripts of a read of bind->ent in scope s, by the entity's own indices; checks them */
void ur_subs(ur_comp *c, ur_scope *s, const ur_expr *e, const ur_bind *b, ur_sub *sub /* [UR_MAX_SUB] */);
bool ur_related(ur_comp *c, int i, int j); /* the same positions, or fixed indices of one size */
/* the bind a name stands for: local, or an inner quantity "d.c" */
ur_bind *ur_resolve(ur_comp *c, ur_scope *s, const ur_expr *e);

/* order.c */
void ur_order(ur_comp *c);
/* settle.c */
void ur_shapes(ur_comp *c);
void ur_build_note(ur_comp *c, const char *text); /* once, however often it is said */
/* shape.c */
typedef struct ur_dims {
    int r, c;
    int8_t sym;
    bool num, var, mat;
} ur_dims; /* num: a number without parameters and data; var: differs by position or example; mat: … and is a matrix */
ur_dims ur_dims_of(ur_comp *c, ur_scope *s, const ur_expr *e);
ur_dims ur_dims_vector(ur_comp *c, ur_scope *s, const ur_expr *e); /* it has to be one */
void ur_dims_column(ur_comp *c, ur_dims *x, const ur_expr *e);     /* x, which e has, has to be a vector */
void ur_dims_law(ur_comp *c, ur_scope *s, const ur_expr *x, int r, const ur_expr *of);
/* sizes.c: sizes are numbers of variables; 0: its value is not known yet */
void ur_sizes_begin(ur_comp *c);
int ur_dim_new(ur_comp *c, int value);
int ur_dim_root(ur_comp *c, int d); /* of its class */
int ur_size(ur_comp *c, int dim);
void ur_fix(ur_comp *c, int d, int value);
/* a = b, said by the equation `at`, between its parts ea and eb; ua, ub: what they are counts of */
void ur_unify_as(ur_comp *c, int a, int b, const ur_expr *at, const ur_expr *ea, const ur_expr *eb, const char *ua,
                 const char *ub);
void ur_unify(ur_comp *c, int a, int b, const ur_expr *at, const ur_expr *ea, const ur_expr *eb);
void ur_element(ur_comp *c, int r, int a, int b, bool sum, bool scalar, const ur_expr *at, const ur_expr *ea, const ur_expr *eb);
void ur_stack(ur_comp *c, int r, int npart, int *part, const ur_expr *at);
void ur_inner(ur_comp *c, int r, int x, const ur_expr *at); /* a matrix product has r rows, its operand x */
void ur_propagate(ur_comp *c);                              /* all that follows from what is known */
void ur_settle(ur_comp *c);                                 /* what is open then, by rules */
const char *ur_guess_text(ur_comp *c, const ur_entity *e);  /* by which rule its size was settled; NULL: the equations give it */
typedef enum ur_builtin {
    F_NONE,
    F_UNARY,
    F_SOFTMAX,
    F_SUM,
    F_MEAN,
    F_MAX,
    F_MIN,
    F_NORM,
    F_LSE,
    F_DROPOUT,
    F_DOT,
    F_MOD,
    F_ARGMAX,
    F_TRACE,
    F_DIAG,
    F_WHERE,
    F_TIME,
    F_SAID,
    F_LENGTH,
    F_POSITION,
    F_LOGP
} ur_builtin;
ur_builtin ur_function(const char *name, ur_op *op, int *part);
/* signs.c: what a number may be, by its form alone */
enum { UR_ZERO = 1, UR_NEGATIVE = 2, UR_GIVEN_ZERO = 4, UR_GIVEN_NEGATIVE = 8 }; /* GIVEN: where given data are */
typedef struct ur_sign {
    int may;   /* of the four; 0: it is positive */
    int given; /* GIVEN_NEGATIVE: a datum by which it may be; else -1 */
} ur_sign;
ur_sign ur_sign_of(ur_comp *c, ur_scope *s, const ur_expr *e);
const ur_entity *ur_scale_of(ur_comp *c, ur_scope *s, const ur_expr *x); /* the parameter that x is; NULL */
void ur_note_softplus(ur_comp *c, const ur_entity *draw, const ur_expr *x, const char *argument, ur_sign sign);
void ur_note_scales(ur_comp *c); /* parameters that are a scale here and read as they are there */
/* components.c: x[2], x[j], x[1..3] with fixed j, [0..7] */
enum { UR_MOST_RANGE = 4096 };
typedef struct ur_part {
    bool moves;      /* along fixed indices, as `at` says; from first to last over all their positions */
    int first, last; /* from 1 */
    ur_affine at;
} ur_part;
ur_part ur_part_of(ur_comp *c, ur_scope *s,
                   const ur_expr *e); /* of an E_PART; the size of what it is a part of is not known yet */
void ur_entry_of(ur_comp *c, ur_scope *s, const ur_expr *e, ur_part *row, ur_part *col); /* of an E_ENTRY */
void ur_range_of(ur_comp *c, ur_scope *s, const ur_expr *e, int *first, int *last);      /* of an E_RANGE */
/* start.c: starts that are made of more than one number */
void ur_start_size(ur_comp *c, const ur_entity *e, int *rows,
                   int *cols); /* what the start of a parameter says of its size; 0: nothing */
double *ur_start_numbers(ur_comp *c, const ur_entity *e, const ur_param *p); /* [p->count]; NULL: it is one number */
/* reads.c */
ur_set ur_loops(const ur_entity *e);                                /* the fixed indices along which it recurs */
ur_set ur_made_set(const ur_entity *e);                             /* the others of its indices */
ur_made *ur_made_at(ur_comp *c, ur_entity *e, const int *at);       /* e at positions of these, from 1, outermost first */
ur_id ur_along_loops(ur_comp *c, ur_entity *e, int level, int *at); /* e along these, from the level-th on, `at` saying where in
                                                                       those before; what is not made yet is 0 */
ur_sub ur_still(int index);                                         /* the same position of an index */
ur_sub ur_pinned(const ur_comp *c, ur_sub u); /* a subscript where the pinned indices that it follows stand at one position */
ur_id ur_read_entity(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, const ur_bind *b, int part,
                     bool *var); /* what e, of the equation of ent, reads; part: of a time, else 0; *var is set where a
                                    subscript differs from position to position */
/* nodes.c */
ur_node ur_proto(ur_comp *c, ur_op op, ur_set set, int rows, int cols); /* carried along `set`, without arguments */
ur_set ur_index_set(const ur_entity *e);
ur_set ur_node_set(const ur_node *n);
ur_set ur_parents(const ur_comp *c, int index); /* an index with those that it is nested in; −1: none */
ur_id ur_spread(ur_comp *c, ur_id x, ur_set set, int rows,
                int cols);                         /* along the indices of `set` that it lacks, a number over rows */
bool ur_compares(const ur_expr *e);                /* is it a < b, a == b, …? */
ur_id ur_symbol_number(ur_comp *c, ur_id x);       /* of a symbol(k) its number from 1, 0: none; anything else as it is */
ur_id ur_plain(ur_comp *c, ur_id x);               /* a symbol as its one-hot vector; anything else as it is */
ur_id ur_vector_op(ur_comp *c, ur_op op, ur_id x); /* CSUM, CMAX, CLSE */
ur_id ur_transpose(ur_comp *c, ur_id x);
ur_id ur_rows_of(ur_comp *c, ur_id x, int from,
                 int rows);                             /* so many rows, or components, of x from `from`, which counts from 0 */
ur_id ur_data_node(ur_comp *c, int datum, int part);    /* part of a time; else 0 */
ur_id ur_seen_node(ur_comp *c, ur_op op, int datum);    /* MASK or GIVEN */
bool ur_by_component(const ur_comp *c, int datum);      /* may some components of a row be given and others not? */
ur_id ur_known_node(ur_comp *c, int datum);             /* 1 where anything of the row is given */
ur_id ur_length_node(ur_comp *c, int index, bool here); /* here: without what was there before the data begin */
ur_id ur_place_node(ur_comp *c, const ur_scope *s, int index); /* the position along an index, 1 … its length */
/* build.c */
typedef struct ur_val {
    ur_id id;
    bool num, var;
} ur_val;
/* components.c: values of an E_PART and an E_TABLE; the vector first … last; where the largest component stands; the position
 * `at` that `mask` marks, over n indices or, with none, among components */
ur_val ur_part_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e);
ur_val ur_entry_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e);
ur_val ur_table_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e);
ur_id ur_numbers(ur_comp *c, int first, int last);
ur_id ur_place_of_largest(ur_comp *c, ur_id x);
ur_id ur_position_of(ur_comp *c, ur_id mask, ur_id at, int n, const int *list);
/* build.c again */
/* num, var: as in shape.c */
void ur_build(ur_comp *c);
ur_val ur_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e);
/* laws.c: distributions as the text has them */
struct ur_spec { /* kinds as ur_law: arguments as nodes, those of a MIXTURE its logits, of a QUANTILE its levels */
    ur_law_kind kind;
    ur_dist dist;
    const ur_expr *at;
    int over; /* MIXTURE[k], QUANTILE[k], POINTER[k]: the index k, of which its only kid and logits are made; −1: it has no such
               */
    const ur_id *when; /* it is the first kid whose when holds, the last where none does; NULL: it is none of this kind */
    int narg, nkid;
    ur_id arg[UR_MAX_LAW_ARGS];
    ur_id logp; /* DENSITY; POINTER: its scores, along `over` */
    ur_spec **kid;
};
int ur_law_index(ur_comp *c, ur_scope *s, const ur_expr *x); /* k of mixture[k](…), quantile[k](…), or an error */
int ur_law_kind_of(const ur_expr *x);                        /* a ur_law_kind by name and form; −1: there is none */
void ur_law_alone(ur_comp *c, const ur_expr *x)
    __attribute__((noreturn));                       /* complains of a QUANTILE, DENSITY or POINTER in another one, or in logp */
ur_law_kind ur_law_of(ur_comp *c, const ur_expr *x); /* which it names, with as many arguments as it takes */
void ur_law_fits(ur_comp *c, const ur_entity *e, const ur_expr *x); /* of a ~ line: may its datum be drawn from it? */
ur_spec *ur_spec_of(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *x);
ur_id ur_chosen(ur_graph *g, int n, const ur_id *when, const ur_id *v); /* the first v whose when holds, else the last */
ur_spec *ur_spec_choice(ur_comp *c, int n, const ur_id *when, ur_spec **kid);
/* −log p of all components together. there: by component, 0 where it does not count; −1: all do */
ur_id ur_spec_nlp(ur_comp *c, const ur_spec *d, ur_id y, ur_id there);
/* means.c: the mean, as nodes. a: arguments */
ur_id ur_dist_centre(ur_graph *g, ur_dist d, const ur_id *a);
ur_id ur_spec_mean(ur_comp *c, const ur_spec *d);
/* vectors.c: of a JOINT. there, known: by component */
ur_id ur_joint_nlp(ur_comp *c, const ur_spec *d, ur_id y, ur_id there);
ur_spec *ur_joint_given(ur_comp *c, const ur_spec *d, ur_id y, ur_id known);
bool ur_spec_takes(const ur_spec *d, double v); /* may each part of it draw v? */
/* the same as math has it, of a datum like y; *args: the vector of its arguments, along y's positions */
const ur_law *ur_spec_law(ur_comp *c, const ur_spec *d, ur_id y, ur_id *args);
/* density.c: the rest of a DENSITY, or of a POINTER, whose kind, text and index are there; −log p */
void ur_density_spec(ur_comp *c, ur_scope *s, ur_entity *ent, ur_spec *d);
void ur_pointer_spec(ur_comp *c, ur_scope *s, ur_entity *ent, ur_spec *d);
ur_id ur_density_nlp(ur_comp *c, const ur_spec *d, ur_id y);
ur_id ur_pointer_nlp(ur_comp *c, const ur_spec *d, ur_id y);
void ur_own_draws(
    ur_comp *c); /* marks draws on which nothing hangs but what a ~ line draws: UR_DRAW_OF_LINE. Once the loss is there */
/* numbers.c: is component `row` of v, at position `at` of fixed index `index`, made of numbers alone? then *out is it */
bool ur_known_number(const ur_graph *g, ur_id v, int index, int at, int row, double *out);
/* tilde.c */
typedef enum ur_akind { A_REAL, A_POSITIVE, A_LOGITS, A_NUMBER } ur_akind;
typedef struct ur_dist_info {
    const char *name;
    ur_support support;
    int narg;
    ur_akind arg[3];
    const char *argname[3];
} ur_dist_info;
extern const ur_dist_info ur_dists[UR_NDIST];
int ur_dist_named(const char *name); /* -1: none */
/* an argument that has to be positive, of the equation of e; *given: a datum by which it may not be, or as it was */
ur_id ur_positive_argument(ur_comp *c, ur_scope *s, ur_entity *e, const ur_expr *x, int dist, int k, int *given);
ur_id ur_tail_of(ur_graph *g, ur_dist d, bool above, ur_id y, const ur_id *arg);   /* −log of the probability of y and what is
                                                                                      above, or below; −1: in no closed form */
ur_val ur_random_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e); /* random.c: of an E_DRAW */
void ur_likelihoods(ur_comp *c);
/* arguments of a ~ line, broadcast to what is drawn: in l->arg; as they are: in arg */
void ur_line_arguments(ur_comp *c, ur_entity *e, ur_like *l, ur_id *arg);
void ur_line_along(ur_comp *c, ur_like *l, ur_id *arg);                 /* its arguments, broadcast likewise */
ur_id ur_density_node(ur_graph *g, ur_dist d, ur_id y, const ur_id *a); /* -log p, by component */
ur_id ur_symbol_nlp(ur_comp *c, int datum, ur_id logits, ur_id y);      /* -log p of symbol y of a datum */
ur_id ur_symbol_scores(ur_comp *c, int datum, ur_id logits);            /* log p of each symbol that it may be */
/* lift.c: latent symbols, and nodes that read them for all of their states at once */
typedef struct ur_chain {
    ur_entity *e;
    ur_id leaf; /* what nodes read of it */
    int size, along;
    int deep, index[UR_MAX_FIXED]; /* how many positions back it is read, and the fixed index of its states there; −1: none yet */
} ur_chain;
typedef struct ur_lift {
    ur_comp *c;
    int n;
    ur_chain *chain;
    const char *name; /* of whose line nodes are lifted, and where it stands */
    const ur_at *at;
    bool transition; /* of a latent symbol's own line */
    bool *reads;     /* by node */
    ur_id *made;
} ur_lift;
void ur_mark_latent(ur_lift *l);      /* sets reads, of all nodes that there are */
ur_id ur_lifted(ur_lift *l, ur_id v); /* v itself, where it reads none */
ur_set ur_states(const ur_lift *l);   /* the indices of all states there are */
int ur_state_index(const ur_lift *l, int chain, int back);
ur_id ur_state_number(const ur_lift *l, int chain, int back); /* 1 … its size, along its index */
ur_id ur_state_onehot(const ur_lift *l, int chain, int back);
ur_id ur_after_start(const ur_lift *l, int chain, int back); /* 1 where there are as many positions before */
/* chains.c: the ~ lines of latent symbols, and of data that read them */
typedef struct ur_drawn { /* a datum's or a latent quantity's ~ lines */
    ur_entity *e;
    ur_like l;
    ur_id arg[4];  /* where spec is NULL: of its distribution */
    ur_spec *spec; /* of several, or of one made of others */
    ur_id when;    /* where any holds; −1: everywhere */
    ur_id nlp;     /* −log p of the datum, where it is not to be made from its distribution; −1 */
} ur_drawn;
void ur_integrate(ur_comp *c, int n, ur_drawn *line);
/* ahead.c: y[t+k] ~ D */
int ur_ahead(const ur_entity *e); /* the index k of a ~ line; -1: it draws at its own position */
/* at each value and k: does origin u - k count, and how often; an argument of the origins; 1 stands where there is none, if it
 * has to be positive */
ur_id ur_ahead_weights(ur_comp *c, const ur_entity *e, ur_id weight);
ur_id ur_ahead_seen(ur_comp *c, const ur_entity *e, ur_id origin, bool positive);
ur_id ur_ahead_sum(ur_comp *c, const ur_entity *e, ur_id x); /* over k */
ur_id ur_ahead_drawn(ur_comp *c, const ur_entity *e, ur_id origin, ur_id seen,
                     bool positive); /* of the origin that a value is drawn from */
/* prior.c: ~ lines of parameters. The check is of what is known before sizes are; the nodes come after the losses */
void ur_prior_declare(ur_comp *c, const ur_stmt *st, ur_bind *x);
void ur_priors(ur_comp *c);
/* goal.c: the losses that the text adds; after the ~ lines */
void ur_goals(ur_comp *c);
#endif
