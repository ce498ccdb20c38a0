// machine-remediation-operator: MachineRemediation and what asks for it. Source of the cases: its tests and code, 6d411110.

import { describe } from 'vitest';
import { stringify } from 'yaml';
import type { StringMap } from '../../core/api/object.ts';
import {
  ago,
  type ConformanceRow,
  conformance,
  host,
  inEachLineage,
  look,
  type Outcome,
  run,
} from '../kit/conformance.ts';
import { hostText, nodeText, OPENSHIFT_NAMESPACE, openshiftMachine } from '../kit/conformance-objects.ts';

const IN_PROGRESS = 'machineremediation.kubevirt.io/rebootInProgress';
const REBOOT = 'healthchecking.openshift.io/machine-remediation-reboot';
const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const REQUEST = `MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-x`;

const MACHINE = openshiftMachine('worker-0', {
  node: 'node-0',
  owned: false,
  annotations: { 'metal3.io/BareMetalHost': HOST },
});
/** The host of worker-0: online and on, unless told otherwise. */
function hostOf(online = true, poweredOn = true, annotations: StringMap = {}): string {
  const consumerRef = {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    name: 'worker-0',
    namespace: OPENSHIFT_NAMESPACE,
  };
  return hostText('host-0', { annotations, spec: { online, consumerRef }, status: { poweredOn } });
}

const ON = hostOf();
/** As the operator leaves the host while it powers off. */
const HELD = hostOf(false, true, { [IN_PROGRESS]: 'true' });
const HELD_AND_OFF = hostOf(false, false, { [IN_PROGRESS]: 'true' });
/** Its BMC takes its time. */
const SLOW = { powerOffMs: 3_600_000 };

interface Status {
  readonly state: string;
  /** How long ago it was started. */
  readonly started: string;
}

function request(status?: Status, spec: object = {}): string {
  return stringify({
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineRemediation',
    metadata: { name: 'remediation-x', namespace: OPENSHIFT_NAMESPACE },
    spec: { type: 'reboot', machineName: 'worker-0', ...spec },
    ...(status === undefined ? {} : { status: { state: status.state, startTime: ago(status.started) } }),
  });
}

function requestStatus(status: object | null): string {
  const [head = ''] = request().split('spec:');
  return `---\n${head}${stringify({ status })}`;
}

function hostIs(online: boolean, isHeld: boolean): string {
  const annotations = { [IN_PROGRESS]: isHeld ? 'true' : null };
  return `---\n${stringify({
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: { name: 'host-0', namespace: OPENSHIFT_NAMESPACE, annotations },
    spec: { online },
  })}`;
}

function nodeHas(metadata: object): string {
  return `---\n${stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-0', ...metadata } })}`;
}

const EVENT = 'MachineRemediation/remediation-x';
const STARTED = `${EVENT} Normal MachineRemediationRebootStarted`;
const POWERING_ON = `${EVENT} Normal MachineRemediationRebootPoweringOn`;
const SUCCEEDED = `${EVENT} Normal MachineRemediationRebootSucceeded`;
const TIMED_OUT = `${EVENT} Warning MachineRemediationRebootTimedOut`;
/** What the host's own controller says meanwhile. */
const HOST_OFF = 'BareMetalHost/host-0 Normal PowerOff';
const HOST_ON = 'BareMetalHost/host-0 Normal PowerOn';
const LOST = nodeText('node-0', 'Unknown', '60s');
const READY = nodeText('node-0', 'True', '10s');

describe('a MachineRemediation', () => {
  const failed: Outcome = {
    objects: `${requestStatus({ state: 'Failed', reason: 'Reboot failed on timeout', endTime: ago('0s') })}${hostIs(false, true)}`,
    events: [TIMED_OUT],
  };
  const offAt2Minutes: ConformanceRow['given'] = [
    MACHINE,
    HELD_AND_OFF,
    LOST,
    request({ state: 'PowerOff', started: '2m' }),
  ];
  conformance([
    {
      id: 'C085',
      title: 'new: Started, with its start time; what it wrote itself wakes it before its next look in 10 s',
      given: [MACHINE, ON, LOST, request()],
      lagMs: 1_000,
      when: [run('500ms')],
      gives: {
        objects: `${requestStatus({ state: 'Started', startTime: ago('0s'), reason: 'Machine remediation started', endTime: null })}${hostIs(true, false)}`,
        decidesAgain: { of: REQUEST, after: '500ms' },
        events: [],
      },
    },
    {
      id: 'C086',
      title: 'Started, host online: held off and marked, PowerOff',
      given: [MACHINE, ON, LOST, request({ state: 'Started', started: '1s' })],
      bmc: SLOW,
      gives: {
        objects: `${requestStatus({ state: 'PowerOff', reason: 'Starts the reboot process' })}${hostIs(false, true)}`,
        events: [STARTED, HOST_OFF],
      },
    },
    {
      id: 'C088',
      title: 'Started, host offline with the mark: the controller died half-way, and goes on',
      given: [MACHINE, HELD, LOST, request({ state: 'Started', started: '1s' })],
      bmc: SLOW,
      gives: { objects: `${requestStatus({ state: 'PowerOff' })}${hostIs(false, true)}`, events: [STARTED, HOST_OFF] },
    },
    {
      id: 'C088',
      title: 'Started, host offline without the mark: its user has switched it off, nothing is done',
      given: [MACHINE, hostOf(false, false), LOST, request({ state: 'Started', started: '1s' })],
      when: [host(HOST, 'off'), run('1s')],
      gives: {
        objects: hostIs(false, false),
        deleted: [REQUEST],
        events: [`${EVENT} Normal MachineRemediationSkippedOffline`],
      },
    },
    {
      id: 'C089',
      title: 'PowerOff, host on 2 min after the start: stays',
      given: [MACHINE, HELD, LOST, request({ state: 'PowerOff', started: '2m' })],
      bmc: SLOW,
      when: [run('1m')],
      gives: {
        objects: `${requestStatus({ state: 'PowerOff', endTime: null })}${hostIs(false, true)}`,
        events: [HOST_OFF],
      },
    },
    {
      id: 'C090',
      title: 'PowerOff, host off 2 min after the start: Node deleted, host online without the mark, PowerOn',
      given: offAt2Minutes,
      when: [host(HOST, 'off'), run('1ms')],
      gives: {
        objects: `${requestStatus({ state: 'PowerOn', reason: 'Reboot in progress' })}${hostIs(true, false)}`,
        deleted: ['Node node-0'],
        events: [POWERING_ON, HOST_ON],
      },
    },
    {
      id: 'C090',
      title: 'the same without a Node',
      given: [MACHINE, HELD_AND_OFF, request({ state: 'PowerOff', started: '2m' })],
      when: [host(HOST, 'off'), run('1ms')],
      gives: {
        objects: `${requestStatus({ state: 'PowerOn' })}${hostIs(true, false)}`,
        events: [POWERING_ON, HOST_ON],
      },
    },
    {
      id: 'C091',
      title: 'PowerOff, host on 6 min after the start: Failed, the host stays held off',
      given: [MACHINE, HELD, LOST, request({ state: 'PowerOff', started: '6m' })],
      bmc: SLOW,
      gives: { ...failed, events: [TIMED_OUT, HOST_OFF] },
    },
    ...inEachLineage(
      {
        id: 'C092',
        trap: 'R4',
        title: 'PowerOff, host off, but 6 min after the start',
        given: [MACHINE, HELD_AND_OFF, LOST, request({ state: 'PowerOff', started: '6m' })],
        when: [host(HOST, 'off'), run('1ms')],
      },
      {
        exact: failed,
        corrected: {
          objects: `${requestStatus({ state: 'PowerOn' })}${hostIs(true, false)}`,
          deleted: ['Node node-0'],
          events: [POWERING_ON, HOST_ON],
        },
      },
    ),
    ...inEachLineage(
      {
        id: 'C091',
        trap: 'R4',
        title: 'PowerOff, host on 21 min after the start',
        given: [MACHINE, HELD, LOST, request({ state: 'PowerOff', started: '21m' })],
        bmc: SLOW,
      },
      {
        exact: { ...failed, events: [TIMED_OUT, HOST_OFF] },
        corrected: {
          objects: `${requestStatus({ state: 'Failed' })}${hostIs(true, false)}`,
          events: [TIMED_OUT, HOST_OFF],
        },
      },
    ),
    {
      id: 'C094',
      title: 'PowerOn, Node missing 3 min after the start: stays',
      given: [MACHINE, ON, request({ state: 'PowerOn', started: '3m' })],
      when: [run('1m')],
      gives: { objects: requestStatus({ state: 'PowerOn', endTime: null }) },
    },
    {
      id: 'C095',
      title: 'PowerOn, Node not Ready 3 min after the start: stays',
      given: [MACHINE, ON, nodeText('node-0', 'False', '10s'), request({ state: 'PowerOn', started: '3m' })],
      when: [run('1m')],
      gives: { objects: requestStatus({ state: 'PowerOn', endTime: null }) },
    },
    ...inEachLineage(
      {
        id: 'C095',
        trap: 'R4',
        title: 'PowerOn, Node not Ready 6 min after the start',
        given: [MACHINE, ON, nodeText('node-0', 'False', '10s'), request({ state: 'PowerOn', started: '6m' })],
      },
      {
        exact: { objects: requestStatus({ state: 'Failed', reason: 'Reboot failed on timeout' }), events: [TIMED_OUT] },
        corrected: { objects: requestStatus({ state: 'PowerOn', endTime: null }) },
      },
    ),
    {
      id: 'C096',
      title: 'PowerOn, Node Ready 3 min after the start: Succeeded, the request to reboot leaves the Node',
      given: [
        MACHINE,
        ON,
        nodeText('node-0', 'True', '10s', { annotations: { [REBOOT]: '', other: 'kept' } }),
        request({ state: 'PowerOn', started: '3m' }, { savedAnnotations: { [REBOOT]: '', other: 'kept' } }),
      ],
      lagMs: 1_000,
      when: [run('500ms')],
      gives: {
        objects: `${requestStatus({ state: 'Succeeded', reason: 'Reboot succeeded', endTime: ago('0s') })}${nodeHas({
          annotations: { [REBOOT]: null, other: 'kept' },
        })}`,
        events: [SUCCEEDED],
      },
    },
    {
      id: 'C098',
      title: 'Succeeded: the request is deleted at the next look',
      given: [MACHINE, ON, READY, request({ state: 'Succeeded', started: '3m' })],
      when: [run('1ms')],
      gives: { deleted: [REQUEST] },
    },
    {
      id: 'C099',
      title: 'Failed: the request stays, the request to reboot leaves the Node, so that there can be another',
      given: [
        MACHINE,
        ON,
        nodeText('node-0', 'Unknown', '9m', { annotations: { [REBOOT]: '', other: 'kept' } }),
        request({ state: 'Failed', started: '9m' }),
      ],
      when: [run('24h')],
      gives: {
        objects: `${requestStatus({ state: 'Failed' })}${nodeHas({ annotations: { [REBOOT]: null, other: 'kept' } })}`,
      },
    },
    {
      id: 'C099',
      lineage: 'corrected',
      title: 'Failed, while another request for the same Machine is running: the host stays held for that one',
      given: [
        MACHINE,
        HELD,
        LOST,
        request({ state: 'Failed', started: '25m' }).replace('startTime:', `endTime: ${ago('4m')}\n  startTime:`),
        request({ state: 'PowerOff', started: '1m' }).replace('remediation-x', 'remediation-y'),
      ],
      bmc: SLOW,
      when: [run('1m')],
      gives: { objects: `${requestStatus({ state: 'Failed' })}${hostIs(false, true)}`, events: [HOST_OFF] },
    },
    ...labelRows(
      'saved labels {a: 1}, the Node has come back with {b: 2}',
      { a: '1' },
      { a: '1', b: null },
      { a: '1', b: '2' },
    ),
    ...labelRows('nothing saved, the Node has come back with {b: 2}', undefined, { b: null }, { b: '2' }),
    {
      id: 'C101',
      title: 'type recreate: never Started, never Succeeded or Failed',
      given: [MACHINE, ON, LOST, request(undefined, { type: 'recreate' })],
      when: [run('24h')],
      gives: { objects: `${requestStatus(null)}${hostIs(true, false)}` },
    },
    ...inEachLineage(
      {
        id: 'C241',
        trap: 'T15',
        title: 'the controller dies between its two writes in PowerOff and is back 30 s later, with the host on',
        given: [MACHINE, ON, READY, request({ state: 'PowerOff', started: '30s' })],
        when: [run('5m')],
      },
      {
        exact: { objects: `${requestStatus({ state: 'Failed' })}${hostIs(true, false)}`, events: [TIMED_OUT] },
        corrected: { objects: hostIs(true, false), deleted: [REQUEST], events: [SUCCEEDED] },
      },
    ),
  ]);
});

/** Case C100: what becomes of the labels of the Node. */
function labelRows(
  title: string,
  savedLabels: StringMap | undefined,
  exact: object,
  corrected: object,
): readonly ConformanceRow[] {
  return inEachLineage(
    {
      id: 'C100',
      trap: 'T11',
      title,
      given: [
        MACHINE,
        ON,
        nodeText('node-0', 'True', '10s', { labels: { b: '2' } }),
        request({ state: 'PowerOn', started: '3m' }, savedLabels === undefined ? {} : { savedLabels }),
      ],
    },
    {
      exact: { objects: nodeHas({ labels: exact }), deleted: [REQUEST], events: [SUCCEEDED] },
      corrected: { objects: nodeHas({ labels: corrected }), deleted: [REQUEST], events: [SUCCEEDED] },
    },
  );
}

describe('a Node that asks for a reboot', () => {
  const asking = nodeText('node-0', 'Unknown', '60s', {
    labels: { zone: 'a' },
    annotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`, [REBOOT]: '' },
  });
  // Without an object of the operator it is not installed.
  const budget = `
apiVersion: machineremediation.kubevirt.io/v1alpha1
kind: MachineDisruptionBudget
metadata: { name: masters, namespace: ${OPENSHIFT_NAMESPACE} }
spec: { minAvailable: 1, selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: master } } }
`;
  const noMachines = 'MachineDisruptionBudget/masters Normal NoMachines';
  conformance([
    {
      id: 'C102',
      title: 'its Machine has a request that has not ended: no second one',
      given: [MACHINE, HELD, asking, request({ state: 'PowerOff', started: '1m' })],
      bmc: SLOW,
      when: [run('1m')],
      gives: { objects: requestStatus({ state: 'PowerOff' }), events: [HOST_OFF] },
    },
    {
      id: 'C102',
      title: "its Machine has none: one request, which saves the Node's labels and annotations",
      given: [MACHINE, ON, budget, asking],
      bmc: SLOW,
      when: [run('1ms')],
      gives: {
        created: [`MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-*`],
        events: [noMachines, 'MachineRemediation/remediation-* Normal MachineRemediationRebootStarted', HOST_OFF],
      },
    },
    {
      id: 'C102',
      lineage: 'corrected',
      title: 'its Machine has none: the request is named after Machine and attempt',
      given: [MACHINE, ON, budget, asking],
      bmc: SLOW,
      when: [
        run('1ms'),
        look({
          created: [`MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-worker-0-1`],
          events: [
            noMachines,
            'MachineRemediation/remediation-worker-0-1 Normal MachineRemediationRebootStarted',
            HOST_OFF,
          ],
        }),
      ],
      gives: {
        objects: stringify({
          apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
          kind: 'MachineRemediation',
          metadata: { name: 'remediation-worker-0-1', namespace: OPENSHIFT_NAMESPACE },
          spec: {
            type: 'reboot',
            machineName: 'worker-0',
            savedLabels: { zone: 'a' },
            savedAnnotations: {
              'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`,
              [REBOOT]: '',
            },
          },
        }),
        created: [`MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-worker-0-1`],
        events: [
          noMachines,
          'MachineRemediation/remediation-worker-0-1 Normal MachineRemediationRebootStarted',
          HOST_OFF,
        ],
      },
    },
  ]);
});
