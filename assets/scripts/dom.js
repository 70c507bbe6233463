/** Makes an element: attributes by name, "on…" as listeners, text or elements inside. */
export function make(tag, attributes = {}, ...inside) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...inside);
  return el;
}

/** Runs enhance on every element that matches, now and in what htmx or live updates bring later. */
export function each(selector, enhance) {
  const done = new WeakSet();
  const run = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const el of found) {
      if (done.has(el)) continue;
      done.add(el);
      enhance(el);
    }
  };
  run(document);
  document.addEventListener("sifara:content", (e) => run(e.target));
  document.addEventListener("htmx:load", (e) => run(e.target));
}

/** Tells everyone that an element has new content. */
export function announce(el) {
  el.dispatchEvent(new CustomEvent("sifara:content", { bubbles: true }));
}
