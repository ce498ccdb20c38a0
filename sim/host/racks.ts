// Racks: one power feed and one switch each, shared by everything in the rack.
//
// Divergence from reality
// - One feed and one switch a rack: no dual feeds, no bonded uplinks. Rates of the classes are for losses that get through.

export class Racks {
  readonly names: readonly string[];
  readonly #index = new Map<string, number>();
  /** Overlapping outages count; up means none. */
  readonly #feedOutages: Int32Array;
  readonly #switchOutages: Int32Array;

  constructor(names: readonly string[]) {
    this.names = names;
    names.forEach((name, index) => {
      this.#index.set(name, index);
    });
    this.#feedOutages = new Int32Array(names.length);
    this.#switchOutages = new Int32Array(names.length);
  }

  /** -1 when there is no such rack. */
  indexOf(name: string): number {
    return this.#index.get(name) ?? -1;
  }

  feedOn(rack: number): boolean {
    return this.#feedOutages[rack] === 0;
  }

  switchUp(rack: number): boolean {
    return this.#switchOutages[rack] === 0;
  }

  /** Returns true when the state changed, false when another outage overlaps. */
  setFeed(rack: number, on: boolean): boolean {
    return count(this.#feedOutages, rack, on);
  }

  setSwitch(rack: number, up: boolean): boolean {
    return count(this.#switchOutages, rack, up);
  }
}

function count(outages: Int32Array, rack: number, up: boolean): boolean {
  const before = outages[rack] ?? 0;
  const after = Math.max(0, before + (up ? -1 : 1));
  outages[rack] = after;
  return (before === 0) !== (after === 0);
}
