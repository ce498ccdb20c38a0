// What the faults of management controllers have in common: they change one controller, which is a plain one of its own from then on
// where it was ideal before, and nothing that is done to its host ends them.

import type { FaultClassConfig } from '../config.ts';
import type { TraitChanges } from '../host/bmc/traits.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import type { FaultParameters, ValuesOf } from './fault-parameter.ts';
import type { FaultParts } from './fault-parts.ts';
import { CALENDAR_SHAPE, HOUR_MS } from './usual-values.ts';

/** It passes, or somebody resets the controller. */
export const PASSING: FaultClassConfig = {
  perYear: 0,
  gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
  durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: until somebody or something resets it.
  cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the fault means it.
};

/** Settings, defects and credentials stay until a person sets them right. */
export const LASTING: FaultClassConfig = {
  perYear: 0,
  gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
  durationMs: { kind: 'constant', value: 0 },
  cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }, // Assumption: the fault means it.
};

/** The `begins` of a fault that changes a controller for as long as it lasts. */
export function afflicting<P extends FaultParameters>(changes: (told: ValuesOf<P>) => TraitChanges) {
  return (parts: FaultParts, fault: StruckFault<P>): LetGo => afflict(parts, fault, changes(fault.parameters));
}

/** Changes the controller that a fault strikes; the returned function ends that. */
export function afflict({ bmc, crew }: FaultParts, fault: StruckFault, changes: TraitChanges): LetGo {
  const { id, subject, level, class: name } = fault;
  bmc.controllers.afflict(subject, id, changes);
  if (level === 'person') crew.noticeLate(subject, name);
  return () => bmc.controllers.relieve(subject, id);
}
