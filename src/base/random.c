/* Random numbers: Philox 4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw: "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011). Knows no state. Invariant: equal key and counter give equal bits, on any thread. */
#include <math.h>
#include <string.h>
#include "base/base.h"

static inline void turn(uint32_t *c0, uint32_t *c1, uint32_t *c2, uint32_t *c3, int round, const uint32_t key[2])
{
    uint64_t p0 = (uint64_t)0xD2511F53u * *c0, p1 = (uint64_t)0xCD9E8D57u * *c2;
    *c0 = (uint32_t)(p1 >> 32) ^ *c1 ^ (key[0] + (uint32_t)round * 0x9E3779B9u);
    *c2 = (uint32_t)(p0 >> 32) ^ *c3 ^ (key[1] + (uint32_t)round * 0xBB67AE85u);
    *c1 = (uint32_t)p1;
    *c3 = (uint32_t)p0;
}

void ur_philox(const uint32_t key[2], const uint32_t ctr[4], uint32_t out[4])
{
    memcpy(out, ctr, 4 * sizeof *out);
    for (int round = 0; round < 10; round++) turn(&out[0], &out[1], &out[2], &out[3], round, key);
}

static void draw(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, uint32_t out[4])
{
    uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) }, ctr[4] = { counter, site, example, step };
    ur_philox(key, ctr, out);
}

uint64_t ur_random_at(uint64_t seed, uint64_t position)
{
    uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    uint32_t ctr[4] = { (uint32_t)position, (uint32_t)(position >> 32), 0, UR_SITE_POSITION }, out[4];
    ur_philox(key, ctr, out);
    return (uint64_t)out[1] << 32 | out[0];
}

/* The midpoint of one of 2^53 cells of (0, 1). 52 bits are kept so that the half is exact and 1 is never reached. */
static double unit(uint32_t a, uint32_t b)
{
    uint64_t bits = ((uint64_t)a << 32 | b) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

double ur_uniform(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter)
{
    uint32_t r[4];
    draw(seed, step, example, site, counter, r);
    return unit(r[0], r[1]);
}

/* Sixteen blocks side by side, in loops that a compiler makes vectors of; gcc makes the function once for each width of vector
 * that a processor may have. The same bits as one block at a time. */
enum { WIDE = 16 };
#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__) && defined(__GLIBC__) &&                   \
    !defined(__SANITIZE_ADDRESS__) &&                                                                                            \
    !defined(__SANITIZE_THREAD__) /* whose functions cannot be called while the clones are chosen */
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
static void
draw_wide(const uint32_t key[2], const uint32_t ctr[4], uint32_t out[4 * WIDE])
{
    uint32_t c0[WIDE], c1[WIDE], c2[WIDE], c3[WIDE];
    for (uint32_t j = 0; j < WIDE; j++) {
        c0[j] = ctr[0] + j;
        c1[j] = ctr[1];
        c2[j] = ctr[2];
        c3[j] = ctr[3];
    }
    for (int round = 0; round < 10; round++)
        for (int j = 0; j < WIDE; j++) turn(&c0[j], &c1[j], &c2[j], &c3[j], round, key);
    for (int j = 0; j < WIDE; j++) {
        out[4 * j] = c0[j];
        out[4 * j + 1] = c1[j];
        out[4 * j + 2] = c2[j];
        out[4 * j + 3] = c3[j];
    }
}

void ur_random_words(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, size_t n, uint32_t *out)
{
    uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) }, ctr[4] = { counter / 4, site, example, step }, r[4 * WIDE];
    for (size_t skip = counter % 4, i = 0, m; i < n; i += m, skip = 0) {
        bool wide = skip + (n - i) > 8;
        if (wide) draw_wide(key, ctr, r);
        else ur_philox(key, ctr, r);
        ctr[0] += wide ? WIDE : 1;
        m = (wide ? 4 * WIDE : 4) - skip;
        if (m > n - i) m = n - i;
        memcpy(out + i, r + skip, m * sizeof *r);
    }
}

void ur_uniforms(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, size_t n, double *out)
{
    uint32_t r[4 * WIDE];
    for (size_t i = 0, m; i < n; i += m) {
        m = n - i < 4 * WIDE ? n - i : 4 * WIDE;
        ur_random_words(seed, step, example, site, counter + (uint32_t)i, m, r);
        for (size_t e = 0; e < m; e++) out[i + e] = ((double)r[e] + 0.5) * 0x1p-32;
    }
}

/* sqrt(-2 log u) cos(2 pi v) (Box and Muller, 1958) */
double ur_normal(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter)
{
    uint32_t r[4];
    draw(seed, step, example, site, counter, r);
    return sqrt(-2 * log(unit(r[0], r[1]))) * cos(2 * 3.14159265358979323846 * unit(r[2], r[3]));
}
