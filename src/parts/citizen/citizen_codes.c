/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What makes a place so, when it feels so, and how far a report has come. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/citizen/citizen_inner.h"

/* Codes are stored: they are never changed. */
const struct citizen_reason citizen_reasons[] = {
    {"lighting", "unsafe_place.lighting", true, T_citizen_why_lighting},
    {"vegetation", "unsafe_place.vegetation", true, T_citizen_why_vegetation},
    {"overview", "unsafe_place.overview", true, T_citizen_why_overview},
    {"desolate", "unsafe_place.desolate", true, T_citizen_why_desolate},
    {"design", "unsafe_place.design", true, T_citizen_why_design},
    {"maintenance", "unsafe_place.maintenance", true, T_citizen_why_maintenance},
    {"traffic", NULL, true, T_citizen_why_traffic},
    {"other", NULL, true, T_citizen_why_other},
    {"good_light", NULL, false, T_citizen_why_good_light},
    {"people", NULL, false, T_citizen_why_people},
    {"open_view", NULL, false, T_citizen_why_open_view},
    {"cared_for", NULL, false, T_citizen_why_cared_for},
    {"other_good", NULL, false, T_citizen_why_other},
};
const size_t citizen_reason_count = ARRAY_LEN(citizen_reasons);
_Static_assert(ARRAY_LEN(citizen_reasons) == CITIZEN_REASONS, "what the header says");

const struct citizen_time citizen_times[] = {
    {"always", T_citizen_time_always},     {"dark", T_citizen_time_dark},
    {"mornings", T_citizen_time_mornings}, {"days", T_citizen_time_days},
    {"evenings", T_citizen_time_evenings}, {"nights", T_citizen_time_nights},
    {"weekends", T_citizen_time_weekends}, {"winter", T_citizen_time_winter},
};
const size_t citizen_time_count = ARRAY_LEN(citizen_times);

static const struct {
    const char *name;
    enum text_key text;
} states[CITIZEN_STATES] = {
    [CITIZEN_RECEIVED] = {"received", T_citizen_state_received},
    [CITIZEN_LOOKING] = {"looking", T_citizen_state_looking},
    [CITIZEN_DECIDED] = {"decided", T_citizen_state_decided},
    [CITIZEN_CLOSED] = {"closed", T_citizen_state_closed},
};

const char *citizen_state_name(enum citizen_state s)
{
    return states[s].name;
}

enum text_key citizen_state_text(enum citizen_state s)
{
    return states[s].text;
}

bool citizen_state_parse(const char *name, enum citizen_state *out)
{
    for (int i = 0; i < CITIZEN_STATES; i++)
        if (str_eq(states[i].name, name)) {
            *out = (enum citizen_state)i;
            return true;
        }
    return false;
}

bool citizen_has_code(const char *codes, const char *code)
{
    size_t n = strlen(code);
    for (const char *p = codes; p && (p = strstr(p, code)); p++)
        if ((p == codes || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
            return true;
    return false;
}

/* "Det är mörkt och det går inte att se": all our words begin with a letter of ASCII. */
static const char *join(struct arena *a, const char *so_far, const char *more, const char *between)
{
    char first = *more;
    if (!*so_far)
        return arena_strdup(a, more);
    if (first >= 'A' && first <= 'Z')
        first = (char)(first + 'a' - 'A');
    return arena_printf(a, "%s%s%c%s", so_far, between, first, more + 1);
}

/* What stands before a word: a comma, or "och" where it is the last. */
static const char *between(enum lang lang, bool last)
{
    return last ? text_get(lang, T_citizen_list_and) : ", ";
}

const char *citizen_reason_words(struct arena *a, enum lang lang, const char *codes)
{
    const char *out = "";
    size_t left = 0;
    for (size_t i = 0; i < citizen_reason_count; i++)
        left += citizen_has_code(codes, citizen_reasons[i].code);
    for (size_t i = 0; out && i < citizen_reason_count; i++)
        if (citizen_has_code(codes, citizen_reasons[i].code))
            out =
                join(a, out, text_get(lang, citizen_reasons[i].label), between(lang, --left == 0));
    return out;
}

const char *citizen_time_words(struct arena *a, enum lang lang, const char *codes)
{
    const char *out = "";
    size_t left = 0;
    for (size_t i = 0; i < citizen_time_count; i++)
        left += citizen_has_code(codes, citizen_times[i].code);
    for (size_t i = 0; out && i < citizen_time_count; i++)
        if (citizen_has_code(codes, citizen_times[i].code))
            out = join(a, out, text_get(lang, citizen_times[i].label), between(lang, --left == 0));
    return out;
}
