// What the stand-in for the baremetal operator remembers of one host between decisions, and how facts enter it. All hints:
// after a crash it asks the BMC again before it does anything. As in the product, the back-off after errors is forgotten then.

import type { PowerState } from '../actions.ts';
import type { Fact, OperationEnd, PowerReading } from '../facts.ts';

/** A power command on its way, or with its end not yet checked by a reading. */
export interface Command {
  readonly operationId: string;
  readonly power: PowerState;
  readonly mode: 'soft' | 'hard';
  readonly startedAtMs: number;
  readonly end: OperationEnd | undefined;
}

/** A deployment or a cleaning. */
export interface Operation {
  readonly operationId: string;
  readonly startedAtMs: number;
  readonly end: OperationEnd | undefined;
}

/** A wish and an instant: since when it is known, or when it failed last. */
export interface Wished {
  readonly atMs: number;
  readonly intent: string;
}

export interface HostMemory {
  /** The standing power poll runs. */
  readonly watching: boolean;
  /** Last reading that may be believed. */
  readonly reading: PowerReading | undefined;
  /** When the BMC was first asked in vain; counts only while the last reading says so. */
  readonly silentFromMs: number;
  /** Readings asked before this prove nothing: a command was on its way. */
  readonly believeFromMs: number;
  /** A single reading is on its way. */
  readonly asked: boolean;
  readonly command: Command | undefined;
  readonly operation: Operation | undefined;
  /** Since when the present wish is known: a BMC that was silent before is asked again for it. */
  readonly wish: Wished | undefined;
  /** The last failure: the same wish waits for its back-off. */
  readonly failure: Wished | undefined;
  /** The BMC refused to ask the operating system: the next power-off is hard. */
  readonly softRefused: boolean;
  /** With disablePowerOff: the request that a power cycle has answered. */
  readonly cycledFor: string;
  /** With disablePowerOff: the off half of a power cycle is done. */
  readonly cycleIsOff: boolean;
  /** No provisioning slot was free; asked again then. */
  readonly delayedUntilMs: number;
}

export const EMPTY_MEMORY: HostMemory = {
  watching: false,
  reading: undefined,
  silentFromMs: 0,
  believeFromMs: 0,
  asked: false,
  command: undefined,
  operation: undefined,
  wish: undefined,
  failure: undefined,
  softRefused: false,
  cycledFor: '',
  cycleIsOff: false,
  delayedUntilMs: 0,
};

export function absorb(memory: HostMemory, facts: readonly Fact[]): HostMemory {
  let next = memory;
  for (const fact of facts) next = absorbOne(next, fact);
  return next;
}

function absorbOne(memory: HostMemory, fact: Fact): HostMemory {
  switch (fact.fact) {
    case 'power':
      if (fact.reading.askedAtMs < memory.believeFromMs) return memory;
      return { ...memory, reading: fact.reading, asked: false, silentFromMs: silentFrom(memory, fact.reading) };
    case 'operation':
      return ended(memory, fact.operationId, fact.end, fact.atMs);
    case 'outcome':
      return notStarted(memory, fact.action);
    case 'fence':
    case 'fresh':
      return memory;
  }
}

/** 0 while the BMC answers. */
function silentFrom({ silentFromMs }: HostMemory, { power, askedAtMs }: PowerReading): number {
  if (power !== 'unreachable') return 0;
  return silentFromMs === 0 ? askedAtMs : silentFromMs;
}

/** What was read while it was on its way is forgotten: only a reading asked from now on says how it ended. */
function ended(memory: HostMemory, operationId: string, end: OperationEnd, atMs: number): HostMemory {
  const after = { ...memory, reading: undefined, asked: false, believeFromMs: atMs };
  if (memory.command?.operationId === operationId) return { ...after, command: { ...memory.command, end } };
  if (memory.operation?.operationId === operationId) return { ...after, operation: { ...memory.operation, end } };
  return memory;
}

/** The interpreter did not start an effect: it was refused, or the guard could not be read. */
function notStarted(memory: HostMemory, action: string): HostMemory {
  if (action.startsWith('setPower ')) return { ...memory, command: undefined };
  if (/^(?:inspect|provision|deprovision) /.test(action)) return { ...memory, operation: undefined };
  return memory;
}
