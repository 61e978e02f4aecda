/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What follows for each method from each change (see metamorphic.h for the words). A method without
 * a line makes the test fail. */
#pragma once

#include "metamorphic.h"

enum relation { MOVED, TURNED, SCALED, LATER, SHUFFLED, TWICE, RELATIONS };

static const char *const relation_names[] = {"moved 4 km east and 8 km south",
                                             "turned a quarter",
                                             "measured in half metres",
                                             "eleven years later",
                                             "in another order",
                                             "with every event twice"};

/* Columns that tell dates. */
#define DATES                                                                                      \
    "first- last- study_from- study_to- from- to- t- week- start- since- first_of_new_level- "     \
    "first_after-"

static const struct {
    const char *method;
    int nth; /* of the method's cases in every_method.h; -1: all */
    const char *rules[RELATIONS];
} laws[] = {
    {"kde",
     -1,
     {[MOVED] = "",
      [TURNED] = "bandwidth_x- bandwidth_y- col- row-",
      [SCALED] = "bandwidth_x*2 bandwidth_y*2 bandwidth_selected*2 bandwidth*2 max_density*0.25 "
                 "max_per_km2*0.25 density*0.25 per_km2*0.25",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] = "? integral*2 max_density*2 max_per_km2*2 density*2 per_km2*2 count*2 bandwidth= "
                "cells_shown="}},
    {"dual-kde",
     -1,
     {[MOVED] = "",
      [TURNED] = "bandwidth_x- bandwidth_y- col- row-",
      [SCALED] = "bandwidth_x*2 bandwidth_y*2 bandwidth_selected*2 bandwidth*2 density_first*0.25 "
                 "density_second*0.25 difference*0.25",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] =
          "n_first*2 n_second*2 density_first*2 density_second*2 difference*2 z*1.4142135623730951 "
          "bandwidth_x- bandwidth_y- bandwidth_selected- p- p_more- q- class-"}},
    {"network-kde",
     -1,
     {[MOVED] = "",
      [TURNED] = "",
      [SCALED] =
          "total_length*2 max_density*0.5 max_per_km*0.5 mean_offset*2 mean_nearest_distance*2 "
          "length*2 density*0.5 per_km*0.5 offset*2 nearest_distance*2 distance*2",
      [LATER] = "#no times",
      [SHUFFLED] = "events@ row- distance-",
      [TWICE] = "? .snapped*2 unsnapped*2 integral*2 max_density*2 max_per_km*2 pieces.density*2 "
                "pieces.per_km*2 total_length= segments= parts="}},
    {"gistar",
     -1,
     {[MOVED] = "",
      [TURNED] = "col- row-",
      [SCALED] = "",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] = "mean*2 deviation*2 value*2 sum*2"}},
    {"gistar",
     1,
     {[TURNED] = "p- q- p_more~ p_fewer~ class-", [SHUFFLED] = "p- q- p_more~ p_fewer~ class-"}},
    {"moran",
     -1,
     {[MOVED] = "",
      [TURNED] = "col- row-",
      [SCALED] = "",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] = "mean*2 deviation*2 value*2 lag*2"}},
    {"moran",
     1,
     {[TURNED] = "p- q- p_more~ p_fewer~ class-", [SHUFFLED] = "p- q- p_more~ p_fewer~ class-"}},
    {"knox",
     -1,
     {[MOVED] = "",
      [TURNED] = "expected- ratio- ratio_median- p~ p_low~ raised_distance- raised_days-",
      [SCALED] = "distance_from*2 distance_to*2 distance_bands.from*2 distance_bands.to*2",
      [LATER] = "",
      [SHUFFLED] = "expected- ratio- ratio_median- p~ p_low~ raised_distance- raised_days-",
      [TWICE] = "#an event is near itself then; knox_test has the law: four times the pairs, and n "
                "in the first cell"}},
    {"near-repeat-chains",
     -1,
     {[MOVED] = "",
      [TURNED] = "",
      [SCALED] = "radius*2",
      [LATER] = DATES,
      [SHUFFLED] = "events@ row- chain-",
      [TWICE] = "? components= events@ size*2 chains.events*2 radius="}},
    {"repeat-places",
     -1,
     {[MOVED] = "",
      [TURNED] = "",
      [SCALED] = "radius*2",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "? places.events*2"}},
    {"repeat-places", 1, {[TURNED] = "#of equal middles the one farther west is taken first"}},
    {"mantel",
     -1,
     {[MOVED] = "",
      [TURNED] = "",
      [SCALED] = "sum*0.5",
      [LATER] = "",
      [SHUFFLED] = "p~ p_low~ z- permuted_mean- permuted_sd-",
      [TWICE] = "#an event and its twin are nearest of all in both: no law"}},
    {"scan",
     -1,
     {[MOVED] = "",
      [TURNED] = "? cases= locations= members% clusters! llr= observed= expected= ratio= rate=",
      [SCALED] = "radius*2 distance*2",
      [LATER] = DATES,
      [SHUFFLED] = "? cases= locations= members% clusters! llr= observed= expected= ratio= rate=",
      [TWICE] = "? members% clusters! cases*2 llr*2 observed*2 expected*2 ratio= relative_risk= "
                "members= rate="}},
    {"aoristic",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "",
      [SHUFFLED] = "",
      [TWICE] = "events*2 total_weight*2 moments*2 left_out*2 over_24_hours*2 over_one_week*2 "
                "end_before_start*2 weight*2"}},
    {"weekday-hour",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "",
      [SHUFFLED] = "",
      [TWICE] = "events*2 total_weight*2 outside_period*2 count*2 rate*2 expected*2 rate_low- "
                "rate_high- p- q- weekday_chi2- weekday_p- hour_chi2- hour_p-"}},
    {"season",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "",
      [SHUFFLED] = "",
      [TWICE] = "total_weight*2 outside_period*2 count*2 rate*2 expected*2 rate_low- rate_high- "
                "statistic- p- q-"}},
    {"stl",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "row-",
      [TWICE] = "trend_first*2 trend_last*2 observed*2 seasonal*2 trend*2 remainder*2"}},
    {"compare-counts",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "#no times",
      [SHUFFLED] = "comparisons@",
      [TWICE] = "? before*2 after*2 ratio= place="}},
    {"farrington",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "? series= steps= tested= week= start= observed*2"}},
    {"ears",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "observed*2 expected*2 sigma*2 upper*2"}},
    {"cusum",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "? observed*2 week= start="}},
    {"breaks",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "level_before*2 level_after*2 cost*4 bic-"}},
    {"wdd",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] = "local*2 displacement*2 total*2 local_se*1.4142135623730951 "
                "displacement_se*1.4142135623730951 se*1.4142135623730951 z*1.4142135623730951 p- "
                "low- high-"}},
    {"did",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "#no times",
      [SHUFFLED] = "",
      [TWICE] =
          "treated_before*2 treated_after*2 control_before*2 control_after*2 prevented*2 "
          "dispersion*2 log_se*0.7071067811865476 z*1.4142135623730951 p- ratio_low- ratio_high-"}},
    {"its",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = DATES,
      [SHUFFLED] = "",
      [TWICE] = "observed*2 expected*2 without*2 dispersion*2"}},
    {"its",
     1,
     {[TWICE] = "observed*2 expected*2 without*2 dispersion- theta- step_low- step_high- step_p- "
                "slope_low- slope_high- slope_p-"}},
    {"harmonic",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "#the phase is told by the calendar, whose years are not 52.18 weeks",
      [SHUFFLED] = "",
      [TWICE] = "? observed*2"}},
    {"road-eb",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "intercept-",
      [LATER] = "#no times",
      [SHUFFLED] = "sites@",
      [TWICE] = "? treated_sites= observed_after*2 before*2 after*2"}},
    {"pai",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] = "#no places",
      [LATER] = "#no times",
      [SHUFFLED] = "ranks%",
      [TWICE] = "events*2 predicted*2"}},
    {"rates",
     -1,
     {[MOVED] = "#no places",
      [TURNED] = "#no places",
      [SCALED] =
          "overall*0.5 deviation_between*0.5 population*2 rate*0.5 low*0.5 high*0.5 smoothed*0.5",
      [LATER] = "#no times",
      [SHUFFLED] = "rates@",
      [TWICE] = "? n*2 rate*2 overall*2 ratio= population= place="}},
};

/* Options that a case leaves to their defaults, in metres; and what is chosen by the number of
 * events, fixed. */
static inline const char *extra_for(const char *method, enum relation relation)
{
    if (str_eq(method, "network-kde"))
        return "snap=50 join=0.01";
    if (str_eq(method, "scan") && relation == TWICE)
        return "clusters=5"; /* further down a place with one event has two, which is enough */
    if (str_eq(method, "dual-kde") && relation == TWICE)
        return "bandwidth=250";
    return str_eq(method, "mantel") ? "space-constant=1" : "";
}

/* --- A part of the time alone --- */

/* SUM: the figures of two parts of the events add up to those of all. PREFIX: without the last five
 * weeks the weeks before them are judged as they were. NONE: why no such law holds. */
enum splitting { SUM, PREFIX, NONE };

#define TOWN "cell=500 columns=5 rows=5 x0=429500 y0=6506500 "

static const struct {
    const char *method;
    enum splitting kind;
    const char *options; /* of all and of each part */
    const char *rules;   /* SUM: columns; PREFIX: laws; NONE: the reason */
} splits[] = {
    {"kde", SUM, TOWN "bandwidth=600", "integral density count"},
    {"dual-kde", SUM, TOWN "bandwidth=600", "n_first n_second"},
    {"network-kde", SUM, "sigma=100 step=50", ".snapped unsnapped integral pieces.density"},
    {"gistar", SUM, TOWN, "mean value sum"},
    {"moran", SUM, TOWN, "mean value"},
    {"knox", NONE, "", "a pair may have an event in each part"},
    {"near-repeat-chains", NONE, "", "a chain may go from one part into the other"},
    {"repeat-places", NONE, "", "a place may have an event in each part"},
    {"mantel", NONE, "", "a pair may have an event in each part"},
    {"scan", NONE, "", "what is expected comes from the whole period"},
    {"aoristic", SUM, "", "events total_weight moments hours.weight"},
    {"weekday-hour", SUM, "", "events total_weight days count hours.days cells.hours"},
    {"season", SUM, "", "total_weight days count bins.days"},
    {"stl", NONE, "", "a season is found in the whole series"},
    {"compare-counts", NONE, "", "the input is two periods"},
    {"farrington", PREFIX, "",
     "? weeks! week= observed= expected= upper= .dispersion= trend= p= alarm="},
    {"ears", PREFIX, "", "? weeks! week= observed= expected= sigma= upper= p= alarm="},
    {"cusum", PREFIX, "", "? weeks! week= observed= expected= sum= upper= since= alarm="},
    {"breaks", NONE, "", "the cuts are the best of the whole series"},
    {"wdd", NONE, "", "the input is two periods"},
    {"did", NONE, "", "the input is two periods"},
    {"its", NONE, "", "the input is two periods of one series"},
    {"harmonic", NONE, "", "a season is found in the whole series"},
    {"road-eb", NONE, "", "the input is two periods"},
    {"pai", NONE, "", "the input is two periods"},
    {"rates", NONE, "", "the input is one period"},
};
