/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list as a file: the same query, another form. */
#include <fcntl.h>
#include <unistd.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "parts/event/event_export.h"
#include "parts/event/event_web.h"

static enum err note(struct req *rq, const struct event_query *q, enum event_format format,
                     size_t count)
{
    struct event_query w = *q;
    struct buf b = buf_init(16 * 1024), filter = buf_init(16 * 1024);
    w.text = w.place = NULL; /* what was searched for may name a person */
    event_query_write(&filter, &w, false);
    struct jsonw j = jsonw_init(&b);
    jsonw_object(&j);
    jsonw_key_text(&j, "format", event_format_name(format));
    jsonw_key_int(&j, "count", (int64_t)count);
    jsonw_key_text(&j, "filter", buf_text(&filter));
    jsonw_key_bool(&j, "words", q->text || q->place);
    jsonw_end(&j);
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        e = web_audit_read(rq, "event.export", "event", (struct id){0}, buf_text(&b));
    buf_done(&filter);
    buf_done(&b);
    return e;
}

static enum err export_as(struct req *rq, enum event_format format)
{
    struct event_query q = event_web_query(rq);
    size_t count;
    if (rq->problems)
        return ERR_INVALID;
    const char *dir = web_app(rq)->data_dir;
    struct event_export x = {.app = web_app(rq),
                             .query = &q,
                             .format = format,
                             .lang = rq->lang,
                             .bom = req_has(rq, "bom"),
                             .tmp_dir = dir};
    rq->out_fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (rq->out_fd < 0)
        return ERR_IO;
    TRY(event_export_write(&x, rq->out_fd, &count));
    if (lseek(rq->out_fd, 0, SEEK_SET) < 0)
        return ERR_IO;
    TRY(note(rq, &q, format, count));
    resp_type(rq, event_format_type(format));
    const char *name = arena_printf(rq->arena, "%s-%s.%s", TX(rq, event_export_file),
                                    web_municipality(rq), event_format_name(format));
    if (!name)
        return ERR_NOMEM;
    resp_download(rq, name);
    return ERR_OK;
}

enum err event_export_csv_page(struct req *rq)
{
    return export_as(rq, EVENT_CSV);
}

enum err event_export_xlsx_page(struct req *rq)
{
    return export_as(rq, EVENT_XLSX);
}

enum err event_export_geojson_page(struct req *rq)
{
    return export_as(rq, EVENT_GEOJSON);
}

enum err event_export_json_page(struct req *rq)
{
    return export_as(rq, EVENT_JSON);
}
