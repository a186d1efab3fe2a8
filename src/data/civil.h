/* Days of the proleptic Gregorian calendar. For the files of the data room that deal in times. */
#ifndef UR_DATA_CIVIL_H
#define UR_DATA_CIVIL_H
#include "data/when.h"

#define UR_FAR 3e11 /* seconds: dates of more digits than four, and so no dates, lie beyond it */

static inline int ur_month_days(int y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 2 && ((y % 4 == 0 && y % 100) || y % 400 == 0) ? 29 : days[m - 1];
}

/* days since 1970-01-01: years from March, eras of 400 years (after Hinnant, "chrono-compatible low-level date algorithms", 2013)
 */
static inline int64_t ur_days_from(int y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static inline void ur_civil(int64_t day, int *y, int *m, int *d)
{
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = (int)(yoe + era * 400 + (*m <= 2));
}

/* Monday is 0 */
static inline int ur_weekday(int64_t day)
{
    int64_t k = (day + 3) % 7;
    return (int)(k < 0 ? k + 7 : k);
}
#endif
