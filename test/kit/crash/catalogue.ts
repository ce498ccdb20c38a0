// The flows that are struck at every point, and what each must have put at stake before a strike proves anything.

import type { Flow } from './crash-points.ts';
import {
  budgetChange,
  deadBmc,
  escalate,
  maintenance,
  policySwap,
  queue,
  reboot,
  recovers,
  replace,
  replaceTogether,
  reprovision,
  selfFencing,
  together,
} from './flows.ts';

export interface StruckFlow {
  readonly flow: () => Flow;
  /** Invariants that the undisturbed flow could have broken. */
  readonly atStake: readonly string[];
  /** Struck by `npm run test:long` only. */
  readonly long?: true;
}

const ALWAYS = ['S1', 'S4', 'S5', 'B1', 'B2', 'B3', 'B4', 'B8', 'B11', 'L2', 'L4'];
const POWER = [...ALWAYS, 'S2', 'S3', 'S7', 'S9', 'S11', 'S12', 'S13', 'S16', 'S19', 'B12'];
const REBOOT = [...POWER, 'S6', 'S8', 'S21', 'L3'];

/** By the name of their test: `test/crash/NAME.test.ts`, or `test/long/crash-NAME.test.ts`. */
export const CATALOGUE = {
  reboot: { flow: () => reboot(), atStake: REBOOT },
  'reboot-openshift': { flow: () => reboot('openshift'), atStake: REBOOT, long: true },
  queue: { flow: queue, atStake: REBOOT },
  recovers: { flow: recovers, atStake: REBOOT },
  together: { flow: together, atStake: REBOOT },
  escalate: { flow: escalate, atStake: REBOOT },
  replace: { flow: replace, atStake: [...POWER, 'S6', 'S8', 'S17'] },
  'replace-together': { flow: replaceTogether, atStake: [...POWER, 'S17'] },
  reprovision: { flow: reprovision, atStake: [...POWER, 'S17'] },
  'dead-bmc': { flow: deadBmc, atStake: ALWAYS },
  'self-fencing': { flow: selfFencing, atStake: [...ALWAYS, 'S2', 'S7', 'S12', 'S16', 'S19', 'S20', 'S21'] },
  maintenance: { flow: maintenance, atStake: REBOOT },
  'budget-change': { flow: budgetChange, atStake: [...REBOOT, 'B6', 'B10'] },
  'policy-swap': { flow: policySwap, atStake: REBOOT },
} as const satisfies Readonly<Record<string, StruckFlow>>;

export type FlowName = keyof typeof CATALOGUE;
