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

interface Slot {
  phase: Phase;
  sinceMs: number;
}

export class DowntimeAccount {
  readonly #slots: (Slot | undefined)[];
  /** Hosts whose Machine is gone and whose slot waits for a host, oldest first. */
  readonly #vacated: number[] = [];
  /** Hosts whose slot is in phase `detect`. */
  readonly #undetected = new Set<number>();
  readonly #totals: Record<Phase, number> = {
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
    this.#slots = Array.from({ length: hosts }, (_, host) =>
      members(host) ? { phase: 'serving', sinceMs: nowMs } : undefined,
    );
  }

  holdsSlot(host: number): boolean {
    return this.#slots[host] !== undefined;
  }

  phaseOf(host: number): Phase | undefined {
    return this.#slots[host]?.phase;
  }

  /** The phase of a host's slot from now on; nothing happens for hosts without one. */
  set(host: number, phase: Phase, nowMs: number): boolean {
    const slot = this.#slots[host];
    if (slot === undefined || slot.phase === phase) return false;
    this.#totals[slot.phase] += nowMs - slot.sinceMs;
    slot.phase = phase;
    slot.sinceMs = nowMs;
    if (phase === 'detect') this.#undetected.add(host);
    else this.#undetected.delete(host);
    return true;
  }

  /** Hosts whose slot is in phase `detect`, longest first. */
  undetected(): Iterable<number> {
    return this.#undetected;
  }

  /** The host's Machine let go of it. */
  vacate(host: number): void {
    if (this.#slots[host] !== undefined && !this.#vacated.includes(host)) this.#vacated.push(host);
  }

  /** A Machine took the host: it gets its own slot back, or the one that waits longest. Returns where it came from. */
  claim(host: number): number | undefined {
    const own = this.#vacated.indexOf(host);
    const from = own >= 0 ? host : this.#slots[host] === undefined ? this.#vacated[0] : undefined;
    if (from === undefined) return undefined;
    this.#vacated.splice(this.#vacated.indexOf(from), 1);
    if (from !== host) {
      const slot = this.#slots[from];
      assert(slot !== undefined, 'a vacated host holds a slot');
      this.#slots[host] = slot;
      this.#slots[from] = undefined;
      if (this.#undetected.delete(from)) this.#undetected.add(host);
    }
    return from;
  }

  /** Totals per phase up to `nowMs`, in ms. */
  totals(nowMs: number): Readonly<Record<Phase, number>> {
    const totals = { ...this.#totals };
    for (const slot of this.#slots) if (slot !== undefined) totals[slot.phase] += nowMs - slot.sinceMs;
    return totals;
  }
}
