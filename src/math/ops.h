/* The operators (ops.def) and distributions (dists.def), as enumerations. */
#ifndef UR_OPS_H
#define UR_OPS_H
#include "base/base.h"
#include "base/limits.h"

typedef enum ur_dist {
/* clang-format off */
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) UR_##ID,
#include "math/dists.def"
    /* clang-format on */
    UR_NDIST
} ur_dist;

typedef enum ur_op {
/* clang-format off */
#define LEAF(ID, name, shape, traits, doc) UR_##ID,
#define STRUCT(ID, name, told, least, most, shape, adjoint, traits, doc) UR_##ID,
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) UR_##ID,
#define BINARY(ID, name, value, dx, dy, traits, doc) UR_##ID,
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) UR_##ID,
#include "math/ops.def"
    /* clang-format on */
    UR_NOP
} ur_op;

/* rows × cols of a node, by those of its arguments; x, y: the first and the second */
typedef enum ur_shape {
    UR_SHAPE_ANY, /* whatever the node says */
    UR_SHAPE_OF_PARAM,
    UR_SHAPE_OF_DATUM, /* of what it is */
    UR_SHAPE_SCALAR,   /* 1 × 1 */
    UR_SHAPE_AS_0,     /* x's */
    UR_SHAPE_WIDEST,   /* that which all arguments have that are not 1 × 1 */
    UR_SHAPE_SPREAD,   /* x's; any where x is 1 × 1 */
    UR_SHAPE_STACKED,  /* the rows of all together, of as many cols */
    UR_SHAPE_PART,     /* rows of x; trans: cols of it */
    UR_SHAPE_TURNED,   /* x's cols × rows */
    UR_SHAPE_PACKED,   /* x's; trans: turned */
    UR_SHAPE_JOINED,   /* x's for all of its fixed tuples, side by side or (i) one under the other; trans: taken apart so */
    UR_SHAPE_PRODUCT,  /* x's rows × y's cols; trans: x's cols × y's cols */
    UR_SHAPE_SOLVED,   /* y's, x square with as many rows */
    UR_SHAPE_SQUARE,   /* x's, which is square */
    UR_SHAPE_DIAGONAL, /* x's rows × 1, x square; trans: x's rows × x's rows, x a vector */
    UR_SHAPE_OUTER,    /* x's rows × y's rows */
    UR_SHAPE_COLUMN,   /* x's rows × 1, for y one of its columns */
    UR_SHAPE_TABLE     /* x's rows × as many columns as y has symbols */
} ur_shape;

/* What is true of an operator whatever its arguments are. Each is a question that some pass asks; tests/graph/test_traits.c holds
 * it against what the operator does. */
typedef enum ur_trait {
    /* in which arguments it is linear, the others held; LINEAR_2: in the third and all after it */
    UR_LINEAR_0 = 1 << 0,
    UR_LINEAR_1 = 1 << 1,
    UR_LINEAR_2 = 1 << 2,
    UR_TOGETHER = 1 << 3, /* in all of these together, not just in each by itself */
    UR_LINEAR = UR_LINEAR_0 | UR_LINEAR_1 | UR_LINEAR_2 | UR_TOGETHER,
    /* what an adjoint may meet */
    UR_PASSES = 1 << 4,       /* every slope is −1, 0 or 1: what goes in comes out whole or not at all */
    UR_BY_VALUE = 1 << 5,     /* the slope follows from the node's value; of others from the arguments */
    UR_NOT_NEGATIVE = 1 << 6, /* no value is below 0 */
    UR_STEEP = 1 << 7,        /* a value or a slope may be infinite or NaN where the arguments are finite */
    UR_FROM_0 = 1 << 8,       /* … but not where the argument is above 0 */
    UR_LOW = 1 << 9,          /* −inf over nothing */
    /* which rows (positions of examples) of the arguments a row is made of. Without any of these: of the same row alone */
    UR_MOVES = 1 << 10,     /* of other rows: it addresses */
    UR_REDUCES = 1 << 11,   /* of all rows along the indices `red`; argument 1, where present, says which of them count */
    UR_KEEPS = 1 << 12,     /* … and it is carried along `red` itself */
    UR_CONTRACTS = 1 << 13, /* of all rows along whatever it lacks itself */
    UR_ACROSS = UR_REDUCES | UR_CONTRACTS, /* of many, in short */
    UR_IN_PARTS = 1 << 14,                 /* … and may go on from what the rows before gave */
    UR_BY_LENGTH = 1 << 15,                /* its value at a position may depend on the length of index i */
    /* numbers */
    UR_SAME = 1 << 16,         /* each is that of argument 0 */
    UR_BY_COMPONENT = 1 << 17, /* each is computed of the same number of each argument, or of the one that it has */
    UR_SYMBOL_0 = 1 << 18,
    UR_SYMBOL_1 = 1 << 19,  /* argument 0, 1 is of symbols */
    UR_ONE_ROW_0 = 1 << 29, /* argument 0 has one row for all positions of all examples */
    UR_SYMBOLS = 1 << 20,   /* argument 0 may be of symbols; then the node is, too */
    /* leaves and what i is */
    UR_LEAF = 1 << 21,   /* made of no other node */
    UR_STEADY = 1 << 22, /* the same at all positions of all examples, and there before a step begins */
    UR_OF_PARAM = 1 << 23,
    UR_OF_DATUM = 1 << 24,
    UR_OF_INDEX = 1 << 25, /* i numbers one */
    /* plans */
    UR_PLANNED = 1 << 26, /* a pass makes it, no text */
    UR_VIEW = 1 << 27,    /* users may look through it, at numbers of argument 0 where they lie */
    UR_DIRECT = 1 << 28   /* it looks through no view itself */
} ur_trait;

enum { UR_MANY = 1 << 20 }; /* arguments without a bound */
enum { UR_CLS_LEAF, UR_CLS_STRUCT, UR_CLS_UNARY, UR_CLS_BINARY, UR_CLS_TERNARY };
typedef struct ur_op_info {
    const char *id, *name, *doc;
    const char *told;     /* what it does, for `unroll explain`; NULL: its name says it */
    int cls, least, most; /* least, most: arguments */
    ur_shape shape;
    unsigned traits;
    double lo, hi; /* UNARY: where tests may draw the argument from */
} ur_op_info;
extern const ur_op_info ur_ops[]; /* by ur_op */

static inline bool ur_op_is(ur_op op, unsigned traits) { return (ur_ops[op].traits & traits) != 0; } /* any of them */
static inline bool ur_op_linear_in(ur_op op, int k) { return ur_op_is(op, (unsigned)UR_LINEAR_0 << (k < 2 ? k : 2)); }

/* what a distribution draws */
typedef enum ur_support {
    UR_SUPPORT_ANY,
    UR_SUPPORT_POSITIVE,
    UR_SUPPORT_FROM_0,
    UR_SUPPORT_UNIT,
    UR_SUPPORT_WHOLE,
    UR_SUPPORT_BIT,
    UR_SUPPORT_SYMBOL
} ur_support;
ur_support ur_dist_support(ur_dist d);
const char *ur_support_words(ur_support s); /* "positive numbers"; NULL: any number, or symbols */
bool ur_supports(ur_support s, double v);   /* can v be drawn? */
bool ur_dist_whole(ur_dist d);              /* draws whole numbers */
bool ur_dist_is_location(ur_dist d);        /* argument 0 is its mean and mode, and shifts what is drawn */
int ur_dist_nargs(ur_dist d);               /* 2 for normal, 1 for poisson, … */
const char *ur_dist_name(ur_dist d);
const char *ur_dist_arg_name(ur_dist d, int k); /* "standard deviation" */
#endif
