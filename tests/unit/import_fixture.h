/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files for tests that import whole ones. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "db_fixture.h"
#include "parts/import/import.h"

static char folder[] = "/tmp/samsyn-import-XXXXXX";
static char path[128];

static inline void write_file(const char *name, const char *text)
{
    static bool made;
    if (!made) {
        CHECK(mkdtemp(folder));
        setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
        made = true;
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static inline enum err load(struct fixture *f, struct import_request rq,
                            import_progress_fn *progress, void *arg, struct import_report *out)
{
    struct app app = {.db = f->db};
    rq.path = path;
    return import_file(&app, f->a, &rq, progress, arg, out);
}

#define ROWS                                                                                       \
    "\xEF\xBB\xBFid;datum;tid;typ;n;e;plats\r\n"                                                   \
    "1;2025-03-27;0130;Klotter;6507010,5;431800;\r\n"                                              \
    "2;2025-03-28;..;Skadegörelse;;;Ån vid Åsö\r\n"                                            \
    "3;i förrgår;1200;Klotter;;;\r\n"                                                            \
    "4;2025-03-29;23:10;Annat;431800;6507010;\r\n"

static const struct import_request mariestad = {.format = CONVERT_CSV, .municipality = "1493"};

static inline void many_rows(int n)
{
    struct buf b = buf_init(1 << 20);
    buf_puts(&b, "id,datum,typ\n");
    for (int i = 1; i <= n; i++)
        buf_printf(&b, "%d,%s,Klotter\n", i, i % 10 ? "2025-03-27 10:25" : "aldrig");
    write_file("manga.csv", buf_text(&b));
    buf_done(&b);
}

static inline bool stop_after(void *arg, int64_t rows, uint64_t bytes, uint64_t of)
{
    (void)bytes, (void)of;
    return rows < *(int64_t *)arg;
}
