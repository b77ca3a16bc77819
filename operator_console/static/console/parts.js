// Parts of a case that come after its pane: the object, its camera, the objects of a gathered case. The letter and the
// instruction never wait for them, and what comes late moves nothing that the eye or hand rests on.
//
// A part is <section data-part="name">; its content is GET /console/case/<id>/parts/<name>/ (204: nothing to show).
// Inside it: <form data-part-post="url"> is posted as a fetch, its answer is the part's new content, and the element
// marked data-part-focus in that answer gets the focus; <details data-fold="key"> stays as the person left it;
// data-refetch-at="<ms>" asks again then, and data-hide-at="<ms>" is gone then even when nobody answers; data-keep="key"
// on what scrolls keeps its place.

import { NoAnswer, get, postForm } from "./api.js";
import { hms, now, tick } from "./clock.js";
import { escape } from "./row.js";

const SETTLE = 250;                 // several events of one act are one question
const NEIGHBOURS = 10e3;            // what other cases change is asked for no oftener

export class Parts {
  constructor({ body, root }) {
    Object.assign(this, { body, root });
    this.id = null;
    this.states = new Map();
    root.addEventListener("submit", (event) => {
      const form = event.target.closest("form[data-part-post]");
      if (!form) return;
      event.preventDefault();
      this.#post(form, event.submitter);
    });
    root.addEventListener("click", (event) => {
      const summary = event.target.closest("[data-part] summary");
      if (summary) setTimeout(() => this.#inSight(summary.closest("[data-part]")));
      const again = event.target.closest("[data-part-again]");
      if (again) this.#fetch(again.closest("[data-part]").dataset.part);
    });
  }

  sections() { return [...this.body.querySelectorAll("[data-part]")]; }
  section(name) { return this.body.querySelector(`[data-part="${name}"]`); }

  /** Before the pane is drawn anew: the same case's parts are taken along, as they are. */
  takeAlong() {
    const scrolls = [...this.body.querySelectorAll("[data-part] *")].filter((el) => el.scrollTop).map((el) => [el, el.scrollTop]);
    return { sections: this.sections(), scrolls };
  }

  putBack({ sections, scrolls }) {
    for (const section of sections) this.section(section.dataset.part)?.replaceWith(section);
    for (const [el, top] of scrolls) el.scrollTop = top;
  }

  /** The pane shows: fetch what belongs to it. */
  drawn(id, other) {
    if (other) {
      this.#forget();
      this.id = id;
    }
    for (const section of this.sections()) this.#later(section.dataset.part, other ? 0 : SETTLE);
  }

  /** Another case of the municipality changed: what is open nearby may have. */
  neighbours() {
    for (const section of this.sections()) if (section.querySelector("[data-neighbours]")) this.#later(section.dataset.part, NEIGHBOURS);
  }

  close() {
    this.#forget();
    this.id = null;
  }

  /** Unfold a part and go to it, or fold it again. False when the case has none. */
  toggle(name) {
    const section = this.section(name);
    if (!section || section.hidden) return false;
    const fold = section.querySelector("details[data-fold]");
    if (fold) fold.open = !(fold.open && fold.contains(document.activeElement));
    const to = fold && !fold.open ? this.root : fold?.querySelector("summary") ?? section.querySelector("a[href], button, input") ?? section;
    to.focus({ preventScroll: true });
    if (to !== this.root) this.#inSight(section);
    return true;
  }

  // What was just unfolded, with the current step under it as far as there is room.
  #inSight(section) {
    const upper = this.body.querySelector(".upper"), box = upper.getBoundingClientRect();
    const top = box.top + (upper.querySelector(".case-head")?.offsetHeight ?? 0), at = section.getBoundingClientRect();
    const under = upper.querySelector(".step.current")?.getBoundingClientRect().bottom ?? at.bottom;
    if (at.top < top) upper.scrollTop += at.top - top;
    else upper.scrollTop += Math.min(at.top - top, Math.max(0, under + 8 - box.bottom));
  }

  /** Press a button inside a part, or go to the field; unfolding what hides it. False when there is none. */
  press(selector) {
    const el = this.body.querySelector(selector.split(",").map((one) => `[data-part]:not([hidden]) ${one.trim()}`).join(", "));
    if (!el) return false;
    const fold = el.closest("details");
    if (fold) fold.open = true;
    const to = el.matches("button, input") ? el : fold?.querySelector("summary") ?? this.root;
    to.focus({ preventScroll: true });
    if (el.matches("button")) el.click();
    this.#inSight(el.closest("[data-part]"));
    return true;
  }

  /** The parts that show, as the search names them: [{name, label}]. */
  shown() { return this.sections().filter((el) => !el.hidden).map((el) => ({ name: el.dataset.part, label: el.getAttribute("aria-label") })); }

  #state(name) {
    if (!this.states.has(name)) this.states.set(name, { turn: 0, applied: 0, html: null, timer: null, at: null });
    return this.states.get(name);
  }

  #forget() {
    for (const state of this.states.values()) { clearTimeout(state.timer); clearTimeout(state.at); }
    this.states.clear();
  }

  #later(name, wait) {
    const state = this.#state(name), due = now() + wait;
    if (state.timer && state.due <= due) return;
    clearTimeout(state.timer);
    state.due = due;
    if (wait === 0) { state.timer = null; this.#fetch(name); return; }
    state.timer = setTimeout(() => { state.timer = null; this.#fetch(name); }, wait);
  }

  async #fetch(name) {
    const id = this.id, state = this.#state(name), turn = ++state.turn;
    const current = () => this.id === id && this.states.get(name) === state && turn > state.applied;
    try {
      const html = await get(`/console/case/${id}/parts/${name}/`, { as: "text" });
      if (current()) { state.applied = turn; this.#show(name, html); }
    } catch (error) {
      if (!current()) return;
      state.applied = turn;
      if (error.status === 404) this.#show(name, "");          // not for this person: as if there were none
      else this.#failed(name, error);
    }
  }

  async #post(form, submitter) {
    const name = form.closest("[data-part]").dataset.part, id = this.id, state = this.#state(name);
    if (state.posting) return;
    state.posting = true;
    submitter?.setAttribute("aria-disabled", "true");
    try {
      const html = await postForm(form.dataset.partPost, new FormData(form, submitter));
      if (this.id !== id || this.states.get(name) !== state) return;
      state.applied = ++state.turn;                            // an older answer on its way is older still
      form.reset();                                            // what was typed has been used
      this.#show(name, html, { answered: true });
    } catch (error) {
      if (this.id === id && form.isConnected) this.#say(form, error);
    } finally {
      state.posting = false;
      submitter?.removeAttribute("aria-disabled");
    }
  }

  #say(form, error) {
    const words = error instanceof NoAnswer ? "Ingen kontakt. Inget är ändrat så vitt vi vet. Försök igen." : error.message;
    const line = form.querySelector(".part-message") ?? form.appendChild(Object.assign(document.createElement("p"), { className: "part-message" }));
    line.setAttribute("role", "alert");
    line.textContent = words;
    const field = error.body?.field && form.elements.namedItem(error.body.field);
    if (field) { field.setAttribute("aria-invalid", "true"); field.focus(); }
  }

  #failed(name, error) {
    const section = this.section(name);
    if (!section) return;
    const words = error instanceof NoAnswer ? "Ingen kontakt" : error.message;
    const old = section.querySelector(".part-failed");
    const line = `${escape(section.getAttribute("aria-label"))}: gick inte att hämta ${hms(now())}. ${escape(words)} <button type="button" class="button" data-part-again>Försök igen</button>`;
    this.#still(() => {
      for (const el of section.querySelectorAll("[data-hide-at]")) if (Number(el.dataset.hideAt) <= now()) el.remove();
      section.hidden = false;
      section.classList.remove("waiting");
      if (old) old.innerHTML = line;
      else section.insertAdjacentHTML("afterbegin", `<p class="part-failed" role="status">${line}</p>`);
    });
  }

  #show(name, html, { answered = false } = {}) {
    const section = this.section(name), state = this.#state(name);
    if (!section) return;
    const some = Boolean(html.trim());
    section.classList.remove("waiting");
    if (html === state.html && section.hidden !== some && !answered) { this.#still(() => section.querySelector(".part-failed")?.remove()); return; }
    state.html = html;
    this.#still(() => {
      const was = memory(section, answered);
      section.innerHTML = html;
      section.hidden = !some;
      recall(section, was, this.root);
    });
    if (answered && some && section.contains(document.activeElement)) this.#inSight(section);  // what was asked for is seen from its first line
    tick(section);
    clearTimeout(state.at);
    const at = Math.min(...[...section.querySelectorAll("[data-refetch-at]")].map((el) => Number(el.dataset.refetchAt)));
    if (Number.isFinite(at)) state.at = setTimeout(() => this.#fetch(name), Math.max(1000, at - now() + 300));
  }

  // What has the focus, else the current step, keeps its place on the screen while something above it changes.
  #still(change) {
    const upper = this.body.querySelector(".upper"), focused = document.activeElement;
    if (!upper) { change(); return; }
    const anchor = upper.contains(focused) && !focused.closest("[data-part]") && focused !== upper ? focused : upper.querySelector(".step.current") ?? upper.querySelector("#instruction");
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) upper.scrollTop += anchor.getBoundingClientRect().top - before;
  }
}

const keyOf = (el) => el.id || el.dataset.key || (el.matches("summary") ? el.parentElement.dataset.fold : "") ||
  (el.form?.dataset.partPost ? `${el.form.dataset.partPost} ${el.name || el.type}` : "") || el.getAttribute("href") || "";
const FIELDS = "input:not([type=hidden]), textarea, select";

/** Folds, places, typed text and focus of a part, by keys that its next content will have too. */
function memory(section, answered) {
  const active = section.contains(document.activeElement) ? document.activeElement : null;
  return {
    folds: new Map([...section.querySelectorAll("details[data-fold]")].map((el) => [el.dataset.fold, el.open])),
    tops: new Map([...section.querySelectorAll("[data-keep]")].map((el) => [el.dataset.keep, el.scrollTop])),
    typed: new Map([...section.querySelectorAll(FIELDS)].map((el) => [keyOf(el), el.type === "checkbox" || el.type === "radio" ? el.checked : el.value])),
    focus: active && keyOf(active), had: Boolean(active), answered, start: active?.selectionStart ?? null, end: active?.selectionEnd ?? null,
  };
}

function recall(section, was, root) {
  for (const el of section.querySelectorAll("details[data-fold]")) if (was.folds.has(el.dataset.fold)) el.open = was.folds.get(el.dataset.fold);
  for (const el of section.querySelectorAll("[data-keep]")) el.scrollTop = was.tops.get(el.dataset.keep) ?? 0;
  if (!was.answered) {
    for (const el of section.querySelectorAll(FIELDS)) {
      if (!was.typed.has(keyOf(el))) continue;
      if (el.type === "checkbox" || el.type === "radio") el.checked = was.typed.get(keyOf(el));
      else el.value = was.typed.get(keyOf(el));
    }
  }
  if (!was.had) return;
  const same = was.focus && [...section.querySelectorAll("a, button, summary, [tabindex], " + FIELDS)].find((el) => keyOf(el) === was.focus);
  const to = (was.answered && section.querySelector("[data-part-focus]")) || same || section.querySelector("summary, [data-part-focus]") || root;
  to.focus({ preventScroll: true });
  if (same && was.start !== null && to === same) try { to.setSelectionRange(was.start, was.end); } catch { /* a field without a caret */ }
}
