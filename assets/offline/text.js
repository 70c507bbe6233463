// Texts in the forms in which they are compared. It follows internal/text and
// internal/publish/proof_words.go.

const signs = {
  "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"',
  "‘": "'", "’": "'", "‚": "'", "‛": "'", "‹": "'", "›": "'", "′": "'", "ʼ": "'", "＇": "'",
  "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹘": "-", "－": "-",
  "…": "...", "⁄": "/",
};

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const hidden = /[\0-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Noncharacter_Code_Point}/gu;
const unsafe = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]|\p{Noncharacter_Code_Point}/gu;

const wellFormed = (s) => (s.toWellFormed ? s.toWellFormed() : s.replace(/\p{Surrogate}/gu, "\ufffd"));

// clean is text.Clean without white space at the ends.
export const clean = (s) =>
  wellFormed(s)
    .replace(/\r\n|[\r\v\f\u0085\u2028\u2029]/g, "\n")
    .replace(unsafe, "")
    .normalize("NFC")
    .replace(/(\p{M}{8})\p{M}+/gu, "$1")
    .trim();

// canonical is text.Canonical.
export function canonical(s) {
  const plain = wellFormed(s).normalize("NFC").replace(space, " ").replace(hidden, "").replace(/ {2,}/g, " ").replace(/^ | $/g, "");
  return [...plain].map((c) => signs[c] ?? c).join("").normalize("NFC");
}

export const fields = (s) => s.split(" ").filter(Boolean);

const lower = (c) => (c === "İ" ? "i" : c.toLowerCase());

// looseSign is what a sign is to words that are compared loosely: "" leaves no
// trace, " " parts words.
function looseSign(c) {
  if (c === "ـ") return "";
  if (c === "%" || c === "٪") return "%";
  if (/[\s\p{P}`~|^]/u.test(c)) return " ";
  const at = c.codePointAt(0);
  for (const zero of [0x660, 0x6f0, 0xff10]) if (at >= zero && at <= zero + 9) return String(at - zero);
  return lower(c);
}

const known = new Map();

// signOf is looseSign of the sign at a place, which stands behind before.
function signOf(all, i, before) {
  const c = all[i];
  // The dash before a number, at the beginning of a word, is its sign.
  if (c === "-" && before === " " && /^\p{Nd}/u.test(all[i + 1] ?? "")) return "-";
  if (!known.has(c)) known.set(c, looseSign(c));
  return known.get(c);
}

// loose leaves of a canonical text its words, in lower case and with ASCII digits,
// with single spaces.
export function loose(canonicalText) {
  const all = [...canonicalText];
  let out = "";
  let gap = false;
  all.forEach((c, i) => {
    const sign = signOf(all, i, all[i - 1] ?? " ");
    if (sign === " ") gap = true;
    if (sign === " " || sign === "") return;
    if (gap && out) out += " ";
    gap = false;
    out += sign;
  });
  return out;
}

// counter counts the loose words of a text that comes in pieces, each where it
// begins.
export function counter() {
  let inside = false;
  let before = " ";
  return (piece) => {
    const all = [...piece];
    let n = 0;
    all.forEach((c, i) => {
      const sign = signOf(all, i, before);
      before = c;
      if (sign === "") return;
      if (sign !== " " && !inside) n++;
      inside = sign !== " ";
    });
    return n;
  };
}

export const count = (canonicalText) => counter()(canonicalText);

// spread is a canonical text in words: fields stand between spaces, plain is each
// of them loosely, words are the loose words, from says of which field each is.
export function spread(canonicalText) {
  const s = { canonical: canonicalText, fields: fields(canonicalText), loose: loose(canonicalText), plain: [], from: [] };
  s.words = fields(s.loose);
  s.fields.forEach((f, i) => {
    const n = count(f);
    s.plain.push(s.words.slice(s.from.length, s.from.length + n).join(" "));
    for (let k = 0; k < n; k++) s.from.push(i);
  });
  return s;
}

// find gives the place of words in a row among those of a text, from a place on;
// -1 when they are not there (Knuth, Morris and Pratt 1977).
export function find(inside, words, from) {
  if (!words.length || inside.length - from < words.length) return -1;
  const back = [0];
  for (let i = 1, k = 0; i < words.length; i++) {
    while (k > 0 && words[i] !== words[k]) k = back[k - 1];
    if (words[i] === words[k]) k++;
    back.push(k);
  }
  for (let i = from, k = 0; i < inside.length; i++) {
    while (k > 0 && inside[i] !== words[k]) k = back[k - 1];
    if (inside[i] === words[k]) k++;
    if (k === words.length) return i + 1 - k;
  }
  return -1;
}
