/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a scan found, as figures, tables and sentences. */
#pragma once

#include "parts/analysis/scan_table.h"

struct scan_told {
    const struct scan_wish *wish;
    const struct scan_table *table;
    const struct scan_options *options;
    const struct scan_result *result;
};

NODISCARD enum err scan_tell(struct analysis *an, const struct scan_told *told);
