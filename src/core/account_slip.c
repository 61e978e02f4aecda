/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account_inner.h"
#include "core/session.h"
#include "core/slip.h"
#include "core_sql.h"

#define LETTERS 20

static const char alphabet[33] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct db_bytes hashed(const char letters[LETTERS + 1], uint8_t out[32])
{
    token_hash(letters, out);
    return (struct db_bytes){out, 32};
}

/* 256 is a multiple of 32: each letter is as likely as any other. */
static void new_letters(char letters[LETTERS + 1])
{
    uint8_t raw[LETTERS];
    random_bytes(raw, sizeof raw);
    for (int i = 0; i < LETTERS; i++)
        letters[i] = alphabet[raw[i] % 32];
    letters[LETTERS] = '\0';
}

static void write_code(const char *municipality, const char *letters, char out[SLIP_CODE])
{
    size_t n = 4;
    (void)str_copy(out, 5, municipality);
    for (int i = 0; i < LETTERS; i++) {
        if (i % 4 == 0)
            out[n++] = '-';
        out[n++] = letters[i];
    }
    out[n] = '\0';
}

static char meant(char c)
{
    c = (char)tolower((unsigned char)c);
    return c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
}

/* Four digits of a municipality and LETTERS letters of the alphabet. */
static bool read_code(const char *typed, char municipality[5], char letters[LETTERS + 1])
{
    size_t n = 0;
    for (const char *s = typed; *s; s++) {
        if (*s == '-' || *s == ' ')
            continue;
        char c = meant(*s);
        if (n == 4 + LETTERS || !strchr(alphabet, c) || (n < 4 && !isdigit((unsigned char)c)))
            return false;
        if (n < 4)
            municipality[n] = c;
        else
            letters[n - 4] = c;
        n++;
    }
    municipality[4] = letters[LETTERS] = '\0';
    return n == 4 + LETTERS;
}

enum err slip_sheet_make(struct tx *tx, struct arena *a, const struct slip_sheet_new *n,
                         char (*codes)[SLIP_CODE], struct id *out_id)
{
    msec now = time_now();
    struct q_slip_sheet_there_row there;
    struct q_slip_sheet_insert_in sheet = {n->municipality,
                                           id_is_none(n->id) ? id_new() : n->id,
                                           n->organisation,
                                           n->n,
                                           now,
                                           n->by,
                                           now + INVITATION_TIME};
    if (!account_may_give(n->municipality, n->giver, ROLE_REPORTER))
        return ERR_FORBIDDEN;
    if (n->n < 1 || n->n > SLIPS_MOST)
        return ERR_INVALID;
    TRY(q_slip_sheet_there_one(tx, a, &(struct q_slip_sheet_there_in){n->municipality, sheet.id},
                               &there));
    if (there.n)
        return ERR_CONFLICT;
    TRY(q_slip_sheet_insert_run(tx, &sheet, NULL));
    for (int i = 0; i < n->n; i++) {
        char letters[LETTERS + 1];
        uint8_t hash[32];
        new_letters(letters);
        write_code(n->municipality, letters, codes[i]);
        struct q_slip_insert_in in = {n->municipality, id_new(), sheet.id, hashed(letters, hash)};
        TRY(q_slip_insert_run(tx, &in, NULL));
    }
    const char *detail = arena_printf(a, "{\"slips\":%d}", n->n);
    if (!detail)
        return ERR_NOMEM;
    *out_id = sheet.id;
    return account_note_in(tx, n->municipality, "account.slips", sheet.id, n->by, detail);
}

enum err slip_sheet_withdraw(struct tx *tx, const char *municipality, struct id id, struct id by)
{
    int64_t found;
    struct q_slip_sheet_withdraw_in in = {municipality, id, time_now()};
    TRY(q_slip_sheet_withdraw_run(tx, &in, &found));
    if (!found)
        return ERR_NOTFOUND;
    return account_note_in(tx, municipality, "account.slips_withdraw", id, by, NULL);
}

enum err slip_find(struct tx *tx, struct arena *a, const char *typed, struct slip *out)
{
    struct slip s;
    char letters[LETTERS + 1];
    uint8_t hash[32];
    struct q_slip_find_row r;
    if (!typed || !read_code(typed, s.municipality, letters))
        return ERR_NOTFOUND;
    struct q_slip_find_in in = {s.municipality, hashed(letters, hash), time_now(), SLIP_TRIES};
    TRY(q_slip_find_one(tx, a, &in, &r));
    write_code(s.municipality, letters, s.code);
    s.id = r.id;
    s.sheet = r.sheet;
    s.organisation = r.organisation;
    s.organisation_name = r.organisation_name;
    s.expires_at = r.expires_at;
    *out = s;
    return ERR_OK;
}

static enum err use(struct tx *tx, const struct slip *s, struct id account)
{
    int64_t used;
    struct q_slip_use_in in = {s->municipality, s->id, account, time_now()};
    TRY(q_slip_use_run(tx, &in, &used));
    if (!used)
        return ERR_NOTFOUND;
    struct account_membership m = {s->municipality, account, ROLE_REPORTER, s->organisation,
                                   "active"};
    TRY(account_membership_set(tx, &m, account));
    return account_note_in(tx, s->municipality, "account.slip_use", s->sheet, account, NULL);
}

enum err slip_take_new(struct tx *tx, struct arena *a, const char *typed,
                       const struct slip_person *p, struct id *out_account)
{
    struct slip s;
    struct id id;
    TRY(slip_find(tx, a, typed, &s));
    struct account_new n = {
        .email = p->email, .name = p->name, .password_hash = p->password_hash, .lang = p->lang};
    TRY(account_create(tx, &n, &id));
    TRY(use(tx, &s, id));
    *out_account = id;
    return ERR_OK;
}

enum err slip_take(struct tx *tx, struct arena *a, const char *typed, struct id account)
{
    struct slip s;
    struct account who;
    struct q_membership_one_row row;
    TRY(slip_find(tx, a, typed, &s));
    TRY(account_by_id(tx, a, account, &who));
    if (!who.active)
        return ERR_FORBIDDEN;
    struct q_membership_one_in in = {s.municipality, account};
    enum err e = q_membership_one_one(tx, a, &in, &row);
    if (e != ERR_NOTFOUND)
        return e ? e : ERR_CONFLICT;
    return use(tx, &s, account);
}

enum err slip_tried(struct tx *tx, struct arena *a, const char *typed)
{
    struct slip s;
    TRY(slip_find(tx, a, typed, &s));
    struct q_slip_try_in in = {s.municipality, s.id};
    return q_slip_try_run(tx, &in, NULL);
}
