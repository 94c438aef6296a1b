/* The choices of a question on a map, where each has a place. The list of the same choices stands below it: for the keyboard,
   for a screen reader, and where no map can be drawn. */

import { el } from "../el.js";
import { addBasemap, colour, newMap } from "../map.js";
import { say } from "../setting.js";

const NEAR = 14; // pixels around a finger

/* "36.1 44.0 0 0; 36.2 44.1" (latitude first) as GeoJSON; null for what is no place. */
const geometryOf = (text) => {
  const points = text.split(";").map((part) => part.trim()).filter(Boolean).map((part) => part.split(/\s+/).map(Number));
  if (!points.length || points.some(([latitude, longitude]) => !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))) return null;
  const places = points.map(([latitude, longitude]) => [longitude, latitude]);
  if (places.length === 1) return { type: "Point", coordinates: places[0] };
  const closed = places.length > 3 && String(places[0]) === String(places.at(-1));
  return closed ? { type: "Polygon", coordinates: [places] } : { type: "LineString", coordinates: places };
};

const featuresOf = (items) => items.flatMap((item) => {
  const geometry = geometryOf(item.properties?.find(([name]) => name === "geometry")?.[1] ?? "");
  return geometry ? [{ type: "Feature", properties: { value: item.value, label: item.label.asString }, geometry }] : [];
});

const placesOf = ({ type, coordinates }) => (type === "Point" ? [coordinates] : type === "Polygon" ? coordinates[0] : coordinates);
const boundsOf = (features) => {
  const all = features.flatMap(({ geometry }) => placesOf(geometry)), xs = all.map(([x]) => x), ys = all.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

/* `pick(value)` is called with a touch. show(items, chosen values) draws; it hides the map where no choice has a place. */
export const choiceMap = ({ pick }) => {
  const label = say("map_choices"), ground = el("div", { class: "q-map" }), told = el("p", { class: "small", role: "status" });
  const box = el("details", { class: "q-map-box" }, el("summary", {}, label), ground, told);
  let map = null, begun = false, features = [], chosen = [];

  const draw = () => {
    map?.getSource("choices")?.setData({ type: "FeatureCollection", features: features.map((one) => ({ ...one, properties: { ...one.properties, on: chosen.includes(one.properties.value) } })) });
    if (!begun) return;
    const names = features.filter((one) => chosen.includes(one.properties.value)).map((one) => one.properties.label);
    told.textContent = names.length ? say("map_chosen", { label: names.join(", ") }) : say("map_touch");
  };
  const at = ({ x, y }) => {
    const found = map.queryRenderedFeatures([[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]], { layers: ["choices-point", "choices-line", "choices-area"] });
    const apart = (one) => { if (one.geometry.type !== "Point") return NEAR; const there = map.project(one.geometry.coordinates); return Math.hypot(there.x - x, there.y - y); };
    const nearest = found.sort((one, two) => apart(one) - apart(two))[0];
    if (nearest) pick(nearest.properties.value);
  };
  const begin = async () => {
    map = await newMap(ground, label, { bounds: boundsOf(features) });
    const on = (yes, no) => ["case", ["get", "on"], yes, no], ink = on(colour("--good"), colour("--accent"));
    map.addSource("choices", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: "choices-area", type: "fill", source: "choices", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink, "fill-opacity": on(0.5, 0.2) } });
    map.addLayer({ id: "choices-line", type: "line", source: "choices", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": ink, "line-width": on(6, 3) } });
    map.addLayer({ id: "choices-point", type: "circle", source: "choices", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": on(11, 8), "circle-color": ink, "circle-stroke-color": colour("--surface"), "circle-stroke-width": on(4, 2) } });
    draw();
    map.on("click", (event) => at(event.point));
    // From the keyboard: arrows move the map, Enter takes what lies in its middle.
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      at(map.project(map.getCenter()));
    });
    await addBasemap(map, "choices-area");
    map.once("idle", () => { box.dataset.map = "ready"; });
    map.triggerRepaint();
  };
  box.addEventListener("toggle", () => {
    if (!box.open || begun) return;
    begun = true;
    draw();
    begin().catch(() => { begun = false; told.textContent = say("no_map_list"); });
  });
  return {
    box,
    show: (items, values) => {
      features = featuresOf(items);
      chosen = values;
      box.hidden = !features.length;
      draw();
    },
  };
};
