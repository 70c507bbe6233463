// Planned releases of the calendar can be dragged to another day. What then
// happens is the form #move: its page shows what speaks against the day and asks
// before anything moves. The link on each release leads to the same page, which
// is the way without a mouse.
export function startCalendar(table) {
  const form = document.getElementById("move");
  let held;
  table.addEventListener("dragstart", (e) => {
    held = element(e)?.closest("[data-message]");
    if (!held) return;
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", held.textContent.trim());
  });
  table.addEventListener("dragend", () => { held = undefined; over(); });
  table.addEventListener("dragover", (e) => {
    const day = target(e);
    over(day);
    if (!day) return;
    e.preventDefault();
    e.dataTransfer.dropEffect = "move";
  });
  table.addEventListener("dragleave", (e) => { if (!table.contains(e.relatedTarget)) over(); });
  table.addEventListener("drop", (e) => {
    const day = target(e);
    over();
    if (!day) return;
    e.preventDefault();
    form.elements.message.value = held.dataset.message;
    form.elements.hash.value = held.dataset.hash;
    form.elements.day.value = day.dataset.day;
    form.requestSubmit();
  });

  // Some browsers tell of the text inside an element.
  function element(e) {
    return e.target.nodeType === Node.ELEMENT_NODE ? e.target : e.target.parentElement;
  }

  // The day under the pointer, when the entry would leave its own.
  function target(e) {
    const day = held && element(e)?.closest("[data-day]");
    return day && !day.contains(held) ? day : undefined;
  }

  function over(day) {
    for (const el of table.querySelectorAll(".month-over")) if (el !== day) el.classList.remove("month-over");
    day?.classList.add("month-over");
  }
}
