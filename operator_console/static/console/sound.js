// What sounds, and when: a pure schedule on the server's clock, so that a room hears one sound, not four.
// Only the highest waiting priority sounds. The player (player.js) turns bursts into oscillators.

export const PERIOD = { 1: 4000, 2: 10000 };
export const LOUDER_AFTER = { 1: 15000, 2: 60000 };
export const SILENCE = 30000;
export const FLOOR = 0.4;                 // ⬣1 cannot be turned lower
const FLOOD_PERIOD = 10000;
const TONES_LOST_EVERY = 30000;
const PLUS_6_DB = 2;

const pulse = (at, hz, ms, to = hz) => ({ at, hz, to, ms });

/** Pulses of each pattern: offset in ms, start and end pitch in Hz, length in ms. */
export const PATTERNS = {
  first: [0, 250, 500, 1000, 1250].map((at) => pulse(at, 660, 150)),
  second: [pulse(0, 520, 200, 440), pulse(300, 520, 200, 440)],
  third: [pulse(0, 390, 300)],
  accepted: [pulse(0, 440, 120), pulse(160, 587, 160)],
  declined: [pulse(0, 523, 120), pulse(160, 392, 160)],
  lost: [pulse(0, 600, 220), pulse(280, 500, 220), pulse(560, 400, 320)],
  click: [pulse(0, 1200, 12)],
};
const NAME = { 1: "first", 2: "second", 3: "third" };

/** What M does: everything waiting now is silent here for 30 s. */
export const silence = (waiting, now) => ({ until: now + SILENCE, ids: new Set(waiting.map((row) => row.id)) });

/** Whether the silence still holds: a ⬣1 that was not waiting when it began breaks it at once. */
export function silent(quiet, waiting, at) {
  if (!quiet || at >= quiet.until) return false;
  return !waiting.some((row) => row.priority === 1 && !quiet.ids.has(row.id));
}

/** The priority that may be heard now, 0 for none: what sounds beyond it is cut off. */
export function sounding(waiting, { quiet = null, at }) {
  const heard = waiting.filter((row) => row.priority <= 3).map((row) => row.priority);
  return heard.length && !silent(quiet, waiting, at) ? Math.min(...heard) : 0;
}

const wholeSecond = (ms) => Math.ceil(ms / 1000) * 1000;

/**
 * Bursts that begin in [from, to) of the server's clock, for the unanswered rows `waiting`.
 * Returns [{at, pattern, gain, exercise}]; gain is 0..2 where 1 is the operator's own level.
 */
export function schedule(waiting, { from, to, quiet = null, flood = false, level = 1 }) {
  const sounding = waiting.filter((row) => row.priority <= 3);
  if (!sounding.length || to <= from) return [];
  const highest = Math.min(...sounding.map((row) => row.priority));
  const rows = sounding.filter((row) => row.priority === highest);
  const real = rows.some((row) => !row.exercise);
  const oldest = Math.min(...rows.map((row) => row.received));
  const loud = highest === 1 ? Math.max(level, FLOOR) : level;
  const times = highest === 3 ? softTimes(rows, from, to, flood ? FLOOD_PERIOD : 1000) : beats(highest, rows, { from, to, flood });
  return times
    .filter((at) => !silent(quiet, waiting, at))
    .map((at) => ({
      at, pattern: NAME[highest], priority: highest, exercise: !real,
      gain: loud * (LOUDER_AFTER[highest] && at - oldest > LOUDER_AFTER[highest] ? PLUS_6_DB : 1),
    }));
}

// Bursts stand on a grid from the oldest row's first whole second; every console computes the same grid.
function beats(priority, rows, { from, to, flood }) {
  const period = flood ? FLOOD_PERIOD : PERIOD[priority];
  const start = wholeSecond(Math.min(...rows.map((row) => row.received)));
  const times = new Set();
  for (let at = start + Math.max(0, Math.ceil((from - start) / period)) * period; at < to; at += period) times.add(at);
  if (priority === 1) for (const row of rows) cutIn(times, wholeSecond(row.received), from, to, period);
  return [...times].sort((a, b) => a - b);
}

// A new ⬣1 is heard at its own second, unless a burst just stands there.
function cutIn(times, at, from, to, period) {
  if (at < from || at >= to) return;
  for (const other of times) if (Math.abs(other - at) < Math.min(2000, period / 2)) return;
  times.add(at);
}

// ■3: once when it comes, again at half time and at the deadline; a crowd is one pulse per second (flood: per 10 s) at most.
function softTimes(rows, from, to, grid) {
  const times = new Set();
  for (const row of rows) {
    const marks = [row.received];
    if (row.due) marks.push((row.received + row.due) / 2, row.due);
    for (const mark of marks) {
      const at = Math.ceil(mark / grid) * grid;
      if (at >= from && at < to) times.add(at);
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** Local tones while contact is lost: at once, then every 30 s. */
export function lostTimes(lostAt, from, to) {
  const times = [];
  for (let at = lostAt + Math.max(0, Math.ceil((from - lostAt) / TONES_LOST_EVERY)) * TONES_LOST_EVERY; at < to; at += TONES_LOST_EVERY) times.push(at);
  return times;
}

/**
 * What I alone hear, from two states of a row: "accepted" or "declined" for my call-out's answer, the priority's own
 * pattern once when a case I parked comes back, "third" when a case is offered to me, else null.
 */
export function answerSound(before, after, me) {
  if (!before || after.version === before.version) return null;
  if (after.offered?.to.id === me && before.offered?.to.id !== me) return "third";
  if (after.holder?.id !== me) return null;
  if (before.state === "parked" && after.state === "held" && after.last?.verb === "woke" && !after.last.by) return NAME[after.priority] ?? "third";
  const gained = after.attention.some((code) => !before.attention.includes(code) && code !== "untouched");
  if (after.last?.verb === "sms_answered" && before.last?.at !== after.last.at) {
    return /kan inte/i.test(after.word) ? "declined" : "accepted";
  }
  return gained ? "declined" : null;
}
