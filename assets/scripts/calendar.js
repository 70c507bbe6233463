// Planned releases of the calendar can be dragged to another day. What then
// happens is the form #move, which asks first and goes through the same rules
// as the page of a release; that page is the way without a mouse.
export function startCalendar(table) {
  const form = document.getElementById("move");
  let held;
  table.addEventListener("dragstart", (e) => {
    held = e.target.closest?.("[data-message]");
    if (!held) return;
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", held.textContent.trim());
  });
  table.addEventListener("dragend", () => { held = undefined; over(); });
  table.addEventListener("dragover", (e) => {
    const day = target(e);
    if (!day) return;
    e.preventDefault();
    over(day);
  });
  table.addEventListener("drop", (e) => {
    const day = target(e);
    if (!day) return;
    e.preventDefault();
    over();
    form.elements.message.value = held.dataset.message;
    form.elements.hash.value = held.dataset.hash;
    form.elements.day.value = day.dataset.day;
    form.requestSubmit(form.querySelector("button"));
  });

  // The day under the pointer, when the entry would leave its own.
  function target(e) {
    const day = held && e.target.closest?.("[data-day]");
    return day && !day.contains(held) ? day : undefined;
  }

  function over(day) {
    for (const el of table.querySelectorAll(".month-over")) el.classList.remove("month-over");
    day?.classList.add("month-over");
  }
}
