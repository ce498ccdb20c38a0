// Node (v1) and the names that node lifecycle and remediation share.

import type { Condition } from './conditions.ts';
import { findCondition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly timeAdded?: string;
}

export interface Node extends KubeObject {
  readonly spec?: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly nodeInfo?: {
      /** Another one after every boot. */
      readonly bootID?: string;
      readonly kubeletVersion?: string;
      /** The hardware's own, as its firmware tells the operating system. */
      readonly systemUUID?: string;
    };
  };
}

export const NODE = kindOf<Node>('', 'Node', 'Cluster');

export const LABEL_ZONE = 'topology.kubernetes.io/zone';
/** Roles of nodes, as labels without a meaning of their value. */
export const LABEL_WORKER = 'node-role.kubernetes.io/worker';
export const LABEL_CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** The role's older name. */
export const LABEL_MASTER = 'node-role.kubernetes.io/master';

export const TAINT_NOT_READY = 'node.kubernetes.io/not-ready';
export const TAINT_UNREACHABLE = 'node.kubernetes.io/unreachable';
export const TAINT_UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
export const TAINT_OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export function readyCondition(node: Node): Condition | undefined {
  return findCondition(node.status?.conditions, 'Ready');
}

export function isReady(node: Node): boolean {
  return readyCondition(node)?.status === 'True';
}

export function isControlPlaneNode({ metadata: { labels } }: Node): boolean {
  return labels?.[LABEL_CONTROL_PLANE] !== undefined || labels?.[LABEL_MASTER] !== undefined;
}
