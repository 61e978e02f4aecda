/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/xlsx_book.h"

#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "base/str.h"

#define MIB (1024u * 1024)
#define ENTRIES_MOST 10000
#define PART_MOST (1024u * MIB) /* unpacked, all parts together */
#define RATIO_MOST 400          /* of a part larger than RATIO_FREE */
#define RATIO_FREE (16u * MIB)
#define STRINGS_MOST (192u * MIB) /* bytes kept of shared strings */
#define STRING_COUNT_MOST (4u * MIB)
#define FORMATS_MOST 70000u
#define CUSTOM_MOST 1000

/* ---- parts ---- */

static enum err feed_part(struct xlsx_book *b, zip_file_t *f, struct xml *x)
{
    const size_t size = 64 * 1024;
    AUTO(mem_freep) char *chunk = mem_alloc(size);
    if (!chunk)
        return ERR_NOMEM;
    for (;;) {
        zip_int64_t got = zip_fread(f, chunk, size);
        if (got < 0)
            return stream_fault(b->out, CONVERT_FAULT_COMPRESSION, 0, "zip");
        b->unpacked += (uint64_t)got;
        if (b->unpacked > PART_MOST)
            return stream_fault(b->out, CONVERT_FAULT_TOO_LARGE, PART_MOST, "");
        TRY(xml_feed(x, chunk, (size_t)got, got == 0));
        if (got == 0)
            return ERR_OK;
        if (b->out->broken)
            return ERR_CANCELLED;
    }
}

enum err xlsx_part(struct xlsx_book *b, const char *path, const struct xml_handler *h,
                   struct xml **x)
{
    zip_stat_t st;
    if (!*path || zip_stat(b->zip, path, 0, &st) != 0)
        return ERR_NOTFOUND;
    if (!(st.valid & ZIP_STAT_SIZE) || st.size > PART_MOST ||
        (st.size > RATIO_FREE && st.size / (st.comp_size + 1) > RATIO_MOST))
        return stream_fault(b->out, CONVERT_FAULT_TOO_LARGE, st.size, path);
    zip_file_t *f = zip_fopen_index(b->zip, st.index, 0);
    if (!f)
        return stream_fault(
            b->out, st.encryption_method ? CONVERT_FAULT_ENCRYPTED : CONVERT_FAULT_FORMAT, 0, path);
    *x = xml_new(h, b->out);
    enum err e = *x ? feed_part(b, f, *x) : ERR_NOMEM;
    xml_free(*x);
    *x = NULL;
    zip_fclose(f);
    return e;
}

/* The path of a target named in a part, which stands relative to that part's folder. */
static bool resolve(const char *part, const char *target, char out[256])
{
    if (*target == '/')
        return str_copy(out, 256, target + 1);
    const char *slash = strrchr(part, '/');
    size_t n = slash ? (size_t)(slash + 1 - part) : 0;
    while (str_starts(target, "../")) {
        target += 3;
        n -= n > 0;
        while (n > 0 && part[n - 1] != '/')
            n--;
    }
    if (n + strlen(target) >= 256)
        return false;
    memcpy(out, part, n);
    return str_copy(out + n, 256 - n, target);
}

/* ---- relations and workbook ---- */

struct opening {
    struct xlsx_book *b;
    struct xml *x;
    const char *part;  /* whose relations are read */
    char sheet_id[64]; /* relation of the wanted sheet */
    bool found;
    bool sheets_only;
};

static bool type_is(const char *type, const char *end)
{
    return type && str_ends(type, end);
}

static void on_relation(void *arg, const char *name, const char **attributes)
{
    struct opening *o = arg;
    const char *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target");
    const char *id = xml_attribute(attributes, "Id");
    bool ok = true;
    if (!str_eq(name, "Relationship") || !target)
        return;
    if (type_is(type, "/officeDocument") && !*o->b->book_path)
        ok = resolve(o->part, target, o->b->book_path);
    else if (type_is(type, "/sharedStrings"))
        ok = resolve(o->part, target, o->b->strings_path);
    else if (type_is(type, "/styles"))
        ok = resolve(o->part, target, o->b->styles_path);
    else if (type_is(type, "/worksheet") && id && *o->sheet_id && str_eq(id, o->sheet_id))
        ok = resolve(o->part, target, o->b->sheet_path);
    if (!ok)
        xml_stop(o->x, stream_fault(o->b->out, CONVERT_FAULT_FORMAT, 0, "path"));
}

static void ignore_end(void *arg, const char *name)
{
    (void)arg, (void)name;
}

static enum err read_relations(struct opening *o, const char *path, const char *part)
{
    struct xml_handler h = {.start = on_relation, .end = ignore_end, .arg = o};
    o->part = part;
    return xlsx_part(o->b, path, &h, &o->x);
}

static bool truth(const char *v)
{
    return v && (str_eq(v, "1") || str_eq(v, "true"));
}

static void keep_sheet(struct xlsx_book *b, const char *name)
{
    size_t n = name ? strlen(name) : 0;
    if (!n || n > CONVERT_SHEET_NAME_MOST || b->out->n_sheets == CONVERT_SHEETS_MOST)
        return;
    b->sheets[b->out->n_sheets++].len = n;
    buf_add(&b->sheet_names, name, n + 1);
}

/* When all are there: the texts have stopped moving. */
static enum err tell_sheets(struct xlsx_book *b)
{
    const char *s = buf_text(&b->sheet_names);
    TRY(buf_err(&b->sheet_names));
    for (size_t i = 0; i < b->out->n_sheets; i++) {
        b->sheets[i].s = s;
        s += b->sheets[i].len + 1;
    }
    b->out->sheets = b->sheets;
    return ERR_OK;
}

static void on_workbook(void *arg, const char *name, const char **attributes)
{
    struct opening *o = arg;
    if (str_eq(name, "workbookPr") && truth(xml_attribute(attributes, "date1904"))) {
        o->b->from_1904 = true;
        o->b->out->flags |= CONVERT_SAW_1904;
    }
    if (!str_eq(name, "sheet"))
        return;
    const char *wanted = o->b->r->options->sheet, *state = xml_attribute(attributes, "state");
    const char *id = xml_attribute(attributes, "id"), *said = xml_attribute(attributes, "name");
    bool shown = !state || str_eq(state, "visible");
    if (shown)
        keep_sheet(o->b, said);
    bool mine = wanted ? str_eq(said, wanted) : shown;
    if (mine && id && !o->found)
        o->found = str_copy(o->sheet_id, sizeof o->sheet_id, id);
}

static enum err find_sheet(struct xlsx_book *b)
{
    struct opening o = {.b = b};
    char relations[300];
    struct xml_handler h = {.start = on_workbook, .end = ignore_end, .arg = &o};
    enum err e = read_relations(&o, "_rels/.rels", "");
    if (e == ERR_NOTFOUND || (!e && !*b->book_path))
        str_copy(b->book_path, sizeof b->book_path, "xl/workbook.xml");
    else if (e)
        return e;
    e = xlsx_part(b, b->book_path, &h, &o.x);
    if (e == ERR_NOTFOUND || str_ends(b->book_path, ".bin"))
        return stream_fault(b->out, CONVERT_FAULT_FORMAT, 0, "no workbook");
    TRY(e);
    TRY(tell_sheets(b));
    if (!o.found)
        return stream_fault(b->out, CONVERT_FAULT_SHEET, 0, "");
    const char *slash = strrchr(b->book_path, '/');
    int folder = slash ? (int)(slash + 1 - b->book_path) : 0;
    snprintf(relations, sizeof relations, "%.*s_rels/%s.rels", folder, b->book_path,
             b->book_path + folder);
    e = read_relations(&o, relations, b->book_path);
    if (e == ERR_NOTFOUND || (!e && !*b->sheet_path))
        return stream_fault(b->out, CONVERT_FAULT_FORMAT, 0, "no worksheet");
    return e;
}

/* ---- shared strings ---- */

struct strings {
    struct xlsx_book *b;
    struct xml *x;
    bool text;         /* inside t */
    unsigned phonetic; /* inside rPh: how a word is pronounced is no part of it */
    size_t begin;
};

static void strings_start(void *arg, const char *name, const char **attributes)
{
    struct strings *s = arg;
    (void)attributes;
    if (str_eq(name, "si"))
        s->begin = s->b->strings.len;
    else if (str_eq(name, "rPh"))
        s->phonetic++;
    else if (str_eq(name, "t"))
        s->text = s->phonetic == 0;
}

static void strings_text(void *arg, const char *text, size_t n)
{
    struct strings *s = arg;
    if (!s->text)
        return;
    /* One byte over the ceiling is kept, so that the row that uses it can be refused. */
    size_t have = s->b->strings.len - s->begin, room = CONVERT_CELL_MOST + 1;
    room = have < room ? room - have : 0;
    buf_add(&s->b->strings, text, n < room ? n : room);
}

static void strings_end(void *arg, const char *name)
{
    struct strings *s = arg;
    if (str_eq(name, "t"))
        s->text = false;
    else if (str_eq(name, "rPh"))
        s->phonetic -= s->phonetic > 0;
    else if (str_eq(name, "si")) {
        uint32_t end = (uint32_t)s->b->strings.len;
        buf_add(&s->b->ends, &end, sizeof end);
        enum err e = buf_err(&s->b->strings) ? buf_err(&s->b->strings) : buf_err(&s->b->ends);
        if (e)
            xml_stop(s->x, e);
    }
}

bool xlsx_string(const struct xlsx_book *b, size_t i, struct stream_cell *out)
{
    size_t count = b->ends.len / sizeof(uint32_t);
    if (i >= count)
        return false;
    uint32_t begin = 0, end;
    if (i)
        memcpy(&begin, b->ends.data + (i - 1) * sizeof begin, sizeof begin);
    memcpy(&end, b->ends.data + i * sizeof end, sizeof end);
    *out = (struct stream_cell){buf_text(&b->strings) + begin, end - begin};
    return true;
}

/* ---- styles ---- */

struct styles {
    struct xlsx_book *b;
    struct xml *x;
    bool in_cells; /* inside cellXfs */
    size_t custom;
    uint32_t ids[CUSTOM_MOST];
    uint8_t kinds[CUSTOM_MOST];
};

static enum xlsx_kind kind_of_id(const struct styles *s, uint32_t id)
{
    for (size_t i = 0; i < s->custom; i++)
        if (s->ids[i] == id)
            return s->kinds[i];
    return xlsx_format_kind(id, NULL);
}

static void styles_start(void *arg, const char *name, const char **attributes)
{
    struct styles *s = arg;
    const char *id = xml_attribute(attributes, "numFmtId");
    int64_t number = 0;
    if (id && (!str_to_int(id, &number) || number < 0 || number > INT32_MAX))
        number = 0;
    if (str_eq(name, "numFmt") && s->custom < CUSTOM_MOST) {
        const char *code = xml_attribute(attributes, "formatCode");
        s->ids[s->custom] = (uint32_t)number;
        s->kinds[s->custom++] = (uint8_t)xlsx_format_kind((unsigned)number, code);
    } else if (str_eq(name, "cellXfs")) {
        s->in_cells = true;
    } else if (s->in_cells && str_eq(name, "xf")) {
        buf_putc(&s->b->kinds, (char)kind_of_id(s, (uint32_t)number));
        if (buf_err(&s->b->kinds))
            xml_stop(s->x, buf_err(&s->b->kinds));
    }
}

static void styles_end(void *arg, const char *name)
{
    struct styles *s = arg;
    if (str_eq(name, "cellXfs"))
        s->in_cells = false;
}

enum xlsx_kind xlsx_kind_of(const struct xlsx_book *b, size_t format)
{
    return format < b->kinds.len ? (enum xlsx_kind)b->kinds.data[format] : XLSX_NUMBER;
}

/* ---- the whole ---- */

static enum err open_zip(struct xlsx_book *b, const void *data, size_t n)
{
    zip_error_t error;
    if (n >= 4 && memcmp(data, "\xD0\xCF\x11\xE0", 4) == 0)
        return stream_fault(b->out, CONVERT_FAULT_ENCRYPTED, 0, "OLE2"); /* or the older .xls */
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(data, n, 0, &error);
    if (source) {
        b->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
        if (!b->zip)
            zip_source_free(source);
    }
    int code = zip_error_code_zip(&error);
    zip_error_fini(&error);
    if (!b->zip)
        return code == ZIP_ER_MEMORY ? ERR_NOMEM
                                     : stream_fault(b->out, CONVERT_FAULT_FORMAT, 0, "not a zip");
    if (zip_get_num_entries(b->zip, 0) > ENTRIES_MOST)
        return stream_fault(b->out, CONVERT_FAULT_TOO_LARGE, 0, "entries");
    return ERR_OK;
}

static enum err optional(enum err e)
{
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err read_styles(struct xlsx_book *b)
{
    AUTO(mem_freep) struct styles *s = mem_alloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->b = b;
    struct xml_handler h = {.start = styles_start, .end = styles_end, .arg = s};
    return xlsx_part(b, b->styles_path, &h, &s->x);
}

static enum err read_strings(struct xlsx_book *b)
{
    struct strings s = {.b = b};
    struct xml_handler h = {strings_start, strings_end, strings_text, &s};
    return xlsx_part(b, b->strings_path, &h, &s.x);
}

enum err xlsx_book_open(struct xlsx_book *b, struct reader *r, const void *data, size_t n)
{
    memset(b, 0, sizeof *b);
    b->r = r;
    b->out = r->out;
    b->strings = buf_init(STRINGS_MOST);
    b->ends = buf_init(STRING_COUNT_MOST * sizeof(uint32_t));
    b->kinds = buf_init(FORMATS_MOST);
    b->sheet_names = buf_init(CONVERT_SHEETS_MOST * (CONVERT_SHEET_NAME_MOST + 1));
    TRY(open_zip(b, data, n));
    TRY(find_sheet(b));
    TRY(optional(read_styles(b)));
    return optional(read_strings(b));
}

void xlsx_book_done(struct xlsx_book *b)
{
    if (b->zip)
        zip_discard(b->zip);
    buf_done(&b->strings);
    buf_done(&b->ends);
    buf_done(&b->kinds);
    buf_done(&b->sheet_names);
}
