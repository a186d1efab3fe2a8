/* classify: one label for a whole sequence (many to one).
 * Made walks that drift up or down; the last state of a GRU decides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  x[t] : real\n"
    "data  label : symbol\n"
    "param W, b\n"
    "h[t] = gru(8, x[t])\n"
    "label ~ categorical(W h[end] + b)\n";

enum { N = 60, T = 20 };

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

/* walks of different lengths, one after the other; example i goes up when i is even */
static void make(unsigned seed, size_t *length, double *x, const char **label)
{
    for (size_t i = 0; i < N; i++) {
        double at = 0;
        length[i] = T - i % 7;
        label[i] = i % 2 ? "down" : "up";
        for (size_t t = 0; t < length[i]; t++) {
            seed = seed * 1103515245u + 12345u;
            at += (i % 2 ? -0.1 : 0.1) + (double)(seed >> 16) / 65536 - 0.5;
            *x++ = at;
        }
    }
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    static double x[N * T];
    static const char *label[N];
    static size_t length[N];
    unroll_model *model = NULL;
    unroll_data *train = NULL, *test = NULL;
    unroll_table *answer = NULL;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "classify", NULL, 0)) { fail("the model"); goto done; }
    make(1, length, x, label);
    if (unroll_data_new(&train, model, N) || unroll_data_set_numbers(train, "x", length, x)
        || unroll_data_set_texts(train, "label", NULL, label)) { fail("the training data"); goto done; }
    unroll_fit_options fit = UNROLL_FIT_INIT;
    fit.epochs = argc > 1 ? atoi(argv[1]) : 30;
    fit.batch = 10;
    fit.rate = 0.01;
    if (unroll_fit(model, train, &fit, NULL)) { fail("the fit"); goto done; }

    /* what the data leave out, the labels, is filled in */
    make(2, length, x, label);
    if (unroll_data_new(&test, model, N) || unroll_data_set_numbers(test, "x", length, x)) { fail("the test data"); goto done; }
    if (unroll_predict(model, test, NULL, &answer)) { fail("the prediction"); goto done; }
    size_t c = 0, right = 0;
    while (c < unroll_table_columns(answer) && strcmp(unroll_table_name(answer, c), "label")) c++;
    if (c == unroll_table_columns(answer) || unroll_table_rows(answer) != N) { fprintf(stderr, "a table of another shape came back\n"); goto done; }
    for (size_t i = 0; i < N; i++) right += !strcmp(unroll_table_text(answer, i, c), label[i]);
    printf("%zu of %d new walks are labelled rightly\n", right, N);
    bad = right < N / 2;
done:
    unroll_table_free(answer);
    unroll_data_free(test);
    unroll_data_free(train);
    unroll_close(model);
    return bad;
}
