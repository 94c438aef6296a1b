/* One form being filled: its questions on the page, its draft in the store, what is wrong with it, and its end. */

import { AUDIT, csvOf, logOf, wishes } from "./audit.js";
import { apart, effect, stateFactory } from "./reactive.js";
import { el } from "./el.js";
import { answers, identityOf, nameOf as nameOfAnswers, nodesOf } from "./engine.js";
import { codeOf, directionOf, directionOfText, first, nameOf } from "./languages.js";
import { say, setting } from "./setting.js";
import { change, put, tell } from "./store.js";
import { view } from "./view.js";

const QUIET = 300; // milliseconds after the last letter

export const fill = ({ form, root, draft, language, corrects = "", given = "" }) => {
  const id = draft?.id ?? identityOf(root);
  const ui = stateFactory({ checked: false, state: draft ? "saved" : "new" });
  const entries = new Map(), typed = new Map(), before = new Map(Object.entries(draft?.typed ?? {}));
  const ownOriginal = draft?.corrects ?? corrects; // the version that these answers correct; empty for new ones
  let timer, saving = Promise.resolve(), over = false, dirty = false;

  // A correction has a log of its own: the first one's stays as it was received.
  const asked = wishes(form), auditName = ownOriginal ? `audit-${id.replace(/^uuid:/, "").slice(0, 8)}.csv` : AUDIT;
  const valueOf = (path) => {
    const node = [...nodesOf(root)].find((one) => one.currentState.reference === path);
    return node && "instanceValue" in node.currentState ? String(node.currentState.instanceValue ?? "") : "";
  };
  const log = asked && logOf({ asked, rows: draft?.audit ?? [], user: setting.login ?? "", valueOf });

  const pack = async ({ over: ended = false } = {}) => {
    const { xml, files } = await answers(root, { deprecatedID: ownOriginal, audit: ended && log ? auditName : "" });
    if (ended && log) files.push({ name: auditName, blob: new Blob([csvOf(asked, log.rows())], { type: "text/csv" }) });
    const left = {};
    for (const { node, text } of typed.values()) left[node.currentState.reference] = text;
    return {
      id, form: form.id, base: form.base, draft: form.draft, titles: form.titles, version: form.version, send: form.send,
      audit: log ? log.rows() : [], public: setting.public, account: setting.account, at: new Date().toISOString(), xml, files, typed: left,
      name: nameOfAnswers(xml), given: draft?.given ?? given, corrects: ownOriginal, language: root.currentState.activeLanguage.language,
    };
  };
  /* One after another, so that an older state never comes after a newer one. */
  const save = () => {
    clearTimeout(timer);
    if (over || !dirty) return saving;
    dirty = false;
    ui.state = "saving";
    saving = saving.then(() => pack()).then((now) => (over ? null : put("drafts", now))).then(() => { ui.state = dirty ? "saving" : "saved"; tell(); },
      (error) => { ui.state = "unsaved"; dirty = true; console.warn(error); });
    return saving;
  };
  const changed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  };

  const context = {
    form, root, ui, entries, changed, addButtons: new Map(),
    follow: effect,
    typed: (node, text) => { if (text === null) typed.delete(node.nodeId); else typed.set(node.nodeId, { node, text }); },
    typedBefore: (node) => before.get(node.currentState.reference),
    answered: (node) => [...nodesOf(node)].some((one) => "instanceValue" in one.currentState && one.nodeType !== "model-value" && one.nodeType !== "note" && one.currentState.instanceValue !== ""),
    log: (event, node) => log?.note(event, node),
    // By what stood on the page: the engine answers nothing about what it has removed.
    forget: (element) => { for (const [key, { box }] of [...entries]) if (element.contains(box)) { entries.delete(key); typed.delete(key); } },
  };

  if (language) {
    const known = root.languages.find((one) => one.language === language);
    if (known && !known.isSyntheticDefault) root.setLanguage(known);
  } else if (!root.languages[0].isSyntheticDefault) {
    root.setLanguage(first(root.languages, setting.language));
  }

  const [body, stop] = apart(() => {
    const box = el("div", { class: "q-form" }, ...root.currentState.children.map((child) => view(child, context)).filter(Boolean));
    effect(() => {
      const { language: now, isSyntheticDefault } = root.currentState.activeLanguage;
      const code = isSyntheticDefault ? "" : codeOf(now);
      if (code) box.lang = code;
      else box.removeAttribute("lang");
      box.dir = isSyntheticDefault || !code ? directionOfText(box.querySelector(".q-text")?.textContent ?? "") : directionOf(code);
    });
    return box;
  });

  /* The switch between the form's own languages; nothing where it has one. */
  const languages = () => {
    if (root.languages.length < 2) return null;
    const choose = el("select", { id: "fill-language", class: "q-language" }, root.languages.map((one) => el("option", { value: one.language, lang: codeOf(one.language) || null }, nameOf(one))));
    choose.addEventListener("change", () => { root.setLanguage(root.languages.find((one) => one.language === choose.value)); changed(); });
    effect(() => { choose.value = root.currentState.activeLanguage.language; });
    return el("p", { class: "field q-languages" }, el("label", { for: "fill-language" }, say("form_language")), choose);
  };

  /* Everything that is wrong, in the order of the form: {text, focus}. */
  const faults = () => {
    ui.checked = true;
    const found = [];
    for (const { node, own, box, fault, focus } of entries.values()) {
      if (!box.isConnected || !node.currentState.relevant) continue;
      own.left = true;
      const said = fault();
      if (said) found.push({ box, said, label: node.currentState.label?.asString.trim() || say("question"), focus });
    }
    // What a calculation makes wrong stands at no question.
    const seen = new Set(entries.keys());
    for (const violation of root.validationState.violations) {
      if (!seen.has(violation.nodeId)) found.push({ box: null, said: violation.violation.message?.asString || say("fault_constraint"), label: violation.reference.split("/").pop(), focus: null });
    }
    return found.sort((one, two) => (one.box && two.box && one.box.compareDocumentPosition(two.box) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1));
  };

  /* From half-filled to finished in one step of the store: never in both, never in neither. */
  const finish = async (reason = "") => {
    clearTimeout(timer);
    await saving;
    log?.leave();
    log?.within(null);
    const before = log?.rows();
    for (const event of ["form save", "form exit", "form finalize"]) log?.note(event);
    const now = await pack({ over: true });
    over = true;
    try {
      await change(["drafts", "outbox"], (stores) => {
        stores.outbox.put({ ...now, reason, typed: undefined, audit: undefined, state: "waiting", why: "", tries: 0, next: 0 });
        stores.drafts.delete(id);
      });
    } catch (error) {
      over = false;
      log?.back(before);
      throw error;
    }
    tell();
    return id;
  };
  const discard = async () => {
    clearTimeout(timer);
    over = true;
    await saving;
    await change(["drafts"], (stores) => { stores.drafts.delete(id); });
    tell();
  };

  // A telephone ends a page without asking: what is not yet saved is saved when it goes out of sight.
  const questionAt = (element) => element?.closest?.("[data-ref]")?.dataset.ref ?? null;
  const leaving = () => {
    if (document.visibilityState === "hidden") { log?.leave(); save(); } else if (log && questionAt(document.activeElement)) log.enter(questionAt(document.activeElement));
  };
  document.addEventListener("visibilitychange", leaving);
  const gone = () => { exit(); save(); };
  addEventListener("pagehide", gone);
  if (log) {
    const groupAt = (element) => element?.closest?.("[data-group]")?.dataset.group ?? null;
    body.addEventListener("focusin", ({ target }) => {
      const path = questionAt(target);
      if (path) log.enter(path);
      else log.leave();
      log.within(groupAt(target));
    });
    body.addEventListener("focusout", (event) => { if (!body.contains(event.relatedTarget) && document.hasFocus()) { log.leave(); log.within(null); } });
    log.begin(draft || ownOriginal ? "form resume" : "form start");
  }
  /* Kept and left half-filled. */
  let exited = false;
  const exit = () => {
    if (!log || over || exited) return;
    exited = true;
    log.leave();
    log.within(null);
    log.note("form save");
    log.note("form exit");
    // What was never answered is no draft.
    if (draft || ui.state !== "new") dirty = true;
  };

  return {
    id, ui, body, languages, faults, save, finish, discard, exit, asked,
    reason: (text) => log?.change(text),
    wrong: (boxes) => { for (const box of boxes) if (box) log?.note("constraint error", questionAt(box) ?? ""); },
    jumped: (box) => log?.note("jump", questionAt(box) ?? ""),
    ending: () => { log?.leave(); log?.note("end screen"); },
    isDirty: () => dirty,
    // A correction lies on the device as soon as it is opened: the answers that it corrects came over a line.
    begun: changed,
    end: () => { stop(); document.removeEventListener("visibilitychange", leaving); removeEventListener("pagehide", gone); log?.end(); },
  };
};
