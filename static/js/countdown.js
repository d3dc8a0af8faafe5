/* [data-countdown] has the seconds left as the hub counted them; each poll sets it right again. */
"use strict";

let shown = null;
let endsAt = 0;

function tick() {
  const clock = document.querySelector("[data-countdown]");
  if (!clock) return;
  if (clock !== shown) {
    shown = clock;
    endsAt = performance.now() + Number(clock.dataset.countdown) * 1000;
  }
  const left = Math.round((endsAt - performance.now()) / 1000);
  const seconds = String(Math.abs(left) % 60).padStart(2, "0");
  clock.textContent = `${Math.floor(Math.abs(left) / 60)}:${seconds} ${left < 0 ? "over" : "left"}`;
  clock.closest(".timebox").classList.toggle("timebox--over", left < 0);
}

tick();
setInterval(tick, 1000);
