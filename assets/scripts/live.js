// Live pages. Elements with data-live="topic other-topic" are loaded again
// when the server names one of their topics:
//   - data-live-src: address whose answer replaces the inside; of a whole page
//     only the element with the same id is taken;
//   - without it the element gets the event "live", for hx-trigger="live".
// The server's events are named by topic; the event "toast" carries {text}.
import htmx from "htmx.org";
import { announce } from "./dom.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const waiting = new Map();
let source;
let known = "";
let lost = 0;

function topics() {
  const all = [...document.querySelectorAll("[data-live]")].flatMap((el) => el.dataset.live.split(/\s+/));
  return [...new Set(all.filter(Boolean))].sort();
}

function connect() {
  const names = topics();
  if (!names.length || (source && known === names.join())) return;
  source?.close();
  known = names.join();
  const url = new URL(document.body.dataset.liveHref, location.href);
  url.searchParams.set("topics", known);
  source = new EventSource(url);
  for (const name of names) source.addEventListener(name, () => refresh(name));
  source.addEventListener("toast", (e) => toast(JSON.parse(e.data).text));
  source.addEventListener("open", () => state(true));
  source.addEventListener("error", () => {
    state(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(reconnect, 15000);
  });
}

function reconnect() {
  source = undefined;
  connect();
}

function state(connected) {
  const sign = document.getElementById("live-state");
  if (connected) {
    // What happened while the line was down is not told again: load all.
    if (lost) topics().forEach(refresh);
    lost = 0;
    if (sign) sign.hidden = true;
  } else {
    lost ||= setTimeout(() => { if (lost && sign) { sign.hidden = false; sign.title = word("live.lost"); } }, 5000);
  }
}

// Many events in a moment load an element once.
function refresh(topic) {
  for (const el of document.querySelectorAll("[data-live]")) {
    if (!el.dataset.live.split(/\s+/).includes(topic) || waiting.has(el)) continue;
    waiting.set(el, setTimeout(() => { waiting.delete(el); load(el); }, 300));
  }
}

// Somebody is at a field of the element, or has left one changed.
function typing(el) {
  return [...el.querySelectorAll("input, textarea, select")].some((f) => f === document.activeElement || changed(f));
}

function changed(f) {
  if (!f.options) return f.value !== f.defaultValue || f.checked !== f.defaultChecked;
  return f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected));
}

// Elements that one event renews in one page ask for it once.
const asked = new Map();

function answer(src) {
  if (!asked.has(src)) asked.set(src, ask(src).finally(() => asked.delete(src)));
  return asked.get(src);
}

async function ask(src) {
  const res = await fetch(src, { headers: { "HX-Request": "true" } }).catch(() => null);
  return res?.ok && !res.redirected ? res.text() : undefined;
}

async function load(el) {
  if (!el.isConnected) return;
  if (!el.dataset.liveSrc) {
    htmx.trigger(el, "live");
    return;
  }
  // Nobody's typing is thrown away.
  if (typing(el)) return;
  const text = await answer(el.dataset.liveSrc);
  if (text === undefined || !el.isConnected || typing(el)) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = (el.id && page.getElementById(el.id)) || page.body;
  if (fresh.innerHTML === el.innerHTML) return;
  el.replaceChildren(...document.adoptNode(fresh).childNodes);
  htmx.process(el);
  announce(el);
  el.classList.remove("fresh");
  void el.offsetWidth;
  el.classList.add("fresh");
}

export function startLive() {
  if (!document.body.dataset.liveHref) return;
  connect();
  document.addEventListener("htmx:load", connect);
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (e) => { if (e.persisted) reconnect(); });
}
