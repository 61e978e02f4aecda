/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The front page of the settings: what each page is for, and how things stand. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"
#include "parts/startkit/startkit.h"
#include "settings_html.h"
#include "settings_sql.h"

#define CARDS_MOST 24

struct state {
    struct req *rq;
    struct q_settings_state_row row;
    struct q_settings_towns_active_row towns;
    struct startkit_progress started; /* of a municipality */
};

static enum err read_state(struct tx *tx, void *arg)
{
    struct state *s = arg;
    struct q_settings_state_in in = {web_municipality(s->rq)};
    TRY(q_settings_towns_active_one(tx, s->rq->arena, &s->towns));
    if (settings_in_town(s->rq) == ERR_OK)
        TRY(startkit_progress(tx, s->rq, &s->started));
    return q_settings_state_one(tx, s->rq->arena, &in, &s->row);
}

static void card(struct req *rq, struct settings_overview_view *v, struct settings_card *list,
                 struct settings_card c)
{
    if (v->n_cards == CARDS_MOST)
        return;
    list[v->n_cards++] = c;
    v->cards = list;
    (void)rq;
}

static const char *both(struct req *rq, const char *a, const char *b)
{
    return arena_printf(rq->arena, "%s, %s", a, b);
}

#define CARD(path_, name_, state_)                                                                 \
    card(rq, v, list,                                                                              \
         (struct settings_card){settings_at(rq, path_), TX(rq, settings_##name_),                  \
                                TX(rq, settings_##name_##_what), state_})

/* Who comes to a municipality where little is done is shown the way. */
static enum err start_here(struct req *rq, const struct startkit_progress *p,
                           struct settings_overview_view *v)
{
    if (!web_may(rq, PERM_SETTINGS) || p->done * 2 > p->all)
        return ERR_OK;
    struct page_notice note = {
        .title = TX(rq, startkit_notice),
        .text = TXF(rq, startkit_progress, (int64_t)p->done, (int64_t)p->all),
        .href = startkit_address(rq),
        .label = TX(rq, startkit_title),
    };
    return settings_notice(rq, &v->notices, &v->n_notices, note);
}

static void town_cards(struct req *rq, const struct state *all, struct settings_overview_view *v,
                       struct settings_card *list)
{
    const struct q_settings_state_row *s = &all->row;
    if (!web_may(rq, PERM_SETTINGS))
        return;
    card(rq, v, list,
         (struct settings_card){
             startkit_address(rq), TX(rq, startkit_title), TX(rq, startkit_card),
             TXF(rq, startkit_progress, (int64_t)all->started.done, (int64_t)all->started.all)});
    card(rq, v, list,
         (struct settings_card){settings_at(rq, "/ovning"), TX(rq, drill_title), TX(rq, drill_card),
                                NULL});
    const char *organisations = TXF(rq, settings_n_organisations, s->organisations);
    CARD("/organisationer", organisations,
         s->dormant ? both(rq, organisations, TXF(rq, settings_n_dormant, s->dormant))
                    : organisations);
    if (web_may(rq, PERM_ACCOUNTS))
        CARD("/konton", accounts, TXF(rq, settings_n_accounts, s->accounts));
    CARD("/handelsetyper", types,
         s->labels || s->hidden ? both(rq, TXF(rq, settings_n_labels, s->labels),
                                       TXF(rq, settings_n_hidden, s->hidden))
                                : TX(rq, settings_types_default));
    CARD("/omraden", areas, TXF(rq, settings_n_areas, s->areas));
    CARD("/platser", places, TXF(rq, settings_n_places, s->places));
    CARD("/perioder", periods, TXF(rq, settings_n_periods, s->periods));
    CARD("/bilder", photos, NULL);
    CARD("/rytm", rhythm, s->rhythms ? TX(rq, settings_rhythm_on) : TX(rq, settings_rhythm_off));
    CARD("/lov", breaks, TXF(rq, settings_n_breaks, s->breaks));
    CARD("/kontakter", contacts, TXF(rq, settings_n_contacts, s->contacts));
    CARD("/otrygg-plats", citizen,
         s->citizen ? TX(rq, settings_citizen_on) : TX(rq, settings_citizen_off));
    card(rq, v, list,
         (struct settings_card){settings_at(rq, "/personuppgifter"), TX(rq, privacy_settings),
                                TX(rq, privacy_settings_what), NULL});
    card(rq, v, list,
         (struct settings_card){settings_at(rq, "/svarsmallar"), TX(rq, feedback_templates),
                                TX(rq, feedback_templates_what), NULL});
    if (web_may(rq, PERM_EVENT_IMPORT))
        card(rq, v, list,
             (struct settings_card){web_address(rq, "/importera"), TX(rq, settings_import),
                                    TX(rq, settings_import_what),
                                    TXF(rq, settings_n_profiles, s->profiles)});
}

static void country_cards(struct req *rq, const struct state *s, struct settings_overview_view *v,
                          struct settings_card *list)
{
    if (web_may(rq, PERM_INSTALLATION)) {
        CARD("/kommuner", towns, TXF(rq, settings_n_towns, s->towns.n));
        CARD("/installation", house, NULL);
        CARD("/epost", mail, NULL);
    }
    if (web_may(rq, PERM_ACCOUNTS))
        CARD("/konton", accounts, TXF(rq, settings_n_accounts, s->row.accounts));
}

enum err settings_overview_page(struct req *rq)
{
    struct state s = {.rq = rq};
    TRY(web_read(rq, read_state, &s));
    struct settings_overview_view view = {.page.lead = TX(rq, settings_lead)}, *v = &view;
    struct settings_card *list = ARENA_ARRAY(rq->arena, CARDS_MOST, struct settings_card);
    if (!list)
        return ERR_NOMEM;
    if (settings_in_town(rq) == ERR_OK)
        TRY(start_here(rq, &s.started, v));
    if (settings_in_town(rq) == ERR_OK)
        town_cards(rq, &s, v, list);
    else
        country_cards(rq, &s, v, list);
    if (web_may(rq, PERM_SETTINGS))
        CARD("/jobb", jobs,
             s.row.jobs ? both(rq, TXF(rq, settings_n_jobs, s.row.jobs),
                               TXF(rq, settings_n_running, s.row.running))
                        : TX(rq, settings_jobs_none));
    if (web_may(rq, PERM_AUDIT_READ))
        CARD("/logg", log, NULL);
    TRY(web_page(rq, &v->page, T_settings_title));
    struct tmpl t = web_tmpl(rq);
    settings_overview_html(&t, v);
    return ERR_OK;
}
