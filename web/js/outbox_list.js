// SPDX-License-Identifier: AGPL-3.0-or-later
// What is shown of the reports that wait: whose, how many, why they wait, and what came of the others.
const add = (parent, tag, text, name) => {
    const node = parent.appendChild(document.createElement(tag));
    node.textContent = text;
    if (name) node.className = name;
    return node;
};

export const count = (words, name, n) => (n === 1 ? words[`${name}One`] : words[name].replace("%", n));

/** "14.02", or with its day when that is another. */
export function clock(at, now = Date.now(), lang = document.documentElement.lang) {
    const date = new Date(at);
    const day = (d) => d.toLocaleDateString("sv-SE");
    const time = `${date.getHours()}`.padStart(2, "0") + (lang === "sv" ? "." : ":") + `${date.getMinutes()}`.padStart(2, "0");
    if (day(date) === day(new Date(now))) return time;
    return `${date.toLocaleDateString(lang === "sv" ? "sv-SE" : "en-GB", { day: "numeric", month: "long" })} ${time}`;
}

export const received = (words, r) => words.tReceived.replace("%1", clock(r.at)).replace("%2", r.code);

function why(words, item, sending) {
    if (sending) return words.tSending;
    const known = { offline: "tOffline", server: "tServer", login: "tLogin", other: "tOther", wait: "tWait",
        forbidden: "tForbidden", large: "tLarge", conflict: "tConflict" }[item.reason];
    if (known) return words[known];
    return item.problems?.length ? `${words.tProblem} ${item.problems.map((p) => p.detail).join(" ")}` : "";
}

function row(words, item, sending, act) {
    const node = document.createElement("li");
    const head = add(node, "p", "");
    add(head, "strong", item.title);
    head.append(`${item.about ? `, ${item.about}` : ""}, ${words.tWritten} ${clock(item.written)}`);
    add(node, "p", why(words, item, sending), item.state === "problem" ? "error-text" : "soft");
    if (item.state !== "problem") return node;
    const actions = add(node, "div", "", "actions");
    for (const name of item.reason === "conflict" ? ["remove"] : ["mend", "remove"]) {
        const label = words[name === "mend" ? "tMend" : "tRemove"];
        const button = add(actions, "button", label, "button quiet");
        button.type = "button";
        button.setAttribute("aria-label", `${label}: ${item.title}`);
        button.addEventListener("click", () => act[name](item));
    }
    return node;
}

/** mine: to be shown; others: how many belong to somebody else. */
export function draw(box, { mine, others, sending, login }, act) {
    const words = box.dataset;
    const list = box.querySelector("ul");
    const said = [mine.length ? count(words, "tWaiting", mine.length) : "", others ? count(words, "tOthers", others) : ""];
    box.querySelector("[data-outbox-count]").textContent = said.filter(Boolean).join(" ");
    list.replaceChildren(...mine.map((item) => row(words, item, item.id === sending, act)));
    list.hidden = mine.length === 0;
    for (const part of box.querySelectorAll("[data-outbox-keep], .actions:not(li *)")) part.hidden = mine.length === 0;
    box.hidden = mine.length + others === 0;
    if (login && mine.length) {
        const link = add(list.lastElementChild, "a", words.tLoginDo, "button quiet");
        link.href = `/logga-in?till=${encodeURIComponent(words.outbox)}`;
    }
}
