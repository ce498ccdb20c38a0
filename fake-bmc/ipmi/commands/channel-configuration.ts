// How the LAN channel is configured, as consoles wrote it: kept over every start of the controller.
//
// Divergence from reality
// - The service listens where it was started, whatever address is written: it tells the new one, and can still be reached at the old.
// - VLAN, ARP, gateways and community are told again, and change nothing.

import { PRIVILEGE } from '../session/account.ts';

/** Who may use the channel, and how far. */
export interface ChannelAccess {
  /** Access mode, and which kinds of authentication and alerts are off, as written. */
  readonly mode: number;
  /** The highest that any session may have. */
  readonly privilegeMax: number;
}

const ALWAYS_AVAILABLE = 0x02;
/** Half a byte for each suite: 0 is not to be used; above the standard's levels lie those of makers. */
const UNUSED = 0;

export class ChannelConfiguration {
  /** LAN parameters that were written, by their numbers. */
  readonly parameters = new Map<number, Uint8Array>();
  access: ChannelAccess = { mode: ALWAYS_AVAILABLE, privilegeMax: PRIVILEGE.administrator };
  /** Of local time from UTC; not told: nobody set it. */
  utcOffsetMinutes: number | 'not told' = 0;
  /** By the places of the suites in their list; absent: all up to the highest. */
  suitePrivileges: readonly number[] | undefined;

  /** The highest that sessions of the suite in this place may have; 0: there are none. */
  suitePrivilege(place: number): number {
    const level = this.suitePrivileges?.[place] ?? PRIVILEGE.administrator;
    return level === UNUSED ? UNUSED : Math.min(level, PRIVILEGE.administrator);
  }
}
