/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The event types and how often, when and where each happens in the exercise.
 *
 * Hours and weekdays are counts of the Swedish Police's published notices 2022-09..2026-02 by
 * type (Polismyndigheten, public-sector information, as collected in the repository
 * dnouri/polisen-se-events-history). The shares and seasons are our own. */
#include "parts/exercise/exercise_inner.h"

#include "base/str.h"

const char *const exercise_municipalities[EXERCISE_MUNICIPALITIES] = {"1493", "1473", "1447"};

enum profile {
    PROFILE_DAMAGE,
    PROFILE_BLAST,
    PROFILE_DRUGS,
    PROFILE_ALCOHOL,
    PROFILE_ANNOY,
    PROFILE_TRESPASS,
    PROFILE_ASSAULT,
    PROFILE_THREAT,
    PROFILE_ROBBERY,
    PROFILE_FIGHT,
    PROFILE_STAFF,
    PROFILE_BURGLARY,
    PROFILE_STEAL_BREAK,
    PROFILE_VEHICLE,
    PROFILE_STEAL,
    PROFILE_TRAFFIC,
    PROFILE_DAY,     /* seen by staff at work */
    PROFILE_RIDE,    /* young people on wheels, after school and at night */
    PROFILE_EVENING, /* gatherings */
    PROFILE_COUNT
};

const struct exercise_profile exercise_profiles[PROFILE_COUNT] = {
    [PROFILE_DAMAGE] = {"Skadegörelse",
                        {111, 113, 96, 80, 56, 35, 24, 44, 39, 43, 33, 35,
                         28,  38,  37, 36, 48, 42, 50, 61, 46, 28, 46, 51},
                        {194, 193, 171, 145, 203, 160, 154}},
    [PROFILE_BLAST] = {"Explosion",
                       {28, 17, 19, 17, 11, 3, 1, 4,  6, 2,  2,  1,
                        2,  5,  2,  1,  4,  6, 7, 10, 9, 15, 19, 19},
                       {28, 37, 28, 22, 34, 35, 26}},
    [PROFILE_DRUGS] = {"Narkotikabrott",
                       {42, 40, 35, 20, 8,  10, 7,  18, 46, 47, 52, 51,
                        58, 62, 59, 83, 67, 63, 54, 61, 29, 20, 16, 17},
                       {138, 149, 158, 185, 169, 85, 81}},
    [PROFILE_ALCOHOL] = {"Fylleri/LOB",
                         {6,  10, 7,   8,   2,   3,   10,  32, 26, 28, 38, 65,
                          76, 92, 130, 113, 167, 136, 126, 96, 53, 16, 5,  7},
                         {223, 179, 187, 216, 273, 111, 63}},
    [PROFILE_ANNOY] = {"Ofredande/förargelse",
                       {5,  6,  2,  2,  2,  1,  1,  7,  7,  9, 12, 13,
                        18, 12, 17, 29, 14, 16, 12, 13, 11, 2, 5,  2},
                       {35, 28, 37, 25, 43, 33, 17}},
    [PROFILE_TRESPASS] = {"Olaga intrång",
                          {12, 13, 14, 14, 9, 5,  7, 13, 19, 13, 12, 18,
                           7,  5,  10, 9,  8, 11, 5, 2,  4,  3,  8,  6},
                          {40, 35, 39, 34, 36, 19, 24}},
    [PROFILE_ASSAULT] = {"Misshandel",
                         {251, 221, 166, 125, 68,  42,  118, 75,  68,  92,  92,  95,
                          134, 152, 168, 174, 160, 207, 229, 196, 157, 136, 165, 131},
                         {400, 439, 443, 490, 493, 631, 526}},
    [PROFILE_THREAT] = {"Olaga hot",
                        {19, 14, 10, 3,  2,  6,  14, 18, 12, 27, 33, 21,
                         37, 23, 42, 42, 34, 41, 40, 31, 26, 17, 15, 10},
                        {86, 86, 100, 86, 82, 58, 39}},
    [PROFILE_ROBBERY] = {"Rån",
                         {52, 37, 35, 41, 22, 16, 7,  28,  26, 23, 40, 48,
                          34, 55, 55, 65, 74, 76, 94, 101, 81, 57, 43, 49},
                         {173, 176, 170, 161, 185, 170, 124}},
    [PROFILE_FIGHT] = {"Bråk",
                       {7,  11, 6,  4,  2,  4,  1,  12, 7,  6,  14, 15,
                        15, 20, 17, 34, 35, 35, 42, 40, 40, 18, 8,  10},
                       {43, 77, 54, 52, 63, 77, 37}},
    [PROFILE_STAFF] = {"Våld/hot mot tjänsteman",
                       {37, 34, 35, 16, 7,  4,  3,  6,  11, 16, 16, 20,
                        15, 20, 30, 34, 26, 41, 27, 15, 18, 6,  13, 11},
                       {59, 61, 69, 75, 65, 72, 60}},
    [PROFILE_BURGLARY] = {"Inbrott",
                          {23, 21, 25, 21, 23, 16, 20, 26, 22, 19, 26, 12,
                           21, 17, 12, 4,  14, 13, 10, 14, 9,  6,  6,  17},
                          {72, 49, 61, 68, 50, 36, 61}},
    [PROFILE_STEAL_BREAK] = {"Stöld/inbrott",
                             {87, 72, 109, 99, 79, 48, 64, 95, 90, 74, 56, 60,
                              62, 33, 27,  27, 44, 35, 34, 39, 32, 25, 43, 35},
                             {231, 223, 190, 211, 214, 152, 148}},
    [PROFILE_VEHICLE] = {"Motorfordon, stöld",
                         {8,  14, 15, 13, 13, 8,  11, 9, 19, 15, 20, 16,
                          14, 10, 19, 12, 10, 14, 8,  9, 3,  8,  9,  9},
                         {49, 39, 47, 48, 51, 28, 24}},
    [PROFILE_STEAL] = {"Stöld",
                       {62,  64,  72,  67,  43,  38,  42,  69,  99, 109, 137, 226,
                        234, 183, 236, 232, 204, 184, 147, 113, 56, 28,  20,  17},
                       {496, 493, 430, 467, 444, 184, 168}},
    [PROFILE_TRAFFIC] = {"Trafikbrott",
                         {59, 43,  32,  25,  23,  22,  16, 34, 76, 109, 101, 89,
                          91, 109, 138, 131, 138, 102, 87, 91, 81, 56,  40,  42},
                         {295, 286, 281, 285, 286, 171, 131}},
    [PROFILE_DAY] = {NULL,
                     {0,  0,  0,  0,  0,  2,  12, 40, 50, 45, 40, 30,
                      25, 35, 35, 30, 20, 10, 8,  8,  6,  4,  2,  0},
                     {24, 18, 17, 17, 16, 5, 4}},
    [PROFILE_RIDE] = {NULL,
                      {12, 6, 2,  0,  0,  0,  2,  6,  4,  3,  4,  6,
                       8,  8, 12, 22, 24, 24, 26, 30, 34, 36, 32, 22},
                      {10, 10, 12, 14, 24, 20, 12}},
    [PROFILE_EVENING] = {NULL,
                         {14, 8, 4,  1,  0,  0,  0,  1,  2,  3,  4,  5,
                          6,  7, 10, 14, 16, 18, 24, 30, 34, 36, 32, 22},
                         {10, 10, 12, 14, 24, 20, 12}},
};

/* January .. December; each row has the mean 1, about. */
const double exercise_seasons[SEASON_COUNT][12] = {
    [SEASON_FLAT] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    [SEASON_SUMMER] = {0.7, 0.7, 0.8, 1, 1.2, 1.3, 1.3, 1.3, 1.1, 1, 0.8, 0.8},
    [SEASON_DARK] = {1.2, 1.15, 1.05, 0.9, 0.8, 0.75, 0.8, 0.85, 1, 1.15, 1.2, 1.15},
    [SEASON_SCHOOL] = {0.8, 0.9, 1.1, 1.25, 1.3, 0.9, 0.5, 0.95, 1.3, 1.2, 1, 0.8},
    [SEASON_NEWYEAR] = {2.5, 0.4, 0.4, 0.7, 0.6, 0.5, 0.4, 0.5, 0.5, 1, 1.2, 3.3},
};

const struct exercise_type exercise_types[EXERCISE_TYPE_COUNT] = {
    {"damage.graffiti", true, "Skadegörelse"},
    {"damage.glass", true, "Skadegörelse"},
    {"damage.arson", true, "Skadegörelse"},
    {"damage.vehicle", true, "Skadegörelse"},
    {"damage.other", true, "Skadegörelse"},
    {"litter.dumping", false, NULL},
    {"litter.needles", false, NULL},
    {"litter.scrap_vehicle", false, NULL},
    {"litter.other", false, NULL},
    {"drugs.dealing", false, "Narkotikabrott"},
    {"drugs.use", false, "Narkotikabrott"},
    {"drugs.paraphernalia", false, NULL},
    {"alcohol", false, "Fylleri/LOB"},
    {"disturbance.gathering", false, NULL},
    {"disturbance.noise", false, NULL},
    {"disturbance.trespass", false, "Olaga intrång"},
    {"disturbance.fireworks", false, "Explosion"},
    {"violence.assault", false, "Misshandel"},
    {"violence.threat", false, "Olaga hot"},
    {"violence.robbery", false, "Rån"},
    {"violence.fight", false, "Bråk"},
    {"staff_incident.hindered", false, "Våld/hot mot tjänsteman"},
    {"staff_incident.threatened", false, "Våld/hot mot tjänsteman"},
    {"staff_incident.provoked", false, "Våld/hot mot tjänsteman"},
    {"staff_incident.violence", false, "Våld/hot mot tjänsteman"},
    {"theft.dwelling", true, "Stöld/inbrott"},
    {"theft.storeroom", true, "Inbrott"},
    {"theft.vehicle", true, "Motorfordon, stöld"},
    {"theft.shop", false, "Stöld"},
    {"theft.other", true, "Stöld"},
    {"traffic.reckless", false, "Trafikbrott"},
    {"traffic.speed", false, "Trafikbrott"},
    {"traffic.moped", false, NULL},
    {"traffic.parking", false, NULL},
    {"traffic.cycle_path", false, NULL},
    {"unsafe_place.lighting", false, NULL},
    {"unsafe_place.vegetation", false, NULL},
    {"unsafe_place.overview", false, NULL},
    {"unsafe_place.desolate", false, NULL},
    {"unsafe_place.design", false, NULL},
    {"unsafe_place.maintenance", false, NULL},
    {"hate", false, "Ofredande/förargelse"},
    {"rumour", false, NULL},
    {"planned_event", false, NULL},
    {"positive", false, NULL},
    {"nothing", false, NULL},
};

const struct exercise_recipe exercise_recipes[EXERCISE_TYPE_COUNT] = {
    {PROFILE_DAMAGE, SEASON_SCHOOL, 70, 80, false}, /* damage.graffiti */
    {PROFILE_DAMAGE, SEASON_SCHOOL, 45, 60, false}, /* damage.glass */
    {PROFILE_DAMAGE, SEASON_SUMMER, 12, 12, false}, /* damage.arson */
    {PROFILE_DAMAGE, SEASON_FLAT, 65, 15, false},   /* damage.vehicle */
    {PROFILE_DAMAGE, SEASON_FLAT, 60, 50, false},   /* damage.other */
    {PROFILE_DAY, SEASON_SUMMER, 0, 90, false},     /* litter.dumping */
    {PROFILE_DAY, SEASON_FLAT, 0, 12, false},       /* litter.needles */
    {PROFILE_DAY, SEASON_FLAT, 0, 15, false},       /* litter.scrap_vehicle */
    {PROFILE_DAY, SEASON_SUMMER, 0, 60, false},     /* litter.other */
    {PROFILE_DRUGS, SEASON_FLAT, 15, 40, false},    /* drugs.dealing */
    {PROFILE_DRUGS, SEASON_FLAT, 60, 45, false},    /* drugs.use */
    {PROFILE_DAY, SEASON_FLAT, 0, 15, false},       /* drugs.paraphernalia */
    {PROFILE_ALCOHOL, SEASON_SUMMER, 0, 60, false}, /* alcohol */
    {PROFILE_EVENING,
     SEASON_SCHOOL,
     0,
     110,
     false,
     {"park", "square", "school"}},                          /* disturbance.gathering
                                                              */
    {PROFILE_EVENING, SEASON_SUMMER, 0, 50, false},          /* disturbance.noise */
    {PROFILE_TRESPASS, SEASON_FLAT, 14, 25, false},          /* disturbance.trespass */
    {PROFILE_BLAST, SEASON_NEWYEAR, 4, 10, false},           /* disturbance.fireworks */
    {PROFILE_ASSAULT, SEASON_SUMMER, 80, 4, false},          /* violence.assault */
    {PROFILE_THREAT, SEASON_FLAT, 65, 10, false},            /* violence.threat */
    {PROFILE_ROBBERY, SEASON_FLAT, 5, 1, false},             /* violence.robbery */
    {PROFILE_FIGHT, SEASON_SUMMER, 10, 12, false},           /* violence.fight */
    {PROFILE_STAFF, SEASON_FLAT, 4, 12, false},              /* staff_incident.hindered */
    {PROFILE_STAFF, SEASON_FLAT, 12, 12, false},             /* staff_incident.threatened */
    {PROFILE_STAFF, SEASON_FLAT, 0, 15, false},              /* staff_incident.provoked */
    {PROFILE_STAFF, SEASON_FLAT, 8, 3, false},               /* staff_incident.violence */
    {PROFILE_STEAL_BREAK, SEASON_DARK, 95, 0, true, {NULL}}, /* theft.dwelling */
    {PROFILE_BURGLARY, SEASON_DARK, 55, 15, true},           /* theft.storeroom */
    {PROFILE_VEHICLE, SEASON_FLAT, 70, 6, false},            /* theft.vehicle */
    {PROFILE_STEAL, SEASON_FLAT, 90, 10, false},             /* theft.shop */
    {PROFILE_STEAL, SEASON_SUMMER, 150, 10, false},          /* theft.other */
    {PROFILE_TRAFFIC, SEASON_SUMMER, 15, 45, false, {NULL}}, /* traffic.reckless */
    {PROFILE_TRAFFIC, SEASON_SUMMER, 0, 30, false},          /* traffic.speed */
    {PROFILE_RIDE, SEASON_SCHOOL, 20, 45, false},            /* traffic.moped */
    {PROFILE_DAY, SEASON_FLAT, 0, 25, false},                /* traffic.parking */
    {PROFILE_RIDE, SEASON_SUMMER, 0, 25, false},             /* traffic.cycle_path */
    {PROFILE_DAY, SEASON_DARK, 0, 45, false},                /* unsafe_place.lighting */
    {PROFILE_DAY, SEASON_SUMMER, 0, 30, false},              /* unsafe_place.vegetation */
    {PROFILE_DAY, SEASON_FLAT, 0, 15, false},                /* unsafe_place.overview */
    {PROFILE_DAY, SEASON_DARK, 0, 20, false},                /* unsafe_place.desolate */
    {PROFILE_DAY, SEASON_FLAT, 0, 10, false},                /* unsafe_place.design */
    {PROFILE_DAY, SEASON_FLAT, 0, 25, false},                /* unsafe_place.maintenance */
    {PROFILE_ANNOY, SEASON_FLAT, 8, 5, false},               /* hate */
    {PROFILE_DAY, SEASON_FLAT, 0, 15, false},                /* rumour */
    {PROFILE_DAY, SEASON_SUMMER, 0, 12, false},              /* planned_event */
    {PROFILE_DAY, SEASON_FLAT, 0, 25, false},                /* positive */
    {PROFILE_DAY, SEASON_FLAT, 0, 0, false},                 /* nothing */
};

int exercise_type_index(const char *code)
{
    for (int i = 0; i < EXERCISE_TYPE_COUNT; i++)
        if (str_eq(exercise_types[i].code, code))
            return i;
    return -1;
}

const char *exercise_source_name(enum exercise_source s)
{
    return s == EXERCISE_POLICE ? EXERCISE_SOURCE_POLICE : EXERCISE_SOURCE_EST;
}

const char *exercise_plant_name(enum exercise_plant p)
{
    static const char *const names[EXERCISE_PLANTS] = {
        "base", "hotspot", "near_repeat_series", "space_time_cluster", "step_change", "nothing"};
    return names[p];
}
