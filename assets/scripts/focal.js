// A click on a picture sets the point that its crops keep, in the two number fields
// beside it, which work without this; a ring shows the point that they name, and
// the arrow keys move it.
import { make } from "./dom.js";
import { number, value } from "./words.js";

const within = (n) => Math.min(100, Math.max(0, Math.round(n)));

export function startFocal(img) {
  const part = img.closest(".form-part");
  const [x, y] = ["focus_x", "focus_y"].map((name) => part?.querySelector(`[name=${name}]`));
  if (!x || !y) return;
  const ring = make("span", { class: "focal-ring", "aria-hidden": "true" });
  const box = make("span", { class: "focal" });
  img.replaceWith(box);
  box.append(img, ring);

  function show() {
    const [left, top] = [value(x.value), value(y.value)];
    ring.hidden = !(left >= 0 && left <= 100 && top >= 0 && top <= 100);
    ring.style.left = `${left}%`;
    ring.style.top = `${top}%`;
  }

  function set(field, n) {
    field.value = number(within(n));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  img.addEventListener("click", (e) => {
    const at = img.getBoundingClientRect();
    set(x, ((e.clientX - at.left) / at.width) * 100);
    set(y, ((e.clientY - at.top) / at.height) * 100);
  });
  for (const field of [x, y]) {
    field.addEventListener("input", show);
    field.addEventListener("keydown", (e) => {
      const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
      const now = value(field.value);
      if (!step || Number.isNaN(now)) return;
      e.preventDefault();
      set(field, now + step);
    });
  }
  show();
}
