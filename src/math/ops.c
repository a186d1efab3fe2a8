/* The operators as a table, from ops.def. Must not know graphs. */
#include "math/ops.h"

const ur_op_info ur_ops[] = {
#define LEAF(ID, name, doc) { #ID, name, doc, 0, UR_CLS_LEAF, 0, 0 },
#define STRUCT(ID, name, doc) { #ID, name, doc, -1, UR_CLS_STRUCT, 0, 0 },
#define UNARY(ID, name, k, dx, lo, hi, doc) { #ID, name, doc, 1, UR_CLS_UNARY, lo, hi },
#define BINARY(ID, name, k, dx, dy, doc) { #ID, name, doc, 2, UR_CLS_BINARY, 0, 0 },
#define TERNARY(ID, name, k, dx, dy, dz, doc) { #ID, name, doc, 3, UR_CLS_TERNARY, 0, 0 },
#include "math/ops.def"
    { "NOP", "nop", "", 0, UR_CLS_LEAF, 0, 0 }
};
