# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns data/geo into a C source with constant tables: geodata.py OUTPUT.c DIRECTORY

Outlines become WKB in SWEREF 99 TM, rounded to whole metres (they are generalised to about a
kilometre). Any fault in the data stops the build with the row that has it.
"""
import csv
import json
import math
import pathlib
import re
import struct
import sys
import unicodedata

POINT, LINE, POLYGON, MULTI = 1, 2, 3, 3
F = 1 / 298.257222101
E2 = F * (2 - F)
N = F / (2 - F)
RADIUS = 0.9996 * 6378137 / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
CONFORMAL = (E2, (5 * E2**2 - E2**3) / 6, (104 * E2**3 - 45 * E2**4) / 120, 1237 * E2**4 / 1260)
BETA = (N / 2 - 2 * N**2 / 3 + 5 * N**3 / 16 + 41 * N**4 / 180,
        13 * N**2 / 48 - 3 * N**3 / 5 + 557 * N**4 / 1440,
        61 * N**3 / 240 - 103 * N**4 / 140, 49561 * N**4 / 161280)


def fail(text):
    sys.exit(f"geodata: {text}")


def sweref(lon, lat):
    """WGS 84 to SWEREF 99 TM: the same formulas as src/geo/sweref.c."""
    if not (8 <= lon <= 26 and 54 <= lat <= 70):
        fail(f"{lon}, {lat} lies outside Sweden")
    phi, dl = math.radians(lat), math.radians(lon - 15)
    s = math.sin(phi)
    c = phi - s * math.cos(phi) * sum(k * s ** (2 * i) for i, k in enumerate(CONFORMAL))
    xi = math.atan2(math.sin(c), math.cos(c) * math.cos(dl))
    eta = math.atanh(math.cos(c) * math.sin(dl))
    east = eta + sum(b * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
                     for k, b in enumerate(BETA, 1))
    north = xi + sum(b * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
                     for k, b in enumerate(BETA, 1))
    return float(round(RADIUS * east + 500000)), float(round(RADIUS * north))


def project(line):
    """Projected positions without repetitions."""
    out = []
    for lon, lat in line:
        p = sweref(lon, lat)
        if not out or out[-1] != p:
            out.append(p)
    return out


def ring(line, what):
    r = project(line)
    if len(r) < 4 or r[0] != r[-1]:
        fail(f"{what}: a ring is open or has fewer than three corners")
    return r


def points_wkb(points):
    return struct.pack("<I", len(points)) + b"".join(struct.pack("<dd", *p) for p in points)


def polygon_wkb(rings):
    return struct.pack("<BII", 1, POLYGON, len(rings)) + b"".join(map(points_wkb, rings))


def shape_wkb(polygons):
    if len(polygons) == 1:
        return polygon_wkb(polygons[0])
    return (struct.pack("<BII", 1, POLYGON + MULTI, len(polygons))
            + b"".join(map(polygon_wkb, polygons)))


def area2(r):
    e0, n0 = r[0]
    return sum((a[0] - e0) * (b[1] - n0) - (b[0] - e0) * (a[1] - n0) for a, b in zip(r, r[1:]))


def centroid(r):
    e0, n0 = r[0]
    w = e = n = 0.0
    for a, b in zip(r, r[1:]):
        ax, ay, bx, by = a[0] - e0, a[1] - n0, b[0] - e0, b[1] - n0
        k = ax * by - bx * ay
        w, e, n = w + k, e + (ax + bx) * k / 3, n + (ay + by) * k / 3
    return e0 + e / w, n0 + n / w


def crossings(rings, north):
    at = []
    for r in rings:
        for a, b in zip(r, r[1:]):
            if (a[1] > north) != (b[1] > north):
                at.append(a[0] + (b[0] - a[0]) * (north - a[1]) / (b[1] - a[1]))
    return sorted(at)


def inside(polygons):
    """The centroid of the largest part if it lies inside, else the middle of its widest stretch."""
    rings = max(polygons, key=lambda p: abs(area2(p[0])))
    e, n = centroid(rings[0])
    if sum(x > e for x in crossings(rings, n)) % 2:
        return round(e), round(n)
    low, high = min(p[1] for p in rings[0]), max(p[1] for p in rings[0])
    best = (0, 0, 0)
    for i in range(1, 16):
        n = low + (high - low) * i / 16
        at = crossings(rings, n)
        best = max([best] + [(b - a, (a + b) / 2, n) for a, b in zip(at[::2], at[1::2])])
    return round(best[1]), round(best[2])


def slug(text):
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def rows(path, columns, want):
    with open(path, encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f)
        if reader.fieldnames != columns:
            fail(f"{path.name}: expected the columns {','.join(columns)}")
        out = list(reader)
    if len(out) != want or len({r["code"] for r in out}) != want:
        fail(f"{path.name}: expected {want} rows with different codes, found {len(out)}")
    return sorted(out, key=lambda r: r["code"])


def outlines(path, codes):
    """code -> list of polygons (lists of rings, the first the outer one)."""
    out = {}
    for f in json.loads(path.read_text(encoding="utf-8"))["features"]:
        code, g = f["properties"]["code"], f["geometry"]
        parts = {"Polygon": [g["coordinates"]], "MultiPolygon": g["coordinates"]}.get(g["type"])
        if parts is None or code in out:
            fail(f"{path.name}: {code} is repeated or no area")
        out[code] = [[ring(r, f"{path.name} {code}") for r in p] for p in parts]
    if set(out) != codes:
        fail(f"{path.name}: the codes are not those of the register")
    return out


def slugs(municipalities, counties):
    """Unique addresses; the rule stands in data/README.md."""
    found = {}
    for m in municipalities:
        found.setdefault(slug(m["name"]), []).append(m)
    for word, same in found.items():
        for m in same:
            plain = len(same) == 1 or m["name"].lower() == word
            county = slug(counties[m["county"]].split()[0]).rstrip("s")
            m["slug"] = word if plain else f"{word}-{county}"
    if len({m["slug"] for m in municipalities}) != len(municipalities):
        fail("two municipalities have the same address")


class Writer:
    def __init__(self):
        self.blob = bytearray()
        self.lines = []

    def geometry(self, wkb, points):
        """Keeps the bytes; the C initialiser of a struct geo_outline."""
        at = len(self.blob)
        self.blob += wkb
        e, n = [p[0] for p in points], [p[1] for p in points]
        return (f"{{blob + {at}, {len(wkb)}, "
                f"{{{min(e):.0f}, {min(n):.0f}, {max(e):.0f}, {max(n):.0f}}}}}")

    def area(self, polygons):
        points = [p for rings in polygons for r in rings for p in r]
        return self.geometry(shape_wkb(polygons), points)

    def table(self, kind, name, items):
        self.lines.append(f"const struct {kind} {name}[{len(items)}] = {{")
        self.lines += [f"    {{{i}}}," for i in items]
        self.lines.append("};")


def text(s):
    if not s or '"' in s or "\\" in s or s != s.strip():
        fail(f"unfit name: {s!r}")
    return f'"{s}"'


def number(value, what):
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        fail(f"{what}: {value!r} is no number")
    return value


def write_register(w, root):
    counties = rows(root / "counties.csv", ["code", "name"], 21)
    places = rows(root / "municipalities.csv",
                  ["code", "name", "county", "population", "land_km2"], 290)
    names = {c["code"]: c["name"] for c in counties}
    slugs(places, names)
    county_areas = outlines(root / "counties.geojson", set(names))
    areas = outlines(root / "municipalities.geojson", {m["code"] for m in places})
    w.table("geo_county", "geo_counties", [
        f'{text(c["code"])}, {text(c["code"] + "00")}, {text(c["name"])}, {text(slug(c["name"]))}, '
        f'{w.area(county_areas[c["code"]])}' for c in counties])
    items, twins = [], []
    for m in places:
        if m["county"] not in names or m["code"][:2] != m["county"]:
            fail(f'{m["code"]}: unknown county')
        e, n = inside(areas[m["code"]])
        rest = (f'{text(m["county"])}, '
                f'{number(m["population"], m["code"])}, {number(m["land_km2"], m["code"])}, '
                f'{{{e}, {n}}}, {w.area(areas[m["code"]])}')
        items.append(f'{text(m["code"])}, {text(m["name"])}, {text(m["slug"])}, {rest}')
        # The twin in which a municipality practises: see geo_exercise_of().
        twins.append(f'"{int(m["code"]) + 5000}", {text("Övning " + m["name"])}, '
                     f'{text("ovning-" + m["slug"])}, {rest}')
    w.table("geo_municipality", "geo_municipalities", items)
    w.table("geo_municipality", "geo_twins", twins)
    return {m["code"] for m in places}


def write_localities(w, root, codes):
    items = []
    found = rows(root / "localities.csv",
                 ["code", "name", "municipality", "population", "area_ha", "east", "north"], 2017)
    for r in sorted(found, key=lambda r: (r["municipality"], -int(r["population"]), r["code"])):
        if r["municipality"] not in codes:
            fail(f'{r["code"]}: unknown municipality')
        items.append(", ".join(
            [text(r["code"]), text(r["name"]), text(r["municipality"])]
            + [number(r[k], r["code"]) for k in ("population", "area_ha", "east", "north")]))
    w.table("geo_locality", "geo_localities", items)


def write_water(w, root):
    items = []
    for f in json.loads((root / "water.geojson").read_text(encoding="utf-8"))["features"]:
        kind = f["properties"]["kind"]
        if kind not in ("lake", "island", "river") or f["geometry"]["type"] != "LineString":
            fail(f"water.geojson: unknown kind {kind}")
        line = project(f["geometry"]["coordinates"])
        if len(line) < 2:
            fail(f"water.geojson: a line of one point at {line[0]}")
        wkb = struct.pack("<BI", 1, LINE) + points_wkb(line)
        items.append(f"GEO_BASE_{kind.upper()}, {w.geometry(wkb, line)}")
    w.table("geo_base_line", "geo_basemap", items)
    w.lines.append(f"const size_t geo_basemap_count = {len(items)};")


def main():
    if len(sys.argv) != 3:
        fail("use: geodata.py OUTPUT.c DIRECTORY")
    root = pathlib.Path(sys.argv[2])
    w = Writer()
    codes = write_register(w, root)
    write_localities(w, root, codes)
    write_water(w, root)
    if len(w.blob) > 1_200_000:
        fail(f"{len(w.blob)} bytes of outlines: simplify them first")
    head = ["/* Made by tools/geodata.py from data/geo; see data/README.md for sources. */",
            '#include "geo/geo_data.h"', "", "static const uint8_t blob[] = {"]
    numbers = [str(b) for b in w.blob]
    body = [",".join(numbers[i:i + 64]) + "," for i in range(0, len(numbers), 64)]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write("\n".join(head + body + ["};"] + w.lines) + "\n")


main()
