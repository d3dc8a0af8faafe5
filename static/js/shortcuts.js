/* Keys of every page: "?" shows them, "/" searches the list, J and K walk it, G and a letter goes. */
"use strict";

const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
let going = 0;

/* J and K walk the rows of a list; Enter, being on a link, opens. */
function walk(step) {
  const rows = [...document.querySelectorAll(".table--list .row__link")];
  const next = rows[Math.min(Math.max(rows.indexOf(document.activeElement) + step, 0), rows.length - 1)];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    document.getElementById("shortcuts")?.showModal();
  } else if (event.key === "/") {
    const search = document.querySelector('main input[type="search"]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (Date.now() - going < 1200) {
    const link = document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
    going = 0;
    if (link) {
      event.preventDefault();
      event.stopImmediatePropagation();
      link.click();
    }
  } else if (event.key === "j" || event.key === "k") {
    walk(event.key === "j" ? 1 : -1);
  } else if (event.key === "g") {
    going = Date.now();
  }
}, true);
