// SPDX-License-Identifier: AGPL-3.0-or-later
// A form with room for photos fetches what prepares them. Until then, and without it, the file itself
// is sent.
import { all } from "./page.js";

export function photosLater() {
    const box = document.querySelector("[data-photos] input[type=file]")?.closest("[data-photos]");
    if (!box) return;
    if (typeof DataTransfer !== "function" || typeof createImageBitmap !== "function")
        return void (box.dataset.plain = "");
    all("[data-photo-plain]", box).forEach((part) => (part.hidden = true));
    const script = document.createElement("script");
    script.type = "module";
    script.src = box.dataset.script;
    document.head.append(script);
}
