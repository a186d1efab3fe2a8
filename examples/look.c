/* look: how much of each word's attention lies on what the word names, for models/caption.unr on the strips that make_task draws.
 *     look caption.model image=test.npy word=test.txt test.boxes.csv
 * The boxes are rows "example,place,word,first,last", counted from 1: columns first to last show the place'th word of that example. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unroll.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, unroll_error());
    return 1;
}

/* how the weights a[t,x] lie in memory: strides of t and x */
static int strides(const unroll_model *model, const unroll_data *data, size_t example, long *t, long *x)
{
    for (size_t i = 0; i < unroll_quantity_count(model); i++) {
        unroll_named q;
        if (unroll_quantity_info(model, i, &q) || strcmp(q.name, "a") || q.nindex != 2 || !q.weighs) continue;
        int inner = !strcmp(q.index[1], q.weighs);           /* x is the last index */
        *t = inner ? unroll_data_length(data, q.index[1], example) : 1;
        *x = inner ? 1 : unroll_data_length(data, q.index[1], example);
        return *t < 1 || *x < 1;
    }
    return 1;
}

int main(int argc, char **argv)
{
    unroll_model *model = NULL;
    unroll_data *data = NULL;
    double *weight = NULL, sum = 0;
    size_t words = 0, most = 0, n = 0;
    char line[256], word[64];
    unsigned long example, place, first, last, held = 0;
    long t = 0, x = 0;
    int bad = 1;
    if (argc != 5) { fprintf(stderr, "usage: look MODEL image=FILE word=FILE BOXES.csv\n"); return 2; }
    FILE *boxes = fopen(argv[4], "r");
    if (!boxes) { perror(argv[4]); return 1; }
    if (unroll_open(&model, argv[1], NULL, 0)) { fail(argv[1]); goto done; }
    if (unroll_data_read(&data, model, (const char *const *)argv + 2, 2, NULL)) { fail("the data"); goto done; }
    while (fgets(line, sizeof line, boxes)) {
        if (sscanf(line, "%lu,%lu,%63[^,],%lu,%lu", &example, &place, word, &first, &last) != 5) continue;   /* the header */
        if (example != held) {
            if (unroll_quantity(model, data, "a", example - 1, NULL, NULL, 0, &n, NULL)) { fail("the weights"); goto done; }
            if (n > most) {
                double *more = realloc(weight, n * sizeof *more);
                if (!more) { perror("look"); goto done; }
                weight = more;
                most = n;
            }
            if (unroll_quantity(model, data, "a", example - 1, NULL, weight, n, &n, NULL)) { fail("the weights"); goto done; }
            if (strides(model, data, example - 1, &t, &x)) { fprintf(stderr, "%s: has no weights a[t,x]\n", argv[1]); goto done; }
            held = example;
        }
        for (unsigned long k = first; k <= last; k++) {
            size_t at = (size_t)((long)(place - 1) * t + (long)(k - 1) * x);
            if (at >= n) { fprintf(stderr, "%s: the box of example %lu, word %lu lies outside the image\n", argv[4], example, place); goto done; }
            sum += weight[at];
        }
        words++;
    }
    printf("%.1f %% of a word's attention lies on what it names (mean over %zu words)\n", words ? 100 * sum / (double)words : 0, words);
    bad = 0;
done:
    free(weight);
    unroll_data_free(data);
    unroll_close(model);
    fclose(boxes);
    return bad;
}
