/* Latent symbols against all paths of states, in random models of every form that reads one. */
#include "chains_checks.h"

static void all_paths(void **state)
{
    (void)state;
    check_chains(304, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_paths) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
