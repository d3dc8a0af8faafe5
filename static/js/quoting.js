/* Words to themes: what is selected inside [data-quotable] goes along when [data-quote] is used, by
   its key T, its link or the small button that appears below the selection. */
"use strict";

let kept = null;

function selected() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const node = range.commonAncestorContainer;
  const box = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-quotable]");
  if (!box || !range.toString().trim()) return null;
  const before = document.createRange();
  before.selectNodeContents(box);
  before.setEnd(range.startContainer, range.startOffset);
  return { words: range.toString(), part: box.dataset.quotable, near: before.toString().length, range };
}

const bubble = Object.assign(document.createElement("button"), { type: "button", className: "button button--small button--primary quote-bubble", textContent: "Attach to a theme", hidden: true });
document.body.append(bubble);
bubble.addEventListener("click", () => document.querySelector("[data-quote]")?.click());

document.addEventListener("pointerdown", () => { kept = selected(); });
document.addEventListener("selectionchange", () => {
  const found = document.querySelector("[data-quote]") && selected();
  bubble.hidden = !found;
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.matches("[data-quote]")) return;
  const { words, part, near } = selected() ?? kept ?? {};
  if (words) Object.assign(detail.parameters, { words, part, near });
  kept = null;
  bubble.hidden = true;
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key !== "t" || isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
  if (document.querySelector("dialog:modal, [data-cockpit]")) return;
  document.querySelector("[data-quote]")?.click();
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "quoting-place") target.querySelector("[data-form-errors], [data-focused]")?.focus();
  if (target.id?.startsWith("words-")) target.querySelector("[data-quote]")?.focus();
});
