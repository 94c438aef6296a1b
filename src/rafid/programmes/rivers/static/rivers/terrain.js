/* Depths of a flood on the live map, and a point that is clicked for its catchment. */
"use strict";
(() => {
  const flood = async (box, map) => {
    const answer = await fetch(box.dataset.flood, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const data = await answer.json();
    map.addSource("flood", { type: "geojson", data });
    const above = map.getStyle().layers.find((one) => one.type === "circle");
    map.addLayer({ id: "flood", type: "fill", source: "flood", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.82, "fill-antialias": false } }, above?.id);
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    map.on("mousemove", "flood", (event) => {
      const deepest = event.features.reduce((one, other) => (other.properties.depth_from_m > one.properties.depth_from_m ? other : one));
      tip.textContent = deepest.properties.text;
      tip.hidden = false;
      tip.style.left = `${event.point.x + 12}px`;
      tip.style.top = `${Math.max(event.point.y - 28, 4)}px`;
    });
    map.on("mouseleave", "flood", () => { tip.hidden = true; });
    map.once("idle", () => { box.dataset.drawn = data.features.length; });
  };
  const pick = (box, map) => {
    const form = document.getElementById("find");
    if (!form) return;
    map.getCanvas().style.cursor = "crosshair";
    map.on("click", (event) => {
      form.elements.longitude.value = event.lngLat.lng.toFixed(5);
      form.elements.latitude.value = event.lngLat.lat.toFixed(5);
      const point = { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: event.lngLat.toArray() } }] };
      if (map.getSource("picked")) map.getSource("picked").setData(point);
      else {
        map.addSource("picked", { type: "geojson", data: point });
        map.addLayer({ id: "picked", type: "circle", source: "picked", paint: { "circle-radius": 7, "circle-color": "#c1121f", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
      }
    });
  };
  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (box.dataset.flood) flood(box, event.detail.map).catch(() => {});
    if ("pick" in box.dataset) pick(box, event.detail.map);
  });
})();
