// SPDX-License-Identifier: AGPL-3.0-or-later
// Ground that a person marks on the map: corner by corner, or the middle of a circle. By mouse or finger where
// one points, by keyboard in the middle of the map (Enter; Backspace takes the last away). It lies in the fields
// of the form, which can be written in as well.
import { colours } from "./map_style.js";
import { cross } from "./map_pick.js";
import { fromSweref, toSweref } from "./sweref.js";

const MOST = 40;
const ROUND = 48; // corners of a circle

const field = (name) => document.querySelector(`[name="${CSS.escape(name)}"]`);
const degrees = ({ east, north }) => {
    const { lon, lat } = fromSweref(east, north);
    return [lon, lat];
};
const turn = (a, b, c) => (b.east - a.east) * (c.north - a.north) - (b.north - a.north) * (c.east - a.east);

function meet(a, b, c, d) {
    return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

/** Do two sides that are not neighbours meet? */
export function crosses(corners) {
    const n = corners.length, at = (i) => corners[i % n];
    for (let i = 0; i < n; i++)
        for (let k = i + 2; k < n; k++)
            if ((i > 0 || k < n - 1) && meet(at(i), at(i + 1), at(k), at(k + 1))) return true;
    return false;
}

/** Square kilometres. */
export function area(corners) {
    const twice = corners.reduce((sum, a, i) => {
        const b = corners[(i + 1) % corners.length];
        return sum + (a.east - corners[0].east) * (b.north - corners[0].north) -
            (b.east - corners[0].east) * (a.north - corners[0].north);
    }, 0);
    return Math.abs(twice) / 2e6;
}

export function readCorners(text) {
    const v = (text.match(/\d+/g) ?? []).map(Number);
    const corners = [];
    for (let i = 0; i + 1 < v.length; i += 2) corners.push({ east: v[i], north: v[i + 1] });
    return corners;
}

const writeCorners = (corners) => corners.map((c) => `${c.east}-${c.north}`).join("_");

function circle({ east, north }, radius) {
    return Array.from({ length: ROUND }, (_, i) => {
        const a = (2 * Math.PI * i) / ROUND;
        return { east: east + radius * Math.cos(a), north: north + radius * Math.sin(a) };
    });
}

function features(ring, corners) {
    const list = corners.map((c) => ({ type: "Feature", properties: {},
        geometry: { type: "Point", coordinates: degrees(c) } }));
    const line = ring.map(degrees);
    if (line.length > 1)
        list.push({ type: "Feature", properties: {}, geometry: { type: "LineString",
            coordinates: line.length > 2 ? [...line, line[0]] : line } });
    if (line.length > 2)
        list.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...line, line[0]]] } });
    return { type: "FeatureCollection", features: list };
}

function layers(c) {
    const of = (kind) => ["==", ["geometry-type"], kind];
    return [
        { id: "draw-fill", type: "fill", source: "draw", filter: of("Polygon"),
            paint: { "fill-color": c.point, "fill-opacity": 0.2 } },
        { id: "draw-line", type: "line", source: "draw", filter: of("LineString"),
            paint: { "line-color": c.point, "line-width": 2.5 } },
        { id: "draw-corner", type: "circle", source: "draw", filter: of("Point"),
            paint: { "circle-radius": 6, "circle-color": c.rim, "circle-stroke-color": c.point,
                "circle-stroke-width": 2.5 } },
    ];
}

export function repaintDrawn(map) {
    for (const { id, paint } of layers(colours()))
        for (const what of Object.keys(paint)) if (map.getLayer(id)) map.setPaintProperty(id, what, paint[what]);
}

/** Corners of one field. */
function cornersOf(box, changed) {
    const input = field(box.dataset.draw), words = box.dataset;
    let corners = readCorners(input.value);
    const send = () => {
        const fine = corners.length >= 3 && !crosses(corners);
        if (!fine && corners.length) return;
        input.value = writeCorners(corners);
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const set = (next) => {
        corners = next;
        changed();
        send();
    };
    input.addEventListener("input", () => {
        corners = readCorners(input.value);
        changed();
    });
    return {
        shape: () => [corners, corners],
        add: (at) => corners.length < MOST && set([...corners, at]),
        undo: () => corners.length && set(corners.slice(0, -1)),
        clear: () => set([]),
        said: () => {
            if (corners.length < 3) return words.tLeft.replace("{1}", 3 - corners.length);
            if (crosses(corners)) return words.tCross;
            const km2 = area(corners).toLocaleString(document.documentElement.lang, { maximumSignificantDigits: 2 });
            return words.tDrawn.replace("{1}", corners.length).replace("{2}", km2);
        },
    };
}

/** The middle of a circle, in two fields beside its radius. */
function circleOf(box, changed) {
    const [east, north, radius] = box.dataset.drawCircle.split(" ").map(field);
    const number = (input) => Number(input.value.replace(/[\s\u202f]/g, "").replace(",", "."));
    const middle = () => ({ east: number(east), north: number(north) });
    const there = () => Boolean(east.value && north.value);
    const set = (e, n) => {
        east.value = e;
        north.value = n;
        changed();
        north.dispatchEvent(new Event("change", { bubbles: true }));
    };
    for (const input of [east, north, radius]) input.addEventListener("input", changed);
    return {
        shape: () => (there() ? [circle(middle(), number(radius) || 0), [middle()]] : [[], []]),
        add: (at) => set(at.east, at.north),
        undo: () => set("", ""),
        clear: () => set("", ""),
        said: () => (there() ? box.dataset.tMiddle : box.dataset.tNoMiddle),
    };
}

export function drawGround(box, map) {
    const said = document.querySelector(`[data-map-said="${CSS.escape(box.id)}"]`);
    const tools = document.querySelector(`[data-map-tools="${CSS.escape(box.id)}"]`);
    let ground;
    const show = () => {
        map.getSource("draw")?.setData(features(...ground.shape()));
        said.textContent = ground.said();
    };
    ground = box.dataset.draw ? cornersOf(box, show) : circleOf(box, show);
    const add = ({ lng, lat }) => {
        const at = toSweref(lng, lat);
        ground.add({ east: Math.round(at.east), north: Math.round(at.north) });
    };
    const start = () => {
        map.addSource("draw", { type: "geojson", data: features([], []) });
        layers(colours()).forEach((layer) => map.addLayer(layer));
        show();
    };
    if (map.isStyleLoaded()) start();
    else map.once("load", start);
    cross(box);
    said.textContent = ground.said();
    map.doubleClickZoom.disable(); // two corners near each other are no zoom
    map.on("click", (e) => add(e.lngLat));
    map.on("moveend", () => (box.dataset.moved = Number(box.dataset.moved ?? 0) + 1)); // for those who wait for it
    map.getCanvas().addEventListener("keydown", (e) => {
        if (e.key === "Enter") add(map.getCenter());
        else if (e.key === "Backspace") ground.undo();
        else return;
        e.preventDefault();
    });
    const acts = { add: () => add(map.getCenter()), undo: ground.undo, clear: ground.clear };
    for (const [name, act] of Object.entries(acts))
        tools.querySelector(`[data-draw-${name}]`)?.addEventListener("click", act);
    tools.dataset.ready = "";
}
