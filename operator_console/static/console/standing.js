// Pure: the groups that stand now, as the shift leader sees them, and which of a group's cases an act concerns.

import { GROUP_LEAST, ORDER, alike, bunches, within } from "./order.js";

/**
 * The board's own groups, each with those of the same that colleagues hold or that rest; after them what is a group
 * only together with those. Returns [{id, row, members, counts: {unanswered, held, parked}, oldest, first}], most urgent
 * and longest waiting first. `oldest` is when the longest waiting unanswered came, null when none waits.
 */
export function standing(rows) {
  const open = [...rows].filter((row) => row.state !== "closed" && row.priority !== 1 && !row.objects);
  const waiting = open.filter((row) => row.state === "unanswered").sort(ORDER.unanswered);
  const groups = bunches(waiting).filter((bunch) => bunch.members.length >= GROUP_LEAST);
  const inside = new Set(groups.flatMap((group) => group.members.map((row) => row.id)));
  const rest = open.filter((row) => !inside.has(row.id)).sort((a, b) => a.received - b.received);
  const left = rest.filter((row) => {
    const group = row.state !== "unanswered" && groups.find((one) => one.key === alike(row) && within(row, one.row));
    if (group) group.members.push(row);
    return !group;
  });
  groups.push(...bunches(left).filter((bunch) => bunch.members.length >= GROUP_LEAST));
  return groups.map(told).sort((a, b) => a.row.priority - b.row.priority || a.row.exercise - b.row.exercise || a.first - b.first || (a.id < b.id ? -1 : 1));
}

function told({ row, members, key }) {
  const of = (state) => members.filter((member) => member.state === state);
  const waiting = of("unanswered").map((member) => member.received);
  return {
    id: `${key}|${row.id}`, key, row, members,
    counts: { unanswered: waiting.length, held: of("held").length, parked: of("parked").length },
    oldest: waiting.length ? Math.min(...waiting) : null,
    first: Math.min(...members.map((member) => member.received)),
  };
}

/** The same group as before, although it may have another first case by now; null when it is gone. */
export function again(groups, before) {
  if (!before) return null;
  const had = new Set(before.members.map((row) => row.id));
  const same = groups.filter((group) => group.key === before.key);
  return same.find((group) => group.members.some((row) => had.has(row.id))) ?? null;
}

/** Whether the leader may act on the case: nobody else holds it, and it is no ⬣1 or ▲2. The server asks again. */
export const mayActOn = (row, me) => row.priority > 2 && row.state !== "closed" && !row.offered && (!row.holder || row.holder.id === me);

/** Which cases may lead, the likeliest first: what others already belong to, what somebody holds, then the oldest. */
export function leads(members, all) {
  const led = new Set([...all].map((row) => row.lead).filter(Boolean));
  const rank = (row) => (led.has(row.id) ? 0 : row.holder ? 1 : 2);
  return members.filter((row) => !row.lead && row.state !== "closed").sort((a, b) => rank(a) - rank(b) || a.received - b.received);
}

/** What closes onto a lead: those one may act on, but for the lead and for what leads others. */
export function closing(members, lead, me, all) {
  const led = new Set([...all].map((row) => row.lead).filter(Boolean));
  return members.filter((row) => row.id !== lead && mayActOn(row, me) && !led.has(row.id));
}

/** Unanswered ⬣1 and all unanswered: how many, and since when. */
export function urgent(rows) {
  const waiting = [...rows].filter((row) => row.state === "unanswered" && !row.exercise);
  const since = (some) => (some.length ? Math.min(...some.map((row) => row.received)) : null);
  const of = (priority) => waiting.filter((row) => row.priority === priority);
  return { all: { count: waiting.length, since: since(waiting) }, 1: { count: of(1).length, since: since(of(1)) }, 2: { count: of(2).length, since: since(of(2)) } };
}

/** Municipalities that nobody has, dealt to the seats with fewest waiting: [{user, add}]. `load` is waiting per municipality. */
export function dealtOut(municipalities, seats, load) {
  if (!seats.length) return [];
  const taken = new Set(seats.flatMap((seat) => seat.own));
  const weight = (id) => 1 + (load.get(id) ?? 0);
  const bags = seats.map((seat) => ({ user: seat.id, add: [], sum: seat.own.reduce((sum, id) => sum + weight(id), 0) }));
  for (const id of municipalities.filter((one) => !taken.has(one)).sort((a, b) => weight(b) - weight(a))) {
    const bag = bags.reduce((least, one) => (one.sum < least.sum ? one : least));
    bag.add.push(id);
    bag.sum += weight(id);
  }
  return bags.filter((bag) => bag.add.length).map(({ user, add }) => ({ user, add }));
}
