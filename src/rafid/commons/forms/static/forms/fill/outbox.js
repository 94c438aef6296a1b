/* What is finished goes out, once: one tab (or the worker) at a time, until the server says that it has it (201). Where the
   answer is lost the same bytes go again under the same identity, and the server knows them. */

import { recordSent } from "./sent.js";
import { all, get, hear, tell, update } from "./store.js";

const FIRST_PAUSE = 5_000, LONGEST_PAUSE = 15 * 60_000;
const WAIT = 120_000, SLOWEST = 4; // bytes a millisecond; photographs over a weak line take their time

/* How long until an item that failed so often is tried again. */
export const pauseAfter = (tries) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 20));

const session = async () => {
  const answer = await fetch("/forms/fill/session", { cache: "no-store", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`status ${answer.status}`);
  return answer.json();
};

const bodyOf = (item) => {
  const body = new FormData();
  body.append("xml_submission_file", new Blob([item.xml], { type: "text/xml" }), "submission.xml");
  if (item.reason) body.append("reason", item.reason);
  for (const file of item.files) body.append(file.name, file.blob, file.name);
  return body;
};

const patience = (item) => WAIT + item.files.reduce((sum, file) => sum + (file.blob?.size ?? 0), item.xml.length) / SLOWEST;

/* One attempt. "sent", "refused", "later" (no line, or the server is busy), "signed_out", "other" (somebody else's). */
const attempt = async (item, who) => {
  const headers = { Accept: "application/json" };
  if (!item.public) {
    if (!who.account) return { what: "signed_out" };
    if (item.account && item.account !== who.account) return { what: "other" };
    headers["X-CSRFToken"] = who.csrf;
  }
  const given = new AbortController(), timer = setTimeout(() => given.abort(), patience(item));
  let answer, told;
  try {
    answer = await fetch(item.send, { method: "POST", body: bodyOf(item), headers, signal: given.signal, redirect: "manual" });
    told = await answer.json().catch(() => null);
  } finally {
    clearTimeout(timer);
  }
  if (answer.status === 201) return { what: "sent" };
  if (answer.status === 401 || answer.type === "opaqueredirect") return { what: "signed_out" };
  // An answer that is not ours (a gateway, a page for people) is no refusal.
  const ours = told && typeof told.message === "string" && told.code;
  if (answer.status === 413 && !ours) return { what: "refused", status: 413, sentence: "" };
  if (!ours || answer.status >= 500 || answer.status === 429 || answer.status === 408) return { what: "later" };
  return { what: "refused", status: answer.status, code: told.code, sentence: told.message };
};

const outcome = {
  sent: recordSent,
  refused: (item, one) => update("outbox", item.id, (now) => ({ ...now, state: "refused", status: one.status, sentence: one.sentence, tries: now.tries + 1, triedAt: Date.now() })),
  later: (item) => update("outbox", item.id, (now) => ({ ...now, state: "waiting", why: "", tries: now.tries + 1, triedAt: Date.now(), next: Date.now() + pauseAfter(now.tries) })),
  signed_out: (item) => update("outbox", item.id, (now) => ({ ...now, state: "waiting", why: "signed_out", next: 0 })),
  other: (item) => update("outbox", item.id, (now) => ({ ...now, state: "waiting", why: "other", next: 0 })),
};

/* `patient`: after whoever sends now. A person who asks for it is never told "sent" by nothing having been done. */
const once = (work, patient) => (navigator.locks
  ? navigator.locks.request("rafid-forms-sending", { ifAvailable: !patient }, (lock) => (lock ? work() : null))
  : work());

/* Sends all that is due. `now`: also what waits out a pause, and `only`: this one even if it was refused. Gives the number sent. */
export const sendAll = ({ now = false, only = null } = {}) => once(async () => {
  let sent = 0, who = null;
  const waiting = (await all("outbox")).sort((one, two) => (one.at < two.at ? -1 : 1));
  for (const { id } of waiting) {
    const item = await get("outbox", id); // it may have gone meanwhile
    if (!item || (only && id !== only)) continue;
    if (item.state === "refused" && id !== only) continue;
    if (!now && !only && item.next && item.next > Date.now()) continue;
    let one;
    try {
      if (!item.public) who ??= await session();
      one = await attempt(item, who);
    } catch {
      one = { what: "later" };
    }
    await outcome[one.what](item, one);
    if (one.what === "sent") sent += 1;
    tell(one.what === "sent" ? `sent ${item.id}` : "changed");
    if (one.what === "later" && !now && !only) break; // no line for one is no line for the next
  }
  return sent;
}, now || Boolean(only));

/* The moment at which the next item is due; null where nothing waits for time. */
export const nextDue = async () => {
  const waiting = (await all("outbox")).filter((item) => item.state === "waiting" && item.why === "");
  return waiting.length ? Math.max(Date.now(), Math.min(...waiting.map((item) => item.next || 0))) : null;
};

/* On this page: now, when the line comes back, when somebody looks again, and on a timer with growing pauses. */
export const keepSending = () => {
  let timer;
  const plan = async () => {
    clearTimeout(timer);
    const due = await nextDue().catch(() => null);
    if (due !== null) timer = setTimeout(go, Math.max(1000, due - Date.now()));
  };
  const go = async (how = {}) => {
    await sendAll(how).catch(() => null);
    await plan();
  };
  addEventListener("online", () => go({ now: true }));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") go(); });
  // What a button of this page, another tab or the worker could not send waits for its time here, too.
  hear(plan);
  go();
  return go;
};

/* Where the browser sends by itself after the page was closed. */
export const askForSync = async () => {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register("rafid-forms");
  } catch { /* it sends when a page is open */ }
};
