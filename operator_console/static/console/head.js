// Top bar, tab title and favicon: time, what waits, the line, the sound, who is on.

import { hms, now, span, week } from "./clock.js";
import { answeredInTime } from "./order.js";

const LINE = { starting: "Ansluter …", live: "LIVE", stale: "Ingen kontakt", lost: "Ingen kontakt", reserve: "Reservläge" };

export class Head {
  constructor({ root, favicon, store }) {
    Object.assign(this, { root, favicon, store });
    this.part = (name) => root.querySelector(`[data-head="${name}"]`);
    this.base = document.title;
  }

  second(summary, sound) {
    const at = now();
    this.#set("time", hms(at));
    this.#set("week", `v.${week(at)}`);
    const wait = summary.oldest === null ? "" : span(at - summary.oldest);
    this.#set("unanswered", summary.open ? `Obesvarade ${summary.open} · äldst ${wait}` : "Obesvarade 0");
    this.part("unanswered").classList.toggle("some", summary.open > 0);
    const share = answeredInTime(this.store.rows.values(), at);
    this.#set("share", share === null ? "15 s: –" : `15 s: ${share} %`);
    this.#set("sound", sound);
    document.title = summary.open ? `(${summary.open}) ${wait} Obesvarat` : this.base;
    this.#icon(summary.open);
  }

  line(state) {
    const el = this.part("line");
    el.className = `link ${state}`;
    this.#set("line", LINE[state]);
  }

  people(count) { this.#set("people", `${count} i tjänst`); }

  #set(name, text) {
    const el = this.part(name);
    if (el && el.textContent !== text) el.textContent = text;
  }

  #icon(count) {
    if (this.shown === count) return;
    this.shown = count;
    const text = count > 99 ? "99" : String(count);
    const svg = count
      ? `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#B3140F" d="M9.500 1h13L31 9.500v13L22.500 31h-13L1 22.500v-13z"/><text x="16" y="22" font-family="sans-serif" font-size="17" font-weight="700" text-anchor="middle" fill="#fff">${text}</text></svg>`
      : `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="13" fill="none" stroke="#0F6B45" stroke-width="5"/></svg>`;
    this.favicon.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }
}
