/* The reviewer's keyboard: j and k lead to the next and the previous submission, and in a list from row to row; x chooses. */
"use strict";
(() => {
  const rows = [...document.querySelectorAll("table[data-rows] tbody tr")];
  const writing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const link = (row) => row.querySelector("th a");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    const step = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
    if (step) {
      event.preventDefault();
      location.assign(step.href);
      return;
    }
    if (!rows.length || !["j", "k", "x"].includes(event.key)) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    event.preventDefault();
    if (event.key === "x") {
      const box = now >= 0 && rows[now].querySelector("input[type=checkbox]");
      if (box) box.click();
      return;
    }
    const next = rows[event.key === "j" ? Math.min(now + 1, rows.length - 1) : Math.max(now - 1, 0)];
    link(next).focus();
  });

  // One box for all rows of the page; it needs a script, so it is hidden without one.
  const all = document.querySelector("input[data-all]");
  if (all) {
    const boxes = [...document.querySelectorAll("input[name=ids]")];
    all.hidden = false;
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  }
})();

// On a narrow screen a row is a card: each cell follows its heading.
(() => {
  const table = document.querySelector("table.stacked");
  if (!table || !matchMedia("(max-width: 40rem)").matches) return;
  const headings = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, at) => {
      if (cell.tagName !== "TD" || cell.classList.contains("tick")) return;
      if (cell.textContent.trim() === "–") cell.classList.add("idle");
      cell.dataset.label = headings[at];
    });
  }
})();
