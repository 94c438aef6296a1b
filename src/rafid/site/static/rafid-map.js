/* A live map over what the page has already drawn. <div data-map> holds an SVG or nothing; a table of the page holds the
   figures. Where the browser has WebGL, MapLibre draws tiles of our own server in the colours of the stylesheet; where it
   has not, the page stays as it was. Attributes are described in docs/extend.md.

   Labels are drawn on a canvas and handed over as images: MapLibre's own text needs glyphs from a server and leaves
   Sorani letters unjoined. */
"use strict";
(() => {
  const self = document.currentScript.dataset;
  const texts = JSON.parse(self.texts);
  const language = document.documentElement.lang;
  const rtl = document.documentElement.dir === "rtl";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const FONT = '"Noto Sans", "Noto Sans Arabic", sans-serif';

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const list = (text) => (text || "").split(",").map((one) => one.trim()).filter(Boolean);
  const nameOf = (names) => names[language] || names.ar || names.ckb || names.en || "";

  const webgl = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };

  let library;
  const maplibre = () => library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    Object.assign(style, { rel: "stylesheet", href: self.css });
    const script = document.createElement("script");
    script.src = self.maplibre;
    script.onload = () => { globalThis.maplibregl.setWorkerUrl(self.worker); resolve(globalThis.maplibregl); };
    script.onerror = reject;
    document.head.append(style, script);
  });

  // Figures: from the rows of a table of this page, or from an address. ref → {value, text, name, url, withheld}
  const fromTable = (table) => {
    const figures = new Map();
    for (const row of table.querySelectorAll("tr[data-place]")) {
      const link = row.querySelector("a[href]"), cell = row.querySelector("[data-figure], td.num");
      const given = row.dataset.value;
      figures.set(row.dataset.place, {
        value: given === undefined || given === "" ? null : Number(given),
        text: cell ? cell.textContent.trim() : "",
        name: (row.querySelector("th") || row.cells[0]).textContent.trim(),
        url: link ? link.href : "",
        withheld: "withheld" in row.dataset,
        row,
      });
    }
    return figures;
  };
  const fromAddress = async (url) => {
    const answer = await fetch(url, { headers: { "Accept-Language": language } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return new Map((await answer.json()).items.map((item) => [item.place, item]));
  };

  const classes = (box) => {
    const breaks = list(box.dataset.breaks).map(Number), count = breaks.length + 1;
    const ramp = list(box.dataset.ramp);
    const colours = Array.from({ length: count }, (_, index) => {
      const step = ramp[index] || String(1 + Math.round(index * 6 / Math.max(count - 1, 1)));
      return step.startsWith("#") ? step : colour(`--ramp-${step}`);
    });
    return (value) => colours[breaks.findIndex((end) => value <= end)] ?? colours[count - 1];
  };

  const hatch = (front, back, mirrored) => {
    const size = 16, canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    pen.fillStyle = back;
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = front;
    pen.lineWidth = 3;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      if (mirrored) { pen.moveTo(shift, 0); pen.lineTo(shift + size, size); }
      else { pen.moveTo(shift + size, 0); pen.lineTo(shift, size); }
    }
    pen.stroke();
    return pen.getImageData(0, 0, size, size);
  };

  const label = (text, size, ink, halo, ratio) => {
    const canvas = document.createElement("canvas"), font = `${size * ratio}px ${FONT}`;
    let pen = canvas.getContext("2d");
    pen.font = font;
    canvas.width = Math.ceil(pen.measureText(text).width) + 8 * ratio;
    canvas.height = Math.ceil(size * ratio * 1.8);
    pen = canvas.getContext("2d", { willReadFrequently: true });
    Object.assign(pen, { font, textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3 * ratio, strokeStyle: halo, fillStyle: ink });
    pen.direction = rtl ? "rtl" : "ltr";
    pen.strokeText(text, canvas.width / 2, canvas.height / 2);
    pen.fillText(text, canvas.width / 2, canvas.height / 2);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  };

  const addLabels = async (map, layer, alive) => {
    const answer = await fetch(layer.labels, { headers: { "Accept-Language": language } });
    if (!answer.ok) return;
    const items = (await answer.json()).items.filter((item) => item.point && nameOf(item.names || {}));
    const size = layer.size || 13, ratio = Math.min(Math.ceil(devicePixelRatio), 2);
    await document.fonts.load(`${size}px "Noto Sans Arabic"`, "ێ");
    if (!alive()) return;
    for (const item of items) {
      const id = `label-${layer.id}-${item.ref}`;
      if (!map.hasImage(id)) map.addImage(id, label(nameOf(item.names), size, colour("--ink"), colour("--surface"), ratio), { pixelRatio: ratio });
    }
    map.addSource(`labels-${layer.id}`, {
      type: "geojson",
      data: { type: "FeatureCollection", features: items.map((item) => ({ type: "Feature", properties: { ref: item.ref }, geometry: { type: "Point", coordinates: item.point } })) },
    });
    map.addLayer({
      id: `labels-${layer.id}`, type: "symbol", source: `labels-${layer.id}`, minzoom: layer.minzoom || 0, maxzoom: layer.labelsuntil || 24,
      layout: { "icon-image": ["concat", `label-${layer.id}-`, ["get", "ref"]], "icon-padding": 1 },
    });
  };

  const begin = async (box) => {
    const [gl, figures] = await Promise.all([
      maplibre(),
      box.dataset.table ? fromTable(document.querySelector(box.dataset.table)) : box.dataset.valuesUrl ? fromAddress(box.dataset.valuesUrl) : new Map(),
    ]);
    const layers = JSON.parse(box.dataset.layers || "[]");
    const bounds = list(box.dataset.bounds).map(Number), key = box.dataset.property || "ref";
    const query = box.dataset.tilesQuery ? `?${box.dataset.tilesQuery}` : "";
    const before = [...box.children], live = document.createElement("div"), tip = document.createElement("div");
    live.className = "map-live";
    tip.className = "map-tip";
    tip.hidden = true;
    box.append(live, tip);
    for (const one of before) one.hidden = true;
    box.classList.add("is-live");

    const map = new gl.Map({
      container: live,
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("--sunken") } }] },
      bounds: bounds.length === 4 ? [[bounds[0], bounds[1]], [bounds[2], bounds[3]]] : undefined,
      fitBoundsOptions: { padding: 12 },
      attributionControl: false, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      fadeDuration: still ? 0 : 200, maxZoom: 16, locale: texts.map,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute("aria-label", box.dataset.label || texts.label);
    map.addControl(new gl.NavigationControl({ showCompass: false }), rtl ? "top-left" : "top-right");
    let gone = false, trouble = 0;
    const end = () => {
      if (gone) return;
      gone = true;
      map.remove();
      live.remove();
      tip.remove();
      for (const one of before) one.hidden = false;
      box.classList.remove("is-live");
    };
    map.on("error", () => { trouble++; });
    dark.addEventListener("change", () => { if (!gone) { end(); begin(box); } }, { once: true });
    await new Promise((resolve) => { map.once("load", resolve); });
    if (gone) return;

    map.addImage("missing", hatch(colour("--missing"), colour("--surface")), { pixelRatio: 2 });
    map.addImage("withheld", hatch(colour("--line-strong"), colour("--missing"), true), { pixelRatio: 2 });
    const shade = classes(box), known = [], withheld = [], shades = [];
    for (const [ref, figure] of figures) {
      if (figure.withheld) withheld.push(ref);
      else if (Number.isFinite(figure.value) && figure.value !== null) { known.push(ref); shades.push(ref, shade(figure.value)); }
    }

    const areas = [];
    for (const layer of layers) {
      const part = layer.geojson ? {} : { "source-layer": layer.part || layer.id };
      map.addSource(layer.id, layer.geojson
        ? { type: "geojson", data: layer.geojson, promoteId: key }
        : { type: "vector", tiles: [`${location.origin}/tiles/${layer.id}/{z}/{x}/{y}.mvt${query}`], minzoom: layer.from || 0, maxzoom: layer.to || 12, promoteId: key });
      const common = { source: layer.id, ...part, minzoom: layer.minzoom || 0, maxzoom: layer.maxzoom || 24 };
      if (layer.kind === "choropleth") {
        map.addLayer({ ...common, id: `${layer.id}-missing`, type: "fill", filter: ["!", ["in", ["get", key], ["literal", [...known, ...withheld]]]], paint: { "fill-pattern": "missing" } });
        map.addLayer({ ...common, id: `${layer.id}-withheld`, type: "fill", filter: ["in", ["get", key], ["literal", withheld]], paint: { "fill-pattern": "withheld" } });
        // "match" needs at least one pair, also where no figure is there.
        map.addLayer({ ...common, id: layer.id, type: "fill", filter: ["in", ["get", key], ["literal", known]], paint: { "fill-color": ["match", ["get", key], ...(shades.length ? shades : ["", "transparent"]), "transparent"] } });
        areas.push(`${layer.id}-missing`, `${layer.id}-withheld`, layer.id);
      } else if (layer.kind === "fill") {
        map.addLayer({ ...common, id: layer.id, type: "fill", paint: { "fill-color": colour("--surface") } });
        areas.push(layer.id);
      } else if (layer.kind === "point") {
        map.addLayer({ ...common, id: layer.id, type: "circle", paint: { "circle-radius": 5, "circle-color": colour("--accent"), "circle-stroke-color": colour("--surface"), "circle-stroke-width": 1.5 } });
        areas.push(layer.id);
      }
      if (layer.kind === "choropleth" || layer.kind === "fill" || layer.kind === "line") {
        const hovered = ["boolean", ["feature-state", "on"], false], thin = layer.kind === "line" ? 0.6 : 1;
        map.addLayer({ ...common, id: `${layer.id}-line`, type: "line", paint: {
          "line-color": ["case", hovered, colour("--ink"), layer.kind === "choropleth" ? colour("--surface") : colour("--line-strong")],
          "line-width": ["case", hovered, 2.5, thin] } });
      }
    }
    if (self.basemap && box.dataset.basemap !== "no") {
      map.addSource("basemap", { type: "geojson", data: self.basemap });
      map.addLayer({ id: "basemap", type: "line", source: "basemap", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": colour("--water"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1, 9, 3], "line-opacity": 0.8 } });
    }
    for (const layer of layers) if (layer.labels) addLabels(map, layer, () => !gone).catch(() => {});

    // One area is lit at a time: under the pointer, or of the row of the table that has it or the focus.
    let lit = null;
    const light = (ref) => {
      if (ref === lit) return;
      for (const layer of layers) {
        const target = { source: layer.id, ...(layer.geojson ? {} : { sourceLayer: layer.part || layer.id }) };
        if (lit !== null) map.setFeatureState({ ...target, id: lit }, { on: false });
        if (ref !== null) map.setFeatureState({ ...target, id: ref }, { on: true });
      }
      lit = ref;
    };
    const told = (feature) => {
      const ref = feature.properties[key], figure = figures.get(ref), own = feature.properties;
      return {
        ref, url: figure?.url || (box.dataset.link || "").replace("REF", encodeURIComponent(ref)),
        name: figure?.name || nameOf({ ar: own.name_ar, ckb: own.name_ckb, en: own.name_en }) || ref,
        text: figure ? (figure.withheld ? texts.withheld : figure.text || texts.missing) : known.length ? texts.missing : "",
      };
    };
    const show = (point, what, linked) => {
      const name = document.createElement(linked && what.url ? "a" : "strong");
      name.textContent = what.name;
      if (linked && what.url) name.href = what.url;
      tip.replaceChildren(name, ...(what.text ? [document.createElement("br"), what.text] : []));
      tip.classList.toggle("is-held", linked);
      tip.hidden = false;
      const aside = point.x > live.clientWidth / 2;
      tip.style.left = `${aside ? Math.max(point.x - tip.offsetWidth - 12, 0) : point.x + 12}px`;
      tip.style.top = `${Math.max(point.y - tip.offsetHeight - 8, 4)}px`;
    };
    const under = (point) => map.queryRenderedFeatures(point, { layers: areas })[0];
    map.on("mousemove", (event) => {
      const feature = under(event.point);
      map.getCanvas().style.cursor = feature && told(feature).url ? "pointer" : "";
      light(feature ? feature.properties[key] : null);
      if (feature) show(event.point, told(feature), false);
      else tip.hidden = true;
    });
    map.getCanvas().addEventListener("mouseleave", () => { light(null); if (!tip.classList.contains("is-held")) tip.hidden = true; });
    map.on("click", (event) => {
      const feature = under(event.point);
      if (!feature) { tip.hidden = true; return; }
      const what = told(feature);
      light(what.ref);
      // A finger has no hover: the first touch tells, the link in it leads on.
      if (event.originalEvent.pointerType === "touch") show(event.point, what, true);
      else if (what.url) location.assign(what.url);
    });
    for (const [ref, figure] of figures) {
      figure.row?.addEventListener("mouseenter", () => light(ref));
      figure.row?.addEventListener("focusin", () => light(ref));
      figure.row?.addEventListener("mouseleave", () => light(null));
    }
    map.once("idle", () => {
      // Tiles that do not come leave an empty box: then what the server drew is better.
      if (trouble && areas.length && !map.queryRenderedFeatures({ layers: areas }).length) end();
      else box.dispatchEvent(new CustomEvent("rafid:map", { bubbles: true, detail: { map } }));
    });
  };

  const start = () => {
    const boxes = [...document.querySelectorAll("[data-map]")];
    if (!boxes.length || !webgl()) return;
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        begin(entry.target).catch(() => { for (const one of entry.target.children) one.hidden = false; });
      }
    }, { rootMargin: "200px" });
    // The text comes first: a megabyte of map waits until the page stands.
    const later = globalThis.requestIdleCallback || ((work) => setTimeout(work, 200));
    later(() => boxes.forEach((box) => seen.observe(box)));
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
})();
