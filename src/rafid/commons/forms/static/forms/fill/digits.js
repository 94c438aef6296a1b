/* Digits as people here write them. A number's field understands Arabic-Indic (٠-٩) and extended (۰-۹) digits, the Arabic
   decimal sign and the Arabic thousands sign; a text stays as it was typed. */

export const westernDigits = (text) => text
  .replace(/[٠-٩]/g, (sign) => String(sign.charCodeAt(0) - 0x660))
  .replace(/[۰-۹]/g, (sign) => String(sign.charCodeAt(0) - 0x6f0))
  .replace(/٫/g, ".")
  .replace(/٬/g, "")
  .replace(/−/g, "-")
  .replace(/[\u200e\u200f\u061c]/g, "");

const LARGEST = 2_147_483_647;

/* {value} for the form, or {fault} for the person. Nothing typed is an empty answer. */
export const integerOf = (text) => {
  const plain = westernDigits(text).trim();
  if (!plain) return { value: "" };
  if (!/^[+-]?\d+$/.test(plain)) return { fault: "whole" };
  const number = Number(plain);
  return Math.abs(number) > LARGEST ? { fault: "large" } : { value: String(number) };
};

export const decimalOf = (text) => {
  let plain = westernDigits(text).trim();
  if (!plain) return { value: "" };
  // 1,5 is one and a half; 1,500.5 has a sign between thousands.
  plain = plain.includes(".") ? plain.replace(/,/g, "") : plain.replace(",", ".");
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain)) return { fault: "number" };
  return { value: String(Number(plain)) === "NaN" ? "" : plain.replace(/^\+/, "") };
};
