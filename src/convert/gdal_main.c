/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn-convert-gdal: as samsyn-convert (see main.c), for GeoPackage and Shapefile. A program of
 * its own, so that the common formats are not read beside a library of that size. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "convert/gdal_reader.h"
#include "convert/sandbox.h"

int main(int argc, char **argv)
{
    struct convert_options o;
    struct stream_out out;
    uint32_t level = 0;
    if (argc != 7 || !reader_arguments(argv, &o) || o.format != CONVERT_GDAL)
        return 2;
    tzset();
    gdal_prepare();
    if (stream_out_init(&out, STDOUT_FILENO, NULL))
        return 1;
    const char *mode = getenv("SAMSYN_SANDBOX");
    if (sandbox_enter(SANDBOX_GDAL, o.format, str_eq(mode, "off"), &level)) {
        stream_fault(&out, CONVERT_FAULT_SANDBOX, 0, "seccomp");
        _exit(1);
    }
    const struct reader_input input = {.fd = STDIN_FILENO, .fn = gdal_read};
    _exit(reader_run(&o, level, &input, &out) ? 1 : 0);
}
