/* As test_chains.c: more models, longer, all of each checked. */
#include "chains_checks.h"

static void all_paths(void **state)
{
    (void)state;
    check_chains(1500, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_paths) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
