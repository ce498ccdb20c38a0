// What a controller keeps that only IPMI knows: reservations, and the boot parameters beside the boot flags. A reset empties it.

const NONE = 0;

export class ControllerMemory {
  #sdrReservation = NONE;
  #logReservation = NONE;
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
    return reservation !== NONE && reservation === this.#sdrReservation;
  }

  holdsLog(reservation: number): boolean {
    return reservation !== NONE && reservation === this.#logReservation;
  }

  /** The log is another one: whoever reads on has to begin again. */
  cancelLog(): void {
    this.#logReservation = next(this.#logReservation);
  }

  clear(): void {
    this.#sdrReservation = NONE;
    this.#logReservation = NONE;
    this.bootParameters.clear();
  }
}

function next(reservation: number): number {
  return (reservation & 0xffff) === 0xffff ? 1 : reservation + 1;
}
