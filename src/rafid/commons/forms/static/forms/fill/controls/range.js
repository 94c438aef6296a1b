/* A number between two ends. It has no answer until it is moved; a rating is a row of numbers. */

import { button, el } from "../el.js";
import { effect } from "../reactive.js";
import { say } from "../setting.js";

export const range = (node, given) => (node.appearances?.rating ? rating(node, given) : slider(node, given));

const ends = (node) => {
  const { start, end, step } = node.definition.bounds;
  return { from: Number(start), to: Number(end), step: Math.abs(Number(step)) || 1 };
};

const slider = (node, { context, id }) => {
  const { from, to, step } = ends(node), low = Math.min(from, to), high = Math.max(from, to);
  const field = el("input", { id, type: "range", min: low, max: high, step });
  const told = el("output", { for: id, class: "q-range-value" });
  const clear = button(say("clear"), () => { node.setValue(null); context.changed(); }, { kind: "small quiet" });
  const take = () => { node.setValue(field.value); context.changed(); };
  field.addEventListener("input", take);
  // The middle, where the slider rests at first, can be meant: a key or a click on it is an answer.
  field.addEventListener("click", () => { if (node.currentState.value === null) take(); });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); take(); } });
  effect(() => {
    const { value, readonly } = node.currentState, answered = value !== null;
    field.value = answered ? String(value) : String((low + high) / 2);
    field.classList.toggle("is-empty", !answered);
    field.setAttribute("aria-valuetext", answered ? String(value) : say("no_answer"));
    field.disabled = readonly;
    told.textContent = answered ? String(value) : "–";
    clear.hidden = !answered || readonly;
  });
  const scale = el("div", { class: "q-range-ends small muted" }, el("span", {}, String(low)), el("span", {}, String(high)));
  return { control: el("div", { class: "q-range" }, told, field, scale, clear) };
};

const rating = (node, { context, id }) => {
  const { from, to, step } = ends(node), values = [];
  for (let value = from; from <= to ? value <= to : value >= to; value += from <= to ? step : -step) values.push(value);
  const list = el("ul", { class: "choices q-choices is-wide" }, values.map((value) => {
    const field = el("input", { type: "radio", name: id, value: String(value) });
    field.addEventListener("change", () => { node.setValue(String(value)); context.changed(); });
    return el("li", {}, el("label", {}, field, String(value)));
  }));
  effect(() => {
    const { value, readonly } = node.currentState;
    for (const field of list.querySelectorAll("input")) {
      field.checked = value !== null && Number(field.value) === Number(value);
      field.disabled = readonly;
    }
  });
  return { control: list, grouped: true };
};
