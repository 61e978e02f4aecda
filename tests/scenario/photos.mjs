// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures as a telephone makes them: with place, time, a maker's name and which way is up.

import { readFileSync } from "node:fs";
import path from "node:path";

export const plain = readFileSync(path.resolve("tests/data/photo/quarters.jpg"));
export const SECRET = "Telefon-av-Märke-4711";

const u16 = (v) => { const b = Buffer.alloc(2); b.writeUInt16BE(v); return b; };
const u32 = (v) => { const b = Buffer.alloc(4); b.writeUInt32BE(v); return b; };
const entry = (tag, type, count, value) =>
  Buffer.concat([u16(tag), u16(type), u32(count), Buffer.isBuffer(value) ? value : u32(value)]);
const four = (s) => Buffer.from(s.padEnd(4, "\0"), "latin1");
const degrees = (v) => {
  const d = Math.floor(v), m = Math.floor((v - d) * 60), s = Math.round(((v - d) * 60 - m) * 6000);
  return Buffer.concat([d, 1, m, 1, s, 100].map(u32));
};

/** The bytes of an Exif segment. */
function exif({ lat = 58.71, lon = 13.82, taken = "2026:01:14 22:40:07", turn = 1 } = {}) {
  const name = Buffer.from(SECRET + "\0", "latin1");
  const at = { exif: 62, clock: 80, gps: 100, lat: 154, lon: 178, name: 202 };
  const tiff = Buffer.concat([
    Buffer.from("MM\0*", "latin1"), u32(8), u16(4),
    entry(0x010f, 2, name.length, at.name), entry(0x0112, 3, 1, Buffer.concat([u16(turn), u16(0)])),
    entry(0x8769, 4, 1, at.exif), entry(0x8825, 4, 1, at.gps), u32(0),
    u16(1), entry(0x9003, 2, 20, at.clock), u32(0),
    Buffer.from(taken + "\0", "latin1"),
    u16(4), entry(1, 2, 2, four("N")), entry(2, 5, 3, at.lat), entry(3, 2, 2, four("E")), entry(4, 5, 3, at.lon),
    u32(0), degrees(lat), degrees(lon), name,
  ]);
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]));
}

export const segment = (marker, bytes) =>
  Buffer.concat([Buffer.from([0xff, marker]), u16(bytes.length + 2), bytes]);

/** A picture with everything that may be in one beside its pixels. */
export function telephone(said) {
  const comment = segment(0xfe, Buffer.from(SECRET, "latin1"));
  const xmp = segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x>${SECRET}</x>`, "latin1"));
  return Buffer.concat([plain.subarray(0, 2), exif(said), xmp, comment, plain.subarray(2),
    Buffer.from(`PK\x03\x04${SECRET}`, "latin1")]);
}

/** { width, height } of a JPEG, and the markers of its segments. */
export function look(jpeg) {
  const out = { markers: [] };
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    out.markers.push(jpeg[at + 1].toString(16));
    if (jpeg[at + 1] === 0xc0) Object.assign(out, { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) });
  }
  return out;
}
