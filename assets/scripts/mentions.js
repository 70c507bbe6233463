// Whoever writes "@" in a text area with data-mentions is offered the colleagues of
// the select that it names. The focus stays in the text and the chosen line moves.
// Without script the name is typed, or chosen in the select.
import { make } from "./dom.js";
import { put } from "./markdown.js";

const most = 8;
const fold = (s) => s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function startMentions(area) {
  const select = document.getElementById(area.dataset.mentions);
  if (!select) return;
  const names = [...select.options].filter((o) => o.value).map((o) => o.label.trim());
  const list = make("ul", { id: `${area.id}-names`, class: "mentions", role: "listbox", "aria-label": select.labels[0]?.textContent.trim(), hidden: true });
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let chosen = -1;
  let taken = false; // by the key that is down, which is to write nothing itself

  // What stands between the last "@" and the caret.
  function asked() {
    if (area.selectionStart !== area.selectionEnd) return null;
    const found = /(?:^|[\s(])@([^\n@]{0,40})$/u.exec(area.value.slice(0, area.selectionStart));
    return found ? found[1] : null;
  }

  function choose(i) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = i;
    const line = list.children[i];
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    if (line) area.setAttribute("aria-activedescendant", line.id);
    else area.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    choose(-1);
  }

  function offer() {
    const q = asked();
    const begins = (name) => fold(name).split(/\s+/).some((_, i, words) => words.slice(i).join(" ").startsWith(fold(q)));
    const found = q === null || /\s$/u.test(q) ? [] : names.filter(begins).slice(0, most);
    if (!found.length) return close();
    list.replaceChildren(...found.map((name, i) => make("li", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false", dir: "auto", onclick: () => take(name), onmousemove: () => i !== chosen && choose(i) }, name)));
    list.hidden = false;
    choose(0);
  }

  function take(name) {
    const at = area.selectionStart;
    const text = name + " ";
    put(area, at - asked().length, at, text, [text.length, text.length]);
    close();
  }

  area.addEventListener("input", offer);
  area.addEventListener("click", offer);
  area.addEventListener("blur", close);
  list.addEventListener("mousedown", (e) => e.preventDefault()); // the focus stays in the text
  area.addEventListener("beforeinput", (e) => taken && e.preventDefault());
  area.addEventListener("keyup", () => (taken = false));
  area.addEventListener("keydown", (e) => {
    taken = false;
    if (list.hidden || e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const n = list.children.length;
    if (step) choose((chosen + step + n) % n);
    else if (e.key === "Enter" || e.key === "Tab") {
      take(list.children[chosen].textContent);
      taken = true;
    } else if (e.key === "Escape") close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
}
