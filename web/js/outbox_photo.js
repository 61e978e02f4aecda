// SPDX-License-Identifier: AGPL-3.0-or-later
// A photo on its way: in parts under an id made on the device, then bound to its report. Every request may
// be made again: the server leaves alone what it has, and says where to go on. Only the answer that names
// the photo and its report is a receipt.
//
// photo: { id, report, url, owner, blob, alt, n, title, about, sent, kept, ... as a report }. sent: bytes that
// the server has; kept: it has made the picture.
const QUICK = 2000; // milliseconds: then the next part may be larger
const LEAST = 16 << 10;
const ODD = 5; // answers that lead nowhere

function grow(parts, quick) {
    parts.part = quick ? Math.min(2 * parts.part, parts.partMost) : parts.part;
}

async function sendPart(photo, at, csrf, { ask, parts }) {
    const first = Math.min(at, photo.blob.size - 1); // all of it, and no answer to the last: once more
    const end = Math.min(first + parts.part, photo.blob.size);
    const begun = Date.now();
    const answer = await ask(`${photo.url}/bilder/${photo.id}`, { method: "PUT", body: photo.blob.slice(first, end), headers: {
        "Content-Type": "application/octet-stream", "Content-Range": `bytes ${first}-${end - 1}/${photo.blob.size}`,
        "X-CSRF-Token": csrf } });
    if (answer.status === 0) parts.part = Math.max(Math.min(LEAST, parts.partMost), parts.part >> 1);
    else grow(parts, Date.now() - begun < QUICK);
    return answer;
}

const bind = (photo, alt, csrf, { ask }) => ask(`${photo.url}/bilder/${photo.id}`, { method: "POST",
    body: new URLSearchParams({ rapport: photo.report, csrf, ...(alt ? { photo_alt: alt } : {}) }) });

function receiptOf(photo, said, lost) {
    const { id, report, owner, title, about, n } = photo;
    return { id, report, owner, photo: n, title, about, at: said.received_at, code: report.slice(24), lost };
}

/** { receipt }, an answer that is none, or null: somebody else goes first. next(values): keep them; may it go on? */
export async function sendPhoto(photo, csrf, way) {
    let { sent, kept, alt } = photo;
    for (let odd = 0; odd < ODD; ) {
        const answer = kept ? await bind(photo, alt, csrf, way) : await sendPart(photo, sent, csrf, way);
        const said = answer.body;
        if (alt && answer.status === 422 && said?.errors?.some((e) => e.field === "photo_alt")) {
            alt = ""; // the report's own words were looked through; only this line is left out
            continue;
        }
        if (said?.id !== photo.id) return { ...answer, kept };
        if (answer.ok && said.state === "bound" && said.report === photo.report && said.received_at)
            return { receipt: receiptOf(photo, said, alt !== photo.alt) };
        const before = sent;
        kept = said.state === "kept";
        sent = kept ? photo.blob.size : Math.min(said.received ?? 0, photo.blob.size);
        if (!answer.ok || (!kept && sent <= before)) odd++;
        if (!(await way.next({ sent, kept }))) return null;
    }
    return { ok: false, status: 0, body: null, wait: 0 };
}
