/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/near_words.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tmpl/format.h"

const char *near_number(struct analysis *an, double v, int decimals)
{
    char text[FORMAT_TEXT];
    double scale = pow(10, decimals);
    while (decimals > 0 && round(v * scale / 10) * 10 == round(v * scale)) {
        scale /= 10;
        decimals--;
    }
    return arena_strdup(an->arena, format_decimal(text, an->lang, v, decimals));
}

enum err near_word(struct analysis *an, const char *option, const char *words, int *out)
{
    const char *value = analysis_text(an, option);
    int at = 0;
    for (const char *p = words;; at++) {
        size_t len = strcspn(p, "|");
        if (strlen(value) == len && memcmp(value, p, len) == 0) {
            *out = at;
            return ERR_OK;
        }
        if (!p[len])
            return analysis_refuse(an, analysis_say(an, analysis_bad_word, option, words));
        p += len + 1;
    }
}

enum err near_rows(struct analysis *an, size_t least)
{
    if (an->table.n >= least)
        return ERR_OK;
    return analysis_refuse(
        an, analysis_say(an, analysis_few_rows, an->method->name, least, an->table.n));
}
