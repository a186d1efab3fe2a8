/* methods.c: the ways to fit, asked one after the other: the first that applies fits, and where it cannot after all, the next one
 * that does. Must not know how any of them works. */
#include "model/fit/fit.h"

const ur_fit_method *const ur_fit_methods[] = { &ur_by_squares, &ur_by_gradients, NULL };

int ur_fit_choose(const ur_fit_method *const **at, unroll_model *m, const unroll_fit_options *o, char *why, size_t n, ur_err *e)
{
    bool fits = false;
    for (; **at; (*at)++) {
        TRY((**at)->applies(m, o, &fits, why, n, e));
        if (fits) return 0;
    }
    return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "no way to fit applies: %s", why);
}
