/* Lists: select rows, count them, and name the cells for the narrow layout. */
"use strict";

const boxes = (list) => [...list.querySelectorAll('tbody input[name="pk"]')];

function count(list) {
  const all = boxes(list);
  const ticked = all.filter((box) => box.checked).length;
  const head = list.querySelector("[data-select-all]");
  const everyPage = list.querySelector('[data-bulk] [name="all"]');
  const words = list.querySelector("[data-bulk-count]");
  if (head) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  if (everyPage && ticked < all.length) everyPage.checked = false;
  if (words) words.textContent = everyPage?.checked ? "Every row selected" : `${ticked} selected`;
}

let last = null;

document.addEventListener("click", (event) => {
  const box = event.target;
  const list = box.closest?.("[data-list]");
  if (!list || !box.matches('input[type="checkbox"]')) return;
  if (box.matches("[data-select-all]")) boxes(list).forEach((each) => { each.checked = box.checked; });
  if (box.name === "all" && box.checked) boxes(list).forEach((each) => { each.checked = true; });
  if (box.name === "pk") {
    const all = boxes(list);
    if (event.shiftKey && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    last = box;
  }
  count(list);
});

function label(root) {
  for (const table of root.querySelectorAll(".table--list")) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, place) => {
        const head = heads[place] ?? "";
        cell.dataset.label ??= cell.textContent.trim().startsWith(head) ? "" : head;
      });
    }
  }
}

label(document);
document.addEventListener("htmx:afterSettle", () => label(document));
