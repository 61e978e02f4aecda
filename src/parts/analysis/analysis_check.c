/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is looked for in every table before a method has it, wherever the table comes from: a file,
 * the pages or another program's arrays. */
#include <math.h>

#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

#define DEGREES_EAST 180.0
#define DEGREES_NORTH 90.0

static enum err refuse_row(struct analysis *an, size_t i, int c)
{
    return analysis_refuse(
        an, analysis_say(an, analysis_bad_value, table_row(&an->table, i), an->columns[c]));
}

static enum err check_numbers(struct analysis *an, int c)
{
    const double *v = an->table.number[c];
    bool needed = an->method->needs & COLUMN_BIT(c);
    bool negative = c == COLUMN_X || c == COLUMN_Y || c == COLUMN_VALUE;
    for (size_t i = 0; i < an->table.n; i++)
        if (isinf(v[i]) || (needed && isnan(v[i])) || (!negative && v[i] < 0))
            return refuse_row(an, i, c);
    return ERR_OK;
}

static enum err check_times(struct analysis *an, int c)
{
    const msec *t = c == COLUMN_T ? an->table.t : an->table.t_end;
    const msec first = date_days((struct date){1, 1, 1}) * MSEC_DAY;
    const msec end = (date_days((struct date){9999, 12, 31}) + 1) * MSEC_DAY;
    for (size_t i = 0; i < an->table.n; i++)
        if (t[i] != ANALYSIS_NO_TIME && (t[i] < first || t[i] >= end))
            return refuse_row(an, i, c);
    return ERR_OK;
}

/* Degrees that were taken for metres: the answer would look like one. */
static void warn_degrees(struct analysis *an)
{
    const double *x = an->table.number[COLUMN_X], *y = an->table.number[COLUMN_Y];
    if (!analysis_has(an, COLUMN_X) || !analysis_has(an, COLUMN_Y) || an->table.n < 2)
        return;
    if (str_eq(analysis_text(an, "metric"), "sphere"))
        return;
    for (size_t i = 0; i < an->table.n; i++)
        if (fabs(x[i]) > DEGREES_EAST || fabs(y[i]) > DEGREES_NORTH)
            return;
    result_warning(an, text_get(an->lang, T_analysis_degrees));
}

enum err analysis__check(struct analysis *an)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        bool known = (an->method->needs | an->method->may) & COLUMN_BIT(c);
        if (!analysis_has(an, (enum analysis_column)c)) {
            if (an->method->needs & COLUMN_BIT(c))
                return analysis_refuse(an,
                                       analysis_say(an, analysis_no_column, an->columns[c],
                                                    analysis_column_name((enum analysis_column)c)));
            continue;
        }
        if (!known || c == COLUMN_PLACE || c == COLUMN_GROUP)
            continue;
        if (c == COLUMN_T || c == COLUMN_T_END)
            TRY(check_times(an, c));
        else
            TRY(check_numbers(an, c));
    }
    warn_degrees(an);
    return ERR_OK;
}
