/* What the pages of an import gain with JavaScript and none needs: a file dropped anywhere on the page, how far a large one is
   sent, the cells of the column that is chosen, the answer "another place" as soon as one is. */
"use strict";
(() => {
  const form = document.querySelector("form[data-upload]");
  if (form) {
    const input = form.querySelector("input[type=file]");
    const zone = form.querySelector(".dropzone");
    const wrong = form.querySelector("[data-upload-error]");
    const box = form.querySelector("[data-upload-progress]");
    const bar = box.querySelector("progress");
    const text = box.querySelector("[data-upload-text]");
    const limit = Number(form.dataset.limit);
    const say = (message) => { wrong.textContent = message; wrong.hidden = !message; };
    const tooLarge = () => [...input.files].some((file) => file.size > limit);

    input.addEventListener("change", () => say(tooLarge() ? form.dataset.tooLarge : ""));
    // A file that misses the zone is not opened by the browser in place of the page.
    for (const name of ["dragover", "drop"]) {
      document.addEventListener(name, (event) => {
        if (zone.contains(event.target) || ![...(event.dataTransfer?.types || [])].includes("Files")) return;
        event.preventDefault();
        zone.classList.toggle("is-over", name === "dragover");
        if (name === "drop") {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
    }

    form.addEventListener("submit", (event) => {
      if (tooLarge()) {
        event.preventDefault();
        return say(form.dataset.tooLarge);
      }
      const file = input.files[0];
      if (!file || file.size < 1e6) return; // sent at once: the browser does it
      event.preventDefault();
      const button = form.querySelector("button.primary");
      const request = new XMLHttpRequest();
      const end = (message) => { box.hidden = true; button.disabled = false; if (message) say(message); };
      request.upload.addEventListener("progress", (sent) => {
        bar.value = sent.lengthComputable ? (100 * sent.loaded) / sent.total : 0;
        text.textContent = `${form.dataset.sending} ${Math.round(bar.value)}%`;
      });
      request.addEventListener("load", () => {
        if (request.status < 400) return location.assign(request.responseURL);
        end();
        const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
        const said = answer?.querySelector(".error-summary p, .problem-box p:not(.problem-code)");
        say(said ? said.textContent : form.dataset.broken);
      });
      request.addEventListener("error", () => end(form.dataset.broken));
      request.addEventListener("abort", () => end(form.dataset.broken));
      button.disabled = true;
      box.hidden = false;
      bar.value = 0;
      say("");
      request.open("POST", location.href);
      request.send(new FormData(form));
    });
  }

  for (const line of document.querySelectorAll("[data-mapping]")) {
    const select = line.querySelector("select");
    const samples = line.querySelector("[data-samples-of]");
    const fixed = line.querySelector("[data-fixed]");
    const reason = line.querySelector("[data-reason]");
    const reading = line.querySelector("[data-reading]");
    const show = () => {
      const chosen = select.value !== "";
      samples.hidden = !chosen;
      samples.firstElementChild.textContent = select.selectedOptions[0].dataset.samples || "";
      fixed.hidden = chosen;
      if (reading) reading.hidden = !chosen;
    };
    select.addEventListener("change", () => {
      show();
      if (reason) reason.remove();
      line.classList.remove("is-doubtful");
      // Each column of the file is used once: whoever had it before gives it up.
      for (const other of document.querySelectorAll("[data-mapping] select:first-of-type")) {
        if (other !== select && select.value !== "" && other.name.startsWith("map-") && other.value === select.value) {
          other.value = "";
          other.dispatchEvent(new Event("change"));
        }
      }
    });
    show();
  }

  for (const question of document.querySelectorAll("[data-question]")) {
    const other = question.querySelector("[data-other]");
    question.querySelector("select").addEventListener("change", (event) => { if (event.target.value) other.checked = true; });
  }
})();
