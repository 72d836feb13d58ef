// Copy, live preview of one's own line, and keys. Everything works without it, by the forms themselves.
"use strict";

document.documentElement.classList.add("js");

const letter = document.getElementById("letter");
const help = document.getElementById("help");

// --- the message ---

if (letter) {
  const { text, line, had_line: hadLine, had_passage: hadPassage } = letter.elements;
  const findings = document.getElementById("findings");
  const ways = document.getElementById("ways");
  let waiting = 0;
  let asked = 0;
  let kept = text.value;

  // The server writes the message; what was typed meanwhile is never overwritten.
  async function preview() {
    const form = new URLSearchParams(new FormData(letter));
    const before = text.value;
    const mine = (asked += 1);
    let answer;
    try {
      answer = await fetch(letter.dataset.preview, { method: "POST", body: form });
    } catch {
      return; // the program was stopped: the words stay in the page
    }
    if (!answer.ok || mine !== asked || text.value !== before) return;
    const said = await answer.json();
    if (text.value !== before) return;
    if (said.text !== before.trim()) text.value = said.text;
    hadLine.value = form.get("line") ?? hadLine.value;
    hadPassage.value = form.get("passage") ?? hadPassage.value;
    findings.innerHTML = said.findings;
    ways.innerHTML = said.ways;
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(preview, 250);
  }

  text.addEventListener("input", soon);
  if (line) line.addEventListener("input", soon);
  letter.addEventListener("change", (event) => {
    if (event.target.name === "passage") preview();
  });
  letter.addEventListener("submit", () => { kept = null; });
  if (line && line.value !== hadLine.value) soon(); // typed before this script was there
  window.addEventListener("beforeunload", (event) => {
    if (kept !== null && text.value !== kept) event.preventDefault();
  });
}

async function copy() {
  const text = letter?.elements.text;
  if (!text) return;
  const button = document.querySelector("[data-copy]");
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.select(); // the browser will not let us: the words are selected, ready for Ctrl-C
    return;
  }
  document.querySelector(".status").textContent = button.dataset.copied;
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2500);
}

// --- keys ---

const SILENT = "nouvelles-keys-off";
const switched = document.getElementById("keys-on");
if (switched) {
  switched.checked = !localStorage.getItem(SILENT);
  switched.addEventListener("change", () => {
    if (switched.checked) localStorage.removeItem(SILENT);
    else localStorage.setItem(SILENT, "1");
  });
}

function here() {
  return document.activeElement?.closest("[data-card]") ?? null;
}

function move(step) {
  const cards = [...document.querySelectorAll("[data-card][tabindex]")];
  if (!cards.length) return;
  const at = cards.indexOf(here());
  const next = at < 0 ? (step > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + step, 0), cards.length - 1);
  cards[next].focus();
  cards[next].scrollIntoView({ block: "nearest" });
}

function press(what) {
  const card = here() ?? document.querySelector("[data-card]");
  card?.querySelector(what)?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => press("[data-open]"),
  t: () => press("[data-thank]"),
  c: copy,
  "?": () => help?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  if (event.target.closest("input, textarea, select")) return;
  const act = KEYS[event.key];
  if (!act || (event.key !== "?" && localStorage.getItem(SILENT))) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy]")) copy();
  if (event.target.closest("[data-help]")) help.showModal();
});
