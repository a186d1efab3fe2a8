/* Reading files: plain, gzip and xz alike, told by their first bytes; "-" is standard input.
 * Knows nothing of what is inside. Invariant: a file that ends too early or is damaged is an error, never a short read. */
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "base/base.h"

enum { BLOCK = 64 * 1024, MAGIC = 10 };
enum packing { PLAIN, GZIP, XZ };
/* What unpacks to more than so many bytes, and to more than so many times its size, is made to fill a memory: texts and tables
 * pack to a third or a thirtieth, sparse ones to a hundredth. Whoever means it can unpack it beforehand. */
#define XZ_MEMORY (256u << 20) /* of xz -9: 65 MiB */
enum { BOMB_BYTES = 64 << 20, BOMB_RATIO = 250 };

struct ur_reader {
    int fd;
    enum packing packing;
    bool file_end, end, in_member; /* in_member: inside a compressed stream that has not ended yet */
    char *path;
    size_t at, have;           /* unread bytes of `block` */
    uint64_t packed, unpacked; /* bytes so far */
    z_stream z;
    lzma_stream x;
    lzma_allocator xalloc;
    unsigned char block[BLOCK];
};

static void *z_alloc(void *arg, unsigned n, unsigned size)
{
    (void)arg;
    return ur_zalloc((size_t)n * size);
}

static void z_free(void *arg, void *p)
{
    (void)arg;
    ur_free(p);
}

static void *x_alloc(void *arg, size_t n, size_t size)
{
    (void)arg;
    return size && n > PTRDIFF_MAX / size ? NULL : ur_alloc(n * size);
}

static int cut_short(ur_reader *r, ur_err *e)
{
    return ur_fail(e, UNROLL_ERROR_FILE, "%s: the compressed file is cut short", r->path);
}

static int damaged(ur_reader *r, ur_err *e)
{
    return ur_fail(e, UNROLL_ERROR_FILE, "%s: the compressed file is damaged", r->path);
}

static int read_file(ur_reader *r, unsigned char *to, size_t n, size_t *got, ur_err *e)
{
    ssize_t k;
    do k = read(r->fd, to, n);
    while (k < 0 && errno == EINTR);
    if (k < 0) return ur_fail(e, UNROLL_ERROR_FILE, "%s: cannot be read: %s", r->path, strerror(errno));
    *got = (size_t)k;
    r->packed += (uint64_t)k;
    r->file_end = k == 0;
    return 0;
}

/* One read from the file into the free part of the block. */
static int fill(ur_reader *r, ur_err *e)
{
    if (r->at) {
        memmove(r->block, r->block + r->at, r->have);
        r->at = 0;
    }
    if (r->file_end || r->have == BLOCK) return 0;
    size_t n = 0;
    int rc = read_file(r, r->block + r->have, BLOCK - r->have, &n, e);
    r->have += n;
    return rc;
}

/* A gzip header has small flags in its ninth byte. A model file whose length field happens to look like one has a '{' there. */
static enum packing told_by(const unsigned char *p, size_t n)
{
    if (n >= 3 && p[0] == 0x1F && p[1] == 0x8B && p[2] == 8 && !(n >= 9 && p[8] == '{')) return GZIP;
    if (n >= 6 && memcmp(p,
                         "\xFD"
                         "7zXZ\0",
                         6) == 0)
        return XZ;
    return PLAIN;
}

static int begin(ur_reader *r, ur_err *e)
{
    while (r->have < MAGIC && !r->file_end) {
        int rc = fill(r, e);
        if (rc) return rc;
    }
    r->packing = told_by(r->block, r->have);
    if (r->packing == GZIP) {
        r->z.zalloc = z_alloc;
        r->z.zfree = z_free;
        if (inflateInit2(&r->z, 15 + 16) != Z_OK) {
            r->packing = PLAIN;
            return ur_nomem(e);
        }
        r->in_member = true;
    } else if (r->packing == XZ) {
        r->xalloc = (lzma_allocator){ x_alloc, z_free, NULL };
        r->x.allocator = &r->xalloc;
        if (lzma_stream_decoder(&r->x, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK) return ur_nomem(e);
    }
    return 0;
}

static int open_file(ur_reader *r, const char *path, ur_err *e)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        r->fd = STDIN_FILENO;
        return 0;
    }
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0) return ur_fail(e, UNROLL_ERROR_FILE, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(r->fd, &st) == 0 && S_ISDIR(st.st_mode))
        return ur_fail(e, UNROLL_ERROR_FILE, "%s: is a directory; a file is needed", path);
    return 0;
}

int ur_reader_open(ur_reader **out, const char *path, ur_err *e)
{
    ur_reader *r = ur_zalloc(sizeof *r);
    if (!r) return ur_nomem(e);
    r->fd = -1;
    r->path = ur_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    int rc = r->path ? open_file(r, path, e) : ur_nomem(e);
    if (!rc) rc = begin(r, e);
    if (rc) {
        ur_reader_close(r);
        return rc;
    }
    *out = r;
    return 0;
}

void ur_reader_close(ur_reader *r)
{
    if (!r) return;
    if (r->packing == GZIP) inflateEnd(&r->z);
    if (r->packing == XZ) lzma_end(&r->x);
    if (r->fd > STDIN_FILENO) close(r->fd);
    ur_free(r->path);
    ur_free(r);
}

static int read_plain(ur_reader *r, unsigned char *to, size_t n, size_t *got, ur_err *e)
{
    if (!r->have && n >= BLOCK) /* straight to where it is wanted */
        return r->file_end ? 0 : read_file(r, to, n, got, e);
    if (!r->have) {
        int rc = fill(r, e);
        if (rc) return rc;
    }
    size_t k = r->have < n ? r->have : n;
    memcpy(to, r->block + r->at, k);
    r->at += k;
    r->have -= k;
    *got = k;
    return 0;
}

/* Members of a gzip file may follow each other; zero bytes after the last are padding. */
static int next_member(ur_reader *r, ur_err *e)
{
    while (r->have < 2 && !r->file_end) {
        int rc = fill(r, e);
        if (rc) return rc;
    }
    if (r->have < 2 || r->block[r->at] != 0x1F || r->block[r->at + 1] != 0x8B) {
        for (size_t i = 0; i < r->have; i++)
            if (r->block[r->at + i]) return damaged(r, e);
        r->have = 0;
        r->end = r->file_end;
        return 0;
    }
    inflateReset(&r->z);
    r->in_member = true;
    return 0;
}

static int read_gzip(ur_reader *r, unsigned char *to, size_t n, size_t *got, ur_err *e)
{
    int rc = 0;
    r->z.next_out = to;
    r->z.avail_out = (uInt)n;
    while (!rc && !r->end && r->z.avail_out == (uInt)n) {
        if (!r->in_member) {
            rc = next_member(r, e);
            continue;
        }
        if (!r->have) {
            if ((rc = fill(r, e)) != 0) break;
            if (!r->have) return cut_short(r, e);
        }
        r->z.next_in = r->block + r->at;
        r->z.avail_in = (uInt)r->have;
        int z = inflate(&r->z, Z_NO_FLUSH);
        r->at += r->have - r->z.avail_in;
        r->have = r->z.avail_in;
        if (z == Z_STREAM_END) r->in_member = false;
        else if (z == Z_MEM_ERROR) rc = ur_nomem(e);
        else if (z != Z_OK && z != Z_BUF_ERROR) rc = damaged(r, e);
    }
    *got = n - r->z.avail_out;
    return rc;
}

static int read_xz(ur_reader *r, unsigned char *to, size_t n, size_t *got, ur_err *e)
{
    r->x.next_out = to;
    r->x.avail_out = n;
    while (!r->end && r->x.avail_out == n) {
        if (!r->have) {
            int rc = fill(r, e);
            if (rc) return rc;
        }
        r->x.next_in = r->block + r->at;
        r->x.avail_in = r->have;
        lzma_ret x = lzma_code(&r->x, r->have ? LZMA_RUN : LZMA_FINISH);
        r->at += r->have - r->x.avail_in;
        r->have = r->x.avail_in;
        if (x == LZMA_STREAM_END) r->end = true;
        else if (x == LZMA_MEM_ERROR) return ur_nomem(e);
        else if (x == LZMA_MEMLIMIT_ERROR)
            return ur_fail(e, UNROLL_ERROR_FILE, "%s: asks for more than %u MB to be unpacked; pack it by xz -9 at most", r->path,
                           XZ_MEMORY >> 20);
        else if (x == LZMA_BUF_ERROR) return cut_short(r, e);
        else if (x != LZMA_OK) return damaged(r, e);
    }
    *got = n - r->x.avail_out;
    return 0;
}

int ur_reader_read(ur_reader *r, void *buf, size_t n, size_t *got, ur_err *e)
{
    *got = 0;
    if (!n) return 0;
    if (n > 1u << 30) n = 1u << 30;
    if (r->packing == PLAIN) return read_plain(r, buf, n, got, e);
    int rc = r->packing == GZIP ? read_gzip(r, buf, n, got, e) : read_xz(r, buf, n, got, e);
    r->unpacked += *got;
    if (!rc && r->unpacked > BOMB_BYTES && r->unpacked / BOMB_RATIO > r->packed)
        rc = ur_fail(
            e, UNROLL_ERROR_FILE,
            "%s: unpacks to more than %d times its size (%llu MB, and goes on), as no table or text does; unpack it beforehand if it is meant",
            r->path, BOMB_RATIO, (unsigned long long)(r->unpacked >> 20));
    return rc;
}

int ur_file_read_all(const char *path, size_t limit, ur_buf *out, ur_err *e)
{
    ur_reader *r;
    unsigned char block[16 * 1024];
    size_t got;
    ur_buf b = { 0 };
    int rc = ur_reader_open(&r, path, e);
    if (rc) return rc;
    ur_buf_add(&b, "", 0);
    while (!(rc = ur_reader_read(r, block, sizeof block, &got, e)) && got) {
        ur_buf_add(&b, block, got);
        if (b.n > limit) {
            rc = ur_fail(e, UNROLL_ERROR_FILE, "%s: is larger than the %zu bytes that can be taken", r->path, limit);
            break;
        }
    }
    if (!rc && b.bad) rc = ur_nomem(e);
    ur_reader_close(r);
    if (rc) {
        ur_buf_free(&b);
        return rc;
    }
    ur_buf_free(out);
    *out = b;
    return 0;
}

int ur_file_read_text(const char *path, size_t limit, ur_buf *out, ur_err *e)
{
    ur_buf b = { 0 };
    ur_kind kind;
    int rc = ur_file_read_all(path, limit, &b, e);
    if (!rc && ur_file_kind(&kind, b.s, b.n, UR_FOR_TEXT)) {
        rc = ur_fail(e, UNROLL_ERROR_DATA, "%s: %s; %s", strcmp(path, "-") == 0 ? "standard input" : path, kind.is, kind.mend);
        ur_buf_free(&b);
    }
    if (rc) return rc;
    if (b.n >= 3 && memcmp(b.s, "\xEF\xBB\xBF", 3) == 0) memmove(b.s, b.s + 3, (b.n -= 3) + 1);
    bool lf = b.n && memchr(b.s, '\n', b.n);
    for (size_t i = 0; i < b.n && !lf; i++) b.s[i] = b.s[i] == '\r' ? '\n' : b.s[i];
    ur_buf_free(out);
    *out = b;
    return 0;
}
