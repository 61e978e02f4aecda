/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse repeat-places as the command runs it: options, fields, sentences. The figures
 * themselves are tested in repeat_places_test.c. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

static struct arena *arena;
static char csv[1 << 16];

/* Options as "by=place level=0.1". What the run answers; *an as it is then. */
static enum err ran(const char *method, const char *asked, const char *text, struct analysis **an)
{
    char options[200], *left = NULL;
    arena_free(arena);
    arena = arena_new((size_t)64 << 20);
    CHECK(arena && str_copy(options, sizeof options, asked));
    CHECK_INT(analysis_begin(analysis_method_find(method), arena, LANG_SV, an), ERR_OK);
    for (char *o = strtok_r(options, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        CHECK_INT(analysis_set(*an, o, arena_strdup(arena, value + 1)), ERR_OK);
    }
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    int fd = memfd_create("table", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    enum err e = analysis_read(*an, NULL, fd);
    close(fd);
    return e ? e : analysis_run(*an);
}

static const char *answer(const char *method, const char *asked, const char *text)
{
    struct analysis *an;
    struct buf out = buf_init(1 << 22);
    if (ran(method, asked, text, &an) != ERR_OK)
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
    struct analysis *an;
    CHECK_INT(ran(method, asked, text, &an), ERR_USAGE);
    if (!strstr(an->problem, part))
        fail_msg("%s: %s", method, an->problem);
}

/* 40 events: 12 at one position, 4 at another, one at 24; with names, days and sizes. */
static const char *repeats(const char *header, int turn)
{
    size_t len = (size_t)snprintf(csv, sizeof csv, "%s\n", header);
    for (int k = 0; k < 40; k++) {
        int i = (k * 7 + turn) % 40, at = i < 12 ? 0 : i < 16 ? 1 : i;
        char day[TIME_TEXT];
        date_text(date_from_days(date_days((struct date){2024, 1, 1}) + i * (i < 12 ? 5 : 9)), day);
        if (strchr(header, 'x'))
            len += (size_t)snprintf(csv + len, sizeof csv - len, "%d,%d,%s\n", 430000 + 90 * at,
                                    6507000 - 40 * (at % 3), day);
        else
            len += (size_t)snprintf(csv + len, sizeof csv - len, "P%02d,%d\n", at, at ? 1 : 20);
    }
    return csv;
}

TEST(repeat_places_tells_the_list_and_what_chance_gives)
{
    const char *json = answer("repeat-places", "permutations=199", repeats("x,y,t", 0));
    has(json, "En plats har fler händelser än slumpen ger, läget 430\u202f000, "
              "6\u202f507\u202f000: 12 av "
              "40");
    has(json, "14 av 40 händelser är upprepningar");
    has(json, "100 procent av upprepningarna kom inom 28 dygn");
    has(json, "10 procent av platserna (3 av 26) har 4");
    has(json, "så länge var och en av de 26 platserna har minst en");
    has(json, "\"places_repeated\":2,\"repeats\":14,\"repeated_share\":0.35,");
    has(json, "\"places\":[{\"rank\":1,\"x\":430000,\"y\":6507000,\"radius\":0,\"events\":12,");
    has(json, "\"more\":true,\"first\":\"2023-12-31T23:00:00Z\",\"last\":\"2024-02-24T23:00:00Z\","
              "\"median_days\":5,\"within_7\":1,\"within_28\":1},{\"rank\":2,");
    has(json, "\"measure\":\"gini\",\"places\":null,\"value\":0.");
    json = answer("repeat-places", "places=500", repeats("x,y,t", 0));
    has(json, "2 platser har fler händelser än slumpen ger. Flest av dem har läget 430");
    has(json, "hänt på vilken som helst av de 500 platserna");
    has(json, "1 procent av platserna (5 av 500) har 4");
    json = answer("repeat-places", "within=100 least=3", repeats("x,y,t", 0));
    has(json, "\"within\":100"), has(json, "Lägen har samlats till platser där de ligger tätast");
}

TEST(how_many_places_are_listed_has_no_part_in_what_is_found)
{
    const char *rows = repeats("x,y,t", 0), *found = "2 platser har fler händelser än slumpen ger";
    static const char *const least[] = {"places=500", "places=500 least=1", "places=500 least=5",
                                        "places=500 least=1000"};
    char *first = NULL;
    for (size_t k = 0; k < ARRAY_LEN(least); k++) {
        const char *json = answer("repeat-places", least[k], rows);
        const char *from = strstr(json, "\"events\""), *to = strstr(json, "\"places\":[");
        CHECK(from && to && from < to);
        has(json, found), has(json, "\"places_more\":2");
        char *same = strndup(from, (size_t)(to - from));
        if (first)
            CHECK_TEXT(same, first), free(same);
        else
            first = same;
    }
    free(first);
    has(answer("repeat-places", "places=500 least=1000", rows), "\"places\":[]");
    has(answer("repeat-places", "places=500 least=5", rows), "\"within_28\":1}],");
}

TEST(repeat_places_gives_the_same_bytes_whatever_the_order_of_the_rows)
{
    static const char *const headers[] = {"x,y,t", "place,population"};
    static const char *const asked[] = {"within=0", "within=150", "by=place"};
    for (int k = 0; k < 3; k++) {
        char *first = strdup(answer("repeat-places", asked[k], repeats(headers[k == 2], 0)));
        for (int turn = 1; turn < 40; turn += 9)
            CHECK_TEXT(answer("repeat-places", asked[k], repeats(headers[k == 2], turn)), first);
        free(first);
    }
}

TEST(repeat_places_by_name_and_by_size)
{
    const char *json = answer("repeat-places", "by=place per=100", repeats("place,population", 3));
    has(json, "{\"rank\":1,\"place\":\"P00\",\"events\":12,");
    has(json, "\"expected_places\":null,");
    has(json, "\"population\":20,\"rate\":60,\"rate_low\":31.0");
    has(json, "Ingen plats har säkert fler händelser än slumpen ger. Flest har P00: 12 av 40");
    json = answer("repeat-places", "by=place level=0.1", repeats("place,population", 3));
    has(json, "En plats har fler händelser än slumpen ger, P01: 4 av 40");
    has(json, "en dubbelt så stor plats har dubbelt så många händelser att vänta");
    has(json, "\"expected\":null");
    refused("repeat-places", "by=place places=50", repeats("place,population", 0),
            "--places kan inte användas tillsammans med kolumnen population");
    refused("repeat-places", "by=place", "place,population\na,4\nb,2\na,5\n",
            "Kolumnen population har olika värden på rad 4 och rad 2");
    refused("repeat-places", "by=place", "place,population\na,4\nb,0\n",
            "population ska vara ett tal över 0");
}

TEST(repeat_places_refuses_or_warns)
{
    refused("repeat-places", "", "place,t\na,2024-01-01\n", "behöver kolumnerna x och y");
    refused("repeat-places", "by=place", repeats("x,y,t", 0), "place");
    refused("repeat-places", "by=place within=5", "place\na\n", "--within gäller lägen");
    refused("repeat-places", "by=town", repeats("x,y,t", 0), "position|place");
    refused("repeat-places", "places=25", repeats("x,y,t", 0), "ligger redan på 26 olika platser");
    const char *json = answer("repeat-places", "", "x,y\n1,1\n1,1\n2,2\n");
    has(json, "För lite underlag: 3 av de minst 20 rader");
    size_t len = (size_t)snprintf(csv, sizeof csv, "x,y\n");
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%d,6500000\n",
                                430000 + (i < 20 ? 0 : i));
    has(answer("repeat-places", "", csv), "har 33 procent av alla händelser. Är det mitten av ett");
    len = (size_t)snprintf(csv, sizeof csv, "x,y\n");
    for (int i = 0; i < 30; i++)
        len += (size_t)snprintf(csv + len, sizeof csv - len, "430000,6500000\n");
    has(answer("repeat-places", "", csv), "Alla 30 händelser är på en enda plats");
}
