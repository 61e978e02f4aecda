/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Analys: what is typed becomes a question, a question an address, and the same again; the table of
 * methods fits the methods. */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "explore_fixture.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)

/* --- The table of methods --- */

TEST(every_method_is_one_of_the_frame_and_its_settings_are_options)
{
    for (size_t i = 0; i < explore_methods_n; i++) {
        const struct explore_method *m = &explore_methods[i];
        const struct analysis_method *frame = analysis_method_find(m->name);
        CHECK(frame);
        CHECK(explore_params_n(m) <= EXPLORE_PARAMS_MOST);
        for (const struct explore_param *p = m->params; p->name; p++)
            CHECK(p->own || analysis__option(frame, p->name) >= 0);
    }
    for (int q = 0; q < ASK_COUNT; q++)
        CHECK_INT(explore_method_first((enum explore_question)q)->question, q);
}

TEST(every_setting_has_a_field_and_a_default_that_fits_here_and_in_the_frame)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < explore_methods_n; i++) {
        struct analysis *an;
        const struct explore_method *m = &explore_methods[i];
        CHECK_OK(analysis_begin(analysis_method_find(m->name), a, LANG_SV, &an));
        for (const struct explore_param *p = m->params; p->name; p++) {
            char field[64];
            bool found = false;
            snprintf(field, sizeof field, "p-%s", p->name);
            for (const struct field_spec *f = explore_fields; f->name; f++)
                found = found || str_eq(f->name, field);
            CHECK(found);
            if (!p->fallback)
                continue;
            CHECK_TEXT(explore_param_plain(p, p->fallback, a), p->fallback);
            if (!p->own)
                CHECK_OK(analysis_set(an, p->name, p->fallback));
        }
    }
}

/* --- What is typed --- */

TEST(numbers_are_read_as_people_write_them_within_their_limits)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    const struct explore_param real = {.kind = PARAM_REAL, .least = 0.5, .most = 5000};
    const struct explore_param whole = {.kind = PARAM_INT, .least = 1, .most = 5000};
    CHECK_TEXT(explore_param_plain(&real, "1 000,5", a), "1000.5");
    CHECK_TEXT(explore_param_plain(&real, "1\u202f000.50", a), "1000.5");
    CHECK_TEXT(explore_param_plain(&real, "0.500", a), "0.5");
    CHECK_TEXT(explore_param_plain(&whole, "5000", a), "5000");
    static const char *const bad[] = {"", "x", "0,4", "5001", "1e9", "nan", "-1", "1,2,3", "½"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!explore_param_plain(&real, bad[i], a));
    CHECK(!explore_param_plain(&whole, "1,5", a));
    CHECK(!explore_param_plain(&whole, "0", a));
}

TEST(bands_rise_and_have_one_spelling)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    const struct explore_param list = {.kind = PARAM_LIST, .least = 0, .most = 1000};
    CHECK_TEXT(explore_param_plain(&list, "0, 7;14  21", a), "0,7,14,21");
    CHECK_TEXT(explore_param_plain(&list, "0,100", a), "0,100");
    static const char *const bad[] = {"", "7", "7,7", "14,7", "0,x", "0,1001", "-1,5", ",,,"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!explore_param_plain(&list, bad[i], a));
    char many[256] = "0";
    for (int i = 1; i < 40; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), ",%d", i);
    CHECK(!explore_param_plain(&list, many, a));
}

TEST(a_wrong_setting_is_a_problem_of_its_field_and_the_default_stands)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {
        {"method", "knox"}, {"p-permutations", "7"}, {"p-days", "0 7"}, {"p-metric", "taxi"}};
    struct req rq = request(a, fields, ARRAY_LEN(fields));
    struct explore_ask ask = ask_of(&rq);
    CHECK(req_problem_of(&rq, "p-permutations"));
    CHECK(req_problem_of(&rq, "p-metric"));
    CHECK(!req_problem_of(&rq, "p-days"));
    CHECK_TEXT(explore_value(&ask, "permutations"), "999");
    CHECK_TEXT(explore_value(&ask, "days"), "0,7");
    CHECK_TEXT(explore_value(&ask, "metric"), "euclidean");
}

TEST(a_new_question_takes_its_own_first_method)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {{"question", "when"}, {"method", "knox"}, {"p-days", "nonsense"}};
    struct req rq = request(a, fields, ARRAY_LEN(fields));
    CHECK_TEXT(ask_of(&rq).method->name, "weekday-hour");
    CHECK(!rq.problems); /* what the method before was set to is nobody's fault */
    struct req plain = request(a, NULL, 0);
    CHECK_TEXT(ask_of(&plain).method->name, "gistar");
}

/* --- There and back --- */

static size_t fields_of(struct arena *a, char *address, struct pair *out)
{
    char *rest = NULL;
    size_t n = 0;
    for (char *p = strtok_r(address, "&", &rest); p; p = strtok_r(NULL, "&", &rest)) {
        char *value = strchr(p, '=');
        *value++ = 0;
        char *to = value;
        for (const char *s = value; *s; s++, to++) {
            char hex[3] = {0};
            if (*s != '%') {
                *to = *s;
                continue;
            }
            memcpy(hex, s + 1, 2);
            *to = (char)strtol(hex, NULL, 16);
            s += 2;
        }
        *to = 0;
        out[n++] = (struct pair){arena_strdup(a, p), arena_strdup(a, value)};
    }
    return n;
}

TEST(an_address_gives_the_same_question_and_options_again)
{
    AUTO(arena_freep) struct arena *a = arena_new(4 << 20);
    for (size_t i = 0; i < explore_methods_n; i++) {
        struct pair given[] = {{"method", explore_methods[i].name},
                               {"seed", "77"},
                               {"p-permutations", "1 99"},
                               {"p-days", "0, 3 ,9"},
                               {"p-level", "0,10"},
                               {"p-start", "2026-03-01"},
                               {"p-treated", "circle"},
                               {"p-control", "drawn"},
                               {"p-beside", "430000 6505000, 430500 6505000; 430500/6505600"},
                               {"p-centre", "Åsa & Öster=1 %"},
                               {"p-by", "area"}};
        struct pair read[64];
        struct req one = request(a, given, ARRAY_LEN(given));
        struct explore_ask ask = ask_of(&one), back;
        char *address = arena_strdup(a, explore_address(&ask, a));
        char *copy = arena_strdup(a, address);
        struct req two = request(a, read, fields_of(a, copy, read));
        back = ask_of(&two);
        CHECK_TEXT(explore_address(&back, a), address);
        CHECK(back.method == ask.method && back.seed == 77);
        CHECK(explore_param_find(ask.method, "ground") < 0 ||
              (!strstr(address, "p-ground=") &&
               strstr(address, "&p-beside=430000-6505000_430500-6505000_430500-6505600&")));
        for (size_t p = 0; p < explore_params_n(ask.method); p++)
            CHECK_TEXT(back.value[p] ? back.value[p] : "", ask.value[p] ? ask.value[p] : "");
    }
}

TEST(a_key_tells_walls_languages_and_towns_apart)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct event_query q = event_query_blank(TOWN), walled = q, other = event_query_blank("1447");
    walled.walled = true;
    struct event_query colleague = walled;
    colleague.only = id_new();
    const char *keys[] = {
        explore_key(&q, LANG_SV, "x", a),      explore_key(&q, LANG_EN, "x", a),
        explore_key(&walled, LANG_SV, "x", a), explore_key(&colleague, LANG_SV, "x", a),
        explore_key(&other, LANG_SV, "x", a),  explore_key(&q, LANG_SV, "y", a)};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(keys[i], keys[k]));
}

TEST(options_of_the_command_line_are_called_by_their_labels)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct pair fields[] = {{"method", "farrington"}};
    struct req rq = request(a, fields, 1);
    struct explore_ask ask = ask_of(&rq);
    CHECK_TEXT(explore_sentence(&ask, a, "Ta färre år med --years-back, eller --nosuch."),
               "Ta färre år med ”Antal tidigare år”, eller --nosuch.");
    struct pair waves[] = {{"method", "harmonic"}};
    struct req other = request(a, waves, 1);
    ask = ask_of(&other);
    CHECK_TEXT(explore_sentence(&ask, a, "Året kan ha två toppar: pröva --harmonics auto."),
               "Året kan ha två toppar: pröva ”Vågor för årstider”: ”Så många vågor som passar "
               "bäst”.");
    CHECK_TEXT(explore_sentence(&ask, a, "Sätt --harmonics lägre."),
               "Sätt ”Vågor för årstider” lägre.");
}
