/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Posters to print on A4: for those who report, and for inhabitants. */
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/site/site.h"
#include "parts/startkit/startkit_inner.h"
#include "startkit_html.h"

#define POSTERS "/installningar/affischer"

enum err startkit_posters_page(struct req *rq)
{
    TRY(startkit_in_town(rq));
    const struct startkit_poster_line rows[] = {
        {TX(rq, poster_reporters), TX(rq, poster_reporters_what),
         web_address(rq, POSTERS "/rapportorer"), TX(rq, poster_open_reporters)},
        {TX(rq, poster_people), TX(rq, poster_people_what), web_address(rq, POSTERS "/invanare"),
         TX(rq, poster_open_people)},
    };
    struct startkit_posters_view v = {
        .page.lead = TX(rq, posters_lead), .rows = rows, .n_rows = ARRAY_LEN(rows)};
    (void)web_address_notice(rq, &v.notice);
    TRY(startkit_crumbs(rq, &v.page, true));
    TRY(web_page(rq, &v.page, T_posters_title));
    struct tmpl t = web_tmpl(rq);
    startkit_posters_html(&t, &v);
    return ERR_OK;
}

/* "samsyn.exempel.se/1493/rapportera": what a person types */
static const char *clear_text(const char *url)
{
    return str_starts(url, "https://") ? url + 8 : str_starts(url, "http://") ? url + 7 : url;
}

static enum err draw(struct req *rq, struct startkit_poster_view *v, const char *path,
                     enum text_key title)
{
    const char *url = web_absolute(rq, path);
    v->who = web_municipality_name(rq);
    v->address = clear_text(url);
    TRY(web_qr(rq, v->address, url, &v->qr));
    (void)web_address_notice(rq, &v->notice);
    TRY(startkit_crumbs(rq, &v->page, true));
    v->page.lead = TX(rq, poster_print);
    TRY(web_page(rq, &v->page, title));
    struct tmpl t = web_tmpl(rq);
    startkit_poster_html(&t, v);
    return ERR_OK;
}

static enum err reporters(struct req *rq)
{
    const char *lines[] = {TX(rq, poster_reporters_1), TX(rq, poster_reporters_2)};
    const char *how[] = {TX(rq, poster_install_1), TX(rq, poster_install_2),
                         TX(rq, poster_install_3)};
    struct startkit_poster_view v = {
        .call = TX(rq, poster_reporters_call),
        .alarm = TX(rq, poster_alarm),
        .not_that = TX(rq, poster_no_police_report),
        .lines = lines,
        .n_lines = ARRAY_LEN(lines),
        .how_title = TX(rq, poster_install),
        .how = how,
        .n_how = ARRAY_LEN(how),
    };
    return draw(rq, &v, web_address(rq, "/rapportera"), T_poster_reporters);
}

struct asking {
    struct req *rq;
    bool reports;
};

static enum err takes_reports(struct tx *tx, void *arg)
{
    struct asking *a = arg;
    return site_takes_reports(tx, a->rq->arena, web_municipality(a->rq), &a->reports);
}

/* Leads to the form for places where inhabitants may report them, otherwise to the public start. */
static enum err inhabitants(struct req *rq)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct asking a = {.rq = rq};
    TRY(web_read(rq, takes_reports, &a));
    const char *path =
        arena_printf(rq->arena, "/%s%s", m->slug, a.reports ? SITE_CITIZEN_PATH : "/");
    if (!path)
        return ERR_NOMEM;
    const char *lines[] = {TX(rq, poster_people_1), TX(rq, poster_people_2)};
    const char *asks[] = {TX(rq, poster_people_ask_1), TX(rq, poster_people_ask_2)};
    struct startkit_poster_view v = {
        .call =
            a.reports ? TXF(rq, poster_people_ask, m->name) : TXF(rq, poster_people_call, m->name),
        .alarm = TX(rq, poster_alarm_both),
        .lines = a.reports ? asks : lines,
        .n_lines = ARRAY_LEN(lines),
    };
    return v.call ? draw(rq, &v, path, T_poster_people) : ERR_NOMEM;
}

enum err startkit_poster_page(struct req *rq)
{
    const char *which = req_param(rq, "affisch");
    TRY(startkit_in_town(rq));
    if (geo_is_exercise(web_municipality(rq)))
        return ERR_NOTFOUND; /* nothing of an exercise is put up on a wall */
    if (str_eq(which, "rapportorer"))
        return reporters(rq);
    return str_eq(which, "invanare") ? inhabitants(rq) : ERR_NOTFOUND;
}
