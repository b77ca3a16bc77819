// Whose each municipality is: one line each, one column per seat; a digit gives it to that seat or takes it back.

import { post } from "./api.js";
import { escape } from "./row.js";
import { dealtOut } from "./standing.js";

const NAMED = 8;
const few = (names) => names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ` och ${names.length - NAMED} till` : "");

export class Seats {
  constructor({ root, store, municipalities, say, canAct, refused }) {
    Object.assign(this, { root, store, municipalities, say, canAct, refused });
    this.at = 0;
    root.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-seat]");
      if (cell) this.toggle(Number(cell.dataset.municipality), Number(cell.dataset.seat));
    });
    root.addEventListener("focusin", (event) => {
      const line = event.target.closest("[data-line]");
      if (line) this.#stand(Number(line.dataset.line), false);
    });
  }

  get seats() { return this.store.seats; }
  #load() {
    const load = new Map();
    for (const row of this.store.rows.values()) if (row.state === "unanswered") load.set(row.m, (load.get(row.m) ?? 0) + 1);
    return load;
  }

  focus() { this.#stand(this.at); }
  move(step) { this.#stand(this.at + step); }
  #stand(at, focus = true) {
    const lines = this.root.querySelectorAll("[data-line]");
    if (!lines.length) return;
    this.at = Math.min(lines.length - 1, Math.max(0, at));
    lines.forEach((line, n) => { line.tabIndex = n === this.at ? 0 : -1; });
    if (focus) lines[this.at].focus();
  }

  /** A digit on the line in hand. */
  digit(n) {
    const seat = this.seats[n - 1], line = this.municipalities[this.at];
    if (seat && line) this.toggle(line.value, seat.id);
  }

  async toggle(municipality, user) {
    const seat = this.seats.find((one) => one.id === user), has = seat?.own.includes(municipality);
    const name = this.municipalities.find((one) => one.value === municipality)?.label;
    if (!seat) return;
    await this.#send([{ user, [has ? "remove" : "add"]: [municipality] }], has ? `${name} togs från ${seat.name}.` : `${name} är nu hos ${seat.name}.`);
  }

  /** Give away what nobody has, evenly by what waits there. */
  async dealOut() {
    const changes = dealtOut(this.municipalities.map((one) => one.value), this.seats, this.#load());
    if (!this.seats.length) { this.say("Ingen är i tjänst att dela ut till."); return; }
    if (!changes.length) { this.say("Alla kommuner har redan någon."); return; }
    const count = changes.reduce((sum, one) => sum + one.add.length, 0);
    await this.#send(changes, `${count} ${count === 1 ? "kommun" : "kommuner"} utdelade.`);
  }

  async #send(changes, told) {
    if (!this.canAct()) { this.refused(); return; }
    if (this.busy) return;
    this.busy = true;
    this.say("Sparar …");
    try {
      const answer = await post("/console/flood/seats/", { changes });
      this.store.seats = answer.seats;
      this.say(told);
      this.paint();
    } catch (error) { this.say(error.message); } finally { this.busy = false; }
  }

  paint() {
    const load = this.#load(), seats = this.seats, chosen = seats.some((seat) => seat.own.length);
    const held = (id) => [...this.store.rows.values()].filter((row) => row.state === "held" && row.holder?.id === id).length;
    const nobodys = this.municipalities.filter((one) => !seats.some((seat) => seat.own.includes(one.value)));
    const all = seats.filter((seat) => !seat.own.length);
    const told = !seats.length ? "Ingen är i tjänst."
      : !chosen ? "Ingen har valt egna kommuner: T delar ut alla lika."
        : (nobodys.length ? `Ingen har: ${few(nobodys.map((one) => one.label))}.` : "Alla kommuner har någon.") +
          (all.length ? ` ${all.map((seat) => seat.initials).join(", ")} har inga egna och tar alla lika.` : "");
    const head = seats.map((seat, n) => `<th scope="col" title="${escape(`${seat.name}, ${seat.seat}`)}">${n < 9 ? `<kbd>${n + 1}</kbd> ` : ""}${escape(seat.initials)}<span class="sr"> ${escape(seat.name)}</span><small>har ${held(seat.id)}</small></th>`).join("");
    const line = (one, n) => {
      const lacks = chosen && nobodys.includes(one), waits = load.get(one.value) ?? 0;
      const cells = seats.map((seat) => {
        const has = seat.own.includes(one.value);
        return `<td><button type="button" tabindex="-1" class="seat-cell" data-municipality="${one.value}" data-seat="${seat.id}" aria-pressed="${has}" aria-label="${escape(`${one.label} hos ${seat.name}`)}">${has ? "✓" : "–"}</button></td>`;
      }).join("");
      return `<tr data-line="${n}" tabindex="${n === this.at ? 0 : -1}"><th scope="row">${escape(one.label)}${lacks ? ` <span class="chip eyes">INGEN</span>` : ""}</th><td class="number">${waits || ""}</td>${cells}</tr>`;
    };
    const html = `<p class="covering${chosen && nobodys.length ? " eyes" : ""}" role="status">${escape(told)}</p>` +
      `<div class="lines"><table><thead><tr><th scope="col">Kommun</th><th scope="col">Obesvarade</th>${head}</tr></thead><tbody>${this.municipalities.map(line).join("")}</tbody></table></div>`;
    if (html === this.painted) return;
    this.painted = html;
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const cell = focused?.dataset.seat && [focused.dataset.municipality, focused.dataset.seat], scrolled = this.root.querySelector(".lines")?.scrollTop ?? 0;
    this.root.innerHTML = html;
    this.root.querySelector(".lines").scrollTop = scrolled;
    if (cell) this.root.querySelector(`[data-municipality="${cell[0]}"][data-seat="${cell[1]}"]`)?.focus({ preventScroll: true });
    else if (focused) this.root.querySelectorAll("[data-line]")[this.at]?.focus({ preventScroll: true });
  }
}
