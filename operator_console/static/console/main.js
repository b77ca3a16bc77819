// Puts the console together: one store, one line, and the panes that show them.

import { useToken } from "./api.js";
import { Acts } from "./acts.js";
import { Board } from "./board.js";
import { CasePane } from "./casepane.js";
import { Contact } from "./contact.js";
import { drift, now, tick } from "./clock.js";
import { Drafts } from "./drafts.js";
import { flood, floodText, gatheredText } from "./flood.js";
import { Head } from "./head.js";
import { filterSheet, filterText, helpSheet } from "./help.js";
import { Keys, leads } from "./keys.js";
import { NextSteps } from "./mine.js";
import { Notices } from "./notices.js";
import { Palette } from "./palette.js";
import { Place } from "./place.js";
import { Player } from "./player.js";
import { post } from "./api.js";
import { createSheet } from "./sheets.js";
import { DutyPane, EventsPane } from "./side.js";
import { Sheet } from "./sheet.js";
import { Line } from "./socket.js";
import { Strips } from "./strips.js";
import { Store } from "./store.js";
import { Version } from "./version.js";
import { plural, useReasons } from "./words.js";
import { answerSound } from "./sound.js";
import { apply as applySettings, edges, keep, settings } from "./settings.js";
import { useSprite } from "./row.js";
import { hm, hms } from "./clock.js";

const $ = (selector) => document.querySelector(selector);
const boot = JSON.parse($("#boot").textContent);
const me = boot.user.id;
useToken(boot.csrf);
useSprite(boot.sprite);
useReasons(boot.words);
applySettings();
edges($(".panes"));

const store = new Store();
const address = new URLSearchParams(location.search);
const numbers = (name) => new Set((address.get(name) ?? "").split(",").filter(Boolean));
// `own` follows my own municipalities, also when the shift leader moves them.
let filter = { municipalities: new Set([...numbers("kommun")].map(Number).filter(Boolean)), kinds: numbers("sort"), own: address.get("kommun") === "mina" };
if (filter.own) filter.municipalities = new Set(boot.user.own);
let pane = "board";

function say(text) {
  const el = $("#message");
  el.textContent = text;
  el.classList.toggle("some", Boolean(text));
}

const sheet = new Sheet($("#sheet"));
const strips = new Strips($("#strips"));
const head = new Head({ root: $(".top"), favicon: $("#favicon"), store });
const drafts = new Drafts({ field: $("#note"), said: (text) => { $("#draft-state").textContent = text; } });
const board = new Board({ root: $("#board"), store, me, own: new Set(boot.user.own), filter, onSelect: selected, onOpen: (id) => acts.open(id) });
const casePane = new CasePane({
  root: $("#case"), store, me, registers: boot.user.registers, drafts, say, onAct: (act, data) => acts.run(act, data), onOpened: opened, onOther: openOther,
});
const events = new EventsPane({ list: $("#events") });
const duty = new DutyPane({ root: $("#duty") });
const waiting = () => store.waiting();
const player = new Player({ waiting, onChange: soundChanged });
player.level = settings.level;

// -- focus -------------------------------------------------------------------------------------
function setPane(name) {
  pane = name;
  $("#board").classList.toggle("has-focus", name === "board");
  $("#case").classList.toggle("has-focus", name === "case");
  document.body.classList.toggle("in-case", name === "case");
}
function focusBoard() { setPane("board"); board.focus(); }
function focusCase() { setPane("case"); $("#case").focus({ preventScroll: true }); }
$("#board").addEventListener("focusin", () => setPane("board"));
$("#case").addEventListener("focusin", () => setPane("case"));
function blink(name) {
  const el = $(name === "case" ? "#case" : "#board");
  el.classList.add("blink");
  setTimeout(() => el.classList.remove("blink"), 250);
}

function remember() {
  const query = new URLSearchParams();
  if (casePane.id) query.set("arende", casePane.id);
  if (filter.own) query.set("kommun", "mina");
  else if (filter.municipalities.size) query.set("kommun", [...filter.municipalities].join(","));
  if (filter.kinds.size) query.set("sort", [...filter.kinds].join(","));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}
function selected(id) {
  if (casePane.id && id !== casePane.id) {
    const row = store.rows.get(casePane.id);
    if (!row || row.state === "closed" || row.holder?.id !== me || casePane.reading) { casePane.close(); openedNothing(); }
  }
  casePane.preview(id);
}
function opened(id, other) {
  remember();
  version.second();
  line.tell({ open: id });
  duty.show(store.rows.get(id)?.m ?? null);
  if (other) say("");
}
function openedNothing() { remember(); version.second(); line.tell({ open: null }); duty.show(null); }
/** A case told of inside another one: Esc leads back. */
async function openOther(id) {
  const from = casePane.id, ref = store.rows.get(from)?.ref;
  if (!id || id === from) return;
  await acts.open(id);
  if (casePane.id !== id) return;
  casePane.cameFrom = from;
  if (ref) say(`Esc leder tillbaka till ${ref}.`);
}
casePane.onStep = () => keys.guard("case");

// -- acts and keys -----------------------------------------------------------------------------
const acts = new Acts({ store, board, pane: casePane, sheet, drafts, say, me, focusCase, focusBoard, onGuard: (name) => keys.guard(name), onUndo: showUndo });
acts.onGoTo = (anchor) => { const el = document.getElementById(anchor) ?? casePane.step(); el?.scrollIntoView({ block: "center" }); (el?.querySelector('[data-act="point-close"]') ?? el?.querySelector("button") ?? el)?.focus?.(); };
const palette = new Palette({ sheet, store, run: (name) => does[name]?.(), open: (id) => acts.enter(id), parts: () => casePane.parts.shown(), part: toPart });
const current = () => (pane === "case" && casePane.id ? casePane.id : board.selected);

const does = {
  next: () => acts.next(),
  enter: () => {
    if (pane === "board" || !casePane.id) {
      const answer = pane === "board" && strips.answer({ idle: !board.selected });
      if (answer) { answer(); keys.guard("board"); return; }
      if (board.selected) acts.enter(board.selected);
      return;
    }
    const main = casePane.main();
    if (main) main.click(); else casePane.askForDigit();
  },
  read: () => { if (current()) acts.open(current(), { read: true }); },
  up: () => (pane === "case" ? scrolling()?.scrollBy({ top: -80 }) : board.move(-1)),
  down: () => (pane === "case" ? scrolling()?.scrollBy({ top: 80 }) : board.move(1)),
  toBoard: () => { if (pane !== "board" || !board.fold(false)) focusBoard(); },
  toCase: () => { if (pane !== "board" || !board.fold(true)) focusCase(); },
  escape: escapeLayer,
  digit: (event) => casePane.digit(event.key)?.click(),
  note: () => acts.note(),
  save: () => acts.saveNote(),
  undo: () => acts.undo(),
  toStep: () => { casePane.toStep(); focusCase(); },
  object: () => toPart("object"),
  codes: () => { if (!casePane.parts.press("[data-codes], .unmask input, .code")) say(casePane.id ? "Objektet har inga koder att visa." : "Öppna ett ärende först."); },
  camera: () => { if (!casePane.parts.press("[data-camera], .camera-other input[name]")) toPart("camera", "Ärendet har ingen bild."); },
  hasten: () => { const button = casePane.body.querySelector("[data-hasten]"); if (button) button.click(); else say(casePane.id ? "Ingen står på tur att frågas." : "Öppna ett ärende först."); },
  create: openCreate,
  search: () => palette.show(),
  filter: openFilter,
  hush: () => { const quiet = player.hush(); say(`Tyst till ${hms(quiet.until)}. En ny ⬣1 låter ändå.`); },
  drawer: () => document.body.classList.toggle("drawer"),
  keys: () => sheet.show(helpSheet(pane)),
  lead: () => open("/console/flood/", "larmtopp"),   // in a window of its own: this one goes on sounding
};
if (boot.user.leads) leads();
window.name ||= "konsol";
for (const name of ["callOut", "park", "handOver", "close", "skip", "safePoint", "priority", "link", "help"]) does[name] = () => acts[name]();

const keys = new Keys({ does, sheet, canAct: () => contact.canAct, onRefused: () => say(contact.reason), onBlink: blink });
keys.letters = settings.letters;

/** What the arrows scroll in the case: the part's own list where the focus is in one, else the journal. */
function scrolling() { return document.activeElement?.closest("[data-part] [data-keep]") ?? $("#case .lower"); }
function toPart(name, none = "Ärendet har inget objekt i registret.") {
  if (casePane.parts.toggle(name)) setPane("case");
  else say(casePane.id ? none : "Öppna ett ärende först.");
}
function escapeLayer() {
  if (sheet.open) { sheet.close(); return; }
  if (!$("#menu").hidden) { toggleMenu(false); return; }
  if (document.activeElement?.matches("#note")) { drafts.flush(); focusCase(); return; }
  if (document.activeElement?.closest("[data-part]")) { focusCase(); return; }   // what is typed there stays there
  if (document.body.classList.contains("drawer")) { document.body.classList.remove("drawer"); return; }
  const from = pane === "case" && casePane.cameFrom;
  if (from) { acts.open(from); return; }
  if (pane === "case" && casePane.reading) { casePane.close(); openedNothing(); }
  say("");
  focusBoard();
}
function openCreate() {
  sheet.show(createSheet(boot, async (values) => {
    const answer = await post("/console/new/", { ...values, municipality: Number(values.municipality), priority: Number(values.priority) });
    store.apply({ id: null, type: "item", item: answer.row });
    board.paint();
    setTimeout(async () => { board.select(answer.row.id); await casePane.open(answer.row.id, { html: answer.html }); focusCase(); keys.guard("case"); });
  }));
}
function openFilter() {
  sheet.show(filterSheet({ ...boot, filter, own: board.own, onChange: (chosen) => {
    filter = board.filter = chosen;
    showFilter();
    remember();
    board.paint();
  } }));
}
function showFilter() { $("#filter-text").textContent = filterText(filter, boot.municipalities, boot.kinds); }
// Whose each municipality is has changed: T, its guess and the filter follow at once.
function divided({ of, by } = {}) {
  const mine = store.seats.find((seat) => seat.id === me)?.own;
  if (!mine || (mine.length === board.own.size && mine.every((id) => board.own.has(id)))) return;
  board.own = new Set(mine);
  if (filter.own) { filter = board.filter = { ...filter, municipalities: new Set(mine) }; showFilter(); }
  board.invalidate();
  const names = boot.municipalities.filter((one) => board.own.has(one.value)).map((one) => one.label);
  if (of === me) say(`${by.id === me ? "Dina kommuner" : `${by.name} ändrade dina kommuner`}: ${names.join(", ") || "alla lika"}.`);
}
let undoTimer = null;
function showUndo(undoable) {
  clearTimeout(undoTimer);
  const el = $("#undo");
  el.hidden = !undoable;
  if (!undoable) return;
  el.querySelector("span").textContent = `Ångra: ${undoable.words}`;
  undoTimer = setTimeout(() => { el.hidden = true; }, Math.max(0, undoable.until - now()));
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-does]");
  if (button) { does[button.dataset.does]?.(event); return; }
  if (event.target.closest("#menu-button")) { toggleMenu($("#menu").hidden); return; }
  if (!event.target.closest("#menu")) toggleMenu(false);
});
for (const type of ["keydown", "keyup"]) document.addEventListener(type, () => { board.keyDown = type === "keydown"; }, true);
addEventListener("blur", () => { board.keyDown = false; });

// -- menu and sound ----------------------------------------------------------------------------
function toggleMenu(open) {
  $("#menu").hidden = !open;
  $("#menu-button").setAttribute("aria-expanded", String(open));
}
$("#menu").addEventListener("change", (event) => {
  const { name, value, checked } = event.target;
  if (name === "theme") keep({ theme: value });
  if (name === "letters") { keep({ letters: checked }); keys.letters = checked; }
  if (name === "level") { keep({ level: Number(value) }); player.level = Number(value); player.play("third"); }
});
$("#menu form").addEventListener("submit", (event) => {
  const left = board.arranged?.mine.length ?? 0;
  if (!left) return;
  event.preventDefault();        // a case must have somebody: the shift's page leads to each
  toggleMenu(false);
  say(`Du har ${plural(left, "ärende", "ärenden")} kvar. Lämna över eller avsluta dem först.`);
});
for (const el of $("#menu").querySelectorAll("[name]")) {
  if (el.type === "checkbox") el.checked = settings[el.name];
  else if (el.type === "radio") el.checked = settings[el.name] === el.value;
  else el.value = settings[el.name];
}
function soundChanged() {
  if (player.on || !player.tried) strips.hide("sound");
  else strips.show("sound", { rank: 2, tone: "alarm", text: "LJUDET ÄR AV. Tryck på valfri tangent." });
  line?.tell({ sound: player.on });
  head.part("sound").textContent = soundWord();
}
const wakeSound = () => { version?.touched(); if (!player.on) player.wake(); };
addEventListener("keydown", wakeSound, true);
addEventListener("pointerdown", wakeSound, true);
function soundWord() {
  if (!player.on) return "LJUD AV";
  if (!player.owner) return "LJUD I ANNAT FÖNSTER";
  const quiet = player.quiet && now() < player.quiet.until ? Math.ceil((player.quiet.until - now()) / 1000) : 0;
  return quiet ? `TYST ${quiet} s` : "LJUD PÅ";
}

// -- the line ----------------------------------------------------------------------------------
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
var line = new Line({
  store, url: `${scheme}//${location.host}/ws/console`,
  onState: (state, before) => { if (state === "live") liveSince = now(); contact.changed(state, before); },
  onHello: (hello) => { version.heard(hello.version); if (Math.abs(drift()) > 60e3) strips.show("drift", { rank: 8, tone: "eyes", text: "Datorns klocka går fel. Tiderna på skärmen är serverns." }); },
  onGone: () => { location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`); },
});
var contact = new Contact({ line, store, strips, head, board, player, drafts, boot });

var version = new Version({
  mine: boot.version, strips, reload: () => { place.keep(); location.reload(); }, waiting: () => waiting().length > 0,
  busy: () => Boolean(casePane.id) || sheet.open || Boolean(drafts.text.trim()) || line.state !== "live",
});
const place = new Place({ board });
new NextSteps({ store, board, me });

const floodLead = boot.user.leads ? { button: "Led arbetet (Shift+L)", act: () => does.lead() } : {};
let flooded = null, liveSince = Infinity;   // what is caught up just after a reconnect keeps its own times
const notices = boot.user.leads ? new Notices({ strips, store, say, open: (id) => acts.open(id), sound: (pattern) => player.play(pattern) }) : null;
store.on((change) => {
  if (change.type === "item") {
    if (!casePane.id && change.after.id === board.selected) casePane.preview(board.selected);
    if (change.event.id !== null) events.add(change.event, line.state === "live" && now() - liveSince > 3000);
    const sound = answerSound(change.before, change.after, me);
    if (sound) player.play(sound);
    if (change.before?.state === "unanswered" || change.after.state === "unanswered") player.settle(now());
    if (change.after.id === casePane.id && change.before && change.event.id !== null) casePane.refresh();
    else if (casePane.id && change.after.m === store.rows.get(casePane.id)?.m) casePane.parts.neighbours();
    if (!change.before && change.after.state === "unanswered") {
      const el = $(change.after.priority === 1 ? "#live-now" : "#live-soon");
      el.textContent = `${change.after.kind_name}, ${change.after.area || change.after.municipality}. Prioritet ${change.after.priority}.`;
    }
  } else if (change.type === "case") {
    if (change.item.id === casePane.id) casePane.refresh();
  } else if (change.type === "seats") divided(change.item);
  else if (change.type === "presence" || change.type === "reset") {
    people();
    if (change.type === "reset") divided();
  } else if (change.type === "safepoint") duty.show(duty.for, { force: true });
  else if (change.type === "notice") notices?.heard(change.item);
});
function people() {
  const names = new Set(store.presence.map((one) => one.id));
  head.people(Math.max(1, names.size));
  board.readers = new Map();
  for (const one of store.presence) {
    const row = one.open && store.rows.get(one.open);
    if (row && row.holder?.id !== one.id && one.id !== me) {
      board.readers.set(row.id, [...(board.readers.get(row.id) ?? []), one.initials]);
    }
  }
}
board.onPaint = () => {
  const next = flood(store.rows.values(), { now: now(), operators: new Set(store.presence.map((one) => one.id)).size, before: flooded });
  if (next) strips.show("flood", { rank: 5, tone: "eyes", text: floodText(next, hm(next.since)), ...floodLead });
  else strips.hide("flood");
  const gathered = gatheredText(store.rows.values());
  if (gathered) strips.show("gathered", { rank: 7, tone: "note", text: gathered, button: "När larm samlas", act: () => open("/console/rules/", "_blank", "noopener") });
  else strips.hide("gathered");
  head.second(board.summary, soundWord());
  flooded = next;
  player.flood = Boolean(next);
  if (Boolean(board.flood) !== Boolean(next)) { board.flood = next; board.invalidate(); }
};

function second() {
  tick(document, { least: board.least });
  head.second(board.summary ?? { open: 0, oldest: null }, soundWord());
  contact.second();
  version.second();
  place.keep();
}

head.line("starting");
player.tryAlone();               // where the browser already trusts this page the sound is on without a touch
showFilter();
setPane("board");
await line.start();
strips.begin();
place.read();
board.paint();
events.load();
duty.show(null);
notices?.load().catch(() => {});
const wanted = address.get("arende");
if (wanted && store.rows.has(wanted)) await acts.open(wanted);
const was = place.bringBack();
if (was === "case" && casePane.id) focusCase(); else if (was && board.selected) focusBoard();
addEventListener("pagehide", () => place.keep());
people();
player.start();
second();
setInterval(second, 1000);
document.documentElement.dataset.ready = "true";
window.consoleParts = { store, board, line, player, keys, contact, sheet, casePane, version };
