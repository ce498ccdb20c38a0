// What the outages of provisioning services have in common: the service is away, wherever it runs, until it is started again. A
// scenario says where each runs (`provisioning.services`); where it does not, there is nothing to put out.

import type { FaultClassConfig } from '../config.ts';
import type { ServiceName } from '../provisioning/services-config.ts';
import type { LetGo } from './fault-definition.ts';
import type { FaultParts } from './fault-parts.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from './usual-values.ts';

export const SERVICE_OUTAGE: FaultClassConfig = {
  perYear: 0,
  gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
  durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody has found it and started it.
  cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the fault means it.
};

/** The `begins` of an outage. */
export function puttingOut(name: ServiceName): (parts: FaultParts) => LetGo | undefined {
  return ({ services }) => services?.putOut(name);
}
