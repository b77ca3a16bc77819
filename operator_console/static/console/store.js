// The board as data: board.json plus events. Law: board + events == a fresh board.
// Rows are whole envelopes, so applying an event is replacing a row; ids only grow, each is used once.

export class Store {
  constructor() {
    this.lastId = 0;
    this.rows = new Map();
    this.presence = [];
    this.seats = [];                 // who takes cases, and whose each municipality is
    this.listeners = new Set();
  }

  /** Take a fresh board. Events at or below its last_id are already inside it. */
  load(board) {
    this.rows = new Map(board.rows.map((row) => [row.id, row]));
    this.presence = board.presence ?? [];
    this.seats = board.seats ?? [];
    this.lastId = board.last_id;
    this.#tell({ type: "reset" });
  }

  /** Use one numbered event. Returns false when its number was used before. */
  apply(event) {
    if (event.id !== null && event.id !== undefined) {
      if (event.id <= this.lastId) return false;
      this.lastId = event.id;
    }
    if (event.type === "item") {
      const before = this.rows.get(event.item.id) ?? null;
      // A board read a moment after its number may already hold a newer row than the event.
      if (before && before.version > event.item.version) return true;
      this.rows.set(event.item.id, event.item);
      this.#tell({ type: "item", before, after: event.item, event });
    } else {
      if (event.type === "presence" && Array.isArray(event.item?.operators)) this.presence = event.item.operators;
      if (event.type === "seats" && Array.isArray(event.item?.seats)) this.seats = event.item.seats;
      this.#tell({ type: event.type, item: event.item, event });
    }
    return true;
  }

  /** As the server says it: one of many that an open case gathers waits with that; what is about lives never does. */
  follows(row) {
    const lead = row.priority > 1 && row.lead && this.rows.get(row.lead);
    return Boolean(lead?.objects) && lead.state !== "closed";
  }

  /** The rows that somebody must answer. */
  waiting() { return [...this.rows.values()].filter((row) => row.state === "unanswered" && !this.follows(row)); }

  on(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  #tell(change) {
    for (const listener of this.listeners) listener(change);
  }
}
