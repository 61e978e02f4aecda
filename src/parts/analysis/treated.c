/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/treated.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/number_words.h"
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

enum err treated_or_not(struct analysis *an, size_t row, bool *out)
{
    enum treated g;
    TRY(treated_of(an, row, &g));
    if (g > CONTROL)
        return analysis_refuse(an, analysis_say(an, did_no_near, treated_line(an, row)));
    *out = g == TREATED;
    return ERR_OK;
}

enum err treated_positive(struct analysis *an, enum analysis_column c, size_t row, double *out)
{
    double v = an->table.number[c][row];
    if (!(v > 0 && isfinite(v)))
        return analysis_refuse(
            an, analysis_say(an, treated_not_positive, treated_line(an, row), an->columns[c]));
    *out = v;
    return ERR_OK;
}

enum err treated_count(struct analysis *an, enum analysis_column c, size_t row, double *out)
{
    double v = an->table.number[c][row];
    if (!(v >= 0 && v <= (double)COUNT_MAX && v == floor(v)))
        return analysis_refuse(an, analysis_say(an, analysis_not_count, treated_line(an, row)));
    *out = v;
    return ERR_OK;
}

/* --- A ratio with its interval, in words --- */

#define TIMES_FROM 11.0 /* ten times more and beyond is told as so many times, not as per cent */
#define PERCENT_DECIMALS 4

static double percent(double ratio)
{
    return 100 * (ratio - 1);
}

static double rounded(double v, int decimals)
{
    double scale = pow(10, decimals);
    return round(v * scale) / scale;
}

/* As few decimals as keep the three apart. */
static int decimals_of(double low, double ratio, double high)
{
    int d = 0;
    while (d < PERCENT_DECIMALS && (rounded(percent(low), d) == rounded(percent(ratio), d) ||
                                    rounded(percent(ratio), d) == rounded(percent(high), d)))
        d++;
    return d;
}

/* "en minskning med 5 procent", "en ökning till 40 gånger så mycket" */
static const char *change(struct analysis *an, double ratio, int decimals)
{
    if (ratio > TIMES_FROM)
        return analysis_say(an, treated_up_times, number_figures(an, ratio, 2));
    double p = rounded(percent(ratio), decimals);
    const char *amount = analysis_say(an, treated_percent, number_decimals(an, fabs(p), decimals));
    return number_change(an, (p > 0) - (p < 0), amount);
}

static const char *three(struct analysis *an, enum text_key key, const char *const part[3])
{
    const struct text_arg args[] = {text_arg_text(part[0]), text_arg_text(part[1]),
                                    text_arg_text(part[2])};
    return text_fmt_args(an->arena, an->lang, key, args, ARRAY_LEN(args));
}

/* Above 1 for sure, or below. */
static const char *sure(struct analysis *an, const struct treated_words *w, const double v[3],
                        int decimals)
{
    const char *part[3];
    bool times = v[2] > TIMES_FROM;
    for (int i = 0; i < 3; i++)
        part[i] = times ? number_figures(an, v[i], 2)
                        : number_decimals(an, fabs(percent(v[i])), decimals);
    if (v[2] < 1) { /* the smallest fall first */
        const char *low = part[1];
        part[1] = part[2];
        part[2] = low;
    }
    return three(an, times ? w->times : v[2] < 1 ? w->fewer : w->more, part);
}

void treated_say(struct analysis *an, const struct treated_words *w, double ratio, double low,
                 double high)
{
    int d = decimals_of(low, ratio, high);
    const double v[] = {ratio, low, high};
    const char *part[3];
    if (rounded(percent(low), d) == rounded(percent(high), d)) {
        result_sentence(an, rounded(percent(ratio), d) == 0
                                ? text_get(an->lang, T_treated_same)
                                : analysis_say(an, treated_exact, change(an, ratio, d)));
    } else if (high < 1 || low > 1) {
        result_sentence(an, sure(an, w, v, d));
    } else if (low <= 0.5 && high >= 2) {
        result_sentence(an, text_get(an->lang, T_treated_wide));
    } else {
        for (int i = 0; i < 3; i++)
            part[i] = change(an, v[i], d);
        result_sentence(an, three(an, w->unsure, part));
    }
}
