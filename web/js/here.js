// SPDX-License-Identifier: AGPL-3.0-or-later
// "My position" in the form of a report: taken when the person asks, or by itself when the browser
// has been allowed before. It is said in words and can be taken back; a written place goes before it.
import { all } from "./page.js";
import { fromSweref, toSweref } from "./sweref.js";

const SURE = 150; // metres: a position less sure than this is no place

async function inWords(box, { longitude, latitude }) {
    const url = new URL(box.dataset.urlSay, location.href);
    url.searchParams.set("lon", longitude.toFixed(6));
    url.searchParams.set("lat", latitude.toFixed(6));
    try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        return answer.ok ? (await answer.json()).text : "";
    } catch {
        return ""; // the position itself is enough
    }
}

const ask = () => new Promise((found, failed) => navigator.geolocation.getCurrentPosition(
    found, failed, { enableHighAccuracy: true, timeout: 15000 }));

class Here {
    constructor(box) {
        const form = box.closest("form");
        this.box = box;
        this.words = box.dataset;
        this.button = box.querySelector("button");
        this.said = box.querySelector("[role=status]");
        [this.east, this.north, this.place, this.unknown] = ["east", "north", "place", "unknown"]
            .map((name) => form.querySelector(`[name="${name}"]`));
        this.latest = 0;
        this.mine = false;
        box.hidden = false;
        this.button.addEventListener("click", () => (this.mine ? this.forget() : this.take()));
        this.place.addEventListener("input", () => this.forget());
        this.unknown?.addEventListener("change", () => this.unknown.checked && this.forget());
        this.east.addEventListener("input", (e) => {
            form.querySelector("[name=point_of]")?.remove(); // another point than the page came with
            if (!e.detail) this.show(""); // the map's
        });
        form.addEventListener("reset", () => this.begin(form));
        if (this.east.value) this.keep();
    }

    // A new report in the same form: not where the one before was.
    begin(form) {
        form.querySelector("[name=point_of]")?.remove();
        this.put("", "");
        this.show("");
        setTimeout(() => this.takeIfAllowed());
    }

    // A point that came with the page: of the event before, or of a form that is put back.
    async keep() {
        const at = fromSweref(Number(this.east.value), Number(this.north.value));
        this.show(this.words.tKept, true);
        const now = this.latest;
        const text = await inWords(this.box, { longitude: at.lon, latitude: at.lat });
        if (text && now === this.latest) this.show(`${this.words.tKept} ${text}`, true);
    }

    show(text, mine = false) {
        this.latest++;
        this.mine = mine;
        this.said.textContent = text;
        this.button.textContent = mine ? this.words.tForget : this.words.tUse;
    }

    put(east, north) {
        this.east.value = east;
        this.north.value = north;
        this.east.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "here" }));
    }

    forget() {
        if (this.mine) this.put("", "");
        this.show("");
    }

    async take() {
        this.show(this.words.tFinding);
        const mine = this.latest;
        let coords;
        try {
            ({ coords } = await ask());
        } catch {
            if (mine === this.latest) this.show(this.words.tNone);
            return;
        }
        if (mine !== this.latest) return;
        if (coords.accuracy > SURE) return this.show(this.words.tVague);
        const at = toSweref(coords.longitude, coords.latitude);
        this.put(Math.round(at.east), Math.round(at.north));
        const near = () => `(± ${Math.ceil(coords.accuracy)} m)`;
        this.show(`${this.words.tHere} ${near()}`, true);
        const now = this.latest;
        const text = await inWords(this.box, coords);
        if (text && now === this.latest) this.show(`${this.words.tHere} ${text} ${near()}`, true);
    }

    async takeIfAllowed() {
        if (this.place.value || this.east.value || this.unknown?.checked) return;
        const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
        if (permission?.state === "granted" && !this.place.value) await this.take();
    }
}

export function takePosition() {
    if (!navigator.geolocation) return;
    all("[data-here]").forEach((box) => new Here(box).takeIfAllowed());
}
