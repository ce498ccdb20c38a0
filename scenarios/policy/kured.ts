// kured as its DaemonSet describes it: which settings of its command line matter beside remediation.
// Source: kubereboot/kured 51220cc, cmd/kured, flags.

import type { KubeObject } from '../../core/api/object.ts';
import { kuredFlags } from '../../sim/people/kured-settings.ts';

/** True for a DaemonSet that runs kured, by the image or the command of a container. */
export function isKured(object: KubeObject): boolean {
  return kuredFlags(object) !== undefined;
}

/** True where kured is told to wait while something is wrong: a pod selector or an alert that blocks its reboots. */
export function hasBlockingRule(object: KubeObject): boolean {
  const flags = kuredFlags(object);
  return flags?.has('blocking-pod-selector') === true || flags?.has('prometheus-url') === true;
}
