/* forecast: numbers in memory -> fit -> forecast with quantiles.
 * Ten years of a made monthly series; an autoregressive model of order 12, which is fitted exactly, by least squares. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  y[t] : real\n"
    "index j = 1..12\n"
    "param A[j], m, s\n"
    "y[t] ~ normal(sum[j](A[j] y[t-j]) + m, s)\n";

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

static void print(const unroll_table *t)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++) printf("%14s", unroll_table_name(t, c));
    for (size_t r = 0; r < unroll_table_rows(t); r++) {
        putchar('\n');
        for (size_t c = 0; c < unroll_table_columns(t); c++)
            if (unroll_table_is_text(t, c)) printf("%14s", unroll_table_text(t, r, c));
            else printf("%14.3f", unroll_table_number(t, r, c));
    }
    putchar('\n');
}

int main(void)
{
    enum { N = 120 };
    double y[N];
    unsigned noise = 1;
    for (int t = 0; t < N; t++) {
        noise = noise * 1103515245u + 12345u;
        y[t] = 20 + 8 * sin(2 * 3.14159265358979 * t / 12) + 0.05 * t + (double)(noise >> 16) / 65536;
    }

    unroll_model *model = NULL;
    unroll_data *data = NULL;
    unroll_table *forecast = NULL;
    const size_t length = N;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "ar12", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, 1) || unroll_data_set_numbers(data, "y", &length, y)) { fail("the data"); goto done; }

    unroll_fit_options fit = UNROLL_FIT_INIT;
    unroll_fit_result result;
    if (unroll_fit(model, data, &fit, &result)) { fail("the fit"); goto done; }
    printf("fitted by %s: %zu parameters, loss %.3f\n", result.method, result.parameters, result.train_loss);

    unroll_use_options use = UNROLL_USE_INIT;
    use.horizon = 12;
    use.samples = 200;
    if (unroll_predict(model, data, &use, &forecast)) { fail("the forecast"); goto done; }
    print(forecast);
    bad = 0;
done:
    unroll_table_free(forecast);
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}
