/* A small map of our own: the country's rivers and borders, and the points of one answer. It is loaded when it is opened. */

import { el } from "./el.js";
import { say, setting } from "./setting.js";

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const added = (element) => new Promise((resolve, reject) => {
  Object.assign(element, { onload: resolve, onerror: reject });
  document.head.append(element);
});
let library;
const maplibre = () => (library ??= Promise.all([
  added(Object.assign(document.createElement("link"), { rel: "stylesheet", href: setting.mapStyle })),
  added(Object.assign(document.createElement("script"), { src: setting.maplibre })),
]).then(() => { globalThis.maplibregl.setWorkerUrl(setting.mapWorker); return globalThis.maplibregl; })
  .catch((error) => { library = undefined; throw error; }));

const place = (point) => [point.longitude, point.latitude];

const shapes = (points, kind) => {
  const features = points.map((point) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place(point) } }));
  if (kind === "line" && points.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: points.map(place) } });
  if (kind === "area" && points.length > 2) features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...points, points[0]].map(place)] } });
  return { type: "FeatureCollection", features };
};

const COUNTRY = [38.77, 29.05, 48.62, 37.39];

/* A map of the country in `ground`, without anything on it yet. `view`: {center, zoom} or {bounds}; null is the whole country. */
export const newMap = async (ground, label, view) => {
  const gl = await maplibre();
  const map = new gl.Map({
    container: ground, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("--sunken") } }] },
    ...(view ?? { bounds: COUNTRY }), fitBoundsOptions: { padding: 12, maxZoom: 14 },
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", label);
  map.addControl(new gl.NavigationControl({ showCompass: false }));
  await new Promise((resolve) => map.once("load", resolve));
  return map;
};

/* Rivers and borders, below the layer of that name. */
export const addBasemap = async (map, below) => {
  const basemap = await fetch(setting.basemap).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  if (!basemap) return;
  map.addSource("basemap", { type: "geojson", data: basemap });
  map.addLayer({ id: "basemap", type: "line", source: "basemap", paint: { "line-color": colour("--water"), "line-width": 2 } }, below);
};

/* A <details> with a map. `touched` gets {latitude, longitude}; show(points, kind) draws them. */
export const mapFor = ({ label, touched }) => {
  const ground = el("div", { class: "q-map" }), said = el("p", { class: "small muted", role: "status", hidden: true });
  const box = el("details", { class: "q-map-box" }, el("summary", {}, label), ground, said);
  let map = null, begun = false, shown = [[], "point"];

  const draw = () => {
    if (!map?.getSource("answer")) return;
    map.getSource("answer").setData(shapes(...shown));
  };
  const begin = async () => {
    const [points] = shown;
    map = await newMap(ground, label, points.length ? { center: place(points[0]), zoom: 13 } : null);
    map.on("click", (event) => touched({ latitude: Number(event.lngLat.lat.toFixed(6)), longitude: Number(event.lngLat.lng.toFixed(6)) }));
    // From the keyboard: arrows move the map, Enter takes its middle.
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const { lat, lng } = map.getCenter();
      touched({ latitude: Number(lat.toFixed(6)), longitude: Number(lng.toFixed(6)) });
    });
    map.addSource("answer", { type: "geojson", data: shapes(...shown) });
    map.addLayer({ id: "answer-area", type: "fill", source: "answer", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("--accent"), "fill-opacity": 0.25 } });
    map.addLayer({ id: "answer-line", type: "line", source: "answer", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour("--accent"), "line-width": 3 } });
    map.addLayer({ id: "answer-point", type: "circle", source: "answer", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 8, "circle-color": colour("--accent"), "circle-stroke-color": colour("--surface"), "circle-stroke-width": 2 } });
    await addBasemap(map, "answer-area");
    box.dataset.map = "ready";
    box.dispatchEvent(new CustomEvent("rafid:map", { bubbles: true, detail: { map } }));
  };
  box.addEventListener("toggle", () => {
    if (!box.open || begun) return;
    begun = true;
    begin().catch(() => { begun = false; said.textContent = say("no_map"); said.hidden = false; });
  });
  return {
    box,
    show: (points, kind = "point") => {
      shown = [points, kind];
      draw();
    },
  };
};
