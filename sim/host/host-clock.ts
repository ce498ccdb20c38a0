// What time a host takes it to be. The node monitor measures silences on its own clock and does not mind; what a kubelet stamps
// (its Lease, the transitions of conditions that it posts) carries the host's time to whoever compares it with another.
//
// Divergence from reality
// - A clock is right until a fault makes it wrong, and right again at once when that is over: nothing slews.
// - Certificates that are not valid yet, or any more, by a wrong clock are left out: the kubelet goes on being believed.
// - With `graceFrom: timestamp` the monitor takes stamps for right.

import type { Host } from './host.ts';

const MILLION = 1_000_000;

/** What the host's clock showed at the instant `atMs`, by the faults that it has now; integer milliseconds. */
export function hostClockMs(host: Host, atMs: number): number {
  let shownMs = atMs;
  for (const { effect, bornAtMs } of host.active) {
    if (effect?.clock === undefined || atMs < bornAtMs) continue;
    const { offsetMs, driftPartsPerMillion } = effect.clock;
    shownMs += offsetMs + Math.round(((atMs - bornAtMs) * driftPartsPerMillion) / MILLION);
  }
  return shownMs;
}
