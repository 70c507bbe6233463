// How a text stands to one of ours. It follows internal/publish/proof_compare.go.

import { anchor, diff, difference } from "./diff.js";
import { abridged } from "./dots.js";
import { holds } from "./fold.js";
import { count, counter, find } from "./text.js";

const mostlyOurs = 0.5; // of the given words: the text is ours with changes
export const passageRun = 8; // so many words of ours in a row are a passage
const sharedRun = 6; // so many are marked
const lostWords = 1500; // in one piece: the comparison gave up
const around = 25; // words that are shown before and after a passage

// hold compares a spread text with one of ours: verdict, share of the given words
// that are ours, pieces, and the rows of words that both have.
export function hold(ours, pasted) {
  const all = (verdict, pieces) => ({ verdict, share: 1, pieces, rows: [] });
  if (!pasted.words.length) return { verdict: "not_found", share: 0, pieces: [], rows: [] };
  if (ours.forms.some((f) => f.canonical === pasted.canonical)) return all("unchanged", []);
  const form = ours.forms.find((f) => f.loose === pasted.loose);
  if (form) return all("formatting", diff(form.canonical, pasted.canonical));
  const at = find(ours.whole.words, pasted.words, 0);
  if (at >= 0) return all("part", passage(ours.whole, at, pasted.words.length));
  const left = abridged(ours.whole, pasted.canonical);
  if (left) return all("abridged", left);
  return differs(ours, pasted);
}

// differs compares a text that has words which are not ours.
function differs(ours, pasted) {
  const edits = trimmed(difference(ours.whole, pasted));
  const m = measure(edits);
  let share = m.ours / pasted.words.length;
  if (share >= mostlyOurs && (m.left <= pasted.words.length || 2 * m.solid >= pasted.words.length)) {
    return { verdict: "altered", share: Math.min(share, 1), pieces: edits, rows: m.rows };
  }
  if (m.run >= passageRun) return { verdict: "contains", share, pieces: marked(edits), rows: m.rows };
  if (m.lost) {
    share = holds(ours.whole, pasted);
    if (share >= mostlyOurs) return { verdict: "altered", share, pieces: edits, rows: [] };
  }
  return { verdict: "not_found", share, pieces: [], rows: m.rows };
}

// measure counts the edits: words that both have, the longest row of them, those
// in rows of anchor or more, words of ours that are left out, and all rows, by
// their places in both texts.
function measure(edits) {
  const m = { ours: 0, run: 0, solid: 0, left: 0, lost: false, rows: [] };
  const inGiven = counter();
  const inOurs = counter();
  let at = 0;
  let ours = 0;
  for (const e of edits) {
    const n = (e.op === "-" ? inOurs : inGiven)(e.text);
    if (e.op === "") {
      m.ours += n;
      m.run = Math.max(m.run, n);
      if (n >= anchor) m.solid += n;
      if (n > 1) m.rows.push({ from: at, to: at + n, ours });
      at += n;
      ours += inOurs(e.text);
      continue;
    }
    m.lost ||= n > lostWords;
    if (e.op === "+") {
      at += n;
    } else {
      m.left += n;
      ours += n;
    }
  }
  return m;
}

// trimmed cuts off what stands in ours before and after the given text: a
// quotation leaves out the rest without altering it.
function trimmed(edits) {
  const out = [...edits];
  // A full stop or quotation mark at an end may have been paired with the one at
  // the end of ours: it belongs to the words beside it.
  const sign = (e) => e.op === "" && !count(e.text);
  if (out.length > 2 && sign(out.at(-1)) && out.at(-2).op === "-" && out.at(-2).text.startsWith(out.at(-1).text)) out.splice(-2, 1);
  if (out.length > 2 && sign(out[0]) && out[1].op === "-" && out[1].text.endsWith(out[0].text)) out.splice(1, 1);
  // What was added before or after may stand on either side of what is left out.
  for (const i of [1, 0]) {
    if (out.length > i + 1 && out[i].op === "-" && (i === 0 || out[0].op === "+")) out.splice(i, 1);
  }
  for (const i of [2, 1]) {
    const n = out.length;
    if (n > i && out[n - i].op === "-" && (i === 1 || out[n - 1].op === "+")) out.splice(n - i, 1);
  }
  return out;
}

// marked shows the given text with the passages that are ours.
function marked(edits) {
  const out = [];
  for (const e of edits) {
    if (e.op === "-") continue;
    if (e.op === "" && count(e.text) >= sharedRun) out.push({ op: "!", text: e.text });
    else if (out.at(-1)?.op === "") out.at(-1).text += e.text;
    else out.push({ op: "", text: e.text });
  }
  return out;
}

// passage shows n words of ours from a place on with their surroundings.
function passage(whole, at, n) {
  const first = whole.from[at];
  const last = whole.from[at + n - 1];
  const before = Math.max(0, first - around);
  const after = Math.min(whole.fields.length, last + 1 + around);
  const words = (from, to) => whole.fields.slice(from, to).join(" ");
  const out = [];
  if (first > before) out.push({ op: "", text: (before > 0 ? "… " : "") + words(before, first) + " " });
  out.push({ op: "!", text: words(first, last + 1) });
  if (after > last + 1) out.push({ op: "", text: " " + words(last + 1, after) + (after < whole.fields.length ? " …" : "") });
  return out;
}
