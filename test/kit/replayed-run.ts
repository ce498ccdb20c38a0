// Replays a recorded run through the live view: what the view is to know goes over real HTTP watches, paced by a clock that the
// test moves; what the other ports answered comes from the record. What the recorder is told is the result.

import type { Kind, KubeObject } from '../../core/api/object.ts';
import { Runtime } from '../../core/runtime/runtime.ts';
import { LiveClusterView } from '../../live/cluster-view.ts';
import { KubeApi } from '../../live/kube-api.ts';
import { ServedResources } from '../../live/served-resources.ts';
import type { ApiAnswer, ApiCall, ApiTransport, WatchListener } from '../../sim/api-server/requests/api-call.ts';
import { HttpApi } from './http-api.ts';
import { ManualClock } from './manual-clock.ts';
import { apiVersionOf, portsThrough, type RecordedRun, tellingRecorder } from './recorded-run.ts';

export interface Replayed {
  readonly told: readonly string[];
  /** Changes that came over HTTP. */
  readonly changes: number;
  /** Requests that would have changed something. */
  readonly mutations: number;
}

/** Throws where the replay goes another way than the record: another call, or no wake-up where there was one. */
export async function replayed(run: RecordedRun): Promise<Replayed> {
  const recorded = new RecordedApi(run);
  const http = await HttpApi.listening(recorded);
  // Of the connections: nothing on them ever takes too long.
  const still = new ManualClock(run.startMs);
  const api = new KubeApi(http.kubeConfig(), still);
  const failures: string[] = [];
  const failed = (kind: Kind, message: string): void => void failures.push(`${kind.key}: ${message}`);
  const view = new LiveClusterView(run.kinds, { api, resources: new ServedResources(api), clock: still, failed });
  let changes = 0;
  let onChange = (): void => undefined;
  const told: string[] = [];
  const calls = new CallsFromRecord(run);
  const clock = new ManualClock(run.startMs);
  const runtime = new Runtime(
    { ...portsThrough(calls.call), clock, view, recorder: tellingRecorder(told) },
    { forgetMemory: false, atBoundary: undefined },
  );
  view.onChange(() => {
    changes++;
    onChange();
  });
  for (const controller of run.controllers) runtime.add(controller);
  try {
    await new Promise<void>((resolve) => view.start(resolve));
    await recorded.allWatched();
    runtime.start();
    for (const input of run.inputs) {
      clock.moveTo(input.atMs);
      if (input.input === 'change') {
        const shown = new Promise<void>((resolve) => {
          onChange = resolve;
        });
        recorded.tell(input.kindKey, input.type, input.object);
        await shown;
      } else if (input.input === 'answer') calls.answer(input.call, input.values);
      else if (!clock.wakeFirst()) throw new Error(`nobody wants to be woken at ${input.atMs}`);
    }
    runtime.stop();
  } finally {
    view.stop();
    await http.close();
  }
  if (failures.length > 0) throw new Error(failures.join('; '));
  return { told, changes, mutations: http.mutations.length };
}

/** Answers calls as they were answered when they were recorded. */
class CallsFromRecord {
  private readonly run: RecordedRun;
  private readonly waiting = new Map<number, (values: readonly unknown[]) => void>();
  private made = 0;

  constructor(run: RecordedRun) {
    this.run = run;
  }

  readonly call: Parameters<typeof portsThrough>[0] = (what, perform) => {
    const number = this.made++;
    const recorded = this.run.calls[number];
    if (recorded?.what !== what) throw new Error(`call ${number} is ${what}, and was ${recorded?.what}`);
    let done: (values: readonly unknown[]) => void = () => undefined;
    const take = (callback: unknown): void => {
      done = (values) => (callback as (...values: readonly unknown[]) => void)(...values);
    };
    // The port performs nothing: it only takes the callback, which is the last argument of every call that has an answer.
    const port = new Proxy(
      {},
      {
        get:
          () =>
          (...args: readonly unknown[]) =>
            take(args.at(-1)),
      },
    );
    perform(
      { writer: port, bmc: port, provisioner: port, fenceAgents: port } as Parameters<typeof perform>[0],
      () => undefined,
    );
    this.waiting.set(number, (values) => done(values));
    for (const values of recorded.atOnce) done(values);
    return () => undefined;
  };

  answer(call: number, values: readonly unknown[]): void {
    const done = this.waiting.get(call);
    if (done === undefined) throw new Error(`call ${call} was not made`);
    done(values);
  }
}

interface ServedKind {
  readonly kind: Kind;
  readonly apiVersion: string;
  readonly plural: string;
  listener: WatchListener | undefined;
}

/** A server that discovers, lists the start of the record, and tells what it is told to tell. */
class RecordedApi implements ApiTransport {
  private readonly run: RecordedRun;
  private readonly served: readonly ServedKind[];
  private onWatch = (): void => undefined;

  constructor(run: RecordedRun) {
    this.run = run;
    const changed = run.inputs.flatMap((input) => (input.input === 'change' ? [input.object] : []));
    this.served = run.kinds.map((kind) => ({
      kind,
      apiVersion: apiVersionOf(kind, [...run.objects, ...changed]),
      plural: `${kind.kind.toLowerCase()}s`,
      listener: undefined,
    }));
  }

  /** Resolves when every kind is watched. */
  allWatched(): Promise<void> {
    return new Promise((resolve) => {
      this.onWatch = () => {
        if (this.served.every(({ listener }) => listener !== undefined)) resolve();
      };
      this.onWatch();
    });
  }

  tell(kindKey: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.served.find(({ kind }) => kind.key === kindKey)?.listener?.event({ type, object });
  }

  call({ path }: ApiCall, answer: (answer: ApiAnswer) => void): void {
    const url = new URL(path, 'http://recorded');
    const known = this.served.find(({ apiVersion, plural }) => url.pathname === `${rootOf(apiVersion)}/${plural}`);
    if (known === undefined) answer(found(this.discovery(url.pathname)));
    else if (url.searchParams.get('watch') === 'true') {
      answer({
        kind: 'watch',
        start: (listener) => {
          known.listener = listener;
          this.onWatch();
          return () => undefined;
        },
      });
    } else answer(found(this.list(known)));
  }

  private list({ kind, apiVersion }: ServedKind): object {
    const items = this.run.objects.filter((object) => object.apiVersion === apiVersion && object.kind === kind.kind);
    const metadata = { resourceVersion: String(this.run.resourceVersion) };
    return { apiVersion, kind: `${kind.kind}List`, metadata, items };
  }

  private discovery(path: string): object {
    const group = path.replace(/^\/apis\//, '');
    const ofGroup = this.served.filter(({ kind }) => kind.group === group);
    if (ofGroup.length > 0) return { versions: ofGroup.map((one) => ({ version: one.apiVersion.split('/')[1] })) };
    const resources = this.served
      .filter(({ apiVersion }) => rootOf(apiVersion) === path)
      .map(({ kind, plural }) => ({ name: plural, kind: kind.kind }));
    return { resources };
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function found(body: object): ApiAnswer {
  return { kind: 'object', code: 200, body, warnings: [], contentType: 'application/json' };
}
