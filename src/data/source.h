/* A table on its way into a ur_raw: the bound columns, row by row, of one or several files with the same columns.
 * Shared by table.c (which fills it) and source.c (which orders it by example and hands it on). */
#ifndef UR_DATA_SOURCE_H
#define UR_DATA_SOURCE_H
#include "data/parts.h"

/* What a cell of a bound datum is. */
enum ur_cell {
    UR_CELL_NUMBER, /* `width` numbers a row */
    UR_CELL_SYMBOL, /* `width` symbols a row */
    UR_CELL_TEXT    /* a text, cut into the positions of an index of its own */
};

typedef struct ur_bound { /* one datum of a source */
    int datum;
    size_t width;
    enum ur_cell cell;
    bool by_row; /* rows are its positions; else one value (or one text) for each example */
    ur_data_kind kind;
    double *num;
    int32_t *sym; /* [room of the source][width], the one that `cell` says */
    int16_t *away;
    ur_time_form form; /* of times, as ur_series.away; how they are written */
    ur_orders orders;
    uint8_t *seen; /* [room of the source]; NULL: nothing is missing yet */
    ur_cutter cut;
    ur_ivec count; /* UR_CELL_TEXT: pieces cut from each row's cell */
    char *from;    /* "file, column" */
} ur_bound;

typedef struct ur_source {
    struct ur_source *next;
    char *path; /* the first file */
    int nbound;
    ur_bound *bound;
    bool rows_are_positions; /* else every row is an example */
    int row_axis[UR_MAX_RAGGED * 4];
    int nrow_axis;
    size_t nrow, room; /* rows; rows that there is room for */
    ur_zvec brk;       /* rows at which an example begins (blank lines, files), without --group */
    ur_vocab *groups;
    ur_ivec group; /* --group: the group of each row */
    char *when_name;
    bool when_date;
    ur_dvec when;
    ur_hvec away;
    ur_time_form form;
    ur_orders orders;
    ur_hvec part[UR_PARTS];
    ur_time_form parts;        /* columns of years, quarters, months, …: −1 where a cell is empty; how they are written */
    char *part_name[UR_PARTS]; /* as the column is called; NULL: there is none, or a cell is none */
} ur_source;

int ur_source_finish(ur_ingest *in, ur_source *s, ur_err *e);
void ur_source_free(ur_source *s);
#endif
