// The page: it asks for a proof and a text, checks them here, and says what came
// of it. It makes no request.

import { Fault, prove } from "./check.js";
import { compare } from "./compare.js";
import { canonical, clean } from "./text.js";
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

// moment writes a time as every language reads it, without a time zone to look up.
const moment = (time) => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

// differs are the verdicts whose pieces are a difference.
const differs = ["formatting", "abridged", "altered"];

// hint says how a difference is drawn, where there is one.
const hint = (answers) => (answers.some((a) => differs.includes(a.verdict)) ? element("p", words.diff[lang], { class: "hint" }) : "");

// said names what is only drawn, for who does not see it.
const said = { "-": "removed", "+": "added" };

// marked draws pieces of a text.
function marked(pieces, attributes) {
  const quote = element("blockquote", "", attributes);
  for (const p of pieces) {
    const e = element({ "-": "del", "+": "ins", "!": "mark" }[p.op] ?? "span", p.text);
    if (said[p.op]) e.prepend(element("span", words[said[p.op]][lang] + " ", { class: "sr", lang: document.documentElement.lang }));
    quote.append(e);
  }
  return quote;
}

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
    if (a.record.at) fact("f.time", moment(new Date(a.record.at)), "ltr");
    fact("f.log", `${a.checkpoint.origin} № ${a.index}`, "ltr");
    fact("f.witnesses", a.checkpoint.witnesses.map((w) => `${w.name} (${moment(w.time)})`).join(", ") || words["f.none"][lang], a.checkpoint.witnesses.length ? "ltr" : "auto");
    box.append(facts);
  }
  const inText = { dir: "auto", lang: a.record?.language ?? "" };
  if (a.quotes?.length) {
    const list = element("ul", "");
    for (const q of a.quotes) {
      const item = element("li", "", { "data-verdict": q.verdict });
      item.append(element("strong", words["q." + q.verdict][lang]), marked(differs.includes(q.verdict) ? q.pieces : [{ op: "", text: q.text }], inText));
      list.append(item);
    }
    box.append(element("h3", words.quotes[lang]), hint(a.quotes), list);
  }
  if (a.pieces?.length) {
    box.append(element("h3", words["s." + a.verdict][lang]), hint([a]), marked(a.pieces, inText));
  }
  box.hidden = false;
  box.focus();
}

// tones are how the answers look: those without one are bad.
const tones = { unchanged: "good", formatting: "good", part: "good", proof: "good", abridged: "doubt", contains: "doubt", not_found: "doubt", too_short: "doubt", too_long: "doubt" };

async function check(event) {
  event.preventDefault();
  const keys = $("keys").value.split("\n").map((k) => k.trim()).filter(Boolean);
  try {
    const found = await prove($("proof").value, keys);
    const text = clean($("text").value);
    let verdict = { verdict: "proof", pieces: [] };
    if (found.record.act === "withdraw") verdict = { verdict: "withdrawn", pieces: [] };
    else if (found.record.act === "release" && text) verdict = await compare(found.record, text);
    show({ ...found, ...verdict, tone: tones[verdict.verdict] ?? "bad" });
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
globalThis.sifara = { canonical, compare }; // for who wants to compare programs
$("keys").value = house.keys.join("\n");
const asked = new URLSearchParams(location.search).get("lang") ?? house.language;
speak(langs.includes(asked) ? asked : "ar");
