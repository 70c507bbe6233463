// A click on a picture sets the point that its crops keep, in the two number fields
// beside it, which work without this.
import { number } from "./words.js";

export function startFocal(img) {
  const part = img.closest(".form-part");
  const [x, y] = ["focus_x", "focus_y"].map((name) => part?.querySelector(`[name=${name}]`));
  if (!x || !y) return;
  img.style.cursor = "crosshair";
  img.addEventListener("click", (e) => {
    const box = img.getBoundingClientRect();
    const share = (at, from, size) => number(Math.round(Math.min(1, Math.max(0, (at - from) / size)) * 100));
    x.value = share(e.clientX, box.left, box.width);
    y.value = share(e.clientY, box.top, box.height);
    x.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
