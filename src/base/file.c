/* Writing files: beside, synced, renamed.
 * Knows nothing of what is written. Invariant: until the new file is complete on disk the old one stands untouched,
 * and after a failure no temporary file is left. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/base.h"

static int failed(ur_err *e, const char *path, int why)
{
    return ur_fail(e, UNROLL_ERROR_FILE, "%s: cannot be written: %s", path, strerror(why));
}

/* 0, or errno */
static int put(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t k = write(fd, p, n < (1u << 30) ? n : 1u << 30);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return k < 0 ? errno : EIO;
        p += k;
        n -= (size_t)k;
    }
    return fsync(fd) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;    /* a pipe or a terminal cannot be synced */
}

/* A device or a pipe is written as it is: a file beside it, renamed over it, would put a plain file in its place. */
static int write_device(const char *path, const void *p, size_t n, ur_err *e)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return failed(e, path, errno);
    int why = put(fd, p, n);
    if (close(fd) != 0 && !why)
        why = errno;
    return why ? failed(e, path, why) : 0;
}

/* The rename itself lives in the directory; a file system that cannot sync one is left as it is. */
static void sync_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        slash[slash == path] = 0;
    int fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!fsync(fd);
        close(fd);
    }
}

int ur_file_write_all(const char *path, const void *p, size_t n, ur_err *e)
{
    struct stat st;
    size_t len = strlen(path);
    bool there = len && stat(path, &st) == 0;
    if (!len || path[len - 1] == '/' || (there && S_ISDIR(st.st_mode)))
        return ur_fail(e, UNROLL_ERROR_FILE, "%s: is a directory; the name of a file is needed", len ? path : "(empty name)");
    if (there && !S_ISREG(st.st_mode))
        return write_device(path, p, n, e);
    char *tmp = ur_alloc(len + 32);
    if (!tmp)
        return ur_nomem(e);
    snprintf(tmp, len + 32, "%s.tmp-%ld", path, (long)getpid());
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
        int why = errno;
        ur_free(tmp);
        return failed(e, path, why);
    }
    int why = put(fd, p, n);
    if (close(fd) != 0 && !why)
        why = errno;
    if (!why && rename(tmp, path) != 0)
        why = errno;
    if (why)
        unlink(tmp);
    else
        sync_folder(tmp);
    ur_free(tmp);
    return why ? failed(e, path, why) : 0;
}
