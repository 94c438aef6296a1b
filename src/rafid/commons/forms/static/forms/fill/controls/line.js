/* A line or an area of several points, added one by one: from the device, typed, or touched on the map. */

import { button, el } from "../el.js";
import { effect } from "../reactive.js";
import { pointOf, whereabouts, written } from "../geo.js";
import { say } from "../setting.js";
import { mapFor } from "../map.js";

const same = (one, two) => one && two && one.latitude === two.latitude && one.longitude === two.longitude;

export const line = (node, { context, own, id }) => {
  const area = node.valueType === "geoshape", least = area ? 3 : 2;
  let points = [...(node.currentState.value ?? [])];
  if (area && points.length > 1 && same(points[0], points.at(-1))) points.pop();
  try {
    points = JSON.parse(context.typedBefore(node) ?? "null") ?? points;
  } catch { /* what was typed before is not ours */ }
  const list = el("ol", { class: "q-points" }), told = el("p", { class: "small muted", role: "status" });
  const field = el("input", { id, type: "text", autocomplete: "off", dir: "ltr", class: "code", placeholder: "33.3152, 44.3661" });

  const give = () => {
    const enough = points.length >= least;
    own.fault = points.length && !enough ? (area ? "area" : "line") : null;
    node.setValue(enough ? (area ? [...points, points[0]] : points) : null);
    context.typed(node, points.length && !enough ? JSON.stringify(points) : null);
    draw();
  };
  const add = (point) => { if (!same(points.at(-1), point)) { points.push(point); give(); context.changed(); } };
  const addTyped = () => {
    const point = pointOf(field.value);
    if (!point) { told.textContent = say("fault_place"); return; }
    told.textContent = "";
    field.value = "";
    add(point);
  };
  const here = button(say("add_here"), async () => {
    here.disabled = true;
    told.textContent = say("locating");
    try {
      const { point } = await whereabouts();
      told.textContent = say("accuracy", { metres: Math.round(point.accuracy) });
      add(point);
    } catch (error) {
      told.textContent = say(error.code === 1 ? "position_refused" : "position_unknown");
    }
    here.disabled = false;
  }, { name: "place" });
  const map = mapFor({ label: say("map_points"), touched: ({ latitude, longitude }) => add({ latitude, longitude, altitude: 0, accuracy: 0 }) });

  const typed = button(say("add_point"), addTyped, { kind: "small" });

  const draw = () => {
    const fixed = node.currentState.readonly;
    list.replaceChildren(...points.map((point, at) => el("li", {}, el("bdi", { class: "code" }, written(point)),
      fixed ? null : button(say("remove"), () => { points.splice(at, 1); give(); context.changed(); field.focus(); }, { kind: "small quiet", "aria-label": say("remove_point", { number: at + 1 }) }))));
    map.show(points, area ? "area" : "line");
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); addTyped(); } });
  effect(() => {
    const fixed = node.currentState.readonly;
    here.hidden = field.hidden = typed.hidden = fixed;
    draw();
  });
  if (points.length) give();
  return { control: el("div", { class: "q-geo" }, el("div", { class: "row" }, here), el("div", { class: "row q-add-point" }, field, typed), el("p", { class: "help" }, say("place_help")), told, list, map.box) };
};
