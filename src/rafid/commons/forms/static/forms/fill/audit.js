/* The log of the interview that a form may ask for, as ODK Collect writes it (audit.csv): what was begun, answered, added and
   left, and when. The columns beyond the first four are those that the form asks for.
   Source: docs.getodk.org/form-audit-log, and the ODK XForms specification, "Audit". */

const ODK = "http://www.opendatakit.org/xforms";
export const AUDIT = "audit.csv";
const PLACE = ["latitude", "longitude", "accuracy"], VALUES = ["old-value", "new-value"];

/* What the form asks for; null where it wants no log. */
export const wishes = (form) => {
  if (!form.xml.includes("audit")) return null;
  const read = new DOMParser().parseFromString(form.xml, "text/xml");
  const bind = [...read.getElementsByTagName("bind")].find((one) => /\/meta\/(?:[\w.-]+:)?audit$/.test(one.getAttribute("nodeset") ?? ""));
  if (!bind) return null;
  const of = (name) => bind.getAttributeNS(ODK, name) ?? "";
  const priority = of("location-priority");
  return {
    place: priority ? { precise: priority === "high-accuracy", every: Number(of("location-min-interval")) || 60, oldest: Number(of("location-max-age")) || 120 } : null,
    values: of("track-changes") === "true", user: of("identify-user") === "true", reasons: of("track-changes-reasons") === "on-form-edit",
  };
};

const columnsOf = ({ place, values, user, reasons }) =>
  ["event", "node", "start", "end", ...(place ? PLACE : []), ...(values ? VALUES : []), ...(user ? ["user"] : []), ...(reasons ? ["change-reason"] : [])];

const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/* The file. A cell of a person's own words is text for ever: where it is opened is the reader's to mind. */
export const csvOf = (asked, rows) => {
  const columns = columnsOf(asked);
  return [columns, ...rows.map((row) => columns.map((name) => String(row[name] ?? "")))].map((row) => row.map(cell).join(",")).join("\n") + "\n";
};

/* A log that is being written. `rows`: what was logged before; `valueOf(path)`: the answer now. */
export const logOf = ({ asked, rows = [], user = "", valueOf, clock = Date.now }) => {
  let open = null, group = null, fix = null, watching = null, told = "";

  const row = (event, more = {}) => {
    const made = { event, start: clock(), ...more };
    if (asked.user) made.user = user;
    if (asked.place && fix && clock() - fix.at <= asked.place.oldest * 1000) Object.assign(made, fix.place);
    rows.push(made);
  };
  const note = (event, node = "") => row(event, node ? { node } : {});

  /* What a person did not look at is not time spent: an event ends when the question, or the page, is left. */
  const leave = () => {
    if (!open) return;
    const { node, start, before } = open, now = valueOf(node);
    open = null;
    const more = { node, start, end: clock() };
    if (asked.values && now !== before) Object.assign(more, { "old-value": before, "new-value": now });
    row("question", more);
  };
  const enter = (node) => {
    if (open?.node === node) return;
    leave();
    open = { node, start: clock(), before: valueOf(node) };
  };

  /* Questions that stand together: how long one was among them. */
  const within = (node) => {
    if (group && group.node !== node) { row("group questions", { ...group, end: clock() }); group = null; }
    if (node && !group) group = { node, start: clock() };
  };

  const permission = (event) => { if (told !== event) { told = event; note(event); } };
  const follow = () => {
    if (!asked.place) return;
    note("location tracking enabled");
    if (!navigator.geolocation) { permission("location providers disabled"); return; }
    watching = navigator.geolocation.watchPosition(({ coords }) => {
      permission("location permissions granted");
      if (fix && clock() - fix.at < asked.place.every * 1000) return;
      fix = { at: clock(), place: { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy } };
    }, (error) => permission(error.code === 1 ? "location permissions not granted" : "location providers disabled"),
    { enableHighAccuracy: asked.place.precise, maximumAge: asked.place.oldest * 1000 });
  };

  return {
    note, enter, leave, within,
    begin: (event) => { note(event); follow(); },
    /* A copy that ends at this moment: with what is open, which goes on. */
    rows: () => {
      if (!open) return [...rows];
      const kept = [...rows], going = open;
      leave();
      const now = rows.splice(0, rows.length, ...kept);
      open = going;
      return now;
    },
    change: (reason) => row("change reason", { end: clock(), "change-reason": reason }),
    /* What was logged of an end that failed did not happen. */
    back: (before) => { rows.splice(0, rows.length, ...before); },
    end: () => { leave(); if (watching !== null) navigator.geolocation.clearWatch(watching); watching = null; },
  };
};
