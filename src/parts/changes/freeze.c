/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The figures of a picture and what people decided, as they stand now. */
#include <math.h>

#include "base/mem.h"
#include "parts/changes/changes.h"
#include "parts/event/event.h"

static struct adopted_row counted(const struct picture *p, const char *name,
                                  const struct picture_change *c)
{
    return (struct adopted_row){.name = name,
                                .n = c->now,
                                .before = p->has_before ? c->before : -1,
                                .certainty = p->has_before ? c->certainty : CERTAINTY_TOO_FEW};
}

static enum err freeze_types(struct arena *a, const struct picture *p,
                             const struct picture_names *n, struct adopted *d)
{
    struct adopted_row *rows = ARENA_ARRAY(a, p->n_types + 1, struct adopted_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n_types; i++) {
        const struct picture_type *t = &p->types[i];
        rows[i] = counted(p, picture_type_label(n, LANG_SV, t->type), &t->change);
        rows[i].below = event_types[t->type].parent >= 0;
    }
    d->types = rows;
    d->n_types = p->n_types;
    return ERR_OK;
}

static const struct area_level *level_in(const struct adopted_of *of, struct id area)
{
    for (size_t i = 0; i < of->n_levels; i++)
        if (id_eq(of->levels[i].area, area) && of->levels[i].level != PAGE_NO_LEVEL)
            return &of->levels[i];
    return NULL;
}

static enum err freeze_areas(struct arena *a, const struct picture *p,
                             const struct picture_names *n, const struct adopted_of *of,
                             struct adopted *d)
{
    struct adopted_row *rows = ARENA_ARRAY(a, n->n_areas + 1, struct adopted_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n->n_areas; i++) {
        struct level_signs s = level_signs_of(p, n->areas[i].id);
        const struct area_level *l = level_in(of, n->areas[i].id);
        rows[i] = (struct adopted_row){.name = n->areas[i].name,
                                       .area = n->areas[i].id,
                                       .n = s.n,
                                       .before = s.has_before ? s.before : -1,
                                       .certainty = s.certainty,
                                       .level = l ? l->level : PAGE_NO_LEVEL,
                                       .suggested = p->looked == PICTURE_LOOKED ? level_suggest(&s)
                                                                                : PAGE_NO_LEVEL,
                                       .reason = l ? l->reason : NULL};
    }
    d->areas = rows;
    d->n_areas = n->n_areas;
    return ERR_OK;
}

enum err adopted_make(struct arena *a, const struct picture *p, const struct picture_names *n,
                      const struct adopted_of *of, const char **out)
{
    struct adopted d = {.work = of->work,
                        .period = of->period,
                        .from = p->query.from,
                        .to = p->query.to,
                        .before_from = p->before_from,
                        .before_to = p->before_to,
                        .ongoing = p->ongoing,
                        .all = counted(p, NULL, &p->all),
                        .focus = *of->focus};
    if (p->ongoing)
        d.until = date_start(d.from) + llround(p->passed * MSEC_DAY);
    for (size_t i = 0; i < d.focus.n; i++) {
        const struct picture_name *area = picture_area_named(n, d.focus.places[i].area);
        d.focus_areas[i] = area ? area->name : NULL;
    }
    TRY(freeze_types(a, p, n, &d));
    TRY(freeze_areas(a, p, n, of, &d));
    return adopted_write(a, &d, out);
}
