/* A program made as one function against the same operations one by one: the same bits, whatever the length of rows, strides and registers. */
#include "math/kernels.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROWS = 3, WIDE = 83, GAP = 5, MOST = 60, INPUTS = 14 };
typedef struct made { ur_ew_program p; ur_ew_op op[MOST]; ur_input input[INPUTS]; double number[INPUTS]; struct ur_out out[MOST]; } made;

static uint32_t dice(uint32_t *s, uint32_t n) { *s = *s * 1664525u + 1013904223u; return (*s >> 8) % n; }

#ifdef UR_HAVE_XBYAK
enum { MAKES = 1 };
#else
enum { MAKES = 0 };
#endif
static const ur_op one[] = { UR_NEG, UR_TANH, UR_SIGMOID, UR_RELU, UR_EXP, UR_SQRT, UR_ABS, UR_SIGN, UR_STEP, UR_FLOOR, UR_NOT, UR_STOP };
static const ur_op two[] = { UR_ADD, UR_SUB, UR_MUL, UR_DIV, UR_MAX2, UR_MIN2, UR_DTANH, UR_DSIGMOID, UR_LT, UR_LE, UR_GT, UR_GE, UR_EQ, UR_NE, UR_AND, UR_OR };

/* registers are never given to another value here, so that every one can be looked at: more than the processor has, too */
static void make(made *m, uint32_t seed)
{
    uint32_t s = seed;
    memset(m, 0, sizeof *m);
    int nop = 1 + (int)dice(&s, MOST), ninput = 1 + (int)dice(&s, INPUTS);
    for (int k = 0; k < ninput; k++) { m->input[k] = dice(&s, 4) ? UR_INPUT_EACH : dice(&s, 2) ? UR_INPUT_ONE : UR_INPUT_NUMBER; m->number[k] = dice(&s, 40) / 10.0 - 2; }
    for (int q = 0; q < nop; q++) {
        ur_ew_op *o = &m->op[q];
        int *arg[] = { &o->a, &o->b, &o->c };
        for (int k = 0; k < 3; k++) *arg[k] = q && dice(&s, 2) ? (int)dice(&s, (uint32_t)q) : nop + (int)dice(&s, (uint32_t)ninput);
        o->dst = q;
        int what = (int)dice(&s, 9);
        if (what < 3) o->op = one[dice(&s, sizeof one / sizeof *one)];
        else if (what < 8) o->op = two[dice(&s, sizeof two / sizeof *two)];
        else o->op = UR_WHERE;
        o->cls = ur_ops[o->op].cls;
        m->out[q] = (struct ur_out){ q, dice(&s, 3) == 0 };
    }
    m->p = (ur_ew_program){ nop, m->op, nop, ninput, m->input, m->number, nop, m->out };
}

static float *full(const made *m, int k, const float *x, size_t st, size_t n)      /* input k's rows, side by side */
{
    float *y = malloc(sizeof *y * ROWS * n);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t i = 0; i < n; i++) y[r * n + i] = m->input[k] == UR_INPUT_NUMBER ? (float)m->number[k] : x[r * st + (m->input[k] == UR_INPUT_ONE ? 0 : i)];
    return y;
}

static void same(const float *a, const float *b, size_t n, uint32_t seed, int q, ur_op op)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) && !(isnan(a[i]) && isnan(b[i])) && !(a[i] == 0 && b[i] == 0))
            fail_msg("seed %u, operation %d (%s), number %zu: %.9g, should be %.9g", seed, q, ur_ops[op].name, i, (double)a[i], (double)b[i]);
}

static void random_programs(void **state)
{
    (void)state;
    const ur_kernels *k = ur_kernels_avx512(true);
    int run = 0;
    ur_math_thread_init();
    for (uint32_t seed = 0; seed < 400; seed++) {
        made m;
        make(&m, seed);
        ur_fused *f = ur_fuse(&m.p);
        if (!f) continue;
        run++;
        uint32_t s = seed + 7;
        size_t n = 1 + dice(&s, WIDE), st = n + dice(&s, GAP);
        float *in[INPUTS], *all[INPUTS], *out[MOST], *want[MOST];
        ur_strip at[INPUTS + MOST];
        for (int q = 0; q < m.p.ninput; q++) {
            in[q] = malloc(sizeof(float) * ROWS * st);
            for (size_t i = 0; i < ROWS * st; i++) in[q][i] = dice(&s, 30) ? (float)((dice(&s, 2001) / 100.0 - 10) * (dice(&s, 9) ? 1 : 20)) : dice(&s, 2) ? 0 : dice(&s, 2) ? INFINITY : NAN;
            all[q] = full(&m, q, in[q], st, n);
            at[q] = (ur_strip){ (char *)in[q], st * sizeof(float) };
        }
        for (int q = 0; q < m.p.nop; q++) {
            out[q] = malloc(sizeof(float) * ROWS * st);
            want[q] = malloc(sizeof(float) * ROWS * n);
            for (size_t i = 0; i < ROWS * st; i++) out[q][i] = 77;
            at[m.p.ninput + q] = (ur_strip){ (char *)out[q], st * sizeof(float) };
            const ur_ew_op *o = &m.op[q];
            const float *a = o->a < m.p.nreg ? want[o->a] : all[o->a - m.p.nreg], *b = o->b < m.p.nreg ? want[o->b] : all[o->b - m.p.nreg], *c = o->c < m.p.nreg ? want[o->c] : all[o->c - m.p.nreg];
            if (o->cls == UR_CLS_UNARY) k->unary[o->op](1, ROWS * n, a, 0, want[q], 0);
            else if (o->cls == UR_CLS_BINARY) k->binary[o->op](1, ROWS * n, a, 0, b, 0, want[q], 0);
            else k->where(1, ROWS * n, a, 0, b, 0, c, 0, want[q], 0);
        }
        f->run(ROWS, n, at);
        for (int q = 0; q < m.p.nop; q++)
            for (size_t r = 0; r < ROWS; r++) {
                same(out[q] + r * st, want[q] + r * n, n, seed, q, m.op[q].op);
                for (size_t i = n; i < st; i++) assert_true(out[q][r * st + i] == 77);      /* nothing is written beside a row */
            }
        for (int q = 0; q < m.p.ninput; q++) { free(in[q]); free(all[q]); }
        for (int q = 0; q < m.p.nop; q++) { free(out[q]); free(want[q]); }
        ur_fused_free(f);
    }
    if (!MAKES || !k) skip();
    assert_int_equal(run, 400);
}

/* several parts as one function against each by itself: later ones read what earlier ones wrote, rows and lengths are odd */
static void several(void **state)
{
    (void)state;
    enum { PARTS = 6, TALL = 11, STRIDE = WIDE + 2, STRIPS = INPUTS + PARTS * MOST };
    const ur_kernels *k = ur_kernels_avx512(true);
    static made m[PARTS];
    static float mine[STRIPS][TALL * STRIDE], theirs[STRIPS][TALL * STRIDE];
    static int strip[PARTS][INPUTS + MOST];
    int run = 0;
    ur_math_thread_init();
    for (uint32_t seed = 0; seed < 100; seed++) {
        uint32_t s = seed + 99;
        ur_row_part part[PARTS];
        int npart = 1 + (int)dice(&s, PARTS), nstrip = INPUTS;
        for (int q = 0; q < npart; q++) {
            bool sum = dice(&s, 3) == 0;
            int nin, nout;
            make(&m[q], seed * PARTS + (uint32_t)q);
            part[q] = (ur_row_part){ sum ? NULL : &m[q].p, dice(&s, 4) ? 1 + dice(&s, WIDE) : 1, strip[q] };
            nin = sum ? 1 : m[q].p.ninput; nout = sum ? 1 : m[q].p.nout;
            for (int a = 0; a < nin; a++) strip[q][a] = (int)dice(&s, (uint32_t)nstrip);
            for (int o = 0; o < nout; o++) strip[q][nin + o] = nstrip++;
        }
        ur_fused *f = ur_fuse_rows(npart, part, nstrip);
        if (!f) continue;
        run++;
        ur_strip at[STRIPS];
        for (int q = 0; q < nstrip; q++) {
            for (size_t i = 0; i < TALL * STRIDE; i++) mine[q][i] = (float)(dice(&s, 2001) / 100.0 - 10);
            memcpy(theirs[q], mine[q], sizeof mine[q]);
            at[q] = (ur_strip){ (char *)mine[q], STRIDE * sizeof(float) };
        }
        f->run(TALL, 0, at);
        for (int q = 0; q < npart; q++) {
            if (!part[q].program) {
                for (size_t r = 0; r < TALL; r++) theirs[strip[q][1]][r * STRIDE] = (float)k->sum(part[q].n, theirs[strip[q][0]] + r * STRIDE);
                continue;
            }
            ur_fused *by = ur_fuse(part[q].program);
            for (int a = 0; a < m[q].p.ninput + m[q].p.nout; a++) at[a] = (ur_strip){ (char *)theirs[strip[q][a]], STRIDE * sizeof(float) };
            by->run(TALL, part[q].n, at);
            ur_fused_free(by);
        }
        for (int q = 0; q < nstrip; q++) same(mine[q], theirs[q], TALL * STRIDE, seed, q, UR_NOP);
        ur_fused_free(f);
    }
    if (!MAKES || !k) skip();
    assert_true(run > 60);                                        /* the others are too long */
}

/* every number there is, of the functions that are written out */
static void functions(void **state)
{
    (void)state;
    const ur_kernels *k = ur_kernels_avx512(true);
    ur_math_thread_init();
    const ur_op op[] = { UR_EXP, UR_SIGMOID, UR_TANH };
    for (int q = 0; q < 3; q++) {
        ur_ew_op o = { op[q], UR_CLS_UNARY, 0, 1, 0, 0 };
        ur_input each = UR_INPUT_EACH;
        ur_ew_program p = { 1, &o, 1, 1, &each, (double[]){ 0 }, 1, &(struct ur_out){ 0, false } };
        ur_fused *f = ur_fuse(&p);
        if (!f) skip();
        static float x[1 << 16], y[1 << 16], want[1 << 16];
        for (uint32_t high = 0; high < 1 << 16; high += 3) {
            for (uint32_t low = 0; low < 1 << 4; low++) { uint32_t u = (high << 16) | (low << 12) | (high * 2654435761u >> 20); memcpy(&x[(high / 3 << 4 | low) & 0xffff], &u, sizeof u); }
            if ((high / 3 & 4095) != 4095 && high + 3 < 1 << 16) continue;
            k->unary[op[q]](1, 1 << 16, x, 0, want, 0);
            f->run(1, 1 << 16, (ur_strip[]){ { (char *)x, 0 }, { (char *)y, 0 } });
            same(y, want, 1 << 16, high, 0, op[q]);
        }
        ur_fused_free(f);
    }
}

/* powers that a text writes; what is written over an argument that is still needed; what is too long, or has no code */
static void others(void **state)
{
    (void)state;
    ur_math_thread_init();
    const double e[] = { 1, 2, 3, -1, 0.5, 4 };
    for (int q = 0; q < 6; q++) {
        ur_ew_op o = { UR_POW, UR_CLS_BINARY, 0, 1, 2, 0 };
        ur_ew_program p = { 1, &o, 1, 2, (ur_input[]){ UR_INPUT_EACH, UR_INPUT_NUMBER }, (double[]){ 0, e[q] }, 1, &(struct ur_out){ 0, false } };
        ur_fused *f = ur_fuse(&p);
        if (e[q] == 4) { assert_null(f); continue; }
        if (!f) skip();
        float x[] = { 0.25f, 2.1f, 3.3f, 9 }, y[4], want[4], by = (float)e[q];
        f->run(1, 4, (ur_strip[]){ { (char *)x, 0 }, { NULL, 0 }, { (char *)y, 0 } });
        ur_kernels_avx512(true)->binary_vs[UR_POW](1, 4, x, 0, &by, 0, want, 0);
        same(y, want, 4, 0, q, UR_POW);
        ur_fused_free(f);
    }
    ur_ew_op swap[] = { { UR_NEG, UR_CLS_UNARY, 0, 2, 0, 0 }, { UR_ADD, UR_CLS_BINARY, 1, 2, 3, 0 } };     /* the first lies over input 0, which the second reads */
    ur_ew_program p = { 2, swap, 2, 2, (ur_input[]){ UR_INPUT_EACH, UR_INPUT_EACH }, (double[]){ 0, 0 }, 2, (struct ur_out[]){ { 0, true }, { 1, false } } };
    ur_fused *f = ur_fuse(&p);
    float x[40], z[40], y[40];
    for (int i = 0; i < 40; i++) { x[i] = (float)i; z[i] = 100; }
    f->run(1, 40, (ur_strip[]){ { (char *)x, 0 }, { (char *)z, 0 }, { (char *)x, 0 }, { (char *)y, 0 } });
    for (int i = 0; i < 40; i++) { assert_true(x[i] == (float)-i); assert_true(y[i] == (float)(100 + i)); }
    ur_fused_free(f);
    enum { LONG = 2000 };                                         /* too much for the instruction cache */
    static ur_ew_op many[LONG];
    for (int q = 0; q < LONG; q++) many[q] = (ur_ew_op){ UR_TANH, UR_CLS_UNARY, 0, q ? 0 : 1, 0, 0 };
    p = (ur_ew_program){ LONG, many, 1, 1, (ur_input[]){ UR_INPUT_EACH }, (double[]){ 0 }, 1, &(struct ur_out){ 0, true } };
    assert_null(ur_fuse(&p));
    ur_ew_op no = { UR_LGAMMA, UR_CLS_UNARY, 0, 1, 0, 0 };
    p = (ur_ew_program){ 1, &no, 1, 1, (ur_input[]){ UR_INPUT_EACH }, (double[]){ 0 }, 1, &(struct ur_out){ 0, false } };
    assert_null(ur_fuse(&p));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(random_programs), cmocka_unit_test(several), cmocka_unit_test(functions), cmocka_unit_test(others) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
