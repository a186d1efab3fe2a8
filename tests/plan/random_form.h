/* Forms of the language for random texts, and a count of which were written: reductions by operator, by what is reduced and by condition, and
 * everything else that doc/LANGUAGE.md has, each as one line or a few. Appends to a `writer` of random_model.h. Knows the language, no plans. */
#ifndef RANDOM_FORM_H
#define RANDOM_FORM_H
#include "random_model.h"

/* ---- reductions */
enum { R_SUM, R_MEAN, R_MAX, R_MIN, R_LSE, R_SOFTMAX, NREDUCE };
static const char *const reduce_name[NREDUCE] = { "sum", "mean", "max", "min", "logsumexp", "softmax" };
enum { OV_FIXED, OV_RAGGED, OV_ALIAS, OV_NESTED, OV_FIXED2, OV_RAGGED_FIXED, OV_ALIAS_RAGGED, OV_NONE, NOVER };
static const char *const over_name[NOVER] = { "fixed j", "ragged u", "alias s", "nested k", "fixed j,m", "ragged u, fixed j", "alias s, ragged u", "what the operand lacks" };
static const char *const over_list[NOVER] = { "j", "u", "s", "k", "j,m", "u,j", "s,u", "j" };
static const char over_first[NOVER] = { 'j', 'u', 's', 'k', 'j', 'u', 's', 'j' };
typedef struct cond { const char *name, *text; bool t, b, alone; } cond;   /* %c: the index reduced; t: the result follows t; b: and the fixed index b */
enum { C_LACKS = 9 };
static const cond conds[] = {
    { "none", "", 0, 0, 0 }, { "== number", "%c == 2", 0, 0, 0 }, { "<= number", "%c <= 2", 0, 0, 0 }, { "!= number", "%c != 2", 0, 0, 0 },
    { "<= t", "%c <= t", 1, 0, 0 }, { "!= t", "%c != t", 1, 0, 0 }, { "< t alone in brackets", "%c < t", 1, 0, 1 }, { "<= length", "%c < length(t)", 1, 0, 0 },
    { "position of t alone", "t > 2", 1, 0, 0 },
    { "== fixed that the operand lacks", "%c == b", 0, 1, 0 }, { "<= fixed that the operand lacks", "%c <= 2 * b - 1", 0, 1, 0 },
    { "!= fixed that the operand lacks", "%c != b", 0, 1, 0 }, { "fixed and t", "%c + b <= t", 1, 1, 0 }, { "fixed alone", "b != 2", 0, 1, 0 },
    { "data on what is kept", "dn[t] > 0", 1, 0, 0 }, { "data on fixed that the operand lacks", "do[t,b] > 0", 1, 1, 0 },
    { "data on what is reduced", "D > 0", 0, 0, 0 }, { "a quantity", "sum(q1[t]) > 0", 1, 0, 0 }, { "and", "%c <= 2 and dn[t] > 0", 1, 0, 0 },
    { "or", "%c == 1 or dn[t] > 0", 1, 0, 0 }, { "not", "not (%c == 1)", 0, 0, 0 }, { "two", "%c != t, dn[t] > 0", 1, 0, 0 }, { "never", "%c > 99", 0, 0, 0 },
};
enum { NCOND = sizeof conds / sizeof *conds };
typedef struct form_count { int reduction[NREDUCE][NOVER][NCOND], form[256]; } form_count;

static inline void say_form_data(writer *w)              /* what the forms below read beside random_model's own */
{
    say(w, "data dn[t] : raw, du[u] : raw, do[t,b] : raw, dj[j] : raw, de[t,k] : raw(2), dk[t,k] : raw, dg : symbol\nindex b = 1..2\nindex m = 1..2\n");
}

/* is a combination one that the language has? If not, why */
static inline const char *no_reduction(int over, int c)
{
    const char *text = conds[c].text;
    if (conds[c].alone && over != OV_FIXED && over != OV_RAGGED && over != OV_ALIAS && over != OV_NESTED && over != OV_NONE) return "a condition alone reduces one index";
    (void)text;
    return NULL;
}

/* what the reduction is of, a vector of `size`; its own indices are those reduced, and t where that is asked for */
static inline void operand_of(writer *w, int over, bool t, char *out, size_t cap)
{
    int size, how = pick(w, 0, 2);
    const char *x = t ? use(w, true, false, &size) : "g";
    char with[80] = "", p[16];
    if (t) snprintf(with, sizeof with, " + %s %s", new_param(w, ""), x);
    switch (over) {
    case OV_FIXED:
        if (t && how == 0) snprintf(out, cap, "tanh(%s x[t-j]%s)", new_param(w, ""), with);
        else snprintf(out, cap, "tanh(%s[j] %s%s)", new_param(w, "[j]"), t ? x : "g", how == 1 ? with : "");
        break;
    case OV_RAGGED: snprintf(out, cap, "tanh(%s z[u]%s)", new_param(w, ""), with); break;
    case OV_ALIAS: snprintf(out, cap, "tanh(%s x[s%s]%s)", new_param(w, ""), how ? "" : "-1", with); break;
    case OV_NESTED: snprintf(out, cap, "tanh(%s de[t,k%s]%s)", new_param(w, ""), how ? "" : "-1", with); break;
    case OV_FIXED2: snprintf(out, cap, "tanh(%s[j,m] %s%s)", new_param(w, "[j,m]"), t ? x : "g", with); break;
    case OV_RAGGED_FIXED: snprintf(out, cap, "tanh(%s[j] z[u]%s)", new_param(w, "[j]"), with); break;
    case OV_ALIAS_RAGGED:
        snprintf(p, sizeof p, "%s", new_param(w, ""));
        snprintf(out, cap, "tanh(%s x[s] + %s z[u]%s)", p, new_param(w, ""), with);
        break;
    default: snprintf(out, cap, "tanh(%s %s)", new_param(w, ""), x); break;
    }
}

/* lines that make a vector along t (or without an index) by one reduction; NULL or its name, which goes into the pool */
static inline void say_reduction(writer *w, int op, int over, int c, form_count *count)
{
    const cond *k = &conds[c];
    bool own_t = over == OV_NESTED || pick(w, 0, 1), t = own_t || k->t;      /* does the operand follow t? where it does not, only the condition does */
    char text[64] = "", a[256], lhs[16], full[24], v[200], data[16];
    static const char *const datum[NOVER] = { "dj[j]", "du[u]", "dn[s]", "dk[t,k]", "dj[j]", "du[u]", "dn[s]", "dj[j]" };
    quant *q = new_quant(w, t, false, 2);
    w->nq--;
    operand_of(w, over, own_t, v, sizeof v);
    snprintf(data, sizeof data, "%s", datum[over]);
    if (k->text[0] == 'D') snprintf(text, sizeof text, "%s > 0", data);
    else for (const char *s = k->text; *s; s++) {
        size_t n = strlen(text);
        if (s[0] == '%') { text[n] = over_first[over]; text[n + 1] = 0; s++; }
        else { text[n] = *s; text[n + 1] = 0; }
    }
    if (k->alone) snprintf(a, sizeof a, "%s", text);
    else snprintf(a, sizeof a, "%s%s%s", over_list[over], text[0] ? ", " : "", text);
    snprintf(lhs, sizeof lhs, "%s%s%s%s%s", t || k->b ? "[" : "", t ? "t" : "", t && k->b ? "," : "", k->b ? "b" : "", t || k->b ? "]" : "");
    snprintf(full, sizeof full, "[%s%s%s%s]", t ? "t," : "", over == OV_NESTED ? "k" : over_list[over], k->b ? ",b" : "", "");
    const char *n = q->name;
    if (op == R_SOFTMAX) {
        say(w, "%ss%s : 2 = softmax[%s](%s)\n", n, full, a, v);
        say(w, "%sr%s : 2 = sum[%s](%ss%s * %s)\n", n, lhs, over_list[over], n, full, v);
    } else if (op == R_MAX || op == R_LSE) say(w, "%sr%s : 2 = max(%s[%s](%s), -3)\n", n, lhs, reduce_name[op], a, v);
    else if (op == R_MIN) say(w, "%sr%s : 2 = min(min[%s](%s), 3)\n", n, lhs, a, v);
    else say(w, "%sr%s : 2 = %s[%s](%s)\n", n, lhs, reduce_name[op], a, v);
    if (k->b) say(w, "%s%s : 2 = tanh(sum[b](%s[b] %sr%s))\n", n, index_of(t, false), new_param(w, "[b]"), n, lhs);
    else say(w, "%s%s : 2 = tanh(%s %sr%s)\n", n, index_of(t, false), new_param(w, ""), n, lhs);
    w->nq++;
    if (count) count->reduction[op][over][c]++;
}

static inline void say_any_reduction(writer *w, form_count *count)
{
    int over, c;
    do { over = pick(w, 0, NOVER - 1); c = pick(w, 0, NCOND - 1); } while (no_reduction(over, c));
    say_reduction(w, pick(w, 0, NREDUCE - 1), over, c, count);
}

/* ---- the other forms: lines of one new quantity Q along t, of two numbers. A, B: parameters; X: an earlier quantity along t */
static const struct { const char *name, *text; } forms[] = {
    { "where on data", "Q[t] : 2 = where(dn[t] > 0, A X, tanh(B x[t]))" },
    { "where on positions", "Q[t] : 2 = where(t > 2 and not (t == 4) or t == 1, A X, B)" },
    { "where by component", "Q[t] : 2 = where(x[t] > 0, tanh(A X), 0.5)" },
    { "log behind where", "Q[t] : 2 = where(dn[t] > 0, tanh(A X) * log(dn[t]), tanh(B))" },
    { "root behind where", "Q[t] : 2 = where(dn[t] > 0, tanh(A X) * sqrt(dn[t]) * dn[t]^0.7, 0)" },
    { "quotient behind where", "Q[t] : 2 = where(t > 1, tanh(A X) / (t - 1), 0)" },
    { "product behind where", "Q[t] : 2 = where(t > 1, tanh(A [log(t - 1); X]), 0)" },
    { "log under a condition", "Q[t] : 2 = tanh(A mean[s, dn[s] > 0](log(dn[s]) * tanh(B X)))" },
    { "norm and root at 0", "Q[t] : 2 = tanh(A [norm((t > 2) * X); sqrt(abs(sum(B X)) * (t > 1))])" },
    { "power of 0", "Q[t] : 2 = tanh(A) * (t > 2)^(0.5 + sigmoid(sum(B X)))" },
    { "dropout", "Q[t] : 2 = tanh(A dropout(0.3, X))" },
    { "dropout of a constant", "Q[t] : 2 = dropout(0.4, 1) * tanh(A X)" },
    { "dropout of a parameter", "Q[t] : 2 = tanh(A X + dropout(0.4, B))" },
    { "dropout of a matrix", "Q[t] : 2 = tanh(dropout(0.4, A) X)" },
    { "dropout once", "Qm : 2 = dropout(0.4, tanh(B))\nQ[t] : 2 = Qm * tanh(A X)" },
    { "over components", "Q[t] : 2 = tanh(A [sum(X); mean(X); max(X); min(X); norm(X); logsumexp(X)] + B softmax(X))" },
    { "dot products", "Q[t] : 2 = tanh(A [dot(X, X); X' X] + B' X)" },
    { "matrices side by side", "Q[t] : 2 = tanh(A B 0.5 X)" },
    { "powers", "Q[t] : 2 = tanh(A (1.5 + X^2)^0.5 - B abs(X)^1.5)" },
    { "functions", "Q[t] : 2 = sin(A X) * cos(x[t]) + atan(erf(B)) * expm1(tanh(X[]))" },
    { "no gradient", "Q[t] : 2 = tanh(A stop_gradient(X)) + step(x[t]) * sign(x[t]) * floor(2 * x[t])" },
    { "lgamma and friends", "Q[t] : 2 = 0.2 * lgamma(1 + exp(tanh(A X))) + 0.2 * digamma(1 + softplus(B)) + log1p(relu(x[t]))" },
    { "positions", "Q[t] : 2 = tanh(A [sin(0.1 t); t / length(t); length(u)] + B X)" },
    { "table at the step before", "Q[t] : 2 = tanh(A w[t-1] + B v[t])" },
    { "tables of fixed indices", "Q[t] : 2 = tanh(sum[j](C v[t]) + B X)" },
    { "table of a label", "Q[t] : 2 = tanh(A dg + B X)" },
    { "tied table", "Qe[t] : 2 = A v[t]\nQ[t] : 2 = tanh(B (A' tanh(Qe[t])))" },
    { "one-hot", "Q[t] : 2 = tanh(A [v[t]; X])" },
    { "symbols elsewhere", "Q[t] : 2 = tanh(A v[1] + B v[end])" },
    { "table summed, which the operand lacks", "param Qw[j](2, 2), Qm[j,b](2, 2)\nQ[t] : 2 = tanh(sum[j](Qw[j] X) + sum[j,b](Qm[j,b] x[t]))" },
    { "what is given", "Q[t] : 2 = tanh(A [given(y[t]); known(y[t])] + B X)" },
    { "what was given", "Q[t] : 2 = tanh(A given(x[t-1]) + B (known(x[t+1]) * X))" },
    { "given lags", "param Qw[j]\nQ[t] : 2 = tanh(sum[j](Qw[j] * given(y[t-j])) + A X) * known(y[1])" },
    { "given symbols", "Q[t] : 2 = tanh(A given(w[t-1]) + B X) * (1 + known(v[t]))" },
    { "given elsewhere", "index Qi = t\nQ[t] : 2 = tanh(A sum[Qi, Qi != t](known(x[Qi]) * given(x[Qi])) + B X)" },
    { "a matrix at every position", "Q[t] : 2 = tanh(A X + Qm[t] X)\nQm[t] : (2, 2) = 0.3 * tanh(B * x[t]) x[t]'" },
    { "a matrix that recurs", "Qm[t] : (2, 3) = sigmoid(sum(X)) Qm[t-1] + 0.5 * tanh(A X) tanh(Qp x[t])'\nparam Qp(3, 2), Qs(3)\nQ[t] : 2 = tanh(Qm[t] softmax(Qs) + B)" },
    { "matrices times matrices", "Qm[t] : (2, 2) = (A - 0.2 * X x[t]') (0.5 * Qm[t-1] + B * x[t] X')\nQm[0] = 0.1\nQ[t] : 2 = tanh(Qm[t]' Qm[t-1] X + sum(Qm[t]) + norm(tanh(Qm[t]) + 1))" },
    { "a row times a matrix", "Qm[t] : (2, 2) = tanh(X x[t]')\nQr[t] : 2 = tanh(A [x[t]' Qm[t] X; X' X] + (B' x[t]) * (Qm[t]' X))\nQn[t] : (2, 2) = X x[t]' Qm[t-1]\nQ[t] : 2 = tanh(Qn[t] Qr[t])" },
    { "a row that is the same everywhere", "param Qp(3)\nQm[t] : (2, 3) = X Qp' + 0.5 * Qm[t-1]\nQ[t] : 2 = tanh(Qm[t] Qp + A X)" },
    { "a sum of matrices", "index Qi = t\nQm[t,Qi] : (2, 2) = tanh(A X) x[Qi]'\nQw[t,Qi] = softmax[Qi <= t](dot(x[t], B * x[Qi]))\nQ[t] : 2 = tanh(sum[Qi, Qi <= t](Qw[t,Qi] * Qm[t,Qi]) X)" },
    { "matrices along a fixed index", "Qm[t,j] : (2, 2) = 0.5 * Qm[t,j-1] + tanh(A X) x[t]' * j\nQm[t,0] = Qm[t-1,end]\nQ[t] : 2 = tanh(sum[j](Qm[t,j] B))" },
    { "diagonals, traces and entries", "param Qp(2, 2), Qv(2)\nQm[t] : (2, 2) = tanh(A X) x[t]' + 0.3 * Qm[t-1] + diag(tanh(B X))\nQ[t] : 2 = tanh(diag(Qm[t]) + [trace(Qm[t]); Qm[t][1, 2] * Qm[t-1][2, 1]] + diag(Qp) * trace(Qp) + sum[b,m](Qm[t][b, m] * b) + Qp[2, 1] * (diag(Qv) X))" },
    { "a factor by its diagonal", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ normal(Q[t], factor = diag(exp(tanh(B))))" },
    { "prior of a vector", "Q[t] : 2 = tanh(A X + B)\nB ~ normal(0.2, 0.5)" },
    { "prior of a matrix", "Q[t] : 2 = tanh(A X)\nA ~ laplace(0.1 * A, 0.5 * exp(0.1))" },
    { "prior of a table", "param Qw[j]\nQ[t] : 2 = tanh(sum[j](Qw[j] * j) * A X)\nQw[j] ~ normal(Qw[j-1], 0.1) if j > 1" },
    { "prior of a table about a matrix", "param Qw[j,b](2, 2), Qm(2, 2)\nQ[t] : 2 = tanh(sum[j,b](Qw[j,b] X) + Qm X)\nQw[j,b] ~ student_t(Qm, 0.3, 4)" },
    { "loss at each position", "Q[t] : 2 = tanh(A X)\nloss Qn[t] = 0.3 * sum((Q[t] - x[t])^2)" },
    { "loss along a fixed index", "Q[t] : 2 = tanh(A X)\nloss Qn[t,b] = 0.3 * sum(Q[t]^2) * b + 0.1 * dot(B, B + Q[1])" },
    { "loss of an example", "Q[t] : 2 = tanh(A X)\nloss Qn = 0.3 * sum(Q[end]^2) + 0.1 * dot(B, B + Q[1])" },
    { "loss of a state", "Q[t] : 2 = tanh(A X + B Q[t-1])\nloss Qn[t] = softplus(sum(Q[t] * Q[t-1]))" },
    { "loss along pairs", "Q[t] : 2 = tanh(A X)\nindex Qi = t\nloss Qn[t,Qi] = 0.1 * dot(Q[t], B Q[Qi])" },
    { "loss along another index", "Q[t] : 2 = tanh(A X)\nloss Qn[u] = 0.2 * sum(tanh(B z[u]))^2" },
    { "window", "Q[t] : 2 = tanh(sum[j](C x[t+j-2]) + B X)" },
    { "two fixed offsets", "Q[t] : 2 = tanh(sum[j,m](D x[t+j-m]))" },
    { "heads", "Qh[t,b] : 2 = tanh(H X)\nQ[t] : 2 = tanh(A [Qh[t,1]; Qh[t,2]])" },
    { "shift along a fixed index", "Qh[t,j] : 2 = tanh(C X)\nQ[t] : 2 = tanh(sum[j](C2 Qh[t,j-1]))" },
    { "first and last", "Qa[t] : 2 = tanh(A X)\nQ[t] : 2 = tanh(B [Qa[1]; Qa[end]; Qa[end-1]; Qa[2]])" },
    { "boundaries", "Qa[t] : 2 = tanh(A X)\nQa[0] = tanh(B)\nQa[end+1] = 0.3\nQ[t] : 2 = Qa[t-1] * Qa[t+1] + Qa[t-2]" },
    { "nested cell", "Qk[t,k] = gru(2, de[t,k])\nQ[t] : 2 = tanh(A Qk[t,end] + B X)" },
    { "nested recurrence", "Qk[t,k] : 2 = tanh(A Qk[t,k+1] + B de[t,k])\nQ[t] : 2 = where(length(k) > 0, Qk[t,1], 0)" },
    { "along the other index", "Qu[u] = lstm(2, z[u])\nQ[t] : 2 = tanh(A Qu[end] + B X)" },
    { "peepholes", "Q[t] = lstm_peephole(2, X)" },
    { "PyTorch's GRU", "Q[t] = reverse gru_torch(2, x[t])" },
    { "layer norms", "Q[t] = layernorm_lstm(2, X)" },
    { "inner quantities", "Qc[t] = lstm(2, X)\nQc[0] = tanh(B)\nQ[t] : 2 = tanh(A Qc.c[t])" },
    { "Elman's networks", "Qa[t] = rnn(2, X)\nQ[t] = reverse rnn_relu(2, Qa[t])" },
    { "a normalised layer", "Q[t] : 2 = layernorm(tanh(A X) + B * x[t])" },
    { "perceptron", "Q[t] : 2 = mlp(2, X, hidden = 3)" },
    { "additive attention", "Qu[u] : 2 = tanh(A z[u])\nQ[t] : 2 = tanh(B attend(2, X, Qu[u]))" },
    { "dot attention", "Qu[u] : 2 = tanh(A z[u])\nQd[t] : 2 = tanh(B X)\nQ[t] : 2 = attend_dot(2, Qd[t], Qu[u])" },
    { "table of pairs", "Qs[t,s] : 2 = tanh(A X + B x[s])\nQ[t] : 2 = tanh(sum[s](Qs[s,t] - Qs[t,t]))" },
    { "a sum of all", "Qg : 2 = tanh(sum[t](A X) / 4)\nQ[t] : 2 = Qg * tanh(B x[t])" },
    { "a table of fixed indices", "Q[t] : 2 = tanh(sum[b](do[t,b] * H X))" },
    { "max of two", "Q[t] : 2 = max(tanh(A X), min(B, x[t]))" },
    { "a vector's normal", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ normal(Q[t], exp(tanh(B X)))" },
    { "laplace, of what came before", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ laplace(sum(Q[t]), softplus(Qd[t-1]))" },
    { "student_t", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X)\nQd[t] ~ student_t(sum(Q[t]), exp(tanh(B X)), 2 + abs(sum(X)))" },
    { "uniform", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ uniform(-2 - exp(sum(Q[t])), 2 + exp(tanh(B X)))" },
    { "categorical, of what came before", "data Qd[t] : symbol\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ categorical(C3 Q[t])" },
    { "a label of the whole", "data Qd : symbol\nQg : 2 = mean[t](tanh(A X))\nQd ~ categorical(B Qg)\nQ[t] : 2 = Qg * X" },
    { "bernoulli", "data Qbit[t] : count\nQ[t] : 2 = tanh(A X + B Qbit[t-1])\nQbit[t] ~ bernoulli(3 * sum(Q[t]))" },
    { "poisson", "data Qd[t] : count\nQ[t] : 2 = tanh(A X)\nQd[t] ~ poisson(exp(sum(Q[t] * B)))" },
    { "negative_binomial", "data Qd[t] : count\nQ[t] : 2 = tanh(A X)\nQd[t] ~ negative_binomial(exp(sum(Q[t])), exp(tanh(B X)))" },
    { "lognormal", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ lognormal(sum(Q[t]), exp(tanh(B X)))" },
    { "gamma", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ gamma(exp(sum(Q[t])), exp(tanh(B X)))" },
    { "beta", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ beta(exp(sum(Q[t])), 1 + exp(tanh(B X)))" },
    { "weibull", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ weibull(1 + exp(sum(Q[t])), exp(tanh(B X)))" },
    { "exponential", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ exponential(exp(tanh(B Q[t])))" },
    { "a mixture over an index", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ mixture[b](b * sum(Q[t]), normal(Q[t] * b, exp(tanh(H X))))" },
    { "a mixture of counts", "data Qd[t] : count\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ mixture([sum(Q[t]); 0; 1], point(0), poisson(exp(sum(Q[t]))), negative_binomial(exp(tanh(sum(X))), 0.5))" },
    { "points among densities", "data Qd[t] : count\nQ[t] : 2 = tanh(A X)\nQd[t] ~ mixture([sum(Q[t]); 1], mixture[b](b * sum(X), point(b - 1)), lognormal(sum(Q[t]), exp(tanh(sum(X)))))" },
    { "a mixture along a fixed index", "data Qd[t,b] : raw\nQh[t,b] : 2 = tanh(H X + Qd[t-1,b])\nQd[t,b] ~ mixture[m](m * sum(X), normal(sum(Qh[t,b]) * m, 1))\nQ[t] : 2 = sum[b](Qh[t,b])" },
    { "a mixture over the index before", "data Qd[t,m] : raw(2)\nQh[t,b] : 2 = tanh(H X)\nQd[t,m] ~ mixture[b](sum(Qh[t,b]), laplace(m * Qh[t,b] + sum(Qd[t-1,m]), b))\nQ[t] : 2 = sum[m](Qd[t-1,m])" },
    { "a mixture with one chance for all", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ mixture(A g, normal(sum(Q[t]), 1), mixture([0; 1], student_t(0, 1, 3), uniform(-9, 9)))" },
    { "censored", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ censored(normal(Q[t], exp(tanh(B X))), right = t > 2, left = t < 2)" },
    { "censored laplace", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ censored(laplace(sum(Q[t]), exp(tanh(sum(X)))), right = t > 2, left = t < 2)" },
    { "censored gumbel", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ censored(gumbel(sum(Q[t]), exp(tanh(sum(X)))), left = t > 2, right = t < 2)" },
    { "censored uniform", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ censored(uniform(-9 - exp(sum(Q[t])), 9 + exp(tanh(sum(X)))), right = t > 2, left = t < 2)" },
    { "censored weibull", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ censored(weibull(1 + exp(sum(Q[t])), exp(tanh(sum(X)))), right = dn[t] > 0, left = t < 2)" },
    { "censored exponential", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ censored(exponential(exp(sum(Q[t]))), right = dn[t] > 0, left = t < 2)" },
    { "censored lognormal, in a mixture", "data Qshare[t] : raw\nQ[t] : 2 = tanh(A X + Qshare[t-1] * X)\nQshare[t] ~ mixture([1; sum(X)], censored(lognormal(sum(Q[t]), 1), right = dn[t] > 0), censored(lognormal(sum(X), 2), right = dn[t] > 0))" },
    { "a normal vector", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nparam Qm(2, 2)\nQd[t] ~ normal(Q[t], factor = [1.2, 9; 0.3, -0.8] + 0.2 * tanh(Qm))" },
    { "a normal vector with a factor of each position", "data Qd[t] : raw(3)\nQ[t] : 2 = tanh(A X + B Qd[t-1][1..2])\nQm[t] : (3, 3) = [2, 9, 9; 0, 1.5, 9; 0.3, 0.5, 1.8] + 0.3 * [Q[t]; 1] [1; tanh(B X)]'\nQd[t] ~ normal(sum(Q[t]), factor = Qm[t])" },
    { "factors along a fixed index, in a mixture", "data Qd[t,b] : raw(2)\nQh[t,b] : 2 = tanh(H X + Qd[t-1,b])\nQm[t,b] : (2, 2) = [1.5, 0; 0.2, 1] + 0.2 * tanh(H X) x[t]' * (abs(x[t][1]) < 2)\nQd[t,b] ~ mixture[m](m * sum(X), normal(Qh[t,b] * m, factor = Qm[t,b]))\nQ[t] : 2 = sum[b](Qh[t,b])" },
    { "a normal vector among lines and points", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ normal(Q[t], factor = [1, 0; 0.5, 2], weight = 1 + t) if t == 2\nQd[t] ~ mixture([0; sum(X)], point(0), normal(Q[t], factor = [2, 0; 0, 1] + 0.1 * tanh(A)'))" },
    { "logp of a normal vector", "Qe[t] = logp(normal(tanh(A X), factor = [1, 0; 0.5, 2]), x[t])\nQ[t] : 2 = X * tanh(0.1 * Qe[t])" },
    { "quantiles", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ quantile[b](Q[t] * b + tanh(H X), [0.8; 0.3][b])" },
    { "quantiles along a fixed index, with conditions", "data Qd[t,b] : raw\nfixed Qp[j] = j / 4\nQh[t,b] : 2 = tanh(H X + Qd[t-1,b])\nQd[t,b] ~ quantile[j](sum(Qh[t,b]) + 0.5 * sum(C X), 1 - Qp[j]) if t == 2\nQd[t,b] ~ quantile[m](sum(Qh[t,b]) * m, m / 3, weight = t)\nQ[t] : 2 = sum[b](Qh[t,b])" },
    { "a density", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQe[t] : 2 = (Qd[t] - Q[t]) * exp(0.3 * tanh(B X)) + 0.1 * Qd[t-1]\nQd[t] ~ density(sum(-0.5 * Qe[t]^2) + 0.3 * sum(tanh(B X)) - 0.1 * sum(Qd[t] * Q[t])^2, mean = Q[t], draw = 2 * Q[t])" },
    { "densities along a fixed index, among lines", "data Qd[t,b] : raw\nQh[t,b] : 2 = tanh(H X + Qd[t-1,b])\nQn[t,b] = draw normal(0, 1)\nQd[t,b] ~ density(-abs(Qd[t,b] - sum(Qh[t,b])) - 0.1 * sum[b](Qd[t,b])^2, draw = Qn[t,b]) if t == 2\nQd[t,b] ~ normal(sum(Qh[t,b]), 1, weight = t)\nQ[t] : 2 = sum[b](Qh[t,b])" },
    { "a pointer", "data Qplace[t] : count\nQ[t] : 2 = tanh(A X)\nQplace[t] ~ categorical[s](dot(Q[t], B * x[s]), weight = t)" },
    { "pointers that read where they pointed", "data Qplace[t] : count\nQh[t] : 2 = tanh(A x[Qplace[t-1]] + B X)\nQ[t] : 2 = tanh(Qh[t] + Q[t-1])\nQplace[t] ~ categorical[s](dot(Q[t], x[s])) if t > 2\nQplace[t] ~ mixture([0; sum(X)], point(1), poisson(3))" },
    { "a pointer along a fixed index", "data Qpick[t] : count\nQ[t] : 2 = tanh(A X)\nQpick[t] ~ categorical[j](j * sum(Q[t]) + sum(C X))" },
    { "logp", "Qe[t] = logp(laplace(tanh(A X), exp(tanh(B X))), X)\nQ[t] : 2 = X * tanh(Qe[t] + logp(mixture([0; 1], normal(sum(X), 1), point(3)), sum(tanh(X))))" },
    { "several lines", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X)\nQd[t] ~ normal(Q[t], 1) if t == 2\nQd[t] ~ normal(X, exp(tanh(B X))) if dn[t] > 0\nQd[t] ~ normal(Q[t] * t, 2)" },
    { "lines of several distributions", "data Qd[t] : count\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ poisson(exp(sum(Q[t]))) if t == 2\nQd[t] ~ mixture([sum(X); 0], point(0), normal(sum(Q[t]), 1)) if dn[t] > 0\nQd[t] ~ normal(sum(Q[t]), 2, weight = 2) if t > 2" },
    { "lines of symbols", "data Qd[t] : symbol\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ categorical(C3 Q[t]) if t > 2\nQd[t] ~ categorical(C3 X)" },
    { "a weight", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X)\nQd[t] ~ normal(sum(Q[t]), 1, weight = 1 + abs(Qd[t]))" },
    { "along a fixed index", "data Qd[t,b] : raw\nQh[t,b] : 2 = tanh(H X)\nQd[t,b] ~ normal(sum(Qh[t,b]), softplus(t))\nQ[t] : 2 = sum[b](Qh[t,b])" },
    { "along a nested index", "data Qd[t,k] : raw\nQk[t,k] : 2 = tanh(A Qk[t,k-1] + B X + de[t,k])\nQd[t,k] ~ normal(sum(Qk[t,k]), 1)\nQ[t] : 2 = mean[k](Qk[t,k])" },
    { "a cell within a cell, a matrix handed on", "cell Qf(i, M) = o { o = tanh(M i) }\ncell Qg(i, M) = o { o = Qf(i, M) + Qf(0.5 * i, M') }\nQ[t] : 2 = tanh(Qg(X, A))" },
    { "a cell's own start", "cell Qf(i[t]) = o[t] {\n    param U, V, z\n    o[t] : 2 = tanh(U o[t-1] + V i[t])\n    o[0] = z\n}\nQ[t] : 2 = Qf(X)" },
    { "hypers, fixed and started parameters", "hyper Qn = 1 + 1\nfixed Qz(2) = normal(0, 1)\nparam Qp(2) = 0.3, Qo(2, 2) = orthogonal\nQ[t] : Qn = tanh(A X * Qp + Qz + Qo X)" },
    { "positions in conditions and lengths", "Q[t] : 2 = tanh(A X) * where(t == 1 or t >= length(t), 0.5, 1 / t) + B * min(t, 4) / max(length(t), 2)" },
    { "components", "Q[t] : 2 = tanh(A (X)[1] + B [x[t][2]; (X)[1..2][2]; tanh(X)[1]])" },
    { "components along a fixed index", "Q[t] : 2 = tanh(sum[b](H (X)[b]) + sum[j](C [v[t][j+1]; x[t]][2..3]))" },
    { "ranges and tables of numbers", "Q[t] : 2 = tanh([1, 0.5; -0.3, 2] X + A [0..2] / 3 + [1, 2; 3, 4]' B) * cos([1..2] * X)" },
    { "what is left of a division", "Q[t] : 2 = tanh(A X) * mod(t, 3) + mod(tanh(B X) + 2, 5) + mod(-t, X^2 + 2)" },
    { "where the largest is", "Q[t] : 2 = tanh(A X) * argmax(tanh(B X)) + 0.1 * argmax[u](z[u]) + 0.2 * argmax[s <= t](x[s]) + 0.3 * argmax[j, j > 1](sum(C X))" },
    { "a normal draw", "Qe[t] : 2 = draw normal(A X, exp(tanh(B X)))\nQ[t] : 2 = tanh(Qe[t])" },
    { "a draw of an example, laplace", "Qe : 2 = draw laplace(B, 0.5)\nQ[t] : 2 = tanh(A X + Qe)" },
    { "a draw along a fixed index, gumbel", "Qe[t,b] : 2 = draw gumbel(H X, exp(B))\nQ[t] : 2 = tanh(sum[b](Qe[t,b]))" },
    { "a draw of pairs, uniform", "Qe[t,s] = draw uniform(-1, 1)\nQ[t] : 2 = tanh(A X + sum[s](Qe[t,s] * B))" },
    { "a draw in a recurrence, lognormal", "Qe[t] : 2 = draw lognormal(tanh(Q[t-1]), 0.1)\nQ[t] : 2 = tanh(A X + B Qe[t])" },
    { "draws read elsewhere, exponential and weibull", "Qe[t] : 2 = draw exponential(exp(A X))\nQf[t] : 2 = draw weibull(1.5, exp(B))\nQf[0] = draw normal(0, 1)\nQ[t] : 2 = tanh(Qe[t-1] + Qf[t-2] + Qe[end])" },
    { "draws in a recurrence along a fixed index", "Qe[t,j] : 2 = draw bernoulli(x[t] + Qe[t,j-1] + do[t,1])\nQf[t,j] : 2 = draw normal(tanh(C Qf[t,j-1]), 0.3)\nQf[t,0] = x[t]\nQ[t] : 2 = tanh(A X + sum[j](C2 Qe[t,j]) + B Qf[t,end])" },
    { "a draw in a cell", "cell Qn(n, i) = o { e = draw normal(0, 1)\n o : n = i + e }\nQa[t] = Qn(2, A X)\nQ[t] : 2 = tanh(Qa[t] * Qn(2, x[t]) + B)" },
    { "draws that are constants to gradients", "Qe[t] : 2 = draw bernoulli(x[t])\nQf[t] = draw poisson(2)\nQg[t] : 2 = draw beta(2, exp(tanh(x[t])))\nQ[t] : 2 = tanh(A X * Qe[t] + Qf[t] * B * Qg[t])" },
    { "other constants to gradients", "Qe[t] = draw gamma(2, 3)\nQf[t] = draw student_t(0, 1, 3)\nQg[u] = draw negative_binomial(3, 0.5)\nQ[t] : 2 = tanh(A X * Qe[t] + Qf[t] * B + 0.1 * sum[u](Qg[u]))" },
    { "a draw among several", "Qe[t] : 3 = draw categorical([x[t]; 0.3])\nQf[t,b] : 2 = draw categorical([0.2; do[t,b]])\nQ[t] : 2 = tanh(A X + B Qe[t] + Qe[t-1][1] * sum[b](H Qf[t,b]))" },
    { "a draw along a nested index", "Qe[t,k] : 2 = draw normal(de[t,k], 0.5)\nQ[t] : 2 = tanh(A X + sum[k](B Qe[t,k]))" },
    { "what a run says", "Q[t] : 2 = tanh(A X * (1 + training) + B * progress)" },
    { "gumbel", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + Qd[t-1] * X)\nQd[t] ~ gumbel(sum(Q[t]), exp(tanh(B X)))" },
    { "a recurrence along a fixed index", "Qh[t,j] : 2 = tanh(C Qh[t,j-1] + A X)\nQh[t,0] = B x[t]\nQ[t] : 2 = Qh[t,end] + 0.5 * sum[j](Qh[t,j] * j) + 0.3 * Qh[t,1]" },
    { "a fixed recurrence on one along the data", "Qh[t,j] : 2 = tanh(C Qh[t,j-1] + A Qh[t-1,j] + B X)\nQh[t,0] = X\nQh[0,j] = sin(j + C2)\nQ[t] : 2 = Qh[t,end]" },
    { "a fixed recurrence, backwards in both", "Qh[t,j] : 2 = tanh(C Qh[t,j+1] + A Qh[t+1,j] + B X)\nQh[t,end+1] = 0.5 * X\nQ[t] : 2 = Qh[t,1]" },
    { "one fixed recurrence within the other", "Qh[t,m,j] : 2 = Qh[t,m,j-1] + 0.3 * tanh(D Qh[t,m,j-1] + A X)\nQh[t,m,0] = Qh[t,m-1,end]\nQh[t,0,j] = X\nQ[t] : 2 = Qh[t,end,end]" },
    { "stages of which each reads all before", "index Qi = 1..3\nQh[t,j] : 2 = tanh(A (X + sum[Qi, Qi < j](Qh[t,Qi] * j / Qi)) + C x[t])\nQ[t] : 2 = sum[j](Qh[t,j])" },
    { "a fixed recurrence that begins where it ended", "Qh[t,j] : 2 = tanh(C Qh[t,j-1] + A X) + 0.2 * mean[j](Qh[t-1,j])\nQh[t,0] = tanh(B Qh[t-1,end] + x[t])\nQ[t] : 2 = Qh[t,end]" },
    { "cells along a fixed index", "Qg[t,j] = rnn(2, C X)\nQh[t,j] = reverse lstm(2, Qg[t,j])\nQ[t] : 2 = Qh[t,1]" },
    { "a fixed recurrence beside a fixed index", "Qh[t,b,j] : 2 = tanh(C Qh[t,b,j-1] + H X * j) + dropout(0.3, A X)\nQ[t] : 2 = sum[b](Qh[t,b,end] * b + Qh[t,b,2])" },
    { "components and sums in a fixed recurrence", "Qh[t,j] : 1 = 0.5 * Qh[t,j-1] + [X; x[t]][j] + softmax[j](sum(C X)) + max[j](sum(C3 x[t]) * j)\nQ[t] : 2 = A * Qh[t,end]" },
    { "a fixed recurrence in a recurrence both ways", "Qh[t,m] : 2 = tanh(A Qh[t-1,m] + B Qg[t,m-1] + X)\nQg[t,m] : 2 = tanh(B Qg[t+1,m] + C3 Qh[t,m])\nQ[t] : 2 = Qg[t,end]" },
    { "a fixed recurrence without the data", "Qh[j] : 2 = tanh(C Qh[j-1] + B)\nQh[0] = A\nQ[t] : 2 = Qh[end] * X" },
    { "boundaries along a fixed index", "Qh[t,j] : 2 = tanh(C X)\nQh[t,0] = tanh(B x[t])\nQh[t,end+1] = tanh(A X)\nQ[t] : 2 = tanh(sum[j](Qh[t-1,j-1] * j + Qh[t,j+1]) + sum[b,j](Qh[t,j-b] + H * Qh[t,end+1-b]))" },
    { "the last of the data", "Q[t] : 2 = tanh(sum[b](H x[end+1-b]) + sum[j](C z[end-j])) * tanh(A X)" },
    { "the last of what is made", "Qh[t] : 2 = tanh(A X)\nQ[t] : 2 = sum[b](H Qh[end+1-b]) + sum[j](j * Qh[end-j]) + x[t]" },
    { "a sum of matrices times one vector", "Q[t] : 2 = tanh(sum[j](C x[t]) + sum[j](C X))" },
    { "draws in a fixed recurrence", "Qh[t,j] : 2 = tanh(C Qh[t,j-1] + A X) + Qe[t,j]\nQe[t,j] : 2 = draw normal(B Qh[t,j-1], 0.5)\nQ[t] : 2 = Qh[t,end]" },
    { "lags that count twice", "Q[t] : 2 = tanh(sum[j](C x[t-2*j]) + sum[b](H X * x[t-3*b+1]))" },
    { "lags that count twice of what is made", "Qh[t] : 2 = tanh(A X)\nQh[0] = tanh(B)\nQ[t] : 2 = tanh(sum[j](C Qh[t-2*j+1]) + sum[b](H Qh[t+2*b-2]))" },
    { "a recurrence by every second step", "Q[t] : 2 = tanh(A X + sum[b](H Q[t-2*b]))" },
    { "every second position of a fixed index", "index Qr = 1..5\nQh[t,Qr] : 2 = tanh(A X * Qr)\nQo[t,m] : 2 = sum[j](C Qh[t,2*m+j-2])\nQ[t] : 2 = tanh(sum[m](Qo[t,m] * m) + max[b](Qh[t,3*b-2]))" },
    { "a tree in a fixed index", "index Qi = 1..7\nQh[t,Qi] : 2 = tanh(A Qh[t,2*Qi] + B Qh[t,2*Qi+1] + X * Qi)\nQ[t] : 2 = Qh[t,1]" },
    { "a fixed index from its end", "Qh[t,j] : 2 = tanh(C X)\nQ[t] : 2 = sum[j](Qh[t,4-j] * j) + sum[b](Qh[t-1,7-2*b] + H Qh[t,end+1-2*b])" },
    { "a fixed recurrence that reads every second", "index Qi = 1..7\nQh[t,Qi] : 2 = tanh(A X + Qi)\nQg[t,j] : 2 = 0.5 * Qg[t,j-1] + Qh[t,2*j+1]\nQ[t] : 2 = Qg[t,end]" },
    { "parameters at places of a fixed index", "param Qw[j], Qv[j](2)\nQ[t] : 2 = tanh(Qw[1] X + Qw[2] x[t] + Qw[end] X + sum[j](Qw[j] x[t]) + Qv[1] + Qv[end-1])" },
    { "gates fewer than usual", "Qa[t] = mgu(2, X)\nQb[t] = indrnn(2, Qa[t])\nQ[t] : 2 = tanh(A Qa[t] + B Qb[t])" },
    { "convolution and pooling, highways", "Qa[t] = qrnn(2, X)\nQb[t] = reverse sru(2, Qa[t])\nQ[t] : 2 = tanh(A Qa[t] + Qb[t])" },
    { "minimal recurrences", "Qa[t] = mingru(2, X)\nQb[t] = minlstm(2, x[t])\nQ[t] : 2 = tanh(A Qa[t] + B Qb[t])" },
    { "exponential gates", "Q[t] = slstm(2, X)" },
    { "exponential gates, backwards along a nested index", "Qk[t,k] = reverse slstm(2, de[t,k])\nQ[t] : 2 = tanh(A Qk[t,1] + B X)" },
    { "a complex recurrence", "Q[t] = lru(2, X, state = 3)" },
    { "state spaces", "Qa[t] = s4d(2, X, modes = 2)\nQ[t] : 2 = tanh(Qa[t] + selective_scan(2, x[t], state = 3, rank = 2))" },
    { "a selective state space with all around it", "Q[t] = mamba(2, X, state = 2)" },
    { "a matrix memory", "Qa[t] = mlstm(2, X, keys = 3)\nQ[t] : 2 = tanh(A Qa[t])" },
    { "the delta rule", "Qa[t] = deltanet(2, X, keys = 3)\nQb[t] = gated_deltanet(3, x[t], keys = 2)\nQ[t] : 2 = tanh(A silu(Qa[t]) + B Qb[t]) + unit_silu(X)" },
    { "a mean of all before, weighted", "Qa[t] = rwkv4_time(2, X)\nQ[t] = rwkv4_channel(2, Qa[t], hidden = 3)" },
    { "a mean of all before, in layers", "Qh[t,0] = X\nQh[t,j] : 2 = rwkv4[j](2, Qh[t,j-1], hidden = 3)\nQ[t] : 2 = Qh[t,end] + 0.1 * rwkv4(2, x[t], hidden = 2)" },
    { "a network used several times", "cell Qf = mlp(2, hidden = 3)\nQg[t] = Qf(A X)\nQ[t] : 2 = Qf(x[t]) + tanh(B Qf(Qg[t-1]))" },
    { "a network with states", "cell Qf = gru(2)\nQg[t] = Qf(X)\nQh[t] = reverse Qf(Qg[t])\nQh[end+1] = B\nQ[t] : 2 = tanh(A Qh[t] + Qf(x[t]))" },
    { "a network of cells", "cell Qn(n, i[t]) = o[t] {\n    cell f = layernorm\n    u[t] = rnn(n, f(i[t]))\n    o[t] : n = u[t] + f(mlp(n, u[t], hidden = 2))\n}\ncell Qm = Qn(2)\nQ[t] : 2 = Qm(X) + Qm(Qm(x[t]))" },
    { "cells given to cells", "cell Qr(f(z), z) = o {\n    k = f(z)\n    o = z + 0.3 * f(z + 0.5 * k)\n}\ncell Qw(f(g(z), z), g(z), z) = f(g, f(g, z))\ncell Qs(z, M) = tanh(M z)\ncell Qf = Qs(M = A)\n"
      "Q[t] : 2 = Qw(Qr, Qf, X) + Qw(Qr, mlp(2, hidden = 2), x[t])" },
    { "a network along a fixed index", "cell Qf = gru(2)\nQh[t,j] = Qf(C X)\nQ[t] : 2 = sum[j](Qh[t,j] * j) + Qf(x[t])" },
    { "layers of cells", "Qh[t,0] = A X\nQh[t,j] : 2 = gru[j](2, Qh[t,j-1])\nQ[t] : 2 = Qh[t,end]" },
    { "layers of cells, both ways", "Qh[t,0] = X\nQh[t,j] : 2 = rnn[j](2, Qh[t,j-1]) + reverse lstm[j](2, Qh[t,j-1])\nQ[t] : 2 = Qh[t,end]" },
    { "layers of cells within cells", "cell Qn(n, i[t]) = o[t] {\n    param W[b]\n    u[t] : n = layernorm(i[t])\n    o[t] : n = i[t] + rnn(n, sum[b](W[b] u[t]))\n}\nQh[t,0] = X\nQh[t,j] : 2 = Qn[j](2, Qh[t,j-1])\nQ[t] : 2 = Qh[t,end]" },
    { "experts", "Qw[t,b] : 1 = softmax[b](sum(H X))\nQ[t] : 2 = sum[b](Qw[t,b] * mlp[b](2, X, hidden = 3)) + sum[j](rnn[j](2, x[t]))" },
    { "a network of heads", "cell Qf = mlp[b](2, hidden = 2)\nQh[t,b] = Qf(H X)\nQ[t] : 2 = sum[b](Qh[t,b] + Qf(x[t]))" },
    { "priors of a network and of layers", "cell Qf = mlp(2, hidden = 2)\nQh[t,j] = rnn[j](2, C X)\nQ[t] : 2 = Qf(X) + sum[j](Qh[t,j])\nQf.W ~ normal(0, 0.5)\nQh.W[j] ~ normal(Qh.W[j-1], 0.3) if j > 1" },
    { "cells along two fixed indices", "Qh[t,j,b] = rnn[b,j](2, H X)\nQ[t] : 2 = tanh(sum[j,b](Qh[t,j,b] * Qh.W[b,j]))" },
    { "several positions ahead", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + B Qd[t])\nQd[t+j] ~ normal(sum(C Q[t]) + Qd[t-1] / j, exp(tanh(C3 Q[t])))" },
    { "a vector several positions ahead, with a weight", "data Qd[t] : raw(2)\nQ[t] : 2 = tanh(A X + Qd[t])\nQd[t+b] ~ laplace(H Q[t], softplus(b + X), weight = b * (dn[t] > 0) + 0.5)" },
    { "symbols several positions ahead", "data Qd[t] : symbol\nQ[t] : 2 = tanh(A X + B Qd[t])\nparam Qw[j]\nQd[t+j] ~ categorical(Qw[j] Q[t])" },
    { "several positions ahead, of sums up to their origin", "data Qd[t] : raw\nQd[t+j] ~ normal(sum[b](Qd[t+1-b] * b) / j + 0.1 * max[b](Qd[t+1-b]) + sum(A X), exp(tanh(C3 X)))\nQ[t] : 2 = tanh(B X + Qd[t])" },
    { "a recurrence through sums of it and before", "Qh[t] : 2 = tanh(A X + B Qg[t-1])\nQg[t] : 2 = 0.3 * sum[j](C Qh[t+1-j]) + max[b](Qh[t+2-2*b])\nQ[t] : 2 = Qg[t] + Qh[t]" },
    { "a recurrence through sums of it and after", "Qh[t] : 2 = tanh(A X + B Qg[t+1])\nQg[t] : 2 = 0.3 * sum[j](C Qh[t+j-1]) + Qh[t]\nQ[t] : 2 = Qg[t-1] + Qh[t]" },
    { "a gather of data", "Q[t] : 2 = tanh(A x[mod(t^2, length(t)) + 1] + B X)" },
    { "a gather of what is made, with boundaries", "Qh[t] : 2 = tanh(A X)\nQh[0] = tanh(B)\nQh[end+1] = 0.3 * x[1]\nQ[t] : 2 = Qh[mod(floor(5 * abs(dn[t])), length(t) + 2)]" },
    { "gathers along fixed indices", "param Qw[j], Qv[j,b](2)\nQ[t] : 2 = tanh(Qw[mod(t, 3) + 1] * X + sum[b](Qv[mod(floor(3 * abs(dn[t])), 3) + 1,b] * b) + Qv[mod(t, 3) + 1,mod(t^2, 2) + 1])" },
    { "relative terms", "param Qw[j]\nQs[t,s] = softmax[s <= t](Qw[min(t-s+1, 3)] + sum(B x[s] * X))\nQ[t] : 2 = tanh(A sum[s <= t](Qs[t,s] * x[s]))" },
    { "gathers of pairs", "Qs[t,s] : 2 = tanh(A X + B x[s])\nQ[t] : 2 = Qs[t,mod(t, length(t)) + 1] + Qs[mod(2 * t, length(t)) + 1,1] + Qs[mod(t^2, length(t)) + 1,mod(t, length(t)) + 1]" },
    { "a gather along a nested index", "Qk[t,k] : 2 = tanh(A de[t,k] + X)\nQ[t] : 2 = where(length(k) > 1, Qk[t,mod(t, 2) + 1], B)" },
    { "gathers of symbols", "Q[t] : 2 = tanh(A v[mod(t^2, length(t) + 2)] + B [v[mod(t, length(t)) + 1]; X])" },
    { "gathers behind where", "Qh[t] : 2 = tanh(A X)\nQ[t] : 2 = where(t > 3, B Qh[t - 3 - 0 * dn[t]], X) + where(t != 1, tanh(C3 v[t / 2 * (1 + mod(t, 2)) * (t > 2)]), 0)" },
    { "a long convolution", "param Qw[j]\nQs[t] = 1 / (1 + t)\nQ[t] : 2 = tanh(sum[s <= t](Qs[t-s+1] * A X) + B sum[s <= t](x[t-s+1] * Qs[s]))" },
    { "gathers in a recurrence", "Qf[u] : 2 = tanh(A z[u])\nQ[t] : 2 = tanh(B Q[t-1] + Qf[min(mod(t, 3) + 1, length(u))])" },
    { "layers that gather", "Qh[t,j] : 2 = tanh(C Qh[mod(2 * t, length(t)) + 1,j-1] + A X)\nQh[t,0] = B x[t]\nQ[t] : 2 = Qh[t,mod(t, 4)]" },
    { "a gather in a reversed cell", "cell Qf(i[t]) = o[t] {\n    param U\n    o[t] : 2 = tanh(U o[t-1] + i[min(t, 2)] + i[mod(t^2, length(t)) + 1])\n}\nQ[t] = reverse Qf(X)" },
    { "a recurrence at numbers", "Q[t] : 2 = tanh(A Q[mod(floor(5 * abs(dn[t])), t)] + B X + 0.5 * Q[t-1])" },
    { "a tree", "Q[t] : 2 = tanh(A (Q[mod(3, t)] - Q[mod(length(t), t)]) + 0.5 * X)\nQ[0] = tanh(B)" },
    { "a tree from its root", "Q[t] : 2 = tanh(A Q[t + 1 + mod(2, length(t) - t + 1)] + 0.5 * X + 0.1 * Q[t+2])\nQ[end+1] = tanh(B)" },
    { "a tree in a reversed cell", "cell Qf(i[t]) = o[t] {\n    param U\n    o[t] : 2 = tanh(U o[mod(3, t)] + i[t])\n}\nQ[t] = reverse Qf(X)" },
    { "a tree of any number of children", "Q[t] : 2 = tanh(A sum[k](sigmoid(B + de[t,k]) * Q[mod(floor(5 * abs(dk[t,k])), t)]) + X)" },
    { "a tree of memories", "Qc[t] : 2 = sigmoid(A x[t] + B) * Qc[mod(length(t), t)] + tanh(X + Q[mod(2, t)])\nQ[t] : 2 = tanh(Qc[t])" },
    { "trees along a fixed index", "Qh[t,j] : 2 = tanh(C Qh[mod(floor(5 * abs(dn[t])), t),j] + A X)\nQ[t] : 2 = sum[j](Qh[t,j])" },
    { "layers of trees", "Qh[t,j] : 2 = tanh(C Qh[mod(length(t), t),j] + A Qh[t,j-1] + X)\nQh[t,0] = B x[t]\nQ[t] : 2 = Qh[t,end]" },
    { "trees within a recurrence", "Qs[t,u] : 2 = tanh(A Qs[mod(length(t), t),u] + B Qs[t,u-1] + z[u])\nQ[t] : 2 = tanh(sum[u](Qs[t,u]) + X)" },
    { "matrices by a tree", "Qm[t] : (2, 2) = 0.5 * Qm[mod(length(t), t)] + tanh(A X) x[t]'\nQ[t] : 2 = tanh(Qm[t] B)" },
    { "all of its own past", "index Qi = t\nQ[t] : 2 = tanh(A X + B * sum[Qi, Qi < t](0.3^(t - Qi) * Q[Qi]))" },
    { "attention over its own past", "index Qi = t\nQw[t,Qi] = softmax[Qi < t](dot(B * x[t], Q[Qi]))\nQ[t] : 2 = tanh(A sum[Qi, Qi < t](Qw[t,Qi] * Q[Qi]) + X)" },
    { "a window of its own past", "index Qi = t\nQ[t] : 2 = tanh(A X + sum[Qi, Qi < t and t - Qi < 3](B * x[Qi] * Q[Qi]) + 0.1 * Q[t-1])" },
    { "all that lies ahead", "index Qi = t\nQ[t] : 2 = tanh(A X + B * mean[Qi, Qi > t](Q[Qi]))" },
    { "the largest of its own past", "index Qi = t\nQ[t] : 2 = tanh(A X + B * max(max[Qi < t](Q[Qi]), -1) + logsumexp[Qi <= t](x[Qi]))" },
    { "what was drawn at numbers", "data Qd[t] : raw\nQ[t] : 2 = tanh(A X + B Qd[mod(length(t), t)])\nQd[t] ~ normal(sum(Q[t]), 1)" },
    { "symbols drawn at numbers", "data Qd[t] : symbol\nQ[t] : 2 = tanh(A X + B Qd[mod(floor(5 * abs(dn[t])), t)])\nparam Qw\nQd[t] ~ categorical(Qw Q[t])" },
    { "a closed vocabulary", "data Qc[t] : symbol(4)\nQ[t] : 2 = tanh(A Qc[t] + B Qc[t-1] + Qc[t+1][2..3] + dot([1..4], Qc[t]) * X) * (1 + known(Qc[t-1])) + C3' Qc[t]" },
    { "a closed vocabulary that is drawn", "data Qd[t] : symbol(3)\nQ[t] : 2 = tanh(A X + B Qd[t-1] + (Qd[t-1] == Qd[t-2]))\nQd[t] ~ categorical(C3 Q[t])" },
    { "a closed label of the whole", "data Qd : symbol(2)\nQg : 2 = mean[t](tanh(A X))\nQd ~ categorical(B Qg)\nQ[t] : 2 = Qg * X" },
    { "lines of a closed vocabulary", "data Qd[t] : symbol(3)\nQ[t] : 2 = tanh(A X + B Qd[t-1])\nQd[t] ~ categorical(C3 Q[t]) if t > 2\nQd[t] ~ categorical(C3 X)" },
    { "a closed vocabulary, scored along an index", "data Qd[t] : symbol(3)\nparam Qw[j], Qv[j]\nQd[t] ~ categorical[j](Qw[j] * sum(X) + Qv[j] * (Qd[t-1] == j) + j / 3)\nQ[t] : 2 = A X + B Qd[t]" },
    { "a closed vocabulary ahead", "data Qd[t] : symbol(4)\nQ[t] : 2 = tanh(A X + B Qd[t])\nparam Qw[j]\nQd[t+j] ~ categorical(Qw[j] Q[t])" },
    { "every second position", "Qh[t] : 2 = tanh(A x[2*t-1] + B x[2*t] + x[5-2*t])\nQh[0] = 0.3 * x[1]\nQ[t] : 2 = Qh[2*t-3] + 0.5 * Qh[7-3*t] * X + C3' v[2*t+1]" },
    { "every second position along other indices", "Qh[u] : 2 = tanh(A x[2*u-1] + B x[2*u])\nQh[end+1] = 0.3 * g\nQs[t,s] : 2 = Qh[3*t-2] * x[s]\nQ[t] : 2 = X + 0.1 * sum[s](Qs[2*t,s]) + sum[j](x[2*t+j-1])" },
    { "every second position in a reversed cell", "cell Qf(i[t]) = o[t] {\n    param U\n    o[t] : 2 = tanh(U o[t-1] + i[2*t])\n}\nQ[t] = reverse Qf(X)" },
    { "the type of another datum", "data Qa[t] : Qb, Qb[t] : symbol(4), Qc[t] : w\nQ[t] : 2 = tanh(A Qa[t] + A Qb[t-1] + B (Qa[t] == Qb[t]) + C3' Qc[t-1]) * X" },
    { "symbols by their numbers", "data Qc[t], Qd[t] : symbol(3)\nparam Qw[j]\nQ[t] : 2 = tanh(A X * (Qc[t] >= 2) + Qw[Qc[t]] * X + B * (Qc[t] != Qd[t-1]) + sum[j, j == Qd[t]](Qw[j] * j))" },
    { "symbols by their numbers, in a condition", "data Qc[t] : symbol(3), Qd[t] : raw\nQd[t] ~ normal(sum(A X), 1) if Qc[t] == 2 or Qc[t-1] == 1\nQ[t] : 2 = B X + Qd[t]" },
    { "closed symbols in a cell, read at numbers", "data Qc[t] : symbol(3)\ncell Qf(i, W) = W i + (i == 2)\nQ[t] : 2 = tanh(Qf(Qc[mod(t^2, length(t) + 2)], A) + B X)" },
    { "a comparison as a number", "Q[t] : 2 = tanh(A X * (x[t] >= 0) + B * (dn[t] != 0))" },
};
enum { NFORM = sizeof forms / sizeof *forms };

static inline void say_form(writer *w, int f, form_count *count)
{
    char p[7][16], x[64];
    int size;
    static const char *const carried[7] = { "", "", "[j]", "[j,m]", "[b]", "[j]", "" };   /* A B C D H C2 C3 */
    snprintf(x, sizeof x, "%s", use_along(w, false, &size));
    for (int tries = 0; tries < 40 && (!strstr(x, "[t]") || size != 2); tries++) snprintf(x, sizeof x, "%s", use_along(w, false, &size));
    if (!strstr(x, "[t]") || size != 2) snprintf(x, sizeof x, "x[t]");
    bool used[7] = { false };
    quant *q = new_quant(w, true, false, 2);
    w->nq--;
    for (int pass = 0; pass < 2; pass++)                  /* first which parameters are read, then the text */
        for (const char *s = forms[f].text; *s; s++) {
            bool word = s > forms[f].text && (s[-1] == '_' || (s[-1] >= 'a' && s[-1] <= 'z') || (s[-1] >= 'A' && s[-1] <= 'Z'));
            int k = word ? -1 : s[0] == 'A' ? 0 : s[0] == 'B' ? 1 : s[0] == 'C' ? s[1] == '2' ? 5 : s[1] == '3' ? 6 : 2 : s[0] == 'D' ? 3 : s[0] == 'H' ? 4 : -1;
            if (!pass) {
                if (k >= 0 && !used[k]) { used[k] = true; snprintf(p[k], sizeof p[k], "%s", new_param(w, carried[k])); }
            } else if (k >= 0) { say(w, "%s%s", p[k], carried[k]); s += k >= 5; }
            else if (!word && s[0] == 'X') { say(w, "%s", x); s += s[1] == '[' ? 2 : 0; }
            else if (!word && s[0] == 'Q') say(w, "%s", q->name);
            else say(w, "%c", *s);
        }
    say(w, "\n");
    w->nq++;
    if (count) count->form[f]++;
}

static inline void say_start(writer *w, uint64_t seed)
{
    say(w, "# random forms %llu\ndata x[t] : real(2)\ndata y[t] : real\ndata w[t] : symbol\ndata v[t] : symbol\ndata z[u] : real(2)\ndata g : real(2)\nindex j = 1..3\nindex s = t\n", (unsigned long long)seed);
    say_form_data(w);
    new_quant(w, true, false, 2);
    say(w, "q1[t] : 2 = tanh(%s x[t] + %s v[t])\n", new_param(w, ""), new_param(w, ""));
    new_quant(w, true, false, 2);
    say(w, "q2[t] = gru(2, q1[t])\n");
}

static inline void say_end(writer *w)
{
    const quant *q = &w->q[w->nq - 1];
    while (q->u) q--;
    say(w, "y[t] ~ normal(%s' %s%s + %s' q2[t], 1)\n%s", new_param(w, ""), q->name, index_of(q->t, false), new_param(w, ""), w->params);
}

/* a text of one reduction, or of one form: for a list that leaves nothing out */
static inline void reduction_text(uint64_t seed, int op, int over, int c, char *text, size_t cap)
{
    writer w = { .seed = seed, .s = text, .cap = cap };
    say_start(&w, seed);
    say_reduction(&w, op, over, c, NULL);
    say_end(&w);
}
static inline void form_text(uint64_t seed, int f, char *text, size_t cap)
{
    writer w = { .seed = seed, .s = text, .cap = cap };
    say_start(&w, seed);
    say_form(&w, f, NULL);
    say_end(&w);
}

/* several of all kinds, one made of the other, with the recurrences and maps of random_model.h among them */
static inline void mixed_text(uint64_t seed, char *text, size_t cap, form_count *count)
{
    writer w = { .seed = seed, .s = text, .cap = cap };
    say_start(&w, seed);
    for (int k = pick(&w, 2, 5); k > 0; k--)
        switch (pick(&w, 0, 4)) {
        case 0: case 1: say_any_reduction(&w, count); break;
        case 2: say_scan(&w); break;
        default: say_form(&w, pick(&w, 0, NFORM - 1), count); break;
        }
    say_end(&w);
}
#endif
