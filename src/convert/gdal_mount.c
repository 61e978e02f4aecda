/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <cpl_vsi.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <zip.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/bundle.h"
#include "convert/gdal_reader.h"

#define ENTRIES_MOST 1000

/* `data` belongs to GDAL's memory file system afterwards only when `take`. */
static enum err mount(struct reader *r, const char *ending, void *data, size_t n, bool take)
{
    char name[64];
    snprintf(name, sizeof name, "/vsimem/in%s", ending);
    VSILFILE *f = VSIFileFromMemBuffer(name, data, n, take);
    if (!f)
        return stream_fault(r->out, CONVERT_FAULT_MEMORY, 0, "vsimem");
    VSIFCloseL(f);
    return ERR_OK;
}

/* A database in write-ahead mode would look for a second file: the two bytes that say so are
 * turned back. What was not yet written to the main file is not there to be read. */
static enum err mount_geopackage(struct reader *r, struct buf *file, char name[64])
{
    if (file->len > 20 && file->data[18] == 2)
        file->data[18] = file->data[19] = 1;
    snprintf(name, 64, "/vsimem/in.gpkg");
    return mount(r, ".gpkg", file->data, file->len, false);
}

static int part_of(const char *ending)
{
    for (int i = 0; i < BUNDLE_PARTS; i++)
        if (strncasecmp(ending, bundle_parts[i], 4) == 0)
            return i;
    return -1;
}

static enum err mount_bundle(struct reader *r, struct buf *file, char name[64])
{
    char *p = file->data + BUNDLE_MAGIC_LEN;
    size_t left = file->len - BUNDLE_MAGIC_LEN;
    while (left >= 12) {
        uint64_t n = 0;
        int part = part_of(p);
        for (int k = 0; k < 8; k++)
            n |= (uint64_t)(unsigned char)p[4 + k] << 8 * k;
        p += 12;
        left -= 12;
        if (part < 0 || n > left)
            return stream_fault(r->out, CONVERT_FAULT_TRUNCATED, 0, "");
        TRY(mount(r, bundle_parts[part], p, n, false));
        p += n;
        left -= n;
    }
    snprintf(name, 64, "/vsimem/in.shp");
    return ERR_OK;
}

/* ---- zip ---- */

/* Is this entry STEM and the ending? Folders and resource forks are not looked into by accident. */
static bool entry_is(const char *entry, const char *stem, size_t stem_len, const char *ending)
{
    return strlen(entry) == stem_len + strlen(ending) && strncmp(entry, stem, stem_len) == 0 &&
           strcasecmp(entry + stem_len, ending) == 0;
}

static enum err mount_entry(struct reader *r, zip_t *z, zip_uint64_t i, const char *ending,
                            uint64_t *total)
{
    zip_stat_t st;
    if (zip_stat_index(z, i, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE))
        return stream_fault(r->out, CONVERT_FAULT_FORMAT, i, "zip");
    *total += st.size;
    if (st.size > BUNDLE_MOST || *total > BUNDLE_MOST)
        return stream_fault(r->out, CONVERT_FAULT_TOO_LARGE, st.size, "zip");
    zip_file_t *f = zip_fopen_index(z, i, 0);
    if (!f)
        return stream_fault(r->out, CONVERT_FAULT_ENCRYPTED, i, "zip");
    void *data = VSI_MALLOC_VERBOSE(st.size + 1); /* GDAL frees it */
    zip_int64_t got = data ? zip_fread(f, data, st.size) : -1;
    zip_fclose(f);
    if (got >= 0 && (uint64_t)got == st.size)
        return mount(r, ending, data, st.size, true);
    VSIFree(data);
    return stream_fault(r->out, data ? CONVERT_FAULT_COMPRESSION : CONVERT_FAULT_MEMORY, i, "zip");
}

/* The first entry that ends so; -1 when none does. */
static zip_int64_t find_ending(zip_t *z, const char *ending)
{
    zip_int64_t n = zip_get_num_entries(z, 0);
    for (zip_int64_t i = 0; i < n && i < ENTRIES_MOST; i++) {
        const char *name = zip_get_name(z, (zip_uint64_t)i, 0);
        size_t len = name ? strlen(name) : 0;
        if (len > strlen(ending) && len < 1000 &&
            strcasecmp(name + len - strlen(ending), ending) == 0 && !str_starts(name, "__MACOSX"))
            return i;
    }
    return -1;
}

static enum err mount_shapefile(struct reader *r, zip_t *z, zip_int64_t shp)
{
    char stem[1000];
    uint64_t total = 0;
    str_copy(stem, sizeof stem, zip_get_name(z, (zip_uint64_t)shp, 0));
    size_t stem_len = strlen(stem) - 4;
    zip_int64_t n = zip_get_num_entries(z, 0);
    for (zip_int64_t i = 0; i < n && i < ENTRIES_MOST; i++) {
        const char *name = zip_get_name(z, (zip_uint64_t)i, 0);
        for (int k = 0; name && k < BUNDLE_PARTS; k++)
            if (entry_is(name, stem, stem_len, bundle_parts[k]))
                TRY(mount_entry(r, z, (zip_uint64_t)i, bundle_parts[k], &total));
    }
    return ERR_OK;
}

static enum err mount_zip(struct reader *r, zip_t *z, char name[64])
{
    uint64_t total = 0;
    zip_int64_t shp = find_ending(z, ".shp"), gpkg = find_ending(z, ".gpkg");
    if (shp < 0 && gpkg < 0)
        return stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, "no .shp or .gpkg in the zip");
    snprintf(name, 64, "/vsimem/in%s", shp >= 0 ? ".shp" : ".gpkg");
    if (shp >= 0)
        return mount_shapefile(r, z, shp);
    return mount_entry(r, z, (zip_uint64_t)gpkg, ".gpkg", &total);
}

static enum err open_zip(struct reader *r, struct buf *file, char name[64])
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(file->data, file->len, 0, &error);
    zip_t *z = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (source && !z)
        zip_source_free(source);
    zip_error_fini(&error);
    if (!z)
        return stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, "zip");
    enum err e = mount_zip(r, z, name);
    zip_discard(z);
    return e;
}

enum err gdal_mount(struct reader *r, struct buf *file, char name[64])
{
    const char *s = buf_text(file);
    if (file->len >= 100 && memcmp(s, "SQLite format 3", 16) == 0)
        return mount_geopackage(r, file, name);
    if (file->len >= BUNDLE_MAGIC_LEN && memcmp(s, BUNDLE_MAGIC, BUNDLE_MAGIC_LEN) == 0)
        return mount_bundle(r, file, name);
    if (file->len >= 4 && memcmp(s, "PK\3\4", 4) == 0)
        return open_zip(r, file, name);
    return stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, "");
}
