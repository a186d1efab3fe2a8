/* exact.h: what linear.c finds on a graph and exact.c fits by. Not for other files. */
#ifndef UR_EXACT_H
#define UR_EXACT_H
#include "model/model.h"

#endif
