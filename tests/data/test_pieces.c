/* Subword pieces: against SentencePiece's own Python package, round trips, what cannot be learned, nested words, gaps, damaged models. */
#include "schema.h"
#include "data/parts.h"

#define GOLDEN UR_SOURCE_DIR "/tests/golden/data/pieces"

static ur_err e;

static char *whole_file(const char *path, size_t *n)
{
    ur_buf b = { 0 };
    ur_err why = { 0 };
    if (ur_file_read_all(path, 1u << 26, &b, &why))
        fail_msg("%s", why.text);
    *n = b.n;
    return b.s;
}

typedef struct golden { char *all, *version; size_t n; struct { char *text, *ids, *back; } line[400]; } golden;

static golden golden_lines(void)
{
    golden g = { 0 };
    size_t n;
    char *p = g.all = whole_file(GOLDEN ".txt", &n);
    for (int k = 0; p < g.all + n; k++) {
        char *end = strchr(p, '\n'), **to = k == 0 ? &g.version : k % 3 == 1 ? &g.line[g.n].text : k % 3 == 2 ? &g.line[g.n].ids : &g.line[g.n].back;
        *end = 0;
        *to = p;
        g.n += k && k % 3 == 0;
        p = end + 1;
    }
    assert_int_equal(g.n, 308);
    return g;
}

/* a code of one datum from a SentencePiece model */
static void code_from(ur_code *c, const void *bytes, size_t n)
{
    *c = (ur_code){ .width = 1 };
    if (ur_pieces_read(&c->pieces, bytes, n, "x", &e))
        fail_msg("%s", e.text);
    assert_int_equal(ur_vocab_new(&c->vocab, &e), 0);
    for (int id = UR_SYM_FIRST; id < ur_pieces_size(c->pieces); id++) {
        size_t k;
        const char *s = ur_pieces_entry(c->pieces, id, &k);
        assert_int_equal(ur_vocab_add(c->vocab, s, k, &e), id);
    }
}

static ur_raw *texts_of(const world *w, size_t n, const char *const *text)
{
    ur_raw *r = NULL;
    e = (ur_err){ 0 };
    if (ur_raw_new(&r, &w->g, n, &e) || ur_raw_set_texts(r, &w->g, 0, NULL, text, &e))
        fail_msg("%s", e.text);
    return r;
}

static ur_examples *encoded(const world *w, const ur_raw *r, const ur_code *c)
{
    ur_examples *x = NULL;
    if (ur_encode(&x, &w->g, r, c, false, false, false, NULL, &e))
        fail_msg("%s", e.text);
    return x;
}

static void same_ids(const ur_series *s, size_t example, const char *ids, const char *text)
{
    size_t row = s->start[example];
    char *end;
    for (const char *p = ids; *p; p = *end ? end + 1 : end, row++) {
        long id = strtol(p, &end, 10);
        if (row >= s->start[example + 1] || s->sym[row] != id)
            fail_msg("%s: piece %zu is not %ld", text, row - s->start[example], id);
    }
    assert_int_equal(row, s->start[example + 1]);
}

static void back(char *out, size_t cap, const world *w, const ur_code *c, const ur_series *s, size_t example)
{
    ur_buf b = { 0 };
    ur_symbols_text(&b, w->d[0].kind, c->vocab, s->sym + s->start[example], s->start[example + 1] - s->start[example], false);
    assert_true(b.n < cap);
    memcpy(out, b.n ? b.s : "", b.n);
    out[b.n] = 0;
    ur_buf_free(&b);
}

/* a model that another version may have written cuts as that version did */
static void golden_model(void **state)
{
    (void)state;
    golden g = golden_lines();
    const char *text[400];
    char got[4000];
    size_t n;
    char *bytes = whole_file(GOLDEN ".model", &n);
    world w;
    world_new(&w);
    add(&w, "x", UR_PIECES, 0, "t", true);
    ur_code c;
    code_from(&c, bytes, n);
    for (size_t k = 0; k < g.n; k++)
        text[k] = g.line[k].text;
    ur_raw *r = texts_of(&w, g.n, text);
    ur_examples *x = encoded(&w, r, &c);
    for (size_t k = 0; k < g.n; k++) {
        same_ids(&x->series[0], k, g.line[k].ids, text[k]);
        assert_int_equal(x->extent[0].len[k], x->series[0].start[k + 1] - x->series[0].start[k]);
        back(got, sizeof got, &w, &c, &x->series[0], k);
        if (k < 300)
            assert_string_equal(got, text[k]);
        else if (!strstr(g.line[k].back, "\xE2\x81\x87"))        /* the mark of what is unknown is another one */
            assert_string_equal(got, g.line[k].back);
    }
    ur_examples_free(x);
    ur_raw_free(r);
    ur_code_free(&c, 1);
    ur_free(bytes);
    ur_free(g.all);
}

/* the first 600 lines of tinyshakespeare that are not empty */
static ur_raw *shakespeare(const world *w)
{
    ur_raw *all, *r = NULL;
    size_t k = 0, n = 0;
    GOOD(w, &all, NULL, "x=" UR_SOURCE_DIR "/models/data/input.txt.gz");
    for (; n < 600; k++)
        n += all->col[0].raw.start[k + 1] > all->col[0].raw.start[k];
    assert_int_equal(ur_raw_slice(&r, &w->g, all, 0, k, &e), 0);
    ur_raw_free(all);
    return r;
}

/* training gives what the Python package of the same version gives; and the same twice */
static void golden_training(void **state)
{
    (void)state;
    golden g = golden_lines();
    const char *text[400];
    char got[4000];
    world w;
    world_new(&w);
    add(&w, "x", UR_PIECES, 0, "t", true);
    w.d[0].pieces = 400;
    ur_raw *train = shakespeare(&w), *r;
    ur_code c = { 0 }, again = { 0 };
    if (ur_code_learn(&c, &w.g, train, 0, 0, &e) || ur_code_learn(&again, &w.g, train, 0, 0, &e))
        fail_msg("%s", e.text);
    size_t na, nb;
    const void *a = ur_pieces_bytes(c.pieces, &na), *b = ur_pieces_bytes(again.pieces, &nb);
    assert_int_equal(na, nb);
    assert_memory_equal(a, b, na);
    assert_int_equal(ur_vocab_size(c.vocab), 403);
    for (size_t k = 0; k < g.n; k++)
        text[k] = g.line[k].text;
    r = texts_of(&w, g.n, text);
    ur_examples *x = encoded(&w, r, &c);
    if (strcmp(g.version, UR_SENTENCEPIECE_VERSION) != 0)
        print_message("the ids are those of SentencePiece %s, and here is %s: not compared\n", g.version, UR_SENTENCEPIECE_VERSION);
    for (size_t k = 0; k < g.n; k++) {
        if (strcmp(g.version, UR_SENTENCEPIECE_VERSION) == 0)
            same_ids(&x->series[0], k, g.line[k].ids, text[k]);
        back(got, sizeof got, &w, &c, &x->series[0], k);
        if (k < 300)
            assert_string_equal(got, text[k]);
    }
    ur_code loaded;
    code_from(&loaded, a, na);
    ur_examples *y = encoded(&w, r, &loaded);
    assert_int_equal(x->series[0].nrow, y->series[0].nrow);
    assert_memory_equal(x->series[0].sym, y->series[0].sym, x->series[0].nrow * sizeof(int32_t));
    ur_examples_free(x);
    ur_examples_free(y);
    ur_code_free(&c, 1);
    ur_code_free(&again, 1);
    ur_code_free(&loaded, 1);
    ur_raw_free(train);
    ur_raw_free(r);
    ur_free(g.all);
}

/* ---- what cannot be learned */

static void refused(int pieces, int min_count, size_t n, const char *const *text, const char *what)
{
    world w;
    world_new(&w);
    add(&w, "src", UR_PIECES, 0, "t", true);
    w.d[0].pieces = pieces;
    ur_raw *r = texts_of(&w, n, text);
    ur_code c = { 0 };
    ur_err why = { 0 };
    assert_int_equal(ur_code_learn(&c, &w.g, r, min_count, 0, &why), UNROLL_ERROR_DATA);
    if (!strstr(why.text, what))
        fail_msg("%s, not %s", why.text, what);
    ur_code_free(&c, 1);
    ur_raw_free(r);
}

static const char *const cats[] = { "the cat sat on the mat", "the cats sat", "a mat and a cat", "", "that cat" };

static void cannot_learn(void **state)
{
    (void)state;
    refused(4000, 0, 5, cats, " pieces, not 4000; write pieces(");
    refused(3, 0, 5, cats, "src: its text has 11 different characters (the mark of a word's beginning is one), and each needs a piece: 3 are too few; write pieces(11) or more, or let rare characters be unknown (--min-count)");
    refused(5, 4, 5, cats, "src: characters seen less than 4 times are 20 % of its text, and pieces can leave 2 % of it unknown; ask for a smaller --min-count");
    refused(0, 0, 1, (const char *[]){ " \t " }, "src: there is no text to learn pieces from");
    refused(9, 0, 1, (const char *[]){ "\n\n" }, "src: there is no text to learn pieces from");
    refused(9, 0, 1, (const char *[]){ "\xE2\x96\x81 \xE2\x96\x85\xE2\x96\x81" }, "src: there is no text to learn pieces from");   /* what SentencePiece keeps for itself */
    refused(9, 0, 1, (const char *[]){ "\x01" }, "src: ");
}

/* fewer where the model gives no number; rare characters unknown by a least count */
static void fewer(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "x", UR_PIECES, 0, "t", true);
    ur_raw *r = texts_of(&w, 5, cats);
    ur_code c = { 0 };
    if (ur_code_learn(&c, &w.g, r, 0, 0, &e))
        fail_msg("%s", e.text);
    assert_in_range(ur_vocab_size(c.vocab), 3 + 11, 3 + 40);
    ur_code_free(&c, 1);
    ur_raw_free(r);
    const char *text[200];
    for (int k = 0; k < 200; k++)
        text[k] = k == 7 ? "the q cat" : cats[k % 3];
    r = texts_of(&w, 200, text);
    if (ur_code_learn(&c, &w.g, r, 2, 0, &e))
        fail_msg("%s", e.text);
    assert_int_equal(ur_vocab_find(c.vocab, "q", 1), UR_SYM_UNKNOWN);
    ur_examples *x = encoded(&w, r, &c);
    char got[100];
    back(got, sizeof got, &w, &c, &x->series[0], 7);
    assert_string_equal(got, "the \xEF\xBF\xBD cat");
    ur_examples_free(x);
    ur_raw_free(r);
    ur_code_free(&c, 1);
}

/* ---- shapes */

/* words along t, their pieces along k, beside other data along t */
static void within_words(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    int x = add(&w, "x", UR_PIECES, 0, "tk", false), tag = add(&w, "tag", UR_WORDS, 0, "t", true);
    put("x.txt", "the cat sat on the mat\nunheard cats\n\nthat cat\n");
    put("tag.txt", "d n v p d n\na n\n\nd n\n");
    ur_raw *r;
    GOOD(&w, &r, NULL, "x=x.txt", "tag=tag.txt");
    ur_code c[2] = { 0 };
    if (ur_code_learn(c, &w.g, r, 0, 0, &e))
        fail_msg("%s", e.text);
    ur_examples *q = encoded(&w, r, c);
    const ur_extent *k = &q->extent[K];
    assert_int_equal(q->series[tag].nrow, 10);
    for (size_t p = 0, row = 0; p < 10; p++) {           /* every word is the pieces of its own */
        ur_buf b = { 0 };
        assert_true(k->len[p] >= 1);
        assert_int_equal(k->first[p], row);
        assert_true(ur_begins_word(c[x].vocab, q->series[x].sym[row]));
        ur_symbols_text(&b, UR_PIECES, c[x].vocab, q->series[x].sym + row, (size_t)k->len[p], false);
        assert_string_equal(b.s, symbol(r, x, p));
        ur_buf_free(&b);
        row += (size_t)k->len[p];
        assert_true(p < 9 || row == q->series[x].nrow);
    }
    assert_int_equal(q->series[x].start[2], q->series[x].start[3]);
    ur_examples_free(q);
    ur_code_free(c, 2);
    ur_raw_free(r);
}

/* one long text: lines end with a symbol; parts of it are the whole's parts */
static void long_text(void **state)
{
    (void)state;
    world w;
    ur_read_options o = { .stream = true };
    world_new(&w);
    add(&w, "x", UR_PIECES, 0, "t", true);
    w.d[0].pieces = 12;
    put("x.txt", "the cat  sat\non the mat\n\nthe cat\nsat\n");
    ur_raw *r, *a = NULL, *b = NULL, *j = NULL;
    GOOD(&w, &r, &o, "x=x.txt");
    ur_code c = { 0 };
    if (ur_code_learn(&c, &w.g, r, 0, 0, &e))
        fail_msg("%s", e.text);
    assert_int_equal(ur_vocab_size(c.vocab), 3 + 12 + 1);
    assert_int_equal(ur_vocab_find(c.vocab, "\n", 1), 15);
    size_t units = ur_raw_units(&w.g, r), n, m;
    assert_int_equal(units, 14);
    char got[100];
    ur_examples *x = encoded(&w, r, &c);
    back(got, sizeof got, &w, &c, &x->series[0], 0);
    assert_string_equal(got, "the cat sat\non the mat\n\nthe cat\nsat\n");
    assert_int_equal(ur_encoded_units(&w.g, r, &c, units, &n, &e), 0);
    assert_int_equal(n, x->series[0].nrow);
    for (size_t cut = 0; cut <= units; cut++) {
        assert_int_equal(ur_raw_slice(&a, &w.g, r, 0, cut, &e), 0);
        assert_int_equal(ur_raw_slice(&b, &w.g, r, cut, units, &e), 0);
        assert_int_equal(ur_raw_join(&j, &w.g, a, b, &e), 0);
        ur_examples *y = encoded(&w, j, &c), *z = encoded(&w, a, &c);
        assert_int_equal(y->series[0].nrow, n);
        assert_memory_equal(y->series[0].sym, x->series[0].sym, n * sizeof(int32_t));
        assert_int_equal(ur_encoded_units(&w.g, r, &c, cut, &m, &e), 0);
        assert_int_equal(m, z->series[0].nrow);
        ur_examples_free(y);
        ur_examples_free(z);
        ur_raw_free(a);
        ur_raw_free(b);
        ur_raw_free(j);
    }
    ur_examples_free(x);
    ur_code_free(&c, 1);
    ur_raw_free(r);
}

/* a text for each word, some missing, some empty; tables; texts that are no UTF-8 */
static void cells(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "x", UR_PIECES, 0, "t", true);
    ur_raw *r = NULL;
    ur_code c = { 0 };
    const char *words[] = { "cat", NULL, "", "the mat", "cat" };
    e = (ur_err){ 0 };
    assert_int_equal(ur_raw_new(&r, &w.g, 2, &e), 0);
    if (ur_raw_set_texts(r, &w.g, 0, (size_t[]){ 3, 2 }, words, &e) || ur_code_learn(&c, &w.g, r, 0, 0, &e))
        fail_msg("%s", e.text);
    ur_examples *x = encoded(&w, r, &c);
    const ur_series *s = &x->series[0];
    size_t n = s->start[1];
    assert_true(s->seen[0] && !s->seen[n - 2] && s->seen[n - 1]);
    assert_int_equal(s->sym[n - 2], UR_SYM_UNKNOWN);
    assert_int_equal(s->sym[n - 1], UR_SYM_UNKNOWN);
    char got[100];
    back(got, sizeof got, &w, &c, s, 1);
    assert_string_equal(got, "the mat cat");
    ur_examples_free(x);
    ur_raw_free(r);
    put("x.csv", "x\nthe cat\n\"a mat,\nthat\"\ncat\n");
    GOOD(&w, &r, NULL, "x.csv");
    assert_int_equal(r->n, 3);
    x = encoded(&w, r, &c);
    back(got, sizeof got, &w, &c, &x->series[0], 0);
    assert_string_equal(got, "the cat");
    ur_examples_free(x);
    ur_raw_free(r);
    ur_code_free(&c, 1);
    put("bad.txt", "cat\nm\xFFt\n");
    BAD(&w, UNROLL_ERROR_DATA, "bad.txt:2: byte 2 of the line is not UTF-8", NULL, "x=bad.txt");
    put("bad.csv", "x\ncat\nm\xFFt\n");
    BAD(&w, UNROLL_ERROR_DATA, "bad.csv:3: column x: byte 2 of the cell is not UTF-8", NULL, "bad.csv");
}

/* ---- damaged models */

/* Whatever stands in the bytes: an error, or a model that cuts any text into ids that exist. */
static void damaged(void **state)
{
    (void)state;
    size_t n, good = 0;
    char *bytes = whole_file(GOLDEN ".model", &n);
    int32_t id[64];
    size_t count;
    for (size_t i = 0; i < n + n / 3; i++) {
        ur_pieces *p = NULL;
        ur_err why = { 0 };
        bool cut = i >= n;
        unsigned char was = cut ? 0 : (unsigned char)bytes[i];
        if (!cut)
            bytes[i] = (char)(was ^ (1u << i % 8));
        int rc = ur_pieces_read(&p, bytes, cut ? (i - n) * 3 : n, "x", &why);
        if (!rc) {
            good++;
            if (ur_pieces_of(p, "the king is dead \xC3\xA9", 19, id, 64, &count, &why) == 0)
                for (size_t k = 0; k < count; k++)
                    assert_in_range(id[k], 0, ur_pieces_size(p) - 1);
            ur_pieces_free(p);
        } else {
            assert_int_equal(rc, UNROLL_ERROR_FORMAT);
            assert_non_null(strstr(why.text, "the pieces of x are damaged"));
        }
        if (!cut)
            bytes[i] = (char)was;
    }
    assert_true(good < n);
    /* a table by which texts would be normalised: field 3 (normaliser), in it field 2 */
    static const char table[] = "\x1A\x06\x12\x04\x04\x00\x00\x00";
    char *more = malloc(n + sizeof table - 1);
    memcpy(more, bytes, n);
    memcpy(more + n, table, sizeof table - 1);
    ur_pieces *p = NULL;
    ur_err why = { 0 };
    assert_int_equal(ur_pieces_read(&p, more, n, "x", &why), 0);
    ur_pieces_free(p);
    assert_int_equal(ur_pieces_read(&p, more, n + sizeof table - 1, "x", &why), UNROLL_ERROR_FORMAT);
    free(more);
    ur_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_model), cmocka_unit_test(golden_training), cmocka_unit_test(cannot_learn), cmocka_unit_test(fewer),
        cmocka_unit_test(within_words), cmocka_unit_test(long_text), cmocka_unit_test(cells), cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
