// Passages in a text that is not ours, one by one. It follows
// internal/publish/proof_quote.go.

import { anchor } from "./diff.js";
import { hold, passageRun } from "./hold.js";
import { canonical, find, spread } from "./text.js";

const maxQuotes = 8;
const leastQuote = 5; // words of what stands in quotation marks
const nearRows = 10; // words between two rows of ours that are one passage
const leastMatched = 12; // words of ours in a passage without a row of passageRun

// quotes looks at the passages of a given text, and says of the whole what follows
// from them.
export function quotes(ours, pasted, whole, held) {
  const { verdict, pieces } = held;
  if (verdict !== "contains" && verdict !== "not_found") return { verdict, pieces, quotes: [] };
  const list = inMarks(ours, pasted, whole);
  list.push(...passages(list, ours, whole, held));
  if (!list.length) return { verdict, pieces, quotes: [] };
  const altered = list.some((q) => q.verdict === "altered");
  return { verdict: altered ? "misquoted" : "contains", pieces, quotes: list };
}

// inMarks checks what stands in quotation marks, when something else does not; one
// of them at least is ours, or it gives none.
function inMarks(ours, pasted, whole) {
  const out = [];
  let from = 0;
  for (const text of quoted(pasted)) {
    const given = spread(canonical(text));
    const at = find(whole.words, given.words, from);
    if (at < 0 || given.words.length < leastQuote || 10 * given.words.length > 9 * whole.words.length) continue;
    from = at + given.words.length;
    const c = hold(ours, given);
    const found = c.verdict !== "not_found" && c.verdict !== "contains";
    out.push({ text, verdict: found ? c.verdict : "not_found", pieces: found ? c.pieces : [] });
    if (out.length === maxQuotes) break;
  }
  return out.some((q) => q.verdict !== "not_found") ? out : [];
}

// marks are the signs that begin a quotation, with those that end it.
const marks = { "“": "”“", "«": "»", "„": "“”‟", '"': '"', "”": "”", "»": "«", "「": "」", "＂": "＂" };
const maxQuoted = 4000; // bytes: beyond them a mark was forgotten
const maxMarked = 4 * maxQuotes;

const bytesOf = (s) => new TextEncoder().encode(s).length;

// ahead gives the next place of something from a place on, which is not looked for
// again before it is passed.
function ahead(s, pattern) {
  let at = -1;
  return (i) => {
    if (at < i) {
      pattern.lastIndex = i;
      at = pattern.exec(s)?.index ?? s.length;
    }
    return at;
  };
}

// quoted gives what stands in quotation marks, in its order, within a paragraph.
export function quoted(s) {
  const out = [];
  const paragraph = ahead(s, /\n\n/g);
  const closing = {};
  const opening = /[“«„"”»「＂]/g;
  for (let m; out.length < maxMarked && (m = opening.exec(s)); ) {
    const i = opening.lastIndex;
    const closes = marks[m[0]];
    closing[closes] ??= ahead(s, new RegExp(`[${closes}]`, "g"));
    const end = closing[closes](i);
    if (end === s.length || paragraph(i) < end || end - i > maxQuoted || bytesOf(s.slice(i, end)) > maxQuoted) continue;
    out.push(s.slice(i, end));
    opening.lastIndex = end + 1;
  }
  return out;
}

// passages are the stretches of a given text that come from ours, when no
// quotation in marks does.
function passages(known, ours, whole, held) {
  const out = [];
  if (known.length) return out;
  for (const at of clusters(held.rows)) {
    if (out.length === maxQuotes) break;
    const text = whole.fields.slice(whole.from[at.from], whole.from[at.to - 1] + 1).join(" ");
    const { verdict, pieces } = hold(ours, spread(text));
    if (verdict !== "not_found" && verdict !== "contains") out.push({ text, verdict, pieces });
  }
  return out;
}

// near tells whether a row follows another so closely in both texts that the words
// between them were put for others.
const near = (row, before) => row.from - before.to <= 3 && row.ours - before.ours - (before.to - before.from) <= 3;

// clusters joins rows of ours that stand near each other, and leaves out those that
// may stand there by chance.
function clusters(rows) {
  const out = [];
  for (let i = 0; i < rows.length; ) {
    const at = { from: rows[i].from, to: rows[i].to };
    let matched = 0;
    let longest = 0;
    for (const first = i; i < rows.length; i++) {
      const n = rows[i].to - rows[i].from;
      if (i > first && !near(rows[i], rows[i - 1]) && (n < anchor || longest < anchor || rows[i].from - at.to > nearRows)) break;
      matched += n;
      longest = Math.max(longest, n);
      at.to = rows[i].to;
    }
    if (longest >= passageRun || (matched >= leastMatched && longest >= anchor)) out.push(at);
  }
  return out;
}
