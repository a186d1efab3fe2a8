/* tag: a symbol for every word of a sentence (many to many). The model is kept in a file and opened again, as another
 * program would, before it is used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static const char text[] =
    "data  word[t], tag[t] : words\n"
    "param E, W, c\n"
    "e[t] : 8 = E word[t]\n"
    "f[t] = gru(8, e[t])\n"
    "b[t] = reverse gru(8, e[t])\n"
    "tag[t] ~ categorical(W [f[t]; b[t]] + c)\n";

static const char *const words[] = {
    "the dog sees a cat", "a cat sees the dog", "the old dog runs", "a small cat sleeps", "dogs run", "cats sleep",
    "the run ends", "a dog runs", "the small dog sees the old cat", "old dogs sleep",
};
static const char *const tags[] = {
    "D N V D N", "D N V D N", "D A N V", "D A N V", "N V", "N V",
    "D N V", "D N V", "D A N V D A N", "A N V",
};
enum { N = sizeof words / sizeof *words };

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

static int fit(const char *path, int epochs)
{
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    int bad = 1;
    if (unroll_open_text(&model, text, strlen(text), "tag", NULL, 0)) { fail("the model"); goto done; }
    if (unroll_data_new(&data, model, N) || unroll_data_set_texts(data, "word", NULL, words)
        || unroll_data_set_texts(data, "tag", NULL, tags)) { fail("the data"); goto done; }
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = epochs;
    o.batch = 5;
    o.rate = 0.02;
    if (unroll_fit(model, data, &o, NULL)) { fail("the fit"); goto done; }
    if (unroll_save(model, path)) { fail("saving"); goto done; }
    bad = 0;
done:
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}

static int use(const char *path)
{
    static const char *const new_words[] = { "the cat runs", "a old dog sleeps", "a run ends" };
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    unroll_table *answer = NULL;
    int bad = 1;
    if (unroll_open(&model, path, NULL, 0)) { fail("opening"); goto done; }
    if (unroll_data_new(&data, model, 3) || unroll_data_set_texts(data, "word", NULL, new_words)) { fail("the data"); goto done; }
    if (unroll_predict(model, data, NULL, &answer)) { fail("the prediction"); goto done; }
    for (size_t r = 0; r < unroll_table_rows(answer); r++) {
        for (size_t c = 0; c < unroll_table_columns(answer); c++)
            if (unroll_table_is_text(answer, c)) printf("%s %s  ", unroll_table_name(answer, c), unroll_table_text(answer, r, c));
            else printf("%s %.0f  ", unroll_table_name(answer, c), unroll_table_number(answer, r, c));
        putchar('\n');
    }
    bad = 0;
done:
    unroll_table_free(answer);
    unroll_data_free(data);
    unroll_close(model);
    return bad;
}

int main(int argc, char **argv)         /* [EPOCHS] */
{
    return fit("tag.model", argc > 1 ? atoi(argv[1]) : 60) || use("tag.model");
}
