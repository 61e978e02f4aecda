/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The navigation of staff pages: the parts that one may enter, the most needed first; as many in a
 * row as the screen has room for, the rest in a menu. Without script: what stands where is said by
 * classes, from labels of which the width is reckoned. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/web.h"
#include "core/web_inner.h"

/* What has room beside "Mer" and its arrow, in tenths of a letter of the middle width: a phone 360
 * pixels wide, 48em and 75em (the widths of nav.css). Wider than reckoned, the row breaks. */
static const int room[] = {[NAV_PHONE] = 310, [NAV_TABLET] = 690, [NAV_DESK] = 1170};
static const int gap[] = {[NAV_PHONE] = 15, [NAV_TABLET] = 28, [NAV_DESK] = 28};
#define MORE 60

static int width_of(const char *label)
{
    int n = 0;
    for (const char *s = label; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80; /* letters, not bytes */
    return 10 * n;
}

/* How many of the first ones stand in the row. */
static size_t fit(const struct page_nav *nav, size_t n, enum page_nav_from at)
{
    int used = 0;
    size_t k = 0;
    for (; k < n && used + width_of(nav[k].label) <= room[at]; k++)
        used += width_of(nav[k].label) + gap[at];
    if (k + 1 == n && used + width_of(nav[k].label) <= room[at] + MORE)
        return n; /* no menu, and so no room for its name */
    return k ? k : 1;
}

void web_nav_fit(struct page *p, struct page_nav *nav, size_t n)
{
    p->nav = nav;
    p->n_nav = n;
    p->nav_most = p->nav_here = NAV_PHONE;
    for (size_t i = 0; i < n; i++)
        nav[i].from = NAV_MENU;
    for (int at = NAV_DESK; n && at >= NAV_PHONE; at--)
        for (size_t i = fit(nav, n, (enum page_nav_from)at); i-- > 0;)
            nav[i].from = (enum page_nav_from)at;
    for (size_t i = 0; i < n; i++) {
        if (nav[i].from > p->nav_most)
            p->nav_most = nav[i].from;
        if (nav[i].current)
            p->nav_here = nav[i].from;
    }
}

struct entry {
    const struct part *part;
    size_t at;
};

static int rank(const struct part *p)
{
    return p->nav_rank ? p->nav_rank : NAV_RANK_BETWEEN;
}

static int by_rank(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    if (rank(a->part) != rank(b->part))
        return rank(a->part) - rank(b->part);
    return (a->at > b->at) - (a->at < b->at);
}

static bool stands_at(struct req *rq, const struct part *part)
{
    return str_starts(rq->path, web_address(rq, part->nav_path)) ||
           (part->nav_also && str_starts(rq->path, web_address(rq, part->nav_also)));
}

/* false: the part is not shown to this person now. */
static bool entry_of(struct req *rq, const struct part *part, struct page_nav *out)
{
    const char *label = text_get(rq->lang, part->nav_label);
    int64_t waits = 0;
    if (part->nav_waits && part->nav_waits(rq, &waits) != ERR_OK)
        waits = 0; /* the page itself says what is wrong */
    if (waits == PART_HIDDEN)
        return false;
    if (waits)
        label = arena_printf(rq->arena, "%s (%lld)", label, (long long)waits);
    *out = (struct page_nav){label ? label : "", web_address(rq, part->nav_path),
                             stands_at(rq, part), NAV_PHONE};
    return true;
}

/* The parts that one may enter, the most needed first. */
static size_t entries(struct req *rq, struct entry *list)
{
    const struct app *app = web_app(rq);
    size_t n = 0;
    for (size_t i = 0; app->parts && app->parts[i]; i++)
        if (app->parts[i]->nav_path && web_may(rq, app->parts[i]->nav_perm))
            list[n++] = (struct entry){app->parts[i], i};
    qsort(list, n, sizeof *list, by_rank);
    return n;
}

static size_t count_parts(const struct app *app)
{
    size_t n = 0;
    while (app->parts && app->parts[n])
        n++;
    return n;
}

enum err web_told(struct req *rq, const struct page_link **out, size_t *out_n)
{
    size_t all = count_parts(web_app(rq)), n = 0;
    struct entry *list = ARENA_ARRAY(rq->arena, all + 1, struct entry);
    struct page_link *told = ARENA_ARRAY(rq->arena, all + 1, struct page_link);
    if (!list || !told)
        return ERR_NOMEM;
    size_t may = entries(rq, list);
    for (size_t i = 0; i < may; i++) {
        told[n] = (struct page_link){0};
        if (list[i].part->told)
            TRY(list[i].part->told(rq, &told[n]));
        n += told[n].label != NULL;
    }
    *out = told;
    *out_n = n;
    return ERR_OK;
}

enum err web_line(struct req *rq, struct page_link *out)
{
    const struct part *const *p = web_app(rq)->parts;
    *out = (struct page_link){0};
    for (size_t i = 0; p && p[i] && !out->label; i++)
        if (p[i]->line)
            TRY(p[i]->line(rq, out));
    return ERR_OK;
}

enum err web_navigation(struct req *rq, struct page *p)
{
    size_t all = count_parts(web_app(rq)), n = 0;
    if (!web_who(rq)->here || !*web_municipality(rq))
        return ERR_OK;
    struct entry *list = ARENA_ARRAY(rq->arena, all + 1, struct entry);
    struct page_nav *nav = ARENA_ARRAY(rq->arena, all + 1, struct page_nav);
    if (!list || !nav)
        return ERR_NOMEM;
    size_t may = entries(rq, list);
    for (size_t i = 0; i < may; i++)
        n += entry_of(rq, list[i].part, &nav[n]);
    web_nav_fit(p, nav, n);
    return ERR_OK;
}
