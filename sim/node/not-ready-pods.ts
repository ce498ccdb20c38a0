// The pods of a node that fell silent: their Ready turns False at once, reason and message kept, and an event says so.
// Source: kubernetes pkg/controller/util/node/controller_utils.go (MarkPodsNotReady).
//
// Divergence from reality: a pod that is bound to a silent node later is not marked; it cannot be Ready there.

import { findCondition, withCondition } from '../../core/api/conditions.ts';
import { POD } from '../../core/api/workload.ts';
import { PODS_BY_NODE } from '../../core/remediation/workload-release.ts';
import type { KubeEvents } from '../api-server/kube-events.ts';
import type { ObjectStore } from '../api-server/object-store.ts';

/** Marks the pods of a node; `store` has the index PODS_BY_NODE. */
export function markPodsNotReady(store: ObjectStore, events: KubeEvents, nodeName: string, nowMs: number): void {
  for (const { metadata } of store.byIndex(PODS_BY_NODE, nodeName)) {
    const key = { namespace: metadata.namespace ?? '', name: metadata.name };
    const pod = store.get(POD, key);
    const ready = findCondition(pod?.status?.conditions, 'Ready');
    if (pod === undefined || ready === undefined || ready.status === 'False') continue;
    const { lastTransitionTime: _old, ...said } = ready;
    store.update(POD, key, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        conditions: withCondition(current.status?.conditions, { ...said, status: 'False' }, nowMs),
      },
    }));
    events.record({
      regarding: pod,
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      component: 'node-controller',
    });
  }
}
