/* One of a list, or several. Short lists stand open; long ones, and those that ask for it, are searched. */

import { el, button } from "../el.js";
import { effect } from "../reactive.js";
import { rich } from "../markdown.js";
import { media } from "../media.js";
import { choiceMap } from "./choice_map.js";
import { say } from "../setting.js";
import { westernDigits } from "../digits.js";

const LONG = 15, SHOWN = 50;

/* Letters that people write in several ways are one when they search. */
export const folded = (text) => westernDigits(text).toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, "")
  .replace(/[أإآٱ]/g, "ا").replace(/[ىيېێ]/g, "ی").replace(/[كک]/g, "ک").replace(/ة/g, "ه").replace(/ڵ/g, "ل").replace(/ڕ/g, "ر").replace(/ۆ/g, "و");

export const choice = (node, { context, id }) => {
  const many = node.selectType === "select", kind = many ? "checkbox" : "radio", look = node.appearances ?? {};
  const search = el("input", { type: "search", id: `${id}-search`, class: "q-search", autocomplete: "off", placeholder: say("search_choices"), "aria-label": say("search_choices") });
  const list = el("ul", { class: "choices q-choices" }), told = el("p", { class: "small muted", role: "status" });
  const chosen = el("div", { class: "chips q-chosen" });
  const clear = button(say("clear"), () => { node.selectValues([]); context.changed(); }, { kind: "small quiet q-clear" });
  const wide = look.likert || look.horizontal || look["horizontal-compact"] || look.columns || look["columns-pack"] || [...look].some((one) => /^columns/.test(one));
  list.classList.toggle("is-wide", Boolean(wide));
  const lines = new Map();

  const line = (item) => {
    const field = el("input", { type: kind, name: id, value: item.value });
    field.addEventListener("change", () => {
      const now = node.currentState.value;
      if (many) node.selectValues(field.checked ? [...now, item.value] : now.filter((one) => one !== item.value));
      else node.selectValue(item.value);
      context.changed();
    });
    const name = el("span", { class: "q-choice" });
    const element = el("li", {}, el("label", {}, field, name));
    return { element, field, name };
  };

  const shown = () => {
    const items = node.currentState.valueOptions, wanted = folded(search.value.trim());
    const long = items.length > LONG || look.autocomplete || look.minimal;
    search.hidden = !long;
    const fitting = long && wanted ? items.filter((item) => folded(`${item.label.asString} ${item.value}`).includes(wanted)) : items;
    return { long, items, fitting: long ? fitting.slice(0, SHOWN) : fitting, left: long ? Math.max(0, fitting.length - SHOWN) : 0 };
  };

  const draw = () => {
    const { value, readonly } = node.currentState, { long, items, fitting, left } = shown();
    for (const [key, one] of lines) if (!fitting.some((item) => item.value === key)) { one.element.remove(); lines.delete(key); }
    fitting.forEach((item, index) => {
      if (!lines.has(item.value)) lines.set(item.value, line(item));
      const one = lines.get(item.value);
      if (one.item !== item) {
        one.item = item;
        const pictures = media(context.form, item.label);
        one.name.replaceChildren(...pictures, ...(look["no-label"] ? [] : rich(item.label)));
        one.element.classList.toggle("has-picture", pictures.length > 0);
      }
      one.field.checked = value.includes(item.value);
      one.field.disabled = readonly;
      if (list.children[index] !== one.element) list.insertBefore(one.element, list.children[index] ?? null);
    });
    list.classList.toggle("is-long", long);
    list.classList.toggle("is-pictures", Boolean(node.currentState.isSelectWithImages));
    told.textContent = items.length === 0 ? say("no_choices") : left ? say("more_choices", { count: left }) : long && search.value && !fitting.length ? say("none_found") : "";
    told.hidden = !told.textContent;
    // What was chosen stays in sight while the list shows something else.
    const names = long ? items.filter((item) => value.includes(item.value)) : [];
    chosen.replaceChildren(...names.map((item) => el("span", { class: "chip" }, item.label.asString)));
    chosen.hidden = !names.length;
    clear.hidden = many || readonly || !value.length;
  };
  const map = look.map ? choiceMap({ pick: (value) => {
    if (node.currentState.readonly) return;
    const now = node.currentState.value;
    if (many) node.selectValues(now.includes(value) ? now.filter((one) => one !== value) : [...now, value]);
    else node.selectValue(value);
    context.changed();
  } }) : null;
  if (map) effect(() => map.show(node.currentState.valueOptions, node.currentState.value));
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  effect(draw);
  return { control: el("div", { class: "q-select" }, map?.box ?? null, search, chosen, list, told, clear), grouped: true };
};
