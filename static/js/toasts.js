/* Toasts leave by themselves, but never while somebody reads (hover) or uses (focus) them; one
   that goes on with a topic takes the place of the one before it. */
"use strict";

const toasts = document.getElementById("toasts");
const SHORT = 6000;
const LONG = 12000;

function leave(toast) {
  toast.classList.add("toast--leaving");
  setTimeout(() => toast.remove(), 220);
}

function replaceEarlier(toast) {
  if (!toast.dataset.topic) return;
  for (const earlier of toasts.querySelectorAll(`[data-topic="${CSS.escape(toast.dataset.topic)}"]`)) {
    if (earlier !== toast) earlier.remove();
  }
}

function start(toast) {
  replaceEarlier(toast);
  const patience = toast.matches(".toast--negative") || toast.querySelector("form") ? LONG : SHORT;
  let timer = setTimeout(() => leave(toast), patience);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => leave(toast), SHORT);
  };
  toast.querySelector("[data-toast-close]").hidden = false;
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

if (toasts) {
  toasts.querySelectorAll("[data-toast]").forEach(start);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) start(node);
    }
  }).observe(toasts, { childList: true });
  toasts.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) leave(event.target.closest("[data-toast]"));
  });
}
