/* gradient: the loss and its gradient for every parameter, to train by one's own method or to check: here against finite
 * differences, in double precision. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  x[t] : raw(2)\n"
    "data  y[t] : raw\n"
    "param V, c\n"
    "h[t] = gru(3, x[t])\n"
    "y[t] ~ normal(V h[t] + c, 1)\n";

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

/* largest difference between gradient and central differences, over all numbers of one parameter; negative: a call failed */
static double check(unroll_model *m, const unroll_data *d, const unroll_use_options *o, const unroll_param *p, const double *grad, double *w,
                    double *scratch, size_t n)
{
    double worst = 0, up, down, step = 1e-5;
    if (unroll_param_get(m, p->name, w, p->count)) return -1;
    for (size_t i = 0; i < p->count; i++) {
        double at = w[i];
        w[i] = at + step;
        if (unroll_param_set(m, p->name, w, p->count) || unroll_gradient(m, d, o, &up, scratch, n)) return -1;
        w[i] = at - step;
        if (unroll_param_set(m, p->name, w, p->count) || unroll_gradient(m, d, o, &down, scratch, n)) return -1;
        w[i] = at;
        worst = fmax(worst, fabs((up - down) / (2 * step) - grad[i]));
    }
    return unroll_param_set(m, p->name, w, p->count) ? -1 : worst;
}

int main(void)
{
    static const double x[] = { 0.1, -0.4, 0.7, 0.2, -0.3, 0.9, 0.5, -0.8 }, y[] = { 0.3, -0.1, 0.6, 0.2 };
    const size_t length[] = { 3, 1 };    /* two sequences, of lengths 3 and 1 */
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    double *grad = NULL, *scratch = NULL, *w = NULL, loss, worst = 0;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "gradient", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, 2) || unroll_data_set_numbers(data, "x", length, x)
        || unroll_data_set_numbers(data, "y", length, y)) { fail("the data"); goto done; }
    unroll_use_options o = UNROLL_USE_INIT;
    o.precision = 1;
    size_t n = 0, params = unroll_param_count(model);
    unroll_param p;
    for (size_t i = 0; i < params; i++) {
        if (unroll_param_info(model, i, &p)) { fail("the parameters"); goto done; }
        n += p.count;
    }
    grad = calloc(n, sizeof *grad);
    scratch = calloc(n, sizeof *scratch);
    w = calloc(n, sizeof *w);
    if (!grad || !scratch || !w) { fprintf(stderr, "out of memory\n"); goto done; }
    if (unroll_gradient(model, data, &o, &loss, grad, n)) { fail("the gradient"); goto done; }
    printf("loss %.6f, %zu parameters\n", loss, n);
    for (size_t i = 0, at = 0; i < params; at += p.count, i++) {
        if (unroll_param_info(model, i, &p)) { fail("a parameter"); goto done; }
        double off = check(model, data, &o, &p, grad + at, w, scratch, n);
        if (off < 0) { fail(p.name); goto done; }
        printf("%-6s %d x %d  off by %.1e\n", p.name, p.rows, p.cols, off);
        worst = fmax(worst, off);
    }
    bad = worst > 1e-7;
done:
    free(w);
    free(scratch);
    free(grad);
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}
