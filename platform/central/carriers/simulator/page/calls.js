// Calls on the phones: ringing, the keypad, what is heard. Drawn once per call and then changed in place, so that
// neither focus nor a finger on a key is lost while words come in.
import { button, clock, make, minutes, post, swedish } from "/dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const NAMES = { "*": "stjärna", "#": "fyrkant" };
const ends = {
  completed: "Samtal", busy: "Avvisat eller upptaget", "no-answer": "Ingen svarade", failed: "Kom inte fram",
  canceled: "Centralen lade på innan någon svarade",
};
const heads = { queued: "Kopplas", initiated: "Kopplas", ringing: "Det ringer", "in-progress": "Samtal pågår" };
const tellers = { centre: "Centralen", phone: "Röstbrevlådan", key: "Du tryckte", carrier: "Operatören" };
const live = new Map();
const bar = document.querySelector("#ringing");
const title = document.title;

function said(one) {
  return make("li", { className: `by-${one.who}` }, make("small", { textContent: tellers[one.who] }), ` ${one.text}`);
}

function draw(call, phone) {
  const name = swedish(call.number);
  const act = (what) => post("/call", { sid: call.sid, do: what });
  const head = make("h3");
  const time = make("time");
  const log = make("ol", { className: "heard", tabIndex: 0, ariaLabel: `Hörs i samtalet, ${name}` });
  log.setAttribute("aria-live", "polite");
  const waits = make("p", { className: "waits", textContent: "Väntar på en knapp" });
  const pad = make("div", { className: "pad", role: "group", ariaLabel: `Knappsats ${name}` },
    ...KEYS.map((key) => {
      const made = button(key, () => act(`digit:${key}`), "key");
      made.setAttribute("aria-label", NAMES[key] ?? key);
      return made;
    }));
  const take = button("Svara", () => { act("answer"); panel.focus(); }, "take");
  const refuse = button("Avvisa", () => { phone.thread.focus(); act("reject"); }, "refuse");
  const drop = button("Lägg på", () => { phone.thread.focus(); act("hangup"); }, "refuse");
  const doing = make("div", { className: "doing" }, take, refuse, drop);
  const panel = make("section", { className: "call", tabIndex: -1, ariaLabel: `Samtal ${name}` },
    make("div", { className: "head" }, head, time), log, waits, pad, doing);
  panel.dataset.sid = call.sid;
  panel.addEventListener("keydown", (event) => {
    if (pad.hidden || event.ctrlKey || event.altKey || event.metaKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    act(`digit:${event.key}`);
  });
  phone.calls.append(panel);
  return { panel, head, time, log, waits, pad, take, refuse, drop, phone, call };
}

/** A call as it is now: begun, changed or over. */
export function show(call, phone, isLive) {
  let one = live.get(call.sid);
  if (call.ended) {
    if (one) finish(one);
    live.delete(call.sid);
    note(call, phone);
    ringing();
    return;
  }
  if (!one) {
    one = draw(call, phone);
    live.set(call.sid, one);
  }
  const rings = call.status === "ringing", talks = call.status === "in-progress";
  if (talks && !one.since) one.since = Date.now() - (isLive ? 0 : call.seconds * 1000);
  one.call = call;
  one.head.textContent = heads[call.status] ?? call.status;
  one.panel.classList.toggle("rings", rings);
  phone.card.classList.toggle("rings", rings);
  one.take.hidden = one.refuse.hidden = !rings;
  one.pad.hidden = one.drop.hidden = one.log.hidden = !talks;
  one.waits.hidden = !call.gather;
  for (const heard of call.heard.slice(one.log.children.length)) one.log.append(said(heard));
  one.log.scrollTop = one.log.scrollHeight;
  ringing();
}

function finish(one) {
  if (one.panel.contains(document.activeElement)) one.phone.thread.focus();
  one.panel.remove();
  one.phone.card.classList.toggle("rings", Boolean(one.phone.calls.querySelector(".rings")));
}

/** A call that is over stays in the phone's thread. */
function note(call, phone) {
  if (phone.thread.querySelector(`[data-sid="${call.sid}"]`)) return;
  const how = call.status === "completed" ? `${ends.completed}, ${minutes(call.seconds)}` : ends[call.status] ?? call.status;
  const line = make("li", { className: "ended" }, make("strong", { textContent: how }),
    make("small", { textContent: clock.format(call.at) }));
  if (call.heard.length) line.append(make("ol", { className: "heard" }, ...call.heard.map(said)));
  line.dataset.sid = call.sid;
  phone.thread.append(line);
  phone.thread.scrollTop = phone.thread.scrollHeight;
}

/** The bar that says, wherever on the page one is, that a telephone rings. */
function ringing() {
  const ring = [...live.values()].filter((one) => one.call.status === "ringing");
  document.title = ring.length ? `Det ringer (${ring.length}) · ${title}` : title;
  bar.hidden = !ring.length;
  const sids = ring.map((one) => one.call.sid).join();
  if (bar.dataset.sids === sids) return;
  bar.dataset.sids = sids;
  const inside = bar.contains(document.activeElement);
  bar.replaceChildren(
    make("strong", { textContent: ring.length === 1 ? "Det ringer" : `Det ringer i ${ring.length} telefoner` }),
    ...ring.slice(0, 4).map((one) => button(`Gå till ${swedish(one.call.number)}`, () => {
      one.phone.card.scrollIntoView({ block: "nearest" });
      one.take.focus();
    })));
  if (inside) bar.querySelector("button")?.focus();
}

/** Forget what was drawn: the page is about to be drawn anew. */
export function forget() {
  live.clear();
  ringing();
}

setInterval(() => {
  for (const one of live.values()) if (one.since) one.time.textContent = minutes((Date.now() - one.since) / 1000);
}, 1000);
