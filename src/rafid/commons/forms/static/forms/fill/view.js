/* The form on the page: groups, repeats and questions as they stand in the form, shown while they are relevant. */

import { apart, effect } from "./reactive.js";
import { button, el, id } from "./el.js";
import { question } from "./question.js";
import { isWritten, rich } from "./markdown.js";
import { media } from "./media.js";
import { say } from "./setting.js";

const hideWhileIrrelevant = (node, element) => effect(() => {
  const state = node.currentState;
  element.hidden = !state.relevant || ("hasRelevantBodyNodes" in state && !state.hasRelevantBodyNodes && !node.nodeType.startsWith("repeat-range"));
});

const heading = (node, context, level) => {
  const title = el(`h${Math.min(level, 4)}`, { class: "q-heading" });
  const box = el("div", {}, title);
  effect(() => {
    const label = node.currentState.label;
    title.replaceChildren(...rich(label));
    box.replaceChildren(title, ...media(context.form, label));
    box.hidden = !isWritten(label);
  });
  return box;
};

const childrenOf = (node, context, level) => (node.currentState.children ?? []).map((child) => view(child, context, level)).filter(Boolean);

const group = (node, context, level) => {
  const labelled = isWritten(node.currentState.label);
  const title = labelled ? heading(node, context, level) : null;
  const box = el("section", { class: labelled ? "q-group" : "q-plain", "data-group": node.currentState.reference }, title, ...childrenOf(node, context, labelled ? level + 1 : level));
  hideWhileIrrelevant(node, box);
  return box;
};

const instance = (node, range, context, level, removable) => {
  const name = el("span"), title = el(`h${Math.min(level, 4)}`, { class: "q-heading" }, name);
  const head = el("div", { class: "q-instance-head" }, title);
  const box = el("section", { class: "q-instance", tabindex: "-1" }, head);
  effect(() => {
    const place = range.currentState.children.indexOf(node) + 1;
    if (!place) return; // it was just removed: the engine answers nothing about it any more
    const label = (node.currentState.label ?? range.currentState.label)?.asString.trim();
    name.textContent = label ? say("instance", { label, number: place }) : say("instance_plain", { number: place });
  });
  if (removable) {
    head.append(button(say("remove"), () => {
      const at = range.currentState.children.indexOf(node);
      // What was answered in it would be gone without a question.
      if (context.answered(node) && !confirm(say("remove_sure", { label: name.textContent }))) return;
      context.log("delete repeat", node.currentState.reference);
      range.removeInstances(at, 1);
      context.changed();
      queueMicrotask(() => (context.addButtons.get(range.nodeId) ?? box.parentElement)?.focus());
    }, { kind: "small quiet", name: "close" }));
  }
  box.append(...childrenOf(node, context, level + 1));
  hideWhileIrrelevant(node, box);
  return box;
};

const repeat = (node, context, level) => {
  const removable = node.nodeType === "repeat-range:uncontrolled";
  const list = el("div", { class: "q-instances" }), box = el("div", { class: "q-repeat" }, list);
  const known = new Map();
  effect(() => {
    const children = node.currentState.children;
    for (const [child, made] of known) {
      if (children.includes(child)) continue;
      made.stop();
      made.element.remove();
      context.forget(made.element);
      known.delete(child);
    }
    children.forEach((child, index) => {
      if (!known.has(child)) {
        const [element, stop] = apart(() => instance(child, node, context, level, removable));
        known.set(child, { element, stop });
      }
      const { element } = known.get(child);
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
  });
  if (removable) {
    const add = button("", () => {
      node.addInstances();
      context.log("add repeat", node.currentState.children.at(-1)?.currentState.reference);
      context.changed();
      queueMicrotask(() => setTimeout(() => list.lastElementChild?.querySelector("input, select, textarea, button:not(.quiet)")?.focus(), 0));
    }, { name: "plus" });
    const label = el("span");
    add.append(label);
    effect(() => {
      const text = node.currentState.label?.asString.trim();
      label.textContent = text ? say("add", { label: text }) : say("add_plain");
    });
    context.addButtons.set(node.nodeId, add);
    box.append(el("p", { class: "actions" }, add));
  }
  hideWhileIrrelevant(node, box);
  return box;
};

/* The element of a node; null for what a person does not see (calculations, meta). */
export const view = (node, context, level = 2) => {
  if (node.nodeType === "model-value" || node.nodeType === "static-leaf") return null;
  if (node.nodeType === "group") return group(node, context, level);
  if (node.nodeType.startsWith("repeat-range")) return repeat(node, context, level);
  return question(node, context, id("q"));
};
