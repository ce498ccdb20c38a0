// A cluster of one worker on a bench, in either Machine API: its Node hangs, a policy and a budget whose ledger is written by the
// test, a HostRemediation that asks, the host operator, and a kubelet that comes back a while after power-on.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../../core/api/host-remediation.ts';
import type { MachineApi } from '../../core/api/machine.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { type Grant, REMEDIATION_BUDGET, type RemediationBudget } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY, type RemediationPolicy, type RemediationStep } from '../../core/api/remediation-policy.ts';
import { formatMicroTime, formatTime, parseTime } from '../../core/api/time.ts';
import { bareMetalHostController } from '../../core/host/bare-metal-host.controller.ts';
import { hostRemediationController } from '../../core/remediation/host-remediation.controller.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from './core-bench.ts';
import { aCapiWorker, anOpenshiftWorker, type HostOptions } from './host-objects.ts';
import { aNode, CAPI_NAMESPACE, meta, NOW_MS, OPENSHIFT_NAMESPACE } from './machine-objects.ts';

export const REMEDIATION = 'node-0-1';
/** Names of both objects of the policy. */
export const POLICY = 'workers';

export interface HostRemediationWorld {
  readonly machineApi?: MachineApi;
  readonly policy?: RemediationPolicy['spec'];
  readonly steps?: readonly RemediationStep[];
  readonly node?: Partial<KubeObject['metadata']>;
  readonly host?: HostOptions;
  readonly remediation?: Partial<HostRemediation>;
  readonly objects?: readonly KubeObject[];
  /** From power-on to Ready, ms; never when absent. */
  readonly bootsInMs?: number;
  /** The ledger grants whatever is asked for, this long after; never when absent. */
  readonly grantsInMs?: number;
  /** What its entries say beside that. */
  readonly grants?: Partial<Grant>;
  /** The Node on which the controller runs. */
  readonly ownNode?: string;
  readonly bench?: Partial<CoreBenchOptions>;
}

/** Key of the host in OpenShift. */
export const HOST_KEY = { namespace: OPENSHIFT_NAMESPACE, name: 'host-0' };

export function hostKey(machineApi: MachineApi = 'openshift'): string {
  return `${machineApi === 'openshift' ? OPENSHIFT_NAMESPACE : CAPI_NAMESPACE}/host-0`;
}

export function hostRemediationWorld(world: HostRemediationWorld): CoreBench {
  const { machineApi = 'openshift', host = {}, grantsInMs, bootsInMs } = world;
  const hosted = machineApi === 'openshift' ? anOpenshiftWorker(host) : aCapiWorker(host);
  const bench = coreBench({
    atMs: NOW_MS,
    objects: [
      sickNode(machineApi, world.node),
      aPolicy({ ...world.policy, ...(world.steps === undefined ? {} : { steps: world.steps }) }),
      aBudget(),
      aRemediation(machineApi, world.remediation),
      ...hosted,
      ...(world.objects ?? []),
    ],
    controllers: [
      hostRemediationController({ machineApi, ...(world.ownNode === undefined ? {} : { ownNode: world.ownNode }) }),
    ],
    surroundings: [bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'corrected' })],
    ...world.bench,
    onPower: (current, _host, power) => {
      if (power === 'on' && bootsInMs !== undefined) boots(current, bootsInMs);
    },
  });
  if (grantsInMs !== undefined) grantAsks(bench, grantsInMs, world.grants);
  return bench;
}

function systemUuid(machineApi: MachineApi): string {
  return `system-of-${hostKey(machineApi)}`;
}

function sickNode(machineApi: MachineApi, more: Partial<KubeObject['metadata']> = {}): Node {
  const node = aNode('node-0', 'Unknown', 3_600_000, more);
  return { ...node, status: { ...node.status, nodeInfo: { bootID: 'boot-1', systemUUID: systemUuid(machineApi) } } };
}

function aPolicy(spec: RemediationPolicy['spec'] = {}): RemediationPolicy {
  return {
    apiVersion: 'remediation.metaltwin.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: meta(POLICY, { generation: 1 }),
    spec: {
      healthyDelay: '30s',
      budget: POLICY,
      steps: [{ action: 'Reboot', attempts: 2, timeout: '10m' }],
      backOff: { base: '1m', max: '1h' },
      powerTimeout: '2m',
      ...spec,
    },
  };
}

function aBudget(): RemediationBudget {
  return {
    apiVersion: 'remediation.metaltwin.dev/v1alpha1',
    kind: 'RemediationBudget',
    metadata: meta(`${POLICY}`, { uid: 'uid-budget', generation: 1 }),
    spec: {},
  };
}

function aRemediation(machineApi: MachineApi, more: Partial<HostRemediation> = {}): HostRemediation {
  return {
    apiVersion: 'remediation.metaltwin.dev/v1alpha1',
    kind: 'HostRemediation',
    metadata: meta(REMEDIATION, { generation: 1, creationTimestamp: formatTime(NOW_MS), ...more.metadata }),
    spec: {
      policy: POLICY,
      budget: POLICY,
      node: { name: 'node-0', uid: 'uid-node-0', bootID: 'boot-1', systemUUID: systemUuid(machineApi) },
      reason: 'Ready=Unknown',
    },
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

/** The Node is Ready `afterMs` after the host is on, with another boot ID, if the host is still on. */
function boots(bench: CoreBench, afterMs: number): void {
  bench.kernel.call(bench.nowMs + afterMs, () => {
    const [host] = bench.store.list(BARE_METAL_HOST);
    if (host === undefined || bench.bmc.power({ namespace: host.metadata.namespace ?? '', name: 'host-0' }) !== 'on')
      return;
    nodeSays(bench, 'True', `boot-${bench.nowMs}`);
  });
}

/** What the Node's conditions and its boot ID are from now on. */
export function nodeSays(bench: CoreBench, ready: 'True' | 'False' | 'Unknown', bootID?: string): void {
  if (bench.get(NODE, 'node-0') === undefined) bench.store.create(NODE, aNode('node-0', ready, 0));
  bench.update(NODE, 'node-0', 'status', (node) => ({
    ...node,
    status: {
      ...node.status,
      conditions: [{ type: 'Ready', status: ready, lastTransitionTime: formatTime(bench.nowMs) }],
      nodeInfo: { ...node.status?.nodeInfo, ...(bootID === undefined ? {} : { bootID }) },
    },
  }));
}

/** The part of the allocator in these tests: every request is granted, and none before its back-off is over. */
function grantAsks(bench: CoreBench, afterMs: number, more: Partial<Grant> = {}): void {
  bench.store.tap(
    ({ after }) => {
      const asked = after as HostRemediation | undefined;
      const { phase, waitingSince, step, attempt, notBefore } = asked?.status ?? {};
      if (asked === undefined || phase !== 'Waiting' || waitingSince === undefined) return;
      const dueMs = notBefore === undefined ? 0 : parseTime(notBefore);
      bench.kernel.call(Math.max(bench.nowMs + afterMs, dueMs), () => {
        const now = bench.get(HOST_REMEDIATION, REMEDIATION);
        if (now?.status?.waitingSince === waitingSince)
          grant(bench, { ...more, step: step ?? 0, attempt: attempt ?? 1 });
      });
    },
    [HOST_REMEDIATION],
  );
}

/** Writes the ledger's entry for the request as it asks now, with these changes. */
export function grant(
  bench: CoreBench,
  change: { readonly step: number; readonly attempt: number } & Partial<Grant>,
): void {
  const remediation = bench.the(HOST_REMEDIATION, REMEDIATION);
  const policy = bench.get(REMEDIATION_POLICY, POLICY);
  const requestedAt = remediation.status?.waitingSince;
  const entry: Grant = {
    uid: remediation.metadata.uid,
    node: 'node-0',
    action: policy?.spec?.steps?.[change.step]?.action ?? 'Reboot',
    grantedAt: formatMicroTime(bench.nowMs),
    ...(requestedAt === undefined ? {} : { requestedAt }),
    ...change,
  };
  bench.update(REMEDIATION_BUDGET, POLICY, 'status', (budget) => ({
    ...budget,
    status: { ...budget.status, grants: { [REMEDIATION]: entry } },
  }));
}

/** What is told of one run: rules of the decisions in order without repetition, and commands to the BMC. */
export function told(bench: CoreBench): {
  readonly rules: readonly string[];
  readonly commands: readonly string[];
  readonly events: readonly string[];
} {
  return {
    rules: bench.decisions
      .filter(({ controller }) => controller === 'host-remediation')
      .map(({ because }) => because.rule),
    commands: bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`),
    events: bench.events.filter(({ kind }) => kind === 'HostRemediation').map(({ reason }) => reason),
  };
}

export function hostOf(bench: CoreBench, machineApi: MachineApi = 'openshift'): BareMetalHost | undefined {
  return bench.get(BARE_METAL_HOST, hostKey(machineApi));
}
