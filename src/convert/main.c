/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn-convert: started by samsyn, once for each file. See convert.h and stream.h.
 *
 *     samsyn-convert FORMAT HEADER ENCODING DELIMITER SKIP SHEET <file >stream
 *
 * Each argument is the number or text of the field of struct convert_options. */
#include <jansson.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/id.h"
#include "base/str.h"
#include "convert/readers.h"
#include "convert/sandbox.h"

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
    if (argc != 7 || !reader_arguments(argv, &o))
        return 2;
    prepare();
    if (stream_out_init(&out, STDOUT_FILENO, NULL))
        return 1;
    const char *mode = getenv("SAMSYN_SANDBOX");
    enum err e = sandbox_enter(SANDBOX_READER, o.format, str_eq(mode, "off"), &level);
    if (e)
        stream_fault(&out, CONVERT_FAULT_SANDBOX, 0, "seccomp");
    else
        e = reader_run(&o, level, &(struct reader_input){.fd = STDIN_FILENO}, &out);
    _exit(e ? 1 : 0); /* nothing is left to do, and nothing is allowed */
}
