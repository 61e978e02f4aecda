// SPDX-License-Identifier: AGPL-3.0-or-later
// Covering faces and plates before a photo is sent: boxes by finger, mouse or keys. What is under a box
// becomes a few squares of one colour each, with chance added, so that nothing can be counted back.
const ACROSS = 5; // squares along the longer side of a box
const LEAST = 12; // pixels a square
const CHANCE = 40; // how far a colour may be moved
const STEP = 0.02; // of the picture, for the keys

const within = (v, least, most) => Math.min(Math.max(v, least), most);

function mean(data, from, to, width) {
    const sum = [0, 0, 0];
    for (let y = from.y; y < to.y; y++)
        for (let x = from.x; x < to.x; x++)
            for (let c = 0; c < 3; c++) sum[c] += data[4 * (y * width + x) + c];
    return sum.map((s) => s / ((to.x - from.x) * (to.y - from.y)));
}

/** Covers the pixels of an ImageData for good. */
export function cover(image) {
    const { data, width, height } = image;
    const side = Math.max(LEAST, Math.ceil(Math.max(width, height) / ACROSS));
    for (let top = 0; top < height; top += side)
        for (let left = 0; left < width; left += side) {
            const to = { x: Math.min(left + side, width), y: Math.min(top + side, height) };
            const chance = crypto.getRandomValues(new Uint8Array(3));
            const colour = mean(data, { x: left, y: top }, to, width)
                .map((v, c) => within(v + ((chance[c] / 255) * 2 - 1) * CHANCE, 0, 255));
            for (let y = top; y < to.y; y++)
                for (let x = left; x < to.x; x++) data.set([...colour, 255], 4 * (y * width + x));
        }
}

export class Cover {
    constructor(dialog) {
        const find = (what) => dialog.querySelector(what);
        this.dialog = dialog;
        this.canvas = find("canvas");
        this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
        this.frame = find(".cover-ground").appendChild(document.createElement("span"));
        this.frame.className = "cover-box";
        this.frame.hidden = true;
        this.said = find("[data-cover-said]");
        this.undoButton = find("[data-cover-undo]");
        this.undoButton.addEventListener("click", () => this.undo());
        find("[data-cover-done]").addEventListener("click", () => this.end(true));
        find("[data-cover-cancel]").addEventListener("click", () => this.end(false));
        dialog.addEventListener("cancel", (e) => (e.preventDefault(), this.end(false)));
        this.listen();
    }

    listen() {
        const c = this.canvas;
        c.addEventListener("pointerdown", (e) => this.begin(e));
        c.addEventListener("pointermove", (e) => this.from && this.show(this.between(this.from, this.at(e))));
        c.addEventListener("pointerup", (e) => this.finish(e));
        c.addEventListener("pointercancel", () => this.drop());
        c.addEventListener("keydown", (e) => this.key(e));
        c.addEventListener("focus", () => c.matches(":focus-visible") && this.show(this.box));
        c.addEventListener("blur", () => (this.frame.hidden = true));
    }

    /** A picture to cover; answers the covered one as a blob, or null. */
    open(bitmap) {
        this.canvas.width = bitmap.width;
        this.canvas.height = bitmap.height;
        this.pen.drawImage(bitmap, 0, 0);
        this.done = [];
        this.box = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 };
        this.said.textContent = "";
        this.undoButton.disabled = true;
        this.dialog.showModal();
        return new Promise((answer) => (this.answer = answer));
    }

    end(use) {
        if (!this.answer) return;
        const answer = this.answer;
        this.answer = null;
        const changed = use && this.done.length > 0;
        this.done = []; // what was there before is kept nowhere
        this.dialog.close();
        if (!changed) answer(null);
        else this.canvas.toBlob((blob) => {
            this.canvas.width = this.canvas.height = 1;
            answer(blob);
        }, "image/jpeg", 0.85);
    }

    at(e) {
        const r = this.canvas.getBoundingClientRect();
        return { x: within((e.clientX - r.left) / r.width, 0, 1), y: within((e.clientY - r.top) / r.height, 0, 1) };
    }

    between(a, b) {
        return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
    }

    begin(e) {
        if (e.button > 0) return;
        this.canvas.setPointerCapture(e.pointerId);
        this.from = this.at(e);
    }

    finish(e) {
        if (!this.from) return;
        const box = this.between(this.from, this.at(e));
        this.drop();
        if (box.w > 0.005 && box.h > 0.005) this.put(box);
    }

    drop() {
        this.from = null;
        this.frame.hidden = true;
    }

    show(box) {
        const [c, style] = [this.canvas, this.frame.style];
        this.frame.hidden = false;
        style.left = `${c.offsetLeft + box.x * c.clientWidth}px`;
        style.top = `${c.offsetTop + box.y * c.clientHeight}px`;
        style.width = `${box.w * c.clientWidth}px`;
        style.height = `${box.h * c.clientHeight}px`;
    }

    put(box) {
        const { width, height } = this.canvas;
        const x = Math.floor(box.x * width);
        const y = Math.floor(box.y * height);
        const w = within(Math.ceil(box.w * width), 1, width - x);
        const h = within(Math.ceil(box.h * height), 1, height - y);
        const image = this.pen.getImageData(x, y, w, h);
        this.done.push({ x, y, before: new ImageData(image.data.slice(), w, h) });
        cover(image);
        this.pen.putImageData(image, x, y);
        this.undoButton.disabled = false;
        this.say(this.said.dataset.tDone);
    }

    undo() {
        const last = this.done.pop();
        if (!last) return;
        this.pen.putImageData(last.before, last.x, last.y);
        this.undoButton.disabled = this.done.length === 0;
        if (this.undoButton.disabled) this.canvas.focus();
        this.say(this.said.dataset.tUndone);
    }

    say(text) {
        this.said.textContent = text.replace("[n]", this.done.length);
    }

    key(e) {
        const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
        const back = (e.key === "z" && (e.ctrlKey || e.metaKey)) || e.key === "Backspace";
        if (!move && !back && e.key !== "Enter" && e.key !== " ") return;
        e.preventDefault();
        if (back) this.undo();
        else if (move) this.nudge(move, e.shiftKey);
        else this.put(this.box);
        this.show(this.box);
    }

    nudge([dx, dy], size) {
        const b = this.box;
        if (size) {
            b.w = within(b.w + dx * STEP, STEP, 1 - b.x);
            b.h = within(b.h + dy * STEP, STEP, 1 - b.y);
        } else {
            b.x = within(b.x + dx * STEP, 0, 1 - b.w);
            b.y = within(b.y + dy * STEP, 0, 1 - b.h);
        }
        const parts = { width: b.w, height: b.h, left: b.x, top: b.y };
        this.said.textContent = this.said.dataset.tAt
            .replace(/\[(\w+)\]/g, (_, name) => Math.round(100 * parts[name]));
    }
}
