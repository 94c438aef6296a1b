/* On every page: how many forms of this device were not yet received, and a word before one signs out while some wait. */
"use strict";
(() => {
  const badge = document.querySelector("[data-unsent]");
  if (!badge || !("indexedDB" in globalThis)) return;

  // A browser that never filled a form has no store, and this does not make one.
  const count = () => new Promise((resolve) => {
    const request = indexedDB.open("rafid-forms");
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = (event) => { event.preventDefault(); resolve(0); };
    request.onsuccess = () => {
      const base = request.result;
      const done = (number) => { base.close(); resolve(number); };
      if (!base.objectStoreNames.contains("outbox")) return done(0);
      const asked = base.transaction("outbox").objectStore("outbox").count();
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => done(0);
    };
  });

  let unsent = 0;
  const show = async () => {
    unsent = await count().catch(() => 0);
    badge.hidden = !unsent;
    badge.querySelector("[data-count]").textContent = unsent;
    badge.querySelector("[data-words]").textContent = badge.dataset.text.replace("COUNT", unsent);
  };
  show();
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("rafid-forms").addEventListener("message", show);
  addEventListener("rafid:forms", show);

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-sign-out], form[action='/accounts/logout/']")) return;
    if (unsent && !confirm(badge.dataset.warning.replace("COUNT", unsent))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // The next person at this device sees none of the pages that were kept for this one.
    if ("caches" in globalThis) caches.delete("rafid-forms-pages");
  }, true);
})();
