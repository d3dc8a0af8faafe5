/* Forms: a second click sends nothing twice, and errors are where the focus goes. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if ([...form.attributes].some((each) => each.name.startsWith("hx-"))) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

/* Coming back with the Back button, a form may be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  }
});

function focusErrors(root) {
  root.querySelector?.("[data-form-errors]")?.focus();
}

focusErrors(document);
document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));

/* [data-submit-on-change] selects send their form; without JavaScript its button does. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
