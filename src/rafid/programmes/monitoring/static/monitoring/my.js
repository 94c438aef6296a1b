/* "My visits" without a line: the page is kept by a worker of its own, and today's day is found again by the device's clock. */
"use strict";
(() => {
  const two = (number) => String(number).padStart(2, "0");
  const now = new Date(), today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  for (const day of document.querySelectorAll("[data-day]")) {
    day.classList.toggle("is-today", day.dataset.day === today);
    day.classList.toggle("is-past", day.dataset.day < today);
  }
  const note = document.querySelector("[data-offline]");
  const online = () => { if (note) note.hidden = navigator.onLine; };
  addEventListener("online", online);
  addEventListener("offline", online);
  online();

  if (!("serviceWorker" in navigator)) return;
  const active = (made) => new Promise((resolve) => {
    const fresh = made.active ?? made.installing ?? made.waiting;
    const look = () => { if (fresh.state === "activated") resolve(fresh); };
    fresh.addEventListener("statechange", look);
    look();
  });
  navigator.serviceWorker.register("/monitoring/my/worker.js", { scope: "/monitoring/my/", updateViaCache: "none" })
    .then(active)
    .then((worker) => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      // What this very page is made of; it was loaded before there was a worker.
      const files = performance.getEntriesByType("resource").map((one) => one.name)
        .filter((url) => new URL(url).origin === location.origin && /\/(static|forms\/fill\/app)\//.test(new URL(url).pathname));
      worker.postMessage({ page: location.pathname, files }, [port2]);
    }))
    .then((kept) => { document.documentElement.dataset.week = kept ? "kept" : "lost"; })
    .catch(() => { document.documentElement.dataset.week = "none"; });
})();
