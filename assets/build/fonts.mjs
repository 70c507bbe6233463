// Cuts the fonts down to the letters that our languages use and writes them to
// gen/fonts. A page then needs about 14 KB for each weight. The fonts are under
// the SIL Open Font License; since it reserves their names, the style sheets
// call the cut ones "Sifara …".
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import subsetFont from "subset-font";

const here = new URL("./", import.meta.url);
const out = new URL("../gen/fonts/", here);
mkdirSync(out, { recursive: true });

/** All characters between pairs of code points. */
const range = (...pairs) =>
  pairs.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i))).join("");

// Letters, marks and digits of Arabic, Persian and Sorani, and the signs that
// stand between them, so that a page without Latin letters loads one file.
const arabic =
  range([0x60c, 0x60c], [0x61b, 0x61b], [0x61f, 0x61f], [0x621, 0x63a], [0x640, 0x655], [0x660, 0x66c], [0x670, 0x671]) +
  range([0x6f0, 0x6f9], [0x200c, 0x200f], [0x20, 0x22], [0x25, 0x25], [0x28, 0x3a], [0x5b, 0x5d]) +
  "پچژڕڤکگڵھەۆۇیێ«»–—…·\u00a0";
// The letters of all languages in Arabic script, for posts in Urdu, Pashto,
// Azerbaijani and so on: a word whose letters come from two fonts does not join.
const arabicAll = range([0x600, 0x6ff], [0x750, 0x77f], [0x200c, 0x200f], [0x20, 0x22], [0x25, 0x25], [0x28, 0x3a]) + "«»–—…·\u00a0";
// Basic Latin and what English, Kurmanji, Turkish and West European names need.
const latin =
  range([0x20, 0x7e], [0xa0, 0xa0], [0xa9, 0xa9], [0xab, 0xab], [0xb0, 0xb0], [0xb7, 0xb7], [0xbb, 0xbb], [0xc0, 0xff]) +
  "ı–—‘’“”…€−→←↑↓↵";
// What Latin words on an Arabic-script page need: letters, the commonest of
// Kurmanji too, and the signs within addresses and codes. Digits and the other signs are
// in the Arabic fonts.
const latinWords = range([0x41, 0x5a], [0x61, 0x7a]) + "çêîûÇÊÎÛ" + "@#&_+=$*'~";
const latinMore = "ĞğİŞşŠšŽžČčĆćŁłŃńŚśŹźŻżĀāĒēĪīŌōŪūḤḥ";
// The names of Arabic and Sorani, for the switch on Latin pages.
const namesArabic = "العربية کوردیی ناوەندی (سۆرانی)";

const arabicFeatures = ["ccmp", "locl", "init", "medi", "fina", "isol", "rlig", "calt", "liga", "mark", "mkmk", "kern", "curs", "rclt"];
const latinFeatures = ["ccmp", "locl", "kern", "mark", "liga"];

const plexArabic = (w) => `@ibm/plex-sans-arabic/fonts/complete/woff2/IBMPlexSansArabic-${w}.woff2`;
const vazirmatn = (w) => `vazirmatn/fonts/webfonts/Vazirmatn-${w}.woff2`;
const plex = (part, w) => `@fontsource/ibm-plex-sans/files/ibm-plex-sans-${part}-${w}-normal.woff2`;

const jobs = [
  ["font-ar-400", plexArabic("Regular"), arabic, arabicFeatures],
  ["font-ar-600", plexArabic("SemiBold"), arabic, arabicFeatures],
  ["font-arabic-all", plexArabic("Regular"), arabicAll, arabicFeatures],
  ["font-ckb-400", vazirmatn("Regular"), arabic, arabicFeatures],
  ["font-ckb-600", vazirmatn("SemiBold"), arabic, arabicFeatures],
  ["font-latin-400", plex("latin", 400), latin, latinFeatures],
  ["font-latin-600", plex("latin", 600), latin, latinFeatures],
  ["font-latin-words", plex("latin", 400), latinWords, ["ccmp", "locl", "mark"]],
  ["font-latin-more-400", plex("latin-ext", 400), latinMore, latinFeatures],
  ["font-latin-more-600", plex("latin-ext", 600), latinMore, latinFeatures],
  ["font-names-ar", vazirmatn("Regular"), namesArabic, arabicFeatures],
];

for (const [name, source, text, keepFeatures] of jobs) {
  const font = readFileSync(new URL(`../node_modules/${source}`, here));
  const cut = await subsetFont(font, text, { targetFormat: "woff2", noHinting: true, keepFeatures });
  writeFileSync(new URL(`${name}.woff2`, out), cut);
}
