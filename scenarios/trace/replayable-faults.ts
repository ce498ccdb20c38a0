// Faults that a trace may name: they strike one host, and how long they last can be recorded.

import type { FaultName } from '../../sim/config.ts';
import { addressOf, FAULTS } from '../../sim/faults/catalogue.ts';

export const REPLAYABLE: ReadonlyMap<string, FaultName> = new Map(
  FAULTS.filter(
    ({ name, reaches, endsByItsCourse }) =>
      addressOf(name) === 'host' && reaches === undefined && endsByItsCourse !== true,
  ).map(({ name }) => [name, name]),
);

/** Names of faults that have a length of their own and strike one host. */
export const REPLAYABLE_FAULTS: readonly FaultName[] = [...REPLAYABLE.values()];
