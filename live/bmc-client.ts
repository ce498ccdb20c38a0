// What a client of one management controller can do, whichever protocol it speaks: read the power, and ask for a change of it. It
// never rejects. Waiting until a change has come, and trying again what a controller refuses for a while, are LiveBmc's.

import type { PowerState } from '../core/actions.ts';
import type { BootProgress } from '../core/facts.ts';

/** On, off by force, or off by the operating system. */
export type PowerChange = 'on' | 'forceOff' | 'gracefulShutdown';

/** There is no answer that can be understood. */
export interface Lost {
  readonly kind: 'lost';
  readonly message: string;
  /** The request may have reached the controller. */
  readonly mayHaveArrived: boolean;
}

export interface Refused {
  readonly kind: 'refused';
  readonly message: string;
  /** Another try later may be answered otherwise. */
  readonly mayPass: boolean;
  /** When the controller says so. */
  readonly retryAfterMs?: number;
}

export interface PowerRead {
  readonly kind: 'read';
  /** Undefined: the controller answers, and its state is neither on nor off. */
  readonly power: PowerState | undefined;
  /** Lower case. */
  readonly systemUuid?: string;
  readonly bootProgress?: BootProgress;
  readonly isUpdating?: true;
}

export type PowerAnswer = PowerRead | Refused | Lost;
/** `accepted`: the change may still take its time, or not come at all. */
export type ChangeAnswer = { readonly kind: 'accepted' } | Refused | Lost;

export interface BmcClient {
  readPower(): Promise<PowerAnswer>;
  changePower(change: PowerChange): Promise<ChangeAnswer>;
  /** Gives back what the controller keeps for this client. Never rejects. */
  close(): Promise<void>;
}

export interface BmcCredentials {
  readonly user: string;
  readonly password: string;
}
