/* A point: where the device is, typed coordinates, or a touch on the map. */

import { button, el } from "../el.js";
import { effect } from "../reactive.js";
import { pointOf, whereabouts, written } from "../geo.js";
import { say } from "../setting.js";
import { mapFor } from "../map.js";

export const place = (node, { context, own, id }) => {
  const field = el("input", { id, type: "text", inputmode: "text", autocomplete: "off", dir: "ltr", class: "code q-place", placeholder: "33.3152, 44.3661" });
  const told = el("p", { class: "small muted", role: "status" });
  const here = button(say("here"), locate, { name: "place" });
  const clear = button(say("clear"), () => { own.fault = null; field.value = ""; set(null); }, { kind: "small quiet" });
  const set = (point) => { node.setValue(point); context.typed(node, null); context.changed(); };

  async function locate() {
    here.disabled = true;
    told.textContent = say("locating");
    try {
      const { point } = await whereabouts();
      own.fault = null;
      field.value = written(point);
      set(point);
      told.textContent = say("accuracy", { metres: Math.round(point.accuracy) });
    } catch (error) {
      told.textContent = say(error.code === 1 ? "position_refused" : "position_unknown");
    }
    here.disabled = false;
  }
  const take = () => {
    const text = field.value.trim(), point = text ? pointOf(text) : null;
    own.fault = text && !point ? "place" : null;
    node.setValue(point);
    context.typed(node, own.fault ? field.value : null);
  };
  field.addEventListener("input", () => { take(); context.changed(); });
  const map = mapFor({
    label: say("map_point"),
    touched: ({ latitude, longitude }) => { own.fault = null; field.value = written({ latitude, longitude }); set({ latitude, longitude, altitude: 0, accuracy: 0 }); },
  });
  effect(() => {
    const { value, readonly } = node.currentState;
    if (!own.fault && document.activeElement !== field) field.value = value ? written(value) : "";
    field.readOnly = readonly;
    here.hidden = readonly;
    clear.hidden = readonly || !value;
    map.show(value ? [value] : []);
  });
  const left = context.typedBefore(node);
  if (left) { field.value = left; take(); }
  return { control: el("div", { class: "q-geo" }, el("div", { class: "row" }, here, clear), field, el("p", { class: "help" }, say("place_help")), told, map.box) };
};
