// S, / or Ctrl+K: find a case by number, place or telephone, or a command by its name.

import { get } from "./api.js";
import { KEYS, show } from "./keys.js";
import { escape } from "./row.js";
import { SHAPE } from "./words.js";

const OPEN_FIRST = { unanswered: 0, held: 1, parked: 1, closed: 3 };
const fold = (text) => text.toLowerCase().normalize("NFC");

/** Pure: commands whose name holds every typed word. */
export function commands(text) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return KEYS.filter((entry) => entry.does && !["digit", "escape", "search", "enter"].includes(entry.does))
    .filter((entry) => words.every((word) => fold(entry.name).includes(word)))
    .map((entry) => ({ kind: "command", does: entry.does, label: entry.name, key: show(entry.key) }));
}

/** Pages beside the console, each in a window of its own: this one goes on sounding. */
const PAGES = [
  { name: "Sändare: tystnad, fel och service", href: "/console/transmitters/", window: "sandare" },
  { name: "Överlämning mellan skiftledare", href: "/console/handover/", window: "overlamning" },
  { name: "Instruktioner att skriva ut: pärmen", href: "/console/binder/", window: "parm" },
  { name: "Instruktioner att granska åt kommuner (skiftledaren)", href: "/console/reviews/", window: "granska" },
  { name: "Statistik: tid till svar, accept och framme (skiftledaren)", href: "/console/statistics/", window: "statistik" },
  { name: "När larm samlas: regler och larmtopp", href: "/console/rules/", window: "regler" },
];

/** Pure: pages whose name holds every typed word. */
export function pages(text) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return PAGES.filter((page) => words.every((word) => fold(page.name).includes(word)))
    .map((page) => ({ kind: "page", href: page.href, window: page.window, label: page.name, key: "" }));
}

/** Pure: the open case's parts whose name holds every typed word. */
export function partsLike(parts, text) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return parts.filter((one) => words.every((word) => fold(one.label).includes(word)))
    .map((one) => ({ kind: "part", name: one.name, label: `I ärendet: ${one.label}`, key: "" }));
}

/** Pure: board rows whose number, headline, place or municipality holds every word ("larm 118342" → 118342). */
export function rowsLike(rows, text) {
  const words = fold(text).replace(/^(larm|ärende)\s+/, "").split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return rows.filter((row) => {
    const hay = fold([row.ref, row.headline, row.site, row.area, row.municipality, row.kind_name].join(" "));
    return words.every((word) => hay.includes(word));
  }).sort((a, b) => (OPEN_FIRST[a.state] ?? 2) - (OPEN_FIRST[b.state] ?? 2)).slice(0, 8).map((row) => ({ kind: "case", id: row.id, label: `${SHAPE[row.priority]}${row.priority} ${row.headline}`, key: row.ref }));
}

export class Palette {
  constructor({ sheet, store, run, open, parts = () => [], part = () => {} }) { Object.assign(this, { sheet, store, run, open, parts, part }); }

  show() {
    this.sheet.show({
      title: "Sök", lead: "Nummer, plats, telefon eller kommando.", stages: [],
      fields: `<input name="q" autofocus autocomplete="off" aria-label="Sök" role="combobox" aria-expanded="true" aria-controls="palette-list"><ul class="palette-list" id="palette-list" role="listbox" aria-label="Träffar"></ul>`,
      enter: true, onDraw: (layer) => this.#wire(layer),
      onDone: async () => { const hit = this.hits[this.at]; if (hit) setTimeout(() => this.#go(hit)); else throw new Error("Inget att öppna."); },
      confirm: "Öppna",
    });
  }

  #wire(layer) {
    this.field = layer.querySelector('[name="q"]');
    this.list = layer.querySelector("#palette-list");
    this.field.addEventListener("input", () => this.#find());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      this.at = Math.min(this.hits.length - 1, Math.max(0, this.at + (event.key === "ArrowDown" ? 1 : -1)));
      this.#draw();
    });
    this.list.addEventListener("click", (event) => {
      const at = event.target.closest("[data-hit]")?.dataset.hit;
      if (at !== undefined) { this.sheet.close(); this.#go(this.hits[Number(at)]); }
    });
    this.#find();
  }

  #find() {
    const text = this.field.value.trim();
    this.hits = [...rowsLike([...this.store.rows.values()], text), ...partsLike(text ? this.parts() : [], text), ...commands(text), ...pages(text)];
    this.at = 0;
    this.#draw(text);
    clearTimeout(this.timer);
    if (text.length >= 3) this.timer = setTimeout(() => this.#ask(text), 200);
  }

  async #ask(text) {
    const found = await get(`/console/search.json?q=${encodeURIComponent(text)}`).catch(() => ({ cases: [] }));
    if (this.field.value.trim() !== text) return;
    const known = new Set(this.hits.map((hit) => hit.id));
    const more = found.cases.filter((one) => !known.has(one.id)).map((one) => ({ kind: "case", id: one.id, label: one.label, key: one.ref }));
    const onBoard = this.hits.filter((hit) => hit.kind === "case").length;
    if (this.at >= onBoard && onBoard) this.at += more.length;   // the choice stays where the hand is
    this.hits.splice(onBoard, 0, ...more);
    this.#draw(text);
  }

  #draw(text = "") {
    this.list.innerHTML = this.hits.map((hit, n) =>
      `<li role="option" id="hit-${n}" aria-selected="${n === this.at}" data-hit="${n}" class="choice${n === this.at ? " on" : ""}"><span>${escape(hit.label)}</span>${hit.key ? `<kbd>${escape(hit.key)}</kbd>` : ""}</li>`).join("") ||
      `<li role="option" aria-selected="false" aria-disabled="true" class="choice">Inget ärende med '${escape(text)}'. Sök på nummer, plats eller telefon.</li>`;
    this.field.setAttribute("aria-activedescendant", this.hits.length ? `hit-${this.at}` : "");
  }

  #go(hit) {
    if (hit.kind === "command") this.run(hit.does);
    else if (hit.kind === "part") this.part(hit.name);
    else if (hit.kind === "page") window.open(hit.href, hit.window);
    else this.open(hit.id);
  }
}
