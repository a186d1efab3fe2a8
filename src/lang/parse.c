/* From tokens to statements and cells. Each parsing function opens with its production. */
#include "lang/parse.h"

/* head := NAME ["[" subscript ("," subscript)* "]"] */
static ur_expr *head(parser *P, const char *what)
{
    if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected %s where %s", what, ur_parse_found(P));
    if (ur_parse_reserved(P->t.name)) ur_complain(P->a, &P->t.at, NULL, "%s is a word of the language, not a name", P->t.name);
    ur_expr *e = ur_parse_make(P, E_NAME, &P->t.at);
    e->name = P->t.name;
    next(P);
    if (is(P, '[')) {
        ur_parse_open(P);
        e->sub = true;
        ur_parse_list(P, ',', &e->nkid, &e->kid, NULL);
        ur_parse_close(P, ']');
        if (e->nkid > UR_MAX_RAGGED + UR_MAX_FIXED) ur_complain(P->a, &e->at, NULL, "%s has too many subscripts", e->name);
    }
    return ur_parse_done(P, e);
}

static ur_stmt *add(parser *P, ur_block *b, ur_skind kind, ur_expr *h)
{
    ur_stmt *s = UR_NEW(P->a, ur_stmt, 1);
    s->kind = kind;
    s->head = h;
    UR_GROW(P->a, b->stmt, b->n, b->cap);
    return b->stmt[b->n++] = s;
}

static ur_expr *bracketed(parser *P)
{
    ur_parse_open(P);
    ur_expr *e = ur_parse_expression(P);
    ur_parse_close(P, ')');
    return e;
}

/* type := "real" ["(" size ")"] | "symbol" ["(" size ")"] | "chars" | "words" | "bytes" | "count" | "raw" ["(" size ")"] | "time"
 * | "pieces"
 * ["(" size ")"] | another datum, whose type it is */
static void type(parser *P, ur_stmt *s)
{
    static const char *names[] = { "real", "symbol", "chars", "words", "bytes", "count", "raw", "time", "pieces" };
    static const char those[] = "one of real, symbol, chars, words, bytes, pieces, count, raw, time";
    enum { N = sizeof names / sizeof *names };
    ur_at at = P->t.at;
    size_t k = 0, best = 3;
    const char *near = NULL;
    if (!is(P, T_NAME)) ur_complain(P->a, &at, those, "expected a type where %s", ur_parse_found(P));
    for (; k < N && strcmp(names[k], P->t.name); k++) {
        size_t d = ur_edit_distance(names[k], P->t.name);
        if (d < best) {
            best = d;
            near = names[k];
        }
    }
    if (k == N && ur_parse_usage(P, P->t.name)) {
        s->like = P->t.name;
        s->like_at = at;
        next(P);
        return;
    }
    if (k == N)
        ur_complain(P->a, &at, those, near ? "%s is no type of data; did you mean %s?" : "%s is no type of data", P->t.name,
                    near);
    s->type = (ur_data_kind)k;
    next(P);
    if (!is(P, '(')) return;
    if ((UR_IS_TEXT(s->type) && s->type != UR_PIECES) || s->type == UR_TIME)
        ur_complain(P->a, &P->t.at, NULL, "%s takes no size", names[k]);
    s->discrete = s->type == UR_SYMBOL;
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
        for (; typed < b->n; typed++) {
            b->stmt[typed]->type = s->type;
            b->stmt[typed]->like = s->like;
            b->stmt[typed]->like_at = s->like_at;
            b->stmt[typed]->discrete = s->discrete;
            b->stmt[typed]->size = s->size;
        }
    } while (is(P, ','));
    if (typed < b->n)
        ur_complain(P->a, &b->stmt[typed]->head->at,
                    ur_arena_printf(P->a, "write data %s : real, or another type", b->stmt[typed]->head->name), "%s has no type",
                    b->stmt[typed]->head->name);
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
        bool discrete = word(P, "symbol") && !ur_parse_usage(P, "symbol");
        if (discrete) {
            next(P);
            if (!is(P, '(')) ur_parse_need(P, '(', "( and the number of symbols");
            size = bracketed(P);
        } else size = ur_parse_level(P, 4);
        for (; typed < b->n; typed++) {
            b->stmt[typed]->size = size;
            b->stmt[typed]->discrete = discrete;
        }
    } while (is(P, ','));
    if (typed < b->n)
        ur_complain(P->a, &b->stmt[typed]->head->at,
                    ur_arena_printf(P->a, "write latent %s : 2, or another size", b->stmt[typed]->head->name), "%s has no size",
                    b->stmt[typed]->head->name);
}

/* start := "zeros" | "ones" | "orthogonal" | "identity" | "normal" "(" mean "," sd ")" | "uniform" ["(" low "," high ")"] |
 * "reservoir" "(" radius "," density ")" | number */
static void start(parser *P, ur_stmt *s)
{
    static const struct {
        const char *name;
        ur_init init;
        int narg;
    } ways[] = { { "zeros", UR_INIT_ZEROS, 0 },        { "ones", UR_INIT_ONES, 0 },     { "orthogonal", UR_INIT_ORTHOGONAL, 0 },
                 { "identity", UR_INIT_IDENTITY, 0 },  { "normal", UR_INIT_NORMAL, 2 }, { "uniform", UR_INIT_UNIFORM, 2 },
                 { "reservoir", UR_INIT_RESERVOIR, 2 } };
    s->has_init = true;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        if (!word(P, ways[k].name) || ur_parse_usage(P, ways[k].name)) continue;
        s->init = ways[k].init;
        next(P);
        if (!ways[k].narg) return;
        if (s->init == UR_INIT_UNIFORM && !is(P, '(')) {
            s->init = UR_INIT_SPREAD;
            return;
        }
        if (!is(P, '(')) ur_parse_need(P, '(', "( and two numbers");
        ur_parse_open(P);
        s->arg[0] = ur_parse_expression(P);
        ur_parse_need(P, ',', ", and a second number");
        s->arg[1] = ur_parse_expression(P);
        ur_parse_close(P, ')');
        return;
    }
    s->init = UR_INIT_CONST;
    s->rhs = ur_parse_level(P, 4);
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
            ur_parse_open(P);
            s->size = ur_parse_expression(P);
            if (take(P, ',')) s->size2 = ur_parse_expression(P);
            ur_parse_close(P, ')');
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
        ur_parse_need(P, '=', "= and a number");
        s->rhs = ur_parse_level(P, 4);
    } while (is(P, ','));
}

/* index := "index" NAME "=" ("1" ".." last | NAME) ("," …)* */
static void index_statement(parser *P, ur_block *b)
{
    do {
        next(P);
        ur_stmt *s = add(P, b, S_INDEX, head(P, "the name of an index"));
        if (s->head->sub) ur_complain(P->a, &s->head->at, NULL, "an index has no subscript");
        ur_parse_need(P, '=', "= and 1..k, or another index");
        ur_at at = P->t.at;
        if (is(P, T_NUM)) {
            if (P->t.num != 1) ur_complain(P->a, &at, NULL, "positions are counted from 1; write 1..k");
            next(P);
            ur_parse_need(P, T_RANGE, "..");
            s->rhs = ur_parse_level(P, 4);
        } else {
            if (!is(P, T_NAME)) ur_parse_need(P, T_NAME, "1..k, or another index,");
            s->alias = P->t.name;
            s->rhs = ur_parse_make(P, E_NAME, &at);
            s->rhs->name = P->t.name;
            next(P);
        }
    } while (is(P, ','));
}

/* "(" rows "," columns ")", where that stands */
static bool matrix_size(parser *P, ur_expr **rows, ur_expr **columns)
{
    if (!is(P, '(')) return false;
    parser save = *P;
    ur_parse_open(P);
    *rows = ur_parse_expression(P);
    if (!take(P, ',')) {
        *P = save;
        *rows = NULL;
        return false;
    }
    *columns = ur_parse_expression(P);
    ur_parse_close(P, ')');
    return true;
}

/* takes the argument weight = … out of a distribution; NULL: it has none */
static ur_expr *weight_of(parser *P, ur_expr *e)
{
    ur_expr *weight = NULL;
    int n = 0;
    for (int k = 0; k < e->nkid; k++) {
        bool is = e->argname[k] && !strcmp(e->argname[k], "weight");
        if (is && weight) ur_complain(P->a, &e->kid[k]->at, NULL, "%s has two weights", e->name);
        if (is) weight = e->kid[k];
        else {
            e->kid[n] = e->kid[k];
            e->argname[n++] = e->argname[k];
        }
    }
    e->nkid = n;
    return weight;
}

/* random := "draw" distribution, alone right of = */
static ur_expr *random_quantity(parser *P)
{
    size_t from = P->t.at.off;
    next(P);
    ur_expr *e = ur_parse_distribution(P, E_DRAW);
    e->from = from;
    if (!is(P, T_LINE) && !is(P, T_END) && !is(P, '}')) ur_parse_draw_alone(P, &P->t.at);
    return e;
}

/* define := head [":" size] "=" (expression | random);  draw := head "~" ("stationary" | distribution
 * ["if" condition]) */
static void equation(parser *P, ur_block *b)
{
    if (!is(P, T_NAME)) ur_complain(P->a, &P->t.at, NULL, "expected a statement where %s", ur_parse_found(P));
    ur_expr *h = head(P, "a statement");
    if (take(P, '~')) {
        ur_stmt *s = add(P, b, S_DRAW, h);
        s->stationary = word(P, "stationary");
        if (s->stationary) {
            next(P);
            return;
        }
        s->rhs = ur_parse_distribution(P, E_LAW);
        s->weight = weight_of(P, s->rhs);
        if (!word(P, "if")) return;
        next(P);
        s->when = ur_parse_expression(P);
        return;
    }
    ur_expr *size = NULL, *size2 = NULL;
    if (take(P, ':') && !matrix_size(P, &size, &size2)) size = ur_parse_level(P, 4);
    if (!is(P, '=')) {
        const char *hint = ur_arena_printf(P->a, "a statement is a declaration, %s = … or %s ~ …", h->name, h->name);
        ur_complain(P->a, &P->t.at, hint, "expected = or ~ where %s", ur_parse_found(P));
    }
    next(P);
    ur_stmt *s = add(P, b, S_DEFINE, h);
    s->size = size;
    s->size2 = size2;
    s->rhs = word(P, "draw") && !ur_parse_usage(P, "draw") ? random_quantity(P) : ur_parse_expression(P);
}

/* the word loss with a name behind it; else it names something itself */
static bool begins_loss(const parser *P)
{
    if (!word(P, "loss")) return false;
    ur_lexer ahead = P->lex;
    return ur_lex(&ahead).kind == T_NAME;
}

/* loss := "loss" head ["for" name ("," name)*] "=" expression */
static void loss(parser *P, ur_block *b)
{
    next(P);
    ur_stmt *s = add(P, b, S_DEFINE, head(P, "the name of a loss"));
    s->goal = true;
    s->size = ur_parse_make(P, E_NUM, &s->head->at);
    s->size->num = 1;
    s->size->from = s->head->from;
    s->size->to = s->head->to;
    if (word(P, "for")) {
        int cap = 0;
        do {
            next(P);
            UR_GROW(P->a, s->moves, s->nmoves, cap);
            s->moves[s->nmoves++] = head(P, "the name of a parameter or a use of a cell");
        } while (is(P, ','));
    }
    if (!is(P, '='))
        ur_complain(P->a, &P->t.at, "as loss close[t] = (y[t] - m[t]) ^ 2", "expected = where %s", ur_parse_found(P));
    next(P);
    s->rhs = ur_parse_expression(P);
}

static void end_of_statement(parser *P)
{
    if (is(P, T_LINE)) next(P);
    else if (!is(P, T_END) && !is(P, '}'))
        ur_complain(P->a, &P->t.at, P->t.kind == '=' ? "comparisons are ==, <, <=; a second statement begins a new line" : NULL,
                    "expected the end of the statement where %s", ur_parse_found(P));
}

static void statements(parser *P, ur_block *b);

/* formals := "(" [formal ("," formal)*] ")";  formal := NAME (["[" index ("," index)* "]"] | formals) ["=" value]
 * outer: of the cell itself, not what a formal of it takes */
static void formals(parser *P, int *n, int *cap, ur_formal **list, bool outer)
{
    ur_parse_open(P);
    ur_parse_enter(P);
    while (!is(P, ')')) {
        UR_GROW(P->a, *list, *n, *cap);
        ur_formal *f = &(*list)[(*n)++];
        *f = (ur_formal){ 0 };
        f->head = head(P, "the name of an argument");
        f->name = f->head->name;
        f->cell = !f->head->sub && is(P, '(');
        if (f->cell) formals(P, &f->ntakes, &f->takes_cap, &f->takes, false);
        if (outer) ur_parse_note(P, &P->local, f->name, f->cell ? CALLED : f->head->sub ? INDEXED : PLAIN);
        for (int k = 0; k < f->head->nkid; k++)
            if (f->head->kid[k]->kind != E_NAME || f->head->kid[k]->sub)
                ur_complain(P->a, &f->head->kid[k]->at, NULL, "an argument's subscript is the name of an index");
        if (outer && take(P, '=')) f->standard = ur_parse_expression(P);
        if (!take(P, ',')) break;
    }
    P->depth--;
    ur_parse_close(P, ')');
}

/* network := "cell" NAME "=" (cell | cell ["[" indices "]"] "(" arguments ")") */
static void network(parser *P, ur_block *b, ur_expr *h)
{
    ur_stmt *s = add(P, b, S_NETWORK, h);
    next(P);
    s->rhs = ur_parse_expression(P);
    if (h->sub)
        ur_complain(P->a, &h->at, ur_arena_printf(P->a, "cell %s = mlp[k](8) has parameters of its own for each k", h->name),
                    "the name of a network carries no index");
}

/* cell := "cell" NAME formals "=" result ["{" statements "}"] */
static void cell(parser *P, ur_block *b)
{
    ur_program *p = P->p;
    next(P);
    ur_expr *h = head(P, "the name of a cell");
    ur_cell *c = UR_NEW(P->a, ur_cell, 1), *old = ur_map_get(&p->cells, h->name);
    c->name = h->name;
    c->at = h->at;
    c->standard = P->standard;
    if (old && !old->standard)
        ur_complain(P->a, &h->at,
                    ur_arena_printf(P->a, "first on line %d%s%s", old->at.line, old->at.src == h->at.src ? "" : " of ",
                                    old->at.src == h->at.src ? "" : old->at.src->file),
                    "the cell %s is defined twice", c->name);
    if (ur_is_function(c->name))
        ur_complain(P->a, &h->at, NULL, "%s is a function of the language and cannot name a cell", c->name);
    if (is(P, '=')) {
        network(P, b, h);
        return;
    }
    if (P->in_cell) ur_complain(P->a, &h->at, NULL, "a cell inside a cell");
    if (!is(P, '(')) ur_parse_need(P, '(', "( and the arguments of the cell");
    P->local = (ur_map){ 0 };
    P->in_cell = true;
    formals(P, &c->nformal, &c->formal_cap, &c->formal, true);
    ur_parse_need(P, '=', "= and the result of the cell");
    parser save = *P; /* the body's names first: the result reads them */
    ur_map local = P->local;
    ur_parse_skip(P, false);
    bool body = is(P, '{');
    if (body) {
        next(P);
        ur_parse_survey(P, &local);
    }
    *P = save;
    P->local = local;
    c->result = ur_parse_expression(P);
    if (body) {
        if (!is(P, '{')) ur_parse_need(P, '{', "{");
        next(P);
        statements(P, &c->body);
        if (!is(P, '}'))
            ur_complain(P->a, &P->t.at, ur_arena_printf(P->a, "the cell %s of line %d is still open", c->name, c->at.line),
                        "expected } where %s", ur_parse_found(P));
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
        if (is(P, T_LINE)) {
            next(P);
            continue;
        }
        if (P->in_cell && (word(P, "data") || word(P, "latent") || word(P, "use")))
            ur_complain(P->a, &P->t.at, "a cell gets what it reads as arguments", "%s inside a cell", P->t.name);
        if (word(P, "data")) data(P, b);
        else if (word(P, "latent")) latent(P, b);
        else if (word(P, "param") || word(P, "fixed")) param(P, b);
        else if (word(P, "hyper")) hyper(P, b);
        else if (word(P, "index")) index_statement(P, b);
        else if (word(P, "cell")) cell(P, b);
        else if (word(P, "use")) ur_parse_skip(P, false); /* its file was parsed before this one */
        else if (begins_loss(P)) loss(P, b);
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
    ur_parse_survey(&P, P.global);
    if (is(&P, '}')) ur_complain(P.a, &P.t.at, NULL, "a } that closes nothing");
    P.lex = begin;
    P.end = 0;
    next(&P);
    statements(&P, &p->top);
    if (is(&P, '}')) ur_complain(P.a, &P.t.at, NULL, "a } that closes nothing");
}
