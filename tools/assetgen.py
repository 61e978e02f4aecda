#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""assetgen.py OUT.c ROOT: bundles web/ with esbuild and writes the bytes as C tables.

The same sources give the same bytes: no dates, no machine paths. Later files may name earlier
ones: WORKER_URL in the map's script, {{icon.svg}} in the manifest."""

import gzip
import hashlib
import json
import math
import pathlib
import struct
import subprocess
import sys
import zlib

TARGET = "--target=chrome100,firefox100,safari15"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}

# What a report needs without a network; the worker's bytes change when any of them does.
KEPT = ("site.css", "site.js", "icon.svg", "site.webmanifest")

ICONS = (("icon-180.png", 180, True), ("icon-192.png", 192, False), ("icon-512.png", 512, False),
         ("icon-whole.png", 512, True))


def esbuild(root, source, *options):
    tool = root / "node_modules/esbuild/bin/esbuild"
    if not tool.exists():
        sys.exit("assetgen: node_modules is missing. Run tools/npm.sh build first.")
    run = subprocess.run(
        ["node", str(tool), str(source), "--bundle", "--minify", "--legal-comments=none",
         "--charset=utf8", "--log-level=warning", TARGET, *options],
        cwd=root, stdout=subprocess.PIPE, check=False)
    if run.returncode:
        sys.exit(f"assetgen: esbuild refused {source}")
    return run.stdout


def script(root, source, *options):
    return esbuild(root, source, "--format=esm", *options)


class Assets:
    def __init__(self):
        self.all = []

    def add(self, name, data):
        stem, ext = name.rsplit(".", 1)
        digest = hashlib.sha256(data).hexdigest()
        packed = gzip.compress(data, 9, mtime=0)
        path = f"/_/{stem}.{digest[:8]}.{ext}"
        self.all.append({
            "name": name, "path": path, "type": TYPES["." + ext], "data": data,
            "gz": packed if len(packed) < len(data) else b"", "hash": digest})
        return path


def coverage(distance):
    """How much of a pixel lies inside, from the distance of its middle to the edge in pixels."""
    return min(1.0, max(0.0, 0.5 - distance))


def drawn_icon(size, whole):
    """icon.svg in pixels, for what takes no SVG; whole: to the edge, where a telephone cuts the corners.
    Two rings and where they meet, on the ground: the same numbers as in the file."""
    ground, ink, scale = (0x0a, 0x4a, 0x7a), (0xfb, 0xfa, 0xf7), size / 64
    rows = bytearray()
    for py in range(size):
        rows.append(0)  # no filter
        y = (py + 0.5) / scale
        for px in range(size):
            x = (px + 0.5) / scale
            left, right = math.hypot(x - 24.5, y - 32) - 15, math.hypot(x - 39.5, y - 32) - 15
            mark = coverage(scale * min(abs(left) - 1.8, abs(right) - 1.8, max(left, right)))
            corner = math.hypot(max(abs(x - 32) - 22, 0), max(abs(y - 32) - 22, 0)) - 10
            alpha = 1.0 if whole else coverage(scale * corner)
            rows += bytes(round(g + (i - g) * mark) for g, i in zip(ground, ink))
            rows.append(round(255 * alpha))

    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
            chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b""))


def literal(data):
    """C string literals in short lines; octal escapes cannot swallow the next character."""
    for start in range(0, len(data), 96):
        piece = data[start:start + 96]
        yield '"' + "".join(
            chr(c) if 32 <= c < 127 and c not in b'"\\?' else f"\\{c:03o}" for c in piece) + '"'


def write_c(out, assets):
    rows = sorted(assets, key=lambda a: a["path"].encode())
    with open(out, "w", encoding="ascii", newline="\n") as f:
        f.write("/* Made by tools/assetgen.py from web/. */\n#include \"assets_table.h\"\n")
        for i, a in enumerate(rows):
            for kind in ("data", "gz"):
                if a[kind]:
                    f.write(f"\nstatic const unsigned char {kind}_{i}[] =\n")
                    f.write("\n".join(literal(a[kind])) + ";\n")
        f.write("\nconst struct asset asset_table[] = {\n")
        for i, a in enumerate(rows):
            gz = f"gz_{i}" if a["gz"] else "0"
            f.write(f'    {{"{a["name"]}", "{a["path"]}", "{a["type"]}",\n'
                    f'     data_{i}, {len(a["data"])}, {gz}, {len(a["gz"])},\n'
                    f'     "{a["hash"]}"}},\n')
        f.write("};\nconst size_t asset_count = sizeof asset_table / sizeof asset_table[0];\n")


def main(out, root):
    root = pathlib.Path(root).resolve()
    web = root / "web"
    maplibre = root / "node_modules/maplibre-gl/dist"
    assets = Assets()
    manifest = (web / "manifest.webmanifest").read_text(encoding="utf-8")
    icons = {"icon.svg": (web / "icons/icon.svg").read_bytes().strip()}
    for name, size, whole in ICONS:
        icons[name] = drawn_icon(size, whole)
    for name, data in icons.items():
        manifest = manifest.replace("{{" + name + "}}", assets.add(name, data))
    manifest = json.loads(manifest)
    assets.add("site.webmanifest", json.dumps(manifest, ensure_ascii=False).encode())
    assets.add("site.css", esbuild(root, web / "css/site.css"))
    assets.add("map.css", esbuild(root, maplibre / "maplibre-gl.css", "--loader:.svg=dataurl"))
    assets.add("site.js", script(root, web / "js/site.js"))
    worker = assets.add("map-worker.js", script(root, maplibre / "maplibre-gl-worker.mjs"))
    assets.add("map.js", script(root, web / "js/map.js", f'--define:WORKER_URL="{worker}"'))
    assets.add("photo.js", script(root, web / "js/photo.js"))
    guard = assets.add("guard.js", script(root, web / "js/guard.js", "--loader:.txt=text"))
    assets.add("work.js", script(root, web / "js/work.js"))
    kept = [a["path"] for a in assets.all if a["name"] in KEPT]
    assets.add("worker.js", script(root, web / "js/worker.js", f"--define:KEPT={json.dumps(kept)}",
                                f"--define:GUARD={json.dumps(guard)}"))
    write_c(out, assets.all)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: assetgen.py OUT.c ROOT")
    main(sys.argv[1], sys.argv[2])
