/* Memory of a plan: what a position of a step of training takes, cell by cell, in numbers of the hidden size; what is made inside a scan instead
 * of before it, and what is written over. That the values are right is tested where plans are compared with the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "lang/lang.h"
#include "plan/passes.h"

enum { H = 64 };

typedef struct made { ur_program *p; ur_graph *g; ur_schedule *plan; } made;

static made plan_of(const char *cell)
{
    made m;
    ur_err e = { 0 };
    char text[512];
    snprintf(text, sizeof text, "data x[t] : raw(8)\ndata y[t] : raw\nparam v\nh[t] = %s(%d, x[t])\ny[t] ~ normal(v' h[t], 1)\n", cell, H);
    if (ur_program_parse(&m.p, text, strlen(text), cell, NULL, 0, &e)) fail_msg("%s", e.text);
    if (ur_program_build(m.p, &(ur_build_options){ .training = true, .grad = true }, &m.g, &e)) fail_msg("%s", e.text);
    if (ur_schedule_make(&m.plan, m.g, &(ur_plan_options){ .limits.single = true, .window_index = -1 }, &e)) fail_msg("%s", e.text);
    return m;
}

static void drop(made *m) { ur_schedule_free(m->plan); ur_graph_free(m->g); ur_program_free(m->p); }

/* of a position, whenever it lives, in hidden sizes; part: of it, what recomputation does not keep */
static double numbers(const ur_schedule *p, bool part)
{
    double n = 0;
    for (int b = 0; b < p->nbuf; b++) if (p->dom[p->buf[b].dom].nidx && (!part || p->re->part[b])) n += (double)p->buf[b].ld;
    return n / H;
}

static void test_positions(void **state)
{
    (void)state;
    /* lstm: gates, sums and adjoints in one place (4), c, tanh c, h; the adjoint of h (1); x and a few scalars */
    static const struct { const char *cell; double most; } cells[] = { { "rnn", 3.3 }, { "lstm", 8.5 }, { "gru", 9.5 }, { "gru_torch", 9.5 }, { "lstm_peephole", 12.3 } };
    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
        made m = plan_of(cells[k].cell);
        double n = numbers(m.plan, false);
        if (!(n <= cells[k].most)) fail_msg("%s: %.2f hidden sizes a position, at most %.2f expected", cells[k].cell, n, cells[k].most);
        assert_non_null(m.plan->re);
        assert_true(numbers(m.plan, true) > n - 0.1);             /* all of it is computed again */
        drop(&m);
    }
}

static int wide_maps(const ur_schedule *p, ur_id v)                       /* component-wise maps as wide as v */
{
    int n = 0;
    for (int k = 0; k < p->nins; k++) n += p->ins[k]->kind == INS_EW && p->dom[p->ins[k]->dom].nidx && (size_t)p->ins[k]->width == ur_node_width(&p->g, &p->g.node[v]);
    return n;
}

static void test_sunk(void **state)
{
    (void)state;
    made m = plan_of("lstm");
    for (int k = 0; k < m.g->nquant; k++)
        if (!strcmp(m.g->quant[k].name, "h")) assert_int_equal(wide_maps(m.plan, ur_aliased(&m.plan->g, m.g->quant[k].node)), 0);   /* the gates' derivatives went into the scan */
    drop(&m);
}

static int over(const ur_schedule *p, ins *const *list, int n, int *late)
{
    int found = 0;
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) { found += over(p, i->body, i->nbody, late); continue; }
        for (int o = 0; i->kind == INS_EW && o < i->nout; o++) {
            found += p->pass->over[i->out[o].node] != NULL;
            *late += i->out[o].late;
            for (int q = 0; q < o; q++)                            /* two outputs never share a place */
                assert_false(p->store[i->out[q].node].buf == p->store[i->out[o].node].buf && p->store[i->out[q].node].col == p->store[i->out[o].node].col);
        }
    }
    return found;
}

static void test_written_over(void **state)
{
    (void)state;
    made m = plan_of("lstm");
    int late = 0;
    assert_true(over(m.plan, m.plan->ins, m.plan->nins, &late) >= 8);   /* four gates over their sums, four adjoints over the gates */
    assert_true(late > 0);
    drop(&m);
}

static int fused(ins *const *list, int n, int *programs)
{
    int f = 0;
    for (int k = 0; k < n; k++) {
        *programs += list[k]->kind == INS_EW;
        f += list[k]->fused != NULL;
        f += fused(list[k]->body, list[k]->nbody, programs);
    }
    return f;
}

/* on a processor that has functions for them, all component-wise programs of these are functions */
static void test_functions(void **state)
{
    (void)state;
    ur_ew_op o = { UR_NEG, UR_CLS_UNARY, 0, 1, 0, 0 };
    ur_fused *f = ur_fuse(&(ur_ew_program){ 1, &o, 1, 1, (ur_input[]){ UR_INPUT_EACH }, (double[]){ 0 }, 1, &(struct ur_out){ 0, false } });
    if (!f) skip();
    ur_fused_free(f);
    static const char *const cells[] = { "rnn", "lstm", "gru", "gru_torch", "lstm_peephole", "layernorm_lstm" };
    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
        made m = plan_of(cells[k]);
        int programs = 0, functions = fused(m.plan->ins, m.plan->nins, &programs);
        if (functions != programs) fail_msg("%s: %d of %d", cells[k], functions, programs);
        drop(&m);
    }
}

/* groups in scans, and component-wise programs that are in none */
static void grouped(ins *const *list, int n, bool scan, int *groups, int *alone)
{
    for (int k = 0; k < n; k++) {
        grouped(list[k]->body, list[k]->nbody, true, groups, alone);
        *alone += scan && list[k]->kind == INS_EW && !list[k]->group;
        if (list[k]->group) { ++*groups; k += list[k]->group->n - 1; }
    }
}

/* where there are functions, a step of layer norms is its product and one function for all the rest, forward and back */
static void test_groups(void **state)
{
    (void)state;
    made m = plan_of("layernorm_lstm");
    int groups = 0, alone = 0;
    grouped(m.plan->ins, m.plan->nins, false, &groups, &alone);
    bool functions = m.plan->nfused > 0;
    drop(&m);
    if (!functions) skip();
    assert_int_equal(groups, 2);
    assert_int_equal(alone, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_positions), cmocka_unit_test(test_sunk), cmocka_unit_test(test_written_over), cmocka_unit_test(test_functions), cmocka_unit_test(test_groups) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
