/* A session that goes on: what somebody is typing is never exchanged, and saved before they leave. */
"use strict";

const noteForm = () => document.querySelector("[data-live] form[data-note]");
const noteField = (form) => form?.querySelector("textarea");
const isUnsaved = (form) => Boolean(form) && noteField(form).value !== noteField(form).defaultValue;

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((each) => each.selected !== each.defaultSelected && each.value);
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

/* Somebody is at work there: a field has the focus, holds something unsent, or a fold is open. */
function isBusy(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input, textarea, select")) return true;
  if (part.querySelector("details[open], form.htmx-request")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some(isChanged);
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if (part.matches("[data-live-part]") && isBusy(part)) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("form[data-note]")) event.target.sentText = noteField(event.target).value;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = noteForm();
  if (event.target === form) {
    if (event.detail.successful) noteField(form).defaultValue = form.sentText;
    else if (!event.detail.xhr?.responseText) say(form, "Not saved yet: the hub cannot be reached. It is tried again.");
  } else if (event.detail.successful && isUnsaved(form) && !form.matches(".htmx-request")) {
    htmx.trigger(form, "submit");
  }
});

function say(form, words) {
  form.querySelector("[role=status], [role=alert]").textContent = words;
}

/* Another act leaves the page: the note goes first. */
function saveFirst(event, goOn) {
  const form = noteForm();
  if (!isUnsaved(form) || form.contains(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const then = () => setTimeout(() => { if (!isUnsaved(form)) goOn(); });
  form.addEventListener("htmx:afterRequest", then, { once: true });
  htmx.trigger(form, "submit");
}

document.addEventListener("submit", (event) => saveFirst(event, () => event.target.requestSubmit(event.submitter)), true);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]:not([target])");
  if (link) saveFirst(event, () => { window.location.href = link.href; });
}, true);
