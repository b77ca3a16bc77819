// Pure decisions about rows: which section, which order, what the filter hides, what a flood groups.

export const HOUR = 3600e3;
export const SECTIONS = ["unanswered", "mine", "others", "parked", "closed"];

/** Who has it, from my chair: unanswered | offered | mine | other | parked | closed. */
export function holding(row, me) {
  if (row.state === "closed") return "closed";
  if (row.offered && row.offered.to.id === me) return "offered";
  if (row.state === "parked") return "parked";
  if (row.state === "unanswered") return "unanswered";
  return row.holder && row.holder.id === me ? "mine" : "other";
}

export function sectionOf(row, me) {
  const held = holding(row, me);
  return { offered: "mine", other: "others" }[held] ?? held;
}

const by = (...keys) => (a, b) => {
  for (const key of keys) {
    const left = key(a), right = key(b);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
};
const never = Number.MAX_SAFE_INTEGER;
const urgency = [(r) => r.priority, (r) => (r.exercise ? 1 : 0)];

export const ORDER = {
  unanswered: by(...urgency, (r) => r.due ?? never, (r) => r.received, (r) => r.id),
  mine: by((r) => (r.offered ? 0 : 1), ...urgency, (r) => r.claimed ?? r.received, (r) => r.id),
  others: by(...urgency, (r) => r.claimed ?? r.received, (r) => r.id),
  parked: by((r) => r.parked_until ?? never, (r) => r.id),
  closed: by((r) => -(r.closed ?? 0), (r) => r.id),
};

/** A filter is {municipalities: Set, kinds: Set}; empty sets let everything through. Open ⬣1 and my own always pass. */
export function passes(row, filter, me) {
  if (row.state !== "closed" && row.priority === 1 && !row.exercise) return true;
  if (holding(row, me) === "mine" || holding(row, me) === "offered") return true;
  if (filter.municipalities.size && !filter.municipalities.has(row.m)) return false;
  return !(filter.kinds.size && !filter.kinds.has(row.kind));
}

/**
 * Rows by section in order. `linger` keeps a just-taken row among the unanswered for its 1.5 s of green.
 * Returns {unanswered, mine, others, parked, closed, hidden: {total, first}}.
 */
export function arrange(rows, { me, now, filter, linger = new Map() }) {
  const out = { unanswered: [], mine: [], others: [], parked: [], closed: [], hidden: { total: 0, first: 0 } };
  for (const row of rows) {
    let section = sectionOf(row, me);
    if (section === "closed" && now - (row.closed ?? 0) > HOUR) continue;
    if (!passes(row, filter, me)) {
      if (section !== "closed") out.hidden.total += 1;
      if (section !== "closed" && row.priority === 1) out.hidden.first += 1;
      continue;
    }
    if ((linger.get(row.id) ?? 0) > now && section === "others") section = "unanswered";
    out[section].push(row);
  }
  for (const section of SECTIONS) out[section].sort(ORDER[section]);
  return out;
}

const GROUP_WINDOW = 10 * 60e3;
/** Fewer are no group, and stand each in its own place: what is late is never behind what came after it. */
export const GROUP_LEAST = 3;

/** What makes two alarms of a kind: the same place, kind, area and priority. */
export const alike = (row) => [row.m, row.kind, row.area, row.priority, row.exercise].join("|");
export const within = (row, other) => Math.abs(row.received - other.received) <= GROUP_WINDOW;

/**
 * The rule, for the board and for the shift leader's panel: same kind and area within ten minutes of the first. ⬣1 is
 * never grouped, and a case that gathers objects is a row of its own. Rows in the section's order → [{row, members, key}], also those too few to be a group.
 */
export function bunches(rows) {
  const latest = new Map(), found = [];
  for (const row of rows) {
    if (row.priority === 1 || row.objects) continue;      // a case that gathers is many already
    const key = alike(row);
    let bunch = latest.get(key);
    if (!bunch || !within(row, bunch.row)) {
      latest.set(key, bunch = { row, members: [], key });
      found.push(bunch);
    }
    bunch.members.push(row);
  }
  return found;
}

/**
 * In a flood each group becomes one row. `keep`, the single row in hand, is not grouped; `head`, a group's row in hand,
 * stays its group's row whoever joins before it. Only the unanswered are grouped, so a group is never green: a new or
 * raised member stands red in it or beside it.
 */
export function grouped(rows, open = new Set(), keep = null, head = null) {
  const of = new Map();
  for (const bunch of bunches(rows.filter((row) => row.state === "unanswered" && row.id !== keep))) {
    for (const row of bunch.members) of.set(row.id, bunch);
  }
  return rows.flatMap((one) => {
    const entry = of.get(one.id);
    if (!entry || entry.members.length < GROUP_LEAST) return [{ row: one, members: null }];
    if (entry.row !== one) return [];
    const row = entry.members.find((member) => member.id === head) ?? entry.row;
    if (!open.has(entry.key)) return [{ ...entry, row }];
    return [{ ...entry, unfolded: true }, ...entry.members.slice(1).map((member) => ({ row: member, members: null, inside: true }))];
  });
}

/**
 * The row that T takes, as the server deals: within the most urgent, my own municipalities (a Set) first; never what
 * `follows(row)` an open case that gathers.
 */
export function dealt(unanswered, own, follows = () => false) {
  const rank = (row) => (row.exercise ? 10 : 0) + row.priority;
  const open = unanswered.filter((row) => !follows(row)), top = Math.min(...open.map(rank));
  const urgent = open.filter((row) => rank(row) === top);
  return urgent.find((row) => own.has(row.m)) ?? urgent[0] ?? null;
}

/** Share answered within 15 s among what was answered in the last hour, or null when nothing was. */
export function answeredInTime(rows, now, limit = 15e3) {
  let all = 0, good = 0;
  for (const row of rows) {
    if (!row.claimed || now - row.claimed > HOUR || row.exercise) continue;
    all += 1;
    if (row.claimed - row.received <= limit) good += 1;
  }
  return all ? Math.round((100 * good) / all) : null;
}

/**
 * How many of the ⬣1 stand at full height: eight where there is room, fewer on a low screen, so that up to eight are in
 * sight at once. Heights in px.
 */
export function fullFirst(count, height, { full = 68, compact = 36, most = 8 } = {}) {
  const shown = Math.min(count, most);
  return Math.max(1, Math.min(most, Math.floor((height - shown * compact) / (full - compact))));
}
