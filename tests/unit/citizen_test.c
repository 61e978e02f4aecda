/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/str.h"
#include "citizen_sql.h"
#include "core/account.h"
#include "db_fixture.h"
#include "parts/citizen/citizen_inner.h"
#include "parts/citizen/citizen_token.h"

#define TOWN "1493"
#define NOW INT64_C(1763900000000)

static struct accounts *keys(void)
{
    struct accounts *s;
    assert_int_equal(accounts_new(NULL, (struct password_cost){1, 64}, &s), ERR_OK);
    return s;
}

/* --- Tokens --- */

static enum citizen_gate judge(const struct accounts *s, const char *town, msec now,
                               const char *token, const char *work, struct citizen_token *t)
{
    *t = (struct citizen_token){0};
    return citizen_token_judge(s, &(struct citizen_form){town, token, work}, now, t);
}

static void work_for(const char *token, int bits, char out[24])
{
    for (long n = 0;; n++) {
        snprintf(out, 24, "%ld", n);
        if (citizen_work_done(token, out, bits))
            return;
    }
}

TEST(a_form_without_script_is_taken_after_twenty_seconds)
{
    struct accounts *s = keys();
    struct citizen_token j;
    char token[CITIZEN_TOKEN_TEXT];
    citizen_token_make(s, TOWN, NOW, 10, token);
    assert_int_equal(judge(s, TOWN, NOW + 19999, token, NULL, &j), CITIZEN_EARLY);
    assert_int_equal(j.wait, 1);
    assert_int_equal(judge(s, TOWN, NOW + 20000, token, NULL, &j), CITIZEN_PASS);
    assert_false(j.worked);
    assert_int_equal(strlen(j.nonce), 32);
    accounts_free(s);
}

TEST(work_shortens_the_wait_but_does_not_end_it)
{
    struct accounts *s = keys();
    struct citizen_token j;
    char token[CITIZEN_TOKEN_TEXT], work[24];
    citizen_token_make(s, TOWN, NOW, 10, token);
    work_for(token, 10, work);
    assert_int_equal(judge(s, TOWN, NOW + 2999, token, work, &j), CITIZEN_EARLY);
    assert_int_equal(judge(s, TOWN, NOW + 3000, token, work, &j), CITIZEN_PASS);
    assert_true(j.worked);
    assert_int_equal(judge(s, TOWN, NOW + 3000, token, "nothing", &j), CITIZEN_EARLY);
    accounts_free(s);
}

TEST(work_for_one_form_is_none_for_another)
{
    struct accounts *s = keys();
    char one[CITIZEN_TOKEN_TEXT], other[CITIZEN_TOKEN_TEXT], work[24];
    citizen_token_make(s, TOWN, NOW, 20, one);
    citizen_token_make(s, TOWN, NOW, 20, other);
    assert_string_not_equal(one, other);
    work_for(one, 12, work);
    assert_false(citizen_work_done(other, work, 30));
    assert_false(citizen_work_done(one, "", 0));
    assert_false(citizen_work_done(one, NULL, 0));
    assert_false(citizen_work_done(one, "123456789012345678901", 0)); /* longer than any */
    accounts_free(s);
}

TEST(a_form_runs_out_after_four_hours)
{
    struct accounts *s = keys();
    struct citizen_token j;
    char token[CITIZEN_TOKEN_TEXT];
    citizen_token_make(s, TOWN, NOW, 10, token);
    assert_int_equal(judge(s, TOWN, NOW + CITIZEN_TOKEN_LASTS - 1, token, NULL, &j), CITIZEN_PASS);
    assert_int_equal(judge(s, TOWN, NOW + CITIZEN_TOKEN_LASTS, token, NULL, &j), CITIZEN_OLD);
    accounts_free(s);
}

TEST(a_form_that_is_not_ours_is_forged_in_every_letter)
{
    struct accounts *s = keys(), *other = keys();
    struct citizen_token j;
    char token[CITIZEN_TOKEN_TEXT], bent[CITIZEN_TOKEN_TEXT];
    msec later = NOW + MSEC_MINUTE;
    citizen_token_make(s, TOWN, NOW, 10, token);
    assert_int_equal(judge(s, TOWN, later, token, NULL, &j), CITIZEN_PASS);
    assert_int_equal(judge(s, "1447", later, token, NULL, &j), CITIZEN_FORGED);
    assert_int_equal(judge(other, TOWN, later, token, NULL, &j), CITIZEN_FORGED);
    assert_int_equal(judge(s, TOWN, later, NULL, NULL, &j), CITIZEN_FORGED);
    assert_int_equal(judge(s, TOWN, later, "", NULL, &j), CITIZEN_FORGED);
    assert_int_equal(judge(s, TOWN, NOW - 2 * MSEC_MINUTE, token, NULL, &j), CITIZEN_FORGED);
    for (size_t i = 0; token[i]; i++) {
        memcpy(bent, token, sizeof bent);
        bent[i] = bent[i] == '1' ? '2' : '1';
        assert_int_equal(judge(s, TOWN, later, bent, NULL, &j), CITIZEN_FORGED);
        bent[i] = 0; /* cut off */
        assert_int_equal(judge(s, TOWN, later, bent, NULL, &j), CITIZEN_FORGED);
    }
    accounts_free(other);
    accounts_free(s);
}

TEST(the_work_is_sha_256_of_token_dot_number)
{
    /* echo -n "token.N" | sha256sum, for the first N with twelve zero bits: worked out by hand */
    uint8_t hash[crypto_hash_sha256_BYTES];
    char work[24], text[64];
    work_for("token", 12, work);
    int n = snprintf(text, sizeof text, "token.%s", work);
    crypto_hash_sha256(hash, (const uint8_t *)text, (size_t)n);
    assert_int_equal(hash[0], 0);
    assert_int_equal(hash[1] >> 4, 0);
}

/* --- Networks --- */

static int taken(struct citizen_limits *l, const char *client, enum citizen_what w, int64_t now)
{
    int n = 0, wait = 0;
    while (n < 1000 && citizen_limits_take(l, client, w, now, &wait))
        n++;
    assert_true(wait > 0);
    return n;
}

TEST(a_network_is_a_24_or_a_48_and_each_has_its_own_bucket)
{
    struct citizen_limits *l = citizen_limits_new();
    int wait;
    assert_int_equal(taken(l, "192.0.2.7", CITIZEN_PLAIN, 0), 4);
    assert_false(citizen_limits_take(l, "192.0.2.250", CITIZEN_PLAIN, 0, &wait));
    assert_false(citizen_limits_take(l, "::ffff:192.0.2.9", CITIZEN_PLAIN, 0, &wait));
    assert_true(citizen_limits_take(l, "192.0.3.7", CITIZEN_PLAIN, 0, &wait));
    assert_int_equal(taken(l, "2001:db8:1:1::1", CITIZEN_PLAIN, 0), 4);
    assert_false(citizen_limits_take(l, "2001:db8:1:ffff::2", CITIZEN_PLAIN, 0, &wait));
    assert_true(citizen_limits_take(l, "2001:db8:2::1", CITIZEN_PLAIN, 0, &wait));
    citizen_limits_free(l);
}

TEST(what_is_asked_for_is_not_taken_and_comes_back_with_time)
{
    struct citizen_limits *l = citizen_limits_new();
    int wait = 0;
    for (int i = 0; i < 100; i++)
        assert_true(citizen_limits_ask(l, "192.0.2.1", CITIZEN_GUESS, 0, &wait));
    assert_int_equal(taken(l, "192.0.2.1", CITIZEN_GUESS, 0), 12);
    assert_true(citizen_limits_take(l, "192.0.2.1", CITIZEN_WORKED, 0, &wait)); /* another bucket */
    assert_false(citizen_limits_ask(l, "192.0.2.1", CITIZEN_GUESS, 0, &wait));
    assert_true(wait > 60 && wait <= 151); /* 24 an hour */
    assert_true(citizen_limits_ask(l, "192.0.2.1", CITIZEN_GUESS, wait * MSEC_SECOND, &wait));
    assert_int_equal(taken(l, "192.0.2.1", CITIZEN_GUESS, 100 * MSEC_HOUR), 12); /* never more */
    citizen_limits_free(l);
}

TEST(the_work_pays_and_what_is_no_address_is_one_network)
{
    struct citizen_limits *l = citizen_limits_new();
    int wait;
    assert_true(taken(l, "192.0.2.1", CITIZEN_WORKED, 0) > taken(l, "192.0.2.1", CITIZEN_PLAIN, 0));
    assert_int_equal(taken(l, "unix:", CITIZEN_PLAIN, 0), 4);
    assert_false(citizen_limits_take(l, NULL, CITIZEN_PLAIN, 0, &wait));
    citizen_limits_free(l);
}

/* --- Words --- */

static enum err words(const char *typed, char out[CITIZEN_CODE_TEXT], char bad[CITIZEN_BAD_TEXT],
                      const char **near)
{
    memset(out, 0, CITIZEN_CODE_TEXT);
    return citizen_words_read(typed, out, bad, near);
}

/* Counts letters that must be changed; å and ä as a, ö as o. */
static size_t letters(const char *s, char out[16])
{
    size_t n = 0;
    uint32_t c;
    while ((c = utf8_next(&s)))
        out[n++] = c == 0xE5 || c == 0xE4 ? 'a' : c == 0xF6 ? 'o' : (char)c;
    out[n] = 0;
    return n;
}

TEST(no_two_words_differ_in_one_letter_only)
{
    char a[16], b[16];
    for (size_t i = 0; i < CITIZEN_WORD_COUNT; i++) {
        size_t n = letters(citizen_word(i), a);
        assert_true(n >= 4 && n <= 8);
        for (size_t j = i + 1; j < CITIZEN_WORD_COUNT; j++) {
            size_t m = letters(citizen_word(j), b), same = 0, end = 0;
            while (a[same] && a[same] == b[same])
                same++;
            while (end < n - same && end < m - same && a[n - 1 - end] == b[m - 1 - end])
                end++;
            size_t left = n - same - end, other = m - same - end;
            if (left <= 1 && other <= 1)
                fail_msg("%s, %s", citizen_word(i), citizen_word(j));
        }
    }
}

TEST(forty_bits_become_four_words_and_each_is_read_again)
{
    char out[CITIZEN_CODE_TEXT], again[CITIZEN_CODE_TEXT], bad[CITIZEN_BAD_TEXT];
    const char *near;
    for (unsigned i = 0; i < CITIZEN_WORD_COUNT; i++) {
        const uint8_t bits[5] = {(uint8_t)(i >> 2), (uint8_t)(i << 6), 0, 0, (uint8_t)i};
        citizen_words_of(bits, out);
        assert_true(str_starts(out, citizen_word(i)));
        assert_int_equal(words(out, again, bad, &near), ERR_OK);
        assert_string_equal(out, again);
    }
    const uint8_t all[5] = {255, 255, 255, 255, 255};
    citizen_words_of(all, out);
    assert_true(strlen(out) < CITIZEN_CODE_TEXT);
}

TEST(words_are_read_as_people_write_them)
{
    char out[CITIZEN_CODE_TEXT], bad[CITIZEN_BAD_TEXT];
    const char *near;
    static const char *const same[] = {
        "björk kotte snöre vante",
        "  BJÖRK, Kotte – snöre / vante. ",
        "bjork kotte snore vante",
        "björk-kotte-snöre-vante\n",
        "bjo\xCC\x88rk kotte sno\xCC\x88re vante",
        "1. björk 2. kotte 3. snöre 4. vante",
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        assert_int_equal(words(same[i], out, bad, &near), ERR_OK);
        assert_string_equal(out, "björk kotte snöre vante");
    }
    assert_int_equal(words("björk kotte snöre", out, bad, &near), ERR_LIMIT);
    assert_int_equal(words("björk kotte snöre vante björk", out, bad, &near), ERR_LIMIT);
    assert_int_equal(words("", out, bad, &near), ERR_LIMIT);
    assert_int_equal(words(NULL, out, bad, &near), ERR_LIMIT);
}

TEST(a_word_that_is_none_of_ours_is_told_with_the_one_it_may_be)
{
    char out[CITIZEN_CODE_TEXT], bad[CITIZEN_BAD_TEXT];
    const char *near;
    assert_int_equal(words("björk kotten snöre vante", out, bad, &near), ERR_INVALID);
    assert_string_equal(bad, "kotten");
    assert_string_equal(near, "kotte");
    assert_int_equal(words("björk ktote snöre vante", out, bad, &near), ERR_INVALID);
    assert_string_equal(near, "kotte");
    assert_int_equal(words("björk kotte sn\xC3\xA8re vante", out, bad, &near), ERR_INVALID);
    assert_string_equal(near, "snöre");
    assert_int_equal(words("xyzzyx", out, bad, &near), ERR_INVALID);
    assert_null(near);
    char many[400];
    memset(many, 0, sizeof many);
    for (size_t i = 0; i + 2 < sizeof many; i += 2)
        memcpy(many + i, "ö", 2);
    assert_int_equal(words(many, out, bad, &near), ERR_INVALID); /* cut between two letters */
    assert_true(strlen(bad) < CITIZEN_BAD_TEXT && utf8_valid(bad, strlen(bad)));
}

TEST(words_belong_to_one_form_one_key_and_one_municipality)
{
    struct accounts *s = keys(), *other = keys();
    char a[CITIZEN_CODE_TEXT], b[CITIZEN_CODE_TEXT];
    char ha[CITIZEN_HASH_TEXT], hb[CITIZEN_HASH_TEXT];
    citizen_words_make(s, TOWN, "n1", 0, a);
    citizen_words_make(s, TOWN, "n1", 0, b);
    assert_string_equal(a, b);
    citizen_words_make(s, TOWN, "n1", 1, b);
    assert_string_not_equal(a, b);
    citizen_words_make(other, TOWN, "n1", 0, b);
    assert_string_not_equal(a, b);
    citizen_words_hash(s, TOWN, a, ha);
    citizen_words_hash(s, "1447", a, hb);
    assert_string_not_equal(ha, hb);
    citizen_words_hash(other, TOWN, a, hb);
    assert_string_not_equal(ha, hb);
    accounts_free(other);
    accounts_free(s);
}

/* --- Store --- */

struct storing {
    struct fixture *f;
    struct app app;
    struct citizen_new n;
    char words[CITIZEN_CODE_TEXT];
    bool again, changed;
    msec now;
    struct citizen_answer w;
    struct citizen_report r;
    struct event e;
    int64_t mails;
};

static struct citizen_new report(const char *nonce, const char *said)
{
    struct citizen_new n = {.event = event_blank(),
                            .unsafe = true,
                            .reasons = "lighting vegetation",
                            .times = "dark",
                            .email = "nagon@example.se",
                            .nonce = nonce,
                            .said = said,
                            .now = NOW};
    n.event.municipality = TOWN;
    n.event.id = id_new();
    n.event.type_code = "unsafe_place";
    n.event.precision = GEO_MUNICIPALITY;
    n.event.place_name = "Exempelparken";
    n.event.description = said;
    return n;
}

static enum err add(struct tx *tx, void *arg)
{
    struct storing *s = arg;
    return citizen_add(tx, &s->app, s->f->a, &s->n, s->words, &s->again);
}

static enum err find(struct tx *tx, void *arg)
{
    struct storing *s = arg;
    char hash[CITIZEN_HASH_TEXT];
    citizen_words_hash(s->app.accounts, TOWN, s->words, hash);
    TRY(citizen_find(tx, s->f->a, TOWN, hash, s->now, &s->r));
    return event_get(tx, s->f->a, TOWN, s->r.id, &s->e);
}

static enum err answer(struct tx *tx, void *arg)
{
    struct storing *s = arg;
    return citizen_answer_put(tx, s->f->a, &s->w, s->now, &s->changed);
}

static enum err old(struct tx *tx, void *arg)
{
    struct storing *s = arg;
    TRY(q_citizen_old_emails_run(tx, &(struct q_citizen_old_emails_in){s->now}, &s->mails));
    TRY(q_citizen_old_sent_run(tx, &(struct q_citizen_old_sent_in){s->now}, NULL));
    return q_citizen_old_codes_run(tx, &(struct q_citizen_old_codes_in){s->now}, NULL);
}

static struct storing begin(struct fixture *f)
{
    struct storing s = {.f = f, .now = NOW + MSEC_MINUTE};
    s.app.accounts = keys();
    s.n = report("n1", "Mörkt.");
    return s;
}

DB_TEST(a_report_is_stored_once_and_its_words_are_shown_again)
{
    struct storing s = begin(f);
    char first[CITIZEN_CODE_TEXT];
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    assert_false(s.again);
    memcpy(first, s.words, sizeof first);
    struct id id = s.n.event.id;
    s.n.event.id = id_new(); /* a page that is sent again does not know the id */
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    assert_true(s.again);
    assert_string_equal(first, s.words);
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_OK);
    assert_true(id_eq(s.r.id, id));
    assert_int_equal(s.e.state, EVENT_SUBMITTED);
    assert_string_equal(s.e.source, "citizen");
    assert_true(id_is_none(s.e.created_by) && id_is_none(s.e.organisation_id));
    s.n = report("n1", "Något annat.");
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_CONFLICT);
    accounts_free(s.app.accounts);
}

DB_TEST(a_day_takes_so_many_from_all_networks_together)
{
    struct storing s = begin(f);
    char nonce[16];
    for (int i = 0; i < CITIZEN_DAY_MOST; i++) {
        snprintf(nonce, sizeof nonce, "d%d", i);
        s.n = report(nonce, "Mörkt.");
        assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    }
    s.n = report("one more", "Mörkt.");
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_LIMIT);
    s.n.now += MSEC_DAY + 1;
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    accounts_free(s.app.accounts);
}

DB_TEST(all_that_can_be_chosen_together_still_fits)
{
    struct storing s = begin(f);
    s.n.reasons = "lighting vegetation overview desolate design maintenance traffic other";
    s.n.times = "always dark mornings days evenings nights weekends winter";
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_OK);
    assert_true(utf8_len(s.e.type_said) <= EVENT_KEY_MOST);
    assert_true(utf8_valid(s.e.type_said, strlen(s.e.type_said)));
    accounts_free(s.app.accounts);
}

DB_TEST(an_answer_lengthens_the_receipt_and_two_do_not_overwrite_each_other)
{
    struct storing s = begin(f);
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    s.w = (struct citizen_answer){TOWN, s.n.event.id, 1, CITIZEN_DECIDED, "Lampan lagas."};
    s.now = NOW + 300 * MSEC_DAY;
    assert_int_equal(db_write(f->db, TOWN, answer, &s), ERR_OK);
    assert_true(s.changed);
    s.w.answer = "Något annat.";
    assert_int_equal(db_write(f->db, TOWN, answer, &s), ERR_CONFLICT);
    s.now = NOW + 400 * MSEC_DAY; /* past the first year */
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_OK);
    assert_string_equal(s.r.answer, "Lampan lagas.");
    assert_int_equal(s.r.state, CITIZEN_DECIDED);
    s.w = (struct citizen_answer){TOWN, s.n.event.id, 2, CITIZEN_DECIDED, "Lampan lagas."};
    assert_int_equal(db_write(f->db, TOWN, answer, &s), ERR_OK);
    assert_false(s.changed); /* nothing new */
    accounts_free(s.app.accounts);
}

static enum err strike_report(struct tx *tx, void *arg)
{
    struct storing *s = arg;
    const char *words[] = {"ekorren"};
    struct event_strike what = {words, 1, "(borttaget)", NULL};
    struct event_edit edit = {.reason = "reviewed"};
    return event_strike(tx, TOWN, s->n.event.id, &what, &edit, NULL);
}

DB_TEST(words_that_go_from_a_report_go_from_its_answer_and_no_form_puts_them_back)
{
    struct storing s = begin(f);
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    s.w = (struct citizen_answer){TOWN, s.n.event.id, 1, CITIZEN_DECIDED, "Ekorrens lampa lagas."};
    s.now = NOW;
    assert_int_equal(db_write(f->db, TOWN, answer, &s), ERR_OK);
    assert_int_equal(db_write(f->db, TOWN, strike_report, &s), ERR_OK);
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_OK);
    assert_string_equal(s.r.answer, "(borttaget) lampa lagas.");
    s.w.seen = 2;
    assert_int_equal(db_write(f->db, TOWN, answer, &s), ERR_CONFLICT);
    accounts_free(s.app.accounts);
}

DB_TEST(what_has_had_its_time_goes)
{
    struct storing s = begin(f);
    assert_int_equal(db_write(f->db, TOWN, add, &s), ERR_OK);
    s.now = NOW + CITIZEN_EMAIL_DAYS * MSEC_DAY - 1;
    assert_int_equal(db_write(f->db, DB_NATIONAL, old, &s), ERR_OK);
    assert_int_equal(s.mails, 0);
    s.now++;
    assert_int_equal(db_write(f->db, DB_NATIONAL, old, &s), ERR_OK);
    assert_int_equal(s.mails, 1);
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_OK);
    s.now = NOW + CITIZEN_RECEIPT_DAYS * MSEC_DAY;
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_NOTFOUND); /* also before it is cleaned */
    assert_int_equal(db_write(f->db, DB_NATIONAL, old, &s), ERR_OK);
    s.now = NOW; /* no way back */
    assert_int_equal(db_read(f->db, TOWN, find, &s), ERR_NOTFOUND);
    accounts_free(s.app.accounts);
}
