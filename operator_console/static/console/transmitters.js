// The page of transmitters: rows stay where they are, only what they say changes. Read every other second.

import { get, NoAnswer, post, useToken } from "./api.js";
import { apply, settings } from "./settings.js";

const EVERY = 2000;
const $ = (selector, root = document) => root.querySelector(selector);
const boot = JSON.parse($("#boot").textContent);
useToken(boot.csrf);
apply();

const rows = [...document.querySelectorAll("tr[data-id]")];
const byId = new Map(rows.map((row) => [row.dataset.id, row]));
const unfolds = rows.map((row) => $(".unfold", row));
let turn = 0, failures = 0, lastRead = $("#now").textContent, chosen = 0;

function set(el, text) { if (el.textContent !== text) el.textContent = text; }
function say(text) { set($("#message"), text); $("#message").classList.toggle("some", Boolean(text)); }

// -- reading -------------------------------------------------------------------------------------
/** Only what differs is painted, and a focused link keeps its focus. */
function swap(el, html) {
  if (el.painted === html) return;
  const first = el.painted === undefined;
  el.painted = html;
  if (first && el.innerHTML.trim() === html.trim()) return;
  const focused = el.contains(document.activeElement);
  el.innerHTML = html;
  if (focused) ($("a", el) ?? $(".unfold", el.closest("tr")) ?? document.body).focus({ preventScroll: true });
}
function paintRow(id, now) {
  const row = byId.get(id);
  if (!row) return;
  row.dataset.state = now.state;
  for (const [name, html] of Object.entries(now.cells)) swap($(`[data-cell="${name}"]`, row), html);
}
function paintCounts(counts) {
  for (const el of document.querySelectorAll("[data-count]")) {
    set(el, String(counts[el.dataset.count]));
    el.parentElement.classList.toggle("some", ["wrong", "silent", "fault"].includes(el.dataset.count) && counts[el.dataset.count] > 0);
  }
}
/** Rows never come or go by themselves: what else fits the choice is told, and shown when asked for. */
function paintFresh(answer) {
  const still = Object.values(answer.rows).filter((row) => row.shown).length;
  const more = answer.counts[boot.show] - still - boot.elsewhere;
  $("#fresh").classList.toggle("some", more > 0);
  if (more > 0) set($("#fresh span"), more === 1 ? "En rad till stämmer. Visa" : `${more} rader till stämmer. Visa`);
}
function strip(tone, text) {
  $("#strip").className = tone ? `strip ${tone}` : "strip";
  set($("#strip-text"), text);
}

async function read() {
  const query = new URLSearchParams(location.search);
  query.set("ids", [...byId.keys()].join(","));
  try {
    const answer = await get(`/console/transmitters/now.json?${query}`);
    failures = 0;
    lastRead = answer.now;
    document.body.classList.remove("no-contact");
    set($("#now"), answer.now);
    set($("#hidden"), answer.hidden);
    strip(answer.listening.tone, answer.listening.text);
    for (const [id, now] of Object.entries(answer.rows)) paintRow(id, now);
    paintCounts(answer.counts);
    paintFresh(answer);
    const open = rows.filter((row) => $(".unfold", row).getAttribute("aria-expanded") === "true");
    turn += 1;                                   // one unfolded row each time, in turn
    if (open.length) await load(open[turn % open.length].dataset.id);
  } catch (error) {
    failures += 1;
    document.body.classList.add("no-contact");
    strip("eyes", error instanceof NoAnswer ? `Ingen kontakt sedan ${lastRead}. Det som står nedan är från dess. Försöker igen (${failures}).` : error.message);
  }
}
async function keepReading() {
  if (!document.hidden) await read();
  setTimeout(keepReading, EVERY);
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });

// -- one row unfolded ----------------------------------------------------------------------------
function detailOf(id) { return document.getElementById(`d-${id}`); }
function busy(form) { return form && ([...form.elements].includes(document.activeElement) || [...form.elements].some((el) => el.name && el.value !== el.defaultValue)); }

/** What was told is always new; a form somebody writes in is left alone. */
async function load(id, { anew = false } = {}) {
  const cell = detailOf(id)?.firstElementChild;
  if (!cell) return;
  let html;
  try { html = await get(`/console/transmitters/${id}/`, { as: "text" }); } catch (error) {
    if (!cell.painted) cell.innerHTML = `<p class="empty"></p>`, cell.firstElementChild.textContent = `${error.message} Fäll ihop och försök igen.`;
    return;
  }
  if (cell.painted === html && !anew) return;
  cell.painted = html;
  const old = $(".one", cell);
  if (!old || anew) { cell.innerHTML = html; return; }
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".one");
  const scrolled = $(".scrolls", old)?.scrollTop ?? 0;
  $('[data-part="told"]', old).replaceWith($('[data-part="told"]', fresh));
  if ($(".scrolls", old)) $(".scrolls", old).scrollTop = scrolled;
  if (old.dataset.service === fresh.dataset.service) return;
  if (busy($("form", old))) { cell.painted = ""; return; }   // looked at again the next time
  old.dataset.service = fresh.dataset.service;
  $('[data-part="service"]', old).replaceWith($('[data-part="service"]', fresh));
}
async function unfold(button, { open } = {}) {
  const row = button.closest("tr"), { id } = row.dataset;
  const opening = open ?? button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(opening));
  let detail = detailOf(id);
  if (!opening) { if (detail) detail.hidden = true; return; }
  if (!detail) {
    detail = document.createElement("tr");
    detail.className = "detail";
    detail.id = `d-${id}`;
    detail.innerHTML = `<td colspan="6"><div class="one"><p>Hämtar …</p></div></td>`;
    row.after(detail);
    detail.hidden = false;
    await load(id, { anew: true });
  } else {
    detail.hidden = false;
    await load(id);
  }
  detail.scrollIntoView({ block: "nearest" });
}

// -- service -------------------------------------------------------------------------------------
function tell(form, field, message) {
  for (const el of form.querySelectorAll("[data-error]")) set(el, el.dataset.error === field ? message : "");
  for (const el of form.elements) if (el.name) { if (el.name === field) el.setAttribute("aria-invalid", "true"); else el.removeAttribute("aria-invalid"); }
  if (field) form.elements[field]?.focus();
}
async function serve(form, { url, doing }) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const id = form.closest(".detail").id.slice(2), button = byId.get(id).querySelector(".unfold");
  tell(form, null, "");
  set($('[data-error=""]', form), doing);
  try {
    const answer = await post(url, { minutes: form.elements.minutes.value, reason: form.elements.reason.value });
    paintRow(id, answer.row);
    if (form.contains(document.activeElement)) button.focus();
    await load(id, { anew: true });
    $("#live-now").textContent = $('[data-cell="state"]', byId.get(id)).textContent;
  } catch (error) {
    if (error instanceof NoAnswer) tell(form, "", "Inget svar från servern. Se på raden om det blev gjort, annars försök igen.");
    else tell(form, error.body?.field ?? "", error.message);
  } finally { delete form.dataset.busy; }
}
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  serve(form, { url: form.getAttribute("action"), doing: "Sparar …" });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest(".unfold");
  if (button) { choose(unfolds.indexOf(button)); unfold(button); return; }
  const end = event.target.closest("[data-end]");
  if (end) serve(end.closest("form"), { url: end.dataset.end, doing: "Avslutar …" });
});

// -- keys ----------------------------------------------------------------------------------------
function choose(at) {
  if (!unfolds.length) return;
  unfolds[chosen].tabIndex = -1;
  chosen = Math.min(unfolds.length - 1, Math.max(0, at));
  unfolds[chosen].tabIndex = 0;
}
function move(step) {
  const before = unfolds.indexOf(document.activeElement);
  choose(before < 0 && step > 0 && document.activeElement === document.body ? chosen : chosen + step);
  if (!unfolds.length) return;
  unfolds[chosen].focus({ preventScroll: true });
  unfolds[chosen].closest("tr").scrollIntoView({ block: "nearest" });
}
/** What is typed on while the form is fetched is no command. */
let awaited = false;
async function service() {
  const button = document.activeElement.closest(".unfold") ?? unfolds[chosen];
  if (!button) return;
  const { id } = button.closest("tr").dataset;
  const field = () => $('input[name="minutes"]', detailOf(id) ?? document.createElement("i"));
  const opened = unfold(button, { open: true });
  if (!field()) {
    awaited = true;
    try { await opened; } finally { awaited = false; }
  }
  if (field()) { field().focus(); field().select(); } else say("Skiftledaren sätter sändare under service.");
}
/** The register's own pages, for those who keep it. */
function edit() {
  const row = (document.activeElement.closest(".unfold, .detail") ?? unfolds[chosen])?.closest("tr");
  if (boot.keeps && row) location.assign(`/console/transmitters/${row.dataset.id ?? row.id.slice(2)}/edit/`);
}
function follow(selector) { $(selector)?.click(); }
const does = {
  arrowup: () => move(-1), arrowdown: () => move(1), k: () => move(-1), j: () => move(1),
  arrowleft: () => follow('[rel="prev"]'), arrowright: () => follow('[rel="next"]'),
  s: () => $("#q").select(), "/": () => $("#q").select(), f: () => $("#m").focus(), e: service, n: () => follow("#new"), i: () => follow("#import"), o: () => follow("#unknown"), r: edit,
  b: () => follow('.show[href*="show=wrong"]'), u: () => { if ($("#fresh").classList.contains("some")) location.reload(); }, c: () => $("#console").click(),
};
/** The window that this one was opened from, where there is one. */
$("#console").addEventListener("click", (event) => {
  if (!window.opener || window.opener.closed) return;
  event.preventDefault();
  window.opener.focus();
});
function back(target) {
  const detail = target.closest?.(".detail");
  if (detail) { byId.get(detail.id.slice(2)).querySelector(".unfold").focus(); return; }
  if (target.matches?.('.unfold[aria-expanded="true"]')) { unfold(target, { open: false }); return; }
  say("");
  unfolds[chosen]?.focus();
}
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.defaultPrevented || event.isComposing) return;
  if (key === "escape") { event.preventDefault(); back(event.target); return; }
  if (key === "enter" && event.ctrlKey) {
    const end = event.target.closest?.("form[data-act]")?.querySelector("[data-end]");
    if (end && !event.repeat) { event.preventDefault(); end.click(); }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph")) return;
  if (event.target.closest?.("input, textarea, select") || event.target.closest?.(".scrolls")) return;
  if (awaited && key.length === 1) { event.preventDefault(); return; }
  if (!does[key] || (key.length === 1 && !settings.letters && key !== "/")) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("arrow") || key === "j" || key === "k") does[key]();
});
$("#fresh").addEventListener("click", () => location.reload());
$("#m").addEventListener("change", () => $("#m").form.requestSubmit());
unfolds.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
paintCounts(Object.fromEntries([...document.querySelectorAll("[data-count]")].map((el) => [el.dataset.count, Number(el.textContent)])));
setTimeout(keepReading, EVERY);
document.documentElement.dataset.ready = "1";
