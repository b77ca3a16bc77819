// Own choices on this machine: theme, letter keys, loudness, pane widths. None of them changes what others see.

const KEY = "console-settings";
const DEFAULTS = { theme: "auto", letters: true, level: 0.7, widths: null };

export const settings = { ...DEFAULTS, ...read() };

function read() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}

export function keep(change) {
  Object.assign(settings, change);
  try { localStorage.setItem(KEY, JSON.stringify(settings)); } catch { /* private window: lasts until it closes */ }
  apply();
}

export function apply() {
  if (settings.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.theme;
}

/** Pane edges drag ±20 %; a double click resets. */
export function edges(panes) {
  const names = ["--board", "--case"];
  const lay = () => (settings.widths ?? []).forEach((width, n) => width && panes.style.setProperty(names[n], width));
  lay();
  panes.querySelectorAll(".edge").forEach((edge, n) => {
    const pane = edge.parentElement;
    const set = (px) => {
      const natural = Number(edge.dataset.natural ||= pane.offsetWidth);
      const width = Math.round(Math.min(natural * 1.2, Math.max(natural * 0.8, px)));
      panes.style.setProperty(names[n], `${width}px`);
      const widths = [...(settings.widths ?? [null, null])];
      widths[n] = `${width}px`;
      keep({ widths });
    };
    edge.addEventListener("pointerdown", (event) => {
      edge.setPointerCapture(event.pointerId);
      const left = pane.getBoundingClientRect().left;
      const drag = (move) => set(move.clientX - left);
      edge.addEventListener("pointermove", drag);
      edge.addEventListener("pointerup", () => edge.removeEventListener("pointermove", drag), { once: true });
    });
    edge.addEventListener("dblclick", () => { panes.style.removeProperty(names[n]); keep({ widths: null }); });
  });
}
