/* Good models (the examples of the language's design among them) with the shapes and index sets found, the print of two graphs, and what has
 * to stay the same whatever is given. */
#include "lang/summary.h"
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct { const char *name, *text, *summary; } models[] = {
#include "lang/models.inc"
};

static ur_program *parse(const char *text, const char *name)
{
    ur_program *p = NULL;
    ur_err e = { 0 };
    if (ur_program_parse(&p, text, strlen(text), name, NULL, 0, &e)) fail_msg("%s", e.text);
    return p;
}

static ur_graph *build(ur_program *p, const ur_build_options *o)
{
    ur_graph *g = NULL;
    ur_err e = { 0 };
    if (ur_program_build(p, o, &g, &e)) fail_msg("%s", e.text);
    return g;
}

static void test_summaries(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        ur_buf b = { 0 };
        ur_program *p = parse(models[k].text, models[k].name);
        ur_graph *g = build(p, &(ur_build_options){ .training = true });
        summary(g, &b);
        if (strcmp(b.s, models[k].summary)) print_error("%s\n", models[k].name);
        assert_string_equal(b.s, models[k].summary);
        ur_buf_free(&b);
        ur_graph_free(g);
        ur_program_free(p);
    }
}

static void check_graph(const ur_graph *g)
{
    ur_buf why = { 0 };
    if (!ur_graph_check(g, &why))
        fail_msg("%s", why.s);
    for (ur_id v = 0; v < g->nnode; v++)
        for (int k = 0; k < g->node[v].nidx; k++) {
            int parent = g->index[g->node[v].idx[k]].parent;
            if (parent >= 0 && !ur_has_index(&g->node[v], parent))
                fail_msg("node %d (%s) lacks %s", v, ur_ops[g->node[v].op].id, g->index[parent].name);
        }
}

static void test_given(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        ur_program *p = parse(models[k].text, models[k].name);
        ur_given_mode given[16];
        ur_graph *plain = build(p, &(ur_build_options){ 0 });
        for (int mode = 0; mode < 3; mode++) for (int training = 0; training < 2; training++) {
            for (int d = 0; d < 16; d++) given[d] = (ur_given_mode)mode;
            ur_graph *g = build(p, &(ur_build_options){ .given = given, .training = training });
            check_graph(g);
            assert_int_equal(g->nparam, plain->nparam);
            assert_int_equal(g->nweight, plain->nweight);
            int fills = 0, drawn = 0;
            for (int i = 0; i < g->nparam; i++) {
                assert_string_equal(g->param[i].name, plain->param[i].name);
                assert_int_equal(g->param[i].offset, plain->param[i].offset);
            }
            for (ur_id v = 0; v < g->nnode; v++) fills += g->node[v].op == UR_FILL;
            for (int d = 0; d < g->ndata; d++) drawn += g->data[d].drawn;
            assert_int_equal(fills, mode ? drawn : 0);
            ur_graph_free(g);
        }
        ur_graph *adjoint = build(p, &(ur_build_options){ .grad = true });
        for (int i = 0; i < plain->nparam; i++) assert_true(!plain->param[i].trained || plain->nlatent || adjoint->dparam[i] >= 0 || !strncmp(models[k].name, "hier", 4));
        ur_graph_free(adjoint);
        ur_graph_free(plain);
        ur_program_free(p);
    }
}

static void test_print(void **state)
{
    static const char text[] = "data x[t], y[t] : real\nparam U, W, V\nh[t] : 2 = tanh(W h[t-1] + U x[t])\nh[0] = V' 1\ny[t] ~ normal(V h[t], 0.5)\n";
    static const char want[] =
        "%0 [] const 2x1 PARAM U\n"
        "%1 [] const 2x2 PARAM W\n"
        "%2 [] const 1x2 PARAM V\n"
        "%3 [] const 1x1 CONST 1\n"
        "%4 [] const 2x1 TRANS %2\n"
        "%5 [t] 2x1 ALIAS %11\n"
        "%6 [t] 2x1 READ %5 @t-1|before %4\n"
        "%7 [t] 2x1 PROD %1 %6\n"
        "%8 [t] 1x1 DATA x\n"
        "%9 [t] 2x1 PROD %0 %8\n"
        "%10 [t] 2x1 ADD %7 %9\n"
        "%11 [t] 2x1 TANH %10\n"
        "%12 [t] 1x1 DATA y\n"
        "%13 [t] 1x1 PROD %2 %11\n"
        "%14 [] const 1x1 CONST 0.5\n"
        "%15 [t] 1x1 BCAST %14\n"
        "%16 [t] 1x1 MASK y\n"
        "%17 [t] 1x1 SUB %12 %13\n"
        "%18 [t] 1x1 DIV %17 %14\n"
        "%19 [] const 1x1 CONST 0.918939\n"
        "%20 [] const 1x1 CONST -0.693147\n"
        "%21 [] const 1x1 CONST 0.225791\n"
        "%22 [t] 1x1 MUL %18 %18\n"
        "%23 [t] 1x1 MUL %14 %22\n"
        "%24 [t] 1x1 ADD %23 %21\n"
        "%25 [] const 1x1 CONST 0\n"
        "%26 [t] 1x1 WHERE %16 %24 %25\n"
        "%27 [] const 1x1 RSUM %26 over t and examples\n";
    ur_buf b = { 0 };
    (void)state;
    ur_program *p = parse(text, "print");
    ur_graph *g = build(p, &(ur_build_options){ 0 });
    ur_graph_print(g, &b);
    assert_string_equal(b.s, want);
    ur_buf_free(&b);
    ur_graph_free(g);
    ur_program_free(p);
}

/* sizes known: vocabularies in, shapes out; and a size that the text's own shapes contradict */
static void test_sizes(void **state)
{
    ur_program *p = parse("data x[t] : chars\nparam E, W\nx[t] ~ categorical(W tanh(E x[t-1]))\nh[t] : 7 = E x[t]\n", "sizes");
    int size[] = { 65 };
    (void)state;
    assert_int_equal(ur_program_ndata(p), 1);
    assert_int_equal(ur_program_datum(p, 0)->size, 0);
    assert_int_equal(ur_program_datum(p, 0)->kind, UR_CHARS);
    assert_true(ur_program_datum(p, 0)->drawn);
    ur_graph *g = build(p, &(ur_build_options){ .size = size });
    assert_int_equal(g->param[0].rows, 7);
    assert_int_equal(g->param[0].cols, 65);
    assert_int_equal(g->param[1].rows, 65);
    assert_int_equal(g->data[0].size, 65);
    ur_graph_free(g);
    ur_program_free(p);
    ur_err e = { 0 };
    p = parse("data x[t] : chars\nparam E(4, 80)\nh[t] = E x[t]\n", "sizes");
    assert_int_equal(ur_program_build(p, &(ur_build_options){ .size = size }, &g, &e), UNROLL_ERROR_MODEL);
    assert_string_equal(e.text, "sizes:3:8: the sizes do not fit\n    h[t] = E x[t]\n           ^ E has 80 columns (line 2: E(4, 80)), x[t] has 65 (line 1)");
    ur_program_free(p);
}

static void test_shipped(void **state)
{
    glob_t files;
    (void)state;
    if (glob(UR_SOURCE_DIR "/models/*.unr", 0, NULL, &files)) { print_message("no models\n"); skip(); }
    for (size_t k = 0; k < files.gl_pathc; k++) {
        ur_buf b = { 0 };
        ur_err e = { 0 };
        ur_program *p = NULL;
        assert_int_equal(ur_file_read_all(files.gl_pathv[k], 1 << 20, &b, &e), 0);
        if (ur_program_parse(&p, b.s, b.n, files.gl_pathv[k], NULL, 0, &e)) fail_msg("%s", e.text);
        ur_graph *g = build(p, &(ur_build_options){ 0 });
        check_graph(g);
        ur_graph_free(g);
        ur_program_free(p);
        ur_buf_free(&b);
    }
    globfree(&files);
}

/* every ```unr block of the manual is a model */
static void test_manual(void **state)
{
    ur_buf b = { 0 };
    ur_err e = { 0 };
    int blocks = 0;
    (void)state;
    if (ur_file_read_all(UR_SOURCE_DIR "/doc/LANGUAGE.md", 1 << 20, &b, &e)) fail_msg("%s", e.text);
    for (char *at = b.s; (at = strstr(at, "```unr\n")); blocks++) {
        char *text = at + 7, *end = strstr(text, "```");
        assert_non_null(end);
        *end = 0;
        ur_program *p = parse(text, "LANGUAGE.md");
        ur_graph *g = build(p, &(ur_build_options){ .training = true, .grad = true });
        ur_graph_free(g);
        ur_program_free(p);
        at = end + 1;
    }
    assert_true(blocks >= 5);
    ur_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_summaries), cmocka_unit_test(test_given), cmocka_unit_test(test_print), cmocka_unit_test(test_sizes), cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_manual) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
