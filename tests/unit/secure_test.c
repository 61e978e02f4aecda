/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Passwords, second factor, mail and the audit chain. */
#include "test.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/auditchain.h"
#include "core/mime.h"
#include "core/password.h"
#include "core/totp.h"

TEST(password_policy_names_what_is_wrong)
{
    const struct {
        const char *password;
        enum password_problem problem;
    } cases[] = {
        {"", PASSWORD_SHORT},
        {"åäöåäöåäöåä", PASSWORD_SHORT},
        {"grön paraply 7 tunnelbana", PASSWORD_OK},
        {"klippa-snöret-tyst", PASSWORD_OK},
        {"Lösenord1234!", PASSWORD_COMMON},
        {"LÖSENORD!!!!!", PASSWORD_COMMON},
        {"sommaren2026!", PASSWORD_COMMON},
        {"SommarVinter26", PASSWORD_COMMON},
        {"Password12345", PASSWORD_COMMON},
        {"123456789012", PASSWORD_COMMON},
        {"121212121212", PASSWORD_COMMON},
        {"qwertyuiop12", PASSWORD_COMMON},
        {"correcthorsebatterystaple", PASSWORD_COMMON},
        {"734019286455", PASSWORD_OK},
        {"utkik.norrtorp@example.org", PASSWORD_EMAIL},
        {"UTKIK.NORRTORP", PASSWORD_EMAIL},
        {"rad ett\nrad två", PASSWORD_INVALID},
        {"abc\xff mer text här", PASSWORD_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        enum password_problem p = password_check(cases[i].password, "utkik.norrtorp@example.org");
        if (p != cases[i].problem)
            print_message("# %s: %d\n", cases[i].password, p);
        CHECK(p == cases[i].problem);
        CHECK((password_problem_key(p) == NULL) == (p == PASSWORD_OK));
    }
    char longer[PASSWORD_MAX_BYTES + 2];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = 0;
    CHECK_INT(password_check(longer, NULL), PASSWORD_LONG);
}

TEST(password_is_verified_and_rehashed)
{
    char stored[PASSWORD_HASH_TEXT], again[PASSWORD_HASH_TEXT];
    struct password_cost low = password_cost_tests, more = {2, 16384};
    CHECK_INT(password_hash("klippa-snöret-tyst", low, stored), ERR_OK);
    CHECK_INT(password_hash("klippa-snöret-tyst", low, again), ERR_OK);
    CHECK(strcmp(stored, again) != 0);
    CHECK(str_starts(stored, "$argon2id$v=19$m=8,t=1,p=1$"));
    CHECK(password_verify(stored, "klippa-snöret-tyst", low));
    CHECK(!password_verify(stored, "klippa-snöret-tyst ", low));
    CHECK(!password_verify(stored, "", low));
    CHECK(!password_verify(NULL, "klippa-snöret-tyst", low));
    CHECK(!password_verify("not a hash", "klippa-snöret-tyst", low));
    CHECK(!password_rehash_needed(stored, low));
    CHECK(password_rehash_needed(stored, more));
    CHECK_INT(password_hash("", low, stored), ERR_INVALID);
    CHECK(password_cost_default.memory == 67108864 && password_cost_default.passes == 3);
}

TEST(gate_lets_in_as_many_as_it_has_places)
{
    struct password_gate *g = password_gate_new(2);
    CHECK(g);
    CHECK_INT(password_gate_enter(g, 0), ERR_OK);
    CHECK_INT(password_gate_enter(g, 0), ERR_OK);
    CHECK_INT(password_gate_enter(g, 1), ERR_BUSY);
    password_gate_leave(g);
    CHECK_INT(password_gate_enter(g, 0), ERR_OK);
    password_gate_free(g);
    password_gate_free(NULL);
    mem_fail_at(0);
    g = password_gate_new(2);
    mem_fail_at(-1);
    CHECK(!g);
}

TEST(totp_gives_the_codes_of_the_rfc)
{
    /* RFC 6238 appendix B, SHA-1, the last six of eight digits. */
    const uint8_t *secret = (const uint8_t *)"12345678901234567890";
    const struct {
        uint64_t seconds;
        uint32_t code;
    } known[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                 {1234567890, 5924}, {2000000000, 279037}, {UINT64_C(20000000000), 353130}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        CHECK_INT(totp_code(secret, 20, known[i].seconds / 30), known[i].code);
}

TEST(totp_agrees_with_liboath)
{
    CHECK_INT(oath_init(), OATH_OK);
    for (int i = 0; i < 200; i++) {
        uint8_t secret[TOTP_SECRET_BYTES];
        totp_secret_new(secret);
        char otp[16], ours[16];
        time_t now = 1000000 + i * 7654321L;
        CHECK_INT(oath_totp_generate((const char *)secret, sizeof secret, now, 30, 0, 6, otp),
                  OATH_OK);
        snprintf(ours, sizeof ours, "%06u", totp_code(secret, sizeof secret, (uint64_t)now / 30));
        CHECK_TEXT(ours, otp);
    }
    oath_done();
}

TEST(totp_code_works_once_and_only_near_its_time)
{
    const uint8_t *secret = (const uint8_t *)"12345678901234567890";
    int64_t last = -1;
    msec t = 59 * MSEC_SECOND;
    CHECK(!totp_verify(secret, 20, "287083", t, &last));
    CHECK(!totp_verify(secret, 20, "28708", t, &last));
    CHECK(!totp_verify(secret, 20, "2870822", t, &last));
    CHECK(!totp_verify(secret, 20, "28708a", t, &last));
    CHECK(last == -1);
    CHECK(!totp_verify(secret, 20, "287082", t + 61 * MSEC_SECOND, &last));
    CHECK(totp_verify(secret, 20, "287 082", t + 30 * MSEC_SECOND, &last));
    CHECK(last == 1);
    CHECK(!totp_verify(secret, 20, "287082", t + 30 * MSEC_SECOND, &last));
    CHECK(!totp_verify(secret, 20, "287082", t, &last));
}

TEST(base32_goes_there_and_back)
{
    /* RFC 4648 section 10. */
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "MY"},
                                           {"fo", "MZXQ"},
                                           {"foo", "MZXW6"},
                                           {"foob", "MZXW6YQ"},
                                           {"fooba", "MZXW6YTB"},
                                           {"foobar", "MZXW6YTBOI"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char text[32];
        uint8_t back[32];
        size_t n = 99;
        base32_encode((const uint8_t *)pairs[i][0], strlen(pairs[i][0]), text);
        CHECK_TEXT(text, pairs[i][1]);
        CHECK_INT(base32_decode(text, back, sizeof back, &n), ERR_OK);
        CHECK(n == strlen(pairs[i][0]) && memcmp(back, pairs[i][0], n) == 0);
    }
    uint8_t b[4];
    size_t n;
    CHECK_INT(base32_decode("mzxw 6ytb-oi==", b, 4, &n), ERR_LIMIT);
    CHECK_INT(base32_decode("M1", b, 4, &n), ERR_INVALID);
}

TEST(otpauth_uri_is_escaped)
{
    struct buf b = buf_init(500);
    totp_uri(&b, "Samsyn Töre", "falt1@example.org", (const uint8_t *)"12345678901234567890");
    CHECK_TEXT(buf_text(&b), "otpauth://totp/Samsyn%20T%C3%B6re:falt1%40example.org"
                             "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Samsyn%20T%C3%B6re");
    buf_done(&b);
}

TEST(recovery_code_is_known_by_its_hash)
{
    char code[RECOVERY_TEXT], typed[RECOVERY_TEXT];
    uint8_t a[RECOVERY_HASH], b[RECOVERY_HASH];
    recovery_new(code);
    CHECK(strlen(code) == 14 && code[4] == '-' && code[9] == '-');
    CHECK_INT(recovery_hash(code, "konto1", 6, a), ERR_OK);
    for (int i = 0; i < RECOVERY_TEXT; i++)
        typed[i] = code[i] == '-'
                       ? ' '
                       : (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 32 : code[i]);
    CHECK_INT(recovery_hash(typed, "konto1", 6, b), ERR_OK);
    CHECK(recovery_equal(a, b));
    CHECK_INT(recovery_hash(code, "konto2", 6, b), ERR_OK);
    CHECK(!recovery_equal(a, b));
    CHECK_INT(recovery_hash("abcd-efgh-jkm", "k", 1, b), ERR_INVALID);
    CHECK_INT(recovery_hash("abcd-efgh-jkm1", "k", 1, b), ERR_INVALID);
    CHECK_INT(recovery_hash("abcd-efgh-jkmn-p", "k", 1, b), ERR_INVALID);
}

TEST(mail_addresses_are_checked)
{
    static const char *const good[] = {"a@b.se", "fornamn.efternamn+est@sub.example.org",
                                       "x_y-z@xn--mlndal-wxa.se"};
    static const char *const bad[] = {"",
                                      "a",
                                      "@b.se",
                                      "a@",
                                      "a@b",
                                      "a@b..se",
                                      ".a@b.se",
                                      "a.@b.se",
                                      "a..b@c.se",
                                      "a b@c.se",
                                      "a@b.se\r\nBcc: c@d.se",
                                      "a@-b.se",
                                      "a@b-.se",
                                      "a@[127.0.0.1]",
                                      "a@127.0.0.1",
                                      "\"a\"@b.se",
                                      "å@b.se",
                                      "a@å.se",
                                      "a@b@c.se",
                                      "<a@b.se>",
                                      "a@b.se,c@d.se"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        CHECK(mail_address_valid(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!mail_address_valid(bad[i]));
    CHECK(!mail_address_valid(NULL));
}

static struct mail sample(void)
{
    return (struct mail){.from_name = "Samsyn",
                         .from = "samsyn@example.org",
                         .to = "falt1@example.org",
                         .subject = "Ny lägesbild",
                         .body = "Hej!\n.\nFrom here \nslut = 1\n",
                         .at = INT64_C(1789000000000)};
}

TEST(mail_is_written_by_the_book)
{
    struct buf b = buf_init(20000);
    struct mail m = sample();
    CHECK_INT(mail_write(&m, &b), ERR_OK);
    CHECK_TEXT(buf_text(&b), "Date: Thu, 10 Sep 2026 02:26:40 +0200\r\n"
                             "From: \"Samsyn\"\r\n <samsyn@example.org>\r\n"
                             "To: <falt1@example.org>\r\n"
                             "Subject: =?UTF-8?B?TnkgbMOkZ2VzYmlsZA==?=\r\n"
                             "Message-ID: <00000000-0000-0000-0000-000000000000@example.org>\r\n"
                             "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n"
                             "Auto-Submitted: auto-generated\r\n\r\n"
                             "Hej!\r\n=2E\r\n=46rom here=20\r\nslut =3D 1\r\n");
    buf_done(&b);
}

TEST(mail_lines_are_short_and_ascii)
{
    struct buf b = buf_init(20000);
    struct mail m = sample();
    m.subject = "Åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö åäö";
    m.body =
        "ååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååå åå åå åå åå "
        "......................................................................................";
    CHECK_INT(mail_write(&m, &b), ERR_OK);
    const char *line = buf_text(&b);
    while (*line) {
        const char *end = strstr(line, "\r\n");
        CHECK(end && end - line <= 76);
        CHECK(*line != '.');
        for (const char *p = line; p < end; p++)
            CHECK(*p >= ' ' && *p < 127);
        line = end + 2;
    }
    buf_done(&b);
}

TEST(mail_headers_cannot_be_injected)
{
    static const char *const evil[] = {"Hej\r\nBcc: x@y.se", "Hej\nX: 1",  "Hej\rX", "a\x7f",
                                       "trasig \xff",        "a\xc2\x85 b"};
    struct buf b = buf_init(20000);
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        struct mail m = sample();
        m.subject = evil[i];
        CHECK_INT(mail_write(&m, &b), ERR_INVALID);
        m = sample();
        m.from_name = evil[i];
        CHECK_INT(mail_write(&m, &b), ERR_INVALID);
    }
    struct mail m = sample();
    m.to = "a@b.se\r\nBcc: c@d.se";
    CHECK_INT(mail_write(&m, &b), ERR_INVALID);
    CHECK(b.len == 0);
    m = sample();
    m.from_name = "Den \"stora\" \\ byn";
    CHECK_INT(mail_write(&m, &b), ERR_OK);
    CHECK(strstr(buf_text(&b), "From: =?UTF-8?B?"));
    buf_done(&b);
}

TEST(a_letter_that_can_be_ended_says_where_and_smuggles_nothing)
{
    static const char *const evil[] = {"https://a.se/x\r\nBcc: x@y.se", "https://a.se/>,<x",
                                       "javascript:alert(1)", "https://a.se/å", "/x"};
    struct buf b = buf_init(20000);
    struct mail m = sample();
    m.stop = "https://samsyn.example.org/brev/sluta/abc";
    CHECK_INT(mail_write(&m, &b), ERR_OK);
    CHECK(strstr(buf_text(&b), "\r\nList-Unsubscribe:\r\n "
                               "<https://samsyn.example.org/brev/sluta/abc>\r\n"
                               "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    buf_clear(&b);
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        m.stop = evil[i];
        CHECK_INT(mail_write(&m, &b), ERR_INVALID);
    }
    CHECK(b.len == 0);
    buf_done(&b);
}

#define ENTRIES 60
struct chain {
    struct audit_entry e[ENTRIES];
    uint8_t hash[ENTRIES][AUDIT_HASH];
    size_t count, at;
};

static enum err chain_next(void *arg, struct audit_entry *e, uint8_t hash[AUDIT_HASH])
{
    struct chain *c = arg;
    if (c->at == c->count)
        return ERR_NOTFOUND;
    *e = c->e[c->at];
    memcpy(hash, c->hash[c->at++], AUDIT_HASH);
    return ERR_OK;
}

static struct chain chain_made(int64_t first_time)
{
    struct chain c = {.count = ENTRIES};
    uint8_t h[AUDIT_HASH];
    audit_genesis("1493", h);
    for (int i = 0; i < ENTRIES; i++) {
        c.e[i] = (struct audit_entry){.seq = i + 1,
                                      .at = first_time + i * MSEC_SECOND,
                                      .actor = id_from_name("account", "falt1"),
                                      .object = id_from_name("event", "x"),
                                      .action = i % 2 ? "event.read" : "event.write",
                                      .object_kind = "event",
                                      .detail = i % 3 ? "{}" : NULL};
        audit_link(h, &c.e[i], h);
        memcpy(c.hash[i], h, AUDIT_HASH);
    }
    return c;
}

static struct audit_report verdict(struct chain *c, struct audit_witness w)
{
    struct audit_report r = {0};
    c->at = 0;
    enum err e = audit_verify("1493", chain_next, c, w, &r);
    CHECK((e == ERR_OK) == (r.fault == AUDIT_SOUND));
    return r;
}

TEST(audit_chain_shows_every_change_and_where)
{
    const struct audit_witness none = {0};
    struct chain whole = chain_made(1000);
    struct audit_report r = verdict(&whole, none);
    CHECK(r.fault == AUDIT_SOUND && r.entries == ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
        for (int bit = 0; bit < AUDIT_HASH * 8; bit += 5) {
            struct chain c = whole;
            c.hash[i][bit / 8] ^= (uint8_t)(1 << (bit % 8));
            CHECK(verdict(&c, none).seq == i + 1);
        }
        struct chain c = whole;
        c.e[i].at ^= 1;
        CHECK(verdict(&c, none).seq == i + 1);
        c = whole;
        c.e[i].actor.b[7] ^= 4;
        CHECK(verdict(&c, none).seq == i + 1);
        c = whole;
        c.e[i].detail = "{\"a\":1}";
        CHECK(verdict(&c, none).seq == i + 1);
        c = whole;
        c.e[i].action = "event.readevent"; /* a border between texts moved */
        c.e[i].object_kind = "";
        CHECK(verdict(&c, none).seq == i + 1);
    }
}

static void drop(struct chain *c, size_t i)
{
    memmove(&c->e[i], &c->e[i + 1], (c->count - i - 1) * sizeof c->e[0]);
    memmove(c->hash[i], c->hash[i + 1], (c->count - i - 1) * AUDIT_HASH);
    c->count--;
}

TEST(audit_chain_shows_deletion_and_new_order)
{
    const struct audit_witness none = {0};
    struct chain whole = chain_made(1000);
    for (size_t i = 0; i + 1 < ENTRIES; i++) {
        struct chain c = whole;
        drop(&c, i);
        struct audit_report r = verdict(&c, none);
        CHECK(r.fault == AUDIT_GAP && r.seq == (int64_t)i + 1);
        for (size_t k = i; k < c.count; k++)
            c.e[k].seq--; /* renumbered to hide it */
        r = verdict(&c, none);
        CHECK(r.fault == AUDIT_CHANGED && r.seq == (int64_t)i + 1);
        c = whole;
        struct audit_entry e = c.e[i];
        c.e[i] = c.e[i + 1];
        c.e[i + 1] = e;
        CHECK(verdict(&c, none).fault == AUDIT_GAP);
    }
}

TEST(audit_heads_show_truncation_rollback_and_a_second_history)
{
    uint8_t public_key[AUDIT_PUBLIC_KEY], secret_key[AUDIT_SECRET_KEY];
    audit_key_new(public_key, secret_key);
    struct chain whole = chain_made(1000), other = chain_made(2000);
    struct audit_head heads[2] = {{.seq = 20, .at = 5}, {.seq = ENTRIES, .at = 6}};
    for (int i = 0; i < 2; i++) {
        memcpy(heads[i].hash, whole.hash[heads[i].seq - 1], AUDIT_HASH);
        audit_head_sign("1493", &heads[i], secret_key);
    }
    struct audit_witness w = {heads, 2, public_key};
    CHECK(verdict(&whole, w).fault == AUDIT_SOUND);
    CHECK(verdict(&other, w).fault == AUDIT_FORKED);
    for (size_t n = 0; n < ENTRIES; n++) {
        struct chain c = whole;
        c.count = n;
        struct audit_report r = verdict(&c, w);
        CHECK(r.fault == AUDIT_TRUNCATED && r.seq == (int64_t)n + 1);
    }
    w.count = 1; /* an old head: what came later is fine */
    CHECK(verdict(&whole, w).fault == AUDIT_SOUND);
    heads[0].at ^= 1;
    CHECK(verdict(&whole, w).fault == AUDIT_HEAD_SIGNATURE);
}
