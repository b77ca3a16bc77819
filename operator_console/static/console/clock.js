// The server's clock rules. m:ss everywhere, tabular; nothing is ever "just now".

import { ordinal } from "./words.js";

const machine = () => performance.timeOrigin + performance.now();
let offset = 0;
let best = Infinity;
const samples = [];

/** Learn from a beat. The sample that travelled fastest is the truest, so the least lag wins. */
export function learn(serverNow, at = machine()) {
  samples.push(serverNow - at);
  if (samples.length > 30) samples.shift();
  best = Math.max(...samples);
  offset = best;
}

export const now = () => machine() + offset;
/** How far the PC is off, in ms; shown to people only above a minute. */
export const drift = () => offset;

const pad = (n) => String(n).padStart(2, "0");

/** 48 s → 0:48, 250 s → 4:10, 3 725 s → 1:02:05. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  return h ? `${h}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}` : `${Math.floor(s / 60)}:${pad(s % 60)}`;
}

const time = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", hour: "2-digit", minute: "2-digit" });
export const hms = (ms) => time.format(ms);
export const hm = (ms) => minute.format(ms);

/** ISO week of the Swedish date. */
export function week(ms) {
  const [y, m, d] = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(ms).split("-").map(Number);
  const day = new Date(Date.UTC(y, m - 1, d));
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  return Math.ceil(((day - Date.UTC(day.getUTCFullYear(), 0, 1)) / 864e5 + 1) / 7);
}

/**
 * Refresh every element that counts: data-since (waiting), data-until (left; "sen" when passed), data-minute ("2:a minuten").
 * `least` prefixes "minst" while contact is lost: the truth may be longer, never shorter.
 */
export function tick(root, { least = false } = {}) {
  const at = now();
  for (const el of root.querySelectorAll("[data-since]")) {
    const text = span(at - Number(el.dataset.since));
    write(el, (least ? "minst " : "") + text);
    el.classList.toggle("long", text.length === 5);              // 10:03 and 1:02:05 have the same room as 9:58
    el.classList.toggle("longest", text.length > 5);
  }
  for (const el of root.querySelectorAll("[data-until]")) {
    const left = Number(el.dataset.until) - at;
    write(el, left >= 0 ? span(left) : `${el.dataset.passed ?? "sen"} ${span(-left)}`);
  }
  for (const el of root.querySelectorAll("[data-minute]")) {
    write(el, `${ordinal(1 + Math.max(0, Math.floor((at - Number(el.dataset.minute)) / 60e3)))} minuten`);
  }
}

function write(el, text) {
  if (el.textContent !== text) el.textContent = text;
}
