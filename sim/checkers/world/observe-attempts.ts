// Who has the right to act on a host, from when to when, and when he first harms: read off the requests of every remediator,
// off marks on Machines and hosts, and off Machines that a controller deletes.

import { ANNOTATION_REBOOT, BARE_METAL_HOST, type BareMetalHost } from '../../../core/api/bare-metal-host.ts';
import { FENCE_AGENTS_REMEDIATION } from '../../../core/api/fence-agents-remediation.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { CAPI_MACHINE, isExternallyRemediated, type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { MACHINE_DELETION_REMEDIATION } from '../../../core/api/machine-deletion-remediation.ts';
import { ANNOTATION_TIMED_OUT, CONDITION_SUCCEEDED, nodeNameOf } from '../../../core/api/medik8s.ts';
import { LABEL_WORKER, NODE } from '../../../core/api/node.ts';
import { type Kind, type KubeObject, keyOf } from '../../../core/api/object.ts';
import { MACHINE_REMEDIATION, METAL3_REMEDIATION } from '../../../core/api/remediation.ts';
import {
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_CONFIG,
  type SelfNodeRemediation,
} from '../../../core/api/self-node-remediation.ts';
import { hostOfMachine } from '../../../core/cluster/machine-links.ts';
import {
  minimumSafeTimeMs,
  selfNodeSettings,
  WATCHDOG_TIMEOUT_MS,
} from '../../../core/remediation/self-node-settings.ts';
import type { Change } from '../../api-server/change.ts';
import { isJsonObject } from '../../api-server/same-value.ts';
import { isOf } from '../../api-server/typed-change.ts';
import { machineOfRequest } from '../../machine-choice.ts';
import type { World } from '../../world.ts';
import type { Means, Seen } from '../observation.ts';
import { OwnRequests } from './own-requests.ts';
import { scopeOf } from './policy-scope.ts';
import { hostName, type Tell } from './tell.ts';

/** Requests that are attempts as long as they exist, or until they say that they are over. */
const REQUESTS: readonly { readonly kind: Kind; readonly means: Means }[] = [
  { kind: METAL3_REMEDIATION, means: 'power' },
  { kind: MACHINE_REMEDIATION, means: 'power' },
  { kind: SELF_NODE_REMEDIATION, means: 'timer' },
  { kind: FENCE_AGENTS_REMEDIATION, means: 'cycle' },
  { kind: MACHINE_DELETION_REMEDIATION, means: 'reprovision' },
];

interface Open {
  readonly attempt: string;
  readonly request: string;
  readonly host: number;
  readonly remediator: string;
  readonly means: Means;
  readonly sinceMs: number;
  /** The longest that an agent may need to reset itself, by the peers that there were then. */
  readonly resetMs: number;
  struck: boolean;
}

type Opening = Omit<Seen<'attemptOpened'>, 'seen' | 'atMs' | 'host'> & { readonly host: number };

export class AttemptBook {
  private readonly world: World;
  private readonly tell: Tell;
  private readonly open = new Map<string, Open>();

  constructor(world: World, tell: Tell) {
    this.world = world;
    this.tell = tell;
  }

  opened({ host, ...opening }: Opening): void {
    if (host < 0 || this.open.has(opening.attempt)) return;
    const { attempt, request, remediator, means } = opening;
    const scope = scopeOf(this.world);
    if (scope !== undefined) this.tell({ seen: 'scope', hosts: scope });
    const { nowMs } = this.world.kernel;
    this.open.set(attempt, {
      attempt,
      request,
      host,
      remediator,
      means,
      sinceMs: nowMs,
      resetMs: this.resetMs(means),
      struck: false,
    });
    this.tell({ seen: 'attemptOpened', ...opening, host: hostName(this.world, host) });
  }

  private resetMs(means: Means): number {
    if (means !== 'timer') return 0;
    const { store } = this.world;
    const [settings] = store.list(SELF_NODE_REMEDIATION_CONFIG);
    const workers = store.list(NODE).filter(({ metadata }) => metadata.labels?.[LABEL_WORKER] !== undefined);
    return minimumSafeTimeMs(selfNodeSettings(settings), workers.length, WATCHDOG_TIMEOUT_MS);
  }

  closed(attempt: string, how: Seen<'attemptClosed'>['how']): void {
    if (this.open.delete(attempt)) this.tell({ seen: 'attemptClosed', attempt, how });
  }

  /** The first harm to a host: of the attempts that `whose` takes, or of all. */
  struck(host: number, whose: (open: Open) => boolean = () => true): void {
    for (const open of this.open.values()) {
      if (open.host !== host || open.struck || !whose(open)) continue;
      open.struck = true;
      const blocks = this.world.storage.blockedWithout(host);
      this.tell({ seen: 'attemptStruck', attempt: open.attempt, ...(blocks === undefined ? {} : { blocks }) });
    }
  }

  find(attempt: string): Open | undefined {
    return this.open.get(attempt);
  }

  /** An attempt of this controller on the host is open. */
  hasOn(host: number, controller: string): boolean {
    for (const open of this.open.values()) {
      if (open.host === host && isNameOf(controller, open.remediator)) return true;
    }
    return false;
  }
}

/** `machine-deletion-remediation` is the name of the controller of MachineDeletionRemediations. */
function isNameOf(controller: string, remediator: string): boolean {
  const kebab = remediator.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase();
  return controller === remediator || controller.startsWith(kebab);
}

export function observeAttempts(world: World, tell: Tell): void {
  const { store, fleet, config } = world;
  const book = new AttemptBook(world, tell);
  const own = new OwnRequests(world, book, tell);
  const machineHost = (machine: Machine): number => {
    const host = hostOfMachine(config.machineApi, machine, store);
    return host === undefined ? -1 : fleet.indexOfHost(keyOf(host));
  };
  const requestHost = (request: KubeObject): number => {
    const byNode = fleet.indexOfNode(nodeNameOf(request));
    if (byNode >= 0) return byNode;
    const key = machineOfRequest(request);
    const machine = key === undefined ? undefined : (store.get(OPENSHIFT_MACHINE, key) ?? store.get(CAPI_MACHINE, key));
    return machine === undefined ? -1 : machineHost(machine);
  };
  const requestChanged = (change: Change, kind: Kind, means: Means): void => {
    const { before, after } = change;
    const uid = (after ?? before)?.metadata.uid ?? '';
    if (after === undefined) book.closed(uid, 'over');
    else {
      if (before === undefined) {
        book.opened({ attempt: uid, request: askedBy(after), host: requestHost(after), remediator: kind.kind, means });
      }
      const how = endOf(after);
      if (how !== undefined) book.closed(uid, how);
    }
  };
  const machineChanged = (before: Machine | undefined, after: Machine | undefined, by: string | undefined): void => {
    const uid = (after ?? before)?.metadata.uid ?? '';
    if (after === undefined) {
      book.closed(`machine ${uid}`, 'over');
      book.closed(`external ${uid}`, 'over');
      return;
    }
    const asks = isExternallyRemediated(after);
    if (asks && !isExternallyRemediated(before)) {
      const attempt = `external ${uid}`;
      book.opened({
        attempt,
        request: attempt,
        host: machineHost(after),
        remediator: 'ExternalBaremetal',
        means: 'power',
      });
    } else if (!asks && isExternallyRemediated(before)) book.closed(`external ${uid}`, 'over');
    const isDoomed = after.metadata.deletionTimestamp !== undefined && before?.metadata.deletionTimestamp === undefined;
    if (!isDoomed || by === undefined) return;
    const host = machineHost(after);
    if (!book.hasOn(host, by)) {
      const attempt = `machine ${uid}`;
      book.opened({ attempt, request: attempt, host, remediator: by, means: 'reprovision' });
    }
    book.struck(host, ({ remediator }) => isNameOf(by, remediator));
  };

  store.tap(
    (change) => {
      if (isOf(change, HOST_REMEDIATION)) own.changed(change.before, change.after);
      else if (isOf(change, OPENSHIFT_MACHINE)) machineChanged(change.before, change.after, change.by);
      else if (isOf(change, CAPI_MACHINE)) machineChanged(change.before, change.after, change.by);
      else if (isOf(change, BARE_METAL_HOST)) {
        if (change.after !== undefined && change.by !== undefined) heldOff(book, world, change.before, change.after);
      } else {
        for (const { kind, means } of REQUESTS) if (isOf(change, kind)) requestChanged(change, kind, means);
        if (isOf(change, SELF_NODE_REMEDIATION)) takenForRebooted(book, world, tell, change.before, change.after);
      }
    },
    [HOST_REMEDIATION, OPENSHIFT_MACHINE, CAPI_MACHINE, BARE_METAL_HOST, ...REQUESTS.map(({ kind }) => kind)],
  );
  world.bmc.observe({
    commandStarted: (_reached, command) => {
      if (command.by !== 'fence-agent' || command.power !== 'off') return;
      book.struck(fleet.indexOfHost(command.host), ({ means }) => means === 'cycle');
    },
    commandEnded: () => undefined,
  });
  fleet.observe({
    selfReset: (host) => book.struck(host, ({ means }) => means === 'timer'),
  });
}

/** The request behind it: one of ours that had another product do its part is one with it. */
function askedBy({ metadata: { uid, ownerReferences = [] } }: KubeObject): string {
  return ownerReferences.find(({ kind }) => kind === HOST_REMEDIATION.kind)?.uid ?? uid;
}

/** A controller asks the host operator to switch off: whose uid the mark names, or else everybody who uses no such mark. */
function heldOff(book: AttemptBook, world: World, before: BareMetalHost | undefined, after: BareMetalHost): void {
  const host = world.fleet.indexOfHost(keyOf(after));
  if (host < 0) return;
  const had = before?.metadata.annotations ?? {};
  const marks = Object.keys(after.metadata.annotations ?? {}).filter(
    (key) => key.startsWith(ANNOTATION_REBOOT) && !(key in had),
  );
  for (const mark of marks) {
    const named = book.find(mark.slice(-UID_LENGTH)) !== undefined;
    book.struck(host, ({ request }) => (named ? mark.endsWith(request) : true) && isOfMark(mark, request));
  }
  if (before?.spec?.online !== false && after.spec?.online === false)
    book.struck(host, ({ means }) => means === 'power');
}

const UID_LENGTH = 36;

/** A mark with a uid at its end is of that request only. */
function isOfMark(mark: string, request: string): boolean {
  const end = mark.slice(-UID_LENGTH);
  return !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(end) || end === request;
}

/** How a request of another remediator says that it is over; most say it by going away. */
function endOf({ kind, metadata, status }: KubeObject): Seen<'attemptClosed'>['how'] | undefined {
  // Its health check has told it to stop.
  if (metadata.annotations?.[ANNOTATION_TIMED_OUT] !== undefined) return 'over';
  if (hasSucceeded(status)) return 'succeeded';
  if (typeof status !== 'object' || status === null) return undefined;
  const state = 'state' in status ? status.state : 'phase' in status ? status.phase : undefined;
  if (kind === MACHINE_REMEDIATION.kind && state === 'Succeeded') return 'succeeded';
  if (kind === MACHINE_REMEDIATION.kind && state === 'Failed') return 'escalated';
  // From then on it is the owner's affair.
  if (kind === METAL3_REMEDIATION.kind && (state === 'Failed' || state === 'Deleting machine')) return 'escalated';
  return undefined;
}

/** By the condition that all requests of medik8s have. */
function hasSucceeded(status: unknown): boolean {
  const conditions = isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  return conditions.some(
    (condition) => isJsonObject(condition) && condition.type === CONDITION_SUCCEEDED && condition.status === 'True',
  );
}

function takenForRebooted(
  book: AttemptBook,
  world: World,
  tell: Tell,
  before: SelfNodeRemediation | undefined,
  after: SelfNodeRemediation | undefined,
): void {
  if (after?.status?.phase !== 'Reboot-Completed' || before?.status?.phase === 'Reboot-Completed') return;
  const open = book.find(after.metadata.uid);
  if (open === undefined) return;
  tell({
    seen: 'takenForRebooted',
    host: hostName(world, open.host),
    waitedMs: world.kernel.nowMs - open.sinceMs,
    requiredMs: open.resetMs,
  });
}
