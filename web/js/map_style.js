// SPDX-License-Identifier: AGPL-3.0-or-later
// The map's look: paper and lines of the page, events in one scale from sand to deep blue. The
// scale is the same by day and by night: the map stays light enough to read it on.
const STEPS = [1, 2, 5, 10, 20, 50];

const word = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function scale() {
    const step = ["step", ["get", "n"], word("--s0")];
    STEPS.forEach((from, i) => step.push(from, word(`--s${i + 1}`)));
    return step;
}

function steps() {
    const step = ["step", ["get", "step"], word("--s0")];
    STEPS.forEach((_, i) => step.push(i + 1, word(`--s${i + 1}`)));
    return step;
}

export function colours() {
    return {
        back: word("--sunken"),
        land: word("--paper"),
        water: word("--map-water"),
        line: word("--edge"),
        road: word("--line"),
        point: word("--accent"),
        rim: word("--paper"),
        edge: word("--s4"),
        scale: scale(),
        steps: steps(),
    };
}

export const tiles = (address) => ({
    type: "vector",
    tiles: [new URL(address, location.href).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}")],
    maxzoom: 14,
});

const event = ["==", ["geometry-type"], "Point"];
const unsure = ["boolean", ["get", "unsure"], false];

function baseLayers(c) {
    const layer = (id, type, paint, extra = {}) => ({
        id, type, source: "base", "source-layer": id.split("-")[0], paint, ...extra,
    });
    const polygons = ["==", ["geometry-type"], "Polygon"];
    return [
        layer("land", "fill", { "fill-color": c.land }),
        layer("water", "fill", { "fill-color": c.water }, { filter: polygons }),
        layer("water-line", "line", { "line-color": c.water, "line-width": 1.5 }),
        layer("road", "line", { "line-color": c.road, "line-width": 1.2 }),
        layer("outline", "line", { "line-color": c.line, "line-width": 1 }),
        layer("area", "line", { "line-color": c.edge, "line-width": 1.5 }),
        layer("place", "circle", { "circle-radius": 1, "circle-opacity": 0 }),
    ];
}

function dataLayers(c) {
    return [
        {
            id: "cell", type: "fill", source: "data", "source-layer": "cell",
            paint: { "fill-color": c.scale, "fill-opacity": 0.85 },
        },
        {
            id: "cell-line", type: "line", source: "data", "source-layer": "cell",
            paint: { "line-color": c.edge, "line-width": 0.5 },
        },
        {
            id: "result", type: "fill", source: "data", "source-layer": "result",
            paint: { "fill-color": c.steps, "fill-opacity": 0.8, "fill-outline-color": c.edge },
        },
        {
            id: "ring", type: "fill", source: "data", "source-layer": "ring",
            paint: { "fill-color": c.steps, "fill-opacity": 0.45 },
        },
        {
            id: "ring-line", type: "line", source: "data", "source-layer": "ring",
            paint: { "line-color": c.point, "line-width": 2 },
        },
        {
            id: "within-line", type: "line", source: "data", "source-layer": "within",
            paint: { "line-color": c.point, "line-width": 2, "line-dasharray": [3, 2] },
        },
        {
            id: "event", type: "circle", source: "data", "source-layer": "event", filter: event,
            paint: {
                "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 4, 16, 8],
                "circle-color": ["case", unsure, c.rim, c.point],
                "circle-opacity": ["case", unsure, 0.6, 0.9],
                "circle-stroke-color": ["case", unsure, c.point, c.rim],
                "circle-stroke-width": 1.5,
            },
        },
    ];
}

export function style(box) {
    const c = colours();
    const s = {
        version: 8,
        sources: {},
        layers: [{ id: "back", type: "background", paint: { "background-color": c.back } }],
    };
    if (box.dataset.urlBase) {
        s.sources.base = tiles(box.dataset.urlBase);
        s.layers.push(...baseLayers(c));
    }
    if (box.dataset.urlData) {
        s.sources.data = tiles(box.dataset.urlData);
        s.layers.push(...dataLayers(c));
    }
    return s;
}
