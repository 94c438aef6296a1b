/* Which control a question gets. Each gives {control} and, where it is a group of fields, grouped: true. */

import { say } from "../setting.js";
import { el } from "../el.js";
import { text } from "./text.js";
import { number } from "./number.js";
import { day } from "./day.js";
import { choice } from "./choice.js";
import { rank } from "./rank.js";
import { range } from "./range.js";
import { draw, drawn } from "./draw.js";
import { file } from "./file.js";
import { place } from "./place.js";
import { line } from "./line.js";

const note = (node, { id }) => ({ control: el("output", { id, class: "q-note" }), bare: true, note: true });

const acknowledge = (node, { context, own, id }) => {
  const box = el("input", { type: "checkbox", id, onchange: () => { node.setValue(box.checked); context.changed(); } });
  context.follow(() => { box.checked = node.currentState.value; box.disabled = node.currentState.readonly; });
  return { control: el("label", { class: "q-acknowledge" }, box, say("acknowledged")), labelled: id };
};

const byType = {
  string: text, barcode: text, int: number, decimal: number, date: day, time: day, dateTime: day,
  geopoint: place, geoshape: line, geotrace: line,
};

/* Named on the page, with the advice to use the phone. */
const beyond = (node) => {
  const appearances = [...(node.appearances ?? [])];
  const drawn = appearances.find((one) => ["printer", "bearing"].includes(one) || one.startsWith("printer:") || one.startsWith("ex:"));
  if (drawn) return drawn.split(":")[0];
  if (node.valueType === "intent") return "intent";
  return null;
};

export const controlFor = (node, given) => {
  const unknown = beyond(node);
  if (unknown) return advised(node, given, unknown);
  if (node.nodeType === "note") return note(node, given);
  if (node.nodeType === "trigger") return acknowledge(node, given);
  if (node.nodeType === "select") return choice(node, given);
  if (node.nodeType === "rank") return rank(node, given);
  if (node.nodeType === "range") return range(node, given);
  if (node.nodeType === "upload" && node.nodeOptions.media.type === "image" && drawn(node)) return draw(node, given);
  if (node.nodeType === "upload") return file(node, given);
  const made = node.nodeType === "input" ? byType[node.valueType] : null;
  return made ? made(node, given) : advised(node, given, node.valueType ?? node.nodeType);
};

const advised = (node, { id }, what) => ({
  control: el("p", { class: "note warn", id }, say("use_the_phone", { what: say(`type_${what}`) })), bare: true,
});
