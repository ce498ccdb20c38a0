// Node downtime by truth, split by what is being waited for. The unit is the slot: a node that the cluster is meant to
// have. A slot stays with its host; when a reprovision gives the Machine another host, the slot moves there, so the gap in
// capacity is counted once, from the old host's failure to the new host's service.

import { assert } from '../../core/assert.ts';

/** What a slot that does not serve is waiting for; the order has no meaning. */
export type Phase =
  | 'serving'
  | 'detect'
  | 'budgetWait'
  | 'powerOff'
  | 'boot'
  | 'reprovision'
  | 'rejoin'
  | 'repair'
  | 'planned';

export const PHASES: readonly Phase[] = [
  'serving',
  'detect',
  'budgetWait',
  'powerOff',
  'boot',
  'reprovision',
  'rejoin',
  'repair',
  'planned',
];

/** In place of a phase, for hosts without a slot. */
const NO_SLOT = 255;

export class DowntimeAccount {
  /** By host: position of its slot's phase in PHASES, or NO_SLOT; and since when. */
  private readonly phases: Uint8Array;
  private readonly sinceMs: Float64Array;
  /** Hosts whose Machine is gone and whose slot waits for a host, oldest first. */
  private readonly vacated: number[] = [];
  /** Hosts whose slot is in phase `detect`. */
  private readonly undetectedHosts = new Set<number>();
  private readonly totalMs: Record<Phase, number> = {
    serving: 0,
    detect: 0,
    budgetWait: 0,
    powerOff: 0,
    boot: 0,
    reprovision: 0,
    rejoin: 0,
    repair: 0,
    planned: 0,
  };

  /** @param members hosts that hold a node of the cluster at the start. */
  constructor(hosts: number, members: (host: number) => boolean, nowMs: number) {
    this.phases = Uint8Array.from({ length: hosts }, (_, host) =>
      members(host) ? PHASES.indexOf('serving') : NO_SLOT,
    );
    this.sinceMs = new Float64Array(hosts).fill(nowMs);
  }

  holdsSlot(host: number): boolean {
    return this.phaseOf(host) !== undefined;
  }

  phaseOf(host: number): Phase | undefined {
    return PHASES[this.phases[host] ?? NO_SLOT];
  }

  /** The phase of a host's slot from now on; nothing happens for hosts without one. */
  set(host: number, phase: Phase, nowMs: number): boolean {
    const before = this.phaseOf(host);
    if (before === undefined || before === phase) return false;
    this.totalMs[before] += nowMs - (this.sinceMs[host] as number);
    this.phases[host] = PHASES.indexOf(phase);
    this.sinceMs[host] = nowMs;
    if (phase === 'detect') this.undetectedHosts.add(host);
    else this.undetectedHosts.delete(host);
    return true;
  }

  /** Hosts whose slot is in phase `detect`, longest first. */
  undetected(): Iterable<number> {
    return this.undetectedHosts;
  }

  /** The host's Machine let go of it. */
  vacate(host: number): void {
    if (this.holdsSlot(host) && !this.vacated.includes(host)) this.vacated.push(host);
  }

  /** A Machine took the host: it gets its own slot back, or the one that waits longest. Returns where it came from. */
  claim(host: number): number | undefined {
    const own = this.vacated.indexOf(host);
    const from = own >= 0 ? host : !this.holdsSlot(host) ? this.vacated[0] : undefined;
    if (from === undefined) return undefined;
    this.vacated.splice(this.vacated.indexOf(from), 1);
    if (from !== host) {
      assert(this.holdsSlot(from), 'a vacated host holds a slot');
      this.phases[host] = this.phases[from] as number;
      this.sinceMs[host] = this.sinceMs[from] as number;
      this.phases[from] = NO_SLOT;
      if (this.undetectedHosts.delete(from)) this.undetectedHosts.add(host);
    }
    return from;
  }

  /** Totals per phase up to `nowMs`, in ms. */
  totals(nowMs: number): Readonly<Record<Phase, number>> {
    const totals = { ...this.totalMs };
    this.phases.forEach((_, host) => {
      const phase = this.phaseOf(host);
      if (phase !== undefined) totals[phase] += nowMs - (this.sinceMs[host] as number);
    });
    return totals;
  }
}
