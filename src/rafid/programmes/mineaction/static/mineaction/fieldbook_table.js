/* The points of a field book as a table for the keyboard: Enter goes down, arrows along a column, a paste from a sheet fills
   from the cell where one stands. The text field below stays the truth that is sent. */
"use strict";
(() => {
  const PAGE = 100, MOST = 5000;
  const GIVEN = ["label", "bearing", "distance", "x", "y"];

  globalThis.rafidFieldbook.table = (box, source, texts, changed) => {
    const columns = texts.columns, marks = texts.marks.map(([code]) => code);
    const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
    const isEmpty = (row) => !GIVEN.some((name) => row[name]);
    // The order of a page: landmark, benchmark, starting point, turning points.
    const blank = (rows) => ({ mark: rows.some((row) => row.mark === "SP") ? "TP" : rows.at(-1)?.mark === "LM" ? "BM" : "SP" });
    let rows = [], first = 0, wrong = new Map(), began = null;

    const tidy = (name, text) => {
      const value = text.replace(/\s+/g, " ").trim();
      if (name === "mark") return marks.find((code) => code === value.toUpperCase()) || (value ? "TP" : "");
      if (name === "fixed_by") return (texts.fixed.find(([code]) => code.toLowerCase() === value.toLowerCase()) || [""])[0];
      return value;
    };
    const parse = (text) => {
      let lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim()).map((line) => line.split("\t"));
      if (lines.length > 1 && !lines[0].slice(3).some((cell) => /\d/.test(cell))) lines = lines.slice(1);
      return lines.slice(0, MOST).map((cells) => {
        const row = Object.fromEntries(columns.map((name, at) => [name, tidy(name, cells[at] || "")]));
        row.mark ||= marks.find((code) => row.label.toUpperCase().startsWith(code)) || "TP";
        return row;
      });
    };
    const given = () => rows.filter((row) => !isEmpty(row));
    const write = () => { source.value = given().map((row) => columns.map((name) => row[name] || "").join("\t")).join("\n"); };
    // The labels that the server gives where none was typed, so that one sees them.
    const suggestions = () => {
      const taken = new Set(), found = [];
      for (const row of rows) {
        let label = row.label;
        if (!label) {
          label = row.mark !== "TP" && !taken.has(row.mark) ? row.mark : "";
          for (let at = 1; !label; at += 1) if (!taken.has(`${row.mark}${at}`)) label = `${row.mark}${at}`;
        }
        if (!isEmpty(row) || row.label) taken.add(label);
        found.push(label);
      }
      return found;
    };

    const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    table.className = "table dense book-table";
    table.setAttribute("aria-describedby", "keys");
    for (const name of columns) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = texts.heads[name];
      head.append(cell);
    }
    head.append(document.createElement("td"));
    const scroll = document.createElement("div"), pager = document.createElement("p");
    scroll.className = "table-box";
    pager.className = "book-pager small";
    scroll.append(table);
    box.append(scroll, pager);

    const field = (row, at, name, label) => {
      const options = { mark: texts.marks, fixed_by: texts.fixed }[name];
      const element = document.createElement(options ? "select" : "input");
      if (options) for (const [code, said] of options) element.append(new Option(name === "mark" ? code : said, code));
      else Object.assign(element, { type: "text", autocomplete: "off", spellcheck: false, dir: "ltr" });
      if (!options && !["label", "origin"].includes(name)) element.inputMode = "decimal";
      if (name === "label") element.placeholder = label;
      element.value = row[name] || "";
      element.className = `cell-${name}`;
      Object.assign(element.dataset, { row: at, column: name });
      element.setAttribute("aria-label", `${texts.heads[name]}, ${row.label || label}`);
      const said = wrong.get(`${at}:${name}`);
      if (said) { element.setAttribute("aria-invalid", "true"); element.title = said; }
      return element;
    };
    const taker = (row, at, label) => {
      const out = Object.assign(document.createElement("button"), { type: "button", className: "bare book-out", textContent: "×", title: texts.out, tabIndex: -1 });
      out.setAttribute("aria-label", `${texts.out}: ${row.label || label}`);
      out.dataset.out = at;
      return out;
    };
    const show = () => {
      if (!rows.length || !isEmpty(rows.at(-1))) rows.push(blank(rows));
      first = Math.max(0, Math.min(first, Math.floor((rows.length - 1) / PAGE) * PAGE));
      const labels = suggestions(), last = Math.min(first + PAGE, rows.length);
      body.replaceChildren(...rows.slice(first, last).map((row, index) => {
        const at = first + index, line = document.createElement("tr");
        for (const name of columns) line.insertCell().append(field(row, at, name, labels[at]));
        line.insertCell().append(taker(row, at, labels[at]));
        return line;
      }));
      pager.replaceChildren();
      if (rows.length > PAGE) {
        const turn = (text, to, on) => { const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: text, disabled: !on }); button.dataset.to = to; return button; };
        pager.append(turn(texts.before, first - PAGE, first > 0), ` ${fill(texts.rows, { first: first + 1, last, all: given().length })} `, turn(texts.after, first + PAGE, last < rows.length));
      }
    };
    const renumber = () => {
      const labels = suggestions();
      for (const element of body.querySelectorAll(".cell-label")) element.placeholder = labels[Number(element.dataset.row)];
    };
    const go = (at, name) => {
      if (at < 0) return;
      if (at >= rows.length) rows.push(blank(rows));
      if (at < first || at >= first + PAGE) { first = Math.floor(at / PAGE) * PAGE; show(); }
      else if (!body.querySelector(`[data-row="${at}"]`)) show();
      const element = body.querySelector(`[data-row="${at}"][data-column="${name}"]`);
      element?.focus();
      element?.select?.();
    };
    const told = () => { write(); changed(); };

    body.addEventListener("input", ({ target }) => {
      const at = Number(target.dataset.row), row = rows[at];
      if (!row) return;
      row[target.dataset.column] = target.tagName === "SELECT" ? target.value : target.value.replace(/\s+/g, " ").trim();
      target.removeAttribute("aria-invalid");
      if (at === rows.length - 1 && !isEmpty(row)) {
        rows.push(blank(rows));
        if (rows.length - first <= PAGE) {
          // A line more below, without touching the one that is typed in.
          const labels = suggestions(), line = document.createElement("tr"), next = rows.length - 1;
          for (const name of columns) line.insertCell().append(field(rows[next], next, name, labels[next]));
          line.insertCell().append(taker(rows[next], next, labels[next]));
          body.append(line);
        } else show();
      }
      renumber();
      told();
    });
    body.addEventListener("keydown", (event) => {
      const { target, key } = event, at = Number(target.dataset.row), name = target.dataset.column;
      if (!name) return;
      // As in a sheet: Enter goes below the cell from which one began to press Tab on this line.
      if (key === "Tab") began = event.shiftKey ? null : began?.at === at && columns.indexOf(began.name) <= columns.indexOf(name) ? began : { at, name };
      if (key === "Delete" && event.ctrlKey) {
        event.preventDefault();
        rows.splice(at, 1);
        show();
        told();
        go(Math.min(at, rows.length - 1), name);
      } else if (key === "Enter") {
        event.preventDefault();
        const below = began?.at === at ? began.name : name;
        began = began?.at === at ? { at: at + 1, name: below } : null;
        go(at + 1, below);
      } else if ((key === "ArrowDown" || key === "ArrowUp") && target.tagName === "INPUT") {
        event.preventDefault();
        const to = at + (key === "ArrowDown" ? 1 : -1);
        if (to < rows.length) go(to, name);
      }
    });
    body.addEventListener("pointerdown", () => { began = null; });
    body.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") || "", { row, column } = event.target.dataset;
      if (column === undefined || !/[\t\n\r]/.test(text.trim())) return;
      event.preventDefault();
      let lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
      if (lines.length > 1 && !lines[0].some((cell) => /\d/.test(cell))) lines = lines.slice(1); // headings
      const from = columns.indexOf(column);
      lines.slice(0, MOST).forEach((cells, index) => {
        const at = Number(row) + index;
        while (rows.length <= at) rows.push(blank(rows));
        cells.slice(0, columns.length - from).forEach((cell, shift) => { rows[at][columns[from + shift]] = tidy(columns[from + shift], cell); });
        rows[at].mark ||= marks.find((code) => (rows[at].label || "").toUpperCase().startsWith(code)) || "TP";
      });
      show();
      told();
      go(Math.min(Number(row) + lines.length, rows.length - 1), column);
    });
    box.addEventListener("click", ({ target }) => {
      if (target.dataset.out !== undefined) { rows.splice(Number(target.dataset.out), 1); show(); told(); }
      if (target.dataset.to !== undefined) { first = Number(target.dataset.to); show(); }
    });

    const load = (text) => { rows = parse(text); show(); };
    load(source.value);
    source.addEventListener("change", () => { load(source.value); changed(); });
    return {
      load,
      // Of the lines that hold something, as the server counts them: the line of the table.
      lineOf: (number) => rows.indexOf(given()[number]),
      rows: () => given().map((row) => Object.fromEntries(columns.map((name) => [name, row[name] || ""]))),
      focus: (number, name) => go(rows.indexOf(given()[number]), columns.includes(name) ? name : columns[0]),
      mark: (problems) => {
        const lines = given();
        wrong = new Map(problems.filter((one) => one.row !== null).map((one) => [`${rows.indexOf(lines[one.row])}:${one.field}`, one.message]));
        for (const element of body.querySelectorAll("[data-column]")) {
          const said = wrong.get(`${element.dataset.row}:${element.dataset.column}`);
          if (said) { element.setAttribute("aria-invalid", "true"); element.title = said; }
          else { element.removeAttribute("aria-invalid"); element.removeAttribute("title"); }
        }
      },
    };
  };
})();
