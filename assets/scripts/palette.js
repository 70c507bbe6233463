// The command palette: Ctrl+K or ⌘K from anywhere. The server answers
// [{title, hint, href}] to ?q=…, best first, only what one may use.
// An ARIA combobox: the focus stays in the input, the chosen line moves.
import { make } from "./dom.js";
import { word } from "./words.js";

const dialog = document.getElementById("palette");
const input = document.getElementById("palette-q");
const list = document.getElementById("palette-list");
const note = document.getElementById("palette-note");

let chosen = -1;
let timer = 0;
let running;

function open() {
  if (dialog.open) return;
  document.querySelectorAll("dialog[open]").forEach((d) => d.close());
  dialog.showModal();
  input.value = "";
  input.focus();
  search();
}

async function search() {
  running?.abort();
  running = new AbortController();
  const url = new URL(document.body.dataset.palette, location.href);
  url.searchParams.set("q", input.value.trim());
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: running.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch (e) {
    if (e.name === "AbortError") return;
    show([]);
    note.textContent = word("palette.failed");
  }
}

function show(results) {
  list.replaceChildren(
    ...results.map((r, i) =>
      make("li", { role: "option", id: `palette-${i}`, "aria-selected": "false", "data-href": r.href, onclick: () => go(i), onmousemove: () => choose(i) },
        make("b", { dir: "auto" }, r.title),
        make("small", { dir: "auto" }, r.hint ?? ""),
      ),
    ),
  );
  note.textContent = results.length ? "" : word("palette.none");
  input.setAttribute("aria-expanded", String(results.length > 0));
  chosen = -1;
  choose(results.length ? 0 : -1);
}

function choose(i) {
  if (i === chosen && i >= 0) return;
  list.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = i;
  const el = list.children[i];
  if (!el) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  el.setAttribute("aria-selected", "true");
  el.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", el.id);
}

function go(i, elsewhere = false) {
  const href = list.children[i]?.dataset.href;
  if (!href) return;
  if (elsewhere) window.open(href, "_blank", "noopener");
  else location.assign(href);
  dialog.close();
}

function keys(e) {
  const n = list.children.length;
  const moves = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: Math.min(chosen + 8, n - 1), PageUp: Math.max(chosen - 8, 0) };
  if (e.key in moves && n) {
    e.preventDefault();
    choose((moves[e.key] + n) % n);
  } else if (e.key === "Enter") {
    e.preventDefault();
    go(chosen, e.ctrlKey || e.metaKey);
  }
}

export function startPalette() {
  if (!dialog) return;
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.code === "KeyK") {
      e.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-palette-open]")) open();
    if (e.target.closest("#palette [data-close]") || e.target === dialog) dialog.close();
  });
  input.addEventListener("keydown", keys);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
}
