/* A form's languages as its author wrote them: "Arabic (ar)", "کوردی", "en". */

const RIGHT_TO_LEFT = new Set(["ar", "ckb", "ku", "fa", "ur", "he", "syr", "arc"]);
const BY_NAME = [
  [/sorani|سۆرانی|سوراني|کوردی|كردي/i, "ckb"], [/kurmanji|badini|بادینی|بەهدینی/i, "kmr"], [/kurdish/i, "ckb"],
  [/arabic|عرب/i, "ar"], [/english|إنجليزي|ئینگلیزی/i, "en"], [/turkmen|turkish|تركماني/i, "tr"], [/syriac|سرياني/i, "syr"],
];

export const codeOf = (name) => {
  const given = /\(([a-z]{2,3})(?:[-_][\w-]+)?\)\s*$/i.exec(name);
  if (given) return given[1].toLowerCase();
  if (/^[a-z]{2,3}$/i.test(name.trim())) return name.trim().toLowerCase();
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "";
};

export const directionOf = (code) => (RIGHT_TO_LEFT.has(code) ? "rtl" : "ltr");

const OWN = { ar: "العربية", ckb: "کوردی", en: "English", kmr: "Kurmancî", tr: "Türkçe" };
export const nameOf = (language) => OWN[codeOf(language.language)] ?? language.language.replace(/\s*\([^)]*\)\s*$/, "");

/* The language to begin in: the page's own where the form has it, else the form's default. */
export const first = (languages, wanted) =>
  languages.find((one) => codeOf(one.language) === wanted) ?? languages.find((one) => one.isDefault) ?? languages[0];

/* The language of a form in one language: what its letters say. */
export const directionOfText = (text) => (/[\u0590-\u08ff]/.test(text) ? "rtl" : "ltr");
