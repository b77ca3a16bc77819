// What the operator is told, and may do, as contact with the centre weakens and comes back.

import { hms, now } from "./clock.js";
import { plural } from "./words.js";

export class Contact {
  constructor({ line, store, strips, head, board, player, drafts, boot }) {
    Object.assign(this, { line, store, strips, head, board, player, drafts, boot });
    this.since = null; this.before = null;
  }

  get canAct() { return this.line.state !== "lost"; }
  get reason() { return "Ingen kontakt med centralen. Du kan läsa och anteckna, men inte ta eller ändra ärenden."; }

  changed(state, before) {
    this.head.line(state);
    const cut = state === "stale" || state === "lost";
    document.body.classList.toggle("no-contact", cut);
    document.body.classList.toggle("lost-contact", state === "lost");
    this.board.least = cut;
    if (cut && this.since === null) {
      this.since = now() - 5000;
      this.line.fetched = 0;
      this.before = new Set([...this.store.rows.values()].filter((row) => row.state === "unanswered").map((row) => row.id));
    }
    this.player.lostAt = state === "lost" ? this.player.lostAt ?? now() : null;
    for (const button of document.querySelectorAll("[data-act], .bottom [data-does]")) {
      if (state === "lost") { button.setAttribute("aria-disabled", "true"); button.title = this.reason; }
      else if (button.title === this.reason) { button.removeAttribute("aria-disabled"); button.title = ""; }
    }
    if (state === "live" || state === "reserve") this.#back();
    if (state === "reserve") this.strips.show("reserve", { rank: 4, tone: "eyes", text: "Reservläge: tavlan hämtas var tredje sekund. Allt fungerar, men senare än vanligt." });
    else this.strips.hide("reserve");
    this.second();
  }

  /** Counts tries while contact is gone. */
  second() {
    if (this.strips.has("back") && now() - this.backAt < 5000) this.#tellBack();
    if (this.line.state === "stale") {
      this.strips.show("contact", { rank: 3, tone: "eyes", text: `Ingen kontakt sedan ${hms(this.since)}. Försöker igen (${this.line.attempt})` });
    } else if (this.line.state === "lost") {
      const number = this.boot.reserve_number ? `Ring reservnumret ${this.boot.reserve_number}.` : "Ring reservnumret.";
      this.strips.show("contact", { rank: 1, tone: "alarm", text: `INGEN KONTAKT sedan ${hms(this.since ?? now())}. ${number} Instruktioner finns i pärm A. Försöker igen (${this.line.attempt})` });
    }
  }

  #back() {
    this.strips.hide("contact");
    if (this.since === null) return;
    const lasted = now() - this.since;
    this.since = null;
    this.drafts.retry();
    if (lasted < 6000 && this.line.fetched === 0) return;
    this.backAt = now();
    this.#tellBack();
  }

  // What was missed arrives just after the contact itself: the count is right a few seconds later.
  #tellBack() {
    const fresh = [...this.store.rows.values()].filter((row) => row.state === "unanswered" && !this.before.has(row.id)).length;
    this.strips.show("back", {
      rank: 7, tone: "note", button: "Uppfattat", enter: "first",
      text: `Kontakt igen ${hms(this.backAt)}. ${plural(this.line.fetched, "händelse hämtad", "händelser hämtade")}, ${plural(fresh, "ny obesvarad", "nya obesvarade")}`,
      act: () => this.strips.hide("back"),
    });
  }
}
