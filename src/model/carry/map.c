/* map.c: maps between a model's parameters and the tensors of a PyTorch state_dict: read, and held against both sides.
 * Knows names and shapes, no numbers. Invariant: after ur_carry_check every tensor of the map has the shape that its parts want,
 * every parameter is filled by one line, and no tensor of the file is left over (partial: some may be).
 *
 *     map  := line*                   line := (NAME "=" what | "-" "=" TENSOR ["*"]) ["#" comment]
 *     what := "-" | TENSOR ["'"] ["(" sizes ")"] | [words ":"] MODULE ["." "l" N ["_reverse"]]
 *     words: of "rnn", "lstm", "gru", "no bias", separated by commas. NAME is a parameter or, of a module, a use of a cell */
#include "model/carry/carry.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
const ur_layer ur_layers[UR_LAYERS] = {
    { "rnn", "rnn", 1, { "" } },
    { "lstm", "lstm", 4, { "i", "f", "g", "o" } },
    { "gru", "gru_torch", 3, { "r", "z", "n" } },
};
/* clang-format on */
enum { TOLD = 10, TRIES = 4, GUESSES = 3 };

static void say(ur_carry *c, int line, const char *fmt, ...) UR_PRINTF(3, 4);
static void say(ur_carry *c, int line, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    if (line && line == c->said_line) return; /* what follows from it would hide other lines */
    c->said_line = line;
    if (++c->nsaid > TOLD) return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (c->nsaid > 1) ur_buf_printf(&c->said, "\n");
    if (line) ur_buf_printf(&c->said, "%s:%d: %s", c->map, line, text);
    else ur_buf_printf(&c->said, "%s: %s", c->path, text);
}

static int verdict(ur_carry *c)
{
    if (c->said.bad) return ur_nomem(c->e);
    if (!c->nsaid) return 0;
    if (c->nsaid > TOLD) ur_buf_printf(&c->said, "\n... and %d more", c->nsaid - TOLD);
    return ur_fail(c->e, UNROLL_ERROR_DATA, "%s", c->said.s);
}

void ur_say_shape(ur_buf *b, int n, const size_t *shape)
{
    if (!n) ur_buf_printf(b, "one number");
    for (int k = 0; k < n; k++) ur_buf_printf(b, k ? " × %zu" : "%zu", shape[k]);
}

static const char *shape_text(ur_carry *c, int n, const size_t *shape)
{
    ur_buf b = { 0 };
    ur_say_shape(&b, n, shape);
    const char *s = b.bad ? "" : ur_arena_printf(&c->arena, "%s", b.s);
    ur_buf_free(&b);
    return s;
}

/* ---- names */
int ur_carry_param(const ur_carry *c, const char *use, const char *letter, const char *gate)
{
    const ur_graph *g = c->m->graph;
    size_t n = strlen(use), l = strlen(letter);
    for (int i = 0; i < g->nparam; i++) {
        const char *s = g->param[i].name;
        if (!strncmp(s, use, n) && s[n] == '.' && !strncmp(s + n + 1, letter, l) && !strcmp(s + n + 1 + l, gate)) return i;
    }
    return -1;
}

const ur_layer *ur_carry_layer(const ur_carry *c, const char *use)
{
    for (int k = 0; k < UR_LAYERS; k++) {
        const ur_layer *y = &ur_layers[k];
        bool all = true;
        for (int i = 0; all && i < y->ngate; i++)
            all = ur_carry_param(c, use, "W", y->gate[i]) >= 0 && ur_carry_param(c, use, "U", y->gate[i]) >= 0;
        if (all) return y;
    }
    return NULL;
}

/* is there a parameter "use.…"? */
static bool is_use(const ur_carry *c, const char *use)
{
    size_t n = strlen(use);
    for (int i = 0; i < c->m->graph->nparam; i++)
        if (!strncmp(c->m->graph->param[i].name, use, n) && c->m->graph->param[i].name[n] == '.') return true;
    return false;
}

static void unknown_name(ur_carry *c, int line, const char *name)
{
    const ur_graph *g = c->m->graph;
    char **list = UR_NEW(&c->arena, char *, 2 * g->nparam + 1);
    int n = 0;
    for (int i = 0; i < g->nparam; i++) {
        const char *s = g->param[i].name, *dot = strrchr(s, '.');
        list[n++] = ur_arena_strndup(&c->arena, s, strlen(s));
        if (dot) list[n++] = ur_arena_strndup(&c->arena, s, (size_t)(dot - s));
    }
    const char *near = ur_closest(name, list, n);
    say(c, line, "the model has no parameter and no use of a cell called %.60s%s%s%s", name, near ? "; did you mean " : "",
        near ? near : "", near ? "?" : "");
}

void ur_layer_names(ur_carry *c, const char *name, const char **module, const char **ending)
{
    const char *dot = strrchr(name, '.'), *last = dot ? dot + 1 : name, *p = last;
    if (*p == 'l' && isdigit((unsigned char)p[1])) {
        for (p++; isdigit((unsigned char)*p); p++) {}
        if (!*p || !strcmp(p, "_reverse")) {
            *module = ur_arena_strndup(&c->arena, name, (size_t)(last - name));
            *ending = ur_arena_printf(&c->arena, "_%s", last);
            return;
        }
    }
    *module = ur_arena_printf(&c->arena, "%s.", name);
    *ending = "";
}

/* ---- reading */
static char *trim(char *s)
{
    static const char blank[] = " \t\r\n\v\f"; /* isspace would ask the locale */
    s += strspn(s, blank);
    size_t n = strlen(s);
    while (n && strchr(blank, s[n - 1])) s[--n] = 0;
    return s;
}

static bool claim(ur_carry *c, int line, int param, int how)
{
    if (c->how[param] != UR_UNFILLED)
        say(c, line, "%s has its numbers by line %d already", c->m->graph->param[param].name, c->line[param]);
    else c->how[param] = how, c->line[param] = line;
    return c->line[param] == line;
}

static ur_named *take(ur_carry *c, int line, const char *whose, const char *name)
{
    for (int i = 0; i < c->ntensor; i++)
        if (!strcmp(c->tensor[i].name, name)) {
            say(c, line, "line %d takes the tensor %.80s already", c->tensor[i].line, name);
            return NULL;
        }
    UR_GROW(&c->arena, c->tensor, c->ntensor, c->tensor_cap);
    ur_named *t = &c->tensor[c->ntensor++];
    *t = (ur_named){
        .name = ur_arena_strndup(&c->arena, name, strlen(name)), .whose = whose, .line = line, .gates = 1, .nshape = -1
    };
    return t;
}

static void add_part(ur_carry *c, int param, int gate, bool add)
{
    UR_GROW(&c->arena, c->part, c->npart, c->part_cap);
    c->part[c->npart++] = (ur_part){ param, c->ntensor - 1, gate, add };
}

/* "(2, 3)": a tensor's own shape, where it is not the parameter's */
static bool read_sizes(ur_named *t, char *s)
{
    t->nshape = 0;
    for (s = trim(s); *s && *s != ')'; s = trim(s)) {
        char *end;
        unsigned long long v = strtoull(s, &end, 10);
        if (end == s || t->nshape == UR_MAX_DIMS || v > UR_MAX_SIZE) return false;
        t->shape[t->nshape++] = (size_t)v;
        s = trim(end);
        if (*s == ',') s++;
    }
    return *s == ')' && !*trim(s + 1);
}

static void single(ur_carry *c, int line, const char *left, int param, char *right)
{
    char *open = strchr(right, '(');
    if (open) *open = 0;
    right = trim(right);
    size_t n = strlen(right);
    bool turn = n && right[n - 1] == '\'';
    if (turn) right[n - 1] = 0, right = trim(right);
    if (!*right) {
        say(c, line, "expected the name of a tensor after =");
        return;
    }
    if (!claim(c, line, param, UR_FILLED)) return;
    ur_named *t = take(c, line, left, right);
    if (!t) return;
    t->turn = turn;
    if (open && !read_sizes(t, open + 1)) say(c, line, "a tensor's shape is written (2, 3), at most %d sizes", UR_MAX_DIMS);
    add_part(c, param, 0, false);
}

/* one of a layer's four tensors */
static ur_named *stacked(ur_carry *c, int line, const char *use, const ur_layer *y, const char *module, const char *what,
                         const char *ending)
{
    ur_named *t = take(c, line, use, ur_arena_printf(&c->arena, "%s%s%s", module, what, ending));
    if (t) t->gates = y->ngate;
    return t;
}

static void layer(ur_carry *c, int line, const char *use, const ur_layer *want, bool bias, const char *name)
{
    const ur_layer *y = ur_carry_layer(c, use);
    const char *module, *ending;
    int pb[4], pc[4], nb = 0;
    if (!y || (want && want != y)) {
        const ur_layer *z = want ? want : y;
        say(c, line, "%s is no %s: it does not have the parameters of the cell %s", use, z ? z->name : "rnn, lstm or gru",
            z ? z->cell : "rnn, lstm or gru_torch");
        return;
    }
    for (int k = 0; k < y->ngate; k++) {
        pb[k] = ur_carry_param(c, use, "b", y->gate[k]);
        pc[k] = ur_carry_param(c, use, "c", y->gate[k]);
        nb += pb[k] >= 0;
    }
    if (!strcmp(y->name, "gru") && nb && pc[y->ngate - 1] < 0) {
        say(c, line, "%s resets before the product, as the cell gru does; PyTorch's GRU is the cell gru_torch", use);
        return;
    }
    if (nb && nb < y->ngate) {
        say(c, line, "some gates of %s have a bias and some have none, which PyTorch cannot say", use);
        return;
    }
    for (int k = 0; k < y->ngate; k++)
        if (c->m->graph->param[ur_carry_param(c, use, "U", y->gate[k])].nfix) {
            say(c, line, "%s has a matrix for each of an index, which no layer of PyTorch has", use);
            return;
        }
    ur_layer_names(c, name, &module, &ending);
    const char *const matrix[] = { "W", "U" }, *const tensor[] = { "weight_ih", "weight_hh" };
    for (int i = 0; i < 2; i++) {
        if (!stacked(c, line, use, y, module, tensor[i], ending)) return;
        for (int k = 0; k < y->ngate; k++) {
            int p = ur_carry_param(c, use, matrix[i], y->gate[k]);
            if (claim(c, line, p, UR_FILLED)) add_part(c, p, k, false);
        }
    }
    if (!bias || !nb) {
        for (int k = 0; k < y->ngate && nb; k++) {
            claim(c, line, pb[k], UR_ZERO);
            if (pc[k] >= 0) claim(c, line, pc[k], UR_ZERO);
        }
        return;
    }
    ur_named *t = stacked(c, line, use, y, module, "bias_ih", ending);
    if (!t) return;
    t->bias = true;
    for (int k = 0; k < y->ngate; k++)
        if (claim(c, line, pb[k], UR_FILLED)) add_part(c, pb[k], k, false);
    if (!(t = stacked(c, line, use, y, module, "bias_hh", ending))) return;
    t->bias = true;
    for (int k = 0; k < y->ngate; k++)
        if (pc[k] < 0) add_part(c, pb[k], k, true);
        else if (claim(c, line, pc[k], UR_FILLED)) add_part(c, pc[k], k, false);
}

/* "lstm, no bias" before a colon */
static bool read_words(ur_carry *c, int line, char *words, const ur_layer **y, bool *bias)
{
    char *rest = words;
    for (char *w; (w = strsep(&rest, ","));) {
        w = trim(w);
        int k = 0;
        while (k < UR_LAYERS && strcasecmp(w, ur_layers[k].name) && strcasecmp(w, ur_layers[k].cell)) k++;
        if (k < UR_LAYERS) *y = &ur_layers[k];
        else if (!strcasecmp(w, "no bias")) *bias = false;
        else {
            say(c, line, "expected rnn, lstm, gru or no bias before the colon, not \"%.60s\"", w);
            return false;
        }
    }
    return true;
}

static void read_line(ur_carry *c, int line, char *s)
{
    s[strcspn(s, "#")] = 0;
    s = trim(s);
    if (!*s) return;
    char *eq = strchr(s, '='), *colon;
    if (!eq) {
        say(c, line, "expected NAME = TENSOR, not \"%.60s\"", s);
        return;
    }
    *eq = 0;
    const char *left = trim(s);
    char *right = trim(eq + 1);
    const ur_layer *y = NULL;
    bool bias = true;
    if (!strcmp(left, "-")) {
        UR_GROW(&c->arena, c->skip, c->nskip, c->skip_cap);
        c->skip[c->nskip++] = right;
        return;
    }
    int p = ur_model_param(c->m, left);
    bool use = p < 0 && is_use(c, left);
    if (p < 0 && !use) unknown_name(c, line, left);
    else if (!*right) say(c, line, "expected the name of a tensor after =, or - where the file has none");
    else if (p >= 0 && !strcmp(right, "-")) claim(c, line, p, UR_KEPT);
    else if (!use && strchr(right, ':')) say(c, line, "%s is a parameter; only a use of a cell can be a layer", left);
    else if (!use) single(c, line, left, p, right);
    else {
        if ((colon = strchr(right, ':'))) {
            *colon = 0;
            if (!read_words(c, line, right, &y, &bias)) return;
            right = trim(colon + 1);
        }
        layer(c, line, left, y, bias, right);
    }
}

int ur_carry_map(ur_carry *c, const char *text)
{
    char *copy = ur_arena_strndup(&c->arena, text, strlen(text)), *rest = copy, *s;
    for (int line = 1; (s = strsep(&rest, "\n")); line++) read_line(c, line, s);
    return verdict(c);
}

/* ---- shapes */
static size_t seen_rows(const ur_carry *c, int datum, int size) { return datum >= 0 ? ur_carry_symbols(c, datum) : (size_t)size; }

void ur_carry_shape(const ur_carry *c, const ur_part *part, int *n, size_t shape[UR_MAX_DIMS])
{
    const ur_named *t = &c->tensor[part->tensor];
    const ur_param *p = &c->m->graph->param[part->param];
    size_t rows = (size_t)t->gates * seen_rows(c, c->rows_of[part->param], p->rows),
           cols = seen_rows(c, c->cols_of[part->param], p->cols);
    *n = 0;
    for (int k = 0; k < p->nfix; k++) shape[(*n)++] = (size_t)c->m->graph->index[p->fix[k]].size;
    if (t->turn) shape[(*n)++] = cols;
    shape[(*n)++] = rows;
    if (!t->turn && p->cols != 1) shape[(*n)++] = cols;
}

static bool same(int n, const size_t *a, int m, const size_t *b) { return n == m && !memcmp(a, b, (size_t)n * sizeof *a); }

static size_t product(int n, const size_t *shape)
{
    size_t all = 1;
    for (int k = 0; k < n; k++) all *= shape[k];
    return all;
}

/* how many of rows and columns parameter `name` has right with these hypers; −1: the text says no */
static int right_with(const ur_carry *c, const ur_setting *set, int nset, int param, size_t rows, size_t cols)
{
    const unroll_model *m = c->m;
    const ur_param *was = &m->graph->param[param];
    ur_program *p = NULL;
    ur_graph *g = NULL;
    ur_err e = { 0 };
    int right = -1, *size = ur_zalloc((size_t)(m->ndata + 1) * sizeof *size);
    for (int d = 0; size && d < m->ndata; d++) size[d] = m->code && m->code[d].vocab ? ur_vocab_size(m->code[d].vocab) : 0;
    ur_build_options o = { .size = size };
    if (size && !ur_program_parse(&p, ur_program_text(m->prog), strlen(ur_program_text(m->prog)), m->name, set, nset, &e) &&
        !ur_program_build(p, &o, &g, &e))
        for (int i = 0; i < g->nparam; i++)
            if (!strcmp(g->param[i].name, was->name))
                right = (c->rows_of[param] >= 0 || (size_t)g->param[i].rows == rows) +
                        (c->cols_of[param] >= 0 || (size_t)g->param[i].cols == cols);
    ur_graph_free(g);
    ur_program_free(p);
    ur_free(size);
    return right;
}

/* hypers that would give parameter `param` this many rows and columns, as " --set n=256"; "" where none would. One after the
 * other: whichever makes more of the two right, until both are */
static const char *settings_for(ur_carry *c, int param, size_t rows, size_t cols)
{
    const unroll_model *m = c->m;
    ur_setting *set = UR_NEW(&c->arena, ur_setting, m->nset + TRIES);
    int n = m->nset, right = right_with(c, m->set, n, param, rows, cols);
    const char *text = "";
    if (n) memcpy(set, m->set, (size_t)n * sizeof *set);
    for (int found = 1; found && right < 2 && n < m->nset + TRIES;) {
        found = 0;
        for (int h = 0; !found && ur_program_hyper(m->prog, h); h++)
            for (int k = 0; !found && k < 2; k++) {
                set[n] = (ur_setting){ ur_program_hyper(m->prog, h), (double)(k ? cols : rows) };
                int now = right_with(c, set, n + 1, param, rows, cols);
                if (now <= right) continue;
                right = now;
                found = 1;
                text = ur_arena_printf(&c->arena, "%s --set %s=%zu", text, set[n].name, k ? cols : rows);
            }
        n += found;
    }
    return right == 2 ? text : "";
}

/* what would make the file's shape the one that is wanted */
static const char *mend(ur_carry *c, const ur_part *part, int n, const size_t *want, int m, const size_t *has, int *guesses)
{
    const ur_named *t = &c->tensor[part->tensor];
    const ur_param *p = &c->m->graph->param[part->param];
    size_t plain[UR_MAX_DIMS];
    int np, sym = c->rows_of[part->param] >= 0 ? c->rows_of[part->param] : c->cols_of[part->param];
    ur_carry_shape(c, part, &np, plain);
    if (t->nshape >= 0) return same(np, plain, m, has) ? ": leave out the sizes" : "";
    if (n == 2 && m == 2 && t->gates == 1 && want[0] == has[1] && want[1] == has[0] && want[0] != want[1])
        return t->turn ? ": leave out the ' that transposes" : ": add ' to transpose";
    if (n == 1 && m == 2 && has[0] == 1 && has[1] == want[0] && t->gates == 1 && want[0] > 1) return ": add ' to transpose";
    if (product(n, want) == product(m, has) && t->gates == 1) {
        const char *s = "";
        for (int k = 0; k < m; k++) s = ur_arena_printf(&c->arena, "%s%s%zu", s, k ? ", " : "", has[k]);
        return ur_arena_printf(&c->arena, ": write `%s (%s)` where the order is the same", t->name, s);
    }
    if (*guesses > 0 && !p->nfix && m >= 1 && m <= 2 && m == n && has[0] % (size_t)t->gates == 0) {
        size_t rows = has[0] / (size_t)t->gates, cols = m == 2 ? has[1] : 1;
        --*guesses; /* the model is built anew for each hyper */
        const char *set = settings_for(c, part->param, t->turn ? cols : rows, t->turn ? rows : cols);
        if (*set) return ur_arena_printf(&c->arena, ":%s would fit", set);
    }
    for (int k = 0; sym >= 0 && k < m; k++)
        if (has[k] == (size_t)t->gates * ur_carry_symbols(c, sym)) sym = -1;
    if (sym >= 0)
        return ur_arena_printf(&c->arena, "; %s has %zu symbols", c->m->graph->data[sym].name, ur_carry_symbols(c, sym));
    return "";
}

static void check_part(ur_carry *c, const ur_part *part, int *guesses)
{
    ur_named *t = &c->tensor[part->tensor];
    const ur_param *p = &c->m->graph->param[part->param];
    size_t want[UR_MAX_DIMS];
    int n;
    ur_carry_shape(c, part, &n, want);
    if (t->nshape >= 0 && product(n, want) != product(t->nshape, t->shape)) {
        say(c, t->line, "%s is %s, which (%s) is not", p->name, shape_text(c, n, want), shape_text(c, t->nshape, t->shape));
        return;
    }
    if (t->nshape >= 0) memcpy(want, t->shape, sizeof want), n = t->nshape;
    if (!c->file.tensor) return; /* export: the shape is ours to choose */
    const ur_tensor *has = ur_file_tensor(&c->file, t->name);
    if (!has) return;
    if (same(n, want, has->nshape, has->shape) || t->line == c->said_line) return;
    say(c, t->line, "%s: wanted %s %s, file has %s%s", t->whose, t->name, shape_text(c, n, want),
        shape_text(c, has->nshape, has->shape), mend(c, part, n, want, has->nshape, has->shape, guesses));
}

static void check_tensor(ur_carry *c, ur_named *t)
{
    const ur_tensor *has = ur_file_tensor(&c->file, t->name);
    if (has && strcmp(has->dtype, "F64") && strcmp(has->dtype, "F32") && strcmp(has->dtype, "F16") &&
        strcmp(has->dtype, "BF16")) {
        say(c, t->line, "%s: %s has numbers of the type %s; weights are F64, F32, F16 or BF16", t->whose, t->name, has->dtype);
    } else if (!has) {
        char **list = UR_NEW(&c->arena, char *, c->file.ntensor + 1);
        for (int i = 0; i < c->file.ntensor; i++)
            list[i] = ur_arena_strndup(&c->arena, c->file.tensor[i].name, strlen(c->file.tensor[i].name));
        const char *near = t->bias ? NULL : ur_closest(t->name, list, c->file.ntensor);
        say(c, t->line, "%s: the file has no tensor %.80s%s%s%s%s", t->whose, t->name,
            t->bias ? "; where the module has bias=False, write no bias before the colon: `lstm, no bias: …`" : "",
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
}

static bool skipped(const ur_carry *c, const char *name)
{
    for (int i = 0; i < c->nskip; i++) {
        size_t n = strlen(c->skip[i]);
        if (n && c->skip[i][n - 1] == '*' ? !strncmp(c->skip[i], name, n - 1) : !strcmp(c->skip[i], name)) return true;
    }
    return false;
}

static void check_left_over(ur_carry *c)
{
    for (int i = 0; i < c->file.ntensor; i++) {
        const ur_tensor *t = &c->file.tensor[i];
        const char *dot = strrchr(t->name, '.'), *last = dot ? dot + 1 : t->name;
        bool taken = skipped(c, t->name);
        for (int k = 0; !taken && k < c->ntensor; k++) taken = !strcmp(c->tensor[k].name, t->name);
        if (taken) continue;
        if (!strncmp(last, "weight_hr", 9))
            say(c, 0, "%.80s is a projection (proj_size), which the cells of the library do not have", t->name);
        else if (!c->partial)
            say(c, 0, "no line of %s takes %.80s (%s); `- = %.80s` leaves it out", c->map, t->name,
                shape_text(c, t->nshape, t->shape), t->name);
    }
}

static void check_unfilled(ur_carry *c)
{
    const ur_graph *g = c->m->graph;
    const char *before = "";
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        const char *dot = strrchr(p->name, '.'), *use = dot ? ur_arena_strndup(&c->arena, p->name, (size_t)(dot - p->name)) : "";
        const ur_layer *y = dot ? ur_carry_layer(c, use) : NULL;
        size_t shape[UR_MAX_DIMS];
        int n = 0;
        if (c->how[i] != UR_UNFILLED) continue;
        if (y) {
            if (strcmp(use, before)) say(c, 0, "no line of %s fills %s, as `%s = %s: MODULE` would", c->map, use, use, y->name);
            before = use;
            continue;
        }
        for (int k = 0; k < p->nfix; k++) shape[n++] = (size_t)g->index[p->fix[k]].size;
        shape[n++] = (size_t)p->rows;
        if (p->cols != 1) shape[n++] = (size_t)p->cols;
        say(c, 0, "no line of %s fills %s (%s); `%s = -` leaves it as it starts", c->map, p->name, shape_text(c, n, shape),
            p->name);
    }
}

int ur_carry_check(ur_carry *c)
{
    const ur_graph *g = c->m->graph;
    int guesses = c->m->fitted ? 0 : GUESSES;
    for (int i = 0; c->file.tensor && i < c->ntensor; i++) check_tensor(c, &c->tensor[i]);
    for (int i = 0; i < c->npart; i++) {
        const ur_part *p = &c->part[i];
        bool first = !i || c->part[i - 1].tensor != p->tensor; /* the gates of a tensor want the same */
        for (int k = 0; k < 2; k++)
            if ((k ? c->cols_of : c->rows_of)[p->param] == -2)
                say(c, c->line[p->param],
                    "%s has columns or rows for symbols and for other numbers together, which cannot be put in order; use two parameters",
                    g->param[p->param].name);
        if (first) check_part(c, p, &guesses);
    }
    if (!c->partial) check_unfilled(c);
    if (c->file.tensor) check_left_over(c);
    return verdict(c);
}
