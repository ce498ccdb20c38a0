// Provisioning of hosts: the conformance cases, and whole lives with runtime, BMC and provisioner.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST, type BareMetalHost, type ProvisioningState } from '../../../core/api/bare-metal-host.ts';
import type { KubeObject, ObjectKey } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import type { OperationEnd } from '../../../core/facts.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aHost, type HostOptions } from '../../kit/host-objects.ts';
import { NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const KEY: ObjectKey = { namespace: OPENSHIFT_NAMESPACE, name: 'host-0' };
const MINUTE = 60_000;
const IMAGE = { url: 'http://images/node.qcow2', checksum: 'c1' };
const WANTED: HostOptions = { spec: { image: IMAGE } };
const DETACHED = 'baremetalhost.metal3.io/detached';

function start(objects: readonly KubeObject[], limit = 20, more: Partial<CoreBenchOptions> = {}): CoreBench {
  const controllers = [
    bareMetalHostController({ provisioningLimit: limit, maxProvisioningRetries: 5, lineage: 'exact' }),
  ];
  return coreBench({ objects, controllers, atMs: NOW_MS, ...more });
}

function host(state: ProvisioningState, options: HostOptions = {}): BareMetalHost {
  return aHost('host-0', state, options);
}

function seen(bench: CoreBench) {
  const { status } = bench.the(BARE_METAL_HOST, HOST);
  return {
    state: status?.provisioning?.state,
    status: status?.operationalStatus,
    failures: status?.provisioningFailCount ?? 0,
  };
}

function operations(bench: CoreBench): readonly string[] {
  return bench.provisioner.operations.map(({ what }) => what);
}

function setSpec(bench: CoreBench, spec: BareMetalHost['spec']): void {
  bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({ ...old, spec: { ...old.spec, ...spec } }));
}

function removeImage(bench: CoreBench): void {
  bench.update(BARE_METAL_HOST, HOST, 'main', ({ spec: { image: _, ...spec } = {}, ...old }) => ({ ...old, spec }));
}

/** Occupies one slot for ever: no hardware answers for it. */
const BUSY = aHost('busy', 'deprovisioning', { annotations: { 'baremetalhost.metal3.io/paused': '' } });

/** The provisioner's first answers are these; afterwards it succeeds. */
function failing(bench: CoreBench, ends: readonly OperationEnd[]): void {
  const { provisioner, kernel } = bench;
  let at = 0;
  const provision = provisioner.provision.bind(provisioner);
  provisioner.provision = (key, cleaning, id, ended) => {
    const end = ends[at++];
    if (end === undefined) return provision(key, cleaning, id, ended);
    provisioner.operations.push({ what: 'provision', host: key.name, atMs: kernel.nowMs });
    kernel.call(kernel.nowMs + MINUTE, () => ended(end, kernel.nowMs));
  };
}

describe('capacity', () => {
  test.each([
    { id: 'C154 registering', state: 'registering', options: {}, limit: 1, expected: 'registering delayed' },
    {
      id: 'C155 available with an image',
      state: 'available',
      options: WANTED,
      limit: 1,
      expected: 'available delayed',
    },
    {
      id: 'provisioned, image removed',
      state: 'provisioned',
      options: { spec: { image: {} } },
      limit: 1,
      expected: 'provisioned delayed',
    },
    {
      id: 'C156 available with an image, a slot free',
      state: 'available',
      options: WANTED,
      limit: 2,
      expected: 'provisioning OK',
    },
  ] as const)('$id: $expected', ({ state, options, limit, expected }) => {
    const bench = start([host(state, options), BUSY], limit);
    bench.runFor(1_000);
    expect(`${seen(bench).state} ${seen(bench).status}`).toBe(expected);
  });

  test('a delayed host goes on when a slot is free, within the first back-off', () => {
    const bench = start([host('available', WANTED), BUSY], 1);
    bench.runFor(10 * MINUTE);
    expect(seen(bench).status).toBe('delayed');
    bench.update(BARE_METAL_HOST, `${OPENSHIFT_NAMESPACE}/busy`, 'status', (busy) => ({
      ...busy,
      status: { ...busy.status, provisioning: { state: 'available' as const } },
    }));
    bench.runFor(2 * MINUTE);
    expect(seen(bench)).toMatchObject({ state: 'provisioning', status: 'OK' });
  });

  test('never more hosts than slots, and all of them in the end', () => {
    const hosts = Array.from({ length: 9 }, (_, i) => aHost(`host-${i}`, 'available', WANTED));
    const bench = start(hosts, 3, { lagMs: 50 });
    bench.runFor(60 * MINUTE);
    const starts = bench.provisioner.operations.map(({ atMs }) => atMs);
    const most = Math.max(
      ...starts.map((atMs) => starts.filter((other) => other > atMs - 10 * MINUTE && other <= atMs).length),
    );
    const states = bench
      .list(BARE_METAL_HOST)
      .map(({ status }) => `${status?.provisioning?.state} ${status?.operationalStatus}`);
    expect({ most, started: starts.length, states: [...new Set(states)] }).toEqual({
      most: 3,
      started: 9,
      states: ['provisioned OK'],
    });
  });
});

describe('failures', () => {
  test('C158 a deployment that fails: deprovisioning, one failure more', () => {
    const bench = start([
      host('available', { ...WANTED, status: { provisioningFailCount: 2, lastAttemptedImage: IMAGE } }),
    ]);
    failing(bench, [{ kind: 'failed', message: 'no boot' }]);
    bench.runFor(MINUTE);
    expect(seen(bench)).toEqual({ state: 'provisioning', status: 'error', failures: 2 });
    expect(bench.the(BARE_METAL_HOST, HOST).status).toMatchObject({
      errorType: 'provisioning error',
      errorMessage: 'no boot',
      errorCount: 1,
    });
    bench.runFor(2 * MINUTE);
    expect(seen(bench)).toEqual({ state: 'deprovisioning', status: 'OK', failures: 3 });
    expect(bench.the(BARE_METAL_HOST, HOST).status?.errorCount).toBe(1);
  });

  test('after the failure it is cleaned and tried again, and success forgets the failures', () => {
    const bench = start([host('available', WANTED)]);
    failing(bench, [
      { kind: 'failed', message: 'a' },
      { kind: 'failed', message: 'b' },
    ]);
    bench.runFor(60 * MINUTE);
    expect(operations(bench)).toEqual([
      'provision',
      'deprovision metadata',
      'provision',
      'deprovision metadata',
      'provision',
    ]);
    expect(seen(bench)).toEqual({ state: 'provisioned', status: 'OK', failures: 0 });
  });

  test.each([
    {
      id: 'C159 five failures of five',
      failures: 5,
      tried: IMAGE,
      expected: { state: 'available', status: 'error', failures: 5 },
    },
    {
      id: 'C160 four failures of five',
      failures: 4,
      tried: IMAGE,
      expected: { state: 'provisioning', status: 'OK', failures: 4 },
    },
    {
      id: 'C161 another URL',
      failures: 5,
      tried: { ...IMAGE, url: 'other' },
      expected: { state: 'provisioning', status: 'OK', failures: 0 },
    },
    {
      id: 'C161 another checksum',
      failures: 5,
      tried: { ...IMAGE, checksum: 'c0' },
      expected: { state: 'provisioning', status: 'OK', failures: 0 },
    },
  ])('$id', ({ failures, tried, expected }) => {
    const status = { provisioningFailCount: failures, lastAttemptedImage: tried };
    const bench = start([host('available', { ...WANTED, status })]);
    bench.runFor(1_000);
    expect(seen(bench)).toEqual(expected);
  });

  test('a deployment that nobody answers for has failed after an hour', () => {
    const bench = start([host('available', WANTED)]);
    bench.provisioner.provision = () => undefined;
    bench.runFor(60 * MINUTE - 1);
    expect(seen(bench).state).toBe('provisioning');
    bench.runFor(1);
    expect(seen(bench)).toEqual({ state: 'provisioning', status: 'error', failures: 0 });
    bench.runFor(2 * MINUTE);
    expect(seen(bench)).toEqual({ state: 'deprovisioning', status: 'OK', failures: 1 });
  });

  test('C168 any change of state clears the error count', () => {
    const bench = start([host('available', { ...WANTED, status: { errorCount: 4 } })]);
    bench.runFor(1_000);
    expect(bench.the(BARE_METAL_HOST, HOST).status?.errorCount).toBe(0);
  });
});

describe('detaching, pausing, deleting', () => {
  test.each(['provisioned', 'externally provisioned', 'available'] as const)(
    'C162 %s: detached, and left alone',
    (state) => {
      const external = state === 'externally provisioned' ? { spec: { externallyProvisioned: true } } : {};
      const bench = start([host(state, { ...external, annotations: { [DETACHED]: '', 'reboot.metal3.io/a': '' } })]);
      bench.runFor(10 * MINUTE);
      expect({ ...seen(bench), commands: bench.bmc.commands }).toMatchObject({
        state,
        status: 'detached',
        commands: [],
      });
      bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({
        ...old,
        metadata: { ...old.metadata, annotations: {} },
      }));
      bench.runFor(1_000);
      expect(seen(bench)).toMatchObject({ state, status: 'OK' });
    },
  );

  test.each([
    { value: '{"deleteAction":"delay"}', gone: false },
    { value: '{"deleteAction":"delete"}', gone: true },
    { value: '', gone: true },
    { value: '{bad', gone: true },
  ])('C164 deleted while detached with $value: gone $gone, never cleaned', ({ value, gone }) => {
    const bench = start([
      host('provisioned', { annotations: { [DETACHED]: value }, status: { operationalStatus: 'detached' } }),
    ]);
    bench.runFor(1_000);
    bench.delete(BARE_METAL_HOST, HOST);
    bench.runFor(60 * MINUTE);
    expect({ gone: bench.get(BARE_METAL_HOST, HOST) === undefined, operations: operations(bench) }).toEqual({
      gone,
      operations: [],
    });
  });

  test('C165 paused: nothing happens', () => {
    const bench = start([
      host('provisioned', { annotations: { 'baremetalhost.metal3.io/paused': '', 'reboot.metal3.io/a': '' } }),
    ]);
    setSpec(bench, { online: false });
    bench.runFor(60 * MINUTE);
    expect(bench.performed).toEqual([]);
  });

  test('a deleted host is cleaned, powered off and forgotten', () => {
    const bench = start([host('provisioned')]);
    bench.runFor(1_000);
    bench.delete(BARE_METAL_HOST, HOST);
    bench.runFor(60 * MINUTE);
    expect({ operations: operations(bench), power: bench.bmc.power(KEY), left: bench.names(BARE_METAL_HOST) }).toEqual({
      operations: ['deprovision metadata'],
      power: 'off',
      left: [],
    });
  });

  test('a deleted host whose BMC is silent is forgotten after more than three failures', () => {
    const bench = start([host('externally provisioned', { spec: { externallyProvisioned: true } })]);
    bench.runFor(1_000);
    bench.bmc.setReachable(KEY, false);
    bench.delete(BARE_METAL_HOST, HOST);
    bench.runFor(10 * MINUTE);
    expect(bench.names(BARE_METAL_HOST)).toEqual(['host-0']);
    bench.runFor(20 * MINUTE);
    expect({ left: bench.names(BARE_METAL_HOST), power: bench.bmc.power(KEY) }).toEqual({ left: [], power: 'on' });
  });
});

describe('lives', () => {
  test('a new host: registered, inspected, prepared, available; cleaned once before its first deployment', () => {
    const fresh: BareMetalHost = { ...host('available'), status: {} };
    const bench = start([{ ...fresh, metadata: { ...fresh.metadata, finalizers: [] } }]);
    bench.runFor(11 * MINUTE);
    expect([...new Set(bench.rules(HOST))]).toEqual([
      'finalizer-added',
      'registration-started',
      'registering',
      'inspection-started',
      'inspecting',
      'inspected',
      'prepared',
      'waiting-for-reading',
      'reading-recorded',
      'power-steady',
    ]);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.finalizers).toEqual(['baremetalhost.metal3.io']);
    setSpec(bench, { image: IMAGE });
    bench.runFor(11 * MINUTE);
    removeImage(bench);
    bench.runFor(11 * MINUTE);
    setSpec(bench, { image: IMAGE });
    bench.runFor(MINUTE);
    expect(operations(bench)).toEqual(['inspect agent', 'clean and provision', 'deprovision metadata', 'provision']);
  });

  test('C166 image set, deployed, removed: the intent is written before the provisioner is asked', () => {
    const bench = start([host('available')]);
    bench.runFor(MINUTE);
    setSpec(bench, { image: IMAGE });
    bench.runFor(20 * MINUTE);
    expect(seen(bench)).toEqual({ state: 'provisioned', status: 'OK', failures: 0 });
    expect(bench.the(BARE_METAL_HOST, HOST).status).toMatchObject({
      poweredOn: true,
      provisioning: { image: IMAGE },
      operationHistory: { provision: { start: formatTime(NOW_MS + MINUTE), end: formatTime(NOW_MS + 11 * MINUTE) } },
    });
    removeImage(bench);
    bench.runFor(20 * MINUTE);
    expect(seen(bench).state).toBe('available');
    expect(bench.the(BARE_METAL_HOST, HOST).status?.provisioning?.image).toBeUndefined();
    expect(operations(bench)).toEqual(['provision', 'deprovision metadata']);
    expect(bench.eventReasons()).toEqual([
      'ProvisioningStarted',
      'ProvisioningComplete',
      'DeprovisioningStarted',
      'DeprovisioningComplete',
    ]);
    const effects = bench.performed.flatMap(({ action }) =>
      action.do === 'provision' ||
      action.do === 'deprovision' ||
      (action.do === 'patch' && 'provisioning' in Object(action.patch.status))
        ? [action.do]
        : [],
    );
    expect(effects).toEqual(['patch', 'provision', 'patch', 'patch', 'deprovision', 'patch']);
  });

  test('automatedCleaningMode disabled leaves the disks', () => {
    const bench = start([host('provisioned', { spec: { automatedCleaningMode: 'disabled', image: {} } })]);
    bench.runFor(MINUTE);
    expect(operations(bench)).toEqual(['deprovision disabled']);
  });

  test('image removed while it is being deployed: cleaned, not finished', () => {
    const bench = start([host('available', WANTED)]);
    bench.runFor(MINUTE);
    removeImage(bench);
    bench.runFor(60 * MINUTE);
    expect({ operations: operations(bench), ...seen(bench) }).toMatchObject({
      operations: ['provision', 'deprovision metadata'],
      state: 'available',
    });
  });

  test('externally provisioned: taken over without a deployment when the flag is cleared', () => {
    const bench = start([host('externally provisioned', { spec: { externallyProvisioned: true } })]);
    bench.runFor(MINUTE);
    setSpec(bench, { externallyProvisioned: false });
    bench.runFor(MINUTE);
    expect({ ...seen(bench), operations: operations(bench) }).toMatchObject({ state: 'provisioned', operations: [] });
  });

  test('with memory emptied before every decision the host ends the same', () => {
    const bench = start([host('available', WANTED)], 20, { runtime: { forgetMemory: true } });
    bench.runFor(20 * MINUTE);
    expect(seen(bench).state).not.toBe('available');
  });
});
