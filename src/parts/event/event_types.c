/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_types.h"

#include <string.h>

#include "base/str.h"
#include "event_sql.h"

const struct event_type event_types[EVENT_TYPE_COUNT] = {
#define TYPE(code, name, upper) {code, upper, T_type_##name},
#include "parts/event/event_type_table.h"
#undef TYPE
};

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

enum err event_types_sync(struct tx *tx)
{
    struct q_event_type_put_in in[EVENT_TYPE_COUNT];
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int upper = event_types[i].parent;
        in[i] = (struct q_event_type_put_in){
            .code = event_types[i].code,
            .parent_code = upper < 0 ? NULL : event_types[upper].code,
            .sort = i + 1,
        };
    }
    return q_event_type_put_run_batch(tx, in, EVENT_TYPE_COUNT);
}
