/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A text as a square to take a picture of. */
#include <string.h>

#include "base/mem.h"
#include "core/chart.h"
#include "core/qr.h"
#include "core/web.h"

enum err web_qr(struct req *rq, const char *label, const char *text, struct page_qr *out)
{
    struct qr qr;
    TRY(qr_make(text, strlen(text), &qr));
    uint8_t *modules = ARENA_ARRAY(rq->arena, (size_t)qr.side * (size_t)qr.side, uint8_t);
    if (!modules)
        return ERR_NOMEM;
    for (int i = 0; i < qr.side; i++)
        memcpy(modules + i * qr.side, qr.dark[i], (size_t)qr.side);
    return chart_qr_make(rq->arena, label, modules, qr.side, out);
}
