// SPDX-License-Identifier: AGPL-3.0-or-later
// What was found, on top of the events: squares and rings with the numbers of the list beside the
// map. Kind is shape: a filled square, a solid ring, a dashed ring.
import { Marker } from "maplibre-gl";

import { colours, tiles } from "./map_style.js";

const SIDE = 28; // pixels of a number
export const foundLayers = ["found-square", "found-ring"];

function layers(c) {
    const layer = (id, type, of, paint, filter) => ({
        id: `found-${id}`, type, source: "found", "source-layer": of, paint, ...(filter && { filter }),
    });
    const kind = (name) => ["==", ["get", "kind"], name];
    const line = { "line-color": c.point, "line-width": 2.5 };
    const halo = { "line-color": c.rim, "line-width": 6 }; // seen on squares as blue as itself
    return [
        layer("square", "fill", "square", { "fill-color": c.point, "fill-opacity": 0.2 }),
        layer("edge-halo", "line", "edge", halo),
        layer("edge", "line", "edge", line),
        layer("ring", "fill", "ring", { "fill-color": c.point, "fill-opacity": 0.08 }),
        layer("ring-halo", "line", "ring", halo),
        layer("new", "line", "ring", line, kind("new")),
        layer("chain", "line", "ring", { ...line, "line-dasharray": [2, 1.5] }, kind("chain")),
        layer("number", "circle", "number", { "circle-radius": 1, "circle-opacity": 0 }),
    ];
}

export function repaintFound(map) {
    const c = colours();
    for (const { id, type, paint } of layers(c))
        for (const what of Object.keys(paint))
            if (what === `${type}-color` && map.getLayer(id)) map.setPaintProperty(id, what, paint[what]);
}

function renew(box, map) {
    for (const { id } of layers(colours())) if (map.getLayer(id)) map.removeLayer(id);
    if (map.getSource("found")) map.removeSource("found");
    if (!box.dataset.urlFound) return;
    map.addSource("found", tiles(box.dataset.urlFound));
    layers(colours()).forEach((layer) => map.addLayer(layer));
}

function node({ number, kind }) {
    const mark = document.createElement("span");
    mark.className = `map-number ${kind}`;
    mark.textContent = number;
    mark.setAttribute("aria-hidden", "true"); // the list tells them
    return mark;
}

// One beside the other where places lie on each other.
function free(taken, at) {
    let x = 0;
    while (taken.some((t) => Math.hypot(t.x - at.x - x, t.y - at.y) < SIDE)) x += SIDE;
    taken.push({ x: at.x + x, y: at.y });
    return [x, 0];
}

function drawNumbers(map, shown) {
    const found = new Map();
    if (map.getLayer("found-number"))
        for (const f of map.queryRenderedFeatures({ layers: ["found-number"] }))
            found.set(f.properties.number, { ...f.properties, at: f.geometry.coordinates });
    shown.splice(0).forEach((marker) => marker.remove());
    const taken = [];
    for (const one of [...found.values()].sort((a, b) => a.number - b.number)) {
        const offset = free(taken, map.project(one.at));
        const marker = new Marker({ element: node(one), offset }).setLngLat(one.at).addTo(map);
        ["role", "aria-label", "tabindex"].forEach((name) => marker.getElement().removeAttribute(name));
        shown.push(marker);
    }
}

/** What a touch found of it, each place once: its name leads to its line in the list. */
export function foundLines(features) {
    const lines = new Map();
    for (const { layer, properties: p } of features)
        if (foundLayers.includes(layer.id)) lines.set(p.number, p);
    return [...lines.values()].sort((a, b) => a.number - b.number).map((p) => {
        const link = document.createElement("a");
        link.href = `#fynd-${p.number}`;
        link.textContent = p.label;
        const line = document.createElement("p");
        line.append(link);
        return line;
    });
}

export function showFound(box, map) {
    const shown = [];
    const start = () => renew(box, map);
    if (map.isStyleLoaded()) start();
    else map.once("load", start);
    box.addEventListener("data", start);
    map.on("idle", () => drawNumbers(map, shown));
}
