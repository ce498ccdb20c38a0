// What a controller keeps that only IPMI knows: reservations, and the boot parameters beside the boot flags. A reset empties it.

export class ControllerMemory {
  #sdrReservation = 0;
  #logReservation = 0;
  /** Boot option parameters as they were written, by selector. */
  readonly bootParameters = new Map<number, Uint8Array>();

  reserveRecords(): number {
    this.#sdrReservation = next(this.#sdrReservation);
    return this.#sdrReservation;
  }

  reserveLog(): number {
    this.#logReservation = next(this.#logReservation);
    return this.#logReservation;
  }

  holdsRecords(reservation: number): boolean {
    return reservation === this.#sdrReservation;
  }

  holdsLog(reservation: number): boolean {
    return reservation === this.#logReservation;
  }

  /** The log is another one: whoever reads on has to begin again. */
  cancelLog(): void {
    this.#logReservation = next(this.#logReservation);
  }

  clear(): void {
    this.#sdrReservation = 0;
    this.#logReservation = 0;
    this.bootParameters.clear();
  }
}

/** 0 is no reservation. */
function next(reservation: number): number {
  return (reservation & 0xffff) === 0xffff ? 1 : reservation + 1;
}
