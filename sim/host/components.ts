// The parts that a host is made of: how long they live, at what age they are when we start to look, and how many of a kind may
// die before the host feels it. A dead part is replaced by a new one.
//
// Divergence from reality
// - Lifetimes are Weibull and independent of each other, of heat and of load; the frailty of a host makes all its parts alike.
// - The next part of a kind begins its life when the last one dies, not when somebody puts it in: when parts die does not depend
//   on a policy.
// - Parts age by the calendar, also in a host that is off.

import type { Distribution } from '../kernel/distributions.ts';
import { YEAR_MS } from '../kernel/time-units.ts';

/** In the order in which they are drawn. Data disks are counted by the host, everything else by its hardware model. */
export const COMPONENT_NAMES = [
  'dataDisk',
  'systemDisk',
  'memoryModule',
  'powerSupply',
  'networkCard',
  'systemBoard',
  'processor',
  'bmc',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

export interface ComponentConfig {
  /** How many a host has; of data disks the host itself says it. */
  readonly count: number;
  /** How many may be dead at once before the host feels it, below `count`. */
  readonly spare: number;
  /** Deaths per part and year, on average over the first `SERVICE_YEARS` of its life. 0: they live for ever. */
  readonly perYear: number;
  /** Of the Weibull lifetime: 1 has no memory, above 1 wears out, below 1 dies young. */
  readonly shape: number;
  /** At the start, of every part that a host has then. */
  readonly ageMs: Distribution;
}

export type ComponentsConfig = Readonly<Record<ComponentName, ComponentConfig>>;

/** Years over which `perYear` is a mean: how long servers are kept. */
export const SERVICE_YEARS = 5;

/**
 * Scale of the Weibull lifetime in ms: its cumulative hazard over the years of service is `perYear` times those years.
 * @param frailty factor on the hazard, above 0.
 */
export function lifetimeScaleMs({ perYear, shape }: ComponentConfig, frailty: number): number {
  return (SERVICE_YEARS * YEAR_MS) / (SERVICE_YEARS * perYear * frailty) ** (1 / shape);
}

/**
 * What a part of this age has left, in ms, for a uniform `u` from 0 to below 1: one uniform number gives one lifetime.
 * @param frailty as above.
 */
export function remainingLifeMs(config: ComponentConfig, frailty: number, ageMs: number, u: number): number {
  if (config.perYear === 0) return Infinity;
  const scaleMs = lifetimeScaleMs(config, frailty);
  const hazardSoFar = (ageMs / scaleMs) ** config.shape;
  return scaleMs * (hazardSoFar - Math.log1p(-u)) ** (1 / config.shape) - ageMs;
}
