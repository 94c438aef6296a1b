/* Elements without markup in text: what a form's author or a server wrote never becomes HTML. */

export const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in { value: 1, checked: 1, disabled: 1, hidden: 1, multiple: 1, indeterminate: 1 }) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

let last = 0;
export const id = (what = "f") => `${what}-${(last += 1)}`;

/* One of the icons that the page brought along in a <template>. */
export const icon = (name) => document.getElementById(`icon-${name}`)?.content.cloneNode(true) ?? "";

export const button = (label, work, { kind = "", name = "", ...more } = {}) =>
  el("button", { type: "button", class: `button ${kind}`.trim(), onclick: work, ...more }, name ? icon(name) : null, label);
