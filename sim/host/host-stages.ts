// Which stage hosts are in, and for how long. A stage that is left early leaves its end event void.

import type { BootProgress } from '../../core/facts.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Host, Stage } from './host.ts';

/** What firmware reports when a host enters a stage; nothing where it cannot know. */
const PROGRESS: Readonly<Record<Stage, BootProgress | undefined>> = {
  off: 'none',
  dump: undefined,
  firmware: 'firmware',
  osBoot: 'osBoot',
  joining: 'osRunning',
  up: 'osRunning',
  stuck: undefined,
  agent: 'osRunning',
  idle: 'firmware',
};

export class HostStages {
  private readonly kernel: Kernel;
  private readonly end: Opcode;

  /** @param ended called when a host has been in its stage for as long as it was to be. */
  constructor(kernel: Kernel, hosts: readonly Host[], ended: (host: Host) => void) {
    this.kernel = kernel;
    this.end = kernel.register('host stage ends', (index, generation) => {
      const host = hosts[index];
      if (host !== undefined && generation === host.stageGeneration) ended(host);
    });
  }

  /** The host is in this stage from now on. @param forMs rounded, 1 or more; absent: until it is put into another. */
  enter(host: Host, stage: Stage, forMs?: number): void {
    if (stage === 'stuck') host.planned = false;
    host.stage = stage;
    host.stopped = undefined;
    host.stageRestMs = 0;
    host.bootProgress = PROGRESS[stage] ?? host.bootProgress;
    host.stageGeneration++;
    host.stageEndsAtMs = forMs === undefined ? -1 : this.kernel.nowMs + Math.max(1, Math.round(forMs));
    if (forMs !== undefined) this.kernel.schedule(host.stageEndsAtMs, this.end, host.index, host.stageGeneration);
  }
}
