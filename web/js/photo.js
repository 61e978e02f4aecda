// SPDX-License-Identifier: AGPL-3.0-or-later
// Photos in the form of a report: made smaller on the device and shown before they are sent. What is
// sent are the new pictures, so nothing of the old files leaves the device; place and time are read
// from the first one and proposed. Each has an id from here on, the name of its file: the outbox keeps and
// sends it under that.
import { all } from "./page.js";
import { Store } from "./outbox_store.js";
import { Cover } from "./photo_cover.js";
import { readExif } from "./photo_exif.js";
import { toSweref } from "./sweref.js";
import { uuid7 } from "./uuid7.js";

const SIDE = 1600;
const HEAD = 256 * 1024; // where metadata are found
const JUST_NOW = 30 * 60 * 1000;

const isHeic = (file) => /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name);

function element(name, text, set = {}) {
    const e = Object.assign(document.createElement(name), set);
    if (text) e.textContent = text;
    return e;
}

async function shrunk(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = element("canvas", "", {
        width: Math.max(1, Math.round(bitmap.width * part)),
        height: Math.max(1, Math.round(bitmap.height * part)),
    });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob) throw new Error("no picture");
    return blob;
}

// As the field of times reads it, and as it is told: "22 november 2026 kl. 14.05".
function inWords({ date, clock }) {
    const swedish = document.documentElement.lang === "sv";
    const day = new Date(`${date}T12:00`).toLocaleDateString(swedish ? "sv-SE" : "en-GB",
        { day: "numeric", month: "long", year: "numeric" });
    return swedish ? Array(2).fill(`${day} kl. ${clock.replace(":", ".")}`) : [`${date} ${clock}`, `${day}, ${clock}`];
}

/** What the picture says of itself, put into the form where the person has said nothing. */
class Proposal {
    constructor(form, box) {
        this.form = form;
        this.words = box.dataset;
        this.said = box.querySelector("[data-photo-said]");
        [this.place, this.when, this.east, this.north, this.unknown] =
            ["place", "when", "east", "north", "unknown"].map((n) => form.querySelector(`[name="${n}"]`));
    }

    async take({ place, time }) {
        const words = [];
        const offered = this.form.querySelector("[name=when_pick]:checked");
        this.before = [this.east?.value, this.north?.value, this.when?.value, offered];
        this.took = {};
        if (place && this.east && !this.place.value && !this.unknown?.checked) {
            const at = toSweref(place.lon, place.lat);
            this.put(Math.round(at.east), Math.round(at.north));
            const near = await this.near(place);
            this.took.place = true;
            words.push(this.words.tPlace.replace("[place]", near || `${place.lat.toFixed(4)}, ${place.lon.toFixed(4)}`));
        }
        if (time && this.when && !this.when.value && Date.now() - new Date(`${time.date}T${time.clock}`) > JUST_NOW) {
            const [value, told] = inWords(time);
            this.when.value = value;
            if (offered) offered.checked = false; // the photo's time is meant, not "just now"
            this.took.when = true;
            words.push(this.words.tWhen.replace("[when]", told));
        }
        if (words.length) this.tell(words.join(" "));
    }

    put(east, north) {
        this.east.value = east;
        this.north.value = north;
        this.east.dispatchEvent(new CustomEvent("input", { bubbles: true }));
    }

    async near({ lon, lat }) {
        const url = new URL(this.words.urlSay, location.href);
        url.searchParams.set("lon", lon.toFixed(6));
        url.searchParams.set("lat", lat.toFixed(6));
        try {
            const answer = await fetch(url, { headers: { Accept: "application/json" } });
            return answer.ok ? (await answer.json()).text : "";
        } catch {
            return ""; // without a network: in figures
        }
    }

    tell(text) {
        const { place, when: time } = this.took;
        const label = place && time ? this.words.tForget : place ? this.words.tForgetPlace : this.words.tForgetWhen;
        const forget = element("button", label, { type: "button", className: "button link" });
        forget.addEventListener("click", () => {
            const [east, north, when, offered] = this.before;
            if (place) this.put(east, north);
            if (time) this.when.value = when;
            if (time && offered) offered.checked = true;
            this.said.replaceChildren();
        });
        this.said.replaceChildren(`${text} `, forget);
    }
}

class Photos {
    constructor(box) {
        this.box = box;
        this.words = box.dataset;
        this.form = box.closest("form");
        this.input = box.querySelector("input[type=file]");
        this.list = box.querySelector("[data-photo-list]");
        this.proposal = new Proposal(this.form, box);
        this.status = element("p", "", { className: "hint" });
        this.status.setAttribute("role", "status");
        this.list.after(this.status);
        this.cover = new Cover(box.querySelector("[data-cover]"));
        this.photos = [];
        this.work = null;
        this.input.addEventListener("change", () => this.take([...this.input.files]));
        box.addEventListener("change", (e) => e.target.closest("[data-kept]") && this.show());
        this.form.addEventListener("submit", (e) => this.wait(e), true);
        this.form.addEventListener("reset", () => this.clear());
        this.work = this.bring().finally(() => (this.work = null));
        box.dataset.ready = "";
    }

    // Those of a report that is mended wait in the telephone; others were chosen before this script came.
    async bring() {
        const chosen = [...this.input.files];
        const store = await Store.open().catch(() => null);
        const mine = ((await store?.photos()) ?? []).filter((p) => p.report === this.form.elements.id.value);
        store?.db.close();
        this.photos = mine.sort((a, b) => a.n - b.n).map(({ id, blob, alt }) => ({ id, blob, alt }));
        if (chosen.length) await this.takeAll(chosen);
        else if (mine.length) this.show();
    }

    clear() {
        this.photos = [];
        this.status.textContent = "";
        this.proposal.said.replaceChildren();
        setTimeout(() => this.show()); // when the form is empty
    }

    // Sending while a photo is still being made smaller sends it when that is done.
    wait(e) {
        if (!this.work) return;
        e.preventDefault();
        e.stopImmediatePropagation();
        const by = e.submitter;
        this.work.then(() => this.form.requestSubmit(by));
    }

    kept() {
        return all("[data-kept] input:checked", this.box).length;
    }

    room() {
        return Number(this.words.most) - this.kept() - this.photos.length;
    }

    take(files) {
        this.sync(); // the files themselves are never sent
        this.work = this.takeAll(files).finally(() => (this.work = null));
    }

    async takeAll(files) {
        this.status.textContent = this.words.tWorking;
        let said = this.words.tAdded;
        for (const file of files) {
            if (this.room() < 1) {
                said = this.words.tFull;
                break;
            }
            const problem = await this.add(file);
            if (problem) said = problem;
        }
        this.status.textContent = said;
        this.show();
    }

    async add(file) {
        let blob;
        try {
            blob = await shrunk(file);
        } catch {
            return isHeic(file) ? this.words.tHeic : this.words.tUnread;
        }
        const first = this.photos.length === 0 && this.kept() === 0;
        this.photos.push({ id: uuid7(), blob, alt: "" });
        if (first) await this.proposal.take(readExif(await file.slice(0, HEAD).arrayBuffer()));
        return "";
    }

    sync() {
        const files = new DataTransfer();
        for (const p of this.photos) files.items.add(new File([p.blob], `${p.id}.jpg`, { type: "image/jpeg" }));
        this.input.files = files.files;
    }

    show() {
        for (const p of this.photos) if (p.url) URL.revokeObjectURL(p.url);
        this.list.replaceChildren(...this.photos.map((p, i) => this.row(p, i)));
        const chosen = this.photos.length + this.kept() > 0;
        const label = this.box.querySelector("[data-photo-file] label");
        label.firstChild.textContent = `${chosen ? this.words.tMore : this.words.tTake} `; // "optional" stands behind
        this.box.querySelector("[data-photo-file]").hidden = this.room() < 1;
        this.sync();
    }

    row(photo, i) {
        const number = i + 1;
        const named = (text) => text.replace("[number]", number);
        const row = element("div", "", { className: "photo" });
        photo.url = URL.createObjectURL(photo.blob);
        const actions = element("div", "", { className: "actions" });
        const cover = element("button", named(this.words.tCover), { type: "button", className: "button quiet" });
        const remove = element("button", named(this.words.tRemove), { type: "button", className: "button link" });
        cover.addEventListener("click", () => this.coverIn(photo, i));
        remove.addEventListener("click", () => this.remove(i));
        actions.append(cover, remove);
        row.append(element("img", "", { src: photo.url, alt: photo.alt || named(this.words.tNew) }), actions,
            this.altField(photo, i));
        return row;
    }

    altField(photo, i) {
        const field = element("div", "", { className: "field" });
        const id = `f-photo_alt-${this.kept() + i + 1}`;
        const label = element("label", this.words.tAlt, { htmlFor: id });
        label.append(" ", element("span", this.words.tOptional, { className: "soft" }));
        const input = element("input", "", { className: "input", id, type: "text", maxLength: 200,
            name: `photo_alt-${this.kept() + i + 1}`, value: photo.alt, autocomplete: "off" });
        input.addEventListener("input", () => (photo.alt = input.value));
        field.append(label, input);
        return field;
    }

    remove(i) {
        this.photos.splice(i, 1);
        this.status.textContent = this.words.tRemoved;
        this.show();
        this.input.focus();
    }

    async coverIn(photo, i) {
        const bitmap = await createImageBitmap(photo.blob);
        const covered = await this.cover.open(bitmap);
        bitmap.close();
        if (covered) {
            Object.assign(photo, { blob: covered, id: uuid7() }); // another picture
            this.status.textContent = this.words.tCovered;
            this.show();
        }
        all(".photo .button.quiet", this.list)[i]?.focus();
    }
}

all("[data-photos]").filter((box) => box.querySelector("input[type=file]")).forEach((box) => new Photos(box));
