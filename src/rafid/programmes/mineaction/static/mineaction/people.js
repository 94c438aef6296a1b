/* Accidents, sessions, villages, tasks and finds as dots on the live map. Fill says the same as the colour. */
"use strict";
(() => {
  const INK = { accident: "#a3211b", session: "#1b7f4b", reached: "#1b7f4b", unreached: "#a3211b", waiting: "#a3211b", under_way: "#8a5a00", ended: "#1b7f4b", off: "#5b6470" };
  const FILL = { unreached: "#ffffff", waiting: "#ffffff", under_way: "#f4c04d", off: "#d5d9dd" };
  const kind = ["get", "kind"];
  const colour = ["match", kind, ...Object.entries(INK).flat(), "#0b5f6b"];

  const tell = (box, map) => {
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    const under = (point) => map.queryRenderedFeatures(point, { layers: ["people"] })[0];
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
      if (found) show(event.point, found.properties);
      else tip.hidden = true;
      map.getCanvas().style.cursor = found?.properties.url ? "pointer" : "";
    });
    map.on("click", (event) => {
      const found = under(event.point);
      if (!found) return;
      if (event.originalEvent.pointerType === "touch" && tip.hidden) show(event.point, found.properties);
      else if (found.properties.url) location.assign(found.properties.url);
    });
  };

  const draw = async (box, map) => {
    const answer = await fetch(box.dataset.people, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const data = await answer.json();
    map.addSource("people", { type: "geojson", data });
    map.addLayer({ id: "people", type: "circle", source: "people", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 3.5, 8, 5.5, 11, 8],
      "circle-color": ["match", kind, ...Object.entries(FILL).flat(), colour], "circle-opacity": 0.85,
      "circle-stroke-color": colour, "circle-stroke-width": 2 } });
    tell(box, map);
    map.once("idle", () => { box.dataset.drawn = data.features.length; });
  };

  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (box.dataset.people) draw(box, event.detail.map).catch(() => {});
  });
})();
