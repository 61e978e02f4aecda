/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A small JSON object of the log or a job's report, in words. */
#pragma once

#include "http/http.h"

/* "namn: Södra centrum, antal: 12": keys through the texts settings_key_KEY, else as they are. In
 * the arena; "" for {} and for what is no object. */
const char *settings_json_words(struct req *rq, const char *json);
