// Admission plugins for pods: tolerations of nodes that are gone, priority, service account.
// Source: kubernetes plugin/pkg/admission/{defaulttolerationseconds,priority,serviceaccount}.
//
// Divergence from reality: the two system priority classes exist without objects. A service account is asked for only in a
// namespace that has any; its token volume is not mounted.

import { TAINT_NOT_READY, TAINT_UNREACHABLE } from '../../../core/api/node.ts';
import { type KubeObject, kindOf, type NewObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { listAt, numberAt, textAt, valueAt, withSpec, withSpecDefault } from '../json-fields.ts';
import { forbiddenRequest } from '../refusals.ts';
import type { AdmissionRequest, AdmissionRule } from './admission.ts';

/** Source: plugin/pkg/admission/defaulttolerationseconds/admission.go, flags default-*-toleration-seconds. */
const TOLERATION_SECONDS = 300;

/** A pod without a toleration of its own stays 300 s on a node that is not ready or unreachable. */
export const DEFAULT_TOLERATION_SECONDS: AdmissionRule = {
  name: 'DefaultTolerationSeconds',
  kinds: [POD],
  operations: ['CREATE', 'UPDATE'],
  mutate: (pod) => {
    const tolerations = listAt(pod, 'spec', 'tolerations');
    const missing = [TAINT_NOT_READY, TAINT_UNREACHABLE].filter(
      (key) => !tolerations.some((held) => covers(held, key)),
    );
    if (missing.length === 0) return pod;
    const added = missing.map((key) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: TOLERATION_SECONDS,
    }));
    return withSpec(pod, ['tolerations'], [...tolerations, ...added]);
  },
};

function covers(toleration: unknown, key: string): boolean {
  const effect = textAt(toleration, 'effect');
  const held = textAt(toleration, 'key');
  return (effect === 'NoExecute' || effect === '') && (held === key || held === '');
}

/** What the plugin reads of a scheduling.k8s.io PriorityClass. */
export interface PriorityClass extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const PRIORITY_CLASS = kindOf<PriorityClass>('scheduling.k8s.io', 'PriorityClass', 'Cluster');

/** Source: kubernetes pkg/apis/scheduling/types.go. */
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

interface Priority {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

/** spec.priority and spec.preemptionPolicy by the named class, the global default, or 0. */
export const PRIORITY: AdmissionRule = {
  name: 'Priority',
  kinds: [POD],
  operations: ['CREATE'],
  mutate: (pod, request) => {
    const priority = priorityOf(pod, request);
    if (priority === undefined) return pod;
    const named = priority.name === '' ? pod : withSpec(pod, ['priorityClassName'], priority.name);
    const valued = withSpecDefault(named, ['priority'], priority.value);
    return withSpecDefault(valued, ['preemptionPolicy'], priority.preemptionPolicy);
  },
  validate: (request) => {
    const { object: pod, kind, key } = request;
    if (pod === undefined) return undefined;
    const name = textAt(pod, 'spec', 'priorityClassName');
    const priority = priorityOf(pod, request);
    if (priority === undefined) return forbiddenRequest(kind, key.name, `no PriorityClass with name ${name} was found`);
    const asked = numberAt(pod, 'spec', 'priority');
    if (asked === undefined || asked === priority.value) return undefined;
    const why =
      `the integer value of priority (${asked}) must not be provided in pod spec; priority admission controller ` +
      `computed ${priority.value} from the given PriorityClass name`;
    return forbiddenRequest(kind, key.name, why);
  },
};

function priorityOf(pod: NewObject, { view }: AdmissionRequest): Priority | undefined {
  const name = textAt(pod, 'spec', 'priorityClassName');
  if (name === '') return defaultPriority(view.list(PRIORITY_CLASS));
  const system = Object.hasOwn(SYSTEM_PRIORITIES, name) ? SYSTEM_PRIORITIES[name] : undefined;
  if (system !== undefined) return { name, value: system, preemptionPolicy: PREEMPT };
  const found = view.get(PRIORITY_CLASS, { namespace: '', name });
  return found === undefined ? undefined : priorityFrom(found);
}

/** Of several global defaults the lowest counts. */
function defaultPriority(classes: readonly PriorityClass[]): Priority {
  let best: Priority | undefined;
  for (const candidate of classes) {
    const priority = priorityFrom(candidate);
    if (candidate.globalDefault && (best === undefined || priority.value < best.value)) best = priority;
  }
  return best ?? { name: '', value: 0, preemptionPolicy: PREEMPT };
}

const PREEMPT = 'PreemptLowerPriority';

function priorityFrom({ metadata, value, preemptionPolicy }: PriorityClass): Priority {
  return { name: metadata.name, value: value ?? 0, preemptionPolicy: preemptionPolicy ?? PREEMPT };
}

const SERVICE_ACCOUNT = kindOf('', 'ServiceAccount', 'Namespaced');

/** The service account `default` where none is named; 403 when the named one is missing in a namespace that has any. */
export const SERVICE_ACCOUNT_RULE: AdmissionRule = {
  name: 'ServiceAccount',
  kinds: [POD],
  operations: ['CREATE'],
  mutate: (pod) => {
    const name = textAt(pod, 'spec', 'serviceAccountName') || textAt(pod, 'spec', 'serviceAccount') || 'default';
    const named =
      valueAt(pod, 'spec', 'serviceAccountName') === name ? pod : withSpec(pod, ['serviceAccountName'], name);
    return valueAt(named, 'spec', 'serviceAccount') === name ? named : withSpec(named, ['serviceAccount'], name);
  },
  validate: ({ object: pod, kind, key, view }) => {
    const { namespace } = key;
    const name = textAt(pod, 'spec', 'serviceAccountName');
    if (view.get(SERVICE_ACCOUNT, { namespace, name }) !== undefined) return undefined;
    if (!view.list(SERVICE_ACCOUNT).some(({ metadata }) => metadata.namespace === namespace)) return undefined;
    const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
    return forbiddenRequest(kind, key.name, why);
  },
};
