/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn-convert: started by samsyn, once for each file. See convert.h and stream.h.
 *
 *     samsyn-convert FORMAT HEADER ENCODING DELIMITER SKIP SHEET <file >stream
 *
 * Each argument is the number or text of the field of struct convert_options. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/id.h"
#include "base/str.h"
#include "convert/readers.h"
#include "convert/sandbox.h"

static bool number(const char *s, int64_t most, int64_t *out)
{
    return str_to_int(s, out) && *out >= 0 && *out <= most;
}

static bool parse(char **argv, struct convert_options *o)
{
    int64_t format, header, encoding, delimiter, skip;
    if (!number(argv[1], CONVERT_FORMAT_COUNT - 1, &format) ||
        !number(argv[2], CONVERT_NO, &header) || !number(argv[3], CONVERT_ENC_UTF16BE, &encoding) ||
        !number(argv[4], 127, &delimiter) || !number(argv[5], UINT32_MAX, &skip) ||
        format == CONVERT_NONE)
        return false;
    *o = (struct convert_options){.format = (enum convert_format)format,
                                  .header = (enum convert_choice)header,
                                  .encoding = (enum convert_encoding)encoding,
                                  .delimiter = (char)delimiter,
                                  .skip = (unsigned)skip,
                                  .sheet = argv[6][0] ? argv[6] : NULL};
    return true;
}

/* What libraries would open a file for, asked before files are out of reach. */
static void prepare(void)
{
    size_t seed;
    random_bytes(&seed, sizeof seed);
    json_object_seed(seed | 1);
    tzset();
}

int main(int argc, char **argv)
{
    struct convert_options o;
    struct stream_out out;
    uint32_t level = 0;
    if (argc != 7 || !parse(argv, &o))
        return 2;
    prepare();
    if (stream_out_init(&out, STDOUT_FILENO, NULL))
        return 1;
    const char *mode = getenv("SAMSYN_SANDBOX");
    enum err e = sandbox_enter(SANDBOX_READER, o.format, str_eq(mode, "off"), &level);
    if (e)
        stream_fault(&out, CONVERT_FAULT_SANDBOX, 0, "seccomp");
    else
        e = reader_run(&o, level, STDIN_FILENO, NULL, 0, &out);
    _exit(e ? 1 : 0); /* nothing is left to do, and nothing is allowed */
}
