// Addresses to listen on, as people write them, and what goes into URLs for them.

import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** Names and addresses of this machine's own, to which nobody else gets. */
export const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'] as const;

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}

/** Something to listen on: an address, or `localhost`. */
export function isListenAddress(address: string): boolean {
  return isIP(address) !== 0 || address === 'localhost';
}

/** By which others reach who listens there: of a wildcard, the first address that is not this machine's own. */
export function reachedBy(address: string): string {
  if (address !== '0.0.0.0' && address !== '::') return address;
  const outward = outwardAddresses();
  return outward[0] ?? '127.0.0.1';
}

/** Every name by which a server that listens there may be called, for its certificate. */
export function namesOf(address: string): readonly string[] {
  const isWildcard = address === '0.0.0.0' || address === '::';
  const others = isWildcard ? [hostname(), ...outwardAddresses()] : [address];
  return [...new Set([...LOOPBACK_NAMES, ...others])];
}

/** As it stands in a URL. */
export function inUrl(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

function outwardAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}
