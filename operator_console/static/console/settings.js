// Own choices on this machine: theme, letter keys, loudness, pane shares. None of them changes what others see.

const KEY = "console-settings";
const DEFAULTS = { theme: "auto", letters: true, level: 0.7, shares: null };

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
  const narrow = matchMedia("(max-width: 1599px)");
  const lay = () => {
    const grow = narrow.matches ? [37.5, 62.5] : [36.46, 38.54];     // the stylesheet's own
    names.forEach((name, n) => panes.style.setProperty(name, `${grow[n] * (settings.shares?.[n] ?? 1)}fr`));
  };
  lay();
  narrow.addEventListener("change", lay);
  panes.querySelectorAll(".edge").forEach((edge, n) => {
    const pane = edge.parentElement;
    const set = (px) => {
      const shares = [...(settings.shares ?? [1, 1])];
      shares[n] = Math.min(1.2, Math.max(0.8, (px / pane.offsetWidth) * shares[n]));
      keep({ shares });
      lay();
    };
    edge.addEventListener("pointerdown", (event) => {
      edge.setPointerCapture(event.pointerId);
      const left = pane.getBoundingClientRect().left;
      const drag = (move) => set(move.clientX - left);
      edge.addEventListener("pointermove", drag);
      edge.addEventListener("pointerup", () => edge.removeEventListener("pointermove", drag), { once: true });
    });
    edge.addEventListener("dblclick", () => { keep({ shares: null }); lay(); });
  });
}
