/* One question: its label and hint, what is wrong with its answer, and the control that its type asks for. */

import { effect, stateFactory } from "./reactive.js";
import { el } from "./el.js";
import { isWritten, rich } from "./markdown.js";
import { media } from "./media.js";
import { say } from "./setting.js";
import { controlFor } from "./controls/index.js";

/* What is wrong now, as a sentence; null where nothing is, or it was not yet the person's turn. */
const faultOf = (node, own, context) => {
  if (!node.currentState.relevant) return null;
  if (own.fault) return say(`fault_${own.fault}`, own);
  const violation = node.validationState?.violation;
  if (!violation) return null;
  if (violation.condition === "required" && !context.ui.checked && !own.left) return null;
  const written = isWritten(violation.message) && violation.message.asString.trim();
  return written || say(violation.condition === "required" ? "fault_required" : "fault_constraint");
};

export const question = (node, context, id) => {
  const own = stateFactory({ fault: null, left: false });
  const { control, grouped = false, labelled = id, bare = false } = controlFor(node, { context, own, id });
  const text = el("span", { class: "q-text" }), mark = el("span", { class: "required", "aria-hidden": "true" }, " *");
  const spoken = el("span", { class: "sr-only" }, say("required"));
  const name = grouped
    ? el("legend", { id: `${id}-label` }, text, mark, spoken)
    : el(bare ? "p" : "label", bare ? { id: `${id}-label`, class: "label" } : { for: labelled, id: `${id}-label` }, text, mark, spoken);
  const pictures = el("div", { class: "q-pictures" }), hint = el("div", { class: "help", id: `${id}-hint` });
  const fault = el("p", { class: "error", id: `${id}-fault`, role: "alert" });
  const box = el(grouped ? "fieldset" : "div", { class: "field q", "data-type": node.nodeType, id: `${id}-box`, "data-ref": node.currentState.reference, "aria-describedby": grouped ? `${id}-hint ${id}-fault` : null },
    name, pictures, hint, fault, control);

  effect(() => {
    const { label, hint: help, required } = node.currentState;
    text.replaceChildren(...rich(label));
    pictures.replaceChildren(...media(context.form, label));
    hint.replaceChildren(...rich(help));
    hint.hidden = !isWritten(help);
    name.hidden = !label && !required;
    mark.hidden = spoken.hidden = !required || bare;
  });
  effect(() => {
    const state = node.currentState;
    box.hidden = !state.relevant;
    if ("ref" in box.dataset) box.dataset.ref = state.reference;
  });
  effect(() => {
    const said = faultOf(node, own, context);
    fault.textContent = said ?? "";
    fault.hidden = !said;
    box.classList.toggle("is-wrong", Boolean(said));
    const field = box.querySelector("input, select, textarea");
    if (field) field.setAttribute("aria-invalid", String(Boolean(said)));
  });
  const field = box.querySelector("input, select, textarea");
  if (field && !grouped) field.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) own.left = own.touched || own.left; });
  box.addEventListener("change", () => { own.touched = true; });

  context.entries.set(node.nodeId, { node, own, box, fault: () => faultOf(node, own, context), focus: () => focusOn(box) });
  return box;
};

const focusOn = (box) => {
  const target = [...box.querySelectorAll("input, select, textarea, button")].find((one) => !one.disabled && one.checkVisibility()) ?? box;
  if (target === box) box.tabIndex = -1;
  target.focus({ preventScroll: true });
  box.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
};
