/* unroll show: the parameters of a fitted model as a table. Knows nothing of what they mean: the library says it. */
#include "cli/cli.h"

int verb_show(settings *s)
{
    unroll_model *m = NULL;
    unroll_table *t = NULL;
    int code = s->out ? check_output(s->out) : DONE;
    if (!code && s->out) code = check_not_read(s, s->out);
    if (!code) code = open_fitted(s, &m);
    if (!code) {
        int rc = unroll_param_table(m, s->args.n > 1 ? s->args.item[1] : NULL, &t);
        if (rc) code = library_failed(rc);
    }
    if (!code) code = show_table(s, t);
    unroll_table_free(t);
    unroll_close(m);
    return code;
}
