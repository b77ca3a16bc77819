// The Web Audio side: overtones 2–4 so that treble loss does not hide the pitch; one sounding window per operator.

import { now } from "./clock.js";
import { PATTERNS, lostTimes, schedule, silence, sounding } from "./sound.js";

const AHEAD = 400;
const TRY_ALONE = 500;
const OVERTONES = [1, 0.5, 0.33, 0.25];

export class Player {
  constructor({ waiting, onChange, context = () => new AudioContext() }) {
    Object.assign(this, { waiting, onChange, makeContext: context });
    this.context = null; this.owner = false; this.quiet = null; this.flood = false; this.level = 0.7;
    this.done = null; this.lostAt = null; this.played = []; this.bursts = []; this.tried = false;
    this.#own();
  }

  /** On is true when the next alarm would be heard from this window. */
  get on() { return this.context?.state === "running"; }

  /** On load, without a gesture: ask the browser and believe the context's own state after at most half a second. */
  async tryAlone() {
    await Promise.race([this.wake(), new Promise((done) => setTimeout(done, TRY_ALONE))]);
    this.tried = true;
    this.onChange?.();
    return this.on;
  }

  /** Called on any key or press: browsers give sound only after a gesture. */
  async wake() {
    if (!this.context) {
      this.context = this.makeContext();
      this.context.onstatechange = () => this.onChange?.();   // a pulled-out headset or a sleeping PC is told at once
    }
    if (this.context.state !== "running") await this.context.resume().catch(() => {});
    this.onChange?.();
    return this.on;
  }

  start() { this.timer = setInterval(() => this.step(now()), 100); }
  stop() { clearInterval(this.timer); }

  /** M: silence what waits now for 30 s. */
  hush() {
    this.quiet = silence(this.waiting(), now());
    this.settle(now());
    this.onChange?.();
    return this.quiet;
  }

  /** Play what begins before `at` + 400 ms and was not played yet. */
  step(at) {
    const from = this.done ?? at, to = at + AHEAD;
    if (to <= from) return;
    this.done = to;
    if (!this.on || !this.owner) return;
    for (const burst of schedule(this.waiting(), { from, to, quiet: this.quiet, flood: this.flood, level: this.level })) {
      const { priority, gain } = burst;
      if (burst.exercise) this.play("click", { at: burst.at - at, gain, priority });
      this.play(burst.pattern, { at: burst.at - at + (burst.exercise ? 60 : 0), gain, priority });
    }
    if (this.lostAt !== null) for (const when of lostTimes(this.lostAt, from, to)) this.play("lost", { at: when - at, gain: this.level });
  }

  /** Somebody took a case, or M was pressed: a burst that has lost its reason is cut, also in the middle. */
  settle(at) {
    const until = this.context?.currentTime ?? 0;
    this.bursts = this.bursts.filter((burst) => burst.ends > until);
    if (!this.bursts.length) return;
    const heard = sounding(this.waiting(), { quiet: this.quiet, at });
    for (const burst of this.bursts) if (burst.priority !== heard) burst.out.gain.setTargetAtTime(0, until, 0.01);
    this.bursts = this.bursts.filter((burst) => burst.priority === heard);
  }

  /** One pattern, `at` ms from now. `priority` marks a waiting alarm's burst, which `settle` may cut. */
  play(pattern, { at = 0, gain = this.level, priority = 0 } = {}) {
    this.played.push(pattern);
    if (this.played.length > 100) this.played.shift();
    if (!this.on) return;
    const base = this.context.currentTime + Math.max(0, at) / 1000, out = this.context.createGain();
    out.connect(this.context.destination);
    for (const pulse of PATTERNS[pattern]) this.#pulse(base + pulse.at / 1000, pulse, Math.min(1, gain * 0.35), out);
    const last = PATTERNS[pattern].at(-1);
    if (priority) this.bursts.push({ out, priority, ends: base + (last.at + last.ms) / 1000 });
  }

  #pulse(start, { hz, to, ms }, peak, out) {
    const end = start + ms / 1000, volume = this.context.createGain();
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(peak, start + 0.008);
    volume.gain.setValueAtTime(peak, Math.max(start + 0.009, end - 0.02));
    volume.gain.linearRampToValueAtTime(0, end);
    volume.connect(out);
    OVERTONES.forEach((share, n) => {
      const tone = this.context.createOscillator(), part = this.context.createGain();
      tone.frequency.setValueAtTime(hz * (n + 1), start);
      if (to !== hz) tone.frequency.linearRampToValueAtTime(to * (n + 1), end);
      part.gain.value = share / 2;
      tone.connect(part).connect(volume);
      tone.start(start);
      tone.stop(end + 0.01);
    });
  }

  // Several windows of one operator: the lock's holder sounds, and another takes over when it closes.
  #own() {
    if (!navigator.locks) { this.owner = true; return; }
    navigator.locks.request("console-sound", () => {
      this.owner = true;
      this.onChange?.();
      return new Promise(() => {});
    });
  }
}
