/* Days and times by the browser's own fields; written as the phone writes them, with the device's offset. */

import { el } from "../el.js";

const two = (number) => String(number).padStart(2, "0");

/* +03:00 as the device stands at that moment. */
const offsetAt = (when) => {
  const minutes = -when.getTimezoneOffset(), size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
};

const wallClock = (when) => `${two(when.getHours())}:${two(when.getMinutes())}`;
const isoDay = (when) => `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;

const kinds = {
  date: { type: "date", write: (shown) => shown, show: (value) => String(value) },
  month: { type: "month", write: (shown) => (shown ? `${shown}-01` : ""), show: (value) => String(value).slice(0, 7) },
  year: { type: "number", write: (shown) => (/^\d{4}$/.test(shown) ? `${shown}-01-01` : ""), show: (value) => String(value).slice(0, 4) },
  time: {
    type: "time",
    write: (shown) => (shown ? `${shown.slice(0, 5)}:00.000${offsetAt(new Date())}` : ""),
    show: (value) => {
      const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(value);
      return zoned ? wallClock(new Date(`${isoDay(new Date())}T${value}`)) : String(value).slice(0, 5);
    },
  },
  dateTime: {
    type: "datetime-local",
    write: (shown) => (shown ? `${shown.slice(0, 16)}:00.000${offsetAt(new Date(shown))}` : ""),
    show: (value) => {
      const when = new Date(value);
      return Number.isNaN(when.getTime()) ? "" : `${isoDay(when)}T${wallClock(when)}`;
    },
  },
};

const kindOf = (node) => {
  if (node.valueType !== "date") return kinds[node.valueType];
  return node.appearances?.year ? kinds.year : node.appearances?.["month-year"] ? kinds.month : kinds.date;
};

export const day = (node, { context, id }) => {
  const { type, write, show } = kindOf(node);
  const field = el("input", { id, type, class: "q-day", ...(type === "number" ? { min: "1000", max: "9999", step: "1" } : {}) });
  field.addEventListener("input", () => {
    // A day half-typed is no day yet; the browser gives it as nothing.
    node.setValue(write(field.value));
    context.changed();
  });
  context.follow(() => {
    const { value, readonly } = node.currentState, now = value ? show(value) : "";
    if (write(field.value) !== write(now) && document.activeElement !== field) field.value = now;
    field.readOnly = readonly;
  });
  return { control: field };
};
