/* The SHA-256 of a chosen file, worked out on the reader's own device; only the hash goes into the address. */
"use strict";
for (const input of document.querySelectorAll("[data-verify]")) {
  const status = document.querySelector("[data-verify-status]");
  const read = async (file) => {
    status.textContent = input.dataset.slow;
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
      location.assign(input.dataset.verify + hash);
    } catch {
      status.textContent = input.dataset.failed;
    }
  };
  input.addEventListener("change", () => input.files.length && read(input.files[0]));
  const zone = input.closest(".dropzone");
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("is-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]);
  });
}
