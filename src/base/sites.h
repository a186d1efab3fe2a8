/* Every place that draws random numbers. Numbers are counter-based, keyed by seed, step, example, site and counter: two places
 * with one site would draw the same ones. */
#ifndef UR_SITES_H
#define UR_SITES_H

enum {
    UR_SITE_STREAM = 0,             /* a stream's draws, by position in place of step */
    UR_SITE_MADE_UP = 0,            /* data that `bench` makes up: nothing else draws beside them */
    UR_SITE_START_UNIFORM = 0x1001, /* where a fit starts, by parameter */
    UR_SITE_START_NORMAL = 0x1002,
    UR_SITE_START_THERE = 0x1003, /* which entries of a sparse one are there */
    UR_SITE_ORDER = 0x2001,       /* the order of a fit's sequences, of its steps, and where its windows begin, by epoch */
    UR_SITE_STEPS = 0x2002,
    UR_SITE_PHASE = 0x2003,
    UR_SITE_POSITION = 0x3001, /* seeds of positions */
    UR_SITE_DROPOUT = 0x10000, /* + the dropout's number in the text */
    UR_SITE_DRAWN = 0x20000,   /* + the datum's number: what stands for a value that is not given */
    UR_SITE_DRAW = 0x30000     /* + the draw's number in the text; under a seed of each position (ur_random_at) */
};
#endif
