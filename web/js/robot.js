// SPDX-License-Identifier: AGPL-3.0-or-later
// The public form: while somebody fills it in, the browser works for it, so that robots have to as
// well. Without it the form is taken too, after a longer wait.
import { all } from "./page.js";

const WAIT = 20000; // then it is sent as it is

class Robot {
    constructor(form) {
        this.form = form;
        this.field = form.querySelector("[name=work]");
        this.said = form.querySelector("[data-work-said]");
        this.done = this.field.value !== "";
        this.button = null;
        if (this.done) return;
        form.addEventListener("submit", (e) => this.hold(e));
        this.begin();
    }

    begin() {
        const token = this.form.querySelector("[name=token]").value;
        try {
            this.worker = new Worker(new URL(this.form.dataset.work, location.href), { type: "module" });
        } catch {
            this.finish("");
            return;
        }
        this.worker.onmessage = ({ data }) => this.finish(data);
        this.worker.onerror = () => this.finish("");
        this.worker.postMessage({ token, bits: Number(token.split(".")[2]) });
    }

    finish(found) {
        this.worker?.terminate();
        this.field.value = found;
        this.done = true;
        this.said.textContent = "";
        if (this.waiting) this.form.requestSubmit(this.button);
        this.waiting = false;
    }

    hold(e) {
        if (this.done || e.submitter?.hasAttribute("data-quick")) return;
        e.preventDefault();
        if (this.waiting) return;
        this.waiting = true;
        this.button = e.submitter;
        this.said.textContent = this.form.dataset.tWorking;
        setTimeout(() => this.done || this.finish(""), WAIT);
    }
}

export function holdRobots() {
    if (!window.Worker) return;
    all("form[data-work]").forEach((form) => new Robot(form));
}
