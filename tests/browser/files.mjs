// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes the files that people bring: workbooks as Excel and LibreOffice write them, Shapefiles and
// GeoPackages. Small, and made anew for each test.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";

const xml = (s) => String(s).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// ---- zip ----

const table = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const b of bytes) crc = table[(crc ^ b) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** parts: { name: text or bytes } */
export function zip(parts) {
  const files = [], directory = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content), packed = deflateRawSync(bytes), path_ = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x5c21, 8); // 2026-01-01
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path_.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    files.push(Buffer.from("PK\x03\x04"), common, path_, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), common, tail, path_);
    at += 30 + path_.length + packed.length;
  }
  const list = Buffer.concat(directory), end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

// ---- workbooks ----

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006/relationships";
const sheetml = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const kinds = { number: 0, day: 1, moment: 2, clock: 3 }; // cell formats in styles.xml

function columnName(i) {
  return i < 26 ? String.fromCharCode(65 + i) : columnName(Math.floor(i / 26) - 1) +
    columnName(i % 26);
}

/** Days since 1899-12-30, or since 1904-01-01. "2026-03-27", "2026-03-27T10:25" or "10:25". */
function serial(text, from1904) {
  if (/^\d\d:/.test(text)) {
    const [hour, minute] = text.split(":").map(Number);
    return (hour * 60 + minute) / 1440;
  }
  const days = Date.parse(text.length > 10 ? `${text}:00Z` : `${text}T00:00Z`) / 86400000;
  return days + 25569 - (from1904 ? 1462 : 0);
}

function cellXml(cell, ref, book) {
  const formula = cell?.formula ? `<f>${xml(cell.formula)}</f>` : "";
  const value = cell?.formula ? cell.value : cell;
  if (value === null || value === undefined)
    return book.excel ? "" : `<c r="${ref}" s="0"/>`;
  for (const kind of ["day", "moment", "clock"])
    if (value[kind])
      return `<c r="${ref}" s="${kinds[kind]}">${formula}<v>` +
        `${serial(value[kind], book.from1904)}</v></c>`;
  if (typeof value === "number") return `<c r="${ref}" s="0">${formula}<v>${value}</v></c>`;
  if (formula) return `<c r="${ref}" t="str">${formula}<v>${xml(value)}</v></c>`;
  if (!book.strings.has(value)) book.strings.set(value, book.strings.size);
  return `<c r="${ref}" s="0" t="s"><v>${book.strings.get(value)}</v></c>`;
}

function sheetXml(sheet, book) {
  const rows = sheet.rows.map((row, r) => {
    const cells = row.map((cell, c) => cellXml(cell, columnName(c) + (r + 1), book)).join("");
    const looks = book.excel ? `spans="1:${row.length}" x14ac:dyDescent="0.25"`
      : 'customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0"';
    return cells ? `<row r="${r + 1}" ${looks}>${cells}</row>` : "";
  });
  const wide = Math.max(...sheet.rows.map((row) => row.length));
  const merges = (sheet.merges ?? []).map((ref) => `<mergeCell ref="${ref}"/>`);
  return `${head}<worksheet xmlns="${sheetml}" xmlns:r="${office}" ` +
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">' +
    `<dimension ref="A1:${columnName(wide - 1)}${sheet.rows.length}"/>` +
    '<sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr ' +
    `defaultRowHeight="15"/><sheetData>${rows.join("")}</sheetData>` +
    (merges.length ? `<mergeCells count="${merges.length}">${merges.join("")}</mergeCells>` : "") +
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>' +
    "</worksheet>";
}

function stylesXml(book) {
  const moment = book.excel ? "yyyy\\-mm\\-dd\\ hh:mm;@" : "yyyy\\-mm\\-dd\\ hh:mm";
  const day = book.excel ? 14 : 165; // Excel has a number of its own for the date of the country
  return `${head}<styleSheet xmlns="${sheetml}"><numFmts count="3">` +
    `<numFmt numFmtId="164" formatCode="${moment}"/>` +
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>' +
    '<numFmt numFmtId="166" formatCode="hh:mm"/></numFmts>' +
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="4">' +
    `<xf numFmtId="0"/><xf numFmtId="${day}" applyNumberFormat="1"/>` +
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/>' +
    "</cellXfs></styleSheet>";
}

/** sheets: [{ name, hidden, rows: [[cell]], merges }]. A cell is a text, a number, null,
 * { day }, { moment }, { clock }, or { formula, value }. */
export function workbook({ app = "excel", from1904 = false, sheets }) {
  const book = { excel: app === "excel", from1904, strings: new Map() };
  const parts = {};
  sheets.forEach((s, i) => (parts[`xl/worksheets/sheet${i + 1}.xml`] = sheetXml(s, book)));
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const relation = (id, kind, target) =>
    `<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`;
  const list = sheets.map((s, i) => `<sheet name="${xml(s.name)}" sheetId="${i + 1}"` +
    `${s.hidden ? ' state="hidden"' : book.excel ? "" : ' state="visible"'} r:id="rId${i + 1}"/>`);
  const texts = [...book.strings.keys()].map((s) =>
    `<si><t xml:space="preserve">${xml(s)}</t></si>`);
  return zip({
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/` +
      'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-' +
      'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="${packages}">` +
      `${relation("rId1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "xl/workbook.xml": `${head}<workbook xmlns="${sheetml}" xmlns:r="${office}">` +
      `<fileVersion appName="${book.excel ? "xl" : "Calc"}"/>` +
      `<workbookPr${from1904 ? ' date1904="1"' : ""}/><bookViews><workbookView/></bookViews>` +
      `<sheets>${list.join("")}</sheets><calcPr calcId="191029"/></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships xmlns="${packages}">` +
      sheets.map((_, i) => relation(`rId${i + 1}`, "worksheet", `worksheets/sheet${i + 1}.xml`))
        .join("") + relation("rId90", "styles", "styles.xml") +
      `${relation("rId91", "sharedStrings", "sharedStrings.xml")}</Relationships>`,
    "xl/styles.xml": stylesXml(book),
    "xl/sharedStrings.xml": `${head}<sst xmlns="${sheetml}" count="${texts.length}">` +
      `${texts.join("")}</sst>`,
    ...parts,
  });
}

/** What Excel makes of a workbook with a password: a compound file. */
export const lockedWorkbook = () =>
  Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(4088)]);

// ---- Shapefile ----

const wgs84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,' +
  '298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';
const sweref = 'PROJCS["SWEREF99_TM",GEOGCS["GCS_SWEREF99",DATUM["D_SWEREF99",SPHEROID["GRS_1980"' +
  ',6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],' +
  'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER[' +
  '"False_Northing",0.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],' +
  'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';
export const prj = { wgs84, sweref };

function shapeHeader(words, points) {
  const h = Buffer.alloc(100), xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
  h.writeInt32BE(9994, 0);
  h.writeInt32BE(words, 24);
  h.writeInt32LE(1000, 28);
  h.writeInt32LE(1, 32); // points
  [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
    .forEach((v, i) => h.writeDoubleLE(v, 36 + 8 * i));
  return h;
}

function dbf(fields, rows, language) {
  const size = 1 + fields.reduce((sum, f) => sum + f.length, 0);
  const h = Buffer.alloc(32 + 32 * fields.length + 1);
  h.set([3, 126, 1, 1]);
  h.writeUInt32LE(rows.length, 4);
  h.writeUInt16LE(h.length, 8);
  h.writeUInt16LE(size, 10);
  h[29] = language;
  fields.forEach((f, i) => {
    h.write(f.name, 32 + 32 * i, 10, "latin1");
    h.write(f.type ?? "C", 32 + 32 * i + 11, "latin1");
    h[32 + 32 * i + 16] = f.length;
  });
  h[h.length - 1] = 13;
  const records = rows.map((row) => {
    const r = Buffer.alloc(size, 32);
    let at = 1;
    fields.forEach((f, i) => {
      r.write(String(row[i] ?? ""), at, f.length, "latin1");
      at += f.length;
    });
    return r;
  });
  return Buffer.concat([h, ...records, Buffer.from([26])]);
}

/** A Shapefile of points in a zip. fields: [{ name, length, type }]; rows: [{ at: [x, y], values }];
 * system: text of .prj or undefined; language: the byte of the DBF (0x57: Windows-1252). */
export function shapefile({ name = "punkter", fields, rows, system, language = 0x57, cpg }) {
  const shp = [], shx = [];
  rows.forEach((row, i) => {
    const record = Buffer.alloc(28), index = Buffer.alloc(8);
    record.writeInt32BE(i + 1, 0);
    record.writeInt32BE(10, 4);
    record.writeInt32LE(1, 8);
    record.writeDoubleLE(row.at[0], 12);
    record.writeDoubleLE(row.at[1], 20);
    index.writeInt32BE(50 + 14 * i, 0);
    index.writeInt32BE(10, 4);
    shp.push(record);
    shx.push(index);
  });
  const points = rows.map((row) => row.at);
  return zip({
    [`${name}.shp`]: Buffer.concat([shapeHeader(50 + 14 * rows.length, points), ...shp]),
    [`${name}.shx`]: Buffer.concat([shapeHeader(50 + 4 * rows.length, points), ...shx]),
    [`${name}.dbf`]: dbf(fields, rows.map((row) => row.values), language),
    ...(system ? { [`${name}.prj`]: system } : {}),
    ...(cpg ? { [`${name}.cpg`]: cpg } : {}),
  });
}

// ---- GeoPackage ----

const hex = (bytes) => `X'${Buffer.from(bytes).toString("hex")}'`;
const literal = (v) => v === null ? "NULL" : typeof v === "number" ? String(v)
  : `'${v.replaceAll("'", "''")}'`;

function gpkgPoint([x, y], srs) {
  const b = Buffer.alloc(29);
  b.write("GP", "latin1");
  b[3] = 1;
  b.writeInt32LE(srs, 4);
  b[8] = 1;
  b.writeInt32LE(1, 9);
  b.writeDoubleLE(x, 13);
  b.writeDoubleLE(y, 21);
  return b;
}

/** A GeoPackage of points. columns: { name: SQL type }; rows: [{ at, values }]; srs: 4326 or 3006;
 * definition: its WKT. Made by the SQLite of Python, which the build needs anyway. */
export async function geopackage({ table: name = "punkter", columns, rows, srs, definition }) {
  const dir = await mkdtemp(path.join(tmpdir(), "samsyn-gpkg-"));
  const file = path.join(dir, "x.gpkg");
  const wide = Object.entries(columns).map(([c, type]) => `"${c}" ${type}`).join(", ");
  const sql = `PRAGMA application_id=1196444487; PRAGMA user_version=10300;
CREATE TABLE gpkg_spatial_ref_sys(srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
 organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
 description TEXT);
CREATE TABLE gpkg_contents(table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
 identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL
 DEFAULT '2026-01-01T00:00:00.000Z', min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
 srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns(table_name TEXT NOT NULL, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
 CONSTRAINT pk_geom_cols PRIMARY KEY(table_name, column_name));
INSERT INTO gpkg_spatial_ref_sys VALUES('x', ${srs}, 'EPSG', ${srs}, ${literal(definition)}, '');
INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id)
 VALUES(${literal(name)}, 'features', ${literal(name)}, ${srs});
INSERT INTO gpkg_geometry_columns VALUES(${literal(name)}, 'geom', 'POINT', ${srs}, 0, 0);
CREATE TABLE "${name}"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom BLOB, ${wide});
${rows.map((r) => `INSERT INTO "${name}" VALUES(NULL, ${hex(gpkgPoint(r.at, srs))}, ` +
    `${r.values.map(literal).join(", ")});`).join("\n")}`;
  try {
    const make = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2])";
    await promisify(execFile)("python3", ["-c", make, file, sql]);
    return await readFile(file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
