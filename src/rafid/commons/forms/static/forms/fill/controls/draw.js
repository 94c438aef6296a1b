/* A drawing, a signature, or lines on a picture, by finger, pen or mouse. Whoever uses the keyboard chooses a file instead. */

import { exifOf, turnedUpright, withExif } from "../exif.js";
import { button, el } from "../el.js";
import { effect } from "../reactive.js";
import { say } from "../setting.js";
import { file, named } from "./file.js";

const PAPER = { draw: [1000, 750], signature: [1000, 375], annotate: [1000, 750] };
const INKS = { black: "#000000", red: "#d40000", blue: "#0047d4", yellow: "#ffd400" };
const LONGEST = 1600;

export const drawn = (node) => [...(node.appearances ?? [])].find((one) => one in PAPER) ?? null;

export const draw = (node, given) => {
  const kind = drawn(node), { context, id } = given, chosen = file(node, given);
  const paper = el("canvas", { class: "q-paper", role: "img", "aria-label": say(`paper_${kind}`), "data-kind": kind });
  const pen = paper.getContext("2d"), told = el("p", { class: "small muted", role: "status" });
  // `under`: what was there before the first stroke. `mine`: the picture that these strokes made.
  let strokes = [], stroke = null, under = null, facts = null, mine = null, ink = "black", turn = Promise.resolve();
  const box = el("details", { class: "q-draw" }, el("summary", {}, say(`open_${kind}`)));

  const paint = () => {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, paper.width, paper.height);
    if (under) pen.drawImage(under, 0, 0, paper.width, paper.height);
    for (const one of stroke ? [...strokes, stroke] : strokes) {
      pen.strokeStyle = pen.fillStyle = INKS[one.ink];
      pen.lineWidth = paper.width / 250;
      pen.lineCap = pen.lineJoin = "round";
      pen.beginPath();
      for (const [x, y] of one.points) pen.lineTo(x, y);
      if (one.points.length === 1) pen.arc(...one.points[0], pen.lineWidth / 2, 0, 2 * Math.PI);
      pen.stroke();
    }
    undo.disabled = clear.disabled = !strokes.length;
  };
  const size = (width, height) => { Object.assign(paper, { width, height }); };

  // The engine hands out a file of its own for the one that it was given.
  const isMine = (value) => (value ? Boolean(mine) && value.name === mine.name && value.size === mine.size : !mine && !under);
  /* What is there already, also from a form that was resumed, is drawn on. */
  const begin = async () => {
    const { value } = node.currentState;
    if (value && isMine(value)) return;
    strokes = [];
    stroke = mine = facts = null;
    under?.close();
    under = value ? await createImageBitmap(value, { imageOrientation: "from-image" }).catch(() => null) : null;
    if (under) {
      const ratio = Math.min(1, LONGEST / Math.max(under.width, under.height));
      size(Math.round(under.width * ratio), Math.round(under.height * ratio));
      const tiff = exifOf(new Uint8Array(await value.slice(0, 512 * 1024).arrayBuffer()));
      facts = tiff && turnedUpright(tiff, paper.width, paper.height);
    } else size(...PAPER[kind]);
    told.replaceChildren(...(kind === "annotate" && !under ? [el("bdi", {}, say("picture_first"))] : []));
    paper.hidden = tools.hidden = kind === "annotate" && !under;
    paint();
  };

  const made = async () => {
    const photo = kind === "annotate";
    const blob = await new Promise((resolve) => paper.toBlob(resolve, photo ? "image/jpeg" : "image/png", 0.85));
    const bytes = photo && facts ? withExif(new Uint8Array(await blob.arrayBuffer()), facts) : blob;
    return named(node, new File([bytes], photo ? "a.jpg" : "a.png", { type: blob.type }));
  };
  /* Each stroke is an answer at once: nobody has to remember to keep it. One after another, so that the last one stays. */
  const keep = () => {
    turn = turn.then(async () => {
      mine = strokes.length || under ? await made() : null;
      node.setValue(mine);
      context.changed();
    });
    return turn;
  };

  const at = (event) => {
    const { left, top, width, height } = paper.getBoundingClientRect();
    return [(event.clientX - left) * paper.width / width, (event.clientY - top) * paper.height / height];
  };
  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || node.currentState.readonly) return;
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    stroke = { ink, points: [at(event)] };
    paint();
  });
  paper.addEventListener("pointermove", (event) => { if (stroke) { stroke.points.push(at(event)); paint(); } });
  const lift = () => {
    if (!stroke) return;
    strokes.push(stroke);
    stroke = null;
    paint();
    keep();
  };
  paper.addEventListener("pointerup", lift);
  paper.addEventListener("pointercancel", lift);

  const undo = button(say("undo_stroke"), () => { strokes.pop(); paint(); keep(); if (undo.disabled) box.querySelector("summary").focus(); }, { kind: "small" });
  const clear = button(say("clear_drawing"), () => { strokes = []; paint(); keep(); box.querySelector("summary").focus(); }, { kind: "small quiet" });
  const inks = kind === "signature" ? null : el("select", { id: `${id}-ink`, onchange: () => { ink = inks.value; } }, Object.keys(INKS).map((name) => el("option", { value: name }, say(`ink_${name}`))));
  const tools = el("div", { class: "row" }, inks && el("label", { class: "row", for: `${id}-ink` }, say("ink"), " ", inks), undo, clear);
  box.append(told, paper, tools);
  box.addEventListener("toggle", () => { if (box.open) begin(); });
  effect(() => {
    const { value, readonly } = node.currentState;
    box.hidden = readonly;
    // Another picture was chosen, or this one was taken away.
    if (box.open && !isMine(value)) queueMicrotask(begin);
  });
  size(...PAPER[kind]);
  return { ...chosen, control: el("div", { class: "q-drawn" }, box, el("p", { class: "help" }, el("bdi", {}, say("or_file"))), chosen.control) };
};
