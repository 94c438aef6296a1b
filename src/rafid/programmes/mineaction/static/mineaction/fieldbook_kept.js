/* A field book that the server has need not stay on this device. */
"use strict";
(() => {
  const key = document.querySelector("[data-fieldbook-kept]")?.dataset.fieldbookKept;
  if (!key) return;
  try { localStorage.removeItem(`rafid-fieldbook:${key}`); } catch { /* a closed store holds nothing */ }
  history.replaceState(null, "", location.pathname);
})();
