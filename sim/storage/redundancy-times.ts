// For how long how much redundancy was left: time integrals over the replicas in sync of each placement group.

export class RedundancyTimes {
  readonly #clock: { readonly nowMs: number };
  /** By level: groups that have so many replicas in sync. */
  readonly #groups: Int32Array;
  readonly #groupMs: Float64Array;
  /** By level: up to when `groupMs` is counted. */
  readonly #countedMs: Float64Array;
  readonly #worstMs: Float64Array;
  #worst = 0;
  #worstSinceMs: number;

  /** All groups start without any. */
  constructor(clock: { readonly nowMs: number }, groups: number, replicas: number) {
    this.#clock = clock;
    this.#groups = new Int32Array(replicas + 1);
    this.#groups[0] = groups;
    this.#groupMs = new Float64Array(replicas + 1);
    this.#countedMs = new Float64Array(replicas + 1).fill(clock.nowMs);
    this.#worstMs = new Float64Array(replicas + 1);
    this.#worstSinceMs = clock.nowMs;
  }

  /** A group had `from` replicas in sync and has `to`. */
  moved(from: number, to: number): void {
    const { nowMs } = this.#clock;
    this.#count(from, nowMs);
    this.#count(to, nowMs);
    this.#groups[from] = (this.#groups[from] as number) - 1;
    this.#groups[to] = (this.#groups[to] as number) + 1;
    let worst = Math.min(this.#worst, to);
    while (this.#groups[worst] === 0) worst += 1;
    if (worst === this.#worst) return;
    this.#worstMs[this.#worst] = this.#atWorst(this.#worst);
    this.#worst = worst;
    this.#worstSinceMs = nowMs;
  }

  /** By number of replicas in sync: time during which the worst group had so many, up to now. Sums to the time that passed. */
  get worstMs(): readonly number[] {
    return Array.from(this.#worstMs, (_, level) => this.#atWorst(level));
  }

  /** By number of replicas in sync: sum over groups of the time with so many, up to now. */
  get groupMs(): readonly number[] {
    const { nowMs } = this.#clock;
    return Array.from(this.#groupMs, (_, level) => {
      this.#count(level, nowMs);
      return this.#groupMs[level] as number;
    });
  }

  #count(level: number, nowMs: number): void {
    const spanMs = nowMs - (this.#countedMs[level] as number);
    if (spanMs === 0) return;
    this.#groupMs[level] = (this.#groupMs[level] as number) + spanMs * (this.#groups[level] as number);
    this.#countedMs[level] = nowMs;
  }

  #atWorst(level: number): number {
    const before = this.#worstMs[level] as number;
    return level === this.#worst ? before + (this.#clock.nowMs - this.#worstSinceMs) : before;
  }
}
