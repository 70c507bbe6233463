// Asks before an act. data-confirm="what will happen" on a submit button, a
// form or a link; hx-confirm works by the same dialog.
import { word } from "./words.js";

const dialog = document.getElementById("confirm");

/** Resolves to true when the person says yes. */
export function ask(text, { danger = false, label = "" } = {}) {
  return new Promise((resolve) => {
    dialog.querySelector("#confirm-text").textContent = text;
    const ok = dialog.querySelector("#confirm-ok");
    ok.textContent = label || word("confirm.ok");
    ok.classList.toggle("btn-danger", danger);
    // The event "close" comes late, perhaps when the next question stands
    // already; the answer is taken from what closes the dialog.
    const stop = new AbortController();
    const end = (yes) => {
      stop.abort();
      resolve(yes);
    };
    const { signal } = stop;
    dialog.querySelector("form").addEventListener("submit", (e) => end(e.submitter?.value === "ok"), { signal });
    dialog.addEventListener("cancel", () => end(false), { signal });
    dialog.addEventListener("close", () => { if (!dialog.open) end(false); }, { signal });
    dialog.showModal();
    // The way back is the one that a hasty Enter takes.
    dialog.querySelector("[value=cancel]").focus();
  });
}

export function startConfirm() {
  if (!dialog) return;
  const agreed = new WeakSet();
  document.addEventListener(
    "submit",
    async (e) => {
      const source = e.submitter?.closest("[data-confirm]") ?? e.target.closest("[data-confirm]");
      if (!source || agreed.has(e.target)) {
        agreed.delete(e.target);
        return;
      }
      e.preventDefault();
      e.stopImmediatePropagation();
      const { submitter, target } = e;
      if (await ask(source.dataset.confirm, options(source))) {
        agreed.add(target);
        target.requestSubmit(submitter);
      }
    },
    true,
  );
  document.addEventListener("click", async (e) => {
    const link = e.target.closest("a[data-confirm]");
    if (!link) return;
    e.preventDefault();
    if (await ask(link.dataset.confirm, options(link))) location.assign(link.href);
  });
  document.body.addEventListener("htmx:confirm", async (e) => {
    if (!e.detail.question) return;
    e.preventDefault();
    if (await ask(e.detail.question, options(e.target))) e.detail.issueRequest(true);
  });
}

function options(el) {
  return { danger: "confirmDanger" in el.dataset, label: el.dataset.confirmLabel };
}
