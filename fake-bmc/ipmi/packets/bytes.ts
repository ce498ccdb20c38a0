// Bytes in the order of the wire. IPMI puts the least significant first; ASF, beneath it, the most significant.

/** All parts in a row. */
export function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What lies beyond the end reads as 0: lengths are checked where they are known. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0;
}

export function uint32BigEndian(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

export function bytes16(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

export function bytes32(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** Text as bytes of one each; what does not fit into one is a question mark. */
export function latinBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? code : 0x3f;
  });
}

/** Text up to the first zero byte. */
export function latinText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}

/** Exactly so long: cut, or filled with zeros. */
export function padded(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}

/** What makes the sum of these bytes, and it, zero. */
export function zeroSum(bytes: ArrayLike<number>): number {
  return -sum(bytes, 0, bytes.length) & 0xff;
}

/** Modulo 256. */
export function sum(bytes: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at++) total += bytes[at] ?? 0;
  return total & 0xff;
}

/** Of pairs of hexadecimal digits. */
export function hexOctets(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
