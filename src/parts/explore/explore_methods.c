/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The questions, the methods that answer them, and what a person may set. */
#include "base/str.h"
#include "parts/explore/explore_inner.h"

#define NOTHING TEXT_COUNT
#define REAL(name, label, hint, unit, fallback, least, most)                                       \
    {                                                                                              \
        name, T_explore_p_##label, hint, unit, fallback, PARAM_REAL, least, most, NULL, false      \
    }
#define WHOLE(name, label, hint, unit, fallback, least, most)                                      \
    {                                                                                              \
        name, T_explore_p_##label, hint, unit, fallback, PARAM_INT, least, most, NULL, false       \
    }
#define CHOICE(name, label, choices, fallback)                                                     \
    {                                                                                              \
        name, T_explore_p_##label, NOTHING, NOTHING, fallback, PARAM_CHOICE, 0, 0, choices, false  \
    }
#define OWN_CHOICE(name, label, choices, fallback)                                                 \
    {                                                                                              \
        name, T_explore_p_##label, NOTHING, NOTHING, fallback, PARAM_CHOICE, 0, 0, choices, true   \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
#define METRES T_explore_u_metres
#define DAYS T_explore_u_days

static const struct explore_choice neighbours[] = {
    {"queen", T_explore_c_queen}, {"rook", T_explore_c_rook}, {NULL, NOTHING}};
static const struct explore_choice inference[] = {{"auto", T_explore_c_auto},
                                                  {"normal", T_explore_c_normal},
                                                  {"exact", T_explore_c_exact},
                                                  {"permutation", T_explore_c_permutation},
                                                  {NULL, NOTHING}};
static const struct explore_choice kernels[] = {{"gauss", T_explore_c_gauss},
                                                {"quartic", T_explore_c_quartic},
                                                {"epanechnikov", T_explore_c_epanechnikov},
                                                {"uniform", T_explore_c_uniform},
                                                {NULL, NOTHING}};
static const struct explore_choice metrics[] = {
    {"euclidean", T_explore_c_euclidean}, {"manhattan", T_explore_c_manhattan}, {NULL, NOTHING}};
static const struct explore_choice modes[] = {{"prospective", T_explore_c_prospective},
                                              {"retrospective", T_explore_c_retrospective},
                                              {NULL, NOTHING}};
static const struct explore_choice snaps[] = {{"250", T_explore_c_snap250},
                                              {"500", T_explore_c_snap500},
                                              {"0", T_explore_c_snap0},
                                              {NULL, NOTHING}};
static const struct explore_choice units[] = {{"auto", T_explore_c_unit_auto},
                                              {"day", T_explore_c_day},
                                              {"week", T_explore_c_week},
                                              {NULL, NOTHING}};
static const struct explore_choice series[] = {{"all", T_explore_c_by_all},
                                               {"type", T_explore_c_by_type},
                                               {"area", T_explore_c_by_area},
                                               {NULL, NOTHING}};
static const struct explore_choice against[] = {
    {"before", T_explore_c_before}, {"year", T_explore_c_year}, {NULL, NOTHING}};
static const struct explore_choice settings[] = {
    {"original", T_explore_c_original}, {"noufaily", T_explore_c_noufaily}, {NULL, NOTHING}};
static const struct explore_choice ears_rules[] = {
    {"c1", T_explore_c_c1}, {"c2", T_explore_c_c2}, {"c3", T_explore_c_c3}, {NULL, NOTHING}};
static const struct explore_choice break_kinds[] = {
    {"normal", T_explore_c_least_squares}, {"poisson", T_explore_c_poisson}, {NULL, NOTHING}};
static const struct explore_choice season_by[] = {{"month", T_explore_c_month},
                                                  {"weekday", T_explore_c_weekday},
                                                  {"hour", T_explore_c_hour},
                                                  {NULL, NOTHING}};
static const struct explore_choice laps[] = {
    {"52", T_explore_c_lap52}, {"13", T_explore_c_lap13}, {"4", T_explore_c_lap4}, {NULL, NOTHING}};
static const struct explore_choice waves[] = {{"1", T_explore_c_wave1},
                                              {"2", T_explore_c_wave2},
                                              {"auto", T_explore_c_waves},
                                              {NULL, NOTHING}};
static const struct explore_choice families[] = {
    {"quasi", T_explore_c_quasi}, {"negbin", T_explore_c_negbin}, {NULL, NOTHING}};

static const struct explore_param gistar_params[] = {
    {"cell", T_explore_p_cell, T_explore_h_cell, METRES, "500", PARAM_INT, 100, 5000, NULL, false},
    CHOICE("neighbours", neighbours, neighbours, "queen"),
    CHOICE("inference", inference, inference, "auto"),
    WHOLE("permutations", permutations, NOTHING, NOTHING, "999", 99, 9999),
    REAL("level", level, T_explore_h_level, NOTHING, "0.05", 0.001, 0.5),
    END};
static const struct explore_param kde_params[] = {
    REAL("bandwidth", bandwidth, T_explore_h_bandwidth, METRES, "500", 50, 10000),
    WHOLE("cell", cell, NOTHING, METRES, "250", 50, 5000),
    CHOICE("kernel", kernel, kernels, "gauss"), END};
static const struct explore_param repeat_places_params[] = {
    REAL("within", within, T_explore_h_within, METRES, "0", 0, 500),
    WHOLE("least", place_least, NOTHING, NOTHING, "2", 2, 1000),
    REAL("level", level, T_explore_h_level, NOTHING, "0.05", 0.001, 0.5),
    WHOLE("permutations", permutations, NOTHING, NOTHING, "999", 99, 9999), END};
static const struct explore_param knox_params[] = {
    {"distances", T_explore_p_distances, T_explore_h_bands, METRES, "0,100,200,300,400", PARAM_LIST,
     0, 20000, NULL, false},
    {"days", T_explore_p_days, T_explore_h_bands, DAYS, "0,7,14,21,28", PARAM_LIST, 0, 1000, NULL,
     false},
    CHOICE("metric", metric, metrics, "euclidean"),
    WHOLE("permutations", permutations, NOTHING, NOTHING, "999", 99, 9999),
    END};
static const struct explore_param chain_params[] = {
    REAL("distance", distance, NOTHING, METRES, "200", 1, 20000),
    REAL("days", within_days, NOTHING, DAYS, "14", 0, 366),
    CHOICE("metric", metric, metrics, "euclidean"),
    WHOLE("least", chain_least, NOTHING, NOTHING, "3", 2, 1000), END};
static const struct explore_param mantel_params[] = {
    CHOICE("metric", metric, metrics, "euclidean"),
    WHOLE("permutations", permutations, NOTHING, NOTHING, "199", 99, 9999), END};
static const struct explore_param scan_params[] = {
    CHOICE("mode", mode, modes, "prospective"),
    OWN_CHOICE("snap", snap, snaps, "250"),
    REAL("max-radius", max_radius, NOTHING, METRES, "2000", 100, 50000),
    OWN_CHOICE("time-unit", time_unit, units, "auto"),
    REAL("max-duration", max_duration, T_explore_h_max_duration, DAYS, "28", 1, 366),
    WHOLE("min-cases", min_cases, NOTHING, NOTHING, "3", 2, 1000),
    WHOLE("permutations", permutations, NOTHING, NOTHING, "999", 99, 9999),
    WHOLE("clusters", clusters, NOTHING, NOTHING, "5", 1, 50),
    END};
static const struct explore_param compare_params[] = {
    OWN_CHOICE("by", by, series, "type"), OWN_CHOICE("against", against, against, "before"), END};
static const struct explore_param farrington_params[] = {
    OWN_CHOICE("by", by, series, "all"), CHOICE("setting", setting, settings, "original"),
    WHOLE("years-back", years_back, T_explore_h_years_back, NOTHING, "3", 1, 10),
    REAL("fdr", fdr, T_explore_h_level, NOTHING, "0.05", 0.001, 0.5), END};
static const struct explore_param ears_params[] = {
    OWN_CHOICE("by", by, series, "all"), CHOICE("method", ears_rule, ears_rules, "c2"),
    WHOLE("baseline", baseline, NOTHING, T_explore_u_weeks, "7", 3, 52), END};
static const struct explore_param cusum_params[] = {
    OWN_CHOICE("by", by, series, "all"),
    REAL("ratio", ratio, T_explore_h_ratio, NOTHING, "1.5", 1.05, 10),
    REAL("false-alarm-every", every, NOTHING, T_explore_u_weeks, "260", 10, 100000),
    WHOLE("baseline", baseline, NOTHING, T_explore_u_weeks, "52", 8, 208), END};
static const struct explore_param break_params[] = {
    OWN_CHOICE("by", by, series, "all"), CHOICE("kind", break_kind, break_kinds, "normal"),
    REAL("least-share", least_share, T_explore_h_share, NOTHING, "0.15", 0.02, 0.5),
    WHOLE("most", most_breaks, NOTHING, NOTHING, "5", 0, 10), END};
static const struct explore_param season_params[] = {CHOICE("by", season_by, season_by, "month"),
                                                     END};
static const struct explore_param stl_params[] = {CHOICE("period", lap, laps, "52"), END};
static const struct explore_param harmonic_params[] = {
    OWN_CHOICE("by", by, series, "all"), CHOICE("harmonics", harmonics, waves, "1"),
    CHOICE("family", family, families, "quasi"),
    REAL("fdr", fdr_finds, NOTHING, NOTHING, "0.05", 0.001, 0.5), END};
static const struct explore_param none[] = {END};

#define START                                                                                      \
    {                                                                                              \
        "start", T_explore_p_start, T_explore_h_start, NOTHING, NULL, PARAM_DATE, 0, 0, NULL, true \
    }
#define GROUND(name, label, hint)                                                                  \
    {                                                                                              \
        name, T_explore_p_##label, hint, NOTHING, NULL, PARAM_AREA, 0, 0, NULL, true               \
    }
#define CORNERS(name, label)                                                                       \
    {                                                                                              \
        name, T_explore_p_##label, T_explore_h_corners, NOTHING, NULL, PARAM_CORNERS, 0, 0, NULL,  \
            true                                                                                   \
    }
#define OWN_REAL(name, label, unit, fallback, least, most)                                         \
    {                                                                                              \
        name, T_explore_p_##label, NOTHING, unit, fallback, PARAM_REAL, least, most, NULL, true    \
    }
static const struct explore_param treated_params[] = {
    START,
    GROUND("treated", treated, T_explore_h_treated),
    GROUND("control", control, T_explore_h_control),
    CORNERS("ground", ground),
    CORNERS("beside", beside),
    {"centre", T_explore_p_centre, T_explore_h_centre, NOTHING, NULL, PARAM_TEXT, 0, 0, NULL, true},
    OWN_REAL("east", east, METRES, NULL, 200000, 1000000),
    OWN_REAL("north", north, METRES, NULL, 6000000, 7800000),
    OWN_REAL("radius", radius, METRES, "500", 50, 20000),
    {"ring", T_explore_p_ring, T_explore_h_ring, METRES, "500", PARAM_REAL, 0, 5000, NULL, true},
    END};
static const struct explore_param its_params[] = {
    {"at", T_explore_p_start, T_explore_h_start, NOTHING, NULL, PARAM_DATE, 0, 0, NULL, false},
    CHOICE("family", family, families, "quasi"),
    WHOLE("harmonics", harmonics, NOTHING, NOTHING, "1", 0, 4),
    END};

/* --- What is shown of a result --- */

#define C(key, label, as)                                                                          \
    {                                                                                              \
        key, T_explore_k_##label, as                                                               \
    }
static const struct explore_column gistar_columns[] = {C("@place", place, AS_TEXT),
                                                       C("value", events, AS_WHOLE),
                                                       C("sum", with_neighbours, AS_WHOLE),
                                                       C("class", verdict, AS_WORD),
                                                       C("z", z, AS_REAL),
                                                       C("q", q, AS_FINE),
                                                       {NULL}};
static const struct explore_column moran_columns[] = {C("@place", place, AS_TEXT),
                                                      C("value", events, AS_WHOLE),
                                                      C("lag", neighbours_mean, AS_REAL),
                                                      C("class", verdict, AS_WORD),
                                                      C("i", i, AS_REAL),
                                                      C("q", q, AS_FINE),
                                                      {NULL}};
static const struct explore_column kde_columns[] = {C("@place", place, AS_TEXT),
                                                    C("per_km2", per_km2, AS_REAL),
                                                    C("count", in_square, AS_WHOLE),
                                                    {NULL}};
static const struct explore_column repeat_places_columns[] = {
    C("@place", place, AS_TEXT),
    C("events", events, AS_WHOLE),
    C("more", more, AS_YES),
    C("cumulative", cumulative, AS_REAL),
    C("first", first, AS_DATE),
    C("last", last, AS_DATE),
    C("median_days", median_days, AS_WHOLE),
    C("q", q, AS_FINE),
    {NULL}};
static const struct explore_column knox_columns[] = {C("distance_from", distance_from, AS_WHOLE),
                                                     C("distance_to", distance_to, AS_WHOLE),
                                                     C("days_from", days_from, AS_WHOLE),
                                                     C("days_to", days_to, AS_WHOLE),
                                                     C("observed", pairs, AS_WHOLE),
                                                     C("expected", expected_pairs, AS_REAL),
                                                     C("ratio", ratio, AS_REAL),
                                                     C("p", p, AS_FINE),
                                                     {NULL}};
static const struct explore_column chain_columns[] = {
    C("@place", place, AS_TEXT), C("events", events, AS_WHOLE), C("first", first, AS_DATE),
    C("last", last, AS_DATE),    C("radius", radius, AS_WHOLE), {NULL}};
static const struct explore_column scan_columns[] = {C("@place", place, AS_TEXT),
                                                     C("from", from, AS_DATE),
                                                     C("to", to, AS_DATE),
                                                     C("observed", events, AS_WHOLE),
                                                     C("expected", expected, AS_REAL),
                                                     C("ratio", ratio, AS_REAL),
                                                     C("radius", radius, AS_WHOLE),
                                                     C("p", p, AS_FINE),
                                                     {NULL}};
static const struct explore_column compare_columns[] = {
    C("place", what, AS_TEXT),        C("after", now, AS_WHOLE),  C("before", then, AS_WHOLE),
    C("certainty", verdict, AS_WORD), C("ratio", ratio, AS_REAL), C("ratio_low", low, AS_REAL),
    C("ratio_high", high, AS_REAL),   C("q", q, AS_FINE),         {NULL}};
static const struct explore_column farrington_columns[] = {C("place", what, AS_TEXT),
                                                           C("start", week_from, AS_DATE),
                                                           C("observed", events, AS_WHOLE),
                                                           C("expected", expected, AS_REAL),
                                                           C("upper", upper, AS_REAL),
                                                           C("alarm", alarm, AS_YES),
                                                           C("sure", sure, AS_YES),
                                                           C("q", q, AS_FINE),
                                                           {NULL}};
static const struct explore_column harmonic_columns[] = {C("place", what, AS_TEXT),
                                                         C("start", week_from, AS_DATE),
                                                         C("observed", events, AS_WHOLE),
                                                         C("expected", expected, AS_REAL),
                                                         C("lower", fewest, AS_WHOLE),
                                                         C("upper", most, AS_WHOLE),
                                                         C("q", q, AS_FINE),
                                                         {NULL}};
static const struct explore_column cusum_columns[] = {
    C("place", what, AS_TEXT),       C("start", week_from, AS_DATE),
    C("observed", events, AS_WHOLE), C("expected", expected, AS_REAL),
    C("sum", cusum, AS_REAL),        C("alarm", alarm, AS_YES),
    C("since", since, AS_TEXT),      {NULL}};
static const struct explore_column break_columns[] = {C("place", what, AS_TEXT),
                                                      C("start", week_from, AS_DATE),
                                                      C("level_before", before_level, AS_REAL),
                                                      C("level_after", after_level, AS_REAL),
                                                      C("ratio", ratio, AS_REAL),
                                                      {NULL}};
static const struct explore_column week_columns[] = {C("weekday", weekday, AS_WEEKDAY),
                                                     C("count", events, AS_WHOLE),
                                                     C("days", days, AS_REAL),
                                                     C("rate", per_day, AS_REAL),
                                                     C("index", index, AS_REAL),
                                                     C("q", q, AS_FINE),
                                                     {NULL}};
static const struct explore_column aoristic_columns[] = {C("weekday", weekday, AS_WEEKDAY),
                                                         C("hour", hour, AS_WHOLE),
                                                         C("weight", weight, AS_REAL),
                                                         C("share", share, AS_FINE),
                                                         {NULL}};
static const struct explore_column season_columns[] = {C("name", what, AS_TEXT),
                                                       C("count", events, AS_WHOLE),
                                                       C("days", days, AS_REAL),
                                                       C("rate", per_day, AS_REAL),
                                                       C("index", index, AS_REAL),
                                                       C("q", q, AS_FINE),
                                                       {NULL}};
static const struct explore_column stl_columns[] = {
    C("t", week_from, AS_DATE),     C("observed", events, AS_WHOLE), C("trend", trend, AS_REAL),
    C("seasonal", season, AS_REAL), C("remainder", rest, AS_REAL),   {NULL}};
static const struct explore_column its_columns[] = {C("start", week_from, AS_DATE),
                                                    C("observed", events, AS_WHOLE),
                                                    C("expected", expected, AS_REAL),
                                                    C("without", without, AS_REAL),
                                                    {NULL}};

/* The first method of a question is the one that answers when nothing is chosen. */
const struct explore_method explore_methods[] = {
    {"gistar", ASK_WHERE, T_explore_m_gistar, ROWS_SQUARES, gistar_params, "cells", gistar_columns,
     "z", NULL, "z", PICTURE_NONE, NULL, NULL, 20, 500000, 0},
    {"kde", ASK_WHERE, T_explore_m_kde, ROWS_PLACES, kde_params, "cells", kde_columns, "per_km2",
     NULL, "per_km2", PICTURE_NONE, NULL, NULL, 10, 500000, 0},
    {"repeat-places", ASK_WHERE, T_explore_m_repeat_places, ROWS_PLACES, repeat_places_params,
     "places", repeat_places_columns, NULL, NULL, "events", PICTURE_NONE, NULL, NULL, 20, 500000,
     0},
    {"moran", ASK_WHERE, T_explore_m_moran, ROWS_SQUARES, gistar_params, "cells", moran_columns,
     "z", NULL, "z", PICTURE_NONE, NULL, NULL, 20, 500000, 0},
    {"knox", ASK_REPEAT, T_explore_m_knox, ROWS_PLACES, knox_params, "cells", knox_columns, NULL,
     NULL, NULL, PICTURE_NONE, NULL, NULL, 20, 100000, 0},
    {"near-repeat-chains", ASK_REPEAT, T_explore_m_chains, ROWS_PLACES, chain_params, "chains",
     chain_columns, "events", NULL, "events", PICTURE_NONE, NULL, NULL, 2, 500000, 0},
    {"mantel", ASK_REPEAT, T_explore_m_mantel, ROWS_PLACES, mantel_params, NULL, NULL, NULL, NULL,
     NULL, PICTURE_NONE, NULL, NULL, 20, 5000, 0},
    {"scan", ASK_CLUSTERS, T_explore_m_scan, ROWS_PLACES, scan_params, "clusters", scan_columns,
     NULL, NULL, "ratio", PICTURE_NONE, NULL, NULL, 20, 500000, 0},
    {"compare-counts", ASK_CHANGED, T_explore_m_compare, ROWS_COMPARE, compare_params,
     "comparisons", compare_columns, "after", NULL, NULL, PICTURE_BARS, "after", "before", 1,
     1000000, 0},
    {"farrington", ASK_CHANGED, T_explore_m_farrington, ROWS_SERIES, farrington_params, "weeks",
     farrington_columns, NULL, "alarm", NULL, PICTURE_LINE, "observed", "expected", 20, 1000000,
     -1},
    {"ears", ASK_CHANGED, T_explore_m_ears, ROWS_SERIES, ears_params, "weeks", farrington_columns,
     NULL, "alarm", NULL, PICTURE_LINE, "observed", "expected", 10, 1000000, 400},
    {"cusum", ASK_CHANGED, T_explore_m_cusum, ROWS_SERIES, cusum_params, "weeks", cusum_columns,
     NULL, "alarm", NULL, PICTURE_LINE, "observed", "expected", 20, 1000000, 1500},
    {"breaks", ASK_CHANGED, T_explore_m_breaks, ROWS_SERIES, break_params, "breaks", break_columns,
     NULL, NULL, NULL, PICTURE_NONE, NULL, NULL, 20, 1000000, 0},
    {"weekday-hour", ASK_WHEN, T_explore_m_week, ROWS_TIMES, none, "weekdays", week_columns, NULL,
     NULL, NULL, PICTURE_WEEK, "cells", "count", 20, 1000000, 0},
    {"aoristic", ASK_WHEN, T_explore_m_aoristic, ROWS_TIMES, none, "hours", aoristic_columns,
     "weight", NULL, NULL, PICTURE_WEEK, "hours", "weight", 20, 1000000, 0},
    {"season", ASK_SEASON, T_explore_m_season, ROWS_TIMES, season_params, "bins", season_columns,
     NULL, NULL, NULL, PICTURE_BARS, "rate", NULL, 20, 1000000, 0},
    {"harmonic", ASK_SEASON, T_explore_m_harmonic, ROWS_SERIES, harmonic_params, "weeks",
     harmonic_columns, NULL, "outside", NULL, PICTURE_LINE, "observed", "expected", 20, 1000000,
     1461},
    {"stl", ASK_SEASON, T_explore_m_stl, ROWS_WEEKS, stl_params, "values", stl_columns, NULL, NULL,
     NULL, PICTURE_LINE, "observed", "trend", 20, 1000000, 0},
    {"wdd", ASK_HELPED, T_explore_m_wdd, ROWS_TREATED, treated_params, NULL, NULL, NULL, NULL, NULL,
     PICTURE_NONE, NULL, NULL, 1, 1000000, 0},
    {"did", ASK_HELPED, T_explore_m_did, ROWS_TREATED, treated_params, NULL, NULL, NULL, NULL, NULL,
     PICTURE_NONE, NULL, NULL, 1, 1000000, 0},
    {"its", ASK_HELPED, T_explore_m_its, ROWS_SERIES, its_params, "weeks", its_columns, NULL, NULL,
     NULL, PICTURE_LINE, "observed", "without", 20, 1000000, 0},
};
const size_t explore_methods_n = ARRAY_LEN(explore_methods);

const struct explore_question_words explore_questions[ASK_COUNT] = {
    [ASK_WHERE] = {"where", T_explore_q_where, T_explore_q_where_more},
    [ASK_REPEAT] = {"repeat", T_explore_q_repeat, T_explore_q_repeat_more},
    [ASK_CLUSTERS] = {"clusters", T_explore_q_clusters, T_explore_q_clusters_more},
    [ASK_CHANGED] = {"changed", T_explore_q_changed, T_explore_q_changed_more},
    [ASK_WHEN] = {"when", T_explore_q_when, T_explore_q_when_more},
    [ASK_SEASON] = {"season", T_explore_q_season, T_explore_q_season_more},
    [ASK_HELPED] = {"helped", T_explore_q_helped, T_explore_q_helped_more},
};

const struct explore_method *explore_method_find(const char *name)
{
    for (size_t i = 0; i < explore_methods_n; i++)
        if (str_eq(explore_methods[i].name, name))
            return &explore_methods[i];
    return NULL;
}

const struct explore_method *explore_method_first(enum explore_question q)
{
    for (size_t i = 0; i < explore_methods_n; i++)
        if (explore_methods[i].question == q)
            return &explore_methods[i];
    return &explore_methods[0];
}

int explore_param_find(const struct explore_method *m, const char *name)
{
    for (int i = 0; m->params[i].name; i++)
        if (str_eq(m->params[i].name, name))
            return i;
    return -1;
}

size_t explore_params_n(const struct explore_method *m)
{
    size_t n = 0;
    while (m->params[n].name)
        n++;
    return n;
}
