// SPDX-License-Identifier: AGPL-3.0-or-later
// The coordinator's inbox by keyboard: one letter an action, the next report in focus after it. The forms
// are the page's own; they are only sent in the background.
import { all } from "./page.js";

const KEPT = "samsyn-granska-tangenter";
const MOVES = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function kept() {
    try {
        return localStorage.getItem(KEPT) !== "av";
    } catch {
        return true;
    }
}

function keep(on) {
    try {
        localStorage.setItem(KEPT, on ? "på" : "av");
    } catch {
        // for this page only
    }
}

const writing = (node) => node.closest("textarea, select, input:not([type=checkbox], [type=radio])");

class Inbox {
    constructor(box) {
        this.box = box;
        this.live = box.querySelector("[data-live]");
        this.on = kept();
        this.busy = false;
        document.addEventListener("keydown", (e) => this.key(e));
        this.number();
        this.back();
        box.addEventListener("submit", (e) => this.submit(e));
        box.addEventListener("click", (e) => this.click(e));
        box.addEventListener("change", (e) => e.target.matches("input[name=main]") && this.showMain(e.target));
        const help = box.querySelector("[data-help]");
        if (help) help.hidden = false;
        this.showKeys();
    }

    // A digit for each reason, where one is chosen.
    number() {
        all("dialog input[type=radio]", this.box).forEach((radio, i) => {
            radio.dataset.digit = i + 1;
            const key = document.createElement("kbd");
            key.textContent = i + 1;
            key.setAttribute("aria-hidden", "true");
            radio.labels[0].append(" ", key);
        });
    }

    // After undo: to the report that came back.
    back() {
        const card = location.hash.startsWith("#r-") && document.getElementById(location.hash.slice(1));
        if (card) card.focus();
    }

    text(name) {
        return this.box.dataset[name];
    }

    // Said aloud, and `short` in the bar that follows the window; "": the page shows it already.
    say(words, short = words) {
        this.live.textContent = "";
        requestAnimationFrame(() => (this.live.textContent = words));
        if (!short) return;
        const bar = this.box.querySelector("[data-latest]");
        bar.hidden = false;
        bar.classList.add("follows");
        bar.querySelector("[data-said]").textContent = short;
    }

    cards() {
        return all("[data-report]", this.box);
    }

    current() {
        return document.activeElement?.closest("[data-report]") ?? null;
    }

    picked() {
        return all("[data-report] input[name=rapport][type=checkbox]:checked", this.box);
    }

    // What the next action means: the chosen ones, otherwise the one in focus.
    targets() {
        const chosen = this.picked().map((box) => box.value);
        const here = this.current();
        return chosen.length ? chosen : here ? [here.dataset.report] : [];
    }

    showKeys() {
        this.box.classList.toggle("review-no-keys", !this.on);
        const button = this.box.querySelector("[data-keys]");
        if (button) button.textContent = this.on ? this.text("tOff") : this.text("tOn");
        for (const one of all("[data-key]", this.box)) {
            if (this.on) one.setAttribute("aria-keyshortcuts", one.dataset.key);
            else one.removeAttribute("aria-keyshortcuts");
        }
    }

    // The buttons of a group say which report they mean; that of the main one means all the others.
    showMain(radio) {
        const main = radio.closest("[data-report]"), group = radio.closest("[data-group]");
        const words = main
            ? `${this.text("tSame")} ${main.querySelector(".review-no").textContent}`
            : this.text("tKnown");
        const others = all("[data-report]", group).length > 1;
        for (const button of all("[data-report] button[value=link]", group)) {
            const here = others && button.closest("[data-report]") === main;
            button.firstChild.textContent = `${here ? this.text("tHere") : words} `;
            if (here) button.setAttribute("form", radio.form.id);
            else button.removeAttribute("form");
        }
        this.say(words, "");
    }

    move(step) {
        const cards = this.cards();
        const at = cards.indexOf(this.current());
        const next = at < 0 ? (step > 0 ? 0 : cards.length - 1) : at + step;
        cards[Math.max(0, Math.min(cards.length - 1, next))]?.focus();
    }

    key(e) {
        if (!this.on || e.ctrlKey || e.metaKey || e.altKey || writing(e.target)) return;
        const dialog = document.querySelector("dialog[open]");
        if (dialog && /^[1-9]$/.test(e.key)) return this.digit(e, dialog);
        if (dialog || e.target.closest(".menu")) return;
        if (e.key === "?") return this.help(e);
        const step = MOVES[e.key];
        if (step && !(e.key.startsWith("Arrow") && e.target.matches("input"))) {
            e.preventDefault();
            this.move(step);
        } else if (/^[a-z]$/.test(e.key)) this.press(e);
    }

    help(e) {
        const help = this.box.querySelector("[data-help]");
        if (!help) return;
        e.preventDefault();
        help.open = !help.open;
        help.querySelector("summary").focus();
    }

    digit(e, dialog) {
        const radio = dialog.querySelector(`[data-digit="${e.key}"]`);
        if (!radio) return;
        e.preventDefault();
        radio.checked = true;
        radio.focus();
    }

    press(e) {
        const undo = this.box.querySelector(`[data-undo] [data-key="${e.key}"]`);
        if (undo) {
            if (undo.closest("[hidden]") || this.busy) return;
            e.preventDefault();
            return undo.click();
        }
        const here = this.current();
        const known = this.box.querySelector(`[data-report] [data-key="${e.key}"]`);
        if (!known) return;
        e.preventDefault();
        if (this.busy) return;
        const first = this.picked()[0]?.closest("[data-report]");
        const card = here ?? (e.key === "x" || e.key === "h" ? null : first);
        if (!card) return this.say(this.text("tNone"));
        const control = card.querySelector(`[data-key="${e.key}"]`);
        if (!control) return e.key === "f" && this.say(this.text("tNobody"));
        control.click();
        if (control.type === "checkbox") this.say(this.text(control.checked ? "tPicked" : "tUnpicked"), "");
    }

    click(e) {
        const link = e.target.closest("[data-dialog]");
        const closing = e.target.closest("[data-close]");
        if (e.target.closest("[data-keys]")) {
            this.on = !this.on;
            keep(this.on);
            this.showKeys();
        } else if (closing) closing.closest("dialog").close();
        else if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
            const dialog = this.box.querySelector(`dialog[data-for="${link.dataset.dialog}"]`);
            if (!dialog?.showModal) return; // the link leads to a page with the same form
            e.preventDefault();
            this.open(dialog, link.closest("[data-report]"));
        }
    }

    open(dialog, card) {
        const chosen = this.picked().map((box) => box.value);
        const form = dialog.querySelector("form");
        this.from = card;
        all("[data-target]", form).forEach((input) => input.remove());
        for (const id of chosen.length ? chosen : [card.dataset.report]) {
            const input = Object.assign(document.createElement("input"), { type: "hidden", name: "rapport", value: id });
            input.dataset.target = "";
            form.append(input);
        }
        dialog.querySelector("[data-what]").textContent =
            chosen.length > 1 ? `${chosen.length} ${this.text("tMany")}` : card.querySelector("h3").textContent;
        dialog.querySelector("[data-problem]").textContent = "";
        dialog.addEventListener("close", () => this.from?.isConnected && this.from.focus(), { once: true });
        dialog.showModal();
        form.querySelector("input[type=radio], select, textarea")?.focus();
    }

    submit(e) {
        const form = e.target.closest("form[data-review]");
        if (!form) return;
        e.preventDefault();
        if (this.busy) return;
        const fields = new URLSearchParams(new FormData(form));
        fields.set("gor", e.submitter?.value ?? form.querySelector("[name=gor]").value);
        const card = form.closest("[data-report]") ?? e.submitter?.closest("[data-report]");
        const whole = card ?? form.closest("[data-group]")?.querySelector("[data-report]");
        if (card) this.widen(fields, card);
        fields.set("svar", "json");
        this.send(form, fields, whole ?? this.from);
    }

    // In a card: all the chosen ones, and the main report that is chosen in its group.
    widen(fields, card) {
        const chosen = this.picked().map((box) => box.value);
        if (chosen.length) {
            fields.delete("rapport");
            for (const id of chosen) fields.append("rapport", id);
        }
        const main = card.closest("[data-group]")?.querySelector("input[name=main][type=radio]:checked");
        if (main) fields.set("main", main.value);
        if (chosen.length && main?.value === card.dataset.report) fields.append("rapport", main.value);
    }

    async send(form, fields, card) {
        this.busy = true;
        try {
            const answer = await fetch(form.action, {
                method: "POST", body: fields, headers: { Accept: "application/json" },
            });
            if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error("no answer");
            this.taken(await answer.json(), form, card, fields);
        } catch {
            this.problem(form, this.text("tFailed"));
        } finally {
            this.busy = false;
        }
    }

    problem(form, words) {
        const place = form.querySelector("[data-problem]");
        if (place) place.textContent = words;
        else this.say(words);
    }

    taken(answer, form, card, fields) {
        const what = fields.get("gor"), main = what === "link" && fields.get("main");
        if (answer.problem) return this.problem(form, answer.problem);
        if (!answer.done.length && !answer.faults.length) return this.say(this.text("tItself"));
        const cards = this.cards();
        const gone = new Set(what === "ask" ? [] : answer.done);
        const at = cards.indexOf(card);
        const left = (one) => !gone.has(one.dataset.report);
        const next = cards.slice(at + 1).find(left) ?? cards.slice(0, at + 1).reverse().find(left);
        for (const one of cards)
            if (gone.has(one.dataset.report)) this.drop(one, one.dataset.report === main ? "accept" : what);
        for (const { id, said } of answer.faults) this.tell(id, said);
        this.from = next;
        form.closest("dialog")?.close();
        if (form.closest("dialog")) form.reset();
        this.after(answer);
        const told = [answer.done.length ? answer.said : "", ...answer.faults.map((f) => f.said), answer.left];
        const sentences = (parts) => parts.filter(Boolean).map((part) => part.replace(/\.?$/, ".")).join(" ");
        this.say(sentences(told), sentences([...told.slice(0, -1), answer.n ? `${answer.n} ${this.text("tLeft")}` : answer.left]));
        if (next) (answer.faults.length && card?.isConnected ? card : next).focus();
        else this.box.querySelector("[data-empty]").focus();
    }

    // What is left of the group says what it is: what was accepted is now something to link to.
    drop(card, what) {
        const group = card.closest("[data-group]");
        const id = card.dataset.report;
        const main = card.querySelector("input[name=main]:checked");
        const counts = ["accept", "forward", "override"].includes(what);
        card.remove();
        const form = group.querySelector("form.review-link");
        form?.querySelector(`input[name=rapport][value="${id}"]`)?.remove();
        const rest = all("[data-report]", group);
        if (!rest.length) return group.remove();
        if (!form) return;
        if (counts) this.known(form, card, Boolean(main));
        else if (main) group.querySelector("input[name=main]")?.click();
        this.name(group, form, rest);
    }

    known(form, card, main) {
        const id = card.dataset.report;
        const line = document.createElement("p");
        line.className = "choice";
        const radio = Object.assign(document.createElement("input"), { type: "radio", name: "main", value: id, id: `m-${id}` });
        const label = Object.assign(document.createElement("label"), { htmlFor: radio.id });
        const facts = all("dd", card).slice(0, 2).reverse().map((fact) => fact.textContent);
        label.textContent = [card.querySelector("h3").lastChild.textContent.trim(), ...facts].join(", ");
        const link = Object.assign(document.createElement("a"), { href: card.querySelector("[data-key=o]").href });
        link.textContent = this.text("tOpen");
        line.append(radio, " ", label, " ", link);
        let list = form.querySelector("fieldset");
        if (!list) {
            list = document.createElement("fieldset");
            list.append(Object.assign(document.createElement("legend"), { textContent: this.text("tKnownList") }));
            form.prepend(list);
        }
        list.append(line);
        if (main) radio.click();
    }

    name(group, form, rest) {
        const title = group.querySelector("h2");
        const known = form.querySelector("fieldset input[name=main]");
        if (rest.length > 1) title.textContent = `${rest.length} ${this.text("tGroup")}`;
        else title.textContent = this.text(known ? "tOneKnown" : "tAlone");
        if (rest.length > 1) return;
        form.querySelector("button[value=link]")?.closest("p").remove();
        if (known) return;
        form.remove();
        title.className = "sr";
        group.classList.remove("wide");
        group.removeAttribute("role");
        group.removeAttribute("aria-labelledby");
        all(".choice:has(input[name=main]), button[value=link]", rest[0]).forEach((part) => part.remove());
    }

    tell(id, said) {
        const card = document.getElementById(`r-${id}`);
        if (!card) return;
        const place = card.querySelector("[data-fault]") ?? document.createElement("p");
        place.dataset.fault = "";
        place.className = "notice warning";
        place.textContent = said;
        card.querySelector("h3").after(place);
    }

    // The count, the way back, and the page when nothing is left.
    after(answer) {
        const { left, n, batch } = answer;
        for (const place of all("[data-left]", this.box)) place.textContent = n ? left : "";
        const latest = this.box.querySelector("[data-latest]");
        if (answer.done.length) {
            latest.querySelector("[data-undo]").hidden = !batch;
            latest.querySelector("[name=omgang]").value = batch ?? "";
        }
        for (const link of all(".site-nav [aria-current=page]"))
            link.textContent = link.textContent.replace(/ \(\d+\)$/, "") + (n ? ` (${n})` : "");
        for (const picked of this.picked()) if (answer.done.includes(picked.value)) picked.checked = false;
        if (this.cards().length) return;
        if (n) return location.reload(); // the next ones
        all(".review-many, .review-help", this.box).forEach((part) => part.remove());
        const empty = this.box.querySelector("[data-empty]");
        empty.hidden = false;
        empty.tabIndex = -1;
    }
}

export function reviewByKeys() {
    for (const box of all("[data-inbox]")) new Inbox(box);
}
