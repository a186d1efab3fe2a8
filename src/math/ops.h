/* The operators (ops.def) and distributions (dists.def), as enumerations. */
#ifndef UR_OPS_H
#define UR_OPS_H
#include "base/base.h"

typedef enum ur_dist {
#define DIST(ID, name, support, location, arguments, nlp, mean, mode, draw, quantile) UR_##ID,
#include "math/dists.def"
    UR_NDIST
} ur_dist;

typedef enum ur_op {
#define LEAF(ID, name, doc) UR_##ID,
#define STRUCT(ID, name, doc) UR_##ID,
#define UNARY(ID, name, k, dx, lo, hi, doc) UR_##ID,
#define BINARY(ID, name, k, dx, dy, doc) UR_##ID,
#define TERNARY(ID, name, k, dx, dy, dz, doc) UR_##ID,
#include "math/ops.def"
    UR_NOP
} ur_op;

typedef struct ur_op_info { const char *id, *name, *doc; int arity; int cls; double lo, hi; } ur_op_info;
enum { UR_CLS_LEAF, UR_CLS_STRUCT, UR_CLS_UNARY, UR_CLS_BINARY, UR_CLS_TERNARY };
extern const ur_op_info ur_ops[];                      /* by ur_op */

/* what a distribution draws */
typedef enum ur_support { UR_SUPPORT_ANY, UR_SUPPORT_POSITIVE, UR_SUPPORT_FROM_0, UR_SUPPORT_UNIT, UR_SUPPORT_WHOLE, UR_SUPPORT_BIT, UR_SUPPORT_SYMBOL } ur_support;
ur_support ur_dist_support(ur_dist d);
const char *ur_support_words(ur_support s);                  /* "positive numbers"; NULL: any number, or symbols */
bool ur_supports(ur_support s, double v);                    /* can v be drawn? */
bool ur_dist_whole(ur_dist d);           /* draws whole numbers */
bool ur_dist_is_location(ur_dist d);     /* argument 0 is its mean and mode, and shifts what is drawn */
int ur_dist_nargs(ur_dist d);            /* 2 for normal, 1 for poisson, … */
const char *ur_dist_name(ur_dist d);
#endif
