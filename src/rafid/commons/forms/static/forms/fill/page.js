/* The page of one form: it gets the form from the server or from the device, resumes or begins, and hands the end to the outbox. */

import { button, el } from "./el.js";
import { effect } from "./reactive.js";
import { answerBefore, begin, correct, loadForm, resume } from "./engine.js";
import { fill } from "./filling.js";
import { fetchForm, keptForm, Shut } from "./keep.js";
import { sentAnswers } from "./sent.js";
import { askForSync, keepSending, sendAll } from "./outbox.js";
import { all, every, get, hear, persist } from "./store.js";
import { moment, pick, say, setting } from "./setting.js";
import { register } from "./register.js";

const main = document.getElementById("fill");
const CORRECT = "correct="; // in the address, before the identity of what was sent
const trial = setting.query === "?draft";

/* Whoever leads here may answer some questions before: ?d[/data/about/visit]=V-1. What is begun from such an address is found
   again by the same answers, and not begun twice. */
const given = Object.fromEntries([...new URLSearchParams(location.search)].flatMap(([name, text]) => {
  const path = /^d\[(.+)\]$/.exec(name)?.[1];
  return path && text ? [[path, text]] : [];
}));
const givenText = Object.keys(given).length ? JSON.stringify(given) : "";
const show = (...children) => { main.replaceChildren(...children.filter(Boolean)); main.removeAttribute("aria-busy"); };
const note = (kind, ...children) => el("div", { class: `note ${kind}` }, ...children.map((child) => (typeof child === "string" ? el("p", {}, child) : child)));

/* The newest form where there is a line, else the one that was kept. */
const getForm = async () => {
  const kept = await keptForm(setting.base, trial);
  try {
    return await fetchForm(setting.base, setting.query);
  } catch (error) {
    if (error instanceof Shut || !kept) throw error;
    return kept;
  }
};

const mine = (item) => item.base === setting.base && item.draft === trial && (setting.public || !item.account || !setting.account || item.account === setting.account);

/* One tab fills a draft; a second one would write over it. Gives false where another has it. */
const hold = (id) => new Promise((resolve) => {
  if (!navigator.locks) { resolve(true); return; }
  navigator.locks.request(`rafid-draft-${id}`, { ifAvailable: true }, (lock) => {
    resolve(Boolean(lock));
    return lock ? new Promise((release) => { letGo = release; }) : null;
  });
});
let letGo = () => {};

const summary = (found, jumped) => {
  const box = el("div", { class: "error-summary", tabindex: "-1", role: "alert" }, el("h2", {}, say("faults", { count: found.length })),
    el("ul", {}, found.map(({ label, said, box: place, focus }) => el("li", {}, focus
      ? el("a", { href: `#${place.id}`, onclick: (event) => { event.preventDefault(); jumped(place); focus(); } }, el("bdi", {}, label), ": ", el("bdi", {}, said))
      : `${label}: ${said}`))));
  return box;
};

const start = async ({ form, draft, sent }) => {
  const loaded = await loadForm(form);
  const root = draft ? await resume(loaded, draft) : sent ? await correct(loaded, sent) : await begin(loaded);
  if (!draft && !sent) answerBefore(root, given);
  const filling = fill({ form, root, draft, language: draft?.language, corrects: sent?.id, given: draft || sent ? "" : givenText });
  if (!(await hold(filling.id))) {
    show(note("warn", say("open_elsewhere")), el("p", { class: "actions" }, button(say("try_again"), () => location.reload())));
    return;
  }
  // A reload, or a browser that starts again, comes back to this very form.
  history.replaceState(null, "", `${location.pathname}${location.search}#${filling.id}`);

  // Whoever corrects says why: it stands in the history, and in the log of the interview where the form asks for it there.
  const why = draft?.corrects || sent ? el("textarea", { id: "fill-why", rows: 2, maxlength: 2000, dir: "auto", required: true }) : null;
  const whyBox = why && el("div", { class: "field" }, el("label", { for: "fill-why" }, say("change_reason"), el("span", { class: "required", "aria-hidden": "true" }, " *")), why);
  const state = el("p", { class: "q-state small muted", role: "status" });
  effect(() => { state.textContent = filling.ui.state === "new" ? "" : say(`state_${filling.ui.state}`); });
  const faultBox = el("div");
  const end = async () => {
    const found = filling.faults();
    faultBox.replaceChildren();
    if (found.length) {
      filling.wrong(found.map(({ box: place }) => place));
      const box = summary(found, filling.jumped);
      faultBox.append(box);
      box.focus();
      box.scrollIntoView({ block: "start" });
      return;
    }
    if (why && !why.value.trim()) {
      faultBox.append(note("bad", say("change_reason_needed")));
      why.focus();
      return;
    }
    finish.disabled = true;
    filling.ending();
    const reason = why?.value.trim() ?? "";
    if (reason && filling.asked?.reasons) filling.reason(reason);
    try {
      await filling.finish(reason);
    } catch (error) {
      finish.disabled = false;
      faultBox.append(note("bad", say("not_kept"), String(error?.message ?? error)));
      return;
    }
    letGo();
    filling.end();
    await done(form, filling.id);
  };
  const finish = button(say(trial ? "send_trial" : "send"), end, { kind: "primary" });
  const later = el("a", { class: "button", href: "/forms/fill/" }, say("leave"));
  const discard = button(say("discard"), async () => {
    if (!confirm(say("discard_sure"))) return;
    await filling.discard();
    letGo();
    location.replace(`${location.pathname}${location.search}`);
  }, { kind: "quiet danger" });
  later.addEventListener("click", async (event) => { event.preventDefault(); filling.exit(); await filling.save(); location.assign("/forms/fill/"); });
  addEventListener("beforeunload", (event) => { if (filling.isDirty()) event.preventDefault(); });

  const body = el("form", { class: "q-page", novalidate: true, onsubmit: (event) => { event.preventDefault(); end(); } },
    filling.languages(), filling.body, whyBox, faultBox, el("div", { class: "form-actions" }, finish, setting.public ? null : later, discard), state);
  if (sent) filling.begun();
  show(trial ? note("warn", say("trial")) : null, draft?.corrects || sent ? await sentBack(draft?.corrects || sent.id) : null, body);
  document.documentElement.dataset.fill = "ready";
};

/* Above answers that are corrected: why they were sent back. */
const sentBack = async (instance) => {
  const known = (await every("facts", "sent:")).find((one) => one.current === instance);
  return note("warn", say("correcting"), known?.reason ? el("p", {}, el("strong", {}, say("reviewer_said")), " ", el("bdi", {}, known.reason)) : null);
};

/* After the end: what became of it, as it becomes. */
const done = async (form, id) => {
  const said = el("div", { role: "status", tabindex: "-1" });
  const again = form.once ? null : button(say("another"), () => location.replace(`${location.pathname}${location.search}`), { kind: "primary" });
  show(said, el("p", { class: "actions" }, again, setting.public ? null : el("a", { class: "button", href: "/forms/fill/" }, say("my_forms"))));
  const tellState = async () => {
    const item = await get("outbox", id);
    if (!item) said.replaceChildren(note("good", el("h2", {}, say("sent_title")), say(setting.public ? "sent_public" : "sent")));
    else if (item.state === "refused") said.replaceChildren(note("bad", el("h2", {}, say("refused_title")), item.sentence || say("refused"), say("refused_help")));
    else said.replaceChildren(note("warn", el("h2", {}, say("kept_title")), say(item.why === "signed_out" ? "kept_signed_out" : item.why === "other" ? "kept_other" : "kept")));
    document.documentElement.dataset.fill = item ? item.state : "sent";
  };
  hear(tellState);
  await tellState();
  said.focus();
  persist();
  await sendAll({ now: true });
  await tellState();
  if (await get("outbox", id)) await askForSync();
};

/* Half-filled ones of this form stand first: a person who comes back looks for his own. */
const offer = (form, drafts) => {
  show(el("section", { class: "card" }, el("h2", {}, say("unfinished")),
    el("ul", { class: "lines" }, drafts.map((draft) => el("li", { class: "row" },
      el("span", {}, say("begun", { when: moment(draft.at) })),
      el("a", { class: "button small", href: `#${draft.id}`, onclick: (event) => { event.preventDefault(); open(form, draft); } }, say("continue")))))),
  el("p", { class: "actions" }, button(say("begin_new"), () => open(form, null), { kind: "primary", name: "plus" })));
};

const open = async (form, draft, sent = null) => {
  main.setAttribute("aria-busy", "true");
  try {
    const own = draft ? (await get("forms", draft.form)) ?? form : form;
    await start({ form: own, draft, sent });
  } catch (error) {
    console.warn(error);
    show(note("bad", el("h2", {}, say("unreadable")), String(error?.message ?? error), say("unreadable_help")));
    document.documentElement.dataset.fill = "unreadable";
  }
};

/* One that was sent back, for correction; it is fetched, so it needs a line once. */
const openSent = async (form, original) => {
  let sent = null, why = "correct_no_line";
  try {
    sent = await sentAnswers(setting.base, original);
    if (!sent) why = "correct_gone";
  } catch { /* no line */ }
  if (sent) { await open(form, null, sent); return; }
  show(note("bad", say(why)), el("p", { class: "actions" }, button(say("try_again"), () => location.reload()), el("a", { class: "button", href: "/forms/fill/" }, say("my_forms"))));
  document.documentElement.dataset.fill = "none";
};

const run = async () => {
  register();
  let form;
  try {
    form = await getForm();
  } catch (error) {
    show(note("bad", error instanceof Shut ? error.message : say("no_line")), el("p", { class: "actions" }, button(say("try_again"), () => location.reload())));
    document.documentElement.dataset.fill = "none";
    return;
  }
  document.title = document.title.replace(/^[^·]*/, `${pick(form.titles)} `);
  const drafts = (await all("drafts")).filter(mine).sort((one, two) => (one.at < two.at ? 1 : -1));
  const asked = decodeURIComponent(location.hash.slice(1)), original = asked.startsWith(CORRECT) ? asked.slice(CORRECT.length) : "";
  const wanted = drafts.find((draft) => draft.id === asked || (original && draft.corrects === original)) ?? drafts.find((draft) => !asked && givenText && draft.given === givenText);
  const waiting = givenText && !asked ? (await all("outbox")).find((item) => mine(item) && item.given === givenText) : null;
  if (wanted) await open(form, wanted);
  else if (original) await openSent(form, original);
  else if (asked && (await get("outbox", asked))) await done(form, asked);
  else if (waiting) await done(form, waiting.id);
  else if (givenText) await open(form, null);
  else if (drafts.length) { offer(form, drafts); document.documentElement.dataset.fill = "offer"; }
  else await open(form, null);
  keepSending();
};

run();
