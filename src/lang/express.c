/* From tokens to the trees of expressions. Each parsing function opens with its production. Recursion is bounded: brackets by the
 * lexer, the height of a tree by UR_MAX_HEIGHT. */
#include "lang/parse.h"

static ur_expr *primary(parser *P);

bool ur_parse_reserved(const char *s)
{
    static const char *words[] = { "data", "latent",  "param", "fixed", "hyper", "index", "cell",
                                   "use",  "reverse", "and",   "or",    "not",   "end" };
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (!strcmp(s, words[k])) return true;
    return false;
}

ur_expr *ur_parse_make(parser *P, ur_ekind kind, const ur_at *at)
{
    ur_expr *e = UR_NEW(P->a, ur_expr, 1);
    e->kind = kind;
    e->at = *at;
    e->from = at->off;
    e->height = 1;
    return e;
}

/* closes a tree node: where its text ends, how high it is */
ur_expr *ur_parse_done(parser *P, ur_expr *e)
{
    e->to = P->end;
    for (int k = 0; k < e->nkid; k++)
        if (e->kid[k]->height >= e->height) e->height = e->kid[k]->height + 1;
    for (int k = 0; k < e->nover; k++)
        if (e->over[k]->height >= e->height) e->height = e->over[k]->height + 1;
    if (e->height > UR_MAX_HEIGHT)
        ur_complain(P->a, &e->at, "define a part of it under a name of its own", "this expression is nested too deep");
    return e;
}

static ur_expr *pair(parser *P, int op, const ur_at *at, ur_expr *x, ur_expr *y)
{
    ur_expr *e = ur_parse_make(P, E_OP2, at);
    e->op = op;
    e->nkid = 2;
    e->kid = UR_NEW(P->a, ur_expr *, 2);
    e->kid[0] = x;
    e->kid[1] = y;
    e->from = x->from;
    return ur_parse_done(P, e);
}

static ur_expr *single(parser *P, ur_ekind kind, int op, const ur_at *at, ur_expr *x)
{
    ur_expr *e = ur_parse_make(P, kind, at);
    e->op = op;
    e->nkid = 1;
    e->kid = UR_NEW(P->a, ur_expr *, 1);
    e->kid[0] = x;
    if (x->from < e->from) e->from = x->from;
    return ur_parse_done(P, e);
}

/* NAME "=" before an argument by name; NULL: there is none */
static const char *argument_name(parser *P)
{
    parser save = *P;
    const char *name = P->t.name;
    if (!is(P, T_NAME)) return NULL;
    next(P);
    if (take(P, '=')) return name;
    *P = save;
    return NULL;
}

/* list := expression (separator expression)* */
void ur_parse_list(parser *P, int separator, int *n, ur_expr ***item, const char ***argname)
{
    int cap = 0, ncap = 0;
    do {
        UR_GROW(P->a, *item, *n, cap);
        if (argname) {
            UR_GROW(P->a, *argname, *n, ncap);
            (*argname)[*n] = argument_name(P);
        }
        (*item)[*n] = ur_parse_expression(P);
        ++*n;
    } while (take(P, separator));
}

ur_expr *ur_parse_arguments(parser *P, ur_expr *e)
{
    ur_parse_open(P);
    if (!is(P, ')')) ur_parse_list(P, ',', &e->nkid, &e->kid, &e->argname);
    ur_parse_close(P, ')');
    return ur_parse_done(P, e);
}

/* are distributions expected as argument k of one? */
static bool takes_law(const ur_expr *e, int k)
{
    return (!strcmp(e->name, "mixture") && k > 0) || (!strcmp(e->name, "censored") && k == 0);
}

/* distribution := NAME ["[" index "]"] "(" [[NAME "="] (expression | distribution) ("," …)*] ")" */
ur_expr *ur_parse_distribution(parser *P, ur_ekind kind)
{
    if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected a distribution where %s", ur_parse_found(P));
    ur_expr *e = ur_parse_make(P, kind, &P->t.at);
    int cap = 0, ncap = 0;
    ur_parse_enter(P);
    e->name = P->t.name;
    next(P);
    if (is(P, '[')) {
        ur_parse_open(P);
        ur_parse_list(P, ',', &e->nover, &e->over, NULL);
        ur_parse_close(P, ']');
    }
    if (!is(P, '(')) ur_complain(P->a, &P->t.at, NULL, "expected ( and the arguments of %s where %s", e->name, ur_parse_found(P));
    ur_parse_open(P);
    while (!is(P, ')')) {
        UR_GROW(P->a, e->kid, e->nkid, cap);
        UR_GROW(P->a, e->argname, e->nkid, ncap);
        e->argname[e->nkid] = argument_name(P);
        bool law = !e->argname[e->nkid] && takes_law(e, e->nkid);
        e->kid[e->nkid] = law ? ur_parse_distribution(P, E_LAW) : ur_parse_expression(P);
        e->nkid++;
        if (!take(P, ',')) break;
    }
    ur_parse_close(P, ')');
    P->depth--;
    return ur_parse_done(P, e);
}

/* logp "(" distribution "," expression ")" */
static ur_expr *log_density(parser *P, ur_expr *e)
{
    e->kind = E_CALL;
    e->kid = UR_NEW(P->a, ur_expr *, 2);
    e->argname = UR_NEW(P->a, const char *, 2);
    ur_parse_open(P);
    e->kid[e->nkid++] = ur_parse_distribution(P, E_LAW);
    if (!take(P, ','))
        ur_complain(P->a, &P->t.at, "logp(normal(m, s), x)", "expected , and where the density is taken, where %s",
                    ur_parse_found(P));
    e->kid[e->nkid++] = ur_parse_expression(P);
    ur_parse_close(P, ')');
    return ur_parse_done(P, e);
}

/* over := name "[" (index | condition) ("," …)* "]" "(" expression ")" */
static ur_expr *over(parser *P, ur_expr *e)
{
    e->kind = E_OVER;
    ur_parse_open(P);
    ur_parse_list(P, ',', &e->nover, &e->over, NULL);
    ur_parse_close(P, ']');
    if (!is(P, '('))
        ur_complain(P->a, &P->t.at, ur_arena_printf(P->a, "write %s[%s](…)", e->name, "s"), "expected ( after %s[…]", e->name);
    ur_parse_open(P);
    ur_parse_list(P, ',', &e->nkid, &e->kid, NULL);
    ur_parse_close(P, ')');
    if (e->nkid != 1) ur_complain(P->a, &e->at, NULL, "%s over an index takes one expression", e->name);
    return ur_parse_done(P, e);
}

void ur_parse_draw_alone(parser *P, const ur_at *at)
{
    ur_complain(P->a, at, "give it a line of its own, as e[t] : 4 = draw normal(0, 1), and read e[t]",
                "draw stands alone right of =: a draw has its own values at each position of the left side");
}

/* name := NAME | NAME "[" subscripts "]" | NAME ["[" indices "]"] "(" arguments ")" | over */
static ur_expr *named(parser *P)
{
    if (ur_parse_reserved(P->t.name) && strcmp(P->t.name, "end"))
        ur_complain(P->a, &P->t.at, NULL, "%s is a word of the language, not a name", P->t.name);
    ur_expr *e = ur_parse_make(P, E_NAME, &P->t.at);
    e->name = P->t.name;
    next(P);
    intptr_t use = ur_parse_usage(P, e->name);
    bool dotted = strchr(e->name, '.') != NULL;
    if (!use && !strcmp(e->name, "draw") && is(P, T_NAME)) ur_parse_draw_alone(P, &e->at);
    if (is(P, '(')) {
        if (!use && !strcmp(e->name, "logp")) return log_density(P, e);
        if (use == CALLED || (!use && (ur_is_function(e->name) || P->t.glued))) {
            e->kind = E_CALL;
            return ur_parse_arguments(P, e);
        }
    } else if (is(P, '[')) {
        if (use == CALLED) {
            e->kind = E_CALL;
            ur_parse_open(P);
            ur_parse_list(P, ',', &e->nover, &e->over, NULL);
            ur_parse_close(P, ']');
            if (!is(P, '('))
                ur_complain(P->a, &P->t.at, ur_arena_printf(P->a, "write %s[k](…)", e->name), "expected ( after %s[…]", e->name);
            return ur_parse_arguments(P, e);
        }
        if (!use && ur_is_reduction(e->name)) return over(P, e);
        if (use == INDEXED || dotted || (!use && P->t.glued)) {
            ur_parse_open(P);
            e->sub = true;
            ur_parse_list(P, ',', &e->nkid, &e->kid, NULL);
            ur_parse_close(P, ']');
        }
    }
    if (!strcmp(e->name, "end") && !use) e->kind = E_END;
    return ur_parse_done(P, e);
}

/* entry := expression [".." expression] */
static ur_expr *entry(parser *P)
{
    ur_at at = P->t.at;
    ur_expr *x = ur_parse_expression(P);
    if (!take(P, T_RANGE)) return x;
    ur_expr *e = ur_parse_make(P, E_RANGE, &at);
    e->kid = UR_NEW(P->a, ur_expr *, 2);
    e->kid[e->nkid++] = x;
    e->kid[e->nkid++] = ur_parse_expression(P);
    return ur_parse_done(P, e);
}

/* brackets := "[" row (";" row)* "]";  row := entry ("," entry)* */
static ur_expr *brackets(parser *P)
{
    ur_expr *e = ur_parse_make(P, E_STACK, &P->t.at);
    int cap = 0, row = 0;
    ur_parse_open(P);
    if (is(P, ']')) ur_complain(P->a, &P->t.at, NULL, "expected an expression between [ and ]");
    do {
        int n = 0;
        do {
            UR_GROW(P->a, e->kid, e->nkid, cap);
            e->kid[e->nkid++] = entry(P);
            n++;
        } while (take(P, ','));
        if (row && n != row)
            ur_complain(P->a, &P->t.at, "each row of [1, 2; 3, 4] has as many", "this row has %d entr%s, the first has %d", n,
                        n == 1 ? "y" : "ies", row);
        row = n;
    } while (take(P, ';'));
    if (row > 1) {
        e->kind = E_TABLE;
        e->op = row;
    }
    ur_parse_close(P, ']');
    return ur_parse_done(P, e);
}

/* primary := NUM | name | "reverse" call | "(" expression ")" | brackets */
static ur_expr *primary(parser *P)
{
    ur_at at = P->t.at;
    if (is(P, T_NUM)) {
        ur_expr *e = ur_parse_make(P, E_NUM, &at);
        e->num = P->t.num;
        next(P);
        return ur_parse_done(P, e);
    }
    if (word(P, "reverse") && !ur_parse_usage(P, "reverse")) {
        next(P);
        if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected the use of a cell after reverse");
        ur_expr *e = named(P);
        if (e->kind != E_CALL) ur_complain(P->a, &e->at, NULL, "expected the use of a cell after reverse");
        e->reverse = true;
        e->at = at;
        e->from = at.off;
        return e;
    }
    if (is(P, T_NAME)) return named(P);
    if (is(P, '(')) {
        ur_parse_open(P);
        ur_expr *e = ur_parse_expression(P);
        if (is(P, ','))
            ur_complain(P->a, &P->t.at, "one vector under the other is [a; b]",
                        "a comma between brackets that hold one expression");
        ur_parse_close(P, ')');
        e->from = at.off;
        e->to = P->end;
        return e;
    }
    if (is(P, '[')) return brackets(P);
    ur_complain(P->a, &at, NULL, "expected an expression where %s", ur_parse_found(P));
}

/* part := "[" first [".." last] "]" directly after what it is a part of. NULL: what stands there is a factor, as in W[a; b] */
static ur_expr *part(parser *P, ur_expr *x)
{
    parser save = *P;
    ur_expr *e = ur_parse_make(P, E_PART, &P->t.at);
    ur_parse_open(P);
    e->kid = UR_NEW(P->a, ur_expr *, 3);
    e->kid[e->nkid++] = x;
    e->from = x->from;
    if (!is(P, ']')) e->kid[e->nkid++] = ur_parse_expression(P);
    if (e->nkid == 2 && take(P, T_RANGE)) e->kid[e->nkid++] = ur_parse_expression(P);
    else if (e->nkid == 2 && take(P, ',')) {
        e->kind = E_ENTRY;
        e->kid[e->nkid++] = ur_parse_expression(P);
    }
    if (e->nkid < 2 || !is(P, ']')) {
        *P = save;
        return NULL;
    }
    ur_parse_close(P, ']');
    return ur_parse_done(P, e);
}

/* postfix := primary (part | "'")* */
static ur_expr *postfix(parser *P)
{
    bool number = is(P, T_NUM);
    ur_expr *e = primary(P), *x;
    for (;;) {
        if (is(P, '[') && P->t.glued && !number && (x = part(P, e))) e = x;
        else if (is(P, '\'')) {
            ur_at at = e->at;
            next(P);
            e = single(P, E_TRANS, 0, &at, e);
        } else return e;
    }
}

/* power := postfix ["^" ["-"] power] */
static ur_expr *power(parser *P)
{
    ur_parse_enter(P);
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

/* Text that would say something else than it seems to: x[t].2 and 1.5.2 products with 0.2, 2[3] one with 3. Called where another
 * factor begins directly after the one before. */
static void no_component(parser *P, const ur_expr *before)
{
    ur_at at = P->t.at;
    if (!P->t.glued) return;
    if (is(P, T_NUM) && at.src->text[at.off] == '.')
        ur_complain(P->a, &at, "put a blank, or a digit before the point, if a product is meant; a component is x[t][2]",
                    "%s%.*s would be a product", ur_expr_text(P->a, before), (int)P->t.len, at.src->text + at.off);
    char last = at.off ? at.src->text[at.off - 1] : 0;
    if (is(P, T_NUM) && (last == ']' || last == ')'))
        ur_complain(P->a, &at,
                    last == ']' ? "put a blank or * between them if a product is meant; a component is x[t][2], a power x[t]^2"
                                : "put a blank or * between them if a product is meant; a power is (…)^2",
                    "%s%.*s would be a product", ur_expr_text(P->a, before), (int)P->t.len, at.src->text + at.off);
}

/* side := power power*      side by side: a product */
static ur_expr *side(parser *P)
{
    ur_expr *first = power(P);
    if (!starts_factor(P)) return first;
    no_component(P, first);
    ur_expr *e = ur_parse_make(P, E_SIDE, &first->at);
    int cap = 0;
    e->from = first->from;
    UR_GROW(P->a, e->kid, 0, cap);
    e->kid[e->nkid++] = first;
    while (starts_factor(P)) {
        no_component(P, e->kid[e->nkid - 1]);
        UR_GROW(P->a, e->kid, e->nkid, cap);
        e->kid[e->nkid++] = power(P);
    }
    if (e->nkid > UR_MAX_HEIGHT)
        ur_complain(P->a, &e->at, "define a part of it under a name of its own", "this product has too many factors");
    return ur_parse_done(P, e);
}

/* unary := "-" unary | "+" unary | side */
static ur_expr *unary(parser *P)
{
    ur_at at = P->t.at;
    if (is(P, '-') || is(P, '+')) {
        bool neg = is(P, '-');
        ur_parse_enter(P);
        next(P);
        ur_expr *e = unary(P);
        P->depth--;
        return neg ? single(P, E_OP1, UR_NEG, &at, e) : e;
    }
    return side(P);
}

/* Operators between two expressions, by falling tightness; all group to the left. */
/* clang-format off */
static const struct { int kind; const char *word; int op, level; } between[] = {
    { '*', NULL, UR_MUL, 5 }, { '/', NULL, UR_DIV, 5 }, { '+', NULL, UR_ADD, 4 }, { '-', NULL, UR_SUB, 4 },
    { '<', NULL, UR_LT, 3 }, { T_LE, NULL, UR_LE, 3 }, { '>', NULL, UR_GT, 3 }, { T_GE, NULL, UR_GE, 3 }, { T_EQ, NULL, UR_EQ, 3 }, { T_NE, NULL, UR_NE, 3 },
    { T_NAME, "and", UR_AND, 1 }, { T_NAME, "or", UR_OR, 0 } };
/* clang-format on */

static int operator_here(const parser *P, int level)
{
    for (size_t k = 0; k < sizeof between / sizeof *between; k++)
        if (between[k].level == level && is(P, between[k].kind) && (!between[k].word || word(P, between[k].word))) return (int)k;
    return -1;
}

/* What reads otherwise than it is meant: 1 / 2 x is 1 / (2 x), a < b < c compares a truth with c, and x == 1 or 2 is always true.
 */
static void misread(parser *P, int op, const ur_at *at, const ur_expr *x, const ur_expr *y, bool bracketed)
{
    if (op == UR_DIV && y->kind == E_SIDE && !bracketed && y->kid[0]->kind == E_NUM)
        ur_complain(
            P->a, at,
            ur_arena_printf(P->a, "write / (%s), or (… / %s) and the rest", ur_expr_text(P->a, y), ur_expr_text(P->a, y->kid[0])),
            "what stands side by side is multiplied first: this divides by all of %s", ur_expr_text(P->a, y));
    if (op == UR_AND || op == UR_OR)
        for (int k = 0; k < 2; k++)
            if ((k ? y : x)->kind == E_NUM)
                ur_complain(P->a, &(k ? y : x)->at, "each side is a condition of its own, as in x == 1 or x == 2",
                            "%s is a number where a condition is needed", ur_expr_text(P->a, k ? y : x));
}

/* ur_parse_level(n) := ur_parse_level(n+1) (operator ur_parse_level(n+1))*; level 2 is "not", level 6 unary */
ur_expr *ur_parse_level(parser *P, int n)
{
    if (n == 6) return unary(P);
    if (n == 2) {
        ur_at at = P->t.at;
        if (!word(P, "not")) return ur_parse_level(P, 3);
        ur_parse_enter(P);
        next(P);
        ur_expr *e = single(P, E_OP1, UR_NOT, &at, ur_parse_level(P, 2));
        P->depth--;
        return e;
    }
    ur_expr *e = ur_parse_level(P, n + 1);
    bool compared = false;
    for (int k; (k = operator_here(P, n)) >= 0;) {
        ur_at at = P->t.at;
        if (n == 3 && compared)
            ur_complain(P->a, &at, "write a < b and b < c",
                        "comparisons do not chain: this one would compare the truth of the one before");
        next(P);
        bool bracketed = is(P, '(');
        ur_expr *y = ur_parse_level(P, n + 1);
        misread(P, between[k].op, &at, e, y, bracketed);
        e = pair(P, between[k].op, &at, e, y);
        compared = true;
    }
    return e;
}

ur_expr *ur_parse_expression(parser *P)
{
    ur_parse_enter(P);
    ur_expr *e = ur_parse_level(P, 0);
    P->depth--;
    return e;
}
