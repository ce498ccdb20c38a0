// Taints and tolerations as the scheduler and the taint-eviction controller compare them.
// Source: kubernetes staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go.

import type { Taint } from '../../core/api/node.ts';
import type { Toleration } from '../../core/api/workload.ts';

function tolerates(toleration: Toleration, taint: Taint): boolean {
  const effect = toleration.effect ?? '';
  if (effect !== '' && effect !== taint.effect) return false;
  const key = toleration.key ?? '';
  if (key !== '' && key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return key !== '' && (toleration.value ?? '') === (taint.value ?? '');
}

export function toleratesOne(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => tolerates(toleration, taint)) === true;
}

/**
 * How long a pod stays on a node with these NoExecute taints: 0 when it does not tolerate one of them, Infinity when it
 * tolerates all without limit, else the minimum of the limits. Of each taint the first toleration that matches counts.
 */
export function toleratedMs(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  let minimumMs = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    let tolerated = false;
    for (const toleration of tolerations) {
      if (!tolerates(toleration, taint)) continue;
      tolerated = true;
      if (toleration.tolerationSeconds !== undefined) {
        minimumMs = Math.min(minimumMs, Math.max(0, toleration.tolerationSeconds) * 1000);
      }
      break;
    }
    if (!tolerated) return 0;
  }
  return minimumMs;
}
