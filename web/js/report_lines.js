// SPDX-License-Identifier: AGPL-3.0-or-later
// More lines in the form of several events, without asking the server: so also when there is no network.
import { suggestPlaces } from "./report.js";
import { all } from "./page.js";

const AT_A_TIME = 5;

// A line like the last one, with nothing in it.
function another(last, n) {
    const line = last.cloneNode(true);
    for (const node of all("*", line))
        for (const name of ["id", "for", "name", "aria-describedby"]) {
            const value = node.getAttribute(name);
            if (value) node.setAttribute(name, value.replace(/-\d+(?=$| )/g, `-${n}`));
        }
    for (const node of all(".error-text, .look, datalist, [type=hidden], fieldset", line)) node.remove();
    for (const node of all(".wrong", line)) node.classList.remove("wrong");
    for (const node of all("[aria-invalid]", line)) node.removeAttribute("aria-invalid");
    for (const input of all("input", line)) input.value = "";
    for (const said of all("[data-suggest-said]", line)) said.textContent = "";
    const select = line.querySelector("select");
    for (const option of all("option[selected]", select)) option.removeAttribute("selected");
    select.selectedIndex = 0;
    const legend = line.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, n);
    return line;
}

export function moreLines() {
    const button = document.querySelector("[data-more-lines]");
    if (!button) return;
    const { form } = button;
    const most = Number(button.dataset.moreLines);
    button.hidden = false;
    button.addEventListener("click", (e) => {
        e.preventDefault();
        const lines = all("fieldset.line", form);
        const to = Math.min(lines.length + AT_A_TIME, most);
        let last = lines.at(-1);
        for (let n = lines.length + 1; n <= to; n++) {
            const line = another(last, n);
            last.after(line);
            suggestPlaces(line);
            last = line;
        }
        form.elements.lines.value = to;
        button.hidden = to === most;
        all("fieldset.line", form)[lines.length]?.querySelector("select").focus();
    });
}
