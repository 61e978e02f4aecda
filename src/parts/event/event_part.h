/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "core/app.h"

extern const struct part event_part;
extern const struct part report_part; /* reporting from a phone */
/* The queries of its pages; a part without routes. */
extern const struct part event_web_part;
