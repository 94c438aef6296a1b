/* Search on the disk: the words are folded as the index is, so that spellings and script marks do not count. */
"use strict";
(() => {
  const fold = (text) => Array.from(text.normalize("NFKC").toLowerCase(), (sign) => RAFID_FOLD[sign] ?? sign).join("").normalize("NFKD")
    .replace(/\p{M}/gu, "").normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const field = document.getElementById("q");
  const items = Array.from(document.querySelectorAll("[data-code]"));
  const texts = new Map(RAFID_INDEX.map((one) => [one.code, one.text]));
  field.addEventListener("input", () => {
    const words = fold(field.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = texts.get(item.dataset.code) || "";
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    document.getElementById("none").hidden = shown > 0;
  });
})();
