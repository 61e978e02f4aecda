// SPDX-License-Identifier: AGPL-3.0-or-later
// Unsent reports and photos as a file, and back. The ids go along: what the server has, it does not take
// again.
const FORMAT = "samsyn-unsent-reports";
const MOST = 500;
const BYTES = 96 << 20;
const PHOTO_BYTES = 16 << 20;
const PIECE = 0x6000; // bytes at a time; a multiple of three

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ADDRESS = /^\/\d{4}\/rapportera(\/inget|\/flera)?$/;

async function asBase64(blob) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let out = "";
    for (let at = 0; at < bytes.length; at += PIECE) out += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
    return out;
}

/** The text of such a file; what is only a photo has its report at the municipality already. */
export async function asText(items, photos = [], now = Date.now()) {
    const reports = items.map(({ id, url, kind, title, about, written, fields }) => (
        { id, url, kind, title, about, written: new Date(written).toISOString(), fields }));
    const pictures = [];
    for (const { id, report, url, title, about, n, alt, blob } of photos)
        pictures.push({ id, report, url, title, about, n, alt, jpeg: await asBase64(blob) });
    return JSON.stringify({ format: FORMAT, version: 2, saved: new Date(now).toISOString(), reports, photos: pictures }, null, 2);
}

const text = (v, most) => typeof v === "string" && v.length <= most;
const isId = (v) => text(v, 36) && ID.test(v);
const isPair = (f) => Array.isArray(f) && f.length === 2 && text(f[0], 40) && text(f[1], 8000);
const isAddress = (v) => text(v, 60) && ADDRESS.test(v);

function report(r) {
    const written = Date.parse(r?.written);
    const whole = isId(r?.id) && isAddress(r.url) && ["one", "calm", "many"].includes(r.kind) && text(r.title, 400) &&
        text(r.about, 400) && Number.isFinite(written) && Array.isArray(r.fields) && r.fields.length <= 200 &&
        r.fields.every(isPair);
    if (!whole) return null;
    const { id, url, kind, title, about, fields } = r;
    return { id, url, kind, title, about, written, fields };
}

function jpegOf(base64) {
    try {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.length <= PHOTO_BYTES ? new Blob([bytes], { type: "image/jpeg" }) : null;
    } catch {
        return null;
    }
}

function photo(p) {
    const whole = isId(p?.id) && isId(p.report) && isAddress(p.url) && text(p.title, 400) && text(p.about, 400) &&
        text(p.alt, 200) && Number.isInteger(p.n) && p.n > 0 && p.n < 10 && text(p.jpeg, 2 * PHOTO_BYTES);
    const blob = whole && jpegOf(p.jpeg);
    if (!blob) return null;
    const { id, report: of, url, title, about, n, alt } = p;
    return { id, report: of, url, title, about, n, alt, blob };
}

function listOf(list, read) {
    const all = Array.isArray(list) ? list.slice(0, MOST + 1).map(read) : [null];
    return all.length > MOST || all.includes(null) ? null : all;
}

/** { reports, photos } of a file; null when it is no such file, whole. */
export function fromText(content) {
    if (content.length > BYTES) return null;
    let data;
    try {
        data = JSON.parse(content);
    } catch {
        return null;
    }
    if (data?.format !== FORMAT || ![1, 2].includes(data.version)) return null;
    const reports = listOf(data.reports, report);
    const photos = data.version === 1 ? [] : listOf(data.photos, photo);
    return reports && photos ? { reports, photos } : null;
}

export function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
