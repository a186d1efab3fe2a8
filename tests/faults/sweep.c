/* sweep: a command again and again, each time with another fault, and whether it ends well.
 *
 *     sweep SHIM FOLDER KIND FIRST STEP COMMAND…
 *
 * FOLDER is copied for every run, which is made inside the copy. KIND is `memory` (one call for memory fails), `memory-on` (all from one on), or a
 * system call with its error, `write=ENOSPC` (also fsync, rename, open, close, read), or `write=KILL`, at which the process is killed. Faults FIRST,
 * FIRST + STEP, … are tried, until a run has none. Where UR_KEEP names a folder, what the last run with a fault left is copied there.
 *
 * A run ends well with exit code 0 where all it leaves and prints is that of the run without a fault; or with another one and a message where each file
 * is the one that was there before, or that of the run without a fault, or a model or checkpoint that reads: then the same command, with no fault, run
 * in what was left has to succeed and to leave the right files. A crash, a hang, a lost, torn or temporary file is a fault of the program.
 *
 * Memory fails in the process (shim.c); system calls are answered for the kernel by a seccomp listener, so that those inside libc fail too. Programs that
 * the command starts (gnuplot) have no faults. Without seccomp's listeners the exit code is 77. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "shim.h"

enum { CALLS = 6, MOST = 4, SECONDS = 60, SHOWN = 12, SKIPPED = 77, KILL = -1 };      /* KILL: in place of an error */
static const struct { const char *name; int nr[MOST]; } calls[] = {
    { "write", { SYS_write, SYS_writev, SYS_pwrite64, -1 } },
    { "read", { SYS_read, SYS_pread64, SYS_readv, -1 } },
    { "fsync", { SYS_fsync, SYS_fdatasync, -1, -1 } },
#ifdef SYS_rename
    { "rename", { SYS_rename, SYS_renameat, SYS_renameat2, -1 } },
    { "open", { SYS_open, SYS_openat, -1, -1 } },
#else
    { "rename", { SYS_renameat, SYS_renameat2, -1, -1 } },
    { "open", { SYS_openat, -1, -1, -1 } },
#endif
    { "close", { SYS_close, -1, -1, -1 } },
};
static const struct { const char *name; int number; } errors[] = {
    { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR }, { "EACCES", EACCES }, { "EMFILE", EMFILE }, { "EDQUOT", EDQUOT }, { "EXDEV", EXDEV }, { "KILL", KILL },
};

static const char *shim, *folder, *kind, *page_path;
static char **command;
static fault_page *page;
static int call = -1, error;             /* of system calls */
static long found, tried, done_well, refused, killed;
static pid_t child;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- folders */

static char *slurp(const char *dir, const char *name, size_t *n)
{
    char path[4096], *s = NULL;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    *n = 0;
    if (!f) return NULL;
    for (size_t got = 1; got; *n += got) {
        if (!(s = realloc(s, *n + 65537))) die("realloc");
        got = fread(s + *n, 1, 65536, f);
    }
    s[*n] = 0;
    fclose(f);
    return s;
}

static bool equal(const char *a, const char *b, const char *name)
{
    size_t n, m;
    char *s = slurp(a, name, &n), *t = slurp(b, name, &m);
    bool same = s && t && n == m && !memcmp(s, t, n);
    free(s);
    free(t);
    return same;
}

/* fn for each file of the folder, in no order */
static void each(const char *dir, void (*fn)(const char *dir, const char *name, void *arg), void *arg)
{
    DIR *d = opendir(dir);
    if (!d) die(dir);
    for (struct dirent *at; (at = readdir(d));)
        if (at->d_name[0] != '.') fn(dir, at->d_name, arg);
    closedir(d);
}

static void drop(const char *dir, const char *name, void *arg)
{
    char path[4096];
    (void)arg;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (unlink(path)) die(path);
}

static void drop_temporary(const char *dir, const char *name, void *arg)
{
    if (strstr(name, ".tmp-")) drop(dir, name, arg);
}

static void copy(const char *dir, const char *name, void *to)
{
    char path[4096];
    size_t n;
    char *s = slurp(dir, name, &n);
    snprintf(path, sizeof path, "%s/%s", (char *)to, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(s, 1, n, f) != n || fclose(f)) die(path);
    free(s);
}

static void fresh(const char *dir)
{
    if (mkdir(dir, 0777) && errno != EEXIST) die(dir);
    each(dir, drop, NULL);
    each(folder, copy, (void *)dir);
}

/* ---- one run */

/* in the child: these system calls ask the parent. The listener's descriptor; −1: there are none here. */
static int listen_to_calls(void)
{
    struct sock_filter code[32];
    struct sock_fprog program = { 0, code };
    int nr[MOST], n = 0, at = 0;
    for (int k = 0; k < MOST && calls[call].nr[k] >= 0; k++) nr[n++] = calls[call].nr[k];
    code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int k = 0; k < n; k++) code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr[k], (unsigned char)(n - k), 0);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    program.len = (unsigned short)at;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void hand_over(int socket, int fd)
{
    char byte = 0, control[CMSG_SPACE(sizeof fd)] = { 0 };
    struct iovec io = { &byte, 1 };
    struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    if (fd < 0) m.msg_control = NULL, m.msg_controllen = 0;
    sendmsg(socket, &m, 0);
}

static int take_over(int socket)
{
    int fd = -1;
    char byte, control[CMSG_SPACE(sizeof fd)];
    struct iovec io = { &byte, 1 };
    struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    if (recvmsg(socket, &m, MSG_CMSG_CLOEXEC) < 0) return -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

/* Linux has closed what close gave an error for, which cannot be done from here: only files, which nobody waits for the end of, are left open */
static bool counts(const struct seccomp_notif *asked)
{
    char path[64], to[2];
    if (!page->begun || asked->pid != (unsigned)child) return false;
    if (asked->data.nr != SYS_close || error == KILL) return true;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)child, (int)asked->data.args[0]);
    return readlink(path, to, sizeof to) > 0 && to[0] == '/';
}

/* answers for the kernel until the child has ended: call `at` fails */
static void answer(int listener, long at)
{
    struct seccomp_notif asked;
    struct seccomp_notif_resp reply;
    for (;;) {
        struct pollfd p = { .fd = listener, .events = POLLIN };
        if (poll(&p, 1, -1) < 0 && errno == EINTR) continue;
        if (!(p.revents & POLLIN)) return;
        memset(&asked, 0, sizeof asked);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) {
            if (errno == EINTR || errno == ENOENT) continue;
            return;
        }
        memset(&reply, 0, sizeof reply);
        reply.id = asked.id;
        reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        bool now = counts(&asked) && page->seen++ == at;
        if (now && error == KILL) {
            kill(child, SIGKILL);
            continue;
        }
        if (now) {
            reply.flags = 0;
            reply.error = -error;
        }
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) && errno != ENOENT) die("seccomp");
    }
}

static bool late;
static void too_late(int signal)
{
    (void)signal;
    late = true;
    kill(child, SIGKILL);
}

static void into(const char *name, int fd)
{
    int f = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (f < 0 || dup2(f, fd) < 0) _exit(126);
    close(f);
}

/* the command in `dir` with fault `at` (−1: none); what it prints in .out and .err there. Its status, or −1 after too long a time. */
static int run(const char *dir, long at)
{
    int pair[2] = { -1, -1 }, status;
    bool on = !strcmp(kind, "memory-on");
    page->seen = page->begun = 0;
    page->memory = call < 0;
    page->at = at;
    page->last = on ? 1L << 60 : at;
    if (call >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) die("socketpair");
    late = false;
    child = fork();
    if (child < 0) die("fork");
    if (!child) {
        if (chdir(dir)) _exit(126);
        into(".out", 1);
        into(".err", 2);
        int null = open("/dev/null", O_RDONLY);
        if (null < 0 || dup2(null, 0) < 0) _exit(126);
        setenv("LD_PRELOAD", shim, 1);
        setenv("UR_FAULT", page_path, 1);
        if (call >= 0) hand_over(pair[1], listen_to_calls());
        execvp(command[0], command);
        _exit(126);
    }
    alarm(SECONDS);
    if (call >= 0) {
        close(pair[1]);
        int listener = take_over(pair[0]);
        close(pair[0]);
        if (listener < 0) {
            puts("no listeners of seccomp here");
            kill(child, SIGKILL);
            exit(SKIPPED);
        }
        answer(listener, at);
        close(listener);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) ;
    alarm(0);
    return late ? -1 : status;
}

/* ---- what a run left */

/* whole: all has to be as without a fault; first: there was no fault in a run before it either */
typedef struct look { const char *dir, *why; char name[256]; bool whole, first; } look;

static bool is_there(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static void wrong(look *l, const char *why, const char *name)
{
    if (l->why) return;
    l->why = why;
    snprintf(l->name, sizeof l->name, "%s", name);
}

static bool ends(const char *s, const char *with)
{
    size_t n = strlen(s), m = strlen(with);
    return n >= m && !strcmp(s + n - m, with);
}

/* a model that is neither the old one nor the right one has to be one: the best that a fit had */
static bool reads(const char *dir, const char *name)
{
    char *explain[] = { command[0], "explain", (char *)name, NULL }, **before = command;
    if (!ends(name, ".model")) return ends(name, ".checkpoint");        /* the next run reads it */
    command = explain;
    int system_call = call;
    call = -1;
    int status = run(dir, -1);
    call = system_call;
    command = before;
    return status == 0;
}

/* a log whose lines are all in the right one: what could not be written of it is lost, and an epoch that is done is not done again */
static bool lacks_lines(const char *dir, const char *name)
{
    size_t n, m;
    char *s = slurp(dir, name, &n), *t = slurp("right", name, &m), *end;
    bool good = ends(name, ".jsonl") && s && t && (!n || s[n - 1] == '\n');
    for (char *line = s; good && (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        good = strstr(t, line) != NULL;
    }
    free(s);
    free(t);
    return good;
}

static void left(const char *dir, const char *name, void *arg)
{
    look *l = arg;
    if (equal(dir, "right", name) || (!l->first && lacks_lines(dir, name))) return;
    if (l->whole) { wrong(l, is_there("right", name) ? "is not what it is without a fault" : "should not be there", name); return; }
    if (equal(dir, folder, name) || reads(dir, name)) return;
    if (error == KILL && strstr(name, ".tmp-")) return;
    wrong(l, is_there("right", name) ? "is neither the old nor the new one" : "was left", name);
}

static void lost(const char *dir, const char *name, void *arg)
{
    look *l = arg;
    (void)dir;
    if (is_there(l->dir, name)) return;
    if (l->whole || is_there("right", name)) wrong(l, "is lost", name);         /* a checkpoint goes when the fit is done */
}

static look look_at(const char *dir, bool whole, bool first)
{
    look l = { .dir = dir, .whole = whole, .first = first };
    each(dir, left, &l);
    each(whole ? "right" : folder, lost, &l);
    return l;
}

static void fault(long at, const char *what, const char *name, const char *err)
{
    if (found++ < SHOWN) printf("FAULT: %s, %ld: %s %s\n%.400s\n", kind, at, name, what, err);
}

/* after a run that did not succeed: nothing is lost, and the same command does what it should have done */
static void recover(long at, look l, const char *err)
{
    if (!l.why && run("run", -1)) wrong(&l, "does not succeed afterwards", "it");
    if (!l.why && error == KILL) each("run", drop_temporary, NULL);
    if (!l.why) {
        l = look_at("run", true, false);
        if (l.why) snprintf(l.name + strlen(l.name), sizeof l.name - strlen(l.name), ", run again,");
    }
    if (l.why) fault(at, l.why, l.name, err);
}

/* the run with fault `at`; false: it had none */
static bool try(long at)
{
    const char *keep = getenv("UR_KEEP");
    size_t n;
    fresh("run");
    int status = run("run", at);
    bool had = page->seen > at;
    char *err = slurp("run", ".err", &n), text[64];
    tried += had;
    if (had && keep) each("run", copy, (void *)keep);
    if (status == -1) fault(at, "does not end", "it", err);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && error == KILL) {
        killed++;
        recover(at, look_at("run", false, false), err);
    } else if (WIFSIGNALED(status) || WEXITSTATUS(status) > 4) {
        snprintf(text, sizeof text, WIFSIGNALED(status) ? "ends by signal %d" : "ends with exit code %d", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        fault(at, text, "it", err);
    } else if (strstr(err, "Sanitizer")) {
        fault(at, "has an error of memory", "it", err);
    } else if (status == 0) {
        look l = look_at("run", true, true);
        done_well++;
        if (!l.why && !equal("run", "right", ".out")) wrong(&l, "prints something else", "it");
        if (l.why) fault(at, l.why, l.name, err);
    } else {
        look l = look_at("run", false, false);
        refused++;
        if (!n) wrong(&l, "says nothing", "it");
        recover(at, l, err);
    }
    free(err);
    return had;
}

static void choose(const char *what)
{
    const char *eq = strchr(what, '=');
    if (!strncmp(what, "memory", 6)) return;
    for (int k = 0; eq && k < CALLS; k++) if (strlen(calls[k].name) == (size_t)(eq - what) && !strncmp(calls[k].name, what, (size_t)(eq - what))) call = k;
    for (size_t k = 0; eq && k < sizeof errors / sizeof *errors; k++) if (!strcmp(errors[k].name, eq + 1)) error = errors[k].number;
    if (call < 0 || !error) { fprintf(stderr, "no such fault: %s\n", what); exit(2); }
}

int main(int argc, char **argv)
{
    char here[3000], path[4096];
    if (argc < 7) { fputs("sweep SHIM FOLDER KIND FIRST STEP COMMAND...\n", stderr); return 2; }
    shim = argv[1];
    folder = argv[2];
    kind = argv[3];
    command = argv + 6;
    choose(kind);
    signal(SIGALRM, too_late);
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    if (!getcwd(here, sizeof here)) die("getcwd");
    snprintf(path, sizeof path, "%s/.page", here);
    page_path = path;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *page)) die(path);
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) die("mmap");
    close(fd);
    fresh("right");
    size_t n;
    int status = run("right", -1);
    long places = page->seen;
    if (status) { printf("FAULT: without a fault, status %d: %s\n", status, slurp("right", ".err", &n)); return 1; }
    if (!page->begun) { puts("FAULT: the shim is not in the program"); return 1; }
    for (long at = atol(argv[4]); at < places && try(at); at += atol(argv[5])) ;
    printf("%-14s%6ld of %6ld places: %ld as without, %ld refused, %ld killed, %ld wrong: %s %s\n", kind, tried, places, done_well, refused, killed, found, command[0], command[1]);
    return found != 0;
}
