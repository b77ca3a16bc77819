// The strip line: what is wrong now, in words. One line, so that nothing below it ever moves.

import { escape } from "./row.js";

const CALM = "Inga störningar.";

export class Strips {
  constructor(root) {
    this.root = root;
    this.live = new Map();
    root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-strip]")?.dataset.strip;
      if (name) this.live.get(name)?.act?.();
    });
  }

  /** Show a strip. `rank`: the lowest shows; tone: alarm | eyes | note; `button` with `act` is its remedy. */
  show(name, { rank, tone, text, button = "", act = null }) {
    this.live.set(name, { rank, tone, text, button, act });
    this.#draw();
  }

  hide(name) { if (this.live.delete(name)) this.#draw(); }
  has(name) { return this.live.has(name); }
  /** Enter on the board goes to the strip's remedy where it asks for one. */
  first() { return [...this.live.entries()].sort(([, a], [, b]) => a.rank - b.rank)[0]?.[1] ?? null; }

  #draw() {
    const all = [...this.live.entries()].sort(([, a], [, b]) => a.rank - b.rank);
    const [name, top] = all[0] ?? [];
    this.root.className = `strips ${top?.tone ?? ""}`;
    this.root.innerHTML = top
      ? `<span class="say">${escape(top.text)}</span>${top.button ? `<button type="button" class="button" data-strip="${name}">${escape(top.button)}</button>` : ""}` +
        (all.length > 1 ? `<span class="rest" title="${escape(all.slice(1).map(([, s]) => s.text).join(" · "))}">och ${all.length - 1} till: ${escape(all[1][1].text)}</span>` : "")
      : `<span class="say">${CALM}</span>`;
  }
}
