// The sheets of section (b): numbered choices, most urgent first, one or two presses.

import { get } from "./api.js";
import { escape } from "./row.js";
import { hm, now } from "./clock.js";
import { PRIORITY, reasons } from "./words.js";

const choices = (pairs) => (pairs ?? []).map(([value, label, note]) => ({ value, label, note }));
const options = (row, what) => get(`/console/case/${row.id}/options/${what}/`);

export function parkSheet(row, send) {
  const at = (minutes) => now() + minutes * 60e3;
  if (row.priority === 1) {   // said at once, not after the time has been chosen
    return { title: `${row.ref} kan inte parkeras`, lead: "Ett ärende med livsfara kan inte vila. Sänk prioriteten först (O), med anledning, eller lämna över (L).", stages: [], onDone: async () => {} };
  }
  const park = (body) => send("park", body, { then: "board", undo: "parkerade" });
  return {
    title: `Parkera ${row.ref}`, lead: "Ärendet vilar och kommer tillbaka till dig med ljud.",
    stages: [{
      name: "until", label: "Väck mig", choices: [
        { value: { minutes: 10 }, label: "Om 10 min", note: `kl. ${hm(at(10))}` },
        { value: { minutes: 30 }, label: "Om 30 min", note: `kl. ${hm(at(30))}` },
        { value: { minutes: 60 }, label: "Om 1 timme", note: `kl. ${hm(at(60))}` },
        { value: { next_shift: true }, label: "Nästa arbetspass", note: "kl. 07, 15 eller 22" },
        { value: { clock: true }, label: "Klockslag", confirm: "Parkera", fields: `<label>Klockslag <input type="time" name="clock" autofocus required></label>` },
      ],
    }],
    onDone: ({ until, clock }) => park(until.clock ? { clock } : until),
  };
}

export async function handOverSheet(row, send) {
  const { operators } = await options(row, "hand-over");
  return {
    title: `Lämna över ${row.ref}`, lead: "Ärendet är ditt tills den andra har tagit emot.",
    stages: [
      { name: "to", label: "Till", empty: "Ingen annan är i tjänst just nu. Parkera, eller ring skiftledaren.", choices: operators.map((o) => ({ value: o.id, label: o.name, note: o.note })) },
      { name: "reason", label: "Därför att", choices: choices(reasons.hand_over) },
    ],
    onDone: ({ to, reason }) => send("hand-over", { to, reason }),
  };
}

export function prioritySheet(row, send) {
  return {
    title: `Prioritet för ${row.ref}`, lead: `Nu ${row.priority} ${PRIORITY[row.priority]}.`,
    stages: [
      { name: "priority", label: "Ny prioritet", choices: [1, 2, 3, 4].map((n) => ({ value: n, label: PRIORITY[n], disabled: n === row.priority, note: n === row.priority ? "gäller nu" : "" })) },
      { name: "reason", label: "Därför att", choices: choices(reasons.priority) },
    ],
    onDone: (values) => send("priority", values),
  };
}

export async function linkSheet(row, send) {
  const { proposals } = await options(row, "link");
  return {
    title: `${row.ref} hör ihop med`, lead: "Ärendena hålls ihop i journalen. Inget stängs.",
    stages: [{ name: "lead", label: "Förslag", empty: "Inga andra öppna ärenden i kommunen liknar det här.", choices: proposals.map((p) => ({ value: p.id, label: p.label, note: p.note })) }],
    onDone: (values) => send("link", values),
  };
}

export function skipSheet(step, send) {
  const required = step.dataset.required === "true";
  return {
    title: `Hoppa över steg ${step.dataset.position}`, lead: required ? "Steget är obligatoriskt. Skälet står kvar i journalen." : "Skälet står kvar i journalen.",
    stages: [{ name: "reason", label: "Därför att", choices: choices(reasons.skip) }],
    onDone: ({ reason }) => send("skip", { position: Number(step.dataset.position), reason }),
  };
}

export function closeSheet(row, send, acts) {
  return {
    title: `Avsluta ${row.ref}`, lead: row.headline,
    stages: [{ name: "outcome", label: "Utfall", choices: choices(reasons.outcomes) }],
    fields: `<label>Sista anteckning <small>om något återstår att veta</small><textarea name="text" rows="2"></textarea></label>`,
    confirm: "Avsluta ärendet",
    onDone: (values) => send("close", values, { then: "board" }),
    onGoTo: (anchor) => acts.onGoTo?.(anchor),
  };
}

export async function callOutSheet(row, send) {
  const { contacts } = await options(row, "call-out");
  return {
    title: `Kalla ut till ${row.ref}`, lead: "Sms går till den du väljer. Svaret kommer i ärendet.",
    stages: [{ name: "who", label: "Vem", empty: "Ingen är i tjänst. Ring beslutsfunktionen.", choices: contacts.map((c) => ({ value: { duty: c.duty, rank: c.rank }, label: c.label, note: c.note, disabled: c.disabled })) }],
    preset: contacts.length && !contacts[0].disabled ? { who: { duty: contacts[0].duty, rank: contacts[0].rank } } : {},
    confirm: "Skicka sms", enter: true, busy: "Skickar …",
    onDraw: (layer, values) => {
      layer.querySelectorAll(".choice").forEach((el, n) => el.classList.toggle("on", values.who && contacts[n].duty === values.who.duty && contacts[n].rank === values.who.rank));
    },
    onDone: ({ who }) => send("call-out", who),
  };
}

/** `run` is {run, name}: the escalation's id and its duty's name. */
export function callOffSheet(row, send, run) {
  return {
    title: `Avbryt utlarmningen av ${run.name}`, lead: "De som har frågats eller är på väg får veta att de inte behövs.",
    stages: [{ name: "reason", label: "Därför att", choices: choices(reasons.call_off) }],
    onDone: ({ reason }) => send("call-off", { run: run.run, reason }),
  };
}

export async function safePointSheet(row, send, acts) {
  const step = acts.pane.step();
  const { points, public_text } = await options(row, "safe-points");
  const note = (p) => [p.address, p.offers, p.staff === 1 ? "1 person får sms" : `${p.staff} personer får sms`, p.distance].filter(Boolean).join(" · ");
  const ready = points.filter((p) => p.state === "closed");
  const first = ready[0];
  return {
    title: "Öppna trygghetspunkt", lead: first ? "" : "Kommunen har ingen stängd trygghetspunkt att öppna.",
    stages: [{ name: "point", label: "Plats, samma ort först", choices: points.slice(0, 9).map((p) => ({ value: p.id, label: p.name + (p.state === "closed" ? "" : p.state === "open" ? " (öppen)" : " (förbereds)"), note: note(p), disabled: p.state !== "closed" })) }],
    preset: first ? { point: first.id } : {},
    fields: `<label>Text på kommunens sida <textarea name="public_text" rows="3">${escape(first?.public_text || public_text)}</textarea></label>` +
      `<p>Personalen får sms och sidan visar platsen som <b>Förbereds</b> tills någon på plats säger att den är öppen.</p>`,
    confirm: "Öppna trygghetspunkten", busy: "Öppnar …",
    onDone: ({ point, public_text: text }) => send("safe-point", { point, public_text: text, ...(step?.dataset.type === "safe_point" ? { position: Number(step.dataset.position) } : {}) }),
  };
}

/** C: a case by hand. `kinds` and `municipalities` are [{value, label, priority?}]. */
export function createSheet({ kinds, municipalities }, onDone) {
  const list = (items) => items.map((item) => `<option value="${escape(item.value)}"${item.priority ? ` data-priority="${item.priority}"` : ""}>${escape(item.label)}</option>`).join("");
  return {
    title: "Nytt ärende", stages: [], confirm: "Skapa och ta",
    fields: `<div class="two"><label>Kommun <select name="municipality" autofocus>${list(municipalities)}</select></label>` +
      `<label>Sort <select name="kind">${list(kinds)}</select></label></div>` +
      `<div class="two"><label>Prioritet <select name="priority">${[1, 2, 3, 4].map((n) => `<option value="${n}"${n === 3 ? " selected" : ""}>${n} ${PRIORITY[n]}</option>`).join("")}</select></label>` +
      `<label>Ring tillbaka <input name="call_back" inputmode="tel" autocomplete="off"></label></div>` +
      `<label>Plats <input name="place" autocomplete="off"></label><label>Vad har hänt? <textarea name="text" rows="3"></textarea></label>`,
    onDraw: (layer) => {
      const kind = layer.querySelector('[name="kind"]'), priority = layer.querySelector('[name="priority"]');
      const follow = () => { priority.value = kind.selectedOptions[0]?.dataset.priority ?? "3"; };
      kind.addEventListener("change", follow);
      follow();
    },
    onDone,
  };
}
