// The line to the centre. The socket carries envelopes; a beat each 2 s proves it is alive.
// States: starting · live · stale (5 s silent) · lost (15 s) · reserve (socket down, polling works).

import { get } from "./api.js";
import { learn } from "./clock.js";

export const STALE = 5000;
export const LOST = 15000;

/** Pure: the state of the line from what was last heard. */
export function lineState({ heardAt, polledAt, connected, startedAt = 0, at }) {
  if (heardAt === null && polledAt === null) return at - startedAt < LOST ? "starting" : "lost";
  if (heardAt !== null && at - heardAt < STALE) return "live";
  if (!connected && polledAt !== null && at - polledAt < STALE) return "reserve";
  const last = Math.max(heardAt ?? 0, polledAt ?? 0);
  return at - last < LOST ? "stale" : "lost";
}

/** Pure: wait before try n, with full jitter so that a restarted server is not stormed. */
export function backoff(attempt, random = Math.random()) {
  return Math.min(8000, 250 * 2 ** Math.min(attempt, 5)) * (0.5 + random / 2);
}

export class Line {
  constructor({ store, url, onState, onHello, onGone, clock = () => performance.now() }) {
    Object.assign(this, { store, url, onState, onHello, onGone, clock });
    this.heardAt = null; this.polledAt = null; this.connected = false;
    this.attempt = 0; this.acked = 0; this.state = "starting"; this.told = {};
    this.fetched = 0; this.stopped = false; this.startedAt = clock();
  }

  async start() {
    await this.reload();
    this.connect();
    this.watch = setInterval(() => this.#look(), 500);
    this.acks = setInterval(() => this.#ack(), 1000);
    this.polls = setInterval(() => this.#poll(), 3000);
  }

  stop() {
    this.stopped = true;
    for (const timer of [this.watch, this.acks, this.polls]) clearInterval(timer);
    this.socket?.close();
  }

  /** Read the board afresh; retried until it comes. Asked twice at once, it is read once. */
  reload() {
    this.reloading ??= this.#read().finally(() => { this.reloading = null; });
    return this.reloading;
  }

  async #read() {
    for (let n = 0; !this.stopped; n += 1) {
      try {
        const board = await get("/console/board.json");
        learn(board.now);
        this.store.load(board);
        return;
      } catch (error) {
        if (error.status === 401 || error.status === 403) { this.#gone(4001); return; }
        this.#look();
        await new Promise((done) => setTimeout(done, backoff(n)));
      }
    }
  }

  connect() {
    if (this.stopped) return;
    const socket = new WebSocket(`${this.url}?after=${this.store.lastId}`);
    this.socket = socket;
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.connected = false;
      if (event.code === 4001) { this.#gone(4001); return; }
      if (event.code === 4002) this.acked = 0;
      setTimeout(() => this.connect(), backoff(this.attempt++));
    };
  }

  /** Tell the server about this console (sound, open case); sent again after each reconnect. */
  tell(state) {
    Object.assign(this.told, state);
    if (this.connected) this.socket.send(JSON.stringify({ state: this.told }));
  }

  #hear(events) {
    this.heardAt = this.clock();
    for (const event of events) {
      if (event.type === "hello") {
        this.connected = true;
        this.attempt = 0;
        learn(event.item.now);
        this.onHello?.(event.item);
        if (event.item.resume === false) this.reload();
        this.tell({});
      } else if (event.type === "beat") learn(event.item.now);
      else if (event.type === "reset") this.reload();
      else if (this.store.apply(event)) this.fetched += 1;
    }
    this.#look();
  }

  #ack() {
    if (!this.connected || this.store.lastId === this.acked) return;
    this.acked = this.store.lastId;
    this.socket.send(JSON.stringify({ ack: this.acked }));
  }

  async #poll() {
    if (this.stopped || (this.heardAt !== null && this.clock() - this.heardAt < STALE)) return;
    try {
      const answer = await get(`/console/events.json?after=${this.store.lastId}`);
      learn(answer.now);
      this.polledAt = this.clock();
      if (answer.reset) await this.reload();
      for (const event of answer.events) if (this.store.apply(event)) this.fetched += 1;
      if (this.socket && this.socket.readyState === WebSocket.OPEN) this.#replace();
    } catch (error) {
      if (error.status === 401 || error.status === 403) this.#gone(4001);
    }
    this.#look();
  }

  // An open socket that says nothing is a dead one: put it away and try another.
  #replace() {
    const old = this.socket;
    this.socket = null;
    this.connected = false;
    old.close();
    this.connect();
  }

  #look() {
    const state = lineState({ heardAt: this.heardAt, polledAt: this.polledAt, connected: this.connected, startedAt: this.startedAt, at: this.clock() });
    if (state === this.state) return;
    const before = this.state;
    this.state = state;
    this.onState?.(state, before);
  }

  #gone(code) {
    this.stop();
    this.onGone?.(code);
  }
}
