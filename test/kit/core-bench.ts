// A bench for controllers: objects in, the real runtime over the real store, view, writer and kernel, objects and events
// out. Hosts and BMCs are simple ones; nodes do nothing unless a test changes them.

import type { Action } from '../../core/actions.ts';
import { type Kind, type KubeObject, keyString, type ObjectKey } from '../../core/api/object.ts';
import { assert } from '../../core/assert.ts';
import type { Outcome } from '../../core/facts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Informer } from '../../core/ports/informer.ts';
import type { KubeWriter } from '../../core/ports/kube-writer.ts';
import type { Because, Controller, Outlook } from '../../core/ports/reconciler.ts';
import type { Recorder } from '../../core/ports/recorder.ts';
import { Runtime, type RuntimeOptions, type RuntimePorts } from '../../core/runtime/runtime.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { KNOWN_KINDS } from '../../sim/api-server/known-kinds.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { SimulatedFenceAgents } from '../../sim/host/fence-agents.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { SimpleBmc, type SimpleBmcOptions } from './simple-bmc.ts';
import { SimpleProvisioner } from './simple-provisioner.ts';

const BMC_DEFAULTS: SimpleBmcOptions = { powerOffMs: 5_000, powerOnMs: 5_000, answerMs: 100, timeoutMs: 30_000 };

export interface CoreBenchOptions {
  /** Objects of the start; uid, resourceVersion and creationTimestamp are filled in where missing. */
  readonly objects: readonly KubeObject[];
  readonly controllers: readonly Controller[] | ((store: ObjectStore) => readonly Controller[]);
  /** Controllers of another process, which goes on when this one dies. */
  readonly surroundings?: readonly Controller[];
  /** Virtual now at the start, ms since the epoch. */
  readonly atMs: number;
  /** What happens before any controller runs; it may let time pass. */
  readonly before?: (store: ObjectStore, kernel: Kernel) => void;
  /** From a write to its arrival in the view; 0 when absent. */
  readonly lagMs?: number;
  readonly bmc?: Partial<SimpleBmcOptions>;
  readonly provisionMs?: number;
  /** The provisioner's first operations fail with these messages. */
  readonly provisionerFails?: readonly string[];
  readonly runtime?: Partial<RuntimeOptions>;
  /** In place of a cached view, for what goes wrong with one. */
  readonly view?: (store: ObjectStore, kernel: Kernel) => Informer;
  /** Wraps the writer, for faults of the API server. */
  readonly writer?: (writer: KubeWriter, kernel: Kernel) => KubeWriter;
  /** With every decision what surrounds it. */
  readonly outlooks?: boolean;
  /** A host's power has changed. */
  readonly onPower?: (bench: CoreBench, host: ObjectKey, power: 'on' | 'off') => void;
}

export interface RecordedDecision {
  readonly controller: string;
  readonly key: string;
  readonly because: Because;
  readonly actions: readonly Action[];
  readonly atMs: number;
  /** Where it was asked for. */
  readonly outlook?: Outlook | undefined;
}

export interface RecordedEvent {
  readonly kind: string;
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly atMs: number;
}

export interface RecordedAction {
  readonly controller: string;
  readonly action: Action;
  readonly outcome: Outcome;
  readonly atMs: number;
}

export class CoreBench {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly view: Informer;
  readonly runtime: Runtime;
  readonly bmc: SimpleBmc;
  readonly provisioner: SimpleProvisioner;
  readonly decisions: RecordedDecision[] = [];
  readonly events: RecordedEvent[] = [];
  readonly performed: RecordedAction[] = [];

  constructor(options: CoreBenchOptions) {
    const kernel = new Kernel(options.atMs);
    this.kernel = kernel;
    this.store = new ObjectStore(kernel, new Draws(rootKey('core-bench'), 0).stream('api-server', 'names'));
    for (const kind of KNOWN_KINDS) this.store.register(kind, { statusSubresource: true });
    this.store.load(options.objects);
    options.before?.(this.store, kernel);
    this.view = options.view?.(this.store, kernel) ?? new CachedView(this.store, kernel, { lagMs: options.lagMs ?? 0 });
    this.bmc = new SimpleBmc(kernel, { ...BMC_DEFAULTS, ...options.bmc }, (host, power) =>
      options.onPower?.(this, host, power),
    );
    this.provisioner = new SimpleProvisioner(kernel, options.provisionMs ?? 600_000, options.provisionerFails);
    const storeWriter = new StoreWriter(this.store);
    const ports: RuntimePorts = {
      clock: clockOf(kernel),
      view: this.view,
      writer: options.writer?.(storeWriter, kernel) ?? storeWriter,
      bmc: this.bmc,
      provisioner: this.provisioner,
      fenceAgents: new SimulatedFenceAgents(kernel, this.store, this.bmc),
      recorder: this.recorder(options.outlooks === true),
    };
    this.runtime = new Runtime(ports, { forgetMemory: false, atBoundary: undefined, ...options.runtime });
    const surroundings = new Runtime(ports, { forgetMemory: false, atBoundary: undefined });
    for (const controller of options.surroundings ?? []) surroundings.add(controller);
    const { controllers } = options;
    for (const controller of typeof controllers === 'function' ? controllers(this.store) : controllers) {
      this.runtime.add(controller);
    }
    surroundings.start();
    this.runtime.start();
  }

  get nowMs(): number {
    return this.kernel.nowMs;
  }

  /** Runs everything up to and including `untilMs`. */
  run(untilMs: number): void {
    this.kernel.runUntil(untilMs);
  }

  runFor(ms: number): void {
    this.kernel.runUntil(this.kernel.nowMs + ms);
  }

  get<T extends KubeObject>(kind: Kind<T>, key: string): T | undefined {
    return this.store.get(kind, keyFrom(kind, key));
  }

  /** Like `get`, for objects that must be there. */
  the<T extends KubeObject>(kind: Kind<T>, key: string): T {
    const object = this.get(kind, key);
    assert(object !== undefined, `${kind.key} ${key} exists`);
    return object;
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.store.list(kind);
  }

  /** Names in key order. */
  names(kind: Kind): readonly string[] {
    return this.store.list(kind).map((object) => object.metadata.name);
  }

  /** The controllers' process dies, with all that it remembered, and another one starts. */
  restart(): void {
    this.runtime.stop();
    this.runtime.start();
  }

  /** The world changes an object: metadata and spec with `main`, status with `status`. */
  update<T extends KubeObject>(
    kind: Kind<T>,
    key: string,
    subresource: 'main' | 'status',
    change: (current: T) => T,
  ): void {
    const outcome = this.store.update(kind, keyFrom(kind, key), subresource, change);
    assert(outcome.kind === 'done', `${kind.key} ${key} is updated: ${JSON.stringify(outcome)}`);
  }

  delete(kind: Kind, key: string): void {
    const outcome = this.store.delete(kind, keyFrom(kind, key));
    assert(outcome.kind === 'done', `${kind.key} ${key} is deleted: ${JSON.stringify(outcome)}`);
  }

  /** Reasons of events about one object, or all, in order. */
  eventReasons(about?: string): readonly string[] {
    return this.events.filter((event) => about === undefined || event.about === about).map((event) => event.reason);
  }

  /** Rules that decided one key, or all, in order. */
  rules(key?: string): readonly string[] {
    return this.decisions
      .filter((decision) => key === undefined || decision.key === key)
      .map((decision) => decision.because.rule);
  }

  private recorder(outlooks: boolean): Recorder {
    return {
      decided: (controller, key, { because, actions, outlook }, nowMs) => {
        const asked = outlooks ? { outlook: outlook() } : {};
        this.decisions.push({ controller, key: keyString(key), because, actions, atMs: nowMs, ...asked });
      },
      performed: (controller, _key, action, outcome, nowMs) => {
        this.performed.push({ controller, action, outcome, atMs: nowMs });
      },
      event: (_controller, { about, type, reason, message }, nowMs) => {
        this.events.push({ kind: about.kind, about: about.metadata.name, type, reason, message, atMs: nowMs });
      },
    };
  }
}

export function coreBench(options: CoreBenchOptions): CoreBench {
  return new CoreBench(options);
}

/** The kernel as the controllers' clock: exact, and waking them by events of the kernel. */
export function clockOf(kernel: Kernel): Clock {
  return {
    nowMs: () => kernel.nowMs,
    wakeAt: (atMs, wake) => {
      const handle = kernel.call(Math.max(atMs, kernel.nowMs), wake);
      return () => {
        kernel.cancel(handle);
      };
    },
  };
}

function keyFrom(kind: Kind, text: string): ObjectKey {
  if (!kind.namespaced) return { namespace: '', name: text };
  const slash = text.indexOf('/');
  assert(slash > 0, `the key of a namespaced object is namespace/name: ${text}`);
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
