/* A label with the few marks that forms may use (bold, italic, lists, headings, links, colour). Everything else is text. */

import { el } from "./el.js";

const PLAIN = new Set(["strong", "em", "u", "br", "ul", "ol", "li", "p", "span", "div"]);
const HEADING = /^h[1-6]$/;

const style = (element, properties) => {
  const colour = properties?.style?.color;
  // Set through the object model: a colour that is none is dropped by the browser.
  if (colour && CSS.supports("color", colour)) element.style.color = colour;
  return element;
};

const link = (node) => {
  let address = null;
  try {
    const url = new URL(node.url);
    if (["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) address = url.href;
  } catch { /* not an address */ }
  if (!address) return el("span", {}, ...node.children.map(one));
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...node.children.map(one));
};

const one = (node) => {
  if (node.role === "child") return node.value;
  if (node.role === "line-break") return el("br");
  if (node.role === "html") return /^<br\s*\/?>$/i.test(node.unsafeHtml.trim()) ? el("br") : node.unsafeHtml;
  if (node.elementName === "a") return link(node);
  const children = (node.children ?? []).map(one);
  if (HEADING.test(node.elementName)) return el("strong", { class: "heading" }, ...children);
  // A label stands in a line: paragraphs within it are spans of their own line.
  const name = PLAIN.has(node.elementName) ? node.elementName : "span";
  return style(el(name === "p" || name === "div" ? "span" : name, name === "p" || name === "div" ? { class: "line" } : {}, ...children), node.properties);
};

/* Converters write "-" where a language has no text. */
export const isWritten = (text) => Boolean(text) && !["", "-"].includes(text.asString.trim());

export const rich = (text) => (isWritten(text) ? text.formatted.map(one) : []);
