// Where the eye and hand were: selection, scroll and what was unfolded come back after a reload or a crash.
// The address holds case and filter; the rest stays in this tab.

const KEY = "console-place";
const SCROLLED = ['[data-region="unanswered"] .scroller', '[data-region="mine"] .scroller', '[data-region="others"] .scroller', "#case .upper", "#case .lower"];

export class Place {
  constructor({ board, memory = sessionStorage }) { Object.assign(this, { board, memory }); }

  get focus() { return document.body.classList.contains("in-case") ? "case" : "board"; }

  /** Each second, on every choice, and when the page goes. */
  keep() {
    const place = {
      selected: this.board.selected, open: this.board.open, start: this.board.start, unfolded: [...this.board.unfolded], pane: this.focus,
      scroll: SCROLLED.map((where) => document.querySelector(where)?.scrollTop ?? 0),
    };
    const text = JSON.stringify(place);
    if (text === this.kept) return;
    this.kept = text;
    try { this.memory.setItem(KEY, text); } catch { /* a full or forbidden store: the address still holds the case */ }
  }

  read() {
    try { this.was = JSON.parse(this.memory.getItem(KEY)) ?? null; } catch { this.was = null; }
    if (!this.was) return;
    Object.assign(this.board.open, this.was.open);
    Object.assign(this.board.start, this.was.start);
    this.board.unfolded = new Set(this.was.unfolded);
  }

  /** After the board is painted and the case is open. Returns the pane that had the focus, null when nothing was kept. */
  bringBack() {
    const was = this.was;
    if (!was) return null;
    if (was.selected && this.board.row(was.selected) && this.board.selected !== was.selected) this.board.select(was.selected);
    SCROLLED.forEach((where, n) => { const el = document.querySelector(where); if (el && was.scroll?.[n]) el.scrollTop = was.scroll[n]; });
    return was.pane;
  }
}
