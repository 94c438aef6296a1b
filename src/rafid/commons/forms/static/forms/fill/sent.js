/* What was sent from this browser, or by its person from elsewhere: kept in `facts` without the answers, so that the list is
   there without a line, as it was last known. */

import { change, every } from "./store.js";

const KEY = "sent:", MOST = 200;

/* The record of one that the server has just received. A trial and a public form keep no name: others use this device. */
export const sentRecord = (item) => ({
  id: `${KEY}${item.id}`, instance: item.id, current: item.id, base: item.base, titles: item.titles, draft: item.draft,
  public: item.public, account: item.account, name: item.public || item.draft ? "" : item.name ?? "", at: new Date().toISOString(),
  state: "received", reason: "", correctable: false, page: "", corrects: item.corrects ?? "",
});

/* Out of the outbox and into the list at once; a correction takes the place of what it corrects. */
export const recordSent = async (item) => {
  const known = await sentHere();
  await change(["outbox", "facts"], (stores) => {
    stores.outbox.delete(item.id);
    const before = item.corrects ? known.find((one) => one.current === item.corrects) : null;
    const now = sentRecord(item);
    if (before) stores.facts.put({ ...before, name: now.name || before.name, current: item.id, at: now.at, state: "edited", reason: "", correctable: false });
    else stores.facts.put(now);
    for (const old of known.slice(MOST - 1)) if (old !== before) stores.facts.delete(old.id);
  });
};

/* The newest first. */
export const sentHere = async () => (await every("facts", KEY)).sort((one, two) => (one.at < two.at ? 1 : -1));

/* What this person may see of it: a public form's by whoever holds the device, another account's never. */
export const sentSeen = (one, account) => one.public || (Boolean(account) && one.account === account);

/* Asks the server what became of it, and keeps the answer. Gives the account that it told of; raises where there is no line. */
export const askWhatBecame = async () => {
  const answer = await fetch("/forms/fill/sent.json", { cache: "no-store", headers: { Accept: "application/json" } });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) throw new TypeError(`status ${answer.status}`);
  const { account, items } = await answer.json();
  if (!account) return;
  const known = await sentHere();
  await change(["facts"], (stores) => {
    for (const item of items) {
      const same = known.filter((one) => !one.public && !one.draft && (one.instance === item.id || one.current === item.id || one.current === item.current));
      for (const one of same) stores.facts.delete(one.id);
      stores.facts.put({
        id: `${KEY}${item.id}`, instance: item.id, current: item.current, base: item.base, titles: item.titles, draft: false, public: false, account,
        name: item.name, at: item.at, state: item.state, reason: item.reason, correctable: item.correctable, page: item.page, corrects: "", askedAt: new Date().toISOString(),
      });
    }
  });
};

/* The answers and files of one that was sent back, to be corrected. */
export const sentAnswers = async (base, instance) => {
  const answer = await fetch(`${base}sent.json?id=${encodeURIComponent(instance)}`, { cache: "no-store", headers: { Accept: "application/json" } });
  if (answer.status === 404) return null;
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) throw new TypeError(`status ${answer.status}`);
  const told = await answer.json();
  const files = await Promise.all(told.files.map(async ({ name, url }) => {
    const body = await fetch(url, { cache: "no-store" });
    if (!body.ok) throw new TypeError(`${name}: ${body.status}`);
    return { name, blob: await body.blob() };
  }));
  return { id: told.id, xml: told.xml, files };
};
