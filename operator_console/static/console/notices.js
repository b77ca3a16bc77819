// What the shift leader must know: kept on the server until somebody has seen it, shown as one strip here.

import { get, post } from "./api.js";

export class Notices {
  /** `open(itemId)` opens a case; only a shift leader's console makes one of these. */
  constructor({ strips, store, open, say, sound }) {
    this.sound = sound;
    this.strips = strips;
    this.store = store;
    this.open = open;
    this.say = say;
    this.waiting = new Map();
  }

  async load() {
    const { notices } = await get("/console/notices/");
    this.waiting = new Map(notices.map((one) => [one.id, one]));
    this.#show();
  }

  /** A notice was opened, seen, or has passed. */
  heard(notice) {
    if (notice.seen) this.waiting.delete(notice.id);
    else {
      if (!this.waiting.has(notice.id)) this.sound(urgency(notice) ? "third" : "second");
      this.waiting.set(notice.id, notice);
    }
    this.#show();
  }

  #show() {
    const all = [...this.waiting.values()].sort((a, b) => urgency(a) - urgency(b) || b.created - a.created);
    const first = all[0];
    if (!first) return this.strips.hide("notice");
    const row = first.item && this.store.rows.get(first.item);
    const where = row ? `: ${row.headline} (${first.ref.split("-").pop()})` : first.ref ? ` (${first.ref.split("-").pop()})` : "";
    const more = all.length > 1 ? ` · ${all.length - 1} till` : "";
    this.strips.show("notice", {
      rank: 6, tone: "eyes", text: `${first.text}${where}${more}`, button: "Sett", act: () => this.#seen(first),
    });
  }

  async #seen(notice) {
    try {
      this.heard(await post(`/console/notices/${notice.id}/seen/`));
      if (notice.item) this.open(notice.item);
    } catch (error) {
      this.say(error.message);
    }
  }
}

/** A call for help, a stopped clock or a silent room comes first, and rings as a ▲2. */
function urgency(notice) {
  return ["help", "clock", "silent_room", "overdue", "carrier"].includes(notice.kind) ? 0 : 1;
}
