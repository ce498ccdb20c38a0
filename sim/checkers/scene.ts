// The scene: what is so at an instant, folded from the observations before any watcher is asked, so that invariants say what
// must hold and not how to keep books.

import type { HostRemediationPhase } from '../../core/api/host-remediation.ts';
import type { StringMap } from '../../core/api/object.ts';
import type { RemediationBudget } from '../../core/api/remediation-budget.ts';
import type { Granted, Intent, Means, Observation, Seen, WipeRule } from './observation.ts';

export interface Attempt {
  readonly id: string;
  readonly request: string;
  readonly host: string;
  readonly remediator: string;
  readonly means: Means;
  readonly wipe: WipeRule | undefined;
  readonly openedAtMs: number;
  /** Of the Node when it was opened. */
  readonly nodeUid: string;
  readonly openedEpoch: number;
  /** The first harm that it asked for. */
  struckAtMs: number | undefined;
  /** The last time that the power went off by command while it was open. */
  cutAtMs: number | undefined;
  releasedAtMs: number | undefined;
  closed: Seen<'attemptClosed'>['how'] | undefined;
}

/** Since when, and the boot that it shuts out. */
export interface Fence {
  readonly atMs: number;
  readonly epoch: number;
}

export interface HostScene {
  readonly host: string;
  readonly rack: string;
  readonly controlPlane: boolean;
  on: boolean;
  /** Who switched it last. */
  switchedBy: Seen<'power'>['by'];
  switchedAtMs: number;
  /** Whom the last command to switch it on was meant for: another host where an address is wrong. Itself where there was none. */
  onMeantFor: string;
  /** Boots begun, of whatever system. */
  boots: number;
  /** Boots of an installed system. */
  epoch: number;
  runs: boolean;
  reachable: boolean;
  serves: boolean;
  /** Pods whose containers execute, and what each holds exclusively. */
  readonly processes: Map<string, readonly string[]>;
  ready: Seen<'ready'>['ready'];
  readySinceMs: number;
  nodeUid: string;
  /** Boot in which it was last Ready: the one whose workloads others may get. */
  readyEpoch: number;
  /** A Machine has it. */
  claimed: boolean;
  /** Wishes in force, since when. */
  readonly intents: Map<Intent, number>;
  /** The out-of-service taint, while its Node has it. */
  fenced: Fence | undefined;
  /** The fence that was lifted last. */
  lifted: Fence | undefined;
  unavailableSinceMs: number | undefined;
}

export interface Command {
  readonly id: string;
  readonly host: string;
  readonly reaches: string;
  readonly power: 'on' | 'off';
  readonly by: Seen<'commandStarted'>['by'];
  readonly startedAtMs: number;
  readonly boots: number;
}

export interface BudgetScene {
  readonly name: string;
  spec: NonNullable<RemediationBudget['spec']>;
  specAtMs: number;
  pool: readonly { readonly host: string; readonly labels: StringMap }[];
  /** Sizes of the pool, since when each. */
  readonly poolSizes: { readonly atMs: number; readonly size: number }[];
  grants: readonly Granted[];
  /** The ledger before its last write. */
  grantsBefore: readonly Granted[];
  /** Entries that came with its last write from another budget, which let them start. */
  moved: readonly Granted[];
}

export interface RequestScene {
  readonly request: string;
  readonly host: string;
  /** It may be given to another budget while it is in flight. */
  budget: string;
  phase: HostRemediationPhase | 'gone';
  phaseAtMs: number;
  /** It was granted, and may do something. */
  flew: boolean;
  /** It has done harm. */
  struck: boolean;
  /** Somebody has deleted it: it only gives back. */
  withdrawn: boolean;
}

/** Phases in which nothing may be done to the host, or nothing more. */
const AT_REST: ReadonlySet<RequestScene['phase']> = new Set(['Waiting', 'Succeeded', 'Cancelled', 'Person', 'gone']);
const OVER: ReadonlySet<RequestScene['phase']> = new Set(['Succeeded', 'Cancelled', 'Person', 'gone']);

/** Assumption: caches are this old at most, unless a trace says otherwise. */
const STALENESS_MS = 10_000;

export class Scene {
  stalenessMs = STALENESS_MS;
  dryRun = false;
  observerLinkUp = true;
  healedAtMs: number | undefined;
  etcd: { readonly voters: readonly string[]; readonly up: readonly string[] } | undefined;
  scope: ReadonlySet<string> | undefined;
  readonly hosts = new Map<string, HostScene>();
  /** Open attempts by id. */
  readonly attempts = new Map<string, Attempt>();
  readonly commands = new Map<string, Command>();
  readonly budgets = new Map<string, BudgetScene>();
  readonly requests = new Map<string, RequestScene>();
  /** The budget that named an attempt last. */
  private readonly grantedBy = new Map<string, string>();
  /** Who put a mark where, of those that were seen to be put: `object mark`. */
  readonly marks = new Map<string, string>();
  /** What is left lying about, and of which host. */
  readonly litter = new Map<string, string>();
  /** The attempt that the last `attemptClosed` or `attemptStruck` was about. */
  lastAttempt: Attempt | undefined;

  host(name: string): HostScene {
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = hostScene(name, '', false);
      this.hosts.set(name, host);
    }
    return host;
  }

  /** Open attempts on a host, oldest first. */
  attemptsOn(host: string): readonly Attempt[] {
    const found: Attempt[] = [];
    for (const attempt of this.attempts.values()) if (attempt.host === host) found.push(attempt);
    return found;
  }

  /** Requests of a budget that are in flight: granted, or harmed before, and neither over nor in a person's hands. */
  inFlight(budget: string): readonly RequestScene[] {
    const found: RequestScene[] = [];
    for (const request of this.requests.values()) {
      if (request.budget === budget && request.flew && !OVER.has(request.phase)) found.push(request);
    }
    return found;
  }

  take(seen: Observation): void {
    switch (seen.seen) {
      case 'settings':
        this.stalenessMs = seen.stalenessMs;
        this.dryRun = seen.dryRun;
        break;
      case 'host':
        this.hosts.set(seen.host, hostScene(seen.host, seen.rack, seen.controlPlane));
        break;
      case 'scope':
        this.scope = new Set(seen.hosts);
        break;
      case 'power':
        this.switched(seen);
        break;
      case 'bootStarted':
        this.host(seen.host).boots++;
        break;
      case 'state':
        Object.assign(this.host(seen.host), {
          runs: seen.runs,
          reachable: seen.reachable,
          serves: seen.serves,
          epoch: seen.epoch,
        });
        break;
      case 'processStarted':
        this.host(seen.host).processes.set(seen.pod, seen.exclusive);
        break;
      case 'processEnded':
        this.host(seen.host).processes.delete(seen.pod);
        break;
      case 'etcd':
        this.etcd = seen;
        break;
      case 'observerLink':
        this.observerLinkUp = seen.up;
        break;
      case 'healed':
        this.healedAtMs = seen.atMs;
        break;
      case 'commandStarted':
        this.commandStarted(seen);
        break;
      case 'ready':
        this.readiness(seen);
        break;
      case 'claimed':
        this.host(seen.host).claimed = seen.claimed;
        break;
      case 'intent': {
        const { intents } = this.host(seen.host);
        if (!seen.on) intents.delete(seen.intent);
        else if (!intents.has(seen.intent)) intents.set(seen.intent, seen.atMs);
        break;
      }
      case 'attemptOpened':
        this.opened(seen);
        break;
      case 'attemptStruck':
        this.lastAttempt = this.attempts.get(seen.attempt);
        if (this.lastAttempt !== undefined) this.strikes(this.lastAttempt, seen.atMs);
        break;
      case 'attemptClosed':
        this.lastAttempt = this.attempts.get(seen.attempt);
        if (this.lastAttempt !== undefined) this.lastAttempt.closed = seen.how;
        this.attempts.delete(seen.attempt);
        break;
      case 'released':
        this.released(seen);
        break;
      case 'fenceLifted':
        this.host(seen.host).lifted = this.host(seen.host).fenced;
        this.host(seen.host).fenced = undefined;
        break;
      case 'mark':
        if (seen.change === 'removed') this.marks.delete(`${seen.object} ${seen.mark}`);
        else if (seen.change === 'added') this.marks.set(`${seen.object} ${seen.mark}`, seen.by);
        break;
      case 'litter':
        if (seen.there) this.litter.set(seen.what, seen.host);
        else this.litter.delete(seen.what);
        break;
      case 'budget':
        this.budget(seen);
        break;
      case 'budgetGone':
        this.budgets.delete(seen.budget);
        break;
      case 'ledger':
        this.ledger(seen);
        break;
      case 'request':
        this.requested(seen);
        break;
      case 'unavailable':
        this.host(seen.host).unavailableSinceMs = seen.unavailable
          ? (this.host(seen.host).unavailableSinceMs ?? seen.atMs)
          : undefined;
        break;
      default:
        // Commands that ended, readings, wipes, writes, leaders, refused logins and timers change nothing that stays.
        break;
    }
  }

  private switched({ host: name, on, by, atMs }: Seen<'power'>): void {
    const host = this.host(name);
    if (host.on && !on && by === 'remediation') {
      for (const attempt of this.attemptsOn(name)) {
        attempt.cutAtMs = atMs;
        this.strikes(attempt, atMs);
      }
    }
    host.on = on;
    host.switchedBy = by;
    host.switchedAtMs = atMs;
  }

  private strikes(attempt: Attempt, atMs: number): void {
    attempt.struckAtMs ??= atMs;
    const request = this.requests.get(attempt.request);
    if (request !== undefined) request.struck = true;
  }

  private commandStarted({ id, host, reaches, power, by, atMs }: Seen<'commandStarted'>): void {
    const { boots } = this.host(reaches);
    if (power === 'on') this.host(reaches).onMeantFor = host;
    this.commands.set(id, { id, host, reaches, power, by, startedAtMs: atMs, boots });
  }

  private readiness({ host: name, ready, uid, atMs }: Seen<'ready'>): void {
    const host = this.host(name);
    if (host.ready === 'True') host.readyEpoch = host.epoch;
    if (host.ready !== ready || host.nodeUid !== uid) host.readySinceMs = atMs;
    host.ready = ready;
    host.nodeUid = uid;
  }

  private opened(seen: Seen<'attemptOpened'>): void {
    const host = this.host(seen.host);
    this.attempts.set(seen.attempt, {
      id: seen.attempt,
      request: seen.request,
      host: seen.host,
      remediator: seen.remediator,
      means: seen.means,
      wipe: seen.wipe,
      openedAtMs: seen.atMs,
      nodeUid: host.nodeUid,
      openedEpoch: host.epoch,
      struckAtMs: undefined,
      cutAtMs: undefined,
      releasedAtMs: undefined,
      closed: undefined,
    });
  }

  private released({ host: name, how, atMs }: Seen<'released'>): void {
    const host = this.host(name);
    if (how === 'outOfServiceTaint') {
      host.fenced = { atMs, epoch: host.ready === 'True' ? host.epoch : host.readyEpoch };
    }
    if (how === 'nodeDeleted') host.fenced = undefined;
    for (const attempt of this.attemptsOn(name)) attempt.releasedAtMs ??= atMs;
  }

  private budget({ budget: name, spec, pool, atMs }: Seen<'budget'>): void {
    const known = this.budgets.get(name);
    const budget: BudgetScene = known ?? {
      name,
      spec,
      specAtMs: atMs,
      pool,
      poolSizes: [],
      grants: [],
      grantsBefore: [],
      moved: [],
    };
    if (budget.spec !== spec) budget.specAtMs = atMs;
    budget.spec = spec;
    budget.pool = pool;
    budget.poolSizes.push({ atMs, size: pool.length });
    if (known === undefined) this.budgets.set(name, budget);
  }

  private ledger({ budget: name, grants }: Seen<'ledger'>): void {
    const budget = this.budgets.get(name);
    if (budget === undefined) return;
    budget.grantsBefore = budget.grants;
    budget.grants = grants;
    budget.moved = grants.filter((grant) => (this.grantedBy.get(attemptOf(grant)) ?? name) !== name);
    for (const grant of grants) this.grantedBy.set(attemptOf(grant), name);
  }

  private requested({ request: uid, host, budget, phase, atMs, withdrawn = false }: Seen<'request'>): void {
    const known = this.requests.get(uid);
    const fresh = { request: uid, host, budget, phase, phaseAtMs: atMs, flew: false, struck: false, withdrawn };
    const request = known ?? fresh;
    request.withdrawn ||= withdrawn;
    if (request.phase !== phase) request.phaseAtMs = atMs;
    request.phase = phase;
    request.budget = budget;
    // An attempt that was called off before any harm leaves the host as it was.
    request.flew = !AT_REST.has(phase) || request.struck;
    if (phase === 'gone') this.requests.delete(uid);
    else this.requests.set(uid, request);
  }
}

function hostScene(host: string, rack: string, controlPlane: boolean): HostScene {
  return {
    host,
    rack,
    controlPlane,
    on: true,
    switchedBy: 'start',
    switchedAtMs: Number.NEGATIVE_INFINITY,
    onMeantFor: host,
    boots: 0,
    epoch: 0,
    runs: true,
    reachable: true,
    serves: true,
    processes: new Map(),
    ready: 'True',
    readySinceMs: Number.NEGATIVE_INFINITY,
    nodeUid: '',
    readyEpoch: 0,
    claimed: true,
    intents: new Map(),
    fenced: undefined,
    lifted: undefined,
    unavailableSinceMs: undefined,
  };
}

function attemptOf({ request, step, attempt }: Granted): string {
  return `${request} ${step} ${attempt}`;
}

/**
 * Attempts that a write of the ledger lets start: entries of another attempt than before. A host that is Ready already and only has
 * to show that it stays takes its place without being started, and so does one that another budget has started.
 */
export function startsIn(budget: BudgetScene, scene: Scene): readonly Granted[] {
  const known = new Set([...budget.grantsBefore, ...budget.moved].map(attemptOf));
  return budget.grants.filter(
    (grant) => scene.requests.get(grant.request)?.phase !== 'Settling' && !known.has(attemptOf(grant)),
  );
}

/** Those of them by which a host comes in flight; a further attempt on one that is takes nothing more out of service. */
export function entriesIn(budget: BudgetScene, scene: Scene): readonly Granted[] {
  const known = new Set(budget.grantsBefore.map(({ request }) => request));
  return startsIn(budget, scene).filter(
    ({ request }) => !known.has(request) && scene.requests.get(request)?.flew !== true,
  );
}
