// A toolbar that writes Markdown into the text area it controls. Without script
// there is none, and the marks are typed. The direction of the text does not
// matter: marks are put before and after in the order of reading.
import { each } from "./dom.js";

const around = { bold: ["**", "**"], italic: ["*", "*"] };
const before = { heading: "## ", list: "- ", numbers: "1. ", quote: "> " };

/** Replaces a stretch of the text so that the browser can undo it, and tells those who listen. */
export function put(area, from, to, text, select) {
  area.focus();
  area.setSelectionRange(from, to);
  // The only way that keeps the browser's own undo; setRangeText forgets it.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(from + select[0], from + select[1]);
}

function wrap(area, [open, close]) {
  const { selectionStart: a, selectionEnd: b, value } = area;
  if (value.slice(a - open.length, a) === open && value.slice(b, b + close.length) === close) {
    put(area, a - open.length, b + close.length, value.slice(a, b), [0, b - a]);
  } else {
    put(area, a, b, open + value.slice(a, b) + close, [open.length, open.length + b - a]);
  }
}

function prefix(area, mark) {
  const { value } = area;
  const from = value.slice(0, area.selectionStart).lastIndexOf("\n") + 1;
  const end = value.indexOf("\n", area.selectionEnd);
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const off = lines.every((l) => l.startsWith(mark));
  const text = lines.map((l) => (off ? l.slice(mark.length) : mark + l)).join("\n");
  put(area, from, to, text, [text.length, text.length]);
}

function link(area) {
  const { selectionStart: a, selectionEnd: b, value } = area;
  const words = value.slice(a, b);
  // The address is selected, to be pasted over.
  put(area, a, b, `[${words}](https://)`, words ? [words.length + 3, words.length + 11] : [1, 1]);
}

function act(area, name) {
  if (around[name]) wrap(area, around[name]);
  else if (before[name]) prefix(area, before[name]);
  else link(area);
}

export function startMarkdown() {
  each("[data-markdown-tools]", (bar) => {
    const area = document.getElementById(bar.dataset.markdownTools);
    if (!area) return;
    bar.hidden = false;
    const buttons = [...bar.querySelectorAll("button")];
    // One stop for the Tab key; arrows lead from button to button.
    buttons.forEach((b, i) => (b.tabIndex = i ? -1 : 0));
    const stop = (next) => buttons.forEach((b) => (b.tabIndex = b === next ? 0 : -1));
    bar.addEventListener("click", (e) => {
      const b = e.target.closest("button");
      if (!b) return;
      stop(b);
      act(area, b.dataset.mark);
    });
    bar.addEventListener("keydown", (e) => {
      const rtl = getComputedStyle(bar).direction === "rtl";
      const at = buttons.indexOf(document.activeElement);
      const to = { ArrowRight: at + (rtl ? -1 : 1), ArrowLeft: at + (rtl ? 1 : -1), Home: 0, End: -1 }[e.key];
      if (to === undefined || at < 0) return;
      e.preventDefault();
      const next = buttons[(to + buttons.length) % buttons.length];
      stop(next);
      next.focus();
    });
    area.addEventListener("keydown", (e) => {
      const name = { b: "bold", i: "italic" }[e.key.toLowerCase()];
      if (!name || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
      e.preventDefault();
      act(area, name);
    });
  });
}
