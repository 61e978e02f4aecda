/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files that cannot be what they are said to be: positions that are no degrees, nothing at all. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"

static struct arena *arena;

/* Why the file is refused; NULL when it is read. */
static const char *refusal(const char *method, bool lonlat, const char *csv, enum lang lang)
{
    struct analysis *an;
    arena_free(arena);
    arena = arena_new((size_t)16 << 20);
    CHECK(arena != NULL);
    CHECK_INT(analysis_begin(analysis_method_find(method), arena, lang, &an), ERR_OK);
    an->lonlat = lonlat;
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    int fd = memfd_create("table", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, csv, strlen(csv)) == (ssize_t)strlen(csv));
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    enum err e = analysis_read(an, NULL, fd);
    close(fd);
    CHECK(e == ERR_OK || (e == ERR_USAGE && an->problem));
    return e == ERR_OK ? NULL : an->problem;
}

static void says(const char *all, const char *part)
{
    if (!all || !strstr(all, part))
        fail_msg("%s\n not: %s", all ? all : "read", part);
}

TEST(metres_are_no_degrees)
{
    static const char *const methods[] = {"kde", "knox", "scan"};
    static const char *const bad[] = {"430000", "6500000", "180.01", "-181", "1e300"};
    for (size_t m = 0; m < ARRAY_LEN(methods); m++)
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
            char csv[200];
            snprintf(csv, sizeof csv, "t,x,y\n2026-01-01,15,58\n2026-01-02,%s,58\n", bad[i]);
            const char *why = refusal(methods[m], true, csv, LANG_SV);
            says(why, "En rad kan inte läsas, och inget har räknats. Rad 3: ”");
            says(why, bad[i]), says(why, "i kolumnen x är ingen longitud i grader");
            says(why, "Är koordinaterna meter ska --lonlat inte vara med.");
            CHECK(refusal(methods[m], false, csv, LANG_SV) == NULL);
        }
    says(refusal("kde", true, "x,y\n95,200\n", LANG_SV), "Rad 2: ”200” i kolumnen y är ingen lat");
    says(refusal("kde", true, "x,y\n15,-90.5\n", LANG_EN),
         "Row 2: “-90.5” in the column y is no latitude in degrees. If the coordinates are metres, "
         "leave --lonlat away.");
    says(refusal("kde", true, "x,y\n430000,6500000\n430001,6500001\n", LANG_SV), "2 rader");
    CHECK(refusal("kde", true, "x,y\n-180,-90\n180,90\n15,58\n", LANG_SV) == NULL);
}

TEST(an_empty_file_is_said_to_be_empty)
{
    static const char *const empty[] = {"", "\n", "\n\r\n\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        says(refusal("season", false, empty[i], LANG_SV), "Filen är tom.");
        says(refusal("kde", false, empty[i], LANG_EN), "The file is empty.");
    }
    says(refusal("season", false, "x,y\n", LANG_SV), "Filen har ingen kolumn som heter ”t”.");
}
