/* What is said beside results: complaints, notes, what was read. All of it goes to standard error, but for the line of what was
 * read. Knows no verbs. Invariant: a note is said once. */
#include "cli/cli.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int complain(int code, const char *fmt, ...)
{
    va_list ap;
    char *text = NULL;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    fflush(stdout);
    fputs("unroll: ", stderr);
    print_shown(stderr, n < 0 ? "out of memory" : text, true);
    fputc('\n', stderr);
    if (n >= 0) free(text);
    return code;
}

int library_failed(int code)
{
    const char *text = unroll_error();
    if (code == UNROLL_ERROR_MODEL) fprintf(stderr, "%s\n", text); /* begins with its place, as compilers say it */
    else if (code == UNROLL_ERROR_INTERRUPTED && interrupted()) complain(0, "stopped");
    else complain(0, "%s", *text ? text : "failed, without a reason given");
    switch (code) {
    case UNROLL_ERROR_MODEL: return BAD_MODEL;
    case UNROLL_ERROR_DATA: return BAD_DATA;
    case UNROLL_ERROR_USAGE: return USAGE;
    default: return FAILED;
    }
}

/* once: the parts of one table have some in common */
static int say_note(const char *text, void *arg)
{
    static list said;
    (void)arg;
    for (size_t i = 0; i < said.n; i++)
        if (!strcmp(said.item[i], text)) return 0;
    char *kept = strdup(text);
    if (kept) list_add(&said, kept);
    fputs("note: ", stderr);
    print_shown(stderr, text, false);
    fputc('\n', stderr);
    return 0;
}

void note(const settings *s, const char *fmt, ...)
{
    va_list ap;
    char *text = NULL;
    if (s->quiet) return;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0) complain(0, "a note is missing: out of memory");
    else say_note(text, NULL);
    if (n >= 0) free(text);
}

static int say_line(const char *text, void *arg)
{
    printf("%-12s", (const char *)arg);
    print_shown(stdout, text, false);
    putchar('\n');
    return 0;
}

int say_read(const unroll_data *d)
{
    int rc = unroll_data_describe(d, say_line, "read");
    fflush(stdout);
    return rc ? library_failed(rc) : DONE;
}

int keep_note(const char *text, void *arg)
{
    held_notes *h = arg;
    char **more = realloc(h->line, (h->n + 1) * sizeof *more);
    if (more) h->line = more;
    if (more && (more[h->n] = strdup(text))) h->n++;
    else h->lost = true;
    return 0;
}

void free_kept_notes(held_notes *h)
{
    for (size_t i = 0; i < h->n; i++) free(h->line[i]);
    free(h->line);
    *h = (held_notes){ 0 };
}

void say_kept_notes(const settings *s, held_notes *h)
{
    for (size_t i = 0; i < h->n && !s->quiet; i++) say_note(h->line[i], NULL);
    if (h->lost && !s->quiet) complain(0, "a note is missing: out of memory");
    free_kept_notes(h);
}

/* notes stop nothing; but that some could not be made is said */
static void all_said(int rc)
{
    if (rc) complain(0, "a note is missing: %s", unroll_error());
}

void say_notes(const settings *s, const unroll_data *d)
{
    if (d && !s->quiet) all_said(unroll_data_notes(d, say_note, NULL));
}

void say_model_notes(const settings *s, const unroll_model *m)
{
    if (!s->quiet) all_said(unroll_model_notes(m, say_note, NULL));
}

void say_part_notes(const settings *s, const unroll_data *part, const unroll_data *train, const char *name)
{
    if (part && !s->quiet) all_said(unroll_part_notes(part, train, name, &s->fit, say_note, NULL));
}

void say_prompt_notes(const settings *s, unroll_model *m, const unroll_data *d)
{
    if (s->use.prompt && !s->quiet)
        unroll_prompt_notes(m, d, s->use.prompt, say_note, NULL); /* what is wrong with it is said where it is used */
}
