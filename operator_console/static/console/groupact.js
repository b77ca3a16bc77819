// The chosen group, and the two acts on it. A form beside the list, never over it; what is typed stays until it is done.

import { NoAnswer, postUntilAnswered } from "./api.js";
import { hm, hms, now, span } from "./clock.js";
import { escape, icon } from "./row.js";
import { closing, leads, mayActOn } from "./standing.js";
import { PRIORITY, grouped1000, plural } from "./words.js";

const GUARD = 300;               // a form has just come under the hand: Enter does nothing yet
const SHOWN = 12;
const LEADS = 5;
const cases = (n) => plural(n, "ärende", "ärenden");

export class GroupPane {
  constructor({ root, store, me, reasons, say, done, back }) {
    Object.assign(this, { root, store, me, reasons, say, done, back });
    this.group = null; this.form = null; this.busy = false;
    this.kept = new Map();                 // what was chosen and typed in a form that was put away
    root.addEventListener("click", (event) => {
      const act = event.target.closest("[data-start]")?.dataset.start;
      if (act) this.start(act);
      else if (event.target.closest("[data-close]")) this.close();
    });
    root.addEventListener("change", (event) => this.#changed(event.target));
    root.addEventListener("focusin", (event) => event.target.closest("[data-stage]")?.classList.remove("answered"));
    root.addEventListener("input", () => this.#remember());
    root.addEventListener("submit", (event) => { event.preventDefault(); this.confirm(); });
  }

  get open() { return this.form !== null; }

  /** Show a group, or another one; an open form stays what it was. */
  show(group) {
    this.group = group;
    if (this.form) { this.#since(); return; }
    const html = group ? this.#told(group) : `<p class="calm">Ingen grupp står just nu. En grupp är minst tre larm av samma sort i samma område inom tio minuter.</p>`;
    if (html === this.painted) return;
    this.painted = html;
    const focused = this.root.contains(document.activeElement) && document.activeElement.dataset.start;
    this.root.innerHTML = html;
    if (focused) this.root.querySelector(`[data-start="${focused}"]`)?.focus();
  }

  #told(group) {
    const { row, counts, members } = group, may = members.filter((one) => mayActOn(one, this.me)).length;
    const holders = [...new Set(members.filter((one) => one.state === "held").map((one) => one.holder.name))];
    const rests = members.filter((one) => one.state === "parked").map((one) => one.parked_until);
    const line = (one) => `<li><span class="ref">${escape(one.ref.replace(/^\d+-/, ""))}</span> kom ${hms(one.received)} <span class="muted">${one.state === "held" ? `hos ${escape(one.holder.name)}` : one.state === "parked" ? `vilar till ${hm(one.parked_until)}` : "obesvarat"}${one.site ? ` · ${escape(one.site)}` : ""}</span></li>`;
    const why = row.priority <= 2 ? `${row.priority} ${PRIORITY[row.priority]} tas en och en av den som läser dem. Gruppen kan inte parkeras eller stängas.`
      : may === 0 ? "Kollegor har alla ärenden i gruppen." : "";
    return `<h2><span class="plate p${row.priority}">${icon(`p${row.priority}`)}<b>${row.priority}</b></span><span>${escape(row.headline)}</span></h2>` +
      `<dl class="facts"><dt>Var</dt><dd>${escape(row.area || "område saknas")}, ${escape(row.municipality)}</dd>` +
      `<dt>Obesvarade</dt><dd>${grouped1000(counts.unanswered)}${group.oldest ? `, äldst kom ${hms(group.oldest)}` : ""}</dd>` +
      `<dt>Hos kollegor</dt><dd>${counts.held ? `${grouped1000(counts.held)}: ${escape(holders.join(", "))}` : "0"}</dd>` +
      `<dt>Vilar</dt><dd>${counts.parked ? `${grouped1000(counts.parked)}, nästa vaknar ${hm(Math.min(...rests))}` : "0"}</dd></dl>` +
      (why ? `<p class="why">${escape(why)}</p>` : `<p class="acts"><button type="button" class="button main" data-start="park">Parkera gruppen <kbd>P</kbd></button>` +
        `<button type="button" class="button" data-start="duplicates">Stäng dubbletter <kbd>G</kbd></button></p>`) +
      `<ol class="members">${members.slice(0, SHOWN).map(line).join("")}</ol>${members.length > SHOWN ? `<p class="muted">och ${grouped1000(members.length - SHOWN)} till</p>` : ""}`;
  }

  /** Begin an act on the group in hand, with the cases that stand in it now. */
  start(verb) {
    const { group } = this;
    if (!group || this.busy) return;
    if (this.form) { this.#first(); return; }
    if (group.row.priority <= 2) { this.say(`${group.row.priority} ${PRIORITY[group.row.priority]} tas en och en.`); return; }
    const seen = [...group.members];
    if (verb === "duplicates" && seen.length < 2) { this.say("Det finns inget att slå ihop."); return; }
    if (!seen.some((row) => mayActOn(row, this.me))) { this.say("Kollegor har alla ärenden i gruppen."); return; }
    this.form = { verb, group, seen, at: now(), leads: verb === "duplicates" ? leads(seen, this.store.rows.values()).slice(0, LEADS) : [] };
    this.opened = performance.now();
    this.painted = null;
    this.root.innerHTML = verb === "park" ? this.#parkForm() : this.#duplicatesForm();
    for (const [name, value] of this.kept.get(verb + group.key) ?? []) this.#put(name, value);
    this.#changed();
    this.#first();
  }

  #head(title) {
    const { group } = this.form;
    return `<h2 tabindex="-1"><span class="plate p${group.row.priority}">${icon(`p${group.row.priority}`)}<b>${group.row.priority}</b></span><span>${title}: ${escape(group.row.headline)}</span></h2>` +
      `<p class="lead">${escape(group.row.municipality)}, så som gruppen stod ${hms(this.form.at)}. <span data-since-then></span></p>`;
  }

  #radios(name, legend, choices) {
    return `<fieldset class="stage" data-stage="${name}"><legend>${legend}</legend>${choices.map(([value, label, note], n) =>
      `<label class="choice"><input type="radio" name="${name}" value="${escape(value)}"><kbd>${n + 1}</kbd><span>${escape(label)}${note ? `<small>${escape(note)}</small>` : ""}</span></label>`).join("")}</fieldset>`;
  }

  // What is left alone, and why; the lead itself is neither closed nor left.
  #left() {
    const others = this.form.seen.filter((row) => row.id !== this.#value("lead")), concerned = new Set(this.concerned);
    const colleagues = others.filter((row) => !mayActOn(row, this.me)).length, led = others.length - concerned.size - colleagues;
    return (colleagues ? ` ${cases(colleagues)} hos kollegor lämnas.` : "") + (led > 0 ? ` ${cases(led)} som andra hör ihop med lämnas.` : "");
  }

  #parkForm() {
    const at = (minutes) => `kl. ${hm(now() + minutes * 60e3)}`;
    return `<form novalidate>${this.#head("Parkera")}` +
      this.#radios("reason", "Därför att", this.reasons) +
      this.#radios("until", "Väck gruppen", [["10", "Om 10 min", at(10)], ["30", "Om 30 min", at(30)], ["60", "Om 1 timme", at(60)], ["next_shift", "Nästa arbetspass", "kl. 07, 15 eller 22"], ["clock", "Klockslag", ""]]) +
      `<label class="clock" hidden>Klockslag <input type="time" name="clock" required></label>` +
      `<p class="concerns"></p>${this.#end("Parkera")}</form>`;
  }

  #duplicatesForm() {
    const note = (row) => `kom ${hms(row.received)}${row.holder ? ` · hos ${row.holder.name}` : ""}${row.site ? ` · ${row.site}` : ""}`;
    return `<form novalidate>${this.#head("Stäng dubbletter")}` +
      this.#radios("lead", "Huvudärende, som står kvar", this.form.leads.map((row) => [row.id, row.ref, note(row)])) +
      `<p class="concerns"></p><label class="count">Skriv antalet som stängs <input name="count" inputmode="numeric" autocomplete="off" maxlength="6"></label>${this.#end("Stäng dubbletter")}</form>`;
  }

  #end(label) {
    return `<div class="message" role="alert"></div><p class="acts"><button type="submit" class="button main">${label} <kbd>Enter</kbd></button><button type="button" class="button" data-close>Låt bli <kbd>Esc</kbd></button></p>`;
  }

  // -- what the form holds -----------------------------------------------------------------------
  #value(name) { return this.root.querySelector(`[name="${name}"]:checked`)?.value ?? this.root.querySelector(`[name="${name}"]:not([type="radio"])`)?.value ?? ""; }
  #put(name, value) {
    const radio = this.root.querySelector(`[type="radio"][name="${name}"][value="${CSS.escape(value)}"]`), field = this.root.querySelector(`[name="${name}"]:not([type="radio"])`);
    if (radio) radio.checked = true; else if (field) field.value = value;
  }
  #remember() {
    if (this.form) this.kept.set(this.form.verb + this.form.group.key, ["reason", "until", "clock", "lead", "count"].map((name) => [name, this.#value(name)]).filter(([, value]) => value));
  }

  /** Which cases the act concerns, as it stands. */
  get concerned() {
    const { verb, seen } = this.form;
    return verb === "park" ? seen.filter((row) => mayActOn(row, this.me)) : closing(seen, this.#value("lead"), this.me, this.store.rows.values());
  }

  #changed() {
    if (!this.form) return;
    for (const label of this.root.querySelectorAll(".choice")) label.classList.toggle("on", label.querySelector("input").checked);
    const clock = this.root.querySelector("label.clock");
    if (clock) clock.hidden = this.#value("until") !== "clock";
    const count = this.concerned.length, concerns = this.root.querySelector(".concerns"), lead = this.form.leads.find((row) => row.id === this.#value("lead"));
    if (this.form.verb === "park") concerns.textContent = `${cases(count)} vilar utan ägare och kommer tillbaka bland de obesvarade.${this.#left()}`;
    else concerns.innerHTML = lead ? `<b>${cases(count)}</b> stängs som dubbletter av ${escape(lead.ref)}.${escape(this.#left())} Kan ångras i tio minuter.` : "Välj först huvudärendet.";
    this.#remember();
    this.#since();
  }

  // Who came after the look is counted, and not taken along.
  #since() {
    const el = this.root.querySelector("[data-since-then]");
    if (!el) return;
    const seen = new Set(this.form.seen.map((row) => row.id)), now = this.group?.key === this.form.group.key ? this.group.members : [];
    const fresh = now.filter((row) => !seen.has(row.id)).length;
    const text = fresh ? `${plural(fresh, "nytt har", "nya har")} kommit sedan dess och är inte med.` : "";
    if (el.textContent !== text) el.textContent = text;
  }

  // -- keys ----------------------------------------------------------------------------------------
  /** The stage that a digit chooses in: the first without a choice, else the one in focus, else the last. */
  #stage() {
    const stages = [...this.root.querySelectorAll("[data-stage]")];
    return stages.find((stage) => !stage.querySelector(":checked")) ?? document.activeElement?.closest?.("[data-stage]") ?? stages.at(-1);
  }
  digit(n) {
    if (!this.form || this.busy) return;
    const stage = this.#stage(), radio = stage?.querySelectorAll("input")[n - 1];
    if (!radio) return;
    radio.checked = true;
    this.#changed();
    stage.classList.add("answered");
    const next = [...this.root.querySelectorAll("[data-stage]")].find((stage) => !stage.querySelector(":checked"));
    if (next) next.querySelector("input").focus();
    else if (this.form.verb === "duplicates") this.root.querySelector('[name="count"]').focus();
    else if (this.#value("until") === "clock") this.root.querySelector('[name="clock"]').focus();
    else this.root.querySelector('[type="submit"]').focus();
  }
  #first() {
    const open = this.root.querySelector("[data-stage]:not(:has(:checked)) input");
    (open ?? this.root.querySelector('[name="count"]') ?? this.root.querySelector('[type="submit"]')).focus({ preventScroll: true });
  }

  close() {
    if (!this.form || this.busy) return;
    this.#remember();
    this.form = null;
    this.show(this.group);
    this.back();
  }

  async confirm() {
    const { form } = this;
    if (!form || this.busy || performance.now() - this.opened < GUARD) return;
    const missing = this.root.querySelector("[data-stage]:not(:has(:checked))");
    if (missing) { this.#refuse(`Välj först: ${missing.querySelector("legend").textContent.toLowerCase()}.`, missing.querySelector("input")); return; }
    const items = this.concerned.map((row) => row.id), until = this.#value("until");
    if (form.verb === "park" && until === "clock" && !this.#value("clock")) { this.#refuse("Skriv ett klockslag.", this.root.querySelector('[name="clock"]')); return; }
    if (!items.length) { this.#refuse("Inget ärende i gruppen kan tas med."); return; }
    const body = form.verb === "park" ? { items, reason: this.#value("reason"), ...(until === "clock" ? { clock: this.#value("clock") } : until === "next_shift" ? { next_shift: true } : { minutes: Number(until) }) }
      : { items, lead: this.#value("lead"), count: this.#value("count") };
    await this.#send(form, body);
  }

  async #send(form, body) {
    this.busy = true;
    this.#refuse(form.verb === "park" ? `Parkerar ${cases(body.items.length)} …` : `Stänger ${cases(body.items.length)} …`);
    try {
      const { act } = await postUntilAnswered(`/console/flood/${form.verb}/`, body, { timeout: 60e3, onWait: () => this.#refuse("Vi vet inte om det gick. Frågar igen; inget görs två gånger …") });
      this.busy = false;
      this.kept.delete(form.verb + form.group.key);
      this.form = null;
      this.show(this.group);
      this.back();
      this.done(act);
    } catch (error) {
      this.busy = false;
      const field = error.body?.field && this.root.querySelector(`[name="${CSS.escape(error.body.field)}"]:not([type="radio"])`);
      this.#refuse(error instanceof NoAnswer ? "Inget svar. Det du skrev finns kvar här: försök igen." : error.message, field);
    }
  }

  #refuse(text, field = null) {
    const message = this.root.querySelector(".message");
    if (!message) return;
    message.textContent = text;
    for (const el of this.root.querySelectorAll("[aria-invalid]")) el.removeAttribute("aria-invalid");
    if (!field) return;
    if (field.type !== "radio") { field.setAttribute("aria-invalid", "true"); field.select?.(); }
    field.focus();
  }
}

/** What became of an act, as lines for the list of what was done. */
export function actLines(act) {
  const lines = [act.verb === "park" ? `${cases(act.done)} vilar till ${hm(act.until)}: ${act.reason}` : `${cases(act.done)} stängda, hör ihop med ${act.lead}`];
  if (act.waiting && !act.undone) lines.push(`${cases(act.waiting)} väntar på sin tur`);
  for (const one of act.left) lines.push(`Lämnade ${one.count}: ${one.why.toLowerCase()} (${one.named.map((name) => name.replace(/^\d+-/, "")).join(", ")}${one.count > one.named.length ? " …" : ""})`);
  if (act.undone) {
    lines.push(`Ångrat ${hms(act.undone)}: ${cases(act.restored)} som före`);
    if (act.touched.count) lines.push(`Gick inte: ${act.touched.count} som någon har gjort något i sedan dess (${act.touched.named.map((name) => name.replace(/^\d+-/, "")).join(", ")}${act.touched.count > act.touched.named.length ? " …" : ""})`);
  }
  return lines;
}

/** Seconds left to undo an act, as m:ss; "" when it cannot be. */
export const undoLeft = (act, at) => (act.undone || at >= act.undo_until ? "" : span(act.undo_until - at));
