/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes through the template compiler: C, or a sentence that names file and line. */
#include <assert.h>
#include <string.h>

#include "tmpl/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tmpl_set set = {.name = "fuzz"};
    const struct tmpl_source file = {"page_top.html", (const char *)data, size};
    struct buf c = buf_init(1 << 24), h = c, problems = c;
    enum err e = tmpl_compile(&set, &file, 1, &c, &h, &problems);
    if (e == ERR_INVALID)
        assert(strncmp(buf_text(&problems), "page_top.html:", 14) == 0);
    else if (e == ERR_OK)
        assert(strstr(buf_text(&h), "void fuzz_page_top_html("));
    else
        assert(e == ERR_LIMIT);
    buf_done(&c);
    buf_done(&h);
    buf_done(&problems);
    return 0;
}
