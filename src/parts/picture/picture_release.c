/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The figures of a period on their way out: what the public would see, what is held back and why,
 * and the door. Used by everything that publishes figures, so that it is one door. */
#include "base/mem.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "parts/picture/picture_door.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_web.h"
#include "tmpl/format.h"

#define HELD_MOST 9

struct picture_release {
    struct req *rq;
    struct picture_names names;
    struct picture_query query;
    struct picture_door door;
    struct picture_public public;
    struct disclosure_answer answer;
    uint8_t key[DISCLOSE_KEY];
    const char *refused;
};

/* --- The key --- */

static enum err read_key(struct tx *tx, void *arg)
{
    struct picture_release *p = arg;
    return disclosure_key(tx, p->rq->arena, p->query.municipality, p->key);
}

static enum err make_key(struct tx *tx, void *arg)
{
    struct picture_release *p = arg;
    return disclosure_key_make(tx, p->rq->arena, p->query.municipality, p->key);
}

/* --- The ledger --- */

static enum err check(struct tx *tx, void *arg)
{
    struct picture_release *p = arg;
    struct disclosure *d = &p->door.disclosure;
    const struct disclose_rules *r = &disclose_rules_default;
    enum err e = disclosure_check(tx, p->rq->arena, d, p->key, r, &p->answer);
    bool before = e == ERR_CONFLICT && d->numbers[p->answer.number].to == date_days(p->query.from);
    if (!before || p->door.no_before)
        return e;
    picture_door_drop_before(&p->door); /* the period itself can still be told */
    return disclosure_check(tx, p->rq->arena, d, p->key, r, &p->answer);
}

const char *picture_release_reason(struct picture_release *p, enum err e)
{
    struct req *rq = p->rq;
    if (e == ERR_LIMIT)
        return TX(rq, picture_refused_many);
    const char *days = picture_period_text(rq->arena, rq->lang, date_from_days(p->answer.from),
                                           date_from_days(p->answer.to));
    switch (p->answer.fault) {
    case LEDGER_WINDOW:
        return TXF(rq, picture_refused_window, days);
    case LEDGER_REVISED:
        return TXF(rq, picture_refused_revised, days);
    case LEDGER_NESTED:
        return TX(rq, picture_refused_nested);
    case LEDGER_HIDDEN:
        return TXF(rq, picture_refused_hidden, days);
    case LEDGER_FINE:
        break;
    }
    return TX(rq, err_conflict);
}

static const char *too_early(struct picture_release *p)
{
    const struct disclose_rules *r = &disclose_rules_default;
    struct date last = date_add(p->query.to, -1);
    char day[FORMAT_TEXT];
    if (disclose_period_ready(last, time_now(), r))
        return NULL;
    return TXF(p->rq, picture_refused_early, r->delay_days,
               format_date(day, p->rq->lang, date_add(last, r->delay_days + 1)));
}

static enum err prepare(struct picture_release *p)
{
    struct req *rq = p->rq;
    if (!geo_municipality_by_code(p->query.municipality)) {
        p->refused = TX(rq, picture_refused_country);
        return ERR_OK;
    }
    if ((p->refused = too_early(p)))
        return ERR_OK;
    enum err e = web_read(rq, read_key, p);
    if (e == ERR_NOTFOUND)
        e = web_write(rq, make_key, p);
    TRY(e);
    TRY(picture_door_make(web_app(rq), &p->query, &p->names, p->key, rq->arena, &p->door));
    if (p->door.events == 0) {
        p->refused = TX(rq, picture_refused_empty);
        return ERR_OK;
    }
    e = web_read(rq, check, p);
    if (e == ERR_CONFLICT || e == ERR_LIMIT) {
        p->refused = picture_release_reason(p, e);
        return ERR_OK;
    }
    TRY(e);
    return picture_door_public(&p->door, rq->arena, &p->public);
}

enum err picture_release_new(struct req *rq, const struct picture_query *q,
                             struct picture_release **out)
{
    struct picture_release *p = ARENA_NEW(rq->arena, struct picture_release);
    if (!p)
        return ERR_NOMEM;
    p->rq = rq;
    p->query =
        (struct picture_query){.municipality = q->municipality, .from = q->from, .to = q->to};
    TRY(picture_web_names(rq, &p->names));
    TRY(prepare(p));
    *out = p;
    return ERR_OK;
}

const char *picture_release_refused(const struct picture_release *p)
{
    return p->refused;
}

const struct picture_public *picture_release_public(const struct picture_release *p)
{
    return &p->public;
}

int64_t picture_release_waiting(const struct picture_release *p)
{
    return p->door.waiting;
}

enum err picture_release_held(struct picture_release *p, const char *const **out, size_t *out_n)
{
    struct req *rq = p->rq;
    const struct picture_door *d = &p->door;
    const struct disclose_rules *r = &disclose_rules_default;
    const char **list = ARENA_ARRAY(rq->arena, HELD_MOST, const char *);
    if (!list)
        return ERR_NOMEM;
    size_t n = 0;
    int64_t frozen = 0;
    for (size_t i = 0; i < d->disclosure.n; i++)
        frozen += d->disclosure.numbers[i].frozen;
    const struct disclose_result *did = &d->disclosure.result;
    if (did->hidden)
        list[n++] = TXF(rq, picture_held_small, did->hidden, r->min_count - 1);
    if (did->hidden_besides)
        list[n++] = TXF(rq, picture_held_besides, did->hidden_besides);
    if (did->hidden_totals)
        list[n++] = TX(rq, picture_held_totals);
    list[n++] = TXF(rq, picture_held_noise, r->noise);
    if (d->no_before)
        list[n++] = TX(rq, picture_held_before);
    if (d->small_areas)
        list[n++] = TXF(rq, picture_held_areas, (int64_t)d->small_areas, r->min_inhabitants);
    if (frozen)
        list[n++] = TXF(rq, picture_held_frozen, frozen);
    list[n++] = TX(rq, picture_held_never);
    for (size_t i = 0; i < n; i++)
        if (!list[i])
            return ERR_NOMEM;
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err picture_release_again(struct tx *tx, struct picture_release *p)
{
    TRY(check(tx, p));
    return picture_door_public(&p->door, p->rq->arena, &p->public);
}

enum err picture_release_record(struct tx *tx, struct picture_release *p, struct id publication,
                                size_t *numbers)
{
    TRY(disclosure_record(tx, p->rq->arena, &p->door.disclosure, publication, time_now()));
    *numbers = p->door.disclosure.n;
    return ERR_OK;
}
