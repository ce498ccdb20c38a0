// ControllerProcess: controllers in a process of their own, with their caches, their connection to the API server, and their life
// and death. Only runs with client faults have these; elsewhere all controllers share one perfect view.

import type { ObjectKey } from '../../core/api/object.ts';
import type { Controller } from '../../core/ports/reconciler.ts';
import type { LeaderElection } from '../../core/runtime/leader-lease.ts';
import { Runtime, type RuntimePorts } from '../../core/runtime/runtime.ts';
import type { FaultyView, LaggingServer } from '../api-server/faulty-view.ts';
import type { FaultyWriter } from '../api-server/faulty-writer.ts';
import { gatedBmc, gatedClock, gatedFenceAgents, gatedProvisioner, gatedWriter, PauseGate } from './pause-gate.ts';

/** Asked before each action of a list and after the last; may crash the process there. */
export type BoundaryFault = (key: ObjectKey, index: number, controller: string) => void;

export interface ProcessOptions {
  readonly name: string;
  readonly controllers: readonly Controller[];
  /** Test mode: every decision starts with empty memory. */
  readonly forgetMemory?: boolean;
  /** Where other processes run the same controllers. */
  readonly election?: LeaderElection;
}

export class ControllerProcess {
  readonly name: string;
  readonly view: FaultyView;
  readonly writer: FaultyWriter;
  private readonly runtime: Runtime;
  private readonly gate = new PauseGate();
  private boundaries: readonly BoundaryFault[] = [];
  private deaths = 0;
  private pauses = 0;
  private over = false;

  constructor(
    options: ProcessOptions,
    ports: Omit<RuntimePorts, 'view' | 'writer'>,
    client: { readonly view: FaultyView; readonly writer: FaultyWriter },
  ) {
    const { forgetMemory = false, election } = options;
    this.name = options.name;
    this.view = client.view;
    this.writer = client.writer;
    const gate = this.gate;
    this.runtime = new Runtime(
      {
        clock: gatedClock(gate, ports.clock),
        view: client.view,
        writer: gatedWriter(gate, client.writer),
        bmc: gatedBmc(gate, ports.bmc),
        provisioner: gatedProvisioner(gate, ports.provisioner),
        fenceAgents: gatedFenceAgents(gate, ports.fenceAgents),
        recorder: ports.recorder,
      },
      {
        forgetMemory,
        atBoundary: (controller, key, index) => {
          for (const fault of this.boundaries) fault(key, index, controller);
        },
        ...(election === undefined ? {} : { election }),
      },
    );
    for (const controller of options.controllers) this.runtime.add(controller);
  }

  start(): void {
    this.runtime.start();
  }

  /** The end of the run. */
  stop(): void {
    this.over = true;
    this.runtime.stop();
  }

  /** Decisions taken since construction. */
  get decided(): number {
    return this.runtime.decided;
  }

  get isRunning(): boolean {
    return this.runtime.isRunning;
  }

  /**
   * The process dies: memory, timers and caches are gone; what it has asked for goes on. The returned function starts its
   * successor, which decides once it has listed every kind. Of several deaths at a time the last end counts.
   */
  crash(): (server?: LaggingServer) => void {
    this.deaths++;
    this.runtime.stop();
    this.gate.reset();
    this.view.die();
    return (server) => {
      this.deaths--;
      if (this.deaths > 0) return;
      this.view.start(() => {
        if (!this.over) this.runtime.start();
      }, server);
    };
  }

  /** From now on `fault` is asked at every boundary between actions; the returned function ends it. */
  atBoundaries(fault: BoundaryFault): () => void {
    this.boundaries = [...this.boundaries, fault];
    return () => {
      this.boundaries = this.boundaries.filter((known) => known !== fault);
    };
  }

  /** The process stands still; the returned function lets it go on. A process that died meanwhile has a successor that does not wait. */
  pause(): () => void {
    this.pauses++;
    this.gate.close();
    this.view.hold();
    return () => {
      this.pauses--;
      if (this.pauses > 0) return;
      this.gate.open();
      this.view.release();
    };
  }
}
