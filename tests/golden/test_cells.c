/* Cells of the library against values of their papers' equations, computed step by step in another program: outputs, the loss Σ c y, and its
 * gradients by parameters, inputs and states before the first, within 1e-10, by the oracle and by the fast plan. The files have the equations and,
 * of each name, sizes and numbers; sequences are time × examples × components. Two models: one reads data, two examples of six positions; in the
 * other these are parameters along two fixed indices, so that they have gradients. */
#include "golden.h"

#define BOUND 1e-10
enum { T = 6, B = 2 };

/* use: of x; start: what the file calls the state before the first, and whose it is; map: file=parameter, ' transposed, :k the k-th of the
 * middle of three axes */
static const struct { const char *name, *use, *in, *start, *state, *map; int nin, nout, nstart; } cases[] = {
    { "mingru", "mingru(4, x%s)", "x", "h0", "d", "Wz=Wz bz=bz Wh=Wh bh=bh", 3, 4, 4 },
    { "minlstm", "minlstm(4, x%s)", "x", "h0", "d", "Wf=Wf bf=bf Wi=Wi bi=bi Wh=Wh bh=bh", 3, 4, 4 },
    { "indrnn_relu", "indrnn(4, x%s)", "x", "h0", "d", "W=W u=u b=b", 3, 4, 4 },
    { "mgu", "mgu(4, x%s)", "x", "h0", "d", "Wf=Wf Uf=Uf bf=bf Wh=Wn Uh=Un bh=bn", 3, 4, 4 },
    { "sru", "sru(4, x%s)", "x", "c0", "d.c", "W=W Wf=Wf vf=vf bf=bf Wr=Wr vr=vr br=br", 4, 4, 4 },
    { "qrnn", "qrnn(4, x%s)", "x", "c0", "d.c", "Wz=Vz:0 Wz=Wz:1 bz=bz Wf=Vf:0 Wf=Wf:1 bf=bf Wo=Vo:0 Wo=Wo:1 bo=bo", 3, 4, 4 },
    { "slstm_f_sigmoid", "slstm(4, x%s)", "x", NULL, NULL, "Wz=Wz Wi=Wi Wf=Wf Wo=Wo Rz=Uz Ri=Ui Rf=Uf Ro=Uo bz=bz bi=bi bf=bf bo=bo", 3, 4, 0 },
    { "lru", "lru(3, x%s, state = 4)", "u", NULL, NULL, "nu=nu theta=theta gammalog=gamma Bre=Br Bim=Bi Cre=Cr Cim=Ci Dvec=D", 3, 3, 0 },
    { "s4d_zoh", "s4d(3, x%s, modes = 2)", "u", NULL, NULL, "log_dt=dt logAre=a' Aim=w' Cre=Cr' Cim=Ci' Dp=D", 3, 3, 0 },
    { "mamba_selective_scan", "selective_scan(3, x%s, state = 4, rank = 2)", "u", NULL, NULL, "A_log=A' Dp=D Wdt_in=P Wdt=Q dt_bias=c WB=B WC=C", 3, 3, 0 },
    { "rwkv4_time_mixing", "rwkv4_time(4, x%s)", "x", NULL, NULL, "muk=mk muv=mv mur=mr Wk=Wk Wv=Wv Wr=Wr Wo=Wo w=w u=u", 4, 4, 0 },
    { "mlstm_f_sigmoid", "mlstm(4, x%s, keys = 3)", "x", NULL, NULL, "Wq=Wq bq=bq Wk=Wk bk=bk Wv=Wv bv=bv wi=wi bi=bi wf=wf bf=bf Wo=Wo bo=bo", 3, 4, 0 },
    { "deltanet", "deltanet(4, x%s, keys = 3)", "x", NULL, NULL, "Wq=Wq Wk=Wk Wv=Wv wb=wb bb=bb", 3, 4, 0 },
    { "gated_deltanet", "gated_deltanet(4, x%s, keys = 3)", "x", NULL, NULL, "Wq=Wq Wk=Wk Wv=Wv wb=wb bb=bb wa=wa ba=ba Alog=A", 3, 4, 0 },
    { "rwkv4_channel_mixing", "rwkv4_channel(4, x%s, hidden = 6)", "x", NULL, NULL, "muk=mk mur=mr Wk=Wk Wv=Wv Wr=Wr", 4, 4, 0 },
};

/* the numbers of a name of the file, and how many along each of up to three axes; freed by the caller */
static double *stored(char *text, const char *name, size_t axis[3])
{
    char w[64];
    for (char *p = text; *p; next_line(&p)) {
        char *line = p;
        if (*p == '#') continue;
        word(&line, w, sizeof w);
        if (strcmp(w, name)) { next_line(&p); if (!*p) break; continue; }
        line += strspn(line, " ");
        axis[0] = strtoul(line, &line, 10);
        axis[1] = *line == 'x' ? strtoul(line + 1, &line, 10) : 1;
        axis[2] = *line == 'x' ? strtoul(line + 1, &line, 10) : 1;
        next_line(&p);
        return read_numbers(&p, axis[0] * axis[1] * axis[2]);
    }
    fail_msg("the file has no %s", name);
    return NULL;
}

/* what `file` has for the parameter of one entry "file=parameter" of a map; *n: how many */
static double *mapped(char *text, const char *prefix, const char *entry, char *param, size_t *n)
{
    char file[64], of[80];
    size_t axis[3];
    sscanf(entry, "%63[^=]=%60[^ ':]", file, of);
    snprintf(param, 64, "d.%.60s", of);
    snprintf(of, sizeof of, "%s%s", prefix, file);
    double *v = stored(text, of, axis), *out = calloc(axis[0] * axis[1] * axis[2], sizeof *out);
    const char *how = entry + strcspn(entry, " ':");
    *n = 0;
    if (*how == ':')
        for (size_t i = 0; i < axis[0]; i++)
            for (size_t k = 0; k < axis[2]; k++) out[(*n)++] = v[(i * axis[1] + (size_t)(how[1] - '0')) * axis[2] + k];
    else
        for (size_t i = 0; i < (*how == '\'' ? axis[1] : axis[0]); i++)
            for (size_t k = 0; k < (*how == '\'' ? axis[0] : axis[1]) * axis[2]; k++) out[(*n)++] = *how == '\'' ? v[k * axis[1] + i] : v[i * axis[1] * axis[2] + k];
    free(v);
    return out;
}

/* numbers of the file, time × examples × components, as data have them: example after example */
static void by_example(const double *v, size_t n, double *out)
{
    for (size_t t = 0; t < T; t++)
        for (size_t b = 0; b < B; b++) memcpy(out + (b * T + t) * n, v + (t * B + b) * n, n * sizeof *v);
}

static void check_gradient(unroll_model *m, const double *grad, const char *name, const double *want, size_t n, const char *where)
{
    size_t have, at = gradient_at(m, name, &have);
    assert_int_equal(have, n);
    close_to(where, name, grad + at, want, n, BOUND);
}

/* sets every parameter of the map (grad NULL), or compares its gradient */
static void map(size_t k, char *text, unroll_model *m, const double *grad, const char *where)
{
    char param[64];
    size_t n;
    for (const char *e = cases[k].map; *e; e += strcspn(e, " "), e += strspn(e, " ")) {
        double *v = mapped(text, grad ? "grad_" : "", e, param, &n);
        if (grad) check_gradient(m, grad, param, v, n, where);
        else OK(unroll_param_set(m, param, v, n));
        free(v);
    }
}

static void compare(size_t k, char *text, unroll_model *m, unroll_data *d, bool inputs)
{
    size_t axis[3], ng = gradient_size(m), count;
    double *y = stored(text, "y", axis), *seen = calloc(T * B * 8, sizeof *seen), *loss = stored(text, "L", axis), *grad = calloc(ng, sizeof *grad);
    if (inputs) memcpy(seen, y, T * B * (size_t)cases[k].nout * sizeof *y);
    else by_example(y, (size_t)cases[k].nout, seen);
    for (int naive = 1; naive >= 0; naive--) {
        unroll_use_options o = UNROLL_USE_INIT;
        char where[128], name[64];
        int width;
        double got;
        o.naive = naive;
        o.precision = 1;
        snprintf(where, sizeof where, "%s, %s plan", cases[k].name, naive ? "naive" : "fast");
        for (size_t e = 0; e < (inputs ? 1 : B); e++) {
            double *v = quantity(m, d, "d", e, &o, &count, &width);
            assert_int_equal(count, T * (inputs ? B : 1) * cases[k].nout);
            close_to(where, "d", v, seen + e * count, count, BOUND);
            free(v);
        }
        OK(unroll_gradient(m, d, &o, &got, grad, ng));
        close_to(where, "the loss", &got, loss, 1, BOUND);
        map(k, text, m, grad, where);
        for (int w = 0; inputs && w < 1 + (cases[k].start != NULL); w++) {
            snprintf(name, sizeof name, "grad_%s", w ? cases[k].start : cases[k].in);
            double *v = stored(text, name, axis);
            check_gradient(m, grad, w ? "h0" : "x", v, axis[0] * axis[1] * axis[2], where);
            free(v);
        }
    }
    free(y); free(seen); free(loss); free(grad);
}

static void test_case(void **state)
{
    size_t k = (size_t)(uintptr_t)*state, axis[3], lengths[B] = { T, T };
    char path[4096], model[1024], use[128];
    snprintf(path, sizeof path, "%s/tests/golden/data/cell_%s.txt", UR_SOURCE_DIR, cases[k].name);
    char *text = file_text(path);
    if (!text) fail_msg("%s cannot be read", path);
    double *x = stored(text, cases[k].in, axis), *c = stored(text, "c", axis), *h = cases[k].start ? stored(text, cases[k].start, axis) : NULL, put[T * B * 8];
    for (int inputs = 0; inputs < 2; inputs++) {
        unroll_model *m = NULL;
        unroll_data *d = NULL;
        const char *at = inputs ? "[e,t]" : "[t]";
        size_t n = 0, cap = sizeof model;
        snprintf(use, sizeof use, cases[k].use, at);
        if (inputs) n += (size_t)snprintf(model, cap, "data none : raw\nindex t = 1..6, e = 1..2\nparam x[e,t](%d), c[e,t](%d)\nloss L[e,t] = sum(c[e,t] * d[e,t]) + 0 * none\n", cases[k].nin, cases[k].nout);
        else n += (size_t)snprintf(model, cap, "data x[t] : raw(%d), c[t] : raw(%d)\nloss L[t] = sum(c[t] * d[t])\n", cases[k].nin, cases[k].nout);
        if (h) n += (size_t)snprintf(model + n, cap - n, inputs ? "param h0[e](%d)\n%s[e,0] = h0[e]\n" : "data h0 : raw(%d)\n%s[0] = h0\n", cases[k].nstart, cases[k].state);
        n += (size_t)snprintf(model + n, cap - n, "d%s = %s\n", at, use);
        OK(unroll_open_text(&m, model, n, cases[k].name, NULL, 0));
        OK(unroll_data_new(&d, m, inputs ? 1 : B));
        map(k, text, m, NULL, NULL);
        if (inputs) {
            double none = 0;
            OK(unroll_data_set_numbers(d, "none", NULL, &none));
            OK(unroll_param_set(m, "x", x, T * B * (size_t)cases[k].nin));
            OK(unroll_param_set(m, "c", c, T * B * (size_t)cases[k].nout));
            if (h) OK(unroll_param_set(m, "h0", h, B * (size_t)cases[k].nstart));
        } else {
            by_example(x, (size_t)cases[k].nin, put);
            OK(unroll_data_set_numbers(d, "x", lengths, put));
            by_example(c, (size_t)cases[k].nout, put);
            OK(unroll_data_set_numbers(d, "c", lengths, put));
            if (h) OK(unroll_data_set_numbers(d, "h0", NULL, h));
        }
        compare(k, text, m, d, inputs);
        unroll_data_free(d);
        unroll_close(m);
    }
    free(x); free(c); free(h); free(text);
}

int main(void)
{
    enum { N = sizeof cases / sizeof *cases };
    struct CMUnitTest t[N];
    for (size_t i = 0; i < N; i++) t[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)i };
    return _cmocka_run_group_tests("cells", t, N, NULL, NULL);
}
