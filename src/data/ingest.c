/* What a reading of files shares: how many examples there are, how the files are read, what says that a value is missing.
 * Knows no formats. Invariant: all sources give the same number of examples. */
#include <stdio.h>
#include <string.h>
#include "data/marks.h"

int ur_ingest_size(ur_ingest *in, size_t n, const char *from, ur_err *e)
{
    if (n > UINT32_MAX) return ur_fail(e, UNROLL_ERROR_DATA, "%s: %zu examples are too many", from, n);
    if (in->sized && in->r->n != n)
        return ur_fail(
            e, UNROLL_ERROR_DATA,
            "%s has %zu example%s, %s has %zu; files read together need one for one (a line of a text is an example, so is a step along an array's first axis; a table is one, unless blank lines or --group cut it, or its data have no index)",
            in->sized_by, in->r->n, in->r->n == 1 ? "" : "s", from, n);
    if (in->sized) return 0;
    if (!(in->sized_by = ur_strdup(from))) return ur_nomem(e);
    in->r->n = n;
    in->sized = true;
    return 0;
}

/* ---- how the files are read */

static char *chosen(const char *asked, const char *kept)
{
    const char *s = asked ? asked : kept;
    return s && *s ? ur_strdup(s) : NULL;
}

static int set_manner(ur_ingest *in, ur_err *e)
{
    static const ur_manner none;
    const ur_read_options *o = in->o;
    const ur_manner *kept = o->kept ? o->kept : &none;
    ur_manner *m = &in->r->manner;
    const char *group = o->group ? o->group : kept->group, *missing = o->missing ? o->missing : kept->missing;
    m->group = chosen(o->group, kept->group);
    m->missing = chosen(o->missing, kept->missing);
    if ((group && *group && !m->group) || (missing && *missing && !m->missing)) return ur_nomem(e);
    m->skip = o->skip ? (size_t)(o->skip > 0 ? o->skip : 0) : kept->skip;
    m->delimiter = o->delimiter ? o->delimiter : kept->delimiter;
    m->decimal = o->decimal ? o->decimal : kept->decimal;
    m->dates = o->dates ? o->dates : kept->dates;
    m->points = o->dates ? o->dates : kept->points;
    m->spans = kept->spans;
    m->pace = kept->pace;
    in->group_kept = !o->group;
    in->skip_kept = !o->skip && kept->skip;
    return 0;
}

/* "-999,?,tag=-" */
static int make_sentinels(ur_ingest *in, ur_err *e)
{
    const char *list = in->r->manner.missing;
    size_t most = 1;
    for (const char *p = list; p && *p; p++) most += *p == ',';
    if (!list) return 0;
    if (!(in->sentinel = ur_zalloc(sizeof *in->sentinel * most))) return ur_nomem(e);
    for (const char *p = list, *end; *p; p = *end ? end + 1 : end) {
        ur_sentinel s = { .datum = -1, .s = p };
        end = p + strcspn(p, ",");
        const char *is = memchr(p, '=', (size_t)(end - p));
        for (int d = 0; is && d < in->g->ndata; d++)
            if (strlen(in->g->data[d].name) == (size_t)(is - p) && memcmp(in->g->data[d].name, p, (size_t)(is - p)) == 0) {
                s.datum = d;
                s.s = is + 1;
            }
        while (s.s < end && *s.s == ' ') s.s++;
        s.n = (size_t)(end - s.s);
        while (s.n && s.s[s.n - 1] == ' ') s.n--;
        s.number = ur_parse_number(s.s, s.n, &s.v);
        if (s.n) in->sentinel[in->nsentinel++] = s;
    }
    return 0;
}

int ur_ingest_begin(ur_ingest *in, ur_err *e)
{
    int rc = set_manner(in, e);
    return rc ? rc : make_sentinels(in, e);
}

void ur_ingest_end(ur_ingest *in)
{
    ur_free(in->sentinel);
    ur_free(in->sized_by);
}

bool ur_is_sentinel(const ur_ingest *in, int datum, const char *s, size_t n)
{
    bool symbols = datum >= 0 && UR_IS_SYMBOL(in->g->data[datum].kind);
    double v;
    for (size_t i = 0; i < in->nsentinel; i++) {
        ur_sentinel *m = &in->sentinel[i];
        if (m->datum != datum && (m->datum >= 0 || symbols)) continue;
        if ((m->n == n && memcmp(m->s, s, n) == 0) || (m->number && !symbols && ur_marked_number(s, n, &v) && v == m->v))
            return m->met = true;
    }
    return false;
}

/* what --missing says now, and no cell does */
int ur_ingest_unmet(const ur_ingest *in, ur_err *e)
{
    int rc = 0;
    for (size_t i = 0; i < in->nsentinel && in->o->missing && in->r->ncolumns && !rc; i++) {
        const ur_sentinel *m = &in->sentinel[i];
        const char *is = m->datum < 0 ? memchr(m->s, '=', m->n) : NULL;
        char text[64], name[64] = "", why[160] = "";
        if (m->met) continue;
        ur_quote(text, m->s, m->n);
        if (is) ur_quote(name, m->s, (size_t)(is - m->s));
        if (is) snprintf(why, sizeof why, ", and the model has no data called %s", name);
        rc = ur_raw_remark(in->r, e, "--missing %s%s%s: no cell that is read says that%s",
                           m->datum < 0 ? "" : in->g->data[m->datum].name, m->datum < 0 ? "" : "=", text, why);
    }
    return rc;
}
