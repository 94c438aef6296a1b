/* The worker that keeps these pages where there is no line. A browser without one still fills and keeps; it needs a line to open. */

/* Settled when the worker has done it; false where the page could not be kept. */
export const keep = (worker, url) => new Promise((resolve) => {
  if (!worker) { resolve(false); return; }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => { port1.close(); resolve(data); };
  worker.postMessage({ keep: url }, [port2]);
});

export const register = async () => {
  if (!("serviceWorker" in navigator)) return;
  const at = { scope: "/forms/fill/", updateViaCache: "none" };
  try {
    await navigator.serviceWorker.register("/forms/fill/worker.js", { ...at, type: "module" })
      .catch(() => navigator.serviceWorker.register("/forms/fill/worker.js?plain", at));
    const { active } = await navigator.serviceWorker.ready;
    // The device's own page is where people look for what waits; it is always there with the form's.
    await Promise.all([new URL("/forms/fill/", location.origin).href, location.href].map((url) => keep(active, url)));
    document.documentElement.dataset.worker = "ready";
  } catch { /* no worker here */ }
};
