/* Array files, IDX and NPY: element types, orders, shapes, what is damaged. golden/make_arrays.py makes the NPY files. */
#include "schema.h"
#include <math.h>
#include "data/parts.h"

#define NPY(name) UR_SOURCE_DIR "/tests/golden/data/arrays/" name ".npy"

/* an NPY file of version 1; header: the dictionary */
static void put_npy(const char *path, const char *header, const void *p, size_t n)
{
    char b[4096];
    size_t h = strlen(header);
    assert_true(10 + h + n <= sizeof b);
    memcpy(b, "\x93NUMPY\1\0", 8);
    b[8] = (char)(h & 255);
    b[9] = (char)(h >> 8);
    memcpy(b + 10, header, h);
    memcpy(b + 10 + h, p, n);
    put_bytes(path, b, 10 + h + n);
}

static void put_i2(const char *path, const char *shape, int n)
{
    char header[200];
    int16_t v[1000];
    snprintf(header, sizeof header, "{'descr': '<i2', 'fortran_order': False, 'shape': %s, }\n", shape);
    for (int i = 0; i < n; i++)
        v[i] = (int16_t)i;
    put_npy(path, header, v, sizeof *v * (size_t)n);
}

static void numbers_are(const ur_raw *r, int d, int n, const double *want)
{
    for (int i = 0; i < n; i++) {
        double v = r->col[d].raw.num[i];
        if (v != want[i] && !(isnan(v) && isnan(want[i])))
            fail_msg("number %d: %g, not %g", i, v, want[i]);
    }
}

static void element_types(void **state)
{
    (void)state;
    static const char *const file[] = {
        "x=" NPY("i1"), "x=" NPY("u1"), "x=" NPY("i2l"), "x=" NPY("i2b"), "x=" NPY("i4l"), "x=" NPY("i4b"), "x=" NPY("i8l"), "x=" NPY("i8b"),
        "x=" NPY("u2l"), "x=" NPY("u2b"), "x=" NPY("u4l"), "x=" NPY("u4b"), "x=" NPY("u8l"), "x=" NPY("u8b"), "x=" NPY("f2l"), "x=" NPY("f2b"),
        "x=" NPY("f4l"), "x=" NPY("f4b"), "x=" NPY("f8l"), "x=" NPY("f8b"), "x=" NPY("fortran"), "x=" NPY("fortran_big"), "x=" NPY("version2"),
        "x=" NPY("version3"),
    };
    world w; ur_raw *r;
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 4, "t", false);
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        GOOD(&w, &r, NULL, file[i]);
        assert_int_equal(r->n, 2);
        assert_int_equal(r->extent[T].len[0], 3);
        assert_int_equal(r->extent[T].len[1], 3);
        assert_int_equal(r->col[x].raw.nrow, 6);
        assert_int_equal(r->col[x].raw.start[1], 3);
        assert_null(r->col[x].raw.seen);
        for (int k = 0; k < 24; k++)
            if (r->col[x].raw.num[k] != k)
                fail_msg("%s: %d is %g", file[i], k, r->col[x].raw.num[k]);
        ur_raw_free(r);
    }
}

static void extremes(void **state)
{
    (void)state;
    static const struct { const char *file; int n; double v[9]; } all[] = {
        { "x=" NPY("low"), 2, { -128, 127 } }, { "x=" NPY("low2"), 2, { -32768, 32767 } }, { "x=" NPY("low8"), 2, { -0x1p63, 0x1p63 } },
        { "x=" NPY("high8"), 2, { 0, 0x1p64 } }, { "x=" NPY("bool"), 3, { 1, 0, 1 } }, { "x=" NPY("scalar"), 1, { 7 } },
        { "x=" NPY("halves"), 9, { 0, 0, 1, -2.5, 65504, 0x1p-24, 0x1p-14, NAN, 0x1.554p-2 } },
    };
    world w; ur_raw *r;
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 1, "", false);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        GOOD(&w, &r, NULL, all[i].file);
        assert_int_equal(r->n, all[i].n);
        numbers_are(r, x, all[i].n, all[i].v);
        for (int k = 0; k < all[i].n; k++)
            assert_int_equal(seen(r, x, (size_t)k), !isnan(all[i].v[k]));
        ur_raw_free(r);
    }
}

static void idx_types(void **state)
{
    (void)state;
    static const struct { char code; size_t size; char byte[16]; } all[] = {   /* 1, -2 (bytes: 254) */
        { 0x08, 1, "\x01\xFE" }, { 0x09, 1, "\x01\xFE" }, { 0x0B, 2, "\0\1\xFF\xFE" }, { 0x0C, 4, "\0\0\0\1\xFF\xFF\xFF\xFE" },
        { 0x0D, 4, "\x3F\x80\0\0\xC0\0\0\0" }, { 0x0E, 8, "\x3F\xF0\0\0\0\0\0\0\xC0\0\0\0\0\0\0" },
    };
    world w; ur_raw *r;
    world_new(&w);
    int x = add(&w, "x", UR_REAL, 1, "", false);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char b[32] = { 0, 0, all[i].code, 1, 0, 0, 0, 2 };
        memcpy(b + 8, all[i].byte, 2 * all[i].size);
        put_bytes("a.idx", b, 8 + 2 * all[i].size);
        GOOD(&w, &r, NULL, "x=a.idx");
        assert_int_equal(r->n, 2);
        assert_true(r->col[x].raw.num[0] == 1 && r->col[x].raw.num[1] == (i ? -2 : 254));
        ur_raw_free(r);
    }
}

static int elements(const char *shape)
{
    int n = 1;
    for (const char *p = shape; *p; p++)
        if (*p >= '0' && *p <= '9') {
            n *= (int)strtol(p, (char **)&p, 10);
            p--;
        }
    return n;
}

/* What an array becomes, by its shape and the datum. */
static void shapes(void **state)
{
    (void)state;
    static const struct { const char *shape; int size; const char *index; size_t n; int t, s; } good[] = {
        { "(2, 12)", 12, "", 2, -1, -1 }, { "(2, 3, 4)", 12, "", 2, -1, -1 }, { "(12,)", 12, "", 1, -1, -1 }, { "(3, 4)", 12, "", 1, -1, -1 },
        { "(24,)", 1, "", 24, -1, -1 }, { "(24, 1)", 1, "", 24, -1, -1 }, { "(2, 1, 12)", 12, "", 2, -1, -1 },
        { "(2, 12)", 1, "t", 2, 12, -1 }, { "(2, 3, 4)", 1, "t", 2, 12, -1 }, { "(2, 3, 4)", 4, "t", 2, 3, -1 }, { "(2, 3, 2, 2)", 4, "t", 2, 3, -1 },
        { "(24,)", 1, "t", 1, 24, -1 }, { "(6, 4)", 4, "t", 1, 6, -1 }, { "(2, 12, 1)", 1, "t", 2, 12, -1 },
        { "(2, 3, 4)", 1, "ts", 2, 3, 4 }, { "(6, 4)", 1, "ts", 1, 6, 4 }, { "(2, 3, 2, 2)", 2, "ts", 2, 3, 2 },
        { "(2, 3, 4)", 4, "t", 2, 3, -1 }, { "(2, 4, 3)", 1, "tj", 2, 4, -1 }, { "(2, 2, 3, 2)", 2, "tj", 2, 2, -1 }, { "(2L, 12L)", 12, "", 2, -1, -1 }, { "(2, 0)", 1, "t", 2, 0, -1 },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        world w; ur_raw *r;
        world_new(&w);
        int x = add(&w, "x", UR_RAW, good[i].size, good[i].index, false);
        int count = elements(good[i].shape);
        put_i2("a.npy", good[i].shape, count);
        GOOD(&w, &r, NULL, "x=a.npy");
        assert_int_equal(r->n, good[i].n);
        for (size_t e = 0; e < r->n; e++) {
            if (good[i].t >= 0)
                assert_int_equal(r->extent[T].len[e], good[i].t);
            if (good[i].s >= 0)
                assert_int_equal(r->extent[S].len[e], good[i].s);
        }
        for (int k = 0; k < count; k++)
            assert_true(r->col[x].raw.num[k] == k);
        assert_int_equal(r->col[x].raw.start[r->n] * ur_datum_width(&w.g, &w.d[x]), count);
        ur_raw_free(r);
    }
    static const struct { const char *shape; int size; const char *index, *what; } bad[] = {
        { "(2, 3, 4)", 5, "", "a.npy: the array's shape is [2, 3, 4]; x needs [examples, 5], or for one example [5]" },
        { "(2, 12)", 1, "", "the array's shape is [2, 12]; x needs [examples], or for one example []" },
        { "(2, 3, 4)", 6, "t", "shape is [2, 3, 4]; x needs [examples, t, 6], or for one example [t, 6]" },
        { "(4,)", 4, "t", "shape is [4]; x needs [examples, t, 4], or for one example [t, 4]" },
        { "(24,)", 1, "ts", "shape is [24]; x needs [examples, t, s], or for one example [t, s]" },
        { "(2, 3, 2, 2)", 1, "ts", "shape is [2, 3, 2, 2]; x needs [examples, t, s], or for one example [t, s]" },
        { "(2, 5, 2)", 4, "tj", "shape is [2, 5, 2]; x needs [examples, t, 3, 4], or for one example [t, 3, 4]" },
        { "()", 4, "", "shape is []; x needs [examples, 4]" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        world w;
        world_new(&w);
        add(&w, "x", UR_RAW, bad[i].size, bad[i].index, false);
        put_i2("a.npy", bad[i].shape, elements(bad[i].shape));
        BAD(&w, UNROLL_ERROR_DATA, bad[i].what, NULL, "x=a.npy");
    }
}

/* Rows run along indices by their ids: a datum written the other way round is turned. Nested indices have a length for each position. */
static void orders(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 2, "st", false);
    put_i2("a.npy", "(2, 3, 2, 2)", 24);
    GOOD(&w, &r, NULL, "x=a.npy");
    assert_int_equal(r->extent[S].len[1], 3);
    assert_int_equal(r->extent[T].len[1], 2);
    static const double want[] = { 0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11, 12, 13, 16 };
    numbers_are(r, x, 15, want);
    ur_raw_free(r);
    world_new(&w);
    x = add(&w, "x", UR_RAW, 1, "tk", false);
    put_i2("a.npy", "(2, 3, 4)", 24);
    GOOD(&w, &r, NULL, "x=a.npy");
    assert_int_equal(r->extent[T].len[1], 3);
    assert_int_equal(r->extent[K].first[6], 24);
    assert_int_equal(r->extent[K].len[5], 4);
    assert_int_equal(r->col[x].raw.start[1], 12);
    ur_raw_free(r);
    world_new(&w);                       /* the file's order and the datum's both turned */
    x = add(&w, "x", UR_RAW, 1, "st", false);
    GOOD(&w, &r, NULL, "x=" NPY("fortran"));
    assert_int_equal(r->extent[S].len[0], 3);
    assert_int_equal(r->extent[T].len[0], 4);
    static const double turned[] = { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 12, 16 };
    numbers_are(r, x, 14, turned);
    ur_raw_free(r);
}

static void symbols(void **state)
{
    (void)state;
    world w; ur_raw *r;
    world_new(&w);
    int l = add(&w, "l", UR_SYMBOL, 0, "", true), b = add(&w, "b", UR_BYTES, 0, "t", true), v = add(&w, "v", UR_WORDS, 0, "s", true);
    static const double label[] = { 10, -3, NAN, 10, -0.0 };
    put_npy("l.npy", "{\"shape\": (5,), \"descr\": \"<f8\", \"fortran_order\": False}", label, sizeof label);
    put_bytes("b.idx", "\0\0\x08\x02\0\0\0\5\0\0\0\2" "ab\0a\xFF" "bcdef", 22);
    put_i2("v.npy", "(5, 2)", 10);
    GOOD(&w, &r, NULL, "l=l.npy", "b=b.idx", "v=v.npy");
    assert_int_equal(r->n, 5);
    assert_string_equal(symbol(r, l, 0), "10");
    assert_string_equal(symbol(r, l, 1), "-3");
    assert_false(seen(r, l, 2));
    assert_true(seen(r, l, 1));
    assert_int_equal(r->col[l].raw.sym[3], r->col[l].raw.sym[0]);
    assert_string_equal(symbol(r, l, 4), "0");
    assert_string_equal(symbol(r, b, 1), "b");
    assert_string_equal(symbol(r, b, 4), "\xFF");
    size_t n;
    ur_vocab_entry(r->col[b].local, r->col[b].raw.sym[2], &n);
    assert_int_equal(n, 1);
    assert_string_equal(symbol(r, v, 9), "9");
    ur_raw_free(r);
    static const double half = 0.5, large = 1e300, byte = 256;
    put_npy("bad.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': ()}", &half, 8);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: l: example 1: 0.5 is not a whole number", NULL, "l=bad.npy");
    put_npy("bad.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': ()}", &large, 8);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: l: example 1: 1e+300 is too large for a symbol", NULL, "l=bad.npy");
    put_npy("bad.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1)}", &byte, 8);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: b: example 1, position 1: 256 is not a byte", NULL, "b=bad.npy");
    world_new(&w);
    add(&w, "c", UR_CHARS, 0, "t", true);
    BAD(&w, UNROLL_ERROR_UNSUPPORTED, "v.npy: an array of numbers cannot give the characters of c", NULL, "c=v.npy");
}

static void beside_other_files(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_read_options o = { .group = "g" }, stream = { .stream = true };
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 1, "t", false), l = add(&w, "l", UR_SYMBOL, 0, "", true), y = add(&w, "y", UR_REAL, 1, "t", true);
    put_i2("x.npy", "(3, 4)", 12);
    put("l.txt", "one\ntwo\nthree\n");
    GOOD(&w, &r, NULL, "x=x.npy", "l=l.txt");
    assert_string_equal(symbol(r, l, 2), "three");
    assert_int_equal(r->col[x].raw.start[2], 8);
    ur_raw_free(r);
    put("y.csv", "g,y\na,1\na,2\na,3\na,4\nb,1\nb,2\nb,3\nb,4\nc,1\nc,2\nc,3\nc,4\n");
    GOOD(&w, &r, &o, "x=x.npy", "y.csv");
    assert_true(r->n == 3 && r->col[y].raw.num[11] == 4);
    ur_raw_free(r);
    put("l.txt", "one\ntwo\n");
    BAD(&w, UNROLL_ERROR_DATA, "x.npy has 3 examples, l.txt has 2; files read together need one for one", NULL, "x=x.npy", "l=l.txt");
    put("y.csv", "g,y\na,1\na,2\na,3\na,4\nb,1\nb,2\nb,3\nc,1\nc,2\nc,3\nc,4\n");
    BAD(&w, UNROLL_ERROR_DATA, "example 2 (b): x (x.npy) has 4 positions along t, y (y.csv, column y) has 3", &o, "x=x.npy", "y.csv");
    BAD(&w, UNROLL_ERROR_USAGE, "x.npy: is an array, not a table; say which of the model's data it is: NAME=x.npy", NULL, "x.npy");
    GOOD(&w, &r, &stream, "x=x.npy");    /* the whole file one sequence */
    assert_true(r->n == 1 && r->extent[T].len[0] == 12);
    ur_raw_free(r);
    BAD(&w, UNROLL_ERROR_USAGE, "x.npy: --stream reads one long sequence, and l has no index to run along", &stream, "l=x.npy");
}

static void bad_files(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "x", UR_RAW, 1, "", false);
    add(&w, "n", UR_COUNT, 1, "t", false);
    static const struct { const char *file, *what; } npy[] = {
        { "x=" NPY("object"), "object.npy: its elements are Python objects ('|O') that cannot be read; save bool," },
        { "x=" NPY("text"), "its elements are texts ('<U3') that cannot be read" }, { "x=" NPY("complex"), "its elements are complex numbers ('<c16')" },
        { "x=" NPY("time"), "its elements are times ('<M8[s]')" }, { "x=" NPY("record"), "its elements are records of several fields" },
        { "x=" NPY("infinite"), "x: example 2: inf is not finite" }, { "x=" NPY("empty"), "empty.npy: the array's shape is [0, 4]; x needs [examples]" },
        { "n=" NPY("low"), "low.npy: n: example 1, position 1: -128 is not a count" }, { "n=" NPY("empty"), "has no examples: its first axis is 0" },
    };
    for (size_t i = 0; i < sizeof npy / sizeof *npy; i++)
        BAD(&w, UNROLL_ERROR_DATA, npy[i].what, NULL, npy[i].file);
    static const struct { const char *header, *what; } headers[] = {
        { "", "the header of the NPY file is damaged" }, { "{", "is damaged" }, { "{}", "is damaged" }, { "{'descr' '<f8'}", "is damaged" },
        { "{'descr': '<f8', 'fortran_order': False}", "is damaged" }, { "{'descr': '<f8', 'shape': (1,)}", "is damaged" },
        { "{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", "is damaged" }, { "{'descr': '<f8', 'fortran_order': False, 'shape': (1", "is damaged" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "is damaged" }, { "{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}", "is damaged" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': 1}", "is damaged" }, { "{'descr: 8}", "is damaged" }, { "{'descr': ''}", "is damaged" },
        { "{'other': 1}", "is damaged" }, { "{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", "floats of another size ('<f16')" },
        { "{'descr': '<i3', 'fortran_order': False, 'shape': (1,)}", "its elements are of a kind ('<i3')" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "is damaged" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693951,)}", "the array's header is damaged: an axis of 2305843009213693951" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967295, 4294967295, 4294967295)}", "more elements than any memory holds" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", "more than 32 axes" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "is cut short: its shape [1] has 1 elements of 8 bytes, and 0 are there" },
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        put_npy("bad.npy", headers[i].header, "1234567", 7);
        BAD(&w, UNROLL_ERROR_DATA, headers[i].what, NULL, "x=bad.npy");
    }
    put_bytes("bad.npy", "\x93NUMPY\4\0\4\0{}  ", 14);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: an NPY file of version 4; 1 to 3 can be read", NULL, "x=bad.npy");
    put_bytes("bad.npy", "\x93NUMPX\1\0\4\0{}  ", 14);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: the header of the NPY file is damaged", NULL, "x=bad.npy");
    put_bytes("bad.npy", "\x93NUMPY\1\0\377\0{", 11);
    BAD(&w, UNROLL_ERROR_DATA, "bad.npy: the array's header is cut short", NULL, "x=bad.npy");
    put_bytes("bad.npy", "\x93NUMPY\2\0\377\377\377\377{", 13);
    BAD(&w, UNROLL_ERROR_DATA, "is damaged", NULL, "x=bad.npy");
    static const struct { const char *bytes; size_t n; const char *what; } idx[] = {
        { "\0\0\x07\1\0\0\0\1a", 9, "bad.idx: begins as an IDX file, with elements of type 0x07, which is none" }, { "\0\0\x08", 3, "header is cut short" },
        { "\0\0\x08\2\0\0\0\1", 8, "header is cut short" }, { "\0\0\x08\1\0\0\0\3ab", 10, "is cut short: its shape [3] has 3 elements of 1 byte, and 2 are there" },
        { "\0\0\x08\1\x7F\0\0\0ab", 10, "is cut short: its shape [2130706432] has 2130706432 elements of 1 byte, and 2 are there" },
        { "\0\0\x08\1\0\0\0\1ab", 10, "goes on after the 1 elements of its shape [1]; a file holds one array" },
        { "\0\0\x08\2\0\0\0\1\0\0\0\2ab", 14, "bad.idx: the array's shape is [1, 2]; x needs [examples]" },
    };
    for (size_t i = 0; i < sizeof idx / sizeof *idx; i++) {
        put_bytes("bad.idx", idx[i].bytes, idx[i].n);
        BAD(&w, UNROLL_ERROR_DATA, idx[i].what, NULL, "x=bad.idx");
    }
    world_new(&w);                       /* bytes may begin with zeros and be no array */
    int b = add(&w, "b", UR_BYTES, 0, "t", true);
    ur_raw *r;
    put_bytes("a.bin", "\0\0\1\1", 4);
    GOOD(&w, &r, NULL, "b=a.bin");
    assert_int_equal(r->col[b].raw.nrow, 4);
    ur_raw_free(r);
}

/* An array longer than the window it is read through, packed or not. */
static void large(void **state)
{
    (void)state;
    enum { N = 700, LEN = 999 };
    world w; ur_raw *r;
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 1, "t", false);
    FILE *f = fopen("a.npy", "wb");
    assert_non_null(f);
    fwrite("\x93NUMPY\1\0\73\0{'descr': '>f4', 'fortran_order': True, 'shape': (700,999)}", 1, 69, f);
    for (int t = 0; t < LEN; t++)
        for (int e = 0; e < N; e++) {
            union { float f; uint32_t u; } v = { (float)(e * LEN + t) };
            uint32_t u = __builtin_bswap32(v.u);
            fwrite(&u, 4, 1, f);
        }
    assert_int_equal(fclose(f), 0);
    assert_int_equal(system("gzip -k a.npy && xz -0 -k a.npy"), 0);
    static const char *const file[] = { "x=a.npy", "x=a.npy.gz", "x=a.npy.xz" };
    for (int i = 0; i < 3; i++) {
        GOOD(&w, &r, NULL, file[i]);
        assert_int_equal(r->n, N);
        for (int k = 0; k < N * LEN; k++)
            if (r->col[x].raw.num[k] != k)
                fail_msg("%s: %d is %g", file[i], k, r->col[x].raw.num[k]);
        ur_raw_free(r);
    }
}

/* Headers with some of their bytes changed: an array or an error, whatever they say. */
static void changed_headers(void **state)
{
    (void)state;
    static const char *const file[] = { NPY("i2l"), NPY("fortran"), NPY("version2"), NPY("u1") };
    static const char idx[] = "\0\0\x0B\2\0\0\0\3\0\0\0\2abcdefghijkl";
    for (uint32_t round = 0; round < 800; round++) {
        char b[400];
        size_t n = sizeof idx - 1, head = 12;
        if (round % 5 < 4) {
            FILE *f = fopen(file[round % 5], "rb");
            assert_non_null(f);
            n = fread(b, 1, sizeof b, f);
            fclose(f);
            head = 80;
        } else {
            memcpy(b, idx, n);
        }
        for (uint32_t k = 0; k < 1 + round % 3; k++) {
            size_t at = (size_t)(ur_uniform(2, round, k, 0, 0) * (double)head);
            double u = ur_uniform(2, round, k, 0, 1);
            b[at] = k % 2 ? b[(size_t)(u * (double)head)] : (char)(u * 256);
        }
        put_bytes("a.npy", b, round % 7 ? n : n - round % 11);
        for (int what = 0; what < 3; what++) {
            world w; ur_raw *r; ur_err e;
            world_new(&w);
            add(&w, "x", what == 2 ? UR_SYMBOL : UR_RAW, what ? 1 : 4, "t", false);
            int rc = READ(&w, &r, &e, NULL, "x=a.npy");
            if (rc)
                assert_true(e.code == rc && *e.text);
            else
                ur_raw_free(r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(element_types), cmocka_unit_test(extremes), cmocka_unit_test(idx_types), cmocka_unit_test(shapes), cmocka_unit_test(orders),
        cmocka_unit_test(symbols), cmocka_unit_test(beside_other_files), cmocka_unit_test(bad_files), cmocka_unit_test(changed_headers), cmocka_unit_test(large),
    };
    return cmocka_run_group_tests_name("data/array", tests, folder_make, folder_remove);
}
