/* A number beside the slider that goes with it, and buttons that copy. Without this the slider works as a form, and lines are
   selected by hand. */
"use strict";
(() => {
  for (const number of document.querySelectorAll("[data-with]")) {
    const range = document.querySelector(number.dataset.with);
    number.hidden = false;
    range.addEventListener("input", () => { number.value = range.value; });
    number.addEventListener("input", () => {
      if (number.value !== "" && number.checkValidity()) range.value = number.value;
    });
  }
  // Moved before everything was there, or put back by the browser: the statement follows now.
  addEventListener("load", () => {
    for (const range of document.querySelectorAll("#sizes input[type=range]")) {
      if (range.value !== range.defaultValue) range.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  // Keeping is a whole page, not a part of one.
  for (const button of document.querySelectorAll("[data-keep]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const form = button.form;
      form.method = "post";
      HTMLFormElement.prototype.submit.call(form);
    });
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const said = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }
})();
