/* spans.c: spans that labels such as B-LOC I-LOC O mark, counted as conlleval does (Tjong Kim Sang & Buchholz 2000), and so for
 * IOB1 and IOB2 alike; E- ends a span and S- is one (BIOES), and so do L- and U- (BILOU). Must not know models. Invariant: any
 * sequence of tags has exactly one reading; a span is right where its ends and its type are. */
#include "model/score/score.h"
#include <string.h>

bool ur_tag_read(ur_tag *t, const char *s, size_t n, ur_vocab *types, int *rc, ur_err *e)
{
    *rc = 0;
    *t = (ur_tag){ .part = 'O' };
    if (n == 1 && s[0] == 'O') return true;
    if (!n || !memchr("BIESLU", s[0], 6) || (n > 1 && s[1] != '-')) return false;
    t->part = s[0] == 'L' ? 'E' : s[0] == 'U' ? 'S' : s[0];
    if (!types) return true;
    t->type = ur_vocab_add(types, s + (n > 1 ? 2 : 1), n > 1 ? n - 2 : 0, e);
    if (t->type < 0) *rc = t->type;
    return !*rc;
}

bool ur_tags_all(const ur_vocab *v)
{
    bool some = false;
    for (int id = UR_SYM_FIRST; id < ur_vocab_size(v); id++) {
        size_t n;
        int rc;
        const char *s = ur_vocab_entry(v, id, &n);
        ur_tag t;
        if (!ur_tag_read(&t, s, n, NULL, &rc, NULL)) return false;
        some = some || t.part != 'O';
    }
    return some;
}

/* is what stands left of this place of another span than what stands right of it? */
static bool boundary(ur_tag before, ur_tag now)
{
    return now.part == 'O' || now.part == 'B' || now.part == 'S' || before.part == 'O' || before.part == 'E' ||
           before.part == 'S' || before.type != now.type;
}

void ur_span_add(ur_span_count *s, const ur_tag *guess, const ur_tag *want, size_t n)
{
    const ur_tag none = { .part = 'O' };
    bool same = false; /* a span of one type is open in both that began at one place */
    for (size_t i = 0; i <= n; i++) {
        ur_tag g0 = i ? guess[i - 1] : none, w0 = i ? want[i - 1] : none, g = i < n ? guess[i] : none, w = i < n ? want[i] : none;
        bool gb = boundary(g0, g), wb = boundary(w0, w);
        if (same && gb && wb) s->right++;
        if (gb || wb) same = false;
        if (gb && g.part != 'O') s->guessed++;
        if (wb && w.part != 'O') s->wanted++;
        if (gb && wb && g.part != 'O' && w.part != 'O' && g.type == w.type) same = true;
    }
}

double ur_span_precision(const ur_span_count *s) { return s->guessed > 0 ? s->right / s->guessed : 0; }
double ur_span_recall(const ur_span_count *s) { return s->wanted > 0 ? s->right / s->wanted : 0; }

double ur_span_f1(const ur_span_count *s)
{
    double p = ur_span_precision(s), r = ur_span_recall(s);
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}
