/* What the parser's files share: its state, and what each of them gives the others. tokens.c looks at tokens, express.c reads
 * expressions, parse.c statements. Must not be seen outside this room. */
#ifndef UR_PARSE_H
#define UR_PARSE_H
#include "lang/ast.h"
#include <string.h>

enum { PLAIN = 1, INDEXED, CALLED }; /* how a text uses a name: as it is, with a subscript, with arguments */

typedef struct parser {
    ur_program *p;
    ur_arena *a;
    ur_lexer lex;
    ur_token t; /* t: the token looked at */
    size_t end; /* where the token before ended */
    ur_map *global, local;
    bool in_cell, standard;
    int depth;
    ur_at *open;
    int nopen; /* brackets open now */
} parser;

static inline void next(parser *P)
{
    P->end = P->t.at.off + P->t.len;
    P->t = ur_lex(&P->lex);
}

static inline bool is(const parser *P, int kind) { return P->t.kind == kind; }
static inline bool word(const parser *P, const char *w) { return P->t.kind == T_NAME && !strcmp(P->t.name, w); }

static inline bool take(parser *P, int kind)
{
    if (!is(P, kind)) return false;
    next(P);
    return true;
}

/* tokens.c */
const char *ur_parse_found(parser *P);                     /* what stands where something else was expected */
void ur_parse_need(parser *P, int kind, const char *what); /* takes a token, or complains */
void ur_parse_open(parser *P);                             /* takes a bracket */
void ur_parse_close(parser *P, int kind);
void ur_parse_enter(parser *P);                                           /* one level deeper: P->depth-- on the way back */
void ur_parse_skip(parser *P, bool stop_at_comma);                        /* to the end of the statement */
void ur_parse_note(parser *P, ur_map *m, const char *name, intptr_t how); /* a name is used so */
void ur_parse_survey(parser *P, ur_map *m);                               /* up to the end of the text or of the cell */
intptr_t ur_parse_usage(parser *P, const char *name);                     /* 0: not declared in this text */
/* express.c */
bool ur_parse_reserved(const char *s);                             /* a word of the language */
ur_expr *ur_parse_make(parser *P, ur_ekind kind, const ur_at *at); /* a node of a tree begins */
ur_expr *ur_parse_done(parser *P, ur_expr *e);                     /* its text ends here */
/* expressions with a separator between them; argname: NULL, or where the names of arguments go */
void ur_parse_list(parser *P, int separator, int *n, ur_expr ***item, const char ***argname);
ur_expr *ur_parse_arguments(parser *P, ur_expr *e);       /* (…) of e */
ur_expr *ur_parse_distribution(parser *P, ur_ekind kind); /* E_LAW or E_DRAW */
ur_expr *ur_parse_level(parser *P, int n);                /* operators that are as tight as n, or tighter */
ur_expr *ur_parse_expression(parser *P);
void ur_parse_draw_alone(parser *P, const ur_at *at) __attribute__((noreturn)); /* a draw among other things: an error */
#endif
