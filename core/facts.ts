// What comes back from the world. A fact is a hint in a controller's memory: the truth that matters is in API objects.

import type { PowerState } from './actions.ts';
import type { KubeObject, ObjectKey } from './api/object.ts';

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/**
 * Outcome of a write, an effect or a read. `unknown` (time-out, lost reply, crash) is neither success nor failure: it is
 * followed by an observation, never by a repetition.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly object?: KubeObject }
  | {
      readonly kind: 'refused';
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      /** `details.causes` of the Status, where the server gives any: an eviction's `DisruptionBudget`, an invalid field. */
      readonly causes?: readonly StatusCause[];
      /** `details.retryAfterSeconds`: the server asks to come again, and not before. */
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * How far the host's firmware says that the last start has come: the coarse form of Redfish ComputerSystem.BootProgress
 * .LastState. It is the last thing that was reported, not the present: a system that hangs stays at `osRunning`.
 */
export type BootProgress = 'none' | 'firmware' | 'osBoot' | 'osRunning';

/**
 * What a BMC said about power. Only a reading *asked after* the command took effect proves anything; `unreachable` is a
 * third state and never counts as off.
 */
export interface PowerReading {
  readonly power: PowerState | 'unreachable';
  readonly askedAtMs: number;
  readonly readAtMs: number;
  /**
   * The system that answered: Redfish ComputerSystem.UUID, IPMI Get System GUID, in the form in which the operating system
   * prints it (`status.nodeInfo.systemUUID` of its Node). Absent where the BMC does not tell, and with `unreachable`.
   */
  readonly systemUuid?: string;
  /** Absent where the BMC does not tell (IPMI, older Redfish), and with `unreachable`. */
  readonly bootProgress?: BootProgress;
  /**
   * New firmware is being written to the system, by its management controller's own word: Redfish ComputerSystem.Status.State
   * `Updating`. Absent otherwise, where it does not tell (IPMI, many a controller), and with `unreachable`.
   */
  readonly isUpdating?: true;
}

/** Why an operation that takes time ended. `failed` is a definite answer, `unknown` is not. */
export type OperationEnd =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

export type Fact =
  | { readonly fact: 'power'; readonly host: ObjectKey; readonly reading: PowerReading }
  | {
      readonly fact: 'operation';
      readonly host: ObjectKey;
      readonly operationId: string;
      readonly end: OperationEnd;
      readonly atMs: number;
    }
  /** A fence agent ended. `unknown`: it was killed when its time was over, and what it did is not known. */
  | { readonly fact: 'fence'; readonly node: string; readonly operationId: string; readonly end: OperationEnd }
  | {
      readonly fact: 'fresh';
      readonly kindKey: string;
      readonly key: ObjectKey;
      readonly object: KubeObject | undefined;
    }
  | { readonly fact: 'outcome'; readonly action: string; readonly outcome: Outcome };
