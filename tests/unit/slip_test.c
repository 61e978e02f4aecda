/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slips: what a code is, whom it lets in, and how it ends. */
#include "account_house.h"

#include <ctype.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/slip.h"
#include "db_test_sql.h"

struct sheet {
    enum role giver;
    int n;
    struct id organisation, id;
    char codes[SLIPS_MOST][SLIP_CODE];
};

static enum err put_organisation(struct tx *tx, struct house *h, void *arg)
{
    struct sheet *s = arg;
    struct q_municipality_set_active_in on = {"1493", 1, START};
    struct q_t_organisation_put_in o = {"1493", s->organisation, "Exempelbostäder", START, NULL};
    (void)h;
    TRY(q_municipality_set_active_run(tx, &on, NULL));
    return q_t_organisation_put_run(tx, &o, NULL);
}

static enum err make(struct tx *tx, struct house *h, void *arg)
{
    struct sheet *s = arg;
    struct slip_sheet_new n = {"1493", s->organisation, s->n, h->anna, s->giver};
    return slip_sheet_make(tx, h->f->a, &n, s->codes, &s->id);
}

static struct sheet sheet_of(struct house *h, int n)
{
    struct sheet s = {.giver = ROLE_COORDINATOR, .n = n, .organisation = id_new()};
    CHECK(in_tx(h, put_organisation, &s) == ERR_OK);
    CHECK(in_tx(h, make, &s) == ERR_OK);
    return s;
}

struct taking {
    const char *code, *email;
    struct slip slip;
    struct id account;
};

static enum err find(struct tx *tx, struct house *h, void *arg)
{
    struct taking *t = arg;
    return slip_find(tx, h->f->a, t->code, &t->slip);
}

static enum err find_code(struct house *h, const char *code)
{
    struct taking t = {.code = code};
    return in_tx(h, find, &t);
}

static enum err take_new(struct tx *tx, struct house *h, void *arg)
{
    struct taking *t = arg;
    struct slip_person p = {t->email, "Ny Person", "x", LANG_SV};
    return slip_take_new(tx, h->f->a, t->code, &p, &t->account);
}

static enum err take(struct tx *tx, struct house *h, void *arg)
{
    struct taking *t = arg;
    return slip_take(tx, h->f->a, t->code, t->account);
}

static enum err role_of(struct tx *tx, struct house *h, void *arg)
{
    const struct taking *t = arg;
    struct q_membership_one_in in = {"1493", t->account};
    struct q_membership_one_row row;
    TRY(q_membership_one_one(tx, h->f->a, &in, &row));
    CHECK_TEXT(row.role, "reporter");
    CHECK_TEXT(row.state, "active");
    CHECK(id_eq(row.organisation, t->slip.organisation));
    return ERR_OK;
}

DB_TEST(only_who_may_give_the_role_makes_a_sheet_and_none_too_large)
{
    struct house h = house_open(f);
    struct sheet s = {.giver = ROLE_REPORTER, .n = 1, .organisation = id_new()};
    CHECK(in_tx(&h, make, &s) == ERR_FORBIDDEN);
    s.giver = ROLE_COORDINATOR;
    s.n = 0;
    CHECK(in_tx(&h, make, &s) == ERR_INVALID);
    s.n = SLIPS_MOST + 1;
    CHECK(in_tx(&h, make, &s) == ERR_INVALID);
    s.n = SLIPS_MOST;
    CHECK(in_tx(&h, make, &s) == ERR_OK);
    for (int i = 0; i < SLIPS_MOST; i++)
        for (int j = 0; j < i; j++)
            CHECK(!str_eq(s.codes[i], s.codes[j]));
    house_close(&h);
}

DB_TEST(a_code_is_read_as_people_write_it_and_nothing_else_is_one)
{
    struct house h = house_open(f);
    struct sheet s = sheet_of(&h, 1);
    char typed[2 * SLIP_CODE];
    size_t n = 0;
    for (const char *c = s.codes[0]; *c; c++)
        typed[n++] = (char)(*c == '-' ? ' ' : *c == '0' ? 'O' : *c == '1' ? 'l' : toupper(*c));
    typed[n] = '\0';
    struct taking t = {.code = typed};
    CHECK(in_tx(&h, find, &t) == ERR_OK);
    CHECK_TEXT(t.slip.code, s.codes[0]);
    CHECK_TEXT(t.slip.municipality, "1493");
    CHECK_TEXT(t.slip.organisation_name, "Exempelbostäder");

    CHECK(find_code(&h, NULL) == ERR_NOTFOUND);
    CHECK(find_code(&h, "") == ERR_NOTFOUND);
    typed[n++] = '0'; /* one too many */
    typed[n] = '\0';
    CHECK(find_code(&h, typed) == ERR_NOTFOUND);
    typed[n - 2] = '\0'; /* one too few */
    CHECK(find_code(&h, typed) == ERR_NOTFOUND);
    char other[SLIP_CODE];
    str_copy(other, sizeof other, s.codes[0]);
    other[3] = '4'; /* of another municipality */
    CHECK(find_code(&h, other) == ERR_NOTFOUND);
    str_copy(other, sizeof other, s.codes[0]);
    other[10] = 'u'; /* no letter of the alphabet */
    CHECK(find_code(&h, other) == ERR_NOTFOUND);
    house_close(&h);
}

DB_TEST(a_slip_makes_one_reporter_and_is_then_used)
{
    struct house h = house_open(f);
    struct sheet s = sheet_of(&h, 2);
    struct taking t = {.code = s.codes[0], .email = "Ny.Person@Example.se"};
    CHECK(in_tx(&h, find, &t) == ERR_OK);
    CHECK(in_tx(&h, take_new, &t) == ERR_OK);
    CHECK(in_tx(&h, role_of, &t) == ERR_OK);
    CHECK(find_code(&h, s.codes[0]) == ERR_NOTFOUND);
    t.email = "annan@example.se";
    CHECK(in_tx(&h, take_new, &t) == ERR_NOTFOUND);
    t.code = s.codes[1]; /* the other is as good as before, but not for who has a role */
    CHECK(in_tx(&h, take, &t) == ERR_CONFLICT);
    t.account = h.anna;
    CHECK(in_tx(&h, take, &t) == ERR_CONFLICT);
    t.email = "ny.person@example.se";
    CHECK(in_tx(&h, take_new, &t) == ERR_CONFLICT);
    CHECK(find_code(&h, s.codes[1]) == ERR_OK);
    house_close(&h);
}

static enum err tried(struct tx *tx, struct house *h, void *arg)
{
    struct taking *t = arg;
    return slip_tried(tx, h->f->a, t->code);
}

static enum err withdraw(struct tx *tx, struct house *h, void *arg)
{
    const struct sheet *s = arg;
    return slip_sheet_withdraw(tx, "1493", s->id, h->anna);
}

DB_TEST(a_slip_ends_by_time_by_hand_and_by_too_many_addresses)
{
    struct house h = house_open(f);
    struct sheet s = sheet_of(&h, 2);
    struct taking t = {.code = s.codes[0]};
    for (int i = 0; i < SLIP_TRIES; i++)
        CHECK(in_tx(&h, tried, &t) == ERR_OK);
    CHECK(find_code(&h, s.codes[0]) == ERR_NOTFOUND);
    CHECK(find_code(&h, s.codes[1]) == ERR_OK);
    time_freeze(START + INVITATION_TIME - 1);
    CHECK(find_code(&h, s.codes[1]) == ERR_OK);
    time_freeze(START + INVITATION_TIME);
    CHECK(find_code(&h, s.codes[1]) == ERR_NOTFOUND);
    time_freeze(START);
    CHECK(in_tx(&h, withdraw, &s) == ERR_OK);
    CHECK(in_tx(&h, withdraw, &s) == ERR_NOTFOUND);
    CHECK(find_code(&h, s.codes[1]) == ERR_NOTFOUND);
    house_close(&h);
}
