// Nodes of the control plane are remediated one at a time, and in OpenShift only while etcd can spare one.
// Source: medik8s/common pkg/etcd, pkg/nodes; cases C188, C189; incident I33.

import { nodeNameOf } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import { etcdSpares } from '../cluster/etcd-guards.ts';
import type { Scene } from './node-health-check.scene.ts';

/**
 * Whether a node of the control plane may be remediated now.
 * @param startedNow a node of the control plane whose remediation this decision starts already.
 */
export function controlPlaneAllows(node: Node, scene: Scene, startedNow: string | undefined): boolean {
  const { name } = node.metadata;
  const underWay = scene.requests
    .forControlPlane(scene.check, scene.view)
    .map(({ request }) => nodeNameOf(request))
    .concat(startedNow ?? []);
  if (underWay.includes(name)) return true;
  if (underWay.length > 0) return false;
  return !scene.isOpenshift || etcdSpares(node, scene.view);
}
