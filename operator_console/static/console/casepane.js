// The case: an envelope preview until it is opened, then the letter as the server renders it.

import { NoAnswer, get } from "./api.js";
import { escape, icon } from "./row.js";
import { holding } from "./order.js";
import { hm, hms, span, now, tick } from "./clock.js";
import { Parts } from "./parts.js";
import { PRIORITY } from "./words.js";

export class CasePane {
  constructor({ root, store, me, registers = false, drafts, onAct, onOpened, onOther, say }) {
    Object.assign(this, { root, store, me, registers, drafts, onAct, onOpened, say });
    this.body = root.querySelector(".case-body");
    this.composer = root.querySelector(".composer");
    this.parts = new Parts({ body: this.body, root });
    this.id = null; this.reading = false; this.wanted = null;
    root.addEventListener("click", (event) => {
      const other = event.target.closest("[data-open-case]");
      if (other && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); onOther(other.dataset.openCase); return; }
      const button = event.target.closest("[data-act]");
      if (button && button.getAttribute("aria-disabled") !== "true") onAct(button.dataset.act, button.dataset);
    });
    this.preview(null);
  }

  /** What the board knows of a row that is not open: never a name or an address. */
  preview(id) {
    if (this.id && this.id === id) return;
    const row = id && this.store.rows.get(id);
    if (this.id) return;                       // an open case stays until another is opened or it is closed
    this.composer.hidden = true;
    this.body.className = "case-body";
    if (!row) {
      this.body.innerHTML = `<div class="preview"><p class="calm">Inget ärende är öppet. <kbd>T</kbd> tar nästa, <kbd>↑</kbd> <kbd>↓</kbd> väljer på tavlan.</p></div>`;
      return;
    }
    this.body.innerHTML = `<div class="preview s-${holding(row, this.me)}">${this.#envelope(row)}</div>`;
    tick(this.body);
  }

  #envelope(row) {
    const held = holding(row, this.me);
    const acts = {
      unanswered: `<button type="button" class="button main" data-act="claim">Ta ärendet <kbd>Enter</kbd></button><button type="button" class="button" data-act="read">Läs utan att ta <kbd>Shift+Enter</kbd></button>`,
      offered: `<button class="button main" data-act="accept">Ta emot <kbd>Enter</kbd></button><button class="button" data-act="decline">Tacka nej <kbd>X</kbd></button><button class="button" data-act="read">Läs utan att ta <kbd>Shift+Enter</kbd></button>`,
      mine: `<button class="button main" data-act="open">Öppna <kbd>Enter</kbd></button>`,
      parked: `<button class="button main" data-act="open">Öppna <kbd>Enter</kbd></button>`,
      absent: `<button class="button main" data-act="claim">Ta över <kbd>Enter</kbd></button><button class="button" data-act="read">Läs utan att ta <kbd>Shift+Enter</kbd></button>`,
    }[held === "other" && row.attention.includes("absent") ? "absent" : held === "parked" && !row.holder ? "unanswered" : held] ?? `<button class="button main" data-act="read">Läs <kbd>Enter</kbd></button>`;
    return `<h2><span class="plate p${row.priority}">${icon(`p${row.priority}`)}<b>${row.priority}</b></span><span>${escape(row.headline)}</span></h2>` +
      `<dl class="facts"><dt>Ärende</dt><dd>${escape(row.ref)} · ${escape(row.municipality)} · ${escape(row.function_name)}</dd>` +
      `<dt>Prioritet</dt><dd>${row.priority} ${PRIORITY[row.priority]}</dd>` +
      `<dt>Kom in</dt><dd>${hms(row.received)}${row.repeats > 1 ? `, larm nummer ${row.repeats} från samma sändare` : ""}</dd>` +
      (row.site ? `<dt>Plats</dt><dd>${escape(row.site)}</dd>` : "") + `<dt>Läge</dt><dd>${this.#fate(row, held)}</dd></dl>` +
      `<p class="acts">${acts}${this.#register(row)}</p>`;
  }

  // Whoever keeps the register need not read the letter to give an unknown account its transmitter.
  #register(row) {
    if (!this.registers || row.kind !== "unknown_transmitter" || row.state === "closed") return "";
    return `<a class="button" href="/console/transmitters/new/?case=${row.id}" target="sandare">Registrera sändaren</a>`;
  }

  // Law 4: what happens next if I do nothing, with a clock.
  #fate(row, held) {
    if (held === "unanswered") return `Obesvarat. Svarstid: <b data-until="${row.due}" data-passed="överskriden med">${span(row.due - now())}</b>. När den är slut höjs ärendet och skiftledaren får veta.`;
    if (held === "offered") return `${escape(row.offered.by.name)} vill lämna över till dig. Det är kvar där tills du svarar.`;
    if (held === "parked" && !row.holder) return `Vilar till ${hm(row.parked_until)} med sin grupp. Då kommer det tillbaka bland de obesvarade.`;
    if (held === "parked") return `Vilar till ${hm(row.parked_until)}, då kommer det tillbaka med ljud.`;
    if (held === "closed") return `Klart ${hm(row.closed)}.`;
    if (row.attention.includes("absent")) return `${escape(row.holder?.name)} saknar kontakt. Ta över?`;
    return row.holder ? `Hos ${escape(row.holder.name)} sedan ${hm(row.claimed)}.` : "";
  }

  /** Open a case: `html` when the server already sent it, else fetched. Returns true when it shows. */
  async open(id, { read = false, html = null } = {}) {
    const wanted = (this.wanted = Symbol(id));
    if (html === null) {
      try {
        html = await get(`/console/case/${id}/${read ? "?read=1" : ""}`, { as: "text" });
      } catch (error) {
        if (this.wanted === wanted) this.say(error instanceof NoAnswer ? "Ärendet gick inte att hämta. Kontakten är bruten." : error.message);
        return false;
      }
      if (this.wanted !== wanted) return false;
    }
    const other = this.id !== id;
    if (other) this.cameFrom = null;
    this.id = id;
    this.reading = read;
    this.#swap(html, other);
    this.onOpened(id, other);
    return true;
  }

  /** The open case changed somewhere: fetch it again, once however many asked. */
  refresh() {
    if (!this.id || this.timer) return;
    this.timer = setTimeout(async () => {
      this.timer = null;
      if (this.id) await this.open(this.id, { read: this.reading });
    }, 60);
  }

  close() {
    this.drafts.flush();
    this.drafts.open(null, "");
    this.id = null;
    this.wanted = null;
    this.parts.close();
    this.preview(null);
  }

  #swap(html, other) {
    const tops = [...this.body.querySelectorAll(".upper, .lower")].map((el) => el.scrollTop);
    const stepBefore = this.step()?.dataset.step, inSight = this.#stepInSight();
    const active = this.body.contains(document.activeElement) ? document.activeElement : null;
    const back = active?.dataset.act ?? null;
    const along = other ? null : this.parts.takeAlong();
    this.body.innerHTML = html;
    if (along) this.parts.putBack(along);
    const meta = JSON.parse(this.body.querySelector("#case-data").textContent);
    this.meta = meta;
    this.body.className = `case-body s-${meta.hold}`;
    this.composer.hidden = !meta.may_note;
    this.drafts.open(this.id, meta.draft);
    if (!other) {
      [...this.body.querySelectorAll(".upper, .lower")].forEach((el, n) => { el.scrollTop = tops[n] ?? 0; });
      if (active) (active.isConnected ? active : back && this.body.querySelector(`[data-act="${back}"]`) || this.root).focus({ preventScroll: true });
    }
    const moved = stepBefore !== this.step()?.dataset.step;
    if (other || moved || inSight) this.toStep();
    if (moved && !other) this.onStep?.();
    this.parts.drawn(this.id, other);
    clearTimeout(this.settling);               // what turns by itself: nobody will say that it has
    const turns = Number(this.body.querySelector("[data-refresh-at]")?.dataset.refreshAt);
    if (turns) this.settling = setTimeout(() => this.refresh(), Math.max(1000, turns - now() + 300));
    tick(this.body);
  }

  #stepInSight() {
    const step = this.step(), upper = this.body.querySelector(".upper");
    return Boolean(step) && step.getBoundingClientRect().bottom <= upper.getBoundingClientRect().bottom + 1;
  }

  step() { return this.body.querySelector(".step.current"); }

  toStep() {
    const step = this.step(), upper = this.body.querySelector(".upper");
    if (!step || !upper) return;
    const box = upper.getBoundingClientRect(), at = step.getBoundingClientRect();
    if (at.bottom > box.bottom || at.top < box.top + 70) upper.scrollTop += at.bottom - box.bottom + 12;
  }

  /** The current step's main action, or the preview's. */
  main() { return this.body.querySelector("[data-main][data-act], .preview .button.main"); }
  /** Enter on a step that asks: the answer is a digit, and the step says which. */
  askForDigit() {
    const step = this.step(), last = step?.querySelectorAll("[data-digit]").length ?? 0;
    if (!last) return;
    const hint = step.querySelector(".hint") ?? step.querySelector(".detail").appendChild(document.createElement("p"));
    hint.className = "hint";
    hint.setAttribute("role", "alert");
    hint.textContent = last === 1 ? "Svara med 1" : last === 2 ? "Svara med 1 eller 2" : `Svara med 1 till ${last}`;
  }
  digit(n) { return this.body.querySelector(`[data-digit="${n}"]`); }
}
