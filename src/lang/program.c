/* The room's entry: texts to programs, programs to graphs. The only place that sets traps and frees what the passes leave behind.
 * Must not know what any pass does. Invariant: on failure nothing is left allocated and the error is set once. */
#include "lang/comp.h"
#include <string.h>

static void load_uses(ur_program *p, const ur_source *s, int depth, bool take_text);

/* a copy of a text; one whose lines end in CR alone gets LF in their place */
static const char *copied(ur_arena *a, const char *text, size_t n)
{
    char *s = ur_arena_strndup(a, text, n);
    if (!memchr(s, '\n', n))
        for (char *cr = s; (cr = memchr(cr, '\r', n - (size_t)(cr - s))) != NULL;) *cr = '\n';
    return s;
}

/* the folder of `file` with `name` put in it */
static const char *beside(ur_program *p, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    if (name[0] == '/' || !slash) return name;
    return ur_arena_printf(&p->arena, "%.*s/%s", (int)(slash - file), file, name);
}

static void use(ur_program *p, const ur_source *from, const ur_token *t, int depth)
{
    if (p->filed)
        ur_complain(&p->arena, &t->at, "Unroll writes no such file: what a text uses is stored in its place",
                    "a model file opens no other file");
    const char *path = beside(p, from->file, t->name);
    ur_err e = { 0 };
    if (ur_map_get(&p->files, path)) return; /* once is enough */
    if (depth > 16) ur_complain(&p->arena, &t->at, NULL, "files use each other more than 16 deep");
    ur_buf_free(&p->file);
    p->file = (ur_buf){ 0 };
    int rc = ur_file_read_text(path, UR_MAX_TEXT, &p->file, &e);
    if (rc == UNROLL_ERROR_MEMORY) {
        ur_nomem(p->arena.err);
        longjmp(*p->arena.trap, 1);
    }
    if (rc) ur_complain(&p->arena, &t->at, e.text, "the file %s cannot be used", path);
    ur_source *s = UR_NEW(&p->arena, ur_source, 1);
    s->file = path;
    s->n = p->file.n;
    s->text = copied(&p->arena, p->file.n ? p->file.s : "", p->file.n);
    ur_map_put(&p->arena, &p->files, path, s);
    load_uses(p, s, depth + 1, true);
}

/* Finds the use statements, loads and parses their files first, then parses s. The text with every file put in its place is
 * gathered on the way. */
static void load_uses(ur_program *p, const ur_source *s, int depth, bool take_text)
{
    ur_source_check(&p->arena, s);
    ur_lexer l = { .a = &p->arena, .src = s, .names = &p->names, .line = 1, .last = T_LINE };
    size_t copied = 0;
    bool first = true;
    for (ur_token t = ur_lex(&l); t.kind != T_END;) {
        bool here = first && t.kind == T_NAME && !strcmp(t.name, "use");
        first = t.kind == T_LINE || t.kind == '{' || t.kind == '}';
        size_t start = t.at.off;
        t = ur_lex(&l);
        if (!here) continue;
        if (t.kind != T_TEXT)
            ur_complain(&p->arena, &t.at, "as use \"cells.unr\"", "expected the name of a file in quotes after use");
        if (take_text) ur_buf_add(&p->text, s->text + copied, start - copied);
        copied = t.at.off + t.len;
        use(p, s, &t, depth);
        t = ur_lex(&l);
        if (t.kind != T_LINE && t.kind != T_END)
            ur_complain(&p->arena, &t.at, NULL, "expected the end of the statement after the name of the file");
        first = true;
    }
    if (take_text) {
        ur_buf_add(&p->text, s->text + copied, s->n - copied);
        if (depth && s->n && s->text[s->n - 1] == '\n') {
            if (p->text.n) p->text.s[--p->text.n] = 0;
        }
        if (p->text.bad) {
            ur_nomem(p->arena.err);
            longjmp(*p->arena.trap, 1);
        }
    }
    ur_parse_source(p, s, false);
}

static void parse(ur_program *p, const char *text, size_t n, const char *file, const ur_setting *set, int nset)
{
    ur_arena *a = &p->arena;
    ur_source *s = UR_NEW(a, ur_source, 2);
    s[0] = (ur_source){ .file = "<standard cells>", .text = ur_cells_text, .n = strlen(ur_cells_text) };
    s[1] = (ur_source){ .file = ur_arena_strndup(a, file, strlen(file)), .n = n, .text = text };
    ur_source_check(a, &s[1]); /* its size before it is copied */
    s[1].text = copied(a, text, n);
    p->nset = nset;
    p->set = UR_NEW(a, ur_setting, nset + 1);
    for (int k = 0; k < nset; k++)
        p->set[k] = (ur_setting){ ur_arena_strndup(a, set[k].name, strlen(set[k].name)), set[k].value };
    ur_parse_source(p, &s[0], true);
    ur_map_put(a, &p->files, s[1].file, &s[1]);
    load_uses(p, &s[1], 0, true);
    if (!p->text.n) ur_buf_add(&p->text, "\n", 1);
    if (p->text.bad) {
        ur_nomem(a->err);
        longjmp(*a->trap, 1);
    }
}

static int parse_trapped(ur_program *p, const char *text, size_t n, const char *file, const ur_setting *set, int nset)
{
    p->arena.err = &p->err;
    p->arena.trap = &p->trap;
    if (setjmp(p->trap)) return p->err.code;
    parse(p, text, n, file, set, nset);
    return 0;
}

/* what the declared data are, copied from a graph built without data */
static int copy_data(ur_program *p, const ur_graph *g)
{
    if (setjmp(p->trap)) return p->err.code;
    p->ndata = g->ndata;
    p->data = UR_NEW(&p->arena, ur_datum, g->ndata + 1);
    for (int k = 0; k < g->ndata; k++) {
        p->data[k] = g->data[k];
        if (UR_IS_SYMBOL(p->data[k].kind)) p->data[k].size = 0;
    }
    return 0;
}

static int read_program(ur_program **out, const char *text, size_t n, const char *file, bool filed, const ur_setting *set,
                        int nset, ur_err *e)
{
    ur_program *p = ur_zalloc(sizeof *p);
    if (!p) return ur_nomem(e);
    p->filed = filed;
    int rc = parse_trapped(p, text, n, file ? file : "model", set, nset);
    ur_graph *g = NULL;
    ur_build_options o = { 0 };
    if (!rc)
        rc = ur_program_build(p, &o, &g, &p->err); /* with assumed vocabularies: what is wrong shows when the text is opened */
    if (!rc) rc = copy_data(p, g);
    if (g) ur_graph_free(g);
    if (rc) {
        ur_fail(e, rc, "%s", p->err.text);
        ur_program_free(p);
        return rc;
    }
    *out = p;
    return 0;
}

int ur_program_parse(ur_program **out, const char *text, size_t n, const char *file, const ur_setting *set, int nset, ur_err *e)
{
    return read_program(out, text, n, file, false, set, nset, e);
}

int ur_program_parse_filed(ur_program **out, const char *text, size_t n, const char *file, const ur_setting *set, int nset,
                           ur_err *e)
{
    return read_program(out, text, n, file, true, set, nset, e);
}

void ur_program_free(ur_program *p)
{
    if (!p) return;
    ur_buf_free(&p->text);
    ur_buf_free(&p->file);
    ur_arena_free(&p->arena);
    ur_free(p);
}

int ur_program_ndata(const ur_program *p) { return p->ndata; }
const ur_datum *ur_program_datum(const ur_program *p, int i) { return &p->data[i]; }
const char *ur_program_text(const ur_program *p) { return p->text.s; }

const char *ur_program_hyper(const ur_program *p, int i)
{
    for (int k = 0; k < p->top.n; k++)
        if (p->top.stmt[k]->kind == S_HYPER && i-- == 0) return p->top.stmt[k]->head->name;
    return NULL;
}

static bool takes_size_and_input(const ur_cell *c)
{
    if (c->nformal < 2 || c->formal[0].head->sub || c->formal[0].cell || c->formal[1].head->nkid != 1) return false;
    for (int k = 2; k < c->nformal; k++)
        if (!c->formal[k].standard) return false;
    return true;
}

const char *ur_program_cell(const ur_program *p, const char *name, bool *known)
{
    *known = false;
    for (int k = 0; k < p->ncell; k++) {
        const ur_cell *c = p->cell[k];
        if (name ? strcmp(c->name, name) != 0 : c->standard) continue;
        *known = true;
        if (takes_size_and_input(c)) return c->name;
    }
    return NULL;
}

/* the graph and its arena are one block, so that ur_graph_free can find both */
typedef struct holder {
    ur_graph g;
    ur_arena arena;
    jmp_buf trap;
    ur_err err;
} holder;

static int build_trapped(ur_program *p, const ur_build_options *o, holder *h)
{
    if (setjmp(h->trap)) return h->err.code;
    ur_comp *c = UR_NEW(&h->arena, ur_comp, 1);
    c->p = p;
    c->o = o;
    c->g = &h->g;
    c->a = &h->arena;
    h->g.loss = -1;
    ur_declare(c);
    ur_order(c);
    ur_shapes(c);
    ur_build(c);
    for (ur_id v = 0; v < h->g.nnode; v++) { /* tied: looked up here, a matrix there */
        const ur_node *n = &h->g.node[v];
        int k = n->op == UR_PROD ? ur_param_of(&h->g, n->arg[0]) : -1;
        if (k >= 0) h->g.param[k].tied = h->g.param[k].lookup;
    }
    return 0;
}

int ur_program_build(ur_program *p, const ur_build_options *o, ur_graph **out, ur_err *e)
{
    holder *h = ur_zalloc(sizeof *h);
    if (!h) return ur_nomem(e);
    h->g.arena = &h->arena;
    h->arena.err = &h->err;
    h->arena.trap = &h->trap;
    int rc = build_trapped(p, o, h);
    if (!rc && o->grad) rc = ur_grad(&h->g, &h->err);
    if (rc) {
        ur_fail(e, rc, "%s", h->err.text);
        ur_graph_free(&h->g);
        return rc;
    }
    *out = &h->g;
    return 0;
}

void ur_graph_free(ur_graph *g)
{
    holder *h = (holder *)(void *)g;
    if (!g) return;
    ur_arena_free(&h->arena);
    ur_free(h);
}
