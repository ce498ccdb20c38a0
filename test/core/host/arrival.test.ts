// How a host comes in: annotations that it brings along, registration and its retries, inspection and its modes, settings.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST, type BareMetalHost, type ProvisioningState } from '../../../core/api/bare-metal-host.ts';
import type { ObjectKey, StringMap } from '../../../core/api/object.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aHost, type HostOptions } from '../../kit/host-objects.ts';
import { NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const KEY: ObjectKey = { namespace: OPENSHIFT_NAMESPACE, name: 'host-0' };
const MINUTE = 60_000;
const STATUS = 'baremetalhost.metal3.io/status';
const HARDWARE = 'inspect.metal3.io/hardwaredetails';
const INSPECT = 'inspect.metal3.io';

function start(host: BareMetalHost, more: Partial<CoreBenchOptions> = {}): CoreBench {
  const options = { provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' } as const;
  return coreBench({ objects: [host], controllers: [bareMetalHostController(options)], atMs: NOW_MS, ...more });
}

/** A host that nobody has looked at yet. */
function fresh(options: HostOptions = {}): BareMetalHost {
  const { status: _, ...host } = aHost('host-0', 'available', options);
  return host;
}

function seen(bench: CoreBench): BareMetalHost {
  return bench.the(BARE_METAL_HOST, HOST);
}

function annotations(bench: CoreBench): StringMap {
  return seen(bench).metadata.annotations ?? {};
}

function annotate(bench: CoreBench, more: StringMap): void {
  bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({
    ...old,
    metadata: { ...old.metadata, annotations: { ...old.metadata.annotations, ...more } },
  }));
}

function operations(bench: CoreBench): readonly string[] {
  return bench.provisioner.operations.map(({ what }) => what);
}

describe('a status that comes along', () => {
  const status = JSON.stringify({ poweredOn: true, operationalStatus: 'OK', provisioning: { state: 'provisioned' } });

  test('is taken over, and its annotation goes: the host is not registered anew', () => {
    const bench = start(fresh({ annotations: { [STATUS]: status }, spec: { image: { url: 'http://images/a' } } }));
    bench.runFor(MINUTE);
    expect(seen(bench).status).toMatchObject({ poweredOn: true, provisioning: { state: 'provisioned' } });
    expect({ annotations: annotations(bench), operations: operations(bench), events: bench.eventReasons() }).toEqual({
      annotations: {},
      operations: [],
      events: [],
    });
  });

  test.each([
    {
      title: 'a host that has a status',
      host: aHost('host-0', 'available', {
        status: { lastUpdated: '2026-01-01T00:00:00Z' },
        annotations: { [STATUS]: status },
      }),
    },
    { title: 'text that is no JSON', host: fresh({ annotations: { [STATUS]: '{bad' } }) },
  ])('does nothing to $title, and goes', ({ host }) => {
    const bench = start(host);
    bench.runFor(1_000);
    expect(annotations(bench)).toEqual({});
    expect(seen(bench).status?.provisioning?.state).not.toBe('provisioned');
  });
});

describe('hardware details that come along', () => {
  const details = { cpu: { count: 8 }, ramMebibytes: 1024 };

  test.each([
    { title: 'a host without any: taken over', options: { status: {} }, count: 8, event: 'UpdateHardwareDetails' },
    {
      title: 'a host that was inspected: ignored',
      options: { status: { hardware: { cpu: { count: 4 } } } },
      count: 4,
      event: 'RemoveAnnotation',
    },
    {
      title: 'an inspected host with inspection disabled: taken over',
      options: { status: { hardware: { cpu: { count: 4 } } }, spec: { inspectionMode: 'disabled' } },
      count: 8,
      event: 'UpdateHardwareDetails',
    },
  ] as const)('$title', ({ options, count, event }) => {
    const bench = start(
      aHost('host-0', 'available', { ...options, annotations: { [HARDWARE]: JSON.stringify(details) } }),
    );
    bench.runFor(1_000);
    expect({
      annotations: annotations(bench),
      events: bench.eventReasons(),
      cores: seen(bench).status?.hardware?.cpu,
    }).toEqual({
      annotations: {},
      events: [event],
      cores: { count },
    });
  });
});

describe('registration', () => {
  test('a silent BMC is an error, asked again after each back-off; then all is written at once', () => {
    const bench = start(fresh());
    bench.bmc.setReachable(KEY, false);
    bench.runFor(MINUTE);
    expect(seen(bench).status).toMatchObject({
      operationalStatus: 'error',
      errorType: 'registration error',
      errorCount: 1,
      provisioning: { state: 'registering' },
    });
    bench.runFor(2 * MINUTE);
    expect(seen(bench).status?.errorCount).toBe(2);
    bench.bmc.setReachable(KEY, true);
    bench.runFor(4 * MINUTE);
    expect(seen(bench).status).toMatchObject({
      operationalStatus: 'OK',
      errorCount: 0,
      hardwareProfile: 'unknown',
      goodCredentials: { credentials: { name: 'host-0-bmc', namespace: OPENSHIFT_NAMESPACE } },
      provisioning: { state: 'inspecting', ID: seen(bench).metadata.uid, bootMode: 'UEFI' },
    });
    expect(bench.eventReasons()).toEqual([
      'RegistrationError',
      'RegistrationError',
      'Registered',
      'ProfileSet',
      'BMCAccessValidated',
      'InspectionStarted',
    ]);
  });

  test('a BMC that answers during the back-off is not believed before its end', () => {
    const bench = start(fresh());
    bench.bmc.setReachable(KEY, false);
    bench.runFor(1_000);
    bench.bmc.setReachable(KEY, true);
    bench.runFor(MINUTE - 2_000);
    expect(seen(bench).status?.provisioning?.state).toBe('registering');
    bench.runFor(2 * MINUTE);
    expect(seen(bench).status?.provisioning?.state).toBe('inspecting');
  });

  test('an externally provisioned host is registered, and neither inspected nor switched', () => {
    const bench = start(fresh({ spec: { externallyProvisioned: true } }));
    bench.runFor(20 * MINUTE);
    expect({
      state: seen(bench).status?.provisioning?.state,
      operations: operations(bench),
      power: bench.bmc.commands,
    }).toEqual({
      state: 'externally provisioned',
      operations: [],
      power: [],
    });
  });
});

describe('inspection', () => {
  test.each([
    { mode: 'agent', wanted: ['inspect agent'] },
    { mode: 'fast', wanted: ['inspect fast'] },
    { mode: undefined, wanted: ['inspect agent'] },
    { mode: 'disabled', wanted: [] },
  ] as const)('of a new host with inspectionMode $mode: $wanted', ({ mode, wanted }) => {
    const bench = start(fresh(mode === undefined ? {} : { spec: { inspectionMode: mode } }));
    bench.runFor(11 * MINUTE);
    expect({ operations: operations(bench), state: seen(bench).status?.provisioning?.state }).toEqual({
      operations: wanted,
      state: 'available',
    });
  });

  test('disabled while the host waits for it: skipped', () => {
    const bench = start(aHost('host-0', 'inspecting', { annotations: { [INSPECT]: 'disabled' }, spec: { image: {} } }));
    bench.runFor(1_000);
    expect({ state: seen(bench).status?.provisioning?.state, events: bench.eventReasons() }).toEqual({
      state: 'available',
      events: ['InspectionSkipped'],
    });
  });

  test('again by annotation: once, and the annotation goes when it starts', () => {
    const bench = start(aHost('host-0', 'available'));
    bench.runFor(MINUTE);
    annotate(bench, { [INSPECT]: '' });
    bench.runFor(1_000);
    expect({ state: seen(bench).status?.provisioning?.state, annotations: annotations(bench) }).toEqual({
      state: 'inspecting',
      annotations: {},
    });
    bench.runFor(30 * MINUTE);
    expect({ state: seen(bench).status?.provisioning?.state, operations: operations(bench) }).toEqual({
      state: 'available',
      operations: ['inspect agent'],
    });
  });

  test.each(['provisioned', 'externally provisioned'] as const)('by annotation, %s: not inspected', (state) => {
    const spec = state === 'provisioned' ? {} : { externallyProvisioned: true };
    const bench = start(aHost('host-0', state, { spec, annotations: { [INSPECT]: '' } }));
    bench.runFor(30 * MINUTE);
    expect({ operations: operations(bench), annotations: annotations(bench) }).toEqual({
      operations: [],
      annotations: { [INSPECT]: '' },
    });
  });
});

describe('settings', () => {
  const hints = { deviceName: '/dev/sda' };

  test.each<{ state: ProvisioningState; rules: readonly string[] }>([
    { state: 'available', rules: ['settings-changed', 'prepared'] },
    { state: 'provisioned', rules: [] },
  ])('that change are applied to a host that is $state: $rules', ({ state, rules }) => {
    const bench = start(aHost('host-0', state));
    bench.runFor(1_000);
    const before = bench.rules(HOST).length;
    bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({ ...old, spec: { ...old.spec, rootDeviceHints: hints } }));
    bench.runFor(1_000);
    const moved = bench
      .rules(HOST)
      .slice(before)
      .filter((rule) => rule !== 'power-steady');
    expect({ moved, applied: seen(bench).status?.provisioning?.rootDeviceHints }).toEqual({
      moved: rules,
      applied: rules.length === 0 ? undefined : hints,
    });
  });
});
