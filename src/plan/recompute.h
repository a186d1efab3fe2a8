/* A plan that recomputes instead of storing (√T checkpoints: Chen et al. 2016, Gruslys et al. 2016), as recompute.c finds it and segment.c
 * runs it. The index that the longest scans run along is cut into segments:
 *     before                             what needs no segment
 *     first, for each segment upwards    only what later segments and the middle need; rows beside a segment's start are kept
 *     middle                             what needs all of the first pass
 *     again, for each segment downwards  the forward half again and the backward half, from what was kept
 *     after                              what needs all of that */
#ifndef UR_RECOMPUTE_H
#define UR_RECOMPUTE_H
#include "plan/fast.h"

typedef struct halo { ur_id node; int before, after; size_t width; } halo;   /* steps needed beside a segment; bytes of a row */
typedef struct part_list { int n; ins **ins; int nload; ur_id *load; } part_list;

struct recompute {
    int index;
    part_list before, first, middle, again, after;
    int nhalo; halo *halo;
    bool all_first;                          /* the first pass runs the last segment too: the middle needs it */
    int reach;                               /* steps that a segment has at least */
    buf *buf;                                /* the plan's, living at other times */
    bool *part;                              /* [nbuf] holds the rows of one segment and those beside it */
    int *early, *late;                       /* [nbuf] steps held beside it */
    size_t saved;                            /* bytes of a position in such buffers */
};

/* recompute.c: NULL: there is nothing to recompute, *why says so */
struct recompute *recompute_make(plan *p, const char **why);
/* segment.c */
bool segment_holds(const shard *s, ur_id v);                     /* v has only the rows of the segment being run */
void segment_rows(const shard *s, int d, int from, int to, int *r0, int *r1);   /* rows of steps from + 1 … to */
size_t segment_buf_rows(const shard *s, int b);
bool segment_prepare(shard *s, size_t *bytes);                   /* cuts the index; *bytes: what is kept between segments */
bool segment_room(shard *s, size_t bytes);
void segment_run(shard *s);
#endif
