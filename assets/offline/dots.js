// Quotations with dots for what they leave out. It follows abridged of
// internal/publish/proof_quote.go.

import { fields, find, loose } from "./text.js";

const dots = /[[(]\s*\.{2,}\s*[\])]|\.{2,}/g;
const maxPassages = 40;
const leastPassage = 3; // words of each passage between dots,
const longPassage = 5; // of the longest,
const leastQuoted = 8; // and of all of them
const shownLeft = 60; // words of ours that are shown of what was left out

// between gives what stands between the dots: the last of many holds the rest.
function between(text) {
  const out = [];
  let at = 0;
  for (const m of text.matchAll(dots)) {
    if (out.length === maxPassages) break;
    out.push(text.slice(at, m.index));
    at = m.index + m[0].length;
  }
  return [...out, text.slice(at)];
}

// abridged finds the passages between dots in ours, in their order, and shows what
// was left out; null when one is not there.
export function abridged(whole, canonicalText) {
  const passages = between(canonicalText).map((s) => fields(loose(s))).filter((words) => words.length);
  const lengths = passages.map((words) => words.length);
  if (passages.length < 2 || passages.length > maxPassages || Math.min(...lengths) < leastPassage) return null;
  if (Math.max(...lengths) < longPassage || lengths.reduce((a, b) => a + b) < leastQuoted) return null;
  const out = [];
  let at = 0;
  for (const words of passages) {
    const next = find(whole.words, words, at);
    if (next < 0) return null;
    if (out.length) {
      out.push({ op: "", text: " " });
      const left = leftOut(whole, at, next);
      if (left) out.push({ op: "-", text: left }, { op: "", text: " " });
    }
    at = next + words.length;
    out.push({ op: "", text: whole.fields.slice(whole.from[next], whole.from[at - 1] + 1).join(" ") });
  }
  return out;
}

// leftOut are the words of ours between two passages, the middle of many left out.
function leftOut(whole, from, to) {
  if (from >= to) return "";
  const left = whole.fields.slice(Math.min(whole.from[from - 1] + 1, whole.from[to]), whole.from[to]);
  if (left.length <= shownLeft) return left.join(" ");
  return left.slice(0, shownLeft / 2).join(" ") + " … " + left.slice(-shownLeft / 2).join(" ");
}
