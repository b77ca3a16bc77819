// The key sheet and the filter: both are sheets, both in plain Swedish.

import { KEYS, show } from "./keys.js";
import { escape } from "./row.js";
import { grouped1000 } from "./words.js";

const CASE_ONLY = new Set(["note", "callOut", "park", "handOver", "close", "skip", "safePoint", "priority", "link", "help", "toStep", "object", "codes"]);

export function helpSheet(pane) {
  const line = (entry) => `<li><kbd>${escape(entry.show ?? show(entry.key))}</kbd><span>${escape(entry.name)}</span></li>`;
  const first = KEYS.filter((entry) => (pane === "case") === CASE_ONLY.has(entry.does));
  const rest = KEYS.filter((entry) => !first.includes(entry));
  return {
    title: pane === "case" ? "Tangenter i ärendet" : "Tangenter på tavlan", stages: [],
    fields: `<ul class="keysheet">${first.map(line).join("")}</ul><h3>Övriga</h3><ul class="keysheet">${rest.map(line).join("")}</ul>` +
      `<p class="lead">Inga bokstäver gäller medan du skriver i ett fält. De kan stängas av i menyn uppe till höger.</p>`,
    onDone: async () => {},
  };
}

/** F: municipalities and kinds. ⬣1 that nobody has, and your own, are shown whatever you choose. */
export function filterSheet({ municipalities, kinds, filter, own, onChange }) {
  const boxes = (name, items, chosen) => items.map((item) =>
    `<label class="check"><input type="checkbox" data-filter="${name}" value="${escape(item.value)}"${chosen.has(item.value) ? " checked" : ""}> ${escape(item.label)}</label>`).join("");
  return {
    title: "Filter", lead: "Inget ikryssat visar allt. Obesvarade ⬣1 och dina egna ärenden syns alltid.", stages: [],
    fields: `<div class="two"><fieldset><legend>Kommun</legend><label class="check"><input type="checkbox" data-filter-own${filter.own ? " checked" : ""}> Mina kommuner (${own.size ? escape(municipalities.filter((one) => own.has(one.value)).map((one) => one.label).join(", ")) : "inga valda: alla"})</label>` +
      `${boxes("municipalities", municipalities, filter.own ? new Set() : filter.municipalities)}</fieldset>` +
      `<fieldset><legend>Sort</legend>${boxes("kinds", kinds, filter.kinds)}</fieldset></div>`,
    confirm: "Visa", enter: true,
    onDraw: (layer) => layer.querySelector("[data-filter-own]").focus(),
    onDone: async () => {
      const chosen = { municipalities: new Set(), kinds: new Set(), own: document.querySelector("[data-filter-own]").checked };
      for (const box of document.querySelectorAll("[data-filter]:checked")) chosen[box.dataset.filter].add(box.dataset.filter === "municipalities" ? Number(box.value) : box.value);
      if (chosen.own) chosen.municipalities = new Set(own);
      onChange(chosen);
    },
  };
}

export function filterText(filter, municipalities, kinds) {
  const chosen = municipalities.filter((m) => filter.municipalities.has(m.value)).map((m) => m.label);
  const sorts = kinds.filter((k) => filter.kinds.has(k.value)).map((k) => k.label);
  const where = filter.own ? `Mina kommuner${chosen.length ? ` (${chosen.length})` : ": alla"}` : chosen.length === 0 ? `Alla ${grouped1000(municipalities.length)} kommuner` : chosen.length <= 2 ? chosen.join(", ") : `${chosen.length} kommuner`;
  return sorts.length ? `${where} · ${sorts.length <= 2 ? sorts.join(", ") : `${sorts.length} sorter`}` : where;
}
