/* [data-figure="address of figure JSON"]: drawn by Plotly once it is there, in the page's colours.
   The page is readable before: the table view and the words around the figure need no script. */
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");

function theme() {
  const style = getComputedStyle(document.body);
  const axis = { gridcolor: dark.matches ? "#2b2f3a" : "#e8eaef", zerolinecolor: dark.matches ? "#444a58" : "#c9cdd6" };
  return {
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: dark.matches ? "#c9cdd8" : "#3d4354", family: style.fontFamily, size: 12 },
    xaxis: axis,
    yaxis: axis,
  };
}

/* The page's colours go under what the figure itself says. */
function under(base, own = {}) {
  const merged = { ...base, ...own };
  for (const key of Object.keys(base)) {
    if (own[key] && typeof base[key] === "object") merged[key] = { ...base[key], ...own[key] };
  }
  return merged;
}

async function draw(place) {
  const answer = await fetch(place.dataset.figure, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    place.textContent = "The chart could not be loaded. The table below has the same figures.";
    return;
  }
  place.spec ??= await answer.json();
  const layout = under(theme(), { ...place.spec.layout, template: undefined, width: undefined });
  place.replaceChildren();
  await Plotly.react(place, place.spec.data, layout, { responsive: true, displaylogo: false, displayModeBar: false });
  place.dataset.drawn = "yes";
}

const drawAll = () => document.querySelectorAll("[data-figure]").forEach((place) => draw(place));

drawAll();
dark.addEventListener("change", drawAll);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-figure]:not([data-drawn])").forEach(draw));
