/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/csv_sniff.h"

#include <stdbool.h>

#define ROWS 60

/* Cells of each of the first rows, quotes respected. A last row without its end is not counted
 * unless it is the only one. */
static size_t count_cells(const char *s, size_t n, char delim, unsigned cells[ROWS])
{
    size_t rows = 0;
    unsigned here = 1;
    bool quoted = false, fresh = true, any = false;
    for (size_t i = 0; i < n && rows < ROWS; i++) {
        char c = s[i];
        if (c == '"' && (quoted || fresh)) {
            quoted = !quoted;
            fresh = !quoted; /* a doubled quote opens again */
            any = true;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            if (any)
                cells[rows++] = here;
            here = 1;
            any = false;
            fresh = true;
        } else if (!quoted && c == delim) {
            here++;
            any = fresh = true;
        } else {
            any = true;
            fresh = false;
        }
    }
    if (rows == 0 && any)
        cells[rows++] = here;
    return rows;
}

/* Rows that agree with the commonest number of cells; the first row counts double. */
static size_t score(const unsigned *cells, size_t rows, unsigned *commonest)
{
    size_t best = 0;
    for (size_t i = 0; i < rows; i++) {
        size_t same = 0;
        for (size_t k = 0; k < rows; k++)
            same += cells[k] == cells[i];
        same += cells[0] == cells[i];
        if (cells[i] > 1 && (same > best || (same == best && cells[i] > *commonest))) {
            best = same;
            *commonest = cells[i];
        }
    }
    return best;
}

char csv_sniff(const char *s, size_t n)
{
    static const char candidates[] = {';', ',', '\t', '|'};
    char found = ';';
    size_t best = 0;
    unsigned width = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        unsigned cells[ROWS], here = 0;
        size_t rows = count_cells(s, n, candidates[i], cells);
        size_t points = score(cells, rows, &here);
        if (points > best || (points == best && here > width)) {
            best = points;
            width = here;
            found = candidates[i];
        }
    }
    return found;
}
