// Keeping what is written, copy, live preview of one's own line, and keys. Everything works without it, by the forms themselves.
"use strict";

document.documentElement.classList.add("js");

const letter = document.getElementById("letter");
const help = document.getElementById("help");

// --- the message ---

if (letter) {
  const { text, line, had_line: hadLine, had_passage: hadPassage } = letter.elements;
  const [findings, ways, excerpt, note, adrift] = ["findings", "ways", "excerpt", "kept", "adrift"].map(
    (id) => document.getElementById(id),
  );
  let previewing = 0;
  let keeping = 0;
  let asked = 0;
  let turn = Promise.resolve(true); // one at a time: what is older never lands on what is newer
  let sure = false;

  // The file holds the words: a browser that comes back shows those, not what it remembers of this form.
  letter.autocomplete = "off";

  function state(of = "value", on = "checked") {
    const passage = [...letter.querySelectorAll("[name=passage]")].find((choice) => choice[on]);
    return JSON.stringify([text[of], line?.[of], passage?.value]);
  }
  let kept = state("defaultValue", "defaultChecked");

  function show(said, form) {
    if (said.text !== text.value.trim()) text.value = said.text;
    hadLine.value = form.get("line") ?? hadLine.value;
    hadPassage.value = form.get("passage") ?? hadPassage.value;
    findings.innerHTML = said.findings;
    ways.innerHTML = said.ways;
    if (!excerpt) return;
    if (said.excerpt) excerpt.innerHTML = said.excerpt;
    else excerpt.textContent = excerpt.textContent; // nothing is quoted: the words stay, their mark goes
  }

  // Ask the server, which writes the message; what is typed meanwhile is never overwritten. Whether it answered well.
  async function tell(address) {
    const form = new URLSearchParams(new FormData(letter));
    const before = text.value;
    const sent = state();
    const mine = (asked += 1);
    try {
      const answer = await fetch(address, { method: "POST", body: form });
      if (!answer.ok) return fail(answer.status === 403 ? "" : await lead(answer));
      const said = await answer.json();
      const current = mine === asked && text.value === before;
      const still = current && state() === sent;
      if (current) show(said, form);
      if (address === letter.dataset.keep) kept = still ? state() : sent;
    } catch {
      return fail("");
    }
    adrift.hidden = true;
    return true;
  }

  // What an error page of ours says.
  async function lead(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector(".lead")?.textContent ?? "";
  }

  function fail(sentence) {
    adrift.hidden = false;
    adrift.firstElementChild.textContent = sentence || adrift.dataset.gone;
    note.textContent = "";
    return false;
  }

  function preview() {
    clearTimeout(previewing);
    return tell(letter.dataset.preview);
  }

  // Keep what is not kept yet; with `surely`, ask even when all is kept, for what follows needs an answer too.
  function keep(surely = false) {
    clearTimeout(previewing);
    clearTimeout(keeping);
    turn = turn.then(async () => {
      if (!surely && state() === kept) return true;
      const done = await tell(letter.dataset.keep);
      if (done && state() === kept) note.textContent = note.dataset.kept;
      return done;
    });
    return turn;
  }

  function soon() {
    note.textContent = "";
    clearTimeout(previewing);
    clearTimeout(keeping);
    previewing = setTimeout(preview, 250);
    keeping = setTimeout(keep, 1000);
  }

  text.addEventListener("input", soon);
  line?.addEventListener("input", soon);
  letter.addEventListener("focusout", () => keep());
  letter.addEventListener("change", (event) => {
    if (event.target.name === "passage") keep();
  });
  if (state() !== kept) soon(); // typed before this script was there

  // Whatever leads away first keeps the words; where that cannot be, one stays with them.
  async function leave(go) {
    if (await keep(true)) {
      go();
      return;
    }
    text.focus();
    text.select();
  }

  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target.getAttribute("method") !== "post") return;
    if (sure) {
      sure = false;
      return;
    }
    event.preventDefault();
    leave(() => {
      sure = true;
      target.requestSubmit(submitter);
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/']");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (state() === kept) return;
    event.preventDefault();
    leave(() => location.assign(link.href));
  });
  window.addEventListener("pagehide", () => {
    if (state() === kept) return;
    const body = new URLSearchParams(new FormData(letter));
    fetch(letter.dataset.keep, { method: "POST", body, keepalive: true }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && state() === kept) location.reload(); // it may have been sent since
  });
  window.addEventListener("beforeunload", (event) => {
    if (!adrift.hidden && state() !== kept) event.preventDefault();
  });
}

async function copy(button = document.querySelector("#ways [data-copy]")) {
  const text = letter?.elements.text;
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.focus();
    text.select(); // the browser will not let us: the words are selected, ready for Ctrl-C
    return;
  }
  document.querySelector(".status").textContent = button.dataset.copied;
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.style.minWidth = `${button.getBoundingClientRect().width}px`; // what stands beside it does not move
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
  c: () => copy(),
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
  const copying = event.target.closest("[data-copy]");
  if (copying) copy(copying);
  if (event.target.closest("[data-help]")) help.showModal();
});
