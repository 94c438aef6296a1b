/* The daily sheet without a line: it is kept on the phone, asked back as the server would, and sent once when the line returns.
   What waits lies in this browser's own store under its number; the server knows a number that came before. */
"use strict";
(() => {
  const form = document.querySelector("[data-sheet]");
  if (!form) return;
  const words = JSON.parse(document.getElementById("sheet-words").textContent);
  const list = document.querySelector("[data-sheets]"), note = document.querySelector("[data-offline]");
  const KEY = `rafid-rivers-sheets-${form.dataset.account}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; } };
  const write = (sheets) => localStorage.setItem(KEY, JSON.stringify(sheets.slice(-60)));
  const change = (id, more) => write(read().map((one) => (one.id === id ? { ...one, ...more } : one)));

  const DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹";
  /* As values/numbers.py: one comma before just three digits can be read in two ways, and is asked back. */
  const plain = (text) => [...text.replace(/[\u200e\u200f\u061c]/g, "").trim()]
    .map((sign) => (DIGITS.includes(sign) ? DIGITS.indexOf(sign) % 10 : sign)).join("").replace("−", "-").replaceAll("،", ",");
  const twoWays = (text) => {
    const found = /^([+-]?[1-9]\d{0,2}),(\d{3})$/.exec(plain(text));
    return found && { text, thousands: found[1] + found[2], decimal: `${found[1]}.${found[2]}` };
  };
  const number = (text) => {
    let written = plain(text);
    if (/^[+-]?\d{1,3}(٬\d{3})+([٫.,]\d*)?$/.test(written)) written = written.replaceAll("٬", "");
    written = written.replace("٫", ".").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(written) ? Number(written) : NaN;
  };
  const given = (row, name) => (row.dataset[name] ? Number(row.dataset[name]) : null);
  const fill = (text, facts) => text.replace(/%\((\w+)\)s/g, (_all, name) => facts[name] ?? "");

  /* The same questions, in the same order, as sheet/asking.py. */
  const asked = (row, value, time) => {
    const last = given(row, "last"), unit = row.dataset.unit, low = given(row, "low"), high = given(row, "high");
    if (last !== null && Math.abs(last) > 0.05 && value * last > 0) {
      const ratio = Math.abs(value / last);
      if (unit === "m" && ratio >= 40) return "centimetres";
      const level = unit === "m" && Math.abs(last) >= 20;
      if (!level && !row.dataset.variable.startsWith("precip") && (ratio >= 7 || ratio <= 1 / 7)) return "ten_times";
    }
    if ((low !== null && value < low) || (high !== null && value > high)) return "outside";
    const since = row.dataset.lastTime ? (time - Date.parse(row.dataset.lastTime)) / 3_600_000 : 0;
    if (last !== null && since > 0) {
      const rise = given(row, "rise"), fall = given(row, "fall");
      if (rise !== null && value - last > rise * since) return "fast_rise";
      if (fall !== null && last - value > fall * since) return "fast_fall";
    }
    return "";
  };

  const say = (row, text, confirm) => {
    const place = row.querySelector("[data-said]");
    place.textContent = text;
    place.hidden = !text;
    row.querySelector("[data-right]").hidden = !confirm;
  };

  /* Who reads many gauges finds one by its name; what is typed already stays in sight. */
  const find = form.querySelector("[data-find]");
  if (find) {
    const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u0652]/g, "");
    find.closest(".field").hidden = false;
    find.addEventListener("input", () => {
      const asked = plain(find.value.trim());
      for (const row of form.querySelectorAll("[data-series]")) {
        row.hidden = !plain(row.dataset.name).includes(asked) && !row.querySelector("input[data-value]").value;
      }
    });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) =>
    (Number(sign) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(sign) / 4)))).toString(16));

  const show = () => {
    const sheets = read();
    list.replaceChildren(...sheets.slice().reverse().map((one) => {
      const item = document.createElement("li"), state = document.createElement("span");
      state.className = `badge ${{ sent: "good", refused: "bad" }[one.state] ?? "warn"}`;
      state.textContent = words[one.state === "refused" && one.some && words.partly ? "partly" : one.state];
      item.append(state, ` ${one.on} · ${one.rows.length}`);
      for (const text of one.said ?? []) {
        const line = document.createElement("p");
        line.className = "small";
        line.textContent = text;
        item.append(line);
      }
      item.dataset.sheetId = one.id;
      item.dataset.state = one.state;
      return item;
    }));
    list.closest("[data-sheets-box]").hidden = !sheets.length;
    document.documentElement.dataset.waiting = sheets.filter((one) => one.state === "waiting").length;
  };

  const names = new Map([...form.querySelectorAll("[data-series]")].map((row) => [row.dataset.series, row.dataset.name]));
  const attempt = async (sheet) => {
    const who = await (await fetch("/forms/fill/session", { cache: "no-store", headers: { Accept: "application/json" } })).json();
    if (!who.account) return { said: [words.signed_out] };
    const answer = await fetch(form.dataset.send, {
      method: "POST", redirect: "manual", body: JSON.stringify(sheet),
      headers: { "Content-Type": "application/json", "X-CSRFToken": who.csrf },
    });
    const told = await answer.json().catch(() => null);
    if (answer.status === 201) {
      const said = told.rows.map((row, at) => (row.state === "recorded" ? "" : `${names.get(sheet.rows[at].series) ?? ""}: ${row.reason}`));
      return { state: said.some(Boolean) ? "refused" : "sent", said: said.filter(Boolean), some: !said.every(Boolean) };
    }
    if (answer.status === 401 || answer.type === "opaqueredirect") return { said: [words.signed_out] };
    return told?.message && answer.status < 500 && answer.status !== 429 ? { state: "refused", said: [told.message] } : {};
  };

  /* One at a time; who asks meanwhile is heard afterwards, and what failed is tried again with growing pauses. */
  const FIRST_PAUSE = 5_000, LONGEST_PAUSE = 120_000;
  let sending = false, again = false, pause = FIRST_PAUSE, timer;
  const sendAll = async () => {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    clearTimeout(timer);
    try {
      for (const sheet of read().filter((one) => one.state === "waiting")) change(sheet.id, await attempt(sheet));
    } catch { /* no line: it waits */ } finally {
      sending = false;
      show();
    }
    const waiting = read().some((one) => one.state === "waiting");
    if (waiting) timer = setTimeout(sendAll, again ? 1_000 : pause);
    pause = waiting ? Math.min(LONGEST_PAUSE, 2 * pause) : FIRST_PAUSE;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const on = form.elements.on.value, hour = form.elements.hour.value || "06:00";
    const time = Date.parse(`${on}T${hour}:00+03:00`), rows = [];
    let open = false;
    for (const row of form.querySelectorAll("[data-series]")) {
      const input = row.querySelector("input[data-value]"), typed = input.value.trim();
      say(row, "", false);
      if (!typed) continue;
      const value = number(typed), right = row.querySelector("[data-right] input");
      const two = twoWays(typed), wrong = two ? fill(words.two_ways, two) : Number.isNaN(value) ? words.number : "";
      const question = wrong || right.checked ? "" : asked(row, value, time);
      if (wrong || question) {
        const shown = question === "centimetres" ? value / 100 : value;
        say(row, wrong || fill(words[question], { last: row.dataset.last, value: String(shown), unit: row.dataset.unitSaid || row.dataset.unit }), !wrong);
        if (!open) input.focus();
        open = true;
        continue;
      }
      rows.push({ series: row.dataset.series, time: `${on}T${hour}:00+03:00`, typed, confirmed: right.checked });
    }
    const error = form.querySelector("[data-sheet-error]");
    error.hidden = open || rows.length > 0;
    error.textContent = words.empty;
    if (open || !rows.length) return;
    write([...read(), { id: uuid(), on, rows, reason: form.elements.reason.value.trim(), taken_at: new Date().toISOString(), state: "waiting" }]);
    for (const row of form.querySelectorAll("[data-series]")) {
      row.querySelector("input[data-value]").value = "";
      row.querySelector("[data-right] input").checked = false;
      say(row, "", false);
    }
    form.elements.reason.value = "";
    show();
    sendAll();
  });

  const online = () => { if (note) note.hidden = navigator.onLine; };
  addEventListener("online", () => { online(); sendAll(); });
  addEventListener("offline", online);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") sendAll(); });
  online();
  // A page that was kept yesterday is opened for today.
  const now = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10);
  if (form.elements.on.value < now) form.elements.on.value = now;
  show();
  sendAll();

  if (!("serviceWorker" in navigator)) return;
  const active = (made) => new Promise((resolve) => {
    const fresh = made.active ?? made.installing ?? made.waiting;
    const look = () => { if (fresh.state === "activated") resolve(fresh); };
    fresh.addEventListener("statechange", look);
    look();
  });
  navigator.serviceWorker.register("/rivers/enter/worker.js", { scope: "/rivers/enter/", updateViaCache: "none" })
    .then(active)
    .then((worker) => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      const files = performance.getEntriesByType("resource").map((one) => one.name)
        .filter((url) => new URL(url).origin === location.origin && /\/(static|forms\/fill\/app)\//.test(new URL(url).pathname));
      worker.postMessage({ page: location.pathname, files }, [port2]);
    }))
    .then((kept) => { document.documentElement.dataset.sheet = kept ? "kept" : "lost"; })
    .catch(() => { document.documentElement.dataset.sheet = "none"; });
})();
