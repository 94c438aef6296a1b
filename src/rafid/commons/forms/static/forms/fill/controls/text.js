/* Words, as they are typed: digits and signs of any script stay as they are. Also for what a barcode says. */

import { el } from "../el.js";
import { say } from "../setting.js";

const long = (node) => node.appearances?.multiline || (node.nodeOptions?.rows ?? 1) > 1;

export const text = (node, { context, id }) => {
  const barcode = node.valueType === "barcode", many = !barcode && long(node);
  const type = node.appearances?.url ? "url" : node.appearances?.masked ? "password" : "text";
  const field = el(many ? "textarea" : "input", {
    id, dir: barcode ? "ltr" : "auto", autocomplete: "off", ...(many ? { rows: node.nodeOptions?.rows ?? 4 } : { type }),
    ...(node.appearances?.numbers ? { inputmode: "numeric" } : {}), ...(barcode ? { placeholder: say("barcode"), class: "code" } : {}),
  });
  field.addEventListener("input", () => { node.setValue(field.value); context.changed(); });
  context.follow(() => {
    const { value, readonly } = node.currentState, now = value ?? "";
    if (field.value !== now) field.value = now;
    field.readOnly = readonly;
  });
  return { control: field };
};
