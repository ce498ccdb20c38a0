// Racks by name. What a rack shares, its switches and its power, is in sim/network and sim/power.
//
// Divergence from reality: a host is in one rack for ever.

export class Racks {
  readonly names: readonly string[];
  private readonly index = new Map<string, number>();

  constructor(names: readonly string[]) {
    this.names = names;
    names.forEach((name, index) => {
      this.index.set(name, index);
    });
  }

  /** -1 when there is no such rack. */
  indexOf(name: string): number {
    return this.index.get(name) ?? -1;
  }
}
