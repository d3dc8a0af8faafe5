/* One key an act: it clicks the control that carries it in data-key, so that mouse, touch and
   keyboard take the same way. Keys pressed while an act is under way are kept and played after it;
   once one of them opens a dialog, the rest is what was typed into it. */
"use strict";

const isTyping = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const isBusy = () => document.querySelector("[data-cockpit].htmx-request") !== null;
let early = [];

function press(key) {
  const name = CSS.escape(key.toLowerCase());
  const control = document.querySelector(`[data-cockpit] [data-key="${name}"]`);
  control?.click();
  return control !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const dialog = event.target.form?.closest("dialog.act");
    if (dialog && event.target.matches("button[type=submit]")) {
      event.preventDefault();
      event.target.click();
    } else {
      dialog?.querySelector("form.form")?.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape" && event.target.closest?.(".sorting")) event.target.blur();
  if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
  if (isBusy() && event.key.length === 1) {
    event.preventDefault();
    early.push(event.key);
    return;
  }
  if (isTyping(event.target) || document.querySelector("dialog:modal")) return;
  if (press(event.key)) event.preventDefault();
});

/* What was refused is looked at first: keys meant for the request after it are forgotten. */
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.status >= 400 || event.detail.failed) early = [];
});

function play() {
  while (early.length && !isBusy()) {
    const field = document.querySelector("dialog:modal") && document.activeElement;
    if (field && isTyping(field)) {
      field.setRangeText(early.join(""), field.selectionStart, field.selectionEnd, "end");
      early = [];
    } else {
      press(early.shift());
    }
  }
}

/* Only once htmx is done with the answer: whether it was a refusal is told after it is settled. */
document.addEventListener("htmx:afterSettle", () => queueMicrotask(play));
