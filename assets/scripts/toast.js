// Short messages that pass. A server sends one with the header
// HX-Trigger: {"toast": {"kind": "success", "text": "…"}}.
import { make } from "./dom.js";
import { word } from "./words.js";

export function toast(text, { label, act, seconds = 8 } = {}) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const box = make("div", { class: "toast" }, make("span", { dir: "auto" }, text));
  const close = () => box.remove();
  box.append(
    make("button", { type: "button", onclick: () => { close(); act?.(); } }, label ?? word("close")),
  );
  region.append(box);
  if (!label) setTimeout(close, seconds * 1000);
}

export function startToasts() {
  document.body.addEventListener("toast", (e) => toast(e.detail?.text ?? e.detail?.value));
  for (const event of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(event, () => toast(word("failed.request")));
  }
}
