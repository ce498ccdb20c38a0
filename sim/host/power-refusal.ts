// What a host's own firmware does not let anybody do with its power, whoever asks its management controller for it: it does not start
// what is too hot, and it changes nothing while new firmware is being written.
//
// Divergence from reality
// - All firmware refuses to start a host that is too hot. Some asks whoever switches it on to wait, some starts and gives in again
//   within seconds, and some switches itself on when it has become cool; here a person does.
// - Every controller that speaks Redfish says so of its system (Status.State Updating); many tell of a task of their UpdateService only.
// - Temperatures have no degrees: a host is too hot, or it is not.

import type { Refusal } from './bmc/requests.ts';
import { type Host, suffers } from './host.ts';

/**
 * Source: HP 9000 rp7420 User Service Guide, "Power Control": in an overtemp high condition no power is applied; Fujitsu iRMC S2/S3,
 * "Thermal power-on prohibition"; the message of the DMTF's registry Environmental. Assumption: the status is that of a conflict
 * with the state of the system.
 */
const TOO_HOT: Refusal = { code: 409, messageId: 'Environmental.1.0.TemperatureAboveUpperFatalThreshold' };

/** Assumption: as the standard's Base registry says of what is in use or in transition. */
const UPDATING: Refusal = { code: 409, messageId: 'ResourceInUse' };

/** The answer to whoever wants to change the power of this host, if it is no: `down` also by a reset. */
export function powerRefusalOf(host: Host, to: 'up' | 'down'): Refusal | undefined {
  if (to === 'up' && host.tooHot) return TOO_HOT;
  return isUpdating(host) ? UPDATING : undefined;
}

/** New firmware is being written: it stands in its start until that is done. */
export function isUpdating(host: Host): boolean {
  return host.stopped !== undefined && suffers(host, 'holdsPower');
}

/** As an operator reads it. */
export function refusalText({ code, messageId }: Refusal): string {
  return `BMC refused: ${code} ${messageId}`;
}
