/* On pages outside of these: every form that the page names (`data-keep-form`, the address of its page) is kept on the device
   with its page, so that it opens without a line. The element says `data-kept` yes or no when it is known. */

import { fetchForm, keptForm } from "./keep.js";
import { all, hear } from "./store.js";
import { keep } from "./register.js";

const active = async () => {
  const at = { scope: "/forms/fill/", updateViaCache: "none" };
  const made = await navigator.serviceWorker.register("/forms/fill/worker.js", { ...at, type: "module" })
    .catch(() => navigator.serviceWorker.register("/forms/fill/worker.js?plain", at));
  if (made.active) return made.active;
  const fresh = made.installing ?? made.waiting;
  return new Promise((resolve) => {
    const look = () => { if (fresh.state === "activated") resolve(fresh); else if (fresh.state === "redundant") resolve(null); };
    fresh.addEventListener("statechange", look);
    look();
  });
};

const bases = [...new Set([...document.querySelectorAll("[data-keep-form]")].map((one) => one.dataset.keepForm))];
const say = (base, kept) => {
  for (const one of document.querySelectorAll("[data-keep-form]")) if (one.dataset.keepForm === base) one.dataset.kept = kept ? "yes" : "no";
};

/* What this device holds of answers that an address brought along (`data-given`): begun, or waiting for a line. */
const tellState = async () => {
  const [drafts, outbox] = await Promise.all([all("drafts"), all("outbox")]).catch(() => [[], []]);
  for (const one of document.querySelectorAll("[data-given]")) {
    const same = ({ given }) => given && Object.values(JSON.parse(given)).includes(one.dataset.given);
    one.dataset.held = outbox.some(same) ? "waiting" : drafts.some(same) ? "begun" : "";
  }
};

const run = async () => {
  await tellState();
  hear(tellState);
  const worker = "serviceWorker" in navigator ? await active().catch(() => null) : null;
  for (const base of bases) {
    let kept = false;
    try {
      await fetchForm(base);
      kept = await keep(worker, new URL(base, location.origin).href);
    } catch {
      // No line: what was kept before still opens.
      kept = Boolean(worker && (await keptForm(base, false)));
    }
    say(base, kept);
  }
  document.documentElement.dataset.keeping = "done";
};

run();
