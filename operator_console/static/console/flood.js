// Larmtopp: more than ten new per operator in ten minutes; over when fewer than five (ISA-18.2, EEMUA 191).
// A case that gathers many objects is one alarm to the operator: its objects are told beside, never counted in.

import { grouped1000 } from "./words.js";

export const WINDOW = 10 * 60e3;
export const STARTS = 10;
export const ENDS = 5;

/** Pure. `before` is null or the running flood; returns null or {since, count, minutes, each, objects}. */
export function flood(rows, { now, operators, before = null }) {
  const seats = Math.max(1, operators);
  let count = 0, objects = 0, first = now;
  for (const row of rows) {
    if (now - row.received > WINDOW || row.exercise) continue;
    count += 1;
    objects += row.objects ?? 0;
    if (row.received < first) first = row.received;
  }
  const each = count / seats;
  if (before ? each < ENDS : each <= STARTS) return null;
  return { since: before?.since ?? first, count, minutes: Math.max(1, Math.ceil((now - first) / 60e3)), each: Math.round(each), objects };
}

/** The strip's words. */
export const floodText = ({ count, minutes, each, objects }, since) =>
  `LARMTOPP ${count} på ${minutes} min · ${each} per operatör${objects ? ` · ${grouped1000(objects)} objekt samlade` : ""} · sedan ${since}`;

/** The open cases that gather, largest first, as a strip; "" when there are none. */
export function gatheredText(rows) {
  const open = [...rows].filter((row) => row.objects && row.state !== "closed").sort((a, b) => b.objects - a.objects);
  const told = open.slice(0, 3).map((row) => `${row.exercise ? "ÖVNING " : ""}${row.headline} ${grouped1000(row.objects)} objekt`);
  return open.length ? `Samlat: ${told.join(", ")}${open.length > 3 ? ` och ${open.length - 3} till` : ""}` : "";
}
