/* json.h: what the files that read and write JSON share. */
#ifndef UR_JSON_H
#define UR_JSON_H
#include <jansson.h>
#include "model/model.h"

typedef struct ur_json {
    bool bad;
} ur_json; /* bad: memory ran out, or a text is not UTF-8 */
int ur_json_read(json_t **out, const char *text, size_t n, const char *path, ur_err *e); /* errors: memory, or a damaged file */
void ur_json_put(ur_json *j, json_t *object, const char *key, json_t *value); /* both take `value`, which may be NULL: bad then */
void ur_json_add(ur_json *j, json_t *array, json_t *value);
json_t *ur_json_number(double v);                  /* null where it is not finite */
double ur_json_double(const json_t *v);            /* NAN where it is no number */
char *ur_json_text(const ur_json *j, json_t *top); /* takes `top`; freed by ur_free; NULL: it was bad or is now */
#endif
