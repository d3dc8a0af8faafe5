/* A long list of choices in [data-narrow]: typing in [data-narrow-by] leaves over those whose words
   it has. Without JavaScript the field stays hidden and the list is there as it is. */
"use strict";

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow-by]")) return;
  const words = target.value.toLowerCase().split(/\s+/);
  for (const each of target.closest("[data-narrow]").querySelectorAll("[data-narrow-list] label:has(input)")) {
    each.hidden = !words.every((word) => each.textContent.toLowerCase().includes(word));
  }
});

/* Enter looks for nothing more: it does not send the form. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrow-by]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    event.target.closest("[data-narrow]").querySelector("label:not([hidden]) input[type=checkbox]")?.focus();
  }
});

const showNarrowing = (root) => root.querySelectorAll?.("[data-narrow-box]").forEach((each) => { each.hidden = false; });
showNarrowing(document);
document.addEventListener("htmx:afterSettle", ({ target }) => showNarrowing(target));
