/* readback.c: numbers that were handed in, handed back: what plots draw the past from.
 * Must not know plans or codes. Invariant: reading changes nothing. */
#include "model/model.h"
#include <math.h>

int unroll_data_get_numbers(const unroll_data *d, const char *name, size_t example, double *values, size_t cap, size_t *count)
{
    ur_err *e = ur_model_error();
    if (!d || !name || !count) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_get_numbers: no data, no name, or no place for the count");
    int i = ur_model_data(d->m, name);
    if (i < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_get_numbers: the model has no data %s", name);
    const ur_series *s = &d->raw->col[i].raw;
    if (UR_IS_SYMBOL(d->m->graph->data[i].kind)) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_get_numbers: %s is a symbol", name);
    if (example >= d->raw->n) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_get_numbers: there are %zu examples, not %zu", d->raw->n, example + 1);
    *count = 0;
    if (!d->raw->col[i].present || !s->start) return 0;
    size_t width = ur_datum_width(&d->m->graph->schema, &d->m->graph->data[i]), from = s->start[example] * width, n = s->start[example + 1] * width - from;
    for (size_t k = 0; values && k < n && k < cap; k++)
        values[k] = s->seen && !s->seen[(from + k) / width] ? NAN : s->num[from + k];
    *count = n;
    return 0;
}
