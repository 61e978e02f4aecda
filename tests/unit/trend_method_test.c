/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The methods of counts over time, before and after, and places, as the command runs them. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

#define ROWS_MOST 4000

static struct arena *arena;
static double numbers[COLUMN_COUNT][ROWS_MOST];
static msec times[ROWS_MOST];
static uint64_t lines[ROWS_MOST];
static uint32_t name_index[2][ROWS_MOST];
static const char *names[2][ROWS_MOST];
static char csv[1 << 18];

static uint32_t intern(int k, uint32_t *n, const char *cell)
{
    for (uint32_t i = 0; i < *n; i++)
        if (str_eq(names[k][i], cell))
            return i;
    names[k][*n] = cell;
    return (*n)++;
}

static void put(struct analysis_table *t, int c, const char *cell)
{
    size_t i = t->n;
    if (c == COLUMN_T)
        CHECK_INT(time_parse(cell, &times[i]), ERR_OK);
    else if (c == COLUMN_PLACE)
        name_index[0][i] = intern(0, &t->place.n, cell);
    else if (c == COLUMN_GROUP)
        name_index[1][i] = intern(1, &t->group.n, cell);
    else
        numbers[c][i] = *cell ? strtod(cell, NULL) : NAN;
}

/* A small file: the columns named in its first line. */
static void read_text(struct analysis *an, const char *text)
{
    struct analysis_table *t = &an->table;
    int columns[COLUMN_COUNT], n = 0;
    char *copy = arena_strdup(arena, text), *line;
    *t = (struct analysis_table){.t = times, .line = lines};
    t->place = (struct analysis_names){0, names[0], name_index[0]};
    t->group = (struct analysis_names){0, names[1], name_index[1]};
    for (bool header = true; (line = strsep(&copy, "\n")) && *line; header = false) {
        int k = 0;
        for (char *cell; (cell = strsep(&line, ",")); k++) {
            if (!header) {
                put(t, columns[k], cell);
                continue;
            }
            for (int c = 0; c < COLUMN_COUNT; c++)
                if (str_eq(analysis_column_name((enum analysis_column)c), cell))
                    columns[n] = c;
            t->has |= COLUMN_BIT(columns[n]);
            n++;
        }
        lines[t->n] = t->n + 2;
        t->n += !header;
    }
    for (int c = 0; c < COLUMN_COUNT; c++)
        t->number[c] = numbers[c];
}

/* Options as "by=week weeks=3". */
static struct analysis *begin(const char *method, const char *asked, const char *text)
{
    struct analysis *an;
    char options[400], *left = NULL;
    arena_free(arena);
    arena = arena_new((size_t)64 << 20);
    CHECK_INT(analysis_begin(analysis_method_find(method), arena, LANG_SV, &an), ERR_OK);
    str_copy(options, sizeof options, asked);
    for (char *o = strtok_r(options, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        CHECK_INT(analysis_set(an, o, arena_strdup(arena, value + 1)), ERR_OK);
    }
    read_text(an, text);
    return an;
}

static const char *answer(const char *method, const char *asked, const char *text)
{
    struct analysis *an = begin(method, asked, text);
    struct buf out = buf_init(1 << 22);
    if (analysis_run(an) != ERR_OK)
        fail_msg("%s: %s", method, an->problem ? an->problem : "failed");
    CHECK_INT(analysis_write_json(an, &out), ERR_OK);
    char *json = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return json;
}

static void has(const char *json, const char *part)
{
    if (!strstr(json, part))
        fail_msg("no %s in %.1500s", part, json);
}

static void refused(const char *method, const char *asked, const char *text, const char *part)
{
    struct analysis *an = begin(method, asked, text);
    CHECK_INT(analysis_run(an), ERR_USAGE);
    if (!strstr(an->problem, part))
        fail_msg("%s: %s", method, an->problem);
}

/* Weekly counts of `level`, with other counts in the weeks that are named. */
struct other {
    int week, count;
};

static const char *weekly(int weeks, int level, const struct other *others, size_t n)
{
    size_t len = (size_t)snprintf(csv, sizeof csv, "t,value\n");
    for (int i = 0; i < weeks; i++) {
        char day[TIME_TEXT];
        int count = level;
        for (size_t k = 0; k < n; k++)
            count = others[k].week == i ? others[k].count : count;
        date_text(date_from_days(date_days((struct date){2019, 1, 7}) + 7 * i), day);
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%s,%d\n", day, count);
    }
    return csv;
}

TEST(farrington_tells_which_week_is_high_and_how_sure)
{
    const struct other high = {298, 40};
    const char *json = answer("farrington", "weeks=4", weekly(300, 10, &high, 1));
    has(json, "\"tested\":4,\"alarms\":1,\"sure_alarms\":1");
    has(json, "En vecka av 4 har fler händelser än väntat.");
    has(json, "Tydligast är vecka 39 2024: 40 händelser. Väntat var omkring 10.");
    has(json, "\"week\":\"2024-W39\",\"start\":\"2024-09-23\",\"observed\":40");
    json = answer("farrington", "weeks=4", weekly(300, 10, NULL, 0));
    has(json, "Ingen av de 4 prövade veckorna har säkert fler händelser än väntat.");
}

TEST(farrington_says_when_the_history_is_too_short)
{
    refused("farrington", "", weekly(264, 10, NULL, 0), "Farrington behöver 265 hela veckor");
    has(answer("farrington", "years-back=2", weekly(120, 10, NULL, 0)), "\"tested\":13");
    refused("farrington", "by=day", weekly(300, 10, NULL, 0), "--by week");
    refused("farrington", "setting=other", weekly(300, 10, NULL, 0), "original|noufaily");
    refused("farrington", "years-back=2 skip=120", weekly(300, 10, NULL, 0), "går inte ihop");
}

TEST(events_are_counted_by_week_and_part_weeks_left_out)
{
    /* a Wednesday to a Tuesday; three whole weeks lie between */
    const char *events = "t,place\n2024-01-03,a\n2024-01-08T23:30,a\n2024-01-09,b\n2024-01-14,a\n"
                         "2024-01-22,a\n2024-01-30,a\n";
    struct analysis *an = begin("breaks", "", events);
    CHECK_INT(analysis_run(an), ERR_USAGE); /* breaks wants eight weeks */
    CHECK_INT(an->result->n_warnings, 2);
    CHECK(strstr(an->problem, "minst 8 hela veckor, och underlaget har 3"));
    an = begin("breaks", "from=2024-01-01 to=2024-02-04", events);
    CHECK_INT(analysis_run(an), ERR_USAGE);
    CHECK(strstr(an->problem, "och underlaget har 5"));
    CHECK_INT(an->result->n_warnings, 0);
    refused("breaks", "from=2024-13-01", events, "--from ska vara ett datum");
    refused("breaks", "from=2024-02-01 to=2024-01-01", events, "före den första");
    refused("breaks", "from=2024-01-02 to=2024-01-05", events, "ingen hel vecka");
}

TEST(series_are_counted_each_for_itself_in_any_order_of_rows)
{
    const char *json =
        answer("ears", "by=day method=c1 steps=1",
               "t,place,value\n2024-01-01,a,1\n2024-01-02,a,2\n2024-01-03,a,1\n2024-01-04,a,2\n"
               "2024-01-05,a,1\n2024-01-06,a,2\n2024-01-07,a,1\n2024-01-08,a,9\n2024-01-08,b,1\n");
    has(json, "\"series\":2");
    has(json, "Tydligast är a, den 8 januari 2024: 9 händelser. Väntat var omkring 1,4.");
    has(json, "7 veckor eller dagar saknar rad och räknas som noll.");
    const char *turned =
        answer("ears", "by=day method=c1 steps=1",
               "t,place,value\n2024-01-08,a,9\n2024-01-07,a,1\n2024-01-03,a,1\n2024-01-04,a,2\n"
               "2024-01-05,a,1\n2024-01-06,a,2\n2024-01-02,a,2\n2024-01-01,a,1\n2024-01-08,b,1\n");
    has(turned, "Tydligast är a, den 8 januari 2024: 9 händelser. Väntat var omkring 1,4.");
    refused("ears", "by=day", "t,value\n2024-01-01,1.5\n", "Rad 2");
    refused("ears", "by=day", "t,value\n2024-01-01,-1\n", "Rad 2");
    refused("ears", "by=day", "t,value\n", "inga rader");
}

TEST(cusum_tells_since_when)
{
    struct other rise[20];
    for (int i = 0; i < 20; i++)
        rise[i] = (struct other){80 + i, 9};
    const char *json = answer("cusum", "kind=poisson", weekly(100, 4, rise, 20));
    has(json, "\"alarms\":1");
    has(json, "\"since\":\"2020-W30\"");
    json = answer("cusum", "kind=poisson reset=no", weekly(100, 4, rise, 20));
    has(json, "\"alarms\":17");
}

TEST(breaks_and_interrupted_series_tell_the_change)
{
    struct other rise[50];
    for (int i = 0; i < 50; i++)
        rise[i] = (struct other){50 + i, 15};
    const char *json = answer("breaks", "", weekly(100, 10, rise, 50));
    has(json, "Nivån har ändrats en gång.");
    has(json, "Från och med vecka 52 2019 är den omkring 15 per vecka, mot omkring 10 förut.");
    has(json, "\"index\":50,\"level_before\":10,\"level_after\":15,\"ratio\":1.5");
    json = answer("its", "at=2019-12-23 harmonics=0", weekly(100, 10, rise, 50));
    has(json, "\"first_after\":\"2019-W52\"");
    has(json, "Skillnaden är en ökning med 50 procent. Talen är så jämna i övrigt");
    for (int i = 0; i < 50; i++)
        rise[i] = (struct other){i, 6 + i % 7};
    json = answer("its", "at=2019-02-25 harmonics=0", weekly(100, 10, rise, 50));
    has(json, "Tiden före är för kort för att säga hur det hade fortsatt längre än till och med ");
    has(json, "\"expected\":null,\"observed\":");
    has(json, "\"without\":null");
    refused("its", "", weekly(100, 10, NULL, 0), "--at");
    refused("its", "at=2035-01-01", weekly(100, 10, NULL, 0), "minst tre");
    refused("its", "at=1999-01-01", weekly(100, 10, NULL, 0), "minst tre");
    refused("breaks", "", "t,value\n2024-01-01,1\n2024-01-08,\n2024-02-26,3\n", "vecka 2 2024");
}

TEST(wdd_and_did_tell_whether_it_helped)
{
    const char *json = answer("wdd", "",
                              "before,after,group\n74,41,insats\n40,43,kontroll\n46,50,kontroll\n"
                              "33,20,intill\n30,30,intill-kontroll\n");
    has(json, "omkring 53 färre händelser än jämförelsen ger, mellan 20 och 86 färre");
    has(json, "\"total\":-53");
    json = answer("did", "",
                  "before,after,group\n50,25,treated\n40,20,treated\n60,30,treated\n"
                  "50,50,control\n40,40,control\n60,60,control\n");
    has(json, "\"ratio\":0.5");
    has(json, "50 procent färre händelser än jämförelsen ger");
    refused("wdd", "", "before,after,group\n74,41,insats\n", "både med insats");
    refused("wdd", "", "before,after,group\n7,4,1\n7,4,0\n3,3,intill\n", "near-control");
    refused("wdd", "", "before,after,group\n74,41,huset\n", "Rad 2: ”huset”");
    refused("wdd", "", "before,after,group\n7.5,41,1\n", "Rad 2");
    refused("did", "", "before,after,group\n7,41,1\n7,7,intill\n", "Rad 3");
    json = answer("did", "", "before,after,group\n7,0,1\n7,7,0\n");
    has(json, "inga händelser före eller efter, och då går skillnaden inte att räkna i procent");
}

TEST(roads_maps_and_rates_tell_their_figures)
{
    const char *json =
        answer("rates", "", "place,value,population\na,4,1000\nb,30,10000\nc,6,4000\n");
    has(json, "I alla platser tillsammans: 2,67 per 1000.");
    has(json, "En plats har färre än 5 händelser");
    json = answer("pai", "shares=0.25,0.5", "value,after\n9,4\n5,2\n5,0\n1,2\n");
    has(json,
        "\"area_share\":0.25,\"events\":4,\"event_share\":0.5,\"pai\":2,\"pei\":1,\"rri\":2.25");
    has(json, "Den del av ytan som kartan rankade högst, 25 procent, fångade 50 procent");
    json = answer("pai", "", "value,after\n9,0\n5,0\n");
    has(json, "Inga händelser kom");
    refused("rates", "", "value,population\n4,0\n", "population ska vara ett tal över 0");
    refused("pai", "", "value,after,weight\n4,1,0\n", "weight ska vara ett tal över 0");
    refused("road-eb", "", "before,after,group,traffic\n0,1,0,100\n0,1,1,200\n",
            "För få händelser");
}

TEST(road_eb_reads_sites)
{
    size_t len = (size_t)snprintf(csv, sizeof csv, "before,after,group,traffic,length\n");
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%d,%d,%d,%d,%d\n",
                                (i * 7919) % 9 + i / 10, (i * 31) % 5, i > 54, 1000 + 97 * i,
                                1 + i % 3);
    const char *json = answer("road-eb", "years-before=3 years-after=2", csv);
    has(json, "\"treated_sites\":5");
    has(json, "Färre än 20 åtgärdade sträckor");
    has(json, "\"eb_before\":");
}

TEST(e_test_stands_beside_the_exact_one)
{
    const char *json = answer("compare-counts", "", "before,after\n6,14\n");
    has(json, "\"e_p\":0.07908853352584");
    has(json, "\"mid_p\":0.0783538818359");
}

static void lacks(const char *json, const char *part)
{
    if (strstr(json, part))
        fail_msg("%s in %.1500s", part, json);
}

TEST(too_few_to_tell_is_no_difference)
{
    const char *json =
        answer("compare-counts", "exposure-before=1000", "before,after\n0,1\n0,2\n100,1\n");
    has(json, "I en av 3 rader skiljer sig");
    has(json, "Perioderna är olika långa");
    lacks(answer("compare-counts", "", "before,after\n6,14\n"), "olika långa");
}

TEST(wdd_tells_units_decimals_and_chance)
{
    const char *rows = "before,after,group\n16,4,insats\n12,12,kontroll\n";
    has(answer("wdd", "time-before=12 time-after=12", rows),
        "slumpen kan ge så stor skillnad. Mot jämförelsen är den bästa uppskattningen en minskning "
        "med 1 händelse per tidsenhet.");
    has(answer("wdd", "", "before,after,group,weight\n16,4,1,8\n12,12,0,8\n"),
        "händelser per storleksenhet");
    has(answer("wdd", "level=0.95", "before,after,group\n40,18,1\n12,12,0\n"),
        "omkring 22 färre händelser än jämförelsen ger, mellan 4,3 och 40 färre");
    const char *json = answer("wdd", "level=0.5", "before,after,group\n16,9,1\n12,12,0\n");
    has(json, "Det går inte att säga om det hjälpte: slumpen kan ge så stor skillnad");
    lacks(json, "knappast");
}

TEST(one_place_or_one_month_is_compared_with_nothing)
{
    const char *json = answer("rates", "per=100000", "value,population\n7,900\n");
    lacks(json, "säkert högre");
    has(json, "per 100\u202f000.");
    json = answer("season", "", "t\n2025-05-05\n2025-05-06\n2025-05-09\n");
    has(json, "Perioden rymmer bara maj, så det finns inget att jämföra med.");
    lacks(json, "Minst: maj");
}

TEST(cusum_tells_of_the_level)
{
    const char *rows = "t,value\n2026-01-05,4\n2026-01-12,3\n2026-01-19,5\n2026-01-26,4\n"
                       "2026-02-02,4\n2026-02-09,8\n2026-02-16,10\n2026-02-23,4\n"
                       "2026-03-02,12\n2026-03-09,1\n";
    const char *json = answer("cusum", "kind=poisson baseline=5 reset=no", rows);
    has(json, "nivån verkar ha höjts");
    lacks(json, "har fler händelser än väntat");
    has(answer("cusum", "kind=poisson baseline=5 limit=90", rows), "Nivån har inte säkert höjts");
}

/* --- Waves of the year --- */

/* Whole counts of `weeks` weeks on a curve with its peak on 3 August. */
static const char *yearly(int weeks, double level, double size, const char *places, bool people)
{
    size_t len =
        (size_t)snprintf(csv, sizeof csv, "place,t,value%s\n", people ? ",population" : "");
    int64_t first = date_days((struct date){2019, 1, 7}),
            top = date_days((struct date){2021, 8, 3});
    for (const char *p = places; *p; p++)
        for (int i = 0; i < weeks; i++) {
            char day[TIME_TEXT], last[16] = "";
            double angle = 2 * M_PI * ((double)(first + 7 * i - top) + 3) / 365.2425;
            double curve = exp((*p == 'j' ? 0 : size) * cos(angle));
            int64_t count = llround(level * curve);
            date_text(date_from_days(first + 7 * i), day);
            if (people)
                snprintf(last, sizeof last, ",%.0f", 1000 * curve);
            len += (size_t)snprintf(csv + len, sizeof csv - len, "%c,%s,%lld%s\n", *p, day,
                                    (long long)count, last);
        }
    return csv;
}

TEST(harmonic_tells_when_in_the_year_and_how_much_more)
{
    const char *json = answer("harmonic", "", yearly(260, 20, 0.3, "k", false));
    has(json, "k: vanligast omkring 3 augusti, då ungefär 1,8 gånger så vanligt som omkring "
              "2 februari (mellan 1,7 och 2).");
    has(json, "Toppen kan ligga mellan 27 juli och 11 augusti.");
    has(json, "Ingen av de 260 veckorna ligger säkert utanför det väntade.");
    has(json, "\"peak\":\"08-03\",\"peak_low\":\"07-27\",\"peak_high\":\"08-11\"");
    has(json, "\"warnings\":[]");
    json = answer("harmonic", "", yearly(260, 20, 0, "k", false));
    has(json, "k: ingen säker årstid med en topp om året. Så små skillnader kan slumpen ge.");
    lacks(json, "vanligast omkring");
}

TEST(harmonic_tells_which_weeks_lie_outside)
{
    const struct other odd[] = {{100, 45}, {150, 0}};
    const char *json = answer("harmonic", "", weekly(260, 20, odd, 2));
    has(json, "2 veckor av 260 ligger säkert utanför det väntade.");
    has(json, "Tydligast är vecka 47 2021: inga händelser. Väntat var omkring 20.");
    has(json, "\"outside\":2");
    has(json, "Ingen säker årstid med en topp om året.");
}

TEST(harmonic_holds_many_series_together)
{
    const char *json = answer("harmonic", "", yearly(208, 8, 0.4, "jkl", false));
    has(json, "2 serier av 3 har en säker årstid.");
    has(json, "k: vanligast omkring ");
    json = answer("harmonic", "", yearly(208, 8, 0, "jk", false));
    has(json, "Ingen av de 2 serierna har en säker årstid med en topp om året.");
    size_t len = strlen(yearly(208, 8, 0.4, "k", false));
    snprintf(csv + len, sizeof csv - len, "tom,2019-01-07,1\n");
    json = answer("harmonic", "", csv);
    has(json, "En serie har för lite underlag och är inte med.");
    has(json, "\"fit\":\"too_few\"");
}

TEST(harmonic_says_what_weakens_it)
{
    has(answer("harmonic", "", yearly(80, 20, 0.3, "k", false)),
        "Underlaget täcker 1,5 år. Med mindre än två år");
    has(answer("harmonic", "family=negbin", yearly(260, 20, 0.3, "k", false)),
        "Antalen varierar inte mer än slumpen ger");
    const struct other odd[] = {{100, 145}, {150, 150}};
    has(answer("harmonic", "family=poisson", weekly(260, 20, odd, 2)),
        "gånger mer än Poisson räknar med");
    refused("harmonic", "", yearly(40, 20, 0.3, "k", false),
            "För lite underlag för att tala om årstid: det behövs minst 360 dagar och minst 20 "
            "händelser. Antal dagar här: 280.");
    refused("harmonic", "", weekly(200, 0, NULL, 0), "Antal händelser: 0.");
    refused("harmonic", "harmonics=2", weekly(70, 0, &odd[0], 0), "minst 40 händelser");
    refused("harmonic", "harmonics=0", weekly(200, 9, NULL, 0), "--harmonics ska vara");
    refused("harmonic", "by=year", weekly(200, 9, NULL, 0), "--by");
}

TEST(harmonic_counts_by_month_and_day)
{
    const char *json = answer("harmonic", "by=month", yearly(261, 20, 0.3, "k", false));
    has(json, "\"months\":[{\"place\":\"k\",\"month\":\"2019-02\",\"start\":\"2019-02-01\"");
    has(json, "Den första månaden är inte hel");
    has(json, "månaderna ligger säkert utanför det väntade");
    size_t len = (size_t)snprintf(csv, sizeof csv, "t,value\n"); /* a value a month: all whole */
    for (int i = 0; i < 36; i++)
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%d-%02d-01,%d\n", 2021 + i / 12,
                                i % 12 + 1, i % 12 == 6 ? 90 : 60);
    json = answer("harmonic", "by=month", csv);
    has(json, "\"steps\":36");
    has(json, "\"month\":\"2023-12\",\"start\":\"2023-12-01\",\"observed\":60");
    has(json, "\"warnings\":[]");
    len = (size_t)snprintf(csv, sizeof csv, "t\n"); /* events; a day is a step */
    for (int i = 0; i < 800; i++)
        for (int k = 0; k < (i % 365 > 150 && i % 365 < 240 ? 4 : 1); k++) {
            char day[TIME_TEXT];
            date_text(date_from_days(date_days((struct date){2022, 1, 1}) + i), day);
            len += (size_t)snprintf(csv + len, sizeof csv - len, "%s\n", day);
        }
    json = answer("harmonic", "by=day", csv);
    has(json, "\"days\":[{\"day\":\"2022-01-01\"");
    has(json, "Det är vanligast omkring 1");
    has(json, " juli, då ungefär ");
}

TEST(a_population_stands_for_what_it_explains)
{
    const char *json = answer("harmonic", "", yearly(260, 20, 0.5, "k", true));
    has(json, "\"population\":true");
    has(json, "k: ingen säker årstid");
    has(answer("harmonic", "", yearly(260, 20, 0.5, "k", false)), "k: vanligast omkring 3 aug");
    size_t len = (size_t)snprintf(csv, sizeof csv, "t,value,population\n");
    for (int i = 0; i < 130; i++) { /* twice as many live there in the last ten weeks */
        char day[TIME_TEXT];
        date_text(date_from_days(date_days((struct date){2019, 1, 7}) + 7 * i), day);
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%s,%d,%s\n", day, i < 120 ? 20 : 40,
                                i == 125  ? ""
                                : i < 120 ? "5000"
                                          : "10000");
    }
    json = answer("farrington", "years-back=2 weeks=10", csv);
    has(json, "\"population\":true,\"tested\":10,\"alarms\":0");
    has(json, "I en vecka, dag eller månad är antalet invånare inte känt.");
    has(json, "\"observed\":40,\"expected\":40,");
    char *cut = arena_strdup(arena, csv), *p = cut, *to = csv;
    for (int commas = 0; *p; p++) { /* without the third column */
        commas = *p == '\n' ? 0 : commas + (*p == ',');
        if (commas < 2)
            *to++ = *p;
    }
    *to = 0;
    has(answer("farrington", "years-back=2 weeks=10", csv),
        "\"population\":false,\"tested\":10,\"alarms\":10");
    refused("farrington", "years-back=2", "t,value,population\n2024-01-01,4,0\n",
            "Rad 2: antalet invånare måste vara större än noll.");
}
