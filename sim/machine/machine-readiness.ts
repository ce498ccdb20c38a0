// Conditions of Cluster API's Machines that follow their Nodes: NodeReady, NodeHealthy, Ready and Available. Written only where somebody
// reads them while the cluster runs, as every change of a Node then costs a write more.
// Source: cluster-api core/reconcilers/machine machine_controller_status.go (setNodeHealthyAndReadyConditions,
// summarizeNodeConditions, setReadyCondition, setAvailableCondition).
//
// Divergence from reality: Ready sums up HealthCheckSucceeded, NodeHealthy and the deletion, not the bootstrap and infrastructure
// objects' own conditions; minReadySeconds is 0; the loss of the connection to the cluster is not noticed.

import { type ConditionStatus, findCondition, withConditions } from '../../core/api/conditions.ts';
import { HEALTH_CHECK_SUCCEEDED, parseKey } from '../../core/api/machine.ts';
import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { MACHINES_BY_NODE } from '../../core/cluster/machine-links.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { MachineContext } from './machine-context.ts';
import type { StoredMachine } from './machine-objects.ts';
import type { Said } from './machine-status.ts';

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

export class MachineReadiness {
  private readonly context: MachineContext;
  private readonly queue: LaggedQueue;

  constructor(context: MachineContext) {
    this.context = context;
    const { kernel, config, store } = context;
    store.addIndex(MACHINES_BY_NODE['cluster-api']);
    this.queue = new LaggedQueue(kernel, 'machine conditions', config.kubernetes.watchLagMs, (text) =>
      this.write(text),
    );
  }

  nodeChanged(nodeName: string): void {
    const { store } = this.context;
    for (const machine of store.byIndex(MACHINES_BY_NODE['cluster-api'], nodeName)) {
      this.queue.add(keyString(keyOf(machine)));
    }
  }

  machineChanged(before: StoredMachine | undefined, after: StoredMachine | undefined): void {
    if (after === undefined || before?.status === after.status) return;
    this.queue.add(keyString(keyOf(after)));
  }

  private write(text: string): void {
    const { store, kinds, kernel } = this.context;
    const key = parseKey(text);
    const machine = key === undefined ? undefined : store.get(kinds.machine, key);
    if (machine === undefined) return;
    const name = machine.status?.nodeRef?.name;
    const said = readiness(machine, name === undefined ? undefined : store.get(NODE, { namespace: '', name }));
    store.update(kinds.machine, keyOf(machine), 'status', (current) => {
      const conditions = withConditions(current.status?.conditions, said, kernel.nowMs);
      return conditions === current.status?.conditions
        ? current
        : { ...current, status: { ...current.status, conditions } };
    });
  }
}

/** The four conditions, by the Machine and its Node as they are seen. */
function readiness(machine: StoredMachine, node: Node | undefined): readonly Said[] {
  const ofNode = node === undefined ? withoutNode(machine) : [nodeReady(node), nodeHealthy(node)];
  const checked = findCondition(machine.status?.conditions, HEALTH_CHECK_SUCCEEDED)?.status;
  const isDeleting = machine.metadata.deletionTimestamp !== undefined;
  const isReady = ofNode.every(({ status }) => status === 'True') && checked !== 'False' && !isDeleting;
  return [
    ...ofNode,
    isReady
      ? { type: 'Ready', status: 'True', reason: 'Ready' }
      : { type: 'Ready', status: 'False', reason: 'NotReady' },
    isReady
      ? { type: 'Available', status: 'True', reason: 'Available' }
      : { type: 'Available', status: 'False', reason: 'NotAvailable' },
  ];
}

function nodeReady(node: Node): Said {
  const status = readyCondition(node)?.status ?? 'Unknown';
  const reason = { True: 'NodeReady', False: 'NodeNotReady', Unknown: 'NodeReadyUnknown' }[status];
  return { type: 'NodeReady', status, reason };
}

/** False when something is wrong, else Unknown when something is not known. */
function nodeHealthy(node: Node): Said {
  const wrong: string[] = [];
  let isUnknown = false;
  let isFalse = false;
  for (const type of ['Ready', ...PRESSURES]) {
    const condition = findCondition(node.status?.conditions, type);
    const good = type === 'Ready' ? 'True' : 'False';
    if (condition?.status === good) continue;
    if (condition === undefined || condition.status === 'Unknown') isUnknown = true;
    else isFalse = true;
    const said =
      condition === undefined ? 'Condition not yet reported' : condition.message || `Condition is ${condition.status}`;
    wrong.push(`* Node.${type}: ${said}`);
  }
  const message = wrong.join('\n');
  if (isFalse) return { type: 'NodeHealthy', status: 'False', reason: 'NodeNotHealthy', message };
  if (isUnknown) return { type: 'NodeHealthy', status: 'Unknown', reason: 'NodeHealthyUnknown', message };
  return { type: 'NodeHealthy', status: 'True', reason: 'NodeHealthy' };
}

function withoutNode({ metadata, spec, status }: StoredMachine): readonly Said[] {
  const both = (of: ConditionStatus, reason: string, message: string): readonly Said[] =>
    ['NodeReady', 'NodeHealthy'].map((type) => ({ type, status: of, reason, message }));
  const name = status?.nodeRef?.name;
  const isDeleting = metadata.deletionTimestamp !== undefined;
  if (name !== undefined) {
    const since = isDeleting ? '' : ' while the Machine still exists';
    return both('False', 'NodeDeleted', `Node ${name} has been deleted${since}`);
  }
  if (isDeleting) return both('Unknown', 'NodeDoesNotExist', 'Node does not exist');
  const waitsFor =
    spec?.providerID === undefined
      ? 'Waiting for Metal3Machine to report spec.providerID'
      : `Waiting for a Node with spec.providerID ${spec.providerID} to exist`;
  return both('Unknown', 'InspectionFailed', waitsFor);
}
