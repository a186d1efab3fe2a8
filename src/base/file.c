/* Writing files: beside, synced, read back, renamed. The one place where the project makes files.
 * Knows nothing of what is written. Invariants: until the new file is complete on disk the old one stands untouched; whoever
 * reads while several write finds one of the files, whole; no file but the one named is written to, whatever links lie about;
 * after a failure no temporary file is left, and one that a killed writer left goes when the same file is written next: a writer
 * holds a lock on its temporary file until that has its name, so that what nobody locks has no writer. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/base.h"

enum { LINKS = 40, NAME = 200, TRIES = 100, AGAIN = 3, DIGITS = 16, BLOCK = 16 * 1024 };
static const char mark[] = ".tmp-"; /* between the name of a file and the random digits of one that is to become it */

static int failed(ur_err *e, const char *path, int why)
{
    return ur_fail(e, UNROLL_ERROR_FILE, "%s: cannot be written: %s", path, strerror(why));
}

int ur_put(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n) {
        ssize_t k = write(fd, p, n < (1u << 30) ? n : 1u << 30);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return k < 0 ? errno : EIO;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

/* 0, or errno. What cannot be synced at all (a pipe, a terminal, some file systems) is as good as synced. */
static int sync_now(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP || errno == EBADF ? 0 : errno;
}

static int close_after(int fd, int why) { return close(fd) != 0 && !why && errno != EINTR ? errno : why; }

/* ---- where a file lies */

/* One step along a symbolic link: *place becomes what it names. 1: it is no link; else 0 or an error. */
static int follow(char **place, ur_err *e)
{
    char to[4096];
    ssize_t n = readlink(*place, to, sizeof to - 1);
    if (n < 0) return 1;
    to[n] = 0;
    char *slash = strrchr(*place, '/');
    ur_buf b = { 0 };
    if (to[0] != '/' && slash) ur_buf_add(&b, *place, (size_t)(slash + 1 - *place));
    ur_buf_add(&b, to, (size_t)n);
    if (b.bad) {
        ur_buf_free(&b);
        return ur_nomem(e);
    }
    ur_free(*place);
    *place = b.s;
    return 0;
}

static bool begins(const char *s, const char *with) { return strncmp(s, with, strlen(with)) == 0; }

/* Links are followed, also where what they name is not there yet: the link stays, and what it names is replaced. A place that is
 * one of the process's own descriptors (/dev/stdout) or that is neither a file nor absent is `open`: written as it is. */
static int find_place(const char *path, char **place, bool *open_place, ur_err *e)
{
    struct stat st;
    int rc = 0;
    *open_place = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    if (!(*place = ur_strdup(path))) return ur_nomem(e);
    for (int i = 0; !rc && !*open_place; i++) {
        if (i == LINKS) rc = failed(e, path, ELOOP);
        else if (begins(*place, "/proc/") || begins(*place, "/dev/fd/")) *open_place = true;
        else rc = follow(place, e);
    }
    if (rc >= 0) return 0;
    ur_free(*place);
    return rc;
}

bool ur_file_is_open(const char *path)
{
    char *place;
    bool open_place;
    if (find_place(path, &place, &open_place, NULL)) return false;
    ur_free(place);
    return open_place;
}

/* A device or a pipe is written as it is: a file beside it, renamed over it, would put a plain file in its place. */
static int write_open(const char *path, const void *p, size_t n, ur_err *e)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return failed(e, path, errno);
    int why = ur_put(fd, p, n);
    if (!why) why = sync_now(fd);
    why = close_after(fd, why);
    return why ? failed(e, path, why) : 0;
}

/* ---- beside it */

static const char *base_of(const char *place)
{
    const char *slash = strrchr(place, '/');
    return slash ? slash + 1 : place;
}

/* is it the name of a temporary file of `base`? */
static bool is_beside(const char *name, const char *base)
{
    size_t n = strnlen(base, NAME);
    return strncmp(name, base, n) == 0 && begins(name + n, mark) &&
           strspn(name + n + strlen(mark), "0123456789abcdef") == DIGITS && strlen(name + n + strlen(mark)) == DIGITS;
}

/* A plain file of this user's with no other name, which nobody has locked, goes. One that becomes somebody's in the meantime has
 * got its real name. */
static void drop_if_left(int folder, const char *name)
{
    struct stat st;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1 &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(fd);
}

/* what writers of `place` left that were killed */
static void drop_left(const char *place)
{
    const char *base = base_of(place);
    char *path = base > place ? ur_strdup(place) : NULL;
    if (base > place && !path) return;
    if (path) path[base - place] = 0;
    DIR *folder = opendir(path ? path : ".");
    ur_free(path);
    if (!folder) return;
    for (struct dirent *d; (d = readdir(folder));)
        if (is_beside(d->d_name, base)) drop_if_left(dirfd(folder), d->d_name);
    closedir(folder);
}

void ur_file_drop_left(const char *path)
{
    char *place;
    bool open_place;
    if (find_place(path, &place, &open_place, NULL)) return;
    if (!open_place) drop_left(place);
    ur_free(place);
}

/* The lock of a new file. false: somebody who takes it for one that was left came before, and it goes. Where there are no locks
 * nobody drops files. */
static bool locked(int fd)
{
    struct stat st;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
    return fstat(fd, &st) != 0 || st.st_nlink > 0;
}

/* A new file in the folder of `place` under a random name, which nobody can have put a link under; locked. A descriptor, or −1
 * and errno; `name` has room for it. */
static int make_beside(const char *place, mode_t mode, char *name, size_t room)
{
    const char *base = base_of(place);
    for (int i = 0; i < TRIES; i++) {
        uint64_t r = 0;
        if (getrandom(&r, sizeof r, GRND_NONBLOCK) != (ssize_t)sizeof r)
            r = ((uint64_t)getpid() << 32 | (uint64_t)i) ^ (uint64_t)(ur_now() * 1e9);
        snprintf(name, room, "%.*s%.*s%s%0*llx", (int)(base - place), place, NAME, base, mark, DIGITS, (unsigned long long)r);
        int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0 && errno != EEXIST) return fd;
        if (fd >= 0 && locked(fd)) return fd;
        if (fd >= 0) close(fd);
    }
    errno = EEXIST;
    return -1;
}

/* Owner, group and permissions of the file that is replaced, as far as they can be had: until then only its owner may read the
 * new one. Where the group cannot be kept, another one gets no more than everybody. */
static void keep_mode(int fd, const struct stat *old)
{
    struct stat mine;
    mode_t mode = old->st_mode & 0777;
    if (fstat(fd, &mine)) return;
    if (mine.st_gid != old->st_gid && fchown(fd, (uid_t)-1, old->st_gid)) mode = (mode & ~(mode_t)070) | (mode & 07) << 3;
    if (mine.st_uid != old->st_uid) (void)!fchown(fd, old->st_uid, (gid_t)-1);
    (void)!fchmod(fd, mode);
}

/* 0, or errno: EIO where the file holds something else than was written */
static int read_back(int fd, const char *p, size_t n)
{
    char block[BLOCK];
    size_t at = 0;
    for (;;) {
        ssize_t k = pread(fd, block, sizeof block, (off_t)at);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return errno;
        if (k == 0) return at == n ? 0 : EIO;
        if ((size_t)k > n - at || memcmp(p + at, block, (size_t)k) != 0) return EIO;
        at += (size_t)k;
    }
}

/* The rename itself lives in the directory. One that cannot be opened is left to the file system. */
static int sync_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash) slash[slash == path] = 0;
    int fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return 0;
    return close_after(fd, sync_now(fd));
}

/* 0, or errno: the temporary file is gone then. The lock holds until the file has its name, longer than the descriptor whose
 * closing is looked at */
static int write_beside(const char *place, const struct stat *old, const void *p, size_t n, char *name, size_t room)
{
    int fd = make_beside(place, old ? 0600 : 0666, name, room), hold = -1, why;
    if (fd < 0) return errno;
    if (old) keep_mode(fd, old);
    why = ur_put(fd, p, n);
    if (!why) why = sync_now(fd);
    if (!why) why = read_back(fd, p, n);
    if (!why && (hold = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0) why = errno;
    why = close_after(fd, why);
    if (!why && rename(name, place) != 0) why = errno;
    if (why) unlink(name);
    if (hold >= 0) close(hold);
    return why;
}

static int replace(const char *path, const char *place, const void *p, size_t n, ur_err *e)
{
    struct stat old;
    bool there = lstat(place, &old) == 0;
    size_t room = strlen(place) + 32;
    int why = ENOENT;
    if (there && faccessat(AT_FDCWD, place, W_OK, AT_EACCESS) != 0) return failed(e, path, errno);
    char *name = ur_alloc(room);
    if (!name) return ur_nomem(e);
    drop_left(place);
    for (int i = 0; i < AGAIN && why == ENOENT; i++) /* where another machine sees no locks, it may have dropped the file */
        why = write_beside(place, there ? &old : NULL, p, n, name, room);
    if (why) {
        ur_free(name);
        return failed(e, path, why);
    }
    why = sync_folder(name);
    ur_free(name);
    return why ? ur_fail(e, UNROLL_ERROR_FILE, "%s: is written, but its folder cannot be brought to the disk: %s", path,
                         strerror(why))
               : 0;
}

int ur_file_write_all(const char *path, const void *p, size_t n, ur_err *e)
{
    struct stat st;
    size_t len = strlen(path);
    char *place;
    bool open_place;
    if (!len || path[len - 1] == '/' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return ur_fail(e, UNROLL_ERROR_FILE, "%s: is a directory; the name of a file is needed", len ? path : "(empty name)");
    int rc = find_place(path, &place, &open_place, e);
    if (rc) return rc;
    rc = open_place ? write_open(path, p, n, e) : replace(path, place, p, n, e);
    ur_free(place);
    return rc;
}
