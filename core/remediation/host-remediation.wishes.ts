// Who else has a say about the node: reasons why nothing is started on it now, and reasons why nothing more is done at all.

import {
  ANNOTATION_DETACHED,
  ANNOTATION_PAUSED,
  ANNOTATION_REBOOT,
  type BareMetalHost,
} from '../api/bare-metal-host.ts';
import { findCondition } from '../api/conditions.ts';
import { isExcludedFromRemediation } from '../api/medik8s.ts';
import { isReady, NODE, type Node, readyCondition } from '../api/node.ts';
import { ANNOTATION_REMEDIATE, isDoubted, LABEL_EXCLUDE, REMEDIATION_POLICY } from '../api/remediation-policy.ts';
import { parseTime } from '../api/time.ts';
import { isInMaintenance } from '../cluster/maintenance.ts';
import { hasStruck, type Scene } from './host-remediation.scene.ts';

/** A reason why the node is to be left alone by this remediation for good, or undefined. */
export function unwanted(scene: Scene): string | undefined {
  const { view, policy, node, request, attempts } = scene;
  if (policy === undefined && view.hasSynced(REMEDIATION_POLICY)) return 'PolicyGone';
  if (node === undefined) return view.hasSynced(NODE) ? 'NodeGone' : undefined;
  // After a strike a Node of that name may well be a new object: a kubelet that registers again.
  if (!hasStruck(attempts) && node.metadata.uid !== request.spec?.node.uid) return 'NodeGone';
  if (node.metadata.labels?.[LABEL_EXCLUDE] !== undefined) return 'Excluded';
  // The maintenance operator excludes a node as long as it works on it, and no longer.
  return isExcludedFromRemediation(node) && !isInMaintenance(scene.nodeName, node, scene.view) ? 'Excluded' : undefined;
}

/** A reason why nothing is started on the node now, or undefined: somebody else's wish, or the policy's own. */
export function keptBack(scene: Scene): string | undefined {
  const { policy, budget, host, node, options, nodeName } = scene;
  if (policy?.spec?.dryRun === true) return 'DryRun';
  if ((policy?.spec?.pauseRequests?.length ?? 0) > 0) return 'PolicyPaused';
  // Too many failed at once to believe it; a person who asks for this node has looked.
  if (isDoubted(policy) && !isWished(node)) return 'SignalDoubted';
  if (budget === undefined) return 'BudgetMissing';
  if (options.ownNode === nodeName) return 'LeaderRunsHere';
  if (isInMaintenance(scene.nodeName, node, scene.view)) return 'UnderMaintenance';
  return host === undefined ? undefined : wishOfHost(host, scene.hold);
}

/** Source: baremetal-operator; reboot annotations count only where an image runs. */
function wishOfHost(host: BareMetalHost, ownHold: string): string | undefined {
  const { annotations } = host.metadata;
  if (host.spec?.online === false) return 'HostSwitchedOff';
  if (annotations?.[ANNOTATION_DETACHED] !== undefined) return 'HostDetached';
  if (annotations?.[ANNOTATION_PAUSED] !== undefined) return 'HostPaused';
  if (Object.keys(annotations ?? {}).some((name) => isReboot(name) && name !== ownHold)) return 'HostHeldByAnother';
  return runsImage(host) ? undefined : 'HostNotProvisioned';
}

function isReboot(name: string): boolean {
  return name === ANNOTATION_REBOOT || name.startsWith(`${ANNOTATION_REBOOT}/`);
}

/** The operator answers to reboot annotations in these states only. */
export function runsImage({ status }: BareMetalHost): boolean {
  const state = status?.provisioning?.state;
  return state === 'provisioned' || state === 'externally provisioned';
}

/** Ready, and no condition of the policy is met, however short a time. */
export function isNodeHealthy(node: Node | undefined, conditions: Scene['settings']['conditions']): boolean {
  if (node === undefined || !isReady(node)) return false;
  return !conditions.some(({ type, status }) => findCondition(node.status?.conditions, type)?.status === status);
}

/** Somebody asked by annotation: the node counts as unhealthy until something was done. */
export function isWished(node: Node | undefined): boolean {
  return node?.metadata.annotations?.[ANNOTATION_REMEDIATE] !== undefined;
}

/**
 * The Node is Ready after another boot than that before the attempt. Where a boot ID is missing on either side, a Ready that
 * began after the strike counts, for the node was not Ready then.
 */
export function isBack({ node, request, attempts }: Scene): boolean {
  if (node === undefined || !isReady(node)) return false;
  const before = request.status?.bootIDBefore;
  const now = node.status?.nodeInfo?.bootID;
  if (before !== undefined && now !== undefined) return now !== before;
  const struckMs = Math.max(
    0,
    ...attempts.flatMap(({ struckAt }) => (struckAt === undefined ? [] : [parseTime(struckAt)])),
  );
  return parseTime(readyCondition(node)?.lastTransitionTime ?? '') > struckMs;
}
