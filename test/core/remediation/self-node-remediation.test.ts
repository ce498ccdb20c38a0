// The manager's part of SelfNodeRemediation beyond the cases: what ends a remediation early, in both lineages, and what a crash
// or a restart changes: nothing.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../../core/api/lineage.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { SELF_NODE_REMEDIATION, type SelfNodeRemediation } from '../../../core/api/self-node-remediation.ts';
import { POD } from '../../../core/api/workload.ts';
import { selfNodeRemediationController } from '../../../core/remediation/self-node-remediation.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { fc } from '../../kit/property.ts';

const START_MS = Date.UTC(2026, 10, 22, 8);
const REQUEST = 'operators/worker-0';
const FINALIZER = 'self-node-remediation.medik8s.io/snr-finalizer';

const meta = (name: string, namespace?: string): KubeObject['metadata'] => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid: '',
  resourceVersion: '',
});

const worker: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    ...meta('worker-0'),
    labels: { 'node-role.kubernetes.io/worker': '' },
    annotations: {
      'is-reboot-capable.self-node-remediation.medik8s.io': 'true',
      'self-node-remediation.medik8s.io/watchdog-timeout': '60',
    },
  },
  spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
};

const agent: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...meta('agent', 'operators'),
    labels: { 'app.kubernetes.io/name': 'self-node-remediation', 'app.kubernetes.io/component': 'agent' },
  },
  spec: { nodeName: 'worker-0' },
};

const config: KubeObject = {
  apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
  kind: 'SelfNodeRemediationConfig',
  metadata: meta('self-node-remediation-config', 'operators'),
  spec: {},
};

const request: SelfNodeRemediation = {
  apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
  kind: 'SelfNodeRemediation',
  metadata: meta('worker-0', 'operators'),
  spec: { remediationStrategy: 'Automatic' },
};

interface BenchOptions {
  readonly lineage?: Lineage;
  readonly forgetMemory?: boolean;
  readonly request?: SelfNodeRemediation;
  readonly objects?: readonly KubeObject[];
}

function bench(options: BenchOptions = {}): CoreBench {
  const { lineage = 'exact', forgetMemory = false, objects = [worker, agent, config] } = options;
  return coreBench({
    objects: [...objects, options.request ?? request],
    controllers: [selfNodeRemediationController({ lineage, outOfServiceTaint: true })],
    atMs: START_MS,
    runtime: { forgetMemory },
  });
}

const taints = (world: CoreBench): readonly string[] =>
  (world.get(NODE, 'worker-0')?.spec?.taints ?? []).map(({ key }) => key.replace(/^.*\//, ''));

const LINEAGES = ['exact', 'corrected'] as const;

test('case C208: a configured time below the least safe one is ignored, and the event says so', () => {
  const short = { ...config, spec: { safeTimeToAssumeNodeRebootedSeconds: 60 } };
  const world = bench({ objects: [worker, agent, short] });
  world.runFor(1_000);
  expect(world.events.find(({ reason }) => reason === 'UpdateTimeAssumedRebooted')?.message).toBe(
    '[remediation] The node is held for rebooted at 2026-11-22T08:03:00Z; safeTimeToAssumeNodeRebootedSeconds 60 is less ' +
      'than the least safe time of 180 s and is ignored.',
  );
});

describe('the request is deleted', () => {
  test.each([
    ['exact', ['dedicated', 'self-node-remediation'], 'Pre-Reboot-Completed'],
    ['corrected', ['dedicated'], undefined],
  ] as const)('incident I41, %s: before its time is over', (lineage, left, phase) => {
    const world = bench({ lineage });
    world.runFor(60_000);
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(1_000);
    expect(taints(world)).toEqual(left);
    expect(world.get(SELF_NODE_REMEDIATION, REQUEST)?.status?.phase).toBe(phase);
  });

  test.each(LINEAGES)('%s: in the end Node and request are as if nothing had been', (lineage) => {
    const world = bench({ lineage });
    world.runFor(600_000);
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(60_000);
    expect(taints(world)).toEqual(['dedicated']);
    expect(world.list(SELF_NODE_REMEDIATION)).toEqual([]);
  });

  test.each([
    ['exact', [FINALIZER]],
    ['corrected', undefined],
  ] as const)('incident I58, %s: after its Node is gone', (lineage, finalizers) => {
    const world = bench({ lineage });
    world.runFor(60_000);
    world.delete(NODE, 'worker-0');
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(600_000);
    expect(world.get(SELF_NODE_REMEDIATION, REQUEST)?.metadata.finalizers).toEqual(finalizers);
  });
});

describe('the health check gives up on the request', () => {
  const timeOut = (world: CoreBench): void =>
    world.update(SELF_NODE_REMEDIATION, REQUEST, 'main', (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { 'remediation.medik8s.io/nhc-timed-out': 'now' } },
    }));

  test('nothing more is done; its deletion leaves the Node as it was', () => {
    const world = bench();
    world.runFor(60_000);
    timeOut(world);
    world.runFor(600_000);
    expect(world.the(SELF_NODE_REMEDIATION, REQUEST).status).toMatchObject({
      phase: 'Pre-Reboot-Completed',
      conditions: [
        { type: 'Processing', status: 'False', reason: 'RemediationTimeoutByNHC' },
        { type: 'Succeeded', status: 'False', reason: 'RemediationTimeoutByNHC' },
      ],
    });
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(1_000);
    expect(taints(world)).toEqual(['dedicated']);
    expect(world.list(SELF_NODE_REMEDIATION)).toEqual([]);
    expect(world.eventReasons().slice(4)).toEqual([
      'RemediationStopped',
      'RemoveNoScheduleTaint',
      'RemoveFinalizer',
      'RemediationFinished',
    ]);
  });

  test('with the Node gone its deletion ends it', () => {
    const world = bench();
    world.runFor(60_000);
    world.delete(NODE, 'worker-0');
    timeOut(world);
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(1_000);
    expect(world.list(SELF_NODE_REMEDIATION)).toEqual([]);
  });
});

describe('the workloads are released', () => {
  const pod = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, 'default'),
    spec: { nodeName: 'worker-0' },
  });
  const outOfServiceForMs = (lineage: Lineage): number => {
    const world = bench({ lineage });
    const at = { on: 0, off: 0 };
    world.store.tap(() => {
      const there = taints(world).includes('out-of-service');
      if (there && at.on === 0) at.on = world.nowMs;
      if (!there && at.on > 0 && at.off === 0) at.off = world.nowMs;
    });
    world.runFor(600_000);
    return at.off - at.on;
  };

  test('incident I16: nothing terminates yet when the taint is put on', () => {
    expect(LINEAGES.map(outOfServiceForMs)).toEqual([1, 5_000]);
  });

  test('what is not released a minute after timeAssumedRebooted is an error', () => {
    const world = bench({ objects: [worker, agent, config, pod('stuck')] });
    world.delete(POD, 'default/stuck');
    const lastErrorAt = (atMs: number): string | undefined => {
      world.run(START_MS + atMs);
      return world.the(SELF_NODE_REMEDIATION, REQUEST).status?.lastError;
    };
    // Held for rebooted after 180 s, looked at every 5 s.
    expect(lastErrorAt(239_000)).toBeUndefined();
    expect(lastErrorAt(246_000)).toBe('Not ready to delete out-of-service taint');
  });

  test('incident I39: a pod that never goes keeps the taint on, until its Node is well', () => {
    const world = bench({ objects: [worker, agent, config, pod('stuck')] });
    world.delete(POD, 'default/stuck');
    world.runFor(600_000);
    expect(taints(world)).toEqual(['dedicated', 'self-node-remediation', 'out-of-service']);
    expect(world.the(SELF_NODE_REMEDIATION, REQUEST).status?.lastError).toBe(
      'Not ready to delete out-of-service taint',
    );
    world.delete(SELF_NODE_REMEDIATION, REQUEST);
    world.runFor(60_000);
    expect(taints(world)).toEqual(['dedicated']);
    expect(world.eventReasons('worker-0')).toEqual(
      expect.arrayContaining(['OutOfServiceTimestampExpired', 'RemoveNoScheduleTaint']),
    );
    expect(world.list(SELF_NODE_REMEDIATION)).toEqual([]);
  });
});

describe('whose node it is', () => {
  const owned = (kind: string, apiVersion: string, name: string): SelfNodeRemediation => ({
    ...request,
    metadata: {
      ...meta('worker-0-x7', 'operators'),
      annotations: { 'remediation.medik8s.io/node-name': 'worker-0' },
      ownerReferences: [{ apiVersion, kind, name, uid: 'u' }],
    },
  });
  const machine: KubeObject = {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: meta('m-0', 'operators'),
    status: { nodeRef: { kind: 'Node', name: 'worker-0' } },
  };

  test.each([
    ['a health check names it', owned('NodeHealthCheck', 'remediation.medik8s.io/v1alpha1', 'nhc'), [], undefined],
    ['its Machine knows it', owned('Machine', 'machine.openshift.io/v1beta1', 'm-0'), [machine], undefined],
    [
      'its Machine is gone',
      owned('Machine', 'machine.openshift.io/v1beta1', 'm-0'),
      [],
      'machines.machine.openshift.io "m-0" not found',
    ],
  ] as const)('%s', (_title, given, objects, lastError) => {
    const world = bench({ request: given, objects: [worker, agent, config, ...objects] });
    world.runFor(1_000);
    expect(world.the(SELF_NODE_REMEDIATION, 'operators/worker-0-x7').status?.lastError).toBe(lastError);
    expect(taints(world).includes('self-node-remediation')).toBe(lastError === undefined);
  });

  test('a phase that nobody of the product wrote is left alone', () => {
    const world = bench({ request: { ...request, status: { phase: 'Elsewhere' } } });
    world.runFor(600_000);
    expect(world.the(SELF_NODE_REMEDIATION, REQUEST).status).toEqual({ phase: 'Elsewhere' });
  });
});

describe('crashes', () => {
  /** All but the versions, which differ with who wrote twice. */
  const endOf = (world: CoreBench): unknown => ({
    taints: taints(world),
    status: world.the(SELF_NODE_REMEDIATION, REQUEST).status,
    finalizers: world.the(SELF_NODE_REMEDIATION, REQUEST).metadata.finalizers,
  });

  test.each(LINEAGES)('%s: memory emptied before every decision changes nothing', (lineage) => {
    const ends = [false, true].map((forgetMemory) => {
      const world = bench({ lineage, forgetMemory });
      world.runFor(600_000);
      return endOf(world);
    });
    expect(ends[1]).toEqual(ends[0]);
  });

  test('a restart at any instants changes nothing', () => {
    const quiet = bench();
    quiet.runFor(600_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 250_000 }), { maxLength: 6 }), (instants) => {
        const world = bench();
        for (const atMs of instants.toSorted((one, other) => one - other)) {
          world.run(START_MS + atMs);
          world.restart();
        }
        world.run(START_MS + 600_000);
        expect(endOf(world)).toEqual(endOf(quiet));
      }),
      { numRuns: 50 },
    );
  });

  test('while it waits, any earlier look does nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 180_000 }), (afterMs) => {
        const world = bench();
        world.run(START_MS + afterMs);
        const before = world.performed.length;
        world.restart();
        expect(world.performed.length).toBe(before);
      }),
      { numRuns: 50 },
    );
  });
});
