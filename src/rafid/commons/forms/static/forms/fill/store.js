/* The device's own store. `forms`: what can be filled without a line; `drafts`: half-filled; `outbox`: finished, not yet
   received; `facts`: this browser's own identity and what was sent. */

const STORES = ["forms", "drafts", "outbox", "facts"];
let opened;

const ask = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export const open = () => (opened ??= new Promise((resolve, reject) => {
  const request = indexedDB.open("rafid-forms", 1);
  request.onupgradeneeded = () => {
    for (const name of STORES) {
      if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath: "id" });
    }
  };
  request.onsuccess = () => {
    // Another tab with a newer page must not wait for this one.
    request.result.onversionchange = () => request.result.close();
    resolve(request.result);
  };
  request.onerror = () => reject(request.error);
}).catch((error) => { opened = undefined; throw error; }));

/* All of `work`, or nothing: it gets the stores of one transaction, and this is settled when the disk has it. */
export const change = async (names, work) => {
  const base = await open();
  const made = base.transaction(names, "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    made.oncomplete = resolve;
    made.onabort = made.onerror = () => reject(made.error ?? new Error("aborted"));
  });
  const result = work(Object.fromEntries(names.map((name) => [name, made.objectStore(name)])));
  await done;
  return result;
};

const reading = async (name) => (await open()).transaction(name).objectStore(name);

export const get = async (name, key) => ask((await reading(name)).get(key));
export const all = async (name) => ask((await reading(name)).getAll());
/* All whose key begins so. */
export const every = async (name, start) => ask((await reading(name)).getAll(IDBKeyRange.bound(start, `${start}\uffff`)));
export const put = (name, value) => change([name], (stores) => { stores[name].put(value); });
export const remove = (name, key) => change([name], (stores) => { stores[name].delete(key); });

/* Reads, changes and writes one item, if it is still there; nobody comes between. */
export const update = (name, key, work) => change([name], (stores) => {
  const request = stores[name].get(key);
  request.onsuccess = () => { if (request.result) stores[name].put(work(request.result)); };
});

/* Tells other tabs, and the counter of this page, that something was added or sent. */
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("rafid-forms") : null;
export const tell = (what = "changed") => {
  channel?.postMessage(what);
  globalThis.dispatchEvent?.(new CustomEvent("rafid:forms", { detail: what }));
};
export const hear = (work) => {
  channel?.addEventListener("message", (event) => work(event.data));
  globalThis.addEventListener("rafid:forms", (event) => work(event.detail));
};

/* The same for ever in this browser, unless its owner clears it. */
export const deviceId = async () => {
  const known = await get("facts", "device");
  if (known) return known.value;
  const value = `browser:${crypto.randomUUID()}`;
  await put("facts", { id: "device", value });
  return value;
};

/* Asks the browser not to clear what waits when the disk is full. */
export const persist = async () => {
  try {
    return (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
  } catch {
    return false;
  }
};
