/* Native dialogs: opened by [data-dialog-open="id"], whose href is the way without JavaScript.
   Escape and focus return are the browser's own; a click beside the box closes it too. */
"use strict";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    opener.closest("details[data-menu]")?.removeAttribute("open");
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (event.target instanceof HTMLDialogElement && event.target.matches("[data-dialog]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

/* A dialog whose form came back with errors opens by itself. */
function showRefused(root) {
  for (const dialog of root.querySelectorAll("dialog[data-dialog-show]:not([open])")) dialog.showModal();
}

showRefused(document);
document.addEventListener("htmx:afterSettle", (event) => showRefused(event.target));
