// ClientFaults: when the faults between controllers and the API server begin and end, whom they strike, and the draws behind
// them. Instants and lengths are drawn from the fault's own name on calendar time, and one request's luck from who asks for
// what the how-manieth time, so that no policy shifts another's.
//
// Divergence from reality
// - Only the controllers under test are clients here. Kubelets and Kubernetes' own loops reach the API server always.
// - Two faults of one name never overlap: the next is drawn from the end of the last, and what makes one begin that is there
//   already changes nothing, though it counts as a time that it struck.

import type { ClientFault, FaultTrigger, SimConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { YEAR_MS } from '../kernel/time-units.ts';
import { ClientFaultEffect } from './client-fault-effect.ts';
import type { ControllerProcess } from './controller-process.ts';
import type { FaultTally } from './fault-luck.ts';
import { FaultTriggers } from './fault-triggers.ts';

/** Draws of one strike: gap, length. */
const DRAWS_PER_STRIKE = 2;

export interface ClientFaultObserver {
  began(fault: ClientFault): void;
  ended(fault: ClientFault, tally: FaultTally): void;
}

export interface ClientFaultParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly config: Pick<SimConfig, 'startMs' | 'durationMs'>;
  readonly faults: readonly ClientFault[];
  readonly processes: readonly ControllerProcess[];
}

interface Source {
  readonly fault: ClientFault;
  readonly stream: Stream;
  readonly effect: ClientFaultEffect;
  strikes: number;
  lasts: boolean;
}

/** A source that waits for something to happen. */
interface WaitingSource {
  readonly name: string;
  readonly when: Extract<FaultTrigger, { readonly kind: 'event' }>;
  readonly source: Source;
}

export class ClientFaults {
  private readonly parts: ClientFaultParts;
  private readonly sources: readonly Source[];
  private readonly observers: ClientFaultObserver[] = [];
  /** Absent where none of them waits for anything. */
  readonly triggers: FaultTriggers<WaitingSource> | undefined;

  constructor(parts: ClientFaultParts) {
    this.parts = parts;
    const { draws, kernel, processes } = parts;
    this.sources = parts.faults.map((fault) => ({
      fault,
      stream: draws.stream(`client fault/${fault.name}`, 'strikes'),
      effect: new ClientFaultEffect(fault, {
        kernel,
        draws,
        struck: processes.filter(({ name }) => fault.controllers?.includes(name) ?? true),
      }),
      strikes: 0,
      lasts: false,
    }));
    const waiting = this.sources.flatMap((source): WaitingSource[] => {
      const { name, start } = source.fault;
      return start.kind === 'event' ? [{ name, when: start, source }] : [];
    });
    const { startMs, durationMs } = parts.config;
    this.triggers =
      waiting.length === 0
        ? undefined
        : new FaultTriggers(
            { kernel, draws, endsAtMs: startMs + durationMs, entity: 'client fault' },
            waiting,
            ({ source }) => this.strike(source),
          );
  }

  observe(observer: ClientFaultObserver): void {
    this.observers.push(observer);
  }

  start(): void {
    for (const source of this.sources) this.scheduleNext(source);
  }

  private scheduleNext(source: Source): void {
    const { start } = source.fault;
    const { config, kernel } = this.parts;
    if (start.kind === 'event') return;
    if (start.kind === 'at') {
      if (source.strikes === 0) kernel.call(config.startMs + start.atMs, () => this.strike(source));
      return;
    }
    const u = source.stream.at(source.strikes * DRAWS_PER_STRIKE);
    const gapMs = Math.max(1, Math.round(sample({ kind: 'exponential', mean: YEAR_MS / start.perYear }, u)));
    const atMs = kernel.nowMs + gapMs;
    if (atMs < config.startMs + config.durationMs) kernel.call(atMs, () => this.strike(source));
  }

  private strike(source: Source): void {
    const { fault, stream, effect } = source;
    const { kernel } = this.parts;
    if (source.lasts) return;
    source.lasts = true;
    const first = source.strikes * DRAWS_PER_STRIKE;
    source.strikes++;
    const lastsMs = Math.max(1, Math.round(sample(fault.lastsMs, stream.at(first + 1))));
    const end = effect.begin();
    for (const observer of this.observers) observer.began(fault);
    kernel.call(kernel.nowMs + lastsMs, () => {
      const tally = end(lastsMs);
      source.lasts = false;
      for (const observer of this.observers) observer.ended(fault, tally);
      this.scheduleNext(source);
    });
  }
}
