// Small help for forms, on public pages and in the console: every form works
// without it.
import { each, make } from "./dom.js";
import { number, word } from "./words.js";

// The summary of errors takes the focus, and its links take it to the field.
function focusSummary() {
  document.querySelector("[data-focus]")?.focus();
}

// How many characters are left.
function counter(note) {
  const area = document.getElementById(note.dataset.countFor);
  if (!area) return;
  const limit = Number(area.dataset.count);
  note.setAttribute("aria-live", "polite");
  const update = () => {
    const left = limit - [...area.value].length;
    const text = left < 0 ? note.dataset.countOver : note.dataset.countLeft;
    note.textContent = text.replace("{number}", number(Math.abs(left)));
    note.classList.toggle("problem", left < 0);
  };
  area.addEventListener("input", update);
  if (area.value) update();
}

// Lists chosen files, shows pictures, names files that are too large.
// The browser's own button speaks the browser's language, not the page's, so
// a label takes its place; the input stays there for keyboard and reader.
function preview(input) {
  const none = make("span", {}, word("file.none"));
  const box = make("div", { class: "file-box" });
  input.replaceWith(box);
  input.className = "sr";
  box.append(input, make("label", { class: "btn btn-quiet btn-small", for: input.id }, word("file.choose")), none);
  input.addEventListener("change", () => {
    box.querySelector(".files")?.remove();
    none.hidden = input.files.length > 0;
    if (!input.files.length) return;
    const max = Number(input.dataset.maxBytes ?? 0);
    let bad = false;
    const list = make("ul", { class: "files" });
    for (const file of input.files) {
      const item = make("li", {});
      if (file.type.startsWith("image/") && file.size < 8e6) showPicture(file, item);
      const text = make("div", {}, make("bdi", {}, file.name), make("small", {}, size(file.size)));
      if (max && file.size > max) {
        bad = true;
        text.append(make("p", { class: "problem" }, word("file.toobig", { max: input.dataset.maxText ?? size(max) })));
      }
      item.append(text);
      list.append(item);
    }
    box.append(list);
    input.setCustomValidity(bad ? word("file.toobig", { max: input.dataset.maxText ?? size(max) }) : "");
  });
}

function showPicture(file, item) {
  const reader = new FileReader();
  reader.addEventListener("load", () => item.prepend(make("img", { src: reader.result, alt: "" })));
  reader.readAsDataURL(file);
}

function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let i = 0;
  while (bytes >= 1000 && i < 3) {
    bytes /= 1000;
    i++;
  }
  return `\u2066${number(Math.round(bytes))} ${units[i]}\u2069`;
}

// A form is sent once, however often its button is pressed.
function onceOnly() {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method === "dialog" || form.method === "get") return;
    if (form.dataset.sent) {
      e.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    e.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
    }
  });
}

// Copies the text of the element named by data-copy.
function copy(button) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const before = button.textContent;
    button.textContent = word("copied");
    setTimeout(() => (button.textContent = before), 2000);
  });
}

export function startForms() {
  focusSummary();
  onceOnly();
  each("[data-count-for]", counter);
  each("input[data-preview]", preview);
  each("[data-copy]", copy);
}
