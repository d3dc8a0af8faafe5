/* Keys that work on every page: "?" shows them, "/" searches this list, G then a letter goes there. */
"use strict";

const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
let going = 0;

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
  } else if (event.key === "g") {
    going = Date.now();
  }
}, true);
