/* stream: one position at a time, as numbers come in from outside; the state is carried, saved and restored.
 * A step allocates nothing. After a restore the stream answers the same bits again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  y[t] : real\n"
    "param V, c, s\n"
    "h[t] = lstm(16, y[t-1])\n"
    "y[t] ~ normal(V h[t] + c, s)\n";

enum { N = 600 };

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

static double wave(int t) { return sin(0.2 * t) * (1 + 0.5 * sin(0.031 * t)); }

/* the model says what it expects, then is told what came: positions [from, to); *off: mean absolute error */
static int run(unroll_stream *s, int from, int to, double *off)
{
    *off = 0;
    for (int t = from; t < to; t++) {
        double y = wave(t), expected;
        if (unroll_stream_set_number(s, 0, &y) || unroll_stream_step(s) || unroll_stream_prediction(s, 0, &expected, 1)) return fail("a step");
        *off += fabs(expected - y) / (to - from);
    }
    return 0;
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    double y[N], warm, first, again;
    for (int t = 0; t < N; t++) y[t] = wave(t);
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    unroll_stream *stream = NULL;
    void *state = NULL;
    const size_t length = N;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "stream", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, 1) || unroll_data_set_numbers(data, "y", &length, y)) { fail("the data"); goto done; }
    unroll_fit_options fit = UNROLL_FIT_INIT;
    fit.epochs = argc > 1 ? atoi(argv[1]) : 60;
    fit.chunk = 50;
    fit.rate = 0.01;
    if (unroll_fit(model, data, &fit, NULL)) { fail("the fit"); goto done; }

    if (unroll_stream_open(&stream, model, 0, 1)) { fail("the stream"); goto done; }
    size_t size = unroll_stream_state_size(stream);
    state = malloc(size ? size : 1);
    if (!state) { fprintf(stderr, "out of memory\n"); goto done; }
    if (run(stream, 0, 500, &warm)) goto done;
    if (unroll_stream_save(stream, state, size)) { fail("saving the state"); goto done; }
    if (run(stream, 500, 600, &first)) goto done;
    if (unroll_stream_restore(stream, state, size)) { fail("restoring the state"); goto done; }
    if (run(stream, 500, 600, &again)) goto done;
    printf("state of %zu bytes; mean error %.4f, after the restore %.4f\n", size, first, again);

    /* what is not set is drawn by the model: ten positions of its own */
    for (int k = 0; k < 10; k++) {
        double own;
        if (unroll_stream_step(stream) || unroll_stream_value(stream, 0, &own)) { fail("a free step"); goto done; }
        printf("%.3f (%.3f)%s", own, wave(600 + k), k < 9 ? "  " : "\n");
    }
    bad = first != again;
done:
    unroll_stream_close(stream);
    free(state);
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}
