// The next step of each of my cases, so that its line says what happens next. Asked for only when a case of mine changed.

import { get } from "./api.js";
import { holding } from "./order.js";

const MOST = 12;
const AFTER = 300;

export class NextSteps {
  constructor({ store, board, me }) {
    Object.assign(this, { store, board, me });
    this.known = new Map();           // case → version of the row that its step was asked for
    store.on(() => this.look());
  }

  /** Ask soon, once however many changed. */
  look() { this.timer ??= setTimeout(() => this.#ask(), AFTER); }

  async #ask() {
    this.timer = null;
    const mine = [...this.store.rows.values()].filter((row) => holding(row, this.me) === "mine").slice(0, MOST);
    const wanted = mine.filter((row) => this.known.get(row.id) !== row.version);
    if (!wanted.length) return;
    try {
      const { steps } = await get(`/console/steps.json?items=${wanted.map((row) => row.id).join()}`);
      for (const row of wanted) {
        this.known.set(row.id, row.version);
        if (steps[row.id]) this.board.steps.set(row.id, steps[row.id]); else this.board.steps.delete(row.id);
      }
      this.board.invalidate();
    } catch { /* the line without its step still tells the place; asked again at the next change */ }
  }
}
