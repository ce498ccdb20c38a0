// Faults that come and go: while one is shown, it takes effect and rests in turn. Both lengths are draws of the host, by the
// fault's class and instant of birth, so that no policy shifts them.

import type { Fault } from '../faults/fault.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Host } from './host.ts';

interface Turning {
  readonly host: Host;
  readonly fault: Fault;
  turns: number;
}

export class Intermittence {
  private readonly kernel: Kernel;
  private readonly turn: Opcode;
  private readonly turning = new Map<number, Turning>();
  private readonly changed: (host: Host) => void;

  /** @param changed called after a fault of the host went to rest, or took effect again. */
  constructor(kernel: Kernel, changed: (host: Host) => void) {
    this.kernel = kernel;
    this.changed = changed;
    this.turn = kernel.register('fault comes or goes', (id, turns) => this.turns(id, turns));
  }

  /** The fault shows: what is not intermittent is none of ours. */
  begins(host: Host, fault: Fault): void {
    if (fault.effect?.comesAndGoes === undefined) return;
    const turning: Turning = { host, fault, turns: 0 };
    this.turning.set(fault.id, turning);
    this.scheduleTurn(turning);
  }

  ends(host: Host, fault: Fault): void {
    if (!this.turning.delete(fault.id)) return;
    host.resting = host.resting.filter((id) => id !== fault.id);
  }

  private turns(id: number, turns: number): void {
    const turning = this.turning.get(id);
    if (turning === undefined || turning.turns !== turns) return;
    const { host } = turning;
    turning.turns++;
    host.resting = turning.turns % 2 === 1 ? host.resting.concat(id) : host.resting.filter((other) => other !== id);
    this.scheduleTurn(turning);
    this.changed(host);
  }

  private scheduleTurn({ host, fault, turns }: Turning): void {
    const { comesAndGoes } = fault.effect ?? {};
    if (comesAndGoes === undefined) return;
    const u = host.draws.at(host.bareMetalHost, `comes and goes/${fault.class}/${fault.bornAtMs}`, turns);
    const forMs = sample(turns % 2 === 0 ? comesAndGoes.lastsMs : comesAndGoes.restsMs, u);
    this.kernel.schedule(this.kernel.nowMs + Math.max(1, Math.round(forMs)), this.turn, fault.id, turns);
  }
}
