/* What the engine changes, the page follows: objects that remember who read them, and effects that run again when what they
   read has changed. The engine makes all its state through `stateFactory`. */

let running = null;
const due = new Set();

const forget = (effect) => {
  for (const readers of effect.sources) readers.delete(effect);
  effect.sources.clear();
  for (const child of effect.children) stop(child);
  effect.children.clear();
};

const stop = (effect) => {
  effect.dead = true;
  due.delete(effect);
  forget(effect);
};

const run = (effect) => {
  forget(effect);
  const before = running;
  running = effect;
  try {
    effect.work();
  } finally {
    running = before;
  }
};

const flush = () => {
  for (let round = 0; due.size && round < 100; round += 1) {
    const now = [...due];
    due.clear();
    for (const effect of now) if (!effect.dead) run(effect);
  }
};

const later = (effect) => {
  if (!due.size) queueMicrotask(flush);
  due.add(effect);
};

export const stateFactory = (object) => {
  const readers = new Map();
  return new Proxy(object, {
    get(target, key) {
      if (running) {
        if (!readers.has(key)) readers.set(key, new Set());
        readers.get(key).add(running);
        running.sources.add(readers.get(key));
      }
      return target[key];
    },
    set(target, key, value) {
      if (Object.is(target[key], value)) return true;
      target[key] = value;
      for (const effect of readers.get(key) || []) later(effect);
      return true;
    },
  });
};

/* Runs now, and again after what it read has changed. Effects made while it runs end when it runs again. */
export const effect = (work) => {
  const made = { work, sources: new Set(), children: new Set(), dead: false };
  running?.children.add(made);
  run(made);
  return () => stop(made);
};

/* Effects made by `work` live until the function that this returns is called, whoever runs now. */
export const apart = (work) => {
  const before = running, holder = { work: () => {}, sources: new Set(), children: new Set(), dead: false };
  running = holder;
  try {
    return [work(), () => stop(holder)];
  } finally {
    running = before;
    // Reading within `apart` follows nothing by itself.
    for (const readers of holder.sources) readers.delete(holder);
    holder.sources.clear();
  }
};
