// Builders of BareMetalHosts and of Machines that run on them, in both lineages, and a Node that registers after a boot.

import type { BareMetalHost, ProvisioningState } from '../../core/api/bare-metal-host.ts';
import type { Machine, Metal3Machine } from '../../core/api/machine.ts';
import { NODE } from '../../core/api/node.ts';
import type { KubeObject, ObjectMeta, StringMap } from '../../core/api/object.ts';
import type { CoreBench } from './core-bench.ts';
import {
  aCapiMachine,
  aNode,
  anOpenshiftMachine,
  CAPI_NAMESPACE,
  type MachineOptions,
  meta,
  OPENSHIFT_NAMESPACE,
} from './machine-objects.ts';

export interface HostOptions {
  readonly namespace?: string;
  readonly spec?: BareMetalHost['spec'];
  readonly status?: BareMetalHost['status'];
  readonly annotations?: StringMap;
  readonly rest?: Partial<ObjectMeta>;
  /** Name of the consuming Machine or Metal3Machine. */
  readonly consumer?: string;
}

/** Online, powered on, running its image, unless `options` say otherwise. */
export function aHost(
  name: string,
  state: ProvisioningState = 'provisioned',
  options: HostOptions = {},
): BareMetalHost {
  const { namespace = OPENSHIFT_NAMESPACE, spec, status, annotations, rest, consumer } = options;
  const image = state === 'available' ? {} : { image: { url: 'http://images/node.qcow2' } };
  return {
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: meta(name, {
      namespace,
      generation: 1,
      finalizers: ['baremetalhost.metal3.io'],
      ...(annotations === undefined ? {} : { annotations }),
      ...rest,
    }),
    spec: {
      online: true,
      bmc: { address: `redfish://192.0.2.1/${name}`, credentialsName: `${name}-bmc` },
      ...image,
      ...(consumer === undefined ? {} : { consumerRef: { name: consumer, namespace } }),
      ...spec,
    },
    status: {
      poweredOn: true,
      operationalStatus: 'OK',
      errorCount: 0,
      provisioning: { state, ...image },
      ...status,
    },
  };
}

/** Machine worker-0 on host-0 with Node node-0 (the Node itself is not made). */
export function anOpenshiftWorker(host: HostOptions = {}, machine: MachineOptions = {}): readonly KubeObject[] {
  return [
    anOpenshiftMachine('worker-0', {
      node: 'node-0',
      ...machine,
      annotations: { 'metal3.io/BareMetalHost': `${OPENSHIFT_NAMESPACE}/host-0`, ...machine.annotations },
    }),
    aHost('host-0', 'provisioned', { consumer: 'worker-0', ...host }),
  ];
}

/** The same in Cluster API: the Metal3Machine infra-0 links worker-0 and host-0. */
export function aCapiWorker(host: HostOptions = {}, machine: MachineOptions = {}): readonly KubeObject[] {
  const made = aCapiMachine('worker-0', { node: 'node-0', ...machine });
  const worker: Machine = {
    ...made,
    spec: { ...made.spec, infrastructureRef: { kind: 'Metal3Machine', name: 'infra-0' } },
  };
  const infra: Metal3Machine = {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
    kind: 'Metal3Machine',
    metadata: meta('infra-0', {
      namespace: CAPI_NAMESPACE,
      annotations: { 'metal3.io/BareMetalHost': `${CAPI_NAMESPACE}/host-0` },
      ownerReferences: [
        { apiVersion: made.apiVersion, kind: 'Machine', name: 'worker-0', uid: 'uid-worker-0', controller: true },
      ],
    }),
  };
  return [worker, infra, aHost('host-0', 'provisioned', { namespace: CAPI_NAMESPACE, consumer: 'infra-0', ...host })];
}

/** What a kubelet does `afterMs` after power-on: node-0 registers if it is not there, and is Ready. */
export function registersAfter(afterMs: number) {
  return (bench: CoreBench, _host: unknown, power: 'on' | 'off'): void => {
    if (power === 'off') return;
    bench.kernel.call(bench.nowMs + afterMs, () => {
      const ready = aNode('node-0');
      if (bench.get(NODE, 'node-0') === undefined) bench.store.create(NODE, ready);
      bench.update(NODE, 'node-0', 'status', (node) => ({ ...node, ...(ready.status && { status: ready.status }) }));
    });
  };
}
