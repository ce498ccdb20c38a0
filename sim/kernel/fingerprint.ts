// Fingerprint: a running 64-bit hash of a history, to compare two runs by one word. Sensitive to values and to their order.
// Not cryptographic: it tells accidents apart, not adversaries.

/** Sets the length of a text apart from a number. */
const TEXT = 0x74657874;

/** Where a number is taken apart; nothing stays there. */
const NUMBER = new Float64Array(1);
const HALVES = new Int32Array(NUMBER.buffer);

export class Fingerprint {
  private low = 0x9e3779b9 | 0;
  private high = 0x243f6a88;

  /** Any number; -0 counts as 0. */
  add(value: number): void {
    const integer = value | 0;
    if (integer === value) {
      this.mix(integer);
      return;
    }
    NUMBER[0] = value;
    this.mix(HALVES[0] as number);
    this.mix(HALVES[1] as number);
  }

  /** A text, with its length, so that 'ab','c' and 'a','bc' differ. */
  addText(text: string): void {
    this.mix(text.length ^ TEXT);
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i));
  }

  /** A text that is never there as a whole: the same as `addText` of its pieces, joined. */
  addPieces(pieces: () => Iterable<string>): void {
    let length = 0;
    for (const piece of pieces()) length += piece.length;
    this.mix(length ^ TEXT);
    for (const piece of pieces()) for (let i = 0; i < piece.length; i++) this.mix(piece.charCodeAt(i));
  }

  /** 16 hexadecimal digits. More may be added afterwards. */
  digest(): string {
    return hex(finalised(this.low ^ this.high)) + hex(finalised(this.high + Math.imul(this.low, 0x85ebca6b)));
  }

  /** Two lanes with different multipliers, each a step of MurmurHash3; the lanes feed each other. */
  private mix(word: number): void {
    const first = Math.imul(word, 0xcc9e2d51);
    const second = Math.imul(word, 0x239b961b);
    const low = this.low ^ Math.imul((first << 15) | (first >>> 17), 0x1b873593);
    const high = this.high ^ Math.imul((second << 16) | (second >>> 16), 0xab0e9789);
    this.low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64 + high) | 0;
    this.high = (Math.imul((high << 17) | (high >>> 15), 5) + 0x561ccd1b + this.low) | 0;
  }
}

function finalised(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** From a table: generated clusters are full of digests, and printing a number in base 16 is slow. */
function hex(value: number): string {
  return `${BYTES[value >>> 24]}${BYTES[(value >>> 16) & 0xff]}${BYTES[(value >>> 8) & 0xff]}${BYTES[value & 0xff]}`;
}

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
