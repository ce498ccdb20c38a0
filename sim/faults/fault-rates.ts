// How often things break on average, by truth: what a figure of expected losses is made of. The births themselves are drawn in
// fault-weather.ts; these are the means of the same streams.
//
// Divergence from reality: gaps that cluster and disks that wear count with their mean rate, and so do hosts that are down under `clock: operating`.

import type { SimConfig } from '../config.ts';
import type { Draws } from '../kernel/rng.ts';
import { normalQuantile } from '../kernel/special-functions.ts';
import { YEAR_MS } from '../kernel/time-units.ts';

/** Lognormal factor with mean 1 on all rates of one host; `entity` is its BareMetalHost, as `namespace/name`. */
export function frailtyOf(draws: Draws, entity: string, sigma: number): number {
  if (sigma === 0) return 1;
  const z = normalQuantile(draws.stream(entity, 'frailty').at(0));
  return Math.exp(sigma * z - (sigma * sigma) / 2);
}

/** By host: failures of any of its data disks per millisecond. */
export function diskFailuresPerMs(config: SimConfig, draws: Draws, entities: readonly string[]): Float64Array {
  const { classes, byHardware, frailtySigma } = config.faults;
  return Float64Array.from(config.hosts, ({ hardware, dataDisks }, host) => {
    const ofClass = byHardware?.[hardware]?.diskFailure ?? classes.diskFailure;
    const { perYear } = config.hardware[hardware]?.components?.dataDisk ?? ofClass;
    if (perYear * dataDisks === 0) return 0;
    return (perYear * dataDisks * frailtyOf(draws, entities[host] ?? '', frailtySigma)) / YEAR_MS;
  });
}
