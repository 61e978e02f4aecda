/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/bulletin only. */
#pragma once

#include <jansson.h>

#include "parts/bulletin/bulletin.h"

struct event_areas;
struct jsonw;
struct req;
struct tx;

/* --- JSON --- */

struct bulletin_reading {
    struct arena *a;
    enum err err; /* sticks */
};
const char *bulletin_json_text(const json_t *o, const char *key, struct bulletin_reading *r);
/* `least` when it is no such number. */
int64_t bulletin_json_int(const json_t *o, const char *key, int64_t least, int64_t most);
size_t bulletin_json_list(const json_t *o, const char *key, size_t most, struct bulletin_reading *r,
                          const json_t **out);
void bulletin_map_read(const json_t *o, struct bulletin_reading *r, struct bulletin_map *m);
void bulletin_map_write(struct jsonw *w, const struct bulletin_map *m);
void bulletin_sections_read(const json_t *o, struct bulletin_reading *r, const char **words);
void bulletin_sections_write(struct jsonw *w, const char *key, const char *const *words);
/* Takes the buffer's text into the arena and frees it. */
NODISCARD enum err bulletin_json_done(struct buf *b, struct arena *a, const char **out);
