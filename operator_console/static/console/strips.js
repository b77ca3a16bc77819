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

  /**
   * Show a strip. `rank`: the lowest shows; tone: alarm | eyes | note; `button` with `act` is its remedy.
   * `enter`: "first" when Enter on the board goes here before anything else, "idle" when only while no row is chosen.
   */
  show(name, { rank, tone, text, button = "", act = null, enter = "" }) {
    const before = this.live.get(name);
    this.live.set(name, { rank, tone, text, button, act, enter });
    if (before && before.rank === rank && before.tone === tone && before.text === text && before.button === button) return;
    this.#draw();
  }

  hide(name) { if (this.live.delete(name)) this.#draw(); }
  /** The line is up: what the page was served with gives way to what is known. */
  begin() { this.#draw(); }
  has(name) { return this.live.has(name); }
  /** What Enter on the board does about the strip in sight, or null. Hidden ones are never answered unseen. */
  answer({ idle }) {
    const top = [...this.live.values()].sort((a, b) => a.rank - b.rank)[0];
    return top?.act && (top.enter === "first" || (top.enter === "idle" && idle)) ? top.act : null;
  }

  #draw() {
    const all = [...this.live.entries()].sort(([, a], [, b]) => a.rank - b.rank);
    const [name, top] = all[0] ?? [];
    this.root.className = `strips ${top?.tone ?? ""}`;
    this.root.innerHTML = top
      ? `<span class="say">${escape(top.text)}</span>${top.button ? `<button type="button" class="button" data-strip="${name}">${escape(top.button)}${top.enter ? " <kbd>Enter</kbd>" : ""}</button>` : ""}` +
        (all.length > 1 ? `<span class="rest" title="${escape(all.slice(1).map(([, s]) => s.text).join(" · "))}">och ${all.length - 1} till: ${escape(all[1][1].text)}</span>` : "")
      : `<span class="say">${CALM}</span>`;
  }
}
