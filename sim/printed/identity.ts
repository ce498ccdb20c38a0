// What tells one machine of a class from the next: serial numbers, MAC and IP addresses, as functions of its name.

import { Fingerprint } from '../kernel/fingerprint.ts';

/** 16 hexadecimal digits that belong to a name and a purpose. */
export function digitsOf(name: string, purpose: string): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(purpose);
  fingerprint.addText(name);
  return fingerprint.digest();
}

/** A MAC address with the locally administered bit. */
export function macOf(name: string, port: number): string {
  const digits = digitsOf(name, `nic ${port}`);
  return `02:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}:${digits.slice(8, 10)}`;
}

/** An address of 10.0.0.0/8. Assumption: as private networks are; two hosts may share one by chance, nothing routes by it. */
export function internalIpOf(name: string): string {
  const digits = digitsOf(name, 'ip');
  const octet = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
  return `10.${octet(0)}.${octet(2)}.${1 + (octet(4) % 254)}`;
}

export function uuidOf(name: string, purpose: string): string {
  const first = digitsOf(name, purpose);
  return uuidFrom(first, digitsOf(first, purpose));
}

/** A uid in the usual form, from twice 16 hexadecimal digits. */
export function uuidFrom(first: string, second: string): string {
  // Joined, not concatenated: it stays as long as its object does, and a concatenated text keeps its parts beside itself.
  return [
    first.slice(0, 8),
    first.slice(8, 12),
    `4${first.slice(13, 16)}`,
    `8${second.slice(1, 4)}`,
    second.slice(4, 16),
  ].join('-');
}

/** The system UUID of the host that runs the node of this name, where nobody has told another. */
export function systemUuidOf(nodeName: string): string {
  return uuidOf(nodeName, 'system');
}
