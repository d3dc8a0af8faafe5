/* details[data-menu]: one open at a time; a click elsewhere or Escape closes it; arrows walk it. */
"use strict";

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu__item")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
    event.preventDefault();
    items[next]?.focus();
  }
});

/* A menu button inside a link of the drawer, or any popover, closes after a choice. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[popover] a[href]")) event.target.closest("[popover]").hidePopover?.();
});
