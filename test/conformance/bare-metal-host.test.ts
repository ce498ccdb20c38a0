// BareMetalHost as the baremetal-operator behaves. Source of the cases: metal3-io/baremetal-operator 02aa5059,
// internal/controller/metal3.io/*_test.go;
// of the incidents: its issues.

import { describe } from 'vitest';
import type { ProvisioningState } from '../../core/api/bare-metal-host.ts';
import type { StringMap } from '../../core/api/object.ts';
import {
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
  restart,
  run,
  stored,
} from '../kit/conformance.ts';
import { hostText, IMAGE } from '../kit/conformance-objects.ts';

const KEY = 'openshift-machine-api/host-0';
const HOST = `BareMetalHost ${KEY}`;
const BASE = 'reboot.metal3.io';
const HARD = '{"mode":"hard"}';
const SOFT = '{"mode":"soft"}';
const DETACHED = 'baremetalhost.metal3.io/detached';
const PAUSED = 'baremetalhost.metal3.io/paused';

/** Events about the host, by their reasons. */
function told(...reasons: readonly string[]): readonly string[] {
  return reasons.map((reason) => `BareMetalHost/host-0 Normal ${reason}`);
}

/** `off hard`, on this host. */
function sent(...commands: readonly string[]): readonly string[] {
  return commands.map((command) => `${command} ${KEY}`);
}

/** The host with these fields: YAML from the second level on, in one line each. */
function hostWith(...fields: readonly string[]): string {
  return [
    'apiVersion: metal3.io/v1alpha1',
    'kind: BareMetalHost',
    'metadata: { name: host-0, namespace: openshift-machine-api }',
    ...fields,
  ].join('\n');
}

function annotated(annotations: StringMap): string {
  return [
    'apiVersion: metal3.io/v1alpha1',
    'kind: BareMetalHost',
    `metadata: { name: host-0, namespace: openshift-machine-api, annotations: ${JSON.stringify(annotations)} }`,
  ].join('\n');
}

const unannotated = (...names: readonly string[]) =>
  apply(
    [
      'apiVersion: metal3.io/v1alpha1',
      'kind: BareMetalHost',
      'metadata:',
      '  name: host-0',
      '  namespace: openshift-machine-api',
      `  annotations: { ${names.map((name) => `"${name}": null`).join(', ')} }`,
    ].join('\n'),
  );

const OFF_AND_FINE = hostWith('status: { poweredOn: false, operationalStatus: OK, errorCount: 0 }');
const ON_AND_FINE = hostWith('status: { poweredOn: true, operationalStatus: OK, errorCount: 0 }');

describe('what a reboot annotation asks for', () => {
  conformance([
    {
      id: 'C139',
      title: 'the annotation without suffix, empty: a reboot, soft',
      given: hostText('host-0', { annotations: { [BASE]: '' } }),
      when: [run('1m')],
      gives: { objects: ON_AND_FINE, events: told('PowerOff', 'PowerOn'), power: sent('off soft', 'on hard') },
    },
    {
      id: 'C140',
      title: 'one asks for hard, one for soft: hard',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD, [`${BASE}/bar`]: SOFT } }),
      when: [run('1m')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') },
    },
    {
      id: 'C141',
      title: 'bad JSON that got past the webhook: soft, and an Event says so once',
      given: hostText('host-0'),
      when: [run('1m'), stored(HOST, { metadata: { annotations: { [`${BASE}/foo`]: '{mode' } } }), run('10m')],
      gives: {
        objects: OFF_AND_FINE,
        events: told('InvalidAnnotationValue', 'PowerOff'),
        power: sent('off soft'),
      },
    },
    {
      id: 'C141',
      title: 'bad JSON: the webhook refuses it',
      given: hostText('host-0'),
      when: [refused(hostText('host-1', { annotations: { [`${BASE}/foo`]: '{mode' } }), 'failed to unmarshal')],
      gives: { objects: ON_AND_FINE, power: [] },
    },
    {
      id: 'C142',
      title: 'an available host does nothing without force',
      given: hostText('host-0', { state: 'available', annotations: { [`${BASE}/foo`]: HARD } }),
      when: [run('10m')],
      gives: { objects: ON_AND_FINE, power: [] },
    },
    {
      id: 'C142',
      title: 'an available host reboots with force',
      given: hostText('host-0', {
        state: 'available',
        annotations: { [`${BASE}/foo`]: '{"mode":"hard","force":true}' },
      }),
      when: [run('10m')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') },
    },
    {
      id: 'C144',
      title: 'seen off, the one without suffix is removed and those with suffixes stay',
      trap: 'T10',
      given: hostText('host-0', { annotations: { [BASE]: '', [`${BASE}/foo`]: HARD, [`${BASE}/bar`]: '' } }),
      when: [run('1m')],
      gives: {
        objects: [
          OFF_AND_FINE,
          annotated({ [`${BASE}/foo`]: HARD, [`${BASE}/bar`]: '' }),
          hostWith('').replace(' }', `, annotations: { "${BASE}": null } }`),
        ].join('\n---\n'),
        events: told('PowerOff'),
        power: sent('off hard'),
      },
    },
    {
      id: 'C145',
      title: 'only the one without suffix: off, removed, on again without anybody',
      trap: 'T10',
      given: hostText('host-0', { annotations: { [BASE]: HARD } }),
      when: [
        run('5s'),
        run('200ms'),
        look({
          objects: hostWith('status: { poweredOn: false }').replace(' }', `, annotations: { "${BASE}": null } }`),
          events: told('PowerOff', 'PowerOn'),
        }),
        run('1m'),
      ],
      gives: { objects: ON_AND_FINE, events: told('PowerOff', 'PowerOn'), power: sent('off hard', 'on hard') },
    },
    {
      id: 'C146',
      title: 'one with a suffix: off for as long as it is there, then on',
      trap: 'T10',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD } }),
      when: [
        run('1h'),
        look({ objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') }),
        unannotated(`${BASE}/foo`),
        run('1m'),
      ],
      gives: { objects: ON_AND_FINE, events: told('PowerOff', 'PowerOn'), power: sent('off hard', 'on hard') },
    },
    {
      id: 'C146',
      title: 'the controller dies while it is held off: nothing happens',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD } }),
      when: [run('10m'), restart, run('1h')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') },
    },
    {
      id: 'C148',
      title: 'disablePowerOff: a reboot in place of holding it off, and the host never counts as off',
      given: hostText('host-0', { spec: { disablePowerOff: true }, annotations: { [`${BASE}/foo`]: HARD } }),
      when: [run('1s'), look({ objects: ON_AND_FINE, events: told('PowerOff') }), run('1h')],
      gives: { objects: ON_AND_FINE, events: told('PowerOff', 'PowerOn'), power: sent('off hard', 'on hard') },
    },
    {
      id: 'C148',
      title: 'disablePowerOff and online=false: refused by the webhook',
      given: hostText('host-0'),
      when: [refused(hostText('host-1', { spec: { disablePowerOff: true, online: false } }), 'power off disabled')],
      gives: { objects: ON_AND_FINE },
    },
  ]);
});

const IGNORED: Pick<ConformanceRow, 'given' | 'bmc'> = {
  given: hostText('host-0', { annotations: { [`${BASE}/foo`]: SOFT } }),
  bmc: { soft: 'ignored' },
};
/** More than three minutes of waiting and the longest first back-off. */
const AFTER_THE_BACKOFF = '306s';
const SOFT_FAILED = hostWith(
  'status:',
  '  operationalStatus: error',
  '  errorType: power management error',
  '  errorCount: 1',
  '  conditions:',
  `    - { type: Ready, status: "False", reason: Error, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
  `    - { type: AvailableForProvisioning, status: "False", reason: NotAvailable, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
  `    - { type: Manageable, status: "True", reason: Manageable, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
  `    - { type: Progressing, status: "False", reason: NotProgressing, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
  `    - { type: Provisioned, status: "True", reason: Provisioned, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
  `    - { type: Healthy, status: Unknown, reason: Unknown, message: "", lastTransitionTime: "${fromNow('180s')}" }`,
);
const SILENT_WISH: Pick<ConformanceRow, 'given'> = {
  given: hostText('host-0', { annotations: { [`${BASE}/foo`]: SOFT } }),
};

function errors(count: number): string {
  return hostWith(
    `status: { poweredOn: true, operationalStatus: error, errorType: power management error, errorCount: ${count} }`,
  );
}

describe('power', () => {
  conformance([
    ...inEachLineage(
      {
        id: 'C149',
        title: 'a soft power-off that the operating system ignores for 180 s',
        trap: 'C149',
        ...IGNORED,
        when: [
          run('179s'),
          look({
            objects: hostWith('status: { poweredOn: true }'),
            events: told('PowerOff'),
            power: sent('off soft'),
          }),
          run('1s'),
          run('6s'),
        ],
      },
      {
        exact: { objects: SOFT_FAILED, events: told('PowerOff', 'PowerManagementError'), power: sent('off soft') },
        corrected: {
          objects: OFF_AND_FINE,
          events: told('PowerOff', 'PowerOff'),
          power: sent('off soft', 'off hard'),
        },
      },
    ),
    {
      id: 'C149',
      title: 'after the first back-off the power is cut',
      trap: 'C149',
      ...IGNORED,
      when: [run(AFTER_THE_BACKOFF)],
      gives: {
        objects: hostWith('status: { poweredOn: false, operationalStatus: OK, errorCount: 1 }'),
        events: told('PowerOff', 'PowerManagementError', 'PowerOff'),
        power: sent('off soft', 'off hard'),
      },
    },
    {
      id: 'C150',
      title: 'a BMC that refuses a soft power-off gets a hard one at once, without an error',
      ...IGNORED,
      bmc: { soft: 'refused' },
      when: [run('6s')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff', 'PowerOff'), power: sent('off hard') },
    },
    {
      id: 'C151',
      title: 'after an error soft is hard',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: SOFT }, status: { errorCount: 1 } }),
      when: [run('1m')],
      gives: {
        objects: hostWith('status: { poweredOn: false }'),
        events: told('PowerOff'),
        power: sent('off hard'),
      },
    },
    ...inEachLineage(
      {
        id: 'C151',
        title: 'what becomes of the count when the power is as wished',
        trap: 'C151',
        given: hostText('host-0', { annotations: { [`${BASE}/foo`]: SOFT }, status: { errorCount: 1 } }),
        when: [run('1m'), unannotated(`${BASE}/foo`), run('1m')],
      },
      {
        exact: {
          objects: hostWith('status: { poweredOn: true, operationalStatus: OK, errorCount: 1 }'),
          events: told('PowerOff', 'PowerOn'),
        },
        corrected: { objects: ON_AND_FINE, events: told('PowerOff', 'PowerOn') },
      },
    ),
    {
      id: 'C152',
      title: 'the next try comes after 1 to 2, 2 to 4 and 4 to 8 min',
      ...SILENT_WISH,
      when: [
        host(KEY, 'silent'),
        run('59s'),
        look({ objects: errors(1), events: told('PowerManagementError') }),
        // Each try adds up to 30 s, in which nobody answers.
        run('91s'),
        look({ objects: errors(2), events: told('PowerManagementError', 'PowerManagementError') }),
        run('60s'),
        look({ objects: errors(2), events: told('PowerManagementError', 'PowerManagementError') }),
        run('210s'),
        look({
          objects: errors(3),
          events: told('PowerManagementError', 'PowerManagementError', 'PowerManagementError'),
        }),
        run('510s'),
      ],
      gives: {
        objects: errors(4),
        events: told('PowerManagementError', 'PowerManagementError', 'PowerManagementError', 'PowerManagementError'),
        power: [],
      },
    },
    {
      id: 'C169',
      title: 'a host that powered off by itself is noticed at the next poll, within 60 s',
      given: hostText('host-0'),
      when: [run('61s'), host(KEY, 'off'), run('58s'), look({ objects: ON_AND_FINE, power: [] }), run('1s'), run('6s')],
      gives: { objects: ON_AND_FINE, events: told('PowerOn'), power: sent('on hard') },
    },
  ]);
});

const BUSY = hostText('busy', { state: 'deprovisioning', annotations: { [PAUSED]: '' } });

/** One host takes the only slot for ever. */
function crowded(state: ProvisioningState, spec: object = {}): Pick<ConformanceRow, 'given' | 'provisioningLimit'> {
  return { given: [BUSY, hostText('host-0', { state, spec })], provisioningLimit: 1 };
}

function stands(state: string, ...fields: readonly string[]): string {
  return hostWith(`status: { provisioning: { state: ${state} }, ${fields.join(', ')} }`);
}

describe('capacity', () => {
  conformance([
    {
      id: 'C154',
      title: 'no slot: a registering host stays registering, delayed',
      ...crowded('registering'),
      gives: { objects: stands('registering', 'operationalStatus: delayed'), operations: [] },
    },
    {
      id: 'C155',
      title: 'no slot: an available host with an image stays available, delayed',
      ...crowded('available', { image: IMAGE }),
      gives: { objects: stands('available', 'operationalStatus: delayed'), operations: [] },
    },
    {
      id: 'C155',
      title: 'no slot, but virtual media, which needs none: provisioning',
      ...crowded('available', {
        image: IMAGE,
        bmc: { address: 'redfish-virtualmedia://192.0.2.1/redfish/v1/Systems/host-0', credentialsName: 'host-0-bmc' },
      }),
      gives: {
        objects: stands('provisioning', 'operationalStatus: OK'),
        events: told('ProvisioningStarted'),
        operations: sent('provision'),
      },
    },
    {
      id: 'C156',
      title: 'a slot: an available host with an image is provisioned at once',
      given: hostText('host-0', { state: 'available', spec: { image: IMAGE } }),
      gives: {
        objects: stands('provisioning', 'operationalStatus: OK', `lastAttemptedImage: ${JSON.stringify(IMAGE)}`),
        events: told('ProvisioningStarted'),
        operations: sent('provision'),
      },
    },
  ]);
});

/** An available host on which IMAGE was tried so often. */
function tried(failures: number, image: object = IMAGE): string {
  return hostText('host-0', {
    state: 'available',
    spec: { image },
    status: { provisioningFailCount: failures, lastAttemptedImage: IMAGE },
  });
}

const PROVISIONS: Outcome = { events: told('ProvisioningStarted'), operations: sent('provision') };

describe('deployments that fail', () => {
  conformance([
    {
      id: 'C158',
      title: 'a deployment fails: an error, after its back-off deprovisioning, and one failure more',
      given: tried(2),
      provisionerFails: ['no boot device'],
      when: [
        run('10m'),
        run('1s'),
        look({
          objects: stands(
            'provisioning',
            'operationalStatus: error',
            'errorType: provisioning error',
            'errorMessage: no boot device',
            'errorCount: 1',
            'provisioningFailCount: 2',
          ),
          events: told('ProvisioningStarted', 'ProvisioningError'),
        }),
        run('2m'),
      ],
      gives: {
        objects: stands('deprovisioning', 'operationalStatus: OK', 'errorCount: 1', 'provisioningFailCount: 3'),
        events: told('ProvisioningStarted', 'ProvisioningError', 'DeprovisioningStarted'),
        operations: sent('provision', 'deprovision metadata'),
      },
    },
    {
      id: 'C159',
      title: 'five failures of five: stays available, error; said again after the back-off',
      given: tried(5),
      when: [
        run('1s'),
        look({
          objects: stands('available', 'operationalStatus: error', 'errorType: provisioning error', 'errorCount: 1'),
          events: told('ProvisioningError'),
        }),
        run('2m'),
      ],
      gives: {
        objects: stands('available', 'operationalStatus: error', 'errorCount: 2', 'provisioningFailCount: 5'),
        events: told('ProvisioningError', 'ProvisioningError'),
        operations: [],
      },
    },
    {
      id: 'C160',
      title: 'four failures of five: provisioning',
      given: tried(4),
      gives: { ...PROVISIONS, objects: stands('provisioning', 'operationalStatus: OK', 'provisioningFailCount: 4') },
    },
    ...[
      { what: 'URL', image: { ...IMAGE, url: 'http://images.example.com/other.qcow2' } },
      { what: 'checksum', image: { ...IMAGE, checksum: 'c2' } },
      { what: 'format', image: { ...IMAGE, format: 'raw' } },
    ].map(
      ({ what, image }): ConformanceRow => ({
        id: 'C161',
        title: `five failures of five, another ${what}: provisioning, none failed`,
        given: tried(5, image),
        gives: { ...PROVISIONS, objects: stands('provisioning', 'operationalStatus: OK', 'provisioningFailCount: 0') },
      }),
    ),
    {
      id: 'C161',
      title: 'no image any more: the failures of the last one are forgotten',
      given: hostText('host-0', {
        state: 'available',
        status: { provisioningFailCount: 5, lastAttemptedImage: IMAGE },
      }),
      gives: {
        objects: hostWith('status: { provisioningFailCount: 0, lastAttemptedImage: null }'),
        operations: [],
      },
    },
  ]);
});

/** `externallyProvisioned` where the state says so. */
function specOf(state: ProvisioningState): object {
  return state === 'externally provisioned' ? { externallyProvisioned: true } : {};
}

const DETACHED_STATUS = { operationalStatus: 'detached' };

describe('detached, paused, deleted', () => {
  conformance([
    ...(['provisioned', 'externally provisioned', 'available'] as const).flatMap((state): ConformanceRow[] => [
      {
        id: 'C162',
        title: `${state}: detached, and left alone`,
        given: hostText('host-0', {
          state,
          spec: specOf(state),
          annotations: { [DETACHED]: '', [`${BASE}/foo`]: HARD },
        }),
        when: [run('1h')],
        gives: {
          objects: hostWith(
            `status: { operationalStatus: detached, poweredOn: true, provisioning: { state: ${state} } }`,
          ),
          power: [],
        },
      },
    ]),
    {
      id: 'C162',
      title: 'deprovisioning: not detached before it is done',
      given: hostText('host-0', { state: 'deprovisioning', annotations: { [DETACHED]: '' } }),
      when: [
        run('9m'),
        look({ objects: stands('deprovisioning', 'operationalStatus: OK'), events: told('DeprovisioningStarted') }),
        run('2m'),
      ],
      gives: {
        objects: stands('available', 'operationalStatus: detached'),
        events: told('DeprovisioningStarted', 'DeprovisioningComplete'),
      },
    },
    {
      id: 'C162',
      title: 'deprovisioning with force: detached',
      given: hostText('host-0', { state: 'deprovisioning', annotations: { [DETACHED]: '{"force":true}' } }),
      gives: { objects: stands('deprovisioning', 'operationalStatus: detached'), operations: [] },
    },
    {
      id: 'C164',
      title: 'deleted while detached, deleteAction delay: waits',
      given: hostText('host-0', { annotations: { [DETACHED]: '{"deleteAction":"delay"}' }, status: DETACHED_STATUS }),
      when: [remove(HOST), run('1h')],
      gives: { objects: stands('provisioned', 'operationalStatus: detached'), deleted: [HOST], operations: [] },
    },
    ...['{"deleteAction":"delete"}', '', '{bad'].map(
      (value): ConformanceRow => ({
        id: 'C164',
        title: `deleted while detached, annotation "${value}": gone without power-off and cleaning`,
        given: hostText('host-0', { annotations: { [DETACHED]: value }, status: DETACHED_STATUS }),
        when: [remove(HOST), run('1s')],
        gives: { deleted: [HOST], power: [], operations: [] },
      }),
    ),
    {
      id: 'C164',
      title: 'deleted with the annotation before the status says detached: the same',
      given: hostText('host-0', { annotations: { [DETACHED]: '', [PAUSED]: '' } }),
      when: [remove(HOST), unannotated(PAUSED), run('1s')],
      gives: { deleted: [HOST], power: [], operations: [] },
    },
    {
      id: 'C164',
      title:
        'deleted when the annotation is gone but the status still says detached: waits to be attached, then is cleaned',
      given: hostText('host-0', { annotations: { [PAUSED]: '' }, status: DETACHED_STATUS }),
      when: [remove(HOST), unannotated(PAUSED), run('1m')],
      gives: {
        objects: stands('deprovisioning', 'operationalStatus: OK'),
        deleted: [HOST],
        events: told('DeprovisioningStarted'),
      },
    },
    {
      id: 'C165',
      title: 'paused: no change of spec does anything',
      given: hostText('host-0', { annotations: { [PAUSED]: '' } }),
      when: [apply(hostWith('spec: { online: false, image: null }')), run('1h')],
      gives: {
        objects: stands('provisioned', 'operationalStatus: OK', 'poweredOn: true'),
        power: [],
        operations: [],
      },
    },
    {
      id: 'C165',
      title: 'paused while it is being deleted: keeps its finalizer',
      given: hostText('host-0', { state: 'deleting', annotations: { [PAUSED]: '' } }),
      when: [remove(HOST), run('1h')],
      gives: { objects: hostWith('').replace(' }', ', finalizers: [baremetalhost.metal3.io] }'), deleted: [HOST] },
    },
    {
      id: 'C166',
      title: 'a provisioned host is deleted: cleaned, powered off, gone',
      given: hostText('host-0'),
      when: [remove(HOST), run('11m')],
      gives: {
        deleted: [HOST],
        events: told('DeprovisioningStarted', 'DeprovisioningComplete', 'PowerOff'),
        power: sent('off hard'),
        operations: sent('deprovision metadata'),
      },
    },
    {
      id: 'C166',
      title: 'a host that must not be powered off is deleted: gone without',
      given: hostText('host-0', { state: 'available', spec: { disablePowerOff: true } }),
      when: [remove(HOST), run('1s')],
      gives: { deleted: [HOST], power: [] },
    },
    {
      id: 'C166',
      title: 'the image is removed: deprovisioning, then available',
      given: hostText('host-0'),
      when: [
        apply(hostWith('spec: { image: null }')),
        run('1s'),
        look({
          objects: hostWith(
            'status:',
            '  provisioning: { state: deprovisioning }',
            `  operationHistory: { deprovision: { start: "${fromNow('0s')}" } }`,
          ),
          events: told('DeprovisioningStarted'),
        }),
        run('11m'),
      ],
      gives: {
        objects: hostWith(
          'status:',
          '  operationalStatus: OK',
          '  provisioning: { state: available, image: null }',
          `  operationHistory: { deprovision: { start: "${fromNow('0s')}", end: "${fromNow('10m')}" } }`,
        ),
        events: told('DeprovisioningStarted', 'DeprovisioningComplete'),
        operations: sent('deprovision metadata'),
      },
    },
    {
      id: 'C166',
      title: 'the image changes: the same way, then the other image',
      given: hostText('host-0'),
      when: [apply(hostWith('spec: { image: { url: "http://images.example.com/other.qcow2" } }')), run('21m')],
      gives: {
        objects: hostWith(
          'status:',
          '  operationalStatus: OK',
          '  provisioning: { state: provisioned, image: { url: "http://images.example.com/other.qcow2" } }',
        ),
        events: told('DeprovisioningStarted', 'DeprovisioningComplete', 'ProvisioningStarted', 'ProvisioningComplete'),
        operations: sent('deprovision metadata', 'provision'),
      },
    },
    {
      id: 'C166',
      title: 'automatedCleaningMode disabled: the disks stay as they are',
      given: hostText('host-0', { spec: { automatedCleaningMode: 'disabled' } }),
      when: [apply(hostWith('spec: { image: null }')), run('1s')],
      gives: {
        objects: stands('deprovisioning', 'operationalStatus: OK'),
        events: told('DeprovisioningStarted'),
        operations: sent('deprovision disabled'),
      },
    },
  ]);
});

/** The transitions that the product's own test names. */
const TRANSITIONS: readonly {
  readonly from: ProvisioningState;
  readonly to: ProvisioningState;
  readonly spec?: object;
  readonly events: readonly string[];
}[] = [
  { from: 'preparing', to: 'available', events: [] },
  { from: 'match profile', to: 'available', events: [] },
  { from: 'registering', to: 'inspecting', events: ['ProfileSet', 'BMCAccessValidated', 'InspectionStarted'] },
  {
    from: 'registering',
    to: 'available',
    spec: { inspectionMode: 'disabled' },
    events: ['ProfileSet', 'BMCAccessValidated'],
  },
  { from: 'available', to: 'provisioning', spec: { image: IMAGE }, events: ['ProvisioningStarted'] },
];
const LONG_TRANSITIONS: typeof TRANSITIONS = [
  { from: 'provisioning', to: 'provisioned', events: ['ProvisioningStarted', 'ProvisioningComplete'] },
  { from: 'deprovisioning', to: 'available', events: ['DeprovisioningStarted', 'DeprovisioningComplete'] },
  { from: 'inspecting', to: 'available', events: ['InspectionStarted', 'InspectionComplete'] },
];

function clearsErrors(duration: string): (transition: (typeof TRANSITIONS)[number]) => ConformanceRow {
  return ({ from, to, spec = {}, events }) => ({
    id: 'C168',
    title: `${from} to ${to}: the count of errors is cleared`,
    given: hostText('host-0', { state: from, spec, status: { errorCount: 1 } }),
    when: [run(duration)],
    gives: { objects: stands(to, 'operationalStatus: OK', 'errorCount: 0'), events: told(...events) },
  });
}

describe('errors and states', () => {
  conformance([...TRANSITIONS.map(clearsErrors('1s')), ...LONG_TRANSITIONS.map(clearsErrors('601s'))]);
});

/** Conditions that a host has from now on, without their times. */
function conditions(duration: string, ...said: readonly string[]): string {
  const types = ['Ready', 'AvailableForProvisioning', 'Manageable', 'Progressing', 'Provisioned', 'Healthy'];
  return hostWith(
    'status:',
    '  conditions:',
    ...said.map((text, i) => {
      const [status = '', reason = ''] = text.split(' ');
      return `    - { type: ${types[i]}, status: "${status}", reason: ${reason}, message: "", lastTransitionTime: "${fromNow(duration)}" }`;
    }),
  );
}

describe('incidents', () => {
  conformance([
    {
      id: 'I03',
      title: 'a suffixed annotation survives deprovisioning and provisioning; the one without suffix does not',
      given: hostText('host-0', { annotations: { [BASE]: '', [`${BASE}/fencer`]: HARD } }),
      when: [apply(hostWith('spec: { image: { url: "http://images.example.com/other.qcow2" } }')), run('21m')],
      gives: {
        objects: [
          stands('provisioned', 'poweredOn: false'),
          annotated({ [`${BASE}/fencer`]: HARD }),
          hostWith('').replace(' }', `, annotations: { "${BASE}": null } }`),
        ].join('\n---\n'),
        events: told(
          'DeprovisioningStarted',
          'DeprovisioningComplete',
          'ProvisioningStarted',
          'ProvisioningComplete',
          'PowerOff',
        ),
        power: sent('off hard'),
      },
    },
    {
      id: 'I04',
      title: 'the BMC accepts and lags: off is what a reading says, not what was ordered',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD } }),
      bmc: { powerOffMs: 50_000 },
      when: [
        run('50s'),
        look({ objects: hostWith('status: { poweredOn: true }'), events: told('PowerOff') }),
        run('1s'),
      ],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') },
    },
    {
      id: 'I06',
      title: 'a soft power-off that is refused falls back to hard once, not for ever',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: SOFT } }),
      bmc: { soft: 'refused' },
      when: [run('1h')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff', 'PowerOff'), power: sent('off hard') },
    },
    {
      id: 'I07',
      title: 'a dead operating system: hard mode does not wait for it',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD } }),
      bmc: { soft: 'ignored' },
      when: [run('6s')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off hard') },
    },
    {
      id: 'I09',
      title:
        'the BMC of a running host is silent for an hour: no error, not manageable, and all is well when it is back',
      given: hostText('host-0'),
      when: [
        run('1s'),
        host(KEY, 'silent'),
        run('59m'),
        look({
          objects: [
            ON_AND_FINE,
            conditions(
              '240s',
              'True Provisioned',
              'False NotAvailable',
              'False PowerFailure',
              'False NotProgressing',
              'True Provisioned',
              'Unknown Unknown',
            ),
          ].join('\n---\n'),
        }),
        host(KEY, 'answers'),
        run('1m'),
      ],
      gives: { objects: ON_AND_FINE, power: [] },
    },
    {
      id: 'I09',
      title: 'a registration error of a running host goes when the BMC answers, and nobody reboots it',
      given: hostText('host-0', {
        status: {
          operationalStatus: 'error',
          errorType: 'registration error',
          errorMessage: 'timed out',
          errorCount: 0,
        },
      }),
      when: [run('2m')],
      gives: { objects: ON_AND_FINE, power: [], operations: [] },
    },
    ...inEachLineage(
      {
        id: 'I09',
        title: 'the wish is taken back while the BMC is silent',
        trap: 'I09',
        ...SILENT_WISH,
        when: [host(KEY, 'silent'), run('1m'), unannotated(`${BASE}/foo`), host(KEY, 'answers'), run('1h')],
      },
      {
        exact: { objects: errors(1), events: told('PowerManagementError'), power: [] },
        corrected: { objects: ON_AND_FINE, events: told('PowerManagementError'), power: [] },
      },
    ),
    {
      id: 'I10',
      title: 'an inspection that fails is tried again after its back-off',
      given: hostText('host-0', { state: 'inspecting' }),
      provisionerFails: ['timeout reached while inspecting the node'],
      when: [
        run('601s'),
        look({
          objects: stands('inspecting', 'operationalStatus: error', 'errorType: inspection error', 'errorCount: 1'),
          events: told('InspectionStarted', 'InspectionError'),
        }),
        run('13m'),
      ],
      gives: {
        objects: stands('available', 'operationalStatus: OK', 'errorCount: 0'),
        events: told('InspectionStarted', 'InspectionError', 'InspectionStarted', 'InspectionComplete'),
        operations: sent('inspect agent', 'inspect agent'),
      },
    },
    {
      id: 'I11',
      title: 'cleaning fails: an error, not available, and tried again after its back-off',
      given: hostText('host-0', { state: 'deprovisioning' }),
      provisionerFails: ['Cleaning failed'],
      when: [
        run('601s'),
        look({
          objects: stands(
            'deprovisioning',
            'operationalStatus: error',
            'errorType: provisioning error',
            'errorCount: 1',
          ),
          events: told('DeprovisioningStarted', 'ProvisioningError'),
        }),
        run('13m'),
      ],
      gives: {
        objects: stands('available', 'operationalStatus: OK', 'errorCount: 0'),
        events: told('DeprovisioningStarted', 'ProvisioningError', 'DeprovisioningStarted', 'DeprovisioningComplete'),
        operations: sent('deprovision metadata', 'deprovision metadata'),
      },
    },
    {
      id: 'I12',
      title: 'a new host is cleaned once before its first deployment, and not again after a deprovisioning',
      given: hostText('host-0', { known: false }),
      when: [
        run('11m'),
        apply(hostWith(`spec: { image: ${JSON.stringify(IMAGE)} }`)),
        run('11m'),
        apply(hostWith('spec: { image: null }')),
        run('11m'),
        apply(hostWith(`spec: { image: ${JSON.stringify(IMAGE)} }`)),
        run('11m'),
      ],
      gives: {
        objects: [
          stands('provisioned', 'operationalStatus: OK', 'poweredOn: true', 'hardwareProfile: unknown'),
          hostWith('').replace(' }', ', finalizers: [baremetalhost.metal3.io] }'),
        ].join('\n---\n'),
        events: told(
          'Registered',
          'ProfileSet',
          'BMCAccessValidated',
          'InspectionStarted',
          'InspectionComplete',
          'ProvisioningStarted',
          'ProvisioningComplete',
          'DeprovisioningStarted',
          'DeprovisioningComplete',
          'ProvisioningStarted',
          'ProvisioningComplete',
        ),
        operations: sent('inspect agent', 'clean and provision', 'deprovision metadata', 'provision'),
      },
    },
    {
      id: 'I13',
      title: 'the operator and its memory are lost in the middle of a power-off: one command, no flapping',
      given: hostText('host-0', { annotations: { [`${BASE}/foo`]: HARD } }),
      when: [run('1s'), restart, run('1h')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff', 'PowerOff'), power: sent('off hard') },
    },
    {
      id: 'I14',
      title: 'somebody switches a host on by hand that should be off: it is switched off again',
      given: hostText('host-0', { spec: { online: false }, status: { poweredOn: false } }),
      when: [host(KEY, 'off'), run('1m'), host(KEY, 'on'), run('2m')],
      gives: { objects: OFF_AND_FINE, events: told('PowerOff'), power: sent('off soft') },
    },
    {
      id: 'I14',
      title: 'a host without BMC details is unmanaged until it has some',
      given: hostText('host-0', { known: false, spec: { bmc: { address: '', credentialsName: '' } } }),
      when: [
        run('1h'),
        look({
          objects: stands('unmanaged', 'operationalStatus: discovered'),
          events: told('Discovered'),
        }),
        apply(hostWith('spec: { bmc: { credentialsName: host-0-bmc } }')),
        run('1m'),
      ],
      gives: {
        objects: stands('registering', 'operationalStatus: error', 'errorType: registration error', 'errorCount: 1'),
        events: told('Discovered', 'BMCCredentialError'),
      },
    },
  ]);
});
