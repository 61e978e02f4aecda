// SPDX-License-Identifier: AGPL-3.0-or-later
// Unsent reports as a file, and back. The ids go along: what the server has, it does not take again.
const FORMAT = "samsyn-unsent-reports";
const MOST = 500;
const BYTES = 4 << 20;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ADDRESS = /^\/\d{4}\/rapportera(\/inget|\/flera)?$/;

export function asText(items, now = Date.now()) {
    const reports = items.map(({ id, url, kind, title, about, written, fields }) => (
        { id, url, kind, title, about, written: new Date(written).toISOString(), fields }));
    return JSON.stringify({ format: FORMAT, version: 1, saved: new Date(now).toISOString(), reports }, null, 2);
}

const text = (v, most) => typeof v === "string" && v.length <= most;
const isPair = (f) => Array.isArray(f) && f.length === 2 && text(f[0], 40) && text(f[1], 8000);

function report(r) {
    const written = Date.parse(r?.written);
    const whole = text(r?.id, 36) && ID.test(r.id) && text(r.url, 60) && ADDRESS.test(r.url) &&
        ["one", "calm", "many"].includes(r.kind) && text(r.title, 400) && text(r.about, 400) &&
        Number.isFinite(written) && Array.isArray(r.fields) && r.fields.length <= 200 && r.fields.every(isPair);
    if (!whole) return null;
    const { id, url, kind, title, about, fields } = r;
    return { id, url, kind, title, about, written, fields };
}

/** The reports of a file; null when it is no such file, whole. */
export function fromText(content) {
    if (content.length > BYTES) return null;
    let data;
    try {
        data = JSON.parse(content);
    } catch {
        return null;
    }
    if (data?.format !== FORMAT || data.version !== 1 || !Array.isArray(data.reports)) return null;
    const reports = data.reports.slice(0, MOST + 1).map(report);
    return reports.length > MOST || reports.includes(null) ? null : reports;
}

export function save(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
