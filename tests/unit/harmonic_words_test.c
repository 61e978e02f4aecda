/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The season in words: two tops a year, many series, very large and very small differences. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

static struct arena *arena;
static char csv[1 << 17];

/* What harmonic says of csv. */
static const char *spoken(const char *waves, enum lang lang)
{
    struct analysis *an;
    arena_free(arena);
    arena = arena_new((size_t)64 << 20);
    CHECK(arena != NULL);
    CHECK_INT(analysis_begin(analysis_method_find("harmonic"), arena, lang, &an), ERR_OK);
    CHECK_INT(analysis_set(an, "harmonics", waves), ERR_OK);
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    int fd = memfd_create("table", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, csv, strlen(csv)) == (ssize_t)strlen(csv));
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    CHECK_INT(analysis_read(an, NULL, fd), ERR_OK);
    close(fd);
    CHECK_INT(analysis_run(an), ERR_OK);
    struct buf b = buf_init(1 << 16);
    for (size_t i = 0; i < an->result->n_sentences; i++)
        buf_printf(&b, "%s%s", i ? " " : "", an->result->sentences[i]);
    const char *all = arena_strdup(arena, buf_text(&b));
    buf_done(&b);
    return all;
}

static void says(const char *all, const char *part)
{
    if (!strstr(all, part))
        fail_msg("says: %s\n not: %s", all, part);
}

static void lacks(const char *all, const char *part)
{
    if (strstr(all, part))
        fail_msg("says: %s\n and should not: %s", all, part);
}

/* 260 weeks of level exp(size cos(tops times the year from 3 August)), for each name. */
static void years(const char *const *names, size_t n, int tops, double level, double size)
{
    size_t len = (size_t)snprintf(csv, sizeof csv, "place,t,value\n");
    int64_t first = date_days((struct date){2019, 1, 7});
    int64_t top = date_days((struct date){2021, 8, 3});
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < 260; i++) {
            char day[TIME_TEXT];
            double angle = 2 * M_PI * tops * ((double)(first + 7 * i - top) + 3) / 365.2425;
            date_text(date_from_days(first + 7 * i), day);
            len += (size_t)snprintf(csv + len, sizeof csv - len, "%s,%s,%lld\n", names[k], day,
                                    llround(level * exp(size * cos(angle))));
        }
}

static const char *const sides[] = {"Öster", "Väster"};

TEST(one_wave_does_not_say_that_there_is_no_season)
{
    years(sides, 1, 2, 20, 0.5); /* two tops a year */
    const char *all = spoken("1", LANG_SV);
    says(all, "Öster: ingen säker årstid med en topp om året. Så små skillnader kan slumpen ge. "
              "Året kan ha två toppar: pröva --harmonics auto.");
    says(spoken("1", LANG_EN),
         "Öster: no sure season with one peak a year. Chance can make differences so small. The "
         "year may have two peaks: try --harmonics auto.");
    says(spoken("auto", LANG_SV), "Öster: vanligast omkring");
    says(spoken("2", LANG_SV), "Öster: vanligast omkring");
    years(sides, 2, 2, 20, 0.5);
    says(spoken("1", LANG_SV), "Ingen av de 2 serierna har en säker årstid med en topp om året. "
                               "Året kan ha två toppar: pröva --harmonics auto.");
    years(sides, 1, 1, 20, 0); /* all waves tried */
    all = spoken("auto", LANG_SV);
    says(all, "Öster: ingen säker årstid. Så små skillnader kan slumpen ge.");
    lacks(all, "--harmonics");
}

TEST(series_are_cases_and_none_is_most_common)
{
    years(sides, 2, 1, 20, 0.3);
    const char *all = spoken("1", LANG_SV);
    says(all, "2 serier av 2 har en säker årstid.");
    says(all, "Öster: vanligast omkring 3 augusti, då ungefär 1,8 gånger så vanligt som omkring "
              "2 februari (mellan 1,7 och 2).");
    says(all, "I inget av 520 prövade fall ligger antalet säkert utanför det väntade.");
    lacks(all, "veckorna");
    all = spoken("1", LANG_EN);
    says(all, "Öster: most common about 3 August, then about 1.8 times as common as about "
              "2 February (between 1.7 and 2).");
    says(all, "In none of 520 tested cases does the number surely lie outside what was expected.");
    char *at = strstr(csv, "2020-12-07,") + strlen("2020-12-07,");
    at[0] = at[1] = '9';
    says(spoken("1", LANG_SV), "I ett av 520 prövade fall ligger antalet säkert utanför det");
    says(spoken("1", LANG_EN), "In one of 520 tested cases the number surely lies outside what");
}

TEST(very_large_and_very_small_differences)
{
    years(sides, 1, 1, 10, 4);
    says(spoken("1", LANG_SV), "Öster: vanligast omkring 3 augusti, då mer än 100 gånger så "
                               "vanligt som omkring 2 februari.");
    says(spoken("1", LANG_EN), "Öster: most common about 3 August, then more than 100 times as "
                               "common as about 2 February.");
    years(sides, 1, 1, 1, 2.2);
    says(spoken("1", LANG_SV),
         "då mer än 100 gånger så vanligt som omkring 2 februari (minst 94).");
    years(sides, 1, 1, 1, 1.8);
    says(spoken("1", LANG_SV),
         "då ungefär 70 gånger så vanligt som omkring 2 februari (minst 45).");
    says(spoken("1", LANG_EN), "about 70 times as common as about 2 February (at least 45).");
    years(sides, 1, 1, 20000, 0);
    says(spoken("1", LANG_SV), "Finns det ändå en sådan årstid skiljer det troligen mindre än 5 "
                               "procent mellan när det är som vanligast och som ovanligast.");
    says(spoken("1", LANG_EN), "If there is such a season all the same, most common and least "
                               "common probably differ by less than 5 per cent.");
}
