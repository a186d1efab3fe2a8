/* generate: lines of text -> fit -> new lines, character after character.
 * A line is one example; its end is a symbol that the model learns to draw, so every sample ends by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  line[t] : chars\n"
    "param E, V, c\n"
    "e[t] : 16 = E line[t-1]\n"
    "h[t] = lstm(48, e[t])\n"
    "line[t] ~ categorical(V h[t] + c)\n";

static const char *const lines[] = {
    "monday is a cold day", "tuesday is a cold day", "wednesday is a warm day", "thursday is a warm day", "friday is a warm day",
    "saturday is a day of rest", "sunday is a day of rest", "may is a warm month", "june is a warm month", "july is a warm month",
    "november is a cold month", "december is a cold month", "january is a cold month",
};
enum { N = sizeof lines / sizeof *lines };

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

static int progress(const unroll_progress *p, void *arg)
{
    (void)arg;
    if (p->epoch_ended && p->epoch % 50 == 0) printf("epoch %3d of %d: %.3f nats a character\n", p->epoch, p->epochs, p->train_loss);
    return 0;                            /* anything else stops the fit and keeps the best so far */
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    unroll_table *sample = NULL;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "generate", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, N) || unroll_data_set_texts(data, "line", NULL, lines)) { fail("the data"); goto done; }
    unroll_fit_options fit = UNROLL_FIT_INIT;
    fit.epochs = argc > 1 ? atoi(argv[1]) : 150;
    fit.batch = 4;
    fit.rate = 0.01;
    fit.seed = 1;
    fit.progress = progress;
    if (unroll_fit(model, data, &fit, NULL)) { fail("the fit"); goto done; }

    unroll_use_options use = UNROLL_USE_INIT;
    use.samples = 5;
    use.temperature = 0.7;
    use.max_length = 60;
    use.seed = 2;
    if (unroll_sample(model, NULL, &use, &sample)) { fail("the samples"); goto done; }
    size_t c = 0;
    while (c < unroll_table_columns(sample) && strcmp(unroll_table_name(sample, c), "line")) c++;
    if (c == unroll_table_columns(sample)) { fprintf(stderr, "no column came back for the text\n"); goto done; }
    for (size_t r = 0; r < unroll_table_rows(sample); r++) printf("  %s\n", unroll_table_text(sample, r, c));
    bad = 0;
done:
    unroll_table_free(sample);
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}
