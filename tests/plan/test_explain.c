/* What the plan makes of the standard cells: its words, pinned to the letter (tests/plan/golden; UR_WRITE=1 writes them anew), and its
 * structure, whatever the words: how many products a step of a recurrence holds, and that a cell written out is the cell of the library. */
#include "compare.h"
#include <stdio.h>
#include "plan/passes.h"

#define ONE "data x[t] : real(3)\ndata y[t] : real\nparam v\n"
#define OUT "y[t] ~ normal(v' h[t], 1)\n"
#define PASTED "param Wi, Wf, Wo, Wg, Ui, Uf, Uo, Ug, bi, bo, bg\nparam bf = ones\n" \
    "i[t] = sigmoid(Wi x[t] + Ui h[t-1] + bi)\nf[t] = sigmoid(Wf x[t] + Uf h[t-1] + bf)\no[t] = sigmoid(Wo x[t] + Uo h[t-1] + bo)\n" \
    "g[t] = tanh(Wg x[t] + Ug h[t-1] + bg)\nc[t] = f[t] * c[t-1] + i[t] * g[t]\nh[t] : 8 = o[t] * tanh(c[t])\n"
/* products of a step, forward; and with the gradient */
static const struct { const char *name, *text; int forward, both, scans; const char *folder; } cells[] = {
    { "rnn", ONE "h[t] = rnn(8, x[t])\n" OUT, 1, 2, 1, NULL },
    { "lstm", ONE "h[t] = lstm(8, x[t])\n" OUT, 1, 2, 1, NULL },
    { "lstm_peephole", ONE "h[t] = lstm_peephole(8, x[t])\n" OUT, 1, 2, 1, NULL },
    { "gru", ONE "h[t] = gru(8, x[t])\n" OUT, 2, 4, 1, NULL },
    { "gru_torch", ONE "h[t] = gru_torch(8, x[t])\n" OUT, 1, 2, 1, NULL },
    { "layernorm_lstm", ONE "h[t] = layernorm_lstm(8, x[t])\n" OUT, 1, 2, 1, NULL },
    { "translate", NULL, 0, 0, 3, "bench/cells" },
    { "bidirectional", NULL, 2, 4, 2, "models" },
};
enum { CELLS = sizeof cells / sizeof *cells, CAP = 1 << 16 };

static bool slurp(const char *path, char *to, size_t cap)
{
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    size_t n = fread(to, 1, cap - 1, f);
    to[n] = 0;
    fclose(f);
    return true;
}

static const char *cell_text(int k)
{
    static char text[CAP];
    char path[1024];
    if (cells[k].text) return cells[k].text;
    snprintf(path, sizeof path, "%s/%s/%s.unr", UR_SOURCE_DIR, cells[k].folder, cells[k].name);
    if (!slurp(path, text, sizeof text)) fail_msg("%s: cannot be read", path);
    return text;
}

typedef struct built { ur_program *p; ur_graph *g; ur_schedule *plan; } built;

static built build(const char *text, bool grad)
{
    built b;
    ur_err e = { 0 };
    if (ur_program_parse(&b.p, text, strlen(text), "cell", NULL, 0, &e)) fail_msg("%s", e.text);
    int *size = random_sizes(b.p);
    if (ur_program_build(b.p, &(ur_build_options){ .size = size, .training = true, .grad = grad }, &b.g, &e)) fail_msg("%s", e.text);
    if (ur_schedule_make(&b.plan, b.g, &(ur_plan_options){ .limits.single = true, .window_index = -1 }, &e)) fail_msg("%s", e.text);
    free(size);
    return b;
}
static void drop(built *b) { ur_schedule_free(b->plan); ur_graph_free(b->g); ur_program_free(b->p); }

/* ---- words */
static void test_words(void **state)
{
    (void)state;
    static char want[CAP];
    int bad = 0;
    for (int k = 0; k < CELLS; k++) {
        built b = build(cell_text(k), true);
        ur_buf out = { 0 };
        ur_err e = { 0 };
        char path[1024];
        ur_plan_explain(b.g, true, &out, &e);
        assert_int_equal(e.code, 0);
        snprintf(path, sizeof path, "%s/tests/plan/golden/%s.txt", UR_SOURCE_DIR, cells[k].name);
        if (getenv("UR_WRITE")) {
            FILE *f = fopen(path, "wb");
            assert_non_null(f);
            assert_int_equal(fwrite(out.s, 1, out.n, f), out.n);
            fclose(f);
        }
        if (!slurp(path, want, sizeof want)) fail_msg("%s: cannot be read", path);
        if (strcmp(out.s, want)) { print_error("%s: the plan is told differently:\n%s", cells[k].name, out.s); bad++; }
        ur_buf_free(&out);
        drop(&b);
    }
    assert_int_equal(bad, 0);
}

/* ---- structure */
static int products(ins *const *list, int n, bool inside)
{
    int found = 0;
    for (int k = 0; k < n; k++) found += list[k]->kind == INS_SCAN ? products(list[k]->body, list[k]->nbody, true) : inside && list[k]->kind == INS_PROD;
    return found;
}
static int scans(const ur_schedule *p) { int n = 0; for (int k = 0; k < p->nins; k++) n += p->ins[k]->kind == INS_SCAN; return n; }

/* a product in a scan that no result of the scan reaches could have been hoisted; one that nothing in the scan reads, drained */
static void mark_made(const ur_schedule *p, ins *const *list, int n, bool *made)
{
    for (int k = 0; k < n; k++) {
        if (list[k]->kind == INS_SCAN) { mark_made(p, list[k]->body, list[k]->nbody, made); continue; }
        if (list[k]->node >= 0) made[list[k]->node] = true;
        for (int m = 0; m < list[k]->nmember; m++) made[list[k]->member[m]] = true;
    }
}
static bool reaches(const ur_schedule *p, ur_id from, const bool *made, bool *seen)
{
    const ur_node *n = &p->g.node[from];
    for (int k = 0; k < n->narg; k++) {
        ur_id a = n->arg[k];
        if (seen[a]) continue;
        seen[a] = true;
        if (made[a] || reaches(p, a, made, seen)) return true;
    }
    return false;
}
static void check_scan(const char *name, const ur_schedule *p, const ins *scan)
{
    size_t n = (size_t)p->g.nnode + 1;
    bool *made = calloc(n, 1), *read = calloc(n, 1);
    mark_made(p, scan->body, scan->nbody, made);
    for (ur_id v = 0; v < p->g.nnode; v++) {                      /* what the scan's nodes read, directly or through views */
        if (!made[v]) continue;
        bool *seen = calloc(n, 1);
        for (int k = 0; k < p->g.node[v].narg; k++) {
            ur_id a = p->g.node[v].arg[k];
            while (!made[a] && p->pass->view[a]) a = p->g.node[a].arg[0];
            read[a] = true;
        }
        if (p->g.node[v].op == UR_PROD && !reaches(p, v, made, seen)) fail_msg("%s: a product in a scan that does not need it", name);
        free(seen);
    }
    for (ur_id v = 0; v < p->g.nnode; v++)
        if (made[v] && p->g.node[v].op == UR_PROD && !read[v]) fail_msg("%s: a product in a scan that nothing there reads", name);
    free(made); free(read);
}

static void test_structure(void **state)
{
    (void)state;
    for (int k = 0; k < CELLS; k++)
        for (int grad = 0; grad < 2; grad++) {
            built b = build(cell_text(k), grad);
            assert_int_equal(b.plan->nslow, 0);
            int found = products(b.plan->ins, b.plan->nins, false), want = grad ? cells[k].both : cells[k].forward;
            if (want && found != want) fail_msg("%s%s: %d products in scans, not %d", cells[k].name, grad ? " and its gradient" : "", found, want);
            if (scans(b.plan) != cells[k].scans * (1 + grad)) fail_msg("%s: %d scans, not %d", cells[k].name, scans(b.plan), cells[k].scans * (1 + grad));
            for (int q = 0; q < b.plan->nins; q++) if (b.plan->ins[q]->kind == INS_SCAN) check_scan(cells[k].name, b.plan, b.plan->ins[q]);
            drop(&b);
        }
}

/* ---- the cell written out: the same instructions, operation for operation */
static void dump(const ur_schedule *p, ins *const *list, int n, ur_buf *out)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) {
            ur_buf_printf(out, "scan %d {\n", i->dir);
            dump(p, i->body, i->nbody, out);
            ur_buf_printf(out, "}\n");
            continue;
        }
        const ur_node *v = &p->g.node[i->node];
        ur_buf_printf(out, "%d %s %dx%d args %d add %d width %d:", i->kind, ur_ops[v->op].name, v->rows, v->cols, i->narg, i->add, i->width);
        for (int q = 0; q < i->nop; q++) ur_buf_printf(out, " %s(%d,%d,%d,%d)", ur_ops[i->op[q].op].name, i->op[q].dst, i->op[q].a, i->op[q].b, i->op[q].c);
        ur_buf_printf(out, "\n");
    }
}

static void test_written_out(void **state)
{
    (void)state;
    built a = build(ONE "h[t] = lstm(8, x[t])\n" OUT, true), b = build(ONE PASTED OUT, true);
    ur_buf x = { 0 }, y = { 0 };
    dump(a.plan, a.plan->ins, a.plan->nins, &x);
    dump(b.plan, b.plan->ins, b.plan->nins, &y);
    assert_string_equal(x.s, y.s);
    ur_buf_free(&x); ur_buf_free(&y);
    drop(&a); drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_words), cmocka_unit_test(test_structure), cmocka_unit_test(test_written_out) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
