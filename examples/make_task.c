/* make_task: data for the tasks by which recurrent models are measured, as .npy arrays that `unroll` reads by name=FILE. Uses zlib, and nothing
 * of Unroll. The same seed gives the same files.
 *
 *   adding    two numbers at each position: a value, uniform from 0 to 1, and a mark, 1 at one position of each half and else 0. Target: the
 *             sum of the two marked values (Hochreiter & Schmidhuber 1997)
 *   copy      ten symbols of 1 to 8, blanks (0) to position T + 9, eleven 9s; target: blanks, and the ten symbols where the 9s end the
 *             sequence, T + 20 positions in all (Hochreiter & Schmidhuber 1997; as in Bai, Kolter & Koltun 2018)
 *   permute   images as sequences of pixels in an order drawn once by the seed, or as they are (Le, Jaitly & Hinton 2015); smaller ones to begin with
 *   strips    one to five digits of random sizes at random places, none over another, on a strip of 160 columns of 32 pixels; the digits as words
 */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char usage[] =
    "make_task adding  PREFIX [--count N] [--length T]        PREFIX.x.npy [N, T, 2], PREFIX.y.npy [N]        (T = 600)\n"
    "make_task copy    PREFIX [--count N] [--length T]        PREFIX.x.npy, PREFIX.y.npy [N, T + 20]          (T = 1000)\n"
    "make_task permute PREFIX --images FILE [--identity] [--mean K]\n"
    "                                                         PREFIX.npy [N, pixels], of squares of K x K their mean\n"
    "make_task strips  PREFIX --images FILE --labels FILE [--count N]\n"
    "                                                         PREFIX.npy [N, 160, 32], PREFIX.txt, PREFIX.boxes.csv\n"
    "  --count N      examples (1000)\n"
    "  --seed S       of the random numbers (0)\n"
    "  --images FILE  an IDX file of images, packed with gzip or not; --labels FILE the same of their digits\n"
    "  --use A:B      of the images and labels, those from number A, counted from 0, to before B\n";

static void die(int code, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fprintf(stderr, "make_task: ");
    vfprintf(stderr, format, ap);
    fprintf(stderr, "\n");
    va_end(ap);
    exit(code);
}

static void *room(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        die(1, "out of memory");
    return p;
}

/* ---- random numbers: SplitMix64 (Steele, Lea & Flood 2014) */
static uint64_t state;

static uint64_t next(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static float uniform(void) { return (float)(next() >> 40) * 0x1p-24f; }                     /* [0, 1) */
static size_t below(size_t n) { return (size_t)((next() >> 32) * (uint64_t)n >> 32); }      /* 0 … n−1, n < 2^32 */

/* ---- files */
static FILE *create(const char *prefix, const char *suffix)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s%s", prefix, suffix) >= (int)sizeof path)
        die(2, "the prefix is too long");
    FILE *f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void put(FILE *f, const void *p, size_t n)
{
    if (fwrite(p, 1, n, f) != n)
        die(1, "a file cannot be written");
}

static void done(FILE *f)
{
    if (fflush(f) || fclose(f))
        die(1, "a file cannot be written");
}

/* an NPY file of version 1; what it holds is put after its header, examples one after the other. type: "u1", "f4", "f8" */
static FILE *create_npy(const char *prefix, const char *suffix, const char *type, int naxis, const size_t *axis)
{
    static const int one = 1;
    char head[256], shape[128] = "";
    FILE *f = create(prefix, suffix);
    for (int k = 0, n = 0; k < naxis; k++)
        n += snprintf(shape + n, sizeof shape - (size_t)n, "%zu%s", axis[k], k + 1 < naxis ? ", " : naxis == 1 ? "," : "");
    char order = type[1] == '1' ? '|' : *(const char *)&one ? '<' : '>';
    int n = snprintf(head, sizeof head - 64, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s), }", order, type, shape);
    while ((10 + n + 1) % 64)
        head[n++] = ' ';
    head[n++] = '\n';
    unsigned char magic[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)(n & 255), (unsigned char)(n >> 8) };
    put(f, magic, sizeof magic);
    put(f, head, (size_t)n);
    return f;
}

/* an IDX file of bytes: numbers from `from` to before `to` of its first axis; the other axes */
typedef struct idx { size_t n, rows, cols; unsigned char *v; } idx;

static uint32_t big(const unsigned char *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static idx read_idx(const char *path, int naxis, size_t from, size_t to)
{
    idx x = { 0, 1, 1, NULL };
    unsigned char head[16];
    gzFile f = gzopen(path, "rb");
    int n = 4 + 4 * naxis;
    if (!f)
        die(1, "%s: cannot be opened", path);
    if (gzread(f, head, (unsigned)n) != n || head[0] || head[1] || head[2] != 8 || head[3] != naxis)
        die(1, "%s: is no IDX file of bytes with %d ax%s", path, naxis, naxis == 1 ? "is" : "es");
    size_t all = big(head + 4);
    if (naxis == 3)
        x.rows = big(head + 8), x.cols = big(head + 12);
    if (to > all)
        to = all;
    if (from >= to || !x.rows || !x.cols || x.rows > 4096 || x.cols > 4096)
        die(1, "%s: holds %zu times %zu x %zu; nothing of that is to be used", path, all, x.rows, x.cols);
    size_t each = x.rows * x.cols, skip = from * each;
    x.n = to - from;
    x.v = room(x.n * each);
    for (size_t k; skip; skip -= k) {        /* gzseek would do, and gives no word of a file that is too short */
        k = skip < x.n * each ? skip : x.n * each;
        if (k > 1u << 20)
            k = 1u << 20;
        if (gzread(f, x.v, (unsigned)k) != (int)k)
            die(1, "%s: is cut short", path);
    }
    for (size_t at = 0, k; at < x.n * each; at += k) {
        k = x.n * each - at < 1u << 20 ? x.n * each - at : 1u << 20;
        if (gzread(f, x.v + at, (unsigned)k) != (int)k)
            die(1, "%s: is cut short", path);
    }
    gzclose(f);
    return x;
}

/* ---- tasks */
typedef struct options {
    const char *task, *prefix, *images, *labels;
    size_t count, length, from, to, mean;
    int identity;
} options;

static void adding(const options *o)
{
    size_t T = o->length ? o->length : 600, axis[3] = { o->count, T, 2 };
    FILE *fx = create_npy(o->prefix, ".x.npy", "f4", 3, axis), *fy = create_npy(o->prefix, ".y.npy", "f8", 1, axis);
    float *x = room(sizeof *x * 2 * T);
    if (T < 2)
        die(2, "adding needs a length of at least 2");
    for (size_t e = 0; e < o->count; e++) {
        for (size_t t = 0; t < T; t++) {
            x[2 * t] = uniform();
            x[2 * t + 1] = 0;
        }
        size_t a = below(T / 2), b = T / 2 + below(T - T / 2);
        x[2 * a + 1] = x[2 * b + 1] = 1;
        double y = (double)x[2 * a] + (double)x[2 * b];
        put(fx, x, sizeof *x * 2 * T);
        put(fy, &y, sizeof y);
    }
    free(x);
    done(fx);
    done(fy);
}

static void copy(const options *o)
{
    enum { K = 10 };
    size_t T = o->length ? o->length : 1000, axis[2] = { o->count, T + 2 * K };
    FILE *fx = create_npy(o->prefix, ".x.npy", "u1", 2, axis), *fy = create_npy(o->prefix, ".y.npy", "u1", 2, axis);
    unsigned char *x = room(axis[1]), *y = room(axis[1]);
    for (size_t e = 0; e < o->count; e++) {
        memset(x, 0, axis[1]);
        memset(y, 0, axis[1]);
        for (size_t k = 0; k < K; k++)
            x[k] = y[T + K + k] = (unsigned char)(1 + below(8));
        memset(x + T + K - 1, 9, K + 1);
        put(fx, x, axis[1]);
        put(fy, y, axis[1]);
    }
    free(x);
    free(y);
    done(fx);
    done(fy);
}

/* each image by the means of its squares of k x k pixels */
static void shrink(idx *x, size_t k)
{
    size_t rows = x->rows / k, cols = x->cols / k;
    if (!rows || !cols)
        die(2, "--mean %zu: the images have %zu x %zu pixels", k, x->rows, x->cols);
    unsigned char *to = x->v;                                /* never ahead of what is read */
    for (size_t e = 0; e < x->n; e++)
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < cols; c++) {
                size_t sum = 0;
                for (size_t a = 0; a < k; a++)
                    for (size_t b = 0; b < k; b++)
                        sum += x->v[(e * x->rows + r * k + a) * x->cols + c * k + b];
                *to++ = (unsigned char)((sum + k * k / 2) / (k * k));
            }
    x->rows = rows;
    x->cols = cols;
}

static void permute(const options *o)
{
    if (!o->images)
        die(2, "permute needs --images FILE");
    idx x = read_idx(o->images, 3, o->from, o->to);
    if (o->mean > 1)
        shrink(&x, o->mean);
    size_t T = x.rows * x.cols, axis[2] = { x.n, T }, *order = room(sizeof *order * T);
    FILE *f = create_npy(o->prefix, ".npy", "u1", 2, axis);
    unsigned char *row = room(T);
    for (size_t t = 0; t < T; t++)
        order[t] = t;
    for (size_t t = T - 1; t > 0 && !o->identity; t--) {
        size_t k = below(t + 1), keep = order[t];
        order[t] = order[k];
        order[k] = keep;
    }
    for (size_t e = 0; e < x.n; e++) {
        for (size_t t = 0; t < T; t++)
            row[t] = x.v[e * T + order[t]];
        put(f, row, T);
    }
    free(order);
    free(row);
    free(x.v);
    done(f);
}

enum { WIDE = 160, HIGH = 32, MOST = 5, APART = 2 };     /* the strip; digits on it; columns between them, at least */

/* A digit: its ink, the smallest box with all that is not 0, and the size it will have. */
typedef struct digit { const unsigned char *v; size_t cols; int top, left, inked_rows, inked_cols, high, wide; double scale; } digit;

static digit look(const idx *x, size_t i, double scale)
{
    digit d = { .v = x->v + i * x->rows * x->cols, .cols = x->cols };
    int top = (int)x->rows, left = (int)x->cols, bottom = -1, right = -1;
    for (int r = 0; r < (int)x->rows; r++)
        for (int c = 0; c < (int)x->cols; c++)
            if (d.v[(size_t)r * x->cols + (size_t)c]) {
                top = r < top ? r : top;
                left = c < left ? c : left;
                bottom = r > bottom ? r : bottom;
                right = c > right ? c : right;
            }
    if (bottom < 0)
        top = left = bottom = right = 0;
    d.top = top;
    d.left = left;
    d.inked_rows = bottom - top + 1;
    d.inked_cols = right - left + 1;
    if (scale * d.inked_rows > HIGH)
        scale = (double)HIGH / d.inked_rows;
    if (scale * d.inked_cols > (WIDE - (MOST - 1) * APART) / MOST)
        scale = (double)((WIDE - (MOST - 1) * APART) / MOST) / d.inked_cols;
    d.scale = scale;
    d.high = (int)ceil(d.inked_rows * scale - 1e-9);
    d.wide = (int)ceil(d.inked_cols * scale - 1e-9);
    return d;
}

/* the ink at row r, column c, 0 outside of it */
static double ink(const digit *d, int r, int c)
{
    return r < 0 || c < 0 || r >= d->inked_rows || c >= d->inked_cols ? 0 : d->v[(size_t)(d->top + r) * d->cols + (size_t)(d->left + c)];
}

/* bilinear; strip[column][row] */
static void draw(const digit *d, unsigned char strip[WIDE][HIGH], int top, int left, int *first, int *last)
{
    *first = WIDE;
    *last = -1;
    for (int c = 0; c < d->wide; c++)
        for (int r = 0; r < d->high; r++) {
            double y = (r + 0.5) / d->scale - 0.5, x = (c + 0.5) / d->scale - 0.5;
            int y0 = (int)floor(y), x0 = (int)floor(x);
            double v = y - y0, u = x - x0;
            double p = (1 - v) * ((1 - u) * ink(d, y0, x0) + u * ink(d, y0, x0 + 1)) + v * ((1 - u) * ink(d, y0 + 1, x0) + u * ink(d, y0 + 1, x0 + 1));
            int k = (int)floor(p + 0.5);
            strip[left + c][top + r] = (unsigned char)k;
            if (k) {
                *first = left + c < *first ? left + c : *first;
                *last = left + c > *last ? left + c : *last;
            }
        }
}

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void strips(const options *o)
{
    static const char *const word[] = { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" };
    size_t axis[3] = { o->count, WIDE, HIGH };
    if (!o->images || !o->labels)
        die(2, "strips needs --images FILE and --labels FILE");
    idx x = read_idx(o->images, 3, o->from, o->to), l = read_idx(o->labels, 1, o->from, o->to);
    if (x.n != l.n)
        die(1, "%s has %zu images, %s has %zu labels", o->images, x.n, o->labels, l.n);
    FILE *f = create_npy(o->prefix, ".npy", "u1", 3, axis), *words = create(o->prefix, ".txt"), *boxes = create(o->prefix, ".boxes.csv");
    fprintf(boxes, "example,place,word,first,last\n");
    for (size_t e = 0; e < o->count; e++) {
        unsigned char strip[WIDE][HIGH] = { { 0 } };
        digit d[MOST];
        const char *name[MOST];
        int n = 1 + (int)below(MOST), used = (n - 1) * APART, cut[MOST];
        for (int k = 0; k < n; k++) {
            size_t i = below(x.n);
            if (l.v[i] > 9)
                die(1, "%s: label number %zu is %d, not a digit", o->labels, i + o->from, l.v[i]);
            d[k] = look(&x, i, 0.6 + 0.6 * (double)uniform());
            name[k] = word[l.v[i]];
            used += d[k].wide;
        }
        for (int k = 0; k < n; k++)      /* what is free is cut at random into what stands before each digit and after the last */
            cut[k] = (int)below((size_t)(WIDE - used + 1));
        qsort(cut, (size_t)n, sizeof *cut, by_size);
        for (int k = 0, at = 0; k < n; k++) {
            int first, last, top = (int)below((size_t)(HIGH - d[k].high + 1));
            draw(&d[k], strip, top, at + cut[k], &first, &last);
            at += d[k].wide + APART;
            fprintf(words, "%s%s", k ? " " : "", name[k]);
            fprintf(boxes, "%zu,%d,%s,%d,%d\n", e + 1, k + 1, name[k], first + 1, last + 1);
        }
        fprintf(words, "\n");
        put(f, strip, sizeof strip);
    }
    free(x.v);
    free(l.v);
    done(f);
    done(words);
    done(boxes);
}

/* ---- the command line */
static size_t whole(const char *text, char end, char **rest)
{
    unsigned long long v = strtoull(text, rest, 10);
    if (*text < '0' || *text > '9' || *rest == text || (**rest && **rest != end) || v > 0xFFFFFFFF)
        die(2, "\"%s\" is not a whole number from 0 to 4294967295", text);
    return (size_t)v;
}

int main(int argc, char **argv)
{
    options o = { .count = 1000, .to = SIZE_MAX };
    char *rest;
    if (argc < 3 || argv[1][0] == '-' || argv[2][0] == '-') {
        fputs(usage, argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
        return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
    }
    o.task = argv[1];
    o.prefix = argv[2];
    for (int i = 3; i < argc; i++) {
        const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(a, "--identity") == 0) {
            o.identity = 1;
            continue;
        }
        if (!v)
            die(2, "%s needs a value, or is no option; --help lists the options", a);
        i++;
        if (strcmp(a, "--count") == 0) o.count = whole(v, 0, &rest);
        else if (strcmp(a, "--length") == 0) o.length = whole(v, 0, &rest);
        else if (strcmp(a, "--mean") == 0) o.mean = whole(v, 0, &rest);
        else if (strcmp(a, "--seed") == 0) state = whole(v, 0, &rest);
        else if (strcmp(a, "--images") == 0) o.images = v;
        else if (strcmp(a, "--labels") == 0) o.labels = v;
        else if (strcmp(a, "--use") == 0) {
            o.from = whole(v, ':', &rest);
            if (*rest != ':')
                die(2, "--use takes A:B, such as 0:50000, not \"%s\"", v);
            o.to = whole(rest + 1, 0, &rest);
        } else die(2, "there is no option %s; --help lists them", a);
    }
    if (!o.count)
        die(2, "--count 0 makes nothing");
    if (strcmp(o.task, "adding") == 0) adding(&o);
    else if (strcmp(o.task, "copy") == 0) copy(&o);
    else if (strcmp(o.task, "permute") == 0) permute(&o);
    else if (strcmp(o.task, "strips") == 0) strips(&o);
    else die(2, "there is no task %s: adding, copy, permute or strips", o.task);
    return 0;
}
