/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_types.h"

#include <string.h>

#include "base/str.h"
#include "event_sql.h"

/* The kind of each upper type under a name that those below it can say. */
enum {
#define UPPER(code, name, kind) KIND_OF_##name = EVENT_##kind,
#define LOWER(code, name, upper)
#include "parts/event/event_type_table.h"
#undef UPPER
#undef LOWER
};

const struct event_type event_types[EVENT_TYPE_COUNT] = {
#define UPPER(code, name, kind) {code, -1, T_type_##name, EVENT_##kind},
#define LOWER(code, name, upper)                                                                   \
    {code, EVENT_TYPE_##upper, T_type_##name, (enum event_kind)KIND_OF_##upper},
#include "parts/event/event_type_table.h"
#undef UPPER
#undef LOWER
};

static const char *const kinds[EVENT_KINDS] = {
    [EVENT_INCIDENT] = "incident", [EVENT_ALL_CLEAR] = "all_clear", [EVENT_POSITIVE] = "positive"};

static const struct {
    const char *word, *code;
} police_words[] = {
#define POLICE(word, code) {word, code},
#include "parts/event/event_police_table.h"
#undef POLICE
};

int event_type_index(const char *code)
{
    for (int i = 0; code && i < EVENT_TYPE_COUNT; i++)
        if (code[0] == event_types[i].code[0] && strcmp(code, event_types[i].code) == 0)
            return i;
    return -1;
}

const char *event_type_name(enum lang lang, int type)
{
    return text_get(lang, event_types[type].name);
}

bool event_type_within(int type, int upper)
{
    return type == upper || (type >= 0 && upper >= 0 && event_types[type].parent == upper);
}

const char *event_type_of_police(const char *word)
{
    for (size_t i = 0; word && i < ARRAY_LEN(police_words); i++)
        if (str_eq(word, police_words[i].word))
            return police_words[i].code;
    return NULL;
}

const char *event_kind_name(enum event_kind k)
{
    return kinds[k];
}

const char *event_kind_of_code(const char *code)
{
    int type = event_type_index(code);
    return kinds[type < 0 ? EVENT_INCIDENT : event_types[type].kind];
}

bool event_kind_parse(const char *name, enum event_kind *out)
{
    for (int k = 0; k < EVENT_KINDS; k++)
        if (str_eq(name, kinds[k])) {
            *out = (enum event_kind)k;
            return true;
        }
    return false;
}

const char *event_kind_count(struct arena *a, enum lang lang, enum event_kind k, int64_t n)
{
    switch (k) {
    case EVENT_ALL_CLEAR:
        return text_fmt(a, lang, T_event_kind_all_clear, n);
    case EVENT_POSITIVE:
        return text_fmt(a, lang, T_event_kind_positive, n);
    default:
        return text_fmt(a, lang, T_event_kind_incident, n);
    }
}

enum err event_types_sync(struct tx *tx)
{
    struct q_event_type_put_in in[EVENT_TYPE_COUNT];
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int upper = event_types[i].parent;
        in[i] = (struct q_event_type_put_in){
            .code = event_types[i].code,
            .parent_code = upper < 0 ? NULL : event_types[upper].code,
            .sort = i + 1,
            .kind = kinds[event_types[i].kind],
        };
    }
    return q_event_type_put_run_batch(tx, in, EVENT_TYPE_COUNT);
}
