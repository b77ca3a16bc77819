// Larmtopp: more than ten new per operator in ten minutes; over when fewer than five (ISA-18.2, EEMUA 191).

export const WINDOW = 10 * 60e3;
export const STARTS = 10;
export const ENDS = 5;

/** Pure. `before` is null or the running flood; returns null or {since, count, minutes, each}. */
export function flood(rows, { now, operators, before = null }) {
  const seats = Math.max(1, operators);
  let count = 0, first = now;
  for (const row of rows) {
    if (now - row.received > WINDOW || row.exercise) continue;
    count += 1;
    if (row.received < first) first = row.received;
  }
  const each = count / seats;
  if (before ? each < ENDS : each <= STARTS) return null;
  return { since: before?.since ?? first, count, minutes: Math.max(1, Math.ceil((now - first) / 60e3)), each: Math.round(each) };
}
