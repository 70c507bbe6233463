// The page: it asks for a proof and a text, checks them here, and says what came
// of it. It makes no request.

import { Fault, canonical, compare, prove } from "./check.js";
import words from "./words.json";

const $ = (id) => document.getElementById(id);
const langs = ["ar", "ckb", "kmr", "en"];
const house = JSON.parse($("house").textContent);
let lang = "";
let answer = null;

function speak(to) {
  lang = to;
  document.documentElement.lang = { kmr: "ku-Latn" }[to] ?? to;
  document.documentElement.dir = to === "ar" || to === "ckb" ? "rtl" : "ltr";
  document.title = words.title[to];
  for (const e of document.querySelectorAll("[data-w]")) e.textContent = words[e.dataset.w][to];
  for (const b of document.querySelectorAll("[data-lang]")) b.setAttribute("aria-pressed", String(b.dataset.lang === to));
  if (answer) show(answer);
}

const element = (name, text, attributes = {}) => {
  const e = document.createElement(name);
  e.textContent = text;
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  return e;
};

function show(a) {
  answer = a;
  const box = $("answer");
  box.replaceChildren();
  box.className = "answer " + a.tone;
  box.dataset.verdict = a.verdict;
  box.append(element("h2", words["v." + a.verdict][lang]), element("p", words["t." + a.verdict][lang]));
  if (a.record) {
    const facts = element("dl", "");
    const fact = (key, value, dir = "auto") => facts.append(element("dt", words[key][lang]), element("dd", value, { dir }));
    if (a.record.title) fact("f.title", a.record.title);
    if (a.record.at) fact("f.time", a.record.at, "ltr");
    fact("f.log", `${a.checkpoint.origin} № ${a.index}`, "ltr");
    fact("f.witnesses", a.checkpoint.witnesses.map((w) => `${w.name} (${w.time.toISOString()})`).join(", ") || words["f.none"][lang], a.checkpoint.witnesses.length ? "ltr" : "auto");
    box.append(facts);
  }
  if (a.pieces?.length) {
    const quote = element("blockquote", "", { dir: "auto", lang: a.record.language ?? "" });
    for (const p of a.pieces) quote.append(element({ "-": "del", "+": "ins" }[p.op] ?? "span", p.words.join(" ")), " ");
    box.append(element("p", words.diff[lang], { class: "hint" }), quote);
  }
  box.hidden = false;
  box.focus();
}

const good = ["unchanged", "formatting", "part", "proof"];

async function check(event) {
  event.preventDefault();
  const keys = $("keys").value.split("\n").map((k) => k.trim()).filter(Boolean);
  try {
    const found = await prove($("proof").value, keys);
    const text = $("text").value.trim();
    let verdict = { verdict: "proof", pieces: [] };
    if (found.record.act === "withdraw") verdict = { verdict: "withdrawn", pieces: [] };
    else if (found.record.act === "release" && text) verdict = compare(found.record, text);
    show({ ...found, ...verdict, tone: good.includes(verdict.verdict) ? "good" : "bad" });
  } catch (e) {
    if (!(e instanceof Fault)) console.error(e);
    show({ verdict: "x." + (e instanceof Fault ? e.message : "form"), tone: "bad" });
  }
}

$("form").addEventListener("submit", check);
$("file").addEventListener("change", async () => {
  const f = $("file").files[0];
  if (f) $("proof").value = await f.text();
});
for (const b of document.querySelectorAll("[data-lang]")) b.addEventListener("click", () => speak(b.dataset.lang));
globalThis.sifaraCanonical = canonical; // for who wants to compare programs
$("keys").value = house.keys.join("\n");
const asked = new URLSearchParams(location.search).get("lang") ?? house.language;
speak(langs.includes(asked) ? asked : "ar");
