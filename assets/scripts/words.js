// The words and digits that the page brought along in the reader's language.
const data = document.getElementById("ui-words");
const table = data ? JSON.parse(data.textContent) : {};

/** A word of internal/web/ui/locales, without its "ui." */
export function word(name, values = {}) {
  const text = table[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/** A whole number in the digits of the page's language. */
export function number(n) {
  const digits = table.digits ?? "0123456789";
  return String(n).replace(/\d/g, (d) => [...digits][d]);
}

/** The whole number that somebody wrote, in whichever digits; NaN when it is none. */
export function value(text) {
  const plain = text.trim().replace(/[٠-٩۰-۹]/g, (d) => d.codePointAt(0) % 16);
  return /^\d+$/.test(plain) ? Number(plain) : NaN;
}
