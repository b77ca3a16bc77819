// One row of the board: built once, then only changed where the envelope changed.

import { holding } from "./order.js";
import { ATTENTION, PRIORITY, grouped1000, ordinal, plural, reasons } from "./words.js";
import { hm } from "./clock.js";

let sprite = "/static/console/sprite.svg";
export const useSprite = (url) => { sprite = url; };
export const icon = (name) => `<svg aria-hidden="true" focusable="false"><use href="${sprite}#${name}"></use></svg>`;
export const escape = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const STATE_WORD = { unanswered: "obesvarat", claiming: "tar", mine: "mitt", offered: "till dig", other: "hos annan", parked: "vilar", closed: "klart" };

/** The clock a row shows: waiting for an unanswered, held time for a taken one, wake-up or end for the rest. */
function clockOf(row, held) {
  if (held === "parked") return { text: row.parked_until ? hm(row.parked_until) : "" };
  if (held === "closed") return { text: hm(row.closed) };
  if (held === "unanswered" || held === "claiming" || held === "offered") return { since: row.received };
  return { since: row.claimed ?? row.received };
}

function split(headline) {
  const at = headline.lastIndexOf(" · ");
  return at < 0 ? [headline, ""] : [headline.slice(0, at), headline.slice(at)];
}

function secondLine(row, held, ctx) {
  const code = `<abbr title="${escape(row.municipality)}">${escape(row.code)}</abbr>`;
  const parts = [code];
  const next = held === "mine" ? ctx.steps?.get(row.id) : null;
  if (next?.until) parts.push(`svar inom <span data-until="${next.until}" data-passed="0:00, sent"></span>`);
  if (next?.text) parts.push(escape(next.text));
  if (held === "mine" && row.word && !(row.objects && !next?.text)) parts.push(escape(row.word));
  else if (next?.text) { /* the step stands in place of the source */ }
  else if (held === "offered") parts.push(escape(Object.fromEntries(reasons.hand_over ?? [])[row.offered.reason] ?? ""));
  else if (row.objects) parts.push(escape(held === "other" ? "" : row.word || "samlade i ett ärende"));
  else if (ctx.first) { /* a group lies at many places: its minute and counts stand here */ }
  else if (held === "unanswered" || held === "claiming" || held === "mine") parts.push(escape(row.site || row.municipality));
  else if (row.site) parts.push(escape(row.site));
  if (ctx.first) parts.push(`<span data-minute="${ctx.first}"></span>`);
  if (ctx.repeats) parts.push(ctx.repeats);
  else if (row.repeats > 1) parts.push(`${ordinal(row.repeats)} larmet`);
  if (row.lead) parts.push(`hör ihop med ${escape(ctx.reference(row.lead))}`);
  if (held === "other" && row.word) parts.push(escape(row.word));
  return parts.filter(Boolean).join(" · ");
}

function tail(row, held) {
  const chips = row.attention.map((code) => {
    const mark = code === "late" || code === "untouched" ? "clock" : "warn";
    const until = code === "late" && held === "unanswered" && row.due ? ` <span data-since="${row.due}"></span>` : "";
    const word = code === "grown" && row.grown > 0 ? `+${grouped1000(row.grown)} OBJEKT` : ATTENTION[code] ?? escape(code);
    const told = code === "grown" ? ` title="Sedan någon senast gjorde något i ärendet"` : "";
    return `<span class="chip eyes"${told}>${icon(mark)}${word}${until}</span>`;
  });
  const word = {
    claiming: `<span class="state-word">Tar …</span>`,
    mine: `<span class="state-word">MITT</span>`,
    offered: `<span class="state-word">TILL DIG FRÅN ${escape(row.offered?.by?.initials)}</span>`,
    other: row.holder ? `<span class="holder" title="${escape(row.holder.name)}">${"◐"} ${escape(row.holder.initials)}<span class="sr"> ${escape(row.holder.name)}</span></span>` : "",
    parked: `<span class="state-word">⏸ Vilar till ${row.parked_until ? hm(row.parked_until) : ""}</span>`,
    closed: `<span class="state-word">✓ Klart ${row.closed ? hm(row.closed) : ""}</span>`,
  }[held] ?? "";
  const reader = row.readers?.length ? `<span class="muted">${escape(row.readers.join(", "))} läser</span>` : "";
  return chips.join("") + word + reader;
}

/** Everything that decides how the row looks, as one string: equal → nothing to do. */
export function signature(entry, ctx) {
  const row = entry.row;
  return [row.version, row.touched, held(entry, ctx), entry.compact ? 1 : 0, entry.members?.length ?? 0,
    entry.unfolded ? 1 : 0, entry.inside ? 1 : 0, repeatsOf(entry), row.attention.join(), row.readers?.join() ?? "",
    JSON.stringify(ctx.steps?.get(row.id) ?? "")].join("|");
}

const MEMBERS_TOLD = 8;

/** A ▲2 group tells each member's own count, so that one sender that shouts is not lost in the crowd. */
function repeatsOf(entry) {
  if (!entry.members || entry.unfolded || entry.row.priority !== 2) return "";
  const counts = entry.members.map((row) => row.repeats);
  return `larm per sändare ${counts.slice(0, MEMBERS_TOLD).join(", ")}${counts.length > MEMBERS_TOLD ? " …" : ""}`;
}

export function held(entry, ctx) {
  return ctx.claiming.has(entry.row.id) ? "claiming" : holding(entry.row, ctx.me);
}

export function build(id) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.dataset.id = id;
  item.append(button);
  return item;
}

export function fill(item, entry, ctx) {
  const row = entry.row, state = held(entry, ctx), button = item.firstElementChild;
  const shown = entry.members && !entry.unfolded ? entry.members.length : 0;
  button.className = ["row", `p${row.priority}`, `s-${state}`, entry.compact && "compact", row.exercise && "exercise",
    shown && "group", row.attention.includes("grown") && state !== "unanswered" && "grown", entry.unfolded && "unfolded", entry.inside && "inside", ctx.selected === row.id && "selected"].filter(Boolean).join(" ");
  // how many objects is never cut; which municipality stands on the second line too
  const [kind, place] = row.objects ? [row.headline, ""] : split(row.headline);
  const clock = clockOf(row, state);
  const since = clock.since ? ` data-since="${clock.since}"` : "";
  const first = entry.members ? Math.min(...entry.members.map((member) => member.received)) : 0;
  const count = entry.members ? ` · ${plural(entry.members.length, "larm", "larm")}` : row.objects ? ` · ${grouped1000(row.objects)} objekt` : "";
  button.innerHTML =
    `<span class="band"></span>` +
    `<span class="plate p${row.priority}">${icon(`p${row.priority}`)}<b>${row.priority}</b></span>` +
    `<span class="sr">${PRIORITY[row.priority]}, ${STATE_WORD[state]}${row.exercise ? ", övning" : ""}. </span>` +
    `<span class="clock"${since}>${clock.text ?? ""}</span>` +
    `<span class="line1"><span class="kind">${escape(kind)}</span><span class="place">${escape(place)}${count}</span></span>` +
    `<span class="line2">${secondLine(row, state, { ...ctx, first, repeats: repeatsOf(entry) })}</span>` +
    `<span class="tail">${tail(row, state)}</span><span class="band end"></span>`;
}
