/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture of a period in sentences, and as a document. */
#include "picture_fixture.h"

DB_TEST(sentences_in_both_languages)
{
    struct picture p;
    struct picture_words w;
    set_ids();
    add_november(f);
    make(f, &november, &p);
    say(f, &p, LANG_SV, true, &w);
    CHECK(str_eq(w.title, "Läget 1–14 november 2026"));
    CHECK(str_eq(w.all.strong, "16 händelser, mot 7 förra perioden."));
    CHECK(str_eq(w.rest[0].strong, "Skadegörelse: 14 mot 6 förra perioden."));
    CHECK(str_starts(w.rest[0].rest,
                     "Så stor skillnad uppstår av en slump ungefär 12 gånger av 100."));
    CHECK(str_eq(w.rest[0].verdict, "ingen säker skillnad"));
    CHECK(str_eq(w.rest[1].verdict, "för lite underlag"));
    CHECK(str_eq(w.quiet, "Ingen typ av händelse skiljer sig säkert från förra perioden."));
    CHECK(w.has_places && !w.sentences[0].href);
    say(f, &p, LANG_EN, false, &w);
    CHECK(strstr(w.rest[0].strong, ": 14 against 6 in the period before."));
    CHECK(str_starts(w.rest[0].rest,
                     "A difference this large comes about by chance roughly 12 times in 100."));
    CHECK(str_eq(w.rest[1].verdict, "too little data"));
    CHECK(!w.has_places);
}

DB_TEST(what_the_week_leaves_out_is_told)
{
    struct picture p;
    struct picture_words w;
    const struct some some[] = {
        {"theft.vehicle", {2026, 11, 3}, 1, {{0}}, {{0}}, true, false, 8},
        {"theft.dwelling", {2026, 11, 4}, 1, {{0}}, {{0}}, true, false, 7},
    };
    set_ids();
    add_november(f);
    add(f, some, 1);
    make(f, &november, &p);
    say(f, &p, LANG_SV, false, &w);
    CHECK(w.has_week && strstr(w.week.desc, "av 16. "));
    CHECK(strstr(w.week.desc, " 1 händelse är inte med, för den kan ha hänt"));
    add(f, some, 2);
    make(f, &november, &p);
    say(f, &p, LANG_SV, false, &w);
    CHECK(strstr(w.week.desc, "av 17. "));
    CHECK(strstr(w.week.desc, " 2 händelser är inte med, för de kan ha hänt"));
    say(f, &p, LANG_EN, false, &w);
    CHECK(strstr(w.week.desc, " 2 events are left out: "));
}

DB_TEST(one_event_is_said_in_the_singular)
{
    struct picture p;
    struct picture_words w;
    const struct some some[] = {{"fire", {2026, 11, 3}, 1, {{0}}, {{0}}, false, false}};
    set_ids();
    add(f, some, 1);
    make(f, &november, &p);
    say(f, &p, LANG_SV, false, &w);
    CHECK(str_eq(w.all.strong, "1 händelse."));
    CHECK(strstr(w.no_place, "1 händelse saknar känd plats"));
}

DB_TEST(document_is_tagged_and_describes_its_figures)
{
    struct picture p;
    struct picture_words w;
    struct buf pdf = buf_init(8 << 20);
    set_ids();
    add_november(f);
    make(f, &november, &p);
    say(f, &p, LANG_SV, true, &w);
    CHECK_OK(picture_pdf(&pdf, &w, LANG_SV, f->a));
    CHECK(memcmp(pdf.data, "%PDF-", 5) == 0);
    CHECK(memmem(pdf.data, pdf.len, "/MarkInfo << /Marked true >>", 28));
    CHECK(memmem(pdf.data, pdf.len, "/Lang (sv-SE)", 13));
    CHECK(memmem(pdf.data, pdf.len, "/Alt <FEFF", 10));
    CHECK(memmem(pdf.data, pdf.len, "/S /Table", 9));
    buf_done(&pdf);
}
