// SPDX-License-Identifier: AGPL-3.0-or-later
// Where and when a photo was taken, by its own metadata: the same rules as src/convert/photo_exif.c.
// What is odd is as if it were not there.
const MOST = 200; // entries of a directory

class Tiff {
    constructor(view) {
        this.view = view;
        const order = view.getUint16(0);
        this.little = order === 0x4949;
        if (!this.little && order !== 0x4d4d) throw new RangeError("no TIFF");
    }

    u16(at) {
        return this.view.getUint16(at, this.little);
    }

    u32(at) {
        return this.view.getUint32(at, this.little);
    }

    entry(dir, tag) {
        if (dir < 8) return 0;
        for (let i = 0; i < Math.min(this.u16(dir), MOST); i++)
            if (this.u16(dir + 2 + 12 * i) === tag) return dir + 2 + 12 * i;
        return 0;
    }

    // Where the value of an entry of that type and number begins; 0: there is none.
    value(dir, tag, type, count, bytes) {
        const at = this.entry(dir, tag);
        if (!at || this.u16(at + 2) !== type || this.u32(at + 4) < count) return 0;
        return bytes <= 4 ? at + 8 : this.u32(at + 8);
    }

    sub(dir, tag) {
        const at = this.value(dir, tag, 4, 1, 4);
        return at ? this.u32(at) : 0;
    }

    text(at, n) {
        return at ? String.fromCharCode(...new Uint8Array(this.view.buffer, this.view.byteOffset + at, n)) : "";
    }

    degrees(at) {
        const part = (i) => this.u32(at + 8 * i) / this.u32(at + 8 * i + 4);
        return at ? part(0) + part(1) / 60 + part(2) / 3600 : NaN;
    }
}

function placeOf(t, gps) {
    if (!gps) return null;
    const lat = t.degrees(t.value(gps, 2, 5, 3, 24));
    const lon = t.degrees(t.value(gps, 4, 5, 3, 24));
    const [ns, ew] = [t.text(t.value(gps, 1, 2, 1, 1), 1), t.text(t.value(gps, 3, 2, 1, 1), 1)];
    if (!(lat <= 90) || !(lon <= 180) || (lat === 0 && lon === 0)) return null;
    return { lat: ns === "S" ? -lat : lat, lon: ew === "W" ? -lon : lon };
}

function timeOf(t, first) {
    const exif = t.sub(first, 0x8769);
    const said = t.text((exif && t.value(exif, 0x9003, 2, 19, 19)) || t.value(first, 0x0132, 2, 19, 19), 19);
    const m = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d)/.exec(said);
    if (!m || m[1] < "1990" || Number.isNaN(Date.parse(`${m[1]}-${m[2]}-${m[3]}`))) return null;
    return { date: `${m[1]}-${m[2]}-${m[3]}`, clock: `${m[4]}:${m[5]}` };
}

function segment(view) {
    if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
    for (let at = 2; view.getUint8(at) === 0xff; ) {
        const marker = view.getUint8(at + 1);
        if (marker === 0xda || marker === 0xd9) return null;
        const length = view.getUint16(at + 2);
        if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966)
            return new DataView(view.buffer, at + 10, length - 8);
        at += 2 + length;
    }
    return null;
}

/** { place: { lat, lon } or null, time: { date, clock } or null } of the first bytes of a file. */
export function readExif(buffer) {
    try {
        const found = segment(new DataView(buffer));
        if (!found) return { place: null, time: null };
        const t = new Tiff(found);
        const first = t.u32(4);
        return { place: placeOf(t, t.sub(first, 0x8825)), time: timeOf(t, first) };
    } catch {
        return { place: null, time: null };
    }
}
