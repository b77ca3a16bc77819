// The right column: who is on duty where the open case is, and the stored log.

import { NoAnswer, get } from "./api.js";
import { hms, now } from "./clock.js";
import { escape } from "./row.js";
import { eventLine, eventsLine } from "./words.js";

const KEEP = 60;

export class EventsPane {
  constructor({ list }) {
    this.list = list;
    this.lines = [];
  }

  async load() {
    try {
      const answer = await get("/console/events.json?latest=40");
      this.lines = [];
      for (const event of answer.events) this.#take(event);
      const oldest = this.lines.at(-1);      // its act may have begun before what was fetched
      if (oldest?.items.size > 1) oldest.text = oldest.text.replace(/ (?=\d)/, " minst ");
      this.draw();
    } catch { /* the strip line tells that contact is lost */ }
  }

  /** One event of the log, newest first on screen. */
  add(event, live = true) {
    if (this.#take(event, live)) this.draw();
  }

  // `last.at` is when a person last touched the case; what the system itself just did is stamped as it arrives.
  #take(event, live = false) {
    if (event.type !== "item" || !event.item.last) return false;
    const text = eventLine(event.item);
    if (!text) return false;
    const { by, verb, at: did } = event.item.last, act = by ? `${by}|${verb}|${did}` : "";
    const same = act && this.lines.find((line) => line.act === act);
    if (same) {                          // done by one person at one moment: one act on many cases
      same.items.add(event.item.id);
      if (same.items.size > 1) same.text = eventsLine(event.item, same.items.size);
      return true;
    }
    const at = live && now() - event.item.last.at > 2000 ? now() : event.item.last.at;
    this.lines.unshift({ at, text, act, items: new Set([event.item.id]) });
    this.lines.length = Math.min(this.lines.length, KEEP);
    return true;
  }

  draw() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.list.innerHTML = this.lines.map((line) => `<li class="event"><time>${hms(line.at)}</time><span>${escape(line.text)}</span></li>`).join("") ||
        `<li class="event"><span></span><span>Inget har hänt det senaste dygnet.</span></li>`;
    }, 250);
  }
}

export class DutyPane {
  constructor({ root }) { this.root = root; this.for = undefined; }

  /** Show who is on duty in one municipality, or a line per municipality when none is chosen. */
  async show(municipality = null, { force = false } = {}) {
    if (this.for === municipality && !force) return;
    this.for = municipality;
    try {
      const html = await get(`/console/duty/${municipality ?? ""}${municipality ? "/" : ""}`, { as: "text" });
      if (this.for === municipality) this.root.innerHTML = html;
    } catch (error) {
      if (!(error instanceof NoAnswer)) this.root.innerHTML = `<p>${escape(error.message)}</p>`;
    }
  }
}
