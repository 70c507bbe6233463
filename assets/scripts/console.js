// The console's script. Every page works without it except for what needs it
// by nature: passkeys, live updates, the palette and charts.
import htmx from "htmx.org";
import { startAutosave } from "./autosave.js";
import { startCalendar } from "./calendar.js";
import { startConfirm } from "./confirm.js";
import { each } from "./dom.js";
import { startFocal } from "./focal.js";
import { startForms } from "./forms.js";
import { startLive } from "./live.js";
import { startMarkdown } from "./markdown.js";
import { startMentions } from "./mentions.js";
import { startPalette } from "./palette.js";
import { startPasskeys } from "./passkey.js";
import { startToasts } from "./toast.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

startConfirm();
startForms();
startToasts();
startAutosave();
startMarkdown();
startPalette();
startPasskeys();
startLive();

// Charts bring a large library, loaded only where there is one to see.
each("[data-chart]", async (el) => (await import("./chart.js")).draw(el));

each("[data-calendar]", startCalendar);
each("[data-focal]", startFocal);
each("[data-mentions]", startMentions);

// Menus close when one looks elsewhere, and by Escape.
document.addEventListener("click", (e) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(e.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a phone the chosen tab is brought into sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const box = tab.closest(".tabs");
  const [a, b] = [tab.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollLeft += a.left + a.width / 2 - (b.left + b.width / 2);
}

// ⌘ in place of Ctrl on the machines that have it.
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  document.querySelectorAll(".top-search kbd").forEach((k) => (k.textContent = "⌘K"));
}
