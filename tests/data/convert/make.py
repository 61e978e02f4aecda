#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the small hostile and odd files beside it, byte for byte the same each time.

Run by hand when a case is added: ./make.py
"""
import gzip
import io
import os
import sqlite3
import struct
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
WHEN = (2026, 1, 1, 0, 0, 0)
TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def save(name, data):
    with open(os.path.join(HERE, name), 'wb') as f:
        f.write(data)


def archive(parts, store=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as z:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_STORED if name in store else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            z.writestr(info, data.encode() if isinstance(data, str) else data)
    return out.getvalue()


def relations(*items):
    body = ''.join(f'<Relationship Id="{i}" Type="{TYPE}/{t}" Target="{target}"/>'
                   for i, t, target in items)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{body}</Relationships>'


def book(sheet, strings=None, styles=None, prop='', sheets=None, before=''):
    if sheets is None:
        sheets = '<sheet name="Blad1" sheetId="1" r:id="rId1"/>'
    parts = {
        '_rels/.rels': relations(('r', 'officeDocument', 'xl/workbook.xml')),
        'xl/workbook.xml': f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{TYPE}">{prop}'
                           f'<sheets>{sheets}</sheets></workbook>',
        'xl/_rels/workbook.xml.rels': relations(
            ('rId1', 'worksheet', 'worksheets/sheet1.xml'),
            ('rId2', 'worksheet', '/xl/worksheets/sheet2.xml'),
            ('rId3', 'sharedStrings', 'sharedStrings.xml'),
            ('rId4', 'styles', 'styles.xml')),
        'xl/worksheets/sheet1.xml': f'{HEAD}{before}<worksheet xmlns="{MAIN}">'
                                    f'<sheetData>{sheet}</sheetData></worksheet>',
        'xl/worksheets/sheet2.xml': f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
                                    '<x:row><x:c t="inlineStr"><x:is><x:t>namn</x:t></x:is></x:c>'
                                    '</x:row><x:row r="3"><x:c t="inlineStr"><x:is><x:t>två</x:t>'
                                    '</x:is></x:c></x:row></x:sheetData></x:worksheet>',
    }
    if strings is not None:
        parts['xl/sharedStrings.xml'] = f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>'
    if styles is not None:
        parts['xl/styles.xml'] = f'{HEAD}<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return parts


STRINGS = ('<si><t>datum</t></si><si><t>plats</t></si><si><t>antal</t></si>'
           '<si><r><t>Tö</t></r><r><rPr><b/></rPr><t xml:space="preserve">reboda </t></r>'
           '<rPh sb="0" eb="1"><t>uttal</t></rPh></si>'
           '<si><t>två_x000D_\nrader _x005F_x0041_</t></si>')
STYLES = ('<numFmts count="3">'
          '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm;@"/>'
          '<numFmt numFmtId="165" formatCode="[h]:mm"/>'
          '<numFmt numFmtId="166" formatCode="#,##0.00\\ &quot;kr/dag&quot;"/></numFmts>'
          '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
          '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
          '<xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>')
ROWS = ('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="s"><v>2</v></c></row>'
        '<row r="2"><c r="A2" s="1"><v>45351</v></c><c r="B2" t="s"><v>3</v></c>'
        '<c r="C2"><v>1.1000000000000001</v></c></row>'
        '<row r="4"><c r="A4" s="2"><v>45351.354166666664</v></c>'
        '<c r="C4" s="5"><v>12.5</v></c></row>'
        '<row r="5"><c r="A5" s="3"><v>0.0625</v></c><c r="B5" t="s"><v>4</v></c>'
        '<c r="C5" s="4"><v>1.1458333333333333</v></c></row>'
        '<row r="6"><c r="A6" s="1"><v>60</v></c><c r="B6" t="b"><v>1</v></c>'
        '<c r="C6" t="e"><v>#N/A</v></c></row>'
        '<row r="7"><c r="A7" s="1"><v>59</v></c><c r="B7" t="str"><f>A1&amp;B1</f><v>ihop</v></c>'
        '<c r="C7"><f>1+1</f><v>2</v></c></row>'
        '<row r="8"><c r="A8" s="1"><v>61</v></c><c r="E8"><v>9</v></c></row>'
        '<row r="9"><c r="A9" s="1"/><c r="B9"/></row>'
        '<row r="10"><c t="d"><v>2024-02-29T00:00:00</v></c><c><v>123456789012345678</v></c>'
        '<c><v>1E-7</v></c></row>')


def xlsx():
    two = ('<sheet name="Dold" sheetId="1" state="hidden" r:id="rId1"/>'
           '<sheet name="Blad 2" sheetId="2" r:id="rId2"/>')
    save('sheet.xlsx', archive(book(ROWS, STRINGS, STYLES)))
    save('sheet_1904.xlsx', archive(book(
        '<row><c t="inlineStr"><is><t>dag</t></is></c></row><row><c s="1"><v>0</v></c></row>'
        '<row><c s="1"><v>43889.5</v></c></row>', None, STYLES, '<workbookPr date1904="1"/>')))
    save('sheet_two.xlsx', archive(book(ROWS, STRINGS, STYLES, sheets=two)))
    save('sheet_empty.xlsx', archive(book('')))
    save('sheet_laughs.xlsx', archive(book(
        '<row><c t="inlineStr"><is><t>&c;</t></is></c></row>',
        before='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>')))
    save('sheet_xxe.xlsx', archive(book(
        '<row><c t="inlineStr"><is><t>&c;</t></is></c></row>',
        before='<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>')))
    save('sheet_bad_string.xlsx', archive(book(
        '<row><c t="inlineStr"><is><t>a</t></is></c></row><row><c t="s"><v>7</v></c></row>')))
    save('sheet_broken.xlsx', archive(book('<row><c><v>1</v></row>')))
    bomb = book('')
    bomb['xl/worksheets/sheet1.xml'] = b' ' * (40 << 20)
    save('sheet_bomb.xlsx', archive(bomb))
    save('sheet_no_book.xlsx', archive({'x.txt': 'hej'}))
    whole = archive(book(ROWS, STRINGS, STYLES))
    save('sheet_cut.xlsx', whole[:len(whole) // 2])
    save('sheet_old.xls', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(504))


def text():
    packed = gzip.compress(b'a;b\n1;2\n', mtime=0)
    save('two_members.csv.gz', packed + gzip.compress(b'3;4\n', mtime=0))
    save('cut.csv.gz', packed[:-9])
    save('damaged.csv.gz', packed[:12] + b'\xff\xff' + packed[14:])
    save('vrt.geojson', b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd'
                        b'</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>\n')


SPATIAL = '''PRAGMA page_size=512; PRAGMA application_id=1196444487; PRAGMA user_version=10300;
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
INSERT INTO gpkg_spatial_ref_sys VALUES('undefined', -1, 'NONE', -1, 'undefined', ''),
 ('undefined', 0, 'NONE', 0, 'undefined', '');
CREATE TABLE platser(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom BLOB, namn TEXT,
 antal INTEGER, dag DATE);'''


def geopackage(name, system, points, wal=False):
    path = os.path.join(HERE, name)
    if os.path.exists(path):
        os.remove(path)
    c = sqlite3.connect(path)
    c.executescript(SPATIAL)
    if system > 0:
        c.execute("INSERT INTO gpkg_spatial_ref_sys VALUES(?,?,'EPSG',?,'undefined','')",
                  (str(system), system, system))
    c.execute("INSERT INTO gpkg_contents(table_name,data_type,identifier,srs_id)"
              " VALUES('platser','features','platser',?)", (system,))
    c.execute("INSERT INTO gpkg_geometry_columns VALUES('platser','geom','POINT',?,0,0)", (system,))
    for n, x, y in points:
        shape = None
        if x is not None:
            shape = b'GP\0\1' + struct.pack('<i', system) + struct.pack('<bIdd', 1, 1, x, y)
        c.execute("INSERT INTO platser(geom,namn,antal,dag) VALUES(?,?,3,'2024-02-29')", (shape, n))
    c.commit()
    if wal:
        c.execute('PRAGMA journal_mode=wal')
        c.execute('UPDATE platser SET antal=4')
        c.commit()
    c.close()


def shapefile(x, y):
    """One area of four corners: .shp, .shx, .dbf."""
    ring = [(x, y), (x, y + 10), (x + 10, y + 10), (x, y)]
    points = b''.join(struct.pack('<dd', *p) for p in ring)
    box = struct.pack('<4d', x, y, x + 10, y + 10)
    record = struct.pack('<i', 5) + box + struct.pack('<iii', 1, 4, 0) + points

    def head(length):
        return (struct.pack('>7i', 9994, 0, 0, 0, 0, 0, length // 2) + struct.pack('<ii', 1000, 5)
                + box + bytes(32))
    shp = head(108 + len(record)) + struct.pack('>ii', 1, len(record) // 2) + record
    shx = head(108) + struct.pack('>ii', 50, len(record) // 2)
    field = b'NAMN'.ljust(11, b'\0') + b'C' + bytes(4) + bytes([10, 0]) + bytes(14)
    dbf = (struct.pack('<BBBBIHH', 3, 126, 1, 1, 1, 65, 11) + bytes(20) + field + b'\r'
           + b' ' + 'Töreboda'.encode('latin-1').ljust(10) + b'\x1a')
    return {'.shp': shp, '.shx': shx, '.dbf': dbf}


def shapes():
    geopackage('points.gpkg', 3006,
               [('Hova', 454000., 6524000.), ('Utan', None, None), ('Fel', 1e9, 0.)])
    geopackage('points_wal.gpkg', 4326, [('Hova', 14.2, 58.85)], True)
    geopackage('points_unknown.gpkg', -1, [('Hova', 454000., 6524000.)])
    geopackage('points_nowhere.gpkg', -1, [('Hova', 5., 5.)])
    parts = shapefile(454000., 6524000.)
    for ending, data in parts.items():
        save('area' + ending, data)
    save('area.zip', archive({'mapp/Area' + e.upper(): d for e, d in parts.items()}))
    save('no_shape.zip', archive({'../../etc/x.txt': 'hej'}))


if __name__ == '__main__':
    xlsx()
    text()
    shapes()
