// The whole keyboard in one table, and the rules that keep a tired hand from doing harm.

const GUARD = 300;

/**
 * Every key: what it does, where it works. `act` marks acting keys (no auto-repeat, off while contact is lost,
 * guarded after a change under the focus).
 */
export const KEYS = [
  { key: "t", name: "Ta nästa", act: true, does: "next" },
  { key: "enter", name: "Ta eller öppna; i ärendet: stegets åtgärd", act: true, does: "enter" },
  { key: "shift+enter", name: "Läs utan att ta", does: "read" },
  { key: "arrowup", alt: "k", name: "Upp", does: "up", repeat: true },
  { key: "arrowdown", alt: "j", name: "Ned", does: "down", repeat: true },
  { key: "arrowleft", name: "Till tavlan", does: "toBoard" },
  { key: "arrowright", name: "Till ärendet", does: "toCase" },
  { key: "escape", name: "Stäng det översta", does: "escape", always: true },
  { key: "digit", show: "1–9", name: "Det numrerade valet", act: true, does: "digit" },
  { key: "n", name: "Notera (Ctrl+Enter sparar)", does: "note" },
  { key: "r", name: "Kalla ut", act: true, does: "callOut" },
  { key: "shift+r", name: "Fråga nästa i jouren nu", act: true, does: "hasten" },
  { key: "p", name: "Parkera", act: true, does: "park" },
  { key: "l", name: "Lämna över", act: true, does: "handOver" },
  { key: "u", name: "Utfall och avsluta", act: true, does: "close" },
  { key: "x", name: "Hoppa över steget", act: true, does: "skip" },
  { key: "y", name: "Trygghetspunkt", act: true, does: "safePoint" },
  { key: "o", name: "Prioritet", act: true, does: "priority" },
  { key: "g", name: "Hör ihop med", act: true, does: "link" },
  { key: "h", name: "Kalla skiftledaren till ärendet", act: true, does: "help" },
  { key: "z", name: "Ångra det senaste (10 s)", act: true, does: "undo" },
  { key: "i", name: "Till aktuellt steg", does: "toStep" },
  { key: "d", name: "Detaljer om objektet", does: "object" },
  { key: "shift+d", name: "Visa koder till objektet", act: true, does: "codes" },
  { key: "b", name: "Visa bilden från kameran", act: true, does: "camera" },
  { key: "c", name: "Nytt ärende", act: true, does: "create" },
  { key: "s", alt: "/", also: "ctrl+k", name: "Sök och kommandon", does: "search" },
  { key: "f", name: "Filter", does: "filter" },
  { key: "m", name: "Tysta larmen 30 s", does: "hush" },
  { key: "shift+v", name: "Tjänst och händelser", does: "drawer" },
  { key: "?", name: "Tangenter", does: "keys" },
];

/** The shift leader's own; on nobody else's keyboard. */
const LEADERS = [{ key: "shift+l", name: "Larmtopp: leda arbetet", does: "lead" }];
export function leads() { KEYS.splice(-1, 0, ...LEADERS); }

export const SHOWN = { arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", enter: "Enter", "shift+enter": "Shift+Enter", escape: "Esc", "shift+v": "Shift+V", "shift+d": "Shift+D", "shift+l": "Shift+L", "shift+r": "Shift+R", "ctrl+k": "Ctrl+K" };
export const show = (key) => SHOWN[key] ?? key.toUpperCase();

const inField = (el) => Boolean(el?.closest?.("input, textarea, select, [contenteditable]"));
const isLetter = (key) => /^[a-zåäö/?]$/i.test(key);

/** Pure: the table's entry for a keyboard event, or null. */
export function find(event, { letters = true } = {}) {
  const key = event.key.toLowerCase();
  const graph = event.getModifierState?.("AltGraph");
  if (event.ctrlKey && !event.altKey && !event.metaKey && key === "k") return KEYS.find((entry) => entry.also === "ctrl+k");
  if (event.ctrlKey || event.altKey || event.metaKey || graph) return null;
  if (/^[1-9]$/.test(key)) return event.shiftKey ? null : KEYS.find((entry) => entry.key === "digit");
  const shifted = event.shiftKey && !["?", "/"].includes(key) ? `shift+${key}` : key;
  const entry = KEYS.find((candidate) => candidate.key === shifted || candidate.alt === shifted);
  if (!entry) return null;
  return isLetter(key) && !letters ? null : entry;
}

export class Keys {
  /** `does` maps action names to functions; `sheet` gets keys first while one is open. */
  constructor({ does, sheet, canAct, onRefused, onBlink, clock = () => performance.now() }) {
    Object.assign(this, { does, sheet, canAct, onRefused, onBlink, clock });
    this.letters = true;
    this.guardUntil = -Infinity;
    document.addEventListener("keydown", (event) => this.down(event));
  }

  /** A pane has just changed under the focus: for 300 ms acting keys do nothing but blink its edge. */
  guard(pane) {
    this.guardUntil = this.clock() + GUARD;
    this.guarded = pane;
  }

  down(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (this.sheet.open && this.sheet.key(event)) { event.preventDefault(); return; }
    if (inField(event.target)) { this.#inField(event); return; }
    const entry = find(event, { letters: this.letters });
    if (!entry) return;
    // Space and Enter belong to a focused button that is not a board row or the pane itself.
    if (entry.key === "enter" && this.#ownButton(event.target)) return;
    event.preventDefault();
    if (this.sheet.open) { if (entry.key === "escape") this.sheet.close(); return; }
    if (event.repeat && !entry.repeat) return;
    if (entry.act && this.clock() < this.guardUntil) { this.onBlink(this.guarded); return; }
    if (entry.act && !this.canAct()) { this.onRefused(); return; }
    performance.mark("key", { detail: entry.does });
    this.does[entry.does]?.(event);
  }

  #inField(event) {
    if (event.key === "Escape") { event.preventDefault(); this.does.escape(event); return; }
    if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); this.does.save(event); return; }
    if (event.ctrlKey && event.key.toLowerCase() === "k") { event.preventDefault(); this.does.search(event); }
  }

  #ownButton(target) {
    const button = target.closest?.("button, a[href], summary");
    return Boolean(button) && !button.classList.contains("row") && !button.hasAttribute("data-main");
  }
}
