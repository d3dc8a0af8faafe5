/* The request after the one that is shown is fetched ahead, so that going on shows it at once.
   Any act forgets what was fetched before it; a page older than half a minute is asked for anew. */
"use strict";

const FRESH = 30000;
let ahead = null;

async function fetchAhead() {
  const url = document.querySelector('[data-cockpit] [data-key="j"]')?.getAttribute("hx-get");
  if (!url || ahead?.url === url) return;
  const mine = { url, at: Date.now(), html: "" };
  ahead = mine;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "cockpit" } });
    if (answer.ok && !answer.headers.has("HX-Redirect")) mine.html = await answer.text();
  } catch {
    if (ahead === mine) ahead = null;
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { verb, path } = event.detail.requestConfig;
  if (verb !== "get") {
    ahead = null;
    return;
  }
  if (path !== ahead?.url || !ahead.html || Date.now() - ahead.at > FRESH) return;
  event.preventDefault();
  const { html } = ahead;
  ahead = null;
  history.replaceState({ htmx: true }, "");
  history.pushState({ htmx: true }, "", path);
  htmx.swap("#cockpit", html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
});

document.addEventListener("htmx:afterSettle", fetchAhead);
if (document.readyState === "complete") fetchAhead();
else addEventListener("load", fetchAhead);
