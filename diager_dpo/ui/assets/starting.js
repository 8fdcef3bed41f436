// The page of the first run: asks how far the making is, shows it, and goes on when it is done.
"use strict";

const bar = document.getElementById("making");
const phase = document.getElementById("phase");

async function ask() {
  try {
    const answer = await fetch("/starting/state", { cache: "no-store" });
    const state = await answer.json();
    bar.value = state.percent;
    if (phase.textContent !== state.words) phase.textContent = state.words;
    if (state.stage === "ready") { window.location.replace(bar.dataset.next); return; }
    if (state.stage === "failed") { bar.remove(); return; }
  } catch (_error) {
    // The server may be restarting: ask again.
  }
  window.setTimeout(ask, 500);
}

ask();
