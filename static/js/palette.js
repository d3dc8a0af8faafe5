/* The command palette: Ctrl or Command and K; arrows choose, Enter opens. htmx fetches the choices. */
"use strict";

const palette = document.getElementById("palette");
const field = palette?.querySelector('[role="combobox"]');
const choices = () => [...palette.querySelectorAll('[role="option"]')];

function choose(place) {
  const all = choices();
  const chosen = all[(place + all.length) % all.length];
  all.forEach((each) => each.setAttribute("aria-selected", String(each === chosen)));
  field.setAttribute("aria-expanded", String(all.length > 0));
  if (chosen) {
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function open(event) {
  event.preventDefault();
  if (palette.open) return;
  field.value = "";
  palette.showModal();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey) open(event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]") && !event.metaKey && !event.ctrlKey) open(event);
  });
  field.addEventListener("keydown", (event) => {
    const place = choices().findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(place + 1);
    else if (event.key === "ArrowUp") choose(place - 1);
    else if (event.key === "Enter" && place >= 0) choices()[place].click();
    else return;
    event.preventDefault();
  });
  palette.addEventListener("htmx:afterSettle", () => choose(0));
}
