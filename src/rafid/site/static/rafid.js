/* What every page gains with JavaScript and none needs: menus that close, filters that send themselves, a list of places
   that is searched instead of scrolled, files that are dropped. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Menus of the head: one at a time, closed by a click elsewhere or by Escape.
  const menus = () => all("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A row of tabs that is wider than a telephone: the one where the reader is stands in sight.
  for (const tab of all(".tabs [aria-current], .sections [aria-current]")) {
    const row = tab.parentElement;
    row.scrollLeft += tab.getBoundingClientRect().x - row.getBoundingClientRect().x - (row.clientWidth - tab.clientWidth) / 2;
  }

  // A page to be printed has a button that prints it.
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // A form that was refused: the reader starts at the list of what is wrong.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // The same form is not sent twice by an impatient hand.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // A filter bar sends itself when a choice changes.
  for (const form of all("form.filters[data-auto]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select")) form.requestSubmit();
    });
  }

  // A drop zone is a label around a file field; the field itself takes the files.
  for (const zone of all(".dropzone")) {
    const input = zone.querySelector("input[type=file]");
    const named = zone.querySelector("[data-file-name]");
    if (!input) continue;
    const show = () => {
      if (named && input.files.length) named.textContent = [...input.files].map((file) => file.name).join(", ");
    };
    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
        if (name === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
    }
  }

  // <select data-places="/api/v1/places"> becomes a field that asks the server for places as one types.
  const language = document.documentElement.lang;
  let made = 0;
  for (const select of all("select[data-places]")) {
    const box = document.createElement("div");
    const input = document.createElement("input");
    const list = document.createElement("ul");
    const id = `suggest-${++made}`;
    box.className = "suggest";
    Object.assign(input, { type: "text", id: `${select.id}-text`, autocomplete: "off", placeholder: select.dataset.placeholder || "" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" })) {
      input.setAttribute(name, value);
    }
    Object.assign(list, { id, hidden: true, tabIndex: -1 });
    list.setAttribute("role", "listbox");
    const chosen = () => select.selectedOptions[0];
    const fill = () => { input.value = select.value ? chosen().textContent.trim() : ""; typed = false; };
    // What was typed and not chosen from the list is sent as it was typed: the server finds the place, or says why not.
    let typed = false;
    const forget = () => { for (const one of [...select.options]) if (one.dataset.typed) one.remove(); };
    const send = () => {
      const text = input.value.trim();
      if (!typed) return;
      forget();
      if (!text) {
        if (select.querySelector('option[value=""]')) select.value = "";
        return;
      }
      const option = new Option(text, text);
      option.dataset.typed = "1";
      select.append(option);
      select.value = text;
    };
    fill();
    select.hidden = true;
    select.after(box);
    box.append(input, list);
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (label) label.htmlFor = input.id;

    let options = [], on = -1, asked = 0, timer;
    const close = () => { list.hidden = true; on = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const take = (index) => {
      const item = options[index];
      if (!item) return;
      forget();
      let option = [...select.options].find((one) => one.value === item.value);
      if (!option) select.append(option = new Option(item.label || item.text, item.value));
      if (item.label) option.textContent = item.label;
      select.value = item.value;
      fill();
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = () => {
      list.replaceChildren(...options.map((item, index) => {
        const line = document.createElement("li");
        line.id = `${id}-${index}`;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", String(index === on));
        line.append(item.text);
        if (item.note) {
          const note = document.createElement("small");
          note.className = "muted";
          note.textContent = ` ${item.note}`;
          line.append(note);
        }
        line.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
        return line;
      }));
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      if (on >= 0) {
        input.setAttribute("aria-activedescendant", `${id}-${on}`);
        list.children[on].scrollIntoView({ block: "nearest" });
      }
    };
    const own = (text) => [...select.options].filter((one) => !one.dataset.typed && one.textContent.toLowerCase().includes(text.toLowerCase()))
      .slice(0, 30).map((one) => ({ value: one.value, text: one.textContent.trim() }));
    const ask = async () => {
      const text = input.value.trim(), mine = ++asked;
      on = -1;
      options = own(text);
      if (text.length > 1) {
        try {
          const query = new URLSearchParams({ q: text, limit: "12" });
          for (const name of ["levels", "divisions"]) if (select.dataset[name]) query.set(name, select.dataset[name]);
          const answer = await fetch(`${select.dataset.places}/suggest?${query}`, { headers: { "Accept-Language": language } });
          if (answer.ok) {
            const found = (await answer.json()).items.map((item) => ({
              value: item.ref, text: item.name, label: item.label, note: item.note,
            }));
            if (mine === asked && found.length) options = found;
          }
        } catch { /* the options of the page stay */ }
      }
      if (mine === asked && document.activeElement === input) show();
    };
    // What was listed before the last letter must not be taken for it by a quick Enter.
    input.addEventListener("input", () => {
      clearTimeout(timer);
      on = -1;
      typed = true;
      options = own(input.value.trim());
      show();
      timer = setTimeout(ask, 180);
    });
    input.addEventListener("focus", () => { input.select(); options = own(""); show(); });
    input.addEventListener("blur", () => {
      if (!input.value.trim() && select.value && select.querySelector('option[value=""]')) {
        forget();
        select.value = "";
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      send();
      fill();
      close();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!options.length) return;
        on = (on + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
        show();
      } else if (event.key === "Enter") {
        // Of several that were listed none is meant until one of them is pointed at.
        const only = on >= 0 ? on : !list.hidden && options.length === 1 ? 0 : -1;
        if (only < 0) return send();
        event.preventDefault();
        take(only);
      } else if (event.key === "Escape") {
        fill();
        close();
      }
    });
  }
})();
