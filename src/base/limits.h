/* Every depth and size bound in one place. */
#ifndef UR_LIMITS_H
#define UR_LIMITS_H
#define UR_MAX_TEXT         (64u << 20)  /* bytes of a model text */
#define UR_MAX_LINE         (1u << 20)   /* bytes of one line of a model text */
#define UR_MAX_DEPTH        200          /* nesting of brackets in an expression */
#define UR_MAX_CELL_DEPTH   64           /* cells used within cells */
#define UR_MAX_RAGGED       4            /* indices of data-given length a quantity is carried along */
#define UR_MAX_FIXED        6            /* indices of fixed length a quantity is carried along */
#define UR_MAX_LOOPS        100000       /* positions of fixed indices along which a quantity recurs */
#define UR_MAX_NODES        2000000      /* nodes of a graph */
#define UR_MAX_SIZE         (1 << 28)    /* components of one quantity, elements of one parameter */
#define UR_MAX_NAME         255          /* bytes of a name */
#define UR_MAX_LAW_ARGS     3            /* arguments of one distribution, of those that others are made of too */
#define UR_MAX_ARGS         8            /* arguments of a function or distribution */
#define UR_MAX_HEADER       (256u << 20) /* bytes of a model file's header */
#define UR_MAX_FIELD        (16u << 20)  /* bytes of one field of a table */
#define UR_MAX_PIECES_BYTES (256u << 20) /* bytes of a SentencePiece model */
#define UR_MAX_CHANCES      10000        /* symbols of a label whose probabilities are printed one by one */
#define UR_MAX_THREADS      1024         /* workers of one pool */
#endif
