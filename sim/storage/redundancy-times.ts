// For how long how much redundancy was left: time integrals of the replicas in sync of the placement group that is worst off.

export class RedundancyTimes {
  private readonly clock: { readonly nowMs: number };
  /** By level: groups that have so many replicas in sync. */
  private readonly groups: Int32Array;
  private readonly worstMsByLevel: Float64Array;
  private worst = 0;
  private worstSinceMs: number;

  /** All groups start without any. */
  constructor(clock: { readonly nowMs: number }, groups: number, replicas: number) {
    this.clock = clock;
    this.groups = new Int32Array(replicas + 1);
    this.groups[0] = groups;
    this.worstMsByLevel = new Float64Array(replicas + 1);
    this.worstSinceMs = clock.nowMs;
  }

  /** So many groups had `from` replicas in sync and have `to`. */
  moved(from: number, to: number, groups = 1): void {
    if (groups === 0) return;
    const { nowMs } = this.clock;
    this.groups[from] = (this.groups[from] as number) - groups;
    this.groups[to] = (this.groups[to] as number) + groups;
    let worst = Math.min(this.worst, to);
    while (this.groups[worst] === 0) worst += 1;
    if (worst === this.worst) return;
    this.worstMsByLevel[this.worst] = this.atWorst(this.worst);
    this.worst = worst;
    this.worstSinceMs = nowMs;
  }

  /** By number of replicas in sync: time during which the worst group had so many, up to now. Sums to the time that passed. */
  get worstMs(): readonly number[] {
    return Array.from(this.worstMsByLevel, (_, level) => this.atWorst(level));
  }

  private atWorst(level: number): number {
    const before = this.worstMsByLevel[level] as number;
    return level === this.worst ? before + (this.clock.nowMs - this.worstSinceMs) : before;
  }
}
