/* json.c: JSON read and written where memory may run out at any call: what could not be made is said, never left out.
 * Must not know what the texts mean. Invariant: an object whose `bad` is clear holds all that was put into it. */
#include "model/json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* jansson says nothing where it got no memory while it set up, and a code elsewhere */
int ur_json_read(json_t **out, const char *text, size_t n, const char *path, ur_err *e)
{
    json_error_t why;
    locale_t before = uselocale(ur_locale_c());
    *out = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    uselocale(before);
    if (*out) return 0;
    if (!why.text[0] || json_error_code(&why) == json_error_out_of_memory) return ur_nomem(e);
    return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is damaged: its header is not JSON: %s", path, why.text);
}

void ur_json_put(ur_json *j, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value)) j->bad = true;      /* also where one of them is NULL: memory ran out before */
}

void ur_json_add(ur_json *j, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value)) j->bad = true;
}

json_t *ur_json_number(double v) { return isfinite(v) ? json_real(v) : json_null(); }

double ur_json_double(const json_t *v) { return json_is_number(v) ? json_number_value(v) : NAN; }

char *ur_json_text(const ur_json *j, json_t *top)
{
    locale_t before = uselocale(ur_locale_c());      /* jansson mends a decimal comma, but only one of one byte */
    char *s = j->bad || !top ? NULL : json_dumps(top, JSON_COMPACT | JSON_REAL_PRECISION(17)), *own = s ? ur_strdup(s) : NULL;
    uselocale(before);
    free(s);
    json_decref(top);
    return own;
}
