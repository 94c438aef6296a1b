// The slider of what was known: each stop is a moment at which a value became another one.
(() => {
  const slider = document.querySelector("[data-known-slider]");
  const field = document.querySelector("[name=known_at]");
  if (!slider || !field) return;
  const stops = slider.dataset.knownSlider.split(" ");
  const said = document.querySelector("[data-known-said]");
  slider.closest("[hidden]").hidden = false;
  const say = () => { said.textContent = field.value ? field.value.replace("T", " ") : said.dataset.now; };
  slider.addEventListener("input", () => {
    const stop = stops[Number(slider.value)];
    field.value = !stop || stop === "now" ? "" : stop;
    say();
  });
  say();
})();
