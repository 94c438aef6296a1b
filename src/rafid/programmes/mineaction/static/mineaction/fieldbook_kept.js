/* The page of a sheet: a field book that the server has need not stay on this device. */
"use strict";
document.addEventListener("rafid:map", ({ target, detail }) => {
  // A field book is small: nearer than the maps of districts go.
  const box = (target.dataset.bounds || "").split(",").map(Number);
  if (box.length === 4) detail.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 12, maxZoom: 16, animate: false });
});
(() => {
  const key = document.querySelector("[data-fieldbook-kept]")?.dataset.fieldbookKept;
  if (!key) return;
  try { localStorage.removeItem(`rafid-fieldbook:${key}`); } catch { /* a closed store holds nothing */ }
  history.replaceState(null, "", location.pathname);
})();
