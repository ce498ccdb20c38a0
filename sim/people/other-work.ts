// Work of the same crew that is not about the hosts of this cluster: tickets that come at random and keep persons busy.
//
// Divergence from reality: other work comes at the same rate by day and by night.

import { sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import type { OtherWorkConfig } from './config.ts';
import type { Job, Persons } from './persons.ts';

interface Source {
  readonly config: OtherWorkConfig;
  readonly job: Job;
  readonly gaps: Stream;
  readonly lengths: Stream;
  tickets: number;
}

export class OtherWork {
  private readonly kernel: Kernel;
  private readonly persons: Persons;
  private readonly sources: readonly Source[];
  private readonly arrival: Opcode;

  constructor(kernel: Kernel, config: readonly OtherWorkConfig[], persons: Persons, draws: Draws) {
    this.kernel = kernel;
    this.persons = persons;
    this.sources = config.map((own) => ({
      config: own,
      job: { at: own.at, part: undefined },
      gaps: draws.stream(`other work/${own.name}`, 'gap'),
      lengths: draws.stream(`other work/${own.name}`, 'length'),
      tickets: 0,
    }));
    this.arrival = kernel.register('other work comes', (source) => this.arrives(source));
  }

  /** Every source has been running for ever. */
  start(): void {
    this.sources.forEach(({ config, gaps }, source) => {
      this.schedule(source, equilibriumSample(config.everyMs, gaps.at(0)));
    });
  }

  private arrives(index: number): void {
    const source = this.sources[index] as Source;
    const { config, job, gaps, lengths } = source;
    const number = source.tickets++;
    this.persons.enter({
      severity: config.severity,
      job: () => job,
      begin: () => Math.max(1, Math.round(sample(config.takesMs, lengths.at(number)))),
      finish: nothing,
      close: nothing,
    });
    this.schedule(index, sample(config.everyMs, gaps.at(source.tickets)));
  }

  private schedule(source: number, gapMs: number): void {
    this.kernel.schedule(this.kernel.nowMs + Math.max(1, Math.round(gapMs)), this.arrival, source);
  }
}

function nothing(): void {}
