/* From tokens to statements. Each parsing function opens with its production. What a name before a ( or [ means depends on how
 * the text declares it, so a quick pass over the statements' beginnings (survey) notes the names first; nothing else here knows
 * what names mean. Recursion is bounded: brackets by the lexer, the height of a tree by UR_MAX_HEIGHT. */
#include "lang/ast.h"
#include <string.h>

enum { PLAIN = 1, INDEXED, CALLED };     /* how a text uses a name: as it is, with a subscript, with arguments */

typedef struct parser {
    ur_program *p; ur_arena *a;
    ur_lexer lex; ur_token t;            /* t: the token looked at */
    size_t end;                          /* where the token before ended */
    ur_map *global, local; bool in_cell, standard;
    int depth;
    ur_at *open; int nopen;              /* brackets open now */
} parser;

static ur_expr *expression(parser *P);
static ur_expr *primary(parser *P);

static void next(parser *P) { P->end = P->t.at.off + P->t.len; P->t = ur_lex(&P->lex); }
static bool is(const parser *P, int kind) { return P->t.kind == kind; }
static bool word(const parser *P, const char *w) { return P->t.kind == T_NAME && !strcmp(P->t.name, w); }

static bool take(parser *P, int kind)
{
    if (!is(P, kind)) return false;
    next(P);
    return true;
}

static const char *found(parser *P)
{
    if (is(P, T_LINE)) return "the line ends";
    if (is(P, T_END)) return "the text ends";
    return ur_arena_printf(P->a, "%.*s stands", (int)(P->t.len > 40 ? 40 : P->t.len), P->t.at.src->text + P->t.at.off);
}

static void need(parser *P, int kind, const char *what)
{
    if (take(P, kind)) return;
    const char *note = NULL;
    if ((kind == ')' || kind == ']') && P->nopen)
        note = ur_arena_printf(P->a, "the %c of line %d is still open", kind == ')' ? '(' : '[', P->open[P->nopen - 1].line);
    ur_complain(P->a, &P->t.at, note, "expected %s where %s", what, found(P));
}

static void open_bracket(parser *P) { if (P->nopen <= UR_MAX_DEPTH) P->open[P->nopen++] = P->t.at; next(P); }
static void close_bracket(parser *P, int kind) { need(P, kind, kind == ')' ? ")" : "]"); if (P->nopen) P->nopen--; }

static void enter(parser *P)
{
    if (++P->depth > UR_MAX_HEIGHT) ur_complain(P->a, &P->t.at, "define a part of it under a name of its own", "this expression is nested too deep");
}

/* ---- which names take a subscript */

static void skip_brackets(parser *P)
{
    int depth = 0;
    do {
        if (is(P, '(') || is(P, '[')) depth++;
        if (is(P, ')') || is(P, ']')) depth--;
        if (is(P, T_END)) return;
        next(P);
    } while (depth > 0);
}

static void skip_statement(parser *P, bool stop_at_comma)
{
    while (!is(P, T_LINE) && !is(P, T_END) && !is(P, '}') && !is(P, '{')) {
        if (stop_at_comma && is(P, ',')) return;
        if (is(P, '(') || is(P, '[')) skip_brackets(P);
        else next(P);
    }
}

static void skip_body(parser *P)
{
    int depth = 0;
    do {
        if (is(P, '{')) depth++;
        if (is(P, '}')) depth--;
        if (is(P, T_END)) return;
        next(P);
    } while (depth > 0);
}

static void note(parser *P, ur_map *m, const char *name, intptr_t how)
{
    intptr_t old = (intptr_t)ur_map_get(m, name);
    if (how > old) ur_map_put(P->a, m, name, (void *)how);
}

static bool starts_list(const parser *P)
{
    return word(P, "data") || word(P, "latent") || word(P, "param") || word(P, "fixed") || word(P, "hyper") || word(P, "index");
}

/* reads statements up to the end of the text or of the cell, and notes what they name */
static void survey(parser *P, ur_map *m)
{
    while (!is(P, T_END) && !is(P, '}')) {
        if (starts_list(P)) {
            do {
                next(P);
                if (!is(P, T_NAME)) break;
                const char *name = P->t.name;
                next(P);
                note(P, m, name, is(P, '[') ? INDEXED : PLAIN);
                skip_statement(P, true);
            } while (is(P, ','));
        } else if (word(P, "cell")) {
            next(P);
            if (is(P, T_NAME)) note(P, m, P->t.name, CALLED);
            skip_statement(P, false);
            if (is(P, '{')) skip_body(P);
        } else if (is(P, T_NAME) && !word(P, "use")) {
            const char *name = P->t.name;
            next(P);
            note(P, m, name, is(P, '[') ? INDEXED : PLAIN);
        }
        skip_statement(P, false);
        if (is(P, '{')) skip_body(P);
        if (is(P, T_LINE)) next(P);
    }
}

/* how a name is used where it stands; 0: not declared in this text */
static intptr_t usage(parser *P, const char *name)
{
    intptr_t u = P->in_cell ? (intptr_t)ur_map_get(&P->local, name) : 0;
    if (!u) {
        u = (intptr_t)ur_map_get(P->global, name);
        if (P->in_cell && u == INDEXED) u = 0;       /* a cell does not see the text's quantities */
    }
    if (!u && ur_map_get(&P->p->cells, name)) u = CALLED;
    return u;
}

/* ---- expressions */

static bool reserved(const char *s)
{
    static const char *words[] = { "data", "latent", "param", "fixed", "hyper", "index", "cell", "use", "reverse", "and", "or", "not", "end" };
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) if (!strcmp(s, words[k])) return true;
    return false;
}

static ur_expr *make(parser *P, ur_ekind kind, const ur_at *at)
{
    ur_expr *e = UR_NEW(P->a, ur_expr, 1);
    e->kind = kind; e->at = *at; e->from = at->off; e->height = 1;
    return e;
}

/* closes a tree node: where its text ends, how high it is */
static ur_expr *done(parser *P, ur_expr *e)
{
    e->to = P->end;
    for (int k = 0; k < e->nkid; k++) if (e->kid[k]->height >= e->height) e->height = e->kid[k]->height + 1;
    for (int k = 0; k < e->nover; k++) if (e->over[k]->height >= e->height) e->height = e->over[k]->height + 1;
    if (e->height > UR_MAX_HEIGHT) ur_complain(P->a, &e->at, "define a part of it under a name of its own", "this expression is nested too deep");
    return e;
}

static ur_expr *pair(parser *P, int op, const ur_at *at, ur_expr *x, ur_expr *y)
{
    ur_expr *e = make(P, E_OP2, at);
    e->op = op; e->nkid = 2; e->kid = UR_NEW(P->a, ur_expr *, 2);
    e->kid[0] = x; e->kid[1] = y; e->from = x->from;
    return done(P, e);
}

static ur_expr *single(parser *P, ur_ekind kind, int op, const ur_at *at, ur_expr *x)
{
    ur_expr *e = make(P, kind, at);
    e->op = op; e->nkid = 1; e->kid = UR_NEW(P->a, ur_expr *, 1);
    e->kid[0] = x;
    if (x->from < e->from) e->from = x->from;
    return done(P, e);
}

/* list := expression (separator expression)* */
static void list(parser *P, int separator, int *n, ur_expr ***item, const char ***argname)
{
    int cap = 0, ncap = 0;
    do {
        UR_GROW(P->a, *item, *n, cap);
        if (argname) {
            UR_GROW(P->a, *argname, *n, ncap);
            (*argname)[*n] = NULL;
            if (is(P, T_NAME)) {                    /* name "=" value: an argument by name */
                parser save = *P;
                const char *name = P->t.name;
                next(P);
                if (is(P, '=')) { next(P); (*argname)[*n] = name; }
                else *P = save;
            }
        }
        (*item)[*n] = expression(P);
        ++*n;
    } while (take(P, separator));
}

static ur_expr *arguments(parser *P, ur_expr *e)
{
    open_bracket(P);
    if (!is(P, ')')) list(P, ',', &e->nkid, &e->kid, &e->argname);
    close_bracket(P, ')');
    return done(P, e);
}

/* over := name "[" (index | condition) ("," …)* "]" "(" expression ")" */
static ur_expr *over(parser *P, ur_expr *e)
{
    e->kind = E_OVER;
    open_bracket(P);
    list(P, ',', &e->nover, &e->over, NULL);
    close_bracket(P, ']');
    if (!is(P, '(')) ur_complain(P->a, &P->t.at, ur_arena_printf(P->a, "write %s[%s](…)", e->name, "s"), "expected ( after %s[…]", e->name);
    open_bracket(P);
    list(P, ',', &e->nkid, &e->kid, NULL);
    close_bracket(P, ')');
    if (e->nkid != 1) ur_complain(P->a, &e->at, NULL, "%s over an index takes one expression", e->name);
    return done(P, e);
}

/* A subscript or a product? `W[t]` where W has no index is more likely a slip than a product with a vector of one part. */
static void no_subscript(parser *P, const ur_expr *e)
{
    parser save = *P;
    open_bracket(P);
    if (is(P, T_NAME) || is(P, T_NUM)) {
        next(P);
        while (is(P, '+') || is(P, '-') || is(P, T_NUM) || is(P, T_NAME)) next(P);
        if (is(P, ']') || is(P, ','))
            ur_complain(P->a, &e->at, ur_arena_printf(P->a, "put a blank between %s and [ if a product is meant", e->name), "%s is not carried along an index, so it takes no subscript", e->name);
    }
    *P = save;
}

/* name := NAME | NAME "[" subscripts "]" | NAME "(" arguments ")" | over */
static ur_expr *named(parser *P)
{
    if (reserved(P->t.name) && strcmp(P->t.name, "end")) ur_complain(P->a, &P->t.at, NULL, "%s is a word of the language, not a name", P->t.name);
    ur_expr *e = make(P, E_NAME, &P->t.at);
    e->name = P->t.name;
    next(P);
    intptr_t use = usage(P, e->name);
    bool dotted = strchr(e->name, '.') != NULL;
    if (is(P, '(')) {
        if (use == CALLED || (!use && (ur_is_function(e->name) || P->t.glued))) { e->kind = E_CALL; return arguments(P, e); }
    } else if (is(P, '[')) {
        if (!use && ur_is_reduction(e->name)) return over(P, e);
        if (use == PLAIN && P->t.glued && !dotted) no_subscript(P, e);
        if (use == INDEXED || dotted || (!use && P->t.glued)) {
            open_bracket(P);
            e->sub = true;
            list(P, ',', &e->nkid, &e->kid, NULL);
            close_bracket(P, ']');
        }
    }
    if (!strcmp(e->name, "end") && !use) e->kind = E_END;
    return done(P, e);
}

/* primary := NUM | name | "reverse" call | "(" expression ")" | "[" expression (";" expression)* "]" */
static ur_expr *primary(parser *P)
{
    ur_at at = P->t.at;
    if (is(P, T_NUM)) {
        ur_expr *e = make(P, E_NUM, &at);
        e->num = P->t.num;
        next(P);
        return done(P, e);
    }
    if (word(P, "reverse") && !usage(P, "reverse")) {
        next(P);
        if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected the use of a cell after reverse");
        ur_expr *e = named(P);
        if (e->kind != E_CALL) ur_complain(P->a, &e->at, NULL, "expected the use of a cell after reverse");
        e->reverse = true;
        e->at = at; e->from = at.off;
        return e;
    }
    if (is(P, T_NAME)) return named(P);
    if (is(P, '(')) {
        open_bracket(P);
        ur_expr *e = expression(P);
        if (is(P, ',')) ur_complain(P->a, &P->t.at, "one vector under the other is [a; b]", "a comma between brackets that hold one expression");
        close_bracket(P, ')');
        e->from = at.off;
        e->to = P->end;
        return e;
    }
    if (is(P, '[')) {
        ur_expr *e = make(P, E_STACK, &at);
        open_bracket(P);
        if (is(P, ']')) ur_complain(P->a, &P->t.at, NULL, "expected an expression between [ and ]");
        list(P, ';', &e->nkid, &e->kid, NULL);
        if (is(P, ',')) ur_complain(P->a, &P->t.at, "one vector under the other is [a; b]", "a comma in a vector");
        close_bracket(P, ']');
        return done(P, e);
    }
    ur_complain(P->a, &at, NULL, "expected an expression where %s", found(P));
}

/* postfix := primary "'"* */
static ur_expr *postfix(parser *P)
{
    ur_expr *e = primary(P);
    while (is(P, '\'')) {
        ur_at at = e->at;
        next(P);
        e = single(P, E_TRANS, 0, &at, e);
    }
    return e;
}

/* power := postfix ["^" ["-"] power] */
static ur_expr *power(parser *P)
{
    enter(P);
    ur_expr *e = postfix(P);
    if (is(P, '^')) {
        ur_at at = P->t.at, minus;
        next(P);
        minus = P->t.at;
        bool neg = take(P, '-');
        ur_expr *y = power(P);
        if (neg) y = single(P, E_OP1, UR_NEG, &minus, y);
        e = pair(P, UR_POW, &at, e, y);
    }
    P->depth--;
    return e;
}

static bool starts_factor(const parser *P)
{
    if (is(P, T_NAME)) return !word(P, "and") && !word(P, "or") && !word(P, "not");
    return is(P, T_NUM) || is(P, '(') || is(P, '[');
}

/* Text that would say something else than it seems to: x[t][2] the product 2 x[t], x[t].2 and 1.5.2 products with 0.2.
 * Called where another factor begins directly after the one before, which began at `first`. */
static void no_component(parser *P, const ur_expr *before)
{
    ur_at at = P->t.at;
    if (!P->t.glued) return;
    const char *own = "give the component a name of its own where it is declared or defined";
    if (is(P, T_NUM) && at.src->text[at.off] == '.')
        ur_complain(P->a, &at, ur_arena_printf(P->a, "put a blank, or a digit before the point, if a product is meant; components: %s", own), "%s%.*s would be a product",
                    ur_expr_text(P->a, before), (int)P->t.len, at.src->text + at.off);
    if (!is(P, '[')) return;
    parser save = *P;
    const ur_expr *e = primary(P);
    if (e->nkid == 1)
        ur_complain(P->a, &at, ur_arena_printf(P->a, "%s; put a blank before [ if a product is meant", own), "%s%s would be a product; components have no form of their own yet",
                    ur_expr_text(P->a, before), ur_expr_text(P->a, e));
    *P = save;
}

/* side := power power*      side by side: a product */
static ur_expr *side(parser *P)
{
    ur_expr *first = power(P);
    if (!starts_factor(P)) return first;
    no_component(P, first);
    ur_expr *e = make(P, E_SIDE, &first->at);
    int cap = 0;
    e->from = first->from;
    UR_GROW(P->a, e->kid, 0, cap);
    e->kid[e->nkid++] = first;
    while (starts_factor(P)) {
        no_component(P, e->kid[e->nkid - 1]);
        UR_GROW(P->a, e->kid, e->nkid, cap);
        e->kid[e->nkid++] = power(P);
    }
    if (e->nkid > UR_MAX_HEIGHT) ur_complain(P->a, &e->at, "define a part of it under a name of its own", "this product has too many factors");
    return done(P, e);
}

/* unary := "-" unary | "+" unary | side */
static ur_expr *unary(parser *P)
{
    ur_at at = P->t.at;
    if (is(P, '-') || is(P, '+')) {
        bool neg = is(P, '-');
        enter(P);
        next(P);
        ur_expr *e = unary(P);
        P->depth--;
        return neg ? single(P, E_OP1, UR_NEG, &at, e) : e;
    }
    return side(P);
}

/* Operators between two expressions, by falling tightness; all group to the left. */
static const struct { int kind; const char *word; int op, level; } between[] = {
    { '*', NULL, UR_MUL, 5 }, { '/', NULL, UR_DIV, 5 }, { '+', NULL, UR_ADD, 4 }, { '-', NULL, UR_SUB, 4 },
    { '<', NULL, UR_LT, 3 }, { T_LE, NULL, UR_LE, 3 }, { '>', NULL, UR_GT, 3 }, { T_GE, NULL, UR_GE, 3 }, { T_EQ, NULL, UR_EQ, 3 }, { T_NE, NULL, UR_NE, 3 },
    { T_NAME, "and", UR_AND, 1 }, { T_NAME, "or", UR_OR, 0 } };

static int operator_here(const parser *P, int level)
{
    for (size_t k = 0; k < sizeof between / sizeof *between; k++)
        if (between[k].level == level && is(P, between[k].kind) && (!between[k].word || word(P, between[k].word))) return (int)k;
    return -1;
}

/* What reads otherwise than it is meant: 1 / 2 x is 1 / (2 x), a < b < c compares a truth with c, and x == 1 or 2 is always true. */
static void misread(parser *P, int op, const ur_at *at, const ur_expr *x, const ur_expr *y, bool bracketed)
{
    if (op == UR_DIV && y->kind == E_SIDE && !bracketed && y->kid[0]->kind == E_NUM)
        ur_complain(P->a, at, ur_arena_printf(P->a, "write / (%s), or (… / %s) and the rest", ur_expr_text(P->a, y), ur_expr_text(P->a, y->kid[0])),
                    "what stands side by side is multiplied first: this divides by all of %s", ur_expr_text(P->a, y));
    if (op == UR_AND || op == UR_OR)
        for (int k = 0; k < 2; k++)
            if ((k ? y : x)->kind == E_NUM)
                ur_complain(P->a, &(k ? y : x)->at, "each side is a condition of its own, as in x == 1 or x == 2", "%s is a number where a condition is needed", ur_expr_text(P->a, k ? y : x));
}

/* level(n) := level(n+1) (operator level(n+1))*; level 2 is "not", level 6 unary */
static ur_expr *level(parser *P, int n)
{
    if (n == 6) return unary(P);
    if (n == 2) {
        ur_at at = P->t.at;
        if (!word(P, "not")) return level(P, 3);
        enter(P);
        next(P);
        ur_expr *e = single(P, E_OP1, UR_NOT, &at, level(P, 2));
        P->depth--;
        return e;
    }
    ur_expr *e = level(P, n + 1);
    bool compared = false;
    for (int k; (k = operator_here(P, n)) >= 0; ) {
        ur_at at = P->t.at;
        if (n == 3 && compared)
            ur_complain(P->a, &at, "write a < b and b < c", "comparisons do not chain: this one would compare the truth of the one before");
        next(P);
        bool bracketed = is(P, '(');
        ur_expr *y = level(P, n + 1);
        misread(P, between[k].op, &at, e, y, bracketed);
        e = pair(P, between[k].op, &at, e, y);
        compared = true;
    }
    return e;
}

static ur_expr *expression(parser *P)
{
    enter(P);
    ur_expr *e = level(P, 0);
    P->depth--;
    return e;
}

/* ---- statements */

/* head := NAME ["[" subscript ("," subscript)* "]"] */
static ur_expr *head(parser *P, const char *what)
{
    if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected %s where %s", what, found(P));
    if (reserved(P->t.name)) ur_complain(P->a, &P->t.at, NULL, "%s is a word of the language, not a name", P->t.name);
    ur_expr *e = make(P, E_NAME, &P->t.at);
    e->name = P->t.name;
    next(P);
    if (is(P, '[')) {
        open_bracket(P);
        e->sub = true;
        list(P, ',', &e->nkid, &e->kid, NULL);
        close_bracket(P, ']');
        if (e->nkid > UR_MAX_RAGGED + UR_MAX_FIXED) ur_complain(P->a, &e->at, NULL, "%s has too many subscripts", e->name);
    }
    return done(P, e);
}

static ur_stmt *add(parser *P, ur_block *b, ur_skind kind, ur_expr *h)
{
    ur_stmt *s = UR_NEW(P->a, ur_stmt, 1);
    s->kind = kind; s->head = h;
    UR_GROW(P->a, b->stmt, b->n, b->cap);
    return b->stmt[b->n++] = s;
}

static ur_expr *bracketed(parser *P)
{
    open_bracket(P);
    ur_expr *e = expression(P);
    close_bracket(P, ')');
    return e;
}

/* type := "real" ["(" size ")"] | "symbol" | "chars" | "words" | "bytes" | "count" | "raw" ["(" size ")"] | "time" | "pieces" ["(" size ")"] */
static void type(parser *P, ur_stmt *s)
{
    static const char *names[] = { "real", "symbol", "chars", "words", "bytes", "count", "raw", "time", "pieces" };
    static const char those[] = "one of real, symbol, chars, words, bytes, pieces, count, raw, time";
    enum { N = sizeof names / sizeof *names };
    ur_at at = P->t.at;
    size_t k = 0, best = 3;
    const char *near = NULL;
    if (!is(P, T_NAME)) ur_complain(P->a, &at, those, "expected a type where %s", found(P));
    for (; k < N && strcmp(names[k], P->t.name); k++) {
        size_t d = ur_edit_distance(names[k], P->t.name);
        if (d < best) { best = d; near = names[k]; }
    }
    if (k == N) ur_complain(P->a, &at, those, near ? "%s is no type of data; did you mean %s?" : "%s is no type of data", P->t.name, near);
    s->type = (ur_data_kind)k;
    next(P);
    if (!is(P, '(')) return;
    if ((UR_IS_SYMBOL(s->type) && s->type != UR_PIECES) || s->type == UR_TIME) ur_complain(P->a, &P->t.at, NULL, "%s takes no size", names[k]);
    s->size = bracketed(P);
}

/* data := "data" head ("," head)* ":" type ("," …)*      a type holds for the names since the type before */
static void data(parser *P, ur_block *b)
{
    int typed = b->n;
    do {
        next(P);
        add(P, b, S_DATA, head(P, "the name of a datum"));
        if (!is(P, ':')) continue;
        next(P);
        ur_stmt *s = b->stmt[typed];
        type(P, s);
        for (; typed < b->n; typed++) { b->stmt[typed]->type = s->type; b->stmt[typed]->size = s->size; }
    } while (is(P, ','));
    if (typed < b->n) ur_complain(P->a, &b->stmt[typed]->head->at, ur_arena_printf(P->a, "write data %s : real, or another type", b->stmt[typed]->head->name), "%s has no type", b->stmt[typed]->head->name);
}

/* latent := "latent" head ("," head)* ":" (size | "symbol" "(" size ")") */
static void latent(parser *P, ur_block *b)
{
    int typed = b->n;
    do {
        next(P);
        add(P, b, S_LATENT, head(P, "the name of a latent quantity"));
        if (!is(P, ':')) continue;
        next(P);
        ur_expr *size;
        bool discrete = word(P, "symbol") && !usage(P, "symbol");
        if (discrete) { next(P); if (!is(P, '(')) need(P, '(', "( and the number of symbols"); size = bracketed(P); }
        else size = level(P, 4);
        for (; typed < b->n; typed++) { b->stmt[typed]->size = size; b->stmt[typed]->discrete = discrete; }
    } while (is(P, ','));
    if (typed < b->n) ur_complain(P->a, &b->stmt[typed]->head->at, ur_arena_printf(P->a, "write latent %s : 2, or another size", b->stmt[typed]->head->name), "%s has no size", b->stmt[typed]->head->name);
}

/* start := "zeros" | "ones" | "orthogonal" | "identity" | "normal" "(" mean "," sd ")" | "uniform" ["(" low "," high ")"] | number */
static void start(parser *P, ur_stmt *s)
{
    static const struct { const char *name; ur_init init; int narg; } ways[] = {
        { "zeros", UR_INIT_ZEROS, 0 }, { "ones", UR_INIT_ONES, 0 }, { "orthogonal", UR_INIT_ORTHOGONAL, 0 }, { "identity", UR_INIT_IDENTITY, 0 },
        { "normal", UR_INIT_NORMAL, 2 }, { "uniform", UR_INIT_UNIFORM, 2 } };
    s->has_init = true;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        if (!word(P, ways[k].name) || usage(P, ways[k].name)) continue;
        s->init = ways[k].init;
        next(P);
        if (!ways[k].narg) return;
        if (s->init == UR_INIT_UNIFORM && !is(P, '(')) { s->init = UR_INIT_SPREAD; return; }
        if (!is(P, '(')) need(P, '(', "( and two numbers");
        open_bracket(P);
        s->arg[0] = expression(P);
        need(P, ',', ", and a second number");
        s->arg[1] = expression(P);
        close_bracket(P, ')');
        return;
    }
    s->init = UR_INIT_CONST;
    s->rhs = level(P, 4);
}

/* param := ("param" | "fixed") item ("," item)*;  item := head ["(" rows ["," columns] ")"] ["=" start] */
static void param(parser *P, ur_block *b)
{
    bool fixed = word(P, "fixed");
    do {
        next(P);
        ur_stmt *s = add(P, b, S_PARAM, head(P, "the name of a parameter"));
        s->fixed = fixed;
        if (is(P, '(')) {
            open_bracket(P);
            s->size = expression(P);
            if (take(P, ',')) s->size2 = expression(P);
            close_bracket(P, ')');
        }
        if (take(P, '=')) start(P, s);
    } while (is(P, ','));
}

/* hyper := "hyper" NAME "=" number ("," …)* */
static void hyper(parser *P, ur_block *b)
{
    do {
        next(P);
        ur_stmt *s = add(P, b, S_HYPER, head(P, "the name of a hyperparameter"));
        if (s->head->sub) ur_complain(P->a, &s->head->at, NULL, "a hyperparameter is one number and carries no index");
        need(P, '=', "= and a number");
        s->rhs = level(P, 4);
    } while (is(P, ','));
}

/* index := "index" NAME "=" ("1" ".." last | NAME) ("," …)* */
static void index_statement(parser *P, ur_block *b)
{
    do {
        next(P);
        ur_stmt *s = add(P, b, S_INDEX, head(P, "the name of an index"));
        if (s->head->sub) ur_complain(P->a, &s->head->at, NULL, "an index has no subscript");
        need(P, '=', "= and 1..k, or another index");
        ur_at at = P->t.at;
        if (is(P, T_NUM)) {
            if (P->t.num != 1) ur_complain(P->a, &at, NULL, "positions are counted from 1; write 1..k");
            next(P);
            need(P, T_RANGE, "..");
            s->rhs = level(P, 4);
        } else {
            if (!is(P, T_NAME)) need(P, T_NAME, "1..k, or another index,");
            s->alias = P->t.name;
            s->rhs = make(P, E_NAME, &at);
            s->rhs->name = P->t.name;
            next(P);
        }
    } while (is(P, ','));
}

/* define := head [":" size] "=" expression;  draw := head "~" distribution "(" arguments ")" */
static void equation(parser *P, ur_block *b)
{
    if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected a statement where %s", found(P));
    ur_expr *h = head(P, "a statement");
    if (take(P, '~')) {
        ur_stmt *s = add(P, b, S_DRAW, h);
        if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected a distribution where %s", found(P));
        ur_expr *e = make(P, E_CALL, &P->t.at);
        e->name = P->t.name;
        next(P);
        if (!is(P, '(')) ur_complain(P->a, &P->t.at, NULL, "expected ( and the arguments of %s where %s", e->name, found(P));
        s->rhs = arguments(P, e);
        return;
    }
    ur_expr *size = NULL;
    if (take(P, ':')) size = level(P, 4);
    if (!is(P, '=')) {
        const char *hint = ur_arena_printf(P->a, "a statement is a declaration, %s = … or %s ~ …", h->name, h->name);
        ur_complain(P->a, &P->t.at, hint, "expected = or ~ where %s", found(P));
    }
    next(P);
    ur_stmt *s = add(P, b, S_DEFINE, h);
    s->size = size;
    s->rhs = expression(P);
}

static void end_of_statement(parser *P)
{
    if (is(P, T_LINE)) next(P);
    else if (!is(P, T_END) && !is(P, '}'))
        ur_complain(P->a, &P->t.at, P->t.kind == '=' ? "comparisons are ==, <, <=; a second statement begins a new line" : NULL, "expected the end of the statement where %s", found(P));
}

static void statements(parser *P, ur_block *b);

/* formal := NAME ["[" index ("," index)* "]"] ["=" value] */
static void formals(parser *P, ur_cell *c)
{
    int cap = 0;
    open_bracket(P);
    while (!is(P, ')')) {
        UR_GROW(P->a, c->formal, c->nformal, cap);
        ur_formal *f = &c->formal[c->nformal++];
        *f = (ur_formal){ 0 };
        f->head = head(P, "the name of an argument");
        f->name = f->head->name;
        note(P, &P->local, f->name, f->head->sub ? INDEXED : PLAIN);
        for (int k = 0; k < f->head->nkid; k++)
            if (f->head->kid[k]->kind != E_NAME || f->head->kid[k]->sub) ur_complain(P->a, &f->head->kid[k]->at, NULL, "an argument's subscript is the name of an index");
        if (take(P, '=')) f->standard = expression(P);
        if (!take(P, ',')) break;
    }
    close_bracket(P, ')');
}

/* cell := "cell" NAME "(" formal ("," formal)* ")" "=" result ["{" statements "}"] */
static void cell(parser *P, bool standard)
{
    ur_program *p = P->p;
    next(P);
    if (P->in_cell) ur_complain(P->a, &P->t.at, NULL, "a cell inside a cell");
    ur_expr *h = head(P, "the name of a cell");
    ur_cell *c = UR_NEW(P->a, ur_cell, 1), *old = ur_map_get(&p->cells, h->name);
    c->name = h->name; c->at = h->at; c->standard = standard;
    if (old && !old->standard) ur_complain(P->a, &h->at, ur_arena_printf(P->a, "first on line %d%s%s", old->at.line, old->at.src == h->at.src ? "" : " of ", old->at.src == h->at.src ? "" : old->at.src->file), "the cell %s is defined twice", c->name);
    if (ur_is_function(c->name)) ur_complain(P->a, &h->at, NULL, "%s is a function of the language and cannot name a cell", c->name);
    if (!is(P, '(')) need(P, '(', "( and the arguments of the cell");
    P->local = (ur_map){ 0 };
    P->in_cell = true;
    formals(P, c);
    need(P, '=', "= and the result of the cell");
    parser save = *P;                                /* the body's names first: the result reads them */
    ur_map local = P->local;
    skip_statement(P, false);
    bool body = is(P, '{');
    if (body) { next(P); survey(P, &local); }
    *P = save;
    P->local = local;
    c->result = expression(P);
    if (body) {
        if (!is(P, '{')) need(P, '{', "{");
        next(P);
        statements(P, &c->body);
        if (!is(P, '}')) ur_complain(P->a, &P->t.at, ur_arena_printf(P->a, "the cell %s of line %d is still open", c->name, c->at.line), "expected } where %s", found(P));
        next(P);
    }
    P->in_cell = false;
    ur_map_put(P->a, &p->cells, c->name, c);
    UR_GROW(P->a, p->cell, p->ncell, p->cell_cap);
    p->cell[p->ncell++] = c;
}

static void statements(parser *P, ur_block *b)
{
    while (!is(P, T_END) && !is(P, '}')) {
        P->nopen = P->depth = 0;
        if (is(P, T_LINE)) { next(P); continue; }
        if (P->in_cell && (word(P, "data") || word(P, "latent") || word(P, "use")))
            ur_complain(P->a, &P->t.at, "a cell gets what it reads as arguments", "%s inside a cell", P->t.name);
        if (word(P, "data")) data(P, b);
        else if (word(P, "latent")) latent(P, b);
        else if (word(P, "param") || word(P, "fixed")) param(P, b);
        else if (word(P, "hyper")) hyper(P, b);
        else if (word(P, "index")) index_statement(P, b);
        else if (word(P, "cell")) cell(P, P->standard);
        else if (word(P, "use")) skip_statement(P, false);           /* its file was parsed before this one */
        else equation(P, b);
        end_of_statement(P);
    }
}

void ur_parse_source(ur_program *p, const ur_source *s, bool standard)
{
    ur_map own = { 0 };
    parser P = { .p = p, .a = &p->arena, .standard = standard, .global = standard ? &own : &p->global };
    P.lex = (ur_lexer){ .a = &p->arena, .src = s, .names = &p->names, .line = 1, .last = T_LINE };
    P.open = UR_NEW(&p->arena, ur_at, UR_MAX_DEPTH + 2);
    ur_lexer begin = P.lex;
    next(&P);
    survey(&P, P.global);
    if (is(&P, '}')) ur_complain(P.a, &P.t.at, NULL, "a } that closes nothing");
    P.lex = begin;
    P.end = 0;
    next(&P);
    statements(&P, &p->top);
    if (is(&P, '}')) ur_complain(P.a, &P.t.at, NULL, "a } that closes nothing");
}
