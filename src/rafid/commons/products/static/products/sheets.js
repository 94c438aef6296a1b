// Inserts a live figure where the person writes. Without it the field is typed as the page shows it.
const box = document.querySelector("[data-insert]");
if (box) {
  const made = box.querySelector("[data-made]");
  const button = box.querySelector("[data-do]");
  const parts = Object.fromEntries([...box.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
  let last = null;

  const say = () => {
    const words = [parts.code.value, parts.place.value, parts.period.value, parts.how.value].filter(Boolean);
    made.textContent = `{${words.join(" ")}}`;
  };
  for (const one of Object.values(parts)) one.addEventListener("change", say);
  say();

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-live]")) {
      last = event.target;
      button.hidden = false;
    }
  });
  button.addEventListener("click", () => {
    if (!last) return;
    const [start, end] = [last.selectionStart, last.selectionEnd];
    last.setRangeText(made.textContent, start, end, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
}

// Leaving with what is not saved is asked about.
const form = document.querySelector("[data-sheet]");
if (form) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}
