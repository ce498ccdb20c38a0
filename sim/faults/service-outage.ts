// What the outages of provisioning services have in common: the service is away, wherever it runs, until it is started again. A
// scenario says where each runs (`provisioning.services`); where it does not, there is nothing to put out.

import type { ServiceName } from '../provisioning/services-config.ts';
import { SERVICE_DOWN } from './defaults.ts';
import type { LetGo } from './fault-definition.ts';
import type { FaultParts } from './fault-parts.ts';

export const SERVICE_OUTAGE = {
  family: 'P',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_DOWN,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
} as const;

/** The `begins` of an outage. */
export function puttingOut(name: ServiceName): (parts: FaultParts) => LetGo | undefined {
  return ({ services }) => services?.putOut(name);
}
