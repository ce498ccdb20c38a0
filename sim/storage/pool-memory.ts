// PoolMemory: the arrays of one pool. Pools of many groups are made and given up all the time in a large fleet, and fresh memory costs more
// than whatever is done in it: a pool that is made takes that of one that was given up, and finds it empty. Every pool asks for its
// arrays in the same order; an array of another length or kind than the former pool's is made anew.

export class PoolMemory {
  private readonly arrays: (Float64Array | Int32Array | Uint8Array)[] = [];
  private asked = 0;

  /** Numbers, all 0. */
  float64(length: number): Float64Array {
    const place = this.asked++;
    const known = this.arrays[place];
    if (known instanceof Float64Array && known.length === length) return known.fill(0);
    const made = new Float64Array(length);
    this.arrays[place] = made;
    return made;
  }

  int32(length: number): Int32Array {
    const place = this.asked++;
    const known = this.arrays[place];
    if (known instanceof Int32Array && known.length === length) return known.fill(0);
    const made = new Int32Array(length);
    this.arrays[place] = made;
    return made;
  }

  uint8(length: number): Uint8Array {
    const place = this.asked++;
    const known = this.arrays[place];
    if (known instanceof Uint8Array && known.length === length) return known.fill(0);
    const made = new Uint8Array(length);
    this.arrays[place] = made;
    return made;
  }

  /** The next pool asks from the first on. */
  forget(): void {
    this.asked = 0;
  }
}
