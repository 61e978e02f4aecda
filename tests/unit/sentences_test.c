/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods say, read aloud: one event, none, always the same, very many, very unsure. Each
 * line is a small file and the sentences that it must give, in both languages. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

#define TEXT_MOST (1 << 16)

static struct arena *arena;
static char file[TEXT_MOST];

static int opened(const char *csv)
{
    int fd = memfd_create("table", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, csv, strlen(csv)) == (ssize_t)strlen(csv));
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

/* All sentences, then the warnings, or why it was refused. */
static const char *spoken(const char *method, const char *options, const char *csv, enum lang lang)
{
    struct analysis *an;
    char text[200], *left = NULL;
    arena_free(arena);
    arena = arena_new((size_t)64 << 20);
    CHECK(arena && str_copy(text, sizeof text, options));
    CHECK_INT(analysis_begin(analysis_method_find(method), arena, lang, &an), ERR_OK);
    for (char *o = strtok_r(text, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        enum err e = analysis_set(an, o, arena_strdup(arena, value + 1));
        if (e != ERR_OK)
            return an->problem;
    }
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    int fd = opened(csv);
    enum err e = analysis_read(an, NULL, fd);
    close(fd);
    e = e == ERR_OK ? analysis_run(an) : e;
    if (e != ERR_OK)
        return an->problem ? an->problem : "";
    struct buf b = buf_init(TEXT_MOST);
    for (size_t i = 0; i < an->result->n_sentences; i++)
        buf_printf(&b, "%s%s", i ? " " : "", an->result->sentences[i]);
    for (size_t i = 0; i < an->result->n_warnings; i++)
        buf_printf(&b, " (%s)", an->result->warnings[i]);
    const char *all = arena_strdup(arena, buf_text(&b));
    buf_done(&b);
    return all;
}

struct said {
    const char *method, *options, *csv;
    const char *sv, *en; /* parts of it; NULL: not asked */
};

static void check(const struct said *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *part[] = {s[i].sv, s[i].en};
        for (enum lang l = 0; l < LANG_COUNT; l++) {
            const char *all = spoken(s[i].method, s[i].options, s[i].csv, l);
            if (part[l] && !strstr(all, part[l]))
                fail_msg("%s %s\n says: %s\n not:  %s", s[i].method, s[i].options, all, part[l]);
        }
    }
    arena_free(arena);
    arena = NULL;
}
#define CHECK_SAID(table) check(table, ARRAY_LEN(table))

/* Weeks from 7 January 2019 with counts that a rule gives. */
static const char *weekly(int weeks, double (*rule)(int))
{
    size_t len = (size_t)snprintf(file, sizeof file, "t,value\n");
    for (int i = 0; i < weeks; i++) {
        char day[TIME_TEXT];
        date_text(date_from_days(date_days((struct date){2019, 1, 7}) + 7 * i), day);
        len += (size_t)snprintf(file + len, sizeof file - len, "%s,%.0f\n", day, rule(i));
    }
    return arena_strdup(arena, file);
}

static double five(int i)
{
    return 5 + 0 * i;
}
static double huge(int i)
{
    return 1e9 + 0 * i;
}
static double stops(int i)
{
    return i < 60 ? 9 + i % 3 : 0;
}
static double begins(int i)
{
    return i < 60 ? 0 : 9 + i % 3;
}
static double doubles(int i)
{
    return i < 60 ? 1 : 2;
}
static double grows(int i)
{
    return i < 60 ? 2 + i % 2 : 60 + i % 7;
}
static double rare(int i)
{
    return i == 118 ? 30 : i % 4 == 0;
}
static double wild(int i)
{
    return i % 13 == 0 ? 9 : 0;
}

/* One file for each rule; they must outlive the arena of each answer. */
static const char *series(double (*rule)(int))
{
    static char kept[8][4096];
    static int n;
    arena_free(arena);
    arena = arena_new(1 << 20);
    char *to = kept[n++ % 8];
    CHECK(str_copy(to, sizeof kept[0], weekly(120, rule)));
    arena_free(arena);
    arena = NULL;
    return to;
}

TEST(an_interrupted_series_tells_a_change_that_can_be_used)
{
    const char *at = "at=2020-03-02 harmonics=0";
    const struct said table[] = {
        {"its", at, series(five), "Ingen ändring: antalet är detsamma hela tiden.",
         "No change: the number is the same all the time."},
        {"its", at, series(huge), "Ingen ändring: antalet är detsamma hela tiden.", NULL},
        {"its", at, series(stops), "Efter ändringen finns inga händelser alls.",
         "There are no events at all after the change."},
        {"its", at, series(begins), "Före ändringen finns inga händelser alls.",
         "There are no events at all before the change."},
        {"its", at, series(doubles), "Skillnaden är en ökning med 100 procent.",
         "The difference is a rise of 100 per cent."},
        {"its", "at=2020-03-02 harmonics=0 slope=no", series(grows),
         "Nivån steg till 25 gånger så mycket, mellan 24 och 27 gånger,",
         "The level rose to 25 times as much, between 24 and 27 times,"},
        {"its", at, series(wild),
         "Underlaget räcker inte för att säga något: både en halvering och en fördubbling är "
         "rimliga.",
         "There is too little to say anything: both half as many and twice as many"},
    };
    CHECK_SAID(table);
}

TEST(what_is_expected_is_never_rounded_to_nothing)
{
    const struct said table[] = {
        {"ears", "steps=10", series(rare),
         "En vecka av 10 har fler händelser än väntat. Tydligast är vecka 15 2021: 30 händelser. "
         "Väntat var omkring 0,14.",
         "One week of 10 has more events than expected. The clearest is week 15 of 2021: 30 "
         "events. Expected: about 0.14."},
        {"ears", "steps=1", series(five),
         "Den prövade veckan har inte säkert fler händelser än väntat.",
         "The week that was tested does not surely have more events than expected."},
        {"ears", "steps=2", series(rare), "En vecka av 2 har fler händelser än väntat.", NULL},
        {"cusum", "baseline=40", series(rare), "30 händelser. Väntat var omkring 0,25.", NULL},
        {"breaks", "", series(doubles),
         "Nivån har ändrats en gång. Från och med vecka 10 2020 är den omkring 2 per vecka, mot "
         "omkring 1 förut.",
         "The level has changed once. From week 10 of 2020 on it is about 2 a week, against about "
         "1 before."},
        {"stl", "period=12", series(five), "Alla värden är lika, så det finns varken trend eller",
         "All values are the same"},
        {"stl", "period=12", series(stops), "i början till omkring 0 i slutet.", NULL},
    };
    CHECK_SAID(table);
}

TEST(several_series_are_told_as_cases_and_not_as_weeks)
{
    static const char rows[] = "t,place,value\n2024-01-01,a,1\n2024-01-02,a,2\n2024-01-03,a,1\n"
                               "2024-01-04,a,2\n2024-01-05,a,1\n2024-01-06,a,2\n2024-01-07,a,1\n"
                               "2024-01-08,a,9\n2024-01-08,b,0\n";
    const struct said table[] = {
        {"ears", "by=day method=c1 steps=1", rows,
         "I ett av 2 prövade fall är det fler händelser än väntat. Varje serie är prövad för sig, "
         "steg för steg. Tydligast är a, den 8 januari 2024: 9 händelser.",
         "In one of 2 cases tested there are more events than expected. Each series is tested by "
         "itself, step by step. The clearest is a, 8 January 2024: 9 events."},
        {"breaks", "by=day", rows, "Nivån har inte säkert ändrats.",
         "The level has not surely changed."},
        {"its", "by=day at=2024-01-04 harmonics=0 slope=no", rows,
         "I ingen av 2 serier ändrades nivån säkert.", "In none of 2 series did the level"},
    };
    CHECK_SAID(table);
}

#define PLACES "group,before,after\n"

TEST(before_and_after_is_told_in_words_that_can_be_used)
{
    static const struct said table[] = {
        {"did", "", PLACES "treated,3,1\ntreated,1,4\ntreated,2,1\ncontrol,2,4\ncontrol,1,3\n",
         "Underlaget räcker inte för att säga något", "There is too little to say anything"},
        {"did", "", PLACES "treated,50,50\ncontrol,50,50\n",
         "Mot jämförelsen är den bästa uppskattningen ingen skillnad, men allt från en minskning "
         "med 43 procent till en ökning med 74 procent är rimligt.",
         "the best estimate is no difference, but anything from a fall of 43 per cent to a rise of "
         "74 per cent is reasonable."},
        {"did", "", PLACES "treated,100,0\ncontrol,100,100\n",
         "inga händelser före eller efter, och då går skillnaden inte att räkna i procent", NULL},
        {"did", "", PLACES "treated,1,0\ncontrol,0,1\n", "För få händelser", "Too few events"},
        {"did", "", PLACES "treated,1,400\ncontrol,400,400\n",
         "blev det 400 gånger så många händelser som jämförelsen ger, mellan 56 och 2861 gånger",
         "there were 400 times as many events"},
        {"did", "", PLACES "treated,1000000000,500000000\ncontrol,1000000000,1000000000\n",
         "50 procent färre händelser än jämförelsen ger, mellan 49,99 och 50,01 procent", NULL},
        {"did", "", PLACES "treated,1000000,999000\ncontrol,1000000,1000000\n",
         "en minskning med 0,1 procent, men allt från en minskning med 0,5 procent till en ökning "
         "med 0,3 procent",
         NULL},
        {"wdd", "", PLACES "treated,100,99\ncontrol,100,100\n",
         "uppskattningen en minskning med 1 händelse, men allt från en minskning med 34 till en "
         "ökning med 32 är rimligt.",
         "the best estimate is a fall of 1 event, but anything from a fall of 34 to a rise of 32"},
        {"wdd", "", PLACES "treated,3,0\ncontrol,2,4\n",
         "Det går inte att säga om det hjälpte: slumpen kan ge så stor skillnad.",
         "It cannot be told whether it helped: chance can give"},
        {"wdd", "", PLACES "treated,100,60\ncontrol,100,101\n",
         "mellan 9,7 och 72 färre. Det är troligen mer än slump, men inte säkert.",
         "It is probably more than chance, but not for certain."},
        {"wdd", "", PLACES "treated,300,100\ncontrol,300,310\n",
         "omkring 210 färre händelser än jämförelsen ger, mellan 158 och 262 färre. Så stor "
         "skillnad är knappast slump.",
         NULL},
    };
    CHECK_SAID(table);
}

/* Sites of which the treated ones had no accident afterwards. */
static const char *sites(int n, int most)
{
    static char text[8192];
    size_t len = (size_t)snprintf(text, sizeof text, "group,before,after,traffic\n");
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s,%d,%d,%d\n",
                                i % 10 ? "control" : "treated", (i * 7919) % most,
                                i % 10 ? (i * 31) % most : 0, 1000 + 97 * (i * 13 % n));
    return text;
}

TEST(roads_without_an_accident_are_told_by_what_was_expected)
{
    const struct said many[] = {
        {"road-eb", "", sites(120, 9), "hände ingen olycka efteråt. Väntat var omkring",
         "No accident happened on the treated stretches afterwards. Expected: about"},
        {"road-eb", "", sites(120, 9), "Så stor skillnad är knappast slump.", NULL},
    };
    CHECK_SAID(many);
    const struct said few[] = {
        {"road-eb", "", sites(12, 3), "Det kan vara slump.", "It may be chance."}};
    CHECK_SAID(few);
}

TEST(maps_and_rates_agree_with_their_numbers)
{
    static const struct said table[] = {
        {"pai", "shares=0.01,0.5", "value,after\n9,4\n5,2\n5,0\n1,2\n",
         "Den del av ytan som kartan rankade högst, 50 procent, fångade 62,5 procent", NULL},
        {"pai", "shares=0.25", "value,after\n9,1\n5,0\n5,0\n1,0\n",
         "rankade högst, 25 procent, fångade 100 procent av händelserna.",
         "ranked highest, 25 per cent, caught 100 per cent of the events."},
        {"rates", "", "value,population\n1000000000,10\n1000000000,20\n",
         "66\u202f666\u202f666\u202f667 per 1000. En av 2 platser har säkert högre tal än de "
         "andra. En av 2 platser har säkert lägre tal än de andra.",
         "66\u202f666\u202f666\u202f667 per 1000. One of 2 places surely has a higher rate"},
        {"rates", "", "value,population\n1,1000000000\n2,1000000000\n",
         "0,000002 per 1000. Ingen av 2 platser har säkert högre eller lägre tal än de andra.",
         "None of 2 places surely has a higher or lower rate than the others."},
        {"rates", "per=1e20", "value,population\n1,1\n",
         "--per ska vara ett tal från 0.000001 till 1\u202f000\u202f000\u202f000\u202f000. Skriv "
         "det utan mellanslag",
         "from 0.000001 to 1\u202f000\u202f000\u202f000\u202f000. Write it without spaces"},
        {"compare-counts", "", "before,after\n10000000000,1\n",
         "antalen ska vara hela tal från 0 till 1\u202f000\u202f000\u202f000.",
         "from 0 to 1\u202f000\u202f000\u202f000."},
        {"compare-counts", "exposure-before=2", "before,after\n0,1\n",
         "1 mot 0 förut: för lite underlag för att säga något. Perioderna är olika långa, och "
         "jämförelsen tar hänsyn till det.",
         NULL},
    };
    CHECK_SAID(table);
}

#define XYT "x,y,t\n"
#define PAIR "430000,6507000,2020-01-07\n430050,6507000,2020-01-09\n"
/* Each alone in place and time. */
#define ALONE                                                                                      \
    "431500,6508700,2020-03-01\n433000,6510400,2020-03-21\n434500,6512100,2020-04-10\n"            \
    "436000,6513800,2020-04-30\n437500,6515500,2020-05-20\n439000,6517200,2020-06-09\n"            \
    "440500,6518900,2020-06-29\n442000,6520600,2020-07-19\n443500,6522300,2020-08-08\n"            \
    "445000,6524000,2020-08-28\n446500,6525700,2020-09-17\n448000,6527400,2020-10-07\n"
/* What is near in place is far in time. */
#define APART                                                                                      \
    "430000,6507000,2020-01-01\n430100,6507000,2020-10-01\n430200,6507000,2020-01-01\n"            \
    "430300,6507000,2020-10-01\n430400,6507000,2020-01-01\n430500,6507000,2020-10-01\n"            \
    "430600,6507000,2020-01-01\n430700,6507000,2020-10-01\n430800,6507000,2020-01-01\n"            \
    "430900,6507000,2020-10-01\n431000,6507000,2020-01-01\n431100,6507000,2020-10-01\n"

TEST(pairs_and_chains_agree_with_their_numbers)
{
    static const struct said table[] = {
        {"knox", "", XYT PAIR ALONE,
         "Ett par händelser ligger inom 100 meter och 7 dygn från varandra. Av en slump väntas "
         "omkring 0,0",
         "One pair of events lies within 100 metres and 7 days of each other. Expected by chance: "
         "about 0.0"},
        {"knox", "", XYT PAIR ALONE,
         "Det är fler än slumpen brukar ge, men för få par för att säga att risken är höjd.",
         "too few pairs to say that the risk is raised."},
        {"knox", "distances=0,1000 days=0,1", XYT "1,1,2020-01-07\n1,2,2020-01-07\n", NULL,
         "within 1000 metres and 1 day of each other."},
        {"near-repeat-chains", "days=1", XYT "1,1,2020-01-07\n1,1,2020-01-07\n",
         "inom 200 meter och 1 dygn. De hände den 7 januari 2020, alla på samma plats.",
         "within 200 metres and 1 day. They happened on 7 January 2020, all at the same place."},
        {"near-repeat-chains", "", XYT PAIR ALONE,
         "De hände från 7 januari 2020 till 9 januari 2020, alla inom 25 meter från kedjans mitt.",
         "from 7 January 2020 to 9 January 2020, all within 25 metres of the middle"},
        {"mantel", "", XYT APART,
         "Händelser som ligger nära varandra kommer längre isär i tid än slumpen brukar ge",
         "come farther apart in time than chance usually makes them"},
        /* powers of opposite signs turn the sign of r, not what is true */
        {"mantel", "space-power=-1 time-power=1", XYT APART,
         "Händelser som ligger nära varandra kommer längre isär i tid", NULL},
    };
    CHECK_SAID(table);
}

#define GRID(v)                                                                                    \
    "x,y,value,population\n0,0,9,1000\n200,0,9,1000\n400,0," v ",1000\n600,0,9,1000\n"             \
    "0,200,9,1000\n200,200,9,1000\n400,200,9,1000\n600,200,9,1000\n0,400,9,1000\n"

TEST(scan_tells_fewer_as_fewer)
{
    const char *low = "model=poisson type=spatial rates=low permutations=99 "
                      "max-radius=10";
    const struct said table[] = {
        {"scan", low, GRID("0"),
         "Tydligast färre än väntat är det i läget 400, 0: inga händelser. Väntat var omkring 8.",
         "Most clearly below what was expected: no events at position 400, 0. Expected: about 8."},
        {"scan", low, GRID("1"), "i läget 400, 0: en händelse. Väntat var omkring 8,1.",
         "one event at position 400, 0."},
        {"scan", "model=poisson type=spatial permutations=99", GRID("40"),
         "Tydligast fler än väntat är det i läget 400, 0: 40 händelser. Väntat var omkring 12.",
         "Most clearly above what was expected: 40 events at position 400, 0."},
        {"scan", "model=poisson type=spatial permutations=99", GRID("9"), NULL, NULL},
    };
    CHECK_SAID(table);
}

TEST(times_without_clocks_and_few_events_say_so)
{
    static const char one[] = "t\n2020-01-07\n2020-11-01\n";
    static const char dates[] = "t\n2020-01-07\n2020-01-07\n2020-01-07\n2020-01-07\n2020-01-07\n"
                                "2020-01-07\n2020-01-07\n2020-01-08\n2020-01-08\n2020-01-09\n"
                                "2020-01-07\n2020-01-07\n2020-01-07\n2020-01-07\n2020-01-07\n"
                                "2020-01-07\n2020-01-07\n2020-01-08\n2020-01-08\n2020-01-09\n";
    static const struct said table[] = {
        {"season", "", one, "För lite underlag: 2 av de minst 10 rader", "2 of the at least 10"},
        {"season", "by=hour", dates, "Filen har datum utan klockslag, så timmarna säger ingenting.",
         NULL},
        {"season", "by=weekday from=2020-01-01 to=2020-12-31", one,
         "Mest per dag: tisdag, 3,5 gånger genomsnittet. Minst: måndag, inga alls.",
         "Most a day: Tuesday, 3.5 times the mean. Least: Monday, none at all."},
        {"weekday-hour", "", dates, "Filen har datum utan klockslag", "The file has dates without"},
        {"aoristic", "", dates, "Veckodagen med mest är tisdag.", "with most is Tuesday."},
    };
    CHECK_SAID(table);
    CHECK(!strstr(spoken("aoristic", "", dates, LANG_SV), "procent av det som hände"));
    arena_free(arena);
    arena = NULL;
}

/* Nothing that a program has left in a sentence for people. */
static void check_words(const char *method, const char *options, const char *csv)
{
    static const char *const never[] = {"nan", "inf ",     "-0",     "e+",     "e-0",
                                        "{",   "0 till 0", "0 to 0", "(null)", " 1 gånger"};
    for (enum lang l = 0; l < LANG_COUNT; l++) {
        const char *all = spoken(method, options, csv, l);
        for (size_t w = 0; w < ARRAY_LEN(never); w++)
            if (strstr(all, never[w]))
                fail_msg("%s says ”%s”: %s", method, never[w], all);
    }
}

TEST(no_sentence_has_the_words_of_a_program)
{
    double (*const rules[])(int) = {five, huge, stops, begins, doubles, grows, rare, wild};
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const char *csv = series(rules[i]);
        check_words("ears", "", csv);
        check_words("cusum", "", csv);
        check_words("breaks", "", csv);
        check_words("its", "at=2020-03-02", csv);
        check_words("stl", "period=12", csv);
    }
    arena_free(arena);
    arena = NULL;
}
