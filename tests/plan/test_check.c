/* A schedule with a fault in it is not one: each kind of fault is put into a good one, found, and taken out again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "lang/lang.h"
#include "plan/schedule.h"

enum { ALL = UR_HOLDS_GRAPH | UR_HOLDS_ROWS | UR_HOLDS_ORDER | UR_HOLDS_MEMORY };

typedef struct made { ur_program *p; ur_graph *g; ur_schedule *s; } made;

static int open_it(void **state)
{
    static made m;
    static const char text[] = "data x[t], y[t] : real\nparam U, W, V, b, c, h0\nh[0] = h0\nh[t] : 4 = tanh(b + W h[t-1] + U x[t])\ny[t] ~ normal(c + V h[t], 1)\n";
    ur_err e = { 0 };
    ur_plan_options o = { .limits.single = true, .window_index = -1 };
    assert_int_equal(ur_program_parse(&m.p, text, strlen(text), "text", NULL, 0, &e), 0);
    assert_int_equal(ur_program_build(m.p, &(ur_build_options){ .grad = true, .training = true }, &m.g, &e), 0);
    assert_int_equal(ur_schedule_make(&m.s, m.g, &o, &e), 0);
    *state = &m;
    return 0;
}

static int close_it(void **state)
{
    made *m = *state;
    ur_schedule_free(m->s);
    ur_graph_free(m->g);
    ur_program_free(m->p);
    return 0;
}

/* what is said of it; empty: that it is one */
static void says(const made *m, const char *part)
{
    ur_buf out = { 0 };
    bool good = ur_schedule_check(m->s, ALL, &out);
    if (!part) {
        if (!good) fail_msg("%s", out.s);
    } else if (good || !out.s || !strstr(out.s, part)) fail_msg("wanted \"%s\", got: %s", part, out.s ? out.s : "nothing");
    ur_buf_free(&out);
}

static ins *first_of(const ur_schedule *p, ins_kind kind, bool inside)
{
    for (int k = 0; k < p->nins; k++) {
        ins *i = p->ins[k];
        if (!inside && i->kind == kind) return i;
        for (int q = 0; inside && q < i->nbody; q++)
            if (i->body[q]->kind == kind) return i->body[q];
    }
    fail_msg("there is no such instruction");
    return NULL;
}

static void test_good(void **state) { says(*state, NULL); }

static void test_order(void **state)
{
    made *m = *state;
    size_t others = sizeof(ins *) * (size_t)(m->s->nins - 1);
    ins *last = m->s->ins[m->s->nins - 1];
    memmove(m->s->ins + 1, m->s->ins, others);
    m->s->ins[0] = last;
    says(m, "before it is made");
    memmove(m->s->ins, m->s->ins + 1, others);
    m->s->ins[m->s->nins - 1] = last;
    m->s->nload--;
    says(m, "nothing makes it");
    m->s->nload++;
    says(m, NULL);
}

static void test_rows(void **state)
{
    made *m = *state;
    ins *i = first_of(m->s, INS_EW, true);
    int *rows = &m->s->node_dom[i->out[0].node], was = *rows;
    for (int d = 0; d < m->s->ndom; d++)
        if (m->s->dom[d].nidx == 0) *rows = d;
    says(m, "rows that are not those of its indices");
    *rows = was;
    for (int k = 0; k < m->s->nmap; k++) {
        map *p = &m->s->map[k];
        if (p->to == p->from) continue;
        int to = p->to;
        p->to = p->from;
        says(m, "a map of other rows");
        p->to = to;
        break;
    }
    says(m, NULL);
}

static void test_memory(void **state)
{
    made *m = *state;
    ins *i = first_of(m->s, INS_EW, true);
    store *at = &m->s->store[i->out[0].node], was = *at;
    buf *b = &m->s->buf[was.buf], whole = *b;
    at->buf = NOWHERE;
    says(m, "it lies nowhere");
    *at = was;
    at->col = b->ld;
    says(m, "it leaves the rows of its buffer");
    *at = was;
    b->pinned = false;
    b->first = b->last = m->s->nins + 1;
    says(m, "its buffer lives at another time");
    *b = whole;
    b->esize++;
    says(m, "rows of another kind");
    *b = whole;
    says(m, NULL);
}

static void test_registers(void **state)
{
    made *m = *state;
    ins *i = first_of(m->s, INS_EW, true);
    int a = i->op[0].a, dst = i->op[0].dst, reg = i->out[0].reg;
    i->op[0].a = i->nreg + i->narg;
    says(m, "reads a register that there is not");
    i->op[0].a = a;
    i->op[0].dst = -1;
    says(m, "writes a register that there is not");
    i->op[0].dst = dst;
    i->out[0].reg = i->nreg;
    says(m, "a result is in a register that there is not");
    i->out[0].reg = reg;
    says(m, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_order), cmocka_unit_test(test_rows), cmocka_unit_test(test_memory),
                                        cmocka_unit_test(test_registers) };
    return cmocka_run_group_tests(tests, open_it, close_it);
}
