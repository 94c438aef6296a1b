/* What a live map cannot take from a server: its colours are those of the stylesheet, its names and hatches are drawn on
   a canvas. MapLibre's own text needs glyphs from a server and leaves Sorani letters unjoined; a browser's canvas joins
   them. */
"use strict";
globalThis.rafidMapInk = (() => {
  const FONT = '"Noto Sans", "Noto Sans Arabic", sans-serif';
  const rtl = document.documentElement.dir === "rtl";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The colour of a value: classes end at `breaks`, `ramp` names their steps of the stylesheet's seven colours.
  const classes = (breaks, ramp) => {
    const count = breaks.length + 1;
    const colours = Array.from({ length: count }, (_, index) => {
      const step = ramp[index] || String(1 + Math.round(index * 6 / Math.max(count - 1, 1)));
      return step.startsWith("#") ? step : colour(`--ramp-${step}`);
    });
    return (value) => colours[breaks.findIndex((end) => value <= end)] ?? colours[count - 1];
  };

  const hatch = (front, back, mirrored) => {
    const size = 16, canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    pen.fillStyle = back;
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = front;
    pen.lineWidth = 3;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      if (mirrored) { pen.moveTo(shift, 0); pen.lineTo(shift + size, size); }
      else { pen.moveTo(shift + size, 0); pen.lineTo(shift, size); }
    }
    pen.stroke();
    return pen.getImageData(0, 0, size, size);
  };

  const label = (text, size, ratio) => {
    const canvas = document.createElement("canvas"), font = `500 ${size * ratio}px ${FONT}`;
    let pen = canvas.getContext("2d");
    pen.font = font;
    canvas.width = Math.ceil(pen.measureText(text).width) + 8 * ratio;
    canvas.height = Math.ceil(size * ratio * 1.8);
    pen = canvas.getContext("2d", { willReadFrequently: true });
    Object.assign(pen, {
      font, textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3 * ratio,
      strokeStyle: colour("--surface"), fillStyle: colour("--ink"), direction: rtl ? "rtl" : "ltr",
    });
    pen.strokeText(text, canvas.width / 2, canvas.height / 2);
    pen.fillText(text, canvas.width / 2, canvas.height / 2);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  };

  const ready = (size) => Promise.all([
    document.fonts.load(`500 ${size}px "Noto Sans Arabic"`, "ێ"), document.fonts.load(`500 ${size}px "Noto Sans"`, "a"),
  ]);

  return { colour, classes, hatch, label, ready };
})();
