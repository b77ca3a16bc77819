// The shift leader's panel: one store and one line, as the console has, and three panes that follow them.

import { post, get, useToken } from "./api.js";
import { hm, hms, now, span, tick, week } from "./clock.js";
import { flood, floodText } from "./flood.js";
import { GroupPane, actLines, undoLeft } from "./groupact.js";
import { Player } from "./player.js";
import { escape, icon, useSprite } from "./row.js";
import { Seats } from "./seats.js";
import { apply, settings } from "./settings.js";
import { Line } from "./socket.js";
import { again, standing, urgent } from "./standing.js";
import { Store } from "./store.js";
import { Strips } from "./strips.js";
import { PRIORITY, grouped1000, plural } from "./words.js";

const PAINT_EVERY = 250;
const $ = (selector) => document.querySelector(selector);
const boot = JSON.parse($("#boot").textContent);
const me = boot.user.id;
useToken(boot.csrf);
useSprite(boot.sprite);
apply();

const store = new Store(), strips = new Strips($("#strips"));
let groups = [], chosen = null, acts = [], flooded = null, timer = null, silentSince = null;

function say(text) {
  const el = $("#message");
  el.textContent = text;
  el.classList.toggle("some", Boolean(text));
}
const canAct = () => line.state !== "lost";
const refused = () => say("Ingen kontakt med centralen. Inget kan ändras förrän den är tillbaka.");

const pane = new GroupPane({ root: $("#group"), store, me, reasons: boot.park_reasons, say, done: acted, back: focusGroups });
const seats = new Seats({ root: $("#seats"), store, municipalities: boot.municipalities, say, canAct, refused });
const waiting = () => [...store.rows.values()].filter((row) => row.state === "unanswered");
const player = new Player({ waiting, onChange: () => line?.tell({ sound: player.on }) });
player.level = settings.level;
for (const type of ["keydown", "pointerdown"]) addEventListener(type, () => { if (!player.on) player.wake(); }, true);

// -- the groups --------------------------------------------------------------------------------
function choose(group, { focus = false } = {}) {
  chosen = group;
  pane.show(group);
  mark(focus);
}
function mark(focus = false) {
  for (const el of $("#groups ol").children) {
    const on = el.firstElementChild.dataset.group === chosen?.id;
    el.firstElementChild.classList.toggle("selected", on);
    el.firstElementChild.tabIndex = on ? 0 : -1;
    el.firstElementChild.setAttribute("aria-current", String(on));
    if (on && focus) { el.firstElementChild.focus({ preventScroll: true }); el.scrollIntoView({ block: "nearest" }); }
  }
}
function focusGroups() { if (chosen) mark(true); else $("#groups").focus(); }
function move(step) {
  const at = groups.findIndex((group) => group.id === chosen?.id);
  if (groups.length) choose(groups[Math.min(groups.length - 1, Math.max(0, at + step))], { focus: true });
}

function line2(group) {
  const { counts } = group, parts = [`<abbr title="${escape(group.row.municipality)}">${escape(group.row.code)}</abbr> ${escape(group.row.municipality)}`];
  if (counts.unanswered) parts.push(`${grouped1000(counts.unanswered)} obesvarade`);
  if (counts.held) parts.push(`${grouped1000(counts.held)} hos kollegor`);
  if (counts.parked) parts.push(`${grouped1000(counts.parked)} vilar`);
  return parts.join(" · ");
}
function groupHtml(group) {
  const { row, members, oldest } = group;
  return `<span class="band"></span><span class="plate p${row.priority}">${icon(`p${row.priority}`)}<b>${row.priority}</b></span>` +
    `<span class="sr">${PRIORITY[row.priority]}${row.exercise ? ", övning" : ""}. </span><span class="clock"${oldest ? ` data-since="${oldest}"` : ""}>${oldest ? "" : "–"}</span>` +
    `<span class="line1"><span class="kind">${escape(row.kind_name)}</span><span class="place"> · ${escape(row.area || row.municipality)}</span></span>` +
    `<span class="line2">${line2(group)}</span><span class="tail"><b>${grouped1000(members.length)}</b> ärenden</span><span class="band end"></span>`;
}
function paintGroups() {
  const list = $("#groups ol"), items = new Map([...list.children].map((el) => [el.firstElementChild.dataset.group, el]));
  const focused = list.contains(document.activeElement);
  let cursor = list.firstElementChild;
  for (const group of groups) {
    let item = items.get(group.id);
    items.delete(group.id);
    if (!item) {
      item = document.createElement("li");
      item.innerHTML = `<button type="button" tabindex="-1" data-group="${escape(group.id)}"></button>`;
    }
    const button = item.firstElementChild, state = group.counts.unanswered ? "s-unanswered" : group.counts.held ? "s-other" : "s-parked";
    const html = groupHtml(group), name = `row p${group.row.priority} ${state}${group.row.exercise ? " exercise" : ""}`;
    if (item.painted !== name + html) { button.className = name; button.innerHTML = html; item.painted = name + html; }
    if (item === cursor) cursor = cursor.nextElementSibling; else list.insertBefore(item, cursor);
  }
  for (const item of items.values()) item.remove();
  $("#groups .empty").hidden = groups.length > 0;
  $("#group-count").textContent = groups.length ? grouped1000(groups.length) : "";
  mark(focused);
}

// -- what stands, always in sight ----------------------------------------------------------------
function head() {
  const at = now(), stands = urgent(store.rows.values());
  const set = (name, text, some) => { const el = $(`[data-head="${name}"]`); if (el.textContent !== text) el.textContent = text; el.classList.toggle("some", Boolean(some)); };
  set("time", hms(at));
  set("week", `v.${week(at)}`);
  for (const priority of [1, 2]) {
    const { count, since } = stands[priority];
    set(`p${priority}`, count ? `${grouped1000(count)} · äldst ${span(at - since)}` : "0", count);
    $(`[data-head="p${priority}"]`).parentElement.classList.toggle("some", count > 0);
  }
  set("all", `Obesvarade ${grouped1000(stands.all.count)}${stands.all.since ? ` · äldst ${span(at - stands.all.since)}` : ""}`, stands.all.count);
  set("sound", !player.on ? "LJUD AV" : player.owner ? "LJUD PÅ" : "LJUD I ANNAT FÖNSTER");
  document.title = `${stands[1].count ? `⬣${stands[1].count} ` : ""}(${stands.all.count}) Larmtopp`;
}

function paint() {
  timer = null;
  groups = standing(store.rows.values());
  const same = again(groups, chosen);
  chosen = same ?? (pane.open ? chosen : groups[0] ?? null);
  pane.show(pane.open ? same ?? { ...chosen, members: [] } : chosen);
  paintGroups();
  seats.paint();
  const operators = new Set(store.presence.map((one) => one.id)).size;
  flooded = flood(store.rows.values(), { now: now(), operators, before: flooded });
  player.flood = Boolean(flooded);
  if (flooded) strips.show("flood", { rank: 5, tone: "eyes", text: floodText(flooded, hm(flooded.since)) });
  else strips.hide("flood");
  head();
  tick(document);
}
const repaint = () => { timer ??= setTimeout(paint, PAINT_EVERY); };

// -- what was done, and its undo -----------------------------------------------------------------
async function loadActs() {
  try { acts = (await get("/console/flood/acts.json")).acts; paintActs(); } catch (error) { say(error.message); }
}
function acted(act) {
  acts = [act, ...acts.filter((one) => one.id !== act.id)].sort((a, b) => b.at - a.at);
  paintActs();
  say(`${actLines(act)[act.undone ? actLines(act).length - 1 : 0]}.${act.undone ? "" : " Z ångrar."}`);
}
function paintActs() {
  const first = acts.find((act) => undoLeft(act, now()));
  const html = acts.map((act) => {
    const left = undoLeft(act, now());
    return `<li><p><time>${hms(act.at)}</time> <b>${act.verb === "park" ? "Parkerade" : "Stängde dubbletter"}: ${escape(act.headline)}</b> <span class="muted">${escape(act.municipality)} · ${escape(act.by)}</span></p>` +
      `<ul>${actLines(act).map((one) => `<li>${escape(one)}</li>`).join("")}</ul>` +
      (left ? `<button type="button" class="button" data-undo="${act.id}">Ångra${act === first ? " <kbd>Z</kbd>" : ""} <span class="muted">kvar <span data-until="${act.undo_until}">${left}</span></span></button>` : "") + `</li>`;
  }).join("") || `<li class="empty">Inget den senaste halvtimmen.</li>`;
  const key = html.replace(/(data-until="\d+">)[^<]*/g, "$1");
  if (key === paintActs.key) return;
  paintActs.key = key;
  $("#acts").innerHTML = html;
}
async function undo(id) {
  if (!canAct()) { refused(); return; }
  if (undo.busy) return;
  undo.busy = true;
  say("Ångrar …");
  try { acted((await post(`/console/flood/acts/${id}/undo/`, {}, { timeout: 60e3 })).act); } catch (error) { say(error.message); } finally { undo.busy = false; }
}

// -- keys ----------------------------------------------------------------------------------------
function toConsole() {
  if (window.opener && !window.opener.closed) { open("", "konsol"); window.opener.focus(); } else location.assign("/console/");
}
function toSeats() { seats.focus(); }
const inSeats = () => $("#seats").contains(document.activeElement);
const does = {
  arrowup: () => (inSeats() ? seats.move(-1) : move(-1)), arrowdown: () => (inSeats() ? seats.move(1) : move(1)),
  p: () => pane.start("park"), g: () => pane.start("duplicates"), m: toSeats,
  d: () => seats.dealOut(), c: toConsole, r: () => open("/console/flood/report/", "_blank", "noopener"),
  z: () => { const act = acts.find((one) => undoLeft(one, now())); if (act) undo(act.id); else say("Inget att ångra: tiden är tio minuter."); },
};
does.k = does.arrowup; does.j = does.arrowdown;
const ACTING = new Set(["p", "g", "d", "z"]);

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.defaultPrevented || event.isComposing) return;
  if (key === "escape") { event.preventDefault(); if (pane.open) pane.close(); else focusGroups(); say(""); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph")) return;
  const field = event.target.closest?.('input:not([type="radio"]), textarea, select');
  if (key === "enter" && pane.open && (field || event.target.type === "radio")) { event.preventDefault(); if (!event.repeat) pane.confirm(); return; }
  if (field) return;
  if (/^[1-9]$/.test(key) && !event.shiftKey) {
    event.preventDefault();
    if (event.repeat) return;
    if (inSeats()) seats.digit(Number(key)); else if (pane.open) pane.digit(Number(key));
    return;
  }
  if (event.target.type === "radio" && key.startsWith("arrow")) return;   // arrows move within the choice
  if (event.shiftKey || !does[key] || (key.length === 1 && !settings.letters)) return;
  event.preventDefault();
  if (event.repeat && ACTING.has(key)) return;
  if (ACTING.has(key) && !canAct()) { refused(); return; }
  does[key]();
});
document.addEventListener("click", (event) => {
  const group = event.target.closest("[data-group]")?.dataset.group;
  if (group) { choose(groups.find((one) => one.id === group) ?? chosen, { focus: !pane.open }); return; }
  const id = event.target.closest("[data-undo]")?.dataset.undo;
  if (id) { undo(id); return; }
  const name = event.target.closest("[data-does]")?.dataset.does;
  if (name) does[name]();
});

// -- the line --------------------------------------------------------------------------------------
const LINE = { starting: "Ansluter …", live: "LIVE", stale: "Ingen kontakt", lost: "Ingen kontakt", reserve: "Reservläge" };
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
var line = new Line({
  store, url: `${scheme}//${location.host}/ws/console`,
  onState: (state) => {
    const el = $('[data-head="line"]');
    el.className = `link ${state}`;
    el.textContent = LINE[state];
    const cut = state === "stale" || state === "lost";
    silentSince = cut ? silentSince ?? now() - 5000 : null;
    document.body.classList.toggle("no-contact", cut);
    if (cut) strips.show("contact", { rank: 1, tone: state === "lost" ? "alarm" : "eyes", text: `INGEN KONTAKT sedan ${hms(silentSince)}. Det du ser kan ha ändrats. Försöker igen.` });
    else strips.hide("contact");
    player.lostAt = state === "lost" ? player.lostAt ?? now() : null;
    if (state === "live") loadActs();
  },
  onGone: () => { location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`); },
});
let actsTimer = null;
store.on((change) => {
  repaint();
  if (change.type === "seats" && change.item.of !== me && change.item.by?.id !== me) say(`${change.item.by.name} ändrade vem som har vilka kommuner.`);
  if (change.type !== "item") return;
  if (change.before?.state === "unanswered") player.settle(now());
  if (["parked", "closed", "undone"].includes(change.after.last?.verb)) actsTimer ??= setTimeout(() => { actsTimer = null; if (!undo.busy && !pane.busy) loadActs(); }, 1500);
  if (!change.before && change.after.state === "unanswered" && change.after.priority === 1 && change.event.id !== null) {
    $("#live-now").textContent = `Livsfara: ${change.after.kind_name}, ${change.after.area || change.after.municipality}.`;
  }
});

player.tryAlone();
await line.start();
strips.begin();
paint();
loadActs();
focusGroups();
player.start();
setInterval(() => { head(); tick(document); if (acts.length) paintActs(); }, 1000);
setInterval(paint, 5000);        // a flood ends and a window passes without any event
document.documentElement.dataset.ready = "true";
window.panelParts = { store, line, pane, seats, player, groups: () => groups };
