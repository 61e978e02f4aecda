/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The agenda, what is written in a meeting by several people, and minutes that stay as they are. */
#include "test.h"

#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/meeting/meeting.h"
#include "parts/settings/settings.h"

#define TOWN "1493"
#define OK(x) CHECK_INT((x), ERR_OK)

static struct id named(const char *name)
{
    return id_from_name("meeting test", name);
}

/* --- The agenda --- */

TEST(thirty_minutes_are_shared_and_every_minute_belongs_to_an_item)
{
    CHECK_INT(meeting_item_at(MEETING_ATTENDANCE, 30), 0);
    CHECK_INT(meeting_item_at(MEETING_FOLLOWUP, 30), 1);
    CHECK_INT(meeting_item_at(MEETING_ITEM_COUNT, 30), 30);
    for (int minutes = MEETING_MINUTES_LEAST; minutes <= MEETING_MINUTES_MOST; minutes++) {
        for (int i = 0; i < MEETING_ITEM_COUNT; i++)
            CHECK(meeting_item_at((enum meeting_item)i, minutes) <=
                  meeting_item_at((enum meeting_item)(i + 1), minutes));
        CHECK_INT(meeting_item_at(MEETING_ITEM_COUNT, minutes), minutes);
    }
    CHECK_INT(meeting_item_at(MEETING_ITEM_COUNT, 60) - meeting_item_at(MEETING_NEXT, 60), 2);
}

static msec clock(int year, int month, int day, int hour)
{
    msec t;
    OK(civil_to_msec(&(struct civil){.year = year, .month = month, .day = day, .hour = hour}, &t));
    return t;
}

TEST(the_next_meeting_follows_the_rhythm_and_avoids_days_off)
{
    struct rhythm week = {.step = RHYTHM_WEEK}, month = {.step = RHYTHM_MONTH};
    /* at two o'clock also when the clock has been changed in between */
    CHECK(meeting_suggest(NULL, clock(2026, 10, 14, 14)) == clock(2026, 10, 28, 14));
    CHECK(meeting_suggest(&week, clock(2026, 11, 23, 14)) == clock(2026, 11, 30, 14));
    CHECK(meeting_suggest(&month, clock(2026, 11, 23, 14)) == clock(2026, 12, 21, 14));
    /* Christmas Eve is a Thursday in 2026: the next working day is Monday */
    CHECK(meeting_suggest(&week, clock(2026, 12, 17, 14)) == clock(2026, 12, 28, 14));
    CHECK(meeting_soon(clock(2026, 11, 24, 20)) == clock(2026, 11, 25, 9));
    CHECK(meeting_soon(clock(2026, 10, 24, 8)) == clock(2026, 10, 26, 9)); /* a Saturday */
    CHECK(meeting_soon(clock(2026, 12, 23, 8)) == clock(2026, 12, 28, 9));
}

/* --- Meetings --- */

struct scene {
    struct fixture *f;
    struct id id, note;
    int64_t seen;
    const char *words;
    bool stale;
    enum err result;
};

static struct meeting_plan plan_of(struct id id, msec at)
{
    return (struct meeting_plan){id, named("coordinator"), at, 30, NULL};
}

static enum err plan_two(struct tx *tx, void *arg)
{
    (void)arg;
    struct meeting_plan one = plan_of(named("one"), 1000), two = plan_of(named("two"), 2000);
    TRY(meeting_plan(tx, TOWN, &one));
    CHECK_INT(meeting_plan(tx, TOWN, &(struct meeting_plan){named("x"), {{0}}, 1000, 30, NULL}),
              ERR_CONFLICT);
    CHECK_INT(meeting_plan(tx, TOWN, &(struct meeting_plan){named("x"), {{0}}, 3000, 5, NULL}),
              ERR_INVALID);
    return meeting_plan(tx, TOWN, &two);
}

static enum err open_one(struct tx *tx, void *arg)
{
    (void)arg;
    /* nothing is written before it is open, and only one is open */
    CHECK_INT(meeting_set_done(tx, TOWN, named("one"), MEETING_TELL, true), ERR_CONFLICT);
    OK(meeting_open(tx, TOWN, named("one"), (struct id){{0}}, named("coordinator")));
    CHECK_INT(meeting_open(tx, TOWN, named("one"), (struct id){{0}}, named("x")), ERR_CONFLICT);
    CHECK_INT(meeting_open(tx, TOWN, named("two"), (struct id){{0}}, named("x")), ERR_CONFLICT);
    CHECK_INT(meeting_drop(tx, TOWN, named("one")), ERR_CONFLICT);
    return ERR_OK;
}

static void begin(struct fixture *f)
{
    OK(db_write(f->db, TOWN, plan_two, NULL));
    OK(db_write(f->db, TOWN, open_one, NULL));
}

static enum err write_note(struct tx *tx, void *arg)
{
    struct scene *s = arg;
    struct meeting_note n = {.item = MEETING_CHANGES, .version = s->seen, .words = s->words};
    return meeting_note_set(tx, TOWN, named("one"), &n, &s->stale);
}

static enum err read_notes(struct tx *tx, void *arg)
{
    struct scene *s = arg;
    struct meeting_note notes[MEETING_ITEM_COUNT];
    TRY(meeting_notes(tx, s->f->a, TOWN, named("one"), notes));
    s->words = notes[MEETING_CHANGES].words;
    s->seen = notes[MEETING_CHANGES].version;
    CHECK_INT(notes[MEETING_TELL].version, 0);
    return ERR_OK;
}

DB_TEST(of_two_who_write_at_once_the_second_is_told_and_nothing_is_overwritten)
{
    struct scene s = {.f = f, .words = "Först"};
    begin(f);
    OK(db_write(f->db, TOWN, write_note, &s));
    CHECK(!s.stale);
    s = (struct scene){.f = f, .words = "Samtidigt"}; /* has seen nothing either */
    OK(db_write(f->db, TOWN, write_note, &s));
    CHECK(s.stale);
    OK(db_read(f->db, TOWN, read_notes, &s));
    CHECK_TEXT(s.words, "Först");
    CHECK_INT(s.seen, 1);
    s.words = "Först\n\nSamtidigt";
    OK(db_write(f->db, TOWN, write_note, &s));
    CHECK(!s.stale);
    OK(db_read(f->db, TOWN, read_notes, &s));
    CHECK_TEXT(s.words, "Först\n\nSamtidigt");
    CHECK_INT(s.seen, 2);
}

/* --- Closed --- */

static enum err get(struct tx *tx, void *arg)
{
    struct meeting *m = arg;
    struct arena *a = arena_new(1 << 20);
    enum err e = meeting_get(tx, a, TOWN, named("one"), m);
    arena_free(a);
    return e;
}

static enum err close_at(struct tx *tx, void *arg)
{
    struct meeting_closing *c = arg;
    return meeting_close(tx, TOWN, c);
}

static enum err write_all(struct tx *tx, void *arg)
{
    struct scene *s = arg;
    struct id one = named("one");
    struct meeting_note n = {.item = MEETING_CHANGES, .version = 0, .words = "Sent"};
    struct meeting_message m = {.id = named("m"), .meeting = one, .words = "Sent"};
    struct meeting_guest g = {named("g"), "Räddningstjänsten", 1};
    CHECK_INT(meeting_touch(tx, TOWN, one), s->result);
    CHECK_INT(meeting_note_set(tx, TOWN, one, &n, &s->stale), s->result);
    CHECK_INT(meeting_set_present(tx, TOWN, one, named("a"), true), s->result);
    CHECK_INT(meeting_guest_add(tx, TOWN, one, &g), s->result);
    CHECK_INT(meeting_tick(tx, TOWN, one, named("a"), true), s->result);
    CHECK_INT(meeting_decided(tx, TOWN, one, named("a")), s->result);
    CHECK_INT(meeting_message_add(tx, TOWN, &m), s->result);
    CHECK_INT(meeting_set_next(tx, TOWN, one, 5000), s->result);
    CHECK_INT(meeting_set_done(tx, TOWN, one, MEETING_TELL, true), s->result);
    return ERR_OK;
}

static enum err read_content(struct tx *tx, void *arg)
{
    struct scene *s = arg;
    return meeting_content(tx, s->f->a, TOWN, named("one"), &s->words);
}

static enum err write_twice(struct tx *tx, void *arg)
{
    (void)arg;
    struct id one = named("one");
    struct meeting_message m = {.id = named("m"), .meeting = one, .words = "En gång"};
    struct meeting_guest g = {named("g"), "Räddningstjänsten", 1};
    OK(meeting_guest_add(tx, TOWN, one, &g));
    CHECK_INT(meeting_guest_add(tx, TOWN, one, &g), ERR_CANCELLED);
    OK(meeting_message_add(tx, TOWN, &m));
    CHECK_INT(meeting_message_add(tx, TOWN, &m), ERR_CANCELLED);
    OK(meeting_may_decide(tx, TOWN, one, named("a")));
    OK(meeting_decided(tx, TOWN, one, named("a")));
    CHECK_INT(meeting_may_decide(tx, TOWN, one, named("a")), ERR_CANCELLED);
    return ERR_OK;
}

DB_TEST(a_guest_a_sentence_and_a_decision_are_written_once)
{
    begin(f);
    OK(db_write(f->db, TOWN, write_twice, NULL));
}

DB_TEST(a_closed_meeting_takes_nothing_more_and_its_minutes_stay)
{
    struct scene s = {.f = f, .result = ERR_OK};
    struct meeting m;
    begin(f);
    CHECK_INT(db_read(f->db, TOWN, read_content, &s), ERR_NOTFOUND);
    OK(db_write(f->db, TOWN, write_all, &s));
    OK(db_read(f->db, TOWN, get, &m));
    CHECK_INT(m.state, MEETING_OPEN);
    CHECK_INT(m.next_at, 5000);
    struct meeting_closing c = {.id = m.id, .revision = m.revision - 1, .content = "{}"};
    CHECK_INT(db_write(f->db, TOWN, close_at, &c), ERR_CONFLICT); /* somebody wrote since */
    c.revision = m.revision;
    c.letters = 4;
    OK(db_write(f->db, TOWN, close_at, &c));
    CHECK_INT(db_write(f->db, TOWN, close_at, &c), ERR_CONFLICT);
    s.result = ERR_CONFLICT;
    OK(db_write(f->db, TOWN, write_all, &s));
    OK(db_read(f->db, TOWN, read_content, &s));
    CHECK_TEXT(s.words, "{}");
    OK(db_read(f->db, TOWN, get, &m));
    CHECK_INT(m.state, MEETING_CLOSED);
    CHECK_INT(m.letters, 4);
}

/* --- Opened by mistake --- */

static enum err put_back(struct tx *tx, void *arg)
{
    (void)arg;
    return meeting_put_back(tx, TOWN, named("one"));
}

static enum err move_one(struct tx *tx, void *arg)
{
    struct meeting_plan *p = arg;
    return meeting_move(tx, TOWN, p);
}

DB_TEST(a_meeting_opened_by_mistake_is_planned_again_and_can_be_moved)
{
    struct scene s = {.f = f, .words = "Först"};
    struct meeting m;
    struct meeting_plan to = plan_of(named("one"), 2000);
    begin(f);
    CHECK_INT(db_write(f->db, TOWN, move_one, &to), ERR_CONFLICT); /* it is open */
    OK(db_read(f->db, TOWN, get, &m));
    CHECK(meeting_untouched(&m));
    OK(db_write(f->db, TOWN, put_back, NULL));
    CHECK_INT(db_write(f->db, TOWN, put_back, NULL), ERR_CONFLICT);
    OK(db_read(f->db, TOWN, get, &m));
    CHECK_INT(m.state, MEETING_PLANNED);
    CHECK(m.opened_at == 0 && !meeting_untouched(&m));
    CHECK_INT(db_write(f->db, TOWN, move_one, &to), ERR_CONFLICT); /* the other one is then */
    to.starts_at = 3000;
    to.minutes = MEETING_MINUTES_MOST + 1;
    CHECK_INT(db_write(f->db, TOWN, move_one, &to), ERR_INVALID);
    to.minutes = 45;
    OK(db_write(f->db, TOWN, move_one, &to));
    OK(db_write(f->db, TOWN, open_one, NULL));
    OK(db_write(f->db, TOWN, write_note, &s));
    CHECK_INT(db_write(f->db, TOWN, put_back, NULL), ERR_CONFLICT); /* something is written */
    OK(db_read(f->db, TOWN, get, &m));
    CHECK(m.state == MEETING_OPEN && m.starts_at == 3000 && m.minutes == 45);
}

/* --- Struck out --- */

struct strike_case {
    struct fixture *f;
    const char *words[2];
    bool found[2], all;
    size_t n;
    struct meeting_struck answer;
};

static enum err write_words(struct tx *tx, void *arg)
{
    struct scene *s = arg;
    struct id one = named("one");
    struct meeting_guest g = {named("g"), "ÖRNENS vänner", 1};
    struct meeting_message m = {
        .id = named("m"), .meeting = one, .audience = MEETING_TO_STAFF, .words = "Örnen vet"};
    struct meeting_note n = {.item = MEETING_TELL,
                             .words = "Bo och O\xCC\x88RNENS örnarna i bostaden"};
    OK(meeting_guest_add(tx, TOWN, one, &g));
    OK(meeting_message_add(tx, TOWN, &m));
    return meeting_note_set(tx, TOWN, one, &n, &s->stale);
}

static enum err strike(struct tx *tx, void *arg)
{
    struct strike_case *c = arg;
    struct meeting_strike s = {
        .meeting = named("one"), .what = {c->words, c->n, "[x]", c->found}, .all = c->all};
    return meeting_strike(tx, TOWN, &s, &c->answer);
}

static enum err read_struck(struct tx *tx, void *arg)
{
    struct strike_case *c = arg;
    struct arena *a = c->f->a;
    struct meeting_note notes[MEETING_ITEM_COUNT];
    struct meeting_guest *g;
    struct meeting_message *m;
    struct meeting_minutes minutes;
    const char *json;
    size_t n;
    TRY(meeting_notes(tx, a, TOWN, named("one"), notes));
    CHECK_TEXT(notes[MEETING_TELL].words, "[x] och [x] örnarna i bostaden");
    TRY(meeting_guests(tx, a, TOWN, named("one"), &g, &n));
    CHECK_TEXT(g[0].organisation, "[x] vänner");
    TRY(meeting_messages(tx, a, TOWN, named("one"), &m, &n));
    CHECK_TEXT(m[0].words, "[x] vet");
    TRY(meeting_content(tx, a, TOWN, named("one"), &json));
    TRY(meeting_minutes_read(json, a, &minutes));
    CHECK_TEXT(minutes.sections[MEETING_TELL].note, "[x]");
    CHECK_TEXT(minutes.sections[MEETING_TELL].lines[0], "Personal: [x] vet");
    CHECK(minutes.struck_at > 0);
    CHECK_TEXT(minutes.work, "Örn"); /* what it is called is nobody's words */
    return ERR_OK;
}

static void close_with_words(struct fixture *f)
{
    static const char *const lines[] = {"Personal: Örnen vet"};
    struct meeting m;
    struct meeting_minutes minutes = {.lang = LANG_SV, .work = "Örn"};
    struct meeting_closing c = {.id = named("one")};
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        minutes.sections[i].item = (enum meeting_item)i;
    minutes.sections[MEETING_TELL].lines = lines;
    minutes.sections[MEETING_TELL].n_lines = 1;
    minutes.sections[MEETING_TELL].note = "örnens";
    OK(meeting_minutes_write(f->a, &minutes, &c.content));
    OK(db_read(f->db, TOWN, get, &m));
    c.revision = m.revision;
    OK(db_write(f->db, TOWN, close_at, &c));
}

DB_TEST(words_are_struck_out_of_all_that_a_closed_meeting_holds)
{
    struct scene s = {.f = f};
    struct strike_case c = {.f = f, .words = {"örnen", "Bo"}, .n = 2};
    begin(f);
    OK(db_write(f->db, TOWN, write_words, &s));
    CHECK_INT(db_write(f->db, TOWN, strike, &c), ERR_CONFLICT); /* not closed */
    close_with_words(f);
    c.words[1] = "bofink";
    OK(db_write(f->db, TOWN, strike, &c));
    CHECK(c.answer.places == 0 && c.found[0] && !c.found[1]); /* and nothing was changed */
    c.words[1] = "Bo";
    c.words[0] = "örna";
    OK(db_write(f->db, TOWN, strike, &c));
    CHECK_INT(c.answer.places, 0); /* "örnarna" is another word */
    CHECK(!c.found[0]);
    c.words[0] = "o\xCC\x88rnen";
    c.n = 2;
    OK(db_write(f->db, TOWN, strike, &c));
    CHECK(c.answer.places > 0 && !c.answer.elsewhere);
    OK(db_read(f->db, TOWN, read_struck, &c));
}

struct carrying {
    struct fixture *f;
    struct id meeting;
    struct meeting_message *list;
    size_t n;
    bool told;
};

static enum err read_messages(struct tx *tx, void *arg)
{
    struct carrying *c = arg;
    return meeting_messages(tx, c->f->a, TOWN, c->meeting, &c->list, &c->n);
}

static enum err open_two(struct tx *tx, void *arg)
{
    struct meeting m;
    struct carrying *c = arg;
    OK(meeting_open(tx, TOWN, named("two"), (struct id){{0}}, named("x")));
    OK(meeting_get(tx, c->f->a, TOWN, named("two"), &m));
    OK(meeting_before(tx, c->f->a, TOWN, &m, &m));
    CHECK(id_eq(m.id, named("one")));
    return ERR_OK;
}

static enum err tell(struct tx *tx, void *arg)
{
    struct carrying *c = arg;
    return meeting_message_told(tx, TOWN, c->meeting, named("m"), c->told);
}

static enum err take_back(struct tx *tx, void *arg)
{
    struct carrying *c = arg;
    return meeting_message_drop(tx, TOWN, c->meeting, named("m"));
}

static enum err close_two(struct tx *tx, void *arg)
{
    struct carrying *c = arg;
    struct meeting m;
    TRY(meeting_get(tx, c->f->a, TOWN, named("two"), &m));
    struct meeting_closing closing = {.id = m.id, .revision = m.revision, .content = "{}"};
    return meeting_close(tx, TOWN, &closing);
}

static enum err open_three(struct tx *tx, void *arg)
{
    (void)arg;
    struct meeting_plan three = plan_of(named("three"), 3000);
    TRY(meeting_plan(tx, TOWN, &three));
    return meeting_open(tx, TOWN, three.id, (struct id){{0}}, named("x"));
}

DB_TEST(what_has_not_been_told_comes_back_until_it_has)
{
    struct scene s = {.f = f, .result = ERR_OK};
    struct carrying c = {f, named("two"), NULL, 0, true};
    struct meeting m;
    begin(f);
    OK(db_write(f->db, TOWN, write_all, &s));
    OK(db_read(f->db, TOWN, get, &m));
    struct meeting_closing closing = {.id = m.id, .revision = m.revision, .content = "{}"};
    OK(db_write(f->db, TOWN, close_at, &closing));
    OK(db_write(f->db, TOWN, open_two, &c));
    OK(db_read(f->db, TOWN, read_messages, &c));
    CHECK_INT(c.n, 1);
    CHECK(!c.list[0].told && id_eq(c.list[0].meeting, named("one")));
    OK(db_write(f->db, TOWN, tell, &c));
    OK(db_read(f->db, TOWN, read_messages, &c));
    CHECK_INT(c.n, 1); /* told here */
    CHECK(c.list[0].told);
    /* what one meeting has told, another neither takes back nor tells once more */
    OK(db_write(f->db, TOWN, close_two, &c));
    c.meeting = named("three");
    OK(db_write(f->db, TOWN, open_three, NULL));
    CHECK_INT(db_write(f->db, TOWN, tell, &c), ERR_NOTFOUND);
    c.told = false;
    CHECK_INT(db_write(f->db, TOWN, tell, &c), ERR_NOTFOUND);
    CHECK_INT(db_write(f->db, TOWN, take_back, &c), ERR_NOTFOUND);
    OK(db_read(f->db, TOWN, read_messages, &c));
    CHECK_INT(c.n, 0);
}

/* --- Minutes --- */

TEST(minutes_are_read_back_word_for_word_and_what_is_none_is_refused)
{
    static const char *const broken[] = {"",
                                         "{}",
                                         "[]",
                                         "{\"lang\":\"sv\",\"items\":[]}",
                                         "{\"lang\":\"xx\",\"items\":[1,2,3,4,5,6,7,8,9]}",
                                         "{\"lang\":\"sv\",\"items\":[1,2,3,4,5,6,7,8,9]}"};
    struct arena *a = arena_new(1 << 20);
    const char *lines[] = {"Norra området: gul. \"Citat\" & <tecken>", "Två"}, *json;
    struct meeting_minutes m = {.lang = LANG_SV, .work = "EST", .opened_at = 1, .closed_at = 2};
    struct meeting_minutes back;
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        m.sections[i].item = (enum meeting_item)i;
    m.sections[MEETING_LEVELS] =
        (struct meeting_section){MEETING_LEVELS, lines, 2, "En rad\noch en till", true};
    OK(meeting_minutes_write(a, &m, &json));
    OK(meeting_minutes_read(json, a, &back));
    const struct meeting_section *s = &back.sections[MEETING_LEVELS];
    CHECK_INT(s->n_lines, 2);
    CHECK_TEXT(s->lines[0], lines[0]);
    CHECK_TEXT(s->note, "En rad\noch en till");
    CHECK(s->done && !back.sections[MEETING_TELL].done);
    CHECK_TEXT(back.work, "EST");
    CHECK(back.period == NULL && back.closed_at == 2);
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        CHECK_INT(meeting_minutes_read(broken[i], a, &back), ERR_CORRUPT);
    arena_free(a);
}
