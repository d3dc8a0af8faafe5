/* The triage cockpit: the list follows the request that is shown, the focus goes with it. */
"use strict";

const cockpit = () => document.querySelector("[data-cockpit]");

document.addEventListener("click", (event) => {
  const focuser = event.target.closest("[data-focus]");
  if (focuser) {
    event.preventDefault();
    document.getElementById(focuser.dataset.focus)?.focus();
  }
  if (event.target.closest("[data-shortcuts]")) document.getElementById("shortcuts")?.showModal();
});

/* While an act is on its way the cockpit is dimmed and takes no second one. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "cockpit") cockpit()?.classList.add("htmx-request");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id === "cockpit") cockpit()?.classList.remove("htmx-request");
});

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
