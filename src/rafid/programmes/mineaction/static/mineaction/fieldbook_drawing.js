/* A field book drawn in the browser from longitudes and latitudes: as a sketch beside the table, and on the live map. */
"use strict";
globalThis.rafidFieldbook = { };
(() => {
  const SPACE = "http://www.w3.org/2000/svg", WIDTH = 520, HEIGHT = 400, EDGE = 36, NAMES = 40;
  const made = (tag, attributes, text) => {
    const element = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    return element;
  };

  // shapes: [{css, ring}], points: [{label, lon, lat, bad}]. A reading on trial that lies far away is sketched alone.
  const sketch = (box, shapes, points, label) => {
    const all = [...shapes.flatMap((one) => one.ring), ...points.map((one) => [one.lon, one.lat])];
    if (!all.length) { box.replaceChildren(); return; }
    const squeeze = Math.cos(all[0][1] * Math.PI / 180);
    const xs = all.map((one) => one[0] * squeeze), ys = all.map((one) => one[1]);
    const west = Math.min(...xs), east = Math.max(...xs), south = Math.min(...ys), north = Math.max(...ys);
    const scale = Math.min((WIDTH - 2 * EDGE) / Math.max(east - west, 1e-6), (HEIGHT - 2 * EDGE) / Math.max(north - south, 1e-6));
    const left = (WIDTH - scale * (east - west)) / 2, top = (HEIGHT - scale * (north - south)) / 2;
    const at = ([lon, lat]) => [left + scale * (lon * squeeze - west), top + scale * (north - lat)];
    const svg = made("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, direction: "ltr", class: "drawing" });
    for (const { css, ring } of shapes) {
      if (!ring.length) continue;
      svg.append(made("path", { class: css, d: `M${ring.map((one) => at(one).map((value) => value.toFixed(1)).join(" ")).join("L")}` }));
    }
    const step = Math.max(1, Math.ceil(points.length / NAMES));
    points.forEach((one, index) => {
      const [x, y] = at([one.lon, one.lat]);
      if (points.length < 400) svg.append(made("circle", { class: one.bad ? "point bad" : "point", cx: x.toFixed(1), cy: y.toFixed(1), r: one.bad ? 6 : 3.5 }));
      if (index % step === 0 && one.label) svg.append(made("text", { x: (x + 6).toFixed(1), y: (y - 5).toFixed(1) }, one.label));
    });
    // North is up; a bar of a round length tells the size.
    svg.append(made("path", { class: "ground", d: `M${WIDTH - 18} 34V10M${WIDTH - 23} 18L${WIDTH - 18} 10L${WIDTH - 13} 18` }), made("text", { x: WIDTH - 22, y: 48 }, "N"));
    const metres = scale / 111_320, longest = WIDTH / 4 / metres, power = 10 ** Math.floor(Math.log10(longest));
    const length = [5, 2, 1].map((times) => times * power).find((one) => one <= longest);
    svg.append(made("path", { class: "ground", d: `M12 ${HEIGHT - 17}V${HEIGHT - 12}H${(12 + length * metres).toFixed(1)}V${HEIGHT - 17}` }),
      made("text", { x: (20 + length * metres).toFixed(1), y: HEIGHT - 12 }, length >= 1000 ? `${length / 1000} km` : `${length} m`));
    box.replaceChildren(svg);
  };

  let live = null, waiting = null;
  const feature = (what, ring) => ({ type: "Feature", properties: { what }, geometry: { type: "LineString", coordinates: ring } });
  const onMap = (shapes, points) => {
    if (!live) { waiting = [shapes, points]; return; }
    const lines = shapes.filter((one) => one.ring.length > 1).map((one) => feature(one.css, one.ring));
    const dots = points.map((one) => ({ type: "Feature", properties: { what: "point" }, geometry: { type: "Point", coordinates: [one.lon, one.lat] } }));
    // A reading that lies in another governorate is a speck at this scale: a dot tells where.
    const far = shapes.filter((one) => one.css === "tried").flatMap((one) => one.ring.slice(0, 1)).map((at) => ({ type: "Feature", properties: { what: "tried-point" }, geometry: { type: "Point", coordinates: at } }));
    live.getSource("book").setData({ type: "FeatureCollection", features: [...lines, ...dots, ...far] });
    const all = [...shapes.flatMap((one) => one.ring), ...points.map((one) => [one.lon, one.lat])];
    if (!all.length) return;
    const xs = all.map((one) => one[0]), ys = all.map((one) => one[1]);
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], shown = live.getBounds();
    const inside = shown.contains([box[0], box[1]]) && shown.contains([box[2], box[3]]);
    const small = (box[2] - box[0]) < (shown.getEast() - shown.getWest()) / 12;
    if (!inside || small) live.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 40, maxZoom: 15, animate: false });
    live.getContainer().closest("[data-map]").dataset.drawn = String(lines.length);
  };
  document.addEventListener("rafid:map", (event) => {
    if (!event.target.classList.contains("book-map")) return;
    const map = event.detail.map, is = (what) => ["==", ["get", "what"], what];
    map.addSource("book", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: "book-other", type: "line", source: "book", filter: is("other"), paint: { "line-color": "#51605c", "line-width": 1.5, "line-dasharray": [2, 2] } });
    map.addLayer({ id: "book-ring", type: "line", source: "book", filter: is("ring"), paint: { "line-color": "#0b5f6b", "line-width": 2.5 } });
    map.addLayer({ id: "book-tried", type: "line", source: "book", filter: is("tried"), paint: { "line-color": "#6b21a8", "line-width": 2.5, "line-dasharray": [4, 2] } });
    map.addLayer({ id: "book-points", type: "circle", source: "book", filter: is("point"), paint: { "circle-radius": 3.5, "circle-color": "#0b5f6b", "circle-stroke-color": "#fff", "circle-stroke-width": 1 } });
    map.addLayer({ id: "book-tried-point", type: "circle", source: "book", filter: is("tried-point"), paint: { "circle-radius": 5, "circle-color": "#6b21a8", "circle-stroke-color": "#fff", "circle-stroke-width": 1 } });
    live = map;
    if (waiting) onMap(...waiting);
  });

  Object.assign(globalThis.rafidFieldbook, { draw: (box, shapes, points, label, near = shapes, dots = points) => { sketch(box, near, dots, label); onMap(shapes, points); } });
})();
