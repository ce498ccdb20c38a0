// Pods as the server stores them: defaults, and what may not be changed after creation.
// Source: kubernetes pkg/apis/core/v1/defaults.go, pkg/apis/core/validation/validation.go (ValidatePodUpdate), 1.32.
//
// Divergence from reality: of a pod's many fields, those are defaulted and checked that controllers of this project and common
// clients read. The message about a forbidden change does not end with a diff. Status (phase, qosClass) is the store's matter.

import type { NewObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { listAt, mapAt, numberAt, textAt, valueAt, withSpec, withSpecDefault } from '../json-fields.ts';
import { sameValue } from '../same-value.ts';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { strategyRule } from './field-rules.ts';

/** Fills in what a pod does not say. */
export const POD_DEFAULTS: AdmissionRule = {
  name: 'PodDefaults',
  kinds: [POD],
  operations: ['CREATE'],
  mutate: (pod) => {
    let next = pod;
    for (const [field, value] of SPEC_DEFAULTS) next = withSpecDefault(next, [field], value);
    const containers = valueAt(pod, 'spec', 'containers');
    return Array.isArray(containers) ? withSpec(next, ['containers'], containers.map(completedContainer)) : next;
  },
};

const SPEC_DEFAULTS: readonly (readonly [string, unknown])[] = [
  ['restartPolicy', 'Always'],
  ['terminationGracePeriodSeconds', 30],
  ['dnsPolicy', 'ClusterFirst'],
  ['securityContext', {}],
  ['schedulerName', 'default-scheduler'],
  ['enableServiceLinks', true],
];

function completedContainer(container: unknown): unknown {
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicyOf(textAt(container, 'image')),
    resources: {},
    ...mapAt({ container }, 'container'),
  };
}

/** Always for an image without a tag or with `latest`. */
function pullPolicyOf(image: string): string {
  const [reference = ''] = image.split('@');
  const tag = reference.slice(reference.lastIndexOf('/') + 1).split(':')[1];
  return !image.includes('@') && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent';
}

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];

/** Checks a new pod, and that an update leaves the spec alone but for images, the deadline and further tolerations. */
export const POD_VALIDATION: AdmissionRule = strategyRule('PodValidation', [POD], (pod, { old }) =>
  old === undefined ? newPodErrors(pod) : changeErrors(pod, old),
);

function newPodErrors(pod: NewObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const containers = listAt(pod, 'spec', 'containers');
  if (containers.length === 0) errors.push(required('spec.containers'));
  containers.forEach((container, i) => {
    for (const field of ['name', 'image']) {
      if (textAt(container, field) === '') errors.push(required(`spec.containers[${i}].${field}`));
    }
  });
  const policy = textAt(pod, 'spec', 'restartPolicy');
  if (!RESTART_POLICIES.includes(policy)) errors.push(notSupported('spec.restartPolicy', policy, RESTART_POLICIES));
  const grace = numberAt(pod, 'spec', 'terminationGracePeriodSeconds');
  if (grace !== undefined && grace < 0) {
    errors.push(invalidValue('spec.terminationGracePeriodSeconds', grace, 'must be greater than or equal to 0'));
  }
  return errors;
}

const CHANGES_ALLOWED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function changeErrors(pod: NewObject, old: NewObject): readonly FieldError[] {
  const is = mapAt(pod, 'spec');
  const was = mapAt(old, 'spec');
  if (is === was) return [];
  const errors: FieldError[] = [];
  if (!sameValue(fixedPart(is), fixedPart(was))) errors.push(forbidden('spec', CHANGES_ALLOWED));
  const tolerations = listAt(is, 'tolerations');
  const lost = listAt(was, 'tolerations').some((held) => !tolerations.some((kept) => sameToleration(kept, held)));
  if (lost)
    errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
  errors.push(...deadlineErrors(is, was));
  return errors;
}

function fixedPart(spec: unknown): unknown {
  const { tolerations: _tolerations, activeDeadlineSeconds: _deadline, ...rest } = mapAt({ spec }, 'spec');
  const withoutImages = (list: readonly unknown[]): unknown =>
    list.map((container) => ({ ...mapAt({ container }, 'container'), image: undefined }));
  return {
    ...rest,
    containers: withoutImages(listAt(spec, 'containers')),
    initContainers: withoutImages(listAt(spec, 'initContainers')),
  };
}

function sameToleration(a: unknown, b: unknown): boolean {
  const bare = (toleration: unknown) => ({ ...mapAt({ toleration }, 'toleration'), tolerationSeconds: undefined });
  return sameValue(bare(a), bare(b));
}

/** A deadline may be set or made shorter. */
function deadlineErrors(is: unknown, was: unknown): readonly FieldError[] {
  const before = numberAt(was, 'activeDeadlineSeconds');
  const after = numberAt(is, 'activeDeadlineSeconds');
  const field = 'spec.activeDeadlineSeconds';
  if (before === undefined) return [];
  if (after === undefined) return [invalidValue(field, null, 'must not update from a positive integer to nil value')];
  return after <= before ? [] : [invalidValue(field, after, `must be less than or equal to previous value ${before}`)];
}
