/* custom_cell: a recurrent cell of one's own, written as equations, and what the library makes of it.
 * The minimal gated unit (Zhou et al. 2016): one gate in place of the LSTM's three. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "cell mgu(n, x[t]) = h[t] {\n"
    "    param Wf, Uf, Wh, Uh, bh\n"
    "    param bf = ones\n"
    "    f[t] = sigmoid(Wf x[t] + Uf h[t-1] + bf)\n"
    "    g[t] = tanh(Wh x[t] + Uh (f[t] * h[t-1]) + bh)\n"
    "    h[t] : n = (1 - f[t]) * h[t-1] + f[t] * g[t]\n"
    "}\n"
    "data  x[t], y[t] : real\n"
    "param V, c, s\n"
    "h[t] = mgu(16, x[t])\n"
    "y[t] ~ normal(V h[t] + c, s)\n";

enum { B = 40, T = 25 };

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

static int line(const char *s, void *arg)
{
    (void)arg;
    return puts(s) < 0;
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    /* y is the running mean of x: something to remember */
    static double x[B * T], y[B * T];
    static size_t length[B];
    unsigned noise = 7;
    for (int b = 0; b < B; b++) {
        double sum = 0;
        length[b] = T;
        for (int t = 0; t < T; t++) {
            noise = noise * 1103515245u + 12345u;
            x[b * T + t] = (double)(noise >> 16) / 65536 - 0.5;
            sum += x[b * T + t];
            y[b * T + t] = sum / (t + 1);
        }
    }
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "mgu", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, B) || unroll_data_set_numbers(data, "x", length, x)
        || unroll_data_set_numbers(data, "y", length, y)) { fail("the data"); goto done; }
    if (unroll_explain(model, data, line, NULL)) { fail("explain"); goto done; }

    unroll_fit_options fit = UNROLL_FIT_INIT;
    unroll_fit_result result;
    double before, after, count;
    fit.epochs = argc > 1 ? atoi(argv[1]) : 60;
    fit.batch = 10;
    fit.rate = 0.01;
    if (unroll_loss(model, data, NULL, &before, &count)) { fail("the loss before"); goto done; }
    if (unroll_fit(model, data, &fit, &result)) { fail("the fit"); goto done; }
    if (unroll_loss(model, data, NULL, &after, &count)) { fail("the loss after"); goto done; }
    printf("-log p a value: %.3f before, %.3f after %d epochs\n", before / count, after / count, result.epochs);
    bad = !(after < before);
done:
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}
