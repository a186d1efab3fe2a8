/* Files: plain, gzip and xz; what cannot be read; writing that never loses the old file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <lzma.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>
#include "base/base.h"

static char folder[] = "/tmp/unroll-test-XXXXXX";
enum { N = 300000 };
static char *text;

static int up(void **state)
{
    (void)state;
    text = malloc(N);
    for (size_t i = 0; text && i < N; i++)
        text[i] = (char)("abcdefgh \n"[(i * i + i / 7) % 10]);
    return text && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int down(void **state)
{
    char command[100];
    (void)state;
    free(text);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void put(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static size_t xz_pack(unsigned char *out, size_t cap)
{
    size_t n = 0;
    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text, N, out, &n, cap), LZMA_OK);
    return n;
}

static size_t gz_pack(unsigned char *out, size_t cap, const char *from, size_t n)
{
    z_stream z = { 0 };
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)from;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t k = z.total_out;
    deflateEnd(&z);
    return k;
}

static void reads_back(const char *path)
{
    ur_buf b = { 0 };
    ur_err e = { 0 };
    if (ur_file_read_all(path, N, &b, &e))
        fail_msg("%s", e.text);
    assert_int_equal(b.n, N);
    assert_memory_equal(b.s, text, N);
    ur_buf_free(&b);
    ur_reader *r;                        /* in odd pieces */
    char piece[977];
    size_t got, at = 0;
    assert_int_equal(ur_reader_open(&r, path, &e), 0);
    while (assert_int_equal(ur_reader_read(r, piece, sizeof piece, &got, &e), 0), got) {
        assert_memory_equal(piece, text + at, got);
        at += got;
    }
    assert_int_equal(at, N);
    ur_reader_close(r);
}

static void three_packings(void **state)
{
    (void)state;
    unsigned char *z = malloc(N * 2);
    put("plain", text, N);
    reads_back("plain");
    size_t n = gz_pack(z, N * 2, text, N);
    put("a.gz", z, n);
    reads_back("a.gz");
    n = gz_pack(z, N * 2, text, 100000);  /* two members, then padding */
    n += gz_pack(z + n, N * 2 - n, text + 100000, N - 100000);
    memset(z + n, 0, 512);
    put("b.gz", z, n + 512);
    reads_back("b.gz");
    n = xz_pack(z, N * 2);
    put("a.xz", z, n);
    reads_back("a.xz");
    free(z);
}

static void cut_or_damaged(void **state)
{
    (void)state;
    unsigned char *z = malloc(N * 2);
    for (int xz = 0; xz < 2; xz++) {
        size_t n = xz ? xz_pack(z, N * 2) : gz_pack(z, N * 2, text, N);
        for (size_t cut = 12; cut < n; cut += 1 + n / 50) {
            ur_buf b = { 0 };
            ur_err e = { 0 };
            put("cut", z, cut);
            assert_int_equal(ur_file_read_all("cut", N, &b, &e), UNROLL_ERROR_FILE);
            assert_non_null(strstr(e.text, "cut: the compressed file is"));
            assert_null(b.s);
        }
        for (size_t at = 20; at < n; at += 1 + n / 50) {
            ur_buf b = { 0 };
            z[at] ^= 0x55;
            put("bad", z, n);
            int rc = ur_file_read_all("bad", N * 4, &b, NULL);
            if (rc == 0 && b.n == N)     /* a flag without meaning */
                assert_memory_equal(b.s, text, N);
            ur_buf_free(&b);
            z[at] ^= 0x55;
        }
    }
    size_t n = gz_pack(z, N * 2, text, N);
    memcpy(z + n, "rubbish", 7);
    put("tail", z, n + 7);
    ur_buf b = { 0 };
    assert_int_equal(ur_file_read_all("tail", N, &b, NULL), UNROLL_ERROR_FILE);
    free(z);
}

static void what_only_looks_packed(void **state)
{
    (void)state;
    static const char header[] = "\x1F\x8B\x08\0\0\0\0\0{\"a\":1}";      /* a length field of a model file */
    ur_buf b = { 0 };
    put("model", header, sizeof header - 1);
    assert_int_equal(ur_file_read_all("model", N, &b, NULL), 0);
    assert_int_equal(b.n, sizeof header - 1);
    ur_buf_free(&b);
    put("empty", "", 0);
    assert_int_equal(ur_file_read_all("empty", N, &b, NULL), 0);
    assert_int_equal(b.n, 0);
    ur_buf_free(&b);
    put("short", "\x1F\x8B", 2);
    assert_int_equal(ur_file_read_all("short", N, &b, NULL), 0);
    assert_int_equal(b.n, 2);
    ur_buf_free(&b);
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    ur_buf b = { 0 };
    ur_err e = { 0 };
    assert_int_equal(ur_file_read_all("nothing", N, &b, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, "nothing: cannot be opened: No such file or directory");
    e.code = 0;
    assert_int_equal(ur_file_read_all(".", N, &b, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, ".: is a directory; a file is needed");
    e.code = 0;
    put("large", text, 1000);
    assert_int_equal(ur_file_read_all("large", 999, &b, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, "large: is larger than the 999 bytes that can be taken");
    if (geteuid() != 0) {
        e.code = 0;
        chmod("large", 0);
        assert_int_equal(ur_file_read_all("large", N, &b, &e), UNROLL_ERROR_FILE);
        assert_non_null(strstr(e.text, "Permission denied"));
    }
}

static void standard_input(void **state)
{
    (void)state;
    ur_buf b = { 0 };
    put("in", "hello", 5);
    int keep = dup(0), fd = open("in", O_RDONLY);
    dup2(fd, 0);
    int rc = ur_file_read_all("-", N, &b, NULL);
    dup2(keep, 0);
    close(keep);
    close(fd);
    assert_int_equal(rc, 0);
    assert_string_equal(b.s, "hello");
    ur_buf_free(&b);
}

static int files_here(void)
{
    int n = 0;
    DIR *d = opendir(".");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void writing(void **state)
{
    (void)state;
    ur_buf b = { 0 };
    ur_err e = { 0 };
    assert_int_equal(ur_file_write_all("new", text, N, &e), 0);
    reads_back("new");
    assert_int_equal(ur_file_write_all("new", "short", 5, &e), 0);
    assert_int_equal(ur_file_read_all("new", N, &b, &e), 0);
    assert_string_equal(b.s, "short");
    ur_buf_free(&b);
    int before = files_here();
    assert_int_equal(ur_file_write_all(".", "x", 1, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, ".: is a directory; the name of a file is needed");
    e.code = 0;
    assert_int_equal(ur_file_write_all("no/such/folder", "x", 1, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, "no/such/folder: cannot be written: No such file or directory");
    assert_int_equal(ur_file_write_all("", "x", 1, NULL), UNROLL_ERROR_FILE);
    assert_int_equal(ur_file_write_all("a/", "x", 1, NULL), UNROLL_ERROR_FILE);
    assert_int_equal(files_here(), before);
}

/* A limit on the size of files stands for a full disk: a write fails in the middle. */
static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    struct rlimit old, small;
    ur_err e = { 0 };
    ur_buf b = { 0 };
    assert_int_equal(ur_file_write_all("kept", "the old file", 12, &e), 0);
    int before = files_here();
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rc = ur_file_write_all("kept", text, N, &e);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(rc, UNROLL_ERROR_FILE);
    assert_non_null(strstr(e.text, "kept: cannot be written: "));
    assert_int_equal(files_here(), before);
    assert_int_equal(ur_file_read_all("kept", N, &b, NULL), 0);
    assert_string_equal(b.s, "the old file");
    ur_buf_free(&b);
}

static void holds(const char *path, const char *want)
{
    ur_buf b = { 0 };
    assert_int_equal(ur_file_read_all(path, N, &b, NULL), 0);
    assert_string_equal(b.s, want);
    ur_buf_free(&b);
}

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static void links(void **state)
{
    (void)state;
    ur_err e = { 0 };
    int keep = files_here();
    assert_int_equal(mkdir("deep", 0755), 0);
    put("deep/real", "old", 3);
    assert_int_equal(symlink("deep/real", "one"), 0);
    assert_int_equal(symlink("one", "two"), 0);
    assert_int_equal(ur_file_write_all("two", "through two links", 17, &e), 0);
    assert_true(is_link("two") && is_link("one") && !is_link("deep/real"));
    holds("deep/real", "through two links");
    assert_int_equal(symlink("deep/absent", "ahead"), 0);      /* what it names is not there yet */
    assert_int_equal(ur_file_write_all("ahead", "made", 4, &e), 0);
    assert_true(is_link("ahead"));
    holds("deep/absent", "made");
    assert_int_equal(symlink("back", "forth"), 0);
    assert_int_equal(symlink("forth", "back"), 0);
    assert_int_equal(ur_file_write_all("back", "x", 1, &e), UNROLL_ERROR_FILE);
    assert_string_equal(e.text, "back: cannot be written: Too many levels of symbolic links");
    put("first name", "old", 3);
    assert_int_equal(link("first name", "second name"), 0);
    assert_int_equal(ur_file_write_all("first name", "new", 3, NULL), 0);
    holds("first name", "new");
    holds("second name", "old");         /* another hard link keeps the old file, as after mv */
    assert_int_equal(files_here(), keep + 8);
    assert_int_equal(system("rm -r deep one two ahead back forth 'first name' 'second name'"), 0);
}

/* The name of the temporary file cannot be guessed, so no link can be planted under it; that of the process's number could. */
static void planted(void **state)
{
    (void)state;
    char name[100];
    put("victim", "untouched", 9);
    snprintf(name, sizeof name, "aim.tmp-%ld", (long)getpid());
    assert_int_equal(link("victim", name), 0);
    assert_int_equal(ur_file_write_all("aim", "x", 1, NULL), 0);
    holds("victim", "untouched");
    holds("aim", "x");
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink("victim", name), 0);
    assert_int_equal(ur_file_write_all("aim", "y", 1, NULL), 0);
    holds("victim", "untouched");
    assert_int_equal(unlink(name), 0);
}

/* What a writer left that was killed goes when the file is written next; what a living one holds stays, and so does all that only looks like it. */
static void left_behind(void **state)
{
    (void)state;
    static const char *const stays[] = { "left.tmp-0123456789abcdef", "left.tmp-0123456789abcde", "left.tmp-0123456789abcdef0", "left.tmp-0123456789ABCDEF", "left.tmp-0123456789abcdeg",
                                         "other.tmp-0123456789abcdef", "left.tmp-", "left.tmp-0000000000000001", "left.tmp-0000000000000002", "left.tmp-0000000000000003" };
    enum { STAY = sizeof stays / sizeof *stays };
    char name[300], long_name[256];
    int before = files_here();
    for (int i = 0; i < STAY - 3; i++)
        put(stays[i], "x", 1);
    int held = open(stays[0], O_RDONLY);
    assert_true(held >= 0);
    assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);       /* as a writer holds it, be it in this process */
    assert_int_equal(symlink("nowhere", stays[STAY - 3]), 0);
    assert_int_equal(mkdir(stays[STAY - 2], 0700), 0);
    assert_int_equal(mkfifo(stays[STAY - 1], 0600), 0);
    put("left.tmp-00000000000000ff", "dead", 4);
    put("left.tmp-ffffffffffffffff", "dead", 4);
    assert_int_equal(ur_file_write_all("left", "new", 3, NULL), 0);
    holds("left", "new");
    assert_int_equal(files_here(), before + STAY + 1);
    close(held);                         /* its writer has died */
    ur_file_drop_left("left");
    assert_int_equal(files_here(), before + STAY);
    holds("left", "new");
    assert_int_equal(mkdir("into", 0700), 0);
    put("into/f.tmp-00000000000000ff", "dead", 4);
    assert_int_equal(symlink("into/f", "link"), 0);
    ur_file_drop_left("link");
    assert_int_equal(rmdir("into"), 0);
    memset(long_name, 'n', sizeof long_name);
    long_name[240] = 0;                  /* of which a temporary file has 200 */
    snprintf(name, sizeof name, "%.200s.tmp-00000000000000ff", long_name);
    put(name, "dead", 4);
    assert_int_equal(ur_file_write_all(long_name, "new", 3, NULL), 0);
    assert_int_equal(access(name, F_OK), -1);
    assert_int_equal(system("rm -r left* other* link nnn*"), 0);
    assert_int_equal(files_here(), before);
}

/* Writers that are killed at any time, beside others of the same file that never fail: in the end there is one whole file, and nothing else. */
static void killed_writers(void **state)
{
    (void)state;
    enum { ROUNDS = 60, WRITES = 40 };
    int before = files_here();
    pid_t living = fork();
    if (living == 0) {
        for (int i = 0; i < 4 * WRITES; i++)
            if (ur_file_write_all("killed", text, N, NULL)) _exit(1);
        _exit(0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        pid_t dying = fork();
        if (dying == 0)
            for (;;) ur_file_write_all("killed", text, N, NULL);
        usleep((useconds_t)(200 + 37 * i));
        kill(dying, SIGKILL);
        waitpid(dying, NULL, 0);
    }
    int status;
    assert_int_equal(waitpid(living, &status, 0), living);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(ur_file_write_all("killed", text, N, NULL), 0);
    assert_int_equal(files_here(), before + 1);
    reads_back("killed");
    assert_int_equal(unlink("killed"), 0);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void modes(void **state)
{
    (void)state;
    static const mode_t mode[] = { 0600, 0640, 0755, 0666 };
    mode_t mask = umask(022);
    assert_int_equal(ur_file_write_all("fresh", "x", 1, NULL), 0);
    assert_int_equal(mode_of("fresh"), 0644);
    for (size_t i = 0; i < sizeof mode / sizeof *mode; i++) {
        put("kept", "x", 1);
        assert_int_equal(chmod("kept", mode[i]), 0);
        assert_int_equal(ur_file_write_all("kept", "y", 1, NULL), 0);
        assert_int_equal(mode_of("kept"), mode[i]);
    }
    umask(mask);
    if (geteuid() != 0) {
        ur_err e = { 0 };
        assert_int_equal(chmod("kept", 0444), 0);
        assert_int_equal(ur_file_write_all("kept", "z", 1, &e), UNROLL_ERROR_FILE);
        assert_string_equal(e.text, "kept: cannot be written: Permission denied");
        holds("kept", "y");
    }
    char name[256];                      /* as long as a name may be */
    memset(name, 'n', 255);
    name[255] = 0;
    assert_int_equal(ur_file_write_all(name, "long", 4, NULL), 0);
    holds(name, "long");
    assert_int_equal(unlink(name), 0);
}

/* ---- two threads write one path while a third reads it: what is read is always one of the files, whole */
enum { WRITES = 60, LONG = 200000 };
static atomic_int going;

static void *writes(void *arg)
{
    size_t n = *(const char *)arg == 'a' ? LONG : LONG / 3;
    char *p = malloc(n);
    memset(p, *(const char *)arg, n);
    for (int i = 0; i < WRITES; i++)
        if (ur_file_write_all("shared", p, n, NULL))
            abort();
    free(p);
    going--;
    return NULL;
}

static void two_writers_and_a_reader(void **state)
{
    (void)state;
    pthread_t t[2];
    int reads = 0, keep = files_here();
    going = 2;
    assert_int_equal(ur_file_write_all("shared", "aaa", 3, NULL), 0);
    for (int k = 0; k < 2; k++)
        assert_int_equal(pthread_create(&t[k], NULL, writes, k ? "b" : "a"), 0);
    while (going > 0) {
        ur_buf b = { 0 };
        assert_int_equal(ur_file_read_all("shared", N, &b, NULL), 0);
        assert_int_equal(b.n, b.s[0] == 'b' ? LONG / 3 : b.n == 3 ? 3 : LONG);
        for (size_t i = 0; i < b.n; i++)
            assert_int_equal(b.s[i], b.s[0]);
        ur_buf_free(&b);
        reads++;
    }
    for (int k = 0; k < 2; k++)
        pthread_join(t[k], NULL);
    assert_true(reads > 5);
    assert_int_equal(files_here(), keep + 1);
}

static long count, fail_at;
static void *counting(void *p, size_t n) { return ++count == fail_at ? NULL : realloc(p, n); }

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    unsigned char *z = malloc(N * 2);
    size_t n = gz_pack(z, N * 2, text, N);
    put("m.gz", z, n);
    n = xz_pack(z, N * 2);
    put("m.xz", z, n);
    free(z);
    static const char *const path[] = { "m.gz", "m.xz", "plain" };
    unroll_set_allocator(counting, free);
    for (int k = 0; k < 3; k++) {
        for (fail_at = 1;; fail_at++) {
            ur_buf b = { 0 };
            ur_err e = { 0 };
            count = 0;
            int rc = ur_file_read_all(path[k], N, &b, &e);
            ur_buf_free(&b);
            if (count < fail_at) {
                assert_int_equal(rc, 0);
                break;
            }
            assert_int_equal(rc, UNROLL_ERROR_MEMORY);
        }
        assert_true(fail_at > 3);
    }
    count = 0;
    fail_at = 1;
    assert_int_equal(symlink("w there", "w"), 0);
    for (;; fail_at++) {
        count = 0;
        int rc = ur_file_write_all("w", "x", 1, NULL);
        if (count < fail_at) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, UNROLL_ERROR_MEMORY);
    }
    assert_true(fail_at > 3);
    unroll_set_allocator(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_packings), cmocka_unit_test(cut_or_damaged), cmocka_unit_test(what_only_looks_packed), cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(standard_input), cmocka_unit_test(writing), cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(links), cmocka_unit_test(planted), cmocka_unit_test(left_behind), cmocka_unit_test(killed_writers), cmocka_unit_test(modes), cmocka_unit_test(two_writers_and_a_reader),
        cmocka_unit_test(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests_name("base/file", tests, up, down);
}
