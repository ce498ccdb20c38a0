// kured as its DaemonSet describes it: which settings of its command line matter beside remediation.
// Source: remediation facts 1.K; kured cmd/kured, flags.

import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';

interface DaemonSet extends KubeObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly name?: string;
          readonly image?: string;
          readonly command?: readonly string[];
          readonly args?: readonly string[];
        }[];
      };
    };
  };
}

/** True for a DaemonSet that runs kured, by the image or the command of a container. */
export function isKured(object: KubeObject): boolean {
  return kuredArguments(object) !== undefined;
}

/** True where kured is told to wait while something is wrong: a pod selector or an alert that blocks its reboots. */
export function hasBlockingRule(object: KubeObject): boolean {
  return (kuredArguments(object) ?? []).some((word) => /^--(blocking-pod-selector|prometheus-url)(=|$)/.test(word));
}

/** The words of its command line; undefined where the object does not run kured. */
function kuredArguments(object: KubeObject): readonly string[] | undefined {
  if (kindKeyOf(object) !== 'DaemonSet.apps') return undefined;
  const containers = (object as DaemonSet).spec?.template?.spec?.containers ?? [];
  const kured = containers.find(
    ({ image = '', command = [] }) =>
      /(^|\/)kured(:|@|$)/.test(image) || command.some((word) => /(^|\/)kured$/.test(word)),
  );
  return kured === undefined ? undefined : [...(kured.command ?? []), ...(kured.args ?? [])];
}
