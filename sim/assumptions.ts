// The inputs that no published source settles, with priors. lab/ draws them to see whether a verdict survives, and sweeps
// the first for its break-even. Priors are judgements, stated here so that they can be argued with.

import { INPUTS_ON_REQUEST } from './assumptions-on-request.ts';
import type { CureShares, FaultClass, FaultClassConfig, PolicyConfig, SimConfig } from './config.ts';
import { centre, type Distribution, recentred, scaled } from './kernel/distributions.ts';

export interface AssumedInput {
  /** Stable name, as in reports and on the command line. */
  readonly name: string;
  readonly meaning: string;
  readonly unit: 'share' | 'perHostYear' | 'ms' | 'bytesPerSecond' | 'perSecond' | 'factor' | 'count';
  readonly prior: Distribution;
  /** Whether anything in a study of these policies hangs on it; absent: in every study. */
  isUsed?(config: SimConfig, policies: readonly PolicyConfig[]): boolean;
  /** The value that a config has now. */
  valueIn(config: SimConfig): number;
  /** The config with another value; everything else unchanged and shared. */
  apply(config: SimConfig, value: number): SimConfig;
}

/** Faults of which nobody knows beforehand whether a reboot will do. */
const DOUBTFUL: readonly FaultClass[] = ['osHang', 'kubeletDead', 'hostDead'];

/** Share of the doubtful faults of a config that a power cycle ends, weighted by their rates; by a trace where nothing else comes. */
function rebootShare(config: SimConfig): number {
  let weight = 0;
  let cured = 0;
  for (const name of DOUBTFUL) {
    const { perYear, cures } = config.faults.classes[name];
    weight += perYear;
    cured += perYear * cures.powerCycle;
  }
  if (weight > 0) return cured / weight;
  for (const { fault } of config.replay ?? []) {
    const name = DOUBTFUL.find((doubtful) => doubtful === fault);
    if (name === undefined) continue;
    weight++;
    cured += config.faults.classes[name].cures.powerCycle;
  }
  return weight === 0 ? 0 : cured / weight;
}

/** Every doubtful class gets the same share; what a reboot does not cure keeps its split between reprovision and person. */
function withRebootShare(cures: CureShares, share: number): CureShares {
  const rest = 1 - cures.powerCycle;
  const reprovisionOfRest = rest <= 0 ? 1 : (cures.reprovision - cures.powerCycle) / rest;
  return {
    itself: Math.min(cures.itself, share),
    reboot: share,
    powerCycle: share,
    reprovision: share + (1 - share) * reprovisionOfRest,
  };
}

type Classes = SimConfig['faults']['classes'];
type ChangeClass = (before: FaultClassConfig) => FaultClassConfig;

/** The named classes changed, for all hosts and where a hardware model has its own. */
function withClasses(config: SimConfig, names: readonly FaultClass[], change: ChangeClass): SimConfig {
  const changed = <T extends Partial<Classes>>(classes: T): T => {
    const next: { -readonly [name in FaultClass]?: FaultClassConfig } = {};
    for (const name of names) {
      const before = classes[name];
      if (before !== undefined) next[name] = change(before);
    }
    return { ...classes, ...next };
  };
  const { classes, byHardware } = config.faults;
  const models =
    byHardware === undefined
      ? {}
      : {
          byHardware: Object.fromEntries(Object.entries(byHardware).map(([model, own]) => [model, changed(own)])),
        };
  return { ...config, faults: { ...config.faults, classes: changed(classes), ...models } };
}

type Stage = 'firmwareMs' | 'osBootMs' | 'joinMs' | 'imageWriteMs';

/** The named stages of every hardware model, stretched. */
function withStages(config: SimConfig, stages: readonly Stage[], factor: number): SimConfig {
  const hardware = Object.entries(config.hardware).map(([name, model]) => {
    const stretched = stages.map((stage) => [stage, scaled(model[stage], factor)] as const);
    return [name, { ...model, ...Object.fromEntries(stretched) }] as const;
  });
  return { ...config, hardware: Object.fromEntries(hardware) };
}

/** Assumption for every prior here and in assumptions-on-request.ts: half to double of the default, unless its line says otherwise. */
export const ASSUMED_INPUTS: readonly AssumedInput[] = [
  {
    name: 'rebootCures',
    meaning: 'share of hangs, dead kubelets and dead hosts that a power cycle cures',
    unit: 'share',
    // Assumption: 0.3 to 0.95, our own judgement; no published split exists.
    prior: { kind: 'triangular', min: 0.3, mode: 0.675, max: 0.95 },
    valueIn: rebootShare,
    apply: (config, value) =>
      withClasses(config, DOUBTFUL, (fault) => ({ ...fault, cures: withRebootShare(fault.cures, value) })),
  },
  {
    name: 'selfHealingPerHostYear',
    meaning: 'outages per host-year that pass by themselves',
    unit: 'perHostYear',
    prior: { kind: 'lognormal', median: 25, sigma: 0.7 },
    valueIn: (config) => config.faults.classes.selfHealingOutage.perYear,
    apply: (config, value) => withClasses(config, ['selfHealingOutage'], (fault) => ({ ...fault, perYear: value })),
  },
  {
    name: 'selfHealingMedianMs',
    meaning: 'median length of an outage that passes by itself',
    unit: 'ms',
    prior: { kind: 'lognormal', median: 60_000, sigma: 0.7 },
    valueIn: (config) => centre(config.faults.classes.selfHealingOutage.durationMs),
    apply: (config, value) =>
      withClasses(config, ['selfHealingOutage'], (fault) => ({
        ...fault,
        durationMs: recentred(fault.durationMs, value),
      })),
  },
  {
    name: 'bootFactor',
    meaning: 'all boot stages, as a multiple of the configured ones',
    unit: 'factor',
    prior: { kind: 'lognormal', median: 1, sigma: 0.4 },
    valueIn: () => 1,
    apply: (config, value) => withStages(config, ['firmwareMs', 'osBootMs', 'joinMs'], value),
  },
  {
    name: 'imageWriteFactor',
    meaning: 'time to write an image, as a multiple of the configured one',
    unit: 'factor',
    prior: { kind: 'lognormal', median: 1, sigma: 0.5 },
    valueIn: () => 1,
    apply: (config, value) => withStages(config, ['imageWriteMs'], value),
  },
  {
    name: 'resyncRateFactor',
    meaning: 'resync bandwidth, as a multiple of the configured one',
    unit: 'factor',
    prior: { kind: 'lognormal', median: 1, sigma: 0.7 },
    valueIn: () => 1,
    apply: (config, value) => ({
      ...config,
      pools: config.pools.map((pool) => ({
        ...pool,
        resyncBytesPerSecond: pool.resyncBytesPerSecond * value,
        resyncBytesPerSecondPerHost: pool.resyncBytesPerSecondPerHost * value,
      })),
    }),
  },
  {
    name: 'lateNoticeMs',
    meaning: 'median time until somebody sees a broken node that nobody escalated',
    unit: 'ms',
    prior: { kind: 'lognormal', median: 8 * 3_600_000, sigma: 0.7 },
    valueIn: (config) => centre(config.people.lateNoticeMs),
    apply: (config, value) => ({
      ...config,
      people: { ...config.people, lateNoticeMs: recentred(config.people.lateNoticeMs, value) },
    }),
  },
  ...INPUTS_ON_REQUEST,
];

/** Those that anything in a study of these policies hangs on. */
export function inputsUsed(
  inputs: readonly AssumedInput[],
  config: SimConfig,
  policies: readonly PolicyConfig[],
): readonly AssumedInput[] {
  return inputs.filter((input) => input.isUsed?.(config, policies) ?? true);
}
