// One sheet for every choice: numbered stages, then done. Digits typed while it loads are kept and used.

import { escape } from "./row.js";

export class Sheet {
  constructor(layer) {
    this.layer = layer;
    this.open = false;
    this.typed = new Map();          // text in a sheet that was put away, by its title: Esc never loses text
    layer.addEventListener("click", (event) => {
      const pick = event.target.closest("[data-pick]");
      if (pick) this.#pick(Number(pick.dataset.pick));
      else if (event.target.closest("[data-confirm]")) this.#confirm();
      else if (event.target.closest("[data-close]")) this.close();
      else if (event.target.closest("[data-goto]")) this.#goTo(event.target.closest("[data-goto]"));
    });
    layer.addEventListener("submit", (event) => { event.preventDefault(); this.#confirm(); });
  }

  /**
   * Show a sheet. spec: {title, lead?, stages: [{name, label, choices: [{value, label, note?, disabled?}]}],
   * fields?: html, confirm?: label (then Ctrl+Enter, or Enter outside fields when `enter`), enter?, preset?, onDone(values, form) → Promise}.
   * Without `confirm` the last digit is the act.
   */
  async show(spec) {
    this.back ??= document.activeElement;
    this.open = true;
    this.queue = [];
    this.spec = null;
    this.layer.hidden = false;
    this.layer.innerHTML = `<div class="sheet" role="dialog" aria-modal="true" aria-label="Hämtar"><p class="lead">Hämtar …</p></div>`;
    const turn = (this.turn = Symbol("turn"));
    try {
      const ready = await spec;
      if (this.turn !== turn || !this.open) return;
      this.#set(ready);
    } catch (error) {
      if (this.turn === turn) this.#set({ title: "Det gick inte", lead: error.message, stages: [], onDone: async () => {} });
    }
  }

  close({ done = false } = {}) {
    if (!this.open) return;
    this.#keepTyped(done);
    this.open = false;
    this.turn = null;
    this.layer.hidden = true;
    this.layer.innerHTML = "";
    const closed = this.spec?.onClose;
    this.spec = null;
    const back = this.back;
    this.back = null;
    if (back?.isConnected) back.focus({ preventScroll: true });
    closed?.();
  }

  /** A key while a sheet is open; true when it was the sheet's. */
  key(event) {
    if (event.key === "Tab") { this.#trap(event); return event.defaultPrevented; }
    const field = event.target.closest?.("input, textarea, select");
    if (event.ctrlKey && event.key === "Enter") { if (!event.repeat) this.#confirm(); return true; }
    if (event.key === "Escape") { this.close(); return true; }
    if (field) {
      if (event.key === "Enter" && field.tagName === "INPUT" && this.spec?.enter) { this.#confirm(); return true; }
      return false;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    if (/^[1-9]$/.test(event.key)) {
      if (event.repeat) return true;
      if (this.spec) this.#pick(Number(event.key) - 1); else this.queue.push(Number(event.key) - 1);
      return true;
    }
    if (event.key === "Enter") {
      if (event.repeat) return true;
      const link = event.target.closest?.("[data-goto]");
      if (link) { this.#goTo(link); return true; }
      const button = event.target.closest?.("button");
      if (button) return false;
      if (this.spec?.enter) this.#confirm();
      return true;
    }
    return event.key.length === 1;
  }

  #set(spec) {
    this.spec = spec;
    this.stage = 0;
    this.values = { ...(spec.preset ?? {}) };
    this.#draw();
    for (const [name, value] of this.typed.get(spec.title) ?? []) {
      const el = this.layer.querySelector(`[name="${name}"]`);
      if (el) el.value = value;
    }
    for (const digit of this.queue.splice(0)) this.#pick(digit);
    this.guard = performance.now();
  }

  #draw(message = "") {
    const { spec, values } = this;
    const stages = spec.stages.slice(0, spec.confirm ? undefined : this.stage + 1).map((stage, s) => {
      const live = spec.confirm ? s === this.stage : s === this.stage;
      const choices = stage.choices.map((choice, n) => {
        const on = values[stage.name] === choice.value;
        return `<li><button type="button" class="choice${on ? " on" : ""}" ${live ? `data-pick="${n}"` : "disabled"} ${choice.disabled ? "aria-disabled=true" : ""} ${on ? 'aria-pressed="true"' : ""}>` +
          `${n < 9 ? `<kbd>${n + 1}</kbd>` : ""}<span>${escape(choice.label)}${choice.note ? `<small>${escape(choice.note)}</small>` : ""}</span></button></li>`;
      }).join("");
      return `<fieldset class="stage${live ? "" : " past"}"><legend>${escape(stage.label)}</legend><ol>${choices || `<li class="empty">${escape(stage.empty ?? "Inget att välja.")}</li>`}</ol></fieldset>`;
    }).join("");
    const confirm = spec.confirm ? `<button type="submit" class="button main" data-main>${escape(spec.confirm)} <kbd>${spec.enter ? "Enter" : "Ctrl+Enter"}</kbd></button>` : "";
    this.layer.innerHTML =
      `<div class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-title"><form novalidate>` +
      `<h2 id="sheet-title" tabindex="-1">${escape(spec.title)}</h2>${spec.lead ? `<p class="lead">${escape(spec.lead)}</p>` : ""}` +
      `${stages}${spec.fields ?? ""}<div class="sheet-end"><div class="message" role="alert">${message}</div>` +
      `<p class="sheet-foot">${confirm}<button type="button" class="button" data-close>Stäng <kbd>Esc</kbd></button></p></div></form></div>`;
    const first = this.layer.querySelector("[autofocus]") ?? this.layer.querySelector("#sheet-title");
    first.focus({ preventScroll: true });
    this.layer.querySelector(".stage:not(.past) .choice.on")?.scrollIntoView({ block: "nearest" });
    spec.onDraw?.(this.layer, values);
  }

  #pick(n) {
    const { spec } = this;
    if (!spec || this.busy) return;
    const at = spec.confirm ? Math.min(this.stage, spec.stages.length - 1) : this.stage;
    const stage = spec.stages[at], choice = stage?.choices[n];
    if (!choice || choice.disabled) return;
    this.values[stage.name] = choice.value;
    if (choice.then) { spec.stages = [...spec.stages.slice(0, at + 1), ...choice.then]; }
    if (choice.fields) { spec.fields = choice.fields; spec.confirm = choice.confirm; spec.enter = true; this.#draw(); return; }
    const last = at >= spec.stages.length - 1;
    if (last && !spec.confirm) { this.#confirm(); return; }
    if (!last) this.stage = at + 1;
    const typed = new Map([...this.layer.querySelectorAll("[name]")].map((el) => [el.name, el.value]));
    this.#draw();
    for (const el of this.layer.querySelectorAll("[name]")) if (typed.has(el.name)) el.value = typed.get(el.name);
  }

  async #confirm() {
    const { spec } = this;
    if (!spec?.onDone || this.busy) return;
    const missing = spec.stages.find((stage) => this.values[stage.name] === undefined && stage.required !== false);
    if (missing) { this.#say(escape(`Välj först: ${missing.label.toLowerCase()}.`)); return; }
    const values = { ...this.values };
    for (const el of this.layer.querySelectorAll("[name]")) values[el.name] = el.type === "checkbox" ? el.checked : el.value;
    this.busy = true;
    this.#say(spec.busy ?? "Sparar …");
    try {
      await spec.onDone(values);
      this.busy = false;
      if (this.spec === spec) this.close({ done: true });
    } catch (error) {
      this.busy = false;
      if (this.spec !== spec) throw error;
      this.#refused(error);
    }
  }

  /** True while a field holds text that is nowhere else. */
  get hasText() { return this.open && this.#texts().some((el) => el.value.trim() && el.value !== el.defaultValue); }

  #texts() { return [...this.layer.querySelectorAll('textarea[name], input[name]:not([type="checkbox"], [name="q"])')]; }

  #keepTyped(done) {
    const title = this.spec?.title;
    if (!title) return;
    if (done || !this.hasText) this.typed.delete(title);
    else this.typed.set(title, [...this.layer.querySelectorAll("[name]:not([type=checkbox], [name=q])")].map((el) => [el.name, el.value]));
  }

  // A refusal that lists what is unresolved becomes links; Enter goes to the first.
  #refused(error) {
    const list = error.body?.unresolved;
    if (list?.length) {
      this.#say(`${escape(error.message)} Det här återstår:<ol class="unresolved">${list.map((one, n) => `<li><button type="button" class="button" data-goto="${escape(one.anchor)}">${escape(one.text)}${n ? "" : " <kbd>Enter</kbd>"}</button></li>`).join("")}</ol>`);
      this.layer.querySelector("[data-goto]").focus();
      return;
    }
    this.#say(escape(error.message));
    const field = error.body?.field && this.layer.querySelector(`[name="${CSS.escape(error.body.field)}"]`);
    field?.focus();
    field?.setAttribute("aria-invalid", "true");
  }

  #goTo(link) {
    const go = this.spec.onGoTo, anchor = link.dataset.goto;
    this.close();
    go?.(anchor);
  }

  #say(html) { this.layer.querySelector(".message").innerHTML = html; }

  #trap(event) {
    const stops = [...this.layer.querySelectorAll("button:not([disabled]), input, textarea, select")];
    if (!stops.length) return;
    const first = stops[0], last = stops.at(-1), at = document.activeElement;
    if (event.shiftKey ? at === first || !stops.includes(at) : at === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
}
