/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OpenDocument text: the parts are templates, the package is ours. */
#include "base/str.h"
#include "bulletin_html.h"
#include "parts/bulletin/bulletin_view.h"
#include "parts/bulletin/bulletin_zip.h"

#define PART_MOST (4 << 20)

static const char type[] = "application/vnd.oasis.opendocument.text";

static enum err add(struct zip *z, const char *name, const struct bulletin_odt *v,
                    void (*html)(struct tmpl *, const struct bulletin_odt *))
{
    struct buf b = buf_init(PART_MOST);
    struct tmpl t = {.out = &b, .lang = v->doc->lang};
    html(&t, v);
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        zip_add(z, name, buf_text(&b), b.len);
    buf_done(&b);
    return e;
}

static enum err add_map(struct zip *z, const struct bulletin_map *m)
{
    struct buf b = buf_init(PART_MOST);
    bulletin_svg(&b, m);
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        zip_add(z, "Pictures/map.svg", buf_text(&b), b.len);
    buf_done(&b);
    return e;
}

void bulletin_svg(struct buf *out, const struct bulletin_map *m)
{
    struct tmpl t = {.out = out};
    bulletin_svg_html(&t, m);
}

/* The type first, stored: so that a reader knows it without unpacking. */
enum err bulletin_odt(struct buf *out, const struct bulletin_doc *d)
{
    struct zip z;
    struct bulletin_odt v = {.doc = d,
                             .lang = lang_code(d->lang),
                             .blocks = d->blocks,
                             .n_blocks = d->n_blocks,
                             .title = d->title,
                             .lead = d->lead};
    v.country = str_eq(v.lang, "sv") ? "SE" : "GB";
    if (d->err)
        return d->err;
    for (size_t i = 0; i < d->n_blocks; i++)
        if (d->blocks[i].kind == BULLETIN_MAP)
            v.map = d->blocks[i].map;
    zip_begin(&z, out);
    zip_add(&z, "mimetype", type, sizeof type - 1);
    TRY(add(&z, "META-INF/manifest.xml", &v, bulletin_odt_manifest_html));
    TRY(add(&z, "meta.xml", &v, bulletin_odt_meta_html));
    TRY(add(&z, "styles.xml", &v, bulletin_odt_styles_html));
    TRY(add(&z, "content.xml", &v, bulletin_odt_content_html));
    if (v.map)
        TRY(add_map(&z, v.map));
    return zip_end(&z);
}
