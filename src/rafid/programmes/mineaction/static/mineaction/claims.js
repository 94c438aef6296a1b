/* Claims of two authorities on the live map: four kinds of ground, each with a colour and a hatch. */
"use strict";
(() => {
  const KINDS = {
    agreed: { fill: "#546e7a", line: "#37474f", mirrored: false },
    disputed: { fill: "#8e44ad", line: "#6b21a8", mirrored: true },
    only_a: { fill: "#4285f4", line: "#0b5394", mirrored: false },
    only_b: { fill: "#e67e22", line: "#9a4a00", mirrored: true },
  };
  const NEAR = 11; // further off a claim is a dot
  const middle = (one) => {
    const ring = one.geometry.coordinates[0];
    const sum = ring.reduce((at, point) => [at[0] + point[0], at[1] + point[1]], [0, 0]);
    return { ...one, geometry: { type: "Point", coordinates: [sum[0] / ring.length, sum[1] / ring.length] } };
  };
  const image = (colour, mirrored) => {
    const drawn = globalThis.rafidMapInk.hatch(colour, "rgba(0, 0, 0, 0)", mirrored);
    return { width: drawn.width, height: drawn.height, data: new Uint8Array(drawn.data.buffer) };
  };

  const draw = async (box, map) => {
    const answer = await fetch(box.dataset.claims, { headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const { features } = await answer.json();
    map.addSource("claims", { type: "geojson", data: { type: "FeatureCollection", features } });
    map.addSource("claim-dots", { type: "geojson", data: { type: "FeatureCollection", features: features.map(middle) } });
    const dots = [];
    for (const [what, { fill, line, mirrored }] of Object.entries(KINDS)) {
      map.addImage(`claim-${what}`, image(line, mirrored), { pixelRatio: 2 });
      const filter = ["==", ["get", "what"], what];
      map.addLayer({ id: `claim-${what}`, type: "fill", source: "claims", filter, paint: { "fill-color": fill, "fill-opacity": 0.4 } });
      map.addLayer({ id: `claim-${what}-lines`, type: "fill", source: "claims", filter, paint: { "fill-pattern": `claim-${what}` } });
      map.addLayer({ id: `claim-${what}-edge`, type: "line", source: "claims", filter, paint: { "line-color": line, "line-width": 1.5 } });
      map.addLayer({ id: `claim-${what}-dots`, type: "circle", source: "claim-dots", filter, maxzoom: NEAR, paint: {
        "circle-color": fill, "circle-radius": 5, "circle-stroke-color": line, "circle-stroke-width": 1.5, "circle-opacity": 0.8 } });
      dots.push(`claim-${what}-dots`, `claim-${what}`);
    }
    const tip = document.createElement("div");
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.querySelector(":scope > .map-live").append(tip); // what lies beside it is hidden while the map lives
    map.on("mousemove", (event) => {
      const found = map.queryRenderedFeatures(event.point, { layers: dots.filter((id) => map.getLayer(id)) })[0];
      tip.hidden = !found;
      if (!found) return;
      const name = document.createElement("strong");
      name.textContent = found.properties.name;
      tip.replaceChildren(name, document.createElement("br"), found.properties.text);
      tip.style.left = `${Math.min(event.point.x + 12, box.clientWidth - 160)}px`;
      tip.style.top = `${Math.max(event.point.y - 40, 4)}px`;
    });
    map.setMaxZoom(19);
    map.once("idle", () => { box.dataset.drawn = features.length; });
  };

  document.addEventListener("rafid:map", (event) => {
    const box = event.target;
    if (box.dataset.claims) draw(box, event.detail.map).catch(() => {});
  });
})();
