/* The text of a model as a tree: tokens, expressions, statements, cells. Shared by the lexer, the parser and the passes that
 * turn the tree into a graph. Must not know nodes. Everything here lives in the program's arena and is not changed after
 * parsing; errors leave through the arena's trap (ur_complain). */
#ifndef UR_AST_H
#define UR_AST_H
#include "lang/lang.h"

#define UR_MAX_HEIGHT 1000 /* height of an expression's tree: bounds every recursion over it */

typedef struct ur_source {
    const char *file, *text;
    size_t n;
} ur_source;
typedef struct ur_at {
    const ur_source *src;
    size_t off;
    int line, col;
} ur_at; /* line and col from 1, col in bytes */

/* Sets the error "FILE:LINE:COL: message", the line and a caret line with `note` (or NULL), and jumps to the arena's trap. */
void ur_complain(ur_arena *a, const ur_at *at, const char *note, const char *fmt, ...) UR_PRINTF(4, 5) __attribute__((noreturn));

/* ---- names to anything */
typedef struct ur_slot {
    const char *key;
    void *val;
} ur_slot;
typedef struct ur_map {
    size_t cap, n;
    ur_slot *slot;
} ur_map;
void *ur_map_get(const ur_map *m, const char *key);
void ur_map_put(ur_arena *a, ur_map *m, const char *key, void *val); /* key is kept, not copied */

/* ---- tokens */
enum { T_NUM = 256, T_NAME, T_TEXT, T_LINE, T_END, T_RANGE, T_LE, T_GE, T_EQ, T_NE };
typedef struct ur_token {
    int kind;
    ur_at at;
    size_t len;
    double num;
    const char *name;
    bool glued;
} ur_token; /* glued: no blank before it */
typedef struct ur_lexer {
    ur_arena *a;
    const ur_source *src;
    ur_map *names;
    size_t pos, start;
    int line;  /* start: where this line begins */
    int depth; /* open ( and [ */
    int last;  /* kind of the token before; T_LINE at the start of a statement */
} ur_lexer;
void ur_source_check(ur_arena *a, const ur_source *s); /* size, lines, bytes */
ur_token ur_lex(ur_lexer *l);

/* ---- expressions */
typedef enum ur_ekind {
    E_NUM,
    E_NAME,
    E_END, /* E_NAME: kids are its subscripts */
    E_OP1,
    E_OP2,  /* op: UR_NEG, UR_NOT; UR_ADD … UR_OR */
    E_SIDE, /* factors side by side, left to right */
    E_TRANS,
    E_STACK, /* x'; [a; b] */
    E_ENTRY, /* C[2, 1]: kids a matrix, the row, the column */
    E_PART,  /* x[2], x[1..3]: kids x, the first component, the last where there are several */
    E_EACH,  /* made for categorical[s](x) of a symbol(k): kids x, s. x as component s of k, the others 0; op: k */
    E_RANGE, /* [0..7]: kids first, last */
    E_TABLE, /* [1, 2; 3, 4]: kids row by row, op: how many columns */
    E_CALL,  /* name(kids), argname[k] where an argument is named; name[over…](kids): a cell with parameters of its own there */
    E_OVER,  /* name[over…](kids): a reduction over indices */
    E_LAW,   /* a distribution, name(kids) or name[over](kids), behind ~, in another one, or in logp */
    E_DRAW   /* draw name(kids), alone right of = */
} ur_ekind;
typedef struct ur_expr ur_expr;
struct ur_expr {
    ur_ekind kind;
    int op;
    int height;
    ur_at at;        /* where a caret points */
    size_t from, to; /* its text: bytes of at.src */
    double num;
    const char *name;
    int nkid;
    ur_expr **kid;
    const char **argname;
    int nover;
    ur_expr **over;
    bool sub; /* E_NAME: had a subscript */
    bool reverse;
};
const char *ur_expr_text(ur_arena *a, const ur_expr *e); /* its text, shortened, blanks collapsed */

/* ---- statements */
typedef enum ur_skind { S_DATA, S_LATENT, S_PARAM, S_HYPER, S_INDEX, S_DEFINE, S_DRAW, S_NETWORK } ur_skind;
typedef struct ur_stmt {
    ur_skind kind;
    ur_expr *head; /* the name with its subscripts */
    ur_data_kind type;
    const char *like; /* S_DATA: tgt : src, the type of another datum */
    ur_at like_at;
    bool discrete;         /* S_DATA, S_LATENT: symbol(k) */
    ur_expr *size, *size2; /* data, latent: size; param: (rows, cols); define: ": n" or ": (rows, cols)" */
    ur_expr *rhs;    /* expression; S_DRAW: the distribution as a call; S_HYPER: value; S_INDEX: last position; S_PARAM: constant
                        start; S_NETWORK: a cell, and what it is given */
    ur_expr *when;   /* S_DRAW: … if when; NULL: always */
    ur_expr *weight; /* S_DRAW: its argument weight = …; NULL: 1 */
    bool stationary; /* S_DRAW: z[1] ~ stationary; rhs is NULL */
    bool goal;       /* S_DEFINE: loss NAME = …, a term of the objective */
    int nmoves;      /* ... for NAME, …: the parameters and uses of cells that are moved by it; 0: all that no loss names */
    ur_expr **moves;
    const char *alias; /* S_INDEX: index s = t */
    ur_init init;
    ur_expr *arg[2];
    bool has_init, fixed;
} ur_stmt;
typedef struct ur_block {
    int n, cap;
    ur_stmt **stmt;
} ur_block;

typedef struct ur_formal ur_formal;
struct ur_formal {
    const char *name;
    ur_expr *head, *standard;
    bool cell; /* f(x, …): a cell, which takes these */
    int ntakes, takes_cap;
    ur_formal *takes;
}; /* standard: the value where a use gives none */
typedef struct ur_cell {
    const char *name;
    ur_at at;
    int nformal, formal_cap;
    ur_formal *formal;
    ur_expr *result;
    ur_block body;
    bool standard; /* of the standard library: a text may define its own of the same name */
} ur_cell;

struct ur_program {
    ur_arena arena;
    jmp_buf trap;
    ur_err err;
    ur_map names; /* every name once */
    ur_map cells, files;
    ur_map global; /* parser: how the text's names are used */
    ur_cell **cell;
    int ncell, cell_cap;
    ur_block top;
    int nset;
    ur_setting *set;
    bool filed; /* the text is from a model file */
    int ndata;
    ur_datum *data;
    ur_buf text, file; /* heap: freed with the program */
};

/* Parses a source into the program: cells into p->cells, the rest into p->top. */
void ur_parse_source(ur_program *p, const ur_source *s, bool standard);
bool ur_is_function(const char *name);                        /* a function of the language */
bool ur_is_reduction(const char *name);                       /* can stand before [index](…) */
const char *ur_function_near(const char *name, size_t *best); /* the function nearest in spelling, if nearer than *best */
#endif
