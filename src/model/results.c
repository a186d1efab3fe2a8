/* results.c: tables of results: named columns of numbers or texts, row by row.
 * Knows nothing of models. Invariant: every cell of every row exists; an empty number is NAN, an empty text "". */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct column {
    char *name;
    bool text;
    double *num;
    char **str;
} column;
struct unroll_table {
    size_t ncol, nrow, cap;
    column *col;
};

unroll_table *ur_table_new(void) { return ur_zalloc(sizeof(unroll_table)); }

int ur_table_column(unroll_table *t, const char *name, bool text, ur_err *e)
{
    column *all = ur_realloc(t->col, (t->ncol + 1) * sizeof *all);
    if (!all) return ur_nomem(e);
    t->col = all;
    column c = { .name = ur_strdup(name), .text = text };
    size_t n = t->cap ? t->cap : 1;
    if (text) c.str = ur_zalloc(n * sizeof *c.str);
    else c.num = ur_alloc(n * sizeof *c.num);
    if (!c.name || (text ? !c.str : !c.num)) {
        ur_free(c.name);
        ur_free(c.str);
        ur_free(c.num);
        return ur_nomem(e);
    }
    if (!text)
        for (size_t i = 0; i < n; i++) c.num[i] = NAN;
    t->col[t->ncol] = c;
    return (int)t->ncol++;
}

static int grow(unroll_table *t, size_t cap, ur_err *e)
{
    for (size_t c = 0; c < t->ncol; c++) {
        column *k = &t->col[c];
        void *p = k->text ? ur_realloc(k->str, cap * sizeof *k->str) : ur_realloc(k->num, cap * sizeof *k->num);
        if (!p) return ur_nomem(e);
        if (k->text) k->str = p;
        else k->num = p;
        for (size_t i = t->nrow; i < cap; i++) {
            if (k->text) k->str[i] = NULL;
            else k->num[i] = NAN;
        }
    }
    t->cap = cap;
    return 0;
}

int ur_table_row(unroll_table *t, ur_err *e)
{
    if (t->nrow >= t->cap) TRY(grow(t, t->cap * 2 + 16, e));
    t->nrow++;
    return 0;
}

int ur_table_put(unroll_table *t, size_t row, size_t col, double v)
{
    t->col[col].num[row] = v;
    return 0;
}

int ur_table_puts(unroll_table *t, size_t row, size_t col, const char *s, size_t n, ur_err *e)
{
    char *copy = ur_alloc(n + 1);
    if (!copy) return ur_nomem(e);
    if (n) memcpy(copy, s, n);
    copy[n] = 0;
    ur_free(t->col[col].str[row]);
    t->col[col].str[row] = copy;
    return 0;
}

void ur_table_round(unroll_table *t, int digits)
{
    char text[64];
    for (size_t c = 0; c < t->ncol; c++)
        for (size_t r = 0; r < t->nrow && !t->col[c].text; r++) {
            if (!isfinite(t->col[c].num[r])) continue;
            snprintf(text, sizeof text, "%.*e", digits - 1, t->col[c].num[r]);
            t->col[c].num[r] = strtod(text, NULL);
        }
}

size_t unroll_table_rows(const unroll_table *t) { return t ? t->nrow : 0; }
size_t unroll_table_columns(const unroll_table *t) { return t ? t->ncol : 0; }
const char *unroll_table_name(const unroll_table *t, size_t c) { return t && c < t->ncol ? t->col[c].name : ""; }
int unroll_table_is_text(const unroll_table *t, size_t c) { return t && c < t->ncol && t->col[c].text; }

double unroll_table_number(const unroll_table *t, size_t row, size_t c)
{
    return t && row < t->nrow && c < t->ncol && !t->col[c].text ? t->col[c].num[row] : NAN;
}

const char *unroll_table_text(const unroll_table *t, size_t row, size_t c)
{
    const char *s = t && row < t->nrow && c < t->ncol && t->col[c].text ? t->col[c].str[row] : NULL;
    return s ? s : "";
}

void unroll_table_free(unroll_table *t)
{
    if (!t) return;
    for (size_t c = 0; c < t->ncol; c++) {
        if (t->col[c].text)
            for (size_t i = 0; i < t->nrow; i++) ur_free(t->col[c].str[i]);
        ur_free(t->col[c].str);
        ur_free(t->col[c].num);
        ur_free(t->col[c].name);
    }
    ur_free(t->col);
    ur_free(t);
}
