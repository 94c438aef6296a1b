/* Whole and decimal numbers. What is no number stays in the field with its fault, and is there again when the form is resumed. */

import { decimalOf, integerOf } from "../digits.js";
import { el } from "../el.js";

export const number = (node, { context, own, id }) => {
  const whole = node.valueType === "int", read = whole ? integerOf : decimalOf;
  const field = el("input", { id, type: "text", inputmode: whole ? "numeric" : "decimal", autocomplete: "off", dir: "ltr", class: "q-number" });
  const take = () => {
    const { value, fault = null } = read(field.value);
    own.fault = fault;
    node.setValue(fault ? "" : value);
    context.typed(node, fault ? field.value : null);
  };
  field.addEventListener("input", () => { take(); context.changed(); });
  context.follow(() => {
    const { value, readonly } = node.currentState, now = value === null ? "" : String(value);
    field.readOnly = readonly;
    // While it is typed, "1." and "٣" stay as they are; a calculation writes over what says another number.
    if (own.fault || (read(field.value).value !== undefined && Number(read(field.value).value) === Number(now) && Boolean(field.value.trim()) === Boolean(now))) return;
    field.value = now;
  });
  const left = context.typedBefore(node);
  if (left) { field.value = left; take(); }
  return { control: field };
};
