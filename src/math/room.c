/* room.c: is there address space for what BLAS and LAPACK take? OpenBLAS maps a buffer of 128 MB when it is called the first
 * time, and asks again without end where `ulimit -v` refuses it. Must not know what is computed. Invariant:
 * asked once. */
#include "base/base.h"
#include "math/math.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { BUFFER = 136 << 20 }; /* bytes, with what else it takes */

static bool enough = true;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void probe(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY) return;
    void *p = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    enough = p != MAP_FAILED;
    if (enough) munmap(p, BUFFER);
}

bool ur_blas_has_room(void)
{
    pthread_once(&once, probe);
    return enough;
}

int ur_lapack_room(ur_err *e)
{
    if (ur_blas_has_room()) return 0;
    return ur_fail(e, UNROLL_ERROR_MEMORY,
                   "out of memory: least squares and orthogonal starts need some 140 MB of address space, and `ulimit -v` leaves "
                   "less");
}
