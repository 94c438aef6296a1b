/* The entry page of a field book: keeps what is typed on this device, asks the server to draw it, tries readings and takes them
   back. Nothing is applied by itself. */
"use strict";
(() => {
  const form = document.querySelector("[data-fieldbook]");
  if (!form) return;
  const { draw, table: makeTable } = globalThis.rafidFieldbook;
  const texts = JSON.parse(form.dataset.texts), fields = form.elements;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
  const made = (tag, properties = {}, ...inside) => { const element = Object.assign(document.createElement(tag), properties); element.append(...inside); return element; };
  const KEPT = `rafid-fieldbook:${form.dataset.key}`;
  const SAVED = ["place", "authority", "operator", "on", "observer", "crs", "north", "declination", "statement", "instrument", "bearing_unit", "distance_unit", "taped", "notation", "gps"];
  const TICKED = ["closes", "adjusted"], HIDDEN = ["swapped", "back"];
  const arrow = document.documentElement.dir === "rtl" ? "←" : "→";
  let last = null, tried = null, answers = null, applied = [];
  try { applied = JSON.parse(fields.applied.value || "[]"); } catch { applied = []; }
  const isTrue = (value) => /^(true|on|1)$/i.test(value);

  const state = () => {
    const head = Object.fromEntries(SAVED.map((name) => [name, fields[name]?.value || ""]));
    for (const name of TICKED) head[name] = fields[name].checked;
    for (const name of HIDDEN) head[name] = isTrue(fields[name].value);
    return head;
  };
  const book = () => ({ ...state(), rows: table.rows() });

  // ---- kept on this device until the server has it
  const store = () => {
    try {
      if (!fields.rows.value && !fields.observer.value && !fields.instrument.value) { localStorage.removeItem(KEPT); return; }
      localStorage.setItem(KEPT, JSON.stringify({ head: state(), rows: fields.rows.value, applied, at: Date.now() }));
    } catch { /* a full or closed store is no reason to stop typing */ }
  };
  const restore = () => {
    if ("posted" in form.dataset) return;
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(KEPT)); } catch { kept = null; }
    if (!kept || kept.rows === fields.rows.value) return;
    for (const name of SAVED) {
      const field = fields[name];
      if (!field || !(name in kept.head)) continue;
      if (field.tagName === "SELECT" && kept.head[name] && ![...field.options].some((one) => one.value === kept.head[name])) field.append(new Option(kept.head[name], kept.head[name]));
      field.value = kept.head[name];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const name of TICKED) fields[name].checked = Boolean(kept.head[name]);
    for (const name of HIDDEN) fields[name].value = kept.head[name] ? "True" : "";
    applied = kept.applied || [];
    fields.applied.value = JSON.stringify(applied);
    fields.rows.value = kept.rows;
    const note = part("restored"), forget = made("button", { type: "button", className: "button small", textContent: texts.forget });
    forget.addEventListener("click", () => { localStorage.removeItem(KEPT); location.reload(); });
    note.replaceChildren(fill(texts.restored, { when: new Date(kept.at).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "ar-IQ-u-nu-latn") }), " ", forget);
    note.hidden = false;
  };

  // ---- drawn by the server while one types
  const ask = async (address, body, signal) => {
    const answer = await fetch(address, {
      method: "POST", signal, body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": fields.csrfmiddlewaretoken.value, "Accept-Language": document.documentElement.lang },
    });
    if (!answer.ok) throw Object.assign(new Error(answer.status), { said: (await answer.json().catch(() => ({}))).detail });
    return answer.json();
  };
  const say = (text, mood = "") => { const box = part("state"); box.textContent = text; box.dataset.mood = mood; };
  const paint = () => {
    const shapes = [], points = [];
    if (last) {
      const other = last.observed.length ? (fields.adjusted.checked ? last.observed : last.adjusted) : [];
      if (other.length) shapes.push({ css: "other", ring: other });
      if (last.ring.length) shapes.push({ css: "ring", ring: last.ring });
      points.push(...last.points);
      for (const one of last.problems) if (one.where) points.push({ label: "", lon: one.where[0], lat: one.where[1], bad: true });
    }
    if (tried) shapes.push({ css: "tried", ring: tried.ring });
    const apart = tried && last?.ring.length && Math.hypot(tried.ring[0][0] - last.ring[0][0], tried.ring[0][1] - last.ring[0][1]) > 0.2;
    draw(part("sketch"), shapes, points, texts.sketch, apart ? [shapes.at(-1)] : shapes, apart ? [] : points);
    part("legend").hidden = !shapes.length;
  };
  const tell = () => {
    part("problems").replaceChildren();
    if (last.problems.length) {
      const list = made("ul", { className: "book-problems" });
      for (const one of last.problems) {
        const item = made("li");
        if (one.row === null) item.textContent = one.message;
        else {
          const button = made("button", { type: "button", className: "link", textContent: one.message });
          button.addEventListener("click", () => table.focus(one.row, one.field));
          item.append(button);
        }
        list.append(item);
      }
      part("problems").append(list);
    }
    if (last.warnings.length) part("problems").append(made("ul", { className: "book-warnings" }, ...last.warnings.map((text) => made("li", { textContent: text }))));
    if (last.warnings.length || last.problems.some((one) => one.field === "crs")) {
      const lead = made("button", { type: "button", className: "button small", textContent: part("try").textContent });
      lead.addEventListener("click", () => { part("try").scrollIntoView({ block: "center" }); part("try").click(); });
      part("problems").append(made("p", {}, lead));
    }
    part("figures").replaceChildren(...last.figures.map((one) => made("div", {}, made("dt", { textContent: one.name }), made("dd", {}, made("bdi", { textContent: one.text })))));
    for (const row of part("figures").children) row.dataset.figure = last.figures[[...part("figures").children].indexOf(row)].code;
    part("adjust").hidden = !last.can_adjust && !fields.adjusted.checked;
    part("statement").hidden = fields.north.value !== "unknown" && !fields.statement.value;
    table.mark(last.problems);
  };
  let timer = 0, running = null;
  const redraw = async () => {
    running?.abort();
    running = new AbortController();
    const own = running, now = book();
    if (!now.rows.length) { last = null; say(texts.begin); paint(); part("problems").replaceChildren(); part("figures").replaceChildren(); return; }
    say(texts.drawing);
    try {
      const found = await ask(form.dataset.draw, { ...now, gps: "" }, own.signal);
      if (own !== running) return;
      last = found;
      tell();
      paint();
      const odd = last.warnings.length > 0;
      say(last.is_ready ? (odd ? texts.look : texts.ready) : texts.wrong, last.is_ready ? (odd ? "warn" : "good") : "bad");
      form.dataset.drawn = String(Number(form.dataset.drawn || 0) + 1);
    } catch (error) {
      if (error.name !== "AbortError") say(error.said || texts.offline, "bad");
    }
  };
  const soon = () => { store(); clearTimeout(timer); timer = setTimeout(redraw, 350); };
  globalThis.addEventListener("online", soon);

  // ---- readings: shown, taken back, applied by a person
  const set = (name, value) => {
    if (HIDDEN.includes(name)) fields[name].value = value ? "True" : "";
    else fields[name].value = value;
  };
  const now = (name) => (HIDDEN.includes(name) ? isTrue(fields[name].value) : fields[name].value);
  const takeBack = () => { tried = null; paint(); for (const button of form.querySelectorAll("[data-shown]")) { button.removeAttribute("data-shown"); button.textContent = texts.show; } };
  const showTried = async (button, change, ring) => {
    const again = button.hasAttribute("data-shown");
    takeBack();
    if (again) return;
    try {
      const found = ring || (await ask(form.dataset.draw, { ...book(), gps: "", ...change })).ring;
      tried = { ring: found };
      button.setAttribute("data-shown", "");
      button.textContent = texts.back;
      paint();
    } catch (error) { say(error.said || texts.offline, "bad"); }
  };
  const apply = (change, why) => {
    takeBack();
    for (const [name, value] of Object.entries(change)) {
      applied.push({ field: name, before: now(name), after: value, why });
      set(name, value);
    }
    fields.applied.value = JSON.stringify(applied);
    answers = null;
    part("answers").replaceChildren();
    showApplied();
    soon();
  };
  const undo = () => {
    const one = applied.pop();
    set(one.field, one.before);
    fields.applied.value = JSON.stringify(applied);
    showApplied();
    soon();
  };
  const named = (name, value) => {
    if (value === true || value === false) return value ? "✓" : "–";
    const option = [...(fields[name]?.options || [])].find((one) => one.value === value);
    return option ? option.textContent.split(" (")[0] : value || "–";
  };
  const showApplied = () => {
    const box = part("applied");
    box.replaceChildren();
    if (!applied.length) return;
    const list = made("ul", { className: "book-applied" });
    applied.forEach((one, index) => {
      const item = made("li", {}, made("strong", { textContent: texts.fields[one.field] }), ": ", made("bdi", { textContent: named(one.field, one.before) }), ` ${arrow} `, made("bdi", { textContent: named(one.field, one.after) }), one.why ? ` · ${one.why} ` : " ");
      if (index === applied.length - 1) {
        const button = made("button", { type: "button", className: "button small", textContent: texts.undo });
        button.dataset.undo = "";
        button.addEventListener("click", undo);
        item.append(button);
      }
      list.append(item);
    });
    box.append(list);
  };
  const line = (name, why, change, ring) => {
    const cell = made("td", { className: "nowrap" }), isNow = !Object.keys(change).length;
    if (isNow) cell.append(made("span", { className: "badge", textContent: texts.now }));
    const show = made("button", { type: "button", className: "button small", textContent: texts.show });
    show.dataset.show = JSON.stringify(change);
    show.addEventListener("click", () => showTried(show, change, ring));
    if (!isNow || ring) cell.append(" ", show);
    if (!isNow) {
      const take = made("button", { type: "button", className: "button small", textContent: texts.apply });
      take.dataset.apply = JSON.stringify(change);
      take.addEventListener("click", () => apply(change, why));
      cell.append(" ", take);
    }
    return made("tr", {}, made("th", { scope: "row", textContent: name }), made("td", { className: "text", textContent: why }), cell);
  };
  const group = (title, lines) => {
    const box = made("div", { className: "table-box" }, made("table", { className: "table" }, made("caption", { textContent: title }), made("tbody", {}, ...lines)));
    box.tabIndex = 0;
    return box;
  };
  const showAnswers = () => {
    const box = part("answers"), inside = answers.notes.map((text) => made("p", { className: "note", textContent: text }));
    for (const basis of ["place", "gps", "legs"]) {
      const lines = answers.items.filter((one) => one.basis === basis).map((one) => line(one.name, one.why, one.change));
      if (lines.length) inside.push(group(texts.basis[basis], lines));
    }
    const norths = answers.norths.map((one) => line(one.name, one.why || fill(texts.away, { metres: one.away === null ? "–" : one.away.toFixed(1) }), one.north === fields.north.value ? {} : { north: one.north }, one.ring));
    if (norths.length) inside.push(group(texts.basis.north, norths));
    if (!inside.length) inside.push(made("p", { textContent: texts.none }));
    box.replaceChildren(...inside);
  };
  part("try").addEventListener("click", async () => {
    takeBack();
    try { answers = await ask(form.dataset.tried, book()); showAnswers(); }
    catch (error) { part("answers").replaceChildren(made("p", { className: "note bad", textContent: error.said || texts.offline })); }
  });

  // ---- the page of the book, beside
  fields.scan.addEventListener("change", () => {
    const [file] = fields.scan.files, box = part("scan"), picture = box.querySelector("img");
    box.hidden = !file?.type.startsWith("image/");
    if (!box.hidden) picture.src = URL.createObjectURL(file);
  });

  restore();
  part("plain").open = false;
  part("table").hidden = false;
  const table = makeTable(part("table"), fields.rows, texts, soon);
  form.addEventListener("input", (event) => { if (!event.target.dataset.column && event.target.name !== "rows") soon(); });
  form.addEventListener("change", (event) => { if (!event.target.dataset.column && event.target.name !== "rows") { paint(); soon(); } });
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.target.dataset.column) event.preventDefault(); });
  part("adjust").hidden = !fields.adjusted.checked;
  showApplied();
  redraw();
  form.dataset.begun = "";
})();
