/* What the shim (in the process under test) and the sweep share: a page of memory, in a file that UR_FAULT names. */
#ifndef UR_SHIM_H
#define UR_SHIM_H
#include <stdatomic.h>

typedef struct fault_page {
    atomic_int begun;          /* the program itself runs: what is started up before it is not counted */
    int memory;                /* calls for memory are counted; else system calls, by the sweep */
    atomic_long seen;          /* calls so far */
    long at;                   /* the first to fail, from 0; −1: none */
    long last;                 /* the last to fail */
} fault_page;
#endif
