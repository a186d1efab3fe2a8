/* The operators as a table, from ops.def. Must not know graphs. */
#include "math/ops.h"

/* clang-format off */
const ur_op_info ur_ops[] = {
/* clang-format off */
#define LEAF(ID, name, shape, traits, doc) { #ID, name, doc, NULL, UR_CLS_LEAF, 0, 0, UR_SHAPE_##shape, UR_LEAF | (traits), 0, 0 },
#define STRUCT(ID, name, told, least, most, shape, adjoint, traits, doc) { #ID, name, doc, told, UR_CLS_STRUCT, least, most, UR_SHAPE_##shape, traits, 0, 0 },
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) { #ID, name, doc, NULL, UR_CLS_UNARY, 1, 1, UR_SHAPE_WIDEST, UR_BY_COMPONENT | (traits), lo, hi },
#define BINARY(ID, name, value, dx, dy, traits, doc) { #ID, name, doc, NULL, UR_CLS_BINARY, 2, 2, UR_SHAPE_WIDEST, UR_BY_COMPONENT | (traits), 0, 0 },
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) { #ID, name, doc, NULL, UR_CLS_TERNARY, 3, 3, UR_SHAPE_WIDEST, UR_BY_COMPONENT | (traits), 0, 0 },
#include "math/ops.def"
    /* clang-format on */
    { "NOP", "nop", "", NULL, UR_CLS_LEAF, 0, 0, UR_SHAPE_ANY, UR_LEAF, 0, 0 }
};
/* clang-format on */
