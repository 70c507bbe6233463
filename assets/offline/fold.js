// Words spelt as for a search, and the share of them that two texts have in rows.
// It follows text.Fold and the triples of internal/publish/proof_window.go.

import { fields } from "./text.js";

const letters = new Map();
for (const [to, from] of [
  ["ss", "ß"], ["ae", "æ"], ["oe", "œ"], ["o", "ø"], ["d", "đð"], ["th", "þ"], ["l", "ł"], ["h", "ħ"], ["i", "ı"], ["e", "ə"], ["n", "ŋ"], ["s", "ſ"],
  ["'", "\u2018\u2019\u201b\u02bc\u02bb`\u00b4"], ["σ", "ς"],
  ["ا", "ٱٲٳٵ"], ["ی", "ىيېۍێےؽؾؿ"], ["ک", "كڪػؼڮ"], ["گ", "ګ"], ["ه", "ةەہھۃۿ"], ["و", "ۆۊ"], ["ر", "ڕ"], ["ل", "ڵ"], ["ف", "ڤ"], ["ن", "ں"],
  ["", "ءٴـ׳״"], [".", "٫"], [",", "٬"], [" ", "\ufffd"],
]) for (const c of from) letters.set(c, to);

const marks = /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/u;
const hidden = /[\u115f\u1160]/u; // the rest is in no canonical text
const kept = /[\u3041-\u3098\u30a1-\u30fe\u3400-\u9fff\uac00-\ud7a3]/u;
const digit = /\p{Nd}/u;

// digitOf gives the ASCII digit of one of any script: they stand in runs of ten
// that begin with zero.
function digitOf(c) {
  const at = c.codePointAt(0);
  let zero = at;
  while (digit.test(String.fromCodePoint(zero - 1))) zero--;
  return String((at - zero) % 10);
}

function part(c) {
  if (marks.test(c) || hidden.test(c)) return "";
  if (digit.test(c)) return digitOf(c);
  const low = c === "İ" ? "i" : c.toLowerCase();
  return letters.get(c) ?? letters.get(low) ?? low;
}

function fold(s) {
  let out = "";
  for (const c of s) {
    if (kept.test(c)) out += c;
    else if (c === "™" || c === "℠") out += " ";
    else for (const p of c.normalize("NFKD")) out += part(p);
  }
  return out.normalize("NFC");
}

function triples(loose) {
  const words = fields(fold(loose).replace(/\s/gu, " "));
  const out = new Set();
  for (let i = 0; i + 3 <= words.length; i++) out.add(words.slice(i, i + 3).join(" "));
  return out;
}

// holds is the share, 0 to 1, of the different triples of words of another text
// that the first has.
export function holds(whole, other) {
  const ours = triples(whole.loose);
  const theirs = triples(other.loose);
  let n = 0;
  for (const t of theirs) if (ours.has(t)) n++;
  return theirs.size ? n / theirs.size : 0;
}
