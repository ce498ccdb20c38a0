// Nodes that are no longer unhealthy: their requests are deleted, at once or after spec.healthyDelay, and only when none is left
// does the node count as healthy and its lease is given back. Requests of nodes that are gone are deleted too.
// Source: medik8s/node-healthcheck-operator dd444329; cases C191, C192, C200; incidents I27, I28, I32, I36.

import { parseDuration } from '../api/duration.ts';
import { CONDITION_PERMANENT_NODE_DELETION, CONDITION_SUCCEEDED, nodeNameOf } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import { ANNOTATION_HEALTHY_DELAY, ANNOTATION_MANUALLY_CONFIRMED_HEALTHY } from '../api/node-health-check.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { annotate } from '../remediation/object-patches.ts';
import { giveBackLease, leasedNodes } from './node-health-check.leases.ts';
import { deleteRequest, type FoundRequest, requestCondition } from './node-health-check.requests.ts';
import { LOOK_LATE_MS, type Scene } from './node-health-check.scene.ts';
import { isSelected, NODES_TO_LOOK_AT } from './node-health-check.targets.ts';

/** The node of this name, if it is there and selected. */
function selectedNode(nodeName: string, { check, view }: Scene): Node | undefined {
  const node = view.get(NODE, { namespace: '', name: nodeName });
  return node !== undefined && isSelected(check, node) ? node : undefined;
}

/**
 * Deletes the requests of nodes that are gone or no longer selected. A remediator that deletes the node itself is left alone
 * until it has succeeded.
 */
export function deleteOrphans(own: readonly FoundRequest[], scene: Scene): void {
  for (const found of own) {
    const { request } = found;
    const nodeName = nodeNameOf(request);
    if (request.metadata.deletionTimestamp !== undefined || selectedNode(nodeName, scene) !== undefined) continue;
    const isExpected = requestCondition(request, CONDITION_PERMANENT_NODE_DELETION) === 'True';
    if (isExpected && requestCondition(request, CONDITION_SUCCEEDED) !== 'True') continue;
    cleanUp(nodeName, scene);
    remove(found, scene);
  }
}

/** Goes through the requests of healthy nodes. Returns the names of those nodes: they do not count as healthy yet. */
export function recover(
  own: readonly FoundRequest[],
  isSick: (nodeName: string) => boolean,
  scene: Scene,
): ReadonlySet<string> {
  const recovering = new Set<string>();
  const asked = new Set<string>();
  for (const found of own) {
    const nodeName = nodeNameOf(found.request);
    asked.add(nodeName);
    const node = selectedNode(nodeName, scene);
    if (node === undefined || isSick(nodeName)) continue;
    recovering.add(nodeName);
    if (isConfirmedHealthy(node) || delayIsOver(found, nodeName, scene)) remove(found, scene);
    scene.status.setConditionsHealthy(nodeName);
  }
  for (const nodeName of rememberedNodes(scene)) {
    if (isSick(nodeName) || asked.has(nodeName)) continue;
    const node = selectedNode(nodeName, scene);
    if (node !== undefined) settle(node, scene);
    else if (scene.lineage === 'corrected') scene.status.remove(nodeName); // incident I32
  }
  return recovering;
}

/** Nodes of which something may be left: an entry in the status, a lease, a person's mark. */
function rememberedNodes({ check, view, status }: Scene): ReadonlySet<string> {
  return new Set([
    ...status.unhealthyNodes.map(({ name }) => name),
    ...leasedNodes(check, view),
    ...view.byIndex(NODES_TO_LOOK_AT, check.metadata.name).map(({ metadata }) => metadata.name),
  ]);
}

/** The node is healthy: nothing of its remediation is left. */
function settle(node: Node, scene: Scene): void {
  if (isConfirmedHealthy(node)) {
    scene.work.first(annotate(NODE, node, { [ANNOTATION_MANUALLY_CONFIRMED_HEALTHY]: null }));
  }
  cleanUp(node.metadata.name, scene);
}

function cleanUp(nodeName: string, scene: Scene): void {
  const release = giveBackLease(nodeName, scene);
  if (release !== undefined) scene.work.first(release);
  scene.status.remove(nodeName);
}

function remove(found: FoundRequest, { work }: Scene): void {
  const { kind, request } = found;
  if (request.metadata.deletionTimestamp !== undefined) return;
  const event = work.event('Normal', 'RemediationRemoved', `deleted ${kind.kind} ${request.metadata.name}`);
  work.first(deleteRequest(found), event);
}

function isConfirmedHealthy({ metadata }: Node): boolean {
  return metadata.annotations?.[ANNOTATION_MANUALLY_CONFIRMED_HEALTHY] !== undefined;
}

/** spec.healthyDelay, counted from a mark on the request. A negative one is never over. */
function delayIsOver({ kind, request }: FoundRequest, nodeName: string, scene: Scene): boolean {
  const { check, nowMs, work, status } = scene;
  const written = check.spec?.healthyDelay;
  const delayMs = written === undefined ? 0 : (parseDuration(written) ?? 0);
  if (delayMs <= 0) return delayMs === 0;
  const mark = request.metadata.annotations?.[ANNOTATION_HEALTHY_DELAY];
  const sinceMs = mark === undefined ? nowMs : parseTime(mark);
  // A mark that cannot be read holds nothing up.
  if (Number.isNaN(sinceMs) || nowMs >= sinceMs + delayMs) return true;
  if (mark === undefined) work.first(annotate(kind, request, { [ANNOTATION_HEALTHY_DELAY]: formatTime(nowMs) }));
  work.lookAgain(sinceMs + delayMs + LOOK_LATE_MS);
  status.setHealthyDelayed(nodeName);
  return false;
}

/**
 * A node that matches again after it seemed to recover starts its delay anew; the product counts on from the first time, so
 * that a flapping node is declared healthy too soon (incident I36).
 */
export function restartDelays(own: readonly FoundRequest[], isSick: (nodeName: string) => boolean, scene: Scene): void {
  if (scene.lineage === 'exact') return;
  for (const { kind, request } of own) {
    const nodeName = nodeNameOf(request);
    if (!isSick(nodeName)) continue;
    scene.status.setConditionsUnhealthy(nodeName);
    if (request.metadata.annotations?.[ANNOTATION_HEALTHY_DELAY] === undefined) continue;
    scene.work.first(annotate(kind, request, { [ANNOTATION_HEALTHY_DELAY]: null }));
  }
}
