// What a controller keeps that only IPMI knows, and only until its next start: reservations, boot parameters beside the boot flags, sets
// of parameters that are being written, how the channel may be used at present.

import type { ChannelAccess } from './channel-configuration.ts';

const NONE = 0;

export class ControllerMemory {
  private sdrReservation = NONE;
  private logReservation = NONE;
  /** Boot option parameters as they were written, by selector. */
  readonly bootParameters = new Map<number, Uint8Array>();
  readonly lockedBootParameters = new Set<number>();
  bootSetInProgress = false;
  lanSetInProgress = false;
  /** Undefined: as it is kept for good. */
  channelAccess: ChannelAccess | undefined;

  reserveRecords(): number {
    this.sdrReservation = next(this.sdrReservation);
    return this.sdrReservation;
  }

  reserveLog(): number {
    this.logReservation = next(this.logReservation);
    return this.logReservation;
  }

  holdsRecords(reservation: number): boolean {
    return reservation !== NONE && reservation === this.sdrReservation;
  }

  holdsLog(reservation: number): boolean {
    return reservation !== NONE && reservation === this.logReservation;
  }

  /** The log is another one: whoever reads on has to begin again. */
  cancelLog(): void {
    this.logReservation = next(this.logReservation);
  }
}

function next(reservation: number): number {
  return (reservation & 0xffff) === 0xffff ? 1 : reservation + 1;
}
