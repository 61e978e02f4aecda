/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kde, dual-kde, gistar and moran as they are asked for: options, columns, sentences. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

/* Points: a dense spot at 600500, 6600500 in a thin even spread over 2 by 2 km. */
#define SPREAD 400
#define SPOT 60
#define ALL (SPREAD + SPOT)

struct fixture {
    struct arena *arena;
    struct analysis *an;
    double *x, *y, *value, *weight;
    uint32_t *group;
};

static struct fixture begin(const char *method)
{
    struct fixture f = {.arena = arena_new((size_t)256 << 20)};
    struct rng r = rng_make(3, 3);
    CHECK_INT(analysis_begin(analysis_method_find(method), f.arena, LANG_SV, &f.an), ERR_OK);
    f.x = ARENA_ARRAY(f.arena, ALL, double);
    f.y = ARENA_ARRAY(f.arena, ALL, double);
    f.value = ARENA_ARRAY(f.arena, ALL, double);
    f.weight = ARENA_ARRAY(f.arena, ALL, double);
    f.group = ARENA_ARRAY(f.arena, ALL, uint32_t);
    for (int i = 0; i < ALL; i++) {
        bool spot = i >= SPREAD;
        f.x[i] = spot ? 600500 + 40 * rng_normal(&r) : 600000 + 2000 * rng_unit(&r);
        f.y[i] = spot ? 6600500 + 40 * rng_normal(&r) : 6600000 + 2000 * rng_unit(&r);
        f.weight[i] = 1;
        f.group[i] = spot ? 0 : (uint32_t)i % 2;
    }
    struct analysis_table *t = &f.an->table;
    t->n = ALL;
    t->has = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y);
    t->number[COLUMN_X] = f.x;
    t->number[COLUMN_Y] = f.y;
    return f;
}

static void set(struct fixture *f, const char *option, const char *value)
{
    CHECK_INT(analysis_set(f->an, option, value), ERR_OK);
}

static void end(struct fixture *f)
{
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

static const void *column(const struct fixture *f, const char *key)
{
    const struct result_table *t = &f->an->result->tables[0];
    for (size_t i = 0; i < t->n_columns; i++)
        if (str_eq(t->columns[i].key, key))
            return t->columns[i].values;
    fail_msg("no column %s", key);
    return NULL;
}

static const char *sentence(const struct fixture *f, size_t i)
{
    CHECK(f->an->result->n_sentences > i);
    return f->an->result->sentences[i];
}

static bool warned(const struct fixture *f, const char *part)
{
    for (size_t i = 0; i < f->an->result->n_warnings; i++)
        if (strstr(f->an->result->warnings[i], part))
            return true;
    return false;
}

static void refused(struct fixture *f, const char *part)
{
    CHECK_INT(analysis_run(f->an), ERR_USAGE);
    CHECK(f->an->problem && strstr(f->an->problem, part));
    end(f);
}

static char *write_file(const char *text, const char *ending)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/where_test_XXXXXX%s", ending);
    int fd = mkstemps(path, (int)strlen(ending));
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

/* --- kde --- */

TEST(density_finds_the_spot)
{
    struct fixture f = begin("kde");
    set(&f, "cell", "50");
    set(&f, "bandwidth", "120");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_NEAR(figure(&f, "max_x"), 600500, 60);
    CHECK_NEAR(figure(&f, "max_y"), 6600500, 60);
    CHECK(figure(&f, "integral") > 0.85 * ALL && figure(&f, "integral") < ALL);
    CHECK(strstr(sentence(&f, 0), "Tätast är det vid"));
    const double *density = column(&f, "density"), *km2 = column(&f, "per_km2");
    CHECK(density[0] > 0 && fabs(km2[0] / density[0] - 1e6) < 1e-3);
    CHECK_TEXT(analysis_text(f.an, "columns"), "40");
    end(&f);
}

TEST(edge_correction_gives_back_what_lies_outside)
{
    struct fixture f = begin("kde");
    set(&f, "cell", "50");
    set(&f, "bandwidth", "150");
    set(&f, "edge", "diggle");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_NEAR(figure(&f, "integral"), ALL, 0.01 * ALL);
    end(&f);
}

TEST(a_chosen_bandwidth_has_a_floor_and_says_so)
{
    struct fixture f = begin("kde");
    for (int i = 0; i < ALL; i++) {
        f.x[i] = 600000 + 400 * floor((f.x[i] - 600000) / 400); /* snapped */
        f.y[i] = 6600000 + 400 * floor((f.y[i] - 6600000) / 400);
    }
    set(&f, "bandwidth", "diggle");
    set(&f, "cell", "50");
    set(&f, "bandwidth-floor", "75");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK(figure(&f, "bandwidth_selected") < 75);
    CHECK(figure(&f, "bandwidth") == 75);
    CHECK(figure(&f, "repeated_share") > 0.9);
    CHECK(warned(&f, "höjts till 75") && warned(&f, "procent av händelserna upprepar exakt"));
    end(&f);
}

TEST(weights_count)
{
    struct fixture f = begin("kde");
    f.an->table.has |= COLUMN_BIT(COLUMN_WEIGHT);
    f.an->table.number[COLUMN_WEIGHT] = f.weight;
    for (int i = 0; i < ALL; i++)
        f.weight[i] = 2.5;
    set(&f, "kernel", "quartic");
    set(&f, "bandwidth", "200");
    set(&f, "edge", "diggle");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_NEAR(figure(&f, "integral"), 2.5 * ALL, 0.02 * ALL);
    end(&f);
}

/* --- gistar and moran --- */

TEST(hot_squares_are_those_of_the_spot)
{
    static const char *const ways[] = {"normal", "exact", "permutation"};
    for (size_t k = 0; k < ARRAY_LEN(ways); k++) {
        struct fixture f = begin("gistar");
        set(&f, "cell", "100");
        set(&f, "inference", ways[k]);
        set(&f, "permutations", "19999");
        CHECK_INT(analysis_run(f.an), ERR_OK);
        const char *const *class = column(&f, "class");
        const double *x = column(&f, "x"), *y = column(&f, "y");
        size_t near = 0, hot = 0;
        for (size_t i = 0; i < 400; i++) {
            hot += str_eq(class[i], "hot");
            near += str_eq(class[i], "hot") && hypot(x[i] - 600500, y[i] - 6600500) < 250;
        }
        CHECK(hot >= 4 && near == hot && figure(&f, "hot") == (double)hot);
        CHECK(strstr(sentence(&f, 0), "av 400 rutor har, med sina grannar, fler"));
        CHECK(strstr(sentence(&f, 1), "rutan vid 600"));
        end(&f);
    }
}

/* Four events in a wide area are no finding, though their z is large. */
TEST(thin_counts_are_judged_exactly)
{
    struct fixture f = begin("gistar");
    f.an->table.n = 4;
    set(&f, "cell", "50");
    set(&f, "columns", "40");
    set(&f, "rows", "40");
    set(&f, "x0", "600000");
    set(&f, "y0", "6600000");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_TEXT(analysis_text(f.an, "inference"), "exact");
    CHECK(figure(&f, "hot") == 0 && warned(&f, "räknad exakt"));
    end(&f);
    f = begin("gistar");
    set(&f, "cell", "500");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_TEXT(analysis_text(f.an, "inference"), "normal");
    CHECK_INT(f.an->result->n_warnings, 0);
    end(&f);
}

TEST(rows_with_values_are_cells_or_places)
{
    for (int places = 0; places < 2; places++) {
        struct fixture f = begin("gistar");
        for (int i = 0; i < 400; i++) {
            f.x[i] = 600050 + 100 * (i % 20);
            f.y[i] = 6600050 + 100.0 * (i / 20);
            f.value[i] = i % 20 > 14 && i / 20 > 14 ? 9.5 : (i * 7) % 5;
        }
        f.an->table.n = 400;
        f.an->table.has |= COLUMN_BIT(COLUMN_VALUE);
        f.an->table.number[COLUMN_VALUE] = f.value;
        if (places) {
            set(&f, "neighbours", "distance");
            set(&f, "distance", "142");
        } else {
            set(&f, "cell", "100");
        }
        CHECK_INT(analysis_run(f.an), ERR_OK);
        const double *z = column(&f, "z");
        const uint32_t *neighbours = column(&f, "neighbours");
        CHECK(z[399] > 5 && neighbours[399] == 3 && neighbours[21] == 8);
        CHECK(figure(&f, "hot") >= 25);
        end(&f);
    }
}

TEST(local_moran_finds_the_spot_and_its_kind)
{
    struct fixture f = begin("moran");
    set(&f, "cell", "100");
    set(&f, "inference", "exact");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK(figure(&f, "high_high") >= 2 && figure(&f, "global_i") > 0.1);
    CHECK(strstr(sentence(&f, 0), "ligger nära varandra mer än slumpen"));
    end(&f);
}

TEST(too_few_random_orders_are_told)
{
    struct fixture f = begin("moran");
    set(&f, "cell", "100");
    set(&f, "inference", "permutation");
    set(&f, "permutations", "99");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK(warned(&f, "Med 99 slumpordningar") && warned(&f, "omkring 16"));
    end(&f);
}

TEST(all_alike_is_an_answer)
{
    struct fixture f = begin("gistar");
    f.an->table.n = 400;
    for (int i = 0; i < 400; i++) {
        f.x[i] = 600050 + 100 * (i % 20);
        f.y[i] = 6600050 + 100.0 * (i / 20);
    }
    set(&f, "cell", "100");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK_TEXT(sentence(&f, 0), "Alla rutor har samma tal. Då finns inget att jämföra.");
    end(&f);
}

/* --- Boundaries and areas, through the reader --- */

/* Four squares of 1 km in SWEREF 99 TM; the spot lies in the south-western one. */
static const char areas_file[] =
    "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
    "\"urn:ogc:def:crs:EPSG::3006\"}},\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"Söder\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[600000,6600000],[601000,6600000],[601000,6601000],[600000,6601000],"
    "[600000,6600000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"Öster\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[601000,6600000],[602000,6600000],[602000,6601000],[601000,6601000],"
    "[601000,6600000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"Väster\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[600000,6601000],[601000,6601000],[601000,6602000],[600000,6602000],"
    "[600000,6601000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"Norr\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[601000,6601000],[602000,6601000],[602000,6602000],[601000,6602000],"
    "[601000,6601000]]]}}]}";

static void read_from(struct fixture *f, const char *method, const char *csv)
{
    char *path = write_file(csv, ".csv");
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    struct arena *a = arena_new((size_t)256 << 20);
    arena_free(f->arena);
    f->arena = a;
    CHECK_INT(analysis_begin(analysis_method_find(method), a, LANG_SV, &f->an), ERR_OK);
    CHECK_INT(analysis_read(f->an, path, -1), ERR_OK);
    unlink(path);
}

static const char *spot_csv(void)
{
    static char text[ALL * 40];
    struct fixture f = begin("kde");
    size_t at = (size_t)snprintf(text, sizeof text, "x,y\n");
    for (int i = 0; i < ALL; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%.2f,%.2f\n", f.x[i], f.y[i]);
    end(&f);
    return text;
}

TEST(areas_are_counted_and_joined_to_those_they_touch)
{
    struct fixture f = begin("gistar");
    const char *rook[] = {"queen", "rook"};
    for (int k = 0; k < 2; k++) {
        read_from(&f, "gistar", spot_csv());
        char *path = write_file(areas_file, ".geojson");
        set(&f, "areas", path);
        set(&f, "neighbours", rook[k]);
        CHECK_INT(analysis_run(f.an), ERR_OK);
        unlink(path);
        const double *value = column(&f, "value");
        const uint32_t *neighbours = column(&f, "neighbours");
        const char *const *name = column(&f, "name");
        CHECK(value[0] + value[1] + value[2] + value[3] == ALL && value[0] > 130);
        CHECK_INT(neighbours[0], k ? 2 : 3);
        CHECK_TEXT(name[3], "Norr");
        struct buf out = buf_init(1 << 20);
        CHECK_INT(analysis_write_geojson(f.an, &out), ERR_OK);
        CHECK(strstr(buf_text(&out), "\"Polygon\"") && strstr(buf_text(&out), "Söder"));
        buf_done(&out);
    }
    end(&f);
}

TEST(values_find_their_areas_by_name)
{
    struct fixture f = begin("moran");
    read_from(&f, "moran", "place,value\nNorr,4\nSöder,1\nÖster,2\nVäster,7\nUtanför,9\n");
    char *path = write_file(areas_file, ".geojson");
    set(&f, "areas", path);
    CHECK_INT(analysis_run(f.an), ERR_OK);
    unlink(path);
    const double *value = column(&f, "value");
    CHECK(value[0] == 1 && value[1] == 2 && value[2] == 7 && value[3] == 4);
    CHECK(warned(&f, "namn som inget område har"));
    end(&f);
}

TEST(a_boundary_leaves_out_points_and_cells)
{
    static const char *const methods[] = {"kde", "gistar"};
    char boundary[600];
    snprintf(boundary, sizeof boundary, "%.*s]}",
             (int)(strstr(areas_file, ",{\"type\":\"Feature\","
                                      "\"properties\":{\"name\":\"Öster\"") -
                   areas_file),
             areas_file);
    struct fixture f = begin("kde");
    for (int k = 0; k < 2; k++) {
        read_from(&f, methods[k], spot_csv());
        char *path = write_file(boundary, ".geojson");
        set(&f, "boundary", path);
        set(&f, "cell", "100");
        if (k == 0)
            set(&f, "edge", "diggle");
        CHECK_INT(analysis_run(f.an), ERR_OK);
        unlink(path);
        CHECK(warned(&f, "utanför gränsen"));
        CHECK_INT(f.an->result->tables[0].n, 100);
        double inside = ALL - figure(&f, "outside");
        CHECK(inside > 130 && inside < 200);
        if (k == 0)
            CHECK_NEAR(figure(&f, "integral"), inside, 0.02 * inside);
        else
            CHECK_NEAR(figure(&f, "mean") * 100, inside, 1e-9);
    }
    end(&f);
}

TEST(a_missing_or_broken_boundary_is_told)
{
    struct fixture f = begin("kde");
    read_from(&f, "kde", "x,y\n600000,6600000\n600100,6600100\n");
    set(&f, "boundary", "/none/at/all.geojson");
    CHECK_INT(analysis_run(f.an), ERR_USAGE);
    CHECK(strstr(f.an->problem, "/none/at/all.geojson"));
    char *path = write_file("{\"type\":\"Feature\"", ".geojson");
    set(&f, "boundary", path);
    CHECK_INT(analysis_run(f.an), ERR_USAGE);
    unlink(path);
    path = write_file(areas_file, ".geojson");
    read_from(&f, "kde", "x,y\n1,2\n3,4\n");
    path = write_file(areas_file, ".geojson");
    set(&f, "boundary", path);
    CHECK_INT(analysis_run(f.an), ERR_USAGE);
    CHECK(strstr(f.an->problem, "Ingen händelse ligger inom gränsen"));
    unlink(path);
    end(&f);
}

/* --- dual-kde --- */

TEST(the_group_of_the_spot_is_found_there)
{
    static const char *const names[] = {"inbrott", "stöld"};
    struct fixture f = begin("dual-kde");
    f.an->table.has |= COLUMN_BIT(COLUMN_GROUP);
    f.an->table.group = (struct analysis_names){2, names, f.group};
    set(&f, "cell", "50");
    set(&f, "bandwidth", "150");
    set(&f, "edge", "uniform");
    CHECK_INT(analysis_run(f.an), ERR_OK);
    CHECK(figure(&f, "cells_first") > 10 && figure(&f, "n_first") == SPREAD / 2 + SPOT);
    CHECK(strstr(sentence(&f, 0), "inbrott och stöld"));
    CHECK(strstr(sentence(&f, 1), "Tydligast mer av inbrott är det vid 600"));
    const double *ratio = column(&f, "ratio"), *risk = column(&f, "log_risk");
    double n1 = figure(&f, "n_first"), n2 = figure(&f, "n_second");
    CHECK_NEAR(risk[205], log(ratio[205] / (n1 / n2)), 1e-9);
    end(&f);
}

/* --- What is refused --- */

TEST(faulty_questions_get_a_sentence)
{
    struct fixture f = begin("kde");
    set(&f, "bandwidth", "-3");
    refused(&f, "--bandwidth ska vara");
    f = begin("kde");
    set(&f, "kernel", "triangel");
    refused(&f, "gauss|quartic");
    f = begin("kde");
    set(&f, "cell", "0.001");
    refused(&f, "för stort");
    f = begin("kde");
    f.x[7] = NAN;
    refused(&f, "Rad 8");
    f = begin("kde");
    for (int i = 0; i < ALL; i++)
        f.x[i] = f.y[i] = 5;
    set(&f, "bandwidth-floor", "0");
    refused(&f, "samma plats");
    f = begin("kde");
    set(&f, "boundary", "somewhere.geojson"); /* nobody has read a file: none may be opened */
    refused(&f, "öppnas inga filer");
    f = begin("gistar");
    set(&f, "neighbours", "distance");
    refused(&f, "--distance METRES");
    f = begin("gistar");
    f.an->table.has = COLUMN_BIT(COLUMN_X);
    refused(&f, "ingen kolumn");
    f = begin("gistar");
    set(&f, "cell", "10000");
    refused(&f, "minst 3");
    f = begin("gistar");
    f.an->table.has |= COLUMN_BIT(COLUMN_WEIGHT);
    f.an->table.number[COLUMN_WEIGHT] = f.weight;
    f.weight[3] = 0.5;
    set(&f, "inference", "exact");
    refused(&f, "--inference permutation");
    f = begin("dual-kde");
    f.an->table.has |= COLUMN_BIT(COLUMN_GROUP);
    static const char *const names[] = {"a", "b", "c"};
    f.an->table.group = (struct analysis_names){3, names, f.group};
    refused(&f, "--groups A,B");
}
