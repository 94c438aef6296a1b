/* What the composer gains with JavaScript and does not need: blocks that are dragged. */
"use strict";
(() => {
  let held = null;
  const ready = () => {
    for (const grip of document.querySelectorAll("[data-grip]")) {
      grip.hidden = false;
      const block = grip.closest("li");
      grip.addEventListener("pointerdown", (event) => {
        held = block;
        block.classList.add("is-held");
        grip.setPointerCapture(event.pointerId);
      });
      grip.addEventListener("pointermove", (event) => {
        if (held !== block) return;
        const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-sortable] > li");
        if (!under || under === block) return;
        const box = under.getBoundingClientRect();
        if (event.clientY < box.top + box.height / 2) under.before(block);
        else under.after(block);
      });
      const drop = () => {
        if (held) held.classList.remove("is-held");
        held = null;
      };
      grip.addEventListener("pointerup", drop);
      grip.addEventListener("pointercancel", drop);
    }
  };
  addEventListener("DOMContentLoaded", ready);
  document.addEventListener("htmx:afterSettle", ready);
})();
