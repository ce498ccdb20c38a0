// A run of the simulator, recorded at the ports of its runtime: everything that came in (changes of the view, wake-ups of the
// clock, answers) in its order, and everything that the recorder was told. What came in is kept as JSON, as it would be on a wire.

import { type Kind, type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Controller } from '../../core/ports/reconciler.ts';
import type { Recorder } from '../../core/ports/recorder.ts';
import { Runtime, type RuntimePorts } from '../../core/runtime/runtime.ts';
import { kindsRead } from '../../core/view/kinds-read.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { unwatchedKinds } from '../../sim/controllers.ts';
import { SimulatedFenceAgents } from '../../sim/host/fence-agents.ts';
import { startedRun } from '../../sim/simulation.ts';

export type RecordedInput =
  | {
      readonly input: 'change';
      readonly atMs: number;
      readonly kindKey: string;
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly object: KubeObject;
    }
  | { readonly input: 'wake'; readonly atMs: number }
  | { readonly input: 'answer'; readonly atMs: number; readonly call: number; readonly values: readonly unknown[] };

/** A call of a port, and the answers that it had before it returned. */
export interface RecordedCall {
  readonly what: string;
  readonly atOnce: (readonly unknown[])[];
}

export interface RecordedRun {
  readonly controllers: readonly Controller[];
  readonly startMs: number;
  readonly kinds: readonly Kind[];
  /** What the view held at the start, and at which version. */
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: number;
  readonly inputs: readonly RecordedInput[];
  readonly calls: readonly RecordedCall[];
  /** What the recorder was told, line by line. */
  readonly told: readonly string[];
  /** Of the run's trace: the same as of a run that nobody recorded. */
  readonly fingerprint: string;
}

export function recordedRun(config: SimConfig, policy: PolicyConfig, more: readonly Controller[] = []): RecordedRun {
  const { world, trace } = startedRun(config, policy, { replication: 1, record: false });
  const { kernel, store, bmc, provisioner } = world;
  // Before the first event: the runtime of the world has decided nothing, and another one with the same ports takes its place.
  for (const runtime of world.runtimes) runtime.stop();
  const controllers = [...world.controllers, ...more];
  const kinds = kindsRead(controllers);
  const view = new CachedView(store, kernel, {
    lagMs: config.kubernetes.watchLagMs,
    without: unwatchedKinds(controllers),
  });
  const resourceVersion = store.resourceVersion;
  const objects = kinds.flatMap((kind) => view.list(kind)).map(wire);
  const inputs: RecordedInput[] = [];
  const known = new Set(kinds.map(({ key }) => key));
  view.onChange(({ kind, type, before, after, resourceVersion: version }) => {
    const object = after ?? before;
    if (object === undefined || !known.has(kind.key)) return;
    const metadata = { ...object.metadata, resourceVersion: String(version) };
    inputs.push({
      input: 'change',
      atMs: kernel.nowMs,
      kindKey: kind.key,
      type,
      object: wire({ ...object, metadata }),
    });
  });
  const clock: Clock = {
    nowMs: () => kernel.nowMs,
    wakeAt: (atMs, wake) => {
      const handle = kernel.call(Math.max(Math.ceil(atMs), kernel.nowMs), () => {
        inputs.push({ input: 'wake', atMs: kernel.nowMs });
        wake();
      });
      return () => void kernel.cancel(handle);
    },
  };
  const calls: RecordedCall[] = [];
  const told: string[] = [];
  const fenceAgents = new SimulatedFenceAgents(kernel, store, bmc);
  const ports: RuntimePorts = {
    ...portsThrough((what, perform) => {
      const call = calls.length;
      const atOnce: (readonly unknown[])[] = [];
      calls.push({ what, atOnce });
      let returned = false;
      const result = perform({ writer: new StoreWriter(store), bmc, provisioner, fenceAgents }, (values) => {
        if (returned) inputs.push({ input: 'answer', atMs: kernel.nowMs, call, values: wire(values) });
        else atOnce.push(wire(values));
      });
      returned = true;
      return result;
    }),
    clock,
    view,
    recorder: both(world.recorder, tellingRecorder(told)),
  };
  const runtime = new Runtime(ports, { forgetMemory: false, atBoundary: undefined });
  for (const controller of controllers) runtime.add(controller);
  runtime.start();
  kernel.runUntil(config.startMs + config.durationMs);
  runtime.stop();
  const fingerprint = trace.fingerprint.digest();
  const { startMs } = config;
  return { controllers, startMs, kinds, objects, resourceVersion, inputs, calls, told, fingerprint };
}

type Acting = Pick<RuntimePorts, 'writer' | 'bmc' | 'provisioner' | 'fenceAgents'>;
type Answer = (values: readonly unknown[]) => void;

/** One call of a port: `perform` does it on the ports given, and tells every answer. */
export type ThroughCall = (
  what: string,
  perform: (ports: Acting, answered: Answer) => (() => void) | undefined,
) => (() => void) | undefined;

/** Ports whose every call goes through `call`, and whose callers hear what came as an answer. */
export function portsThrough(call: ThroughCall): Acting {
  const said = (what: string, ...args: readonly unknown[]): string => `${what} ${JSON.stringify(args)}`;
  const heard = <Values extends readonly unknown[]>(answered: Answer, done: (...values: Values) => void) => {
    return (...values: Values): void => {
      answered(values);
      done(...values);
    };
  };
  const once = (what: string, perform: (ports: Acting, answered: Answer) => void): void => {
    call(what, (ports, answered) => {
      perform(ports, answered);
      return undefined;
    });
  };
  return {
    writer: {
      submit: (manager, write, done) =>
        once(said('submit', manager, write), (ports, answered) => {
          ports.writer.submit(manager, write, heard(answered, done));
        }),
      readFresh: (kind, key, done) =>
        once(said('readFresh', kind.key, key), (ports, answered) => {
          ports.writer.readFresh(kind, key, heard(answered, done));
        }),
    },
    bmc: {
      setPower: (command, ended) =>
        once(said('setPower', command), (ports, answered) => ports.bmc.setPower(command, heard(answered, ended))),
      observePower: (host, done) =>
        once(said('observePower', host), (ports, answered) => ports.bmc.observePower(host, heard(answered, done))),
      watchPower: (host, everyMs, changed) =>
        call(said('watchPower', host, everyMs), (ports, answered) =>
          ports.bmc.watchPower(host, everyMs, heard(answered, changed)),
        ) ?? (() => undefined),
    },
    provisioner: {
      inspect: (host, mode, id, ended) =>
        once(said('inspect', host, mode, id), (ports, answered) =>
          ports.provisioner.inspect(host, mode, id, heard(answered, ended)),
        ),
      provision: (host, cleaning, id, ended) =>
        once(said('provision', host, cleaning, id), (ports, answered) =>
          ports.provisioner.provision(host, cleaning, id, heard(answered, ended)),
        ),
      deprovision: (host, cleaning, id, ended) =>
        once(said('deprovision', host, cleaning, id), (ports, answered) =>
          ports.provisioner.deprovision(host, cleaning, id, heard(answered, ended)),
        ),
    },
    fenceAgents: {
      start: (command, ended) =>
        once(said('fence', command), (ports, answered) => ports.fenceAgents.start(command, heard(answered, ended))),
      kill: (id) => once(said('kill', id), (ports) => ports.fenceAgents.kill(id)),
    },
  };
}

/** Says each decision, outcome and event as one line of JSON. */
export function tellingRecorder(told: string[]): Recorder {
  const say = (what: string, ...values: readonly unknown[]): void => {
    told.push(`${what} ${JSON.stringify(values)}`);
  };
  return {
    decided: (controller, key, { because, actions, recheckAtMs }, nowMs) =>
      say('decided', controller, key, because, actions, recheckAtMs ?? null, nowMs),
    performed: (...values) => say('performed', ...values),
    event: (...values) => say('event', ...values),
  };
}

function both(one: Recorder, other: Recorder): Recorder {
  return {
    decided: (...values) => {
      one.decided(...values);
      other.decided(...values);
    },
    performed: (...values) => {
      one.performed(...values);
      other.performed(...values);
    },
    event: (...values) => {
      one.event(...values);
      other.event(...values);
    },
  };
}

/** As it is after a way over a wire. */
function wire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** `v1`, `machine.openshift.io/v1beta1`: the version in which a kind's objects come. */
export function apiVersionOf(kind: Kind, objects: Iterable<KubeObject>): string {
  for (const object of objects) if (kindKeyOf(object) === kind.key) return object.apiVersion;
  return kind.group === '' ? 'v1' : `${kind.group}/v1`;
}
