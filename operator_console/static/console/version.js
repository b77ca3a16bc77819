// A new console at the server: said in the strip line, fetched when nothing is under the hand. Never a modal.

const CALM = 10e3;           // ms without a key or press
const TEXT = "Ny version finns. Laddas om när du inte har ett öppet ärende";

export class Version {
  /**
   * `mine` is what this page was made from. `busy()` is true while a case is open or text is typed;
   * `waiting()` while an alarm waits: then nothing reloads by itself, since a fresh page may be silent until touched.
   */
  constructor({ mine, strips, busy, waiting, reload, memory = sessionStorage, clock = () => performance.now() }) {
    Object.assign(this, { mine, strips, busy, waiting, reload, memory, clock });
    this.theirs = mine; this.touchedAt = clock();
  }

  /** The hello of a connection told the server's version; none when it does not tell. */
  heard(theirs) {
    this.theirs = theirs || this.mine;
    this.second();
  }

  touched() { this.touchedAt = this.clock(); }

  get old() { return this.theirs !== this.mine; }

  /** Once a second: show, and reload in a calm moment. Two servers that differ are not chased: once per version. */
  second() {
    if (!this.old) { this.strips.hide("version"); return; }
    const busy = this.busy();
    this.strips.show("version", {
      rank: 9, tone: "note", text: TEXT, button: busy ? "" : "Ladda om nu", enter: "idle", act: busy ? null : () => this.now(),
    });
    const tried = this.memory.getItem("console-version") === this.theirs;
    if (!busy && !tried && !this.waiting() && this.clock() - this.touchedAt > CALM) this.now();
  }

  /** Enter: at once, unless something is open. */
  now() {
    if (this.busy()) return;
    this.memory.setItem("console-version", this.theirs);
    this.reload();
  }
}
