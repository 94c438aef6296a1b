/* Hazards and released ground on the live map: filled by class, outlined by state, hatched so that nobody needs the colours. */
"use strict";
(() => {
  const { hatch } = globalThis.rafidMapInk;
  const CHA = "#ff0000", SHA = "#f4a718", CLEARED = "#1b7f4b", REDUCED = "#2a6fb0", CANCELLED = "#7a7f87";
  const NEAR = 11; // from here on a hazard is a shape; further off it is a dot

  const lines = (colour, mirrored) => {
    const image = hatch(colour, "rgba(0, 0, 0, 0)", mirrored);
    return { width: image.width, height: image.height, data: new Uint8Array(image.data.buffer) };
  };
  const is = (name, value) => ["==", ["get", name], value];
  const byClass = ["match", ["get", "class"], "CHA", CHA, SHA];
  const byGroup = ["match", ["get", "group"], "open", CHA, "worked_on", SHA, CLEARED];
  const byKind = ["match", ["get", "kind"], "cleared", CLEARED, "reduced", REDUCED, CANCELLED];

  const dots = (features) => features
    .filter((one) => one.properties.point || one.geometry?.type === "Point")
    .map((one) => ({ ...one, geometry: one.geometry?.type === "Point" ? one.geometry : { type: "Point", coordinates: one.properties.point } }));

  const tell = (box, map, layers) => {
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    const under = (point) => map.queryRenderedFeatures(point, { layers: layers.filter((id) => map.getLayer(id)) })[0];
    const show = (point, own) => {
      const name = document.createElement("strong");
      name.textContent = own.name;
      tip.replaceChildren(name, document.createElement("br"), own.text);
      tip.hidden = false;
      const aside = point.x > box.clientWidth / 2;
      tip.style.left = `${aside ? Math.max(point.x - tip.offsetWidth - 12, 0) : point.x + 12}px`;
      tip.style.top = `${Math.max(point.y - tip.offsetHeight - 8, 4)}px`;
    };
    map.on("mousemove", (event) => {
      const found = under(event.point);
      if (found) { show(event.point, found.properties); map.getCanvas().style.cursor = found.properties.url ? "pointer" : ""; }
      else { tip.hidden = true; }
    });
    map.on("click", (event) => {
      const found = under(event.point);
      if (!found) return;
      if (event.originalEvent.pointerType === "touch" && tip.hidden) show(event.point, found.properties);
      else if (found.properties.url) location.assign(found.properties.url);
    });
  };

  const draw = async (box, map) => {
    const answer = await fetch(box.dataset.hazards, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const { features } = await answer.json();
    const of = (what) => features.filter((one) => one.properties.what === what);
    const areas = (list) => ({ type: "FeatureCollection", features: list.filter((one) => one.geometry && one.geometry.type !== "Point") });
    const images = { "cha-lines": ["rgba(120, 0, 0, .8)", false], "sha-lines": ["rgba(110, 60, 0, .8)", true], "cleared-lines": [CLEARED, false], "reduced-lines": [REDUCED, true], "cancelled-lines": [CANCELLED, false], "twice-lines": ["#6b21a8", false], "outside-lines": ["#16211f", true] };
    for (const [name, [colour, mirrored]] of Object.entries(images)) map.addImage(name, lines(colour, mirrored), { pixelRatio: 2 });
    map.addSource("released", { type: "geojson", data: areas(of("release")) });
    map.addSource("hazards", { type: "geojson", data: areas(of("hazard")) });
    map.addSource("hazard-dots", { type: "geojson", data: { type: "FeatureCollection", features: dots([...of("hazard"), ...of("cell")]) } });
    const far = of("cell").length ? 24 : NEAR;
    map.addLayer({ id: "hazards-fill", type: "fill", source: "hazards", filter: ["!=", ["get", "group"], "closed"], paint: { "fill-color": byClass, "fill-opacity": 0.5 } });
    for (const one of ["cha", "sha"]) {
      map.addLayer({ id: `hazards-${one}`, type: "fill", source: "hazards", filter: ["all", is("class", one.toUpperCase()), ["!=", ["get", "group"], "closed"]], paint: { "fill-pattern": `${one}-lines` } });
    }
    map.addLayer({ id: "released-fill", type: "fill", source: "released", paint: { "fill-color": byKind, "fill-opacity": 0.25 } });
    for (const one of ["cleared", "reduced", "cancelled"]) {
      map.addLayer({ id: `released-${one}`, type: "fill", source: "released", filter: is("kind", one), paint: { "fill-pattern": `${one}-lines`, "fill-opacity": 0.8 } });
    }
    map.addLayer({ id: "released-line", type: "line", source: "released", paint: { "line-color": byKind, "line-width": 1.2 } });
    // Dashes cannot follow a value, so what is worked on has a layer of its own.
    map.addLayer({ id: "hazards-line", type: "line", source: "hazards", filter: ["!=", ["get", "group"], "worked_on"], paint: { "line-color": byGroup, "line-width": 2.5 } });
    map.addLayer({ id: "hazards-worked", type: "line", source: "hazards", filter: is("group", "worked_on"), paint: { "line-color": SHA, "line-width": 2.5, "line-dasharray": [3, 2] } });
    map.addLayer({ id: "hazards-dots", type: "circle", source: "hazard-dots", maxzoom: far, paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 3, 8, 5, 11, 7], "circle-color": byClass, "circle-opacity": ["case", is("group", "closed"), 0.15, 0.75],
      "circle-stroke-color": byGroup, "circle-stroke-width": 1.6 } });
    // A hazard's own page: what is left of it, what lies twice or outside, its outline and its field sheet.
    map.addSource("parts", { type: "geojson", data: areas(features.filter((one) => ["remaining", "twice", "outside", "outline", "sheet"].includes(one.properties.what))) });
    map.addLayer({ id: "remaining-fill", type: "fill", source: "parts", filter: is("what", "remaining"), paint: { "fill-color": byClass, "fill-opacity": 0.5 } });
    for (const one of ["cha", "sha"]) {
      map.addLayer({ id: `remaining-${one}`, type: "fill", source: "parts", filter: ["all", is("what", "remaining"), is("class", one.toUpperCase())], paint: { "fill-pattern": `${one}-lines` } });
    }
    map.addLayer({ id: "twice", type: "fill", source: "parts", filter: is("what", "twice"), paint: { "fill-pattern": "twice-lines" } });
    map.addLayer({ id: "outside", type: "fill", source: "parts", filter: is("what", "outside"), paint: { "fill-pattern": "outside-lines" } });
    map.addLayer({ id: "outline", type: "line", source: "parts", filter: ["all", is("what", "outline"), ["!=", ["get", "group"], "worked_on"]], paint: { "line-color": byGroup, "line-width": 3 } });
    map.addLayer({ id: "outline-worked", type: "line", source: "parts", filter: ["all", is("what", "outline"), is("group", "worked_on")], paint: { "line-color": SHA, "line-width": 3, "line-dasharray": [3, 2] } });
    map.addLayer({ id: "sheet", type: "line", source: "parts", filter: is("what", "sheet"), paint: { "line-color": "#0b5f6b", "line-width": 1.6, "line-dasharray": [4, 3] } });
    tell(box, map, ["twice", "outside", "remaining-fill", "hazards-dots", "hazards-fill", "hazards-line", "hazards-worked", "released-fill"]);
    // The shell's map stops at the size of a town; a hazard is smaller.
    const corners = (box.dataset.bounds || "").split(",").map(Number);
    if (box.closest(".hazard-map") && corners.length === 4) {
      map.setMaxZoom(19);
      map.fitBounds([corners.slice(0, 2), corners.slice(2)], { padding: 24, animate: false });
    }
    map.once("idle", () => {
      box.classList.add("is-live");
      box.dataset.drawn = features.length;
    });
  };

  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (!box.dataset.hazards) return;
    // The drawing of the server stays in sight until the same stands on the live map, and where that fails.
    if (box.querySelector(":scope > svg")) box.classList.remove("is-live");
    draw(box, event.detail.map).catch(() => {});
  });
})();
