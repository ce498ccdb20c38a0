// Bmc: power of hosts through their management controllers. Sessions, ETags, tasks and retries of one call live in the
// adapter: core sees one command with one end, and readings.

import type { PowerState } from '../actions.ts';
import type { ObjectKey } from '../api/object.ts';
import type { OperationEnd, PowerReading } from '../facts.ts';

export interface PowerCommand {
  /** BareMetalHost whose BMC is meant. */
  readonly host: ObjectKey;
  readonly power: PowerState;
  readonly mode: 'soft' | 'hard';
  readonly operationId: string;
  /** Who asks, where it is not the controller of the host: a fence agent, beside the objects. */
  readonly by?: 'fence-agent';
}

export interface Bmc {
  /**
   * Starts a power change. `ended` is called exactly once, when the BMC confirmed the new state, refused, or did not
   * answer in time (`unknown`: the command may or may not have taken effect). A command with an operationId that was
   * already accepted is not executed again; its `ended` hears the end of the first.
   */
  setPower(command: PowerCommand, ended: (end: OperationEnd, atMs: number) => void): void;
  /**
   * One reading. `unreachable` is whatever is no answer: silence after the time-out, a refusal, a state that is neither on nor off.
   * `by`: who asks, where it is not the controller of the host.
   */
  observePower(host: ObjectKey, done: (reading: PowerReading) => void, by?: PowerCommand['by']): void;
  /**
   * Standing poll every `everyMs`: `changed` is called at the first poll that reads another power or another system than the
   * last one reported, and at the first poll of all; boot progress alone is not told. Returns a function that stops it.
   */
  watchPower(host: ObjectKey, everyMs: number, changed: (reading: PowerReading) => void): () => void;
}
