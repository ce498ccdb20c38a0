// Defaults of the scenario language itself. Defaults of the world are in sim/defaults.ts.

import { DEFAULT_DISK_BYTES } from '../sim/defaults.ts';
import type { MetricName } from '../sim/result.ts';

/** Assumption: how long a study lasts and how often it is repeated when nothing says it. */
export const STUDY_DEFAULTS = {
  durationMs: 365 * 86_400_000,
  /** From an imported state; what the dump says is forgotten after some weeks. */
  fromNowDurationMs: 30 * 86_400_000,
  replications: 100,
  /** Differences below 5 % of the worse policy's value matter to nobody. */
  minimumEffect: 0.05,
  primaryMetric: 'workloadUnavailableMs',
  seed: 'metaltwin',
} as const satisfies {
  durationMs: number;
  fromNowDurationMs: number;
  replications: number;
  minimumEffect: number;
  primaryMetric: MetricName;
  seed: string;
};

/** Assumption: a usual two-socket server with two data disks, in one zone. */
export const GROUP_DEFAULTS = {
  hardware: 'server',
  cpu: 64,
  memoryBytes: 256 * 2 ** 30,
  dataDisks: 2,
  diskBytes: DEFAULT_DISK_BYTES,
  zones: 1,
} as const;

/** Assumption: a small service. */
export const WORKLOAD_DEFAULTS = {
  namespace: 'workloads',
  cpu: 2,
  memoryBytes: 8 * 2 ** 30,
  /** Kubernetes default. */
  terminationGracePeriodSeconds: 30,
} as const;
