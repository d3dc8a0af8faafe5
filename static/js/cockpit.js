/* The triage cockpit: one key an act. Each key clicks the control that carries it in data-key, so
   mouse, touch and keyboard take the same way; the list follows the request that is shown. */
"use strict";

const isTyping = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const cockpit = () => document.querySelector("[data-cockpit]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.form?.closest("dialog.act")?.querySelector("form.form")?.requestSubmit();
    return;
  }
  if (event.key === "Escape" && event.target.closest?.(".sorting")) event.target.blur();
  if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog:modal")) return;
  const control = cockpit()?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!control || cockpit().matches(".htmx-request")) return;
  event.preventDefault();
  control.click();
});

document.addEventListener("click", (event) => {
  const focuser = event.target.closest("[data-focus]");
  if (focuser) {
    event.preventDefault();
    document.getElementById(focuser.dataset.focus)?.focus();
  }
  if (event.target.closest("[data-shortcuts]")) document.getElementById("shortcuts")?.showModal();
});

/* While an act is on its way the cockpit is dimmed and takes no second key. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "cockpit") cockpit()?.classList.add("htmx-request");
});
document.addEventListener("htmx:afterRequest", () => cockpit()?.classList.remove("htmx-request"));

function follow() {
  const current = cockpit()?.querySelector('.queue__item[aria-current="true"]');
  const list = current?.closest("[data-queue]");
  if (list) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
  cockpit()?.querySelectorAll("[data-shortcuts]").forEach((each) => { each.hidden = false; });
}

follow();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches?.(".queue")) follow();
  if (event.detail.target?.id !== "cockpit" && event.target.id !== "cockpit") return;
  follow();
  const title = cockpit()?.querySelector("[data-detail-title]");
  document.title = document.title.replace(/^.*?(?=Triage)/, title ? `${title.textContent} · ` : "");
  const wanted = cockpit()?.querySelector("[data-focused]") ?? title;
  if (document.activeElement === document.body) wanted?.focus({ preventScroll: true });
});
