/* select[data-search] with many options: typing finds one. A native input with a datalist stands in
   for the select, which keeps name and value; without JavaScript the select is there as it is. */
"use strict";

const MANY = 12;
const plain = (text) => text.trim().toLowerCase();

function show(input) {
  const { source: select } = input;
  input.value = select.selectedOptions[0]?.label ?? "";
  input.required = select.dataset.required === "yes" && !select.value;
  input.setCustomValidity("");
}

function enhance(select) {
  const labels = [...select.options].map((option) => plain(option.label));
  if (select.list || labels.length < MANY || new Set(labels).size < labels.length) return;
  const input = document.createElement("input");
  const choices = document.createElement("datalist");
  for (const option of select.options) choices.append(new Option(option.label, option.label));
  Object.assign(input, { id: select.id, autocomplete: "off", source: select });
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  choices.id = `${select.id}-choices`;
  input.setAttribute("list", choices.id);
  input.dataset.searches = "";
  select.id += "-value";
  select.dataset.required = select.required ? "yes" : "";
  Object.assign(select, { hidden: true, required: false, list: choices });
  select.before(input, choices);
  show(input);
}

/* The list shows everything at first: what is chosen steps aside as the placeholder. */
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("[data-searches]")) return;
  target.placeholder = target.source.selectedOptions[0]?.label ?? "";
  target.value = "";
  target.required = false;
});
document.addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-searches]") && !target.value) show(target);
});
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-searches]")) return;
  event.stopImmediatePropagation();
  const options = [...input.source.options];
  const found = options.filter((option) => plain(option.label).includes(plain(input.value)));
  const chosen = options.find((option) => plain(option.label) === plain(input.value)) ?? (found.length === 1 && found[0]);
  if (!input.value || !chosen) return input.value ? input.setCustomValidity("Choose one from the list.") : show(input);
  input.source.value = chosen.value;
  show(input);
  input.source.dispatchEvent(new Event("change", { bubbles: true }));
}, true);

const enhanceAll = () => document.querySelectorAll("select[data-search]:not([hidden])").forEach(enhance);
enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
