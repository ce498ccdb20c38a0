// BareMetalHost (metal3.io): power and provisioning of hosts, a stand-in for the baremetal operator with Ironic behind the Bmc
// and Provisioner ports. First the table of provisioning states, then, where a host is in a steady state, its power.
// A healthy host costs one decision and one first reading: its standing power poll is elided by the Bmc port.
//
// Divergence from reality
// - What an inspection finds is not written, HardwareData objects are not made.
// - With a reboot annotation whose JSON cannot be read the Event about it comes once, not at every look.
// - Memory is used where the product's own is: commands under way, back-off. After a crash the BMC is asked again.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { edgeOf, lookupOf, rulesOf } from '../state-table.ts';
import { ARRIVAL_RULES, readArrival } from './arrival-annotations.ts';
import { BARE_METAL_HOST_STATES } from './bare-metal-host.states.ts';
import { unreadableReboots } from './host-annotations.ts';
import { guardsOf, type ProvisioningLimits } from './host-guards.ts';
import { absorb, EMPTY_MEMORY, type HostMemory } from './host-memory.ts';
import { FINALIZER_HOST, hostEvent, patchFinalizers, stateOf, watchPower } from './host-status.ts';
import type { HostEdge, HostRule } from './host-vocabulary.ts';
import { decidePower, POWER_RULES } from './power.ts';
import { offForDeletion, type PowerWish, wishOf } from './power-wish.ts';
import { takeEdge } from './provisioning.ts';
import { PROVISIONING_SLOTS } from './provisioning-slots.ts';
import type { HostScene, Step } from './step.ts';

export interface BareMetalHostOptions extends ProvisioningLimits {
  readonly lineage: Lineage;
}

const LOOKUP = lookupOf(BARE_METAL_HOST_STATES);
/** The BMC is left alone, not even its power is watched. */
const HANDS_OFF: ReadonlySet<HostRule> = new Set<HostRule>([
  'paused',
  'deletion-delayed',
  'detached',
  'stays-detached',
  'discovered',
  'unmanaged',
  'registration-started',
  'finalizer-removed',
  'deleting',
]);

const PRODUCT = 'baremetal-operator';
const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'C149',
    product: PRODUCT,
    upstream:
      'A soft power-off that the operating system ignores for 180 s is a counted error; the hard one comes after its back-off of 1 to 2 min.',
    hurts: 'A dead operating system costs five minutes instead of three before its workloads may move.',
    corrected: 'The hard power-off follows after 180 s at once, without an error.',
  },
  {
    trap: 'C151',
    product: PRODUCT,
    upstream:
      'The line that sets errorCount back after a power change is never reached: the count stays until the provisioning state changes.',
    hurts: 'Errors of last month make the back-off after the next one hours long, and every later reboot hard.',
    corrected: 'The count goes back to zero when the power is as wished.',
  },
  {
    trap: 'I09',
    product: PRODUCT,
    upstream:
      'A power management error is cleared by a change of power only: taken back while the BMC is silent, the wish leaves its error behind.',
    hurts: 'A healthy host stays in error for ever, and is not Ready for whoever looks at its conditions.',
    corrected: 'The error goes when the BMC answers and the power is as wished.',
  },
];

export function bareMetalHostController(options: BareMetalHostOptions): Controller<HostMemory> {
  return {
    name: 'bare-metal-host',
    primary: BARE_METAL_HOST,
    watches: [],
    indexes: [PROVISIONING_SLOTS],
    rules: {
      ...rulesOf(BARE_METAL_HOST_STATES),
      ...POWER_RULES,
      ...ARRIVAL_RULES,
      gone: 'The host is gone.',
      'finalizer-added': 'The host is protected by the finalizer of the operator.',
    },
    switches: SWITCHES,
    decide: (input) => decide(input, options),
  };
}

function decide(input: DecisionInput<HostMemory>, options: BareMetalHostOptions): Decision<HostMemory> {
  const { view, key, nowMs } = input;
  const host = view.get(BARE_METAL_HOST, key);
  if (host === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  const memory = absorb(input.memory ?? EMPTY_MEMORY, input.facts);
  const scene: HostScene = { host, memory, nowMs };
  const state = stateOf(host);
  const holds = guardsOf(scene, view, options);
  const edge = edgeOf(LOOKUP, state, holds);
  const weighed = { table: BARE_METAL_HOST_STATES, state, holds };
  if (edge.rule === 'paused') return { ...answer(takeEdge(scene, edge, options)), weighed };
  const arrival = readArrival(scene);
  if (arrival !== undefined) return answer(arrival);
  if (needsFinalizer(host)) {
    const actions = [patchFinalizers(host, [...(host.metadata.finalizers ?? []), FINALIZER_HOST])];
    return answer({ actions, memory, rule: 'finalizer-added', values: {} });
  }
  if (HANDS_OFF.has(edge.rule)) return { ...answer(takeEdge(scene, edge, options)), weighed };
  return { ...answer(watched(scene, stepOf(scene, edge, options))), weighed };
}

function stepOf(scene: HostScene, edge: HostEdge, options: BareMetalHostOptions): Step {
  switch (edge.rule) {
    case 'available':
      return power(scene, wishOf(scene, false), options);
    case 'provisioned':
    case 'externally-provisioned':
      return power(scene, wishOf(scene, true), options);
    case 'powering-off-before-deletion':
      return power(scene, offForDeletion(scene), options);
    default:
      return takeEdge(scene, edge, options);
  }
}

/** A wish that is new is where an annotation that cannot be read is told of. */
function power(scene: HostScene, wish: PowerWish, { lineage }: BareMetalHostOptions): Step {
  const step = decidePower(scene, wish, lineage);
  if (!wish.reboot.wanted || scene.memory.wish?.intent === wish.intent) return step;
  const events = unreadableReboots(scene.host).map((value) =>
    hostEvent(scene.host, 'InvalidAnnotationValue', `reboot annotation is no JSON, assuming soft: ${value}`),
  );
  return events.length === 0 ? step : { ...step, actions: [...events, ...step.actions] };
}

function needsFinalizer({ metadata }: BareMetalHost): boolean {
  return metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(FINALIZER_HOST) !== true;
}

/** The first decision about a host also starts its standing power poll; it precedes every effect. */
function watched({ host, memory }: HostScene, step: Step): Step {
  if (memory.watching) return step;
  return { ...step, actions: [watchPower(host), ...step.actions], memory: { ...step.memory, watching: true } };
}

function answer({ actions, memory, rule, values, recheckAtMs }: Step): Decision<HostMemory> {
  const because = { rule, values };
  return recheckAtMs === undefined ? { actions, memory, because } : { actions, memory, because, recheckAtMs };
}
