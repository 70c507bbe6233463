// The check itself: bundle → what it proves. It follows internal/ledger and
// internal/publish, in the formats of C2SP signed-note, tlog-checkpoint,
// tlog-cosignature and RFC 6962.

import { verifyAsync } from "@noble/ed25519";
import { canonical } from "./text.js";

export const utf8 = new TextEncoder();

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

export const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");

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
