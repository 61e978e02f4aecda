/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "http/shrink.h"

#include <string.h>
#include <zlib.h>

#include "base/buf.h"

#define LEAST 1024     /* bytes: less is not worth it */
#define GZIP (15 + 16) /* zlib's largest window, with the header of gzip */
#define EFFORT 6       /* half a millisecond for a page */

static bool pack(const struct buf *in, struct buf *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, EFFORT, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    char *room = buf_reserve(out, in->len);
    z.next_in = (Bytef *)(uintptr_t)in->data;
    z.avail_in = (uInt)in->len;
    z.next_out = (Bytef *)room;
    z.avail_out = room ? (uInt)in->len : 0;
    bool whole = room && deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->len = whole ? in->len - z.avail_out : 0;
    deflateEnd(&z);
    return whole;
}

/* Is gzip among what the client takes, and not refused by a weight of nothing? */
static bool takes_gzip(const char *accepts)
{
    const char *at = accepts ? strstr(accepts, "gzip") : NULL;
    if (!at)
        return false;
    at += strcspn(at, ",;");
    at += strspn(at, "; ");
    if (strncmp(at, "q=0", 3) != 0)
        return true;
    at += 3 + (at[3] == '.');
    at += strspn(at, "0");
    return *at >= '1' && *at <= '9';
}

/* A link of the page holds the query, and whoever leads somebody here writes it. */
static bool says_what_was_asked(const struct req *rq)
{
    return *rq->query && !(rq->route->flags & ROUTE_PUBLIC_CACHE);
}

void shrink_answer(struct req *rq)
{
    const char *accepts = req_header(rq, "Accept-Encoding");
    if (!rq->route || !(rq->route->flags & ROUTE_SHRINK) || rq->out_static || rq->out_fd >= 0)
        return;
    resp_header(rq, "Vary", "Accept-Encoding");
    if (rq->status != 200 || rq->out.len < LEAST || says_what_was_asked(rq) || !takes_gzip(accepts))
        return;
    struct buf small = buf_init(rq->out.limit);
    if (!pack(&rq->out, &small)) {
        buf_done(&small);
        return;
    }
    buf_done(&rq->out);
    rq->out = small;
    resp_header(rq, "Content-Encoding", "gzip");
}
