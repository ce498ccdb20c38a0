// What the faults of management controllers have in common: they change one controller, which is a plain one of its own from then on
// where it was ideal before, and nothing that is done to its host ends them.

import type { TraitChanges } from '../host/bmc/traits.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import type { FaultParameter, FaultParameters, ValuesOf } from './fault-parameter.ts';
import type { FaultParts } from './fault-parts.ts';

/** What they state alike: they come where a scenario asks for them, and no boot of the host ends them. */
export const BMC_FAULT = {
  family: 'BMC',
  strikes: 'bmc',
  background: 'onRequest',
  systemGoesOn: true,
  outlivesBoots: true,
} as const;

/** Of those that refuse logins. */
export const KEEPS_SESSIONS = {
  kind: 'yesNo',
  field: 'keepsSessions',
  says: 'whoever has a session goes on with it',
  default: false,
  source: 'Assumption: a fault that nobody meets would make every policy look good',
} as const satisfies FaultParameter;

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
