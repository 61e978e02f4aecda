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
        box.addEventListener("submit", (e) => this.submit(e));
        box.addEventListener("click", (e) => this.click(e));
        box.addEventListener("change", (e) => e.target.matches("input[name=main]") && this.showMain(e.target));
        const help = box.querySelector("[data-help]");
        if (help) help.hidden = false;
        this.showKeys();
    }

    text(name) {
        return this.box.dataset[name];
    }

    say(words) {
        this.live.textContent = "";
        requestAnimationFrame(() => (this.live.textContent = words));
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

    // The buttons of a group say which report they mean.
    showMain(radio) {
        const card = radio.closest("[data-report]");
        const words = card
            ? `${this.text("tSame")} ${card.querySelector(".review-no").textContent}`
            : this.text("tKnown");
        for (const button of all("[data-report] button[value=link]", radio.closest("[data-group]")))
            button.firstChild.textContent = `${words} `;
        this.say(words);
    }

    move(step) {
        const cards = this.cards();
        const at = cards.indexOf(this.current());
        const next = at < 0 ? (step > 0 ? 0 : cards.length - 1) : at + step;
        cards[Math.max(0, Math.min(cards.length - 1, next))]?.focus();
    }

    key(e) {
        if (!this.on || e.ctrlKey || e.metaKey || e.altKey || writing(e.target)) return;
        if (document.querySelector("dialog[open]") || e.target.closest(".menu")) return;
        const step = MOVES[e.key];
        if (step && !(e.key.startsWith("Arrow") && e.target.matches("input"))) {
            e.preventDefault();
            this.move(step);
        } else if (/^[a-z]$/.test(e.key)) this.press(e);
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
        if (!control) return;
        control.click();
        if (control.type === "checkbox") this.say(this.text(control.checked ? "tPicked" : "tUnpicked"));
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
        form.querySelector("input[type=radio]:checked, select, textarea")?.focus();
    }

    submit(e) {
        const form = e.target.closest("form[data-review]");
        if (!form) return;
        e.preventDefault();
        if (this.busy) return;
        const fields = new URLSearchParams(new FormData(form));
        fields.set("gor", e.submitter?.value ?? form.querySelector("[name=gor]").value);
        const card = form.closest("[data-report]");
        if (card) this.widen(fields, card);
        fields.set("svar", "json");
        this.send(form, fields, card ?? this.from);
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
    }

    async send(form, fields, card) {
        this.busy = true;
        try {
            const answer = await fetch(form.action, {
                method: "POST", body: fields, headers: { Accept: "application/json" },
            });
            if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error("no answer");
            this.taken(await answer.json(), form, card, fields.get("gor"));
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

    taken(answer, form, card, what) {
        if (answer.problem) return this.problem(form, answer.problem);
        if (!answer.done.length && !answer.faults.length) return this.say(this.text("tItself"));
        const cards = this.cards();
        const gone = new Set(what === "ask" ? [] : answer.done);
        const at = cards.indexOf(card);
        const left = (one) => !gone.has(one.dataset.report);
        const next = cards.slice(at + 1).find(left) ?? cards.slice(0, at + 1).reverse().find(left);
        for (const one of cards) if (gone.has(one.dataset.report)) this.drop(one);
        for (const { id, said } of answer.faults) this.tell(id, said);
        this.from = next;
        form.closest("dialog")?.close();
        if (form.closest("dialog")) form.reset();
        this.after(answer);
        const told = [answer.done.length ? answer.said : "", ...answer.faults.map((f) => f.said), answer.left];
        this.say(told.filter(Boolean).map((part) => part.replace(/\.?$/, ".")).join(" "));
        if (next) (answer.faults.length && card?.isConnected ? card : next).focus();
        else this.box.querySelector("[data-empty]").focus();
    }

    drop(card) {
        const group = card.closest("[data-group]");
        const id = card.dataset.report;
        const main = card.querySelector("input[name=main]:checked");
        card.remove();
        group.querySelector(`form.review-link input[name=rapport][value="${id}"]`)?.remove();
        const rest = all("[data-report]", group);
        if (!rest.length) group.remove();
        if (main) group.querySelector("input[name=main]")?.click();
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
        const { left, n, batch, said } = answer;
        for (const place of all("[data-left]", this.box)) place.textContent = n ? left : "";
        const latest = this.box.querySelector("[data-latest]");
        if (answer.done.length) {
            latest.hidden = !batch;
            latest.querySelector("[data-said]").textContent = `${said}.`;
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
