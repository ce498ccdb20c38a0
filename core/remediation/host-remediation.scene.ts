// What one decision of a HostRemediation has before it: the request, and what it is about as the view shows it.

import type { BareMetalHost } from '../api/bare-metal-host.ts';
import { BARE_METAL_HOST } from '../api/bare-metal-host.ts';
import { findCondition } from '../api/conditions.ts';
import {
  ANNOTATION_HOLD_OFF_PREFIX,
  type Attempt,
  CONDITION_HELD,
  type HostRemediation,
  type HostRemediationPhase,
} from '../api/host-remediation.ts';
import {
  LABEL_CAPI_CONTROL_PLANE,
  LABEL_DEPLOYMENT_NAME,
  type Machine,
  type MachineApi,
  machineKind,
} from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import { keyOf, type ObjectKey } from '../api/object.ts';
import { type Grant, REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import {
  REMEDIATION_POLICY,
  type RemediationPolicy,
  type RemediationStep,
  type StepAction,
} from '../api/remediation-policy.ts';
import {
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_TEMPLATE,
  type SelfNodeRemediation,
} from '../api/self-node-remediation.ts';
import { parseTime } from '../api/time.ts';
import { hostOfMachine, MACHINES_BY_NODE, machineKeyOfNode } from '../cluster/machine-links.ts';
import type { PowerReading } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { BMC_LOOK_AGAIN_MS } from './defaults.ts';
import { CLOSED_BY_HOST, hostValue, nodeValue } from './host-remediation.indexes.ts';
import { type Known, newest, newestOrRead } from './host-remediation.last-look.ts';
import { backOffUntilMs, nextAttempt, type Plan } from './host-remediation.plan.ts';
import { type Settings, settingsOf, timeoutMsOf } from './host-remediation.settings.ts';
import { canReprovision } from './reprovisionable.ts';

export interface HostRemediationOptions {
  readonly machineApi: MachineApi;
  /** Name of the Node on which this process runs, where it runs on one: that node is another replica's to fence (invariant S15). */
  readonly ownNode?: string;
}

export interface Scene {
  readonly options: HostRemediationOptions;
  readonly view: ClusterView;
  /** What fresh reads had, beside it. */
  readonly known: Known;
  readonly nowMs: number;
  readonly request: HostRemediation;
  readonly phase: HostRemediationPhase;
  readonly phaseSinceMs: number;
  readonly policy: RemediationPolicy | undefined;
  readonly settings: Settings;
  readonly budget: RemediationBudget | undefined;
  /** The ledger's entry of this remediation, whatever attempt it is for. */
  readonly grant: Grant | undefined;
  readonly nodeName: string;
  /** The Node of that name; not always the one that was unhealthy. */
  readonly node: Node | undefined;
  readonly machine: Machine | undefined;
  /** The host: that of the Node's Machine until something is done to it, and from then on the one in the status. */
  readonly host: BareMetalHost | undefined;
  /** Annotation by which this remediation holds the host off. */
  readonly hold: string;
  /** All of this episode. */
  readonly attempts: readonly Attempt[];
  /** The one that runs. */
  readonly attempt: Attempt | undefined;
  readonly plan: Plan;
  readonly notBeforeMs: number;
  readonly selfFencing: SelfNodeRemediation | undefined;
  /** Where a SelfNodeRemediation would be made. */
  readonly templateNamespace: string | undefined;
  readonly awaitsOff: AwaitedOff | undefined;
  /** From when on an answer `off` proves it: the operator had said so when it was asked. Infinite where nobody knows. */
  readonly saidOffAtMs: number;
  /** The last answer of the BMC to a question of this phase, while it still counts. */
  readonly reading: PowerReading | undefined;
  /** The same, however long ago. */
  readonly lastReading: PowerReading | undefined;
}

/** The hold is on the host, and off is awaited; what was asked when it came. */
export interface AwaitedOff {
  readonly askedAtMs?: number;
}

export interface SceneInput {
  readonly options: HostRemediationOptions;
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly request: HostRemediation;
  /** The last answer of the BMC, to whatever question. */
  readonly heard: PowerReading | undefined;
  /** What the memory has of PoweringOff. */
  readonly awaitsOff: AwaitedOff | undefined;
  readonly known: Known;
}

export function sceneOf({ options, view, nowMs, request, heard, awaitsOff, known }: SceneInput): Scene {
  const { spec, status, metadata } = request;
  const policy = spec === undefined ? undefined : view.get(REMEDIATION_POLICY, global(spec.policy));
  const budget = spec === undefined ? undefined : view.get(REMEDIATION_BUDGET, global(spec.budget));
  const settings = settingsOf(policy);
  const nodeName = spec?.node.name ?? '';
  const node = newest(NODE, view.get(NODE, global(nodeName)), known);
  const attempts = status?.attempts ?? [];
  const attempt = attempts.find(({ outcome }) => outcome === undefined);
  const link = linkOf(options.machineApi, { nodeName, node, view });
  const host = hasStruck(attempts)
    ? storedHost(request, view, known)
    : newest<BareMetalHost>(BARE_METAL_HOST, link.host, known);
  const machine =
    status?.replacement === undefined ? link.machine : replacedMachine(options.machineApi, request, { view, known });
  const history = historyOf(request, host, view);
  const canDo = (action: StepAction): boolean =>
    whyNot(action, { options, settings, host, machine: link.machine }) === undefined;
  const planned = { settings, attempts, history, nowMs };
  const hold = `${ANNOTATION_HOLD_OFF_PREFIX}${metadata.uid}`;
  const phaseSinceMs = parseTime(status?.phaseSince ?? metadata.creationTimestamp ?? '');
  const lastReading = heard !== undefined && heard.askedAtMs >= phaseSinceMs ? heard : undefined;
  const [template] = view.list(SELF_NODE_REMEDIATION_TEMPLATE);
  const templateNamespace = template?.metadata.namespace;
  return {
    options,
    view,
    known,
    nowMs,
    request,
    phase: status?.phase ?? 'Waiting',
    phaseSinceMs,
    awaitsOff,
    saidOffAtMs: saidOffAtMsOf(status?.phase, phaseSinceMs, awaitsOff?.askedAtMs),
    policy,
    settings,
    budget,
    grant: grantOf(request, budget),
    nodeName,
    node,
    machine,
    host,
    hold,
    attempts,
    attempt,
    plan: nextAttempt({ ...planned, canDo }),
    notBeforeMs: backOffUntilMs(planned),
    selfFencing: selfFencingOf(request, templateNamespace, { view, known }),
    templateNamespace,
    reading: lastReading !== undefined && nowMs < lastReading.readAtMs + BMC_LOOK_AGAIN_MS ? lastReading : undefined,
    lastReading,
  };
}

/** In ProvingOff the status says since when; in PoweringOff only the memory of whoever has asked. */
function saidOffAtMsOf(
  phase: HostRemediationPhase | undefined,
  phaseSinceMs: number,
  askedAtMs: number | undefined,
): number {
  if (phase !== 'PoweringOff') return phaseSinceMs;
  return askedAtMs !== undefined && askedAtMs >= phaseSinceMs ? askedAtMs : Number.POSITIVE_INFINITY;
}

export function global(name: string): ObjectKey {
  return { namespace: '', name };
}

export function hasStruck(attempts: readonly Attempt[]): boolean {
  return attempts.some(({ struckAt }) => struckAt !== undefined);
}

/** The step of the running attempt, as the policy has it now. */
export function stepOf({ settings, attempt }: Scene): RemediationStep | undefined {
  return settings.steps.find(({ action }, at) => at === attempt?.step && action === attempt.action);
}

/** When the time of the running attempt is over. */
export function attemptEndMs(scene: Scene): number {
  const { attempt } = scene;
  if (attempt === undefined) return Number.POSITIVE_INFINITY;
  return parseTime(attempt.grantedAt) + timeoutMsOf(attempt.action, stepOf(scene));
}

/** The host boots already and is left alone: a reason of the condition Held. */
export const REASON_BOOTING = 'Booting';

/** New firmware is written to the host, which is left alone until that is done. */
export const REASON_UPDATING = 'FirmwareUpdate';

/**
 * When the BMC counts as dead if it has not answered: from the grant, from the end of the grace for a host that boots, from the strike once it is struck, and from the operator's
 * word once it says off. The operator heard of that from the BMC.
 */
export function powerEndMs(scene: Scene): number {
  const { request, attempt, settings, phase, phaseSinceMs } = scene;
  if (attempt === undefined) return Number.POSITIVE_INFINITY;
  if (phase === 'ProvingOff') return phaseSinceMs + settings.powerTimeoutMs;
  // It did answer: it said that the host boots.
  const said = findCondition(request.status?.conditions, CONDITION_HELD)?.reason;
  if (phase === 'Verifying' && said === REASON_UPDATING) return attemptEndMs(scene);
  if (phase === 'Verifying' && said === REASON_BOOTING)
    return phaseSinceMs + settings.bootGraceMs + settings.powerTimeoutMs;
  return parseTime(attempt.struckAt ?? attempt.grantedAt) + settings.powerTimeoutMs;
}

export function wipes(action: StepAction | undefined): boolean {
  return action === 'ReprovisionInPlace' || action === 'Replace';
}

interface NodeLink {
  readonly machine: Machine | undefined;
  readonly host: BareMetalHost | undefined;
}

/** By the Machine's own word first: it is there although the Node, and its annotation, may be gone. */
function linkOf(
  machineApi: MachineApi,
  { nodeName, node, view }: { readonly nodeName: string; readonly node: Node | undefined; readonly view: ClusterView },
): NodeLink {
  const [named] = view.byIndex(MACHINES_BY_NODE[machineApi], nodeName);
  const key = node === undefined ? undefined : machineKeyOfNode(machineApi, node);
  const machine = named ?? (key === undefined ? undefined : view.get(machineKind(machineApi), key));
  return { machine, host: machine === undefined ? undefined : hostOfMachine(machineApi, machine, view) };
}

function storedHost({ status }: HostRemediation, view: ClusterView, known: Known): BareMetalHost | undefined {
  const seen = status?.host === undefined ? undefined : view.get(BARE_METAL_HOST, status.host);
  const host = newest<BareMetalHost>(BARE_METAL_HOST, seen, known);
  return host?.metadata.uid === status?.host?.uid ? host : undefined;
}

/** The Machine that is being replaced, while it is there. */
function replacedMachine(
  machineApi: MachineApi,
  { status }: HostRemediation,
  { view, known }: { readonly view: ClusterView; readonly known: Known },
): Machine | undefined {
  const old = status?.replacement?.machine;
  const kind = machineKind(machineApi);
  const machine = newest<Machine>(kind, old === undefined ? undefined : view.get(kind, old), known);
  return machine?.metadata.uid === old?.uid ? machine : undefined;
}

function grantOf({ metadata }: HostRemediation, budget: RemediationBudget | undefined): Grant | undefined {
  const grant = budget?.status?.grants?.[metadata.name];
  return grant?.uid === metadata.uid ? grant : undefined;
}

/** Closed episodes of the same host. */
export function historyOf(
  { spec, metadata }: HostRemediation,
  host: BareMetalHost | undefined,
  view: ClusterView,
): readonly HostRemediation[] {
  const ofHost = host === undefined ? [] : view.byIndex(CLOSED_BY_HOST, hostValue(host.metadata.uid));
  const ofNode = view.byIndex(CLOSED_BY_HOST, nodeValue(spec?.node.name ?? ''));
  return [...ofHost, ...ofNode].filter((other) => other.metadata.uid !== metadata.uid);
}

/** Its name is ours, so that a second one cannot be made, and it is owned by the request. */
function selfFencingOf(
  { metadata }: HostRemediation,
  namespace: string | undefined,
  { view, known }: { readonly view: ClusterView; readonly known: Known },
): SelfNodeRemediation | undefined {
  if (namespace === undefined) return undefined;
  const found = newestOrRead(SELF_NODE_REMEDIATION, { namespace, name: metadata.name }, view, known);
  return found?.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true ? found : undefined;
}

/** Why a step cannot be done on this host at all, whatever time it is; undefined where it can. */
export function whyNot(
  action: StepAction,
  {
    options,
    settings,
    host,
    machine,
  }: Pick<Scene, 'options' | 'settings'> & {
    readonly host: BareMetalHost | undefined;
    readonly machine: Machine | undefined;
  },
): string | undefined {
  if (host === undefined) return 'NoHost';
  if (host.spec?.disablePowerOff === true) return 'PowerOffDisabled';
  if (action === 'Reboot') return undefined;
  if (!settings.mayWipe) return 'WipeNotAllowed';
  if (machine === undefined) return 'NoMachine';
  const canReuse =
    options.machineApi === 'cluster-api' && machine.metadata.labels?.[LABEL_DEPLOYMENT_NAME] !== undefined;
  if (action === 'ReprovisionInPlace' && !canReuse) return 'NoHostReuse';
  // A Machine of the control plane is its control plane's to replace: it knows the members of etcd.
  const isControlPlane = machine.metadata.labels?.[LABEL_CAPI_CONTROL_PLANE] !== undefined;
  return canReprovision(machine, host) && !isControlPlane ? undefined : 'NotReplaceable';
}

/** Whether the host of the scene is the one that the status names. */
export function isHostStored({ request, host }: Scene): boolean {
  const stored = request.status?.host;
  return host !== undefined && stored?.uid === host.metadata.uid && stored.name === keyOf(host).name;
}
