/* The operators (ops.def) and distributions, as enumerations. */
#ifndef UR_OPS_H
#define UR_OPS_H
#include "base/base.h"

typedef enum ur_dist { UR_NORMAL, UR_LAPLACE, UR_STUDENT_T, UR_CATEGORICAL, UR_BERNOULLI, UR_POISSON, UR_NEGATIVE_BINOMIAL,
                       UR_LOGNORMAL, UR_GAMMA, UR_BETA, UR_EXPONENTIAL, UR_UNIFORM, UR_NDIST } ur_dist;

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
#endif
