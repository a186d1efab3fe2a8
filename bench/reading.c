/* How fast files become data: a table (plain and gzip), words (a stream and line by line), characters. Made in a temporary folder.
 * Usage: reading [MB of the table; texts have half [CASE]]. "read": file → typed, bound data (what unroll_data_read does); "coded": the same, then
 * scales and vocabularies learned and everything encoded. One thread, best of three, each case in a process of its own, so that the
 * peak of memory is its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include "data/data.h"

enum { COLUMNS = 7, WORDS = 200000, RUNS = 3 };

static int stop(const char *what) { fprintf(stderr, "reading: %s\n", what); return 1; }
static double draw(uint32_t row, uint32_t what) { return ur_uniform(7, row, what, 0, 0); }

/* a row of the table: a date, numbers with few and with many digits, counts, some empty cells */
static int row_text(char *s, size_t cap, uint32_t i)
{
    char date[40], gap[32] = "";
    double u = draw(i, 0), v = draw(i, 1), w = draw(i, 2);
    ur_time_text(1.3e9 + 60.0 * i, date);
    if (w > 0.05) snprintf(gap, sizeof gap, "%.3f", 1000 * (w - 0.5));
    return snprintf(s, cap, "%s,%.2f,%.6g,%.17g,%d,%.1f,%s,%d\n", date, 100 * u - 50, exp(20 * v - 10), u * v, (int)(1 / u), 30 * sin(i / 1440.0) + v, gap, i % 7 == 0);
}

static int make_table(const char *plain, const char *packed, size_t bytes)
{
    FILE *f = fopen(plain, "w");
    gzFile z = gzopen(packed, "wb3");
    char s[400];
    if (!f || !z) return stop("no place for the table");
    int n = snprintf(s, sizeof s, "date,a,b,c,n,temp,gap,holiday\n");
    for (size_t all = 0, i = 0; all < bytes; all += (size_t)n, n = row_text(s, sizeof s, (uint32_t)i++))
        if (fwrite(s, 1, (size_t)n, f) != (size_t)n || gzwrite(z, s, (unsigned)n) != n) return stop("the table cannot be written");
    return fclose(f) || gzclose(z) != Z_OK ? stop("the table cannot be written") : 0;
}

/* Words by Zipf's law: p(rank) ~ 1 / rank. Frequent ones are short; some have letters outside ASCII; lines of 5 to 30 words. */
static int make_text(const char *path, size_t bytes)
{
    FILE *f = fopen(path, "w");
    if (!f) return stop("no place for the text");
    size_t all = 0, left = 10;
    for (uint32_t i = 0; all < bytes; i++) {
        char s[32];
        int n = 0;
        uint32_t rank = (uint32_t)exp(draw(i, 3) * log(WORDS)), h = rank * 2654435761u, k = rank + 3;
        for (; k; k /= 6, h = h * 69069 + 1) n += snprintf(s + n, sizeof s - (size_t)n, h >> 26 == 1 ? "é" : "%c", 'a' + (int)(h >> 16) % 26);
        s[n++] = --left ? ' ' : '\n';
        if (!left) left = 5 + (size_t)(25 * draw(i, 4));
        if (fwrite(s, 1, (size_t)n, f) != (size_t)n) return stop("the text cannot be written");
        all += (size_t)n;
    }
    return fclose(f) ? stop("the text cannot be written") : 0;
}

static int once(const ur_schema *g, const char *spec, bool stream, double *read, double *coded)
{
    ur_err e = { 0 };
    ur_raw *r;
    ur_examples *x;
    ur_code code[COLUMNS] = { 0 };
    double begun = ur_now();
    if (ur_raw_read(&r, g, &spec, 1, &(ur_read_options){ .stream = stream }, &e)) return stop(e.text);
    double t = ur_now() - begun;
    if (t < *read) *read = t;
    if (ur_code_learn(code, g, r, 0, &e) || ur_encode(&x, g, r, code, true, true, NULL, &e)) return stop(e.text);
    t = ur_now() - begun;
    if (t < *coded) *coded = t;
    ur_examples_free(x);
    ur_code_free(code, g->ndata);
    ur_raw_free(r);
    return 0;
}

static const char *only = "";             /* the cases whose names hold this */

static int measure(const char *name, const ur_schema *g, const char *file, const char *datum, bool stream, double mb)
{
    if (!strstr(name, only)) return 0;
    char spec[300];
    struct rusage use;
    int status;
    snprintf(spec, sizeof spec, "%s%s%s", datum, *datum ? "=" : "", file);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        double read = 1e9, coded = 1e9;
        for (int k = 0; k < RUNS; k++) if (once(g, spec, stream, &read, &coded)) _exit(1);
        printf("%-14s %8.1f %10.0f %10.0f", name, mb, mb / read, mb / coded);
        fflush(stdout);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &use) != child || status) return stop(name);
    printf(" %12.0f\n", (double)use.ru_maxrss / 1024);
    return 0;
}

static double size_of(const char *path) { struct stat st; return stat(path, &st) ? 0 : (double)st.st_size * 1e-6; }

int main(int argc, char **argv)
{
    ur_index t = { "t", false, 0, -1, -1 };
    ur_datum column[COLUMNS], text[2] = { { .name = "word", .kind = UR_WORDS, .nidx = 1, .drawn = true }, { .name = "char", .kind = UR_CHARS, .nidx = 1, .drawn = true } };
    static const char *const name[COLUMNS] = { "a", "b", "c", "n", "temp", "gap", "holiday" };
    for (int i = 0; i < COLUMNS; i++) column[i] = (ur_datum){ .name = name[i], .kind = i == 3 ? UR_COUNT : i == 6 ? UR_RAW : UR_REAL, .size = 1, .nidx = 1 };
    ur_schema table = { 1, &t, COLUMNS, column }, words = { 1, &t, 1, text }, chars = { 1, &t, 1, text + 1 };
    int mb = argc > 1 ? atoi(argv[1]) : 100, rc;
    char folder[] = "/tmp/unroll-reading-XXXXXX";
    if (argc > 2) only = argv[2];
    if (mb < 2) return stop("a size in MB from 2");
    if (!mkdtemp(folder) || chdir(folder)) return stop("no temporary folder");
    rc = make_table("a.csv", "a.csv.gz", (size_t)mb * 1000000) || make_text("a.txt", (size_t)mb * 500000);
    if (!rc) printf("%-14s %8s %10s %10s %12s\n", "", "MB", "read MB/s", "coded MB/s", "peak MiB");
    double csv = size_of("a.csv"), txt = size_of("a.txt");
    rc = rc || measure("CSV", &table, "a.csv", "", false, csv) || measure("CSV gz", &table, "a.csv.gz", "", false, csv) ||
         measure("words stream", &words, "a.txt", "word", true, txt) || measure("words lines", &words, "a.txt", "word", false, txt) ||
         measure("chars stream", &chars, "a.txt", "char", true, txt) || measure("chars lines", &chars, "a.txt", "char", false, txt);
    unlink("a.csv"); unlink("a.csv.gz"); unlink("a.txt");
    if (chdir("/") || rmdir(folder)) stop("the temporary folder stays");
    return rc;
}
