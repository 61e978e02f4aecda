/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/gdal_reader.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/bundle.h"
#include "convert/text.h"
#include "geo/wkb.h"

/* Exported by libgdal, declared in a header for C++ only. */
void RegisterOGRShape(void);
void RegisterOGRGeoPackage(void);

#define VERTICES_MOST 500000u
#define ARENA_MOST (64u * 1024 * 1024)

struct layer {
    struct reader *r;
    OGRLayerH layer;
    OGRFeatureDefnH definition;
    OGRCoordinateTransformationH to_sweref; /* NULL: already there */
    size_t fields;
    bool points;
    struct buf text; /* what the cells of a row stand in */
    struct buf wkb;
    struct arena *arena;
    size_t at[CONVERT_COLUMNS_MOST];
    struct stream_cell cells[CONVERT_COLUMNS_MOST];
    struct stream_cell sheets[CONVERT_SHEETS_MOST];
};

static OGRSpatialReferenceH sweref,
    wgs84; /* made before the sandbox, live as long as the program */

static OGRSpatialReferenceH system_of(int epsg)
{
    OGRSpatialReferenceH s = OSRNewSpatialReference(NULL);
    if (OSRImportFromEPSG(s, epsg) != OGRERR_NONE) {
        OSRDestroySpatialReference(s);
        return NULL;
    }
    OSRSetAxisMappingStrategy(s, OAMS_TRADITIONAL_GIS_ORDER);
    return s;
}

void gdal_prepare(void)
{
    static const char *const options[][2] = {
        {"GDAL_DRIVER_PATH", "disable"},
        {"GDAL_PAM_ENABLED", "NO"},
        {"GDAL_NUM_THREADS", "1"},
        {"SHAPE_RESTORE_SHX", "NO"},
        {"PROJ_NETWORK", "OFF"},
        {"OGR_SQLITE_LOAD_EXTENSIONS", ""},
        {"CPL_DEBUG", "OFF"},
        {"SQLITE_USE_OGR_VFS", "YES"},
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        CPLSetConfigOption(options[i][0], options[i][1]);
    CPLPushErrorHandler(CPLQuietErrorHandler);
    RegisterOGRShape();
    RegisterOGRGeoPackage();
    OSRSetPROJEnableNetwork(0);
    sweref = system_of(3006);
    wgs84 = system_of(4326);
    OGRCoordinateTransformationH t =
        sweref && wgs84 ? OCTNewCoordinateTransformation(wgs84, sweref) : NULL;
    OCTDestroyCoordinateTransformation(t);
}

/* ---- cells ---- */

static void put_text(struct layer *l, const char *s)
{
    size_t n = strlen(s);
    if (stream_text_valid(s, n)) {
        buf_add(&l->text, s, n);
        return;
    }
    l->r->out->flags |= CONVERT_SAW_CP1252;
    if (!text_from_cp1252(&l->text, s, n))
        l->r->out->flags |= CONVERT_SAW_REPLACED;
}

static void put_time(struct layer *l, OGRFeatureH f, int i, OGRFieldType type)
{
    int year, month, day, hour, minute, zone;
    float second;
    if (!OGR_F_GetFieldAsDateTimeEx(f, i, &year, &month, &day, &hour, &minute, &second, &zone))
        return;
    if (type != OFTTime)
        buf_printf(&l->text, "%04d-%02d-%02d", year, month, day);
    if (type == OFTDateTime)
        buf_putc(&l->text, 'T');
    if (type != OFTDate)
        buf_printf(&l->text, "%02d:%02d:%02d", hour, minute, (int)second);
    int offset = (zone - 100) * 15; /* 0 unknown, 1 local, 100 UTC, in quarters of an hour */
    if (type == OFTDateTime && zone > 1)
        buf_printf(&l->text, "%c%02d:%02d", offset < 0 ? '-' : '+', abs(offset) / 60,
                   abs(offset) % 60);
}

static enum convert_fault put_fields(struct layer *l, OGRFeatureH f, int *column)
{
    memset(l->cells, 0, l->r->out->columns * sizeof l->cells[0]);
    buf_clear(&l->text);
    for (size_t i = 0; i < l->fields; i++) {
        OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(l->definition, (int)i));
        l->at[i] = l->text.len;
        *column = (int)i;
        if (!OGR_F_IsFieldSetAndNotNull(f, (int)i))
            continue;
        if (type == OFTDate || type == OFTTime || type == OFTDateTime)
            put_time(l, f, (int)i, type);
        else if (type != OFTBinary)
            put_text(l, OGR_F_GetFieldAsString(f, (int)i));
        l->cells[i].len = l->text.len - l->at[i];
        if (l->cells[i].len > CONVERT_CELL_MOST)
            return CONVERT_FAULT_CELL_SIZE;
        buf_putc(&l->text, '\t'); /* between cells when the row is shown as it stood */
    }
    *column = -1;
    return l->text.len > CONVERT_ROW_MOST || buf_err(&l->text) ? CONVERT_FAULT_ROW_SIZE
                                                               : CONVERT_FAULT_NONE;
}

/* ---- shapes ---- */

/* Our own reader decides what is a sound shape. */
static bool shape_from(struct layer *l, OGRGeometryH g, struct geo_shape **out)
{
    OGREnvelope box;
    size_t n = (size_t)OGR_G_WkbSize(g);
    OGR_G_GetEnvelope(g, &box);
    struct geo_lonlat low = geo_to_wgs84((struct geo_point){box.MinX, box.MinY});
    struct geo_lonlat high = geo_to_wgs84((struct geo_point){box.MaxX, box.MaxY});
    if (n > CONVERT_WKB_MOST || !geo_in_domain(low.lon, low.lat) ||
        !geo_in_domain(high.lon, high.lat))
        return false;
    AUTO(mem_freep) unsigned char *bytes = mem_alloc(n);
    return bytes && OGR_G_ExportToIsoWkb(g, wkbNDR, bytes) == OGRERR_NONE &&
           geo_wkb_read(l->arena, bytes, n, VERTICES_MOST, out) == ERR_OK;
}

static bool put_shape(struct layer *l, OGRGeometryH given, struct geo_shape **out)
{
    OGRGeometryH g = OGR_G_GetLinearGeometry(given, 0, NULL);
    bool ok = g != NULL;
    if (ok) {
        OGR_G_FlattenTo2D(g);
        OGR_G_AssignSpatialReference(g, NULL);
        ok = !l->to_sweref || OGR_G_Transform(g, l->to_sweref) == OGRERR_NONE;
        ok = ok && shape_from(l, g, out);
    }
    OGR_G_DestroyGeometry(g);
    return ok;
}

static void put_point(struct layer *l, const struct geo_shape *s)
{
    if (!l->points || s->kind != GEO_POINTS || s->paths[0].count != 1)
        return;
    struct geo_lonlat p = geo_to_wgs84(s->paths[0].points[0]);
    const double values[2] = {p.lon, p.lat};
    for (size_t k = 0; k < 2; k++) {
        size_t i = l->fields + k;
        l->at[i] = l->text.len;
        buf_printf(&l->text, "%.7f", values[k]);
        l->cells[i].len = l->text.len - l->at[i];
    }
}

static enum err put_feature(struct layer *l, OGRFeatureH f, uint64_t number)
{
    int column = -1;
    struct geo_shape *shape = NULL;
    OGRGeometryH g = OGR_F_GetGeometryRef(f);
    arena_reset(l->arena);
    buf_clear(&l->wkb);
    enum convert_fault fault = put_fields(l, f, &column);
    if (!fault && g && !OGR_G_IsEmpty(g) && !put_shape(l, g, &shape))
        fault = CONVERT_FAULT_GEOMETRY;
    if (!fault && shape) {
        put_point(l, shape);
        geo_wkb_write(&l->wkb, shape);
        TRY(buf_err(&l->wkb));
    }
    if (fault) {
        stream_problem(l->r->out, number, fault, column, buf_text(&l->text), l->text.len);
        return ERR_OK;
    }
    for (size_t i = 0; i < l->r->out->columns; i++)
        l->cells[i].s = buf_text(&l->text) + l->at[i];
    stream_row(l->r->out, number, l->cells, l->wkb.data, l->wkb.len);
    return l->r->out->broken ? ERR_CANCELLED : ERR_OK;
}

/* ---- layer ---- */

/* Told by the numbers: degrees and metres of Sweden cannot be taken for each other. */
static OGRSpatialReferenceH guess_system(struct layer *l)
{
    OGREnvelope box;
    if (OGR_L_GetExtent(l->layer, &box, 1) != OGRERR_NONE)
        return NULL;
    if (geo_in_domain(box.MinX, box.MinY) && geo_in_domain(box.MaxX, box.MaxY))
        return wgs84;
    bool metres =
        geo_point_in_sweden(box.MinX, box.MinY) && geo_point_in_sweden(box.MaxX, box.MaxY);
    return metres ? sweref : NULL;
}

static enum err find_system(struct layer *l)
{
    OGRSpatialReferenceH s = OGR_L_GetSpatialRef(l->layer);
    if (OGR_FD_GetGeomType(l->definition) == wkbNone || OGR_L_GetFeatureCount(l->layer, 1) == 0)
        return ERR_OK;
    if (!s || OSRIsLocal(s)) {
        s = guess_system(l);
        l->r->out->flags |= CONVERT_SAW_CRS_GUESSED;
        if (s == sweref)
            return ERR_OK;
    } else {
        OSRSetAxisMappingStrategy(s, OAMS_TRADITIONAL_GIS_ORDER);
    }
    l->to_sweref = s ? OCTNewCoordinateTransformation(s, sweref) : NULL;
    return l->to_sweref ? ERR_OK : stream_fault(l->r->out, CONVERT_FAULT_CRS, 0, "");
}

static enum err send_header(struct layer *l)
{
    int fields = OGR_FD_GetFieldCount(l->definition);
    if (fields < 0 || fields > (int)CONVERT_COLUMNS_MOST - 2)
        return stream_fault(l->r->out, CONVERT_FAULT_COLUMNS, 0, "");
    l->fields = (size_t)fields;
    l->points = wkbFlatten(OGR_FD_GetGeomType(l->definition)) == wkbPoint;
    size_t n = l->fields;
    for (size_t i = 0; i < n; i++) {
        l->at[i] = l->text.len;
        put_text(l, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(l->definition, (int)i)));
        l->cells[i].len = l->text.len - l->at[i];
    }
    for (size_t i = 0; i < n; i++)
        l->cells[i].s = buf_text(&l->text) + l->at[i];
    if (l->points) {
        l->cells[n++] = (struct stream_cell){"lon", 3};
        l->cells[n++] = (struct stream_cell){"lat", 3};
    }
    return reader_header(l->r, l->cells, n);
}

static enum err read_rows(struct layer *l)
{
    OGRFeatureH f;
    uint64_t number = 0;
    enum err e = ERR_OK;
    while (!e && (f = OGR_L_GetNextFeature(l->layer))) {
        e = put_feature(l, f, ++number);
        OGR_F_Destroy(f);
    }
    if (!e && CPLGetLastErrorType() == CE_Failure)
        e = stream_fault(l->r->out, CONVERT_FAULT_FORMAT, number, CPLGetLastErrorMsg());
    return e;
}

static enum err read_layer(struct layer *l)
{
    l->definition = OGR_L_GetLayerDefn(l->layer);
    TRY(find_system(l));
    TRY(send_header(l));
    CPLErrorReset();
    TRY(read_rows(l));
    stream_end(l->r->out);
    return ERR_OK;
}

/* Which layers there are: their names stay with the dataset. */
static void tell_layers(struct layer *l, GDALDatasetH d)
{
    struct stream_out *out = l->r->out;
    int n = GDALDatasetGetLayerCount(d);
    for (int i = 0; i < n && out->n_sheets < CONVERT_SHEETS_MOST; i++) {
        const char *name = OGR_L_GetName(GDALDatasetGetLayer(d, i));
        size_t len = strlen(name);
        if (len && len <= CONVERT_SHEET_NAME_MOST && stream_text_valid(name, len))
            l->sheets[out->n_sheets++] = (struct stream_cell){name, len};
    }
    out->sheets = l->sheets;
}

static enum err read_dataset(struct reader *r, GDALDatasetH d)
{
    const char *wanted = r->options->sheet;
    AUTO(mem_freep) struct layer *l = mem_alloc(sizeof *l);
    AUTO(arena_freep) struct arena *arena = arena_new(ARENA_MOST);
    if (!l || !arena)
        return ERR_NOMEM;
    l->r = r;
    l->arena = arena;
    tell_layers(l, d);
    for (int i = 0; i < GDALDatasetGetLayerCount(d) && !l->layer; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(d, i);
        if (!wanted || str_eq(OGR_L_GetName(layer), wanted))
            l->layer = layer;
    }
    if (!l->layer)
        return stream_fault(r->out, CONVERT_FAULT_SHEET, 0, "");
    l->text = buf_init(CONVERT_ROW_MOST * 2);
    l->wkb = buf_init(CONVERT_WKB_MOST);
    enum err e = read_layer(l);
    OCTDestroyCoordinateTransformation(l->to_sweref);
    buf_done(&l->text);
    buf_done(&l->wkb);
    return e;
}

enum err gdal_read(struct reader *r)
{
    static const char *const drivers[] = {"GPKG", "ESRI Shapefile", NULL};
    char name[64];
    struct buf file;
    if (!sweref || !wgs84)
        return stream_fault(r->out, CONVERT_FAULT_CRS, 0, "proj.db");
    TRY(source_all(r->source, BUNDLE_MOST, &file));
    enum err e = gdal_mount(r, &file, name);
    if (!e) {
        GDALDatasetH d = GDALOpenEx(name, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
        e = d ? read_dataset(r, d)
              : stream_fault(r->out, CONVERT_FAULT_FORMAT, 0, CPLGetLastErrorMsg());
        GDALClose(d);
    }
    buf_done(&file);
    return e;
}
