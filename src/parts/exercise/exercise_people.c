/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Organisations and accounts. No name here is that of a person or a company. */
#include "parts/exercise/exercise_inner.h"

#include "base/mem.h"
#include "geo/geo_data.h"

static const struct {
    const char *kind, *name;
} orgs[ORG_COUNT] = {
    [ORG_MUNICIPALITY] = {"municipality", "Samordningskontoret (övning)"},
    [ORG_POLICE] = {"police", "Lokalpolisen (övning)"},
    [ORG_HOUSING] = {"housing", "Exempelbostäder (övning)"},
    [ORG_OWNERS] = {"property_owners", "Fastighetsägarna i Exempelstad (övning)"},
    [ORG_GUARD] = {"guard", "Påhittade Väktarbolaget (övning)"},
    [ORG_FIRE] = {"fire_service", "Räddningstjänsten (övning)"},
    [ORG_SCHOOL] = {"school", "Exempelskolan (övning)"},
    [ORG_YOUTH] = {"youth_centre", "Fritidsgården Exempel (övning)"},
    [ORG_LIBRARY] = {"library", "Exempelbiblioteket (övning)"},
    [ORG_STREETS] = {"streets_parks", "Gata och park (övning)"},
    [ORG_TRADERS] = {"traders", "Exempelhandlarna (övning)"},
    [ORG_VILLAGE] = {"village", "Byalaget Övningsbygden (övning)"},
};

/* One account of each a municipality; the address is box.code@example.se. */
static const struct {
    const char *box, *title, *role;
    enum exercise_org org;
} staff[] = {
    {"kommunpolis", "Kommunpolis Exempel", "community_officer", ORG_POLICE},
    {"bovard", "Bovärd Exempel", "reporter", ORG_HOUSING},
    {"forvaltare", "Förvaltare Exempel", "reporter", ORG_OWNERS},
    {"vaktare", "Väktare Exempel", "reporter", ORG_GUARD},
    {"skola", "Skolvärd Exempel", "reporter", ORG_SCHOOL},
    {"fritidsledare", "Fritidsledare Exempel", "reporter", ORG_YOUTH},
    {"bibliotekarie", "Bibliotekarie Exempel", "reporter", ORG_LIBRARY},
    {"handlare", "Handlare Exempel", "reporter", ORG_TRADERS},
    {"byalag", "Byalag Exempel", "reporter", ORG_VILLAGE},
    {"gata-park", "Gata och park Exempel", "group_member", ORG_STREETS},
    {"raddningstjanst", "Räddningstjänst Exempel", "group_member", ORG_FIRE},
    {"bostadschef", "Bostadschef Exempel", "group_member", ORG_HOUSING},
    {"disk", "Bemannad disk Exempel", "desk", ORG_LIBRARY},
    {"vandringsledare", "Vandringsledare Exempel", "walk_leader", ORG_MUNICIPALITY},
    {"kontaktombud", "Kontaktombud Exempel", "watch_contact", ORG_VILLAGE},
    {"politiker", "Politiker Exempel", "politician", ORG_MUNICIPALITY},
    {"registrator", "Registrator Exempel", "registrar", ORG_MUNICIPALITY},
    {"dataskydd", "Dataskyddsombud Exempel", "dpo", ORG_MUNICIPALITY},
};

#define STAFF ((uint32_t)ARRAY_LEN(staff))

uint32_t exercise_org_of(const struct exercise_gen *g, int municipality, enum exercise_org o)
{
    (void)g;
    return (uint32_t)municipality * ORG_COUNT + (uint32_t)o;
}

static enum err account_add(struct exercise_gen *g, const char *email, const char *name,
                            bool system_admin)
{
    struct exercise *x = g->x;
    if (!email || !name)
        return ERR_NOMEM;
    x->accounts[x->account_count] = (struct exercise_account){
        .id = exercise_id(g, "account", x->account_count),
        .email = email,
        .name = name,
        .system_admin = system_admin,
    };
    x->account_count++;
    return ERR_OK;
}

static void member_add(struct exercise_gen *g, uint32_t account, int m, const char *role,
                       enum exercise_org org)
{
    struct exercise *x = g->x;
    x->memberships[x->membership_count++] = (struct exercise_membership){
        .account = account,
        .municipality = exercise_municipalities[m],
        .role = role,
        .organisation = exercise_org_of(g, m, org),
    };
}

/* Those who work for all three municipalities: accounts 0 and 1. */
static enum err shared_make(struct exercise_gen *g)
{
    TRY(account_add(g, "system@example.se", "Systemansvarig Exempel", true));
    TRY(account_add(g, "samordnare@example.se", "Samordnare Exempel", false));
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        member_add(g, 1, m, "prevention_coordinator", ORG_MUNICIPALITY);
    return ERR_OK;
}

static enum err staff_make(struct exercise_gen *g, int m)
{
    struct exercise *x = g->x;
    const char *code = exercise_municipalities[m];
    const struct geo_municipality *register_row = geo_municipality_by_code(code);
    for (uint32_t i = 0; i < STAFF; i++) {
        char *email = arena_printf(x->arena, "%s.%s@example.se", staff[i].box, code);
        char *name = arena_printf(x->arena, "%s, %s", staff[i].title, register_row->name);
        TRY(account_add(g, email, name, false));
        member_add(g, x->account_count - 1, m, staff[i].role, staff[i].org);
    }
    return ERR_OK;
}

enum err exercise_people_make(struct exercise_gen *g)
{
    struct exercise *x = g->x;
    const uint32_t m_count = EXERCISE_MUNICIPALITIES;
    x->organisations = ARENA_ARRAY(x->arena, m_count * ORG_COUNT, struct exercise_organisation);
    x->accounts = ARENA_ARRAY(x->arena, 2 + m_count * STAFF, struct exercise_account);
    x->memberships = ARENA_ARRAY(x->arena, m_count * (STAFF + 1), struct exercise_membership);
    if (!x->organisations || !x->accounts || !x->memberships)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < m_count * ORG_COUNT; i++)
        x->organisations[i] = (struct exercise_organisation){
            .id = exercise_id(g, "organisation", i),
            .municipality = exercise_municipalities[i / ORG_COUNT],
            .kind = orgs[i % ORG_COUNT].kind,
            .name = orgs[i % ORG_COUNT].name,
        };
    x->organisation_count = m_count * ORG_COUNT;
    TRY(shared_make(g));
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        TRY(staff_make(g, m));
    return ERR_OK;
}
