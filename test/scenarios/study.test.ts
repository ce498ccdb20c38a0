// From a request to a study: the examples, the policies that are added, overrides, and what policies mean on a cluster.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { Study, StudyRequest } from '../../scenarios/study.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { withTexts } from '../kit/written-study.ts';
import { memoryFiles } from './memory-files.ts';
import { smallScenario } from './small-scenario.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const example = (name: string) => join(ROOT, 'examples', name);
const policy = (name: string) => example(`policies/${name}.yaml`);
const LISTS = join(ROOT, 'test', 'fixtures', 'openshift', 'lists');
const METAL3 = join(ROOT, 'test', 'fixtures', 'metal3', 'all.yaml');

function studyOf(request: StudyRequest): Study {
  const loaded = loadStudy(request, studyFiles);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.study;
}

const counts = (names: readonly string[]) => {
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return Object.fromEntries([...count].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const withoutFolder = (warning: string) => warning.replace(`${ROOT}/`, '');
const LIMITS_WIDER_THAN_STORAGE = [
  'MT138: MachineHealthCheck "workers" lets hosts of 4 racks be down at once; pool "ceph-rbd" keeps 3 copies over racks and needs 2 (examples/policies/reboot-first.yaml:20)',
  'MT138: MachineHealthCheck "workers" lets hosts of 4 racks be reprovisioned at once; pool "ceph-rbd" keeps 3 copies over racks (examples/policies/reprovision.yaml:18)',
];

describe('the examples', () => {
  test('hyperconverged: 60 hosts in 6 racks, every rack alike, three spares, all pods placed; the limit is wider than the storage', () => {
    const { config, policies, warnings, study, replications, constraints } = studyOf({
      scenarioFile: example('hyperconverged.yaml'),
    });
    expect({
      study,
      replications,
      constraints,
      warnings: warnings.map(withoutFolder),
      policies: policies.map(({ name, objects }) => `${name} ${objects.length}`),
      hosts: config.hosts.length,
      racks: counts(config.hosts.map(({ rack }) => rack)),
      states: counts(config.hosts.map(({ initial }) => initial.state)),
      controlPlane: config.hosts.filter(({ controlPlane }) => controlPlane).length,
      pools: config.pools.map(({ name, usedBytes }) => `${name} on ${Object.keys(usedBytes).length}`),
      unplaced: config.objects.filter(({ kind, spec }) => kind === 'Pod' && !('nodeName' in (spec as object))).length,
    }).toEqual({
      study: 'steady',
      replications: 80,
      constraints: ['dataLostGroups <= 0.01'],
      warnings: LIMITS_WIDER_THAN_STORAGE,
      policies: ['reboot-first 1', 'reprovision 1', 'no-remediation 0'],
      hosts: 60,
      racks: { 'rack-1': 10, 'rack-2': 10, 'rack-3': 10, 'rack-4': 10, 'rack-5': 10, 'rack-6': 10 },
      states: { serving: 57, unprovisioned: 3 },
      controlPlane: 3,
      pools: ['ceph-rbd on 54'],
      unplaced: 0,
    });
  });

  test('cloud-like: no pool, spares in every rack, hosts that are never cleaned', () => {
    const { config, warnings } = studyOf({ scenarioFile: example('cloud-like.yaml') });
    const spares = config.hosts.filter(({ initial }) => initial.state === 'unprovisioned');
    const modes = config.objects
      .filter(({ kind }) => kind === 'BareMetalHost')
      .map(({ spec }) => String((spec as { readonly automatedCleaningMode?: string }).automatedCleaningMode));
    expect({
      pools: config.pools,
      warnings,
      spares: counts(spares.map(({ rack }) => rack)),
      modes: counts(modes),
    }).toEqual({
      pools: [],
      warnings: [],
      spares: { 'rack-1': 2, 'rack-2': 2, 'rack-3': 2, 'rack-4': 2, 'rack-5': 2, 'rack-6': 2 },
      modes: { disabled: 69 },
    });
  });

  test('node-escalation: a health check of Machines beside one of Nodes, nothing doubtful', () => {
    const { warnings, policies, matchedPair } = studyOf({ scenarioFile: example('node-escalation.yaml') });
    expect({ warnings, matchedPair, policies: policies.map(({ name, objects }) => [name, objects.length]) }).toEqual({
      warnings: [],
      matchedPair: null,
      policies: [
        ['machine-health-check', 1],
        ['node-health-check', 4],
      ],
    });
  });

  test('budget policies load on the generated cluster; the budget is asked', () => {
    const { warnings, policies } = studyOf({
      scenarioFile: example('hyperconverged.yaml'),
      policies: ['mdb-limited', 'mdb-unlimited'].map((name) => ({ name, files: [policy(name)] })),
    });
    expect(warnings.map(withoutFolder)).toEqual(LIMITS_WIDER_THAN_STORAGE);
    expect(policies.map(({ name }) => name)).toEqual([
      'reboot-first',
      'reprovision',
      'no-remediation',
      'mdb-limited',
      'mdb-unlimited',
    ]);
  });
});

describe('which policies a study compares', () => {
  const names = (request: StudyRequest) => studyOf(request).policies.map(({ name }) => name);

  test.each([
    ['none asked for, imported', { clusterPaths: [LISTS] }, ['as-is', 'no-remediation']],
    [
      'one asked for, imported',
      { clusterPaths: [LISTS], policies: [{ name: 'p', files: [policy('reprovision')] }] },
      ['p', 'as-is'],
    ],
    [
      'two asked for, imported',
      {
        clusterPaths: [LISTS],
        policies: [
          { name: 'p', files: [policy('reprovision')] },
          { name: 'q', files: [] },
        ],
      },
      ['p', 'q'],
    ],
    [
      'one of the scenario replaced',
      {
        scenarioFile: example('hyperconverged.yaml'),
        policies: [{ name: 'reprovision', files: [policy('mdb-limited')] }],
      },
      ['reboot-first', 'no-remediation', 'reprovision'],
    ],
  ] satisfies readonly (readonly [string, StudyRequest, readonly string[]])[])('%s', (_, request, expected) => {
    expect(names(request)).toEqual(expected);
  });

  test('as-is holds the objects of the cluster with their identity', () => {
    const [asIs] = studyOf({ clusterPaths: [METAL3] }).policies;
    expect(asIs?.manifests).toEqual([
      'MachineHealthCheck metal3/control-plane (cluster.x-k8s.io/v1beta2)',
      'MachineHealthCheck metal3/general-workers (cluster.x-k8s.io/v1beta2)',
      'MachineHealthCheck metal3/storage-workers (cluster.x-k8s.io/v1beta2)',
      'Metal3RemediationTemplate metal3/controlplane-remediation-request (infrastructure.cluster.x-k8s.io/v1beta2)',
      'Metal3RemediationTemplate metal3/worker-remediation-request (infrastructure.cluster.x-k8s.io/v1beta2)',
    ]);
    expect(asIs?.objects[0]?.metadata.uid).toBe('f888406b-4a0c-4757-beb8-cecd7a056135');
  });
});

test('a host of a dump that is off on purpose is no failure, and a health check cannot tell', () => {
  const { problems } = studyOf({
    clusterPaths: [LISTS],
    policies: [
      { name: 'p', files: [policy('reboot-first')] },
      { name: 'q', files: [] },
    ],
  });
  expect(problems.flatMap(({ code, message }) => (code === 'MT118' ? [message] : []))).toEqual([
    'MachineHealthCheck "workers" selects one whose host is off on purpose: openshift-machine-api/hci-7k2mx-worker-rack2-f76kd',
  ]);
});

test('fencing parameters that lead to another BMC than the node has', () => {
  const addresses = {
    'bm006-r01': '198.51.100.16',
    'bm008-r01': '198.51.100.16',
    'bm011-r02': '192.0.2.1',
    'bm015-r03': '198.51.100.25',
  };
  const manifests = `apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediationTemplate
metadata: { name: ipmi, namespace: medik8s }
spec: { template: { spec: { agent: fence_ipmilan, nodeparameters: { --ip: ${JSON.stringify(addresses)} } } } }
`;
  const policies = [
    { name: 'p', files: ['far.yaml'] },
    { name: 'q', files: [] },
  ];
  const loaded = loadStudy({ clusterPaths: [METAL3], policies }, withTexts({ 'far.yaml': manifests }));
  const problems = 'problems' in loaded ? loaded.problems : loaded.study.problems;
  expect(problems.flatMap(({ code, message }) => (code === 'MT125' ? [message] : []))).toEqual([
    '--ip of bm008-r01 is 198.51.100.16, the BMC of bm006-r01; its own is at 198.51.100.18',
    '--ip of bm011-r02 is 192.0.2.1, where no host of the cluster has its BMC; its own is at 198.51.100.21',
  ]);
});

describe('overrides and study kinds', () => {
  test('the command line wins over the scenario', () => {
    const study = studyOf({
      scenarioFile: example('hyperconverged.yaml'),
      overrides: { seed: 'x', replications: 7, duration: '30d', study: 'from-now' },
    });
    expect([study.seed, study.config.seed, study.replications, study.config.durationMs, study.study]).toEqual([
      'x',
      'x',
      7,
      30 * 86_400_000,
      'from-now',
    ]);
  });

  test('from now starts with what the dump shows, steady with nobody ill', () => {
    const states = (request: StudyRequest) => counts(studyOf(request).config.hosts.map(({ initial }) => initial.state));
    const fromNow = { clusterPaths: [LISTS] };
    const steady: StudyRequest = { ...fromNow, overrides: { study: 'steady' } };
    expect(states(fromNow)).toEqual({ off: 1, serving: 5, silent: 1, unprovisioned: 1 });
    expect(states(steady)).toEqual({ off: 1, serving: 6, unprovisioned: 1 });
    expect(studyOf(fromNow).config.script.length).toBe(1);
    expect(studyOf(steady).config.script).toEqual([]);
  });

  test('a scripted fault may name a node; it strikes the host behind it', () => {
    const { config } = studyOf({
      clusterPaths: [LISTS],
      overrides: { study: 'steady' },
      script: [{ atMs: 0, fault: 'osHang', node: 'worker-0.hci.example.com', forMs: 240_000 }],
    });
    expect(config.script).toEqual([
      {
        name: 'osHang on openshift-worker-0 at 0s',
        atMs: 0,
        fault: 'osHang',
        target: 'openshift-worker-0',
        forMs: 240_000,
      },
    ]);
  });

  test('the digest depends on everything that is simulated, and on nothing else', () => {
    const digest = (overrides: StudyRequest['overrides'] = {}) =>
      studyOf({ scenarioFile: example('hyperconverged.yaml'), overrides }).scenarioDigest;
    expect(digest()).toBe(digest());
    expect(digest({ replications: 3 })).toBe(digest());
    expect(new Set([digest(), digest({ duration: '30d' }), digest({ seed: 'y' })]).size).toBe(3);
  });
});

const check = (options: {
  readonly annotations: string;
  readonly timeout: string;
  readonly limit: string;
  readonly startup: string;
}) => `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api, annotations: {${options.annotations}} }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: ${options.timeout} }]
  maxUnhealthy: ${options.limit}
  nodeStartupTimeout: ${options.startup}
`;

const OTHER = { timeout: '600s', limit: '40%', startup: '60m' };

function smallStudy(reprovision = OTHER): Study {
  const files = memoryFiles({
    's.yaml': smallScenario(
      '[{ name: reboot, files: [a.yaml] }, { name: reprovision, files: [b.yaml] }, { name: none }]',
    ),
    'a.yaml': check({
      annotations: 'machine.openshift.io/remediation-strategy: external-baremetal',
      timeout: '300s',
      limit: '2',
      startup: '30m',
    }),
    'b.yaml': check({ annotations: '', ...reprovision }),
  });
  const loaded = loadStudy({ scenarioFile: 's.yaml' }, files);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.study;
}

describe('what policies mean', () => {
  test('reboot against reprovision: the lines and the differences', () => {
    expect(smallStudy().meaningDifferences).toEqual([
      'reboot: MachineHealthCheck workers watches 6 Machines, unhealthy after Ready Unknown 5m, at most 2 unhealthy at once, which a lost rack of 2 is within, new node within 30m; then power off and on (reboot, then reprovision)',
      'reprovision: MachineHealthCheck workers watches 6 Machines, unhealthy after Ready Unknown 10m, at most 2 unhealthy at once (40% of 6), which a lost rack of 2 is within, new node within 1h; then the Machine is deleted and its host reprovisioned',
      'none: no health check; nothing is remediated',
      'differ in time-outs: reboot = unhealthy after Ready Unknown 5m; reprovision = unhealthy after Ready Unknown 10m',
      'differ in limit: reboot = at most 2 unhealthy at once; reprovision = at most 2 unhealthy at once (40% of 6)',
      'differ in node start-up: reboot = 30m; reprovision = 1h',
      'differ in action: reboot = power off and on (reboot, then reprovision); reprovision = the Machine is deleted and its host reprovisioned',
    ]);
  });

  test('limits are resolved to counts, templates to tries', () => {
    const [, general, storage] = studyOf({ clusterPaths: [METAL3] }).meaningDifferences;
    expect(storage).toContain(', only while exactly 1 is unhealthy, ');
    expect(general).toBe(
      'as-is: MachineHealthCheck general-workers watches 3 Machines, unhealthy after Ready Unknown 5m or Ready False 5m, at most 1 unhealthy at once (40% of 3), new node within 20m; then power off and on (reboot within 5m each, then reprovision)',
    );
  });

  test('the matched pair differs in the action alone, with the longer start-up time', () => {
    const pair = smallStudy().matchedPair;
    const [a] = pair?.a.objects ?? [];
    const [b] = pair?.b.objects ?? [];
    expect(a?.spec).toEqual(b?.spec);
    expect(a?.spec).toMatchObject({
      maxUnhealthy: 2,
      nodeStartupTimeout: '3600s',
      unhealthyConditions: [{ type: 'Ready', status: 'Unknown', timeout: '300s' }],
    });
    expect([a?.metadata.annotations, b?.metadata.annotations]).toEqual([
      { 'machine.openshift.io/remediation-strategy': 'external-baremetal' },
      undefined,
    ]);
  });

  test('policies that differ in nothing else are the pair themselves', () => {
    const { matchedPair, policies } = smallStudy({ timeout: '300s', limit: '2', startup: '30m' });
    expect([matchedPair?.a, matchedPair?.b]).toEqual([policies[0], policies[1]]);
    expect(matchedPair?.description).toBe('"reboot" and "reprovision" differ in the action alone');
  });

  test('policies that do the same thing have no matched pair', () => {
    expect(
      studyOf({
        scenarioFile: example('hyperconverged.yaml'),
        policies: [{ name: 'reprovision', files: [policy('reboot-first')] }],
      }).matchedPair,
    ).toBeNull();
  });
});
