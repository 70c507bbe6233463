// The check itself: bundle → what it proves. It follows internal/ledger and
// internal/publish, in the formats of C2SP signed-note, tlog-checkpoint,
// tlog-cosignature and RFC 6962.

import { verifyAsync } from "@noble/ed25519";

const utf8 = new TextEncoder();

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
};

const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");

export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

// ed25519 asks the browser, and our own code where it does not know the curve.
export async function ed25519(key, signature, message) {
  try {
    const k = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, k, signature, message);
  } catch {
    return verifyAsync(signature, message, key).catch(() => false);
  }
}

export class Fault extends Error {}

const refuse = (why) => {
  throw new Fault(why);
};

// parseKey reads a verifier key: name+hash+base64(type, key).
export async function parseKey(line) {
  const [name, id, encoded, ...rest] = line.trim().split("+");
  if (!encoded) return null;
  let raw;
  try {
    raw = bytes([encoded, ...rest].join("+"));
  } catch {
    return null;
  }
  const hash = (await sha256(join(utf8.encode(name + "\n"), raw))).slice(0, 4);
  if (raw.length !== 33 || hex(hash) !== id.toLowerCase() || (raw[0] !== 1 && raw[0] !== 4)) return null;
  return { name, hash, type: raw[0], key: raw.slice(1) };
}

// open checks a checkpoint against keys and gives origin, size, root and the
// witnesses that signed it.
export async function open(text, keys) {
  const cut = text.lastIndexOf("\n\n");
  if (cut < 0 || !text.endsWith("\n")) refuse("checkpoint");
  const body = text.slice(0, cut + 1);
  const lines = body.slice(0, -1).split("\n");
  if (lines.length < 3 || lines.includes("") || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1])) refuse("checkpoint");
  const out = { origin: lines[0], size: Number(lines[1]), root: bytes(lines[2]), witnesses: [], key: "" };
  if (out.root.length !== 32) refuse("checkpoint");
  for (const line of text.slice(cut + 2).split("\n").filter(Boolean)) {
    const m = /^— (\S+) (\S+)$/u.exec(line);
    if (!m) refuse("checkpoint");
    const sig = bytes(m[2]);
    const k = keys.find((k) => k.name === m[1] && same(k.hash, sig.slice(0, 4)));
    if (!k) continue;
    let ok = false;
    if (k.type === 1) {
      ok = sig.length === 68 && (await ed25519(k.key, sig.slice(4), utf8.encode(body)));
      if (ok && k.name === out.origin) out.key = k.name;
    } else if (sig.length === 76) {
      const time = new DataView(sig.buffer, sig.byteOffset + 4, 8).getBigUint64(0);
      ok = await ed25519(k.key, sig.slice(12), utf8.encode("cosignature/v1\ntime " + time + "\n" + body));
      if (ok) out.witnesses.push({ name: k.name, time: new Date(Number(time) * 1000) });
    }
    if (!ok) refuse("signature");
  }
  if (!out.key) refuse("unsigned");
  return out;
}

// included checks the way from a record up to the root (RFC 9162, 2.1.3.2).
export async function included(record, index, size, proof, root) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let at = index;
  let last = size - 1;
  let hash = await sha256(join(Uint8Array.of(0), record));
  const node = (a, b) => sha256(join(Uint8Array.of(1), a, b));
  for (const p of proof) {
    if (last === 0 || p.length !== 32) return false;
    if (at % 2 === 1 || at === last) {
      hash = await node(p, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await node(hash, p);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(hash, root);
}

// prove checks a bundle whole and gives its record and checkpoint.
export async function prove(text, keyLines) {
  let b, record, raw, proof;
  try {
    b = JSON.parse(text);
    raw = bytes(b.record);
    proof = (b.proof || []).map(bytes);
    record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    refuse("form");
  }
  if (typeof b.checkpoint !== "string" || record.form !== "sifara/publish/1") refuse("form");
  const keys = (await Promise.all(keyLines.map(parseKey))).filter(Boolean);
  if (!keys.some((k) => k.type === 1)) refuse("keys");
  let checkpoint;
  try {
    checkpoint = await open(b.checkpoint, keys);
  } catch (e) {
    if (e instanceof Fault) throw e;
    refuse("checkpoint");
  }
  if (!(await included(raw, b.index, checkpoint.size, proof, checkpoint.root))) refuse("proof");
  if (record.act === "release" && record.text && hex(await sha256(utf8.encode(canonical(record.text)))) !== record.canonical) refuse("proof");
  return { record, index: b.index, checkpoint };
}

const signs = { "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "‹": "'", "›": "'", "′": "'", "ʼ": "'", "＇": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹘": "-", "－": "-", "…": "...", "⁄": "/" };

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const hidden = /[\0-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Noncharacter_Code_Point}/gu;

// canonical is text.Canonical.
export function canonical(s) {
  const even = s.toWellFormed ? s.toWellFormed() : s;
  const plain = even.normalize("NFC").replace(space, " ").replace(hidden, "").replace(/ {2,}/g, " ").trim();
  return [...plain].map((c) => signs[c] ?? c).join("").normalize("NFC");
}

const zeros = [0x660, 0x6f0];

// words are what is left without signs, case and the script of digits.
export function words(s) {
  return [...canonical(s)]
    .map((c) => {
      const zero = zeros.find((z) => c.codePointAt(0) >= z && c.codePointAt(0) < z + 10);
      return zero ? String(c.codePointAt(0) - zero) : c === "٪" ? "%" : c;
    })
    .join("")
    .replace(/\u0640/g, "")
    .replace(/(^|\s)-(?=\d)/g, "$1\u0001")
    .replace(/[^\S ]|[\p{P}`~|^]/gu, (c) => (c === "%" ? c : " "))
    .replace(/\u0001/g, "-")
    .toLowerCase()
    .split(/ +/)
    .filter(Boolean);
}

// compare holds a given text against a record, as the site does: a verdict, and
// pieces with "", "-" (ours, missing) or "+" (not ours).
export function compare(record, given) {
  const ours = record.text || [record.title, record.summary, record.source].filter(Boolean).join("\n\n");
  const head = [record.title, record.summary].filter(Boolean).join("\n\n");
  const body = head && ours.startsWith(head) ? ours.slice(head.length).trim() : ours;
  const forms = [ours, body, [record.title, body].filter(Boolean).join("\n\n"), [record.summary, body].filter(Boolean).join("\n\n"), record.source || ""].filter(Boolean);
  const mine = words(given);
  if (mine.length < 3 && !forms.some((f) => canonical(f) === canonical(given))) return { verdict: "too_short", pieces: [] };
  if (forms.some((f) => canonical(f) === canonical(given))) return { verdict: "unchanged", pieces: [] };
  const line = mine.join(" ");
  if (forms.some((f) => words(f).join(" ") === line)) return { verdict: "formatting", pieces: [] };
  const whole = words(ours);
  if (` ${whole.join(" ")} `.includes(` ${line} `)) return { verdict: "part", pieces: [] };
  const edits = diff(canonical(ours).split(" "), canonical(given).split(" "));
  let equal = 0;
  let run = 0;
  for (const e of edits) {
    if (e.op !== "") continue;
    equal += e.words.length;
    run = Math.max(run, e.words.length);
  }
  // What stands before and after a quotation was left out, not altered.
  while (edits.length && edits[0].op === "-") edits.shift();
  while (edits.length && edits[edits.length - 1].op === "-") edits.pop();
  const share = equal / Math.max(1, canonical(given).split(" ").length);
  if (share >= 0.5) return { verdict: "altered", pieces: edits };
  if (run >= 8) return { verdict: "contains", pieces: edits.filter((e) => e.op !== "-") };
  return { verdict: "not_found", pieces: [] };
}

// diff is the shortest way from one list of words to another (Myers 1986).
export function diff(a, b) {
  const limit = Math.min(a.length + b.length, 3000);
  const trace = [];
  let frontier = new Map([[1, 0]]);
  let done = false;
  for (let n = 0; n <= limit && !done; n++) {
    trace.push(new Map(frontier));
    for (let k = -n; k <= n && !done; k += 2) {
      let x = k === -n || (k !== n && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1)) ? frontier.get(k + 1) ?? 0 : (frontier.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      frontier.set(k, x);
      done = x >= a.length && y >= b.length;
    }
  }
  if (!done) return [{ op: "-", words: a }, { op: "+", words: b }];
  const back = [];
  let x = a.length;
  let y = b.length;
  for (let n = trace.length - 1; n >= 0; n--) {
    const f = trace[n];
    const k = x - y;
    const from = k === -n || (k !== n && (f.get(k - 1) ?? -1) < (f.get(k + 1) ?? -1)) ? k + 1 : k - 1;
    const px = f.get(from) ?? 0;
    const py = px - from;
    while (x > px && y > py && x > 0 && y > 0) {
      back.push(["", a[--x]]);
      y--;
    }
    if (n === 0) break;
    if (x === px) back.push(["+", b[--y]]);
    else back.push(["-", a[--x]]);
  }
  const out = [];
  for (const [op, w] of back.reverse()) {
    if (out.length && out[out.length - 1].op === op) out[out.length - 1].words.push(w);
    else out.push({ op, words: [w] });
  }
  return out;
}
