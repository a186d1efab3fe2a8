/* clock.c: the times of rows as columns of a table: those of the data, and over a horizon those to come. Must not know what else
 * stands in a row. */
#include "model/use/use.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void ur_clock_close(ur_clock *k)
{
    ur_times_free(&k->all);
    ur_free(k->own);
    memset(k, 0, sizeof *k);
}

/* over a horizon, the times of what comes after the data */
static int clock_later(ur_clock *k, const ur_job *j, int index, ur_err *e)
{
    ur_when w;
    size_t *own;
    TRY(ur_raw_when(&w, &j->m->graph->schema, j->c.after, index, &own, e));
    int rc = w.t && w.date == k->date ? ur_times_later(&k->all, &w, (size_t)j->c.add, e) : 0;
    ur_free(own);
    return rc;
}

/* index −1: a time for each example */
int ur_clock_open(ur_clock *k, const ur_job *j, int index, ur_err *e)
{
    ur_when w;
    ur_pace pace = j->raw->pace;
    memset(k, 0, sizeof *k);
    TRY(ur_raw_when(&w, &j->m->graph->schema, j->raw, index, &k->own, e));
    if (!w.t) return 0;
    k->date = w.date;
    k->form = w.form;
    k->name = w.name;
    if (index >= 0 && !pace.kind) TRY(ur_pace_find(&pace, &w, e));
    if (index >= 0 && !pace.kind && j->c.add > 0) return 0; /* a year beside hours says nothing of where a row lies */
    TRY(ur_when_fill(&k->all, &w, &pace, index >= 0 ? (size_t)j->c.add : 0, e));
    return index >= 0 && j->c.add > 0 && j->c.after ? clock_later(k, j, index, e) : 0;
}

/* a column of times, or those of its parts: of years, months, … under the names that the blanks in k->name split. The first of
 * them, or an error */
int ur_clock_column(const ur_clock *k, unroll_table *t, ur_err *e)
{
    const char *name = k->name;
    int first = (int)unroll_table_columns(t), rc = 0;
    if (!k->date || !k->form.part[0]) return ur_table_column(t, name, k->date, e);
    for (int p = 0; p < UR_PARTS && rc >= 0; p++) {
        size_t n = strcspn(name, " ");
        char one[16];
        if (!k->form.part[p]) continue;
        snprintf(one, sizeof one, "%.*s", (int)n, name);
        rc = ur_table_column(t, one, k->form.part[p] != '1', e);
        name += n + (name[n] == ' ');
    }
    return rc < 0 ? rc : first;
}

static int put_parts(const ur_clock *k, unroll_table *t, size_t row, size_t col, double v, int away, ur_err *e)
{
    for (int p = 0; p < UR_PARTS; p++) {
        char s[48] = "";
        int value = 0;
        if (!k->form.part[p]) continue;
        bool text = k->form.part[p] != '1';
        if (!isnan(v)) ur_part_text(v, away, &k->form, p, &value, s);
        TRY(text ? ur_table_puts(t, row, col, s, strlen(s), e) : ur_table_put(t, row, col, isnan(v) ? NAN : value));
        col++;
    }
    return 0;
}

/* the wall clock's seconds since 1970 */
double ur_clock_wall(const ur_clock *k, size_t example, size_t pos)
{
    size_t at = k->date && k->all.t ? k->all.start[example] + pos : 0;
    if (!k->date || !k->all.t || at >= k->all.start[example + 1]) return NAN;
    return k->all.t[at] + (k->all.away ? 60.0 * k->all.away[at] : 0);
}

int ur_clock_put(const ur_clock *k, unroll_table *t, size_t row, size_t col, size_t example, size_t pos, ur_err *e)
{
    size_t at = k->all.start[example] + pos;
    double v = at < k->all.start[example + 1] ? k->all.t[at] : NAN;
    int away = k->all.away && !isnan(v) ? k->all.away[at] : 0;
    char s[48] = "";
    if (!k->date) return ur_table_put(t, row, col, v);
    if (k->form.part[0]) return put_parts(k, t, row, col, v, away, e);
    if (!isnan(v)) ur_time_text(v, away, &k->form, s);
    return ur_table_puts(t, row, col, s, strlen(s), e);
}
