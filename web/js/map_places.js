// SPDX-License-Identifier: AGPL-3.0-or-later
// Names of places as elements of the page: no glyphs to fetch, the reader's own letters. The most
// important first; one that would lie on another is left out.
import { Marker } from "maplibre-gl";

const MOST = 30;

function wanted(map) {
    const names = new Map();
    for (const f of map.queryRenderedFeatures({ layers: ["place"] })) {
        const { name, rank = 0 } = f.properties;
        if (!name || names.has(name)) continue;
        names.set(name, { name, rank, at: f.geometry.coordinates });
    }
    return [...names.values()].sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name, "sv"));
}

function pick(map, places) {
    const taken = [];
    return places.filter(({ name, at }) => {
        if (taken.length >= MOST) return false;
        const { x, y } = map.project(at);
        const half = name.length * 4 + 6;
        if (taken.some((t) => Math.abs(t.x - x) < t.half + half && Math.abs(t.y - y) < 20)) return false;
        taken.push({ x, y, half });
        return true;
    });
}

function label(name) {
    const node = document.createElement("span");
    node.className = "map-place";
    node.textContent = name;
    return node;
}

export function showPlaces(map) {
    const shown = new Map();
    const draw = () => {
        if (!map.getLayer("place")) return;
        const chosen = new Map(pick(map, wanted(map)).map((p) => [p.name, p]));
        for (const [name, marker] of shown) {
            if (chosen.has(name)) continue;
            marker.remove();
            shown.delete(name);
        }
        for (const [name, { at }] of chosen) {
            if (shown.has(name)) continue;
            const marker = new Marker({ element: label(name) }).setLngLat(at).addTo(map);
            marker.getElement().removeAttribute("role"); // text, not an image or a button
            marker.getElement().removeAttribute("aria-label");
            marker.getElement().removeAttribute("tabindex");
            marker.getElement().setAttribute("aria-hidden", "true"); // the list tells them
            shown.set(name, marker);
        }
    };
    map.on("idle", draw);
}
