/* The engine: ODK's own. It parses the form, follows every expression, and writes the answers as XML at any time, valid or not. */

import { deviceId } from "./store.js";
import { setting } from "./setting.js";
import { stateFactory } from "./reactive.js";
import { whereabouts } from "./geo.js";

let loading;
const library = () => (loading ??= import(setting.engine).catch((error) => { loading = undefined; throw error; }));

const missing = () => new Response("", { status: 404 });

/* A file that the form names: jr://images/well.jpg is the kept file well.jpg. */
export const fileOf = (form, url) => {
  const name = decodeURIComponent(String(url).split("/").pop());
  return form.files.find((file) => file.name === name) ?? null;
};

const KINDS = { csv: "text/csv", dataset: "text/csv", geojson: "application/geo+json" };

const attachment = (form) => async (url) => {
  const file = fileOf(form, url);
  if (!file) return missing();
  return new Response(file.blob, { headers: { "Content-Type": KINDS[file.kind] || file.blob.type || "application/octet-stream" } });
};

/* Raises an Error with the engine's sentence for a form that it cannot read. */
export const loadForm = async (form) => {
  const engine = await library();
  const loaded = await engine.loadForm(new Blob([form.xml], { type: "text/xml" }), {
    fetchFormAttachment: attachment(form),
    missingResourceBehavior: engine.constants.MISSING_RESOURCE_BEHAVIOR.BLANK,
  });
  if (loaded.status === "failure") throw new Error(loaded.error?.message ?? "failure");
  return loaded;
};

const configuration = async () => ({
  stateFactory,
  instanceAttachments: { fileNameFactory: ({ basename, extension }) => `${basename}${extension ?? ""}` },
  preloadProperties: { deviceID: await deviceId(), ...(setting.login ? { username: setting.login } : {}) },
  geolocationProvider: { getLocation: async () => (await whereabouts()).text },
});

export const begin = async (loaded) => loaded.createInstance(await configuration()).root;

/* Answers that the address brought along: path of the question → text. One that the form does not ask is left out. */
export const answerBefore = (root, given) => {
  for (const node of within(root)) {
    const text = given[node.currentState.reference];
    if (text === undefined || node.currentState.readonly) continue;
    if (node.nodeType === "select") node.selectValue(text);
    else if (node.nodeType === "input") node.setValue(text);
  }
};

const dataOf = ({ xml, files }) => {
  const data = new FormData();
  data.append("xml_submission_file", new File([xml], "xml_submission_file", { type: "text/xml" }));
  for (const file of files) data.append(file.name, new File([file.blob], file.name, { type: file.blob.type }));
  return data;
};

/* The engine hands files over in its own time; until then they look as if they were not there. */
const filesOf = async (root) => {
  const uploads = [...within(root)].filter((node) => node.nodeType === "upload");
  while (uploads.some((node) => node.currentState.attachmentState.loading)) await new Promise((resolve) => setTimeout(resolve, 5));
};

/* A half-filled form as it was left, under the identity that it had. */
export const resume = async (loaded, draft) => {
  const { root } = await loaded.restoreInstance({ data: [dataOf(draft)] }, await configuration());
  await filesOf(root);
  return root;
};

/* One that was sent, to be corrected: a new identity, and the old one as that which it corrects. */
export const correct = async (loaded, sent) => {
  const { root } = await loaded.editInstance({ inputType: "FORM_INSTANCE_INPUT_RESOLVED", data: [dataOf(sent)] }, await configuration());
  await filesOf(root);
  return root;
};

const within = function* (node) {
  yield node;
  for (const child of node.currentState.children ?? []) yield* within(child);
};
export const nodesOf = within;

/* The answers as they are: XML, and the files that it names. The engine's own payload leaves out files that a resumed form
   had before, so they are taken from the questions. */
export const answers = async (root, meta = {}) => {
  const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
  const xml = await payload.data[0].get("xml_submission_file").text();
  const files = [];
  for (const { nodeType, currentState } of within(root)) {
    if (nodeType !== "upload" || !currentState.value || !currentState.relevant) continue;
    const { value: file, instanceValue: name } = currentState;
    files.push({ name, blob: file.slice(0, file.size, file.type) });
  }
  return { xml: withMeta(withoutLostFiles(root, xml), meta), files };
};

/* A file taken away from a form that was resumed leaves its name behind in the engine's XML: the name goes, too. */
const withoutLostFiles = (root, xml) => {
  const lost = [...within(root)].filter((node) => node.nodeType === "upload" && !node.currentState.value && !node.currentState.attachmentState.loading && node.currentState.instanceValue);
  if (!lost.length) return xml;
  const names = new Set(lost.map((node) => node.currentState.instanceValue));
  const document = new DOMParser().parseFromString(xml, "text/xml");
  for (const leaf of document.querySelectorAll("*")) {
    if (!leaf.children.length && names.has(leaf.textContent)) leaf.textContent = "";
  }
  return new XMLSerializer().serializeToString(document);
};

/* What the engine leaves out of `meta`, or loses when a form is resumed: {deprecatedID, audit}. */
const withMeta = (xml, meta) => {
  const given = Object.entries(meta).filter(([, text]) => text);
  if (!given.length) return xml;
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const box = [...document.documentElement.children].find((one) => one.localName === "meta");
  if (!box) return xml;
  for (const [name, text] of given) {
    let leaf = [...box.children].find((one) => one.localName === name);
    if (!leaf) leaf = box.appendChild(document.createElementNS(box.namespaceURI, box.prefix ? `${box.prefix}:${name}` : name));
    leaf.textContent = text;
  }
  return new XMLSerializer().serializeToString(document);
};

/* What the form itself calls these answers; empty where it does not. */
export const nameOf = (xml) => {
  const found = /<(?:[\w.-]+:)?instanceName(?:\s[^>]*)?>([^<]*)</.exec(xml);
  return found ? new DOMParser().parseFromString(`<a>${found[1]}</a>`, "text/xml").documentElement.textContent.trim() : "";
};

export const identityOf = (root) => {
  for (const node of within(root)) {
    if (node.nodeType === "model-value" && /\/[\w.-]*:?instanceID$/.test(node.currentState.reference)) return node.currentState.value;
  }
  const found = /instanceID>([^<]+)</.exec(root.instanceState.instanceXML);
  return found ? found[1] : "";
};
