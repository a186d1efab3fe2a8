/* Tables: binding, grouping, missing cells, and every way a table can be wrong. */
#include "schema.h"
#include <math.h>

static void columns_meet_data_by_name(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), c = add(&w, "c", UR_COUNT, 1, "t", false), h = add(&w, "holiday", UR_RAW, 1, "t", false);
    int z = add(&w, "absent", UR_REAL, 1, "t", true), k = add(&w, "kind", UR_SYMBOL, 0, "t", false), when = add(&w, "at", UR_TIME, 1, "t", false);
    put("a.csv", "other,kind,y,c,holiday,at\n1,\"a, b\",1.5,3,TRUE,2012-01-01\n2,c,-2,0,false,2012-01-02 06:00:00\n3,\"say \"\"hi\"\"\",,NA,null,NaN\n");
    GOOD(&w, &r, NULL, "a.csv");
    assert_int_equal(r->n, 1);
    assert_int_equal(r->extent[T].len[0], 3);
    assert_null(r->extent[S].len);
    assert_true(r->col[y].raw.num[0] == 1.5 && r->col[y].raw.num[1] == -2 && isnan(r->col[y].raw.num[2]));
    assert_true(seen(r, y, 0) && !seen(r, y, 2) && !seen(r, c, 2) && !seen(r, h, 2) && !seen(r, when, 2));
    assert_true(r->col[c].raw.num[0] == 3 && r->col[h].raw.num[0] == 1 && r->col[h].raw.num[1] == 0);
    assert_true(r->col[when].raw.num[0] == 1325376000 && r->col[when].raw.num[1] == 1325484000);
    assert_string_equal(symbol(r, k, 0), "a, b");
    assert_string_equal(symbol(r, k, 2), "say \"hi\"");
    assert_false(r->col[z].present);
    assert_int_equal(r->ncolumns, 6);
    assert_string_equal(r->columns[2], "y");
    assert_string_equal(r->col[y].from, "a.csv, column y");
    assert_int_equal(ur_raw_units(&w.g, r), 3);
    ur_raw_free(r);
}

static void delimiters_marks_and_line_ends(void **state)
{
    (void)state;
    static const struct { const char *file, *text; } as[] = {
        { "a.csv", "x,y\n1,2.5\n3,4\n" }, { "a.tsv", "x\ty\n1\t2.5\n3\t4" }, { "b.csv", "x;y\n1;2,5\n3;4\n" }, { "c.csv", "x\ty\n1\t2.5\n3\t4\n" },
        { "d.csv", "\xEF\xBB\xBFx,y\r\n1,2.5\r\n3,4\r\n" }, { "e.csv", "\"x\",\"y\"\n\"1\",\"2.5\"\n 3 , 4 \n" }, { "f.csv", "\n\nx,y\n1,2.5\n3,4\n\n\n" },
        { "g.tsv", "x, z\ty\n1\t2.5\n3\t4\n" }, { "h", "x,y\r1,2.5\r3,4\r" },
    };
    for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
        world w; ur_raw *r;
        world_new(&w);
        int y = add(&w, "y", UR_REAL, 1, "t", true);
        put(as[i].file, as[i].text);
        GOOD(&w, &r, NULL, as[i].file);
        if (r->n != 1 || r->col[y].raw.nrow != 2)
            fail_msg("%s: %zu examples, %d columns, %s", as[i].file, r->n, r->ncolumns, r->columns[0]);
        if (r->col[y].raw.num[0] != 2.5 || r->col[y].raw.num[1] != 4)
            fail_msg("%s: %g %g", as[i].file, r->col[y].raw.num[0], r->col[y].raw.num[1]);
        ur_raw_free(r);
    }
}

static void names_bind_columns(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { 0 };
    world_new(&w);
    int load = add(&w, "load", UR_REAL, 1, "t", true), x = add(&w, "x", UR_REAL, 3, "t", false);
    put("a.csv", "Total load (MW),x1,x2,x3,p,q,\"a,b\"\n10,1,2,3,4,5,6\n20,7,8,9,10,11,12\n");
    GOOD(&w, &r, NULL, "a.csv", "load=\"Total load (MW)\"");
    assert_true(r->col[load].raw.num[1] == 20 && r->col[x].raw.num[3] == 7 && r->col[x].raw.num[5] == 9);
    ur_raw_free(r);
    GOOD(&w, &r, NULL, "load=Total load (MW)", "a.csv", "x=p, q,x2");
    assert_true(r->col[load].raw.num[1] == 20 && r->col[x].raw.num[0] == 4 && r->col[x].raw.num[2] == 2);
    ur_raw_free(r);
    GOOD(&w, &r, NULL, "load=\"a,b\"", "a.csv");
    assert_true(r->col[load].raw.num[1] == 12);
    ur_raw_free(r);
    put("b.csv", "x_1,x_2,x_3\n1,2,3\n");
    GOOD(&w, &r, NULL, "b.csv");
    assert_true(r->col[x].raw.num[2] == 3);
    ur_raw_free(r);
    BAD(&w, UNROLL_ERROR_DATA, "no table has a column of this name (columns: Total load (MW), x1, x2, x3, p, q, a,b); did you mean the column Total load (MW)?", NULL, "a.csv", "load=\"Total laod (MW)\"");
    BAD(&w, UNROLL_ERROR_DATA, "neither a column nor a file", NULL, "a.csv", "load=nothing");
    BAD(&w, UNROLL_ERROR_USAGE, "the model has no data called lode; did you mean load?", NULL, "a.csv", "lode=p");
    BAD(&w, UNROLL_ERROR_USAGE, "given twice", NULL, "a.csv", "load=p", "load=q");
    BAD(&w, UNROLL_ERROR_USAGE, "no table is given", NULL, "load=\"p\"");
    BAD(&w, UNROLL_ERROR_DATA, "x has 3 components, \"p,q\" names 2 columns", NULL, "a.csv", "x=p,q");
    put("c.csv", "x1,x3\n1,2\n");
    BAD(&w, UNROLL_ERROR_DATA, "c.csv:1: column x2 is missing; x has 3 components and 2 of their columns are there", NULL, "c.csv");
    put("d.csv", "x,load\n1,2\n");
    BAD(&w, UNROLL_ERROR_DATA, "so it needs columns x1 to x3", NULL, "d.csv");
    put("e.csv", "load,load\n1,2\n");
    BAD(&w, UNROLL_ERROR_DATA, "e.csv:1: two columns are called load", NULL, "e.csv");
    o.group = "towne";
    put("f.csv", "load,town\n1,2\n");
    BAD(&w, UNROLL_ERROR_DATA, "there is no column towne to group by; did you mean town?", &o, "f.csv");
    put("g.csv", "1,2,3\n1,2,3\n");
    BAD(&w, UNROLL_ERROR_DATA, "a table needs a header row", NULL, "g.csv");
}

static void fixed_indices_take_numbered_columns(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int p = add(&w, "p", UR_RAW, 1, "tj", false), q = add(&w, "q", UR_SYMBOL, 0, "tj", false);
    put("a.csv", "p.1,p.2,p.3,q1,q2,q3\n1,2,3,a,b,a\n4,5,6,c,,a\n");
    GOOD(&w, &r, NULL, "a.csv");
    assert_true(r->col[p].raw.num[5] == 6);
    assert_string_equal(symbol(r, q, 3), "c");
    assert_true(seen(r, q, 0) && !seen(r, q, 1));
    ur_raw_free(r);
}

static void groups_and_blank_lines_make_examples(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { .group = "town" };
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), l = add(&w, "label", UR_SYMBOL, 0, "", true);
    put("a.csv", "town,y,label,time\nb,1,hot,1\na,2,cold,2\nb,3,hot,3\n\na,4,,4\nc,5,mild,5\nb,6,hot,6\n");
    GOOD(&w, &r, &o, "a.csv");
    assert_int_equal(r->n, 3);
    static const double want[] = { 1, 3, 6, 2, 4, 5 };
    for (int i = 0; i < 6; i++)
        assert_true(r->col[y].raw.num[i] == want[i] && r->when[i] == want[i]);
    assert_string_equal(r->label[0], "b");
    assert_string_equal(r->label[2], "c");
    assert_int_equal(r->extent[T].len[0], 3);
    assert_int_equal(r->col[y].raw.start[1], 3);
    assert_int_equal(r->col[l].raw.nrow, 3);
    assert_string_equal(symbol(r, l, 1), "cold");
    assert_int_equal(r->when_index, T);
    assert_false(r->when_date);
    ur_raw_free(r);

    put("b.csv", "y,label\n1,hot\n2,hot\n\n\n\r\n3,cold\n\n");
    GOOD(&w, &r, NULL, "b.csv");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[T].len[0], 2);
    assert_int_equal(r->extent[T].len[1], 1);
    assert_string_equal(symbol(r, l, 1), "cold");
    ur_raw_free(r);

    put("c.csv", "y,label\n1,hot\n2,cold\n");
    BAD(&w, UNROLL_ERROR_DATA, "c.csv, column label: label has no index, so it has one value for each example, but its rows differ within example 1", NULL, "c.csv");
    put("d.csv", "town,y\n,1\n");
    BAD(&w, UNROLL_ERROR_DATA, "d.csv:2: column town: the group is empty", &o, "d.csv");
}

static void rows_are_examples_where_no_index_runs_along_them(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int name = add(&w, "name", UR_CHARS, 0, "t", false), l = add(&w, "label", UR_SYMBOL, 0, "", true), x = add(&w, "x", UR_REAL, 1, "", false);
    put("a.csv", "name,label,x\nÅsa,se,1\n\nBo,se,2\n,dk,3\n");
    GOOD(&w, &r, NULL, "a.csv");
    assert_int_equal(r->n, 3);
    assert_int_equal(r->extent[T].len[0], 3);
    assert_int_equal(r->extent[T].len[1], 2);
    assert_int_equal(r->extent[T].len[2], 0);
    assert_string_equal(symbol(r, name, 0), "Å");
    assert_string_equal(symbol(r, name, 4), "o");
    assert_string_equal(symbol(r, l, 2), "dk");
    assert_true(r->col[x].raw.num[2] == 3 && r->col[x].raw.start[2] == 2);
    assert_int_equal(ur_raw_units(&w.g, r), 3);
    ur_raw_free(r);

    world_new(&w);
    int word = add(&w, "word", UR_WORDS, 0, "t", true), tag = add(&w, "tag", UR_WORDS, 0, "t", true);
    put("b.csv", "word,tag\nthe cat sat,D N V\ngo,V\n");
    GOOD(&w, &r, NULL, "b.csv");
    assert_int_equal(r->n, 2);
    assert_string_equal(symbol(r, word, 1), "cat");
    assert_string_equal(symbol(r, tag, 3), "V");
    ur_raw_free(r);
    put("c.csv", "word,tag\nthe cat sat,D N V\ngo,V N\n");
    BAD(&w, UNROLL_ERROR_DATA, "example 2: tag (c.csv, column tag) has 2 positions along t, word (c.csv, column word) has 1", NULL, "c.csv");
}

static void text_cells_beside_rows(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { .group = "s" };
    world_new(&w);                       /* one token a row, a text of characters in each */
    int word = add(&w, "word", UR_CHARS, 0, "tk", false), tag = add(&w, "tag", UR_SYMBOL, 0, "t", true), cap = add(&w, "cap", UR_WORDS, 0, "s", false);
    put("a.csv", "s,word,tag,cap\n1,the,D,a b\n2,go,V,c\n1,cat,N,\n");
    GOOD(&w, &r, &o, "a.csv");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[T].len[0], 2);
    assert_int_equal(r->extent[K].len[0], 3);
    assert_int_equal(r->extent[K].len[2], 2);
    assert_int_equal(r->extent[K].first[2], 6);
    assert_int_equal(r->col[word].raw.start[1], 6);
    assert_string_equal(symbol(r, word, 3), "c");
    assert_string_equal(symbol(r, tag, 1), "N");
    assert_int_equal(r->extent[S].len[0], 2);
    assert_string_equal(symbol(r, cap, 1), "b");
    ur_raw_free(r);

    world_new(&w);                       /* grouped: a cell is one symbol */
    word = add(&w, "word", UR_WORDS, 0, "t", true);
    put("b.csv", "s,word\n1,New York\n1,is\n2,x\n");
    GOOD(&w, &r, &o, "b.csv");
    assert_int_equal(r->n, 2);
    assert_string_equal(symbol(r, word, 0), "New York");
    ur_raw_free(r);

    world_new(&w);                       /* a text along two indices in one cell: its words, their characters */
    word = add(&w, "word", UR_CHARS, 0, "tk", true);
    put("c.csv", "word\n\"ab c\"\n\"\"\nd\n");
    GOOD(&w, &r, NULL, "c.csv");
    assert_int_equal(r->n, 3);
    assert_int_equal(r->extent[T].len[0], 2);
    assert_int_equal(r->extent[T].len[1], 0);
    assert_int_equal(r->extent[K].first[3], 4);
    ur_raw_free(r);
}

static void several_tables(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), x = add(&w, "x", UR_REAL, 1, "s", false);
    put("a.csv", "date,y\n2020-01-01,1\n2020-01-02,2\n");
    put("b.csv", "y,date\n3,2020-02-01\n");
    put("c.csv", "x\n7\n\n8\n9\n");
    GOOD(&w, &r, NULL, "a.csv", "b.csv", "c.csv");
    assert_int_equal(r->n, 2);
    assert_int_equal(r->extent[T].len[1], 1);
    assert_int_equal(r->extent[S].len[1], 2);
    assert_true(r->col[y].raw.num[2] == 3 && r->col[x].raw.num[2] == 9);
    assert_true(r->when_date && r->nwhen == 3 && r->when[2] == 1580515200);
    assert_string_equal(r->when_name, "date");
    ur_raw_free(r);
    BAD(&w, UNROLL_ERROR_DATA, "a.csv has 1 example, c.csv has 2", NULL, "a.csv", "c.csv");
    put("d.csv", "y,x\n3,4\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv and d.csv share some data but only one of them has x", NULL, "a.csv", "d.csv");
    BAD(&w, UNROLL_ERROR_DATA, "only one of them has x", NULL, "d.csv", "a.csv");
    put("e.csv", "y\n3\n");
    GOOD(&w, &r, NULL, "a.csv", "e.csv");      /* its times are not known: none are told */
    assert_null(r->when);
    ur_raw_free(r);
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    add(&w, "x", UR_REAL, 1, "t", false);
    put("f.csv", "x\n7\n8\n9\n");
    BAD(&w, UNROLL_ERROR_DATA, "example 1: x (f.csv, column x) has 3 positions along t, y (a.csv, column y) has 2", NULL, "a.csv", "f.csv");
}

static void what_can_be_wrong(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    add(&w, "c", UR_COUNT, 1, "t", true);
    add(&w, "at", UR_TIME, 1, "t", true);
    add(&w, "s", UR_SYMBOL, 0, "t", true);
    put("a.csv", "y,c\n1,2\n\n3,abc\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:4: column c: 'abc' is not a number; where it says that a value is missing: --missing 'abc'", NULL, "a.csv");
    put("a.csv", "y,c\n1,-1\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:2: column c: '-1' is not a count: counts are whole numbers from 0", NULL, "a.csv");
    put("a.csv", "y,c\n1,1.5\n");
    BAD(&w, UNROLL_ERROR_DATA, "is not a count", NULL, "a.csv");
    put("a.csv", "at\nyesterday\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:2: column at: 'yesterday' is not a date or a time; write it as 2013-01-31", NULL, "a.csv");
    put("a.csv", "y,c\n1,1\n1,1,1\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:3: 3 fields, the header has 2; a value that holds the delimiter needs quotes", NULL, "a.csv");
    put("a.csv", "y,c\n1,1,1\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:2: 3 fields, the header has 2; where all rows have as many, the first line lacks names", NULL, "a.csv");
    put("a.csv", "y,c\n1\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:2: 1 field, the header has 2", NULL, "a.csv");
    put("a.csv", "y,c\n\"1,2\n3,4\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:2: a quote is opened here and never closed", NULL, "a.csv");
    put("a.csv", "");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv: is empty", NULL, "a.csv");
    put("a.csv", "\n\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv: is empty", NULL, "a.csv");
    put("a.csv", "y,c");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv: has a header and no rows", NULL, "a.csv");
    put("a.csv", "s\n\xFFoo\n");
    BAD(&w, UNROLL_ERROR_DATA, "is not UTF-8; save the table as UTF-8", NULL, "a.csv");
    put("a.csv", "s,\xFF\nfoo,1\n");
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:1: the header is not UTF-8", NULL, "a.csv");
    put_bytes("a.csv", "\xFF\xFEy\0\n\0", 6);
    BAD(&w, UNROLL_ERROR_DATA, "a.csv: is UTF-16", NULL, "a.csv");
    put("a.csv", "\x89HDF\r\n");
    BAD(&w, UNROLL_ERROR_DATA, "NetCDF", NULL, "a.csv");
    put("a.csv", "PK\3\4");
    BAD(&w, UNROLL_ERROR_DATA, "spreadsheet", NULL, "a.csv");
    BAD(&w, UNROLL_ERROR_FILE, "nothing.csv: cannot be opened: No such file", NULL, "nothing.csv");
    BAD(&w, UNROLL_ERROR_FILE, ".: is a directory", NULL, ".");
    put("a.csv", "y,c\n1e999,1\n");
    BAD(&w, UNROLL_ERROR_DATA, "'1e999' is not a number", NULL, "a.csv");
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "tk", true);
    put("a.csv", "y,c\n1,1\n");
    BAD(&w, UNROLL_ERROR_UNSUPPORTED, "y is carried along 2 indices", NULL, "a.csv");
    world_new(&w);
    add(&w, "nothing", UR_REAL, 1, "t", true);
    GOOD(&w, &r, NULL, "a.csv");         /* absent is no error here: the model says what it needs */
    assert_int_equal(r->n, 0);
    assert_int_equal(r->ncolumns, 2);
    ur_raw_free(r);
}

static void a_field_without_end(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    size_t n = UR_MAX_FIELD + 1000000;
    char *s = malloc(n);
    assert_non_null(s);
    memset(s, 'a', n);
    memcpy(s, "y\n1\n\"", 5);
    put_bytes("a.csv", s, n);
    free(s);
    BAD(&w, UNROLL_ERROR_DATA, "a.csv:3: a field of more than 16777216 bytes; a quote may be open", NULL, "a.csv");
}

/* Bytes that tables are made of, in any order: an answer or an error, never more. */
static void random_tables(void **state)
{
    (void)state;
    static const char alphabet[] = "yycl,,;;\t\"\"\n\n\r 10.-eNAxg\xC3\xA9\xFF";
    world w; ur_read_options o = { .group = "g" };
    int good = 0;
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    add(&w, "c", UR_CHARS, 0, "tk", true);
    add(&w, "l", UR_SYMBOL, 0, "", true);
    for (uint32_t i = 0; i < 4000; i++) {
        char s[400];
        size_t n = (size_t)(ur_uniform(1, i, 0, 0, 0) * 300);
        size_t head = (size_t)snprintf(s, sizeof s, "%s", i % 4 == 0 ? "" : i % 4 == 1 ? "y,c,l\n" : i % 4 == 2 ? "g,y\n" : "c\n");
        for (size_t k = 0; k < n; k++)
            s[head + k] = alphabet[(size_t)(ur_uniform(2, i, (uint32_t)k, 0, 0) * (sizeof alphabet - 1))];
        put_bytes("a.csv", s, head + n);
        ur_raw *r; ur_err e;
        int rc = READ(&w, &r, &e, i % 3 ? NULL : &o, "a.csv");
        assert_int_equal(rc, e.code);
        if (rc)
            assert_true(ur_utf8_valid(e.text, strlen(e.text), NULL) || strchr(e.text, '\xFF') || strchr(e.text, '\xC3') || strchr(e.text, '\xA9'));
        good += !rc;
        ur_raw_free(r);
    }
    assert_true(good > 0);
}

static void large_tables_are_not_quadratic(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { .group = "g" };
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), s = add(&w, "s", UR_SYMBOL, 0, "t", false);
    FILE *f = fopen("a.csv", "w");
    assert_non_null(f);
    fputs("g,y,s\n", f);
    for (int i = 0; i < 300000; i++)
        fprintf(f, "%d,%d.25,w%d\n", i % 1000, i, i % 50000);
    fclose(f);
    double t = ur_now();
    GOOD(&w, &r, &o, "a.csv");
    assert_true(ur_now() - t < 10);
    assert_int_equal(r->n, 1000);
    assert_int_equal(r->extent[T].len[999], 300);
    assert_true(r->col[y].raw.num[301] == 1001.25);
    assert_string_equal(symbol(r, s, 301), "w1001");
    ur_raw_free(r);
}

static void real_tables(void **state)
{
    (void)state;
    char path[600];
    const char *root = getenv("UNROLL_DATA");
    snprintf(path, sizeof path, "%s/nyc-weather-2013/weather.csv.gz", root ? root : UR_SOURCE_DIR "/../shared/data");
    if (access(path, R_OK) != 0) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    world w; ur_raw *r; ur_read_options o = { .group = "origin" };
    world_new(&w);
    int temp = add(&w, "temp", UR_REAL, 1, "t", true), gust = add(&w, "wind_gust", UR_REAL, 1, "t", false), when = add(&w, "at", UR_TIME, 1, "t", false);
    GOOD(&w, &r, &o, path, "at=time_hour");
    assert_int_equal(r->n, 3);
    assert_string_equal(r->label[0], "EWR");
    assert_true(r->col[temp].raw.num[0] == 39.02 && r->col[when].raw.num[0] == 1357020000);
    assert_false(seen(r, gust, 0));
    assert_int_equal(r->col[temp].raw.nrow, 26115);
    ur_raw_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_meet_data_by_name), cmocka_unit_test(delimiters_marks_and_line_ends), cmocka_unit_test(names_bind_columns),
        cmocka_unit_test(fixed_indices_take_numbered_columns), cmocka_unit_test(groups_and_blank_lines_make_examples),
        cmocka_unit_test(rows_are_examples_where_no_index_runs_along_them), cmocka_unit_test(text_cells_beside_rows), cmocka_unit_test(several_tables),
        cmocka_unit_test(what_can_be_wrong), cmocka_unit_test(a_field_without_end), cmocka_unit_test(random_tables), cmocka_unit_test(large_tables_are_not_quadratic),
        cmocka_unit_test(real_tables),
    };
    return cmocka_run_group_tests_name("data/table", tests, folder_make, folder_remove);
}
