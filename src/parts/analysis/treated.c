/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/treated.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "stats/compare.h"

uint64_t treated_line(const struct analysis *an, size_t row)
{
    return table_row(&an->table, row);
}

enum err treated_of(struct analysis *an, size_t row, enum treated *out)
{
    static const struct {
        const char *word;
        enum treated is;
    } words[] = {{"treated", TREATED},
                 {"insats", TREATED},
                 {"1", TREATED},
                 {"yes", TREATED},
                 {"ja", TREATED},
                 {"true", TREATED},
                 {"control", CONTROL},
                 {"kontroll", CONTROL},
                 {"0", CONTROL},
                 {"no", CONTROL},
                 {"nej", CONTROL},
                 {"false", CONTROL},
                 {"near-treated", NEAR_TREATED},
                 {"intill", NEAR_TREATED},
                 {"near-control", NEAR_CONTROL},
                 {"intill-kontroll", NEAR_CONTROL}};
    uint32_t at = an->table.group.index[row];
    const char *own = at == UINT32_MAX ? "" : an->table.group.name[at];
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq(words[i].word, own)) {
            *out = words[i].is;
            return ERR_OK;
        }
    }
    return analysis_refuse(an, analysis_say(an, treated_bad_group, treated_line(an, row), own));
}

enum err treated_count(struct analysis *an, enum analysis_column c, size_t row, double *out)
{
    double v = an->table.number[c][row];
    if (!(v >= 0 && v <= (double)COUNT_MAX && v == floor(v)))
        return analysis_refuse(an, analysis_say(an, analysis_not_count, treated_line(an, row)));
    *out = v;
    return ERR_OK;
}

const char *treated_number(struct analysis *an, double v)
{
    char *text = arena_printf(an->arena, fabs(v) >= 100 ? "%.0f" : "%.3g", v);
    char *point = text && an->lang == LANG_SV ? strchr(text, '.') : NULL;
    if (point)
        *point = ',';
    return text;
}

int64_t treated_percent(double ratio)
{
    double p = 100 * (ratio - 1);
    return !isfinite(p) ? INT64_MAX : p > 1e9 ? INT64_C(1000000000) : llround(p);
}

void treated_say(struct analysis *an, const enum text_key keys[3], double ratio, double low,
                 double high)
{
    int64_t by = treated_percent(ratio), from = treated_percent(low), to = treated_percent(high);
    enum text_key key = high < 1 ? keys[0] : low > 1 ? keys[1] : keys[2];
    int64_t a = high < 1 ? -to : from, b = high < 1 ? -from : to;
    const struct text_arg args[] = {text_arg_int(high < 1 ? -by : by), text_arg_int(a),
                                    text_arg_int(b)};
    result_sentence(an, text_fmt_args(an->arena, an->lang, key, args, ARRAY_LEN(args)));
}
