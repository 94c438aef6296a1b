/* "My forms on this device": what can be filled without a line, what is half-filled, what waits, and what was refused and why. */

import { button, el } from "./el.js";
import { fetchForm, forgetForm, Shut } from "./keep.js";
import { keepSending, sendAll } from "./outbox.js";
import { all, hear, persist, remove, tell } from "./store.js";
import { moment, pick, say, setting } from "./setting.js";
import { askWhatBecame, sentHere, sentSeen } from "./sent.js";
import { saveCopy } from "./copy.js";
import { keep as keepPage, register } from "./register.js";

const main = document.getElementById("fill");
const nameOf = (one) => [pick(one.titles), one.draft ? say("trial_short") : ""].filter(Boolean).join(" · ");
const pageOf = (one) => `${one.base}${one.draft ? "?draft" : ""}`;
const newest = (one, two) => ((one.at ?? one.keptAt) < (two.at ?? two.keptAt) ? 1 : -1);
const mine = (item) => item.public || !item.account || !setting.account || item.account === setting.account;

let offered = null; // null: not asked or no line
let busy = "", trouble = "", whole = false;
const FEW = 20;

const section = (title, lines, empty) => el("section", { class: "card" }, el("h2", {}, title),
  lines.length ? el("ul", { class: "lines" }, lines) : el("p", { class: "muted" }, empty));

const line = (title, told, ...actions) => el("li", { class: "q-line" },
  el("div", {}, el("strong", {}, title), el("div", { class: "small muted" }, ...told)), el("div", { class: "row" }, ...actions));

const badge = (kind, text) => el("span", { class: `badge ${kind}` }, text);

const waiting = (item) => {
  const told = item.state === "refused"
    ? [badge("bad", say("refused_short")), " ", el("bdi", {}, item.sentence || say("refused"))]
    : [badge("warn", say("waiting_short")), " ", say(item.why === "signed_out" ? "kept_signed_out" : mine(item) && item.why !== "other" ? (item.tries ? "tried" : "waits") : "kept_other", { count: item.tries })];
  return line(nameOf(item), [say("filled", { when: moment(item.at) }), el("br"), ...told],
    button(say("send_now"), async () => { await sendAll({ only: item.id }); }, { kind: "small" }),
    button(say("copy"), () => saveCopy(item), { kind: "small quiet", name: "download" }),
    item.state === "refused" ? button(say("delete"), async () => { if (confirm(say("delete_sure"))) { await remove("outbox", item.id); tell(); } }, { kind: "small quiet danger" }) : null);
};

const half = (draft) => line(nameOf(draft), [draft.corrects ? el("span", {}, badge("warn", say("correction")), " ") : null, say("begun", { when: moment(draft.at) }), mine(draft) ? null : el("span", {}, " ", say("other_person"))],
  el("a", { class: "button small primary", href: `${pageOf(draft)}#${draft.id}` }, say("continue")),
  button(say("delete"), async () => { if (confirm(say("discard_sure"))) { await remove("drafts", draft.id); tell(); } }, { kind: "small quiet danger" }));

const STATES = { received: "info", edited: "info", has_issues: "warn", approved: "good", rejected: "bad" };

/* What became of one that was sent. A reason, and the way to correct it, where it was sent back. */
const gone = (one, drafts) => {
  const begun = drafts.find((draft) => draft.corrects === one.current), back = one.state === "has_issues" && one.correctable && !one.public;
  return line(nameOf(one), [
    one.name ? el("span", {}, el("bdi", {}, one.name), el("br")) : null, say("sent_at", { when: moment(one.at) }), el("br"),
    badge(STATES[one.state] ?? "info", say(`sent_${one.state}`)), one.reason ? el("span", { class: "q-reason" }, " ", say("reviewer_said"), " ", el("bdi", {}, one.reason)) : null,
  ],
  back ? el("a", { class: "button small primary", href: `${one.base}#${begun ? begun.id : `correct=${encodeURIComponent(one.current)}`}`, "aria-label": `${say(begun ? "continue" : "correct")}: ${[nameOf(one), one.name].filter(Boolean).join(" · ")}` }, say(begun ? "continue" : "correct")) : null,
  one.page ? el("a", { class: "button small quiet", href: one.page, "aria-label": `${say("look")}: ${[nameOf(one), one.name].filter(Boolean).join(" · ")}` }, say("look")) : null);
};

/* Those that were sent back stand first: they are still this person's to do. */
const sentSection = (sent, drafts, asked) => {
  const back = sent.filter((one) => one.state === "has_issues" && one.correctable), rest = sent.filter((one) => !back.includes(one));
  const shown = [...back, ...rest].slice(0, whole ? undefined : FEW);
  const box = section(say("sent_list"), shown.map((one) => gone(one, drafts)), say("nothing_sent"));
  if (asked) box.querySelector("h2").after(el("p", { class: "small muted" }, say("sent_asked", { when: moment(asked) })));
  if (shown.length < sent.length) box.append(el("p", { class: "actions" }, button(say("sent_all", { count: sent.length }), () => { whole = true; draw(); }, { kind: "small" })));
  return box;
};

const keep = async (one) => {
  busy = one.base;
  trouble = "";
  await draw();
  try {
    await fetchForm(one.base);
    await keepPage(navigator.serviceWorker?.controller, new URL(one.base, location.origin).href);
    persist();
  } catch (error) {
    trouble = error instanceof Shut ? error.message : say("no_line");
  }
  busy = "";
  await draw();
};

const sealedLine = (one) => line(nameOf(one), [badge("info", say("sealed_short")), " ", say("sealed")]);

const formLine = (one, kept) => (one.sealed ? sealedLine(one) : line(nameOf(one), [kept ? badge("good", say("kept_here", { when: moment(kept.keptAt) })) : el("span", {}, say("not_kept_here")), kept && one.hash && kept.hash !== one.hash ? el("span", {}, " ", say("newer_there")) : null],
  el("a", { class: "button small primary", href: pageOf(one) }, say("fill")),
  button(say(kept ? "renew" : "keep"), () => keep(one), { kind: "small", disabled: busy === one.base, name: "download" }),
  kept ? button(say("forget"), async () => { await forgetForm(one.base); draw(); }, { kind: "small quiet" }) : null));

let drawing = Promise.resolve();
const draw = () => (drawing = drawing.then(paint, paint));
const paint = async () => {
  const [forms, drafts, outbox, told] = await Promise.all([all("forms"), all("drafts"), all("outbox"), sentHere()]);
  const sent = told.filter((one) => sentSeen(one, setting.account)), asked = sent.map((one) => one.askedAt ?? "").sort().at(-1);
  const kept = new Map();
  for (const form of forms.sort(newest)) if (!kept.has(pageOf(form))) kept.set(pageOf(form), form);
  const there = (offered ?? []).map((one) => ({ ...one, draft: false }));
  const listed = [...there, ...[...kept.values()].filter((form) => !there.some((one) => one.base === form.base && !form.draft))];
  // What had the focus has it again: the same button of the same line, also where others say the same.
  const alike = (one) => [...main.querySelectorAll("button, a")].filter((other) => other.textContent === one.textContent);
  const before = main.contains(document.activeElement) ? document.activeElement : null, place = before ? alike(before).indexOf(before) : -1;
  main.replaceChildren(...[
    navigator.onLine ? null : el("div", { class: "note warn" }, el("p", {}, say("offline"))),
    trouble ? el("div", { class: "note bad" }, el("p", {}, trouble)) : null,
    outbox.length ? section(say("outbox"), outbox.sort(newest).map(waiting), "") : null,
    outbox.some((item) => item.state !== "refused") ? el("p", { class: "actions" }, button(say("send_all"), () => sendAll({ now: true }), { kind: "primary", name: "upload" })) : null,
    drafts.length ? section(say("drafts"), drafts.sort(newest).map(half), "") : null,
    sent.length ? sentSection(sent, drafts, asked) : null,
    section(say("forms"), listed.map((one) => formLine(one, kept.get(pageOf(one)))), say(setting.account ? "no_forms" : "sign_in_for_forms")),
    outbox.length || drafts.length ? null : el("p", { class: "muted" }, say("nothing_waits")),
  ].filter(Boolean));
  main.removeAttribute("aria-busy");
  document.documentElement.dataset.fill = "ready";
  const same = before && (alike(before)[place] ?? alike(before)[0] ?? main.querySelector("button, a"));
  if (same && document.activeElement === document.body) same.focus();
};

const ask = async () => {
  try {
    const answer = await fetch("/forms/fill/forms.json", { cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.ok) offered = (await answer.json()).items;
    await askWhatBecame();
  } catch { /* no line: what was kept is shown, as it was last known */ }
};

register();
await draw();
await ask();
await draw();
hear(draw);
addEventListener("online", async () => { await ask(); draw(); });
addEventListener("offline", draw);
keepSending();
