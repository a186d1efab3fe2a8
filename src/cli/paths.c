#include "cli/plot.h"
int plot_paths(const settings *s);
int plot_paths(const settings *s) { (void)s; return 1; }
