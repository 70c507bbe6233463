// Nothing typed is lost: a form with data-autosave="name" keeps its fields on
// this device while they are being written. When the page comes back without
// them (a closed tab, an expired session), it offers them. A draft is dropped
// when the server says that the act succeeded (a flash of kind success after
// the form was sent). Passwords, files and hidden fields are never kept.
import { each, make } from "./dom.js";
import { word } from "./words.js";

const prefix = "sifara:draft:";
const monthMs = 30 * 24 * 3600 * 1000;

function fields(form) {
  return [...form.elements].filter((f) => f.name && !f.closest("[data-autosave-skip]") && !["password", "file", "hidden", "submit", "button", "reset"].includes(f.type));
}

function read(form) {
  return fields(form).filter((f) => !["checkbox", "radio"].includes(f.type) || f.checked).map((f) => [f.name, f.value]);
}

function write(form, values) {
  for (const f of fields(form)) {
    if (["checkbox", "radio"].includes(f.type)) f.checked = values.some(([n, v]) => n === f.name && v === f.value);
    else {
      const i = values.findIndex(([n]) => n === f.name);
      if (i >= 0) f.value = values.splice(i, 1)[0][1];
    }
    f.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Tells whether it is kept: storage may be full or forbidden, and the form still works. */
function keep(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

function autosave(form) {
  const key = prefix + (form.dataset.autosave || location.pathname);
  const before = JSON.stringify(read(form));
  const draft = load(key);
  if (draft && JSON.stringify(draft.values) !== before && !keptToo(draft)) offer(form, key, draft);

  // What the server has, when it keeps this form too; lost since when it cannot be reached.
  let timer, inHouse;
  let tries = 0;
  const say = (name) => {
    const sign = form.querySelector("[data-autosave-state]");
    if (sign) sign.textContent = name ? word(name) : "";
  };
  const store = (more = {}) => {
    clearTimeout(timer);
    timer = undefined;
    const values = read(form);
    return keep(key, { values, at: Date.now(), house: JSON.stringify(values) === inHouse, ...more });
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const kept = store();
      if (!tries) say(kept && "autosave.saved");
    }, 600);
  });
  window.addEventListener("pagehide", () => timer !== undefined && store());

  let sent;
  const again = () => tries && form.isConnected && form.dispatchEvent(new Event("input", { bubbles: true }));
  form.addEventListener("htmx:beforeRequest", (e) => {
    if (e.target === form) sent = JSON.stringify(read(form));
  });
  form.addEventListener("htmx:afterRequest", (e) => {
    if (e.target !== form || !e.detail.successful) return;
    tries = 0;
    inHouse = sent;
    say(store() && "autosave.saved");
  });
  for (const lost of ["htmx:sendError", "htmx:responseError"]) {
    form.addEventListener(lost, () => {
      store();
      say("autosave.lost");
      setTimeout(again, 2000 * 2 ** Math.min(tries++, 4));
    });
  }
  window.addEventListener("online", again);
  form.addEventListener("submit", () => store({ sent: true }));
}

// The server keeps what is typed in some forms as well, and offers it itself: of a
// draft that had reached it nothing is said here.
function keptToo(draft) {
  return draft.house && document.querySelector("[data-draft-kept]");
}

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function offer(form, key, draft) {
  const box = make("div", { class: "notice k-info", role: "status" });
  const close = () => box.remove();
  box.append(
    make("div", {},
      make("p", {}, word("autosave.found")),
      make("div", { class: "buttons" },
        make("button", { type: "button", class: "btn btn-small", onclick: () => { write(form, draft.values); close(); } }, word("autosave.restore")),
        make("button", { type: "button", class: "btn btn-small btn-quiet", onclick: () => { localStorage.removeItem(key); close(); } }, word("autosave.discard")),
      ),
    ),
  );
  form.prepend(box);
}

/** Forgets drafts that were sent, once the server has said that it worked, and very old ones. */
function tidy() {
  const worked = document.querySelector("[data-flash=success]");
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(prefix)) continue;
    const draft = load(key);
    if (!draft || Date.now() - draft.at > monthMs || (worked && draft.sent)) localStorage.removeItem(key);
  }
}

export function startAutosave() {
  try {
    tidy();
  } catch {
    return; // no storage here
  }
  each("form[data-autosave]", autosave);
}
