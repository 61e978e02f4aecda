// SPDX-License-Identifier: AGPL-3.0-or-later
// Work that goes on: ask how far, more seldom as time passes; load the page again at the end.
import { all, still } from "./page.js";

async function step(box, bar, far) {
    const answer = await fetch(box.dataset.urlStatus, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const { percent, far: text, running } = await answer.json();
    if (percent >= 0) bar.value = percent;
    if (text && far.textContent !== text) far.textContent = text;
    return running;
}

async function watch(box) {
    const bar = box.querySelector("progress");
    const far = box.querySelector("[data-far]");
    for (let wait = 500, failed = 0; failed < 10; wait = Math.min(wait * 1.15, 5000)) {
        await new Promise((done) => setTimeout(done, wait));
        if (document.hidden) continue;
        try {
            if (!(await step(box, bar, far))) return still().then(() => location.reload());
            failed = 0;
        } catch {
            failed++;
        }
    }
}

export function watchJobs() {
    all("[data-job]").forEach(watch);
}
