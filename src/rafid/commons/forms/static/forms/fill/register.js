/* The worker that keeps these pages where there is no line. A browser without one still fills and keeps; it needs a line to open. */

export const register = async () => {
  if (!("serviceWorker" in navigator)) return;
  const at = { scope: "/forms/fill/", updateViaCache: "none" };
  try {
    await navigator.serviceWorker.register("/forms/fill/worker.js", { ...at, type: "module" })
      .catch(() => navigator.serviceWorker.register("/forms/fill/worker.js?plain", at));
    const { active } = await navigator.serviceWorker.ready;
    // The device's own page is where people look for what waits; it is always there with the form's.
    for (const url of [new URL("/forms/fill/", location.origin).href, location.href]) active?.postMessage({ keep: url });
    document.documentElement.dataset.worker = "ready";
  } catch { /* no worker here */ }
};
