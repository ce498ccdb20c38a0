// What the controllers of a run ask of an API server: every verb with the kind and subresource that it was for. Each controller
// runs in a process of its own, so that it is known whose a fresh read is.

import type { WriteAction } from '../../core/actions.ts';
import type { Kind } from '../../core/api/object.ts';
import type { KubeWriter } from '../../core/ports/kube-writer.ts';
import type { Recorder } from '../../core/ports/recorder.ts';
import { Runtime } from '../../core/runtime/runtime.ts';
import { kindsRead } from '../../core/view/kinds-read.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { unwatchedKinds } from '../../sim/controllers.ts';
import type { ProcessParts } from '../../sim/faults/controller-processes.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';

/** `patch HostRemediation.remediation.metaltwin.dev/status`. */
export type Requests = Set<string>;

const EVENT = { key: 'Event.events.k8s.io' };

export interface RecordedRequestsOptions {
  /** Whose requests count. */
  readonly of: ReadonlySet<string>;
  /** Before the first event. */
  readonly before?: (world: World) => void;
}

export function recordedRequests(
  config: SimConfig,
  policy: PolicyConfig,
  { of, before }: RecordedRequestsOptions,
): Requests {
  const requests: Requests = new Set();
  const { world } = startedRun(config, policy, {
    replication: 1,
    record: false,
    driversOf: (parts) => drivers(parts, of, requests),
  });
  before?.(world);
  world.kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of world.runtimes) runtime.stop();
  return requests;
}

function drivers(
  { store, kernel, config, controllers, ports }: ProcessParts,
  of: ReadonlySet<string>,
  requests: Requests,
) {
  return controllers.map((controller) => {
    const counts = of.has(controller.name);
    const note = (verb: string, { key }: Pick<Kind, 'key'>, subresource = ''): void => {
      if (counts) requests.add(`${verb} ${key}${subresource === '' ? '' : `/${subresource}`}`);
    };
    // An informer lists and watches every kind that its controller reads.
    for (const kind of kindsRead([controller])) for (const verb of ['list', 'watch']) note(verb, kind);
    const view = new CachedView(store, kernel, {
      lagMs: config.kubernetes.watchLagMs,
      without: unwatchedKinds(controllers),
    });
    const runtime = new Runtime(
      {
        ...ports,
        view,
        writer: notingWriter(new StoreWriter(store), note),
        recorder: notingRecorder(ports.recorder, () => note('create', EVENT)),
      },
      { forgetMemory: false, atBoundary: undefined },
    );
    runtime.add(controller);
    return runtime;
  });
}

type Note = (verb: string, kind: Pick<Kind, 'key'>, subresource?: string) => void;

/** A writer whose every request is noted. */
export function notingWriter(writer: KubeWriter, note: Note): KubeWriter {
  return {
    submit: (manager, write, done) => {
      noteWrite(write, note);
      writer.submit(manager, write, done);
    },
    readFresh: (kind, key, done) => {
      note('get', kind);
      writer.readFresh(kind, key, done);
    },
  };
}

function noteWrite(write: WriteAction, note: Note): void {
  switch (write.do) {
    case 'create':
    case 'delete':
      note(write.do, write.kind);
      break;
    case 'patch':
      note('patch', write.kind, write.subresource === 'status' ? 'status' : '');
      break;
    case 'evict':
      note('create', { key: 'Pod' }, 'eviction');
      break;
  }
}

function notingRecorder(recorder: Recorder, onEvent: () => void): Recorder {
  return {
    decided: (controller, key, decision, nowMs) => recorder.decided(controller, key, decision, nowMs),
    performed: (controller, key, action, outcome, nowMs) => recorder.performed(controller, key, action, outcome, nowMs),
    event: (controller, event, nowMs) => {
      onEvent();
      recorder.event(controller, event, nowMs);
    },
  };
}
