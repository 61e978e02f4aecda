/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How accounts come and go: invitations, rights, forgotten passwords, letters; on both engines. */
#include "account_house.h"

#include "core/mailer.h"

/* --- Invitations --- */

struct guest {
    struct invitation_new made;
    char token[TOKEN_TEXT];
    struct id id;
    struct invitation found;
    struct id account;
};

static enum err make_invitation(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    return invitation_make(tx, h->f->a, &g->made, g->token, &g->id);
}

static enum err find_invitation(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    return invitation_find(tx, h->f->a, g->token, &g->found);
}

static enum err accept_new(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    char hash[PASSWORD_HASH_TEXT];
    TRY(password_hash(RIGHT, password_cost_tests, hash));
    struct invitation_person p = {"Bo Exempel", hash, LANG_SV};
    return invitation_accept_new(tx, h->f->a, g->token, &p, &g->account);
}

static enum err accept_as(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    return invitation_accept(tx, h->f->a, g->token, g->account);
}

static enum err renew(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    return invitation_renew(tx, "1493", g->id, h->anna, g->token);
}

static enum err withdraw(struct tx *tx, struct house *h, void *arg)
{
    struct guest *g = arg;
    return invitation_withdraw(tx, "1493", g->id, h->anna);
}

static struct guest guest_of(struct house *h, const char *email, enum role role)
{
    return (struct guest){.made = {.municipality = "1493",
                                   .email = email,
                                   .name = "Bo Exempel",
                                   .role = role,
                                   .by = h->anna,
                                   .giver = ROLE_COORDINATOR}};
}

DB_TEST(invitation_makes_an_account_once)
{
    struct house h = house_open(f);
    struct guest g = guest_of(&h, "Bo@exempel.se", ROLE_REPORTER);
    CHECK(in_tx(&h, make_invitation, &g) == ERR_OK);
    CHECK(in_tx(&h, find_invitation, &g) == ERR_OK);
    CHECK(!g.found.has_account && g.found.role == ROLE_REPORTER);
    CHECK(in_tx(&h, accept_new, &g) == ERR_OK);
    CHECK(try_login(&h, "bo@exempel.se", RIGHT, NULL) == LOGIN_IN);
    CHECK(in_tx(&h, find_invitation, &g) == ERR_NOTFOUND);
    CHECK(in_tx(&h, accept_new, &g) == ERR_NOTFOUND);
    CHECK(in_tx(&h, renew, &g) == ERR_NOTFOUND);
    CHECK(in_tx(&h, withdraw, &g) == ERR_NOTFOUND);
    CHECK(in_tx(&h, make_invitation, &g) == ERR_CONFLICT); /* a member already */
    house_close(&h);
}

DB_TEST(invitation_grows_old_and_a_renewed_one_has_another_link)
{
    struct house h = house_open(f);
    struct guest g = guest_of(&h, "bo@exempel.se", ROLE_REPORTER), old;
    CHECK(in_tx(&h, make_invitation, &g) == ERR_OK);
    time_freeze(START + INVITATION_TIME - 1);
    CHECK(in_tx(&h, find_invitation, &g) == ERR_OK);
    time_freeze(START + INVITATION_TIME);
    CHECK(in_tx(&h, find_invitation, &g) == ERR_NOTFOUND);
    old = g;
    CHECK(in_tx(&h, renew, &g) == ERR_OK);
    CHECK(in_tx(&h, find_invitation, &g) == ERR_OK);
    CHECK(in_tx(&h, find_invitation, &old) == ERR_NOTFOUND);
    CHECK(in_tx(&h, withdraw, &g) == ERR_OK);
    CHECK(in_tx(&h, accept_new, &g) == ERR_NOTFOUND);
    house_close(&h);
}

DB_TEST(second_invitation_takes_the_place_of_the_first)
{
    struct house h = house_open(f);
    struct guest first = guest_of(&h, "bo@exempel.se", ROLE_REPORTER);
    struct guest second = guest_of(&h, "bo@exempel.se", ROLE_MEMBER);
    CHECK(in_tx(&h, make_invitation, &first) == ERR_OK);
    CHECK(in_tx(&h, make_invitation, &second) == ERR_OK);
    CHECK(in_tx(&h, find_invitation, &first) == ERR_NOTFOUND);
    CHECK(in_tx(&h, find_invitation, &second) == ERR_OK);
    house_close(&h);
}

DB_TEST(invitation_to_an_existing_account_is_only_for_that_account)
{
    struct house h = house_open(f);
    struct guest bo = guest_of(&h, "bo@exempel.se", ROLE_REPORTER);
    CHECK(in_tx(&h, make_invitation, &bo) == ERR_OK);
    CHECK(in_tx(&h, accept_new, &bo) == ERR_OK);
    struct guest again = guest_of(&h, "bo@exempel.se", ROLE_OFFICER);
    again.made.municipality = "1473";
    CHECK(in_tx(&h, make_invitation, &again) == ERR_OK);
    CHECK(in_tx(&h, accept_new, &again) == ERR_CONFLICT);
    again.account = h.anna;
    CHECK(in_tx(&h, accept_as, &again) == ERR_FORBIDDEN);
    again.account = bo.account;
    CHECK(in_tx(&h, accept_as, &again) == ERR_OK);
    CHECK(in_tx(&h, accept_as, &again) == ERR_NOTFOUND);
    house_close(&h);
}

/* --- Who may give what --- */

TEST(nobody_gives_more_than_they_have)
{
    CHECK(account_may_give("1493", ROLE_COORDINATOR, ROLE_COORDINATOR));
    CHECK(account_may_give("1493", ROLE_COORDINATOR, ROLE_OFFICER));
    CHECK(!account_may_give("1493", ROLE_COORDINATOR, ROLE_ADMINISTRATOR));
    CHECK(!account_may_give("1493", ROLE_ADMINISTRATOR, ROLE_ADMINISTRATOR));
    CHECK(!account_may_give("1493", ROLE_OFFICER, ROLE_REPORTER));
    CHECK(!account_may_give("1493", ROLE_NONE, ROLE_REPORTER));
    CHECK(!account_may_give("1493", ROLE_COORDINATOR, ROLE_NONE));
    CHECK(account_may_give("0000", ROLE_ADMINISTRATOR, ROLE_ADMINISTRATOR));
    CHECK(!account_may_give("0000", ROLE_COORDINATOR, ROLE_ADMINISTRATOR));
    CHECK(!account_may_give("0000", ROLE_ADMINISTRATOR, ROLE_COORDINATOR));
}

DB_TEST(invitation_above_ones_own_rights_is_refused)
{
    struct house h = house_open(f);
    struct guest g = guest_of(&h, "bo@exempel.se", ROLE_ADMINISTRATOR);
    g.made.municipality = "0000";
    CHECK(in_tx(&h, make_invitation, &g) == ERR_FORBIDDEN);
    g = guest_of(&h, "bo@exempel.se", ROLE_REPORTER);
    g.made.giver = ROLE_REPORTER;
    CHECK(in_tx(&h, make_invitation, &g) == ERR_FORBIDDEN);
    house_close(&h);
}

struct change {
    struct account_membership m;
    enum role giver;
};

static enum err change(struct tx *tx, struct house *h, void *arg)
{
    struct change *c = arg;
    return account_change(tx, h->f->a, &c->m, h->anna, c->giver);
}

DB_TEST(last_coordinator_stays_until_there_is_another)
{
    struct house h = house_open(f);
    struct change suspend = {{"1493", h.anna, ROLE_COORDINATOR, {{0}}, "suspended"},
                             ROLE_COORDINATOR};
    struct change lower = {{"1493", h.anna, ROLE_REPORTER, {{0}}, "active"}, ROLE_COORDINATOR};
    CHECK(in_tx(&h, change, &suspend) == ERR_CONFLICT);
    CHECK(in_tx(&h, change, &lower) == ERR_CONFLICT);
    struct guest g = guest_of(&h, "bo@exempel.se", ROLE_COORDINATOR);
    CHECK(in_tx(&h, make_invitation, &g) == ERR_OK);
    CHECK(in_tx(&h, change, &suspend) == ERR_CONFLICT); /* invited is not yet there */
    CHECK(in_tx(&h, accept_new, &g) == ERR_OK);
    CHECK(in_tx(&h, change, &suspend) == ERR_OK);
    struct change other = {{"1493", g.account, ROLE_REPORTER, {{0}}, "active"}, ROLE_COORDINATOR};
    CHECK(in_tx(&h, change, &other) == ERR_CONFLICT);
    struct change stranger = {{"1473", g.account, ROLE_REPORTER, {{0}}, "active"},
                              ROLE_COORDINATOR};
    CHECK(in_tx(&h, change, &stranger) == ERR_NOTFOUND);
    house_close(&h);
}

DB_TEST(right_that_is_taken_away_is_gone_at_the_next_request)
{
    struct house h = house_open(f);
    struct guest g = guest_of(&h, "bo@exempel.se", ROLE_REPORTER);
    char token[TOKEN_TEXT];
    struct who w;
    CHECK(in_tx(&h, make_invitation, &g) == ERR_OK);
    CHECK(in_tx(&h, accept_new, &g) == ERR_OK);
    CHECK(account_enter(f->db, h.s, g.account, &(struct session_way){"Firefox", false, false},
                        token) == ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_OK && w.n_memberships == 1);
    struct change c = {{"1493", g.account, ROLE_REPORTER, {{0}}, "suspended"}, ROLE_COORDINATOR};
    CHECK(in_tx(&h, change, &c) == ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_OK && w.n_memberships == 0);
    house_close(&h);
}

/* --- A forgotten password --- */

struct reset {
    const char *email, *password;
    struct reset_asked asked;
};

static enum err ask(struct tx *tx, struct house *h, void *arg)
{
    struct reset *r = arg;
    return reset_ask(tx, h->f->a, r->email, &r->asked);
}

static enum err use(struct tx *tx, struct house *h, void *arg)
{
    struct reset *r = arg;
    char hash[PASSWORD_HASH_TEXT];
    TRY(password_hash(r->password, password_cost_tests, hash));
    return reset_use(tx, h->f->a, r->asked.token, hash);
}

#define FRESH "sju gröna paraplyer"

DB_TEST(reset_works_once_ends_sessions_and_keeps_the_factor)
{
    struct house h = house_open(f);
    struct factor x = {0};
    char token[TOKEN_TEXT];
    struct who w;
    set_up_factor(&h, &x);
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", true, false}, token) ==
          ERR_OK);
    struct reset r = {"ANNA@exempel.se", FRESH, {0}};
    struct reset other = r;
    CHECK(in_tx(&h, ask, &r) == ERR_OK && r.asked.has);
    CHECK(in_tx(&h, ask, &other) == ERR_OK && other.asked.has);
    CHECK(in_tx(&h, use, &r) == ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_UNAUTHENTICATED);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_WRONG);
    CHECK(try_login(&h, "anna@exempel.se", FRESH, NULL) == LOGIN_CODE);
    CHECK(in_tx(&h, use, &r) == ERR_NOTFOUND);
    CHECK(in_tx(&h, use, &other) == ERR_NOTFOUND); /* every pending link is spent */
    house_close(&h);
}

DB_TEST(reset_lasts_an_hour_and_letters_are_few)
{
    struct house h = house_open(f);
    struct reset r = {"anna@exempel.se", FRESH, {0}};
    CHECK(in_tx(&h, ask, &r) == ERR_OK && r.asked.has);
    time_freeze(START + RESET_TIME);
    CHECK(in_tx(&h, use, &r) == ERR_NOTFOUND);
    for (int i = 0; i < 3; i++)
        CHECK(in_tx(&h, ask, &r) == ERR_OK && r.asked.has);
    CHECK(in_tx(&h, ask, &r) == ERR_OK && !r.asked.has);
    struct reset nobody = {"ingen@exempel.se", FRESH, {0}};
    CHECK(in_tx(&h, ask, &nobody) == ERR_OK && !nobody.asked.has);
    CHECK(in_tx(&h, use, &nobody) == ERR_NOTFOUND);
    house_close(&h);
}

struct new_password {
    const char *hash;
    struct id keep;
};

static enum err set_password(struct tx *tx, struct house *h, void *arg)
{
    struct new_password *n = arg;
    return account_set_password(tx, h->anna, n->hash, n->keep, h->anna);
}

DB_TEST(new_password_ends_the_other_sessions)
{
    struct house h = house_open(f);
    char mine[TOKEN_TEXT], other[TOKEN_TEXT], hash[PASSWORD_HASH_TEXT];
    struct who w;
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, false},
                        other) == ERR_OK);
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, false}, mine) ==
          ERR_OK);
    CHECK(find_session(&h, mine, &w) == ERR_OK);
    CHECK(account_hash(h.s, FRESH, hash) == ERR_OK);
    struct new_password n = {hash, w.session};
    CHECK(in_tx(&h, set_password, &n) == ERR_OK);
    CHECK(find_session(&h, mine, &w) == ERR_OK);
    CHECK(find_session(&h, other, &w) == ERR_UNAUTHENTICATED);
    house_close(&h);
}

/* --- Letters --- */

static enum err queue(struct tx *tx, struct house *h, void *arg)
{
    (void)h;
    return mail_queue(tx, MAIL_SEND, arg, "Ämne", "Hej!\n");
}

static enum err send_or_fail(void *arg, const struct letter *l)
{
    CHECK(strcmp(l->to, "bo@exempel.se") == 0 && l->body[0]);
    return *(enum err *)arg;
}

struct letters {
    struct letter *rows;
    size_t n;
};

static enum err latest(struct tx *tx, struct house *h, void *arg)
{
    struct letters *l = arg;
    return mail_latest(tx, h->f->a, 10, &l->rows, &l->n);
}

DB_TEST(letter_is_tried_later_and_its_text_goes_when_it_is_sent)
{
    struct house h = house_open(f);
    enum err answer = ERR_IO;
    struct letters l;
    int sent;
    CHECK(in_tx(&h, queue, "ingen adress") == ERR_INVALID);
    CHECK(in_tx(&h, queue, "bo@exempel.se") == ERR_OK);
    CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK && sent == 0);
    answer = ERR_OK;
    CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK && sent == 0); /* too soon */
    time_freeze(time_now() + MSEC_MINUTE);
    CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK && sent == 1);
    CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK && sent == 0);
    CHECK(in_tx(&h, latest, &l) == ERR_OK && l.n == 1);
    CHECK(strcmp(l.rows[0].state, "sent") == 0 && l.rows[0].body[0] == 0);
    CHECK_TEXT(l.rows[0].to, ""); /* who it went to is nobody's business afterwards */
    house_close(&h);
}

DB_TEST(letter_is_given_up_in_the_end)
{
    struct house h = house_open(f);
    enum err answer = ERR_IO;
    struct letters l;
    int sent;
    CHECK(in_tx(&h, queue, "bo@exempel.se") == ERR_OK);
    for (int i = 0; i < MAIL_ATTEMPTS; i++) {
        CHECK(in_tx(&h, latest, &l) == ERR_OK && strcmp(l.rows[0].state, "waiting") == 0);
        CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK);
        time_freeze(time_now() + 65 * MSEC_MINUTE);
    }
    CHECK(in_tx(&h, latest, &l) == ERR_OK && strcmp(l.rows[0].state, "failed") == 0);
    house_close(&h);
}

static enum err queue_shown(struct tx *tx, struct house *h, void *arg)
{
    (void)h;
    return mail_queue(tx, MAIL_SHOW, arg, "Ämne", "Hej!\n");
}

DB_TEST(letter_of_a_demonstration_is_shown_and_never_sent)
{
    struct house h = house_open(f);
    enum err answer = ERR_OK;
    struct letters l;
    int sent;
    CHECK(in_tx(&h, queue_shown, "bo@exempel.se") == ERR_OK);
    time_freeze(time_now() + 65 * MSEC_MINUTE);
    CHECK(mail_round(f->db, send_or_fail, &answer, &sent) == ERR_OK && sent == 0);
    CHECK(in_tx(&h, latest, &l) == ERR_OK && l.n == 1);
    CHECK_TEXT(l.rows[0].body, "Hej!\n");
    house_close(&h);
}
