/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* network-kde as it is asked for: files of streets, options, sentences. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/sweref.h"
#include "parts/analysis/analysis_inner.h"

#define EVENTS                                                                                     \
    "x,y\n600050,6600003\n600050,6600003\n600400,6599990\n600100,6600150\n600100,6602000\n"
#define STREETS                                                                                    \
    "x1,y1,x2,y2\n600000,6600000,600100,6600000\n600100,6600000,600500,6600000\n"                  \
    "600100,6600000,600100,6600300\n"

struct fixture {
    struct arena *arena;
    struct analysis *an;
    char streets[40], events[40];
};

static void write_file(char *path, size_t room, const char *end, const char *text)
{
    snprintf(path, room, "/tmp/network_test_XXXXXX%s", end);
    int fd = mkstemps(path, (int)strlen(end));
    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static struct fixture begin(const char *end, const char *streets, const char *events)
{
    struct fixture f = {.arena = arena_new((size_t)256 << 20)};
    CHECK_INT(analysis_begin(analysis_method_find("network-kde"), f.arena, LANG_SV, &f.an), ERR_OK);
    write_file(f.streets, sizeof f.streets, end, streets);
    write_file(f.events, sizeof f.events, ".csv", events);
    CHECK_INT(analysis_set(f.an, "streets", arena_strdup(f.arena, f.streets)), ERR_OK);
    return f;
}

static void set(struct fixture *f, const char *option, const char *value)
{
    CHECK_INT(analysis_set(f->an, option, value), ERR_OK);
}

static enum err calculate(struct fixture *f)
{
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    TRY(analysis_read(f->an, f->events, 0));
    return analysis_run(f->an);
}

/* Calculates, and shows the sentence when that is refused. */
static void fine(struct fixture *f)
{
    if (calculate(f) != ERR_OK)
        fail_msg("said: %s", f->an->problem);
}

static void end(struct fixture *f)
{
    unlink(f->streets);
    unlink(f->events);
    arena_free(f->arena);
}

static double figure(const struct fixture *f, const char *key)
{
    const struct analysis_result *r = f->an->result;
    for (size_t i = 0; i < r->n_figures; i++)
        if (str_eq(r->figures[i].key, key))
            return r->figures[i].kind == RESULT_REAL ? r->figures[i].v.real
                                                     : (double)r->figures[i].v.whole;
    fail_msg("no figure %s", key);
    return NAN;
}

static const double *reals(const struct fixture *f, size_t table, const char *key)
{
    const struct result_table *t = &f->an->result->tables[table];
    for (size_t i = 0; i < t->n_columns; i++)
        if (str_eq(t->columns[i].key, key) && t->columns[i].kind == RESULT_REAL)
            return t->columns[i].values;
    fail_msg("no column %s", key);
    return NULL;
}

static bool says(const char *const *list, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(list[i], part))
            return true;
    return false;
}

static void refused(struct fixture *f, const char *part)
{
    CHECK_INT(calculate(f), ERR_USAGE);
    if (!strstr(f->an->problem, part))
        fail_msg("said: %s", f->an->problem);
    end(f);
}

TEST(events_spread_along_streets_of_a_csv_file)
{
    struct fixture f = begin(".csv", STREETS, EVENTS);
    set(&f, "sigma", "60");
    set(&f, "from-event", "1");
    fine(&f);
    const struct analysis_result *r = f.an->result;
    CHECK_INT(figure(&f, "segments"), 3);
    CHECK_INT(figure(&f, "snapped"), 4);
    CHECK_INT(figure(&f, "unsnapped"), 1);
    CHECK_NEAR(figure(&f, "total_length"), 800, 1e-9);
    CHECK_NEAR(figure(&f, "integral"), 4, 1e-9);
    CHECK_NEAR(figure(&f, "mean_offset"), (3 + 3 + 10 + 0) / 4.0, 1e-9);
    CHECK_NEAR(figure(&f, "mean_nearest_distance"), (0 + 0 + 350 + 200) / 4.0, 1e-9);
    const double *d = reals(&f, 1, "distance");
    CHECK(d[0] == 0 && d[1] == 0 && isnan(d[4]));
    CHECK_NEAR(d[2], 350, 1e-9);
    CHECK_NEAR(d[3], 200, 1e-9);
    const double *x = reals(&f, 0, "x"), *length = reals(&f, 0, "length");
    const double *density = reals(&f, 0, "density");
    double sum = 0;
    for (size_t i = 0; i < r->tables[0].n; i++) {
        CHECK(x[i] >= 600000 && x[i] <= 600500 && length[i] <= 6);
        sum += density[i] * length[i];
    }
    CHECK_NEAR(sum, 4, 1e-9);
    CHECK(says(r->warnings, r->n_warnings, "En händelse ligger längre än 50 meter"));
    CHECK(says(r->sentences, r->n_sentences, "Tätast längs gatorna är det vid 600"));
    CHECK(says(r->sentences, r->n_sentences, "i medel 138 meter"));
    end(&f);
}

/* The same streets as lines with bends in GeoJSON, in degrees. */
TEST(streets_may_be_geojson_lines)
{
    static const double at[][2] = {
        {600000, 6600000}, {600100, 6600000}, {600500, 6600000}, {600100, 6600300}};
    struct geo_lonlat p[4];
    char text[700];
    for (int i = 0; i < 4; i++)
        p[i] = geo_to_wgs84((struct geo_point){at[i][0], at[i][1]});
    snprintf(text, sizeof text,
             "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
             "\"name\":\"Storgatan\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[%.9f,"
             "%.9f],[%.9f,%.9f],[%.9f,%.9f]]}},{\"type\":\"Feature\",\"properties\":{\"name\":"
             "\"Gränd\"},\"geometry\":{\"type\":\"MultiLineString\",\"coordinates\":[[[%.9f,%.9f],"
             "[%.9f,%.9f]]]}}]}",
             p[0].lon, p[0].lat, p[1].lon, p[1].lat, p[2].lon, p[2].lat, p[1].lon, p[1].lat,
             p[3].lon, p[3].lat);
    struct fixture f = begin(".geojson", text, EVENTS);
    set(&f, "snap", "3000");
    fine(&f);
    CHECK_INT(figure(&f, "segments"), 3);
    CHECK_INT(figure(&f, "parts"), 1);
    CHECK_INT(figure(&f, "unsnapped"), 0);
    CHECK_NEAR(figure(&f, "total_length"), 800, 1e-3);
    CHECK_NEAR(figure(&f, "integral"), 5, 1e-9);
    struct buf out = buf_init((size_t)1 << 22);
    CHECK_INT(analysis_write_geojson(f.an, &out), ERR_OK);
    CHECK(strstr(buf_text(&out), "\"LineString\""));
    CHECK(strstr(buf_text(&out), "\"street\":2"));
    buf_done(&out);
    end(&f);
}

TEST(streets_and_events_may_be_degrees)
{
    struct fixture f =
        begin(".csv", "x1,y1,x2,y2\n17.0,59.5,17.01,59.5\n", "x,y\n17.003,59.5\n17.007,59.5001\n");
    f.an->lonlat = true;
    fine(&f);
    CHECK_NEAR(figure(&f, "total_length"), 566, 2);
    CHECK_NEAR(figure(&f, "mean_nearest_distance"), 226, 1);
    end(&f);
}

TEST(streets_that_do_not_meet_are_told)
{
    struct fixture f =
        begin(".csv", "x1,y1,x2,y2\n0,0,100,0\n100.5,0,200,0\n200,0,100.5,0\n7,7,7,7\n",
              "x,y\n10,0\n50,0\n");
    set(&f, "step", "20");
    fine(&f);
    CHECK_INT(figure(&f, "parts"), 2);
    CHECK_INT(figure(&f, "dropped_segments"), 2);
    CHECK(says(f.an->result->warnings, f.an->result->n_warnings, "2 delar som inte hänger ihop"));
    end(&f);
}

TEST(ends_in_metres_are_no_degrees)
{
    struct fixture f =
        begin(".csv", "x1,y1,x2,y2\n15,58,15.1,58.1\n15,58,15.1,6500000\n", "x,y\n15,58\n");
    f.an->lonlat = true;
    refused(&f, "Rad 3: ”6500000” i kolumnen y2 är ingen latitud i grader. Är koordinaterna meter");
    f = begin(".csv", "x1,y1,x2,y2\n15,58,181,58\n", "x,y\n15,58\n");
    f.an->lonlat = true;
    refused(&f, "Rad 2: ”181” i kolumnen x2 är ingen longitud i grader.");
}

TEST(what_is_wrong_is_said)
{
    struct fixture f = begin(".csv", STREETS, EVENTS);
    set(&f, "step", "51");
    refused(&f, "--step får vara högst hälften");
    f = begin(".csv", STREETS, "x,y\n0,0\n1,1\n");
    refused(&f, "Ingen händelse ligger inom 50 meter");
    f = begin(".csv", STREETS, EVENTS);
    set(&f, "from-event", "6");
    refused(&f, "Det finns ingen händelse nummer 6: filen har 5.");
    f = begin(".csv", STREETS, EVENTS);
    set(&f, "from-event", "5");
    refused(&f, "Händelse nummer 5 ligger för långt");
    f = begin(".csv", "x1,y1,x2\n1,2,3\n", EVENTS);
    refused(&f, "ska ha kolumnerna x1, y1, x2 och y2");
    f = begin(".csv", "x1,y1,x2,y2\n1,2,3,4\n1,2,tre,4\n", EVENTS);
    refused(&f, "Rad 3: ”tre” i kolumnen x2");
    f = begin(".csv", "x1,y1,x2,y2\n1,2,,4\n", EVENTS);
    refused(&f, "Rad 2: kolumnen x2 är tom");
    f = begin(".csv", "x1,y1,x2,y2\n", EVENTS);
    refused(&f, "har inga linjer");
    f = begin(".csv", "x1,y1,x2,y2\n1,2,1,2\n", EVENTS);
    refused(&f, "har inga linjer");
    f = begin(".geojson", "{\"type\":", EVENTS);
    refused(&f, "kan inte läsas");
    f = begin(".csv", STREETS, EVENTS);
    unlink(f.streets);
    refused(&f, "kan inte läsas");
    f = begin(".csv", STREETS, EVENTS);
    f.an->values[0] = NULL;
    refused(&f, "Skriv --streets");
    f = begin(".csv", "x1,y1,x2,y2\n0,0,9e7,0\n", "x,y\n1,1\n1000,1\n");
    set(&f, "sigma", "0.01");
    refused(&f, "för många bitar");
}
