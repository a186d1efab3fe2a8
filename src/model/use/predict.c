/* predict.c: the calls that complete what data leave out and answer with a table: unroll_predict, unroll_sample.
 * Must not know fitting. Invariant: a table is given out whole or not at all. */
#include "model/use/use.h"

static int table_out(ur_job *j, bool samples, unroll_table **out, ur_err *e)
{
    int rc = ur_job_odd(j, e);
    if (rc) return rc;
    unroll_table *t = ur_table_new();
    if (!t) return ur_nomem(e);
    rc = ur_job_table(j, samples, t, e);
    if (rc) unroll_table_free(t);
    else *out = t;
    return rc;
}

int unroll_predict(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    ur_err *e = ur_model_error();
    if (!m || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_predict: no model, or no place for the table");
    unroll_use_options mine = ur_use_options(o);
    ur_job j = { 0 };
    bool symbols = d != NULL;
    for (int k = 0; k < m->ndata; k++) symbols = symbols || (m->graph->data[k].drawn && UR_IS_SYMBOL(m->graph->data[k].kind));
    if (!symbols) return ur_fail(e, UNROLL_ERROR_USAGE, "predict needs data: only models of symbols generate from nothing");
    if (!d && !mine.beam && mine.samples)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "without data the likeliest example is predicted: random ones are asked for by sample");
    int rc = ur_job_start(&j, m, d, &mine, false, e);
    if (!rc) {
        bool numbers = false;
        for (int k = 0; k < m->ndata; k++) numbers = numbers || (j.c.gap[k] && !UR_IS_SYMBOL(m->graph->data[k].kind));
        if (!numbers && j.o.samples && !j.o.n_best)
            rc = ur_fail(
                e, UNROLL_ERROR_USAGE,
                "samples give quantiles of numbers, and what is left out is made of symbols: its random completions are asked for by sample");
        j.nsample = numbers ? (size_t)j.o.samples : (size_t)j.o.n_best;
        j.draws = j.nsample;
    }
    if (!rc) rc = ur_job_answers(&j, true, e);
    if (!rc) rc = ur_job_chances(&j, e);
    if (!rc) rc = ur_job_outlook(&j, e);
    if (!rc) rc = ur_job_complete(&j, e);
    for (size_t s = 0; !rc && s < j.nsample && j.lanes < 0; s++) rc = ur_job_pass(&j, 1, s, e);
    if (!rc) rc = table_out(&j, j.o.n_best > 0, out, e);
    ur_job_finish(&j);
    return rc;
}

int unroll_sample(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    ur_err *e = ur_model_error();
    unroll_use_options mine = ur_use_options(o);
    if (mine.beam || mine.n_best)
        return ur_fail(e, UNROLL_ERROR_USAGE, "a beam search finds the likeliest, samples are random: ask predict for it");
    if (!m || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_sample: no model, or no place for the table");
    ur_job j = { 0 };
    int rc = ur_job_start(&j, m, d, o, false, e);
    if (!rc) {
        j.draws = j.nsample = d ? (size_t)(j.o.samples > 0 ? j.o.samples : 1) : 0;
        rc = ur_job_answers(&j, true, e);
    }
    if (!rc && j.lanes >= 0) rc = ur_job_lanes(&j, 1, d ? j.nsample : 1, d ? 1 : 0, e);
    if (!rc && !d && j.lanes < 0) rc = ur_job_pass(&j, 1, SIZE_MAX, e);
    for (size_t s = 0; !rc && s < j.nsample && j.lanes < 0; s++) rc = ur_job_pass(&j, 1, s, e);
    if (!rc) rc = table_out(&j, true, out, e);
    ur_job_finish(&j);
    return rc;
}
