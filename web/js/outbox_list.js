// SPDX-License-Identifier: AGPL-3.0-or-later
// What is shown of the reports and photos that wait: whose, how many, why they wait, and what came of the
// others.
const add = (parent, tag, text, name) => {
    const node = parent.appendChild(document.createElement(tag));
    node.textContent = text;
    if (name) node.className = name;
    return node;
};

export const count = (words, name, n) => (n === 1 ? words[`${name}One`] : words[name].replace("%", n));

/** "Det här har vi läst in ur filen: 1 rapport och 2 bilder." */
export function fromFile(words, reports, photos) {
    const r = count(words, "tFileReports", reports), p = count(words, "tFilePhotos", photos);
    const both = words.tFileBoth.replace("%1", r).replace("%2", p);
    const what = reports && photos ? both : reports ? r : p;
    return reports + photos ? words.tFileRead.replace("%", what) : words.tFileOld;
}

/** "14.02", or with its day when that is another. */
export function clock(at, now = Date.now(), lang = document.documentElement.lang) {
    const date = new Date(at);
    const day = (d) => d.toLocaleDateString("sv-SE");
    const time = `${date.getHours()}`.padStart(2, "0") + (lang === "sv" ? "." : ":") + `${date.getMinutes()}`.padStart(2, "0");
    if (day(date) === day(new Date(now))) return time;
    return `${date.toLocaleDateString(lang === "sv" ? "sv-SE" : "en-GB", { day: "numeric", month: "long" })} ${time}`;
}

// The code of a municipality's exercise is its own and 5000.
const titleOf = (words, { url, title }) => (/^\/[5-7]/.test(url ?? "") ? `${words.tExercise}: ${title}` : title);
const nameOf = ({ title, about }) => title + (about ? `, ${about}` : "");
const photoName = (words, n, of) => words.tPhoto.replace("%1", n).replace("%2", nameOf(of));

/** "Skadegörelse: Mottagen 14.02, kvitto 0193...." */
export function received(words, r) {
    const what = r.photo ? photoName(words, r.photo, r) : r.title;
    const said = words.tReceived.replace("%1", clock(r.at)).replace("%2", r.code);
    return `${what}: ${said}.${r.lost ? ` ${words.tPhotoAlt}` : ""}`;
}

const details = (item) => (item.problems ?? []).map((p) => p.detail).join(" ");

function why(words, item, sending) {
    if (sending) return words.tSending;
    const known = { offline: "tOffline", server: "tServer", login: "tLogin", other: "tOther", wait: "tWait",
        forbidden: "tForbidden", large: "tLarge", conflict: "tConflict", gone: "tGone" }[item.reason];
    if (known) return words[known];
    return item.problems?.length ? `${words.tProblem} ${details(item)}` : "";
}

function whyPhoto(words, photo, { sending, loose }) {
    if (sending) return words.tPhotoPercent.replace("%", Math.floor((100 * photo.sent) / photo.blob.size));
    const refused = { large: "tPhotoLarge", conflict: "tPhotoConflict", off: "tPhotoOff", invalid: "tPhotoRefused",
        refused: "tPhotoRefused" }[photo.reason];
    if (refused) return `${words[refused]} ${photo.reason === "invalid" ? details(photo) : ""}`.trim();
    const waits = { offline: "tOffline", server: "tPhotoServer", login: "tLogin", other: "tOther", wait: "tWait",
        forbidden: "tForbidden" }[photo.reason];
    return [loose ? words.tPhotoLoose : words.tPhotoWaits, waits ? words[waits] : ""].filter(Boolean).join(" ");
}

function buttons(node, names, label, act) {
    const actions = add(node, "div", "", "actions");
    for (const [text, does] of names) {
        const button = add(actions, "button", text, "button quiet");
        button.type = "button";
        button.setAttribute("aria-label", `${text}: ${label}`);
        button.addEventListener("click", () => does(act));
    }
}

function row(words, item, { photos, sending }, act) {
    const node = document.createElement("li");
    const head = add(node, "p", "");
    add(head, "strong", titleOf(words, item));
    head.append(`${item.about ? `, ${item.about}` : ""}, ${words.tWritten} ${clock(item.written)}`);
    const mine = photos.filter((p) => p.report === item.id);
    if (mine.length) add(node, "p", count(words, "tWithPhoto", mine.length));
    add(node, "p", why(words, item, item.id === sending), item.state === "problem" ? "error-text" : "soft");
    const lost = mine.filter((p) => p.loose);
    if (lost.length) add(node, "p", words.tPhotoLoose, "error-text");
    if (item.state !== "problem") return node;
    const first = { conflict: [], gone: [[words.tReal, () => act.real(item, mine)]] }[item.reason];
    buttons(node, [...(first ?? [[words.tMend, () => act.mend(item)]]), [words.tRemove, () => act.remove(item, mine.length)]], item.title);
    return node;
}

function photoRow(words, photo, sending, act) {
    const node = document.createElement("li");
    const name = photoName(words, photo.n, photo);
    add(add(node, "p", ""), "strong", name);
    const problem = photo.state === "problem";
    add(node, "p", whyPhoto(words, photo, { sending: photo.id === sending, loose: photo.loose }),
        problem || photo.loose ? "error-text" : "soft");
    const keep = [words.tPhotoSave, () => act.savePhoto(photo)];
    const remove = [words.tRemove, () => act.removePhoto(photo)];
    if (problem || photo.loose) buttons(node, problem ? [keep, remove] : [keep], name);
    return node;
}

function summary(words, { mine, photos, others }, alone) {
    const said = [];
    if (mine.length) said.push(count(words, "tWaiting", mine.length));
    if (alone.length) said.push(count(words, "tPhotosWaiting", alone.length));
    if (others.reports) said.push(count(words, "tOthers", others.reports));
    else if (others.photos) said.push(words.tOthersPhotos);
    return said.join(" ");
}

/** mine, photos: to be shown; others: { reports, photos }, how many belong to somebody else. */
export function draw(box, state, act) {
    const { mine, photos, others, sending, login } = state;
    const words = box.dataset;
    const list = box.querySelector("ul");
    const alone = photos.filter((p) => !mine.some((item) => item.id === p.report));
    const n = mine.length + alone.length;
    box.querySelector("[data-outbox-count]").textContent = summary(words, state, alone);
    list.replaceChildren(...mine.map((item) => row(words, item, { photos, sending }, act)),
        ...alone.map((photo) => photoRow(words, photo, sending, act)));
    list.hidden = n === 0;
    for (const part of box.querySelectorAll("[data-outbox-keep], .actions:not(li *)")) part.hidden = n === 0;
    box.hidden = n + others.reports + others.photos === 0;
    if (login && n) {
        const link = add(list.lastElementChild, "a", words.tLoginDo, "button quiet");
        link.href = `/logga-in?till=${encodeURIComponent(words.outbox)}`;
    }
}
