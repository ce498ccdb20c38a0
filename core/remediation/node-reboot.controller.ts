// Turns the reboot annotation of a Node into a MachineRemediation that saves the Node's labels and annotations, unless one
// for the same Machine has not ended. A stand-in for machine-remediation-operator's NodeReboot controller. Like the product
// it looks at a Node when its annotation changes, not when a remediation ends: an ended one removes the annotation itself.
//
// Lineage `exact` makes a request of a generated name, and a second one when it does not see the first yet; `corrected` names
// it after the Machine and the attempt, so that the second create finds the first.

import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { NODE, type Node } from '../api/node.ts';
import { keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { MACHINE_REMEDIATION, type MachineRemediation } from '../api/remediation.ts';
import { machineKeyOfNode } from '../cluster/machine-links.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { MACHINE_REMEDIATIONS_BY_MACHINE } from './machine-remediations.ts';
import { ANNOTATION_NODE_REBOOT } from './names.ts';

const RULES = {
  'no-reboot-asked': 'Node {node} does not ask for a reboot.',
  'no-machine': 'Node {node} names no Machine.',
  'reboot-in-progress': 'Machine {machine} has a remediation that has not ended: {request}.',
  'reboot-requested': 'Machine {machine} gets a remediation request.',
} as const;

export interface NodeRebootOptions {
  /** `exact`: as the product; `corrected`: never two requests for one attempt. */
  readonly lineage: Lineage;
}

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'S16',
    product: 'NodeReboot controller of machine-remediation-operator',
    upstream: 'It lists the requests in its cache and creates one of a generated name.',
    hurts:
      'On a stale list, after a restart say, one Machine gets two requests, and the second pulls at the same host.',
    corrected: 'The name follows from Machine and attempt: the second create is refused, and its answer is looked at.',
  },
];

/** Needs no memory: the open request is the state. */
export function nodeRebootController(options: NodeRebootOptions): Controller<undefined> {
  return {
    name: 'node-reboot',
    primary: NODE,
    watches: [
      {
        kind: NODE,
        keysFor: ({ before, after }) => (after !== undefined && asks(after) !== asks(before) ? [keyOf(after)] : []),
      },
    ],
    indexes: [MACHINE_REMEDIATIONS_BY_MACHINE],
    switches: SWITCHES,
    rules: RULES,
    decide: (input) => decide(input, options),
  };
}

function asks(node: { readonly metadata: Node['metadata'] } | undefined): boolean {
  return node?.metadata.annotations?.[ANNOTATION_NODE_REBOOT] !== undefined;
}

function decide({ view, key }: DecisionInput<undefined>, { lineage }: NodeRebootOptions): Decision<undefined> {
  const node = view.get(NODE, key);
  if (node === undefined || !asks(node)) return none('no-reboot-asked', { node: key.name });
  const machine = machineKeyOfNode('openshift', node);
  if (machine === undefined) return none('no-machine', { node: key.name });
  const requests = view.byIndex(MACHINE_REMEDIATIONS_BY_MACHINE, keyString(machine));
  const open = requests.find((request) => request.status?.endTime === undefined);
  if (open !== undefined) {
    return none('reboot-in-progress', { machine: machine.name, request: open.metadata.name });
  }
  const { labels = {}, annotations = {} } = node.metadata;
  return {
    actions: [
      {
        do: 'create',
        kind: MACHINE_REMEDIATION,
        object: {
          apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
          kind: 'MachineRemediation',
          metadata: { ...nameOf(machine, requests, lineage), namespace: machine.namespace },
          spec: { type: 'reboot', machineName: machine.name, savedLabels: labels, savedAnnotations: annotations },
        },
      },
    ],
    memory: undefined,
    because: { rule: 'reboot-requested', values: { machine: machine.name } },
  };
}

/** Attempts are counted by the requests that are kept: those that failed. */
function nameOf(
  machine: ObjectKey,
  requests: readonly MachineRemediation[],
  lineage: Lineage,
): { readonly name: string; readonly generateName?: string } {
  if (lineage === 'exact') return { name: '', generateName: 'remediation-' };
  const prefix = `remediation-${machine.name}-`;
  const attempts = requests
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .map(({ metadata }) => Number(metadata.name.slice(prefix.length)))
    .filter((attempt) => Number.isInteger(attempt));
  return { name: `${prefix}${Math.max(0, ...attempts) + 1}` };
}

function none(rule: keyof typeof RULES, values: Readonly<Record<string, string>>): Decision<undefined> {
  return { actions: [], memory: undefined, because: { rule, values } };
}
