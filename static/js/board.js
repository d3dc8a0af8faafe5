/* Drags cards of [data-board] between and within its columns; the buttons of a card do the same. */
"use strict";

let dragged = null;

const following = (column, y) =>
  [...column.querySelectorAll("[data-card]")].find((card) => {
    const box = card.getBoundingClientRect();
    return card !== dragged && y < box.top + box.height / 2;
  });

function mark(column, next) {
  document.querySelectorAll(".board__column--over, .board__card--before").forEach((each) => {
    each.classList.remove("board__column--over", "board__card--before");
  });
  column?.classList.add("board__column--over");
  next?.classList.add("board__card--before");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-board] [data-card]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
});

document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest("[data-column]");
  if (!column) return;
  event.preventDefault();
  mark(column, following(column, event.clientY));
});

document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest("[data-column]");
  if (!column) return;
  event.preventDefault();
  const form = dragged.querySelector("form");
  const values = Object.fromEntries(new FormData(form));
  values.to = column.dataset.column;
  values.before = following(column, event.clientY)?.dataset.card ?? column.dataset.following ?? "";
  htmx.ajax("POST", dragged.dataset.moveUrl, { source: form, target: "#board", swap: "innerHTML", values });
});

document.addEventListener("dragend", () => {
  mark(null, null);
  dragged = null;
});
