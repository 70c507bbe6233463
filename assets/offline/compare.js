// How a given text stands to the text of a record: what the site would say were
// it the only one. It follows internal/publish/proof_bundle.go; a test holds that
// both say the same.

import { hex, sha256, utf8 } from "./check.js";
import { hold } from "./hold.js";
import { quotes } from "./quote.js";
import { canonical, clean, loose, spread } from "./text.js";

const minWords = 3; // that a text must have to be recognised
const maxPasted = 100000; // characters

// compare gives a verdict, pieces (op "" ours, "-" ours and missing, "+" not ours,
// "!" the passage in its surroundings) and the passages that were looked at one by
// one, each with verdict and pieces of its own.
export async function compare(record, given) {
  const pasted = clean(given);
  const form = spread(canonical(pasted));
  if ([...pasted].length > maxPasted) return { verdict: "too_long", pieces: [], quotes: [] };
  const ours = original(record);
  let held = hold(ours, form);
  if (!record.text && (await hashed(record, form.canonical))) held = { verdict: "unchanged", share: 1, pieces: [] };
  if (form.words.length < minWords && held.verdict !== "unchanged") return { verdict: "too_short", pieces: [], quotes: [] };
  return quotes(ours, pasted, form, held);
}

// original is a text of ours: the ways in which people copy it whole, and all that
// a reader sees.
function original(record) {
  const { title = "", summary = "", source = "", text = "" } = record;
  const head = [title.trim(), summary.trim()].filter(Boolean).join("\n\n");
  const read = text ? (text.startsWith(head) ? text.slice(head.length) : text).trim() : unmarked(source);
  const forms = [[title, summary, read], [title, read], [summary, read], [read], [title, summary, source], [title, source], [source]].map((list) => {
    const c = list.map(canonical).filter(Boolean);
    return { canonical: c.join(" "), loose: c.map(loose).filter(Boolean).join(" ") };
  });
  return { forms, whole: spread(forms[0].canonical) };
}

// unmarked takes the marks of Markdown out of a text so long that its record has
// the source alone: nearly what readers see.
const unmarked = (source) =>
  source
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>/g, "")
    .replace(/^[ \t]*(?:#{1,6}|[-*+>]|\d+[.)])[ \t]+/gm, "")
    .replace(/\*+|~~|`+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .trim();

// hashed tells by the hash in the record whether a whole text is unchanged, with
// or without title and summary.
async function hashed(record, given) {
  const title = canonical(record.title ?? "");
  const summary = canonical(record.summary ?? "");
  const bodies = [given, ...[title, summary].filter((head) => head && given.startsWith(head + " ")).map((head) => given.slice(head.length + 1))];
  for (const whole of [given, ...bodies.map((body) => [title, summary, body].filter(Boolean).join(" "))]) {
    if (hex(await sha256(utf8.encode(whole))) === record.canonical) return true;
  }
  return false;
}
