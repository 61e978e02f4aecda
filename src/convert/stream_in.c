/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/stream.h"

#define FIRST_BUFFER (256u * 1024)
#define ROW_FRAME_MOST (CONVERT_ROW_MOST + CONVERT_COLUMNS_MOST * 5 + CONVERT_WKB_MOST + 64u)

struct stream_in {
    int fd;
    char *data; /* owned when fd >= 0 */
    size_t cap, start, end;
    bool started, ended;
    enum err stuck; /* the first error stays */
    struct convert_header header;
    char *names_text;
    const char **names; /* of the columns, and then of the sheets */
    const char **cells;
    struct convert_item item;
    struct convert_error error;
    char detail[STREAM_DETAIL_MOST + 1];
    struct convert_totals totals;
    uint64_t consumed;
};

struct cursor {
    const unsigned char *p;
    size_t left;
    bool bad;
};

struct stream_in *stream_in_new(int fd, const void *data, size_t n)
{
    AUTO(mem_freep) struct stream_in *in = mem_alloc(sizeof *in);
    if (!in)
        return NULL;
    in->fd = fd;
    in->error.detail = in->detail;
    if (fd < 0) {
        in->data = (char *)data; /* only read from */
        in->cap = in->end = n;
    } else {
        in->data = mem_alloc(FIRST_BUFFER);
        in->cap = FIRST_BUFFER;
        if (!in->data)
            return NULL;
    }
    return TAKE(in);
}

void stream_in_free(struct stream_in *in)
{
    if (!in)
        return;
    if (in->fd >= 0)
        mem_free(in->data);
    mem_free(in->names_text);
    mem_free(in->names);
    mem_free(in->cells);
    mem_free(in);
}

const struct convert_error *stream_in_error(const struct stream_in *in)
{
    return &in->error;
}

struct convert_totals stream_in_totals(const struct stream_in *in)
{
    return in->totals;
}

uint64_t stream_in_consumed(const struct stream_in *in)
{
    return in->consumed;
}

bool stream_text_valid(const char *s, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    while (n >= 8) {
        uint64_t w;
        memcpy(&w, s, 8);
        if ((w | (w - ones)) & high) /* a byte over 127, or a zero */
            break;
        s += 8;
        n -= 8;
    }
    return utf8_valid(s, n);
}

static enum err fail(struct stream_in *in, enum convert_fault fault)
{
    in->ended = true;
    in->error.fault = fault;
    in->detail[0] = 0;
    return ERR_INVALID;
}

/* ---- bytes ---- */

static enum err make_room(struct stream_in *in, size_t need)
{
    if (in->start) {
        memmove(in->data, in->data + in->start, in->end - in->start);
        in->end -= in->start;
        in->start = 0;
    }
    if (need <= in->cap)
        return ERR_OK;
    char *data = mem_realloc(in->data, need);
    if (!data)
        return ERR_NOMEM;
    in->data = data;
    in->cap = need;
    return ERR_OK;
}

/* At least `need` bytes from in->start on. */
static enum err want(struct stream_in *in, size_t need)
{
    if (in->end - in->start >= need)
        return ERR_OK;
    if (in->fd < 0)
        return fail(in, CONVERT_FAULT_CRASHED);
    if (in->start + need > in->cap)
        TRY(make_room(in, need));
    while (in->end - in->start < need) {
        ssize_t got = read(in->fd, in->data + in->end, in->cap - in->end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(in, CONVERT_FAULT_CRASHED);
        in->end += (size_t)got;
    }
    return ERR_OK;
}

static uint64_t get(struct cursor *c, size_t bytes)
{
    if (c->left < bytes) {
        c->bad = true;
        c->left = 0;
        return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)c->p[i] << 8 * i;
    c->p += bytes;
    c->left -= bytes;
    return v;
}

/* NULL for "nothing"; c->bad for a text that breaks the rules. */
static const char *get_text(struct cursor *c, size_t most)
{
    size_t n = get(c, 4);
    if (c->bad || n == 0)
        return NULL;
    const char *s = (const char *)c->p;
    if (n > most || n >= c->left || s[n] || !stream_text_valid(s, n)) {
        c->bad = true;
        return NULL;
    }
    c->p += n + 1;
    c->left -= n + 1;
    return s;
}

/* ---- frames ---- */

static size_t frame_most(char type)
{
    switch (type) {
    case 'H':
        return 14 + CONVERT_ROW_MOST + CONVERT_COLUMNS_MOST * 5 +
               CONVERT_SHEETS_MOST * (CONVERT_SHEET_NAME_MOST + 5);
    case 'R':
        return ROW_FRAME_MOST;
    case 'X':
        return 16 + CONVERT_CELL_MOST;
    case 'P':
    case 'E':
        return 32;
    case 'F':
        return 16 + STREAM_DETAIL_MOST;
    default:
        return 0;
    }
}

/* The next frame as a cursor; its bytes stay until the next call. */
static enum err next_frame(struct stream_in *in, char *type, struct cursor *c)
{
    if (!in->started) {
        TRY(want(in, STREAM_MAGIC_LEN));
        if (memcmp(in->data + in->start, STREAM_MAGIC, STREAM_MAGIC_LEN) != 0)
            return fail(in, CONVERT_FAULT_STREAM);
        in->start += STREAM_MAGIC_LEN;
        in->started = true;
    }
    TRY(want(in, 5));
    struct cursor head = {(const unsigned char *)in->data + in->start, 5, false};
    *type = (char)get(&head, 1);
    size_t len = get(&head, 4);
    if (len > frame_most(*type))
        return fail(in, CONVERT_FAULT_STREAM);
    TRY(want(in, 5 + len));
    *c = (struct cursor){(const unsigned char *)in->data + in->start + 5, len, false};
    in->start += 5 + len;
    return ERR_OK;
}

static bool unique(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(names[i], names[k]))
                return false;
    return true;
}

static enum err take_names(struct stream_in *in, struct cursor *c, size_t n, size_t sheets)
{
    in->names = mem_array(n + sheets + 1, sizeof *in->names);
    in->cells = mem_array(n + 1, sizeof *in->cells);
    in->names_text = mem_alloc(c->left + 1);
    if (!in->names || !in->cells || !in->names_text)
        return ERR_NOMEM;
    memcpy(in->names_text, c->p, c->left);
    struct cursor own = {(const unsigned char *)in->names_text, c->left, false};
    for (size_t i = 0; i < n + sheets; i++) {
        in->names[i] = get_text(&own, i < n ? CONVERT_CELL_MOST : CONVERT_SHEET_NAME_MOST);
        if (!in->names[i])
            return fail(in, CONVERT_FAULT_STREAM);
    }
    if (own.bad || own.left || !unique(in->names, n))
        return fail(in, CONVERT_FAULT_STREAM);
    return ERR_OK;
}

static enum err take_header(struct stream_in *in, struct cursor *c)
{
    unsigned format = (unsigned)get(c, 1), sandbox = (unsigned)get(c, 1);
    size_t n = get(c, 2);
    uint32_t flags = (uint32_t)get(c, 4), names_row = (uint32_t)get(c, 4);
    size_t sheets = get(c, 2);
    if (c->bad || format == 0 || format >= CONVERT_FORMAT_COUNT || n > CONVERT_COLUMNS_MOST ||
        sheets > CONVERT_SHEETS_MOST)
        return fail(in, CONVERT_FAULT_STREAM);
    TRY(take_names(in, c, n, sheets));
    in->header = (struct convert_header){.format = format,
                                         .flags = flags,
                                         .sandbox = sandbox,
                                         .columns = n,
                                         .names = in->names,
                                         .names_row = names_row,
                                         .n_sheets = sheets,
                                         .sheets = in->names + n};
    in->totals.flags = flags;
    return ERR_OK;
}

static enum err take_row(struct stream_in *in, struct cursor *c)
{
    struct convert_item it = {.kind = CONVERT_ROW, .column = -1, .raw = ""};
    it.number = get(c, 8);
    size_t text = c->left;
    for (size_t i = 0; i < in->header.columns; i++)
        in->cells[i] = get_text(c, CONVERT_CELL_MOST);
    text -= c->left;
    it.wkb_len = get(c, 4);
    if (c->bad || it.wkb_len != c->left || it.wkb_len > CONVERT_WKB_MOST ||
        text > CONVERT_ROW_MOST + CONVERT_COLUMNS_MOST * 5)
        return fail(in, CONVERT_FAULT_STREAM);
    it.wkb = it.wkb_len ? c->p : NULL;
    it.cells = in->cells;
    in->item = it;
    in->totals.rows++;
    return ERR_OK;
}

static enum err take_problem(struct stream_in *in, struct cursor *c)
{
    struct convert_item it = {.kind = CONVERT_PROBLEM};
    it.number = get(c, 8);
    unsigned fault = (unsigned)get(c, 1), column = (unsigned)get(c, 2);
    const char *raw = get_text(c, CONVERT_CELL_MOST);
    if (c->bad || c->left || fault >= CONVERT_FAULT_COUNT ||
        (column != 0xFFFF && column >= CONVERT_COLUMNS_MOST))
        return fail(in, CONVERT_FAULT_STREAM);
    it.fault = fault;
    it.column = column == 0xFFFF ? -1 : (int)column;
    it.raw = raw ? raw : "";
    in->item = it;
    in->totals.problems++;
    return ERR_OK;
}

static enum err take_end(struct stream_in *in, struct cursor *c)
{
    uint64_t rows = get(c, 8), problems = get(c, 8);
    uint32_t flags = (uint32_t)get(c, 4);
    if (c->bad || c->left || rows != in->totals.rows || problems != in->totals.problems)
        return fail(in, CONVERT_FAULT_STREAM);
    in->totals.flags = flags;
    in->ended = true;
    return ERR_OK;
}

static enum err take_fault(struct stream_in *in, struct cursor *c)
{
    unsigned fault = (unsigned)get(c, 1);
    uint64_t position = get(c, 8);
    const char *detail = get_text(c, STREAM_DETAIL_MOST);
    if (c->bad || c->left || fault == 0 || fault >= CONVERT_FAULT_COUNT)
        return fail(in, CONVERT_FAULT_STREAM);
    fail(in, fault);
    in->error.position = position;
    str_copy(in->detail, sizeof in->detail, detail ? detail : "");
    return ERR_INVALID;
}

static enum err read_header(struct stream_in *in)
{
    if (!in->header.format) {
        char type;
        struct cursor c;
        TRY(next_frame(in, &type, &c));
        if (type == 'F')
            return take_fault(in, &c);
        if (type != 'H')
            return fail(in, CONVERT_FAULT_STREAM);
        TRY(take_header(in, &c));
    }
    return ERR_OK;
}

/* in->item is the next one unless in->ended. */
static enum err read_item(struct stream_in *in)
{
    TRY(read_header(in));
    while (!in->ended) {
        char type;
        struct cursor c;
        TRY(next_frame(in, &type, &c));
        if (type == 'R' || type == 'X')
            return type == 'R' ? take_row(in, &c) : take_problem(in, &c);
        if (type == 'F')
            return take_fault(in, &c);
        if (type == 'H')
            return fail(in, CONVERT_FAULT_STREAM);
        if (type == 'E')
            TRY(take_end(in, &c));
        else
            in->consumed = get(&c, 8);
    }
    return ERR_OK;
}

enum err stream_in_header(struct stream_in *in, const struct convert_header **out)
{
    if (!in->stuck)
        in->stuck = read_header(in);
    TRY(in->stuck);
    *out = &in->header;
    return ERR_OK;
}

enum err stream_in_next(struct stream_in *in, const struct convert_item **out)
{
    if (!in->stuck)
        in->stuck = read_item(in);
    TRY(in->stuck);
    *out = in->ended ? NULL : &in->item;
    return ERR_OK;
}
