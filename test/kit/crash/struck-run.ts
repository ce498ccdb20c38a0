// One run of a small world in which the controllers under test are one process, or two, and something strikes at one point.
// All other controllers run undisturbed beside it. The points that the run passes are written down.

import type { Action } from '../../../core/actions.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { LEASE } from '../../../core/api/lease.ts';
import { keyString, type ObjectKey } from '../../../core/api/object.ts';
import type { Bmc } from '../../../core/ports/bmc.ts';
import type { Controller } from '../../../core/ports/reconciler.ts';
import type { Recorder } from '../../../core/ports/recorder.ts';
import { actionLabel } from '../../../core/runtime/action-label.ts';
import { LEADER_ELECTION_TIMES } from '../../../core/runtime/leader-lease.ts';
import { kindsRead } from '../../../core/view/kinds-read.ts';
import { type Change, subjectOf } from '../../../sim/api-server/change.ts';
import { FaultyView } from '../../../sim/api-server/faulty-view.ts';
import { type ApiRequest, FaultyWriter, type RequestFate } from '../../../sim/api-server/faulty-writer.ts';
import { StoreWriter } from '../../../sim/api-server/kube-writer.ts';
import { isOf } from '../../../sim/api-server/typed-change.ts';
import type { InvariantVerdict } from '../../../sim/checkers/invariant.ts';
import type { PolicyConfig, SimConfig } from '../../../sim/config.ts';
import { unwatchedKinds } from '../../../sim/controllers.ts';
import { type Driver, sharedRuntime } from '../../../sim/drivers.ts';
import { ControllerProcess } from '../../../sim/faults/controller-process.ts';
import type { ProcessParts } from '../../../sim/faults/controller-processes.ts';
import { type CheckOptions, startedRun } from '../../../sim/simulation.ts';
import type { World } from '../../../sim/world.ts';
import { type Boundary, hasElection, type Points, type Request, type Strike } from './strike.ts';

/**
 * Controllers under test list every kind again so often: what heals an event that was lost without a trace. Assumption: as
 * often as client-go ends its watches at the latest (tools/cache/reflector.go, minWatchTimeout 5 min, at most twice that).
 */
const RELIST_EVERY_MS = 600_000;

const LEASE_KEY = { namespace: 'metaltwin-system', name: 'remediation' };

/** What somebody does while the run goes on. */
export interface Doing {
  /** After the start. */
  readonly atMs: number;
  readonly by: (world: World) => void;
}

/** What somebody may do at any moment. */
export interface Meanwhile {
  readonly by: (world: World) => void;
  /** Nodes that are well from then on: only in the moments in which nobody can know that may they be fenced. */
  readonly heals?: readonly string[];
}

export interface StruckWorld {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
  /** Names of the controllers under test. */
  readonly underTest: ReadonlySet<string>;
  readonly doings: readonly Doing[];
  /** What somebody may do at any moment, by name. */
  readonly meanwhile: Readonly<Record<string, Meanwhile>>;
  /** What is put in the place of a controller under test, to see that a fault in it is found. Absent: the controller itself. */
  readonly instead?: (controller: Controller) => Controller;
  /** Controllers that nothing at the start shows to be installed; they run undisturbed. */
  readonly neighbours: readonly Controller[];
}

export interface Healed {
  readonly atMs: number;
  readonly nodes: readonly string[];
}

export interface StruckRun {
  readonly world: World;
  readonly points: Points;
  readonly invariants: readonly InvariantVerdict[];
  /** When somebody did what heals nodes, and which. */
  readonly healed: Healed | undefined;
  /** How often our policy gave a node to a person. */
  readonly personCalls: number;
}

/** Plays the whole run under the eyes of the checkers. The points of a later strike are those of a run with the earlier ones. */
export function struckRun(flow: StruckWorld, strikes: readonly Strike[], check: CheckOptions): StruckRun {
  const { config, policy, doings, meanwhile } = flow;
  const log = new PointLog();
  const late: { world?: World; healed?: Healed } = {};
  const { world, judge } = startedRun(config, policy, {
    replication: 1,
    record: false,
    check,
    driversOf: (parts) =>
      driversOf(parts, flow, strikes, {
        log,
        meanwhile: (what) => {
          const { world } = late;
          const done = meanwhile[what];
          if (world === undefined || done === undefined) return;
          const nodes = (done.heals ?? []).filter((node) => isIll(world, node));
          done.by(world);
          if (nodes.length > 0) late.healed = { atMs: world.kernel.nowMs, nodes };
        },
      }),
  });
  late.world = world;
  let personCalls = 0;
  world.store.tap(
    (change) => {
      if (!isOf(change, HOST_REMEDIATION) || change.after?.status?.phase !== 'Person') return;
      if (change.before?.status?.phase !== 'Person') personCalls++;
    },
    [HOST_REMEDIATION],
  );
  for (const { atMs, by } of doings) world.kernel.call(config.startMs + atMs, () => by(world));
  world.kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of world.runtimes) runtime.stop();
  const endMs = config.startMs + config.durationMs;
  return { world, points: log, invariants: judge?.verdicts(endMs) ?? [], healed: late.healed, personCalls };
}

function isIll({ fleet }: World, node: string): boolean {
  return fleet.hosts.some(({ config, active }) => config.nodeName === node && active.length > 0);
}

class PointLog implements Points {
  readonly boundaries: Boundary[] = [];
  readonly requests: Request[] = [];
  readonly readings: string[] = [];
  readonly events: string[] = [];
}

interface Watched {
  readonly log: PointLog;
  readonly meanwhile: (what: string) => void;
}

const SILENT: Recorder = { decided: () => undefined, performed: () => undefined, event: () => undefined };

function driversOf(
  parts: ProcessParts,
  { underTest, neighbours, instead = (controller) => controller }: StruckWorld,
  strikes: readonly Strike[],
  watched: Watched,
): readonly Driver[] {
  const tested = parts.controllers.filter(({ name }) => underTest.has(name)).map(instead);
  const others = parts.controllers.filter(({ name }) => !underTest.has(name));
  const first = new StruckProcess(parts, tested, { name: 'first', strikes, watched });
  const isAlone = !hasElection(strikes) && strikes.every(({ strike }) => strike !== 'twoActors');
  const second = isAlone
    ? undefined
    : new StruckProcess(parts, tested, { name: 'second', strikes, watched: undefined });
  first.second = second;
  const isStandby = second !== undefined && hasElection(strikes);
  return [
    sharedRuntime({ ...parts, controllers: others }),
    ...(neighbours.length === 0
      ? []
      : [sharedRuntime({ ...parts, controllers: neighbours, ports: { ...parts.ports, recorder: SILENT } })]),
    first.process,
    ...(isStandby ? [second.process] : []),
    // Started by the strike.
    ...(second === undefined || isStandby ? [] : [{ ...second.late }]),
  ];
}

interface StruckOptions {
  readonly name: string;
  readonly strikes: readonly Strike[];
  /** Absent for the second process: the strike and the points are those of the first. */
  readonly watched: Watched | undefined;
}

class StruckProcess {
  readonly process: ControllerProcess;
  second: StruckProcess | undefined = undefined;
  private readonly parts: ProcessParts;
  private readonly strikes: readonly Strike[];
  private readonly log: PointLog;
  private readonly watched: Watched | undefined;
  private readonly isFirst: boolean;
  /** Lists being performed, by controller and key: what the boundaries lie between. */
  private readonly lists = new Map<string, readonly Action[]>();
  private readonly kindKeys: ReadonlySet<string>;

  constructor(parts: ProcessParts, controllers: readonly Controller[], { name, strikes, watched }: StruckOptions) {
    this.parts = parts;
    this.strikes = strikes;
    this.isFirst = watched !== undefined;
    this.watched = watched;
    this.log = watched?.log ?? new PointLog();
    this.kindKeys = new Set(kindsRead(controllers).map(({ key }) => key));
    const { store, kernel, config } = parts;
    const hearsLess = strikes.some(({ strike }) => strike === 'lostEvent');
    const view = new FaultyView(store, kernel, {
      lagMs: config.kubernetes.watchLagMs,
      without: unwatchedKinds(parts.controllers),
      ...(hearsLess ? { relistEveryMs: RELIST_EVERY_MS } : {}),
    });
    const writer = new FaultyWriter(new StoreWriter(store), kernel);
    let lives = 0;
    const election = {
      lease: LEASE_KEY,
      nextIdentity: () => `${name}_${++lives}`,
      ...LEADER_ELECTION_TIMES,
    };
    this.process = new ControllerProcess(
      {
        name,
        controllers,
        forgetMemory: strikes.some(({ strike }) => strike === 'forgetful'),
        ...(hasElection(strikes) ? { election } : {}),
      },
      { ...parts.ports, bmc: this.bmc(parts.ports.bmc), recorder: this.recorder(parts.ports.recorder) },
      { view, writer },
    );
    view.addFault({ kindKeys: this.kindKeys, fateOf: (change) => this.eventFate(change) });
    writer.addFault((request) => this.requestFate(request));
    this.process.atBoundaries((key, index, controller) => this.boundary(controller, key, index));
  }

  /** A process that starts in the middle of the run, with caches that it lists then. */
  get late(): Driver {
    const { process } = this;
    return { start: () => undefined, stop: () => process.stop(), decided: 0 };
  }

  private recorder(inner: Recorder): Recorder {
    return {
      decided: (controller, key, decision, nowMs) => {
        this.lists.set(`${controller} ${keyString(key)}`, decision.actions);
        inner.decided(controller, key, decision, nowMs);
      },
      performed: (controller, key, action, outcome, nowMs) => inner.performed(controller, key, action, outcome, nowMs),
      event: (controller, event, nowMs) => inner.event(controller, event, nowMs),
    };
  }

  private boundary(controller: string, key: ObjectKey, index: number): void {
    if (!this.isFirst) return;
    const actions = this.lists.get(`${controller} ${keyString(key)}`) ?? [];
    const [before, next] = [actions[index - 1], actions[index]];
    const word = (action: Action | undefined): string => (action === undefined ? '' : actionLabel(action));
    const { boundaries } = this.log;
    boundaries.push({
      text: `${controller} ${keyString(key)}: ${word(before)} | ${word(next)}`,
      isQuiet: before?.do === 'recordEvent',
    });
    const { second, process } = this;
    const strike = this.strikes.find((each) => 'boundary' in each && each.boundary === boundaries.length);
    if (strike === undefined || !('boundary' in strike)) return;
    if (strike.strike === 'kill') this.kill(strike.downMs);
    else if (strike.strike === 'leaderDies') process.crash();
    else if (strike.strike === 'meanwhile') this.watched?.meanwhile(strike.what);
    else if (second !== undefined) {
      const { kernel } = this.parts;
      second.process.start();
      kernel.call(kernel.nowMs + strike.overlapMs, () => process.stop());
    }
  }

  private kill(downMs: number): void {
    const { kernel } = this.parts;
    const restart = this.process.crash();
    kernel.call(kernel.nowMs + downMs, () => restart());
  }

  private requestFate({ verb, kind, key }: ApiRequest): RequestFate | undefined {
    if (!this.isFirst || kind.key === LEASE.key) return undefined;
    const { requests } = this.log;
    requests.push({ text: `${verb} ${kind.kind} ${keyString(key)}`, isWrite: verb !== 'read' });
    const strike = this.strikes.find((each) => 'request' in each && each.request === requests.length);
    if (strike === undefined || !('request' in strike)) return undefined;
    const { kernel } = this.parts;
    switch (strike.strike) {
      case 'lostReply':
        return { kind: 'lostReply', afterMs: 1_000, message: 'connection reset by peer' };
      case 'lostRequest':
        return { kind: 'lostRequest', afterMs: 1_000, message: 'connection reset by peer' };
      case 'lostReplyAndKill':
        // After this instant's work, so that the request has been handled.
        kernel.call(kernel.nowMs, () => this.kill(strike.downMs));
        return { kind: 'lostReply', afterMs: 1_000, message: 'connection reset by peer' };
      case 'lateRequest': {
        const resume = this.process.pause();
        kernel.call(kernel.nowMs + strike.awakeAfterMs, resume);
        return { kind: 'slow', delayMs: strike.byMs };
      }
    }
  }

  private eventFate(
    change: Change,
  ): { kind: 'lost' } | { kind: 'twice' } | { kind: 'late'; delayMs: number } | undefined {
    const { events } = this.log;
    if (this.isFirst) events.push(`${change.type} ${change.kind.kind} ${subjectOf(change).metadata.name}`);
    for (const strike of this.strikes) {
      const isHere = this.isFirst && 'event' in strike && strike.event === events.length;
      if (isHere) return { kind: strike.strike === 'lostEvent' ? 'lost' : 'twice' };
      const isStale = strike.strike === 'stale' && (strike.kindKey ?? change.kind.key) === change.kind.key;
      if (isStale) return { kind: 'late', delayMs: strike.byMs };
    }
    return undefined;
  }

  private bmc(inner: Bmc): Bmc {
    const { kernel, config } = this.parts;
    return {
      setPower: (command, ended) => inner.setPower(command, ended),
      watchPower: (host, everyMs, changed) => inner.watchPower(host, everyMs, changed),
      observePower: (host, done) => {
        if (this.isFirst) this.log.readings.push(keyString(host));
        const isLost =
          this.isFirst && this.strikes.some((each) => 'reading' in each && each.reading === this.log.readings.length);
        if (!isLost) {
          inner.observePower(host, done);
          return;
        }
        const askedAtMs = kernel.nowMs;
        kernel.call(askedAtMs + config.bmc.timeoutMs, () =>
          done({ power: 'unreachable', askedAtMs, readAtMs: kernel.nowMs }),
        );
      },
    };
  }
}
