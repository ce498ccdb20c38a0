// Metal3Remediation of Cluster API's Metal3 provider and of OpenShift's copy, and OpenShift's annotation flow.
// Source of the cases: metal3-io/cluster-api-provider-metal3 2f6d76b8, baremetal and controllers, *_test.go; of the incidents: its issues.

import { describe } from 'vitest';
import { stringify } from 'yaml';
import type { StringMap } from '../../core/api/object.ts';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  after as fromNow,
  host,
  inEachLineage,
  look,
  type Outcome,
  refused,
  remove,
  run,
  stored,
} from '../kit/conformance.ts';
import {
  CAPI_NAMESPACE,
  capiMachine,
  clusterText,
  consumedBy,
  hostText,
  metal3Machine,
  metal3Remediation,
  nodeText,
  OPENSHIFT_NAMESPACE,
  openshiftAnnotated,
  openshiftMachine,
  openshiftMachineSet,
  powerBasedCheck,
} from '../kit/conformance-objects.ts';

const NAME = 'worker-0';
const FINALIZER = 'metal3remediation.infrastructure.cluster.x-k8s.io';
const UNHEALTHY = { 'capm3.metal3.io/unhealthy': 'capm3/UnhealthyNode' };
const ANNOTATIONS_BACKUP = 'remediation.metal3.io/node-annotations-backup';
const LABELS_BACKUP = 'remediation.metal3.io/node-labels-backup';
const LOST = nodeText(NAME, 'Unknown', '400s', { labels: { zone: 'a' }, annotations: { note: 'mine' } });
const OLD = nodeText(NAME, 'Unknown', '400s', {
  labels: { zone: 'a' },
  annotations: { note: 'mine' },
  kubelet: 'v1.27.3',
});
const ATTACHMENT = `
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: { name: va-1 }
spec: { attacher: rbd.csi.ceph.com, nodeName: ${NAME}, source: { persistentVolumeName: pv-1 } }
`;

const BY_API = {
  'cluster-api': {
    namespace: CAPI_NAMESPACE,
    version: 'infrastructure.cluster.x-k8s.io/v1beta2',
    consumer: consumedBy('Metal3Machine', NAME),
    machines: [clusterText(), capiMachine(NAME, { owned: false }), metal3Machine(NAME)],
  },
  openshift: {
    namespace: OPENSHIFT_NAMESPACE,
    version: 'infrastructure.cluster.x-k8s.io/v1beta1',
    consumer: consumedBy('Machine', NAME),
    machines: [
      openshiftMachineSet(1),
      openshiftMachine(NAME, { annotations: { 'metal3.io/BareMetalHost': `${OPENSHIFT_NAMESPACE}/${NAME}` } }),
    ],
  },
} as const;
type Api = keyof typeof BY_API;

interface Case {
  readonly api?: Api;
  readonly request?: Parameters<typeof metal3Remediation>[2];
  readonly host?: Parameters<typeof hostText>[1];
  /** In place of a Node that is Unknown for 400 s. */
  readonly node?: string;
  readonly machines?: readonly string[];
  readonly more?: readonly string[];
}

/** A request for a Machine, its host and its Node. */
function about(options: Case = {}): Pick<ConformanceRow, 'given' | 'machineApi'> {
  const { api = 'cluster-api', request, host: hostFields = {}, node = LOST, more = [] } = options;
  const { namespace, consumer, machines } = BY_API[api];
  return {
    machineApi: api,
    given: [
      node,
      ...(options.machines ?? machines),
      hostText(NAME, { ...hostFields, namespace, spec: { ...consumer, ...hostFields.spec } }),
      ...more,
      metal3Remediation(api, NAME, request),
    ],
  };
}

/** The request with these fields. */
function requestIs(fields: object, api: Api = 'cluster-api'): string {
  const { namespace, version } = BY_API[api];
  const { metadata = {}, ...rest } = fields as { readonly metadata?: object };
  return stringify({
    apiVersion: version,
    kind: 'Metal3Remediation',
    metadata: { name: NAME, namespace, ...metadata },
    ...rest,
  });
}

function hostIs(fields: object, api: Api = 'cluster-api'): string {
  const { metadata = {}, ...rest } = fields as { readonly metadata?: object };
  const { namespace } = BY_API[api];
  return stringify({
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: { name: NAME, namespace, ...metadata },
    ...rest,
  });
}

function nodeIs(fields: object): string {
  const { metadata = {}, ...rest } = fields as { readonly metadata?: object };
  return stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: NAME, ...metadata }, ...rest });
}

function all(...documents: readonly string[]): string {
  return documents.join('\n---\n');
}

function keyOf(api: Api): string {
  return `${BY_API[api].namespace}/${NAME}`;
}

/** Events of the host's operator. */
function operator(...reasons: readonly string[]): readonly string[] {
  return reasons.map((reason) => `BareMetalHost/${NAME} Normal ${reason}`);
}

const OFF = 'PowerOff';
const ON = 'PowerOn';

function power(cycles: number, api: Api = 'cluster-api'): readonly string[] {
  return Array.from({ length: cycles }, () => [`off hard ${keyOf(api)}`, `on hard ${keyOf(api)}`]).flat();
}

/** Waiting since this long ago, after so many retries. */
function waiting(since: string, retryCount = 0, strategy: object = {}): NonNullable<Case['request']> {
  return { strategy, status: { phase: 'Waiting', lastRemediated: ago(since), retryCount } };
}

/** Every new Node has it; nothing here takes it off. */
const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
/** The host is seen off after 5 s, and the request looks every 5 s. */
const TAINTED = {
  spec: {
    taints: [
      NOT_READY,
      {
        key: 'node.kubernetes.io/out-of-service',
        value: 'nodeshutdown',
        effect: 'NoExecute',
        timeAdded: fromNow('10s'),
      },
    ],
  },
};

describe('Metal3Remediation', () => {
  conformance([
    {
      id: 'C121',
      title: 'the host has spec.online=false: Failed, and never tried again',
      ...about({ host: { spec: { online: false }, status: { poweredOn: false } } }),
      when: [host(keyOf('cluster-api'), 'off'), run('1h')],
      gives: {
        objects: all(requestIs({ status: { phase: 'Failed' } }), hostIs({ status: { poweredOn: false } })),
        power: [],
      },
    },
    {
      id: 'C122',
      title: 'a new request: Running, and since when',
      ...about(),
      when: [run('500ms')],
      gives: {
        objects: requestIs({ status: { phase: 'Running', lastRemediated: fromNow('0s') } }),
        events: operator(OFF),
      },
    },
    {
      id: 'C122',
      title: 'then its finalizer, and the host is asked to stay off, hard',
      ...about(),
      when: [run('3s')],
      gives: {
        objects: requestIs({ metadata: { finalizers: [FINALIZER] }, status: { phase: 'Running' } }),
        events: operator(OFF),
        power: [`off hard ${keyOf('cluster-api')}`],
      },
    },
    {
      id: 'C124',
      title: 'retryLimit 1, none used: the limit is not reached',
      ...about({ request: waiting('700s') }),
      when: [run('500ms')],
      gives: {
        objects: requestIs({ status: { phase: 'Running', retryCount: 1, lastRemediated: fromNow('0s') } }),
        events: operator(OFF),
      },
    },
    ...[0, -1].map(
      (retryLimit): ConformanceRow => ({
        id: 'C125',
        title: `retryLimit ${retryLimit}, stored without defaults: counts as not set, and therefore as reached`,
        ...about({ request: waiting('595s') }),
        when: [stored(`Metal3Remediation ${keyOf('cluster-api')}`, { spec: { strategy: { retryLimit } } }), run('10s')],
        gives: { objects: requestIs({ status: { phase: 'Deleting machine', retryCount: 0 } }) },
      }),
    ),
    {
      id: 'C125',
      title: 'retryLimit 0: refused',
      ...about(),
      when: [
        refused(
          metal3Remediation('cluster-api', 'other', { strategy: { retryLimit: 0 } }).replace(
            /ownerReferences:(\n +.*)+?(?=\nspec)/,
            '',
          ),
          'retryLimit',
        ),
        run('500ms'),
      ],
      gives: { objects: requestIs({ status: { phase: 'Running' } }), events: operator(OFF) },
    },
    {
      id: 'C126',
      title: 'timeoutSeconds 600, last tried 700 s ago: due',
      ...about({ request: waiting('700s') }),
      when: [run('500ms')],
      gives: { objects: requestIs({ status: { phase: 'Running', retryCount: 1 } }), events: operator(OFF) },
    },
    {
      id: 'C126',
      title: 'timeoutSeconds 600, last tried 600 s ago: not due before more than that has passed, at the next look',
      ...about({ request: waiting('600s') }),
      when: [run('4s'), look({ objects: requestIs({ status: { phase: 'Waiting' } }) }), run('1500ms')],
      gives: { objects: requestIs({ status: { phase: 'Running', retryCount: 1 } }), events: operator(OFF) },
    },
    {
      id: 'C128',
      title: 'never tried: never due',
      ...about({ request: { status: { phase: 'Waiting' } } }),
      when: [run('1h')],
      gives: { objects: requestIs({ status: { phase: 'Waiting' } }), power: [] },
    },
    {
      id: 'C129',
      title:
        'retryLimit 2, timeoutSeconds 300, the node never comes back: three power cycles, then given up after 900 s',
      trap: 'T7',
      ...about({ request: { strategy: { retryLimit: 2, timeoutSeconds: 300 } } }),
      when: [
        run('299s'),
        look({ power: power(1), objects: requestIs({ status: { phase: 'Waiting' } }), events: operator(OFF, ON) }),
        run('300s'),
        look({
          power: power(2),
          objects: requestIs({ status: { phase: 'Waiting', retryCount: 1 } }),
          events: operator(OFF, ON, OFF, ON),
        }),
        run('300s'),
        look({
          objects: requestIs({ status: { phase: 'Waiting', retryCount: 2 } }),
          events: operator(OFF, ON, OFF, ON, OFF, ON),
        }),
        run('1h'),
      ],
      gives: {
        objects: requestIs({ status: { phase: 'Deleting machine', retryCount: 2 } }),
        events: operator(OFF, ON, OFF, ON, OFF, ON),
        power: power(3),
      },
    },
    {
      id: 'C129',
      title: 'with the defaults: two power cycles, then given up after 1200 s',
      trap: 'T7',
      ...about(),
      when: [
        run('1199s'),
        look({
          objects: requestIs({ status: { phase: 'Waiting', retryCount: 1 } }),
          events: operator(OFF, ON, OFF, ON),
        }),
        run('30s'),
      ],
      gives: {
        objects: requestIs({ status: { phase: 'Deleting machine', retryCount: 1 } }),
        events: operator(OFF, ON, OFF, ON),
        power: power(2),
      },
    },
    {
      id: 'C131',
      title: 'off, Kubernetes 1.28 or newer, one VolumeAttachment left: tainted, kept, and not switched on',
      ...about({ more: [ATTACHMENT] }),
      when: [run('1h')],
      gives: {
        objects: all(
          requestIs({ metadata: { finalizers: [FINALIZER] }, status: { phase: 'Running' } }),
          nodeIs(TAINTED),
          hostIs({ status: { poweredOn: false } }),
        ),
        events: operator(OFF),
        power: [`off hard ${keyOf('cluster-api')}`],
      },
    },
    {
      id: 'C131',
      title: 'when it is gone the host is switched on within 5 s, and then the taint goes',
      ...about({ more: [ATTACHMENT] }),
      when: [run('1m'), remove('VolumeAttachment va-1'), run('12s')],
      gives: {
        objects: all(
          requestIs({ metadata: { finalizers: [] }, status: { phase: 'Waiting' } }),
          nodeIs({ spec: { taints: [NOT_READY] } }),
          hostIs({ status: { poweredOn: true } }),
        ),
        deleted: ['VolumeAttachment va-1'],
        events: operator(OFF, ON),
        power: power(1),
      },
    },
    {
      id: 'C132',
      title:
        'off, Kubernetes before 1.28: labels and annotations are saved on the request, the Node is deleted, Waiting',
      ...about({ node: OLD }),
      when: [run('20s')],
      gives: {
        objects: requestIs({
          metadata: {
            finalizers: [FINALIZER],
            annotations: { [ANNOTATIONS_BACKUP]: '{"note":"mine"}', [LABELS_BACKUP]: '{"zone":"a"}' },
          },
          status: { phase: 'Waiting' },
        }),
        deleted: [`Node ${NAME}`],
        events: operator(OFF, ON),
      },
    },
    {
      id: 'C132',
      title: 'the Node that registers again gets them back; what it has meanwhile wins',
      trap: 'T11',
      ...about({ node: OLD }),
      when: [
        run('1m'),
        apply(nodeText(NAME, 'True', '0s', { labels: { zone: 'b', added: 'meanwhile' }, kubelet: 'v1.27.3' })),
        run('6s'),
      ],
      gives: {
        objects: all(
          nodeIs({ metadata: { labels: { zone: 'b', added: 'meanwhile' }, annotations: { note: 'mine' } } }),
          requestIs({
            metadata: { finalizers: [], annotations: { [LABELS_BACKUP]: null } },
            status: { phase: 'Waiting' },
          }),
        ),
        events: operator(OFF, ON),
        power: power(1),
      },
    },
    {
      id: 'C134',
      title: 'at the limit: the Machine is handed to its owner, the host is marked, Deleting machine',
      ...about({ request: waiting('700s', 1) }),
      when: [run('500ms')],
      gives: {
        objects: all(
          requestIs({ status: { phase: 'Deleting machine', retryCount: 1 } }),
          hostIs({ metadata: { annotations: UNHEALTHY } }),
          stringify({
            apiVersion: 'cluster.x-k8s.io/v1beta2',
            kind: 'Machine',
            metadata: { name: NAME, namespace: CAPI_NAMESPACE },
            status: {
              conditions: [
                {
                  type: 'OwnerRemediated',
                  status: 'False',
                  reason: 'WaitingForRemediation',
                  lastTransitionTime: fromNow('0s'),
                },
              ],
            },
          }),
        ),
        power: [],
      },
    },
  ]);
});

/** A whole hour with a BMC that is silent from the start. */
const DEAD_BMC: Pick<ConformanceRow, 'when'> = { when: [host(keyOf('cluster-api'), 'silent'), run('1h')] };
const FAILED_TRIES = operator(...Array.from({ length: 6 }, () => 'PowerManagementError'));
const UNTOUCHED = nodeIs({ spec: { taints: [NOT_READY] }, metadata: { deletionTimestamp: null } });

describe('power that does not change', () => {
  conformance([
    ...inEachLineage(
      {
        id: 'C130',
        title: 'the BMC is dead for an hour: the Node is never released',
        trap: 'T6',
        ...about(),
        ...DEAD_BMC,
      },
      {
        exact: {
          objects: all(requestIs({ status: { phase: 'Running', retryCount: null } }), UNTOUCHED),
          events: FAILED_TRIES,
          power: [],
        },
        corrected: {
          objects: all(
            requestIs({ metadata: { finalizers: [] }, status: { phase: 'Deleting machine', retryCount: 1 } }),
            hostIs({ metadata: { annotations: UNHEALTHY } }),
            UNTOUCHED,
          ),
          events: FAILED_TRIES,
          power: [],
        },
      },
    ),
    ...inEachLineage(
      {
        id: 'I08',
        title: 'the BMC is lost while the host is off: it does not come on for an hour',
        trap: 'T6',
        ...about(),
        when: [run('8500ms'), host(keyOf('cluster-api'), 'silent'), run('1h')],
      },
      {
        exact: {
          objects: all(
            requestIs({ status: { phase: 'Waiting', retryCount: null } }),
            hostIs({ status: { poweredOn: false } }),
          ),
          events: [...operator(OFF, ON), ...FAILED_TRIES],
        },
        corrected: {
          objects: all(
            requestIs({ status: { phase: 'Deleting machine', retryCount: 1 } }),
            hostIs({ metadata: { annotations: UNHEALTHY }, status: { poweredOn: false } }),
          ),
          events: [...operator(OFF, ON), ...FAILED_TRIES],
        },
      },
    ),
    {
      id: 'I08',
      title: 'another holder keeps the host off: it is waited for without an end',
      trap: 'T10',
      ...about({ host: { annotations: { 'reboot.metal3.io/somebody': '{"mode":"hard"}' } } }),
      when: [run('1h')],
      gives: {
        objects: all(requestIs({ status: { phase: 'Waiting' } }), hostIs({ status: { poweredOn: false } })),
        events: operator(OFF),
        power: [`off hard ${keyOf('cluster-api')}`],
      },
    },
    ...inEachLineage(
      {
        id: 'I60',
        title: 'given up before the Node is back, the request is deleted: does it go away?',
        trap: 'I60',
        ...about({ node: OLD }),
        when: [run('1h'), remove(`Metal3Remediation ${keyOf('cluster-api')}`), run('1m')],
      },
      {
        exact: {
          objects: requestIs({ metadata: { finalizers: [FINALIZER] }, status: { phase: 'Deleting machine' } }),
          deleted: [`Metal3Remediation ${keyOf('cluster-api')}`, `Node ${NAME}`],
          events: operator(OFF, ON, OFF, ON),
        },
        corrected: {
          deleted: [`Metal3Remediation ${keyOf('cluster-api')}`, `Node ${NAME}`],
          events: operator(OFF, ON, OFF, ON),
        },
      },
    ),
  ]);
});

const OPENSHIFT_MACHINE = `Machine ${keyOf('openshift')}`;

function openshiftAtLimit(title: string, options: Case, gives: Outcome): ConformanceRow {
  return {
    id: 'C135',
    title,
    ...about({ api: 'openshift', request: waiting('700s', 1), ...options }),
    when: [run('500ms')],
    gives: {
      objects: all(
        requestIs({ status: { phase: 'Deleting machine' } }, 'openshift'),
        hostIs({ metadata: { annotations: UNHEALTHY } }, 'openshift'),
      ),
      ...gives,
    },
  };
}

const LINKED = { 'metal3.io/BareMetalHost': keyOf('openshift') };

describe("OpenShift's Metal3Remediation", () => {
  conformance([
    openshiftAtLimit('at the limit: the Machine is deleted', {}, { deleted: [OPENSHIFT_MACHINE] }),
    openshiftAtLimit(
      'at the limit, a master: not deleted',
      {
        machines: [
          openshiftMachineSet(1),
          openshiftMachine(NAME, {
            annotations: LINKED,
            labels: { 'machine.openshift.io/cluster-api-machine-role': 'master' },
          }),
        ],
      },
      {},
    ),
    openshiftAtLimit(
      'at the limit, nobody controls the Machine: not deleted',
      {
        machines: [openshiftMachine(NAME, { annotations: LINKED, owned: false })],
      },
      {},
    ),
    openshiftAtLimit(
      'at the limit, the host is externally provisioned: not deleted',
      {
        host: { state: 'externally provisioned', spec: { externallyProvisioned: true } },
      },
      {},
    ),
    {
      id: 'C132',
      title: 'OpenShift deletes the Node in every version',
      ...about({ api: 'openshift' }),
      when: [run('20s')],
      gives: {
        objects: requestIs({ status: { phase: 'Waiting' } }, 'openshift'),
        deleted: [`Node ${NAME}`],
        events: operator(OFF, ON),
        power: power(1, 'openshift'),
      },
    },
  ]);
});

const TEMPLATE = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: ${OPENSHIFT_NAMESPACE} }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 1, timeout: 5m0s } } } }
`;
const CHECK_WITH_TEMPLATE = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${OPENSHIFT_NAMESPACE} }
spec:
  selector: { matchLabels: { pool: workers } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
  maxUnhealthy: 100%
  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot
`;

/** Everything but the request, which the health check makes. */
function checked(): Pick<ConformanceRow, 'given'> {
  const { given } = about({ api: 'openshift' });
  return { given: [...given.slice(0, -1), TEMPLATE, CHECK_WITH_TEMPLATE] };
}

describe("OpenShift's health check with a template", () => {
  conformance([
    {
      id: 'I02',
      title: 'a hung node: request, power cycle, the Node comes back with its labels, and the request goes',
      ...checked(),
      when: [
        run('1m'),
        look({
          objects: all(
            requestIs(
              { spec: { strategy: { type: 'Reboot', retryLimit: 1 } }, status: { phase: 'Waiting' } },
              'openshift',
            ),
            hostIs({ status: { poweredOn: true } }, 'openshift'),
          ),
          created: [`Metal3Remediation ${keyOf('openshift')}`],
          deleted: [`Node ${NAME}`],
          events: operator(OFF, ON),
        }),
        apply(nodeText(NAME, 'True', '0s', { labels: { zone: 'b' } })),
        run('1m'),
      ],
      gives: {
        objects: nodeIs({ metadata: { labels: { zone: 'b' }, annotations: { note: 'mine' } } }),
        events: operator(OFF, ON),
        power: power(1, 'openshift'),
      },
    },
    ...inEachLineage(
      {
        id: 'I08',
        title: 'a hung node with a dead BMC: does anybody hear of it within an hour?',
        trap: 'T6',
        ...checked(),
        when: [host(keyOf('openshift'), 'silent'), run('1h')],
      },
      {
        exact: {
          objects: all(requestIs({ status: { phase: 'Running' } }, 'openshift'), UNTOUCHED),
          created: [`Metal3Remediation ${keyOf('openshift')}`],
          events: FAILED_TRIES,
          power: [],
        },
        corrected: {
          objects: all(
            requestIs({ status: { phase: 'Deleting machine', retryCount: 1 } }, 'openshift'),
            hostIs({ metadata: { annotations: UNHEALTHY } }, 'openshift'),
            UNTOUCHED,
          ),
          created: [`Metal3Remediation ${keyOf('openshift')}`],
          deleted: [OPENSHIFT_MACHINE],
          events: FAILED_TRIES,
          power: [],
        },
      },
    ),
  ]);
});

const ASKED: StringMap = { ...LINKED, 'host.metal3.io/external-remediation': '' };
const HOLD = 'reboot.metal3.io/capbm-requested-power-off';
const WAS_OFF = 'remediation.metal3.io/powered-off-for-remediation';
const DEADLINE = 'remediation.metal3.io/power-on-will-timeout-at';

/** A Machine that its health check wants remediated by annotation. */
function annotatedFlow(
  options: { readonly node?: string; readonly check?: string } = {},
): Pick<ConformanceRow, 'given'> {
  return {
    given: [
      options.node ?? LOST,
      openshiftMachineSet(1),
      openshiftMachine(NAME, { annotations: ASKED }),
      hostText(NAME, { spec: consumedBy('Machine', NAME) }),
      ...(options.check === undefined ? [] : [options.check]),
    ],
  };
}

function machineIs(annotations: Readonly<Record<string, string | null>>): string {
  return openshiftAnnotated(NAME, annotations);
}

const CHECK = powerBasedCheck('nodeStartupTimeout: 30m');

describe("OpenShift's annotation flow", () => {
  conformance([
    {
      id: 'C136',
      title: 'no health check: twenty minutes from power-on for the Node to come back',
      ...annotatedFlow(),
      when: [run('35s')],
      gives: {
        objects: all(
          machineIs({
            ...ASKED,
            [WAS_OFF]: '',
            [DEADLINE]: fromNow('1230s'),
            [ANNOTATIONS_BACKUP]: '{"note":"mine"}',
            [LABELS_BACKUP]: '{"zone":"a"}',
          }),
          hostIs({ metadata: { annotations: { [HOLD]: null } } }, 'openshift'),
        ),
        deleted: [`Node ${NAME}`],
        events: operator(OFF, ON),
        power: power(1, 'openshift'),
      },
    },
    {
      id: 'C136',
      title: 'a health check with nodeStartupTimeout 30m: thirty minutes',
      ...annotatedFlow({ check: CHECK }),
      when: [run('35s')],
      gives: {
        objects: machineIs({ [DEADLINE]: fromNow('1830s') }),
        deleted: [`Node ${NAME}`],
        events: operator(OFF, ON),
      },
    },
    {
      id: 'C136',
      title: 'the deadline passes: the Machine is deleted',
      ...annotatedFlow(),
      when: [run('21m')],
      gives: { deleted: [OPENSHIFT_MACHINE, `Node ${NAME}`], events: operator(OFF, ON), power: power(1, 'openshift') },
    },
    {
      id: 'C136',
      title: 'the Node is back in time: restored, and every annotation of the flow goes',
      ...annotatedFlow(),
      when: [run('5m'), apply(nodeText(NAME, 'True', '0s', { labels: { zone: 'b' } })), run('11s')],
      gives: {
        objects: all(
          machineIs({
            'host.metal3.io/external-remediation': null,
            [WAS_OFF]: null,
            [DEADLINE]: null,
            [ANNOTATIONS_BACKUP]: null,
            [LABELS_BACKUP]: null,
          }),
          nodeIs({ metadata: { labels: { zone: 'b' }, annotations: { note: 'mine' } } }),
        ),
        events: operator(OFF, ON),
        power: power(1, 'openshift'),
      },
    },
    {
      id: 'C138',
      title: 'the deletion of the Node does not end: the host is not switched on',
      ...annotatedFlow({ node: nodeText(NAME, 'Unknown', '400s', { finalizers: ['example.com/hold'] }) }),
      when: [run('1h')],
      gives: {
        objects: all(
          machineIs({ [WAS_OFF]: null, [DEADLINE]: null }),
          hostIs(
            { metadata: { annotations: { [HOLD]: '{"mode":"hard"}' } }, status: { poweredOn: false } },
            'openshift',
          ),
        ),
        deleted: [`Node ${NAME}`],
        events: operator(OFF),
        power: [`off hard ${keyOf('openshift')}`],
      },
    },
    {
      id: 'C138',
      title: 'a finalizer that an older version of the provider left on the Node does not hold it',
      ...annotatedFlow({ node: nodeText(NAME, 'Unknown', '400s', { finalizers: ['metal3.io/capbm'] }) }),
      when: [run('1m')],
      gives: { deleted: [`Node ${NAME}`], events: operator(OFF, ON), power: power(1, 'openshift') },
    },
  ]);
});
