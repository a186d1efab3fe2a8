/* score: how well a model explains data it has not seen, next to baselines that need no model.
 * The last fifth of one long series is kept for that; scales are learned from the part before it alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  x[t], y[t] : real\n"
    "param V, c, s\n"
    "h[t] = gru(12, [x[t]; y[t-1]])\n"
    "y[t] ~ normal(V h[t] + c, s)\n";

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    enum { N = 1000 };
    static double x[N], y[N];
    unsigned noise = 1;
    for (int t = 0; t < N; t++) {
        noise = noise * 1103515245u + 12345u;
        x[t] = sin(0.3 * t) + sin(0.071 * t);
        y[t] = (t ? 0.8 * y[t - 1] : 0) + (t > 2 ? x[t] * x[t - 3] : 0) + 0.3 * ((double)(noise >> 16) / 65536 - 0.5);
    }
    unroll_model *model = NULL;
    unroll_data *all = NULL, *train = NULL, *test = NULL;
    unroll_table *scores = NULL;
    const size_t length = N;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "score", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&all, model, 1) || unroll_data_set_numbers(all, "x", &length, x)
        || unroll_data_set_numbers(all, "y", &length, y)) { fail("the data"); goto done; }
    if (unroll_data_slice(&train, all, 0, N * 4 / 5) || unroll_data_slice(&test, all, N * 4 / 5, N)) { fail("the split"); goto done; }

    unroll_fit_options fit = UNROLL_FIT_INIT;
    unroll_fit_result result;
    fit.epochs = argc > 1 ? atoi(argv[1]) : 60;
    fit.chunk = 50;
    fit.rate = 0.01;
    if (unroll_fit(model, train, &fit, &result)) { fail("the fit"); goto done; }
    printf("%zu parameters, %.1f s\n", result.parameters, result.seconds);

    unroll_use_options use = UNROLL_USE_INIT;
    use.history = train;                 /* what came before: the state and the lags begin there */
    if (unroll_score(model, test, &use, &scores)) { fail("the score"); goto done; }
    for (size_t c = 0; c < unroll_table_columns(scores); c++) printf("%-16s", unroll_table_name(scores, c));
    for (size_t r = 0; r < unroll_table_rows(scores); r++) {
        putchar('\n');
        for (size_t c = 0; c < unroll_table_columns(scores); c++)
            if (unroll_table_is_text(scores, c)) printf("%-16s", unroll_table_text(scores, r, c));
            else printf("%-16.4f", unroll_table_number(scores, r, c));
    }
    putchar('\n');
    bad = 0;
done:
    unroll_table_free(scores);
    unroll_data_free(test);
    unroll_data_free(train);
    unroll_data_free(all);
    unroll_close(model);
    return bad;
}
