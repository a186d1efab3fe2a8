/* text.c: symbols by number to the text that they are: words with a blank between them, characters and bytes as they follow each other.
 * Must not know where the numbers come from. Invariant: what every output prints of a sequence comes from here. */
#include "model/model.h"

void ur_symbols_text(const ur_datum *u, const ur_vocab *v, const int32_t *id, size_t n, ur_buf *out)
{
    bool spaced = u->kind == UR_WORDS || u->kind == UR_SYMBOL, first = true;
    ur_buf_add(out, "", 0);
    for (size_t i = 0; i < n && id[i] != UR_SYM_END; i++) {
        size_t len = spaced ? 9 : 3;
        if (id[i] == UR_SYM_START) continue;
        const char *s = id[i] == UR_SYM_UNKNOWN ? (spaced ? "<unknown>" : "\xEF\xBF\xBD") : ur_vocab_entry(v, id[i], &len);
        if (spaced && !first) ur_buf_add(out, " ", 1);
        ur_buf_add(out, s, len);
        first = false;
    }
}
