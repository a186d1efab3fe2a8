/* Column files: CoNLL-U and plain ones, what binds their columns, letters of words, and every way such a file can be wrong. */
#include "schema.h"
#include <math.h>

/* word[t], tag[t], char[t,k] */
static void tagger(world *w, int *word, int *tag, int *letter)
{
    world_new(w);
    *word = add(w, "word", UR_SYMBOL, 0, "t", false);
    *tag = add(w, "tag", UR_SYMBOL, 0, "t", true);
    *letter = add(w, "char", UR_CHARS, 0, "tk", false);
}

static const char conllu[] = "# newdoc\n# text = Don't \"go\"\n"
                             "1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                             "1\tDo\tdo\tAUX\tVBP\t_\t3\taux\t3:aux\t_\n"
                             "2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t3:advmod\t_\n"
                             "2.1\tghost\tghost\tX\tX\t_\t_\t_\t_\t_\n"
                             "3\t\"go\"\tgo\tVERB\t_\t_\t0\troot\t0:root\t_\r\n"
                             "\n# a comment alone\n\n\n"
                             "1\t_\t_\tSYM\tNFP\t_\t0\troot\t0:root\t_\n"
                             "2\tNA\tNA\tPROPN\tNNP\t_\t1\tflat\t_\tSpaceAfter=No";

static void conllu_rows_are_words(void **state)
{
    (void)state;
    world w; ur_raw *r;
    int word, tag, letter;
    tagger(&w, &word, &tag, &letter);
    int head = add(&w, "head", UR_COUNT, 1, "t", false);
    put("a.conllu", conllu);
    GOOD(&w, &r, NULL, "word=FORM", "char=FORM", "tag=XPOS", "head=HEAD", "a.conllu");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[T].len[0], 3);
    assert_int_equal(r->extent[T].len[1], 2);
    assert_string_equal(symbol(r, word, 1), "n't");
    assert_string_equal(symbol(r, word, 2), "\"go\"");
    assert_string_equal(symbol(r, word, 3), "_");            /* the word itself */
    assert_string_equal(symbol(r, word, 4), "NA");
    assert_true(seen(r, word, 3) && seen(r, word, 4) && seen(r, tag, 1) && !seen(r, tag, 2) && seen(r, tag, 3));
    assert_true(r->col[head].raw.num[0] == 3 && r->col[head].raw.num[2] == 0);
    static const int letters[] = { 2, 3, 4, 1, 2 };
    for (int i = 0; i < 5; i++)
        assert_int_equal(r->extent[K].len[i], letters[i]);
    assert_int_equal(r->col[letter].raw.nrow, 12);
    assert_int_equal(r->col[letter].raw.start[1], 9);
    assert_string_equal(symbol(r, letter, 2), "n");
    assert_string_equal(r->col[word].from, "a.conllu, column FORM");
    assert_string_equal(r->bound[letter], "FORM");
    assert_int_equal(r->form, UR_FORM_CONLLU);
    ur_raw_free(r);
    GOOD(&w, &r, NULL, "word=FORM", "a.conllu", "a.conllu");
    assert_int_equal(r->n, 4);
    assert_false(r->col[tag].present);
    ur_raw_free(r);
}

static void plain_columns_have_numbers(void **state)
{
    (void)state;
    static const struct { const char *file, *text; } as[] = {
        { "a.conll", "-DOCSTART-\tO\n\n#tag\tO\nNew\tB-LOC\n\"\tO\n\t\nNA\tO\n" },
        { "a.iob", "#tag O\nNew B-LOC\n\" O\n\nNA O" },
        { "a.bio", "\xEF\xBB\xBF\n\n#tag   O\r\n  New\t B-LOC \r\n\" O\r\n   \r\nNA O\r\n\r\n" },
        { "a.iob2", "-DOCSTART- -X- O\n#tag O\nNew B-LOC\n\" O\n-DOCSTART- -X- O\nNA O\n" },
    };
    for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
        world w; ur_raw *r;
        int word, tag, letter;
        tagger(&w, &word, &tag, &letter);
        put(as[i].file, as[i].text);
        GOOD(&w, &r, NULL, as[i].file, "word=1", "tag=2", "char=1");
        if (r->n != 2 || r->extent[T].len[0] != 3 || r->extent[T].len[1] != 1)
            fail_msg("%s: %zu sentences", as[i].file, r->n);
        assert_string_equal(symbol(r, word, 0), "#tag");
        assert_string_equal(symbol(r, tag, 1), "B-LOC");
        assert_string_equal(symbol(r, word, 2), "\"");
        assert_string_equal(symbol(r, word, 3), "NA");
        assert_true(seen(r, word, 3) && r->extent[K].len[0] == 4 && r->form == UR_FORM_COLUMNS);
        ur_raw_free(r);
    }
}

static void the_name_tells_or_the_options(void **state)
{
    (void)state;
    world w; ur_raw *r, *s; ur_read_options o = { .form = UR_FORM_COLUMNS };
    int word, tag, letter;
    tagger(&w, &word, &tag, &letter);
    put("a.annotated", "a\tO\n\nb\tB\nc\tI\n");
    GOOD(&w, &r, &o, "a.annotated", "word=1", "tag=2");
    assert_int_equal(r->n, 2);
    put("a.tsv", "word\ttag\na\tO\nb\tB\n");
    GOOD(&w, &s, &o, "a.tsv");           /* a name that tells goes before */
    assert_int_equal(s->n, 1);
    assert_string_equal(symbol(s, tag, 1), "B");
    ur_raw_free(s);
    /* bindings that held before hold again; one that is given goes before, a column's own name comes after */
    o.bound = r->bound;
    GOOD(&w, &s, &o, "a.annotated");
    assert_string_equal(symbol(s, tag, 2), "I");
    ur_raw_free(s);
    GOOD(&w, &s, &o, "a.annotated", "tag=1");
    assert_string_equal(symbol(s, tag, 2), "c");
    ur_raw_free(s);
    GOOD(&w, &s, &o, "a.tsv", "tag=");
    assert_string_equal(symbol(s, word, 1), "b");
    assert_false(s->col[tag].present);   /* left out, whatever the table has */
    ur_raw_free(s);
    int rc = ur_raw_slice(&s, &w.g, r, 1, 2, NULL);
    assert_int_equal(rc, 0);
    assert_string_equal(s->bound[tag], "2");
    assert_int_equal(s->form, UR_FORM_COLUMNS);
    ur_raw_free(s);
    ur_raw_free(r);
    o = (ur_read_options){ .form = UR_FORM_CONLLU };
    put("b.txt", conllu);
    GOOD(&w, &r, &o, "b.txt", "word=LEMMA");
    assert_string_equal(symbol(r, word, 1), "not");
    ur_raw_free(r);
}

static void letters_in_tables_and_texts(void **state)
{
    (void)state;
    world w; ur_raw *r;
    int word, tag, letter;
    tagger(&w, &word, &tag, &letter);
    put("a.csv", "form,pos\nNew York,N\nis,V\n\nbig,A\n");
    GOOD(&w, &r, NULL, "a.csv", "word=form", "char=form", "tag=pos");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[K].len[0], 8);
    assert_int_equal(r->col[letter].raw.nrow, 13);
    ur_raw_free(r);
    world_new(&w);
    word = add(&w, "word", UR_WORDS, 0, "t", false);
    letter = add(&w, "char", UR_CHARS, 0, "tk", false);
    put("a.txt", "the cat\n\ngr\xC3\xB6\xC3\x9F" "e\n");
    GOOD(&w, &r, NULL, "word=a.txt", "char=a.txt");
    assert_int_equal(r->n, 3);
    assert_int_equal(r->extent[T].len[1], 0);
    assert_int_equal(r->extent[K].len[2], 5);
    ur_raw_free(r);
    put("b.conll", "a B\nbc D\n");       /* words of a column file stand one in a row, declared as words or as symbol */
    GOOD(&w, &r, NULL, "word=1", "char=1", "b.conll");
    assert_int_equal(r->n, 1);
    assert_int_equal(r->extent[T].len[0], 2);
    assert_string_equal(symbol(r, word, 1), "bc");
    ur_raw_free(r);
}

static void what_can_be_wrong(void **state)
{
    (void)state;
    world w;
    int word, tag, letter;
    tagger(&w, &word, &tag, &letter);
    put("a.conllu", "# c\n1\ta\ta\tX\tX\t_\t0\troot\t_\t_\n2\tb\tb\tX\tX\t_\t0\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conllu:3: 7 columns, CoNLL-U has 10, between tabs: ID FORM LEMMA", NULL, "word=FORM", "a.conllu");
    put("a.conllu", "1 a a X X _ 0 root _ _\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conllu:1: 1 column, CoNLL-U has 10, between tabs", NULL, "word=FORM", "a.conllu");
    put("a.conllu", "hello-world\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conllu:1: 1 column", NULL, "word=FORM", "a.conllu");
    put("a.conllu", "# c\n\n# d\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conllu: has blank lines and comments alone; a column file needs a row for each word", NULL, "word=FORM", "a.conllu");
    put("a.conllu", "");
    BAD(&w, UNROLL_ERROR_DATA, "a.conllu: is empty; a column file needs a row for each word", NULL, "word=FORM", "a.conllu");
    put("a.conllu", conllu);
    BAD(&w, UNROLL_ERROR_DATA, "word=\"Form\": no table has a column of this name (columns: ID, FORM, LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL, DEPS, MISC)", NULL,
        "word=\"Form\"", "a.conllu", "a.conllu");
    BAD(&w, UNROLL_ERROR_DATA, "tag=POS: there is neither a column nor a file of this name (columns: ID, FORM", NULL, "tag=POS", "a.conllu");
    put("a.conll", "a\tO\nb\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conll:2: 1 column, the first row has 2, between tabs", NULL, "word=1", "a.conll");
    put("a.conll", "a O\nb O c\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conll:2: 3 columns, the first row has 2, between blanks", NULL, "word=1", "a.conll");
    put("a.conll", "\n \n\t\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conll: has blank lines alone", NULL, "word=1", "a.conll");
    put("a.conll", "a O\n\nb\xFF O\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.conll:3: column 1: byte 2 of the cell is not UTF-8", NULL, "word=1", "a.conll");
    BAD(&w, UNROLL_ERROR_DATA, "a.conll:3: column 1: byte 2 of the cell", NULL, "char=1", "a.conll");
    put("a.conll", "a x\n");
    int n = add(&w, "n", UR_RAW, 1, "t", false);
    (void)n;
    BAD(&w, UNROLL_ERROR_DATA, "a.conll:1: column 2: 'x' is not a number", NULL, "n=2", "a.conll");
    char *long_line = malloc(17u << 20);
    assert_non_null(long_line);
    memset(long_line, 'a', 17u << 20);
    put_bytes("long.conll", long_line, 17u << 20);
    free(long_line);
    BAD(&w, UNROLL_ERROR_DATA, "long.conll:1: a line of more than 16777216 bytes", NULL, "word=1", "long.conll");
}

/* many rows, so that they cross the ends of windows */
static void long_files(void **state)
{
    (void)state;
    world w; ur_raw *r;
    int word, tag, letter;
    tagger(&w, &word, &tag, &letter);
    FILE *f = fopen("long.conll", "wb");
    assert_non_null(f);
    for (int i = 0; i < 100000; i++)
        fprintf(f, "word%d\tT%d\n%s", i, i % 7, i % 10 == 9 ? "\n" : "");
    fclose(f);
    GOOD(&w, &r, NULL, "long.conll", "word=1", "tag=2");
    assert_int_equal(r->n, 10000);
    for (int i = 0; i < 100000; i += 997) {
        char want[32];
        snprintf(want, sizeof want, "word%d", i);
        assert_string_equal(symbol(r, word, (size_t)i), want);
        assert_int_equal(symbol(r, tag, (size_t)i)[1], '0' + i % 7);
    }
    ur_raw_free(r);
}

/* the README of each set says how many sentences and words there are */
static void real_files(void **state)
{
    (void)state;
    static const struct { const char *file, *form, *tag; size_t sentences, words, tags; } as[] = {
        { "ud-english-ewt/en_ewt-ud-train.conllu.gz", "word=FORM", "tag=UPOS", 12544, 204577, 17 },
        { "ud-english-ewt/en_ewt-ud-dev.conllu.gz", "word=FORM", "tag=UPOS", 2001, 25147, 17 },
        { "ud-english-ewt/en_ewt-ud-test.conllu.gz", "word=FORM", "tag=UPOS", 2077, 25094, 17 },
        { "wnut17/wnut17train.conll", "word=1", "tag=2", 3394, 62730, 13 },
        { "wnut17/emerging.dev.conll", "word=1", "tag=2", 1009, 15733, 13 },
        { "wnut17/emerging.test.annotated", "word=1", "tag=2", 1287, 23394, 13 },
    };
    const char *root = getenv("UNROLL_DATA");
    for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
        world w; ur_raw *r; ur_read_options o = { .form = UR_FORM_COLUMNS };
        int word, tag, letter;
        char path[1024], bound[16];
        snprintf(path, sizeof path, "%s/%s", root && *root ? root : UR_SOURCE_DIR "/../shared/data", as[i].file);
        if (access(path, R_OK) != 0) {
            print_message("%s is not there\n", path);
            skip();
        }
        tagger(&w, &word, &tag, &letter);
        snprintf(bound, sizeof bound, "char=%s", as[i].form + 5);
        GOOD(&w, &r, &o, path, as[i].form, as[i].tag, bound);
        if (r->n != as[i].sentences || r->col[word].raw.nrow != as[i].words || (size_t)ur_vocab_size(r->col[tag].local) != as[i].tags + UR_SYM_FIRST)
            fail_msg("%s: %zu sentences, %zu words, %d tags", as[i].file, r->n, r->col[word].raw.nrow, ur_vocab_size(r->col[tag].local) - UR_SYM_FIRST);
        ur_raw_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conllu_rows_are_words), cmocka_unit_test(plain_columns_have_numbers), cmocka_unit_test(the_name_tells_or_the_options),
        cmocka_unit_test(letters_in_tables_and_texts), cmocka_unit_test(what_can_be_wrong), cmocka_unit_test(long_files), cmocka_unit_test(real_files),
    };
    return cmocka_run_group_tests_name("data/columns", tests, folder_make, folder_remove);
}
