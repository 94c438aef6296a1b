/* Pictures, sounds and films that the form itself brought, shown from the device's store. */

import { el } from "./el.js";
import { fileOf } from "./engine.js";

const addresses = new WeakMap();
const addressOf = (blob) => {
  if (!addresses.has(blob)) addresses.set(blob, URL.createObjectURL(blob));
  return addresses.get(blob);
};

/* What stands with a label or a choice; nothing for a file that is not there. */
export const media = (form, text) => {
  if (!text) return [];
  const found = [];
  const add = (source, make) => {
    const file = source && fileOf(form, source);
    if (file) found.push(make(addressOf(file.blob)));
  };
  add(text.imageSource, (src) => el("img", { src, alt: text.asString, class: "q-media" }));
  add(text.audioSource, (src) => el("audio", { src, controls: true, preload: "metadata", class: "q-media" }));
  add(text.videoSource, (src) => el("video", { src, controls: true, preload: "metadata", class: "q-media" }));
  return found;
};
