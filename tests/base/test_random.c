/* Philox against its published vectors; uniform and normal numbers by their moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>
#include "base/base.h"

/* kat_vectors of Random123 1.09, "philox4x32 10" */
static void known_answers(void **state)
{
    (void)state;
    static const struct { uint32_t ctr[4], key[2], out[4]; } kat[] = {
        { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 }, { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        ur_philox(kat[i].key, kat[i].ctr, out);
        assert_memory_equal(out, kat[i].out, sizeof out);
    }
}

static void moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    double s1 = 0, s2 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0;
    for (uint32_t i = 0; i < N; i++) {
        double u = ur_uniform(7, i / 1000, i % 1000, 3, 0), z = ur_normal(7, 1, 2, 3, i);
        assert_true(u > 0 && u < 1);
        s1 += u, s2 += u * u;
        n1 += z, n2 += z * z, n3 += z * z * z, n4 += z * z * z * z;
    }
    assert_true(fabs(s1 / N - 0.5) < 0.003 && fabs(s2 / N - 1.0 / 3) < 0.003);
    assert_true(fabs(n1 / N) < 0.01 && fabs(n2 / N - 1) < 0.02 && fabs(n3 / N) < 0.05 && fabs(n4 / N - 3) < 0.1);
}

/* what an element gets does not depend on where a block begins, and blocks are uniform */
static void blocks(void **state)
{
    (void)state;
    double all[1000], part[1000], sum = 0, square = 0;
    ur_uniforms(9, 1, 2, 3, 5, 1000, all);
    for (size_t at = 0, n = 1; at < 1000; at += n, n = n % 7 + 1) {
        size_t m = at + n > 1000 ? 1000 - at : n;
        ur_uniforms(9, 1, 2, 3, 5 + (uint32_t)at, m, part);
        assert_memory_equal(part, all + at, m * sizeof *part);
    }
    for (uint32_t k = 0; k < 200; k++) {
        ur_uniforms(9, k, 0, 0, 0, 1000, all);
        for (int i = 0; i < 1000; i++) { assert_true(all[i] > 0 && all[i] < 1); sum += all[i]; square += all[i] * all[i]; }
    }
    assert_true(fabs(sum / 200000 - 0.5) < 0.003 && fabs(square / 200000 - 1.0 / 3) < 0.003);
}

static void every_part_of_the_key_counts(void **state)
{
    (void)state;
    double u = ur_uniform(1, 2, 3, 4, 5);
    assert_true(u == ur_uniform(1, 2, 3, 4, 5));
    assert_true(u != ur_uniform(2, 2, 3, 4, 5) && u != ur_uniform(1 + (1ull << 40), 2, 3, 4, 5) && u != ur_uniform(1, 3, 3, 4, 5));
    assert_true(u != ur_uniform(1, 2, 4, 4, 5) && u != ur_uniform(1, 2, 3, 5, 5) && u != ur_uniform(1, 2, 3, 4, 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(known_answers), cmocka_unit_test(moments), cmocka_unit_test(blocks), cmocka_unit_test(every_part_of_the_key_counts) };
    return cmocka_run_group_tests_name("base/random", tests, NULL, NULL);
}
