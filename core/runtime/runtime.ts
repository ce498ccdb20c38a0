// The runtime: starts controllers over the given ports, hands them the view's changes, and can crash as a whole. Memory is
// gone after `stop`; `start` again is the successor, which decides every existing object with empty memory.

import type { ObjectKey } from '../api/object.ts';
import { assert } from '../assert.ts';
import type { Bmc } from '../ports/bmc.ts';
import type { Clock } from '../ports/clock.ts';
import type { FenceAgents } from '../ports/fence-agents.ts';
import type { Informer, InformerChange } from '../ports/informer.ts';
import type { KubeWriter } from '../ports/kube-writer.ts';
import type { Provisioner } from '../ports/provisioner.ts';
import type { Controller } from '../ports/reconciler.ts';
import type { Recorder } from '../ports/recorder.ts';
import { ControllerLoop, type LoopOptions, type LoopPorts } from './controller-loop.ts';
import { type LeaderElection, LeaderLease } from './leader-lease.ts';

export interface RuntimePorts {
  readonly clock: Clock;
  readonly view: Informer;
  readonly writer: KubeWriter;
  readonly bmc: Bmc;
  readonly provisioner: Provisioner;
  readonly fenceAgents: FenceAgents;
  readonly recorder: Recorder;
}

export interface RuntimeOptions {
  /** Test mode: every decision starts with empty memory; level-triggered strategies reach the same end. */
  readonly forgetMemory: boolean;
  /** Called before each action of a list and after the last one; may call `stop`, which is the crash there. */
  readonly atBoundary: ((controller: string, key: ObjectKey, index: number) => void) | undefined;
  /** With several processes of the same controllers, only the holder of a lease decides. Absent: this one alone runs them. */
  readonly election?: LeaderElection;
}

/** A controller's life without its memory type. */
interface Loop {
  readonly decided: number;
  watchedKindKeys(): readonly string[];
  changed(change: InformerChange): void;
  viewMoved(): void;
  stop(): void;
}

export class Runtime {
  private readonly ports: RuntimePorts;
  private readonly options: LoopOptions;
  private readonly names = new Set<string>();
  private readonly begin: ((ports: LoopPorts) => Loop)[] = [];
  private readonly lease: LeaderLease | undefined;
  private loops: readonly Loop[] = [];
  private loopsByKind = new Map<string, Loop[]>();
  private running = false;
  private decidedBefore = 0;
  private boundaryCount = 0;

  constructor(ports: RuntimePorts, options: RuntimeOptions) {
    this.ports = ports;
    this.options = {
      forgetMemory: options.forgetMemory,
      atBoundary: (controller, key, index) => {
        this.boundaryCount++;
        options.atBoundary?.(controller, key, index);
      },
    };
    const { election } = options;
    const { clock, writer } = ports;
    this.lease =
      election === undefined
        ? undefined
        : new LeaderLease({ clock, writer }, election, {
            elected: () => this.beginLoops(),
            lost: () => this.endLoops(),
          });
    ports.view.onChange((change) => this.changed(change));
  }

  /** Before `start`. Names are unique: they are field managers. */
  add<Memory>(controller: Controller<Memory>): void {
    assert(!this.running, 'controllers are added before the runtime starts');
    assert(!this.names.has(controller.name), `controller ${controller.name} is added once`);
    this.names.add(controller.name);
    for (const index of controller.indexes) this.ports.view.addIndex(index);
    this.begin.push((ports) => new ControllerLoop(controller, ports, this.options));
  }

  /** Decides every existing object of each controller's primary kind, then what changes; with an election, once it leads. */
  start(): void {
    assert(!this.running, 'a running runtime is not started');
    this.running = true;
    if (this.lease === undefined) this.beginLoops();
    else this.lease.campaign();
  }

  private beginLoops(): void {
    const ports = this.lease === undefined ? this.ports : { ...this.ports, leadership: this.lease };
    this.loops = this.begin.map((begin) => begin(ports));
    this.loopsByKind = new Map();
    for (const loop of this.loops) {
      for (const kindKey of new Set(loop.watchedKindKeys())) {
        const loops = this.loopsByKind.get(kindKey);
        if (loops === undefined) this.loopsByKind.set(kindKey, [loop]);
        else loops.push(loop);
      }
    }
  }

  /** The crash: nothing more is started, answers to what is under way are dropped, memory is gone. */
  stop(): void {
    this.running = false;
    this.lease?.stop();
    this.endLoops();
  }

  private endLoops(): void {
    for (const loop of this.loops) {
      loop.stop();
      this.decidedBefore += loop.decided;
    }
    this.loops = [];
    this.loopsByKind = new Map();
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Decisions taken since construction. */
  get decided(): number {
    let sum = this.decidedBefore;
    for (const loop of this.loops) sum += loop.decided;
    return sum;
  }

  /** Boundaries between actions passed since construction: the points at which a crash can strike. */
  get boundaries(): number {
    return this.boundaryCount;
  }

  private changed(change: InformerChange): void {
    if (!this.running) return;
    for (const loop of this.loopsByKind.get(change.kind.key) ?? []) loop.changed(change);
    for (const loop of this.loops) loop.viewMoved();
  }
}
