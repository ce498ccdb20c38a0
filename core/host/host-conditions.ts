// Conditions of a BareMetalHost: what its provisioning state and operational status mean for whoever waits for it.
// Source: baremetal-operator, internal/controller/metal3.io/baremetalhost_controller.go (computeConditions).
//
// Divergence from reality
// - A host whose status has no conditions gets them with its next status write, not when the operator starts.
// - The health that a BMC reports is not read: Healthy is Unknown. observedGeneration is not written.

import type { OperationalStatus } from '../api/bare-metal-host.ts';
import { type Condition, type ConditionStatus, findCondition, withConditions } from '../api/conditions.ts';
import type { HostState } from './host-vocabulary.ts';

type Wanted = Omit<Condition, 'lastTransitionTime'>;

/** What conditions are made from. */
export interface HostSituation {
  readonly state: HostState;
  readonly operationalStatus: OperationalStatus | undefined;
  /** Ironic has lost the power state: the BMC has not answered its polls. */
  readonly powerFailure: boolean;
}

/** The host's conditions in this situation; the same array when they say so already. */
export function hostConditions(
  old: readonly Condition[] | undefined,
  situation: HostSituation,
  nowMs: number,
): readonly Condition[] {
  const conditions = withConditions(old, wantedIn(situation), nowMs);
  return findCondition(conditions, 'Healthy') === undefined
    ? withConditions(conditions, [condition('Healthy', 'Unknown', 'Unknown')], nowMs)
    : conditions;
}

/** The BMC has not answered for so long that the host is not manageable. */
export function saysPowerFailure(conditions: readonly Condition[] | undefined): boolean {
  return findCondition(conditions, 'Manageable')?.reason === 'PowerFailure';
}

function condition(type: string, status: ConditionStatus, reason: string): Wanted {
  return { type, status, reason, message: '' };
}

const MANAGEABLE = condition('Manageable', 'True', 'Manageable');
const POWER_FAILURE = condition('Manageable', 'False', 'PowerFailure');
const NOT_AVAILABLE = condition('AvailableForProvisioning', 'False', 'NotAvailable');
const NOT_PROVISIONED = condition('Provisioned', 'False', 'NotProvisioned');
const NOT_READY = condition('Ready', 'False', 'NotProvisioned');
const NOT_PROGRESSING = condition('Progressing', 'False', 'NotProgressing');

const UNMANAGED: readonly Wanted[] = [
  NOT_READY,
  NOT_AVAILABLE,
  condition('Manageable', 'False', 'NotManaged'),
  NOT_PROGRESSING,
  NOT_PROVISIONED,
];
const AVAILABLE: readonly Wanted[] = [
  NOT_READY,
  condition('AvailableForProvisioning', 'True', 'Available'),
  MANAGEABLE,
  NOT_PROGRESSING,
  NOT_PROVISIONED,
];
const PROVISIONED: readonly Wanted[] = [
  condition('Ready', 'True', 'Provisioned'),
  NOT_AVAILABLE,
  MANAGEABLE,
  NOT_PROGRESSING,
  condition('Provisioned', 'True', 'Provisioned'),
];

function progressing(reason: string, manageable: Wanted = MANAGEABLE): readonly Wanted[] {
  return [NOT_READY, NOT_AVAILABLE, manageable, condition('Progressing', 'True', reason), NOT_PROVISIONED];
}

const BY_STATE: Readonly<Record<HostState, readonly Wanted[]>> = {
  none: UNMANAGED,
  unmanaged: UNMANAGED,
  registering: progressing('Registering', condition('Manageable', 'False', 'Registering')),
  'match profile': progressing('Inspecting'),
  inspecting: progressing('Inspecting'),
  preparing: progressing('Preparing'),
  ready: AVAILABLE,
  available: AVAILABLE,
  provisioning: progressing('Provisioning'),
  provisioned: PROVISIONED,
  'externally provisioned': PROVISIONED,
  deprovisioning: progressing('Deprovisioning'),
  'powering off before delete': progressing('PoweringOffBeforeDelete'),
  deleting: progressing('Deleting'),
};
const REGISTRATION_FAILED = progressing('Registering', condition('Manageable', 'False', 'RegistrationFailed'));

/** States in which nobody asks Ironic about power. */
const WITHOUT_POWER: ReadonlySet<HostState> = new Set<HostState>(['none', 'unmanaged', 'registering', 'deleting']);

function wantedIn({ state, operationalStatus, powerFailure }: HostSituation): readonly Wanted[] {
  const isError = operationalStatus === 'error';
  const base = state === 'registering' && isError ? REGISTRATION_FAILED : BY_STATE[state];
  const isPowerFailure = powerFailure && operationalStatus !== 'detached' && !WITHOUT_POWER.has(state);
  if (!isPowerFailure && !isError && operationalStatus !== 'servicing' && operationalStatus !== 'detached') return base;
  return base.map((wanted) => {
    if (wanted.type === 'Manageable' && isPowerFailure) return POWER_FAILURE;
    if (wanted.type === 'Ready' && isError) return condition('Ready', 'False', 'Error');
    if (wanted.type === 'Ready' && operationalStatus === 'servicing') return condition('Ready', 'False', 'Servicing');
    if (operationalStatus !== 'detached') return wanted;
    if (wanted.type === 'Ready' || wanted.type === 'Progressing') return condition(wanted.type, 'False', 'Detached');
    return wanted;
  });
}
