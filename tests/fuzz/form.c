/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies of forms: the first line says the content type, the rest is the body. */
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct field_spec specs[] = {
    {.name = "a", .kind = FIELD_TEXT, .required = true},
    {.name = "b", .kind = FIELD_LINES},
    {.name = "c", .kind = FIELD_REAL},
    {.name = "d", .kind = FIELD_DATE},
    {.name = "e", .kind = FIELD_TIME},
    {.name = "f", .kind = FIELD_FILE},
    {.name = "g", .kind = FIELD_EMAIL, .many = true},
    {.name = "h", .kind = FIELD_ID},
    {0},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct req rq = {.path = "/", .query = "", .out_fd = -1};
    rq.arena = arena_new(8 << 20);
    if (!rq.arena)
        return 0;
    rq.out = buf_init(1 << 20);
    const uint8_t *line = memchr(data, '\n', size);
    if (line) {
        size_t n = (size_t)(line - data);
        const char *type = arena_strndup(rq.arena, (const char *)data, n);
        if (type && form_read(&rq, type, (const char *)line + 1, size - n - 1) == ERR_OK &&
            form_check(&rq, specs, NULL) == ERR_OK)
            for (size_t i = 0; i < rq.n_fields; i++)
                if (!rq.fields[i].name || !rq.fields[i].value)
                    __builtin_trap();
    }
    const char *text = arena_strndup(rq.arena, (const char *)data, size), *path;
    if (text && path_clean(rq.arena, text, &path) == ERR_OK &&
        (path[0] != '/' || strstr(path, "/../")))
        __builtin_trap();
    buf_done(&rq.out);
    arena_free(rq.arena);
    return 0;
}
