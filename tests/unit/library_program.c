/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A program of somebody else's: built with the installed header alone and linked with the library
 * alone. Speaks TAP. */
#include <samsyn_analysis.h>

#include <stdio.h>

int main(void)
{
    const double x[] = {430010, 430020, 430030, 430400, 430900};
    const double y[] = {6507010, 6507015, 6507020, 6507400, 6507400};
    const int64_t day = INT64_C(86400000);
    const int64_t t[] = {0, day, 2 * day, 30 * day, 60 * day};
    const double ex[] = {430000, 430500, 430500, 430000};
    const double ny[] = {6507000, 6507000, 6507500, 6507500};
    struct samsyn_path ring = {ex, ny, 4, false};
    double pairs = 0, outside = 0;

    struct samsyn_analysis *an = samsyn_analysis_new("knox", NULL);
    int good = samsyn_analysis_set(an, "distances", "0,100,200") == SAMSYN_OK &&
               samsyn_analysis_numbers(an, "x", x, 5) == SAMSYN_OK &&
               samsyn_analysis_numbers(an, "y", y, 5) == SAMSYN_OK &&
               samsyn_analysis_times(an, "t", t, 5, true) == SAMSYN_OK &&
               samsyn_analysis_run(an) == SAMSYN_OK &&
               samsyn_analysis_figure(an, "pairs", &pairs) && pairs == 10;
    samsyn_analysis_free(an);
    printf("1..2\n%s 1 - knox counts the pairs\n", good ? "ok" : "not ok");

    an = samsyn_analysis_new("kde", NULL);
    good = samsyn_analysis_numbers(an, "x", x, 5) == SAMSYN_OK &&
           samsyn_analysis_numbers(an, "y", y, 5) == SAMSYN_OK &&
           samsyn_analysis_polygon(an, "boundary", NULL, &ring, 1) == SAMSYN_OK &&
           samsyn_analysis_run(an) == SAMSYN_OK &&
           samsyn_analysis_figure(an, "outside", &outside) && outside == 1;
    samsyn_analysis_free(an);
    printf("%s 2 - kde knows the boundary\n", good ? "ok" : "not ok");
    return 0;
}
