/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every number and address here is invented; the personal numbers come from no register. */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/textguard.h"

static const struct {
    const char *text, *found;
    enum guard_kind kind;
} hits[] = {
    {"pnr 900101-1237 uppgavs", "900101-1237", GUARD_PERSONAL_NUMBER},
    {"19900101-1237", "19900101-1237", GUARD_PERSONAL_NUMBER},
    {"199001011237", "199001011237", GUARD_PERSONAL_NUMBER},
    {"9001011237", "9001011237", GUARD_PERSONAL_NUMBER},
    {"900101 1237", "900101 1237", GUARD_PERSONAL_NUMBER},
    {"900101 - 1237", "900101 - 1237", GUARD_PERSONAL_NUMBER},
    {"900101\xe2\x80\x93"
     "1237",
     "900101\xe2\x80\x93"
     "1237",
     GUARD_PERSONAL_NUMBER},
    {"900101\xc2\xa0"
     "1237",
     "900101\xc2\xa0"
     "1237",
     GUARD_PERSONAL_NUMBER},
    {"1990-01-01-1237", "1990-01-01-1237", GUARD_PERSONAL_NUMBER},
    {"90 01 01 1237", "90 01 01 1237", GUARD_PERSONAL_NUMBER},
    {"1990 01 01 12 37", "1990 01 01 12 37", GUARD_PERSONAL_NUMBER},
    {"18191212+1212", "18191212+1212", GUARD_PERSONAL_NUMBER},
    {"191212+1212", "191212+1212", GUARD_PERSONAL_NUMBER},
    {"samordningsnummer 900161-1232", "900161-1232", GUARD_PERSONAL_NUMBER},
    {"fel siffra: 900101-1238", "900101-1238", GUARD_PERSONAL_NUMBER},
    {"född 20120229-1230.", "20120229-1230", GUARD_PERSONAL_NUMBER},
    {"(070101-1234)", "070101-1234", GUARD_PERSONAL_NUMBER},
    {"ring 070-123 45 67 i kväll", "070-123 45 67", GUARD_PHONE},
    {"tfn 0701234567", "0701234567", GUARD_PHONE},
    {"+46 70 123 45 67", "+46 70 123 45 67", GUARD_PHONE},
    {"+46(0)701234567", "+46(0)701234567", GUARD_PHONE},
    {"0046701234567", "0046701234567", GUARD_PHONE},
    {"0501-123 45", "0501-123 45", GUARD_PHONE},
    {"08-123 456 78", "08-123 456 78", GUARD_PHONE},
    {"0735 12 34 56", "0735 12 34 56", GUARD_PHONE},
    {"skriv till namn.namnsson@example.org.", "namn.namnsson@example.org", GUARD_EMAIL},
    {"ÅSA@EXAMPLE.ORG", "ÅSA@EXAMPLE.ORG", GUARD_EMAIL},
    {"<a+b@mail.example.se>", "a+b@mail.example.se", GUARD_EMAIL},
    {"en röd bil ABC 123 stod där", "ABC 123", GUARD_PLATE},
    {"ABC123", "ABC123", GUARD_PLATE},
    {"moped, abc 12d", "abc 12d", GUARD_PLATE},
    {"ABC 12D", "ABC 12D", GUARD_PLATE},
    {"Skåpbil med reg.nr XYZ-987", "XYZ-987", GUARD_PLATE},
    {"killen heter Påhittad Exempelsson tror jag", "heter Påhittad Exempelsson", GUARD_NAME},
    {"vid namn Öivur", "vid namn Öivur", GUARD_NAME},
    {"Namn: Exempla", "Namn: Exempla", GUARD_NAME},
    {"det var Exempla Påhittsson igen", "Exempla Påhittsson", GUARD_NAME},
    {"jag såg Anna Exempla där", "Anna Exempla", GUARD_NAME},
    {"anna påhittsson ringde", "anna påhittsson", GUARD_NAME},
    {"ANNA PÅHITTSSON", "ANNA PÅHITTSSON", GUARD_NAME},
    {"Anna-Karin von Påhitt", "Anna-Karin von Påhitt", GUARD_NAME},
    {"Anna K. Påhitt", "Anna K. Påhitt", GUARD_NAME},
    {"Anna Maria Påhittsson", "Anna Maria Påhittsson", GUARD_NAME},
    {"vittne: Påhittsson, Anna", "Påhittsson, Anna", GUARD_NAME},
    {"han bor på Storgatan 3B nu", "bor på Storgatan 3B", GUARD_HOME},
    {"Boende i Norrtorp klagar", "Boende i Norrtorp", GUARD_HOME},
    {"i lgh 1203 är det fest", "lgh 1203", GUARD_APARTMENT},
    {"Lägenhet 12", "Lägenhet 12", GUARD_APARTMENT},
    {"port B, 3 tr", "3 tr", GUARD_APARTMENT},
    {"det var han i 3B igen", "i 3B", GUARD_APARTMENT},
    {"bråk från 12A", "från 12A", GUARD_APARTMENT},
    {"2 trappor upp", "2 trappor", GUARD_APARTMENT},
    {"Kalle Karlssons hus på Storgatan 5", "Kalle Karlssons", GUARD_NAME},
    {"vid Kalle Karlssons bil", "Kalle Karlssons", GUARD_NAME},
    {"i Exempla Påhittssons trappa", "Exempla Påhittssons", GUARD_NAME},
    {"kalle karlssons balkong", "kalle karlssons", GUARD_NAME},
    {"sa K. Karlsson där", "K. Karlsson", GUARD_NAME},
    {"sa K.E. Karlssons granne", "K.E. Karlssons", GUARD_NAME},
    {"det var Anna  Påhittsson", "Anna  Påhittsson", GUARD_NAME},
    {"det var Anna\nPåhittsson", "Anna\nPåhittsson", GUARD_NAME},
    {"det var Anna\r\nPåhittsson", "Anna\r\nPåhittsson", GUARD_NAME},
    {"KLM 482 stod parkerad", "KLM 482", GUARD_PLATE},
    {"ABC 123 stod där", "ABC 123", GUARD_PLATE},
    {"klm482 igen", "klm482", GUARD_PLATE},
    {"nås på (070) 1234567 då", "(070) 1234567", GUARD_PHONE},
    {"(0701234567)", "0701234567", GUARD_PHONE},
    {"tel 755000", "755000", GUARD_PHONE},
    {"Tel.: 75 50 00.", "75 50 00", GUARD_PHONE},
    {"tel0701234567", "0701234567", GUARD_PHONE},
    {"kl 22:30. 0501-75 50 00", "0501-75 50 00", GUARD_PHONE},
    {"0501-75 50 00", "0501-75 50 00", GUARD_PHONE},
    {"０７０-１２３ ４５ ６７", "０７０-１２３ ４５ ６７", GUARD_PHONE},
    {"٠٧٠١٢٣٤٥٦٧", "٠٧٠١٢٣٤٥٦٧", GUARD_PHONE},
    {"900101_1237", "900101_1237", GUARD_PERSONAL_NUMBER},
    {"T900101-1237", "900101-1237", GUARD_PERSONAL_NUMBER},
    {"född 900101", "900101", GUARD_PERSONAL_NUMBER},
    {"hon, f. 1990-01-01, var där", "1990-01-01", GUARD_PERSONAL_NUMBER},
    {"kalle (at) example.se", "kalle (at) example.se", GUARD_EMAIL},
    {"kalle at example punkt se.", "kalle at example punkt se", GUARD_EMAIL},
    {"kalle.k snabel-a example.se", "kalle.k snabel-a example.se", GUARD_EMAIL},
    {"\xe2\x80\x9dkalle@example.se\xe2\x80\x9d", "kalle@example.se", GUARD_EMAIL},
    {"lägenhetsnr 1203", "lägenhetsnr 1203", GUARD_APARTMENT},
    {"lgh nr 1203", "lgh nr 1203", GUARD_APARTMENT},
    {"han bor på trean", "bor på trean", GUARD_HOME},
    {"bor på plan 3", "bor på plan 3", GUARD_HOME},
    {"hemma på Storgatan 5", "hemma på Storgatan 5", GUARD_HOME},
};

TEST(persons_are_found_in_text)
{
    for (size_t i = 0; i < ARRAY_LEN(hits); i++) {
        struct guard_span s = {0};
        size_t n = guard_find(hits[i].text, strlen(hits[i].text), &s, 1);
        const char *where = strstr(hits[i].text, hits[i].found);
        bool right = n == 1 && s.kind == hits[i].kind && s.len == strlen(hits[i].found) &&
                     hits[i].text + s.at == where;
        if (!right)
            print_message("# '%s': %zu found, kind %d at %zu+%zu\n", hits[i].text, n, s.kind, s.at,
                          s.len);
        CHECK(right);
    }
}

static const char *const misses[] = {
    "",
    "Klotter på skolans södra gavel, cirka 4 kvadratmeter.",
    "EST 100 beslutade om åtgärder",
    "Nästa möte i EST 2026 vecka 47",
    "sal BHJ 204 är ledig",
    "bilen stod vid EST 100",
    "bilen körde med 100 på vägen",
    "LED 100 W i stolpe MAR 123",
    "SKF 620/1, dnr KSF 123/2026",
    "DET HAR 200 UNGDOMAR SETT",
    "ICA 24, buss 101, väg 202, E20 och RV 26",
    "rum123, max100 och mp3",
    "kl 12 34 56, kl 0130",
    "kl 22:00. 2026-11-24",
    "ring 112, tel 114 14 eller 1177",
    "ärende 755000 är avslutat",
    "född 1985, 850101 är bara siffror",
    "träffas at torget. Nu",
    "mellan 2026-11-13 och 2026-11-14 kl. 23:30",
    "2026-11-13 23:30",
    "lag 2023:196 om kommuners ansvar",
    "organisationsnummer 212000-1686",
    "kostnad 1 250 000 kr",
    "postnummer 542 30 Mariestad",
    "ring 112 eller 114 14",
    "14 mot 6 förra perioden",
    "SWEREF 6506000, 424000",
    "58.7095, 13.8237",
    "tre trasiga rutor, 3 tredjedelar av glaset",
    "de kallas till möte",
    "gatan heter som förr",
    "ungdomar som bor i området",
    "dnr 2026/1234",
    "Väg 26 och E20, riksväg 49",
    "klockan 22-04 varje helg",
    "3 träd fällda",
    "meddela @samordnare",
    "ett@ord",
    "visas i 3D på väggen",
    "stod i 3Bs port",
    "i 30 minuter",
    "id 01890a5d-ac96-774b-bcce-b302099a8057",
    "12345678901234567890",
    "ABCD123",
    "rum ABC 123",
    "vid Karl Johans gata och Erik Dahlbergsgatan",
    "bakom Maria Magdalena kyrka",
    "Hans Volvo stod kvar",
    "Per Telefon sade de annat",
    "Anna var där, sedan kom Erik",
    "Region Skaraborg och Polisområde Skaraborg",
    "Alla Hjärtans Dag",
    "Restaurang Strömsborg",
    "Per Nilssons väg och Sven Hedins park",
    "Det var Anna\nLampan är trasig",
    "port B. Dörren är trasig",
    "Karlsborg, Johannesberg, Annelund och S:t Olofsgatan",
    "Karlssons bil stod där",
};

TEST(ordinary_reports_are_left_alone)
{
    for (size_t i = 0; i < ARRAY_LEN(misses); i++) {
        struct guard_span s = {0};
        size_t n = guard_find(misses[i], strlen(misses[i]), &s, 1);
        if (n)
            print_message("# '%s': kind %d at %zu+%zu\n", misses[i], s.kind, s.at, s.len);
        CHECK_INT(n, 0);
    }
}

TEST(several_are_found_in_order)
{
    const char *text = "X heter Exempla, 900101-1237, 070-123 45 67, a@b.se";
    struct guard_span s[8];
    CHECK_INT(guard_find(text, strlen(text), s, 8), 4);
    CHECK(s[0].kind == GUARD_NAME && s[1].kind == GUARD_PERSONAL_NUMBER);
    CHECK(s[2].kind == GUARD_PHONE && s[3].kind == GUARD_EMAIL);
    for (int i = 1; i < 4; i++)
        CHECK(s[i].at >= s[i - 1].at + s[i - 1].len);
    CHECK_INT(guard_find(text, strlen(text), s, 2), 4);
    CHECK_INT(guard_find(text, strlen(text), NULL, 0), 4);
    CHECK_TEXT(guard_kind_key(GUARD_PLATE), "guard_plate");
}

/* Every date-shaped number in ten digits is found, whatever its checksum and writing. */
TEST(no_date_shaped_number_slips_through)
{
    for (int i = 0; i < 20000; i++) {
        char text[64];
        int year = i % 100, month = i % 12 + 1, day = i % 28 + 1 + (i % 5 ? 0 : 60);
        snprintf(text, sizeof text, i % 2 ? "%02d%02d%02d-%04d" : "19%02d%02d%02d %04d", year,
                 month, day, i * 37 % 10000);
        struct guard_span s;
        CHECK(guard_find(text, strlen(text), &s, 1) == 1 && s.kind == GUARD_PERSONAL_NUMBER);
        CHECK(s.at == 0 && s.len == strlen(text));
    }
}

TEST(time_grows_with_the_text_only)
{
    /* Each byte begins something that never ends: 200 kB would take minutes if it were squared. */
    static const char *const bits[] = {"a.",      "1 ",    "heter ",      "A",
                                       "bor på ", "bil a", "\xe2\x80\x90"};
    size_t n = 200000;
    char *text = malloc(n);
    CHECK(text);
    for (size_t b = 0; b < ARRAY_LEN(bits); b++) {
        size_t len = strlen(bits[b]);
        for (size_t i = 0; i < n; i++)
            text[i] = bits[b][i % len];
        struct guard_span s[4];
        guard_find(text, n, s, 4);
    }
    free(text);
}
