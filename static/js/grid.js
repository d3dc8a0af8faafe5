/* The allocation grid: moves like a spreadsheet, and each cell saves itself when it is left.
   [data-grid] holds the address in data-cell-url; the text somebody types is never replaced. */
"use strict";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const isCell = (element) => element.matches?.("[data-grid] input[name^='w-']");

function neighbour(input, [down, right]) {
  const rows = [...input.closest("tbody").rows].filter((row) => row.querySelector("input"));
  const row = rows[rows.indexOf(input.closest("tr")) + down];
  return row?.cells[input.closest("td").cellIndex + right]?.querySelector("input[name^='w-']");
}

function isAtEdge(input, key) {
  const { selectionStart: start, selectionEnd: end, value } = input;
  return start === 0 && end === value.length || (key === "ArrowLeft" ? end === 0 : start === value.length);
}

const turns = new WeakMap(); // a cell saves one text after the other: an answer says what was seen

async function send(td, input) {
  const seen = td.querySelector("[name^='s-']");
  const values = { [input.name]: input.value, [seen.name]: seen.value, why: document.getElementById("why")?.value ?? "" };
  const url = input.closest("[data-grid]").dataset.cellUrl;
  td.dataset.state = "saving";
  try {
    await htmx.ajax("POST", url, { source: td, target: td.querySelector("[data-note]"), swap: "innerHTML", values });
    td.dataset.state = td.querySelector("[data-wrong]") ? "wrong" : "saved";
  } catch { td.dataset.state = "wrong"; }
}

function save(input) {
  const td = input.closest("td");
  turns.set(td, (turns.get(td) ?? Promise.resolve()).then(() => send(td, input)));
}

document.addEventListener("change", (event) => { if (isCell(event.target)) save(event.target); });
document.addEventListener("focusin", (event) => { if (isCell(event.target)) event.target.select(); });

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isCell(input) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  let move = MOVES[event.key];
  if (event.key === "Enter") move = [event.shiftKey ? -1 : 1, 0];
  if (event.key === "Escape") input.value = input.closest("td").querySelector("[name^='s-']").value;
  if (event.key === "F2") input.setSelectionRange(input.value.length, input.value.length);
  if (!move || event.shiftKey && event.key !== "Enter") return;
  if (move[1] && !isAtEdge(input, event.key)) return;
  event.preventDefault();
  (neighbour(input, move) ?? input).focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take], [data-keep]");
  const input = button?.closest("td")?.querySelector("input[name^='w-']");
  if (!input) return;
  input.value = button.dataset.take ?? input.value;
  save(input);
  input.focus();
});
