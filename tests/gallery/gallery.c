/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* gallery DIR: writes a page for each group of components, and the assets they use, to DIR. */
#include "gallery.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assets.h"
#include "base/buf.h"
#include "base/mem.h"
#include "core/chart.h"
#include "core/page_assets.h"
#include "gallery_html.h"

static struct arena *arena;
static const char *folder;

static bool write_file(const char *name, const void *data, size_t n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool ok = fwrite(data, 1, n, f) == n;
    return !fclose(f) && ok;
}

static const struct page_nav nav[] = {{"Läget", "picture.html", false, NAV_PHONE},
                                      {"Händelser", "list.html", true, NAV_PHONE},
                                      {"Åtgärder", "detail.html", false, NAV_PHONE},
                                      {"Möten", "detail.html", false, NAV_TABLET},
                                      {"Löften", "detail.html", false, NAV_TABLET},
                                      {"Vandringar", "detail.html", false, NAV_DESK},
                                      {"Inställningar", "detail.html", false, NAV_MENU}};
static const struct page_member members[] = {
    {"Mariestads kommun", "samordnare", "list.html", true},
    {"Töreboda kommun", "läsare", "list.html", false},
    {"Gullspångs kommun", "samordnare", "list.html", false}};
static const struct page_link foot[] = {{"Om Samsyn", "detail.html", false},
                                        {"Tillgänglighet", "detail.html", false}};

static struct page page_of(const char *title)
{
    struct page p = {.kind = PAGE_STAFF,
                     .lang = "sv",
                     .lang_other_label = "In English",
                     .lang_other_code = "en",
                     .lang_href = "list.html",
                     .canonical = "https://samsyn.example/1493/",
                     .title = title,
                     .part = "Händelser",
                     .municipality = "Mariestads kommun",
                     .municipality_code = "1493",
                     .home_href = "list.html",
                     .exercise = true,
                     .nav = nav,
                     .n_nav = ARRAY_LEN(nav),
                     .nav_most = NAV_MENU,
                     .account = "samordnare@mariestad.example",
                     .role = "samordnare",
                     .members = members,
                     .n_members = ARRAY_LEN(members),
                     .account_href = "detail.html",
                     .logout_href = "login.html",
                     .csrf = "token",
                     .foot = foot,
                     .n_foot = ARRAY_LEN(foot)};
    page_assets(&p, true);
    return p;
}

#define SHOW(name, view)                                                                           \
    do {                                                                                           \
        struct buf b_ = buf_init(4 << 20);                                                         \
        struct tmpl t_ = {.out = &b_, .lang = LANG_SV, .now = 1794700000000};                      \
        gallery_##view##_html(&t_, &v);                                                            \
        bool ok_ = !buf_err(&b_) && write_file(name, buf_text(&b_), b_.len);                       \
        buf_done(&b_);                                                                             \
        if (!ok_)                                                                                  \
            return false;                                                                          \
    } while (0)

static const struct page_choice types[] = {{.value = "", .label = "Alla typer"},
                                           {.value = "fire", .label = "Brand"}};
static const struct page_choice damage[] = {
    {.value = "damage", .label = "All skadegörelse", .chosen = true},
    {.value = "damage.graffiti", .label = "Klotter"},
    {.value = "damage.glass", .label = "Krossad ruta"}};
static const struct page_choice_group groups[] = {
    {.label = "Skadegörelse", .choices = damage, .n_choices = ARRAY_LEN(damage)}};
static const struct page_choice areas[] = {{.value = "", .label = "Hela kommunen"},
                                           {.value = "1", .label = "Centrum"}};
static const struct page_chip chips[] = {{"Skadegörelse", "list.html"},
                                         {"1–14 november", "list.html"}};
static const struct gallery_row rows[] = {
    {"Klotter", "detail.html", "i går 22.40", "Stationsparken", "Rapport, fastighet", "1"},
    {"Krossad ruta", "detail.html", "12 nov. kl. 7", "Norra skolan", "Polisen", "2"},
    {"Trasig belysning på gångvägen mellan skolan och idrottshallen", "detail.html", "11–12 nov.",
     "Gångvägen vid ån, nära bron", "Rapport, gata och park", "1"},
    {"Skadegörelse på busskur", "detail.html", "10 nov. 23.15", "Busstorget",
     "Rapport, kollektivtrafik", "12 345"}};
static const struct page_pager_item pages[] = {{"1", "list.html", true},
                                               {"2", "list.html", false},
                                               {"3", "list.html", false},
                                               {"…", NULL, false},
                                               {"25", "list.html", false}};

static bool show_list(void)
{
    struct gallery_list v = {
        .page = page_of("Händelser"),
        .said = {"46 händelser i Mariestad 1–14 november, skadegörelse", chips, ARRAY_LEN(chips)},
        .filter = {.action = "list.html",
                   .active = "2 valda",
                   .reset_href = "list.html",
                   .open = true},
        .from = {.name = "from", .label = "Från", .value = "2026-11-01", .in_filter = true},
        .to = {.name = "to", .label = "Till och med", .value = "2026-11-14", .in_filter = true},
        .type = {.name = "type",
                 .label = "Typ",
                 .in_filter = true,
                 .choices = types,
                 .n_choices = ARRAY_LEN(types),
                 .groups = groups,
                 .n_groups = ARRAY_LEN(groups)},
        .area = {.name = "area",
                 .label = "Område",
                 .in_filter = true,
                 .choices = areas,
                 .n_choices = ARRAY_LEN(areas)},
        .text = {.name = "q", .label = "Ord i texten", .type = "search", .in_filter = true},
        .by_title = {.label = "Händelse", .href = "list.html"},
        .by_when = {.label = "När", .href = "list.html", .order = PAGE_DOWN},
        .by_place = {.label = "Plats", .href = "list.html"},
        .by_count = {.label = "Antal", .href = "list.html", .number = true},
        .rows = rows,
        .n_rows = ARRAY_LEN(rows),
        .pager = {.sentence = "1–50 av 1 234",
                  .next_href = "list.html",
                  .items = pages,
                  .n_items = ARRAY_LEN(pages)},
        .map = {.id = "map",
                .label = "Karta över 46 händelser i Mariestad",
                .base_href = "base/{z}/{x}/{y}.mvt",
                .data_href = "data/{z}/{x}/{y}.mvt",
                .row_href = "detail.html?id=",
                .list_href = "#innehall",
                .bounds = "13.55 58.58 14.2 58.85",
                .attribution = "Karta: SCB, GSHHG. Händelser: Samsyn."}};
    v.page.action = (struct page_link){"Ny händelse", "form.html", false};
    SHOW("list.html", list);
    return true;
}

static const struct page_choice kinds[] = {{.value = "", .label = "Välj typ"},
                                           {.value = "damage", .label = "Skadegörelse"}};
static const struct page_choice whens[] = {
    {.value = "now", .label = "Nyss"},
    {.value = "night", .label = "I natt", .hint = "Mellan kl. 22 i går och kl. 6 i dag"},
    {.value = "between", .label = "Mellan två tider", .chosen = true},
    {.value = "other", .label = "En annan tid"}};
static const struct page_choice told[] = {
    {.value = "police", .label = "Polisen", .chosen = true},
    {.value = "owner", .label = "Den som äger platsen"},
    {.value = "guard", .label = "Väktare eller ordningsvakt", .disabled = true}};
static const struct page_problem problems[] = {
    {"place", "Skriv var det hände, till exempel Stationsparken"},
    {"date", "Datumet finns inte. Skriv till exempel 14 11 2026"}};

static bool show_form_wrong(struct gallery_form v)
{
    v.page.problems = problems;
    v.page.n_problems = ARRAY_LEN(problems);
    v.place.error = problems[0].text;
    v.date.error = problems[1].text;
    v.date.month = "13";
    SHOW("form-error.html", form);
    return true;
}

static bool show_form(void)
{
    struct gallery_form v = {
        .page = page_of("Ny händelse"),
        .place = {.name = "place",
                  .label = "Var hände det?",
                  .required = true,
                  .hint = "Skriv namnet på platsen: en gata, en skola, en park eller en ort.",
                  .max = 200},
        .kind = {.name = "kind",
                 .label = "Vad hände?",
                 .required = true,
                 .choices = kinds,
                 .n_choices = ARRAY_LEN(kinds)},
        .when = {.name = "when",
                 .label = "När hände det?",
                 .required = true,
                 .choices = whens,
                 .n_choices = ARRAY_LEN(whens)},
        .date = {.name = "date",
                 .label = "Datum",
                 .required = true,
                 .hint = "Till exempel 14 11 2026",
                 .day = "14",
                 .month = "11",
                 .year = "2026"},
        .time = {.name = "time", .label = "Klockslag", .hour = "22", .minute = "40"},
        .told = {.name = "told",
                 .label = "Vem är redan underrättad?",
                 .choices = told,
                 .n_choices = ARRAY_LEN(told)},
        .what = {.name = "what",
                 .label = "Berätta kort",
                 .max = 2000,
                 .hint = "Skriv inte namn, personnummer, telefon eller bilnummer på någon."},
        .number = {.name = "cost",
                   .label = "Ungefärlig kostnad",
                   .inputmode = "numeric",
                   .width = "w-year",
                   .suffix = "kronor"},
        .mail = {.name = "mail",
                 .label = "Din e-postadress",
                 .type = "email",
                 .autocomplete = "email",
                 .hint = "Om du vill veta vad som händer sedan."},
        .file = {.name = "file", .label = "Fil", .accept = ".csv,.txt", .preview = true}};
    SHOW("form.html", form);
    return show_form_wrong(v);
}

static const char *weeks[26], *week_hrefs[26];
static double now[26], was[26], low[26], high[26];

static bool sample_series(void)
{
    for (int i = 0; i < 26; i++) {
        weeks[i] = arena_printf(arena, "vecka %d", 21 + i);
        week_hrefs[i] = "list.html";
        now[i] = floor(8 + 5 * sin(i / 3.0) + 3 * sin(i * 1.7) + (i > 20 ? 4 : 0));
        was[i] = floor(9 + 4 * sin(i / 4.0 + 1) + 2 * sin(i * 2.3));
        low[i] = fmax(0, now[i] - 2 * sqrt(now[i]));
        high[i] = now[i] + 2 * sqrt(now[i]);
        if (!weeks[i])
            return false;
    }
    return true;
}

static double weight[7][24];
static const char *const quarters[] = {"Centrum", "Norra staden", "Ladukärr", "Lyrestad"};

static const struct chart_bar_in bar_rows[] = {
    {"Skadegörelse", "list.html", 14, 6, 8, 22, "troligen fler", false, now, 12,
     "Från 8 till 14 på tolv veckor"},
    {"Stöld och inbrott", "list.html", 11, 13, 6, 18, "ingen säker skillnad", false, was, 12,
     "Från 12 till 11 på tolv veckor"},
    {"Otrygg plats", "list.html", 7, 16, 3, 13, "klart färre", false, was, 12,
     "Från 16 till 7 på tolv veckor"},
    {"Brand", "list.html", 2, 1, NAN, NAN, "för lite underlag", true, NULL, 0, NULL}};

static const struct chart_bars_in bars = {.id = "typer",
                                          .title = "Antal händelser 1–14 november",
                                          .desc =
                                              "Det grå är 18–31 oktober. Linjen visar osäkerheten.",
                                          .label_head = "Typ",
                                          .now_head = "Nu",
                                          .was_head = "Förra",
                                          .rows = bar_rows,
                                          .n_rows = ARRAY_LEN(bar_rows)};

static bool show_picture(void)
{
    for (int d = 0; d < 7; d++)
        for (int h = 0; h < 24; h++)
            weight[d][h] =
                floor(fmax(0, 4 * sin((h - 14) / 24.0 * 6.28) + (d > 3) * 2 * (h > 19 || h < 3) +
                                  ((d * 7 + h * 5) % 4)));
    struct chart_timeline_in line = {.id = "tid",
                                     .title = "Händelser per vecka",
                                     .desc = "Flest i vecka 44, med 17 händelser.",
                                     .now_label = "i år",
                                     .was_label = "förra året",
                                     .when_head = "Vecka",
                                     .now = now,
                                     .was = was,
                                     .low = low,
                                     .high = high,
                                     .labels = weeks,
                                     .now_hrefs = week_hrefs,
                                     .n = 26,
                                     .mark_label = "belysningen byttes",
                                     .mark = 17.5};
    const struct chart_hourweek_in week = {.id = "vecka",
                                           .title = "Veckodag och timme",
                                           .desc = "Flest sena kvällar fredag till söndag.",
                                           .weight = weight};
    struct gallery_picture v = {.page = page_of("Läget 1–14 november")};
    v.page.lead = "Mariestads kommun, alla områden. 46 händelser, mot 52 de två veckorna före.";
    v.small = ARENA_ARRAY(arena, 4, struct chart_timeline);
    if (!v.small || chart_bars_make(arena, &bars, &v.bars) ||
        chart_timeline_make(arena, &line, &v.timeline) ||
        chart_hourweek_make(arena, &week, &v.hourweek))
        return false;
    for (size_t i = 0; i < 4; i++) {
        line.id = arena_printf(arena, "liten-%zu", i);
        line.title = quarters[i];
        line.desc = NULL;
        line.low = line.high = NULL;
        line.small = true;
        line.mark_label = NULL;
        line.height = 110;
        if (!line.id || chart_timeline_make(arena, &line, &v.small[i]))
            return false;
        v.n_small++;
    }
    SHOW("picture.html", picture);
    return true;
}

static const struct page_fact facts[] = {
    {"Typ", "Skadegörelse, klotter", "list.html"},
    {"När", "mellan fredag 13 november kl. 16 och måndag 16 november kl. 7", NULL},
    {"Plats", "Stationsparken, Mariestad (plats, inom 100 meter)", NULL},
    {"Källa", "Rapport från fastighet", NULL}};
static const struct page_change changes[] = {{"Typ", "Annan skadegörelse", "Klotter"},
                                             {"Kostnad", NULL, "12 000 kronor"},
                                             {"Område", "Centrum", NULL}};
static const struct page_history_row history[] = {
    {1794650000000, "samordnare", "Rättade uppgifter", changes, ARRAY_LEN(changes)},
    {1794600000000, "fastighet", "Rapporterade händelsen", NULL, 0}};
static uint8_t modules[25 * 25];
static const struct page_link crumbs[] = {{"Händelser", "list.html", false},
                                          {"Klotter i Stationsparken", NULL, false}};
static const struct page_link tabs[] = {{"Uppgifter", "detail.html", true},
                                        {"Bilder", "detail.html", false},
                                        {"Delning", "detail.html", false}};

static bool show_detail(void)
{
    for (int i = 0; i < 25 * 25; i++)
        modules[i] = (uint8_t)((i * i / 7 + i) % 3 == 0);
    struct gallery_detail v = {
        .page = page_of("Klotter i Stationsparken"),
        .facts = {facts, ARRAY_LEN(facts)},
        .history = {history, ARRAY_LEN(history)},
        .info = {PAGE_INFO, "Det här läses av fler", "Kommunpolisen och samordnaren ser texten.",
                 NULL, NULL},
        .success = {PAGE_SUCCESS, NULL, "Händelsen är sparad.", "list.html", "Visa listan"},
        .warning = {PAGE_WARNING, "Osäker plats", "Platsen är bara känd som kommun.", NULL, NULL},
        .green = {PAGE_GREEN},
        .yellow = {PAGE_YELLOW},
        .orange = {PAGE_ORANGE},
        .red = {PAGE_RED},
        .job = {"Läser in larm.csv", "120 000 av 556 505 rader", 22, true, "job.json",
                "detail.html", "token"},
        .unknown = {"Hämtar polisens händelser", "Väntar på svar", -1, true, NULL, NULL, NULL},
        .empty = {"Inga händelser i urvalet",
                  "Välj en längre period, eller ta bort något ur urvalet.", "list.html",
                  "Visa alla händelser"},
        .copy = {"feed", "Adress till flödet", "https://samsyn.example/mariestad/flode.atom"},
        .pick = {.id = "pick",
                 .label = "Karta för att välja plats",
                 .base_href = "base/{z}/{x}/{y}.mvt",
                 .bounds = "13.7 58.65 13.95 58.75",
                 .pick_east = "east",
                 .pick_north = "north",
                 .pick_say = "say.json",
                 .attribution = "Karta: SCB, GSHHG."}};
    v.page.crumbs = crumbs;
    v.page.n_crumbs = ARRAY_LEN(crumbs);
    v.page.tabs = tabs;
    v.page.n_tabs = ARRAY_LEN(tabs);
    if (chart_qr_make(arena, "QR-kod för appen", modules, 25, &v.qr) ||
        chart_spark_make(arena, "Från 8 till 17 på tolv veckor", now, 12, &v.spark))
        return false;
    SHOW("detail.html", detail);
    return true;
}

static bool show_login(void)
{
    struct gallery_login v = {.page = page_of("Logga in"),
                              .name = {.name = "mail",
                                       .label = "E-postadress",
                                       .type = "email",
                                       .required = true,
                                       .autocomplete = "username"},
                              .password = {.name = "password",
                                           .label = "Lösenord",
                                           .required = true,
                                           .autocomplete = "current-password"}};
    v.page.kind = PAGE_BARE;
    v.page.account = NULL;
    v.page.n_nav = 0;
    v.page.map_js_href = v.page.map_css_href = NULL;
    SHOW("login.html", login);
    return true;
}

static bool write_assets(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/_", folder);
    if (mkdir(path, 0755) && errno != EEXIST)
        return false;
    size_t n = 0;
    const struct asset *all = asset_list(&n);
    for (size_t i = 0; i < n; i++)
        if (!write_file(all[i].path + 1, all[i].data, all[i].n))
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: gallery DIR\n");
        return 2;
    }
    folder = argv[1];
    if (mkdir(folder, 0755) && errno != EEXIST) {
        fprintf(stderr, "gallery: %s: %s\n", folder, strerror(errno));
        return 1;
    }
    arena = arena_new(16 << 20);
    bool ok = arena && sample_series() && show_list() && show_form() && show_picture() &&
              show_detail() && show_login() && write_assets();
    arena_free(arena);
    if (!ok)
        fprintf(stderr, "gallery: a page could not be written\n");
    return ok ? 0 : 1;
}
