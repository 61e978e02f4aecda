/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Accounts: logging in, waiting, second factor, on both engines. */
#include "account_house.h"

#include "base/buf.h"

/* --- Logging in --- */

DB_TEST(login_takes_the_right_password_and_any_case_of_the_address)
{
    struct house h = house_open(f);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_IN);
    CHECK(try_login(&h, "ANNA@exempel.se", RIGHT, NULL) == LOGIN_IN);
    CHECK(try_login(&h, "anna@exempel.se", "fyra blanka kastrulle", NULL) == LOGIN_WRONG);
    CHECK(try_login(&h, "ingen@exempel.se", RIGHT, NULL) == LOGIN_WRONG);
    house_close(&h);
}

static enum err close_anna(struct tx *tx, struct house *h, void *arg)
{
    (void)arg;
    return account_close(tx, h->anna, h->anna);
}

DB_TEST(closed_account_answers_as_if_there_were_none)
{
    struct house h = house_open(f);
    char token[TOKEN_TEXT];
    struct who w;
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, false},
                        token) == ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_OK && id_eq(w.account, h.anna));
    CHECK(in_tx(&h, close_anna, NULL) == ERR_OK);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_WRONG);
    CHECK(find_session(&h, token, &w) == ERR_UNAUTHENTICATED);
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, false},
                        token) == ERR_UNAUTHENTICATED);
    house_close(&h);
}

static int answers_until_wait(struct house *h, const char *email)
{
    for (int n = 0; n < 50; n++)
        if (try_login(h, email, "fel fel fel fel", NULL) == LOGIN_WAIT)
            return n;
    return -1;
}

DB_TEST(waiting_begins_at_the_same_attempt_with_and_without_an_account)
{
    struct house h = house_open(f);
    int with = answers_until_wait(&h, "anna@exempel.se");
    CHECK(with == 10);
    CHECK(answers_until_wait(&h, "ingen@exempel.se") == with);
    house_close(&h);
}

DB_TEST(waiting_grows_to_half_a_minute_and_ends_after_a_quiet_hour)
{
    struct house h = house_open(f);
    int longest = 0;
    for (int n = 0; n < 25; n++) {
        struct login l = {.email = "anna@exempel.se", .password = "fel fel fel fel"};
        CHECK(account_login(f->db, h.s, &l) == ERR_OK);
        longest = l.wait_seconds > longest ? l.wait_seconds : longest;
        time_freeze(time_now() + l.wait_seconds * MSEC_SECOND);
    }
    CHECK(longest == 30);
    CHECK(try_login(&h, "anna@exempel.se", "fel fel fel fel", NULL) == LOGIN_WRONG);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_WAIT);
    time_freeze(time_now() + MSEC_HOUR + MSEC_MINUTE);
    CHECK(try_login(&h, "anna@exempel.se", "fel fel fel fel", NULL) == LOGIN_WRONG);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_IN);
    house_close(&h);
}

DB_TEST(strangers_attempts_do_not_shut_out_a_known_device)
{
    struct house h = house_open(f);
    char device[TICKET_TEXT], other[TICKET_TEXT];
    ticket_make(h.s, "device", h.anna, time_now() + DEVICE_TIME, device);
    ticket_make(h.s, "device", id_new(), time_now() + DEVICE_TIME, other);
    CHECK(answers_until_wait(&h, "anna@exempel.se") == 10);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_WAIT);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, other) == LOGIN_WAIT);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, device) == LOGIN_IN);
    house_close(&h);
}

DB_TEST(ticket_is_only_good_for_its_purpose_its_time_and_its_key)
{
    struct house h = house_open(f);
    char text[TICKET_TEXT];
    struct id who;
    ticket_make(h.s, "code", h.anna, time_now() + TICKET_TIME, text);
    CHECK(ticket_read(h.s, "code", text, &who) == ERR_OK && id_eq(who, h.anna));
    CHECK(ticket_read(h.s, "device", text, &who) == ERR_UNAUTHENTICATED);
    CHECK(ticket_read(h.s, "code", NULL, &who) == ERR_UNAUTHENTICATED);
    CHECK(ticket_read(h.s, "code", "a.b.c", &who) == ERR_UNAUTHENTICATED);
    char path[128]; /* the key is kept in a file, for the next start */
    struct accounts *first, *again;
    snprintf(path, sizeof path, "%s/secret.key", f->dir);
    CHECK(accounts_new(path, password_cost_tests, &first) == ERR_OK);
    CHECK(accounts_new(path, password_cost_tests, &again) == ERR_OK);
    CHECK(ticket_read(first, "code", text, &who) == ERR_UNAUTHENTICATED);
    ticket_make(first, "code", h.anna, time_now() + TICKET_TIME, text);
    CHECK(ticket_read(again, "code", text, &who) == ERR_OK);
    accounts_free(first);
    accounts_free(again);
    ticket_make(h.s, "code", h.anna, time_now() + TICKET_TIME, text);
    text[0] = text[0] == 'a' ? 'b' : 'a';
    CHECK(ticket_read(h.s, "code", text, &who) == ERR_UNAUTHENTICATED);
    text[0] = 0;
    ticket_make(h.s, "code", h.anna, time_now() + TICKET_TIME, text);
    time_freeze(time_now() + TICKET_TIME);
    CHECK(ticket_read(h.s, "code", text, &who) == ERR_UNAUTHENTICATED);
    house_close(&h);
}

/* --- Second factor --- */

static enum login_answer try_code(struct house *h, const char *typed)
{
    struct login_code c = {.account = h->anna, .typed = typed};
    CHECK(account_login_code(h->f->db, h->s, &c) == ERR_OK);
    return c.answer;
}

DB_TEST(factor_counts_only_after_its_first_code)
{
    struct house h = house_open(f);
    struct factor x = {.typed = "000000"};
    CHECK(in_tx(&h, confirm_factor, &x) == ERR_INVALID);
    CHECK(in_tx(&h, begin_factor, &x) == ERR_OK);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_IN);
    code_now(&x);
    char right[16];
    memcpy(right, x.typed, sizeof right);
    x.typed[0] = x.typed[0] == '9' ? '0' : '9';
    CHECK(in_tx(&h, confirm_factor, &x) == ERR_INVALID);
    memcpy(x.typed, right, sizeof right);
    CHECK(in_tx(&h, confirm_factor, &x) == ERR_OK);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_CODE);
    CHECK(in_tx(&h, begin_factor, &x) == ERR_CONFLICT);
    house_close(&h);
}

DB_TEST(code_works_once_and_so_does_each_recovery_code)
{
    struct house h = house_open(f);
    struct factor x = {0};
    set_up_factor(&h, &x);
    CHECK(try_code(&h, x.typed) == LOGIN_WRONG); /* used when it was set up */
    time_freeze(time_now() + TOTP_STEP_SECONDS * MSEC_SECOND);
    code_now(&x);
    CHECK(try_code(&h, x.typed) == LOGIN_IN);
    CHECK(try_code(&h, x.typed) == LOGIN_WRONG);
    CHECK(try_code(&h, x.codes[3]) == LOGIN_IN);
    CHECK(try_code(&h, x.codes[3]) == LOGIN_WRONG);
    struct login_code c = {.account = h.anna, .typed = x.codes[4]};
    CHECK(account_login_code(f->db, h.s, &c) == ERR_OK);
    CHECK(c.recovery && c.codes_left == RECOVERY_CODES - 2);
    house_close(&h);
}

DB_TEST(guessing_codes_costs_waiting)
{
    struct house h = house_open(f);
    struct factor x = {0};
    set_up_factor(&h, &x);
    int n = 0;
    while (n < 50 && try_code(&h, x.typed) == LOGIN_WRONG)
        n++;
    CHECK(n == 10);
    house_close(&h);
}

DB_TEST(session_knows_whether_the_factor_is_in_place)
{
    struct house h = house_open(f);
    struct factor x = {0};
    char before[TOKEN_TEXT], after[TOKEN_TEXT];
    struct who w;
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, false},
                        before) == ERR_OK);
    CHECK(find_session(&h, before, &w) == ERR_OK && !w.second_factor);
    set_up_factor(&h, &x);
    CHECK(find_session(&h, before, &w) == ERR_UNAUTHENTICATED);
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", true, false}, after) ==
          ERR_OK);
    CHECK(find_session(&h, after, &w) == ERR_OK && w.second_factor);
    CHECK(w.n_memberships == 1 && role_needs_factor(w.memberships[0].role));
    CHECK(in_tx(&h, remove_factor, NULL) == ERR_OK);
    CHECK(find_session(&h, after, &w) == ERR_UNAUTHENTICATED);
    CHECK(try_login(&h, "anna@exempel.se", RIGHT, NULL) == LOGIN_IN);
    house_close(&h);
}

static enum err take_role(struct tx *tx, struct house *h, void *arg)
{
    const enum role *role = arg;
    struct account_membership m = {"1493", h->anna, *role, {{0}}, "active"};
    return account_membership_set(tx, &m, h->anna);
}

DB_TEST(device_is_remembered_for_who_only_reports)
{
    struct house h = house_open(f);
    char idle[TOKEN_TEXT], kept[TOKEN_TEXT], third[TOKEN_TEXT];
    struct session_way once = {"Firefox", false, false}, remember = {"Firefox", false, true};
    struct who w;
    CHECK(in_tx(&h, take_role, &(enum role){ROLE_REPORTER}) == ERR_OK);
    CHECK(account_enter(f->db, h.s, h.anna, &once, idle) == ERR_OK);
    CHECK(account_enter(f->db, h.s, h.anna, &remember, kept) == ERR_OK);
    time_freeze(START + SESSION_IDLE + 1);
    CHECK(find_session(&h, idle, &w) == ERR_UNAUTHENTICATED);
    CHECK(find_session(&h, kept, &w) == ERR_OK && w.remembered);
    CHECK(account_enter(f->db, h.s, h.anna, &once, third) == ERR_OK); /* clears what has ended */
    time_freeze(START + SESSION_MOST - 1);
    CHECK(find_session(&h, kept, &w) == ERR_OK && w.remembered);
    CHECK(in_tx(&h, take_role, &(enum role){ROLE_COORDINATOR}) == ERR_OK);
    CHECK(find_session(&h, kept, &w) == ERR_UNAUTHENTICATED);
    CHECK(in_tx(&h, take_role, &(enum role){ROLE_REPORTER}) == ERR_OK);
    time_freeze(START + SESSION_MOST);
    CHECK(find_session(&h, kept, &w) == ERR_UNAUTHENTICATED);
    house_close(&h);
}

DB_TEST(who_may_do_more_is_never_remembered_afterwards)
{
    struct house h = house_open(f);
    char token[TOKEN_TEXT];
    struct who w;
    CHECK(account_enter(f->db, h.s, h.anna, &(struct session_way){"Firefox", false, true}, token) ==
          ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_OK && !w.remembered);
    time_freeze(START + SESSION_IDLE + 1);
    CHECK(find_session(&h, token, &w) == ERR_UNAUTHENTICATED);
    CHECK(in_tx(&h, take_role, &(enum role){ROLE_REPORTER}) == ERR_OK);
    CHECK(find_session(&h, token, &w) == ERR_UNAUTHENTICATED);
    house_close(&h);
}

TEST(roles_that_only_report)
{
    for (int r = ROLE_NONE; r < ROLE_COUNT; r++) {
        bool reports = r == ROLE_REPORTER || r == ROLE_LIBRARIAN || r == ROLE_WALK_LEADER ||
                       r == ROLE_WATCH_CONTACT;
        CHECK_INT(role_only_reports((enum role)r), reports);
    }
}

/* --- Queries --- */

DB_TEST(queries_of_core_are_what_they_declare)
{
    struct buf b = buf_init(1 << 20);
    for (size_t i = 0; core_queries[i]; i++)
        CHECK(db_check_query(f->db, core_queries[i], &b) == ERR_OK || b.len);
    if (b.len)
        print_message("# %s\n", buf_text(&b));
    CHECK(b.len == 0);
    buf_done(&b);
}
