/* Stations and reaches on the live map, coloured by class; a ring tells the classes apart without colours. */
"use strict";
(() => {
  const draw = async (box, map) => {
    const answer = await fetch(box.dataset.stations, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const { features } = await answer.json();
    const of = (what) => ({ type: "FeatureCollection", features: features.filter((one) => one.properties.what === what) });
    map.addSource("reaches", { type: "geojson", data: of("reach") });
    map.addSource("stations", { type: "geojson", data: of("station") });
    map.addLayer({ id: "reaches", type: "line", source: "reaches", paint: { "line-color": "#3f7cac", "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1, 9, 3] } });
    const heavy = ["match", ["get", "class"], ["extreme", "severe", "critical"], 3, ["warning", "low"], 2, 1];
    map.addLayer({ id: "stations", type: "circle", source: "stations", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, ["+", 3, heavy], 9, ["+", 7, heavy]], "circle-color": ["get", "colour"],
      "circle-stroke-color": ["match", ["get", "class"], ["extreme", "severe", "critical"], "#16211f", "#ffffff"], "circle-stroke-width": 1.6 } });
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    const under = (point) => map.queryRenderedFeatures(point, { layers: ["stations"] })[0];
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
      map.getCanvas().style.cursor = found ? "pointer" : "";
      if (found) show(event.point, found.properties); else tip.hidden = true;
    });
    map.on("click", (event) => {
      const found = under(event.point);
      if (!found) return;
      if (event.originalEvent.pointerType === "touch" && tip.hidden) show(event.point, found.properties);
      else location.assign(found.properties.url);
    });
    map.once("idle", () => { box.dataset.drawn = features.length; });
  };
  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (box.dataset.stations) draw(box, event.detail.map).catch(() => {});
  });
})();
