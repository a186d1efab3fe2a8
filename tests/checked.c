/* Linked into every test program: whatever plan a test makes is looked at after every pass. */
#include "plan/plan.h"

__attribute__((constructor)) static void check_plans(void) { ur_plan_checked = true; }
