// SPDX-License-Identifier: AGPL-3.0-or-later
// The map is drawn from our own tiles, under the same permission as the list beside it.
import { Map as View, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";

import { drawGround, repaintDrawn } from "./map_draw.js";
import { foundLayers, foundLines, repaintFound, showFound } from "./map_found.js";
import { pickPlace } from "./map_pick.js";
import { showPlaces } from "./map_places.js";
import { colours, style } from "./map_style.js";

setWorkerUrl(new URL(WORKER_URL, location.href).href);

const HIT = 8; // pixels round a finger
const results = ["result", "ring"]; // what an analysis found
const touchable = ["event", "cell", ...results, ...foundLayers];

function line(parent, text, tag = "p") {
    const node = parent.appendChild(document.createElement(tag));
    node.textContent = text;
    return node;
}

function content(box, features, zoomIn) {
    const words = box.dataset;
    const node = document.createElement("div");
    const cell = features.find((f) => f.layer.id === "cell");
    const events = features.filter((f) => f.layer.id === "event").slice(0, 8);
    node.append(...foundLines(features));
    if (!events.length && cell) {
        line(node, `${cell.properties.n} ${words.tEvents}`);
        const button = line(node, words.tIn, "button");
        button.type = "button";
        button.className = "button quiet";
        button.addEventListener("click", zoomIn);
        return node;
    }
    for (const { properties: p } of features.filter((f) => results.includes(f.layer.id)).slice(0, 4))
        line(node, p.label);
    for (const { properties: p } of events) {
        const row = line(node, "");
        const link = line(row, p.label || words.tOpen, words.urlRow ? "a" : "span");
        if (words.urlRow) link.href = words.urlRow + encodeURIComponent(p.id);
        if (p.when) row.append(`, ${p.when}`);
    }
    return node;
}

function openAt(box, map, point) {
    const layers = touchable.filter((id) => map.getLayer(id));
    const around = [[point.x - HIT, point.y - HIT], [point.x + HIT, point.y + HIT]];
    const found = layers.length ? map.queryRenderedFeatures(around, { layers }) : [];
    if (!found.length) return;
    const at = map.unproject(point);
    const popup = new Popup({ maxWidth: "20rem", focusAfterOpen: true });
    const zoomIn = () => {
        popup.remove();
        map.jumpTo({ center: at, zoom: Math.min(map.getZoom() + 2, 17) });
    };
    popup.setLngLat(at).setDOMContent(content(box, found, zoomIn)).addTo(map);
}

function events(box, map) {
    map.on("click", (e) => openAt(box, map, e.point));
    const canvas = map.getCanvas();
    canvas.addEventListener("keydown", (e) => {
        if (e.key === "Enter") openAt(box, map, map.project(map.getCenter()));
    });
    map.on("mousemove", (e) => {
        const layers = touchable.filter((id) => map.getLayer(id));
        const over = layers.length && map.queryRenderedFeatures(e.point, { layers }).length;
        canvas.classList.toggle("over", Boolean(over));
    });
}

// The one place that the page is about.
function mark(box, map) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 28 40");
    svg.setAttribute("aria-hidden", "true");
    const pin = svg.appendChild(document.createElementNS(ns, "path"));
    pin.setAttribute("d", "M14 1a13 13 0 0 1 13 13c0 9-13 25-13 25S1 23 1 14A13 13 0 0 1 14 1zM14 9a5 5 0 1 0 0 10a5 5 0 0 0 0-10z");
    const element = document.createElement("div");
    element.className = "map-mark";
    element.append(svg);
    new Marker({ element, anchor: "bottom" }).setLngLat(box.dataset.mark.split(" ").map(Number)).addTo(map);
    element.removeAttribute("role"); // the place is told in words beside the map
    element.removeAttribute("aria-label");
    element.removeAttribute("tabindex");
}

function repaint(map) {
    const c = colours();
    const set = (id, what, value) => map.getLayer(id) && map.setPaintProperty(id, what, value);
    set("back", "background-color", c.back);
    set("land", "fill-color", c.land);
    set("water", "fill-color", c.water);
    set("water-line", "line-color", c.water);
    set("road", "line-color", c.road);
    set("outline", "line-color", c.line);
    set("cell", "fill-color", c.scale);
    set("cell-line", "line-color", c.edge);
    set("result", "fill-color", c.steps);
    set("ring", "fill-color", c.steps);
    for (const id of ["within-line", "ground-line", "beside-line", "near-line"]) set(id, "line-color", c.point);
    set("ground", "fill-color", c.point);
    repaintFound(map);
    repaintDrawn(map);
}

function start(box) {
    const words = box.dataset;
    const [west, south, east, north] = words.bounds.split(" ").map(Number);
    const wait = box.querySelector(".map-wait");
    let map;
    try {
        map = new View({
            container: box,
            style: style(box),
            bounds: [[west, south], [east, north]],
            fitBoundsOptions: { padding: 16 },
            attributionControl: false,
            cooperativeGestures: false,
            dragRotate: false,
            pitchWithRotate: false,
            maxZoom: 18,
            fadeDuration: 0,
            locale: {
                "NavigationControl.ZoomIn": words.tIn,
                "NavigationControl.ZoomOut": words.tOut,
                "Popup.Close": words.tClose,
                "Map.Title": `${box.getAttribute("aria-label")}. ${words.tKeys}`,
            },
        });
    } catch {
        wait.textContent = words.tFail;
        return;
    }
    wait.remove();
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    if (words.pickEast) {
        pickPlace(box, map);
    } else if (words.draw || words.drawCircle) {
        drawGround(box, map);
    } else {
        events(box, map);
    }
    if (words.mark) mark(box, map);
    showPlaces(map);
    showFound(box, map);
    box.addEventListener("data", () => {
        const url = new URL(words.urlData, location.href).href;
        map.getSource("data")?.setTiles([url.replace(/%7B/gi, "{").replace(/%7D/gi, "}")]);
    });
    const colour = () => repaint(map);
    document.addEventListener("theme", colour);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", colour);
    map.once("idle", () => box.setAttribute("data-drawn", ""));
}

// Only when it is about to be seen: a phone shows the list first.
const seen = new IntersectionObserver((entries) => {
    for (const e of entries) {
        if (!e.isIntersecting) continue;
        seen.unobserve(e.target);
        start(e.target);
    }
}, { rootMargin: "200px" });
const watched = new WeakSet();
const watch = () => {
    for (const box of document.querySelectorAll("[data-map]")) {
        if (!watched.has(box)) seen.observe(box);
        watched.add(box);
    }
};
watch();
document.addEventListener("renewed", watch);
