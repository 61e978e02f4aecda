/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/near_words.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

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

enum err near_days(struct analysis *an, const double **out)
{
    const double *days = analysis_days(an, an->table.t);
    double *whole = days ? ARENA_ARRAY(an->arena, an->table.n, double) : NULL;
    if (!whole)
        return ERR_NOMEM;
    for (size_t i = 0; i < an->table.n; i++)
        whole[i] = floor(days[i]);
    *out = analysis_flag(an, "whole-days") ? whole : days;
    return ERR_OK;
}

enum err near_rows(struct analysis *an, size_t least)
{
    if (an->table.n >= least)
        return ERR_OK;
    if (least == 1)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    return analysis_refuse(
        an, analysis_say(an, analysis_few_rows, an->method->name, least, an->table.n));
}
