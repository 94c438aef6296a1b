/* A month of the grid on the live map: squares in the colour of their class, the lowest hatched, too; or governorates by the
   mean over them; and the stations of the table below. What lies under the pointer, a finger or the middle is told in words. */
"use strict";
(() => {
  const square = (grid, row, column) => {
    const west = grid.west + (column - 0.5) * grid.cell_x, north = grid.north - (row - 0.5) * grid.cell_y;
    const east = west + grid.cell_x, south = north - grid.cell_y;
    return { type: "Polygon", coordinates: [[[west, north], [west, south], [east, south], [east, north], [west, north]]] };
  };
  const cellsOf = ({ grid, index }) => {
    const features = [];
    grid.values.forEach((line, row) => line.forEach((value, column) => {
      const kind = grid.classes[row][column];
      features.push({ type: "Feature", geometry: square(grid, row, column),
        properties: { kind: kind === "." ? 9 : Number(kind), value: value ?? "", name: `${index} · ${(grid.north - row * grid.cell_y).toFixed(2)}° N, ${(grid.west + column * grid.cell_x).toFixed(2)}° E` } });
    }));
    return { type: "FeatureCollection", features };
  };
  const areasOf = ({ areas }) => ({ type: "FeatureCollection", features: areas.filter((one) => one.geometry).map((one) => ({
    type: "Feature", geometry: one.geometry, properties: { kind: one.class ?? 9, value: one.mean ?? "", name: one.name, dry: one.dry ?? "" } })) });
  const stationsOf = (told) => ({ type: "FeatureCollection", features: [...document.querySelectorAll("tr[data-point]")].map((row) => ({
    type: "Feature", geometry: { type: "Point", coordinates: row.dataset.point.split(",").map(Number) },
    properties: {
      kind: told.classes.findIndex((one) => one.code === row.dataset.class), value: row.dataset.value, name: row.querySelector("th").textContent.trim(),
      url: row.querySelector("a").href, why: row.dataset.value ? "" : row.cells[2].textContent.trim(),
    } })).map((one) => { if (one.properties.kind < 0) one.properties.kind = 9; return one; }) });

  const draw = async (box, map) => {
    const answer = await fetch(box.dataset.drought, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const told = await answer.json(), { hatch, colour } = globalThis.rafidMapInk;
    const [low] = told.classes, blank = "#d9d9d9";
    const shade = ["match", ["get", "kind"], ...told.classes.flatMap((one, at) => [at, one.colour]), blank];
    const under = map.getLayer("governorates-line") ? "governorates-line" : undefined;
    map.addImage("drought-low", hatch("#4f2d05", low.colour), { pixelRatio: 2 });
    const laid = { cells: cellsOf(told), areas: areasOf(told) };
    for (const [what, data] of Object.entries(laid)) {
      const visibility = what === "cells" ? "visible" : "none";
      map.addSource(what, { type: "geojson", data });
      map.addLayer({ id: what, type: "fill", source: what, layout: { visibility }, paint: { "fill-color": shade, "fill-opacity": 0.9, "fill-antialias": what === "areas" } }, under);
      map.addLayer({ id: `${what}-low`, type: "fill", source: what, layout: { visibility }, filter: ["==", ["get", "kind"], 0], paint: { "fill-pattern": "drought-low" } }, under);
    }
    map.addSource("stations", { type: "geojson", data: stationsOf(told) });
    map.addLayer({ id: "stations", type: "circle", source: "stations", paint: {
      "circle-color": shade, "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 4, 9, 8],
      "circle-stroke-color": "#16211f", "circle-stroke-width": ["match", ["get", "kind"], 0, 3, 1.2] } });

    let what = "cells";
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    const figure = (value) => {
      const part = document.createElement("bdi");
      part.dir = "ltr";
      part.textContent = Number(value).toFixed(2).replace("-", "−");
      return part;
    };
    const sentence = (own) => {
      if (own.value === "") return [own.why || box.dataset.none];
      const lines = [`${told.classes[own.kind]?.name ?? box.dataset.none} · ${told.index} `, figure(own.value)];
      if (own.dry !== undefined && own.dry !== "") lines.push(document.createElement("br"), box.dataset.dry.replace("SHARE", own.dry));
      return lines;
    };
    const show = (point, own, linked) => {
      const name = document.createElement(linked && own.url ? "a" : "strong");
      name.textContent = own.name;
      if (linked && own.url) name.href = own.url;
      tip.replaceChildren(name, document.createElement("br"), ...sentence(own));
      tip.classList.toggle("is-held", linked);
      tip.hidden = false;
      const aside = point.x > box.clientWidth / 2;
      tip.style.left = `${aside ? Math.max(point.x - tip.offsetWidth - 12, 0) : point.x + 12}px`;
      tip.style.top = `${Math.max(point.y - tip.offsetHeight - 8, 4)}px`;
    };
    const found = (point) => map.queryRenderedFeatures(point, { layers: ["stations", what] })[0]?.properties;
    map.on("mousemove", (event) => {
      const own = found(event.point);
      map.getCanvas().style.cursor = own?.url ? "pointer" : "";
      if (own) show(event.point, own, false); else tip.hidden = true;
    });
    map.getCanvas().addEventListener("mouseleave", () => { if (!tip.classList.contains("is-held")) tip.hidden = true; });
    map.on("click", (event) => {
      const own = found(event.point);
      if (!own) tip.hidden = true;
      else if (own.url && event.originalEvent.pointerType !== "touch") location.assign(own.url);
      else show(event.point, own, true);
    });
    const middle = () => ({ x: box.clientWidth / 2, y: box.clientHeight / 2 });
    map.on("moveend", () => {
      if (!map.getCanvas().matches(":focus-visible")) return;
      const own = found([middle().x, middle().y]);
      if (own) show(middle(), own, false); else tip.hidden = true;
    });

    const chooser = document.getElementById("drought-what");
    const choose = (wanted) => {
      what = wanted;
      tip.hidden = true;
      for (const one of Object.keys(laid)) for (const id of [one, `${one}-low`]) map.setLayoutProperty(id, "visibility", one === what ? "visible" : "none");
      for (const one of chooser.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.what === what));
      box.dataset.shown = what;
    };
    chooser.hidden = false;
    chooser.onclick = (event) => { const wanted = event.target.closest("button")?.dataset.what; if (wanted) choose(wanted); };
    choose(chooser.querySelector("[aria-pressed=true]")?.dataset.what || "cells");
    map.once("idle", () => { box.dataset.drawn = laid.cells.features.length; });
  };
  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (box.dataset.drought) draw(box, event.detail.map).catch(() => {});
  });
})();
