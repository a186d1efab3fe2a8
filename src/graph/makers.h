/* Makers of nodes with short names, for the formulas of math/ops.def (derivatives) and math/dists.def (densities): `g` is the
 * graph in scope. */
#ifndef UR_MAKERS_H
#define UR_MAKERS_H
#include "graph/graph.h"

#define Num(v)             ur_num(g, v)
#define Neg(a)             ur_unary(g, UR_NEG, a)
#define Step(a)            ur_unary(g, UR_STEP, a)
#define Sigmoid(a)         ur_unary(g, UR_SIGMOID, a)
#define Softplus(a)        ur_unary(g, UR_SOFTPLUS, a)
#define Sign(a)            ur_unary(g, UR_SIGN, a)
#define Abs(a)             ur_unary(g, UR_ABS, a)
#define Exp(a)             ur_unary(g, UR_EXP, a)
#define Log(a)             ur_unary(g, UR_LOG, a)
#define Expm1(a)           ur_unary(g, UR_EXPM1, a)
#define Log1p(a)           ur_unary(g, UR_LOG1P, a)
#define Tail(a)            ur_unary(g, UR_TAIL, a)
#define Sin(a)             ur_unary(g, UR_SIN, a)
#define Cos(a)             ur_unary(g, UR_COS, a)
#define Lgamma(a)          ur_unary(g, UR_LGAMMA, a)
#define Digamma(a)         ur_unary(g, UR_DIGAMMA, a)
#define Trigamma(a)        ur_unary(g, UR_TRIGAMMA, a)
#define Add(a, b)          ur_binary(g, UR_ADD, a, b)
#define Sub(a, b)          ur_binary(g, UR_SUB, a, b)
#define Mul(a, b)          ur_binary(g, UR_MUL, a, b)
#define Dtanh(a, b)        ur_binary(g, UR_DTANH, a, b)
#define Dsigmoid(a, b)     ur_binary(g, UR_DSIGMOID, a, b)
#define Div(a, b)          ur_binary(g, UR_DIV, a, b)
#define Min(a, b)          ur_binary(g, UR_MIN2, a, b)
#define Max(a, b)          ur_binary(g, UR_MAX2, a, b)
#define Pow(a, b)          ur_binary(g, UR_POW, a, b)
#define Ge(a, b)           ur_binary(g, UR_GE, a, b)
#define Gt(a, b)           ur_binary(g, UR_GT, a, b)
#define Le(a, b)           ur_binary(g, UR_LE, a, b)
#define Lt(a, b)           ur_binary(g, UR_LT, a, b)
#define And(a, b)          ur_binary(g, UR_AND, a, b)
#define Or(a, b)           ur_binary(g, UR_OR, a, b)
#define Three(op, a, b, c) ur_ternary(g, UR_##op, a, b, c)
#define Rest(a)            Neg(Log(Neg(Expm1(Neg(a))))) /* −log(1 − exp(−a)) */
#define Z                  ((ur_id)-1)                  /* none */
#endif
