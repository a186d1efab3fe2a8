/* Where the times of raw examples are. Knows no files. */
#include <strings.h>
#include "data/data.h"

static bool one_of(const char *name, const char *const *word, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(name, word[i]) == 0) return true;
    return false;
}

bool ur_says_time(const char *name)
{
    static const char *const word[] = { "time", "date",      "year",        "datetime", "timestamp", "Datum",
                                        "Zeit", "Zeitpunkt", "Zeitstempel", "Jahr",     "fecha",     "año",
                                        "ano",  "année",     "annee",       "anno",     "jaar" };
    return one_of(name, word, sizeof word / sizeof *word);
}

bool ur_says_date(const char *name)
{
    static const char *const word[] = { "day",     "week", "month",   "quarter", "period",    "Tag",  "Woche", "Monat",
                                        "Quartal", "jour", "semaine", "mois",    "trimestre", "día",  "dia",   "semana",
                                        "mes",     "mês",  "data",    "giorno",  "settimana", "mese", "dag",   "maand" };
    return ur_says_time(name) || one_of(name, word, sizeof word / sizeof *word);
}

int ur_raw_when(ur_when *out, const ur_schema *g, const ur_raw *r, int index, size_t **own, ur_err *e)
{
    *own = NULL;
    *out = (ur_when){ 0 };
    for (int d = 0; d < g->ndata; d++) {
        const ur_datum *u = &g->data[d];
        const ur_column *c = &r->col[d];
        int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, u, axis);
        if (u->kind != UR_TIME || !c->present || u->nfix || u->size > 1 || n != (index >= 0) || (n && axis[0] != index)) continue;
        *out = (ur_when){ c->raw.num,     c->raw.away, r->n, c->raw.start, true, c->form, r->bound[d] ? r->bound[d] : u->name,
                          &r->manner.pace };
        return 0;
    }
    if (!r->when || r->when_index != index || (index >= 0 && !r->extent[index].len)) return 0;
    size_t *start = ur_alloc((r->n + 1) * sizeof *start);
    if (!start) return ur_nomem(e);
    start[0] = 0;
    for (size_t x = 0; x < r->n; x++) start[x + 1] = start[x] + (index < 0 ? 1 : (size_t)r->extent[index].len[x]);
    *own = start;
    if (start[r->n] == r->nwhen)
        *out = (ur_when){
            r->when,        r->when_away, r->n, start, r->when_date, r->when_form, *r->when_name ? r->when_name : "index",
            &r->manner.pace
        };
    return 0;
}
