/* What the parser does with tokens alone: looking at them, expecting one, skipping, and the survey, a quick pass over the
 * statements' beginnings. What a name before a ( or [ means depends on how the text declares it, so the names come first; nothing
 * else here knows what names mean. */
#include "lang/parse.h"

const char *ur_parse_found(parser *P)
{
    if (is(P, T_LINE)) return "the line ends";
    if (is(P, T_END)) return "the text ends";
    return ur_arena_printf(P->a, "%.*s stands", (int)(P->t.len > 40 ? 40 : P->t.len), P->t.at.src->text + P->t.at.off);
}

void ur_parse_need(parser *P, int kind, const char *what)
{
    if (take(P, kind)) return;
    const char *note = NULL;
    if ((kind == ')' || kind == ']') && P->nopen)
        note = ur_arena_printf(P->a, "the %c of line %d is still open", kind == ')' ? '(' : '[', P->open[P->nopen - 1].line);
    ur_complain(P->a, &P->t.at, note, "expected %s where %s", what, ur_parse_found(P));
}

void ur_parse_open(parser *P)
{
    if (P->nopen <= UR_MAX_DEPTH) P->open[P->nopen++] = P->t.at;
    next(P);
}
void ur_parse_close(parser *P, int kind)
{
    ur_parse_need(P, kind, kind == ')' ? ")" : "]");
    if (P->nopen) P->nopen--;
}

void ur_parse_enter(parser *P)
{
    if (++P->depth > UR_MAX_HEIGHT)
        ur_complain(P->a, &P->t.at, "define a part of it under a name of its own", "this expression is nested too deep");
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

void ur_parse_skip(parser *P, bool stop_at_comma)
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

void ur_parse_note(parser *P, ur_map *m, const char *name, intptr_t how)
{
    intptr_t old = (intptr_t)ur_map_get(m, name);
    if (how > old) ur_map_put(P->a, m, name, (void *)how);
}

static bool starts_list(const parser *P)
{
    return word(P, "data") || word(P, "latent") || word(P, "param") || word(P, "fixed") || word(P, "hyper") || word(P, "index");
}

/* reads statements up to the end of the text or of the cell, and notes what they name */
void ur_parse_survey(parser *P, ur_map *m)
{
    while (!is(P, T_END) && !is(P, '}')) {
        if (starts_list(P)) {
            do {
                next(P);
                if (!is(P, T_NAME)) break;
                const char *name = P->t.name;
                next(P);
                ur_parse_note(P, m, name, is(P, '[') ? INDEXED : PLAIN);
                ur_parse_skip(P, true);
            } while (is(P, ','));
        } else if (word(P, "cell")) {
            next(P);
            if (is(P, T_NAME)) ur_parse_note(P, m, P->t.name, CALLED);
            ur_parse_skip(P, false);
            if (is(P, '{')) skip_body(P);
        } else if (is(P, T_NAME) && !word(P, "use")) {
            const char *name = P->t.name;
            next(P);
            if (!strcmp(name, "loss") && is(P, T_NAME)) {
                name = P->t.name;
                next(P);
            }
            ur_parse_note(P, m, name, is(P, '[') ? INDEXED : PLAIN);
        }
        ur_parse_skip(P, false);
        if (is(P, '{')) skip_body(P);
        if (is(P, T_LINE)) next(P);
    }
}

/* how a name is used where it stands; 0: not declared in this text */
intptr_t ur_parse_usage(parser *P, const char *name)
{
    intptr_t u = P->in_cell ? (intptr_t)ur_map_get(&P->local, name) : 0;
    if (!u) {
        u = (intptr_t)ur_map_get(P->global, name);
        if (P->in_cell && u == INDEXED) u = 0; /* a cell does not see the text's quantities */
    }
    if (!u && ur_map_get(&P->p->cells, name)) u = CALLED;
    return u;
}
