/* An order of things, made by moving them up and down with buttons: no dragging is needed. */

import { button, el } from "../el.js";
import { effect } from "../reactive.js";
import { rich } from "../markdown.js";
import { say } from "../setting.js";

export const rank = (node, { context, id }) => {
  const list = el("ol", { class: "q-rank", id }), state = el("p", { class: "small muted", role: "status" });
  const ordered = () => {
    const { value, valueOptions } = node.currentState;
    const items = new Map(valueOptions.map((item) => [item.value, item]));
    const known = value.filter((one) => items.has(one));
    return [...known, ...[...items.keys()].filter((one) => !known.includes(one))].map((one) => items.get(one));
  };
  const set = (values) => { node.setValues(values); context.changed(); };
  const move = (at, by) => {
    const values = ordered().map((item) => item.value), [moved] = values.splice(at, 1);
    values.splice(at + by, 0, moved);
    set(values);
    queueMicrotask(() => setTimeout(() => {
      const buttons = list.children[at + by]?.querySelectorAll("button") ?? [], wanted = buttons[by < 0 ? 0 : 1];
      (wanted?.disabled ? buttons[by < 0 ? 1 : 0] : wanted)?.focus();
    }, 0));
  };
  const keep = button(say("keep_order"), () => set(ordered().map((item) => item.value)), { kind: "small" });
  effect(() => {
    const items = ordered(), { value, readonly } = node.currentState;
    list.replaceChildren(...items.map((item, at) => {
      const name = item.label.asString;
      return el("li", {}, el("span", { class: "q-rank-name" }, ...rich(item.label)),
        button("↑", () => move(at, -1), { kind: "small", "aria-label": say("up", { label: name }), disabled: readonly || at === 0 }),
        button("↓", () => move(at, 1), { kind: "small", "aria-label": say("down", { label: name }), disabled: readonly || at === items.length - 1 }));
    }));
    state.textContent = value.length ? "" : say("not_ordered");
    state.hidden = Boolean(value.length);
    keep.hidden = Boolean(value.length) || readonly || !items.length;
  });
  return { control: el("div", {}, state, list, keep), grouped: true };
};
