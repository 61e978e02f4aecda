/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "core/web.h"

http_handler drill_page, drill_post, drill_end_page, drill_end_post;
extern const struct field_spec drill_fields[];
