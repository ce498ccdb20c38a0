// MachineRemediation: the conformance cases of the facts row by row, then whole reboots with the host's controller and a BMC.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { MACHINE_REMEDIATION, type MachineRemediation } from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import {
  type MachineRemediationOptions,
  machineRemediationController,
} from '../../../core/remediation/machine-remediation.controller.ts';
import { ANNOTATION_NODE_REBOOT, ANNOTATION_REBOOT_IN_PROGRESS } from '../../../core/remediation/names.ts';
import { nodeRebootController } from '../../../core/remediation/node-reboot.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { anOpenshiftWorker, type HostOptions, registersAfter } from '../../kit/host-objects.ts';
import { aNode, meta, NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const REQUEST = `${OPENSHIFT_NAMESPACE}/remediation-x`;
const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const IN_PROGRESS = { [ANNOTATION_REBOOT_IN_PROGRESS]: 'true' };
const MINUTE = 60_000;

type State = NonNullable<NonNullable<MachineRemediation['status']>['state']>;

function aRequest(state?: State, agoMs = 0, spec: MachineRemediation['spec'] = {}): MachineRemediation {
  return {
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineRemediation',
    metadata: meta('remediation-x', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { type: 'reboot', machineName: 'worker-0', ...spec },
    ...(state === undefined ? {} : { status: { state, startTime: formatTime(NOW_MS - agoMs) } }),
  };
}

function start(
  objects: readonly KubeObject[],
  lineage: MachineRemediationOptions['lineage'] = 'exact',
  runMs = 0,
): CoreBench {
  const bench = coreBench({ objects, controllers: [machineRemediationController({ lineage })], atMs: NOW_MS });
  bench.runFor(runMs);
  return bench;
}

/** What users see of one step. */
function seen(bench: CoreBench) {
  const { spec, metadata } = bench.the(BARE_METAL_HOST, HOST);
  const request = bench.get(MACHINE_REMEDIATION, REQUEST);
  return {
    state: request === undefined ? 'gone' : (request.status?.state ?? ''),
    ended: request?.status?.endTime !== undefined,
    node: bench.get(NODE, 'node-0') !== undefined,
    online: spec?.online,
    held: metadata.annotations?.[ANNOTATION_REBOOT_IN_PROGRESS] !== undefined,
    events: bench.eventReasons(),
  };
}

const OFF: HostOptions = { spec: { online: false }, status: { poweredOn: false }, annotations: IN_PROGRESS };
const ON_HELD: HostOptions = { spec: { online: false }, annotations: IN_PROGRESS };

interface Row {
  readonly id: string;
  readonly host: HostOptions;
  readonly request: MachineRemediation;
  readonly node: readonly KubeObject[];
  readonly expected: ReturnType<typeof seen>;
}

const READY = [aNode('node-0')];
const LOST = [aNode('node-0', 'Unknown', 60_000)];
const STARTED = 'MachineRemediationRebootStarted';
const TIMED_OUT = 'MachineRemediationRebootTimedOut';

const ROWS: readonly Row[] = [
  {
    id: 'C085 C086 a new request for a host that is online',
    host: {},
    request: aRequest(),
    node: LOST,
    expected: { state: 'PowerOff', ended: false, node: true, online: false, held: true, events: [STARTED] },
  },
  {
    id: 'C087 Started, host switched off by its user',
    host: { spec: { online: false } },
    request: aRequest('Started'),
    node: LOST,
    expected: {
      state: 'gone',
      ended: false,
      node: true,
      online: false,
      held: false,
      events: ['MachineRemediationSkippedOffline'],
    },
  },
  {
    id: 'C088 Started, host offline with our annotation',
    host: ON_HELD,
    request: aRequest('Started'),
    node: LOST,
    expected: { state: 'PowerOff', ended: false, node: true, online: false, held: true, events: [STARTED] },
  },
  {
    id: 'C089 PowerOff, still on after 2 min',
    host: ON_HELD,
    request: aRequest('PowerOff', 2 * MINUTE),
    node: LOST,
    expected: { state: 'PowerOff', ended: false, node: true, online: false, held: true, events: [] },
  },
  {
    id: 'C090 PowerOff, off after 2 min',
    host: OFF,
    request: aRequest('PowerOff', 2 * MINUTE),
    node: LOST,
    expected: {
      state: 'PowerOn',
      ended: false,
      node: false,
      online: true,
      held: false,
      events: ['MachineRemediationRebootPoweringOn'],
    },
  },
  {
    id: 'C091 PowerOff, still on after 6 min',
    host: ON_HELD,
    request: aRequest('PowerOff', 6 * MINUTE),
    node: LOST,
    expected: { state: 'Failed', ended: true, node: true, online: false, held: true, events: [TIMED_OUT] },
  },
  {
    id: 'C092 PowerOff, off, but after 6 min',
    host: OFF,
    request: aRequest('PowerOff', 6 * MINUTE),
    node: LOST,
    expected: { state: 'Failed', ended: true, node: true, online: false, held: true, events: [TIMED_OUT] },
  },
  {
    id: 'C094 PowerOn, Node missing after 3 min',
    host: {},
    request: aRequest('PowerOn', 3 * MINUTE),
    node: [],
    expected: { state: 'PowerOn', ended: false, node: false, online: true, held: false, events: [] },
  },
  {
    id: 'C095 PowerOn, Node not Ready after 3 min',
    host: {},
    request: aRequest('PowerOn', 3 * MINUTE),
    node: [aNode('node-0', 'False', 1_000)],
    expected: { state: 'PowerOn', ended: false, node: true, online: true, held: false, events: [] },
  },
  {
    id: 'C096 C098 PowerOn, Node Ready after 3 min: succeeded, then deleted',
    host: {},
    request: aRequest('PowerOn', 3 * MINUTE),
    node: READY,
    expected: {
      state: 'gone',
      ended: false,
      node: true,
      online: true,
      held: false,
      events: ['MachineRemediationRebootSucceeded'],
    },
  },
  {
    id: 'C101 strategy recreate is never done',
    host: {},
    request: aRequest(undefined, 0, { type: 'recreate' }),
    node: LOST,
    expected: { state: '', ended: false, node: true, online: true, held: false, events: [] },
  },
];

describe('MachineRemediation, exact', () => {
  test.each(ROWS)('$id', ({ host, request, node, expected }) => {
    expect(seen(start([...anOpenshiftWorker(host), request, ...node]))).toEqual(expected);
  });

  test('C096 C099 the reboot annotation leaves the Node, whether the reboot succeeded or failed', () => {
    const node = aNode('node-0', 'True', 1_000, { annotations: { [ANNOTATION_NODE_REBOOT]: '', other: 'kept' } });
    const saved = { savedAnnotations: { [ANNOTATION_NODE_REBOOT]: '', other: 'kept' } };
    for (const request of [aRequest('PowerOn', MINUTE, saved), aRequest('Failed', 10 * MINUTE, saved)]) {
      const bench = start([...anOpenshiftWorker(), request, node]);
      expect(bench.the(NODE, 'node-0').metadata.annotations).toEqual({ other: 'kept' });
    }
  });

  test('C100 trap T11: saved labels replace the labels of the Node; nothing saved wipes them', () => {
    const node = aNode('node-0', 'True', 1_000, { labels: { b: '2' } });
    const labelsAfter = (savedLabels: MachineRemediation['spec'], lineage: Lineage) =>
      start([...anOpenshiftWorker(), aRequest('PowerOn', MINUTE, savedLabels), node], lineage).the(NODE, 'node-0')
        .metadata.labels ?? {};
    expect(labelsAfter({ savedLabels: { a: '1' } }, 'exact')).toEqual({ a: '1' });
    expect(labelsAfter({}, 'exact')).toEqual({});
    expect(labelsAfter({ savedLabels: { a: '1', b: '9' } }, 'corrected')).toEqual({ a: '1', b: '2' });
  });

  test('what it waits for is noticed on the 10 s grid, the timeout at the first look after 5 min', () => {
    const bench = start([...anOpenshiftWorker(), aRequest(), ...LOST], 'exact', 3_000);
    bench.update(BARE_METAL_HOST, HOST, 'status', (host) => ({
      ...host,
      status: { ...host.status, poweredOn: false },
    }));
    bench.run(NOW_MS + 9_999);
    expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOff');
    bench.run(NOW_MS + 10_000);
    expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOn');
    bench.run(NOW_MS + 309_999);
    expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOn');
    bench.run(NOW_MS + 310_000);
    expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.endTime).toBe(formatTime(NOW_MS + 310_000));
  });
});

describe('C241 trap T15: the controller dies between its two writes in PowerOff', () => {
  const objects = [...anOpenshiftWorker(), aRequest('PowerOff', 30_000), ...READY];

  test('exact: the Node is Ready and the request fails all the same', () => {
    const bench = start(objects, 'exact', 5 * MINUTE);
    expect(seen(bench)).toMatchObject({ state: 'Failed', node: true, events: [TIMED_OUT] });
  });

  test('corrected: it recognises its own power-on', () => {
    const bench = start(objects, 'corrected');
    expect(bench.rules(REQUEST)).toEqual(['own-power-on-recognised', 'reboot-succeeded', 'request-deleted', 'gone']);
  });
});

describe('a whole reboot, from the annotation of the Node', () => {
  function reboot(forgetMemory: boolean, lagMs: number): CoreBench {
    const node = aNode('node-0', 'Unknown', 60_000, {
      labels: { zone: 'a' },
      annotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`, [ANNOTATION_NODE_REBOOT]: '' },
    });
    const bench = coreBench({
      objects: [...anOpenshiftWorker(), node],
      controllers: [
        nodeRebootController(),
        machineRemediationController({ lineage: 'exact' }),
        bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' }),
      ],
      atMs: NOW_MS,
      lagMs,
      runtime: { forgetMemory },
      onPower: registersAfter(2 * MINUTE),
    });
    bench.runFor(10 * MINUTE);
    return bench;
  }

  test.each([
    { forgetMemory: false, lagMs: 0 },
    { forgetMemory: false, lagMs: 50 },
    { forgetMemory: true, lagMs: 50 },
  ])('ends Ready with one power cycle ($forgetMemory, $lagMs)', ({ forgetMemory, lagMs }) => {
    const bench = reboot(forgetMemory, lagMs);
    expect(bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`)).toEqual(['off soft', 'on hard']);
    expect(bench.names(MACHINE_REMEDIATION)).toEqual([]);
    expect(bench.the(NODE, 'node-0').metadata.labels).toEqual({ zone: 'a' });
    expect(bench.events.filter(({ kind }) => kind !== 'BareMetalHost').map(({ reason }) => reason)).toEqual([
      STARTED,
      'MachineRemediationRebootPoweringOn',
      'MachineRemediationRebootSucceeded',
    ]);
    expect(bench.the(BARE_METAL_HOST, HOST).status).toMatchObject({ poweredOn: true, operationalStatus: 'OK' });
  });

  test('C102 a second request is not made while one has not ended', () => {
    const node = aNode('node-0', 'Unknown', 1_000, {
      annotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`, [ANNOTATION_NODE_REBOOT]: '' },
    });
    const bench = coreBench({
      objects: [...anOpenshiftWorker(), aRequest('PowerOff'), node],
      controllers: [nodeRebootController()],
      atMs: NOW_MS,
    });
    bench.runFor(1_000);
    expect({ requests: bench.names(MACHINE_REMEDIATION), rules: bench.rules('node-0') }).toEqual({
      requests: ['remediation-x'],
      rules: ['reboot-in-progress'],
    });
  });
});
