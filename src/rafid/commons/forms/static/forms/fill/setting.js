/* What the page brought along: addresses, the reader's language, and all sentences in it. */

const read = (name) => JSON.parse(document.getElementById(name).textContent);

export const setting = read("fill-setting");
const texts = read("fill-texts");

const counts = new Intl.PluralRules(setting.language === "ar" ? "ar" : "en");

/* A sentence of the page; {name} stands for what is given. One that counts has a form for each kind of number. */
export const say = (key, values = {}) => {
  const text = texts[key] ?? texts[`${key}_${counts.select(values.count ?? 0)}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
};

const NUMBERS = { numberingSystem: "latn" };
// Sorani is in no browser's list: its days are written as numbers, which is how the country writes them.
const locale = setting.language === "ckb" ? "en-GB" : setting.language === "ar" ? "ar-IQ" : "en-GB";
const moments = new Intl.DateTimeFormat(locale, {
  ...NUMBERS, year: "numeric", month: setting.language === "ckb" ? "2-digit" : "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
export const moment = (when) => moments.format(new Date(when));

export const pick = (names, language = setting.language) => {
  for (const code of { ar: ["ar", "ckb", "en"], ckb: ["ckb", "ar", "en"] }[language] || ["en", "ar", "ckb"]) if (names[code]) return names[code];
  return "";
};

export const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
