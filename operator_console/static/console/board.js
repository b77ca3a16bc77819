// The board: three regions of steady geometry, keyed rows, at most 80 of them, at most 4 paints a second.

import { arrange, dealt, fullFirst, grouped, ORDER, sectionOf } from "./order.js";
import { build, escape, fill, icon, signature } from "./row.js";
import { Hold } from "./hold.js";
import { hm, now, span, tick } from "./clock.js";
import { SHAPE, grouped1000, plural } from "./words.js";

const ROOM = { unanswered: 36, mine: 12, others: 16, parked: 8, closed: 8 };   // 80 row nodes in all
const PAINT_EVERY = 250;
const LINGER = 1500;
const HAND_RESTS = 8000;          // a pointer left lying longer is not a hand

export class Board {
  constructor({ root, store, me, own, filter, onSelect, onOpen }) {
    Object.assign(this, { root, store, me, own, filter, onSelect, onOpen });
    this.selected = null; this.claiming = new Set(); this.linger = new Map(); this.unfolded = new Set();
    this.start = { unanswered: 0, others: 0, parked: 0, closed: 0 };   // first row shown of each section
    this.open = { parked: false, closed: false };
    this.flood = null; this.keyDown = false; this.pointerAt = -Infinity; this.pointerIn = false;
    this.shown = []; this.items = new Map(); this.lastPaint = -Infinity; this.timer = null; this.paints = 0;
    this.lists = {}; this.holds = {}; this.readers = new Map(); this.steps = new Map(); this.folded = new Set();
    for (const list of root.querySelectorAll("ol[data-section]")) this.lists[list.dataset.section] = list;
    for (const region of root.querySelectorAll(".region")) {
      const scroller = region.querySelector(".scroller");
      this.holds[region.dataset.region] = new Hold(scroller);
    }
    this.top = root.querySelector('[data-region="unanswered"]');
    this.#listen();
    store.on((change) => this.#changed(change));
  }

  // -- what happens ----------------------------------------------------------------------------
  #listen() {
    const scroller = this.top.querySelector(".scroller");
    scroller.addEventListener("pointermove", () => { this.pointerIn = true; this.pointerAt = performance.now(); });
    scroller.addEventListener("pointerleave", () => { this.pointerIn = false; this.invalidate(); });
    scroller.addEventListener("scroll", () => this.#rail(), { passive: true });
    this.root.addEventListener("click", (event) => {
      const row = event.target.closest(".row, [data-select]");
      if (row) { this.select(row.dataset.id ?? row.dataset.select, { focus: true, byHand: true }); return; }
      const turn = event.target.closest("[data-page]");
      if (turn) { this.start[turn.dataset.page] = Number(turn.dataset.to); this.turning = true; this.paint(); this.turning = false; return; }
      const fold = event.target.closest("[data-fold]");
      if (fold) { this.open[fold.dataset.fold] = !this.open[fold.dataset.fold]; this.paint(); return; }
      if (event.target.closest(".above")) this.toTop();
    });
    this.root.addEventListener("dblclick", (event) => {
      const row = event.target.closest(".row");
      if (row) this.onOpen(row.dataset.id);
    });
  }

  #changed(change) {
    if (change.type === "item" && change.before?.state === "unanswered" && change.after.state === "held"
        && change.after.holder?.id !== this.me) {
      this.linger.set(change.after.id, now() + LINGER);
      setTimeout(() => { this.linger.delete(change.after.id); this.invalidate(); }, LINGER + 20);
    }
    this.invalidate();
  }

  /** Ask for a paint; several asks within 250 ms become one. */
  invalidate() {
    if (this.timer) return;
    const wait = Math.max(0, PAINT_EVERY - (performance.now() - this.lastPaint));
    this.timer = setTimeout(() => requestAnimationFrame(() => this.paint()), wait);
  }

  get frozen() {
    return this.keyDown || (this.pointerIn && performance.now() - this.pointerAt < HAND_RESTS);
  }

  // -- selection -------------------------------------------------------------------------------
  order() {
    return [...this.root.querySelectorAll(".row")].filter((el) => el.offsetParent).map((el) => el.dataset.id);
  }

  move(step) {
    const ids = this.order();
    if (!ids.length) return;
    const at = ids.indexOf(this.selected);
    const next = at < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + step));
    this.select(ids[next], { focus: true, byHand: true });
  }

  select(id, { focus = false, byHand = false } = {}) {
    if (byHand) for (const hold of Object.values(this.holds)) hold.release();
    const before = this.items.get(this.selected)?.firstElementChild;
    before?.classList.remove("selected");
    if (before) before.tabIndex = -1;
    this.selected = id;
    const row = this.items.get(id)?.firstElementChild;
    if (row) {
      row.classList.add("selected");
      row.tabIndex = 0;
      row.scrollIntoView({ block: "nearest" });
      if (focus) row.focus({ preventScroll: true });
    } else if (id && this.store.rows.has(id)) this.#turnTo(id);
    this.onSelect?.(id);
  }

  // A row beyond the page shown: turn to its page.
  #turnTo(id) {
    const section = sectionOf(this.store.rows.get(id), this.me);
    const at = this.arranged?.[section].findIndex((row) => row.id === id) ?? -1;
    if (at < 0 || this.start[section] === undefined) return;
    if (section in this.open) this.open[section] = true;
    this.start[section] = Math.floor(at / ROOM[section]) * ROOM[section];
    this.paint();
    this.items.get(id)?.firstElementChild.scrollIntoView({ block: "nearest" });
  }

  toTop() {
    this.start.unanswered = 0;
    for (const hold of Object.values(this.holds)) hold.release();
    this.pointerAt = -Infinity;
    this.paint();
    this.top.querySelector(".scroller").scrollTop = 0;
    const first = this.arranged.unanswered[0];
    if (first) this.select(first.id, { focus: true, byHand: true });
  }

  focus() {
    const row = this.items.get(this.selected)?.firstElementChild ?? this.root.querySelector(".row");
    (row ?? this.root).focus({ preventScroll: true });
  }

  row(id) { return this.store.rows.get(id); }
  element(id) { return this.items.get(id)?.firstElementChild ?? null; }
  topUnanswered() { return dealt((this.arranged?.unanswered ?? []).filter((row) => row.state === "unanswered"), this.own, (row) => this.store.follows(row)); }

  // -- painting --------------------------------------------------------------------------------
  paint() {
    clearTimeout(this.timer);
    this.timer = null;
    this.lastPaint = performance.now();
    this.paints += 1;
    const rows = [...this.store.rows.values()];
    const all = arrange(rows, { me: this.me, now: now(), filter: this.filter, linger: this.linger });
    this.arranged = all;
    const anchor = this.element(this.selected);
    const region = anchor?.closest(".region")?.dataset.region;
    const focused = document.activeElement?.dataset?.id === this.selected && this.selected;
    const change = () => this.#lay(all);
    if (region) this.holds[region].keep(anchor, change); else change();
    if (focused && document.activeElement?.dataset?.id !== focused) this.element(focused)?.focus({ preventScroll: true });
    this.#heads(all);
    tick(this.root, { least: this.least });
    this.#rail();
    this.onPaint?.(all);
  }

  #lay(all) {
    const wanted = { ...all, unanswered: this.#steady(all.unanswered) };
    const kept = new Set();
    for (const section of Object.keys(ROOM)) {
      const list = this.lists[section];
      const closedFold = section in this.open && !this.open[section];
      let entries = section === "unanswered" && this.flood ? this.#grouped(wanted.unanswered)
        : wanted[section].map((row) => ({ row, members: null }));
      const total = entries.length, size = ROOM[section];
      const start = this.#window(section, entries, size);
      entries = closedFold ? [] : entries.slice(start, start + size);
      if (section === "unanswered") {
        const first = all.unanswered.filter((row) => row.priority === 1).length;
        const full = fullFirst(first, this.top.querySelector(".scroller").clientHeight);
        entries.forEach((entry, n) => { entry.compact = entry.row.priority === 1 && start + n >= full; });
        this.shown = entries.map((entry) => entry.row.id);
        this.before = start;
        this.groups = new Map(entries.filter((e) => e.members).map((e) => [e.row.id, e.key]));
        this.folded = new Set(entries.filter((e) => e.members && !e.unfolded).flatMap((e) => e.members.map((row) => row.id)));
      }
      this.#fillList(list, entries, kept);
      this.#pager(section, list, total, start, size, closedFold);
    }
    for (const [id, item] of this.items) if (!kept.has(id)) { item.remove(); this.items.delete(id); }
  }

  // The row in hand: a group's row stays that, a single row is not drawn into a group.
  #grouped(rows) {
    const head = this.groups?.has(this.selected) ? this.selected : null;
    return grouped(rows, this.unfolded, head ? null : this.selected, head);
  }

  /** → and ← on a group's row. Returns false when the row is no such group. */
  fold(open) {
    const key = this.groups?.get(this.selected);
    if (!key || this.unfolded.has(key) === open) return false;
    if (open) this.unfolded.add(key); else this.unfolded.delete(key);
    this.paint();
    return true;
  }

  // While a hand rests on the list its order stands; what is new and would push waits, and is counted.
  #steady(rows) {
    this.waiting = [];
    if (!this.frozen || !this.standing?.length) {
      this.standing = rows.map((row) => row.id);
      return rows;
    }
    const byId = new Map(rows.map((row) => [row.id, row])), known = new Set(this.standing);
    const standing = this.standing.filter((id) => byId.has(id)).map((id) => byId.get(id));
    const last = standing.at(-1);
    const fresh = rows.filter((row) => !known.has(row.id));
    this.waiting = last ? fresh.filter((row) => ORDER.unanswered(row, last) < 0) : [];
    return [...standing, ...fresh.filter((row) => !this.waiting.includes(row))];
  }

  #fillList(list, entries, kept) {
    const ctx = {
      me: this.me, selected: this.selected, claiming: this.claiming, steps: this.steps,
      reference: (id) => this.store.rows.get(id)?.ref.replace(/^\d+-/, "") ?? "annat ärende",
    };
    let cursor = list.firstElementChild;
    for (const entry of entries) {
      const id = entry.row.id;
      kept.add(id);
      let item = this.items.get(id);
      if (!item) { item = build(id); this.items.set(id, item); }
      entry.row.readers = this.readers.get(id);
      const mark = signature(entry, ctx);
      if (item.mark !== mark) { fill(item, entry, ctx); item.mark = mark; }
      item.firstElementChild.tabIndex = this.selected === id ? 0 : -1;
      if (cursor === item) cursor = cursor.nextElementSibling;
      else list.insertBefore(item, cursor);
    }
    while (cursor) { const next = cursor.nextElementSibling; if (!kept.has(cursor.firstElementChild.dataset.id)) cursor.remove(); cursor = next; }
  }

  // Where the shown part begins. It follows the selected row, so that no crowd above can push it off the page.
  #window(section, entries, size) {
    if (!(section in this.start)) return 0;
    let start = Math.min(this.start[section], Math.max(0, entries.length - 1));
    const at = !this.turning && this.element(this.selected)?.isConnected ? entries.findIndex((entry) => entry.row.id === this.selected) : -1;
    if (at >= 0 && (at < start || at >= start + size)) {
      const place = section === "unanswered" ? this.shown.indexOf(this.selected) : 0;
      start = Math.max(0, at - Math.max(0, Math.min(place, size - 8)));
    }
    this.start[section] = start;
    return start;
  }

  #pager(section, list, total, start, size, folded) {
    const more = list.nextElementSibling;
    if (!more?.classList.contains("pager")) return;
    const after = total - start - size;
    const html = folded ? "" :
      (start > 0 ? `<button type="button" class="more" data-page="${section}" data-to="${Math.max(0, start - size)}">Visa föregående ${Math.min(size, start)}</button>` : "") +
      (after > 0 ? `<button type="button" class="more" data-page="${section}" data-to="${start + size}">Visa nästa ${Math.min(size, after)} av ${grouped1000(after)}</button>` : "");
    if (more.innerHTML !== html) more.innerHTML = html;
  }

  // A member of a folded group is counted on its group's row.
  #inGroup(row) {
    return this.folded.has(row.id);
  }

  // -- counts that always tell the truth -------------------------------------------------------
  #heads(all) {
    const set = (selector, text) => { const el = this.root.querySelector(selector); if (el && el.textContent !== text) el.textContent = text; };
    const open = all.unanswered.filter((row) => row.state === "unanswered" && !this.store.follows(row));
    const oldest = Math.min(...open.map((row) => row.received));
    set('[data-count="unanswered"]', open.length ? grouped1000(open.length) : "");
    this.top.classList.toggle("some", open.length > 0);
    const wait = this.top.querySelector(".oldest");
    wait.innerHTML = open.length ? `äldst <span data-since="${oldest}">${span(now() - oldest)}</span>` : "";
    set('[data-count="mine"]', all.mine.length ? String(all.mine.length) : "");
    set('[data-count="others"]', all.others.length ? grouped1000(all.others.length) : "");
    set('[data-count="parked"]', all.parked.length ? grouped1000(all.parked.length) : "");
    set('[data-count="closed"]', all.closed.length ? grouped1000(all.closed.length) : "");
    set("[data-next-wake]", all.parked[0]?.parked_until ? `nästa ${hm(all.parked[0].parked_until)}` : "");
    for (const name of ["parked", "closed"]) {
      const fold = this.root.querySelector(`[data-fold="${name}"]`);
      fold.setAttribute("aria-expanded", String(this.open[name]));
      fold.querySelector(".fold").textContent = this.open[name] ? "−" : "+";
    }
    set(".hidden-by-filter", all.hidden.total ? `Filtret döljer ${grouped1000(all.hidden.total)}, varav ${all.hidden.first} ⬣1` : "");
    this.#empty(all, open);
    // The top bar, the tab and the sound count what waits in the whole region, whatever this seat's filter hides.
    const waiting = this.store.waiting();
    this.summary = { open: waiting.length, oldest: waiting.length ? Math.min(...waiting.map((row) => row.received)) : null };
  }

  #empty(all, open) {
    const last = [...this.store.rows.values()].filter((row) => row.claimed).sort((a, b) => b.received - a.received)[0];
    const took = last ? ` Senaste kom ${hm(last.received)} och togs efter ${Math.max(0, Math.round((last.claimed - last.received) / 1000))} s.` : "";
    const say = { unanswered: open.length || all.unanswered.length ? "" : `Inga obesvarade larm.${took}`, mine: all.mine.length ? "" : "Du har inga ärenden. T tar nästa." };
    for (const [section, text] of Object.entries(say)) {
      const el = this.root.querySelector(`[data-empty="${section}"]`);
      el.hidden = !text;
      if (el.textContent !== text) el.textContent = text;
    }
  }

  // Unanswered ⬣1 that the list cannot show right now stand in the head instead; the rest is counted.
  #rail() {
    if (!this.arranged) return;
    const scroller = this.top.querySelector(".scroller"), box = scroller.getBoundingClientRect();
    const seen = (row) => {
      const el = this.element(row.id);
      if (!el || !el.isConnected) return "away";
      const at = el.getBoundingClientRect();
      return at.top < box.top - 2 ? "above" : at.bottom > box.bottom + 2 ? "below" : "seen";
    };
    const open = this.arranged.unanswered.filter((row) => row.state === "unanswered");
    const first = open.filter((row) => row.priority === 1 && seen(row) !== "seen");
    const tight = scroller.clientWidth < 560 && first.length > 0, room = tight ? 1 : 2;
    const html = first.slice(0, room).map((row) =>
      `<button type="button" class="s-unanswered" data-select="${row.id}" title="${escape(row.area)}"><span class="plate p1 small">${icon("p1")}<b>1</b></span>` +
      `<span data-since="${row.received}">${span(now() - row.received)}</span> <span class="where">${escape(row.area)}</span></button>`).join("") +
      (first.length > room ? `<b class="rest">+${first.length - room} ⬣1</b>` : "");
    const rail = this.top.querySelector(".rail");
    const key = first.slice(0, room).map((row) => row.id).join() + first.length;
    if (rail.dataset.key !== key) { rail.innerHTML = html; rail.dataset.key = key; }
    const places = open.map((row) => [row, seen(row)]);
    const passed = this.before ? new Set(open.slice(0, this.before).map((row) => row.id)) : new Set();
    const above = places.filter(([row, at]) => at === "above" || (at === "away" && passed.has(row.id))).length + this.waiting.length;
    const pill = this.top.querySelector(".above");
    pill.hidden = !above;
    pill.textContent = tight ? `▴ ${above}` : this.waiting.length ? `▴ ${plural(this.waiting.length, "ny", "nya")} ovanför` : `▴ ${above} ovanför`;
    const under = places.filter(([row, at]) => at === "below" || (at === "away" && !this.waiting.includes(row) && !passed.has(row.id) && !this.#inGroup(row))).map(([row]) => row);
    const urgent = under.filter((row) => row.priority === 1).length;
    this.top.querySelector(".below").textContent = !under.length ? "" : tight ? `▾ ${grouped1000(under.length)}`
      : `▾ ${grouped1000(under.length)} till${urgent ? `, ${urgent} av dem ${SHAPE[1]}1` : ""}`;
  }
}
