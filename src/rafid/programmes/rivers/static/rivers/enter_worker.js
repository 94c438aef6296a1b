/* Keeps the daily sheet for where there is no line. With a line the page is always the server's. What is kept goes with
   the pages of forms when somebody signs out. */
"use strict";

const PAGES = "rafid-forms-pages", FILES = "rafid-rivers-files", PAGE = "/rivers/enter/";
const PATIENCE = 6000; // milliseconds: a line that does not answer by then is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const put = async (store, key, answer) => (await caches.open(store)).put(key, answer);

const inTime = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
  fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
});

const page = async (request) => {
  const kept = await caches.match(PAGE, { cacheName: PAGES, ignoreVary: true });
  try {
    const answer = await (kept ? inTime(request) : fetch(request));
    if (answer.ok && !answer.redirected) await put(PAGES, PAGE, answer.clone());
    return answer.status >= 500 && kept ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

const file = async (request) => {
  try {
    const answer = await fetch(request);
    if (answer.ok) await put(FILES, request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === PAGE) event.respondWith(page(request));
  } else if (pathname.startsWith("/static/") || pathname.startsWith("/forms/fill/app/")) {
    event.respondWith(file(request));
  }
});

self.addEventListener("message", (event) => {
  const { page: path, files } = event.data ?? {};
  if (path !== PAGE) return;
  event.waitUntil((async () => {
    let whole = true;
    try {
      const answer = await fetch(PAGE, { cache: "no-store", redirect: "manual" });
      if (answer.ok) await put(PAGES, PAGE, answer);
    } catch { /* no line: what was kept stays */ }
    for (const url of files) {
      try {
        const answer = await fetch(url);
        if (answer.ok) await put(FILES, url, answer);
      } catch { whole = Boolean(await caches.match(url, { ignoreVary: true })) && whole; }
    }
    const kept = await caches.match(PAGE, { cacheName: PAGES, ignoreVary: true });
    event.ports[0]?.postMessage(Boolean(kept) && whole);
  })());
});
