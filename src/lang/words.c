/* The functions of the language by name: those by component come from ops.def, the others are listed here. */
#include "lang/comp.h"
#include <string.h>

static const struct {
    const char *name;
    ur_builtin f;
    int part;
} functions[] = { { "softmax", F_SOFTMAX, 0 },
                  { "sum", F_SUM, 0 },
                  { "mean", F_MEAN, 0 },
                  { "max", F_MAX, 0 },
                  { "min", F_MIN, 0 },
                  { "norm", F_NORM, 0 },
                  { "logsumexp", F_LSE, 0 },
                  { "dropout", F_DROPOUT, 0 },
                  { "dot", F_DOT, 0 },
                  { "mod", F_MOD, 0 },
                  { "argmax", F_ARGMAX, 0 },
                  { "trace", F_TRACE, 0 },
                  { "diag", F_DIAG, 0 },
                  { "where", F_WHERE, 0 },
                  { "length", F_LENGTH, 0 },
                  { "hour", F_TIME, 1 },
                  { "minute", F_TIME, 2 },
                  { "weekday", F_TIME, 3 },
                  { "yearday", F_TIME, 4 },
                  { "month", F_TIME, 5 },
                  { "logp", F_LOGP, 0 },
                  { "given", F_SAID, UR_DATA_SAID },
                  { "known", F_SAID, UR_DATA_KNOWN } };
static const struct {
    const char *name;
    ur_op op;
} unary[] = {
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) { name, UR_##ID },
#include "math/ops.def"
    /* clang-format on */
};
enum { NFUN = sizeof functions / sizeof *functions, NUNARY = sizeof unary / sizeof *unary };

ur_builtin ur_function(const char *name, ur_op *op, int *part)
{
    for (int k = 0; k < NFUN; k++)
        if (!strcmp(functions[k].name, name)) {
            if (part) *part = functions[k].part;
            return functions[k].f;
        }
    for (int k = 0; k < NUNARY; k++)
        if (!strcmp(unary[k].name, name) && name[0] != '-') {
            if (op) *op = unary[k].op;
            return F_UNARY;
        }
    return F_NONE;
}

bool ur_is_function(const char *name) { return ur_function(name, NULL, NULL) != F_NONE; }

bool ur_is_reduction(const char *name)
{
    ur_builtin f = ur_function(name, NULL, NULL);
    return f == F_SOFTMAX || f == F_SUM || f == F_MEAN || f == F_MAX || f == F_MIN || f == F_LSE || f == F_ARGMAX;
}

const char *ur_function_near(const char *name, size_t *best)
{
    const char *near = NULL;
    for (int k = 0; k < NFUN + NUNARY; k++) {
        const char *other = k < NFUN ? functions[k].name : unary[k - NFUN].name;
        size_t d = ur_edit_distance(name, other);
        if (d < strlen(name) && (d < *best || (d == *best && !near))) {
            *best = d;
            near = other;
        }
    }
    return near;
}
