// SPDX-License-Identifier: AGPL-3.0-or-later
// Choosing a place for a form: the map moves under a cross. What is chosen is said in words.
import { fromSweref, toSweref } from "./sweref.js";

const CROSS = "M22 2v14M22 28v14M2 22h14M28 22h14";

export function cross(box) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = box.appendChild(document.createElementNS(ns, "svg"));
    svg.setAttribute("class", "map-cross");
    svg.setAttribute("viewBox", "0 0 44 44");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS(ns, "path"));
    path.setAttribute("d", CROSS);
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "3");
}

const field = (name) => document.querySelector(`[name="${CSS.escape(name)}"]`);

function hereButton(box, map, say) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet map-here";
    button.textContent = box.dataset.tHere;
    button.addEventListener("click", () => {
        navigator.geolocation.getCurrentPosition(
            ({ coords }) => map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 16 }),
            () => say(box.dataset.tNoHere),
            { enableHighAccuracy: true, timeout: 15000 },
        );
    });
    box.append(button); // over the map: nothing below it moves
}

export function pickPlace(box, map) {
    const east = field(box.dataset.pickEast);
    const north = field(box.dataset.pickNorth);
    if (!east || !north) return;
    const said = document.querySelector(`[data-map-said="${CSS.escape(box.id)}"]`);
    const say = (text) => said && (said.textContent = text);
    let latest = 0;

    const inWords = async ({ lng, lat }) => {
        if (!box.dataset.urlSay) return;
        const mine = ++latest;
        const url = new URL(box.dataset.urlSay, location.href);
        url.searchParams.set("lon", lng.toFixed(6));
        url.searchParams.set("lat", lat.toFixed(6));
        try {
            const answer = await fetch(url, { headers: { Accept: "application/json" } });
            const { text } = await answer.json();
            if (mine === latest && text) say(`${box.dataset.tChosen} ${text}`);
        } catch {
            say("");
        }
    };
    cross(box);
    if (navigator.geolocation) hereButton(box, map, say);
    if (east.value && north.value) {
        const at = fromSweref(Number(east.value), Number(north.value));
        map.jumpTo({ center: [at.lon, at.lat], zoom: 15 });
    }
    map.on("moveend", () => {
        const c = map.getCenter();
        const at = toSweref(c.lng, c.lat);
        east.value = Math.round(at.east);
        north.value = Math.round(at.north);
        east.dispatchEvent(new Event("input", { bubbles: true }));
        inWords(c);
    });
}
