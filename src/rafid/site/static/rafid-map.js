/* A live map over what the page has already drawn. <div data-map> holds an SVG or nothing; a table of the page holds the
   figures. Where the browser has WebGL, MapLibre draws tiles of our own server in the colours of the stylesheet; when it has
   painted it takes exactly the place of the SVG. Where it has not, or tiles do not come, the page stays as it was.
   The attributes are described in docs/extend.md. */
"use strict";
(() => {
  const self = document.currentScript.dataset;
  const texts = JSON.parse(self.texts);
  const { colour, classes, hatch, label, ready } = globalThis.rafidMapInk;
  const language = document.documentElement.lang;
  const rtl = document.documentElement.dir === "rtl";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const DRAWN = 720; // pixels across, for which the server sizes its symbols
  const MANY = 40; // names that a whole country on a small map has no room for

  const list = (text) => (text || "").split(",").map((one) => one.trim()).filter(Boolean);
  const nameOf = (names) => names[language] || names.ar || names.ckb || names.en || "";
  const read = async (url) => {
    const answer = await fetch(url, { headers: { "Accept-Language": language } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  };

  const webgl = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };

  const loaded = (element) => new Promise((resolve, reject) => {
    Object.assign(element, { onload: resolve, onerror: reject });
    document.head.append(element);
  });
  let library;
  const maplibre = () => library ??= Promise.all([
    loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href: self.css })),
    loaded(Object.assign(document.createElement("script"), { src: self.maplibre })),
  ]).then(() => { globalThis.maplibregl.setWorkerUrl(self.worker); return globalThis.maplibregl; });

  // Figures: from the rows of a table of this page, or from an address. ref → {value, text, name, url, withheld, row}
  const fromTable = (table) => {
    const figures = new Map();
    for (const row of table.querySelectorAll("tr[data-place]")) {
      const link = row.querySelector("a[href]"), cell = row.querySelector("[data-figure]") || row.querySelector("td.num");
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
  const figuresOf = async (box) => {
    if (box.dataset.table) return fromTable(document.querySelector(box.dataset.table));
    if (box.dataset.valuesUrl) return new Map((await read(box.dataset.valuesUrl)).items.map((item) => [item.place, item]));
    return new Map();
  };

  // A list of rows (data-geojson) and one geometry (data-feature) are layers like any other.
  const layersOf = (box) => {
    const layers = JSON.parse(box.dataset.layers || "[]");
    if (box.dataset.geojson) layers.push({ id: "rows", kind: "any", geojson: box.dataset.geojson });
    if (box.dataset.feature) {
      const data = { type: "Feature", properties: {}, geometry: JSON.parse(box.dataset.feature) };
      layers.push({ id: "feature", kind: "any", data, quiet: true });
    }
    return layers;
  };

  const reach = (gl, data) => {
    const bounds = new gl.LngLatBounds();
    const walk = (part) => {
      if (!part) return;
      if (typeof part[0] === "number") bounds.extend([part[0], part[1]]);
      else if (Array.isArray(part)) part.forEach(walk);
      else (part.features || part.geometries || [part.geometry || part.coordinates]).forEach(walk);
    };
    walk(data);
    return bounds.isEmpty() ? null : bounds;
  };

  // What the map first shows: given by the page, else that of its rows, else what its tiles say of themselves.
  const boundsOf = async (box, gl, layers, query) => {
    const given = list(box.dataset.bounds).map(Number);
    if (given.length === 4) return new gl.LngLatBounds([given[0], given[1]], [given[2], given[3]]);
    for (const layer of layers) {
      if (layer.geojson) layer.data = await read(layer.geojson);
      const found = layer.data ? reach(gl, layer.data) : null;
      if (found) return found;
    }
    const tiled = layers.find((layer) => !layer.data && !layer.geojson && layer.kind !== "line");
    const told = tiled ? (await read(`/tiles/${tiled.id}.json${query}`)).bounds : null;
    return told ? new gl.LngLatBounds(told.slice(0, 2), told.slice(2)) : null;
  };

  const begin = async (box) => {
    const query = box.dataset.tilesQuery ? `?${box.dataset.tilesQuery}` : "";
    const layers = layersOf(box), key = box.dataset.property || "ref";
    const [gl, figures] = await Promise.all([maplibre(), figuresOf(box)]);
    const bounds = await boundsOf(box, gl, layers, query);
    if (!bounds) return; // nothing of this list has a position

    const live = document.createElement("div"), ground = document.createElement("div"), tip = document.createElement("div");
    live.className = "map-live";
    tip.className = "map-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    live.append(ground, tip);
    box.append(live);
    if (!box.querySelector(":scope > :is(svg, img)")) box.classList.add("is-alone"); // no drawing gives it a height

    const map = new gl.Map({
      container: ground,
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("--sunken") } }] },
      bounds, fitBoundsOptions: { padding: 12, maxZoom: 12 },
      attributionControl: false, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      renderWorldCopies: false, fadeDuration: still ? 0 : 200, maxZoom: 16, locale: texts.map,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute("aria-label", box.dataset.label || texts.label);
    map.addControl(new gl.NavigationControl({ showCompass: false }), rtl ? "top-left" : "top-right");
    let gone = false, trouble = false;
    const end = () => {
      if (gone) return;
      gone = true;
      map.remove();
      live.remove();
      box.classList.remove("is-live", "is-alone");
    };
    map.on("error", () => { trouble = true; });
    dark.addEventListener("change", () => { if (!gone) { end(); begin(box).catch(() => {}); } }, { once: true });
    await new Promise((resolve) => { map.once("load", resolve); });
    if (gone) return;

    map.addImage("missing", hatch(colour("--missing"), colour("--surface")), { pixelRatio: 2 });
    map.addImage("withheld", hatch(colour("--line-strong"), colour("--missing"), true), { pixelRatio: 2 });
    const shade = classes(list(box.dataset.breaks).map(Number), list(box.dataset.ramp));
    const known = [...figures].filter(([, one]) => !one.withheld && one.value !== null && Number.isFinite(one.value));
    const withheld = [...figures].filter(([, one]) => one.withheld).map(([ref]) => ref);
    const meant = new Set(list(box.dataset.refs));
    const chosen = new Set([...list(box.dataset.chosen), ...[...figures].filter(([, one]) => one.row && "on" in one.row.dataset).map(([ref]) => ref)]);

    const areas = [], targets = [];
    const add = (layer, id, type, rest) => {
      const part = layer.data || layer.geojson ? {} : { "source-layer": layer.part || layer.id };
      // Lines of smaller areas lie below those of the larger ones.
      const above = layer.kind === "line" ? layers.find((one) => one.kind !== "line" && map.getLayer(`${one.id}-line`)) : null;
      map.addLayer({ id, type, source: layer.id, ...part, minzoom: layer.minzoom || 0, maxzoom: layer.maxzoom || 24, ...rest }, above ? `${above.id}-line` : undefined);
      if (type !== "line" && !layer.quiet) areas.push(id);
    };
    const on = ["boolean", ["feature-state", "on"], false], held = ["boolean", ["feature-state", "chosen"], false];
    const dots = { "circle-color": colour("--accent"), "circle-stroke-color": ["case", on, colour("--ink"), colour("--surface")], "circle-stroke-width": ["case", on, 2.5, 1.5],
      "circle-radius": ["interpolate", ["linear"], ["coalesce", ["get", "count"], 1], 1, 5, 10, 8, 100, 12, 1000, 18] };
    for (const layer of layers) {
      const areal = ["==", ["geometry-type"], "Polygon"], dotted = ["==", ["geometry-type"], "Point"];
      map.addSource(layer.id, layer.data || layer.geojson
        ? { type: "geojson", data: layer.data || layer.geojson, ...(layer.quiet ? { generateId: true } : { promoteId: key }) }
        : { type: "vector", tiles: [`${location.origin}/tiles/${layer.id}/{z}/{x}/{y}.mvt${query}`], minzoom: layer.from || 0, maxzoom: layer.to || 12, promoteId: key });
      const target = { source: layer.id, ...(layer.data || layer.geojson ? {} : { sourceLayer: layer.part || layer.id }) };
      targets.push(target);
      for (const ref of chosen) map.setFeatureState({ ...target, id: ref }, { chosen: true });
      if (layer.kind === "choropleth") {
        const refs = known.map(([ref]) => ref);
        const missing = ["!", ["in", ["get", key], ["literal", [...refs, ...withheld]]]];
        for (const [ref, figure] of known) map.setFeatureState({ ...target, id: ref }, { fill: shade(figure.value) });
        // Neighbours that the page does not speak of are no missing figures.
        add(layer, `${layer.id}-missing`, "fill", { filter: meant.size ? ["all", missing, ["in", ["get", key], ["literal", [...meant]]]] : missing, paint: { "fill-pattern": "missing" } });
        add(layer, `${layer.id}-withheld`, "fill", { filter: ["in", ["get", key], ["literal", withheld]], paint: { "fill-pattern": "withheld" } });
        add(layer, layer.id, "fill", { filter: ["in", ["get", key], ["literal", refs]], paint: { "fill-color": ["to-color", ["feature-state", "fill"], "transparent"] } });
      } else if (layer.kind === "fill") {
        const named = meant.size ? { filter: ["in", ["get", key], ["literal", [...meant, ...chosen]]] } : {};
        add(layer, layer.id, "fill", { ...named, paint: { "fill-color": ["case", held, colour("--accent-soft"), colour("--surface")] } });
      } else if (layer.kind === "any") {
        add(layer, `${layer.id}-areas`, "fill", { filter: areal, paint: { "fill-color": colour("--accent"), "fill-opacity": 0.25 } });
        add(layer, layer.id, "circle", { filter: dotted, paint: dots });
      } else if (layer.kind === "point") {
        add(layer, layer.id, "circle", { paint: dots });
      }
      if (layer.kind !== "point") {
        const outline = { choropleth: colour("--surface"), any: colour("--accent") }[layer.kind] || colour("--line-strong");
        add(layer, `${layer.id}-line`, "line", { filter: ["!", dotted], paint: {
          "line-color": ["case", on, colour("--ink"), held, colour("--ink"), outline],
          "line-width": layer.kind === "line" ? ["case", held, 2.5, on, 2, 0.6] : ["interpolate", ["linear"], ["zoom"], 6, ["case", on, 2.5, held, 2, 1], 8, ["case", on, 3, held, 3, 2]] } });
      }
    }
    // Borders that are contested or provisional: dashes on a light line, above those of all areas.
    if (layers.some((layer) => !layer.data && !layer.geojson)) {
      map.addSource("dashed", { type: "geojson", data: `/tiles/dashed.geojson${query}` });
      map.addLayer({ id: "dashed-ground", type: "line", source: "dashed", paint: { "line-color": colour("--surface"), "line-width": 3 } });
      map.addLayer({ id: "dashed", type: "line", source: "dashed", paint: { "line-color": colour("--ink"), "line-width": 1.4, "line-dasharray": [3, 2] } });
    }
    if (self.basemap && box.dataset.basemap !== "no") {
      map.addSource("basemap", { type: "geojson", data: self.basemap });
      map.addLayer({ id: "basemap", type: "line", source: "basemap", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": colour("--water"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1, 9, 3], "line-opacity": 0.8 } });
    }

    // Symbols and names stand at points that the API tells: one a place, however many tiles it lies in.
    const points = new Map();
    const pointsOf = (given) => {
      const url = typeof given === "string" && given ? given : box.dataset.points;
      const wanted = (item) => item.point && (url !== box.dataset.points || !meant.size || meant.has(item.ref));
      if (!points.has(url)) points.set(url, read(url).then((answer) => answer.items.filter(wanted)));
      return points.get(url);
    };
    const collection = (items, properties) => ({ type: "FeatureCollection", features: items.map((item) => ({
      type: "Feature", properties: { [key]: item.ref, ...properties(item) }, geometry: { type: "Point", coordinates: item.point } })) });
    const symbols = async (url) => {
      const items = (await pointsOf(url)).filter((item) => figures.get(item.ref)?.value > 0);
      if (gone || !items.length) return;
      const largest = Math.max(...items.map((item) => figures.get(item.ref).value));
      const most = Number(box.dataset.largest || 26) * Math.min(live.clientWidth / DRAWN, 1.5);
      items.sort((one, two) => figures.get(two.ref).value - figures.get(one.ref).value); // small ones lie above
      map.addSource("symbols", { type: "geojson", promoteId: key, data: collection(items, (item) => ({ radius: most * Math.sqrt(figures.get(item.ref).value / largest) })) });
      targets.push({ source: "symbols" });
      map.addLayer({ id: "symbols", type: "circle", source: "symbols", paint: {
        "circle-radius": ["get", "radius"], "circle-color": colour("--bar-a"), "circle-opacity": 0.72,
        "circle-stroke-color": ["case", on, colour("--ink"), colour("--surface")], "circle-stroke-width": ["case", on, 2, 0.8] } });
      areas.push("symbols");
    };
    const labels = async (layer) => {
      const items = (await pointsOf(layer.labels)).filter((item) => nameOf(item.names || {}));
      const size = layer.size || 13, ratio = Math.min(Math.ceil(devicePixelRatio), 2), id = `labels-${layer.id}`;
      await ready(size);
      if (gone) return;
      for (const item of items) {
        if (!map.hasImage(`${id}-${item.ref}`)) map.addImage(`${id}-${item.ref}`, label(nameOf(item.names), size, ratio), { pixelRatio: ratio });
      }
      map.addSource(id, { type: "geojson", data: collection(items, () => ({})) });
      map.addLayer({ id, type: "symbol", source: id, minzoom: layer.labelsfrom ?? layer.minzoom ?? (items.length > MANY ? 6.5 : 0), maxzoom: layer.labelsuntil || 24,
        layout: { "icon-image": ["concat", `${id}-`, ["get", key]], "icon-padding": 1 } });
    };
    const marked = "symbols" in box.dataset ? symbols(box.dataset.symbols) : Promise.resolve();
    marked.then(() => Promise.all(layers.filter((layer) => layer.labels).map(labels))).catch(() => {});

    // One area is lit at a time: under the pointer, or of the row of the table that has it or the focus.
    let lit = null;
    const light = (ref) => {
      if (ref === lit) return;
      for (const target of targets) {
        if (lit !== null) map.setFeatureState({ ...target, id: lit }, { on: false });
        if (ref !== null) map.setFeatureState({ ...target, id: ref }, { on: true });
      }
      lit = ref;
    };
    const told = (feature) => {
      const own = feature.properties, ref = own[key] ?? null, figure = figures.get(ref);
      if (own.count > 1) return { ref, name: texts.several.replace("COUNT", own.count), text: "", url: "", group: true };
      return {
        ref, url: figure?.url || (box.dataset.link && ref ? box.dataset.link.replace("REF", encodeURIComponent(ref)) : ""),
        name: figure?.name || nameOf({ ar: own.name_ar, ckb: own.name_ckb, en: own.name_en }) || ref || "",
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
    const follow = (feature, point, telling) => {
      const what = told(feature);
      light(what.ref);
      if (what.group) map.easeTo({ center: map.unproject(point), zoom: map.getZoom() + 2, animate: !still });
      else if (telling) show(point, what, true);
      else if (what.url) location.assign(what.url);
    };
    map.on("mousemove", (event) => {
      const feature = under(event.point), what = feature && told(feature);
      map.getCanvas().style.cursor = what?.url || what?.group ? "pointer" : "";
      light(what ? what.ref : null);
      if (what?.name) show(event.point, what, false);
      else tip.hidden = true;
    });
    map.getCanvas().addEventListener("mouseleave", () => { light(null); if (!tip.classList.contains("is-held")) tip.hidden = true; });
    map.on("click", (event) => {
      const feature = under(event.point);
      // A finger has no hover: the first touch tells, the link in it leads on.
      if (feature) follow(feature, event.point, event.originalEvent.pointerType === "touch");
      else tip.hidden = true;
    });
    // From the keyboard: arrows move the map, what lies in its middle is told, Enter leads on.
    const middle = () => { const { clientWidth, clientHeight } = live; return new gl.Point(clientWidth / 2, clientHeight / 2); };
    map.on("moveend", (event) => {
      if (event.originalEvent?.type !== "keydown" && !map.getCanvas().matches(":focus-visible")) return;
      const feature = under(middle());
      light(feature ? told(feature).ref : null);
      if (feature && told(feature).name) show(middle(), told(feature), false);
      else tip.hidden = true;
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      const feature = event.key === "Enter" && under(middle());
      if (feature) follow(feature, middle(), false);
    });
    for (const [ref, figure] of figures) {
      figure.row?.addEventListener("mouseenter", () => light(ref));
      figure.row?.addEventListener("focusin", () => light(ref));
      figure.row?.addEventListener("mouseleave", () => light(null));
    }
    map.once("idle", () => {
      // Tiles that do not come leave an empty box: then what the server drew is better.
      if (trouble && areas.length && !map.queryRenderedFeatures({ layers: areas }).length) { end(); return; }
      box.classList.add("is-live");
      box.dispatchEvent(new CustomEvent("rafid:map", { bubbles: true, detail: { map } }));
    });
  };

  const start = () => {
    const boxes = [...document.querySelectorAll("[data-map]")];
    if (!boxes.length || !webgl()) return;
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        begin(entry.target).catch(() => { entry.target.querySelector(":scope > .map-live")?.remove(); entry.target.classList.remove("is-alone"); });
      }
    }, { rootMargin: "200px" });
    // The text comes first: a megabyte of map waits until the page stands.
    const later = globalThis.requestIdleCallback || ((work) => setTimeout(work, 200));
    later(() => boxes.forEach((box) => seen.observe(box)));
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
})();
