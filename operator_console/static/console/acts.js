// What the keys and buttons do. Each act asks the server and shows nothing before it has answered.

import { NoAnswer, post, postUntilAnswered } from "./api.js";
import { holding } from "./order.js";
import { now } from "./clock.js";
import { callOffSheet, callOutSheet, closeSheet, handOverSheet, linkSheet, prioritySheet, parkSheet, safePointSheet, skipSheet } from "./sheets.js";

const MINE_ENOUGH = 5;
const UNDO_FOR = 10e3;

export class Acts {
  constructor({ store, board, pane, sheet, drafts, say, me, onGuard, onUndo, focusCase, focusBoard }) {
    Object.assign(this, { store, board, pane, sheet, drafts, say, me, onGuard, onUndo, focusCase, focusBoard });
    this.taking = false;
    this.stepping = false;
  }

  // -- taking ----------------------------------------------------------------------------------
  /** T: the server picks; ours is only a guess of which row says "Tar …" meanwhile. */
  async next({ sure = false } = {}) {
    if (this.taking) return;
    const mine = this.board.arranged?.mine.length ?? 0;
    if (mine >= MINE_ENOUGH && !sure) {
      this.sheet.show({
        title: `Du har redan ${mine} ärenden`, lead: "Ta ett till ändå?", stages: [], confirm: "Ta nästa", enter: true,
        onDone: () => { setTimeout(() => this.next({ sure: true })); return Promise.resolve(); },
      });
      return;
    }
    const guess = this.board.topUnanswered();
    if (!guess) { this.say("Inga obesvarade larm."); return; }
    await this.#take("/console/next/", guess.id);
  }

  /** Take this row. */
  async claim(id) {
    const row = this.store.rows.get(id);
    if (!row || this.taking) return;
    await this.#take(`/console/items/${id}/claim/`, id);
  }

  async accept(id) {
    if (!this.taking) await this.#take(`/console/items/${id}/accept/`, id);
  }

  async #take(url, id) {
    this.taking = true;
    this.say("");
    this.board.claiming.add(id);
    this.board.paint();
    let taken = null;
    try {
      taken = await postUntilAnswered(url, {}, { onWait: () => this.say("Vi vet inte om du fick ärendet. Kontrollerar …") });
    } catch (error) {
      this.say(error.message);
      if (error.body?.row) this.#put(error.body.row);
    } finally {
      this.taking = false;
      this.board.claiming.delete(id);
    }
    if (!taken) { this.board.paint(); return; }
    this.say("");
    this.#put(taken.row);
    this.board.paint();
    this.board.select(taken.row.id);
    await this.pane.open(taken.row.id, { html: taken.html });
    this.focusCase();
    this.onGuard("case");
    this.#offerUndo(taken.row, "tog");
  }

  // -- opening ---------------------------------------------------------------------------------
  /** Enter on the board: take what nobody has, accept what is offered, else open. */
  enter(id) {
    const row = this.store.rows.get(id);
    if (!row || this.board.claiming.has(id)) return;
    const held = holding(row, this.me);
    const nobodys = held === "parked" && !row.holder;    // rests with its group: anybody may take it out
    if (held === "unanswered" || nobodys || (held === "other" && row.attention.includes("absent"))) this.claim(id);
    else if (held === "offered") this.accept(id);
    else this.open(id);
  }

  async open(id, { read = null } = {}) {
    const row = this.store.rows.get(id);
    const own = row && (row.holder?.id === this.me) && row.state !== "closed";
    const shown = await this.pane.open(id, { read: read ?? !own });
    if (!shown) return;
    this.board.select(id);
    this.focusCase();
    this.onGuard("case");
  }

  // -- the step --------------------------------------------------------------------------------
  /** A button or key inside the case. `data` is the element's dataset. */
  async run(act, data = {}) {
    const id = this.pane.id ?? this.board.selected;
    const plain = { take: () => this.#take(`/console/items/${id}/claim/`, id), claim: () => this.enter(id), accept: () => this.accept(id), read: () => this.open(id, { read: true }), open: () => this.open(id) };
    if (plain[act]) return plain[act]();
    const sheets = { "safe-point": "safePoint", close: "close", park: "park", "hand-over": "handOver", priority: "priority", link: "link", skip: "skip", "call-out-sheet": "callOut" };
    if (sheets[act]) return this[sheets[act]]();
    if (act === "call-off-sheet") { this.#onCase((row, send) => callOffSheet(row, send, JSON.parse(data.body))); return; }
    if (act === "note-focus") return this.note();
    if (act === "decline") return this.#post(id, "decline", {}, { then: "board" });
    if (act === "step") return this.#step("step", { position: Number(data.position), outcome: data.outcome ?? "" });
    if (act === "call-out") return this.#step("call-out", { duty: data.duty, position: data.position ? Number(data.position) : null, rank: Number(data.rank ?? 1) });
    return this.#post(id, act, data.body ? JSON.parse(data.body) : {});
  }

  async #step(action, body) {
    if (this.stepping) return;
    this.stepping = true;
    try {
      await this.#post(this.pane.id, action, body);
      this.onGuard("case");
      if (action === "step") this.#offerUndo(this.store.rows.get(this.pane.id), "steg klart i");
    } finally { this.stepping = false; }
  }

  // -- sheets ----------------------------------------------------------------------------------
  #onCase(make) {
    const id = this.pane.id ?? this.board.selected, row = this.store.rows.get(id);
    if (!row) { this.say("Välj ett ärende först."); return; }
    this.sheet.show(make(row, (action, body, options) => this.#post(id, action, body, { ...options, throws: true }), this));
  }

  callOut() { this.#onCase(callOutSheet); }
  park() { this.#onCase(parkSheet); }
  handOver() { this.#onCase(handOverSheet); }
  priority() { this.#onCase(prioritySheet); }
  link() { this.#onCase(linkSheet); }
  close() { this.#onCase(closeSheet); }
  safePoint() { this.#onCase(safePointSheet); }
  skip() {
    const row = this.store.rows.get(this.board.selected);
    if (!this.pane.id && row && holding(row, this.me) === "offered") { this.run("decline"); return; }
    const step = this.pane.step();
    if (!step) { this.say("Det finns inget steg att hoppa över."); return; }
    this.#onCase((item, send) => skipSheet(step, send));
  }

  // -- notes, undo -----------------------------------------------------------------------------
  note() {
    const field = this.pane.composer.querySelector("textarea");
    if (this.pane.composer.hidden) { this.say("Öppna ett ärende först."); return; }
    field.focus();
  }

  async saveNote() {
    const text = this.drafts.text.trim();
    if (!text || !this.pane.id || this.noting) return;
    this.noting = true;
    try {
      await this.#post(this.pane.id, "note", { text }, { throws: true });
      this.drafts.clear();
      this.focusCase();
    } catch (error) {
      this.say(error instanceof NoAnswer ? "Ingen kontakt. Texten finns kvar här. Försök igen med Ctrl+Enter." : error.message);
    } finally { this.noting = false; }
  }

  /** H: the shift leader is asked to come to this case; her console says so until she has seen it. */
  async help() {
    const id = this.pane.id ?? this.board.selected;
    if (!id) { this.say("Välj ett ärende först."); return; }
    if (await this.#post(id, "help", {})) this.say("Skiftledaren är kallad till ärendet.");
  }

  async undo() {
    if (!this.undoable || now() > this.undoable.until) { this.say("Det finns inget att ångra."); return; }
    const { id } = this.undoable;
    this.#forgetUndo();
    await this.#post(id, "undo", {});
  }

  #offerUndo(row, words) {
    this.undoable = { id: row.id, until: now() + UNDO_FOR, words: `${words} ${row.ref.replace(/^\d+-/, "")}` };
    this.onUndo(this.undoable);
  }

  /** Done, or too late: the case is closed or somebody else's. */
  #forgetUndo() {
    this.undoable = null;
    this.onUndo(null);
  }

  // -- the one way to act on a case ------------------------------------------------------------
  async #post(id, action, body, { then = "", undo = "", throws = false } = {}) {
    this.say("");
    let answer;
    try {
      answer = await post(`/console/items/${id}/${action}/`, body);
    } catch (error) {
      if (error.body?.row) this.#put(error.body.row);
      if (throws) throw error;
      this.say(error instanceof NoAnswer ? "Ingen kontakt. Inget är ändrat så vitt vi vet. Försök igen." : error.message);
      return null;
    }
    if (answer.row) this.#put(answer.row);
    this.board.paint();
    const mine = answer.row && answer.row.holder?.id === this.me && answer.row.state === "held";
    if (undo && answer.row) this.#offerUndo(answer.row, undo);
    else if (!mine && this.undoable?.id === id) this.#forgetUndo();
    if (answer.message) this.say(answer.message);
    if (then === "board" || (!mine && ["undo", "release"].includes(action))) {
      this.pane.close();
      this.focusBoard();
      this.onGuard("board");
    } else if (this.pane.id === id) {
      await this.pane.open(id, { read: this.pane.reading, html: answer.html ?? null });
    }
    return answer;
  }

  #put(row) { this.store.apply({ id: null, type: "item", item: row }); }
}
