// The handover: walk the lines with the arrows, Enter is seen; what is typed is kept; the other leader's steps are shown.

import { apply } from "./settings.js";

apply();
const boot = JSON.parse(document.querySelector("#boot").textContent);
const lines = [...document.querySelectorAll(".lines li[tabindex]")];
const all = new Map([...document.querySelectorAll(".lines li")].map((one) => [one.dataset.position, one]));
const notes = document.querySelector("#notes");
const kept = document.querySelector("#kept");

async function send(what, said) {
  const answer = await fetch(`/console/handover/${boot.id}/${what}/`, {
    method: "POST", credentials: "same-origin", body: JSON.stringify(said),
    headers: { "Content-Type": "application/json", "X-CSRFToken": boot.csrf },
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.message ?? `Fel ${answer.status}`);
  return told;
}

function show(state) {
  for (const [position, words] of Object.entries(state.seen)) {
    const line = all.get(position);
    line?.classList.add("seen");
    if (line) line.querySelector("small").textContent = `✓ ${words}`;
  }
  const left = document.querySelector("#left");
  if (left) left.textContent = state.left;
}

function move(by) {
  const at = lines.indexOf(document.activeElement);
  (lines[at + by] ?? (at < 0 ? lines[0] : null))?.focus();
}

document.addEventListener("keydown", async (event) => {
  if (event.target.closest("textarea, button, a") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && lines.includes(document.activeElement)) {
    event.preventDefault();
    await see(document.activeElement);
  }
});
for (const line of lines) line.addEventListener("click", () => line.focus());

async function see(line) {
  try {
    show(await send("seen", { position: Number(line.dataset.position) }));
    const next = lines[lines.indexOf(line) + 1];
    (next ?? document.querySelector("#take"))?.focus();
  } catch (error) {
    line.querySelector("small").textContent = `Gick inte att spara: ${error.message}`;
  }
}

let timer = 0;
const draft = `handover-${boot.id}`;
async function keep() {
  try {
    await send("notes", { notes: notes.value });
    localStorage.removeItem(draft);
    kept.textContent = "✓ Sparat.";
  } catch (error) {
    kept.textContent = `${error.message} Texten finns kvar här.`;
  }
}
if (notes) {
  notes.value = localStorage.getItem(draft) ?? notes.value;
  notes.addEventListener("input", () => {
    localStorage.setItem(draft, notes.value);
    kept.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(keep, 500);
  });
  document.querySelector("#sign")?.addEventListener("submit", () => { if (localStorage.getItem(draft) !== null) keep(); });
}

async function follow() {
  try {
    const answer = await fetch(`/console/handover/${boot.id}/state.json`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const state = await answer.json();
    show(state);
    const now = JSON.stringify([state.open, state.signed]);
    if (follow.was !== undefined && follow.was !== now && document.activeElement !== notes) location.reload();
    follow.was = now;
  } catch { /* the next look comes in two seconds */ }
}
if (boot.open) {
  follow();
  setInterval(follow, 2_000);
}
lines.find((one) => !one.classList.contains("seen"))?.focus();
document.documentElement.dataset.ready = "true";
