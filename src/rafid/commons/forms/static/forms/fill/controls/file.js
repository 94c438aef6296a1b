/* A photo, a sound, a film or any file. It stays on the device as it is, but a photo is made smaller. */

import { button, el, icon } from "../el.js";
import { effect } from "../reactive.js";
import { say, size } from "../setting.js";
import { LONG_SIDE, smaller } from "../images.js";

/* A name that no other file of this answer has, in letters that every system takes. */
export const named = (node, file) => {
  const question = node.currentState.reference.split("/").pop().replace(/\[\d+\]/g, "");
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0].toLowerCase() ?? "";
  return new File([file], `${question}-${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}${ending}`, { type: file.type });
};

export const file = (node, { context, own, id }) => {
  const { accept, type } = node.nodeOptions.media;
  const field = el("input", { id, type: "file", class: "sr-only", accept: accept === "*" ? null : accept, capture: node.appearances?.new && type === "image" ? "environment" : null });
  // The browser's own button speaks the browser's language; this one speaks the page's.
  const choose = el("label", { class: "button q-choose", for: id }, icon("upload"), say(["image", "audio", "video"].includes(type) ? `choose_${type}` : "choose_file"));
  const shown = el("div", { class: "q-file", hidden: true }), wait = el("p", { class: "small muted", role: "status", hidden: true }, say("making_smaller"));
  let address = null;
  const take = async (given) => {
    if (!given) return;
    own.fault = null;
    let kept = given;
    if (given.type.startsWith("image/")) {
      wait.hidden = false;
      kept = await smaller(given, node.maxPixels || LONG_SIDE).catch(() => given);
      wait.hidden = true;
    }
    if (accept !== "*" && type && type !== "*" && given.type && !given.type.startsWith(`${type}/`)) { own.fault = "file_type"; field.value = ""; return; }
    node.setValue(named(node, kept));
    field.value = "";
    context.changed();
  };
  field.addEventListener("change", () => take(field.files[0]));
  const drop = button(say("take_away"), () => { node.setValue(null); context.changed(); field.focus(); }, { kind: "small quiet", name: "close" });
  effect(() => {
    const { value, readonly, attachmentState } = node.currentState;
    if (address) URL.revokeObjectURL(address);
    address = value ? URL.createObjectURL(value) : null;
    // What came back from the server to be corrected is handed over as no kind at all; the question knows.
    const said = value?.type.split("/")[0], kind = ["image", "audio", "video"].includes(said) ? said : type;
    const preview = !value ? null
      : kind === "image" ? el("img", { src: address, alt: say("your_picture"), class: "q-preview" })
      : kind === "audio" ? el("audio", { src: address, controls: true })
      : kind === "video" ? el("video", { src: address, controls: true, class: "q-preview" })
      : el("span", { class: "code" }, value.name);
    drop.hidden = readonly;
    shown.replaceChildren(...(value ? [preview, " ", el("span", { class: "small muted" }, size(value.size)), drop] : []));
    shown.hidden = !value;
    field.disabled = readonly || attachmentState.loading;
    choose.hidden = readonly;
  });
  return { control: el("div", { class: "q-upload" }, field, choose, wait, shown) };
};
