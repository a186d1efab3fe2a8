/* propose.c: a map between a model and tensors, by what their shapes and names allow. Knows how modules are named in PyTorch and
 * what uses of cells look like in a graph; moves no numbers. Invariant: every line that is not the only one possible is marked,
 * and counted.
 *
 * Layers are told apart by kind, sizes and direction; among equals by name, and in a stack by which feeds which. Other tensors by
 * shape, among equals by what they are for: look-up tables are called embeddings, vectors biases. */
#include "model/carry/carry.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct side { /* a use of a cell, or a layer of the file */
    const char *name, *module;
    const ur_layer *kind;
    size_t in, n; /* numbers read, size; in 0: any (symbols of a vocabulary that is not known) */
    int ahead;    /* 1: reverse; 0: forward; −1: not known */
    int number;   /* layer's number in its module */
    ur_id node;   /* the product with U */
    bool bias, no_bias_ok;
    int mate;
    bool doubt; /* the other side's number; −1: none yet */
} side;

typedef struct table {
    ur_carry *c;
    ur_buf *out;
    int *doubts;
    int nuse, nlayer;
    side *use, *layer;
    bool *gone;
    int *of;
    bool *doubt;
} table;
/* gone [ntensor]; of [nparam]: the tensor, −1 none, −2: of a use; doubt [nparam] */

static size_t rows_of(const ur_carry *c, int p)
{
    return c->rows_of[p] >= 0 ? ur_carry_symbols(c, c->rows_of[p]) : (size_t)c->m->graph->param[p].rows;
}
static size_t cols_of(const ur_carry *c, int p)
{
    return c->cols_of[p] >= 0 ? ur_carry_symbols(c, c->cols_of[p]) : (size_t)c->m->graph->param[p].cols;
}
static bool fits(size_t want, size_t has) { return !want || want == has; }

/* ---- the model's side */
static ur_id product_with(const ur_graph *g, int param)
{
    for (ur_id v = 0; v < g->nnode; v++)
        if (g->node[v].op == UR_PROD && g->node[g->node[v].arg[0]].op == UR_PARAM && g->node[g->node[v].arg[0]].i == param)
            return v;
    return -1;
}

/* which way the state is read that the product multiplies */
static int direction(const ur_graph *g, ur_id v)
{
    const ur_node *r = v >= 0 ? &g->node[g->node[v].arg[1]] : NULL;
    if (!r || r->op != UR_READ) return -1;
    for (int k = 0; k < r->nidx + r->nfix && r->sub; k++)
        if (r->sub[k].kind == UR_SUB_REL && r->sub[k].off) return r->sub[k].off > 0;
    return -1;
}

/* is `to` among what v is made of? */
static bool made_of(table *t, ur_id v, ur_id to)
{
    const ur_graph *g = t->c->m->graph;
    bool *met = UR_NEW(&t->c->arena, bool, g->nnode);
    ur_id *open = UR_NEW(&t->c->arena, ur_id, g->nnode);
    int n = 0;
    for (open[n++] = v, met[v] = true; n;) {
        const ur_node *x = &g->node[open[--n]];
        for (int k = 0; k < x->narg; k++)
            if (x->arg[k] >= 0 && !met[x->arg[k]]) met[x->arg[k]] = true, open[n++] = x->arg[k];
    }
    return met[to];
}

/* does b read what a makes, and a nothing of b's? */
static bool feeds(table *t, const side *a, const side *b)
{
    return a->node >= 0 && b->node >= 0 && made_of(t, b->node, a->node) && !made_of(t, a->node, b->node);
}

static void find_uses(table *t)
{
    ur_carry *c = t->c;
    const ur_graph *g = c->m->graph;
    t->use = UR_NEW(&c->arena, side, g->nparam + 1);
    for (int i = 0; i < g->nparam; i++) {
        const char *s = g->param[i].name, *dot = strrchr(s, '.');
        if (!dot) continue;
        const char *use = ur_arena_strndup(&c->arena, s, (size_t)(dot - s));
        const ur_layer *y = ur_carry_layer(c, use);
        bool known = !y;
        for (int k = 0; k < t->nuse && !known; k++) known = !strcmp(t->use[k].name, use);
        int w = y ? ur_carry_param(c, use, "W", y->gate[0]) : -1, u = y ? ur_carry_param(c, use, "U", y->gate[0]) : -1;
        if (known || g->param[u].nfix || g->param[u].rows != g->param[u].cols) continue;
        ur_id v = product_with(g, u);
        t->use[t->nuse++] = (side){ .name = use,
                                    .kind = y,
                                    .in = cols_of(c, w),
                                    .n = (size_t)g->param[u].rows,
                                    .ahead = direction(g, v),
                                    .node = v,
                                    .mate = -1,
                                    .bias = ur_carry_param(c, use, "b", y->gate[0]) >= 0 };
    }
}

/* ---- the file's side */
static const ur_tensor *beside(ur_carry *c, const char *module, const char *what, const char *ending)
{
    return ur_file_tensor(&c->file, ur_arena_printf(&c->arena, "%s%s%s", module, what, ending));
}

static void find_layers(table *t)
{
    ur_carry *c = t->c;
    const char *const four[] = { "weight_ih", "weight_hh", "bias_ih", "bias_hh" };
    t->layer = UR_NEW(&c->arena, side, c->file.ntensor + 1);
    for (int i = 0; i < c->file.ntensor; i++) {
        const ur_tensor *ih = &c->file.tensor[i];
        const char *dot = strrchr(ih->name, '.'), *last = dot ? dot + 1 : ih->name, *end = last + strlen(four[0]);
        if (strncmp(last, four[0], strlen(four[0]))) continue;
        const char *module = ur_arena_strndup(&c->arena, ih->name, (size_t)(last - ih->name));
        const ur_tensor *hh = beside(c, module, four[1], end);
        if (!hh || ih->nshape != 2 || hh->nshape != 2 || !hh->shape[1] || ih->shape[0] != hh->shape[0] ||
            hh->shape[0] % hh->shape[1])
            continue;
        size_t gates = hh->shape[0] / hh->shape[1];
        const ur_layer *y = gates == 1 ? &ur_layers[0] : gates == 4 ? &ur_layers[1] : gates == 3 ? &ur_layers[2] : NULL;
        if (!y || (!*module && !*end)) continue;
        side *l = &t->layer[t->nlayer++];
        *l = (side){ .module = module,
                     .kind = y,
                     .in = ih->shape[1],
                     .n = hh->shape[1],
                     .mate = -1,
                     .number = *end ? atoi(end + 2) : 0,
                     .ahead = *end ? strstr(end, "_reverse") != NULL : -1,
                     .bias = beside(c, module, four[2], end) != NULL };
        l->name = *end ? ur_arena_printf(&c->arena, "%s%s", module, end + 1)
                       : ur_arena_strndup(&c->arena, module, strlen(module) - 1);
        for (int k = 0; k < 4; k++) {
            const ur_tensor *x = beside(c, module, four[k], end);
            if (x) t->gone[x - c->file.tensor] = true;
        }
    }
}

/* ---- layers and uses */
static bool may_be(const side *u, const side *l)
{
    return u->kind == l->kind && u->n == l->n && fits(u->in, l->in) && (u->ahead < 0 || l->ahead < 0 || u->ahead == l->ahead);
}

static void join(table *t, int u, int l, bool doubt)
{
    t->use[u].mate = l;
    t->layer[l].mate = u;
    t->use[u].doubt = doubt;
}

/* the only ones for each other */
static bool join_only(table *t)
{
    bool any = false;
    for (int u = 0; u < t->nuse; u++) {
        int found = -1, n = 0, back = 0;
        for (int l = 0; l < t->nlayer && t->use[u].mate < 0; l++)
            if (t->layer[l].mate < 0 && may_be(&t->use[u], &t->layer[l])) found = l, n++;
        if (n != 1) continue;
        for (int k = 0; k < t->nuse; k++) back += t->use[k].mate < 0 && may_be(&t->use[k], &t->layer[found]);
        if (back == 1) join(t, u, found, false), any = true;
    }
    return any;
}

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; } /* tolower would ask the locale */

/* "encoder" and "encoder.": the same name but for dots and case */
static bool alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == '.' || *a == '_') a++;
        while (*b == '.' || *b == '_') b++;
        if (lower(*a) != lower(*b)) return false;
        if (!*a) return true;
    }
}

static bool join_named(table *t)
{
    bool any = false;
    for (int u = 0; u < t->nuse; u++)
        for (int l = 0; l < t->nlayer; l++)
            if (t->use[u].mate < 0 && t->layer[l].mate < 0 && may_be(&t->use[u], &t->layer[l]) &&
                (alike(t->use[u].name, t->layer[l].name) ||
                 (t->layer[l].number == 0 && t->layer[l].ahead < 1 && alike(t->use[u].name, t->layer[l].module)))) {
                join(t, u, l, false);
                any = true;
            }
    return any;
}

/* a stack: the layers of one module and direction that are left, and as many uses, each of which feeds the next */
static bool join_stack(table *t, int first)
{
    const side *a = &t->layer[first];
    int *use = UR_NEW(&t->c->arena, int, t->nuse + 1), *layer = UR_NEW(&t->c->arena, int, t->nlayer + 1), n = 0, k = 0;
    for (int l = 0; l < t->nlayer; l++) {
        const side *b = &t->layer[l];
        if (b->mate >= 0 || b->kind != a->kind || b->n != a->n || b->in != a->in || b->ahead != a->ahead) continue;
        if (strcmp(b->module, a->module)) return false; /* another module would do as well */
        int at = k++;
        for (; at && t->layer[layer[at - 1]].number > b->number; at--) layer[at] = layer[at - 1];
        layer[at] = l;
    }
    for (int u = 0; u < t->nuse; u++)
        if (t->use[u].mate < 0 && may_be(&t->use[u], a)) {
            int at = n++;
            for (; at && feeds(t, &t->use[u], &t->use[use[at - 1]]); at--) use[at] = use[at - 1];
            use[at] = u;
        }
    if (n != k) return false;
    for (int i = 0; i + 1 < n; i++)
        if (!feeds(t, &t->use[use[i]], &t->use[use[i + 1]])) return false;
    for (int i = 0; i < n; i++) join(t, use[i], layer[i], false);
    return n > 0;
}

static void join_all(table *t)
{
    bool any = true;
    while (any) {
        any = join_only(t) || join_named(t);
        for (int l = 0; !any && l < t->nlayer; l++) any = t->layer[l].mate < 0 && join_stack(t, l);
    }
    for (int u = 0; u < t->nuse; u++)
        for (int l = 0; l < t->nlayer; l++)
            if (t->use[u].mate < 0 && t->layer[l].mate < 0 && may_be(&t->use[u], &t->layer[l])) join(t, u, l, true);
}

/* ---- other parameters and tensors */
static bool has_word(const char *s, const char *word)
{
    size_t n = strlen(word);
    for (; *s; s++)
        if (!strncasecmp(s, word, n)) return true;
    return false;
}

/* 0: no; 1: as it is; 2: transposed */
static int way(const ur_carry *c, int param, const ur_tensor *x)
{
    const ur_param *p = &c->m->graph->param[param];
    size_t r = rows_of(c, param), k = cols_of(c, param);
    if (x->dtype[0] != 'F' && strcmp(x->dtype, "BF16")) return 0;
    if (x->nshape != p->nfix + (p->cols == 1 ? 1 : 2)) {
        if (p->nfix || x->nshape != 2 || x->shape[0] != 1 || !fits(r, x->shape[1])) return 0;
        return r == 1 ? 1 : 2; /* a vector that PyTorch has as a matrix of one row */
    }
    for (int i = 0; i < p->nfix; i++)
        if (x->shape[i] != (size_t)c->m->graph->index[p->fix[i]].size) return 0;
    const size_t *s = x->shape + p->nfix;
    if (p->cols == 1) return fits(r, s[0]) ? 1 : 0;
    bool as_is = fits(r, s[0]) && fits(k, s[1]), turned = fits(r, s[1]) && fits(k, s[0]);
    if (as_is && turned) return p->lookup ? 2 : 1;
    return as_is ? 1 : turned ? 2 : 0;
}

/* how well a name says what the parameter is for */
static int liking(const ur_carry *c, int param, const ur_tensor *x)
{
    const ur_param *p = &c->m->graph->param[param];
    const char *dot = strrchr(x->name, '.'), *last = dot ? dot + 1 : x->name;
    bool emb = has_word(x->name, "emb") || has_word(x->name, "lookup") || has_word(x->name, "wte");
    if (!way(c, param, x)) return 0;
    if (p->scale && !alike(p->name, x->name) && !has_word(last, "sigma") && !has_word(last, "scale") && !has_word(last, "std"))
        return 0;
    return 1 + 8 * alike(p->name, x->name) + 4 * (emb == p->lookup) +
           2 * (has_word(last, "bias") == (p->cols == 1 && c->cols_of[param] < 0));
}

/* the best of the tensors that are left for a parameter; *sure: better than all others, and no other parameter likes it as well
 */
static int best_tensor(table *t, int param, bool *sure)
{
    const ur_carry *c = t->c;
    int best = -1, most = 0;
    *sure = true;
    for (int i = 0; i < c->file.ntensor; i++) {
        int like = t->gone[i] ? 0 : liking(c, param, &c->file.tensor[i]);
        if (like > most) best = i, most = like, *sure = true;
        else if (like && like == most) *sure = false;
    }
    for (int q = 0; best >= 0 && q < c->m->graph->nparam; q++)
        if (q != param && t->of[q] == -1 && liking(c, q, &c->file.tensor[best]) >= most) *sure = false;
    return best;
}

static void match(table *t, int param, int tensor, bool doubt)
{
    t->of[param] = tensor;
    t->doubt[param] = doubt;
    t->gone[tensor] = true;
}

static void match_all(table *t)
{
    const ur_graph *g = t->c->m->graph;
    bool any = true, sure;
    while (any) {
        any = false;
        for (int i = 0; i < g->nparam; i++) {
            int k = t->of[i] == -1 ? best_tensor(t, i, &sure) : -1;
            if (k >= 0 && sure) match(t, i, k, false), any = true;
        }
    }
    for (int i = 0; i < g->nparam; i++) {
        int k = t->of[i] == -1 && !g->param[i].scale ? best_tensor(t, i, &sure) : -1;
        if (k >= 0) match(t, i, k, true);
    }
}

/* ---- what it comes to */
static void doubt(table *t, const char *why)
{
    ur_buf_printf(t->out, "    # in doubt: %s", why);
    ++*t->doubts;
}

static void write_use(table *t, const side *u)
{
    const side *l = u->mate >= 0 ? &t->layer[u->mate] : NULL;
    if (!l) {
        ur_buf_printf(t->out, "# %s = %s: ?", u->name, u->kind->name);
        ur_buf_printf(t->out, "    # the file has no %s of size %zu that reads %zu", u->kind->name, u->n, u->in);
        ++*t->doubts;
    } else {
        ur_buf_printf(t->out, "%s = %s%s: %s", u->name, u->kind->name, u->bias && !l->bias ? ", no bias" : "", l->name);
        if (u->doubt) doubt(t, "others fit as well");
    }
    ur_buf_printf(t->out, "\n");
}

static void write_param(table *t, int i)
{
    ur_carry *c = t->c;
    const ur_param *p = &c->m->graph->param[i];
    const ur_tensor *x = t->of[i] >= 0 ? &c->file.tensor[t->of[i]] : NULL;
    if (!x && (p->scale || !p->trained)) {
        ur_buf_printf(t->out, "%s = -    # keeps its start\n", p->name);
    } else if (!x) {
        ur_buf_printf(t->out, "# %s = ?    # no tensor is left that is ", p->name);
        ur_say_shape(t->out, p->cols == 1 ? 1 : 2, (size_t[2]){ rows_of(c, i), cols_of(c, i) });
        ur_buf_printf(t->out, "\n");
        ++*t->doubts;
    } else {
        bool one = p->rows == 1 && p->cols == 1 && x->nshape == 2;
        ur_buf_printf(t->out, "%s = %s%s%s", p->name, x->name, way(c, i, x) == 2 ? "'" : "", one ? " (1, 1)" : "");
        if (t->doubt[i]) doubt(t, "others fit as well");
        ur_buf_printf(t->out, "\n");
    }
}

/* a tensor that is left: nothing to a model where it has no weights, or is one that is taken under a second name */
static void write_left(table *t, int i)
{
    ur_carry *c = t->c;
    const ur_tensor *x = &c->file.tensor[i];
    const char *why = x->dtype[0] != 'F' && x->dtype[0] != 'B' ? "no weights" : NULL;
    for (int k = 0; !why && k < c->file.ntensor; k++)
        if (k != i && t->gone[k] && x->bytes && c->file.tensor[k].bytes == x->bytes &&
            !memcmp(c->file.tensor[k].data, x->data, x->bytes))
            why = ur_arena_printf(&c->arena, "the same as %s", c->file.tensor[k].name);
    ur_buf_printf(t->out, why ? "- = %s    # %s" : "# ? = %s    # ", x->name, why);
    if (!why) ur_say_shape(t->out, x->nshape, x->shape);
    *t->doubts += !why;
    ur_buf_printf(t->out, "\n");
}

int ur_carry_propose(ur_carry *c, ur_buf *out, int *doubts)
{
    const ur_graph *g = c->m->graph;
    table t = { .c = c, .out = out, .doubts = doubts };
    t.gone = UR_NEW(&c->arena, bool, c->file.ntensor + 1);
    t.of = UR_NEW(&c->arena, int, g->nparam + 1);
    t.doubt = UR_NEW(&c->arena, bool, g->nparam + 1);
    find_uses(&t);
    find_layers(&t);
    join_all(&t);
    for (int i = 0; i < g->nparam; i++) {
        const char *dot = strrchr(g->param[i].name, '.');
        t.of[i] = -1;
        for (int u = 0; dot && u < t.nuse; u++)
            if (strlen(t.use[u].name) == (size_t)(dot - g->param[i].name) &&
                !strncmp(t.use[u].name, g->param[i].name, (size_t)(dot - g->param[i].name)))
                t.of[i] = -2;
    }
    match_all(&t);
    for (int u = 0; u < t.nuse; u++) write_use(&t, &t.use[u]);
    for (int i = 0; i < g->nparam; i++)
        if (t.of[i] != -2) write_param(&t, i);
    for (int l = 0; l < t.nlayer; l++)
        if (t.layer[l].mate < 0) {
            ur_buf_printf(out, "# ? = %s: %s    # size %zu, reads %zu\n", t.layer[l].kind->name, t.layer[l].name, t.layer[l].n,
                          t.layer[l].in);
            ++*doubts;
        }
    for (int i = 0; i < c->file.ntensor; i++)
        if (!t.gone[i]) write_left(&t, i);
    return out->bad ? ur_nomem(c->e) : 0;
}
