// Turns the reboot annotation of a Node into a MachineRemediation that saves the Node's labels and annotations, unless one
// for the same Machine has not ended. A stand-in for machine-remediation-operator's NodeReboot controller. Like the product
// it looks at a Node when its annotation changes, not when a remediation ends: an ended one removes the annotation itself.

import { NODE, type Node } from '../api/node.ts';
import { keyOf, keyString } from '../api/object.ts';
import { MACHINE_REMEDIATION } from '../api/remediation.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { machineKeyOfNode } from './machine-links.ts';
import { MACHINE_REMEDIATIONS_BY_MACHINE } from './machine-remediation.controller.ts';
import { ANNOTATION_NODE_REBOOT } from './names.ts';

const RULES = {
  'no-reboot-asked': 'Node {node} does not ask for a reboot.',
  'no-machine': 'Node {node} names no Machine.',
  'reboot-in-progress': 'Machine {machine} has a remediation that has not ended: {request}.',
  'reboot-requested': 'Machine {machine} gets a remediation request.',
} as const;

/** Needs no memory: the open request is the state. */
export function nodeRebootController(): Controller<undefined> {
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
    rules: RULES,
    decide,
  };
}

function asks(node: { readonly metadata: Node['metadata'] } | undefined): boolean {
  return node?.metadata.annotations?.[ANNOTATION_NODE_REBOOT] !== undefined;
}

function decide({ view, key }: DecisionInput<undefined>): Decision<undefined> {
  const node = view.get(NODE, key);
  if (node === undefined || !asks(node)) return none('no-reboot-asked', { node: key.name });
  const machine = machineKeyOfNode('openshift', node);
  if (machine === undefined) return none('no-machine', { node: key.name });
  const open = view
    .byIndex(MACHINE_REMEDIATIONS_BY_MACHINE, keyString(machine))
    .find((request) => request.status?.endTime === undefined);
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
          metadata: { name: '', generateName: 'remediation-', namespace: machine.namespace },
          spec: { type: 'reboot', machineName: machine.name, savedLabels: labels, savedAnnotations: annotations },
        },
      },
    ],
    memory: undefined,
    because: { rule: 'reboot-requested', values: { machine: machine.name } },
  };
}

function none(rule: keyof typeof RULES, values: Readonly<Record<string, string>>): Decision<undefined> {
  return { actions: [], memory: undefined, because: { rule, values } };
}
