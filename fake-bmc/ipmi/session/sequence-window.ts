// Which packets of a session were seen already: none is taken twice, and none that lags or runs ahead too far.
// Source: IPMI 2.0 specification 6.12.13, a window of 32 numbers: 15 ahead of the highest that was taken, and 16 behind it.

const AHEAD = 15;
const BEHIND = 16;

export class SequenceWindow {
  private highest = 0;
  /** Bit n: the number n below the highest was taken. Before the first, nothing is left to take. */
  private taken = -1;

  /** Takes the number if it may be taken. 0 is none: it belongs to packets outside of sessions. */
  take(sequence: number): boolean {
    const ahead = (sequence - this.highest) | 0;
    if (sequence === 0 || ahead > AHEAD || ahead < -BEHIND) return false;
    if (ahead > 0) {
      this.taken = (this.taken << ahead) | 1;
      this.highest = sequence;
      return true;
    }
    const bit = 1 << -ahead;
    if ((this.taken & bit) !== 0) return false;
    this.taken |= bit;
    return true;
  }
}
