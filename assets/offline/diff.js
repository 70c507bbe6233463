// The difference between two canonical texts, word by word, as edits: op "" is in
// both, "-" in the first, "+" in the second. It follows internal/text/diff.go and
// internal/publish/proof_window.go.

const maxWords = 50000; // of each side
const maxSteps = 1500; // how different the sides may be
const wholeWords = 400; // texts up to this length are compared as a whole
export const anchor = 4; // words in a row that both texts must have
const margin = 60; // words that are compared around the anchors

// split gives words, each sign and each run of white space; letters of Chinese and
// Japanese stand alone.
const split = (s) => s.match(/ +|(?:(?![\u3041-\u30ff\u3400-\u9fff\u{20000}-\u{3ffff}])[\p{L}\p{M}\p{Nd}])+|./gsu) ?? [];

export function diff(old, fresh) {
  const a = split(old);
  const b = split(fresh);
  let head = 0;
  let tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (w) => ({ op: "", text: w });
  return glue([
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ]);
}

function middle(a, b) {
  const trace = a.length <= maxWords && b.length <= maxWords ? myers(a, b) : null;
  if (trace) return walk(a, b, trace);
  return [...a.map((text) => ({ op: "-", text })), ...b.map((text) => ({ op: "+", text }))];
}

// myers gives, for each number of steps, how far along a each diagonal came (An
// O(ND) Difference Algorithm and Its Variations, 1986). Row n holds every second
// diagonal of -n … n.
function myers(a, b) {
  const trace = [];
  const limit = Math.min(a.length + b.length, maxSteps);
  let before = null;
  for (let n = 0; n <= limit; n++) {
    const row = new Int32Array(n + 1);
    for (let i = 0; i <= n; i++) {
      let x = start(before, i);
      let y = x - (2 * i - n);
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      row[i] = x;
      if (x >= a.length && y >= b.length) return [...trace, row];
    }
    trace.push(row);
    before = row;
  }
  return null;
}

// below tells whether the step to place i of a row takes a word of b.
const below = (before, i) => i === 0 || (i !== before.length && before[i - 1] < before[i]);

function start(before, i) {
  if (!before) return 0;
  return below(before, i) ? before[i] : before[i - 1] + 1;
}

// walk follows the trace back from the end.
function walk(a, b, trace) {
  const back = [];
  let x = a.length;
  let y = b.length;
  for (let n = trace.length - 1; n >= 0; n--) {
    const i = (x - y + n) / 2;
    const before = n > 0 ? trace[n - 1] : null;
    for (const from = start(before, i); x > from; y--) back.push({ op: "", text: a[--x] });
    if (n === 0) break;
    if (below(before, i)) back.push({ op: "+", text: b[--y] });
    else back.push({ op: "-", text: a[--x] });
  }
  return back.reverse();
}

// glue joins edits: within a changed stretch what is missing comes first, and a
// single space between two changes belongs to them.
function glue(edits) {
  const out = [];
  let missing = "";
  let added = "";
  let both = "";
  const flush = () => {
    if (missing) out.push({ op: "-", text: missing });
    if (added) out.push({ op: "+", text: added });
    missing = added = "";
  };
  edits.forEach((e, i) => {
    if (e.op === "" && e.text === " " && missing && added && i + 1 < edits.length && edits[i + 1].op !== "") {
      missing += " ";
      added += " ";
    } else if (e.op === "") {
      flush();
      both += e.text;
    } else {
      if (both) out.push({ op: "", text: both });
      both = "";
      if (e.op === "-") missing += e.text;
      else added += e.text;
    }
  });
  flush();
  if (both) out.push({ op: "", text: both });
  return out;
}

// difference is diff of two spread texts, of long ones only of the stretch that
// both have in common.
export function difference(whole, pasted) {
  const ours = whole.fields;
  const theirs = pasted.fields;
  if (ours.length <= wholeWords && theirs.length <= wholeWords) return diff(whole.canonical, pasted.canonical);
  const runsOurs = runs(whole.plain);
  const runsTheirs = runs(pasted.plain);
  const a = shared(runsOurs, runsTheirs);
  const b = shared(runsTheirs, runsOurs);
  if (!a || !b) return diff(whole.canonical, pasted.canonical);
  const from = Math.max(0, a[0] - Math.min(b[0], margin) - margin / 2);
  const to = Math.min(ours.length, a[1] + anchor + margin);
  const first = Math.max(0, b[0] - margin);
  const last = Math.min(theirs.length, b[1] + anchor + margin);
  const out = [];
  const add = (op, text) => {
    if (out.at(-1)?.op === op) out.at(-1).text += text;
    else out.push({ op, text });
  };
  if (from > 0) add("-", ours.slice(0, from).join(" ") + " ");
  if (first > 0) add("+", theirs.slice(0, first).join(" ") + " ");
  for (const e of diff(ours.slice(from, to).join(" "), theirs.slice(first, last).join(" "))) add(e.op, e.text);
  if (last < theirs.length) add("+", " " + theirs.slice(last).join(" "));
  if (to < ours.length) add("-", " " + ours.slice(to).join(" "));
  return out;
}

// runs gives every anchor of a text with the words at which it begins first and last.
function runs(plain) {
  const out = new Map();
  for (let i = 0; i + anchor <= plain.length; i++) {
    const k = plain.slice(i, i + anchor).join("\n");
    out.set(k, [out.get(k)?.[0] ?? i, i]);
  }
  return out;
}

// shared gives the words at which the first and the last anchor begin that the
// other text has too: those that stand once in each, else all; null when none.
const shared = (these, others) => sharedAt(these, others, true) ?? sharedAt(these, others, false);

function sharedAt(these, others, once) {
  let out = null;
  for (const [k, at] of these) {
    const other = others.get(k);
    if (!other || (once && (at[0] !== at[1] || other[0] !== other[1]))) continue;
    out = out ? [Math.min(out[0], at[0]), Math.max(out[1], at[1])] : at;
  }
  return out;
}
