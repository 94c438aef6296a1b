/* The worker of all pages below /forms/fill/: they and what they load are there without a line. It keeps no answers and no
   form: those lie in the device's store, which pages and worker share. `rafid` (version, kept) is written above by the server. */

const STATIC = "rafid-forms-static", PAGES = "rafid-forms-pages";
const known = globalThis.rafid;
const PATIENCE = 6_000; // a line that does not answer by then is none

const addressOf = (url) => {
  const { pathname, searchParams } = new URL(url, location.origin);
  return `${pathname}${searchParams.has("draft") ? "?draft" : ""}`;
};
const isPage = (url) => {
  const { origin, pathname } = new URL(url);
  return origin === location.origin && pathname.startsWith("/forms/fill/") && pathname.endsWith("/");
};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(STATIC);
    const had = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
    await Promise.all(known.kept.map(async (url) => {
      // A module's address says its content; the others may have changed under the same name.
      if (url.startsWith("/forms/fill/app/") && had.has(url)) return;
      const answer = await fetch(url, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      await cache.put(url, answer);
    }));
    await self.skipWaiting();
  })());
});

/* Pages by which something half-filled is opened. A form that was closed, or is not this person's who is signed in now, answers
   with a refusal: the answers on the device still need its page. */
const needed = () => new Promise((resolve) => {
  const asked = indexedDB.open("rafid-forms");
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = (event) => { event.preventDefault(); resolve(new Set()); };
  asked.onsuccess = () => {
    const base = asked.result, done = (drafts) => { base.close(); resolve(new Set(drafts.map((one) => `${one.base}${one.draft ? "?draft" : ""}`))); };
    if (!base.objectStoreNames.contains("drafts")) { done([]); return; }
    const all = base.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => done(all.result);
    all.onerror = () => done([]);
  };
});

/* Pages that were kept name the modules of their own version: they are fetched anew, and only then old modules go. */
const renewPages = async () => {
  const pages = await caches.open(PAGES);
  let whole = true;
  for (const request of await pages.keys()) {
    const { pathname, search } = new URL(request.url);
    try {
      const answer = await fetch(request.url, { cache: "no-store", redirect: "manual" });
      if (answer.ok) await pages.put(request, answer);
      else if ((answer.status === 404 || answer.status === 403) && !(await needed()).has(`${pathname}${search}`)) await pages.delete(request);
      else whole = false;
    } catch {
      whole = false;
    }
  }
  if (!whole) return;
  const cache = await caches.open(STATIC), wanted = new Set(known.kept);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
};

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(renewPages));
});

const inTime = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
  fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
});

const page = async (request) => {
  const pages = await caches.open(PAGES), key = addressOf(request.url);
  const kept = await pages.match(key, { ignoreVary: true }); // pages vary by language and cookie; here there is one reader
  try {
    const answer = await (kept ? inTime(request) : fetch(request));
    if (answer.ok && !answer.redirected) await pages.put(key, answer.clone());
    return answer.status >= 500 && kept ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    const device = await pages.match("/forms/fill/", { ignoreVary: true });
    if (device) return device;
    throw error;
  }
};

const asset = async (request) => {
  const cache = await caches.open(STATIC);
  return (await cache.match(request.url, { ignoreVary: true })) ?? fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(request.url)) event.respondWith(page(request));
  } else if (pathname.startsWith("/static/") || pathname.startsWith("/forms/fill/app/") || known.kept.includes(pathname)) {
    event.respondWith(asset(request));
  }
});

/* Gives whether the page lies here now: fetched, or from before where the line broke. */
const keep = async (url) => {
  const pages = await caches.open(PAGES), key = addressOf(url);
  try {
    const answer = await fetch(url, { cache: "no-store", redirect: "manual" });
    if (answer.ok) await pages.put(key, answer);
  } catch { /* no line, or one that broke off: what was kept stays */ }
  return Boolean(await pages.match(key, { ignoreVary: true }));
};

self.addEventListener("message", (event) => {
  // A page that is open tells its own address: it was loaded before there was a worker.
  if (event.data?.keep && isPage(event.data.keep)) {
    event.waitUntil(keep(event.data.keep).then((kept) => event.ports[0]?.postMessage(kept)));
  }
  if (event.data?.forget) event.waitUntil(caches.delete(PAGES));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "rafid-forms" || !globalThis.sendAll) return;
  event.waitUntil(globalThis.sendAll({ now: true }));
});
