// Registration: the operator knows where the BMC is and who may use it, and the BMC answers. What it writes then is what
// others read: names of credentials that work, the host's name in Ironic, its boot mode.
//
// Divergence from reality
// - The host's name in Ironic is its uid; the product's is a random UUID. credentialsVersion is not written.
// - A silent BMC is asked once per back-off; Ironic tries a few times more before it gives up.

import type { BareMetalHost } from '../api/bare-metal-host.ts';
import { BMC_SILENT, type Failure, failed, retryAtMs } from './host-failure.ts';
import { askPower, type HostStatusPatch, hostEvent, NO_ERROR } from './host-status.ts';
import type { HostEdge } from './host-vocabulary.ts';
import { moved } from './moved.ts';
import type { HostScene, Step } from './step.ts';

/** Waits for the first answer of the BMC; silence is a failure after which it is asked again. */
export function registering(scene: HostScene, edge: HostEdge): Step {
  const { host, memory, nowMs } = scene;
  const againAtMs = retryAtMs(scene, 'registering');
  if (againAtMs > nowMs) return { actions: [], memory, rule: edge.rule, values: {}, recheckAtMs: againAtMs };
  if (memory.reading?.power !== 'unreachable') return { actions: [], memory, rule: edge.rule, values: {} };
  if (memory.failure !== undefined && memory.reading.askedAtMs <= memory.failure.atMs) {
    const actions = memory.asked ? [] : [askPower(host)];
    return { actions, memory: { ...memory, asked: true }, rule: edge.rule, values: {} };
  }
  const failure: Failure = {
    errorType: 'registration error',
    message: BMC_SILENT,
    intent: 'registering',
    rule: edge.rule,
  };
  return failed(scene, failure);
}

/** Without an address or a name of credentials nothing can be tried; a change of spec is waited for. */
export function credentialsMissing(scene: HostScene, edge: HostEdge): Step {
  const { host, memory } = scene;
  const message = (host.spec?.bmc?.address ?? '') === '' ? 'the BMC has no address' : 'the BMC has no credentialsName';
  if (host.status?.errorMessage === message) return { actions: [], memory, rule: edge.rule, values: {} };
  const failure: Failure = { errorType: 'registration error', message, intent: '', rule: edge.rule };
  const { actions } = failed(scene, failure);
  return {
    actions: [...actions.slice(0, -1), hostEvent(host, 'BMCCredentialError', message)],
    memory,
    rule: edge.rule,
    values: {},
  };
}

/** Leaves `registering` for the state that follows. */
export function registered(scene: HostScene, edge: HostEdge): Step {
  const { host } = scene;
  const isNew = host.status?.provisioning?.ID === undefined;
  const profile = host.status?.hardwareProfile ?? '';
  const first = isNew ? [hostEvent(host, 'Registered', 'Registered new host')] : [];
  const profiled = profile === '' ? [hostEvent(host, 'ProfileSet', `Hardware profile set: ${PROFILE}`)] : [];
  const step = moved(scene, edge, {
    ...NO_ERROR,
    ...credentialsOf(host),
    ...(profile === '' ? { hardwareProfile: PROFILE } : {}),
    provisioning: { ID: host.status?.provisioning?.ID ?? host.metadata.uid },
  });
  const validated = hostEvent(host, 'BMCAccessValidated', 'Verified access to BMC');
  return { ...step, actions: [...step.actions, ...first, ...profiled, validated] };
}

/** Source: baremetal-operator, pkg/hardware (DefaultProfileName). */
const PROFILE = 'unknown';

function credentialsOf({ spec, metadata }: BareMetalHost): HostStatusPatch {
  const credentials = { name: spec?.bmc?.credentialsName ?? '', namespace: metadata.namespace ?? '' };
  return { triedCredentials: { credentials }, goodCredentials: { credentials } };
}
