import { describe, expect, test } from 'vitest';
import type { KubeObject, NewObject } from '../../../../core/api/object.ts';
import { BARE_METAL_HOST_WEBHOOK } from '../../../../sim/api-server/admission/bare-metal-host.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK_WEBHOOK,
  CAPI_MACHINE_SET_WEBHOOK,
  CAPI_MACHINE_WEBHOOK,
} from '../../../../sim/api-server/admission/cluster-api.ts';
import {
  METAL3_REMEDIATION_TEMPLATE_WEBHOOK,
  METAL3_REMEDIATION_WEBHOOK,
} from '../../../../sim/api-server/admission/metal3-remediation.ts';
import { NODE_HEALTH_CHECK_WEBHOOK } from '../../../../sim/api-server/admission/node-health-check.ts';
import { NODE_MAINTENANCE_WEBHOOK } from '../../../../sim/api-server/admission/node-maintenance.ts';
import {
  OPENSHIFT_MACHINE_HEALTH_CHECK_RULE,
  OPENSHIFT_MACHINE_SET_WEBHOOK,
} from '../../../../sim/api-server/admission/openshift-machine-api.ts';
import {
  SELF_NODE_REMEDIATION_CONFIG_WEBHOOK,
  SELF_NODE_REMEDIATION_TEMPLATE_WEBHOOK,
} from '../../../../sim/api-server/admission/self-node-remediation.ts';
import { aBudget, aNode, aPod, metadata } from '../objects.ts';
import { answerTo, denied, invalid } from './writes.ts';

const ADMITTED = { object: expect.anything(), warnings: [] };

describe('BareMetalHost', () => {
  const TYPE = ['metal3.io/v1alpha1', 'BareMetalHost'] as const;
  const no = (why: string): object => denied('baremetalhost.metal3.io', why);
  const bmc = { address: 'redfish-virtualmedia+https://10.0.0.1/redfish/v1/Systems/1', credentialsName: 'x' };
  const good = { online: true, bmc, bootMACAddress: '00:11:22:33:44:55' };
  interface Row {
    readonly title: string;
    readonly spec: object;
    readonly name?: string;
    readonly annotations?: Record<string, string>;
    readonly answer: object;
  }
  test.each<Row>([
    { title: 'a good one', spec: good, answer: ADMITTED },
    { title: 'one without a BMC', spec: { online: true }, answer: ADMITTED },
    {
      title: 'one of IPMI by its bare address',
      spec: { ...good, bmc: { address: '10.0.0.1:6230' } },
      answer: ADMITTED,
    },
    {
      title: 'one by an IPv6 address',
      spec: { ...good, bmc: { address: 'redfish://[fe80::1]:443/x' } },
      answer: ADMITTED,
    },
    {
      title: 'an unknown driver',
      spec: { ...good, bmc: { address: 'foo://10.0.0.1' } },
      answer: no("Unknown BMC type 'foo' for address foo://10.0.0.1"),
    },
    {
      title: 'a host name that is none',
      spec: { ...good, bmc: { address: 'redfish://a_b/x' } },
      answer: no('failed to parse BMC address information: BMC address hostname/IP : [a_b] is invalid'),
    },
    {
      title: 'no MAC address without inspection',
      spec: { online: true, bmc, inspectionMode: 'disabled' },
      answer: no('BMC driver redfish-virtualmedia+https requires a BootMACAddress value'),
    },
    {
      title: 'no MAC address for libvirt',
      spec: { online: true, bmc: { address: 'libvirt://10.0.0.1' } },
      answer: no('BMC driver libvirt requires a BootMACAddress value'),
    },
    {
      title: 'no MAC address at all',
      spec: { ...good, bootMACAddress: 'xx' },
      answer: no('address xx: invalid MAC address'),
    },
    {
      title: 'secure boot over IPMI',
      spec: { ...good, bmc: { address: 'ipmi://10.0.0.1' }, bootMode: 'UEFISecureBoot' },
      answer: no('BMC driver ipmi does not support secure boot'),
    },
    {
      title: 'a name that is a UUID',
      name: '3f1c9a52-0d4e-4b7a-9c55-8e2f6a7b0c1d',
      spec: good,
      answer: no('BareMetalHost resource name cannot be a UUID'),
    },
    {
      title: 'a root device elsewhere',
      spec: { ...good, rootDeviceHints: { deviceName: 'sda' } },
      answer: no('device name of root device hint must be a /dev/ path, not "sda"'),
    },
    {
      title: 'a root device by an unstable path',
      spec: { ...good, rootDeviceHints: { deviceName: '/dev/disk/by-id/x' } },
      answer: no(
        'device name of root device hint must be path in /dev/ or /dev/disk/by-path/, not "/dev/disk/by-id/x"',
      ),
    },
    {
      title: 'a root device by its path',
      spec: { ...good, rootDeviceHints: { deviceName: '/dev/disk/by-path/pci-0' } },
      answer: ADMITTED,
    },
    {
      title: 'an image of a strange scheme',
      spec: { ...good, image: { url: 'file:///x' } },
      answer: no('image URL file:///x is invalid: invalid scheme in URL, "file" not allowed'),
    },
    {
      title: 'a reboot of no mode',
      spec: good,
      annotations: { 'reboot.metal3.io/x': '{"mode":"gentle"}' },
      answer: no('invalid mode in the reboot.metal3.io annotation, allowed are "hard", "soft" or ""'),
    },
    {
      title: 'a reboot that is no JSON',
      spec: good,
      annotations: { 'reboot.metal3.io': 'hard' },
      answer: no('failed to unmarshal the data from the reboot.metal3.io annotation: invalid JSON'),
    },
    { title: 'a hard reboot', spec: good, annotations: { 'reboot.metal3.io/x': '{"mode":"hard"}' }, answer: ADMITTED },
    {
      title: 'an inspection annotation of its own',
      spec: good,
      annotations: { 'inspect.metal3.io': 'later' },
      answer: no('invalid value for the inspect.metal3.io annotation, allowed are "disabled" or ""'),
    },
    {
      title: 'two words about inspection',
      spec: { ...good, inspectionMode: 'agent' },
      annotations: { 'inspect.metal3.io': 'disabled' },
      answer: no('inspect.metal3.io annotation and inspectionMode field have contradicting values'),
    },
    {
      title: 'off and never off',
      spec: { ...good, online: false, disablePowerOff: true },
      answer: no("node can't simultaneously have online set to false and have power off disabled"),
    },
    {
      title: 'a secret of another namespace',
      spec: { ...good, userData: { name: 'x', namespace: 'm' } },
      answer: no(
        'baremetalhosts.metal3.io "a" is forbidden: userData: cross-namespace Secret references are not allowed',
      ),
    },
    {
      title: 'two things wrong',
      spec: { ...good, bootMACAddress: 'xx', disablePowerOff: true, online: false },
      answer: no(
        "[address xx: invalid MAC address, node can't simultaneously have online set to false and have power off disabled]",
      ),
    },
  ])('$title', ({ spec, name = 'a', annotations = {}, answer }) => {
    const object = { metadata: metadata(name, { namespace: 'n', annotations }), spec };
    expect(answerTo([BARE_METAL_HOST_WEBHOOK], TYPE, { object })).toEqual(answer);
  });

  const status = (state: string, operationalStatus = 'OK'): object => ({ operationalStatus, provisioning: { state } });
  const moved = { ...good, bmc: { ...bmc, address: 'redfish://10.0.0.2' } };
  const ADDRESS = no(
    'BMC address can not be changed if the BMH is not in the Registering state, or if the BMH is not detached',
  );
  test.each([
    { title: 'another address while provisioned', status: status('provisioned'), spec: moved, answer: ADDRESS },
    {
      title: 'another address while detached',
      status: status('provisioned', 'detached'),
      spec: moved,
      answer: ADMITTED,
    },
    { title: 'another address while registering', status: status('registering'), spec: moved, answer: ADMITTED },
    {
      title: 'another MAC address',
      status: status('available'),
      spec: { ...good, bootMACAddress: '00:11:22:33:44:66' },
      answer: no('bootMACAddress can not be changed once it is set'),
    },
    {
      title: 'the same MAC address in capitals',
      status: status('available'),
      spec: { ...good, bootMACAddress: good.bootMACAddress.toUpperCase() },
      answer: ADMITTED,
    },
    {
      title: 'adoption while provisioned',
      status: status('provisioned'),
      spec: { ...good, externallyProvisioned: true },
      answer: no('externallyProvisioned can only be enabled when in Available state, currently in provisioned'),
    },
    {
      title: 'adoption while available',
      status: status('available'),
      spec: { ...good, externallyProvisioned: true },
      answer: ADMITTED,
    },
  ])('a change: $title', ({ status: held, spec, answer }) => {
    const old = { spec: good, status: held };
    expect(answerTo([BARE_METAL_HOST_WEBHOOK], TYPE, { old, object: { spec, status: held } })).toEqual(answer);
  });
});

describe('Cluster API', () => {
  const CHECK = ['cluster.x-k8s.io/v1beta2', 'MachineHealthCheck'] as const;
  const OLD_CHECK = ['cluster.x-k8s.io/v1beta1', 'MachineHealthCheck'] as const;
  const check = { clusterName: 'c', selector: { matchLabels: { pool: 'w' } } };
  const wrong = (field: string, reason: string, message: string): object =>
    invalid(
      'MachineHealthCheck.cluster.x-k8s.io',
      field,
      reason,
      message,
      'validation.machinehealthcheck.cluster.x-k8s.io',
    );

  test('a health check gets its cluster and a start-up timeout', () => {
    expect(answerTo([CAPI_MACHINE_HEALTH_CHECK_WEBHOOK], CHECK, { object: { spec: check } })).toMatchObject({
      object: {
        metadata: { labels: { 'cluster.x-k8s.io/cluster-name': 'c' } },
        spec: { ...check, checks: { nodeStartupTimeoutSeconds: 600 } },
      },
    });
    expect(answerTo([CAPI_MACHINE_HEALTH_CHECK_WEBHOOK], OLD_CHECK, { object: { spec: check } })).toMatchObject({
      object: { spec: { ...check, nodeStartupTimeout: '10m0s' } },
    });
  });

  test.each([
    {
      title: 'an empty selector',
      type: CHECK,
      spec: { ...check, selector: {} },
      answer: wrong('spec.selector', 'Required', 'Required value: selector must not be empty'),
    },
    {
      title: 'a selector of another cluster',
      type: CHECK,
      spec: { ...check, selector: { matchLabels: { 'cluster.x-k8s.io/cluster-name': 'd' } } },
      answer: wrong(
        'spec.selector',
        'Invalid',
        'Invalid value: map[string]interface {}{"matchLabels":map[string]interface {}{"cluster.x-k8s.io/cluster-name":"d"}}: cannot specify a cluster selector other than the one specified by ClusterName',
      ),
    },
    {
      title: 'too little time to start',
      type: CHECK,
      spec: { ...check, checks: { nodeStartupTimeoutSeconds: 29 } },
      answer: wrong('spec.checks.nodeStartupTimeoutSeconds', 'Invalid', 'Invalid value: 29: must be at least 30s'),
    },
    {
      title: 'no time to start',
      type: CHECK,
      spec: { ...check, checks: { nodeStartupTimeoutSeconds: 0 } },
      answer: ADMITTED,
    },
    {
      title: 'too little time in the old words',
      type: OLD_CHECK,
      spec: { ...check, nodeStartupTimeout: '20s' },
      answer: wrong('spec.checks.nodeStartupTimeoutSeconds', 'Invalid', 'Invalid value: 20: must be at least 30s'),
    },
    {
      title: 'a count as text',
      type: OLD_CHECK,
      spec: { ...check, maxUnhealthy: '2' },
      answer: wrong(
        'spec.remediation.triggerIf.unhealthyLessThanOrEqualTo',
        'Invalid',
        'Invalid value: "2": must be either an int or a percentage: invalid value for IntOrString: invalid type: string is not a percentage',
      ),
    },
    { title: 'a share', type: OLD_CHECK, spec: { ...check, maxUnhealthy: '40%' }, answer: ADMITTED },
  ])('a health check with $title', ({ type, spec, answer }) => {
    expect(answerTo([CAPI_MACHINE_HEALTH_CHECK_WEBHOOK], type, { object: { spec } })).toEqual(answer);
  });

  test('a health check of another cluster than before', () => {
    const write = { old: { spec: check }, object: { spec: { ...check, clusterName: 'd' } } };
    expect(answerTo([CAPI_MACHINE_HEALTH_CHECK_WEBHOOK], CHECK, write)).toEqual(
      wrong('spec.clusterName', 'Forbidden', 'Forbidden: field is immutable'),
    );
  });

  const MACHINE = ['cluster.x-k8s.io/v1beta2', 'Machine'] as const;
  const machine = { clusterName: 'c', bootstrap: { dataSecretName: 'x' }, version: '1.32.1' };
  const wrongMachine = (field: string, reason: string, message: string): object =>
    invalid('Machine.cluster.x-k8s.io', field, reason, message, 'validation.machine.cluster.x-k8s.io');
  test.each([
    {
      title: 'no bootstrap',
      spec: { clusterName: 'c' },
      old: undefined,
      answer: wrongMachine(
        'spec.bootstrap',
        'Required',
        'Required value: expected either spec.bootstrap.dataSecretName or spec.bootstrap.configRef to be populated',
      ),
    },
    {
      title: 'a version that is none',
      spec: { ...machine, version: '1.32' },
      old: undefined,
      answer: wrongMachine('spec.version', 'Invalid', 'Invalid value: "v1.32": must be a valid semantic version'),
    },
    {
      title: 'another cluster',
      spec: { ...machine, clusterName: 'd' },
      old: machine,
      answer: wrongMachine('spec.clusterName', 'Forbidden', 'Forbidden: field is immutable'),
    },
  ])('a machine with $title', ({ spec, old, answer }) => {
    const write = old === undefined ? { object: { spec } } : { object: { spec }, old: { spec: old } };
    expect(answerTo([CAPI_MACHINE_WEBHOOK], MACHINE, write)).toEqual(answer);
  });

  test('a machine and a set are completed', () => {
    expect(answerTo([CAPI_MACHINE_WEBHOOK], MACHINE, { object: { spec: machine } })).toMatchObject({
      object: { spec: { ...machine, version: 'v1.32.1', deletion: { nodeDeletionTimeoutSeconds: 10 } } },
    });
    const set = { clusterName: 'c', selector: {}, template: { spec: machine } };
    const label = { 'cluster.x-k8s.io/set-name': 'a' };
    expect(
      answerTo([CAPI_MACHINE_SET_WEBHOOK], ['cluster.x-k8s.io/v1beta2', 'MachineSet'], { object: { spec: set } }),
    ).toMatchObject({
      object: {
        spec: {
          replicas: 1,
          selector: { matchLabels: label },
          template: { metadata: { labels: label }, spec: { version: 'v1.32.1' } },
        },
      },
    });
  });

  test('a set whose template is of another cluster', () => {
    const set = {
      clusterName: 'c',
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { ...machine, clusterName: 'd' } },
    };
    expect(
      answerTo([CAPI_MACHINE_SET_WEBHOOK], ['cluster.x-k8s.io/v1beta2', 'MachineSet'], { object: { spec: set } }),
    ).toEqual(
      invalid(
        'MachineSet.cluster.x-k8s.io',
        'spec.clusterName',
        'Invalid',
        'Invalid value: "c": spec.clusterName and spec.template.spec.clusterName must be set to the same value',
        'validation.machineset.cluster.x-k8s.io',
      ),
    );
  });
});

describe('OpenShift machine API', () => {
  const CHECK = ['machine.openshift.io/v1beta1', 'MachineHealthCheck'] as const;
  const check = { selector: {}, unhealthyConditions: [{ type: 'Ready', status: 'False', timeout: '300s' }] };
  const wrong = (field: string, message: string): object =>
    invalid('MachineHealthCheck.machine.openshift.io', field, 'Invalid', message);
  test.each([
    {
      title: 'the defaults',
      spec: check,
      answer: {
        object: expect.objectContaining({ spec: { ...check, maxUnhealthy: '100%', nodeStartupTimeout: '10m' } }),
        warnings: [],
      },
    },
    { title: 'no time to start', spec: { ...check, nodeStartupTimeout: '0', maxUnhealthy: 2 }, answer: ADMITTED },
    {
      title: 'no condition',
      spec: { ...check, unhealthyConditions: [] },
      answer: wrong(
        'spec.unhealthyConditions',
        'Invalid value: 0: spec.unhealthyConditions in body should have at least 1 items',
      ),
    },
    {
      title: 'more than all',
      spec: { ...check, maxUnhealthy: '140%' },
      answer: wrong(
        'spec.maxUnhealthy',
        `Invalid value: "140%": spec.maxUnhealthy in body should match '^((100|[0-9]{1,2})%|[0-9]+)$'`,
      ),
    },
    {
      title: 'a timeout without a unit',
      spec: { ...check, unhealthyConditions: [{ type: 'Ready', status: 'False', timeout: '300' }] },
      answer: wrong(
        'spec.unhealthyConditions[0].timeout',
        `Invalid value: "300": spec.unhealthyConditions[0].timeout in body should match '^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$'`,
      ),
    },
  ])('a health check with $title', ({ spec, answer }) => {
    expect(answerTo([OPENSHIFT_MACHINE_HEALTH_CHECK_RULE], CHECK, { object: { spec } })).toEqual(answer);
  });

  const SET = ['machine.openshift.io/v1beta1', 'MachineSet'] as const;
  const set = (label: string, selected = label): Partial<NewObject> => ({
    spec: { selector: { matchLabels: { a: selected } }, template: { metadata: { labels: { a: label } } } },
  });
  test.each([
    { title: 'that fits', old: undefined, object: set('x'), answer: ADMITTED },
    {
      title: 'that does not',
      old: undefined,
      object: set('x', 'y'),
      answer: denied(
        'validation.machineset.machine.openshift.io',
        'spec.template.metadata.labels: Invalid value: map[string]interface {}{"a":"x"}: `selector` does not match template `labels`',
      ),
    },
    {
      title: 'that changes',
      old: set('x'),
      object: set('y'),
      answer: denied('validation.machineset.machine.openshift.io', 'spec.selector: Forbidden: selector is immutable'),
    },
  ])('a set with a selector $title', ({ old, object, answer }) => {
    expect(answerTo([OPENSHIFT_MACHINE_SET_WEBHOOK], SET, old === undefined ? { object } : { object, old })).toEqual(
      answer,
    );
  });
});

describe('Metal3 remediation', () => {
  const TEMPLATE = ['infrastructure.cluster.x-k8s.io/v1beta2', 'Metal3RemediationTemplate'] as const;
  const OLD_TEMPLATE = ['infrastructure.cluster.x-k8s.io/v1beta1', 'Metal3RemediationTemplate'] as const;
  const template = (strategy: object): Partial<NewObject> => ({ spec: { template: { spec: { strategy } } } });
  const AT = 'spec.template.spec.strategy';
  const wrong = (field: string, message: string): object =>
    invalid(
      'Metal3RemediationTemplate.infrastructure.cluster.x-k8s.io',
      field,
      'Invalid',
      message,
      'validation.metal3remediationtemplate.infrastructure.cluster.x-k8s.io',
    );
  const filled = (strategy: object): object => ({ object: expect.objectContaining(template(strategy)), warnings: [] });
  test.each([
    {
      title: 'nothing',
      type: TEMPLATE,
      strategy: {},
      answer: filled({ type: 'Reboot', timeoutSeconds: 600, retryLimit: 1 }),
    },
    {
      title: 'nothing in the old words',
      type: OLD_TEMPLATE,
      strategy: {},
      answer: filled({ type: 'Reboot', timeout: '600s', retryLimit: 1 }),
    },
    {
      title: 'everything',
      type: TEMPLATE,
      strategy: { type: 'Reboot', timeoutSeconds: 100, retryLimit: 3 },
      answer: filled({ type: 'Reboot', timeoutSeconds: 100, retryLimit: 3 }),
    },
    {
      title: 'too little time',
      type: TEMPLATE,
      strategy: { timeoutSeconds: 99 },
      answer: wrong(`${AT}.timeoutSeconds`, 'Invalid value: 99: min duration is 100 seconds'),
    },
    {
      title: 'too little time in the old words',
      type: OLD_TEMPLATE,
      strategy: { timeout: '1m' },
      answer: wrong(`${AT}.timeoutSeconds`, 'Invalid value: 60: min duration is 100 seconds'),
    },
    {
      title: 'another strategy',
      type: TEMPLATE,
      strategy: { type: 'Replace' },
      answer: wrong(`${AT}.type`, 'Invalid value: "Replace": only supported remediation strategy is reboot'),
    },
  ])('a template with $title', ({ type, strategy, answer }) => {
    expect(answerTo([METAL3_REMEDIATION_TEMPLATE_WEBHOOK], type, { object: template(strategy) })).toEqual(answer);
  });

  test.each([
    { title: 'no strategy', spec: {}, answer: ADMITTED },
    {
      title: 'no retries',
      spec: { strategy: { type: 'Reboot', retryLimit: 0 } },
      answer: invalid(
        'Metal3Remediation.infrastructure.cluster.x-k8s.io',
        'spec.strategy.retryLimit',
        'Invalid',
        'Invalid value: 0: is minimum retrylimit',
        'validation.metal3remediation.infrastructure.cluster.x-k8s.io',
      ),
    },
  ])('a remediation with $title', ({ spec, answer }) => {
    expect(
      answerTo([METAL3_REMEDIATION_WEBHOOK], ['infrastructure.cluster.x-k8s.io/v1beta2', 'Metal3Remediation'], {
        object: { spec },
      }),
    ).toEqual(answer);
  });
});

describe('NodeHealthCheck', () => {
  const TYPE = ['remediation.medik8s.io/v1alpha1', 'NodeHealthCheck'] as const;
  const no = (why: string): object => denied('vnodehealthcheck.kb.io', why);
  const selector = { matchExpressions: [{ key: 'worker', operator: 'Exists' }] };
  const remediationTemplate = {
    apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
    kind: 'SelfNodeRemediationTemplate',
    name: 't',
  };
  const good = { selector, minHealthy: '51%', remediationTemplate };
  const step = (order: number, timeout = '5m', kind = `Kind${order}`): object => ({
    order,
    timeout,
    remediationTemplate: { ...remediationTemplate, kind },
  });
  const steps = (...escalatingRemediations: readonly object[]): object => ({
    selector,
    minHealthy: 1,
    escalatingRemediations,
  });
  const templates: readonly KubeObject[] = [
    {
      ...remediationTemplate,
      metadata: metadata('t', {
        namespace: 'x',
        annotations: { 'remediation.medik8s.io/multiple-templates-support': 'true' },
      }),
    },
  ];
  test.each<{
    readonly title: string;
    readonly spec: object;
    readonly answer: object;
    readonly cluster?: readonly KubeObject[];
  }>([
    { title: 'a good one', spec: good, answer: ADMITTED },
    { title: 'a good one with steps', spec: steps(step(1), step(2)), answer: ADMITTED },
    {
      title: 'both thresholds',
      spec: { ...good, maxUnhealthy: 1 },
      answer: no('minHealthy and maxUnhealthy cannot be specified at the same time'),
    },
    {
      title: 'no threshold',
      spec: { selector, remediationTemplate },
      answer: no('one of minHealthy and maxUnhealthy should be specified'),
    },
    {
      title: 'a threshold below nothing',
      spec: { ...good, minHealthy: -1 },
      answer: no('minHealthy must not be negative: -1'),
    },
    {
      title: 'a maximum with machine deletion',
      spec: {
        selector,
        maxUnhealthy: 1,
        remediationTemplate: { ...remediationTemplate, kind: 'MachineDeletionRemediationTemplate' },
      },
      answer: no("maxUnhealthy can't be used with MachineDeletionRemediationTemplate"),
    },
    { title: 'an empty selector', spec: { ...good, selector: {} }, answer: no('Selector is mandatory') },
    {
      title: 'a broken selector',
      spec: { ...good, selector: { matchExpressions: [{ key: 'a', operator: 'Like' }] } },
      answer: no('Invalid selector: "Like" is not a valid label selector operator'),
    },
    {
      title: 'no remediation',
      spec: { selector, minHealthy: 1 },
      answer: no('Either RemediationTemplate or at least one EscalatingRemediations must be set'),
    },
    {
      title: 'both remediations',
      spec: { ...good, escalatingRemediations: [step(1)] },
      answer: no('RemediationTemplate and EscalatingRemediations usage is mutual exclusive'),
    },
    {
      title: 'one order twice',
      spec: steps(step(1, '5m', 'A'), step(1, '5m', 'B')),
      answer: no('EscalatingRemediation Order must be unique: found duplicate order 1'),
    },
    {
      title: 'a step of 59 s',
      spec: steps(step(1, '59s')),
      answer: no('EscalatingRemediation Timeout must be at least one minute: found timeout {59s}'),
    },
    {
      title: 'one kind twice',
      spec: steps(step(1, '5m', 'A'), step(2, '5m', 'A')),
      answer: no(
        'Using multiple templates of same kind is not supported for this template: duplicate template kind: A',
      ),
    },
    {
      title: 'one kind twice that says it may',
      spec: steps(step(1, '5m', remediationTemplate.kind), step(2, '5m', remediationTemplate.kind)),
      cluster: templates,
      answer: ADMITTED,
    },
  ])('$title', ({ spec, answer, cluster = [] }) => {
    expect(answerTo([NODE_HEALTH_CHECK_WEBHOOK], TYPE, { object: { spec }, cluster })).toEqual(answer);
  });

  const running = { unhealthyNodes: [{ name: 'w', remediations: [{ started: 'x' }] }] };
  const idle = { unhealthyNodes: [{ name: 'w' }] };
  const ONGOING = 'prohibited due to running remediation';
  test.each([
    {
      title: 'a selector while remediating',
      status: running,
      spec: { ...good, selector: { matchLabels: { a: 'b' } } },
      answer: no(`selector update ${ONGOING}`),
    },
    {
      title: 'a template while remediating',
      status: running,
      spec: { ...good, remediationTemplate: { ...remediationTemplate, name: 'u' } },
      answer: no(`remediation template update ${ONGOING}`),
    },
    { title: 'a threshold while remediating', status: running, spec: { ...good, minHealthy: 1 }, answer: ADMITTED },
    {
      title: 'a selector otherwise',
      status: idle,
      spec: { ...good, selector: { matchLabels: { a: 'b' } } },
      answer: ADMITTED,
    },
  ])('changing $title', ({ status, spec, answer }) => {
    expect(
      answerTo([NODE_HEALTH_CHECK_WEBHOOK], TYPE, { old: { spec: good, status }, object: { spec, status } }),
    ).toEqual(answer);
  });

  test.each([
    { title: 'while remediating', status: running, answer: no(`deletion ${ONGOING}`) },
    { title: 'otherwise', status: idle, answer: { object: undefined, warnings: [] } },
  ])('deleting $title', ({ status, answer }) => {
    expect(answerTo([NODE_HEALTH_CHECK_WEBHOOK], TYPE, { operation: 'DELETE', old: { spec: good, status } })).toEqual(
      answer,
    );
  });
});

describe('NodeMaintenance', () => {
  const TYPE = ['nodemaintenance.medik8s.io/v1beta1', 'NodeMaintenance'] as const;
  const no = (why: string): object => denied('vnodemaintenance.kb.io', why);
  const master = (name: string): KubeObject =>
    aNode(name, { metadata: { labels: { 'node-role.kubernetes.io/master': '' } } });
  const guard = (node: string, ready: 'True' | 'False'): KubeObject => {
    const pod = aPod(`guard-${node}`, { ready, metadata: { namespace: 'openshift-etcd', labels: { app: 'guard' } } });
    return { ...pod, spec: { ...pod.spec, nodeName: node } };
  };
  const budget: KubeObject = {
    ...aBudget('etcd-guard-pdb', { minAvailable: 2, selector: { matchLabels: { app: 'guard' } } }),
    metadata: metadata('etcd-guard-pdb', { namespace: 'openshift-etcd' }),
  };
  const masters = ['m1', 'm2', 'm3'].map(master);
  const guards = (down?: string): readonly KubeObject[] =>
    ['m1', 'm2', 'm3'].map((name) => guard(name, name === down ? 'False' : 'True'));
  const maintained: KubeObject = {
    apiVersion: TYPE[0],
    kind: TYPE[1],
    metadata: metadata('nm'),
    spec: { nodeName: 'w' },
  };
  const QUORUM = no(
    'can not put master/control-plane node into maintenance at this moment, disrupting node m1 will violate etcd quorum',
  );
  test.each<{
    readonly title: string;
    readonly node: string;
    readonly cluster: readonly KubeObject[];
    readonly answer: object;
  }>([
    { title: 'a node that is there', node: 'w', cluster: [aNode('w')], answer: ADMITTED },
    {
      title: 'a node that is not',
      node: 'v',
      cluster: [aNode('w')],
      answer: no('invalid nodeName, no node with name v found'),
    },
    {
      title: 'a node in maintenance',
      node: 'w',
      cluster: [aNode('w'), maintained],
      answer: no('invalid nodeName, a NodeMaintenance for node w already exists'),
    },
    {
      title: 'a master with quorum to spare',
      node: 'm1',
      cluster: [...masters, budget, ...guards()],
      answer: ADMITTED,
    },
    {
      title: 'a master while another is down',
      node: 'm1',
      cluster: [...masters, budget, ...guards('m2')],
      answer: QUORUM,
    },
    { title: 'the master that is down', node: 'm1', cluster: [...masters, budget, ...guards('m1')], answer: ADMITTED },
    { title: 'a master where nobody guards etcd', node: 'm1', cluster: masters, answer: ADMITTED },
  ])('$title', ({ node, cluster, answer }) => {
    expect(answerTo([NODE_MAINTENANCE_WEBHOOK], TYPE, { object: { spec: { nodeName: node } }, cluster })).toEqual(
      answer,
    );
  });

  test.each([
    { title: 'another node', spec: { nodeName: 'v' }, answer: no("updating spec.NodeName isn't allowed") },
    { title: 'another reason', spec: { nodeName: 'w', reason: 'x' }, answer: ADMITTED },
  ])('changing to $title', ({ spec, answer }) => {
    expect(answerTo([NODE_MAINTENANCE_WEBHOOK], TYPE, { old: { spec: { nodeName: 'w' } }, object: { spec } })).toEqual(
      answer,
    );
  });
});

describe('SelfNodeRemediation', () => {
  const TYPE = ['self-node-remediation.medik8s.io/v1alpha1', 'SelfNodeRemediationConfig'] as const;
  const no = (why: string): object => denied('vselfnoderemediationconfig.kb.io', why);
  const named = (spec: object, name = 'self-node-remediation-config'): Partial<NewObject> => ({
    metadata: metadata(name, { namespace: 'n' }),
    spec,
  });
  const WARNING =
    'PeerRequestTimeout (6s) is less than ApiServerTimeout + MinimumBuffer (5s + 2s = 7s). This configuration may lead to race conditions where peer health checks time out before API server checks complete, potentially causing premature remediation. Overriding PeerRequestTimeout to 7s for safer operation.';
  test.each([
    { title: 'a good one', object: named({ apiCheckInterval: '15s' }), answer: ADMITTED },
    {
      title: 'another name',
      object: named({}, 'mine'),
      answer: no(
        'to enforce only one SelfNodeRemediationConfig in the cluster, a name other than self-node-remediation-config is not allowed',
      ),
    },
    {
      title: 'durations that are too short',
      object: named({ apiCheckInterval: '900ms', peerUpdateInterval: '9s' }),
      answer: no('\nApiCheckInterval cannot be less than 1s\nPeerUpdateInterval cannot be less than 10s'),
    },
    {
      title: 'a toleration of no operator',
      object: named({ customDsTolerations: [{ operator: 'Like' }] }),
      answer: no('invalid operator for toleration: Like'),
    },
    {
      title: 'peers that give up too early',
      object: named({ peerRequestTimeout: '6s', apiServerTimeout: '5s' }),
      answer: { object: expect.anything(), warnings: [WARNING] },
    },
  ])('$title', ({ object, answer }) => {
    expect(answerTo([SELF_NODE_REMEDIATION_CONFIG_WEBHOOK], TYPE, { object })).toEqual(answer);
  });

  test('deleting the default one warns', () => {
    expect(answerTo([SELF_NODE_REMEDIATION_CONFIG_WEBHOOK], TYPE, { operation: 'DELETE', old: named({}) })).toEqual({
      object: undefined,
      warnings: ['The default configuration is deleted, Self Node Remediation is now disabled'],
    });
  });

  test('a template allows others of its kind', () => {
    const answer = answerTo([SELF_NODE_REMEDIATION_TEMPLATE_WEBHOOK], [TYPE[0], 'SelfNodeRemediationTemplate'], {
      object: {},
    });
    expect(answer).toMatchObject({
      object: { metadata: { annotations: { 'remediation.medik8s.io/multiple-templates-support': 'true' } } },
    });
  });
});
