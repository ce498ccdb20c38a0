// Failures of a trace happen again, on the hosts and at the instants that it has.

import { assert } from '../../core/assert.ts';
import type { RecordedFault, SimConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { cureLevelOf } from './fault.ts';
import { type FaultKind, type FaultKinds, kindOf } from './fault-kinds.ts';

export interface RecordedParts {
  readonly kernel: Kernel;
  readonly config: Pick<SimConfig, 'replay' | 'startMs'>;
  readonly draws: Draws;
  readonly kinds: FaultKinds;
  /** Index of a host that the trace names. */
  readonly indexOfHost: (name: string) => number;
  readonly strike: (host: number, kind: FaultKind) => void;
}

export class RecordedFailures {
  private readonly parts: RecordedParts;
  private readonly happens: Opcode;

  constructor(parts: RecordedParts) {
    this.parts = parts;
    this.happens = parts.kernel.register('recorded failure', (index) => this.again(index));
  }

  start(): void {
    this.schedule(0);
  }

  /** One after the other: a trace may have more failures than a run has events. */
  private schedule(index: number): void {
    const { kernel, config } = this.parts;
    const next = config.replay?.[index];
    if (next !== undefined) kernel.schedule(config.startMs + next.atMs, this.happens, index);
  }

  private again(index: number): void {
    const { config, indexOfHost, strike } = this.parts;
    const recorded = config.replay?.[index];
    assert(recorded !== undefined, 'a recorded failure is in the trace');
    const host = indexOfHost(recorded.host);
    strike(host, this.kindOf(recorded, index, host));
    this.schedule(index + 1);
  }

  private kindOf({ fault: name, host, forMs, severity }: RecordedFault, index: number, subject: number): FaultKind {
    const { durationMs, cures, parameters } = this.parts.kinds.classOf(name, subject);
    const stream = this.parts.draws.stream(host, `recorded failure ${index}`);
    const drawn = cureLevelOf(forMs === undefined ? cures : { ...cures, itself: 0 }, stream.at(0));
    const level = severity === 'any' && forMs !== undefined ? 'itself' : drawn;
    const kind = kindOf(name, { level, lastsMs: forMs ?? sample(durationMs, stream.at(1)), parameters });
    return forMs === undefined ? kind : { ...kind, passes: true };
  }
}
