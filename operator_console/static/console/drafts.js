// No typed text is ever lost: at most 500 ms of typing is unsaved at the server, and this tab keeps it while there
// is no contact or the page goes away.

import { NoAnswer, post } from "./api.js";

const AFTER = 500;
const place = (id) => `draft:${id}`;

export class Drafts {
  constructor({ field, said }) {
    Object.assign(this, { field, said });
    this.id = null; this.timer = null; this.saving = Promise.resolve();
    field.addEventListener("input", () => this.#typed());
    addEventListener("pagehide", () => this.#leaving());
  }

  /** Move to another case; what was being typed goes to the server first. */
  open(id, saved) {
    if (this.id === id) return;
    this.flush();
    this.id = id;
    const kept = id && sessionStorage.getItem(place(id));
    this.field.value = kept ?? saved ?? "";
    this.said(kept ? "Sparas när kontakten är tillbaka." : "");
    if (kept) this.#save(id, kept);
  }

  get text() { return this.field.value; }

  /** The text became a note: nothing left to keep. */
  clear() {
    clearTimeout(this.timer);
    this.timer = null;
    this.field.value = "";
    if (this.id) sessionStorage.removeItem(place(this.id));
    this.said("");
    if (this.id) this.#save(this.id, "");
  }

  flush() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.#save(this.id, this.field.value);
  }

  /** Contact is back: what was kept here goes to the server. */
  retry() {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("draft:")) this.#save(key.slice(6), sessionStorage.getItem(key));
    }
  }

  // From the first unsaved key, not the last: somebody who types without a pause is saved meanwhile too.
  #typed() {
    this.timer ??= setTimeout(() => this.flush(), AFTER);
  }

  #leaving() {
    if (this.timer && this.id) sessionStorage.setItem(place(this.id), this.field.value);
  }

  #save(id, text) {
    this.saving = this.saving.then(async () => {
      try {
        await post(`/console/case/${id}/draft/`, { text }, { method: "PUT" });
        sessionStorage.removeItem(place(id));
        if (id === this.id) this.said(text ? "Utkast sparat." : "");
      } catch (error) {
        sessionStorage.setItem(place(id), text);
        if (id === this.id) this.said(error instanceof NoAnswer ? "Sparas när kontakten är tillbaka." : error.message);
      }
    });
  }
}
