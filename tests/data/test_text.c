/* Text files: lines and streams, cut into characters, words, bytes, numbers. */
#include "schema.h"
#include <math.h>
#include "data/parts.h"

static void lines_are_examples(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int c = add(&w, "c", UR_CHARS, 0, "t", true);
    put("a.txt", "\xEF\xBB\xBF" "ab\r\n\nçé a\nlast");
    GOOD(&w, &r, NULL, "c=a.txt");
    assert_int_equal(r->n, 4);
    static const int want[] = { 2, 0, 4, 4 };
    for (int i = 0; i < 4; i++)
        assert_int_equal(r->extent[T].len[i], want[i]);
    assert_string_equal(symbol(r, c, 2), "ç");
    assert_string_equal(symbol(r, c, 4), " ");
    assert_int_equal(r->col[c].raw.start[4], 10);
    assert_string_equal(r->col[c].from, "a.txt");
    assert_false(r->stream);
    ur_raw_free(r);
}

/* reads LF lines and the same with CR in place of each LF: the same symbols, lengths and examples */
static void same_with_cr(ur_data_kind kind, const char *index, bool stream, const char *text, size_t n)
{
    world w; ur_raw *r, *q;
    world_new(&w);
    int d = add(&w, "d", kind, UR_IS_SYMBOL(kind) ? 0 : 1, index, true);
    ur_read_options o = { .stream = stream };
    char *cr = malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        cr[i] = text[i] == '\n' ? '\r' : text[i];
    put_bytes("lf.txt", text, n);
    put_bytes("cr.txt", cr, n);
    free(cr);
    GOOD(&w, &r, &o, "d=lf.txt");
    GOOD(&w, &q, &o, "d=cr.txt");
    assert_true(r->n == q->n && r->nremark == 0 && q->nremark == 0);
    const ur_series *a = &r->col[d].raw, *b = &q->col[d].raw;
    assert_int_equal(a->nrow, b->nrow);
    assert_memory_equal(a->start, b->start, (r->n + 1) * sizeof *a->start);
    for (size_t i = 0; i < a->nrow; i++) {
        if (a->sym && strcmp(symbol(r, d, i), symbol(q, d, i)) != 0)
            fail_msg("row %zu: '%s' is read as '%s'", i, symbol(r, d, i), symbol(q, d, i));
        if (a->num && a->num[i] != b->num[i])
            fail_msg("row %zu: %g is read as %g", i, a->num[i], b->num[i]);
    }
    ur_raw_free(r);
    ur_raw_free(q);
}

static void lines_that_end_in_cr(void **state)
{
    (void)state;
    enum { LONG = 530000, WINDOW = 256 * 1024 };
    static const struct { ur_data_kind kind; const char *index; } of[] = { { UR_CHARS, "t" }, { UR_WORDS, "t" }, { UR_BYTES, "t" }, { UR_CHARS, "tk" }, { UR_WORDS, "" }, { UR_RAW, "t" } };
    char *text = malloc(LONG);
    for (size_t k = 0; k < sizeof of / sizeof *of; k++)
        for (int stream = 0; stream < 2; stream++) {
            if (stream && (of[k].kind == UR_BYTES || !*of[k].index))     /* every byte counts; one long sequence needs an index */
                continue;
            same_with_cr(of[k].kind, of[k].index, stream, "1 2\n3\n\n4 5\n", 11);
            same_with_cr(of[k].kind, of[k].index, stream, "1 2\n3", 5);
            same_with_cr(of[k].kind, of[k].index, stream, "\n\n", 2);
            for (int every = 7; every < 700; every = every * 40 + 1) {   /* line ends at every place of a window's end */
                for (size_t i = 0; i < LONG; i++)
                    text[i] = (int)(i % (size_t)every) == every - 1 ? '\n' : "12 345 "[i % 7];
                same_with_cr(of[k].kind, of[k].index, stream, text, LONG);
            }
            if (of[k].kind == UR_RAW)
                continue;
            for (size_t edge = WINDOW - 3; edge < WINDOW + 2; edge++) {  /* the first line end is about where the window ends */
                memset(text, 'a', LONG);
                for (size_t i = edge; i < LONG; i += 1000)
                    text[i] = '\n';
                if (edge < WINDOW)
                    same_with_cr(of[k].kind, of[k].index, stream, text, LONG);
            }
        }
    free(text);
}

static void a_cr_within_lines_is_said(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    add(&w, "c", UR_CHARS, 0, "t", true);
    put("a.txt", "ab\r\n\rc\r\r\nd\re\n");
    GOOD(&w, &r, NULL, "c=a.txt");
    assert_int_equal(r->n, 3);
    assert_int_equal(r->nremark, 1);
    assert_string_equal(r->remark[0], "a.txt: 2 carriage returns within lines that end in a line feed, first in line 2: each is read as a symbol");
    ur_raw_free(r);
    put("a.txt", "ab\r\ncd\r\n");
    GOOD(&w, &r, NULL, "c=a.txt");
    assert_int_equal(r->nremark, 0);
    ur_raw_free(r);
}

static void several_texts_line_by_line(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int src = add(&w, "src", UR_WORDS, 0, "s", false), tgt = add(&w, "tgt", UR_WORDS, 0, "t", true), l = add(&w, "label", UR_SYMBOL, 0, "", true);
    int x = add(&w, "x", UR_REAL, 2, "s", false), tag = add(&w, "tag", UR_SYMBOL, 0, "t", true);
    put("src.txt", "  the cat\tsat \nno\n");
    put("tgt.txt", "le chat\noh la la\n");
    put("label.txt", "good film\n\n");
    put("x.txt", "1,2 3 4 5 NA\n-1 2e3\n");
    put("tag.txt", "D N\nI A B\n");
    GOOD(&w, &r, NULL, "src=src.txt", "tgt=tgt.txt", "label=label.txt", "x=x.txt", "tag=tag.txt");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[S].len[0], 3);
    assert_int_equal(r->extent[T].len[1], 3);
    assert_string_equal(symbol(r, src, 0), "the");
    assert_string_equal(symbol(r, tgt, 4), "la");
    assert_string_equal(symbol(r, l, 0), "good film");
    assert_false(seen(r, l, 1));
    assert_true(r->col[x].raw.num[3] == 4 && r->col[x].raw.num[7] == 2000 && !seen(r, x, 2) && seen(r, x, 3));
    assert_string_equal(symbol(r, tag, 3), "A");
    ur_raw_free(r);
    put("short.txt", "oh\n");
    BAD(&w, UNROLL_ERROR_DATA, "src.txt has 2 examples, short.txt has 1", NULL, "src=src.txt", "tgt=short.txt");
    put("tag.txt", "D N\nI A\n");
    BAD(&w, UNROLL_ERROR_DATA, "example 2: tag (tag.txt) has 2 positions along t, tgt (tgt.txt) has 3", NULL, "tgt=tgt.txt", "tag=tag.txt");
    put("x.txt", "1 2 3\n1 2\n");
    BAD(&w, UNROLL_ERROR_DATA, "x.txt:1: 3 numbers; x has 2 for each position", NULL, "x=x.txt");
    put("x.txt", "1 2\n1 two\n");
    BAD(&w, UNROLL_ERROR_DATA, "x.txt:2: 'two' is not a number, which x needs", NULL, "x=x.txt");
    put("table.csv", "label\na\nb\n");
    GOOD(&w, &r, NULL, "table.csv", "src=src.txt");
    assert_int_equal(r->n, 2);
    ur_raw_free(r);
}

static void words_cut_to_characters(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int c = add(&w, "word", UR_CHARS, 0, "tk", false), tag = add(&w, "tag", UR_WORDS, 0, "t", true);
    put("a.txt", "the é\n\ncat\n");
    put("b.txt", "D X\n\nN\n");
    GOOD(&w, &r, NULL, "word=a.txt", "tag=b.txt");
    assert_int_equal(r->n, 3);
    assert_int_equal(r->extent[T].len[0], 2);
    assert_int_equal(r->extent[T].len[1], 0);
    assert_int_equal(r->extent[K].len[0], 3);
    assert_int_equal(r->extent[K].len[1], 1);
    assert_int_equal(r->extent[K].first[3], 7);
    assert_int_equal(r->col[c].raw.start[2], 4);
    assert_string_equal(symbol(r, c, 3), "é");
    assert_string_equal(symbol(r, tag, 2), "N");
    ur_raw_free(r);
    put("b.txt", "D\n\nN\n");
    BAD(&w, UNROLL_ERROR_DATA, "example 1: tag (b.txt) has 1 position along t, word (a.txt) has 2", NULL, "word=a.txt", "tag=b.txt");
}

static void streams(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { .stream = true };
    world_new(&w);
    int c = add(&w, "c", UR_CHARS, 0, "t", true), v = add(&w, "w", UR_WORDS, 0, "s", true);
    put("a.txt", "ab\nc\n");
    put("b.txt", "one two\nthree\n");
    GOOD(&w, &r, &o, "c=a.txt", "w=b.txt");
    assert_true(r->stream && r->n == 1);
    assert_int_equal(r->extent[T].len[0], 5);
    assert_string_equal(symbol(r, c, 2), "\n");
    assert_int_equal(r->extent[S].len[0], 5);
    assert_string_equal(symbol(r, v, 2), "<eos>");
    assert_int_equal(ur_raw_units(&w.g, r), 5);
    ur_raw_free(r);
    world_new(&w);
    int b = add(&w, "b", UR_BYTES, 0, "t", true), y = add(&w, "y", UR_REAL, 1, "s", true);
    put_bytes("a.bin", "\xFF\0\n\xFF", 4);
    put("y.txt", "1\n2\n3.5\n");
    GOOD(&w, &r, &o, "b=a.bin", "y=y.txt");
    assert_int_equal(r->extent[T].len[0], 4);
    size_t n;
    assert_memory_equal(ur_vocab_entry(r->col[b].local, r->col[b].raw.sym[1], &n), "\0", 1);
    assert_int_equal(n, 1);
    assert_int_equal(r->col[b].raw.sym[0], r->col[b].raw.sym[3]);
    assert_true(r->col[y].raw.num[2] == 3.5);
    ur_raw_free(r);
    put("y.txt", "1\n2\n\n3.x\n");
    BAD(&w, UNROLL_ERROR_DATA, "y.txt:4: '3.x' is not a number", &o, "y=y.txt");
}

/* Texts longer than what is read at once, with and without line ends, against the same text handed over in one piece. */
static void long_texts(void **state)
{
    (void)state;
    enum { N = 1500000 };
    static const ur_data_kind kind[] = { UR_WORDS, UR_CHARS, UR_BYTES };
    static const char *const piece[] = { "a", "b,c", " ", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "word ", "\t", "an_unusually;long_one", "\n" };
    ur_read_options o = { .stream = true };
    char *s = malloc(N + 100);
    assert_non_null(s);
    for (uint32_t round = 0; round < 12; round++) {
        world w; ur_raw *r, *whole; ur_err e = { 0 };
        size_t n = 0, lines = round % 2 ? 9 : 10;       /* odd rounds: one line */
        bool stream = round < 9;
        world_new(&w);
        int d = add(&w, "d", kind[round % 3], 0, round == 4 || round == 10 ? "tk" : "t", true);
        for (uint32_t k = 0; n < N; k++)
            n += (size_t)sprintf(s + n, "%s", piece[(size_t)(ur_uniform(1, round, k, 0, 0) * (double)lines)]);
        put_bytes("a.txt", s, n);
        GOOD(&w, &r, stream ? &o : NULL, "d=a.txt");
        if (stream) {                    /* a cutter sees it whole */
            ur_cutter c = { .kind = kind[round % 3], .nested = round == 4, .stream = true };
            int32_t count;
            size_t bad;
            assert_int_equal(ur_vocab_new(&c.vocab, &e), 0);
            assert_int_equal(ur_cut(&c, s, n, &count, &bad, &e), 0);
            assert_int_equal(r->extent[T].len[0], count);
            assert_int_equal(r->col[d].raw.nrow, c.sym.n);
            assert_memory_equal(r->col[d].raw.sym, c.sym.v, c.sym.n * sizeof(int32_t));
            assert_int_equal(ur_vocab_size(r->col[d].local), ur_vocab_size(c.vocab));
            if (c.nested)
                assert_memory_equal(r->extent[K].len, c.inner.v, c.inner.n * sizeof(int32_t));
            ur_vocab_free(c.vocab);
            ur_free(c.sym.v);
            ur_free(c.inner.v);
            ur_free(c.small);
        } else {                         /* line by line from an array */
            const char **line = malloc(sizeof *line * n);
            size_t m = 0;
            assert_non_null(line);
            s[n] = 0;
            for (char *p = s, *end; p < s + n; p = end + 1) {
                end = memchr(p, '\n', (size_t)(s + n + 1 - p));
                end = end ? end : s + n;
                *end = 0;
                line[m++] = p;
            }
            assert_int_equal(r->n, m);
            assert_int_equal(ur_raw_new(&whole, &w.g, m, &e), 0);
            assert_int_equal(ur_raw_set_texts(whole, &w.g, d, NULL, line, &e), 0);
            assert_int_equal(r->col[d].raw.nrow, whole->col[d].raw.nrow);
            assert_memory_equal(r->col[d].raw.sym, whole->col[d].raw.sym, r->col[d].raw.nrow * sizeof(int32_t));
            assert_memory_equal(r->extent[T].len, whole->extent[T].len, m * sizeof(int32_t));
            ur_raw_free(whole);
            free(line);
        }
        ur_raw_free(r);
    }
    free(s);
}

static void what_can_be_wrong(void **state)
{
    (void)state;
    world w; ur_read_options o = { .stream = true };
    world_new(&w);
    add(&w, "c", UR_CHARS, 0, "t", true);
    add(&w, "w", UR_WORDS, 0, "tk", true);
    add(&w, "l", UR_SYMBOL, 0, "", true);
    add(&w, "j", UR_SYMBOL, 0, "tj", true);
    add(&w, "n", UR_COUNT, 1, "t", true);
    add(&w, "at", UR_TIME, 1, "t", true);
    put_bytes("a.txt", "fine\nab\xC3(\n", 10);
    BAD(&w, UNROLL_ERROR_DATA, "a.txt:2: byte 3 of the line is not UTF-8; save the text as UTF-8, or declare c as bytes", NULL, "c=a.txt");
    BAD(&w, UNROLL_ERROR_DATA, "a.txt:2: byte 3 of the line is not UTF-8", &o, "c=a.txt");
    BAD(&w, UNROLL_ERROR_DATA, "a.txt:2: byte 3 of the line is not UTF-8", NULL, "l=a.txt");
    char *far = malloc(1000003);         /* far from the start, and in a long line */
    assert_non_null(far);
    memset(far, ' ', 1000000);
    memcpy(far + 1000000, "a\xC3(", 3);
    put_bytes("far.txt", far, 1000003);
    BAD(&w, UNROLL_ERROR_DATA, "far.txt:1: byte 1000002 of the line is not UTF-8", &o, "c=far.txt");
    for (int i = 0; i < 1000000; i += 10)
        far[i] = '\n';
    put_bytes("far.txt", far, 1000003);
    BAD(&w, UNROLL_ERROR_DATA, "far.txt:100001: byte 11 of the line is not UTF-8", &o, "c=far.txt");
    BAD(&w, UNROLL_ERROR_DATA, "far.txt:100001: byte 11 of the line is not UTF-8", NULL, "c=far.txt");
    free(far);
    put("a.txt", "");
    BAD(&w, UNROLL_ERROR_DATA, "a.txt: is empty", NULL, "c=a.txt");
    put("a.txt", "x\n");
    BAD(&w, UNROLL_ERROR_UNSUPPORTED, "cannot be cut into w along 2 indices", NULL, "w=a.txt");
    BAD(&w, UNROLL_ERROR_UNSUPPORTED, "has fixed indices", NULL, "j=a.txt");
    BAD(&w, UNROLL_ERROR_USAGE, "l has no index to run along", &o, "l=a.txt");
    BAD(&w, UNROLL_ERROR_DATA, "a.txt:1: 'x' is not a date or a time, which at needs", NULL, "at=a.txt");
    BAD(&w, UNROLL_ERROR_FILE, "nothing.txt: cannot be opened", NULL, "c=nothing.txt");
    BAD(&w, UNROLL_ERROR_FILE, ".: is a directory", NULL, "c=.");
    put("a.txt", "1 2 -3\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.txt:1: '-3' is not a count", NULL, "n=a.txt");
    o.stream = false;
    o.group = "g";
    BAD(&w, UNROLL_ERROR_USAGE, "--group g needs a table", &o, "c=a.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_examples), cmocka_unit_test(lines_that_end_in_cr), cmocka_unit_test(a_cr_within_lines_is_said), cmocka_unit_test(several_texts_line_by_line), cmocka_unit_test(words_cut_to_characters),
        cmocka_unit_test(streams), cmocka_unit_test(long_texts), cmocka_unit_test(what_can_be_wrong),
    };
    return cmocka_run_group_tests_name("data/text", tests, folder_make, folder_remove);
}
