// The agents that an installed self node remediation operator has put on every node, each of which has said on its Node that it
// can reboot it. A cluster that brings its own is left as it is. The operator's configuration and template come with a policy.
// Source: medik8s/self-node-remediation install/self-node-remediation-deamonset.yaml, internal/utils/annotations.go.
//
// Divergence from reality: the operator is there from the start, and its agents run since before it. Its own deployment, its
// certificates and its service account are left out.

import { findCondition } from '../../core/api/conditions.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import { NODE_HEALTH_CHECK, type NodeHealthCheck, templatesOf } from '../../core/api/node-health-check.ts';
import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import {
  ANNOTATION_REBOOT_CAPABLE,
  ANNOTATION_WATCHDOG_TIMEOUT,
  isSelfNodeRemediationAgent,
  SELF_NODE_REMEDIATION_AGENT_LABELS,
  SELF_NODE_REMEDIATION_CONFIG,
  SELF_NODE_REMEDIATION_TEMPLATE,
  TAINT_SELF_NODE_REMEDIATION,
} from '../../core/api/self-node-remediation.ts';
import { DAEMON_SET, type DaemonSet, type Pod, type Toleration } from '../../core/api/workload.ts';
import type { WatchdogConfig } from '../config.ts';
import { daemonOf, daemonTolerations } from '../workload/daemon-pod.ts';

/** Assumption: where OpenShift's catalogue installs the medik8s operators, unless an object of the cluster says it. */
const NAMESPACE = 'openshift-workload-availability';
const GROUP = SELF_NODE_REMEDIATION_CONFIG.group;

/** Whether a cluster with these objects has the operator: an object of its group, or a reference to one of its templates. */
export function hasSelfNodeRemediation(objects: readonly KubeObject[]): boolean {
  return objects.some((object) => object.apiVersion.startsWith(`${GROUP}/`) || templateNamespace(object) !== undefined);
}

/**
 * The objects of the start with the agents of the operator, where it is installed and they have none.
 * @param evidence objects that show whether it is installed: those of the start, and those that come later.
 */
export function withSelfNodeRemediation(
  objects: readonly KubeObject[],
  evidence: readonly KubeObject[],
  watchdog: WatchdogConfig,
): readonly KubeObject[] {
  if (!hasSelfNodeRemediation(evidence)) return objects;
  const hasAgents = objects.some((object) => isDaemonSet(object) && isSelfNodeRemediationAgent(templateOf(object)));
  if (hasAgents) return objects;
  const set = daemonSet(namespaceOf(evidence));
  const tolerations = daemonTolerations(set.spec?.template?.spec);
  const agents = objects.filter(isNode).map((node) => agentPod(set, node.metadata.name, tolerations));
  return [...objects.map((object) => (isNode(object) ? annotated(object, watchdog) : object)), set, ...agents];
}

/** Ready and not on its way out. */
export function agentIsReady({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && findCondition(status?.conditions, 'Ready')?.status === 'True';
}

function namespaceOf(objects: readonly KubeObject[]): string {
  for (const object of objects) {
    const own = object.apiVersion.startsWith(`${GROUP}/`) ? object.metadata.namespace : templateNamespace(object);
    if (own !== undefined) return own;
  }
  return NAMESPACE;
}

/** Namespace of the template of this product that a NodeHealthCheck refers to; undefined where it refers to none. */
function templateNamespace(object: KubeObject): string | undefined {
  if (!isNodeHealthCheck(object)) return undefined;
  const found = templatesOf(object).find(({ kind }) => kind === SELF_NODE_REMEDIATION_TEMPLATE.kind);
  return found === undefined ? undefined : (found.namespace ?? NAMESPACE);
}

/** Its uid is fixed, because its pods name it. */
const DAEMON_SET_UID = '736e7200-0000-4000-8000-000000000001';

function daemonSet(namespace: string): DaemonSet {
  const labels = SELF_NODE_REMEDIATION_AGENT_LABELS;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'self-node-remediation-ds', namespace, uid: DAEMON_SET_UID } as DaemonSet['metadata'],
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'manager', resources: { requests: { cpu: '20m', memory: '60Mi' } } }],
          terminationGracePeriodSeconds: 10,
          tolerations: [
            { key: TAINT_SELF_NODE_REMEDIATION, operator: 'Exists', effect: 'NoSchedule' },
            { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
          ],
        },
      },
    },
  };
}

/** Already bound: what would bind it is left out, so that all agents share what they have in common. */
function agentPod(set: DaemonSet, nodeName: string, tolerations: readonly Toleration[]): KubeObject {
  const { metadata, apiVersion, kind } = daemonOf(set, nodeName, tolerations);
  const { generateName: _, ...shared } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { ...shared, name: `${set.metadata.name}-${nodeName}` } as KubeObject['metadata'],
    spec: { ...set.spec?.template?.spec, tolerations, nodeName },
    status: RUNNING,
  };
}

const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

function annotated(node: Node, watchdog: WatchdogConfig): Node {
  const annotations = {
    ...node.metadata.annotations,
    [ANNOTATION_REBOOT_CAPABLE]: 'true',
    [ANNOTATION_WATCHDOG_TIMEOUT]: String(Math.ceil(watchdog.timeoutMs / 1000)),
  };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

function templateOf(set: DaemonSet): KubeObject {
  return { ...set, metadata: { ...set.metadata, labels: set.spec?.template?.metadata?.labels ?? {} } };
}

function isNodeHealthCheck(object: KubeObject): object is NodeHealthCheck {
  return kindKeyOf(object) === NODE_HEALTH_CHECK.key;
}

function isNode(object: KubeObject): object is Node {
  return kindKeyOf(object) === NODE.key;
}

function isDaemonSet(object: KubeObject): object is DaemonSet {
  return kindKeyOf(object) === DAEMON_SET.key;
}
