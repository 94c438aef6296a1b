/* Forms on this device: fetched with all their files in one go, kept by version, so that a form half-filled under an old
   version is finished under it. */

import { all, change, get, put, tell } from "./store.js";

export class Shut extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

const keyOf = (base, draft, hash) => `${base}${draft ? "?draft" : ""}@${hash}`;

/* The form as the server gives it now, kept. Raises Shut where the server refuses, TypeError where there is no line. */
export const fetchForm = async (base, query = "") => {
  const answer = await fetch(`${base}form.json${query}`, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    if (answer.status >= 500 || !told.code) throw new TypeError(`status ${answer.status}`);
    throw new Shut(answer.status, told.code, told.message);
  }
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new TypeError("signed out");
  const told = await answer.json();
  const id = keyOf(base, told.draft, told.hash);
  const known = await get("forms", id);
  const files = [];
  for (const file of told.files) {
    const had = known?.files.find((one) => one.name === file.name && file.hash && one.hash === file.hash);
    if (had) { files.push(had); continue; }
    const body = await fetch(file.url, { cache: "no-store" });
    if (!body.ok) throw new TypeError(`${file.name}: ${body.status}`);
    files.push({ name: file.name, kind: file.kind, hash: file.hash, blob: await body.blob() });
  }
  const form = { ...told, id, files, keptAt: new Date().toISOString() };
  await put("forms", form);
  await forgetOlder(form);
  tell();
  return form;
};

/* Older versions go, unless something half-filled still needs them. */
const forgetOlder = async (form) => {
  const [forms, drafts] = await Promise.all([all("forms"), all("drafts")]);
  const needed = new Set(drafts.map((draft) => draft.form));
  const gone = forms.filter((one) => one.base === form.base && one.draft === form.draft && one.id !== form.id && !needed.has(one.id));
  if (gone.length) await change(["forms"], (stores) => { for (const one of gone) stores.forms.delete(one.id); });
};

/* The newest kept version of a form; undefined where none is. */
export const keptForm = async (base, draft) => {
  const forms = (await all("forms")).filter((one) => one.base === base && one.draft === draft);
  return forms.sort((one, two) => (one.keptAt < two.keptAt ? 1 : -1))[0];
};

export const forgetForm = async (base) => {
  const forms = (await all("forms")).filter((one) => one.base === base);
  const needed = new Set((await all("drafts")).map((draft) => draft.form));
  await change(["forms"], (stores) => { for (const one of forms) if (!needed.has(one.id)) stores.forms.delete(one.id); });
  tell();
};
