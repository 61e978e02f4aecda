/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any text through each escape: nothing comes out that could end the place it stands in. */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tmpl/tmpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *put(struct tmpl *t, tmpl_put_fn *fn, const char *text)
{
    buf_clear(t->out);
    fn(t, text);
    assert(buf_err(t->out) == ERR_OK);
    return buf_text(t->out);
}

static void check_address(const char *out)
{
    static const char *const good[] = {"http:", "https:", "mailto:", "tel:"};
    assert(!strpbrk(out, "<>\"' \t\r\n"));
    size_t n = strcspn(out, ":/?#");
    bool ok = out[n] != ':';
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ok |= strncasecmp(out, good[i], strlen(good[i])) == 0;
    assert(ok);
}

static void check_part(const char *out)
{
    assert(strcmp(out, ".") != 0 && strcmp(out, "..") != 0);
    for (; *out; out++)
        assert(isalnum((unsigned char)*out) || strchr("-._~%", *out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    struct buf out = buf_init(1 << 24);
    struct tmpl t = {.out = &out};
    assert(!strpbrk(put(&t, tmpl_text, text), "<>\"'"));
    assert(!strpbrk(put(&t, tmpl_attr, text), "<>\"'"));
    check_address(put(&t, tmpl_url, text));
    check_part(put(&t, tmpl_part, text));
    const struct text_arg args[] = {text_arg_text(text), text_arg_int((int64_t)size)};
    buf_clear(&out);
    tmpl_fmt(&t, tmpl_attr, T_period_from_to, args, 2);
    assert(!strpbrk(buf_text(&out), "<>\"'"));
    char room[64];
    assert(text_expand(room, sizeof room, text, args, 2) >= strlen(room));
    (void)lang_from_accept(text);
    buf_done(&out);
    free(text);
    return 0;
}
